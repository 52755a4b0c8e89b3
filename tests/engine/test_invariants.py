"""The bounds that every result keeps: each is tripped once, and a legal extreme trips none."""

from collections.abc import Callable
from dataclasses import replace

import pytest

import ecsm_contracts as ec
from ecsm_contracts.engine import Settled
from ecsm_contracts.engine._invariants import check_settled
from ecsm_contracts.errors import EngineInvariantError
from ecsm_contracts.figures import derive, given
from ecsm_contracts.statements import Line
from tests.engine.world import JANUARY, acme, acme_data, contract_of, january

EUR = ec.Money.parse


def settled() -> tuple[ec.Plan, ec.Tally, Settled]:
    """January, settled."""
    plan = ec.plan(acme(), JANUARY)
    tally = ec.observe(plan, january()).tally
    return plan, tally, ec.settle_tally(plan, tally)


def check(plan: ec.Plan, tally: ec.Tally, result: Settled) -> None:
    """Check the bounds as settling does."""
    check_settled(plan, tally, result)


def with_lines(result: Settled, *lines: Line) -> Settled:
    """The result with other lines, and a total that is their sum."""
    total = derive("total", "total/1", *(line.figure for line in lines))
    return replace(result, lines=replace(result.lines, lines=lines, total=total))


def line(clause: str, kind: str, amount: str) -> Line:
    """A line of some amount."""
    return Line(clause, kind, "a line", given("amount", EUR(amount)))  # type: ignore[arg-type]  # one of the kinds


@pytest.mark.parametrize(
    ("broken", "said"),
    [
        (
            lambda result: replace(result, lines=replace(result.lines, total=given("total", EUR("EUR 1.00")))),
            "not the sum",
        ),
        (
            lambda result: with_lines(result, line("3.1", "charge", "EUR 1.00"), line("3.1", "charge", "EUR 1.00")),
            "two lines",
        ),
        (lambda result: with_lines(result, line("4.5", "credit", "EUR 1.00")), "would be charged"),
        (lambda result: with_lines(result, line("4.5", "bonus", "EUR -1.00")), "a bonus of"),
        (lambda result: with_lines(result, line("4.5", "earn_back", "EUR -1.00")), "an? earn back of"),
        (lambda result: with_lines(result, line("9.9", "charge", "EUR 1.00")), "9.9: there is no such clause"),
        (lambda result: with_lines(result, line("3.1", "charge", "EUR 19999.99")), "is rounded to"),
        (lambda result: with_lines(result, line("3.1", "charge", "USD 20000.00")), "minor units of EUR"),
        (lambda result: replace(result, assessments=result.assessments[1:]), "3 promises have 2 assessments"),
        (lambda result: replace(result, figures=dict(list(result.figures.items())[1:])), "clauses have"),
        (lambda result: with_lines(result, *result.lines.lines[:-1]), "its lines come to"),
        (lambda result: with_lines(result, line("3.1", "charge", "EUR 1.005")), "whole minor units"),
        (
            lambda result: replace(result, lines=replace(result.lines, given={"4.7": EUR("EUR 2000.01")})),
            "the room was",
        ),
        (lambda result: replace(result, lines=replace(result.lines, given={"4.7": EUR("EUR -0.01")})), "the room was"),
    ],
)
def test_each_bound_on_money_is_tripped(broken: Callable[[Settled], Settled], said: str) -> None:
    """A result that breaks one bound is not issued, and the bound is named."""
    plan, tally, result = settled()
    with pytest.raises(EngineInvariantError, match=said):
        check(plan, tally, broken(result))


@pytest.mark.parametrize(
    ("column", "number"),
    [("4.2.met", 21), ("4.2.met", -1), ("4.3.unavailable", 10**16), ("4.3.unavailable", -1), ("4.3.planned", 10**16)],
)
def test_each_bound_on_counts_is_tripped(column: str, number: int) -> None:
    """More met than counted, more time out than there is, less than none: no such tally is settled."""
    plan, tally, result = settled()
    sums = dict(tally.to_data()) | {column: number}
    with pytest.raises(EngineInvariantError, match=column.rpartition(".")[0]):
        check(plan, ec.Tally.from_data(tally.columns, sums), result)


def test_legal_extremes_trip_nothing() -> None:
    """Nothing happened, everything was out, the fee is zero: each settles."""
    plan, tally, _ = settled()
    ec.settle_tally(plan, ec.Tally.zero(tally.columns))
    whole = plan.service_times()["4.3"][0]
    ec.settle_tally(plan, ec.Tally.from_data(tally.columns, dict(tally.to_data()) | {"4.3.unavailable": whole}))
    data = acme_data()
    next(each for each in data["clauses"] if each["ref"] == "3.1")["amount"] = "EUR 0.00"
    free = ec.plan(contract_of(data), JANUARY)
    assert ec.settle_tally(free, tally).lines.total.value == EUR("EUR 0.00")
