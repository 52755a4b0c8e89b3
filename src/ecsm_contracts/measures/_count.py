"""The number of events or outages in a period."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Literal, Self

from pydantic import model_serializer, model_validator

from ecsm_contracts.calendars import to_micros
from ecsm_contracts.facts import Party
from ecsm_contracts.figures import Figure, derive
from ecsm_contracts.measures._base import Seen, SettingMeasure, TicketMeasure
from ecsm_contracts.measures._happenings import Happening, check_party, instants_of
from ecsm_contracts.measures._target import Target, Unit, judged

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from ecsm_contracts.facts import Setting
    from ecsm_contracts.measures._observer import BoundLevel
    from ecsm_contracts.measures._sums import Sums
    from ecsm_contracts.measures._tally import Tally

__all__ = ["Count"]


class Count(TicketMeasure, SettingMeasure):
    """
    How many events of one kind the tickets in scope had in the period, or how many outages began in it.

    Each counts in the period in which it lies, whatever becomes of the ticket later; so the counts of the months of a
    year add up to that of the year. Outages count as they are recorded: two that overlap are two.

        >>> Count(kind="count", of="reopened").unit
        'number'
    """

    columns: ClassVar[tuple[str, ...]] = ("number",)
    unit: ClassVar[Unit | None] = "number"

    kind: Literal["count"]
    of: Literal[Happening, "outages"]
    """The kind of event; or ``outages``, those in state ``down`` of any length but zero."""
    party: Party | None = None
    """Whose events count, for ``replied``, ``arrived``, ``held`` and ``transferred``; by default everybody's."""

    @model_validator(mode="after")
    def _party_of_event(self) -> Self:
        check_party(self.of, self.party)
        return self

    @model_serializer(mode="wrap")
    def _given_only(self, handler: Any) -> dict[str, Any]:
        return {key: value for key, value in handler(self).items() if value is not None}

    @property
    def is_about_tickets(self) -> bool:
        """Whether it looks at tickets, and not at outages."""
        return self.of != "outages"

    def needs_any(self, kinds: Iterable[str]) -> bool:
        """Say whether it counts one of these *kinds* of event."""
        return self.of in set(kinds)

    def numbers(self, seen: Seen) -> tuple[int, ...]:
        """Return how many events the ticket had in the period."""
        return (sum(at >= seen.start for at in instants_of(seen, self.of, self.party)),)

    def rows(self, level: BoundLevel, setting: Setting) -> dict[tuple[str, str], tuple[int, ...]]:
        """Return one for each outage that begins in the period."""
        program = level.program
        outages = setting.outages if self.of == "outages" else ()
        return {
            ("outage", each.ref): (1,)
            for each in outages
            if each.state == "down"
            and program.scope.covers(each)
            and program.start <= to_micros(each.start) < program.end
            and each.end != each.start
        }

    def outcome(self, sums: Sums, ref: str, target: Target | None) -> Figure[Any]:
        """Return the outcome of the number."""
        cites = (f"clause {ref}",)
        if (unrecorded := sums.unrecorded(self)) or target is None:
            return derive("outcome", "not recorded/1", *unrecorded, cites=cites)
        return judged(sums.count(f"{self.of} in the period", f"{ref}.number"), target, cites[0])

    def faults(self, tally: Tally, ref: str, whole: int) -> Iterator[str]:  # noqa: ARG002 - it has no whole
        """Yield fewer than none."""
        if tally[f"{ref}.number"] < 0:
            yield f"{ref}: {tally[f'{ref}.number']} {self.of}"
