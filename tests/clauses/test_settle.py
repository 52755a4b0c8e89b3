"""Tests of what clauses come to: worked examples from real contracts, boundaries, and laws over made-up tallies."""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecsm_contracts.clauses import Carry, level_number
from ecsm_contracts.errors import UnknownReference
from ecsm_contracts.measures import ObservesLate, ObservesLevel, ObservesRelief, Scope
from ecsm_contracts.money import ExactAmount, Money

from .world import CREDIT, EACH, FEE, LEVEL, LIMIT, MARCH, MINUTE, RELIEF, SHARE, context_of, read, settle, without

CLOUD = {
    **CREDIT,
    "rate": {"bands": [{"below": "95%", "is": "100%"}, {"below": "99%", "is": "30%"}, {"below": "99.5%", "is": "10%"},
                       {"is": "0%"}]},
}  # fmt: skip
"""Bands of a cloud's terms: worked examples 1 to 3."""
EACH_LEVEL = without(LEVEL, "target", measure=EACH)
SHARE_LEVEL = {**LEVEL, "measure": SHARE, "target": {"at_least": "95%"}}
RATES = st.integers(0, 400).map(lambda number: f"{number / 4}%")


def down(minutes: int, planned: int = 0) -> dict[str, int]:
    """Return the sums of an availability level with so many minutes of outage."""
    return {"4.1.unavailable": minutes * MINUTE, "4.1.planned": planned * MINUTE, "4.1.unknown": 0}


def euros(number: Fraction | int) -> ExactAmount:
    """Return an exact amount."""
    return ExactAmount(number, "EUR")


@pytest.mark.parametrize(
    ("minutes", "credit"),
    [
        (0, 0), (300, 100), (217, 100), (432, 100), (433, 300), (2160, 300), (2161, 1000), (43_200, 1000),
        (216, 0),  # exactly 99.5%: the boundary belongs to the better band
    ],
)  # fmt: skip
def test_cloud_bands(minutes: int, credit: int) -> None:
    """Worked examples 1 to 3: minutes of outage in a month of 43,200 give 0, 10, 30 or 100 % of a thousand."""
    settled = settle(FEE, LEVEL, CLOUD, sums=down(minutes))
    assert settled["4.5"].value == euros(credit)
    assert settled["4.1"].value == ("missed" if minutes > 216 else "met")
    assert level_number(settled["4.1"]) is not None
    assert level_number(settled["4.1"]).value == 1 - Fraction(minutes, 43_200)  # type: ignore[union-attr]  # see above


@pytest.mark.parametrize(("minutes", "percent"), [(45, 10), (433, 25), (4, 0)])
def test_database_bands(minutes: int, percent: int) -> None:
    """Worked example 10: 45 and 433 minutes are 10 and 25 %."""
    bands = [("95%", "100%"), ("99%", "25%"), ("99.99%", "10%")]
    rate = {"bands": [*({"below": below, "is": is_} for below, is_ in bands), {"is": "0%"}]}
    level = {**LEVEL, "target": {"at_least": "99.99%"}}
    assert settle(FEE, level, {**CREDIT, "rate": rate}, sums=down(minutes))["4.5"].value == euros(percent * 10)


@pytest.mark.parametrize(
    ("rates", "at_most", "given"),
    [
        (("100%", "80%", "70%"), "EUR 100000.00", 100_000),  # worked example 43: the pool is not exceeded
        (("40%", "20%", "10%"), "EUR 100000.00", 70_000),
        (("40%", "60%"), "EUR 100000.00", 100_000),
        (("40%", "60%"), "EUR 0.00", 0),
    ],
)
def test_pool(rates: tuple[str, ...], at_most: str, given: int) -> None:
    """Worked example 43: what several credits ask for is limited together."""
    fee = {**FEE, "amount": "EUR 100000.00"}
    credits = [{**CREDIT, "ref": f"5.{n}", "rate": rate} for n, rate in enumerate(rates)]
    limit = without(LIMIT, "of", at_most=at_most, credits=[credit["ref"] for credit in credits])
    assert settle(fee, LEVEL, *credits, limit, sums=down(300))["4.6"].value == euros(given)


@pytest.mark.parametrize(
    ("part", "column", "credit"),
    [
        ("up", 4, euros(2000)),
        ("down", 3, euros(1500)),
        ("exact", 200 * MINUTE, euros(Fraction(5000, 3))),  # 1,666.67 after rounding
        ("up", -4, euros(0)),  # taken back: never below zero
        ("down", -1, euros(0)),
        ("exact", -200 * MINUTE, euros(0)),
    ],
)
def test_late_units(part: str, column: int, credit: ExactAmount) -> None:
    """Worked example 66: 500 for each hour of three hours and twenty minutes, begun hours whole, not, or in part."""
    clause = without(CREDIT, "of", per="late_time", unit="1h", part=part, rate="EUR 500.00")
    sums = {"4.1.misses": 1, "4.5.late.4.1": column}
    assert settle(EACH_LEVEL, clause, sums=sums)["4.5"].value == credit


def test_doubled_then_limited() -> None:
    """Worked example 87: a credit asked for twice over and then limited to 4,000 is 4,000."""
    credits = [without(CREDIT, "of", ref=ref, rate="EUR 3000.00") for ref in ("5.1", "5.2")]
    limit = without(LIMIT, "of", credits=["5.1", "5.2"], at_most="EUR 4000.00")
    assert settle(LEVEL, *credits, limit, sums=down(300))["4.6"].value == euros(4000)


@pytest.mark.parametrize(
    ("met", "counted", "outcome"),
    [(38, 40, "met"), (37, 40, "missed"), (40, 40, "met"), (0, 40, "missed"), (19, 20, "met"), (189, 200, "missed"),
     (29, 30, "met")],
)  # fmt: skip
def test_attainment(met: int, counted: int, outcome: str) -> None:
    """Worked example 88: 38 of 40 are 95 % and enough, 37 are not."""
    settled = settle(SHARE_LEVEL, sums={"4.1.met": met, "4.1.counted": counted})
    assert settled["4.1"].value == outcome
    number = level_number(settled["4.1"])
    assert number is not None
    assert number.value == Fraction(met, counted)


@pytest.mark.parametrize("when_too_few", ["met", "missed", "not_measured"])
@pytest.mark.parametrize(("counted", "few"), [(0, True), (9, True), (10, False)])
def test_too_few(when_too_few: str, counted: int, few: bool) -> None:
    """A sample smaller than its minimum has the outcome that the contract names, and no number."""
    level = {**SHARE_LEVEL, "measure": {**SHARE, "minimum": 10, "when_too_few": when_too_few}}
    outcome = settle(level, sums={"4.1.met": counted, "4.1.counted": counted})["4.1"]
    assert outcome.value == (when_too_few if few else "met")
    assert (level_number(outcome) is None) == few


@pytest.mark.parametrize(("met", "counted", "outcome"), [(9, 9, "met"), (7, 9, "met"), (6, 9, "missed"), (0, 0, "met")])
def test_a_few_may_have_so_many_misses(met: int, counted: int, outcome: str) -> None:
    """Of fewer than ten tickets just as many may be late as the contract says, and not one more."""
    level = {**SHARE_LEVEL, "measure": {**SHARE, "minimum": 10, "when_too_few": {"misses_at_most": 2}}}
    settled = settle(level, sums={"4.1.met": met, "4.1.counted": counted})["4.1"]
    assert (settled.value, level_number(settled)) == (outcome, None)


@pytest.mark.parametrize(
    ("sums", "minutes", "outcome", "number"),
    [
        (down(0), 0, "not_measured", None),
        (down(0, planned=600), 600, "not_measured", None),  # all of it was planned
        (down(3), 600, "met", Fraction(199, 200)),
        (down(4), 600, "missed", Fraction(149, 150)),
        (down(3, planned=60), 600, "missed", Fraction(179, 180)),  # what leaves the denominator weighs on the rest
        (down(600), 600, "missed", Fraction(0)),
    ],
)
def test_availability(sums: dict[str, int], minutes: int, outcome: str, number: Fraction | None) -> None:
    """The number is the share of service time that was not out; without service time nothing is measured."""
    settled = settle(LEVEL, sums=sums, minutes=minutes)["4.1"]
    found = level_number(settled)
    assert (settled.value, None if found is None else found.value) == (outcome, number)


@given(st.integers(-5, 50), st.integers(0, 10**6))
def test_per_ticket(misses: int, cents: int) -> None:
    """A credit for each ticket is misses times the rate; misses that are taken back make no charge."""
    rate = Money.from_minor(cents, "EUR")
    clause = without(CREDIT, "of", per="ticket", rate=str(rate))
    settled = settle(EACH_LEVEL, clause, sums={"4.1.misses": misses})
    assert settled["4.1"].value == ("missed" if misses > 0 else "met")
    assert settled["4.5"].value == euros(max(0, misses) * rate.ratio)


@given(st.lists(st.booleans(), min_size=1, max_size=5), RATES)
def test_levels_are_priced_one_by_one(missed: list[bool], rate: str) -> None:
    """A credit for several levels is the sum over those that are missed, each by itself."""
    refs = [f"6.{n}" for n in range(len(missed))]
    levels = [{**LEVEL, "ref": ref} for ref in refs]
    sums = {f"{ref}.unavailable": 300 * MINUTE * miss for ref, miss in zip(refs, missed, strict=True)}
    sums |= {f"{ref}.{name}": 0 for ref in refs for name in ("planned", "unknown")}
    credit = {**CREDIT, "levels": refs, "rate": rate}
    whole = settle(FEE, *levels, credit, sums=sums)["4.5"].value
    assert whole == euros(1000 * sum(missed) * Fraction(rate.rstrip("%")) / 100)


@pytest.mark.parametrize("outcome", ["met", "missed", "not_measured"])
def test_bands_without_a_number(outcome: str) -> None:
    """Where there is no number, bands price nothing."""
    level = {**SHARE_LEVEL, "measure": {**SHARE, "when_too_few": outcome}}
    for credit in (CLOUD, without(CLOUD, "of", rate={"bands": [{"below": "99%", "is": "EUR 5.00"}, {"is": "EUR 0"}]})):
        settled = settle(FEE, level, credit, sums={"4.1.met": 0, "4.1.counted": 0})
        assert not settled["4.5"].value


def test_bands_of_amounts() -> None:
    """Bands may be amounts, which are of nothing."""
    rate = {"bands": [{"below": "99%", "is": "EUR 50.00"}, {"below": "99.5%", "is": "EUR 20.00"}, {"is": "EUR 0.00"}]}
    clause = without(CREDIT, "of", rate=rate)
    found = [settle(LEVEL, clause, sums=down(minutes))["4.5"].value for minutes in (216, 217, 432, 433)]
    assert found == [euros(0), euros(20), euros(20), euros(50)]


@given(st.integers(0, 10**6), st.integers(0, 10**6), st.integers(0, 10**6))
def test_limit_is_the_lesser_of_sum_and_room(wanted: int, allowed: int, used: int) -> None:
    """Laws E24 and E30: a limit gives what is asked for, at most what is left of it, and never less than nothing."""
    cents = [Money.from_minor(number, "EUR") for number in (wanted, allowed, used)]
    credit = without(CREDIT, "of", rate=str(cents[0]))
    limit = without(LIMIT, "of", at_most=str(cents[1]), window="contract_year")
    given = settle(LEVEL, credit, limit, sums=down(300), used={"4.6": str(cents[2])})["4.6"].value
    assert given == euros(Fraction(min(wanted, max(0, allowed - used)), 100))


def test_a_limit_over_a_year_forgets_the_years_before() -> None:
    """Of what a limit gave before only what it gave since the contract year began uses it up."""
    limit = without(LIMIT, "of", at_most="EUR 100.00", window="contract_year")
    credit = without(CREDIT, "of", rate="EUR 80.00")
    entries = [(date(2025, 12, 1), Money.parse("EUR 90.00")), (date(2026, 1, 1), Money.parse("EUR 30.00"))]
    clauses = [read(each) for each in (LEVEL, credit, limit)]
    carry = Carry.opening("ACME-2026", ends=MARCH.start, past={("4.6", "given"): entries})
    assert context_of(*clauses, sums=down(300), carry=carry).settled["4.6"].value == euros(70)


@given(RATES, RATES)
def test_limit_by_percentage(rate: str, at_most: str) -> None:
    """A limit of a percentage is that share of the charge of one period."""
    settled = settle(FEE, LEVEL, {**CREDIT, "rate": rate}, {**LIMIT, "at_most": at_most}, sums=down(300))
    share = min(Fraction(rate.rstrip("%")), Fraction(at_most.rstrip("%")))
    assert settled["4.6"].value == euros(10 * share)


@given(st.integers(0, 43_200), st.integers(0, 43_200))
def test_poorer_service_is_never_cheaper(one: int, other: int) -> None:
    """Law E27: more outage never gives less credit where the bands rise."""
    little, much = sorted((one, other))
    credits = [settle(FEE, LEVEL, CLOUD, sums=down(minutes))["4.5"].value for minutes in (little, much)]
    assert credits[0] <= credits[1]


def test_relief_and_charge_are_given() -> None:
    """A charge is its amount and a relief its treatment, each with its clause; titles name figures."""
    settled = settle({**FEE, "title": "Monthly fee"}, RELIEF, {**RELIEF, "ref": "5", "title": "Works"})
    assert (settled["3.1"].name, settled["3.1"].value) == ("Monthly fee", Money.parse("EUR 1000.00"))
    assert settled["3.1"].cites == ("clause 3.1",)
    assert (settled["4.9"].name, settled["4.9"].value, settled["4.9"].rule) == ("relief", "exclude", "given")
    assert settled["5"].name == "Works"


@pytest.mark.parametrize(
    ("data", "observed"),
    [
        (FEE, ()),
        (LIMIT, ()),
        (CREDIT, ()),
        ({**RELIEF, "denominator": "leaves"}, (ObservesRelief("4.9", ("maintenance",), ("4.1",), True),)),
        ({**RELIEF, "denominator": "stays"}, (ObservesRelief("4.9", ("maintenance",), ("4.1",), False),)),
        (RELIEF, (ObservesRelief("4.9", ("maintenance",), ("4.1",), False),)),
        (without(CREDIT, "of", levels=["4.1", "4.2"], per="late_time", unit="1h", part="down", rate="EUR 1.00"),
         tuple(ObservesLate("4.5", f"4.5.late.{n}", n, timedelta(hours=1), "down") for n in ("4.1", "4.2"))),
    ],
)  # fmt: skip
def test_observes(data: dict[str, Any], observed: tuple[object, ...]) -> None:
    """A clause declares exactly what must be counted for it."""
    assert read(data).observes() == observed


def test_level_observes_its_measure() -> None:
    """A level is counted by its measure over its scope, which without any is everything."""
    (observed,) = read(LEVEL).observes()
    assert isinstance(observed, ObservesLevel)
    assert (observed.ref, observed.scope, observed.measure.kind) == ("4.1", Scope(), "availability")


def test_clauses_settle_in_the_order_of_references() -> None:
    """A clause that refers to one that is not settled is an error, never a zero."""
    for clauses in ([CREDIT], [LEVEL, CREDIT], [LIMIT, FEE]):
        with pytest.raises(UnknownReference, match=r"no clause '.*' has been settled"):
            settle(*clauses, sums=down(300))


def test_every_figure_leads_to_its_sources() -> None:
    """What a limit gives can be traced to the clauses, the calendar, the tally and the carry that it rests on."""
    sources = settle(FEE, LEVEL, CLOUD, LIMIT, sums=down(300))["4.6"].sources()
    assert sources == (
        "calendar always", "carry", "clause 3.1", "clause 4.1", "clause 4.5", "clause 4.6",
        "tally 4.1.planned", "tally 4.1.unavailable",
    )  # fmt: skip
