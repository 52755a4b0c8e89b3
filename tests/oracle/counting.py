"""
Section 5 of docs/reference/semantics.md on facts so simple that no calendar and no wait matters: what levels came to.

Hours are always open, the zone is UTC, and a ticket is opened once and resolved or cancelled once at most. Times are
whole seconds.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import UTC, datetime
from fractions import Fraction
from typing import Any

from .money import percent

Record = dict[str, Any]
Span = tuple[int, int]
UNITS = {"h": 3600, "min": 60, "s": 1}


@dataclass
class Item:
    """Section 5: what one ticket or outage adds to a level in a period."""

    ref: str
    cause: str | None = None
    area: str | None = None
    counted: int = 0
    met: int = 0
    misses: int = 0
    late_before: int = 0  # late(start)
    late_after: int = 0  # late(end)
    spans: list[Span] = field(default_factory=list)  # the down time of an outage in the period

    @property
    def counts_something(self) -> bool:
        """Whether one of its numbers is not zero."""
        return any((self.counted, self.met, self.misses, self.late_after - self.late_before, self.spans))


@dataclass
class Window:
    """Section 5: what a level came to in the period."""

    outcome: str
    number: Fraction | None = None
    severity: str | None = None
    service: int = 0  # the service time
    items: list[Item] = field(default_factory=list)

    @property
    def state(self) -> str:
        """Section 6, State of a window."""
        return self.severity or self.outcome


def seconds(text: str) -> int:
    """An instant in whole seconds since 1970."""
    return int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp())


def duration(text: str) -> int:
    """A time such as `1h30min`, in seconds."""
    return sum(int(number) * UNITS[unit] for number, unit in re.findall(r"(\d+)(h|min|s)", text))


def quantity(value: str | int) -> Fraction:
    """A share, a time or a number, by what is written."""
    text = str(value)
    if text.endswith("%"):
        return percent(text)
    return Fraction(duration(text)) if re.search("[a-z]", text) else Fraction(text)


def reaches(target: Record, number: Fraction) -> bool:
    """Section 5: whether the number is what the target asks for."""
    ((how, bound),) = target.items()
    edge = quantity(bound)
    return {"at_least": number >= edge, "above": number > edge, "at_most": number <= edge, "below": number < edge}[how]


def band(bands: list[Record], number: Fraction) -> Record:
    """Section 6: the first band whose `below` is greater, or whose `up_to` is not less; the last has no edge."""
    for each in bands[:-1]:
        if number < quantity(each["below"]) if "below" in each else number <= quantity(each["up_to"]):
            return each
    return bands[-1]


def union(spans: list[Span]) -> list[Span]:
    """Spans joined where they overlap or touch."""
    joined: list[Span] = []
    for first, last in sorted(spans):
        if joined and first <= joined[-1][1]:
            joined[-1] = joined[-1][0], max(joined[-1][1], last)
        else:
            joined.append((first, last))
    return joined


def length(spans: list[Span]) -> int:
    """The time that spans cover together."""
    return sum(last - first for first, last in union(spans))


# -------------------------------------------------------------------------------------------------------------- measures


def declared(measure: Record, facts: Record, start: int, end: int) -> Fraction | None:
    """Section 5, `declared`: the value of the interval that is exactly the period; None where there is not one."""
    values = {
        Fraction(each["value"])
        for each in facts.get("declared", [])
        if each["figure"] == measure["figure"] and (seconds(each["start"]), seconds(each["end"])) == (start, end)
    }
    if len(values) != 1:
        return None
    return values.pop() / (100 if measure["gives"] == "share" else 1)


def late(ticket: Record, within: int, at: int) -> tuple[int, int]:
    """Section 5, `ticket_time`: met(t) and the elapsed time beyond the target, knowing what happened before t."""
    opened = seconds(ticket["events"][0]["at"])
    ended = [(seconds(each["at"]), each["kind"]) for each in ticket["events"][1:] if seconds(each["at"]) < at]
    if opened >= at or (ended and ended[0][1] == "cancelled"):
        return 0, 0
    elapsed = (ended[0][0] if ended else at) - opened
    return int(bool(ended) and elapsed <= within), max(0, elapsed - within)


def of_ticket(measure: Record, ticket: Record, start: int, end: int) -> Item:
    """Section 5: what a ticket adds to a level of `ticket_time` or `attainment`, population `resolved`."""
    within = duration(measure["within"])
    (met_before, late_before), (met_after, late_after) = late(ticket, within, start), late(ticket, within, end)
    item = Item(ticket["ref"], ticket.get("cause"), ticket.get("area"))
    if measure["kind"] == "ticket_time":
        item.met, item.misses = met_after - met_before, int(late_after > 0) - int(late_before > 0)
        item.late_before, item.late_after = late_before, late_after
    else:
        resolved = [seconds(each["at"]) for each in ticket["events"] if each["kind"] == "resolved"]
        if resolved and start <= resolved[0] < end:
            item.counted, item.met = 1, met_after
    return item


def of_outage(outage: Record, start: int, end: int) -> Item:
    """Section 5, `availability`: the part of an outage that lies in the period."""
    item = Item(outage["ref"], outage.get("cause"), outage.get("area"))
    first, last = max(start, seconds(outage["start"])), min(end, seconds(outage["end"]))
    item.spans = [(first, last)] if first < last else []
    return item


def judged(level: Record, facts: Record, start: int, end: int) -> Window:
    """Section 5: outcome, number and items of a level in a period."""
    measure = level["measure"]
    kind = measure["kind"]
    seen = Window("not_measured", service=end - start)
    if kind == "declared":
        seen.number = declared(measure, facts, start, end)
        missing = not [
            each
            for each in facts.get("declared", [])
            if each["figure"] == measure["figure"] and seconds(each["start"]) == start
        ]
        if seen.number is None:
            seen.outcome = measure["when_missing"] if missing else "not_measured"
            return seen
    elif kind == "availability":
        seen.items = [of_outage(each, start, end) for each in facts.get("outages", [])]
        seen.number = 1 - Fraction(length([span for item in seen.items for span in item.spans]), end - start)
    else:
        scope = level["scope"]["type"]
        tickets = [each for each in facts.get("tickets", []) if each["type"] == scope]
        seen.items = [of_ticket(measure, each, start, end) for each in tickets]
        if kind == "ticket_time":
            seen.outcome = "missed" if sum(item.misses for item in seen.items) > 0 else "met"
            return seen
        counted, met = sum(item.counted for item in seen.items), sum(item.met for item in seen.items)
        if counted < measure["minimum"]:
            seen.outcome = measure["when_too_few"]
            return seen
        seen.number = Fraction(met, counted)
    seen.outcome = "met" if reaches(level["target"], seen.number) else "missed"
    if seen.outcome == "missed" and level.get("severities"):
        seen.severity = band(level["severities"], seen.number)["is"]
    return seen
