"""What the worked examples of the collection of clauses say, in documents, and what happened in them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from tests.cases.world import APRIL, CLOCK, Clause, Facts, attainment, credit, fee, level, limit, ticket, told

UPTIME = {"kind": "availability", "hours": "always"}
EACH = {"kind": "ticket_time", "clock": CLOCK, "within": "4h"}
SHARE = told("figure")


def shortfall(part: str, rate: object = "2%", unit: str = "1%") -> dict[str, Any]:
    """A credit for each unit that the level falls short."""
    return credit("credit", "level", "shortfall", rate, unit=unit, part=part)


def of_16(part: str) -> tuple[Clause, ...]:
    """So much for each per cent below 99.5 %."""
    return fee(), level("level", SHARE, {"at_least": "99.5%"}), shortfall(part)


def of_23(**free: str) -> tuple[Clause, ...]:
    """One credit of 10 for a miss, one more for each 300 minutes, three at most."""
    first = credit("first", "level", "level", "EUR 10.00")
    further = credit("further", "level", "down_time", "EUR 10.00", unit="300min", part="down", **free)
    at_most = limit("limit", "first", "further", at_most="EUR 30.00")
    return fee("EUR 1000.00"), level("level", UPTIME, {"at_least": "99.9%"}), first, further, at_most


def of_59(edge: str) -> tuple[Clause, ...]:
    """Bands of minutes, with the word for their edges."""
    edges = ({edge: "240", "is": "EUR 0.00"}, {edge: "360", "is": "EUR 500.00"}, {edge: "600", "is": "EUR 1000.00"})
    bands = {"bands": [*edges, {"is": "EUR 2000.00"}]}
    penalty = credit("penalty", "level", "down_time", bands, unit="1min", part="exact")
    at_most = limit("limit", "penalty", at_most="EUR 1200.00")
    return fee(), level("level", UPTIME, {"at_least": "100%"}), penalty, at_most


def of_60(overdue: object) -> tuple[Clause, ...]:
    """Each late request costs one; due on 20 January at midnight."""
    measure = attainment("240h", overdue=overdue)
    return fee("EUR 100.00"), level("level", measure, {"at_least": "100%"}), credit("c", "level", "ticket", "EUR 1.00")


def of_65(**clock: object) -> tuple[Clause, ...]:
    """Eight hours, of P1 four, for each ticket."""
    each = {"kind": "ticket_time", "clock": CLOCK | clock, "within": {"by": "priority", "P1": "4h", "otherwise": "8h"}}
    return fee("EUR 100.00"), level("level", each), credit("c", "level", "ticket", "EUR 1.00")


def of_66(part: str) -> tuple[Clause, ...]:
    """Damages of 500 for each hour beyond four."""
    late = credit("damages", "level", "late_time", "EUR 500.00", unit="1h", part=part)
    return fee(), level("level", EACH), late


def of_68(part: str, *more: Clause) -> tuple[Clause, ...]:
    """Ten and a half per cent for each two days are 5.25 % for each."""
    late = credit("penalty", "level", "late_time", "5.25%", unit="24h", part=part)
    return fee("USD 200.00"), level("level", EACH | {"within": "24h"}), late, *more


def of_71(second: str = "3%") -> tuple[Clause, ...]:
    """Two rows of credits, with a limit of the month and one of twelve months."""
    bands = {"bands": [{"below": "98%", "is": second}, {"is": "2%"}]}
    twelve = {"ref": "twelve", "kind": "basis", "of": ["fee"], "window": {"periods": 12}}
    year = limit("year", "month", at_most="10%", of="twelve", window={"periods": 12})
    month = limit("month", "credit", at_most="10%", of="fee")
    service = level("level", SHARE, {"at_least": "99.8%"})
    return fee("GBP 10.00"), twelve, service, credit("credit", "level", "level", bands), month, year


def of_73(*, consumes: bool) -> tuple[Clause, ...]:
    """A credit for two misses in two months."""
    again = {"times": 2, "within": 2, "consumes": consumes}
    return (
        fee("EUR 100.00"),
        level("level", SHARE, {"at_least": "99%"}),
        credit("c", "level", "level", "EUR 10.00", when=again),
    )


def of_74(part: str) -> tuple[Clause, ...]:
    """So much for each hundred invocations in violation."""
    violated = level("level", told("figure", "number"), {"at_most": 0})
    return fee("EUR 100.00"), violated, shortfall(part, "EUR 10.00", "100")


def of_83(at: str) -> tuple[Clause, ...]:
    """Ten dollars for a miss, in a contract in euros."""
    dollars = credit("c", "level", "level", "USD 10.00", exchange={"rate": "usd-eur", "at": at})
    return fee("EUR 200.00"), level("level", UPTIME, {"at_least": "100%"}), dollars


def of_87_first() -> tuple[Clause, ...]:
    """The factor is of the credit, and the limit of what comes of it."""
    twice = {"by": "run", "1": 1, "otherwise": 2}
    repeated = credit("credit", "level", "level", "EUR 3000.00", times=twice)
    judged = level("level", SHARE, {"at_least": "99%"}, gaps="breaks")
    return fee(), judged, repeated, limit("limit", "credit", at_most="EUR 4000.00")


def of_87_last() -> tuple[Clause, ...]:
    """What the limit gives is owed a second time: both amounts have the limit, and nothing limits them together."""
    first = credit("credit", "level", "level", "EUR 3000.00")
    again = credit("again", "level", "level", "EUR 3000.00", when={"run": 2, "consumes": False})
    limits = limit("limit", "credit", at_most="EUR 4000.00"), limit("limit again", "again", at_most="EUR 4000.00")
    return fee(), level("level", SHARE, {"at_least": "99%"}, gaps="breaks"), first, again, *limits


def of_7(empty: str) -> tuple[Clause, ...]:
    """The share of spans of five minutes in which everything failed."""
    terms = {"bucket": "5min", "take": {"bad_buckets": {"at_least": "100%"}}, "empty_bucket": empty}
    measure = {"kind": "error_rate", "hours": "always", **terms}
    bands = {"bands": [{"up_to": "1%", "is": "10%"}, {"up_to": "5%", "is": "25%"}, {"is": "100%"}]}
    judged = level("level", measure, {"at_most": "0.1%"})
    return fee("USD 1000.00"), judged, credit("c", "level", "level", bands)


def cloud_search() -> Facts:
    """It ran for ten days of April, which are 2,880 spans of five minutes; in 60 of them every request failed."""
    span = timedelta(minutes=5)
    return {
        "samples": [
            {
                "ref": f"S-{number}",
                "service": "s",
                "start": (APRIL + number * span).isoformat(),
                "end": (APRIL + (number + 1) * span).isoformat(),
                "requests": 10,
                "errors": 10 if number < 60 else 0,
            }
            for number in range(2880)
        ]
    }


def late_by(minutes: int) -> Facts:
    """One ticket that is so many minutes later than its four hours."""
    end = APRIL + timedelta(days=2, hours=4, minutes=minutes)
    return {"tickets": [ticket("T-1", (APRIL + timedelta(days=2)).isoformat(), ("resolved", end.isoformat()))]}


def request(*resolved: str) -> Facts:
    """A request that is due on 20 January at midnight."""
    return {"tickets": [ticket("R-1", "2026-01-10T00:00:00Z", *(("resolved", at) for at in resolved))]}


RATES_OF_APRIL: Facts = {
    "declared": [
        {"ref": f"R-{value}", "figure": "usd-eur", "value": value, "start": start, "end": end, "at": start}
        for value, start, end in (
            ("0.90", "2026-04-01T00:00:00Z", "2026-04-30T00:00:00Z"),
            ("0.91", "2026-04-30T00:00:00Z", "2026-05-01T00:00:00Z"),
        )
    ]
}
"""The rate of each day of April; that of the invoice's day, the last one, is 0.91."""
REOPENED = {
    "tickets": [
        ticket(
            "T-1",
            "2026-04-10T08:00:00Z",
            ("closed", "2026-04-10T13:00:00Z"),
            ("reopened", "2026-04-11T08:00:00Z"),
            ("closed", "2026-04-11T13:00:00Z"),
        )
    ]
}
"""Five hours of work, and five more after it was closed; a day's pause between."""
RAISED: Facts = {
    "tickets": [
        {
            **ticket("T-1", "2026-04-10T08:00:00Z"),
            "events": [
                {"kind": "opened", "at": "2026-04-10T08:00:00Z"},
                {"kind": "reprioritised", "at": "2026-04-10T13:00:00Z", "priority": "P1"},
                {"kind": "resolved", "at": "2026-04-10T16:00:00Z"},
            ],
        }
    ]
}
"""Five hours as P2, then three as P1."""
CLOSED = {"stop": ["closed"]}
DELIVERY = {"tickets": [ticket("D-1", "2019-01-10T03:24:00Z", ("resolved", "2019-01-16T16:34:00-05:00"))]}
"""Agreed for 11 January 03:24 UTC; five days, 18 hours and 10 minutes late."""
DELIVERED_LATE = {"tickets": [ticket("D-1", "2019-01-10T03:24:00Z", ("resolved", "2019-12-22T03:24:00Z"))]}
"""345 days after 11 January 03:24 UTC."""
ONE_THIRD = [level(f"l{n}", UPTIME, {"at_least": "100%"}) for n in (1, 2, 3)]
THIRDS = [credit(f"c{n}", f"l{n}", "down_time", "GBP 100.00", unit="3h", part="exact") for n in (1, 2, 3)]
HALF = {"ref": "fee", "kind": "charge", "per": {"billed": "b"}, "rate": "50%"}
LINES = tuple(HALF | {"ref": f"c{n}", "per": {"billed": f"b{n}"}} for n in (1, 2, 3))
OF_EACH_LINE = {
    "charges": [
        {"ref": f"B-{n}", "charge": f"b{n}", "amount": "EUR 66.67", "at": "2026-04-10T00:00:00Z"} for n in (1, 2, 3)
    ]
}
BILLED = {"charges": [{"ref": "B", "charge": "b", "amount": "EUR 24.69", "at": "2026-04-10T00:00:00Z"}]}
FINE = credit("c", "level", "level", "EUR 100.00")
GAP = (fee(), level("level", SHARE, {"at_least": "99%"}))
NOTICE = (fee("EUR 20000.00"), level("level", told("figure", "number"), {"at_least": 15}))
LATE_RATE = (fee("EUR 20000.00"), level("level", SHARE, {"at_most": "10%"}))
FARM_BANDS = {"bands": [{"below": "99%", "is": "20%"}, {"below": "99.5%", "is": "10%"}, {"is": "0%"}]}
FARM = (fee(), level("level", SHARE, {"at_least": "99%"}), credit("c", "level", "level", FARM_BANDS))
SVCE = (fee("EUR 20000.00"), level("level", SHARE, {"at_least": "99%"}), shortfall("down", "5%"))
JOYENT = (
    fee("USD 1000.00"),
    level("level", UPTIME, {"at_least": "100%"}),
    credit("c", "level", "down_time", "5%", unit="30min", part="down"),
)
YEAR = {
    ("fee", "amount"): [{"at": "2026-05-01", "value": {"exact": "GBP 110"}}],
    ("year", "given"): [{"at": "2026-05-01", "value": {"money": "GBP 11.01"}}],
}

ORDER = {"ref": "fee", "kind": "charge", "amount": "USD 200.00", "every": "year"}
ORDER_WITH_A_LIMIT = (ORDER, *of_68("exact")[1:], limit("limit", "penalty", at_most="55%", of="fee"))
IN_THREE = (fee("GBP 200.00"), *ONE_THIRD, *THIRDS, limit("l", "c1", "c2", "c3", at_most="GBP 500.00"))
