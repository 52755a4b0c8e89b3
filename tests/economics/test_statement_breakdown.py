"""The amounts of a statement by clause, service, promise, item and attribute."""

from dataclasses import replace
from typing import Any

import pytest

import ecsm_contracts as ec
from ecsm_contracts.economics import BreakdownRow
from ecsm_contracts.errors import InvalidValue, UnknownReference, VerificationError
from tests.economics.desk import FOUR, LATE_REPLY, LATE_RESOLUTION, MON_05, event, facts_of, model_of, settled, ticket
from tests.engine.world import acme_data, contract_of, january, statement


def amounts(found: ec.Breakdown) -> dict[tuple[str | None, ...], str]:
    """The amounts by the keys of the rows, in their order."""
    return {row.key: str(row.amount) for row in found.rows}


def with_clauses(*clauses: dict[str, Any], without: tuple[str, ...] = ()) -> ec.Contract:
    """The example contract with some clauses more, and some less."""
    data = acme_data()
    data["clauses"] = [*(each for each in data["clauses"] if each["ref"] not in without), *clauses]
    return contract_of(data)


def test_a_month_by_service() -> None:
    """
    Credits of EUR 1,000 and 2,000 are limited to 2,000, so a third of them falls to the desk; the fee to no service.
    """
    found = ec.breakdown(statement(), by="service")
    fee, desk, mail = (ec.Money.parse(f"EUR {amount}") for amount in ("20000.00", "-666.67", "-1333.33"))
    rows = (BreakdownRow(("desk",), desk, 2, 3), BreakdownRow(("mail",), mail, 2, 1), BreakdownRow((None,), fee, 1, 0))
    assert found.rows == rows
    assert (str(found.total), found.lines, found.items, found.by) == ("EUR 18000.00", 4, 4, ("service",))


def test_a_month_by_business_outcome() -> None:
    """The outcome of a service stands for it, in the order of the contract, not of the alphabet."""
    assert amounts(ec.breakdown(statement(), by="outcome")) == {
        ("people can work",): "EUR -666.67",
        ("people can write to each other",): "EUR -1333.33",
        (None,): "EUR 20000.00",
    }


def test_a_month_by_kind_and_promise() -> None:
    """What the limit takes off goes by what it takes: EUR 333.33 and 666.67."""
    assert amounts(ec.breakdown(statement(), by=("kind", "promise"))) == {
        ("charge", None): "EUR 20000.00",
        ("credit", "4.2"): "EUR -1000.00",
        ("credit", "4.3"): "EUR -2000.00",
        ("limit", "4.2"): "EUR 333.33",
        ("limit", "4.3"): "EUR 666.67",
    }


def test_a_month_by_clause_is_its_lines() -> None:
    """Each clause has one line here, and its row is that line."""
    assert amounts(ec.breakdown(statement(), by="clause")) == {
        (line.clause,): str(line.amount) for line in statement().lines
    }


def test_a_month_by_item() -> None:
    """
    Three late tickets share EUR 1,000 less 333.33 given back; a cent that is left goes to the first one.
    """
    assert amounts(ec.breakdown(statement(), by="item")) == {
        ("outage O-1",): "EUR -1333.33",
        ("ticket T-0",): "EUR -222.23",
        ("ticket T-10",): "EUR -222.22",
        ("ticket T-15",): "EUR -222.22",
        (None,): "EUR 20000.00",
    }


def test_with_facts_by_attributes_of_tickets() -> None:
    """EUR 50 for the late answer of the North, EUR 1,000 for the late resolution without group; the fee is nobody's."""
    facts = facts_of(*FOUR)
    assert amounts(ec.breakdown(settled(facts), by=("priority", "group"), facts=facts)) == {
        ("P1", "North"): "EUR -50.00",
        ("P3", None): "EUR -1000.00",
        (None, None): "EUR 20000.00",
    }


def test_an_outage_has_attributes_too() -> None:
    """An outage has a cause and an area, and no priority."""
    outage = {"ref": "O-9", "service": "mail", "start": "2026-01-10T00:00:00Z", "end": "2026-01-10T05:00:00Z"}
    facts = january(outages=[{**outage, "cause": "power", "area": "north"}])
    found = ec.breakdown(
        ec.evaluate(contract_of(acme_data()), facts, period="2026-01"), ("cause", "priority"), facts=facts
    )
    assert amounts(found) == {
        ("power", None): "EUR -1333.33",
        (None, "P1"): "EUR -666.67",
        (None, None): "EUR 20000.00",
    }


def test_impact_and_priority_are_those_last_known_in_the_period() -> None:
    """A change in the period counts, one after it does not, and what was never said is blank."""
    changes = [
        event("reprioritised", f"{MON_05}10:00:00Z", priority="P2", impact="high"),
        event("reprioritised", "2026-02-02T10:00:00Z", priority="P1", impact="low"),
    ]
    record = {**LATE_REPLY, "events": [*LATE_REPLY["events"][:2], *changes, LATE_REPLY["events"][2]]}
    facts = facts_of({**record, "impact": "middle"})
    found = ec.breakdown(settled(facts), by=("impact", "priority", "urgency"), facts=facts)
    assert ("high", "P2", None) in amounts(found)


def test_of_a_service_that_only_the_ticket_knows() -> None:
    """A promise about all services is of none by itself, and of the ticket's where the facts are there."""
    data = acme_data()
    del data["clauses"][1]["scope"]["service"]
    facts = facts_of(LATE_REPLY)
    late = settled(facts, contract_of(data))
    assert amounts(ec.breakdown(late, "service")) == {(None,): "EUR 19950.00"}
    assert amounts(ec.breakdown(late, "service", facts=facts)) == {("desk",): "EUR -50.00", (None,): "EUR 20000.00"}


def test_of_amounts_that_are_combined_item_by_item_what_was_taken_counts() -> None:
    """The greater of EUR 50 and 80 for each ticket: 80 where both were late, 50 where only the answer was."""
    resolved = {**acme_data()["clauses"][1], "ref": "4.8", "title": "Each is resolved in time"}
    resolved["measure"] = {**resolved["measure"], "within": "PT20H"}
    resolved["measure"]["clock"] = {**resolved["measure"]["clock"], "start": ["opened"], "stop": ["resolved"]}
    late = {"ref": "4.9", "kind": "service_credit", "levels": ["4.8"], "per": "ticket", "rate": "EUR 80.00"}
    one = {"ref": "4.91", "kind": "combine", "among": ["4.4", "4.9"], "take": "greatest", "per": "item"}
    terms = with_clauses(resolved, late, one, without=("4.5", "4.6", "4.7", "5.1"))
    both = {**LATE_RESOLUTION, "ref": "T-8"}
    both["events"] = [both["events"][0], {**both["events"][1], "at": f"{MON_05}16:00:00Z"}, both["events"][2]]
    found = ec.breakdown(settled(facts_of(LATE_REPLY, both), terms), ("promise", "item"))
    assert amounts(found) == {
        ("4.1", "ticket T-1"): "EUR -50.00",
        ("4.8", "ticket T-8"): "EUR -80.00",
        (None, None): "EUR 20000.00",
    }


def test_one_price_for_several_levels_is_of_no_single_one() -> None:
    """A price for any of two promises, about two services, is of neither; it is not spread."""
    price = {"ref": "4.9", "kind": "service_credit", "levels": ["4.2", "4.3"], "when": "any", "per": "level"}
    terms = with_clauses({**price, "rate": "EUR 7.00"}, without=("4.5", "4.6", "4.7"))
    found = ec.evaluate(terms, january(), period="2026-01")
    assert amounts(ec.breakdown(found, ("kind", "promise", "service", "item"))) == {
        ("charge", None, None, None): "EUR 20000.00",
        ("credit", None, None, None): "EUR -7.00",
    }


def test_what_is_priced_together_goes_by_what_was_counted() -> None:
    """Two levels, each missed once, at EUR 30 each and priced together: EUR 30 for each ticket."""
    again = {**acme_data()["clauses"][1], "ref": "4.8"}
    price = {"ref": "4.9", "kind": "service_credit", "levels": ["4.1", "4.8"], "per": "ticket", "price": "together"}
    terms = with_clauses(again, {**price, "rate": "EUR 30.00"}, without=("4.4", "4.5", "4.6", "4.7"))
    found = ec.breakdown(settled(facts_of(LATE_REPLY), terms), ("promise", "item"))
    assert amounts(found) == {
        ("4.1", "ticket T-1"): "EUR -30.00",
        ("4.8", "ticket T-1"): "EUR -30.00",
        (None, None): "EUR 20000.00",
    }


def test_a_late_ticket_of_a_window_that_was_kept_bears_nothing() -> None:
    """Judged by the day, one late of two misses 60 %, and one late of three does not: only the former costs."""
    data = acme_data()
    level = next(each for each in data["clauses"] if each["ref"] == "4.2")
    level |= {"every": "day", "target": {"at_least": "60%"}}
    level["measure"] |= {"population": "resolved"}
    data["clauses"] = [each for each in data["clauses"] if each["ref"] in {"3.1", "4.2", "4.5"}]
    tickets: list[dict[str, Any]] = []
    for date, many in (("2026-01-15", 2), ("2026-01-16", 3)):
        for number in range(many):
            opened = event("opened", f"{MON_05}09:00:00Z" if number == 0 else f"{date}T08:00:00Z")
            resolved = event("resolved", f"{date}T10:00:00Z")
            tickets.append({**ticket(len(tickets), "P3"), "events": [opened, resolved]})
    found = ec.breakdown(settled(facts_of(*tickets), contract_of(data)), by=("promise", "item"))
    assert amounts(found) == {("4.2", "ticket T-0"): "EUR -1000.00", (None, None): "EUR 20000.00"}


def test_a_charge_for_each_ticket_goes_over_the_tickets() -> None:
    """EUR 10 for each of four tickets is EUR 10 of each, and of the service of the scope; a fee beside it is not."""
    charge = {"ref": "3.2", "kind": "charge", "per": {"tickets": "opened", "scope": {"service": "desk"}}}
    facts = facts_of(*FOUR)
    terms = with_clauses({**charge, "rate": "EUR 10.00"}, without=("4.4", "4.5", "4.6", "4.7"))
    assert amounts(ec.breakdown(settled(facts, terms), by=("service", "item"))) == {
        ("desk", "ticket T-1"): "EUR 10.00",
        ("desk", "ticket T-2"): "EUR 10.00",
        ("desk", "ticket T-3"): "EUR 10.00",
        ("desk", "ticket T-4"): "EUR 10.00",
        (None, None): "EUR 20000.00",
    }
    fee = {"amount": "EUR 5.00", "every": "month"}
    terms = with_clauses({**charge, "rate": "EUR 10.00", **fee}, without=("4.4", "4.5", "4.6", "4.7"))
    assert amounts(ec.breakdown(settled(facts, terms), by="service")) == {(None,): "EUR 20045.00"}


def test_a_contract_of_one_service_is_about_that_one() -> None:
    """Where one service is listed, all that is owed is of it, the fee too."""
    data = acme_data()
    data["services"] = data["services"][:1]
    data["clauses"] = [each for each in data["clauses"] if each["ref"] in {"3.1", "4.1", "4.4"}]
    found = ec.breakdown(settled(facts_of(LATE_REPLY), contract_of(data)), by="service")
    assert amounts(found) == {("desk",): "EUR 19950.00"}


def test_the_order_of_the_tickets_does_not_matter() -> None:
    """The same tickets in another order give the same rows, cents included."""
    for by in ("item", ("priority", "group")):
        one, other = (facts_of(*tickets) for tickets in (FOUR, FOUR[::-1]))
        assert ec.breakdown(settled(one), by, facts=one) == ec.breakdown(settled(other), by, facts=other)


def test_clauses_stand_in_the_order_of_the_contract() -> None:
    """Clause 10.1 stands behind clause 4.6, as in the contract, and not before it, as a text would."""
    terms = with_clauses({"ref": "10.1", "kind": "charge", "amount": "EUR 1.00", "every": "month"})
    found = ec.breakdown(ec.evaluate(terms, january(), period="2026-01"), by="clause")
    assert [row.key for row in found.rows] == [("3.1",), ("4.5",), ("4.6",), ("4.7",), ("10.1",)]


def test_it_shows_itself() -> None:
    """As text, for a notebook, as Markdown and in one line it shows the rows, the total and what was allocated."""
    found = ec.breakdown(statement(), by=("service", "kind"))
    lines = str(found).split("\n")
    assert lines[:4] == [
        "ACME-2026, 2026-01: amounts by service, kind",
        "service  kind    lines  items         amount",
        "-------  ------  -----  -----  -------------",
        "desk     credit      1      3  EUR -1,000.00",
    ]
    assert lines[-2] == "total                4      4  EUR 18,000.00"
    assert lines[-1].startswith("Credits are allocated to the tickets and outages behind them")
    assert "(blank)" in str(found)
    assert repr(found) == "<Breakdown ACME-2026 2026-01 by service, kind: 5 rows, total EUR 18,000.00>"
    assert found._repr_html_().count("<tr>") == 1 + 5 + 1
    assert found._repr_markdown_().count("\n|") == 1 + 1 + 5 + 1
    assert "allocated" not in str(ec.breakdown(statement(), by="clause"))


def test_as_plain_data() -> None:
    """Amounts are texts, what is blank is null."""
    data = ec.breakdown(statement(), by="service").to_data()
    assert data["rows"][-1] == {"key": [None], "amount": "EUR 20000.00", "lines": 1, "items": 0}
    assert {key: data[key] for key in ("contract", "period", "by", "total", "lines", "items")} == {
        "contract": "ACME-2026",
        "period": "2026-01",
        "by": ["service"],
        "total": "EUR 18000.00",
        "lines": 4,
        "items": 4,
    }


def test_attributes_of_tickets_need_facts() -> None:
    """Without facts nothing says what priority a ticket had, and the message says what to give."""
    with pytest.raises(InvalidValue, match="give facts") as caught:
        ec.breakdown(statement(), by=("service", "priority"))
    assert caught.value.rule == "breakdown_facts"


@pytest.mark.parametrize(("by", "rule"), [((), "too_few"), (("clause", "clause"), "named_twice")])
def test_none_and_one_twice_are_refused(by: tuple[str, ...], rule: str) -> None:
    """A breakdown is by at least one attribute, each once."""
    with pytest.raises(InvalidValue) as caught:
        ec.breakdown(statement(), by=by)
    assert caught.value.rule == rule


def test_another_attribute_is_refused() -> None:
    """A name that there is not is refused, with a hint."""
    with pytest.raises(UnknownReference, match='did you mean "service"'):
        ec.breakdown(statement(), by="servce")


def test_an_item_that_the_facts_do_not_have_is_refused() -> None:
    """Facts of another month do not say what the tickets of this one were."""
    with pytest.raises(UnknownReference, match=r"outage .*O-1.* is not among the facts"):
        ec.breakdown(statement(), by="priority", facts=january(outages=[]))


def test_a_statement_that_is_not_consistent_is_refused() -> None:
    """What was changed after it was computed is not broken down as if it were true."""
    with pytest.raises(VerificationError, match="line 1"):
        ec.breakdown(replace(statement(), faults=("line 1 is another",)), by="clause")
    with pytest.raises(VerificationError, match="cannot be broken down"):
        ec.breakdown(replace(statement(), figures={}), by="clause")


def test_the_cost_of_a_credit_for_several_levels_together_is_of_no_ticket() -> None:
    """Also a breakdown of costs does not spread one price for several levels."""
    price = {"ref": "4.9", "kind": "service_credit", "levels": ["4.1", "4.2"], "when": "any", "per": "level"}
    terms = with_clauses({**price, "rate": "EUR 7.00"}, without=("4.4", "4.5", "4.6", "4.7"))
    facts = facts_of(LATE_REPLY)
    found = ec.cost_by(terms, settled(facts, terms), facts, model_of(), by="priority")
    assert [(row.key, str(row.credits)) for row in found.rows] == [
        (("P1",), "EUR 0.00"),
        (("(no ticket)",), "EUR 7.00"),
    ]
