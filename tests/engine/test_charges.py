"""Charges and bases in whole contracts: from facts to lines, month after month, and what contradicts a contract."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import pytest

import ecsm_contracts as ec
from ecsm_contracts.calendars import Period, to_micros
from ecsm_contracts.clauses import Charge, Context
from ecsm_contracts.errors import DocumentError
from ecsm_contracts.facts import Setting, Work
from ecsm_contracts.figures import replay
from ecsm_contracts.frames import TicketColumns, observe_columns
from ecsm_contracts.measures import LevelProgram, ObservesCharge, Outcomes, Row, Vocabulary
from ecsm_contracts.money import ExactAmount, Money
from tests.clauses.world import read
from tests.clock_cases import FACTS, PATH, calendar_of, instant
from tests.engine.world import EXAMPLES, acme_data, contract_of, january, tickets

if TYPE_CHECKING:
    from pathlib import Path

WEIGHTED = [case for case in FACTS["cases"] if case["kind"] == "weighted_minutes"]
MINUTE = 60_000_000
DESK_TICKETS = {"ref": "3.2", "kind": "charge", "per": {"tickets": "resolved", "scope": {"service": "desk"}}}


def contract_with(*clauses: dict[str, Any], **changes: Any) -> ec.Contract:
    """The example contract with more clauses."""
    data = acme_data() | changes
    return contract_of(data | {"clauses": [*data["clauses"], *clauses]})


def problems(*clauses: dict[str, Any], **changes: Any) -> list[str]:
    """Return the codes of what is wrong with the example contract when it has more clauses."""
    with pytest.raises(DocumentError) as caught:
        contract_with(*clauses, **changes)
    return [problem.code for problem in caught.value.problems]


def amounts(statement: ec.Statement) -> dict[str, str]:
    """Return the amount of each charge by its clause."""
    return {line.clause: str(line.amount) for line in statement.lines if line.kind == "charge"}


@pytest.mark.skipif(PATH is None, reason="the shared cases are not here")
@pytest.mark.parametrize("case", WEIGHTED, ids=lambda case: case["id"])
def test_weighted_minutes(case: dict[str, Any]) -> None:
    """Time out of hours counts twice, and of two factors the greater one, as the cases of another system say."""
    calendar = calendar_of(case["calendar"])
    start, end = (instant(case[name], calendar.zone) for name in ("start", "end"))
    record = {"ref": "W-1", "ticket": "T-1", "role": "member", "effort": f"{case['billable_min']}min"}
    work = Work.model_validate(record | {"start": start, "at": end})
    weights = {"by": "role", "member": case["member_multiplier"], "otherwise": 1}
    per = {
        "work": "all", "unit": "1min", "hours": "desk", "outside": case["after_hours_multiplier"],
        "weights": weights, "together": "greatest",
    }  # fmt: skip
    clause = read({"ref": "3.1", "kind": "charge", "per": per, "rate": "EUR 1.00"})
    assert isinstance(clause, Charge)
    observed = clause.observes()[0]
    assert isinstance(observed, ObservesCharge)
    bounds = to_micros(start) - 1, to_micros(end) + 1
    program = LevelProgram("3.1", observed.scope, observed.measure, {"desk": calendar.table}, *bounds)
    rows = program.bind([], Vocabulary()).observe_setting(Setting(work=(work,)))
    tally = Outcomes(program.columns, [Row(*key, work.short_digest, numbers) for key, numbers in rows.items()]).tally()
    minutes = {"in": Fraction(0), "out": Fraction(0)}
    for where, length, _ in case["expect"]["segments_min"]:
        minutes[where] += Fraction(length)
    assert tally["3.1.inside.member"] == minutes["in"] * MINUTE
    assert tally["3.1.outside.member"] == minutes["out"] * MINUTE
    march = Period.month(2026, 3)
    context = Context("EUR", "half_up", tally, {}, march, march.start, march.start)
    context.settle([clause])
    assert context.settled["3.1"].value == ExactAmount(Fraction(case["expect"]["weighted_min"]), "EUR")
    assert replay(context.settled["3.1"]) == []


def test_tickets_are_charged_once() -> None:
    """A ticket that is reopened and resolved again later is charged in the month of its first resolution alone."""
    story = tickets(3)
    story[0]["events"] += [
        {"kind": "reopened", "at": "2026-01-30T09:00:00Z"}, {"kind": "resolved", "at": "2026-02-03T09:00:00Z"},
    ]  # fmt: skip
    story[1]["events"] = [*story[1]["events"][:1], {"kind": "cancelled", "at": "2026-01-20T09:00:00Z"}]
    contract = contract_with(DESK_TICKETS | {"rate": "EUR 12.50"})
    facts = january(tickets=story)
    first = ec.evaluate(contract, facts, period="2026-01")
    second = ec.evaluate(contract, facts, period="2026-02", carry=first)
    assert [amounts(each)["3.2"] for each in (first, second)] == ["EUR 25.00", "EUR 0.00"]
    for each in (first, second):
        assert ec.verify(each, facts).with_facts


def test_columns_of_tickets_count_the_same() -> None:
    """The driver by columns charges what the plain one does, bit for bit."""
    contract = contract_with(DESK_TICKETS | {"rate": "EUR 12.50"})
    facts = january()
    planned = ec.plan(contract, "2026-01")
    columns = TicketColumns.from_tickets(facts.tickets)
    assert observe_columns(planned, facts.setting, columns).outcomes == ec.observe_tickets(
        planned, facts.setting, facts.tickets
    ).outcomes  # fmt: skip


def test_work_that_no_charge_looks_at_leaves_no_trace() -> None:
    """A contract that charges no work, volume or amount has the same statement with such records and without."""
    records: dict[str, Any] = {
        "work": [{"ref": "W-1", "ticket": "T-1", "role": "agent", "effort": "1h", "at": "2026-01-05T09:00:00Z"}],
        "charges": [{"ref": "B-1", "charge": "licences", "amount": "USD 5.00", "at": "2026-01-05T09:00:00Z"}],
        "volumes": [{"ref": "V-1", "unit": "users", "quantity": 5, "start": "2026-01-05T09:00:00Z",
                     "end": "2026-01-06T09:00:00Z"}],
    }  # fmt: skip
    contract = contract_with()
    assert ec.evaluate(contract, january(**records), period="2026-01") == ec.evaluate(
        contract, january(), period="2026-01"
    )


def test_an_amount_in_another_currency_is_rejected() -> None:
    """What was billed elsewhere in another currency enters no figure, and the statement is provisional."""
    contract = contract_with({"ref": "3.2", "kind": "charge", "per": {"billed": "licences"}})
    bill = {"ref": "B-1", "charge": "licences", "amount": "USD 5.00", "at": "2026-01-05T09:00:00Z"}
    facts = january(charges=[bill, bill | {"ref": "B-2", "amount": "EUR 7.00"}])
    statement = ec.evaluate(contract, facts, period="2026-01")
    assert amounts(statement)["3.2"] == "EUR 7.00"
    assert [(each.ref, each.code) for each in statement.rejected] == [("B-1", "billed_currency")]
    assert statement.status == "provisional"
    assert ec.verify(statement, facts).with_facts


def test_prepaid_hours_month_after_month() -> None:
    """Ten hours a month that last for two more, and four, twenty and twelve of use: the oldest hours go first."""
    prepaid = {
        "ref": "3.2", "kind": "charge", "amount": "EUR 900.00", "every": "month", "included": 10,
        "rollover": {"periods": 2}, "per": {"work": "billable", "unit": "1h"}, "rate": "EUR 100.00",
    }  # fmt: skip
    work = [
        {"ref": f"W-{n}", "ticket": f"T-{n}", "role": "agent", "effort": f"{hours}h", "at": f"2026-0{n}-15T09:00:00Z"}
        for n, hours in enumerate((4, 20, 12), 1)
    ]
    contract, facts = contract_with(prepaid), january(work=work)
    carry, found = None, []
    for month in ("2026-01", "2026-02", "2026-03"):
        statement = ec.evaluate(contract, facts, period=month, carry=carry)
        assert ec.verify(statement, facts).with_facts
        found.append(amounts(statement)["3.2"])
        carry = statement.carry
    assert found == ["EUR 900.00", "EUR 1300.00", "EUR 1100.00"]


def test_a_credit_of_a_basis_and_a_limit_of_another() -> None:
    """An at-risk pool: credits are shares of 15 % of the monthly invoice, net of what is passed through."""
    data = acme_data()
    clauses = [
        *data["clauses"],
        {"ref": "3.2", "kind": "charge", "per": {"billed": "licences"}, "rate": "110%"},
        {"ref": "3.3", "kind": "basis", "of": ["3.1"], "share": "15%"},
    ]
    for clause in clauses:
        if clause["ref"] in {"4.5", "4.7"}:
            clause["of"] = "3.3"
    facts = january(
        charges=[{"ref": "B-1", "charge": "licences", "amount": "EUR 100.00", "at": "2026-01-05T09:00:00Z"}]
    )
    statement = ec.evaluate(contract_of(data | {"clauses": clauses}), facts, period="2026-01")
    assert statement["3.3"].value == ExactAmount(3000, "EUR")
    assert amounts(statement)["3.2"] == "EUR 110.00"
    assert statement["4.5"].value.ratio * 20 == 3000  # five per cent of the pool
    assert ec.verify(statement, facts).with_facts


def test_a_basis_net_of_credits_that_were_given() -> None:
    """It waits for all limits on them, and takes off what was given in the end."""
    contract = contract_with({"ref": "3.3", "kind": "basis", "of": ["3.1"], "less_given": ["4.5", "4.7"]})
    statement = ec.evaluate(contract, january(), period="2026-01")
    off = sum((-line.amount for line in statement.lines if line.kind in {"credit", "limit"}), start=Money.zero("EUR"))
    share = statement["3.3"].value
    assert share.ratio < 20_000 - off.ratio < 20_000
    assert ec.verify(statement).with_facts is False


def test_the_rate_of_the_period_holds_for_tickets_opened_before() -> None:
    """Where tickets keep the promises of their day, what they cost is still what the period's version says."""
    charge = DESK_TICKETS | {"rate": "EUR 10.00"}
    amended = {"ref": "A1", "from": "2026-02-01", "clauses": [charge]}
    versions = {"period": "start", "tickets": "opened"}
    contract = contract_of(acme_data() | {"versions": versions, "amendments": [amended]})
    story = tickets(1)
    story[0]["events"][-1]["at"] = "2026-02-05T09:00:00Z"
    facts = january(tickets=story)
    first = ec.evaluate(contract, facts, period="2026-01")
    assert amounts(ec.evaluate(contract, facts, period="2026-02", carry=first))["3.2"] == "EUR 10.00"


@pytest.mark.parametrize(
    ("clause", "code"),
    [
        ({"amount": "EUR 5.00", "every": "four_weeks"}, "charge_cycle"),
        ({"per": {"billed": "x"}, "every": "year"}, "charge_cycle"),
        ({"amount": "EUR 5.00", "every": "year"}, "billed_missing"),
        ({"amount": {"by": "date", "2026-02-01": "EUR 5.00"}, "every": "month"}, "dated_start"),
        ({"amount": {"by": "date", "2026-01-01": "USD 5.00"}, "every": "month"}, "currency_mismatch"),
        ({"amount": "EUR 5.00", "every": "month", "minimum": "USD 5.00"}, "currency_mismatch"),
        ({"per": {"work": "all", "unit": "1h"}, "rate": {"by": "role", "otherwise": "USD 1.00"}}, "currency_mismatch"),
        ({"per": {"tickets": "opened"}, "amount": {"bands": [{"below": "5", "is": "USD 5.00"}, {"is": "USD 9.00"}]}},
         "currency_mismatch"),
        ({"per": {"work": "all", "unit": "1h", "hours": "nowhere", "outside": 2}, "rate": "EUR 1.00"},
         "dangling_reference"),
        ({"per": {"tickets": "opened", "scope": {"service": "nowhere"}}, "rate": "EUR 1.00"}, "dangling_reference"),
        ({"per": {"unit": "x", "counted": "peak", "round": "up", "service": "nowhere"}, "rate": "EUR 1.00"},
         "dangling_reference"),
    ],
)  # fmt: skip
def test_contradicts_its_contract(clause: dict[str, Any], code: str) -> None:
    """A charge that does not fit the billing, the term, the currency or the names of its contract is refused."""
    assert code in problems({"ref": "3.2", "kind": "charge"} | clause)


def test_a_year_that_billing_periods_do_not_fill() -> None:
    """An amount for a year needs billing periods that start with the term, and in arrears a term of whole years."""
    yearly = {"ref": "3.2", "kind": "charge", "amount": "EUR 5.00", "every": "year", "billed": "arrears"}
    term = {"start": "2026-01-01", "end": "2026-10-01"}
    assert "every_unaligned" in problems(yearly, term=term)
    assert "every_unaligned" in problems(yearly, billing={"cycle": "month", "anchor_day": 15})
    contract_with(yearly | {"billed": "spread"}, term=term)


def test_percentages_of_what_may_be_refunded_go_through_a_basis() -> None:
    """A charge that can be below zero is no basis by itself; a basis of it is never below zero."""
    billed = {"ref": "3.2", "kind": "charge", "per": {"billed": "licences"}}
    data = acme_data()
    credit = next(each for each in data["clauses"] if each["ref"] == "4.5")
    credit["of"] = "3.2"
    with pytest.raises(DocumentError) as caught:
        contract_of(data | {"clauses": [*data["clauses"], billed]})
    assert [problem.code for problem in caught.value.problems] == ["basis_of_billed"]
    credit["of"] = "3.3"
    basis = {"ref": "3.3", "kind": "basis", "of": ["3.2"]}
    contract = contract_of(data | {"clauses": [*data["clauses"], billed, basis]})
    facts = january(charges=[{"ref": "B-1", "charge": "licences", "amount": "EUR -9.00", "at": "2026-01-05T09:00:00Z"}])
    statement = ec.evaluate(contract, facts, period="2026-01")
    assert (amounts(statement)["3.2"], statement["3.3"].value.is_zero) == ("EUR -9.00", True)


YAML = """
  - ref: "3.2"
    kind: charge
    title: Users
    per: {unit: users, counted: average, round: up}
    rate: {by: date, 2026-01-01: EUR 12.00, 2027-01-01: EUR 12.50}
    included: 50
"""


def test_dates_as_yaml_writes_them(tmp_path: Path) -> None:
    """Days need no quotes in a document, and the charge reads back as it is."""
    text = (EXAMPLES / "acme.yaml").read_text()
    contract = ec.parse_contract(text.replace("clauses:\n", f"clauses:{YAML}", 1))
    charge = contract.clause("3.2")
    ec.write_contract(contract, tmp_path / "again.yaml")
    again = ec.read_contract(tmp_path / "again.yaml")
    assert again.digest() == contract.digest()
    assert isinstance(charge, Charge)
    assert charge.included == Decimal(50)


def test_a_prepaid_charge_that_an_amendment_adds() -> None:
    """A block that is added in the second month begins without a balance, and asks nothing of the carry."""
    block = DESK_TICKETS | {"rate": "EUR 10.00", "included": 3, "rollover": {"periods": 2}}
    versions = {"period": "start", "tickets": "period"}
    amended = {"ref": "A1", "from": "2026-02-01", "clauses": [block]}
    contract = contract_of(acme_data() | {"versions": versions, "amendments": [amended]})
    facts = january()
    first = ec.evaluate(contract, facts, period="2026-01")
    second = ec.evaluate(contract, facts, period="2026-02", carry=first)
    third = ec.evaluate(contract, facts, period="2026-03", carry=second)
    assert [each.value for each in third.carry.find("3.2", "left").past] == [6]  # type: ignore[union-attr]  # it is there
    assert ec.verify(third, facts).with_facts
