"""Tests of what charges come to: fixed amounts over time, prices of quantities, allowances that roll over."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from ecsm_contracts.calendars import Period, contract_year
from ecsm_contracts.clauses import Carry, Charge, Context
from ecsm_contracts.figures import replay
from ecsm_contracts.measures import Tally
from ecsm_contracts.money import ExactAmount, Money

from .world import codes, read

TERM = date(2026, 1, 1)
FIXED = {"ref": "3.1", "kind": "charge", "amount": "EUR 1000.00", "every": "month"}
USERS = {
    "ref": "3.1",
    "kind": "charge",
    "per": {"unit": "users", "counted": "peak", "round": "exact"},
    "rate": "EUR 2.00",
}
TICKETS = {"ref": "3.1", "kind": "charge", "per": {"tickets": "opened"}, "rate": "EUR 5.00"}
WORK = {"ref": "3.1", "kind": "charge", "per": {"work": "billable", "unit": "1h"}, "rate": "EUR 90.00"}
HOUR = 3_600_000_000
QUANTITIES = st.integers(0, 300).map(lambda number: Fraction(number, 4))


def month(number: int) -> Period:
    """Return the month with this number, from 0 for January 2026."""
    return Period.month(2026 + number // 12, number % 12 + 1)


def context(
    period: Period, sums: Mapping[str, int] | None = None, *, term: date = TERM, past: Mapping[str, Any] | None = None
) -> Context:
    """Return the context of a period, with a tally made up by hand and what the charge remembers."""
    year = contract_year(term, period.start).start
    known = {("3.1", name): values for name, values in (past or {}).items()}
    carry = None if past is None else Carry.opening("ACME-2026", ends=period.start, past=known)
    tally = Tally(tuple(sums or {}), tuple((sums or {}).values()))
    return Context("EUR", "half_up", tally, {}, period, term, year, period.start == year, carry)


def settled(data: Mapping[str, Any], period: Period, sums: Mapping[str, int] | None = None, **more: Any) -> Any:
    """Return what a charge comes to in a period, with every figure of it proved."""
    clause, now = read(data), context(period, sums, **more)
    now.settle([clause])
    proved = [now.settled["3.1"], *(each for figures in now.aspects.values() for each in figures)]
    assert [failure for figure in proved for failure in replay(figure)] == []
    return now.settled["3.1"].value


def counted(quantity: Fraction | int) -> dict[str, int]:
    """Return the sums of a charge per unit with this quantity."""
    whole, rest = divmod(int(quantity * 10**9), 10**9)
    return {"3.1.whole": whole, "3.1.billionths": rest}


def euros(number: Fraction | int | str) -> ExactAmount:
    """Return an exact amount."""
    return ExactAmount(Fraction(number), "EUR")


def test_a_fixed_amount_is_the_amount_of_the_contract() -> None:
    """What is owed for each period is given as it stands, in money."""
    assert settled(FIXED, month(2)) == Money.parse("EUR 1000.00")
    assert settled(FIXED | {"billed": "arrears"}, month(2)) == Money.parse("EUR 1000.00")
    assert read(FIXED).to_data() == FIXED


@given(
    st.integers(0, 10**7), st.sampled_from(["quarter", "year"]), st.sampled_from(["advance", "arrears", "spread"]),
    st.sampled_from([date(2026, 1, 1), date(2024, 2, 29), date(2025, 7, 31), date(2023, 11, 15)]),
)  # fmt: skip
def test_an_amount_for_a_quarter_or_a_year_is_owed_whole(cents: int, every: str, billed: str, term: date) -> None:
    """Over each year of a contract the parts of an amount add up to it, once for each of its spans."""
    amount = Money.from_minor(cents, "EUR")
    data = FIXED | {"amount": str(amount), "every": every, "billed": billed}
    spans = 4 if every == "quarter" else 1
    for year in range(3):
        parts = [settled(data, each, term=term) for each in months_of(term, year)]
        assert sum(parts, start=Money.zero("EUR")) == amount * spans
        assert sum(not part.is_zero for part in parts) <= (12 if billed == "spread" else spans)
        size = 12 // spans
        for start in range(0, 12, size):
            span = parts[start : start + size]
            assert sum(span, start=Money.zero("EUR")) == amount
            if billed != "spread":
                assert span[0 if billed == "advance" else -1] == amount


def months_of(term: date, year: int) -> Iterator[Period]:
    """Yield the twelve monthly billing periods of a year of a contract that starts on a billing day."""
    for number in range(year * 12, year * 12 + 12):
        yield Period(_day(term, number), _day(term, number + 1))


def _day(term: date, number: int) -> date:
    months = term.month - 1 + number
    first = date(term.year + months // 12, months % 12 + 1, 1)
    following = date(first.year + first.month // 12, first.month % 12 + 1, 1)
    return first.replace(day=min(term.day, (following - first).days))


def test_an_amount_by_date_is_the_one_in_force_when_the_period_starts() -> None:
    """A new amount counts from the first period that starts on its day or later."""
    data = FIXED | {"amount": {"by": "date", "2026-01-01": "EUR 100.00", "2026-02-15": "EUR 110.00"}}
    found = [str(settled(data, month(number))) for number in range(4)]
    assert found == ["EUR 100.00", "EUR 100.00", "EUR 110.00", "EUR 110.00"]


def test_an_amount_that_is_owed_once() -> None:
    """It is owed in the period that holds its day, and in no other."""
    data = {"ref": "3.1", "kind": "charge", "amount": "EUR 70.00", "on": "2026-02-01"}
    assert [settled(data, month(number)).minor for number in range(3)] == [0, 7000, 0]


@pytest.mark.parametrize(
    ("number", "known", "index", "amount"),
    [
        ("106.1", 1, {}, Fraction(106100, 1023)),
        ("120", 1, {"most": "5%"}, 105),
        ("99", 1, {"least": "0%"}, 100),
        ("99", 1, {}, Fraction(99000, 1023)),
        ("99", 0, {}, 100),  # no figure is declared: prices are as they are written
    ],
)
def test_an_index_moves_amounts(number: str, known: int, index: dict[str, str], amount: Fraction | int) -> None:
    """An amount follows the figure over its base, exactly and within its bounds."""
    data = FIXED | {"amount": "EUR 100.00", "index": {"figure": "CPI", "base": "102.3", **index}}
    whole, rest = divmod(int(Fraction(number) * 10**9), 10**9)
    sums = {"3.1.index.known": known, "3.1.index.whole": known * whole, "3.1.index.billionths": known * rest}
    assert settled(data, month(0), sums) == euros(amount)


@given(QUANTITIES, st.lists(st.integers(1, 70), min_size=1, max_size=4, unique=True), st.data())
def test_marginal_bands_are_the_integral_of_the_rate(quantity: Fraction, edges: list[int], data: st.DataObject) -> None:
    """A marginal tariff is the rate added up quarter unit by quarter unit; a whole one is the rate at its end."""
    edges.sort()
    rates = data.draw(st.lists(st.integers(0, 900), min_size=len(edges) + 1, max_size=len(edges) + 1))
    bands = [{"below": str(edge), "is": f"EUR {rate}.00"} for edge, rate in zip(edges, rates, strict=False)]
    tariff = {"bands": [*bands, {"is": f"EUR {rates[-1]}.00"}]}

    def rate_at(place: Fraction) -> int:
        return rates[sum(edge <= place for edge in edges)]

    steps = [Fraction(number, 4) for number in range(int(quantity * 4))]
    marginal = settled(USERS | {"rate": tariff | {"how": "marginal"}}, month(0), counted(quantity))
    assert marginal == euros(sum((rate_at(step) * Fraction(1, 4) for step in steps), start=Fraction(0)))
    assert settled(USERS | {"rate": tariff}, month(0), counted(quantity)) == euros(rate_at(quantity) * quantity)
    flat = {key: value for key, value in USERS.items() if key != "rate"} | {"amount": tariff}
    assert settled(flat, month(0), counted(quantity)) == euros(rate_at(quantity))


@given(QUANTITIES, st.integers(0, 60), st.integers(0, 60), st.integers(0, 100))
def test_minimum_and_allowance(quantity: Fraction, included: int, least: int, amount: int) -> None:
    """The least quantity counts first, then what is included is taken off, then the least amount is looked at."""
    data = USERS | {"included": included, "minimum": least}
    priced = max(max(quantity, Fraction(least)) - included, Fraction(0)) * 2
    assert settled(data, month(0), counted(quantity)) == euros(priced)
    with_amount = USERS | {"included": included, "minimum": f"EUR {amount}.00"}
    priced = max(quantity - included, Fraction(0)) * 2
    assert settled(with_amount, month(0), counted(quantity)) == euros(max(priced, Fraction(amount)))


class Blocks:
    """The slow and obvious way: blocks with an age, the oldest drawn from first, and those too old thrown away."""

    def __init__(self, lasts: int | None) -> None:
        """Begin without any block."""
        self.lasts = lasts
        self.blocks: list[Fraction] = []
        self.bought = self.used = self.expired = Fraction(0)

    def month(self, grant: int, quantity: Fraction) -> Fraction:
        """Return what of the quantity is beyond the blocks."""
        self.blocks.append(Fraction(grant))
        self.bought += grant
        for place, block in enumerate(self.blocks):
            drawn = min(block, quantity)
            self.blocks[place] -= drawn
            quantity -= drawn
            self.used += drawn
        for place in range(len(self.blocks)):
            if self.lasts is not None and len(self.blocks) - place >= self.lasts:
                self.expired += self.blocks[place]
                self.blocks[place] = Fraction(0)
        return quantity


@given(
    st.lists(st.integers(0, 60).map(lambda number: Fraction(number, 4)), min_size=1, max_size=9),
    st.integers(0, 40),
    st.none() | st.just("term") | st.integers(1, 4).map(lambda number: {"periods": number}),
    st.sampled_from(
        [("month", "month", 1), ("month", "quarter", 3), ("quarter", "quarter", 1), ("quarter", "year", 4)]
    ),
)
def test_prepaid_units_are_used_expire_or_are_left(
    quantities: list[Fraction], included: int, rollover: Any, cycle: tuple[str, str, int]
) -> None:
    """What is bought is used, expires or is left, as blocks would be, period after period; nothing is lost."""
    billing, every, count = cycle
    further = rollover["periods"] if isinstance(rollover, dict) else 0
    blocks = Blocks(None if rollover == "term" else further + count)
    data: dict[str, Any] = USERS | {"amount": "EUR 100.00", "every": every, "included": included}
    data |= {"billed": "advance"} | ({} if rollover is None else {"rollover": rollover})
    clause = read(data)
    past: dict[str, Any] = {"left": [], "granted": []}
    for number, quantity in enumerate(quantities):
        period, due = month(number) if billing == "month" else quarter(number), number % count == 0
        now = context(period, counted(quantity), past=past if number else None)
        now.settle([clause])
        beyond = blocks.month(included if due else 0, quantity)
        assert now.settled["3.1"].value == euros((100 if due else 0) + beyond * 2)
        left = now.aspects["3.1", "left"][0].value
        assert left == sum(blocks.blocks)
        assert blocks.bought == blocks.used + blocks.expired + left
        for recall in clause.recalls():
            value = now.aspects[recall.ref, recall.name][0].value
            past[recall.name] = [*past[recall.name], (period.start, value)][-int(recall.back) :]


def quarter(number: int) -> Period:
    """Return the quarter with this number, from 0 for the first of 2026."""
    return Period(month(number * 3).start, month(number * 3 + 2).end)


def test_work_is_priced_by_role_and_hours() -> None:
    """Each role has its rate; time outside of hours counts as often as the contract says."""
    per = {"work": "billable", "unit": "1h", "hours": "desk", "outside": "1.5"}
    rates = {"by": "role", "engineer": "EUR 90.00", "otherwise": "EUR 60.00"}
    sums = {
        "3.1.inside.engineer": 2 * HOUR, "3.1.outside.engineer": HOUR,
        "3.1.inside.otherwise": HOUR // 2, "3.1.outside.otherwise": 0,
    }  # fmt: skip
    assert settled(WORK | {"per": per, "rate": rates}, month(0), sums) == euros(Fraction(7, 2) * 90 + 30)
    assert settled(WORK | {"per": per}, month(0), {k: v for k, v in sums.items() if "otherwise" in k}) == euros(45)


@pytest.mark.parametrize(("part", "hours"), [("up", Fraction(5, 4)), ("down", 1)])
def test_work_of_a_period_is_rounded_as_a_whole(part: str, hours: Fraction | int) -> None:
    """Seventy minutes of a month are a quarter of an hour more, or an hour, however many records they come in."""
    per = {"work": "all", "unit": "1h", "increment": "15min", "part": part, "rounded": "period"}
    assert settled(WORK | {"per": per}, month(0), {"3.1.time.otherwise": 7 * HOUR // 6}) == euros(hours * 90)


def test_what_is_billed_elsewhere() -> None:
    """It is owed as it is, refunds included, or with a surcharge."""
    data = {"ref": "3.1", "kind": "charge", "per": {"billed": "licences"}}
    assert settled(data, month(0), {"3.1.minor": -1250}) == euros("-12.5")
    assert settled(data | {"rate": "110%"}, month(0), {"3.1.minor": 1000}) == euros(11)


BANDS = {"bands": [{"up_to": "10", "is": "EUR 5.00"}, {"is": "EUR 9.00"}]}
PERCENTS = {"bands": [{"below": "10%", "is": "5%"}, {"is": "9%"}]}
HOURS = {"work": "all", "unit": "1h"}


@pytest.mark.parametrize(
    ("data", "code"),
    [
        ({"amount": None, "every": None}, "charge_empty"),
        ({"every": None}, "missing_field"),
        ({"amount": "EUR -1.00"}, "amount_negative"),
        ({"amount": "EUR 1.005"}, "amount_scale"),
        ({"amount": {"by": "date", "2026-01-01": "EUR 1.005"}}, "amount_scale"),
        ({"amount": {"by": "date", "January": "EUR 1.00"}}, "dated_key"),
        ({"amount": {"by": "date", "2026-02-30": "EUR 1.00"}}, "dated_key"),
        ({"amount": {"by": "date"}}, "dated_key"),
        ({"amount": {"by": "date", "2026-02-01": "EUR 1.00", "2026-01-01": "EUR 2.00"}}, "dated_order"),
        ({"amount": BANDS, "every": None}, "charge_bands"),
        ({"amount": BANDS, "every": None, **{k: TICKETS[k] for k in ("per", "rate")}}, "charge_bands"),
        ({"amount": BANDS | {"how": "marginal"}, "every": None, "per": TICKETS["per"]}, "bands_marginal"),
        ({"amount": PERCENTS, "every": None, "per": TICKETS["per"]}, "bands_units"),
        ({"on": "2026-01-01"}, "charge_on"),
        ({"amount": None, "every": None, "on": "2026-01-01", "per": TICKETS["per"], "rate": "EUR 1.00"}, "charge_on"),
        ({"every": None, "on": "2026-01-01", "billed": "advance"}, "billed_unused"),
        ({"rate": "EUR 1.00"}, "per_missing"),
        ({"included": 3}, "per_missing"),
        ({"per": TICKETS["per"]}, "rate_missing"),
        ({"per": TICKETS["per"], "rate": "5%"}, "charge_rate"),
        ({"per": {"billed": "x"}, "rate": "EUR 5.00"}, "charge_rate"),
        ({"per": {"billed": "x"}, "rate": PERCENTS}, "charge_rate"),
        ({"per": TICKETS["per"], "rate": {"by": "role", "otherwise": "EUR 1.00"}}, "rate_by_role"),
        ({"per": TICKETS["per"], "rate": "EUR -1.00"}, "amount_negative"),
        ({"per": TICKETS["per"], "rate": 5}, "rate_unit"),
        ({"per": TICKETS["per"], "rate": "EUR 1.00", "included": -1}, "charge_included"),
        ({"per": {"billed": "x"}, "included": 1}, "charge_included"),
        ({"per": HOURS, "rate": {"by": "role", "otherwise": "EUR 1.00"}, "included": 1}, "charge_included"),
        ({"per": TICKETS["per"], "rate": "EUR 1.00", "included": 1, "billed": "spread"}, "charge_included"),
        ({"per": TICKETS["per"], "rate": "EUR 1.00", "rollover": "term"}, "rollover_unused"),
        ({"minimum": 5}, "minimum_unused"),
        ({"per": HOURS, "rate": {"by": "role", "otherwise": "EUR 1.00"}, "minimum": 5}, "minimum_unused"),
        ({"minimum": "EUR -5.00"}, "amount_negative"),
        ({"per": HOURS | {"unit": "0h"}, "rate": "EUR 1.00"}, "work_unit"),
        ({"per": HOURS | {"increment": "15min"}, "rate": "EUR 1.00"}, "work_increment"),
        ({"per": HOURS | {"increment": "15min", "part": "up"}, "rate": "EUR 1.00"}, "work_rounded"),
        ({"per": HOURS | {"rounded": "period"}, "rate": "EUR 1.00"}, "work_rounded"),
        ({"per": HOURS | {"at_least": "15min", "rounded": "period"}, "rate": "EUR 1.00"}, "work_rounded"),
        ({"per": HOURS | {"hours": "desk"}, "rate": "EUR 1.00"}, "work_hours"),
        ({"per": HOURS | {"hours": "desk", "outside": "-1"}, "rate": "EUR 1.00"}, "work_hours"),
        ({"per": HOURS | {"together": "product"}, "rate": "EUR 1.00"}, "work_together"),
        ({"per": HOURS | {"weights": {"by": "role", "otherwise": "-1"}}, "rate": "EUR 1.00"}, "factor_negative"),
        ({"per": {"unit": "users", "counted": "peak"}, "rate": "EUR 1.00"}, "missing"),
        ({"index": {"figure": "CPI", "base": 0}}, "index_base"),
        ({"index": {"figure": "CPI", "base": 1, "least": "5%", "most": "4%"}}, "index_bounds"),
    ],
)  # fmt: skip
def test_refuses_contradictions(data: dict[str, Any], code: str) -> None:
    """Fields that contradict each other, or leave something open, are refused by a code of their own."""
    whole = {key: value for key, value in {**FIXED, **data}.items() if value is not None}
    with pytest.raises(ValidationError) as caught:
        read(whole)
    assert code in codes(caught.value)


def test_what_a_charge_remembers() -> None:
    """The amount of the period, and of what is included what was granted and what is left."""
    now = context(month(0), counted(4))
    clause = read(USERS | {"included": 10, "rollover": {"periods": 3}})
    now.settle([clause])
    assert {name: each[0].value for name, each in clause.memories(now).items()} == {
        "amount": euros(0), "granted": 10, "left": 6,
    }  # fmt: skip
    assert isinstance(clause, Charge)
    assert [(recall.name, recall.back) for recall in clause.recalls()] == [("left", 1), ("granted", 2)]
