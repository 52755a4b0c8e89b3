"""
What clauses declare that they observe.

No clause ever sees a ticket: it names what it needs, and the engine counts it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from datetime import timedelta

    from ecsm_contracts.facts import NoticeKind
    from ecsm_contracts.measures._measure import Measure
    from ecsm_contracts.measures._quantity import Part
    from ecsm_contracts.measures._scope import Scope

__all__ = ["Observation", "ObservesLate", "ObservesLevel", "ObservesRelief"]


class ObservesLevel(NamedTuple):
    """A level: its measure over the tickets or outages in its scope."""

    ref: str
    scope: Scope
    measure: Measure


class ObservesLate(NamedTuple):
    """The lateness of each ticket of a level, in units, under the column `name` of the clause `ref`."""

    ref: str
    name: str
    level: str
    unit: timedelta
    part: Part


class ObservesRelief(NamedTuple):
    """Time that the kinds of `notices` relieve, for the `levels` named."""

    ref: str
    notices: tuple[NoticeKind, ...]
    levels: tuple[str, ...]
    leaves_denominator: bool


Observation = ObservesLevel | ObservesLate | ObservesRelief
"""
What a clause may declare; there are no other kinds, so that clauses from outside cannot fork the engine.
"""
