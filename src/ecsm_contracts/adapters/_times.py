"""From the text of a time in a table to the instant it names."""

from __future__ import annotations

from datetime import datetime
from functools import lru_cache
from typing import TYPE_CHECKING

from ecsm_contracts.adapters._bad import Bad
from ecsm_contracts.adapters._formats import parse_time
from ecsm_contracts.calendars import from_micros, instant_after_gap, parse_instant, wall_clock_instants
from ecsm_contracts.errors import InvalidValue, shown

if TYPE_CHECKING:
    from collections.abc import Callable

    from ecsm_contracts.adapters._mapping_parts import Times

__all__ = ["time_reader"]

KEPT = 65536
"""How many texts are remembered with their instants: tables repeat themselves."""


def time_reader(times: Times) -> Callable[[str], datetime | Bad]:
    """Return a function from the text of a time, without blanks at its edges, to its instant, or to what is wrong."""

    @lru_cache(maxsize=KEPT)
    def read(text: str) -> datetime | Bad:
        try:
            return _instant(text, times)
        except InvalidValue as wrong:
            code = "time_syntax" if wrong.rule == "instant_syntax" else wrong.rule
            return Bad(code, str(wrong))
        except Bad as bad:
            return Bad(bad.code, str(bad))  # a new one: what was raised keeps the frames it came through

    return read


def _instant(text: str, times: Times) -> datetime:
    moment = _moment(text, times.format)
    if moment.tzinfo is not None:
        return parse_instant(moment)
    if times.zone is None:
        raise Bad("instant_naive", f"{shown(text)} has no offset, and the mapping names no zone (times.zone)")
    return parse_instant(from_micros(_read_off(times.zone, moment, times)))


def _moment(text: str, form: str | None) -> datetime:
    """Return the time that *text* writes, with or without an offset."""
    if form is not None:
        moment = parse_time(text, form)
        if moment is None:
            raise Bad("time_syntax", f"{shown(text)} is not a time of the form {form}")
        return moment
    try:
        return parse_instant(text)
    except InvalidValue as wrong:
        if wrong.rule != "instant_naive":
            raise
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        raise Bad("time_syntax", f"{shown(text)} is not a time: no calendar has it") from None


def _read_off(zone: str, reading: datetime, times: Times) -> int:
    """Return the instant at which a wall clock shows *reading*, in microseconds."""
    instants = wall_clock_instants(zone, reading)
    if len(instants) == 1:
        return instants[0]
    if instants:
        if times.repeated == "reject":
            message = f"{reading.isoformat()} happens twice in {zone}; say times.repeated, first or second"
            raise Bad("time_repeated", message)
        return instants[0 if times.repeated == "first" else -1]
    if times.skipped == "reject":
        raise Bad("time_skipped", f"{reading.isoformat()} never happens in {zone}; say times.skipped, after")
    return instant_after_gap(zone, reading)
