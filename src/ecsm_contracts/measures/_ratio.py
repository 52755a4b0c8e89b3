"""The share of tickets that have a property: so many events of a kind."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Literal, Self

from pydantic import Field, model_serializer, model_validator
from pydantic_core import PydanticCustomError

from ecsm_contracts._model import Model
from ecsm_contracts.facts import Party
from ecsm_contracts.figures import Figure, derive
from ecsm_contracts.measures._base import Seen, TicketMeasure, WhenTooFew, in_population, too_few
from ecsm_contracts.measures._happenings import Happening, check_party, instants_of
from ecsm_contracts.measures._target import Target, Unit, judged

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from ecsm_contracts.measures._sums import Sums
    from ecsm_contracts.measures._tally import Tally

__all__ = ["Having", "Ratio"]


class Having(Model):
    """
    A property of a ticket: that it has had at least, or at most, so many events of a kind by the period's end.

        >>> Having(event="replied", party="provider", at_most=1).to_data()
        {'event': 'replied', 'party': 'provider', 'at_most': 1}
    """

    event: Happening
    """The kind of event that is counted, over the ticket's life up to the end of the period."""
    party: Party | None = None
    """Whose events count, for ``replied``, ``arrived``, ``held`` and ``transferred``; by default everybody's."""
    at_least: int | None = Field(default=None, ge=1, le=1_000_000, strict=True)
    """A ticket with so many events or more has the property."""
    at_most: int | None = Field(default=None, ge=0, le=1_000_000, strict=True)
    """A ticket with so many events or fewer has the property; ``0`` stands for none."""

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        if (self.at_least is None) == (self.at_most is None):
            raise PydanticCustomError(
                "having_shape", "say at_least or at_most, and only one of them: {event: reopened, at_most: 0}"
            )
        check_party(self.event, self.party)
        return self

    @model_serializer(mode="wrap")
    def _given_only(self, handler: Any) -> dict[str, Any]:
        return {key: value for key, value in handler(self).items() if value is not None}

    def is_had(self, seen: Seen) -> bool:
        """Return whether the ticket has the property."""
        number = sum(1 for _ in instants_of(seen, self.event, self.party))
        return number >= self.at_least if self.at_least is not None else number <= (self.at_most or 0)


class Ratio(TicketMeasure):
    """
    The share of the tickets of a population that have a property; first-contact resolution is one such.

        >>> first_contact = Ratio.model_validate({
        ...     "kind": "ratio", "population": "resolved", "minimum": 10, "when_too_few": "not_measured",
        ...     "having": {"event": "replied", "party": "provider", "at_most": 1}})
        >>> first_contact.columns
        ('total', 'having')
    """

    columns: ClassVar[tuple[str, ...]] = ("total", "having")
    unit: ClassVar[Unit | None] = "share"

    kind: Literal["ratio"]
    population: Literal["opened", "resolved", "closed"]
    """
    Which tickets a period counts: those opened in it, or last resolved or last closed in it; no ticket that is
    cancelled or merged by its end.
    """
    having: Having
    """The property."""
    minimum: int = Field(ge=1, le=1_000_000, strict=True)
    """With fewer tickets than this, `when_too_few` says what the outcome is."""
    when_too_few: WhenTooFew
    """The outcome for a small sample, the empty one included."""

    def needs_any(self, kinds: Iterable[str]) -> bool:
        """Say whether it counts one of these *kinds* of event."""
        return self.having.event in set(kinds)

    def numbers(self, seen: Seen) -> tuple[int, ...]:
        """Return whether the ticket is in the population, and whether it also has the property."""
        if not in_population(self.population, seen):
            return 0, 0
        return 1, int(self.having.is_had(seen))

    def outcome(self, sums: Sums, ref: str, target: Target | None) -> Figure[Any]:
        """Return the outcome of the share."""
        cite = f"clause {ref}"
        if unrecorded := sums.unrecorded(self):
            return derive("outcome", "not recorded/1", *unrecorded, cites=(cite,))
        total = sums.count(f"tickets {self.population} in the period", f"{ref}.total")
        if total.value < self.minimum or target is None:
            return too_few(sums, ref, total, self.minimum, self.when_too_few)
        having = sums.count("tickets that have the property", f"{ref}.having")
        return judged(derive("share of tickets", "ratio/1", having, total), target, cite)

    def faults(self, tally: Tally, ref: str, whole: int) -> Iterator[str]:  # noqa: ARG002 - it has no whole
        """Yield more tickets with the property than there are, or fewer than none."""
        total, having = tally[f"{ref}.total"], tally[f"{ref}.having"]
        if not 0 <= having <= total:
            yield f"{ref}: {having} with the property of {total}"
