"""
What clauses declare that they observe.

No clause ever sees a ticket: it names what it needs, and the engine counts it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple

if TYPE_CHECKING:
    from datetime import timedelta

    from ecsm_contracts.calendars import BillingCycle, EveryName, RecurringWindow, Rolling, ServiceHours
    from ecsm_contracts.facts import NoticeKind
    from ecsm_contracts.measures._charged import Charged
    from ecsm_contracts.measures._measure import Measure
    from ecsm_contracts.measures._quantity import Part
    from ecsm_contracts.measures._relief import Announced, Quota
    from ecsm_contracts.measures._scope import Scope

__all__ = [
    "GroupedBy",
    "Observation",
    "ObservesCharge",
    "ObservesGroups",
    "ObservesLate",
    "ObservesLevel",
    "ObservesRelief",
    "Relieves",
]


class ObservesLevel(NamedTuple):
    """A level: its measure over the tickets or outages in its scope."""

    ref: str
    scope: Scope
    measure: Measure
    every: EveryName | Rolling | None = None
    """Over which windows; None for the billing period."""


class ObservesCharge(NamedTuple):
    """What a charge counts, of the tickets in a scope or of the setting, in columns behind the number `ref`."""

    ref: str
    scope: Scope
    measure: Charged


class ObservesLate(NamedTuple):
    """The lateness of each ticket of a level, in units, under the column `name` of the clause `ref`."""

    ref: str
    name: str
    level: str
    unit: timedelta
    part: Part


GroupedBy = Literal["cause", "area", "item"]
"""What items are grouped by: what an item says of itself, or each item by itself."""


class ObservesGroups(NamedTuple):
    """What the credits named by `amounts` count, group by group of items."""

    ref: str
    by: GroupedBy
    amounts: tuple[str, ...]


Relieves = Literal["exclude", "extend", "count"]
"""
What becomes of relieved time: it is taken out of clocks and outages; clocks get all of it back; or it is only counted,
so that the clause can excuse windows.
"""


class ObservesRelief(NamedTuple):
    """Time that the kinds of `notices`, and windows of the contract, relieve, for the `levels` named."""

    ref: str
    notices: tuple[NoticeKind, ...]
    levels: tuple[str, ...]
    leaves_denominator: bool
    treatment: Relieves = "exclude"
    hours: str | None = None
    """A calendar of the contract in whose hours time is relieved."""
    windows: tuple[RecurringWindow, ...] = ()
    """Windows that come again by a rule."""
    quota: Quota | None = None
    announced: Announced | None = None
    zone: str = "UTC"
    """The zone of the contract; this and what follows the engine fills in."""
    cycle: BillingCycle | None = None
    """How the contract is billed."""
    bounds: tuple[int, int] = (0, 0)
    """The term of the contract, in which its windows relieve, in microseconds."""
    calendar: ServiceHours | None = None
    """The calendar that `hours` names."""


Observation = ObservesLevel | ObservesCharge | ObservesGroups | ObservesLate | ObservesRelief
"""
What a clause may declare; there are no other kinds, so that clauses from outside cannot fork the engine.
"""
