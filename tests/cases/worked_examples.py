"""The worked examples of the collection of clauses, as documents, facts and what is owed, worked out by hand."""

from __future__ import annotations

from typing import Any, NamedTuple

from tests.cases.worked_terms import (
    BILLED,
    CLOSED,
    DELIVERED_LATE,
    DELIVERY,
    FARM,
    FINE,
    HALF,
    IN_THREE,
    JOYENT,
    LATE_RATE,
    LINES,
    NOTICE,
    OF_EACH_LINE,
    ORDER_WITH_A_LIMIT,
    RAISED,
    RATES_OF_APRIL,
    REOPENED,
    SVCE,
    YEAR,
    cloud_search,
    late_by,
    of_7,
    of_16,
    of_23,
    of_59,
    of_60,
    of_65,
    of_66,
    of_68,
    of_71,
    of_73,
    of_74,
    of_83,
    of_87_first,
    of_87_last,
    request,
    shortfall,
)
from tests.cases.world import Clause, Facts, attainment, declared, down, fee, level, outage, some_late

__all__ = [
    "ALLOCATED", "CAPPED", "CASES", "DEFAULTS", "FOLDERS", "REFUSED", "UNSAID", "WAITING", "Case", "Refused",
]  # fmt: skip


class Case(NamedTuple):
    """An example in one reading: the terms, the facts, and the totals of the periods."""

    number: int
    reading: str
    clauses: tuple[Clause, ...]
    facts: Facts
    totals: dict[str, str]
    source: str
    currency: str = "EUR"
    start: str = "2026-04-01"
    rounding: str = "half_up"
    past: dict[tuple[str, str], list[dict[str, Any]]] | None = None
    cycle: str = "month"
    at: str = "line"

    @property
    def id(self) -> str:
        """The number of the example, and how it is read."""
        return f"{self.number} {self.reading}".strip()


class Refused(NamedTuple):
    """A document of an example without the field that chooses the reading."""

    number: int
    clause: str
    field: str
    code: str


def april(total: str) -> dict[str, str]:
    """What is owed for April 2026."""
    return {"2026-04": total}


CASES: tuple[Case, ...] = (
    Case(7, "empty_bucket: no_errors", of_7("no_errors"), cloud_search(), april("USD 900.00"),
         "CloudSearch, 60 of 8,640: 10 %", "USD"),
    Case(7, "empty_bucket: left_out", of_7("left_out"), cloud_search(), april("USD 750.00"), "60 of 2,880: 25 %",
         "USD"),
    Case(16, "part: down", of_16("down"), declared("97.2"), april("EUR 9600.00"), "SAP, 2.3 below: 2 x 2 %"),
    Case(16, "part: exact", of_16("exact"), declared("97.2"), april("EUR 9540.00"), "2.3 x 2 %"),
    Case(16, "part: up", of_16("up"), declared("97.2"), april("EUR 9400.00"), "3 x 2 %"),
    Case(16, "part: up, 97.5 %", of_16("up"), declared("97.5"), april("EUR 9600.00"), "exactly two per cents are two"),
    Case(20, "", JOYENT, down(125), april("USD 800.00"), "Joyent, 4 x 5 %", "USD"),
    Case(23, "650 min, all minutes count", of_23(), down(650), april("EUR 970.00"), "VMware, 1 + 2 credits of 10"),
    Case(23, "650 min, free: 300min", of_23(free="300min"), down(650), april("EUR 980.00"), "1 + 1"),
    Case(23, "1,000 min, all minutes count", of_23(), down(1000), april("EUR 970.00"), "1 + 3, at most 3"),
    Case(23, "1,000 min, free: 300min", of_23(free="300min"), down(1000), april("EUR 970.00"), "1 + 2"),
    Case(28, "the commitment is the gate", FARM, declared("99.2"), april("EUR 10000.00"),
         "FarmGPU Standard, 99.2 % is met"),
    Case(46, "96.4 %", SVCE, declared("96.4"), april("EUR 18000.00"), "SVCE, 2 full per cents: 10 %"),
    Case(46, "98.5 %", SVCE, declared("98.5"), april("EUR 20000.00"), "a breach without a full per cent"),
    Case(46, "99.0 %", SVCE, declared("99.0"), april("EUR 20000.00"), "met"),
    Case(55, "notice", (*NOTICE, shortfall("exact", "EUR 160.00", "1")), declared("10"), april("EUR 19200.00"),
         "Gehronte, 5 x 40 x 4"),
    Case(55, "late rate", (*LATE_RATE, shortfall("exact", "25%", "90%")), declared("28"), april("EUR 19000.00"),
         "18 / 90 of 25 %"),
    Case(58, "", (fee(), level("level", attainment(), {"at_least": "99%"}), FINE), {"tickets": some_late(30, 1)},
         april("EUR 9900.00"), "96.67 % of 30"),
    Case(59, "360 min, up_to", of_59("up_to"), down(360), april("EUR 9500.00"),
         "Infraon, the edge in the lower band"),
    Case(59, "360 min, below", of_59("below"), down(360), april("EUR 9000.00"), "the edge in the upper band"),
    Case(59, "400 min", of_59("below"), down(400), april("EUR 9000.00"), "1,000"),
    Case(59, "700 min", of_59("below"), down(700), april("EUR 8800.00"), "2,000, at most 1,200"),
    Case(60, "unless_within: 28 days", of_60({"stopped": "counts", "unless_within": "672h"}),
         request("2026-02-10T00:00:00Z"), {"2026-01": "EUR 99.00", "2026-02": "EUR 100.00"}, "DIR, 21 days",
         start="2026-01-01"),
    Case(60, "until_stopped", of_60("until_stopped"), request("2026-02-10T00:00:00Z"),
         {"2026-01": "EUR 99.00", "2026-02": "EUR 99.00"}, "without the rule of 28 days", start="2026-01-01"),
    Case(61, "stopped: counts, unless_within: 28 days", of_60({"stopped": "counts", "unless_within": "672h"}),
         request("2026-03-05T00:00:00Z"), {"2026-01": "EUR 99.00", "2026-02": "EUR 99.00",
         "2026-03": "EUR 99.00"}, "DIR, 44 days: March counts", start="2026-01-01"),
    Case(61, "stopped: left_out", of_60({"stopped": "left_out"}), request("2026-03-05T00:00:00Z"),
         {"2026-01": "EUR 99.00", "2026-02": "EUR 99.00", "2026-03": "EUR 100.00"}, "March does not",
         start="2026-01-01"),
    Case(65, "a reopening is a new incident", of_65(**CLOSED, reopened="restart"), REOPENED, april("EUR 100.00"),
         "CA BSI: five hours, and five"),
    Case(65, "reopened: continue_without", of_65(**CLOSED, reopened="continue_without"), REOPENED,
         april("EUR 99.00"), "ten hours of eight"),
    Case(65, "reopened: continue_with_closed_time", of_65(**CLOSED, reopened="continue_with_closed_time"),
         REOPENED, april("EUR 99.00"), "the other practice: 29 hours of eight"),
    Case(65, "a change is close and open", of_65(changed="restart"), RAISED, april("EUR 100.00"),
         "CA BSI: five hours of eight, three of four"),
    Case(65, "changed: keep_elapsed", of_65(changed="keep_elapsed"), RAISED, april("EUR 99.00"),
         "eight hours of four"),
    Case(66, "part: up", of_66("up"), late_by(200), april("EUR 8000.00"), "3 h 20 min: 4 x 500"),
    Case(66, "part: up, 3 h", of_66("up"), late_by(180), april("EUR 8500.00"), "exactly three hours are three"),
    Case(66, "part: down", of_66("down"), late_by(200), april("EUR 8500.00"), "3 x 500"),
    Case(66, "part: exact", of_66("exact"), late_by(200), april("EUR 8333.33"), "1,666.67"),
    Case(68, "part: down", of_68("down"), DELIVERY, {"2019-01": "USD 147.50"}, "Accord, the code: 52.5", "USD",
         "2019-01-01"),
    Case(68, "part: up", of_68("up"), DELIVERY, {"2019-01": "USD 137.00"}, "Accord, the text: 63.0", "USD",
         "2019-01-01"),
    Case(71, "99.7 %", of_71(), declared("99.7"), april("GBP 9.80"), "Accord SLA, 0.2", "GBP"),
    Case(71, "97 %", of_71(), declared("97"), april("GBP 9.70"), "0.3", "GBP"),
    Case(71, "97 %, a credit of 11 %", of_71("11%"), declared("97"), april("GBP 9.00"), "1.1, of which 1.0", "GBP"),
    Case(71, "the limit of twelve months", of_71("11%"), declared("97", first="2027-04"),
         {"2027-04": "GBP 9.01"}, "10 % of 120 less 11.01: 0.99", "GBP", past=YEAR),
    Case(73, "consumes: false", of_73(consumes=False), declared("98", "98", "98", "98"),
         {"2026-04": "EUR 100.00", "2026-05": "EUR 90.00", "2026-06": "EUR 90.00", "2026-07": "EUR 90.00"},
         "Atos, it fires on every evaluation"),
    Case(73, "consumes: true", of_73(consumes=True), declared("98", "98", "98", "98"), {"2026-04": "EUR 100.00",
         "2026-05": "EUR 90.00", "2026-06": "EUR 100.00", "2026-07": "EUR 90.00"}, "each violation once"),
    Case(74, "part: down", of_74("down"), declared("250"), april("EUR 80.00"), "Atos, 10 for each 100: 2 x 10"),
    Case(74, "exactly 100", of_74("down"), declared("100"), april("EUR 90.00"), "1 x 10"),
    Case(74, "99", of_74("down"), declared("99"), april("EUR 100.00"), "none"),
    Case(74, "part: up", of_74("up"), declared("250"), april("EUR 70.00"), "3 x 10"),
    Case(77, "at: line, half up", LINES, OF_EACH_LINE, april("EUR 100.02"), "3 x 33.335, each 33.34"),
    Case(77, "at: total, half up", LINES, OF_EACH_LINE, april("EUR 100.01"), "100.005", at="total"),
    Case(77, "at: total, half even", LINES, OF_EACH_LINE, april("EUR 100.00"), "100.005", rounding="half_even",
         at="total"),
    Case(78, "lines before their sum", LINES, OF_EACH_LINE, april("EUR 100.02"),
         "EN 16931: lines have two decimals, the sum is theirs"),
    Case(81, "half_up", (HALF,), BILLED, april("EUR 12.35"), "12.345"),
    Case(81, "half_even", (HALF,), BILLED, april("EUR 12.34"), "12.345", rounding="half_even"),
    Case(83, "at: start", of_83("start"), down(60) | RATES_OF_APRIL, april("EUR 191.00"), "Rackspace, 10 x 0.90"),
    Case(83, "at: end", of_83("end"), down(60) | RATES_OF_APRIL, april("EUR 190.90"), "10 x 0.91 is 9.10"),
    Case(87, "multiply, then limit", of_87_first(), declared("98", "98"), {"2026-04": "EUR 7000.00",
         "2026-05": "EUR 6000.00"}, "2 x 3,000, at most 4,000"),
    Case(87, "limit, then multiply", of_87_last(), declared("98", "98"), {"2026-04": "EUR 7000.00",
         "2026-05": "EUR 4000.00"}, "3,000 twice: 6,000"),
)  # fmt: skip

ALLOCATED = Case(85, "", IN_THREE, {"outages": [outage(60)]}, april("GBP 100.00"), "100.00 in three", "GBP")
CAPPED = Case(69, "", ORDER_WITH_A_LIMIT, DELIVERED_LATE, {"2019": "USD 90.00"}, "Accord, 345 days late, 55 % of 200",
              "USD", "2019-01-01", cycle="year")  # fmt: skip

FOLDERS: dict[int, str] = {
    1: "aws-ec2", 2: "aws-ec2", 3: "aws-ec2", 5: "aws-ec2", 6: "aws-s3", 9: "twcc-compute", 10: "azure-mysql",
    12: "pylon", 14: "slack-2015", 17: "ibm-hosting", 18: "rackspace-cloud-db", 25: "google-workspace",
    30: "uk-public-points", 31: "uk-public-points", 33: "uk-public-points", 35: "uk-call-off", 36: "ppp-points",
    38: "ppp-points", 39: "nhs-tolerance", 40: "nhs-tolerance", 42: "state-data-centre", 43: "state-data-centre",
    45: "state-data-centre", 48: "telus-points", 51: "bank-of-baroda", 53: "odot-points", 56: "state-data-centre",
    59: "infraon-tickets", 60: "state-data-centre", 61: "state-data-centre", 62: "state-data-centre",
    63: "state-data-centre", 71: "accord-sla", 93: "ibm-hosting",
}  # fmt: skip
"""The folders of `examples/contracts` whose scenarios name the example."""

REFUSED: tuple[Refused, ...] = (
    Refused(7, "level", "measure.empty_bucket", "missing_field"),
    Refused(16, "credit", "part", "shortfall_unit"),
    Refused(20, "c", "part", "down_time_unit"),
    Refused(46, "credit", "part", "shortfall_unit"),
    Refused(59, "penalty", "rate.bands.1.up_to", "bands_edge_missing"),
    Refused(60, "level", "measure.population", "missing_field"),
    Refused(61, "level", "measure.overdue.stopped", "missing_field"),
    Refused(65, "level", "measure.clock.reopened", "missing_field"),
    Refused(65, "level", "measure.clock.changed", "missing_field"),
    Refused(65, "level", "measure.clock.attempt", "missing_field"),
    Refused(66, "damages", "part", "late_time_unit"),
    Refused(68, "penalty", "part", "late_time_unit"),
    Refused(73, "c", "when.consumes", "when_consumes"),
    Refused(74, "credit", "part", "shortfall_unit"),
    Refused(87, "limit", "excess", "missing_field"),
    Refused(87, "limit", "window", "missing_field"),
    Refused(87, "level", "gaps", "gaps_missing"),
)
"""The fields that choose a reading, and what a document without one is refused with."""

DEFAULTS: dict[str, tuple[str, str]] = {
    "23 free": ("23 650 min, free: 300min", "without it all minutes count, as the plain words say"),
    "60 overdue": ("60 until_stopped", "without it a late ticket counts once, in the period in which its time ran out"),
}
"""Readings that are chosen by writing a field, with what its absence means; each differs from the case named."""

UNSAID: dict[str, str] = {
    "27 the level must be exactly 99.9 %": "a target is reached from one side; bands with gaps are refused",
    "48 between the rows, in proportion": "bands are steps: a rate that rises within one would take an interpolation",
    "78 tax by category": "a statement has no tax; what writes an invoice derives it from the rates that it is given",
    "80 to ten cents, in a contract": "lines are in minor units, and no field says tens of them; amounts can be so",
}
"""Readings, or parts of an example, that a contract cannot say."""

WAITING: dict[int, str] = {
    89: "a credit below the cost of good service: incentives; the check has no costs",
    91: "a real case of 89",
}
"""Examples of which nothing runs yet, and why."""
