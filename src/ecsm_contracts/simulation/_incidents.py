"""What happens to whole services: outages, which may overlap, and notices of planned or excused time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ecsm_contracts.simulation._case import utc_text

if TYPE_CHECKING:
    import random

    from ecsm_contracts.simulation._desk import Desk

__all__ = ["Incidents"]

MONTH_MINUTES = 43200
ONE_MORE = 0.25
"""How likely an outage is to bring another with it."""
BREAKS = 0.6
"""How likely maintenance is to break what it maintains."""


class Incidents:
    """The outages and notices that last, and the records of all there were."""

    def __init__(self, desk: Desk, rng: random.Random) -> None:
        """Begin with all services up."""
        self._desk = desk
        self._rng = rng
        self._chance = (desk.traffic.outages_per_month + desk.traffic.notices_per_month) / MONTH_MINUTES
        self._ends: dict[int, list[tuple[str, str, str]]] = {}
        self._open: dict[str, dict[str, Any]] = {}
        self.down: dict[str, int] = {}
        self.notices: dict[tuple[str, str], int] = {}
        self.outage_records: list[dict[str, Any]] = []
        self.notice_records: list[dict[str, Any]] = []
        self.down_minutes: dict[str, int] = {}
        self.planned_minutes: dict[str, int] = {}
        self.overlaps = 0

    def pass_minute(self, minute: int) -> None:
        """Let outages and notices end and begin at *minute*."""
        for ref, service, kind in self._ends.pop(minute, ()):
            self._end(ref, service, kind, minute)
        for service in self._desk.services:
            if self._rng.random() < self._chance:
                self._begin(service, minute)

    def count(self) -> None:
        """Count the minute by the wall clock, for every service."""
        for service, number in self.down.items():
            if number:
                self.down_minutes[service] = self.down_minutes.get(service, 0) + 1
        for (service, kind), number in self.notices.items():
            if number and kind == "maintenance":
                self.planned_minutes[service] = self.planned_minutes.get(service, 0) + 1

    def _begin(self, service: str, minute: int) -> None:
        traffic = self._desk.traffic
        if self._rng.randrange(traffic.outages_per_month + traffic.notices_per_month) < traffic.notices_per_month:
            self._announce(service, minute)
            return
        self._break(service, minute)
        while self._rng.random() < ONE_MORE:
            self._break(service, minute)

    def _break(self, service: str, minute: int) -> None:
        ref = f"O-{len(self.outage_records) + 1:04}"
        record = {"ref": ref, "service": service, "start": utc_text(minute)}
        self.outage_records.append(record)
        length = self._rng.randint(0, self._rng.randint(1, self._desk.traffic.outage_minutes))
        if not length:
            record["end"] = utc_text(minute)
            return
        self._open[ref] = record
        self.overlaps += self.down.get(service, 0) > 0
        self.down[service] = self.down.get(service, 0) + 1
        self._ends.setdefault(minute + length, []).append((ref, service, "outage"))

    def _announce(self, service: str, minute: int) -> None:
        ref = f"N-{len(self.notice_records) + 1:04}"
        kind = self._rng.choice(("maintenance", "maintenance", "force_majeure"))
        length = self._rng.randint(15, 360)
        start, end = utc_text(minute), utc_text(minute + length)
        self.notice_records.append({"ref": ref, "kind": kind, "service": service, "start": start, "end": end})
        self.notices[service, kind] = self.notices.get((service, kind), 0) + 1
        self._ends.setdefault(minute + length, []).append((ref, service, kind))
        if self._rng.random() < BREAKS:
            self._break(service, minute)

    def _end(self, ref: str, service: str, kind: str, minute: int) -> None:
        if kind == "outage":
            self._open.pop(ref)["end"] = utc_text(minute)
            self.down[service] -= 1
        else:
            self.notices[service, kind] -= 1
