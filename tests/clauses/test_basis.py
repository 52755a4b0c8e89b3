"""Tests of bases: shares and sums of charges over windows, less what is named."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from ecsm_contracts.calendars import Period, contract_year
from ecsm_contracts.clauses import Carry, Context
from ecsm_contracts.figures import replay
from ecsm_contracts.measures import Tally
from ecsm_contracts.money import ExactAmount, Money

from .world import codes, read

if TYPE_CHECKING:
    from collections.abc import Mapping

TERM = date(2026, 1, 1)
BASIS = {"ref": "5.1", "kind": "basis", "of": ["3.1", "3.2"]}
CENTS = st.integers(0, 10**6)


def charge(ref: str, cents: int) -> dict[str, Any]:
    """Return a fixed charge."""
    return {"ref": ref, "kind": "charge", "amount": str(Money.from_minor(cents, "EUR")), "every": "month"}


def settled(
    *clauses: Mapping[str, Any], number: int = 0, past: Mapping[tuple[str, str], Any] | None = None, ref: str = "5.1"
) -> Any:
    """Return what a basis comes to in the month with this number, with every figure proved."""
    period = Period.month(2026 + number // 12, number % 12 + 1)
    carry = Carry.opening("ACME-2026", ends=period.start, past=past) if number else None
    year = contract_year(TERM, period.start).start
    now = Context("EUR", "half_up", Tally((), ()), {}, period, TERM, year, period.start == year, carry)
    now.settle([read(each) for each in clauses])
    assert [failure for figure in now.settled.values() for failure in replay(figure)] == []
    return now.settled[ref].value


def euros(number: Fraction | int) -> ExactAmount:
    """Return an exact amount."""
    return ExactAmount(Fraction(number), "EUR")


@given(st.lists(CENTS, min_size=1, max_size=4), st.sampled_from(["sum", "greatest", "least"]), st.integers(0, 300))
def test_a_share_of_one_of_several(amounts: list[int], take: str, share: int) -> None:
    """It is the share of the sum, the greatest or the least of what it names, exactly."""
    charges = [charge(f"3.{place}", cents) for place, cents in enumerate(amounts)]
    basis = BASIS | {"of": [each["ref"] for each in charges], "take": take, "share": f"{share}%"}
    whole = {"sum": sum(amounts), "greatest": max(amounts), "least": min(amounts)}[take]
    assert settled(*charges, basis) == euros(Fraction(whole * share, 10_000))


@given(st.lists(st.tuples(CENTS, CENTS), min_size=1, max_size=15), st.integers(2, 6), st.booleans())
def test_windows_add_up_what_was_charged(months: list[tuple[int, int]], size: int, average: bool) -> None:
    """A rolling window, those before, the contract year and the term are the sums, or means, of the months in them."""
    number, (now, also) = len(months) - 1, months[-1]
    earlier = [(Period.month(2026 + at // 12, at % 12 + 1).start, each) for at, each in enumerate(months[:-1])]
    past = {
        (ref, "amount"): [(day, Money.from_minor(each[place], "EUR")) for day, each in earlier]
        for place, ref in enumerate(("3.1", "3.2"))
    }
    whole = [sum(each) for each in months]
    year = whole[12:] if number >= 12 else whole
    wanted = {
        "rolling": ({"periods": size}, whole[-size:]),
        "previous": ({"previous": size}, whole[:-1][-size:]),
        "year": ("contract_year", year),
        "term": ("term", whole),
    }
    for window, expected in wanted.values():
        basis = BASIS | {"window": window, "average": average}
        found = settled(charge("3.1", now), charge("3.2", also), basis, number=number, past=past)
        divisor = max(len(expected), 1) if average else 1
        assert found == euros(Fraction(sum(expected), 100 * divisor))


def test_compensation_by_the_greater_of_two_formulas() -> None:
    """Movistar's `max(average of three invoices, five times the fare)` is a basis over two bases."""
    invoices = [(date(2026, at, 1), Money.from_minor(each, "EUR")) for at, each in ((1, 3000), (2, 4000), (3, 8000))]
    average = BASIS | {"of": ["3.1"], "window": {"previous": 3}, "average": True}
    fare = {"ref": "5.2", "kind": "basis", "of": ["3.2"], "share": "500%"}
    greater = {"ref": "5.3", "kind": "basis", "of": ["5.1", "5.2"], "take": "greatest"}
    past = {("3.1", "amount"): invoices}
    clauses = charge("3.1", 100), charge("3.2", 900), average, fare, greater
    assert settled(*clauses, number=3, past=past, ref="5.3") == euros(50)
    assert settled(clauses[0], charge("3.2", 1100), *clauses[2:], number=3, past=past, ref="5.3") == euros(55)


@given(st.integers(0, 10**6), st.integers(0, 10**4))
def test_so_much_for_each_of_what_is_counted(grams: int, cents: int) -> None:
    """A cap by weight, such as DHL's 12 euros a kilogram, is of a basis: the weight times the rate, owed by nobody."""
    rate = Money.from_minor(cents, "EUR")
    per = {"unit": "kg", "counted": "sum", "round": "exact"}
    basis = read({"ref": "5.1", "kind": "basis", "per": per, "rate": str(rate)})
    whole, rest = divmod(grams * 10**6, 10**9)
    tally = Tally(("5.1.whole", "5.1.billionths"), (whole, rest))
    now = Context("EUR", "half_up", tally, {}, Period.month(2026, 1), TERM, TERM)
    now.settle([basis])
    assert now.settled["5.1"].value == euros(Fraction(grams * cents, 100_000))


def test_an_amount_that_no_charge_owes() -> None:
    """A fare that is five times counted, and a thirtieth of an amount."""
    fare = {"ref": "5.1", "kind": "basis", "amount": "EUR 12.00", "share": "500%"}
    assert settled(fare) == euros(60)
    assert settled(fare | {"day_count": "thirtieth"}) == euros(2)


def test_an_at_risk_pool_allots_no_more_than_there_is() -> None:
    """A pool of 15 % of the invoice, of which shares of 20, 30 and 50 % are allotted, is allotted exactly."""
    pool = BASIS | {"share": "15%"}
    parts: list[dict[str, Any]] = [
        {"ref": f"6.{share}", "kind": "basis", "of": ["5.1"], "share": f"{share}%"} for share in (20, 30, 50)
    ]
    charges = charge("3.1", 33_333), charge("3.2", 1)
    whole = settled(*charges, pool, *parts)
    found = [settled(*charges, pool, *parts, ref=each["ref"]) for each in parts]
    assert sum(found, start=euros(0)) == whole == euros(Fraction(33_334 * 15, 10_000))


@pytest.mark.parametrize(("day_count", "day"), [("thirtieth", Fraction(10)), ("actual", Fraction(300, 31))])
def test_one_day_of_a_charge(day_count: str, day: Fraction) -> None:
    """A day of service is a thirtieth of the month, or by the days that January has."""
    assert settled(charge("3.1", 30_000), BASIS | {"of": ["3.1"], "day_count": day_count}) == euros(day)


@given(CENTS, CENTS, CENTS)
def test_what_is_taken_off_never_makes_a_basis_negative(first: int, second: int, off: int) -> None:
    """Charges that do not belong to it are taken off, down to nothing."""
    basis = BASIS | {"less": ["3.3"]}
    found = settled(charge("3.1", first), charge("3.2", second), charge("3.3", off), basis)
    assert found == euros(Fraction(max(first + second - off, 0), 100))


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"average": True}, "basis_average"),
        ({"day_count": "actual", "window": "term"}, "basis_day_count"),
        ({"less": ["3.1"]}, "basis_less"),
        ({"of": []}, "basis_shape"),
        ({"amount": "EUR 5.00"}, "basis_shape"),
        ({"rate": "EUR 5.00"}, "basis_shape"),
        ({"of": [], "per": {"tickets": "opened"}}, "basis_shape"),
        ({"of": [], "per": {"billed": "x"}, "rate": "EUR 5.00"}, "basis_shape"),
        ({"of": [], "amount": "EUR 5.00", "window": "term"}, "basis_shape"),
        ({"of": [], "amount": "EUR -5.00"}, "amount_negative"),
        ({"of": ["3.1", "3.1"]}, "named_twice"),
        ({"window": {"previous": 0}}, "greater_than_equal"),
        ({"share": "-1%"}, "percent_range"),
    ],
)
def test_refuses_contradictions(changes: dict[str, Any], code: str) -> None:
    """What a basis cannot mean is refused."""
    with pytest.raises(ValidationError) as caught:
        read(BASIS | changes)
    assert code in codes(caught.value)


def test_defaults_go_without_saying() -> None:
    """What is no more than a default is not written, so that one meaning has one digest."""
    said = {"take": "sum", "share": "100%", "window": "period", "average": False, "less": [], "less_given": []}
    assert read(BASIS | said).to_data() == BASIS
    window = {"window": {"previous": 3}, "average": True, "take": "least"}
    assert read(BASIS | window).to_data() == BASIS | window
