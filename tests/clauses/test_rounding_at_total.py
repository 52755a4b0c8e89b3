"""Rounding at the total: lines add up to the rounded sum, each within a unit of its exact amount."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import ecsm_contracts as ec
from ecsm_contracts.errors import DocumentError, InvalidValue
from ecsm_contracts.figures import derive, replay
from ecsm_contracts.figures import given as told_figure
from ecsm_contracts.money import ROUNDING_MODES, ExactAmount, Money
from tests.cases.world import Clause, Facts, credit, declared, document, fee, level, limit, outage, read, settle, told
from tests.oracle.money import floor, largest_remainder, rounded

MODES = st.sampled_from(sorted(ROUNDING_MODES))
TENTHS = st.integers(0, 1000)
"""Percentages in tenths: of a fee in cents they leave thousandths of a cent."""
MISSED = level("missed", {"kind": "availability", "hours": "always"}, {"at_least": "100%"})
MET = level("met", told("figure"), {"at_least": "90%"})
HAPPENED: Facts = {"outages": [outage(60)], **declared("95")}
THREE = [credit(f"c{n}", "missed", "level", "5%") for n in (1, 2, 3)]
BONUS = {"ref": "b", "kind": "bonus", "levels": ["met"], "per": "level", "rate": "5%", "of": "fee"}


def contract(*clauses: Clause, mode: str = "half_up", at: str = "total") -> ec.Contract:
    """A contract with these clauses."""
    data = document(clauses)
    data["settlement"]["rounding"] = {"mode": mode, "at": at}
    return read(data)


def april(*clauses: Clause, mode: str = "half_up", at: str = "total", facts: Facts = HAPPENED) -> ec.Statement:
    """The statement of April, verified with its facts, of which every figure replays."""
    statement = settle(contract(*clauses, mode=mode, at=at), facts, ["2026-04"])[0]
    figures = (*statement.figures.values(), *(line.figure for line in statement.lines), statement.total)
    assert [failure for figure in figures for failure in replay(figure)] == []
    ec.verify(statement)
    return statement


def cents(statement: ec.Statement, kind: str | None = None) -> dict[str, int]:
    """Each line by its clause, in cents."""
    return {line.clause: line.amount.minor for line in statement.lines if kind in {None, line.kind}}


def shares(exact: list[Fraction], total: int) -> list[int]:
    """The signed shares of a total: the slow way, unit by unit."""
    found = [floor(each) for each in exact]
    cut = [each - low for each, low in zip(exact, found, strict=True)]
    while sum(found) < total:
        winner = cut.index(max(cut))
        found[winner] += 1
        cut[winner] = Fraction(-1)
    return found


@pytest.mark.sweep
@given(
    minor=st.lists(st.fractions(-1000, 1000, max_denominator=12), min_size=1, max_size=12),
    mode=MODES,
    whole=st.integers(-5000, 5000),
)
def test_the_rule_is_the_slow_way(minor: list[Fraction], mode: str, whole: int) -> None:
    """The two rules give what units handed out one by one give; all add up, and each is within one unit."""
    total = rounded(sum(minor, Fraction(whole)), mode) - whole
    amounts = [told_figure("part", ExactAmount(each / 100, "EUR")) for each in minor]
    last = derive("last", "last to get a unit/1", told_figure("rest", Money.from_minor(total, "EUR")), *amounts)
    cut = (last, *amounts[last.value - 1 :][: bool(last.value)])
    found = [
        derive("share", "signed share of total/1", told_figure("line", place), each, *cut).value.minor
        for place, each in enumerate(amounts, 1)
    ]
    assert found == shares(minor, total)
    assert sum(found) == total
    assert all(abs(share - each) < 1 for share, each in zip(found, minor, strict=True))
    assert all(share * each >= 0 for share, each in zip(found, minor, strict=True))


@pytest.mark.parametrize("total", ["EUR 0.65", "EUR 0.69", "EUR -0.66", "EUR 0.665"])
def test_a_total_that_is_not_the_sum_is_refused(total: str) -> None:
    """Two amounts of a third of a euro come to 66 or 67 cents (or 68, were both rounded up), and to nothing else."""
    third = told_figure("part", ExactAmount(Fraction(1, 3), "EUR"))
    with pytest.raises(InvalidValue) as caught:
        derive("x", "last to get a unit/1", told_figure("rest", Money.parse(total)), third, third)
    assert caught.value.rule == ("money_scale" if total == "EUR 0.665" else "split_total")


def test_equal_lines_give_the_unit_to_the_earlier_ones() -> None:
    """Three credits of EUR 33.335 off EUR 666.70 leave EUR 566.695, rounded 566.70: the first two are cut."""
    statement = april(fee("EUR 666.70"), MISSED, *THREE)
    assert cents(statement) == {"fee": 66670, "c1": -3333, "c2": -3333, "c3": -3334}
    assert str(statement.total.value) == "EUR 566.70"
    assert cents(april(fee("EUR 666.70"), MISSED, *THREE, at="line")) == {
        "fee": 66670, "c1": -3334, "c2": -3334, "c3": -3334,
    }  # fmt: skip


def test_the_order_of_lines_is_that_of_the_document() -> None:
    """A credit that settles late, as what it is of stands below it, still comes first where it is written first."""
    basis = {"ref": "half", "kind": "basis", "of": ["fee"], "share": "50%"}
    first = {**THREE[0], "ref": "first", "rate": "10%", "of": "half"}
    statement = april(first, MISSED, THREE[1], fee("EUR 666.70"), basis)
    assert cents(statement) == {"first": -3333, "c2": -3334, "fee": 66670}


def test_the_sign_is_set_before_the_total_is_rounded() -> None:
    """A credit of half a cent and nothing else is a total of EUR -0.01 by half up, and one of EUR 0.00 by half even."""
    half = ({"ref": "small", "kind": "basis", "amount": "EUR 0.10"}, MISSED)
    terms = {"ref": "c", "kind": "service_credit", "levels": ["missed"], "per": "level", "rate": "5%", "of": "small"}
    assert str(april(*half, terms, mode="half_up").total.value) == "EUR -0.01"
    assert str(april(*half, terms, mode="half_even").total.value) == "EUR 0.00"
    assert str(april(*half, terms, mode="ceiling").total.value) == "EUR 0.00"


def test_whole_amounts_need_no_total() -> None:
    """Where every amount is in whole cents, lines and proofs are those of rounding at the line."""
    clauses = (fee("EUR 600.00"), MISSED, MET, *THREE, BONUS)
    total, line = (april(*clauses, at=at) for at in ("total", "line"))
    assert [each.amount for each in total.lines] == [each.amount for each in line.lines]
    assert total.seals.rules == line.seals.rules


def test_what_is_given_is_the_line() -> None:
    """What a credit hands on as given, so that it may come back, is its line, without its sign."""
    back = {
        "ref": "e", "kind": "earn_back", "of": ["c1", "c3"], "levels": ["missed"], "gaps": "breaks",
        "tranches": [{"after": 1, "share": "100%"}], "within": 3,
    }  # fmt: skip
    clauses = contract(fee("EUR 666.70"), MISSED, *THREE, back)
    first, second = settle(clauses, HAPPENED, ["2026-04", "2026-05"])
    given_then = {
        each.ref: [past.value for past in each.past] for each in first.carry.remembered if each.name == "given"
    }
    assert given_then == {"c1": [Money.parse("EUR 33.33")], "c3": [Money.parse("EUR 33.34")]}
    assert cents(second) == {"fee": 66670, "e": 6667}


@st.composite
def clauses(draw: st.DrawFn) -> tuple[list[Clause], dict[str, Fraction], dict[str, Fraction], Fraction]:
    """Clauses in some order; the exact cents of those that are shared, of those under a limit, and the limit's."""
    fees = draw(st.integers(0, 10**6))
    found = [fee(f"EUR {fees // 100}.{fees % 100:02}"), MISSED, MET]
    exact: dict[str, Fraction] = {}
    under: dict[str, Fraction] = {}

    def rate() -> tuple[str, Fraction]:
        tenths = draw(TENTHS)
        return f"{tenths // 10}.{tenths % 10}%", Fraction(tenths * fees, 1000)

    for number in range(draw(st.integers(0, 4))):
        text, amount = rate()
        found.append(credit(f"c{number}", "missed", "level", text))
        exact[f"c{number}"] = -amount
    for number in range(draw(st.integers(0, 2))):
        text, amount = rate()
        found.append({**BONUS, "ref": f"b{number}", "rate": text})
        exact[f"b{number}"] = amount
    for number in range(draw(st.integers(0, 2))):
        each = draw(st.integers(0, 10**6))
        per = {"unit": "users", "counted": "at_start", "round": "exact"}
        found.append(
            {"ref": f"u{number}", "kind": "charge", "per": per, "rate": f"EUR {each // 10000}.{each % 10000:04}"}
        )
        exact[f"u{number}"] = Fraction(each, 100)
    if draw(st.booleans()):
        (one, first), (two, second) = rate(), rate()
        found += [credit("d1", "missed", "level", one), credit("d2", "missed", "level", two)]
        found.append({"ref": "d", "kind": "combine", "among": ["d1", "d2"], "take": "sum"})
        exact["d"] = -first - second
    room = draw(st.integers(0, 10**6))
    for number in range(draw(st.integers(0, 3))):
        text, amount = rate()
        found.append(credit(f"l{number}", "missed", "level", text))
        under[f"l{number}"] = amount
    if under:
        found.append(limit("limit", *under, at_most=f"EUR {room // 100}.{room % 100:02}"))
    ordered = draw(st.permutations(found))
    places = {clause["ref"]: place for place, clause in enumerate(ordered)}
    return ordered, {ref: exact[ref] for ref in sorted(exact, key=places.__getitem__)}, under, Fraction(room)


ONE_USER: Facts = {
    "volumes": [
        {"ref": "V", "unit": "users", "quantity": "1", "start": "2026-04-01T00:00:00Z", "end": "2026-05-01T00:00:00Z"}
    ]
}


@pytest.mark.sweep
@settings(max_examples=25)
@given(drawn=clauses(), mode=MODES)
def test_the_statement_is_reckoned_again(drawn: Any, mode: str) -> None:
    """Total, lines and what a limit takes are those of an independent reckoning in fractions, for every mode."""
    terms, exact, under, room = drawn
    statement = april(*terms, mode=mode, facts=HAPPENED | ONE_USER)
    fees = next(line.amount.minor for line in statement.lines if line.clause == "fee")
    wanted = sum(under.values(), Fraction(0))
    gross = rounded(wanted, mode)
    given_ = min(rounded(min(wanted, room), mode), floor(room))
    lines = cents(statement)
    whole = fees - given_
    total = rounded(sum(exact.values(), Fraction(whole)), mode)
    assert statement.total.value.minor == total
    assert sum(line.amount.minor for line in statement.lines) == total
    assert {ref: lines[ref] for ref in exact if ref in lines} == {
        ref: share
        for (ref, amount), share in zip(exact.items(), shares([*exact.values()], total - whole), strict=True)
        if ref in lines
    }
    assert all(ref in lines for ref, amount in exact.items() if amount)
    assert [-lines[ref] for ref in under] == largest_remainder(gross, [*under.values()])
    assert lines.get("limit", 0) == gross - given_


USES: dict[str, Clause] = {
    "trigger": {
        "ref": "t", "kind": "trigger", "right": "audit",
        "amounts": {"credits": ["c1"], "at_least": "EUR 1.00", "window": "term", "consumes": False},
    },
    "basis": {"ref": "t", "kind": "basis", "of": ["fee"], "less_given": ["c1"]},
    "rolling": {"ref": "t", "kind": "basis", "of": ["fee"], "less_given": ["c1"], "window": {"periods": 3}},
}  # fmt: skip
LIMIT = limit("limit", "c1", "c2", at_most="EUR 50.00")
COMBINE: Clause = {"ref": "d", "kind": "combine", "among": ["limit", "c3"], "take": "sum"}


@pytest.mark.parametrize("use", USES)
@pytest.mark.parametrize("more", [(), (LIMIT, COMBINE)], ids=["by itself", "a limit, combined"])
def test_what_needs_the_total_too_early_is_refused(use: str, more: tuple[Clause, ...]) -> None:
    """A clause that reads in a period what a share of its total gives is refused with `rounding_total`, there."""
    clauses = (fee("EUR 666.70"), MISSED, *THREE, *more, USES[use])
    with pytest.raises(DocumentError) as caught:
        contract(*clauses)
    (problem,) = caught.value.problems
    assert problem.code == "rounding_total"
    assert problem.path.startswith(f"clauses.{len(clauses) - 1}.")
    assert "at: line" in problem.message
    assert contract(*clauses, at="line").clause("t").ref == "t"


@pytest.mark.parametrize("use", USES)
def test_what_a_limit_gives_can_be_read(use: str) -> None:
    """What a limit gives, and a credit under one, is whole before there is a total; both roundings read the same."""
    clauses = (fee("EUR 666.70"), MISSED, *THREE, LIMIT, USES[use])
    total, line = (april(*clauses, at=at) for at in ("total", "line"))
    assert total["t"].value == line["t"].value


def test_what_earlier_periods_gave_can_be_read() -> None:
    """A basis of earlier periods takes off the lines that they gave."""
    before = {"ref": "t", "kind": "basis", "of": ["fee"], "less_given": ["c1"], "window": {"previous": 1}}
    found = settle(contract(fee("EUR 666.70"), MISSED, *THREE, before), HAPPENED, ["2026-04", "2026-05"])
    assert str(found[1]["t"].value) == "EUR 63337/100"


def test_the_contract_says_it() -> None:
    """The plain words say what is rounded, and how lines come by their cents."""
    told_ = [contract(fee(), at=at).plain() for at in ("line", "total")]
    assert "A total is the sum of its lines." in told_[0]
    assert "Their total is rounded" not in told_[0]
    assert "their total is rounded to the smallest unit: to the nearest, a tie away from zero" in told_[1]
