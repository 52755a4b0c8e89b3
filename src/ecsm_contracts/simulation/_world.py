"""The world: minutes that pass, what happens in them, and the truth that is counted on the way."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

from ecsm_contracts.facts import Facts, Notice, Outage, Ticket, Work
from ecsm_contracts.simulation._bad import BadRecord, bad_records
from ecsm_contracts.simulation._count import TicketCounter, UptimeCounter
from ecsm_contracts.simulation._floor import Floor
from ecsm_contracts.simulation._incidents import Incidents
from ecsm_contracts.simulation._money import Till
from ecsm_contracts.simulation._records import delivered, write_tables
from ecsm_contracts.simulation._truth import MonthTruth, ServiceTruth, TicketTruth
from ecsm_contracts.simulation._wallclock import OpenSign, WallClock

if TYPE_CHECKING:
    import os

    from ecsm_contracts.simulation._desk import Desk

__all__ = ["World", "simulate"]

DAY = 1440


@dataclass(frozen=True, slots=True, eq=False)
class World:
    """What happened, in records as a help desk would hand them over, and the truth about it."""

    desk: Desk
    seed: str
    months: tuple[MonthTruth, ...]
    """The truth about every whole month of the contract's term, in sequence."""
    tickets: tuple[TicketTruth, ...]
    """How every ticket that a promise is about stood in the end."""
    tables: dict[str, tuple[dict[str, Any], ...]]
    """The good records by table, each once, in the order of time."""
    bad: tuple[BadRecord, ...]
    """The records that must be rejected."""
    overlaps: int
    """How many outages began while their service was down already."""

    def records(self) -> dict[str, list[dict[str, Any]]]:
        """
        Return all records by table: shuffled, some delivered twice, the bad ones among them.

        Records whose line is not even JSON are in what `write` writes only.
        """
        return delivered(self.tables, self.bad, random.Random(f"{self.seed}:delivery"), self.desk.traffic.redelivered)

    def facts(self) -> Facts:
        """Return the good records as facts, with nothing rejected."""
        tables = self.tables
        return Facts.of(
            tickets=[Ticket.model_validate(record) for record in tables["tickets"]],
            outages=[Outage.model_validate(record) for record in tables["outages"]],
            notices=[Notice.model_validate(record) for record in tables["notices"]],
            work=[Work.model_validate(record) for record in tables["work"]],
        )

    def write(self, folder: str | os.PathLike[str]) -> None:
        """
        Write all records to *folder*, one JSON-lines file for each table, the unreadable lines among them.

        Raises:
            OSError: when a file cannot be written.
        """
        write_tables(self.records(), self.bad, random.Random(f"{self.seed}:files"), folder)

    def rejections(self, month: str, *, lines: bool = False) -> list[tuple[str, str, str]]:
        """
        Return kind, identity and code of every record that the statement of *month* must list, sorted.

        Args:
            month: As ``2026-03``.

            lines: Whether the facts were read from the files of `write`, with their unreadable lines.
        """
        end = next(each.end for each in self.months if each.month == month)
        known = [bad for bad in self.bad if (bad.is_record or lines) and (not bad.is_contradiction or bad.at < end)]
        return sorted((bad.kind, bad.ref, bad.code) for bad in known for _ in range(bad.copies))


class _Run:
    """One run of the world."""

    def __init__(self, desk: Desk, rng: random.Random) -> None:
        self.desk = desk
        self.walls = {zone: WallClock(zone) for zone in (desk.zone, *(hours.zone for _, hours in desk.hours))}
        self.signs = {name: OpenSign(hours, desk.holidays, self.walls[hours.zone]) for name, hours in desk.hours}
        self.tickets = [TicketCounter(promise, desk.reliefs) for promise in desk.promises]
        self.uptimes = [UptimeCounter(promise, desk.reliefs) for promise in desk.uptimes]
        self.floor = Floor(desk, rng, self.tickets)
        self.incidents = Incidents(desk, rng)
        self.till = Till(desk)
        self.months: list[MonthTruth] = []
        self.first: date | None = None
        self.begun = 0

    def read_clocks(self, minute: int) -> date:
        """Let every wall clock show *minute*, and return the date on that of the contract."""
        for wall in self.walls.values():
            wall.read(minute)
        return self.walls[self.desk.zone].day

    def pass_minute(self, minute: int) -> None:
        """Let *minute* happen, and count it."""
        is_open = {name: sign.is_open() for name, sign in self.signs.items()}
        local = self.walls[dict(self.desk.hours)["desk"].zone]
        self.incidents.pass_minute(minute)
        self.floor.pass_minute(minute, local, is_open["desk"])
        self.incidents.count()
        for each in self.tickets:
            if is_open[each.promise.hours] and not each.relief.is_relieved(self.incidents.notices):
                each.pass_minute(minute)
        for up in self.uptimes:
            if is_open[up.promise.hours]:
                up.pass_minute(self.incidents.down, self.incidents.notices)

    def turn_month(self, first: date, minute: int) -> None:
        """End the month that lasted until *minute*, before anything happens in it, and begin that of *first*."""
        levels = tuple(each.close_month(self.begun, minute) for each in self.tickets)
        levels += tuple(each.close_month() for each in self.uptimes)
        incidents = self.incidents
        if self.first is not None and self.desk.term_start <= self.first < self.desk.term_end:
            lines, limited = self.till.settle(self.first, levels)
            services = tuple(
                ServiceTruth(name, incidents.down_minutes.get(name, 0), incidents.planned_minutes.get(name, 0))
                for name in self.desk.services
            )
            effort = tuple(sorted(self.floor.effort.items()))
            truths = tuple(level.truth for level in levels)
            label = f"{self.first:%Y-%m}"
            self.months.append(MonthTruth(label, self.begun, minute, truths, lines, services, effort, limited))
        incidents.down_minutes, incidents.planned_minutes, self.floor.effort = {}, {}, {}
        self.first, self.begun = first, minute


def simulate(desk: Desk, *, seed: str | int, start: date, end: date) -> World:
    """
    Return a world in which *desk* was at work.

    The same arguments give the same world, on every machine and under every hash seed.

    Args:
        desk: The desk and its contract.

        seed: What all chance comes from.

        start: The first local date in the contract's zone. Months before the term of the contract are lived through and
            not settled; give the first day of the term, or of a month before it.

        end: The local date on which the world ends, not included; the first of a month, or the last month has no truth.
    """
    rng = random.Random(f"{seed}:{desk.ref}")
    run = _Run(desk, rng)
    minute = int(datetime(start.year, start.month, start.day, tzinfo=UTC).timestamp()) // 60 - DAY
    while run.read_clocks(minute) < start:
        minute += 1
    begun, shown = minute, start
    run.first, run.begun = (start if start.day == 1 else None), minute
    while True:
        today = run.read_clocks(minute)
        if today > shown:
            if (today.year, today.month) != (shown.year, shown.month):
                run.turn_month(today.replace(day=1), minute)
            shown = today
        if shown >= end:
            break
        run.pass_minute(minute)
        minute += 1
    bad = bad_records(rng, desk.traffic.bad_records, begun, minute)
    return _world(run, str(seed), bad)


def _world(run: _Run, seed: str, bad: tuple[BadRecord, ...]) -> World:
    tables = {
        "tickets": tuple(case.record() for case in run.floor.cases),
        "outages": tuple(run.incidents.outage_records),
        "notices": tuple(run.incidents.notice_records),
        "work": tuple(run.floor.work),
    }
    tickets = tuple(ticket for counter in run.tickets for ticket in counter.tickets())
    return World(run.desk, seed, tuple(run.months), tickets, tables, bad, run.incidents.overlaps)
