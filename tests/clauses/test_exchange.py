"""Amounts in another currency, exchanged at a declared rate before any limit."""

from __future__ import annotations

import re
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import ecsm_contracts as ec
from ecsm_contracts.errors import DocumentError, InvalidValue
from ecsm_contracts.figures import derive, replay
from ecsm_contracts.figures import given as told_figure
from ecsm_contracts.money import ExactAmount, Money
from ecsm_contracts.testing import clause_laws
from tests.cases.world import (
    CLOCK,
    Clause,
    Facts,
    attainment,
    credit,
    document,
    down,
    fee,
    level,
    limit,
    read,
    settle,
    some_late,
)

DOLLARS = {"rate": "usd-eur", "at": "end"}
UPTIME = level("up", {"kind": "availability", "hours": "always"}, {"at_least": "100%"})
SHARE = level("share", attainment(), {"at_least": "99%"}, gaps="breaks")
EACH = level("each", {"kind": "ticket_time", "clock": CLOCK, "within": "4h"})
MARCH, APRIL, LATE, MAY = "2026-03-01", "2026-04-01", "2026-04-30", "2026-05-01"


def rate(value: str, start: str = APRIL, end: str = MAY, *, ref: str = "R-1", at: str = APRIL) -> dict[str, Any]:
    """A rate for some days, from their midnight in UTC."""
    days = {"start": f"{start}T00:00:00Z", "end": f"{end}T00:00:00Z", "at": f"{at}T00:00:00Z"}
    return {"ref": ref, "figure": "usd-eur", "value": value, **days}


def april(clauses: list[Clause], facts: Facts) -> ec.Statement:
    """The statement of April, verified with its facts, of which every figure replays."""
    (statement,) = settle(read(document(clauses)), facts, ["2026-04"])
    figures = (*statement.figures.values(), *(line.figure for line in statement.lines))
    assert [failure for figure in figures for failure in replay(figure)] == []
    ec.verify(statement)
    return statement


def problems(*clauses: Clause) -> list[tuple[str, str]]:
    """The codes and paths that a contract with these clauses is refused with."""
    with pytest.raises(DocumentError) as caught:
        read(document([fee(), UPTIME, *clauses]))
    return [(problem.code, problem.path) for problem in caught.value.problems]


def ten(at: str = "end", amount: str = "USD 10.00") -> Clause:
    """Ten dollars for a miss."""
    return credit("c", "up", "level", amount, exchange={"rate": "usd-eur", "at": at})


TWO = (rate("0.90", APRIL, LATE), rate("0.91", LATE, MAY, ref="R-2", at=LATE))


@pytest.mark.parametrize(
    ("at", "rates", "credited"),
    [
        ("start", TWO, "EUR -9.00"),
        ("end", TWO, "EUR -9.10"),
        ("end", (*TWO, rate("0.92", LATE, MAY, ref="R-0", at=MAY)), "EUR -9.20"),  # delivered last
        ("end", (rate("0.91", LATE, MAY), rate("0.92", LATE, MAY, ref="R-2")), "EUR -9.20"),  # at one instant: by ref
        ("start", (rate("0.80", MARCH, APRIL), rate("0.90", ref="R-2")), "EUR -9.00"),  # the first has ended
        ("end", (rate("0.90"), rate("0.95", MAY, "2026-06-01", ref="R-2")), "EUR -9.00"),  # the last begins later
        ("end", (rate("0.912345678"),), "EUR -9.12"),  # EUR 9.12345678, exactly
    ],
)  # fmt: skip
def test_the_rate_in_force_counts(at: str, rates: tuple[dict[str, Any], ...], credited: str) -> None:
    """Worked example 83: of several rates the one of the instant that the clause names, and of these the last."""
    statement = april([fee("EUR 100.00"), UPTIME, ten(at)], down(60) | {"declared": [*rates]})
    assert [str(line.amount) for line in statement.lines] == ["EUR 100.00", credited]
    (declared,) = [row.ref for row in statement.outcomes if row.kind == "declared"]
    assert declared in {each["ref"] for each in rates}


def test_the_limit_is_of_what_was_exchanged() -> None:
    """A limit of EUR 9.05 gives that of USD 10.00 at 0.91, and the proof names amount, rate and clause."""
    at_most = limit("limit", "c", at_most="EUR 9.05")
    statement = april([fee("EUR 100.00"), UPTIME, ten(), at_most], down(60) | {"declared": [*TWO]})
    assert {line.clause: str(line.amount) for line in statement.lines} == {
        "fee": "EUR 100.00", "c": "EUR -9.10", "limit": "EUR 0.05",
    }  # fmt: skip
    (exchanged,) = [each for each in statement["c"].walk() if each.rule == "exchanged/1"]
    assert exchanged.value == ExactAmount(Fraction("9.10"), "EUR")
    assert [each.value for each in exchanged.inputs][1:] == [1, Fraction("0.91"), "EUR"]
    assert "clause c" in exchanged.cites


@pytest.mark.parametrize("rates", [(), (rate("0.90", MARCH, LATE),), (rate("0"),), (rate("-0.9"),)], ids=str)
def test_without_a_rate_nothing_is_settled(rates: tuple[dict[str, Any], ...]) -> None:
    """Where something is to be exchanged and no rate above zero is in force, the error says what to declare."""
    with pytest.raises(InvalidValue, match=r"clause c has USD 10 to exchange.*end of 2026-04.*'usd-eur'") as caught:
        april([fee(), UPTIME, ten()], down(60) | {"declared": [*rates]})
    assert caught.value.rule == "rate_missing"


def test_nothing_needs_no_rate() -> None:
    """A month without a miss is settled without a rate."""
    assert str(april([fee("EUR 100.00"), UPTIME, ten()], {}).total.value) == "EUR 100.00"


def test_a_rate_that_comes_late_is_a_restatement() -> None:
    """A corrected rate changes the credit by its difference."""
    contract = read(document([fee("EUR 100.00"), UPTIME, ten()]))
    facts = [down(60) | {"declared": [rate(value)]} for value in ("0.90", "0.91")]
    issued, corrected = (settle(contract, each, ["2026-04"]) for each in facts)
    (restatement,) = ec.restate(issued, corrected)
    assert str(restatement.total.value) == "EUR -0.10"


def test_what_is_combined_item_by_item_has_the_rate_of_the_period() -> None:
    """Of a ticket and an outage, each a group by itself, both credits are exchanged: 20 and 10 dollars at 0.91."""
    more = credit("n", "each", "ticket", "USD 20.00", exchange=DOLLARS)
    down_time = credit("j", "up", "down_time", "USD 10.00", unit="1h", part="up", exchange=DOLLARS)
    combine = {"ref": "all", "kind": "combine", "among": ["n", "j"], "take": "sum", "per": "item"}
    facts = down(60) | {"tickets": some_late(1, 1), "declared": [*TWO]}
    statement = april([fee("EUR 100.00"), UPTIME, EACH, more, down_time, combine], facts)
    assert {line.clause: str(line.amount) for line in statement.lines} == {"fee": "EUR 100.00", "all": "EUR -27.30"}


AMOUNTS = st.integers(0, 500)


@st.composite
def drawn(draw: st.DrawFn) -> list[Clause]:
    """Clauses of every shape with amounts in whole dollars."""

    def usd() -> str:
        return f"USD {draw(AMOUNTS)}"

    def bands(*edges: str) -> dict[str, Any]:
        return {"bands": [*({"below": edge, "is": usd()} for edge in edges), {"is": usd()}]}

    per_ticket = {"tickets": "opened"}
    table = {"by": "run", "1": usd(), "otherwise": usd()}
    many: dict[str, Clause] = {
        "a": {"kind": "charge", "amount": usd(), "every": "month"},
        "b": {"kind": "charge", "per": per_ticket, "rate": usd(), "included": 3, "minimum": usd()},
        "c": {"kind": "charge", "per": per_ticket, "rate": {**bands("2", "5"), "how": "marginal"}},
        "d": {"kind": "charge", "per": per_ticket, "amount": bands("2", "5")},
        "e": {"kind": "charge", "amount": {"by": "date", "2026-01-01": usd(), "2026-04-01": usd()}, "every": "month"},
        "f": credit("f", "up", "level", usd()),
        "g": credit("g", "share", "level", bands("50%", "90%")),
        "h": {**credit("h", "each", "ticket", "USD 1"), "rate": {**bands("2", "5"), "how": "marginal"}},
        "i": {**credit("i", "share", "level", "USD 1"), "rate": table},
        "j": credit("j", "up", "down_time", usd(), unit="7min", part="exact"),
        "k": credit("k", "up", "level", usd()) | {"levels": ["up", "share"], "when": "any"},
        "l": credit("l", "each", "ticket", usd()) | {"levels": ["each", "share"], "price": "together"},
        "m": {"kind": "bonus", "levels": ["each"], "per": "level", "rate": usd()},
        "n": credit("n", "each", "ticket", usd()),
    }
    exchange = {"rate": "usd-eur", "at": draw(st.sampled_from(["start", "end"]))}
    chosen = [{**clause, "ref": ref, "exchange": exchange} for ref, clause in many.items() if draw(st.booleans())]
    names = {clause["ref"] for clause in chosen}
    if {"n", "j"} <= names:
        chosen.append({"ref": "by item", "kind": "combine", "among": ["n", "j"], "take": "sum", "per": "item"})
    if "f" in names:
        chosen.append(limit("limit", "f", at_most="EUR 100.00"))
    if "a" in names:
        chosen.append(credit("q", "up", "level", "7.3%", of="a"))
    return chosen


def in_euros(value: Any, worth: Decimal) -> Any:
    """The same with every amount in dollars multiplied by what a dollar is worth, and exchanged no more."""
    if isinstance(value, dict):
        return {key: in_euros(each, worth) for key, each in value.items() if key != "exchange"}
    if isinstance(value, list):
        return [in_euros(each, worth) for each in value]
    if not isinstance(value, str):
        return value
    return re.sub(r"^USD (\d+)$", lambda found: f"EUR {Decimal(found[1]) * worth:f}", value)


@pytest.mark.sweep
@settings(max_examples=20)
@given(
    clauses=drawn(),
    hundredths=st.integers(1, 300),
    late=st.integers(0, 6),
    minutes=st.integers(0, 90),
)
def test_an_exchange_is_a_multiplication(clauses: list[Clause], hundredths: int, late: int, minutes: int) -> None:
    """A contract in dollars at a rate owes, line by line, what one in euros with all amounts times that rate owes."""
    worth = Decimal(hundredths) / 100
    facts = (down(minutes) if minutes else {}) | {"tickets": some_late(6, late), "declared": [rate(str(worth))]}
    levels = [UPTIME, SHARE, EACH]
    exchanged = april([*levels, *clauses], facts)
    written = april([*levels, *in_euros(clauses, worth)], facts)
    assert [(line.clause, line.kind, line.amount) for line in exchanged.lines] == [
        (line.clause, line.kind, line.amount) for line in written.lines
    ]
    values = {ref: getattr(each.value, "ratio", each.value) for ref, each in exchanged.figures.items()}
    assert values == {ref: getattr(each.value, "ratio", each.value) for ref, each in written.figures.items()}


@pytest.mark.parametrize(
    ("clause", "code"),
    [
        (ten(amount="EUR 10.00"), ("exchange_unused", "clauses.2.exchange")),
        (credit("c", "up", "level", "5%", exchange=DOLLARS), ("exchange_unused", "clauses.2")),
        (credit("c", "up", "level", "USD 10.00"), ("currency_mismatch", "clauses.2.rate")),
        ({**ten(), "rate": {"bands": [{"below": "1%", "is": "USD 1.00"}, {"is": "GBP 2.00"}]}},
         ("exchange_currencies", "clauses.2")),
        ({**ten(), "rate": {"bands": [{"below": "1%", "is": "USD 1.00"}, {"is": "EUR 2.00"}]}},
         ("exchange_currencies", "clauses.2")),
        ({**credit("c", "up", "level", "USD 1.00"), "rate": {"by": "level", "up": "USD 1.00", "otherwise": "EUR 1.00"}},
         ("currency_mismatch", "clauses.2.rate.up")),
        ({"ref": "d", "kind": "charge", "per": {"billed": "b"}, "exchange": DOLLARS}, ("exchange_unused", "clauses.2")),
        ({"ref": "d", "kind": "charge", "amount": "USD 1.00", "every": "month", "minimum": "EUR 5.00",
          "exchange": DOLLARS}, ("exchange_currencies", "clauses.2")),
        (limit("l", "fee", at_most="USD 1.00", exchange=DOLLARS), ("currency_mismatch", "clauses.2.at_most")),
        ({**ten(), "exchange": {"rate": "usd-eur"}}, ("missing_field", "clauses.2.exchange")),
        ({**ten(), "exchange": {"rate": "usd-eur", "at": "noon"}}, ("unknown_word", "clauses.2.exchange.at")),
    ],
)  # fmt: skip
def test_what_is_no_exchange_is_refused(clause: Clause, code: tuple[str, str]) -> None:
    """A rate without foreign amounts, foreign amounts without a rate, and two currencies in one clause are refused."""
    assert code in problems(clause)


@pytest.mark.parametrize(
    ("amount", "known", "number", "expected"),
    [
        ("10", 1, "0.91", "9.1"),
        ("0", 0, "0", "0"),
        ("0", 1, "0.91", "0"),
        ("10", 0, "0.91", None),
        ("10", 1, "0", None),
    ],
)
def test_the_rule(amount: str, known: int, number: str, expected: str | None) -> None:
    """`exchanged/1` multiplies by a known rate above zero; nothing is nothing without one; all else is refused."""
    inputs = [told_figure("known", known), told_figure("rate", Fraction(number)), told_figure("currency", "EUR")]
    for value in (Money.parse(f"USD {amount}.00"), ExactAmount(Fraction(amount), "USD")):
        if expected is None:
            with pytest.raises(InvalidValue) as caught:
                derive("x", "exchanged/1", told_figure("amount", value), *inputs)
            assert caught.value.rule == "rate_missing"
        else:
            found = derive("x", "exchanged/1", told_figure("amount", value), *inputs).value
            assert found == ExactAmount(Fraction(expected), "EUR")


def test_the_laws_of_clauses_hold() -> None:
    """Charges, credits and bonuses that are exchanged keep the laws that authors test on made-up tallies."""
    charge = {"ref": "d", "kind": "charge", "amount": "USD 1.00", "every": "month", "exchange": DOLLARS}
    bonus = {**ten(), "ref": "b", "kind": "bonus"}
    laws = clause_laws(read(document([fee(), UPTIME, ten(), bonus, charge])))
    assert len(laws) > 10
    for _, law in laws:
        law()


def test_authors_are_not_told_of_euros_that_are_dollars() -> None:
    """What a limit takes is not compared with amounts in another currency, of which nobody knows the worth yet."""
    at_most = limit("limit", "c", at_most="EUR 12.00")
    found = {
        amount: {each.code for each in read(document([fee(), UPTIME, clause, at_most])).check(notes=True)}
        for amount, clause in (("USD", ten()), ("EUR", credit("c", "up", "level", "EUR 10.00")))
    }
    assert "limit_never_reached" in found["EUR"] - found["USD"]


def test_the_contract_says_it() -> None:
    """The plain words say at which rate, of which instant, and what becomes of a month without one."""
    text = read(document([fee(), UPTIME, ten("start")])).plain()
    assert "All amounts that are not exchanged are in EUR." in text
    assert (
        "This is exchanged into EUR at the declared rate “usd-eur” (EUR for one USD) that holds at the first instant "
        "of the month, exactly and before any limit." in text
    )
