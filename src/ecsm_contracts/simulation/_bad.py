"""
Bad records, one of every kind that is refused: when read, when joined, or when a ticket's events are put in order.

Each has an identity of its own, so that no good record falls with it, and happens within minutes, so that no month
lies between its parts.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ecsm_contracts.simulation._case import utc_text

if TYPE_CHECKING:
    import random
    from collections.abc import Callable

__all__ = ["BadRecord", "bad_records"]

Record = dict[str, Any]
CONTRADICTION = "contradiction"


@dataclass(frozen=True, slots=True)
class BadRecord:
    """A record that must be rejected, alone."""

    kind: str
    """``ticket``, ``outage``, ``notice`` or ``work``."""
    ref: str
    """The identity as it can be read; empty where it cannot."""
    code: str
    """Why it is rejected."""
    at: int
    """A minute, since 1970 in UTC, by which everything in it has happened."""
    records: tuple[Record, ...] = ()
    """What is delivered, where it is a record at all."""
    line: bytes = b""
    """What is written, where it is not."""

    @property
    def is_record(self) -> bool:
        """Whether it is a record, and not only a line of a file."""
        return bool(self.records)

    @property
    def is_contradiction(self) -> bool:
        """Whether it can be read, and contradicts itself only once its events have happened."""
        return self.code == CONTRADICTION

    @property
    def copies(self) -> int:
        """How often it is listed: once for every record of it."""
        return max(1, len(self.records))


def _event(kind: str, minute: int, **fields: str) -> Record:
    return {"kind": kind, "at": utc_text(minute), **fields}


def _ticket(ref: str, at: int, *events: Record, **changes: object) -> Record:
    opened = (_event("opened", at), *events)
    return {"ref": ref, "service": "desk", "type": "incident", "priority": "P1", "events": list(opened), **changes}


def _span(ref: str, at: int, **changes: object) -> Record:
    return {"ref": ref, "service": "mail", "start": utc_text(at), "end": utc_text(at + 60), **changes}


def _notice(ref: str, at: int, **changes: object) -> Record:
    return _span(ref, at, **{"kind": "maintenance", **changes})


def _work(ref: str, at: int, **changes: object) -> Record:
    return {"ref": ref, "ticket": "T-00001", "role": "agent", "effort": "PT30M", "at": utc_text(at), **changes}


def _naive(at: int) -> str:
    return utc_text(at).removesuffix("Z")


_UNREADABLE: tuple[tuple[str, str, Callable[[str, int], Record]], ...] = (
    ("ticket", "instant_naive", lambda ref, at: _ticket(ref, at, {"kind": "resolved", "at": _naive(at + 9)})),
    ("ticket", "instant_syntax", lambda ref, at: _ticket(ref, at, {"kind": "resolved", "at": at * 60})),
    (
        "ticket",
        "instant_precision",
        lambda ref, at: _ticket(ref, at, {"kind": "noted", "at": f"{_naive(at)}.0000001Z"}),
    ),
    ("ticket", "instant_range", lambda ref, at: _ticket(ref, at, {"kind": "closed", "at": "2126-03-02T09:00:00Z"})),
    ("ticket", "unknown_field", lambda ref, at: _ticket(ref, at, prio="P1")),
    ("ticket", "unknown_word", lambda ref, at: _ticket(ref, at, _event("reopend", at + 5))),
    ("ticket", "event_incomplete", lambda ref, at: _ticket(ref, at, _event("held", at + 5))),
    ("ticket", "event_priority", lambda ref, at: _ticket(ref, at, _event("noted", at + 5, priority="P2"))),
    ("ticket", "too_few", lambda ref, at: _ticket(ref, at, events=[])),
    ("ticket", "blank_edge", lambda ref, at: _ticket(ref, at, priority=" P1")),
    ("outage", "end_before_start", lambda ref, at: _span(ref, at, end=utc_text(at - 1))),
    ("outage", "instant_naive", lambda ref, at: _span(ref, at, start=_naive(at))),
    ("outage", "missing_field", lambda ref, at: {"ref": ref, "start": utc_text(at)}),
    ("outage", "unknown_field", lambda ref, at: _span(ref, at, blame="unknown")),
    ("notice", "end_before_start", lambda ref, at: _notice(ref, at, end=utc_text(at - 600))),
    ("notice", "unknown_word", lambda ref, at: _notice(ref, at, kind="holiday")),
    (
        "notice",
        "missing_field",
        lambda ref, at: {"ref": ref, "kind": "maintenance", "service": "mail", "start": utc_text(at)},
    ),
    ("work", "duration_day", lambda ref, at: _work(ref, at, effort="1d")),
    ("work", "duration_syntax", lambda ref, at: _work(ref, at, effort="half an hour")),
    ("work", "not_a_text", lambda ref, at: _work(ref, at, role=7)),
    ("work", "unknown_field", lambda ref, at: _work(ref, at, minutes="30")),
)
_CONTRADICTING: tuple[Callable[[str, int], Record], ...] = (
    lambda ref, at: _ticket(ref, at, _event("noted", at - 4)),
    lambda ref, at: _ticket(ref, at, _event("resolved", at - 7)),
    lambda ref, at: _ticket(ref, at, _event("resolved", at + 5), _event("resumed", at + 6)),
    lambda ref, at: _ticket(ref, at, _event("closed", at + 5), _event("held", at + 6, party="customer")),
    lambda ref, at: _ticket(ref, at, _event("reopened", at + 2)),
    lambda ref, at: _ticket(ref, at, _event("opened", at + 3)),
    lambda ref, at: _ticket(ref, at, _event("cancelled", at + 3), _event("resolved", at + 4)),
    lambda ref, at: _ticket(ref, at, _event("merged", at + 3), _event("reprioritised", at + 4, priority="P3")),
)
_TWICE: tuple[tuple[str, Callable[[str, int], tuple[Record, Record]]], ...] = (
    ("ticket", lambda ref, at: (_ticket(ref, at), _ticket(ref, at, priority="P2"))),
    ("ticket", lambda ref, at: (_ticket(ref, at), _ticket(ref, at, _event("resolved", at + 8)))),
    ("outage", lambda ref, at: (_span(ref, at), _span(ref, at, end=utc_text(at + 61)))),
    ("notice", lambda ref, at: (_notice(ref, at), _notice(ref, at, reason="moved"))),
    ("work", lambda ref, at: (_work(ref, at), _work(ref, at, effort="PT31M"))),
)
_LINES: tuple[tuple[str, str, bytes], ...] = (
    ("ticket", "json_syntax", b'{"ref": "B-cut", "service": "desk", "type": "inci'),
    ("ticket", "encoding", b'{"ref": "B-\xff\xfe"}'),
    ("ticket", "not_a_mapping", b'["B-list"]'),
    ("outage", "duplicate_key", b'{"ref": "B-1", "ref": "B-2", "service": "mail", "start": "2026-03-02T09:00:00Z"}'),
    ("notice", "json_syntax", b"<notice/>"),
    ("work", "number_float", b'{"ref": "B-3", "ticket": "T-00001", "role": "agent", "effort": 0.5}'),
)
MARGIN = 2000
"""Minutes that bad records keep from the ends of the world."""
DAY, EARLIEST, LATEST = 1440, 3, 27


def _some_minute(rng: random.Random, start: int, end: int) -> int:
    """Return a minute that is days away from the end of any month, in whatever zone."""
    while True:
        at = rng.randint(start + MARGIN, max(start + MARGIN, end - MARGIN))
        if EARLIEST <= int(utc_text(at)[8:10]) <= LATEST:
            return at


def _make(rng: random.Random, ref: str, at: int) -> BadRecord:
    sort = rng.choices(("unreadable", "contradicting", "twin"), (5, 3, 2))[0]
    if sort == "unreadable":
        kind, code, make = rng.choice(_UNREADABLE)
        return BadRecord(kind, ref, code, at + 10, (make(ref, at),))
    if sort == "contradicting":
        contradicting = rng.choice(_CONTRADICTING)
        return BadRecord("ticket", ref, CONTRADICTION, at + 10, (contradicting(ref, at),))
    twin, make_both = rng.choice(_TWICE)
    return BadRecord(twin, ref, "duplicate_identity", at + 10, make_both(ref, at))


def bad_records(rng: random.Random, number: int, start: int, end: int) -> tuple[BadRecord, ...]:
    """Return *number* bad records within a world from minute *start* to minute *end*, and as many lines at the most."""
    made = tuple(_make(rng, f"B-{count:03}", _some_minute(rng, start, end)) for count in range(1, number + 1))
    lines = rng.sample(_LINES, min(number, len(_LINES)))
    return made + tuple(BadRecord(kind, "", code, start, line=line) for kind, code, line in lines)
