"""Cost, revenue, credits and margin by attributes of tickets."""

from datetime import timedelta
from typing import Any, ClassVar, Literal

import pytest

import ecsm_contracts as ec
from ecsm_contracts.clauses import Clause, Context, Yields
from ecsm_contracts.economics import CostRow
from ecsm_contracts.errors import CurrencyMismatch, InvalidValue, UnknownReference
from ecsm_contracts.figures import Figure, derive, given
from tests.economics.desk import (
    ASSUMED,
    CONTRADICTORY,
    FOUR,
    IN_TIME,
    LATE_REPLY,
    LATE_RESOLUTION,
    MON_05,
    MOVED,
    contract_with,
    event,
    facts_of,
    model_of,
    replied,
    settled,
    ticket,
)
from tests.engine.world import OUTAGE, acme

LATER_REPLY = ticket(5, "P3", replied(5 * 60 + 10), event("resolved", f"{MON_05}15:00:00Z"), group="South")
"""Answered after 310 minutes where 240 were promised: 70 minutes late."""
WORK = {"ref": "W-1", "ticket": "T-77", "role": "agent", "effort": "2h", "at": "2026-01-06T10:00:00Z"}


def broken_down(
    facts: ec.Facts,
    *by: str,
    contract: ec.Contract | None = None,
    model: ec.CostModel | None = None,
) -> ec.CostBreakdown:
    """January by these attributes; by priority and group when none is named."""
    terms = contract or acme()
    statement = settled(facts, terms)
    chosen = model or model_of()
    return ec.cost_by(terms, statement, facts, chosen, by=by) if by else ec.cost_by(terms, statement, facts, chosen)


def column(found: ec.CostBreakdown, name: str) -> dict[str, str]:
    """A column by the keys of the rows."""
    return {" ".join(row.key): str(getattr(row, name)) for row in found.rows}


def money(text: str) -> ec.Money:
    """An amount in euros."""
    return ec.Money.parse(f"EUR {text}")


def test_a_month_by_priority_and_group() -> None:
    """
    Four tickets of EUR 5,000 each: EUR 50 for the late answer, EUR 1,000 for the late resolution, effort by update.
    """
    found = broken_down(facts_of(*FOUR))
    five, ten, twenty = (timedelta(minutes=minutes) for minutes in (5, 10, 20))
    fee, none = money("5000.00"), money("0.00")
    assert found.rows == (
        CostRow(("P1", "North"), 1, 1, twenty, money("20.00"), fee, money("50.00"), money("4930.00")),
        CostRow(("P2", "South"), 1, 2, ten, money("10.00"), fee, none, money("4990.00")),
        CostRow(("P3", "North"), 1, 1, five, money("5.00"), fee, none, money("4995.00")),
        CostRow(("P3", "(blank)"), 1, 1, five, money("5.00"), fee, money("1000.00"), money("3995.00")),
    )
    effort = timedelta(minutes=40)
    whole = (money("40.00"), money("20000.00"), money("1050.00"), money("18910.00"))
    assert found.total == CostRow((), 4, 5, effort, *whole)
    assert found.by == ("priority", "group")


def test_by_priority_alone() -> None:
    """The two tickets that are P3 at the end of the month share a row; one name may be given as it is."""
    facts = facts_of(*FOUR)
    found = broken_down(facts, "priority")
    assert column(found, "tickets") == {"P1": "1", "P2": "1", "P3": "2"}
    assert column(found, "credits") == {"P1": "EUR 50.00", "P2": "EUR 0.00", "P3": "EUR 1000.00"}
    assert ec.cost_by(acme(), settled(facts), facts, model_of(), by="priority").rows == found.rows


def test_a_blank_group_has_a_row_of_its_own() -> None:
    """No group, and a group of blanks only, are one row that says so, behind the others."""
    blanks = {**LATE_REPLY, "ref": "T-6", "events": [{**LATE_REPLY["events"][0], "group": "  "}]}
    found = broken_down(facts_of(*FOUR, blanks), "group")
    assert column(found, "tickets") == {"North": "2", "South": "1", "(blank)": "2"}


def test_a_transfer_without_a_group_leaves_the_group_blank() -> None:
    """After a transfer that names no group, nobody knows which group it is; the one before it is not."""
    away = ticket(1, "P3", event("transferred", f"{MON_05}10:00:00Z", party="vendor"), group="North")
    assert column(broken_down(facts_of(away), "group"), "tickets") == {"(blank)": "1"}


def test_the_last_of_several_changes_holds() -> None:
    """A ticket that is moved and raised twice is in the row of its last group and priority."""
    changes = [
        event("transferred", f"{MON_05}10:00:00Z", group="South"),
        event("reprioritised", f"{MON_05}10:00:00Z", priority="P2"),
        event("transferred", f"{MON_05}11:00:00Z", group="West"),
        event("reprioritised", f"{MON_05}12:00:00Z", priority="P1"),
    ]
    assert column(broken_down(facts_of(ticket(1, "P3", *changes, group="North"))), "updates") == {"P1 West": "3"}


def test_a_ticket_that_no_promise_counts_brings_no_revenue() -> None:
    """A request has updates, a row and a cost, and as no promise counts it, no share of the fee by tickets."""
    request = {**MOVED, "type": "request"}
    found = broken_down(facts_of(IN_TIME, request), "type")
    assert column(found, "tickets") == {"incident": "1", "request": "1"}
    assert column(found, "cost") == {"incident": "EUR 5.00", "request": "EUR 10.00"}
    assert column(found, "revenue") == {"incident": "EUR 20000.00", "request": "EUR 0.00"}


def test_what_happens_after_the_period_is_not_known_yet() -> None:
    """A transfer and a change of priority in February leave the row of January as it was."""
    later = [
        event("transferred", "2026-02-02T10:00:00Z", group="South"),
        event("reprioritised", "2026-02-02T10:00:00Z", priority="P1"),
    ]
    record = {**IN_TIME, "events": [*IN_TIME["events"], *later]}
    assert column(broken_down(facts_of(record)), "updates") == {"P3 North": "1"}


def test_by_service_type_and_customer() -> None:
    """Other attributes are taken as the ticket has them; a customer that is not named is blank."""
    named = {**IN_TIME, "customer": "Acme"}
    found = broken_down(facts_of(named, LATE_REPLY), "service", "type", "customer")
    assert column(found, "tickets") == {"desk incident Acme": "1", "desk incident (blank)": "1"}


@pytest.mark.parametrize(
    ("revenue", "expected"),
    [
        ("tickets", {"P1": "EUR 5000.00", "P2": "EUR 5000.00", "P3": "EUR 10000.00"}),
        ("effort", {"P1": "EUR 5000.00", "P2": "EUR 2500.00", "P3": "EUR 12500.00"}),
        ("cost", {"P1": "EUR 4000.00", "P2": "EUR 2000.00", "P3": "EUR 14000.00"}),
    ],
)
def test_revenue_goes_by_what_the_model_names(revenue: str, expected: dict[str, str]) -> None:
    """By tickets 1:1:2, by minutes 20:10:50, by cost 20:10:70, as an hour of the engineer costs twice as much."""
    rates = [{"role": "agent", "rate": "EUR 60.00"}, {"role": "engineer", "rate": "EUR 90.00"}]
    work = {"ref": "W-1", "ticket": "T-3", "role": "engineer", "effort": "40min", "at": "2026-01-06T10:00:00Z"}
    found = broken_down(facts_of(*FOUR, work=[work]), "priority", model=model_of(revenue, rates=rates))
    assert column(found, "revenue") == expected
    assert found.assumptions[3] == {
        "tickets": "Revenue is allocated by the number of evaluated tickets.",
        "effort": "Revenue is allocated by effort.",
        "cost": "Revenue is allocated by cost.",
    }.get(revenue)


def test_amounts_are_split_by_largest_remainder() -> None:
    """EUR 100.00 over three rows are 33.34, 33.33 and 33.33; a cent of cost goes to the first of equal rows."""
    contract = contract_with(c31={"amount": "EUR 100.00"})
    model = model_of(rates=[{"role": "agent", "rate": "EUR 0.04"}])
    facts = facts_of(*(ticket(n, f"P{n}", event("resolved", f"{MON_05}09:20:00Z")) for n in (2, 3, 4)))
    found = broken_down(facts, "priority", contract=contract, model=model)
    assert column(found, "revenue") == {"P2": "EUR 33.34", "P3": "EUR 33.33", "P4": "EUR 33.33"}
    assert column(found, "cost") == {"P2": "EUR 0.01", "P3": "EUR 0.00", "P4": "EUR 0.00"}
    assert (found.total.cost, found.total.revenue) == (money("0.01"), money("100.00"))


def test_the_cost_is_that_of_cost_to_serve() -> None:
    """The total is what `cost_to_serve` says, rounded half up: 4 x 15 + 20 minutes at EUR 0.10 are 6.7 cents."""
    model = model_of(rates=[{"role": "agent", "rate": "EUR 0.10"}])
    facts = facts_of(*FOUR)
    served = ec.cost_to_serve(acme(), settled(facts), facts, model)
    assert broken_down(facts, model=model).total.cost == served.cost.value.round("half_up") == money("0.07")


def test_a_credit_per_ticket_goes_to_the_tickets_that_missed() -> None:
    """Two late answers of EUR 50 each: one for P1, one for P3."""
    found = broken_down(facts_of(*FOUR[:2], LATER_REPLY), "priority")
    assert column(found, "credits") == {"P1": "EUR 50.00", "P3": "EUR 50.00"}


@pytest.mark.parametrize(
    ("part", "expected"),
    [
        ("up", {"P1": "EUR 10.00", "P3": "EUR 50.00"}),  # 15 minutes are one unit, 70 minutes five
        ("down", {"P1": "EUR 10.00", "P3": "EUR 40.00"}),  # and four
        ("exact", {"P1": "EUR 10.00", "P3": "EUR 46.67"}),  # EUR 56.67 for 85 minutes
    ],
)
def test_a_credit_for_late_time_goes_by_late_units(part: str, expected: dict[str, str]) -> None:
    """A quarter of an hour and seventy minutes late, at EUR 10 for each quarter, as parts are counted."""
    terms = contract_with(c44={"per": "late_time", "unit": "15min", "part": part, "rate": "EUR 10.00"})
    found = broken_down(facts_of(*FOUR[:2], LATER_REPLY), "priority", contract=terms)
    assert column(found, "credits") == expected


def test_a_credit_per_level_goes_equally_to_the_tickets_not_in_time() -> None:
    """Two of three resolutions are late: each bears half of the EUR 1,000, and the one in time nothing."""
    second = {**LATE_RESOLUTION, "ref": "T-6", "priority": "P4"}
    found = broken_down(facts_of(IN_TIME, LATE_RESOLUTION, second), "priority", "group")
    assert column(found, "credits") == {
        "P3 North": "EUR 0.00",
        "P3 (blank)": "EUR 500.00",
        "P4 (blank)": "EUR 500.00",
    }


def test_a_credit_per_level_of_single_tickets_goes_equally_to_those_that_missed() -> None:
    """A level that judges each ticket by itself is missed by two answers, which bear half of EUR 30 each."""
    terms = contract_with(c44={"per": "level", "rate": "EUR 30.00"})
    found = broken_down(facts_of(*FOUR[:2], LATER_REPLY), "priority", contract=terms)
    assert column(found, "credits") == {"P1": "EUR 15.00", "P3": "EUR 15.00"}


def test_a_credit_for_two_levels_is_divided_as_each_is_priced() -> None:
    """Of EUR 200 for two missed levels, the late answer bears the 100 of its level, the late resolution the other."""
    terms = contract_with(c45={"levels": ["4.1", "4.2"], "rate": "EUR 100.00", "of": None})
    found = broken_down(facts_of(*FOUR), "priority", contract=terms)
    assert column(found, "credits") == {"P1": "EUR 150.00", "P2": "EUR 0.00", "P3": "EUR 100.00"}


def test_levels_of_one_credit_are_priced_each_by_itself() -> None:
    """Of 10% for late resolutions and 5% for mail that is down, the late resolution bears the EUR 2,000 only."""
    bands = {"bands": [{"below": "90%", "is": "10%"}, {"below": "99.9%", "is": "5%"}, {"is": "0%"}]}
    terms = contract_with(
        c45={"levels": ["4.2", "4.3"], "rate": bands},
        c46={"rate": "EUR 0.00", "of": None},
        c47={"at_most": "100%"},
    )
    found = broken_down(facts_of(IN_TIME, LATE_RESOLUTION, outages=[OUTAGE]), "group", contract=terms)
    assert column(found, "credits") == {"North": "EUR 0.00", "(blank)": "EUR 2000.00", "(no ticket)": "EUR 1000.00"}


def test_what_a_limit_takes_off_is_spread_over_its_credits() -> None:
    """Of EUR 50 and 1,000 a limit leaves EUR 105, a tenth of each: 5 and 100."""
    terms = contract_with(c47={"at_most": "EUR 105.00", "of": None})
    found = broken_down(facts_of(*FOUR), "priority", contract=terms)
    assert column(found, "credits") == {"P1": "EUR 5.00", "P2": "EUR 0.00", "P3": "EUR 100.00"}
    assert found.total.credits == money("105.00")


def test_a_credit_that_no_limit_takes_stays_whole() -> None:
    """The limit takes the EUR 1,000 only, and leaves the EUR 50 for the late answer as they are."""
    terms = contract_with(c47={"credits": ["4.5"], "at_most": "EUR 100.00", "of": None})
    found = broken_down(facts_of(*FOUR), "priority", contract=terms)
    assert column(found, "credits") == {"P1": "EUR 50.00", "P2": "EUR 0.00", "P3": "EUR 100.00"}


def test_a_credit_for_an_outage_has_no_ticket() -> None:
    """Five hours without mail are 99.3 %: a tenth of the fee, in a row of its own, behind the tickets."""
    found = broken_down(facts_of(IN_TIME, outages=[OUTAGE]), "priority", "group")
    assert column(found, "credits") == {"P3 North": "EUR 0.00", "(no ticket) (no ticket)": "EUR 2000.00"}
    assert found.rows[-1][1:3] == (0, 0)
    assert found.rows[-1].margin == money("-2000.00")


def test_a_credit_for_too_few_tickets_has_no_ticket() -> None:
    """Where a sample of fewer than ten counts as missed, it is not the late ticket among them that costs."""
    data = acme().to_data()
    measure = next(clause["measure"] for clause in data["clauses"] if clause["ref"] == "4.2")
    terms = contract_with(c42={"measure": {**measure, "minimum": 10, "when_too_few": "missed"}})
    found = broken_down(facts_of(*FOUR), "priority", contract=terms)
    assert column(found, "credits")["(no ticket)"] == "EUR 1000.00"


class Goodwill(Clause):
    """A credit of a kind from outside: EUR 10 in any month."""

    yields: ClassVar[Yields] = "credit"

    kind: Literal["acme.goodwill"]

    def settle(self, context: Context) -> Figure[Any]:
        """Return ten major units."""
        return derive("goodwill", "exact/1", given("goodwill", ec.Money.from_minor(1_000, context.currency), self.cite))


def test_a_credit_of_a_kind_from_outside_has_no_ticket() -> None:
    """What a clause of another package gives is not guessed to be for some ticket."""
    terms = acme()
    terms = terms.replace(clauses=(*terms.clauses, Goodwill(ref="6.1", kind="acme.goodwill")))
    found = broken_down(facts_of(LATE_REPLY), "priority", contract=terms)
    assert column(found, "credits") == {"P1": "EUR 50.00", "(no ticket)": "EUR 10.00"}


def test_a_miss_that_is_taken_back_weighs_nothing() -> None:
    """Two late answers in February, less one of January that is taken back, are EUR 50: 25 for each of the two."""
    cancelled = ticket(8, "P3", event("cancelled", "2026-02-02T10:00:00Z"))  # unanswered, and so late, in January
    facts = facts_of(cancelled, late_in_february(6, "P1"), late_in_february(7, "P2"))
    second = ec.evaluate(acme(), facts, period="2026-02", carry=settled(facts))
    assert [(row.ref, row.numbers[1]) for row in second.outcomes] == [("T-6", 1), ("T-7", 1), ("T-8", -1)]
    found = ec.cost_by(acme(), second, facts, model_of(), by="priority")
    assert column(found, "credits") == {"P1": "EUR 25.00", "P2": "EUR 25.00", "P3": "EUR 0.00"}


def late_in_february(number: int, priority: str) -> dict[str, Any]:
    """A ticket that is answered after 75 minutes, where a P1 has 30 and a P2 60, and resolved in time."""
    return {
        **ticket(number, priority),
        "events": [
            event("opened", "2026-02-03T09:00:00Z"),
            event("replied", "2026-02-03T10:15:00Z", party="provider"),
            event("resolved", "2026-02-03T11:00:00Z"),
        ],
    }


def test_work_on_tickets_that_are_not_among_the_facts_has_no_ticket() -> None:
    """Two hours on a ticket of which nothing else is known are EUR 120 in the row without tickets."""
    found = broken_down(facts_of(IN_TIME, work=[WORK]), "priority")
    assert column(found, "cost") == {"P3": "EUR 5.00", "(no ticket)": "EUR 120.00"}
    assert column(found, "tickets") == {"P3": "1", "(no ticket)": "0"}
    assert column(found, "revenue") == {"P3": "EUR 20000.00", "(no ticket)": "EUR 0.00"}


@pytest.mark.parametrize("revenue", ["tickets", "effort", "cost"])
def test_revenue_without_any_weight_has_no_ticket(revenue: str) -> None:
    """In a month without tickets and work the fee is paid all the same, in the row without tickets."""
    found = broken_down(facts_of(), model=model_of(revenue))
    assert column(found, "revenue") == {"(no ticket) (no ticket)": "EUR 20000.00"}
    assert found.total.margin == money("20000.00")


def test_quarantined_tickets_are_in_no_row() -> None:
    """A ticket that contradicts itself has no updates, no cost and no share; work on it is recorded and counts."""
    found = broken_down(facts_of(LATE_REPLY, CONTRADICTORY), "group")
    assert column(found, "updates") == {"North": "1"}
    worked = broken_down(facts_of(LATE_REPLY, CONTRADICTORY, work=[{**WORK, "ticket": "T-9"}]), "group")
    assert column(worked, "cost") == {"North": "EUR 20.00", "(blank)": "EUR 120.00"}
    assert column(worked, "updates") == {"North": "1", "(blank)": "0"}
    assert column(worked, "revenue") == {"North": "EUR 20000.00", "(blank)": "EUR 0.00"}


def test_a_ticket_without_anything_in_the_period_has_no_row() -> None:
    """A ticket of February is not among the rows of January."""
    later = {**MOVED, "ref": "T-6", "priority": "P4", "events": [event("opened", "2026-02-02T09:00:00Z")]}
    assert column(broken_down(facts_of(IN_TIME, later), "priority"), "tickets") == {"P3": "1"}


def test_updates_are_counted_without_an_assumption_too() -> None:
    """How often tickets changed is a fact; without an assumption it takes no effort."""
    found = broken_down(facts_of(*FOUR), "priority", model=model_of(assumed=None))
    assert column(found, "updates") == {"P1": "1", "P2": "2", "P3": "2"}
    assert found.total.effort == timedelta()
    assert [each.partition(" ")[0] for each in found.assumptions] == ["A", "Revenue", "Credits"]


def test_what_is_assumed_stands_below_the_table() -> None:
    """The table says how effort, revenue and credits came about, as text and in a notebook."""
    found = broken_down(facts_of(*FOUR))
    *_, effort, rows, revenue, credits = str(found).splitlines()
    assert (effort, rows, revenue, credits) == found.assumptions
    assert effort.startswith("Effort is assumed, not recorded: 20 min for each update of P1")
    assert all(f"<p>{each}</p>" in found._repr_html_() for each in found.assumptions)
    assert str(found).splitlines()[:4] == [
        "ACME-2026, 2026-01: cost by priority, group",
        "priority  group    tickets  updates  effort       cost        revenue       credits         margin",
        "--------  -------  -------  -------  ------  ---------  -------------  ------------  -------------",
        "P1        North          1        1  20 min  EUR 20.00   EUR 5,000.00     EUR 50.00   EUR 4,930.00",
    ]
    assert repr(found) == "<CostBreakdown ACME-2026 2026-01 by priority, group: 4 rows, margin EUR 18,910.00>"


def test_names_of_groups_are_shown_escaped() -> None:
    """A group is data: it is neither markup nor a command to the terminal."""
    found = broken_down(facts_of(ticket(1, "P3", group="<b>\x1b[31m")), "group")
    assert "<b>" not in found._repr_html_()
    assert "\x1b" not in str(found)


def test_as_plain_data() -> None:
    """A row is written with its effort in ISO 8601 and its amounts as texts; so is the total."""
    found = broken_down(facts_of(*FOUR)).to_data()
    assert found["rows"][0] == {
        "key": ["P1", "North"],
        "tickets": 1,
        "updates": 1,
        "effort": "PT20M",
        "cost": "EUR 20.00",
        "revenue": "EUR 5000.00",
        "credits": "EUR 50.00",
        "margin": "EUR 4930.00",
    }
    assert (found["contract"], found["period"], found["by"]) == ("ACME-2026", "2026-01", ["priority", "group"])
    assert found["total"]["key"] == []
    assert len(found["assumptions"]) == 4


def test_an_unknown_attribute_is_refused() -> None:
    """The message names the attributes there are, and the one that was probably meant."""
    with pytest.raises(UnknownReference, match=r"there are priority, group, service, type, customer; .*\"group\""):
        broken_down(facts_of(IN_TIME), "priority", "gruop")


@pytest.mark.parametrize(("by", "rule"), [((), "too_few"), (("group", "group"), "named_twice")])
def test_attributes_are_named_once_and_at_least_one(by: tuple[str, ...], rule: str) -> None:
    """No attribute at all, and one twice, are refused."""
    facts = facts_of(IN_TIME)
    with pytest.raises(InvalidValue) as refused:
        ec.cost_by(acme(), settled(facts), facts, model_of(), by=by)
    assert refused.value.rule == rule


def test_the_allocation_of_revenue_is_named() -> None:
    """There is no usual way to allocate revenue, so a model without one is refused; the message says what to write."""
    with pytest.raises(InvalidValue, match=r'revenue: "tickets", "effort" or "cost"') as refused:
        broken_down(facts_of(IN_TIME), model=model_of(None))
    assert refused.value.rule == "revenue_allocation"


def test_another_contract_is_refused() -> None:
    """Credits are read from the contract, so it must be the one that the statement was made from."""
    facts = facts_of(IN_TIME)
    with pytest.raises(InvalidValue, match="not made from this contract") as refused:
        ec.cost_by(contract_with(c31={"amount": "EUR 1.00"}), settled(facts), facts, model_of())
    assert refused.value.rule == "statement_contract"


def test_other_facts_are_refused() -> None:
    """A ticket that the statement counts and the facts do not hold is an error that names it, not a blank."""
    with pytest.raises(UnknownReference, match="ticket T-1 of the statement ACME-2026 2026-01 is not among the facts"):
        ec.cost_by(acme(), settled(facts_of(LATE_REPLY)), facts_of(IN_TIME), model_of())


def test_rates_in_another_currency_are_refused() -> None:
    """No rate between currencies is implied."""
    with pytest.raises(CurrencyMismatch):
        broken_down(facts_of(IN_TIME), model=model_of(rates=[{"role": "agent", "rate": "USD 1.00"}], assumed=ASSUMED))
