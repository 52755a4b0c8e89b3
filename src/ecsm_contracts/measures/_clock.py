"""
What a clock says, and the integer transition table that it compiles to.

A clock is in one of nine phases. Each step of a ticket is one of eleven codes to it, with one bit more: whether the
time from there on counts, which depends on who has the ticket. The table gives for phase and code the next phase
and what to do with the time: a few bits, so that a loop over one ticket and a column of millions walk over the
same table.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Any, Literal, NamedTuple, Self

from pydantic import Discriminator, Field, GetJsonSchemaHandler, Tag, model_serializer, model_validator
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, PydanticCustomError

from ecsm_contracts._model import Model, Needs
from ecsm_contracts.facts import CUSTOMER, PROVIDER, Party, Ref
from ecsm_contracts.measures._by import HoursByPriority
from ecsm_contracts.measures._table import Choices, Code, program_table

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ecsm_contracts.facts import Step

__all__ = ["Attempt", "Changed", "Clock", "ClockProgram", "EventSelector", "Reopened"]

Reopened = Literal["continue_with_closed_time", "continue_without", "restart"]
Attempt = Literal["first", "last", "worst", "sum"]
Changed = Literal["restart", "keep_elapsed", "keep_share", "retroactive", "new_only"]

StartWord = Literal["opened", "acknowledged", "replied", "customer_replied", "arrived", "held", "resumed", "resolved"]
StopWord = Literal["acknowledged", "replied", "customer_replied", "arrived", "held", "resumed", "resolved", "closed"]
_PARTY_OF = {"replied": PROVIDER, "customer_replied": CUSTOMER}


class EventSelector(Model):
    """
    Events of one kind, of one party or group: a transfer to a group, a reply of a third party.

        >>> EventSelector(event="transferred", group="network").event
        'transferred'
    """

    event: Literal["acknowledged", "replied", "arrived", "held", "resumed", "transferred", "reopened"]
    """The kind of event."""
    party: Party | None = None
    """Only those that name this party; any by default."""
    group: Ref | None = None
    """Only transfers to this group; any by default."""

    def selects(self, step: Step) -> bool:
        """Return whether *step* is one of these events."""
        party = step.party or (PROVIDER if step.kind == "transferred" else None)
        if step.kind != self.event or (self.party is not None and party != self.party):
            return False
        return self.group is None or (step.group or step.holder.group) == self.group


def _asked(event: str | EventSelector) -> tuple[str, str | None, str | None]:
    """Return the kind that an event must be of, and the party and the group that it must name, if any."""
    if isinstance(event, EventSelector):
        return event.event, event.party, event.group
    party = _PARTY_OF.get(event)
    return event if party is None else "replied", party, None


def _may_both_be(one: str | EventSelector, other: str | EventSelector) -> bool:
    """Return whether there is an event that *one* and *other* both name."""
    (kind, *said), (other_kind, *other_said) = _asked(one), _asked(other)
    return kind == other_kind and all(a is None or b is None or a == b for a, b in zip(said, other_said, strict=True))


def _event_tag(value: object) -> str:
    return "selector" if isinstance(value, (Mapping, EventSelector)) else "word"


Start = Annotated[
    Annotated[StartWord, Tag("word")] | Annotated[EventSelector, Tag("selector")], Discriminator(_event_tag)
]
Stop = Annotated[
    Annotated[StopWord, Tag("word")] | Annotated[EventSelector, Tag("selector")], Discriminator(_event_tag)
]


def _hours_tag(value: object) -> str:
    return "table" if isinstance(value, (Mapping, HoursByPriority)) else "single"


Hours = Annotated[
    Annotated[Ref, Needs("calendar"), Tag("single")] | Annotated[HoursByPriority, Tag("table")],
    Discriminator(_hours_tag),
]
"""A calendar, or a table of calendars by priority."""


class ClockProgram(NamedTuple):
    """A clock as integers: `table[phase][code]` is the next phase and the bits of what to do; see `_table`."""

    table: tuple[tuple[int, ...], ...]
    clock: Clock
    retroactive: bool

    def code_of(self, step: Step) -> int:
        """Return what *step* is to this clock, with the bit that says whether the time from it on counts."""
        return self.clock.code_of(step)


class Clock(Model):
    """
    A clock over the events of a ticket.

    What starts it, what stops it, whose hours it runs in, what does not count.

    Little has a default: contracts differ on every one of these choices, and each of them moves money.
    The exact meaning of each choice is in the reference, under semantics, section 4.
    """

    start: tuple[Start, ...] = Field(min_length=1)
    """The events of which the first starts the clock; ``replied`` is a reply of the provider."""
    stop: tuple[Stop, ...] = Field(min_length=1)
    """The events that stop it. ``resolved`` or ``closed`` must be one of them, or it would outlive the ticket."""
    hours: Hours
    """The calendar in whose hours it runs, or one for each priority."""
    holds: tuple[Party, ...] | None = None
    """The parties or groups in whose hands the clock stands still; may be empty. This or `counts_only`."""
    counts_only: tuple[Party, ...] | None = Field(default=None, min_length=1)
    """The parties or groups in whose hands alone the clock runs. This or `holds`."""
    reopened: Reopened
    """What a reopening does to the time."""
    attempt: Attempt
    """Which attempt is judged where there are several."""
    changed: Changed
    """What a change of priority does."""
    cycles: Literal["one", "many"] = "one"
    """
    ``many``: after a stop the next start begins another attempt, as for answers to each message. By default a clock
    runs once, as most promises are about the ticket as a whole.
    """

    @model_validator(mode="before")
    @classmethod
    def _expanded(cls, data: Any) -> Any:
        """Write out the fields that a preset and its kind stand for."""
        if not isinstance(data, Mapping) or "preset" not in data:
            return data
        from ecsm_contracts.measures._tools import expanded  # noqa: PLC0415 - presets are made of clocks

        return expanded(data)

    @model_validator(mode="after")
    def _sound(self) -> Self:
        if not {"resolved", "closed"} & {each for each in self.stop if isinstance(each, str)}:
            raise PydanticCustomError(
                "stop_without_resolved",
                "add resolved to stop: a clock that a resolution does not stop never ends",
            )
        if any(_asked(each)[0] == "reopened" for each in self.stop):
            raise PydanticCustomError(
                "stop_at_reopening", "reopened cannot stop a clock; `reopened:` says what a reopening does to the time"
            )
        both = [each for each in self.start if any(_may_both_be(each, other) for other in self.stop)]
        if both and self.cycles == "one":
            raise PydanticCustomError(
                "start_and_stop",
                "{kind} cannot both start and stop the clock, unless it has cycles: many",
                {"kind": both[0] if isinstance(both[0], str) else both[0].event},
            )
        if "resolved" in both:
            raise PydanticCustomError("start_and_stop", "resolved cannot both start and stop the clock")
        if (self.holds is None) == (self.counts_only is None):
            raise PydanticCustomError(
                "holds_or_counts_only",
                "say holds (those that stop it; may be empty) or counts_only, and only one of them",
            )
        return self

    @classmethod
    def __get_pydantic_json_schema__(cls, core_schema: CoreSchema, handler: GetJsonSchemaHandler, /) -> JsonSchemaValue:
        """Describe both forms: every choice, or a preset with what differs from it."""
        schema = super().__get_pydantic_json_schema__(core_schema, handler)
        fields = handler.resolve_ref_schema(schema)
        if handler.mode == "validation":
            words = {"preset": "The tool whose clock it is.", "kind": "Which of its clocks: response or resolution, …"}
            fields["properties"] |= {key: {"type": "string", "description": text} for key, text in words.items()}
            fields["anyOf"] = [{"required": fields.pop("required")}, {"required": ["preset", "kind", "hours"]}]
        return schema

    @model_serializer(mode="wrap")
    def _without_defaults(self, handler: Any) -> dict[str, Any]:
        """Leave out what says no more than its absence."""
        data: dict[str, Any] = handler(self)
        return {key: value for key, value in data.items() if value is not None and (key, value) != ("cycles", "one")}

    @property
    def finish(self) -> Literal["resolved", "closed"]:
        """The kind of event that ends the ticket for this clock: its resolution, or else its closing."""
        return "resolved" if "resolved" in self.stop else "closed"

    def calendars(self) -> tuple[str, ...]:
        """Return the names of the calendars in whose hours it runs, each once."""
        if isinstance(self.hours, HoursByPriority):
            return tuple(dict.fromkeys(name for _, name in self.hours.rows()))
        return (self.hours,)

    def needs_any(self, kinds: Iterable[str]) -> bool:
        """Say whether the clock starts or stops at one of these *kinds* of event."""
        return not {_asked(each)[0] for each in (*self.start, *self.stop)}.isdisjoint(kinds)

    def _is(self, step: Step, events: Iterable[str | EventSelector]) -> bool:
        return any(
            each.selects(step)
            if isinstance(each, EventSelector)
            else step.party == party and step.kind == "replied"
            if (party := _PARTY_OF.get(each))
            else step.kind == each
            for each in events
        )

    def counts(self, step: Step) -> bool:
        """Return whether the time from *step* on counts, by who has the ticket."""
        if self.counts_only is not None:
            return step.holder.answers_to(frozenset(self.counts_only))
        return not step.holder.answers_to(frozenset(self.holds or ()))

    def code_of(self, step: Step) -> int:
        """Return what *step* is to the clock; see `_table`."""
        return 2 * self._plain_code(step) + (not self.counts(step))

    def _plain_code(self, step: Step) -> int:
        kind = step.kind
        if kind in {"cancelled", "merged"}:
            return Code.END
        if kind == self.finish:
            return Code.FINISH
        if kind == "reprioritised":
            return Code.CHANGE
        starts, stops = self._is(step, self.start), self._is(step, self.stop)
        if kind == "reopened":
            return Code.REOPEN_START if starts else Code.REOPEN
        if starts and stops:
            return Code.TICK
        return Code.START if starts else Code.STOP if stops else Code.IGNORE

    def program(self) -> ClockProgram:
        """Return the clock as an integer transition table."""
        choices = Choices(self.reopened, self.attempt, self.changed, many=self.cycles == "many")
        return ClockProgram(program_table(choices), self, self.changed == "retroactive")
