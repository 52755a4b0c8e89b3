"""
Section 11 of docs/reference/semantics.md: roots of credits, and which claim is about which of them, and in time.

Plain data: amounts in minor units, days as dates, instants in microseconds since 1970.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

from .clock import DAY, EPOCH, calendar_of, duration, ranges_of_date, zone_of

Plain = dict[str, Any]
CUSTOMER_KINDS = ("credit", "limit", "carried")


# ------------------------------------------------------------------------------------------------------------ instants


def microseconds(at: datetime) -> int:
    """Words: an instant in whole microseconds."""
    return (at - EPOCH) // timedelta(microseconds=1)


def reading(at: int, zone: str) -> datetime:
    """Section 1: the wall clock at an instant, to the microsecond."""
    return (EPOCH + timedelta(microseconds=at)).astimezone(zone_of(zone))


def instant_of(wall: datetime, zone: str) -> int:
    """Section 1, Windows: the first instant of a reading that comes twice, and as far after a gap as it is into it."""
    return microseconds(wall.replace(tzinfo=zone_of(zone), fold=0).astimezone(UTC))


def first_instant(day: date, zone: str) -> int:
    """Words: the first instant of a local date."""
    return instant_of(datetime(day.year, day.month, day.day), zone)


def local_date(at: int, zone: str) -> date:
    """Section 11: the local date to which an instant belongs."""
    return reading(at, zone).date()


# ------------------------------------------------------------------------------------------------------------ contract


@dataclass
class Period:
    """A billing period: its label, its first date and the first date after it."""

    label: str
    first: date
    after: date


@dataclass
class Terms:
    """The version that judges a period: its clauses (`ref`, `kind`, `takes`), its settlement, its calendars by key."""

    clauses: list[Plain]
    settlement: Plain
    calendars: dict[str, str] = field(default_factory=dict)

    def takes(self, ref: str) -> list[str]:
        """All that a clause takes, directly or not."""
        found: list[str] = []
        for clause in self.clauses:
            if clause["ref"] == ref:
                for taken in clause["takes"]:
                    found += [taken, *self.takes(taken)]
        return found

    def owes_customer(self, ref: str) -> bool:
        """Section 11, Roots: a credit, or a combine or limit of such."""
        clause = next(each for each in self.clauses if each["ref"] == ref)
        if clause["kind"] in ("combine", "limit"):
            return any(self.owes_customer(taken) for taken in clause["takes"])
        return bool(clause["kind"] == "service_credit")

    def roots(self) -> list[str]:
        """Section 11, Roots: what owes to the customer and is taken by nobody."""
        taken = {ref for clause in self.clauses for ref in clause["takes"]}
        return [each["ref"] for each in self.clauses if each["ref"] not in taken and self.owes_customer(each["ref"])]

    def roots_in(self, lines: list[tuple[str, str, int]]) -> list[str]:
        """Section 11, Credits: the roots of a document, in the order of their first lines."""
        found: list[str] = []
        for clause, kind, _ in lines:
            root = next((root for root in self.roots() if clause in (root, *self.takes(root))), None)
            if kind in CUSTOMER_KINDS and root is not None and root not in found:
                found.append(root)
        return found

    def amount(self, root: str, lines: list[tuple[str, str, int]]) -> int:
        """Section 11, Roots: the amount of a root in a document, positive when owed to the customer."""
        among = {root, *self.takes(root)}
        return -sum(minor for clause, kind, minor in lines if clause in among and kind in CUSTOMER_KINDS)

    def charges(self, lines: list[tuple[str, str, int]]) -> int:
        """Section 11, Roots: the sum of all lines that belong to no root."""
        return sum(minor for _, _, minor in lines) + sum(self.amount(root, lines) for root in self.roots())


@dataclass
class World:
    """All that section 11 reads."""

    zone: str
    periods: list[Period]  # of the cycle, from the first of the term on, and more than there are in the term
    last: int  # the number of the last billing period of the term
    terms: list[Terms]  # of each period
    issued: list[Plain]  # day, period (number), kind, lines
    claims: list[Plain]
    decisions: list[Plain]
    declared: list[Plain]
    as_of: date

    def number(self, label: str) -> int:
        """Which period a label names."""
        return next(n for n, period in enumerate(self.periods) if period.label == label)


# -------------------------------------------------------------------------------------------------------------- claims


def days_after(world: World, terms: Terms, at: int, days: Plain) -> int:
    """Section 1, Days: the instant that a number of days after another one names."""
    calendar = terms.settlement["claim"].get("calendar")
    zone = calendar_of(terms.calendars[calendar]).zone if calendar else world.zone
    count, meaning = days["days"], days["meaning"]
    if meaning == "24_hours":
        return at + int(count) * DAY
    if count == 0:
        return at
    wall = reading(at, zone).replace(tzinfo=None)
    if meaning == "calendar_day":
        return instant_of(wall + timedelta(days=count), zone)
    if meaning != "working_day_same_time":
        raise ValueError(meaning)
    while count:
        wall += timedelta(days=1)
        count -= bool(ranges_of_date(calendar_of(terms.calendars[calendar]), wall.date()))
    return instant_of(wall, zone)


def after(world: World, terms: Terms, period: int, anchor: int, time: Any) -> int:
    """Section 11, claimed: the anchor and a time: by the clock, in days, or the end of the n-th period."""
    if isinstance(time, str):
        return anchor + duration(time)
    if "periods" in time:
        return first_instant(world.periods[period + time["periods"]].after, world.zone)
    if terms.settlement["claim"]["since"] == "incident" or time["meaning"] == "24_hours":
        return days_after(world, terms, anchor, time)
    return days_after(world, terms, anchor - 1, time) + 1


def anchor_of(world: World, terms: Terms, credit: Plain, claim: Plain | None) -> int | None:
    """Section 11, claimed: where the time runs from; None if only a claim can name it, and does not."""
    since = terms.settlement["claim"]["since"]
    if since == "period_end":
        return first_instant(world.periods[credit["period"]].after, world.zone)
    if since == "statement":
        return first_instant(credit["issued"] + timedelta(days=1), world.zone)
    return None if claim is None or claim["incident"] is None else int(claim["incident"])


def in_time(world: World, credit: Plain, claim: Plain) -> bool:
    """Section 11, claimed: from anchor + `not_before` until the deadline, both instants included."""
    terms = world.terms[credit["period"]]
    wanted = terms.settlement["claim"]
    if wanted["evidence"] == "required" and not claim["evidence"]:
        return False
    anchor = anchor_of(world, terms, credit, claim)
    if anchor is None:
        return False
    early = wanted.get("not_before")
    if early is not None and claim["at"] < after(world, terms, credit["period"], anchor, early):
        return False
    return bool(claim["at"] <= after(world, terms, credit["period"], anchor, wanted["within"]))


def is_about(world: World, claim: Plain, credit: Plain) -> bool:
    """Section 11: a claim is about the credits of its period whose root, or what it takes, it names; or about all."""
    if claim["period"] != credit["period"]:
        return False
    among = {credit["root"], *world.terms[credit["period"]].takes(credit["root"])}
    return not claim["clauses"] or any(ref in among for ref in claim["clauses"])
