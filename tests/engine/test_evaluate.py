"""Plan, observe and settle on a month whose figures can be worked out by hand."""

from datetime import UTC, date, datetime
from fractions import Fraction
from typing import Any

import pytest

import ecsm_contracts as ec
from ecsm_contracts.errors import CarryError, DuplicateItem, PeriodError
from tests.engine.world import JANUARY, NOTICE, OUTAGE, acme, acme_data, contract_of, incident, january, tickets


def lines(statement: ec.Statement) -> dict[str, str]:
    """The lines by clause."""
    return {line.clause: str(line.amount) for line in statement.lines}


def test_a_month_by_hand() -> None:
    """
    20 incidents of which 3 urgent ones take 10 service hours instead of 4 (a fourth one fell on a weekend), mail down 4
    of 743 hours: 2,000 of credits.
    """
    january_statement = ec.evaluate(acme(), january(), period=JANUARY)
    assert lines(january_statement) == {
        "3.1": "EUR 20000.00",
        "4.5": "EUR -1000.00",  # 17 of 20 in time is 85 %, below 95 %: 5 % of 20,000
        "4.6": "EUR -2000.00",  # 739 of 743 hours is below 99.9 % and not below 99 %: 10 %
        "4.7": "EUR 1000.00",  # the limit of 10 % gives back what exceeds 2,000
    }
    assert str(january_statement.total.value) == "EUR 18000.00"
    assert [each.outcome for each in january_statement.assessments] == ["met", "missed", "missed"]
    assert [each.number for each in january_statement.assessments] == [None, Fraction(17, 20), Fraction(739, 743)]


def test_reaching_the_target_exactly_is_enough() -> None:
    """19 of 20 is 95 %, and 95 % was promised: no credit, and no line for it."""
    one_late = [incident(n, priority="P1" if n == 0 else "P3") for n in range(20)]
    assert "4.5" not in lines(ec.evaluate(acme(), january(tickets=one_late), period=JANUARY))


def test_relief_takes_planned_time_out_of_both_sides() -> None:
    """Without the notice the fifth hour of the outage counts, and so does the hour in the whole."""
    without = ec.evaluate(acme(), january(notices=[]), period=JANUARY)
    assert without.assessments[2].number == Fraction(739, 744)


def test_denominator_stays() -> None:
    """Where planned time stays in the denominator it counts as available time."""
    data = acme_data()
    relief = next(clause for clause in data["clauses"] if clause["kind"] == "relief")
    relief["denominator"] = "stays"
    assert ec.evaluate(contract_of(data), january(), period=JANUARY).assessments[2].number == Fraction(740, 744)


def test_a_line_of_zero_says_that_a_missed_promise_cost_nothing() -> None:
    """A credit of 0 % on a missed level is a line of zero, not an absent line."""
    data = acme_data()
    credit = next(clause for clause in data["clauses"] if clause["ref"] == "4.5")
    credit["rate"] = "0%"
    assert lines(ec.evaluate(contract_of(data), january(), period=JANUARY))["4.5"] == "EUR 0.00"


def test_a_contradictory_ticket_is_quarantined_and_changes_no_figure() -> None:
    """A ticket that was never opened is listed with its reason; totals are as without it, and provisional."""
    lost = incident(99)
    lost["events"] = lost["events"][1:]
    with_it = ec.evaluate(acme(), january(tickets=[*tickets(), lost]), period=JANUARY)
    without = ec.evaluate(acme(), january(), period=JANUARY)
    assert (with_it.status, without.status) == ("provisional", "final")
    assert [(each.ref, each.code) for each in with_it.rejected] == [("T-99", "contradiction")]
    assert with_it.tally == without.tally
    assert with_it.to_json() != without.to_json()


def test_what_happens_after_the_period_changes_nothing_in_it() -> None:
    """January comes out the same in June: a later reopening, outage and ticket are not known yet."""
    later = tickets()
    later[3]["events"].append({"kind": "reopened", "at": "2026-02-02T09:00:00Z"})
    after = {"ref": "O-2", "service": "mail", "start": "2026-02-10T00:00:00Z", "end": "2026-02-11T00:00:00Z"}
    facts = january(tickets=[*later, incident_in_march()], outages=[OUTAGE, after])
    assert (
        ec.evaluate(acme(), facts, period=JANUARY).to_json() == ec.evaluate(acme(), january(), period=JANUARY).to_json()
    )


def incident_in_march() -> dict[str, Any]:
    """A ticket of a later period."""
    return {
        "ref": "M-1",
        "service": "desk",
        "type": "incident",
        "priority": "P1",
        "events": [{"kind": "opened", "at": "2026-03-02T09:00:00Z"}],
    }


def test_an_outage_that_lasts_over_the_end_counts_in_each_month_what_lies_in_it() -> None:
    """Two hours before and three hours after midnight, local time, are two hours in January and three in February."""
    over = {"ref": "O-9", "service": "mail", "start": "2026-01-31T21:00:00Z", "end": "2026-02-01T02:00:00Z"}
    facts = january(outages=[over], notices=[])
    first = ec.evaluate(acme(), facts, period=JANUARY)
    second = ec.evaluate(acme(), facts, period="2026-02", carry=first.carry)
    hour = 3_600_000_000
    assert first.tally["4.3.unavailable"] == 2 * hour
    assert second.tally["4.3.unavailable"] == 3 * hour


@pytest.mark.parametrize("shards", [2, 3, 7, 40])
def test_shards_in_any_order_give_the_same_bytes(shards: int) -> None:
    """
    However many parts the tickets are observed in, and in whatever order these come back, the statement is the same.
    """

    def backwards(function: Any, tasks: Any) -> Any:
        return [function(task) for task in reversed(list(tasks))]

    whole = ec.evaluate(acme(), january(), period=JANUARY).to_json()
    assert ec.evaluate(acme(), january(), period=JANUARY, shards=shards, map=backwards).to_json() == whole


def test_parts_that_share_a_ticket_cannot_be_joined() -> None:
    """A ticket that two parts have observed is refused, not counted twice."""
    planned = ec.plan(acme(), JANUARY)
    facts = january()
    part = ec.observe_tickets(planned, facts.setting, facts.tickets[:3])
    with pytest.raises(DuplicateItem, match="T-0"):
        part + part


@pytest.mark.parametrize(
    ("period", "reason"),
    [
        ("2025-12", "not inside the term"),
        ("2027-01", "not inside the term"),
        ("2026-01-15/2026-02-15", "not a billing period"),
    ],
)
def test_only_billing_periods_of_the_term_can_be_settled(period: str, reason: str) -> None:
    """Another period is refused, with the term or the cycle in the message."""
    with pytest.raises(PeriodError, match=reason):
        ec.plan(acme(), period)


def test_the_first_period_needs_no_carry_and_every_other_one_does() -> None:
    """A missing carry is an error, never an empty past."""
    with pytest.raises(CarryError, match=r"Carry\.opening"):
        ec.evaluate(acme(), january(), period="2026-02")


def test_a_carry_must_end_where_the_period_starts() -> None:
    """A statement that is missing in between is found."""
    first = ec.evaluate(acme(), january(), period=JANUARY)
    with pytest.raises(CarryError, match="missing"):
        ec.evaluate(acme(), january(), period="2026-03", carry=first.carry)


def test_a_carry_must_be_of_this_contract() -> None:
    """The carry of another contract is refused."""
    with pytest.raises(CarryError, match="not of ACME-2026"):
        ec.evaluate(acme(), january(), period="2026-02", carry=ec.Carry.opening("OTHER", ends=date(2026, 2, 1)))


def yearly_limit(at_most: str) -> ec.Contract:
    """The example contract with a limit over the contract year."""
    data = acme_data()
    limit = next(clause for clause in data["clauses"] if clause["kind"] == "limit")
    limit.update({"at_most": at_most, "window": "contract_year"})
    del limit["of"]
    return contract_of(data)


def test_a_limit_over_the_year_is_used_up_month_by_month() -> None:
    """Of EUR 3,500 a year, January takes 3,000; what February may still give is 500; then there is no room."""
    contract = yearly_limit("EUR 3500.00")
    down = [
        {**OUTAGE, "ref": f"O-{month}", "start": f"2026-0{month}-10T00:00:00Z", "end": f"2026-0{month}-10T05:00:00Z"}
        for month in (1, 2, 3)
    ]
    facts = january(outages=down)
    given = []
    carry = None
    for period in (JANUARY, "2026-02", "2026-03"):
        statement = ec.evaluate(contract, facts, period=period, carry=carry)
        ec.verify(statement, facts)
        given.append(str(statement["4.7"].value))
        carry = statement.carry
    assert given == ["EUR 3000", "EUR 500", "EUR 0"]
    assert carry is not None
    assert str(carry.sum_given("4.7", "EUR")) == "EUR 3500.00"
    assert [(str(each.at), str(each.value)) for each in carry.remembered[0].past] == [
        ("2026-01-01", "EUR 3000.00"),
        ("2026-02-01", "EUR 500.00"),
        ("2026-03-01", "EUR 0.00"),
    ]


def test_a_contract_taken_over_in_mid_year_must_say_what_its_limits_gave() -> None:
    """An opening carry without the year's amount is refused; with it, the room is what is left."""
    contract = yearly_limit("EUR 3500.00")
    facts = january(outages=[{**OUTAGE, "start": "2026-02-10T00:00:00Z", "end": "2026-02-10T05:00:00Z"}])
    with pytest.raises(CarryError, match=r"what clause 4\.7 remembers as 'given'"):
        ec.evaluate(contract, facts, period="2026-02", carry=ec.Carry.opening("ACME-2026", ends=date(2026, 2, 1)))
    used = {"4.7": (date(2026, 1, 1), ec.Money.parse("EUR 3400.00"))}
    opening = ec.Carry.opening("ACME-2026", ends=date(2026, 2, 1), limits=used)
    statement = ec.evaluate(contract, facts, period="2026-02", carry=opening)
    assert str(statement["4.7"].value) == "EUR 100"


def three_credits(mode: str, *, limit: str | None) -> ec.Contract:
    """Three credits of EUR 33.335 each on three missed levels, with or without a limit."""
    data = acme_data()
    keep = {"3.1", "4.2", "4.5"}
    data["clauses"] = [clause for clause in data["clauses"] if clause["ref"] in keep]
    credit = next(clause for clause in data["clauses"] if clause["ref"] == "4.5")
    charge = next(clause for clause in data["clauses"] if clause["ref"] == "3.1")
    charge["amount"] = "EUR 666.70"
    more = [{**credit, "ref": f"4.5{letter}"} for letter in "bc"]
    data["clauses"] += more
    if limit is not None:
        refs = [credit["ref"], *(each["ref"] for each in more)]
        data["clauses"].append(
            {"ref": "4.7", "kind": "limit", "credits": refs, "at_most": limit, "window": "period", "excess": "forfeit"}
        )
    data["settlement"]["rounding"]["mode"] = mode
    return contract_of(data)


@pytest.mark.parametrize(
    ("mode", "limit", "credits", "adjusted"),
    [
        ("half_up", None, ["33.34", "33.34", "33.34"], None),  # each line by itself: 100.02
        ("half_even", None, ["33.34", "33.34", "33.34"], None),
        ("down", None, ["33.33", "33.33", "33.33"], None),
        ("half_up", "EUR 500.00", ["33.34", "33.34", "33.33"], None),  # one rounding of 100.005: 100.01
        ("half_even", "EUR 500.00", ["33.34", "33.33", "33.33"], None),  # 100.00
        ("half_up", "EUR 100.005", ["33.34", "33.34", "33.33"], "0.01"),  # never above the limit
        ("half_up", "EUR 50.00", ["33.34", "33.34", "33.33"], "50.01"),
    ],
)
def test_where_money_is_rounded(mode: str, limit: str | None, credits: list[str], adjusted: str | None) -> None:
    """
    Credits by themselves are rounded one by one; credits under a limit share one rounding, to the cent (clauses #77).
    """
    statement = ec.evaluate(three_credits(mode, limit=limit), january(), period=JANUARY)
    taken = [str(-line.amount) for line in statement.lines if line.kind == "credit"]
    assert taken == [f"EUR {credit}" for credit in credits]
    limits = [str(line.amount) for line in statement.lines if line.kind == "limit"]
    assert limits == ([] if adjusted is None else [f"EUR {adjusted}"])
    assert statement.total.value == sum((line.amount for line in statement.lines), start=ec.Money.zero("EUR"))


def test_a_tally_of_ones_own_can_be_settled() -> None:
    """An author settles made-up sums without any ticket: 95 of 100 in time is enough, 94 are not."""
    planned = ec.plan(acme(), JANUARY)

    def outcome(met: int) -> str:
        sums = {"4.2.counted": 100, "4.2.met": met}
        tally = ec.Tally(planned.columns, tuple(sums.get(column, 0) for column in planned.columns))
        return str(ec.settle_tally(planned, tally).figures["4.2"].value)

    assert (outcome(95), outcome(94)) == ("met", "missed")


def test_the_window_reaches_back_as_far_as_a_due_ticket_can_have_been_resolved() -> None:
    """
    February needs tickets from 40 service hours before it: four working days of ten hours, so from Monday's closing.
    """
    start, end = ec.plan(acme(), "2026-02").window
    assert datetime.fromtimestamp(start // 1_000_000, UTC) == datetime(2026, 1, 26, 17, tzinfo=UTC)
    assert end == ec.plan(acme(), "2026-02").bounds[1]


def test_a_ticket_that_ended_before_the_window_has_no_row() -> None:
    """Old tickets may be given or not: they change nothing, not even the bytes."""
    old = incident(50)
    for event, at in zip(old["events"], ("05T09:00", "05T09:10", "06T10:00"), strict=True):
        event["at"] = f"2026-01-{at}:00Z"
    carry = ec.Carry.opening("ACME-2026", ends=date(2026, 3, 1))
    with_it = ec.evaluate(acme(), january(tickets=[old], outages=[], notices=[]), period="2026-03", carry=carry)
    without = ec.evaluate(acme(), january(tickets=[], outages=[], notices=[]), period="2026-03", carry=carry)
    assert with_it.to_json() == without.to_json()


def test_notices_that_relieve_nothing_change_no_figure() -> None:
    """A notice of force majeure, which no clause names, leaves every figure as it is."""
    plain = ec.evaluate(acme(), january(notices=[]), period=JANUARY)
    other = ec.evaluate(acme(), january(notices=[{**NOTICE, "kind": "force_majeure"}]), period=JANUARY)
    assert other.tally == plain.tally
