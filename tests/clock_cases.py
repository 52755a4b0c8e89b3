"""The shared cases of clocks: where they are, and their calendars and instants as the library's own."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import yaml

from ecsm_contracts.calendars import BusinessCalendar, zone

__all__ = ["FACTS", "PATH", "calendar_of", "instant"]

NAMES = {"mon": "Mon", "tue": "Tue", "wed": "Wed", "thu": "Thu", "fri": "Fri", "sat": "Sat", "sun": "Sun"}


def find_cases() -> Path | None:
    """Return the file of cases beside the repository or above it, or None."""
    for folder in Path(__file__).resolve().parents:
        found = folder.parent / "shared" / "cases" / "clock_cases.yaml"
        if found.exists():
            return found
    return None


PATH = find_cases()
FACTS: dict[str, Any] = yaml.safe_load(PATH.read_text(encoding="utf-8")) if PATH else {"cases": [], "calendars": {}}
"""What the file says; nothing where it is absent."""


def shifts(times: list[list[str]]) -> str:
    """Return the shifts of a case in the library's grammar."""
    return " ".join(f"{start}-{end}" for start, end in times)


def calendar_of(name: str) -> BusinessCalendar:
    """Return the calendar of a case."""
    said = FACTS["calendars"][name]
    weekly = [f"{NAMES[day]} {shifts(times)}" for day, times in said.get("weekly", {}).items()]
    return BusinessCalendar.weekly(
        "always" if said.get("always") else weekly,
        zone=said["timezone"],
        holidays=[date.fromisoformat(day) for day in said.get("holidays", [])],
        yearly_holidays=said.get("yearly_holidays", []),
        special_days={date.fromisoformat(day): shifts(times) for day, times in said.get("special_days", {}).items()},
    )


def instant(text: str, zone_name: str) -> datetime:
    """Return the instant of a case's text, which is local to its calendar when it has no offset."""
    moment = datetime.fromisoformat(text)
    return moment.replace(tzinfo=zone(zone_name)).astimezone(UTC) if moment.tzinfo is None else moment
