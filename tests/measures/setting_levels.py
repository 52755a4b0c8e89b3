"""Levels about the setting, bound to a small span of seconds, so that each second can be looked at."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from ecsm_contracts.calendars import ServiceTimeTable, clip_spans, from_micros, merge_spans, to_micros
from ecsm_contracts.facts import Notice, Outage, Setting
from ecsm_contracts.measures import LevelProgram, Scope, Vocabulary

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ecsm_contracts.measures import BoundLevel, Measure

ZERO = to_micros(datetime(2026, 3, 2, tzinfo=UTC))
"""The instant from which seconds are counted: midnight, a Monday."""
SECOND = 1_000_000


def at(second: int) -> datetime:
    """Return the instant so many seconds from midnight."""
    return from_micros(ZERO + second * SECOND)


def table(hours: Iterable[tuple[int, int]]) -> ServiceTimeTable:
    """Return a compiled calendar whose hours are spans of seconds."""
    spans = merge_spans((ZERO + start * SECOND, ZERO + end * SECOND) for start, end in hours)
    return ServiceTimeTable(lambda start, end: clip_spans(spans, start, end))


def outage(
    ref: str, start: int, end: int | None, state: str = "down", service: str = "mail", affected: str = "100%"
) -> Outage:
    """Return an outage between two seconds."""
    data: dict[str, Any] = {"ref": ref, "service": service, "start": at(start), "state": state, "affected": affected}
    return Outage.model_validate(data if end is None else {**data, "end": at(end)})


def notice(ref: str, start: int, end: int, kind: str = "maintenance") -> Notice:
    """Return a notice between two seconds."""
    return Notice.model_validate({"ref": ref, "service": "mail", "kind": kind, "start": at(start), "end": at(end)})


def bound(
    measure: Measure,
    hours: list[tuple[int, int]],
    period: tuple[int, int],
    setting: Setting,
    *,
    leaves: bool = False,
) -> BoundLevel:
    """Return the level 4.1 of *measure* over a *period* in seconds; every notice of *setting* relieves it."""
    start, end = (ZERO + each * SECOND for each in period)
    names = measure.calendars()
    tables = dict.fromkeys(names, table(hours))
    kinds = frozenset({"maintenance", "force_majeure"} if leaves or measure.relief_leaves else ())
    program = LevelProgram(
        "4.1",
        Scope(),
        measure,
        tables,
        start,
        end,
        earliest=ZERO - 86_400 * SECOND,
        relieved=bool(setting.notices),
        leaving=kinds,
    )
    relieved = [(to_micros(each.start), to_micros(each.end)) for each in setting.notices]
    return program.bind(relieved, Vocabulary())


def sums(level: BoundLevel, setting: Setting) -> dict[str, int]:
    """Return the sum of each column over all items."""
    rows = level.observe_setting(setting).values()
    columns = level.program.measure.columns
    return {name: sum(row[place] for row in rows) for place, name in enumerate(columns)}


def minutes(number: int) -> timedelta:
    """Return so many minutes."""
    return timedelta(minutes=number)
