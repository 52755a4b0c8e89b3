"""The strategies give what they promise: valid values, in a form that can be written down."""

import json
from datetime import timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

import ecsm_contracts as ec
from ecsm_contracts import testing
from ecsm_contracts.calendars import to_micros
from ecsm_contracts.money import currency_exponent


@given(testing.moneys(), testing.moneys(currency="CHF"))
def test_moneys_are_whole_minor_units(some: ec.Money, francs: ec.Money) -> None:
    """Every amount is in whole minor units, and in the currency that is asked for."""
    assert some.scale == currency_exponent(some.currency)
    assert francs.currency == "CHF"


@given(testing.percents(), testing.durations(), testing.periods())
def test_values_lie_in_their_ranges(percent: ec.Percent, duration: timedelta, period: ec.Period) -> None:
    """Percentages lie between nothing and all, durations are not negative, periods are months."""
    assert 0 <= percent.ratio <= 1
    assert duration >= timedelta(0)
    assert ec.Period.parse(period.label) == period


@given(testing.business_calendars())
def test_calendars_read_back(calendar: ec.BusinessCalendar) -> None:
    """Every calendar is one that can be written and read."""
    assert ec.BusinessCalendar.model_validate(calendar.to_data()) == calendar


@settings(max_examples=50)
@given(testing.contract_documents())
def test_documents_are_json_and_valid(document: dict[str, Any]) -> None:
    """A document is plain data that survives JSON, and a contract without problems."""
    text = json.dumps(document)
    assert json.loads(text) == document
    assert ec.parse_contract(text, form="json").ref == document["ref"]


@settings(max_examples=50)
@given(st.data())
def test_periods_of_a_contract_are_settled_by_it(data: st.DataObject) -> None:
    """A period drawn for a contract is one that the contract can be planned for."""
    contract = data.draw(testing.contracts())
    period = data.draw(testing.periods(contract=contract))
    assert ec.plan(contract, period).period == period


@settings(max_examples=30)
@given(st.data())
def test_records_are_json(data: st.DataObject) -> None:
    """Records are plain data that survives JSON, and nearly all of them are facts."""
    document = data.draw(testing.contract_documents())
    period = data.draw(testing.periods(contract=ec.parse_contract(json.dumps(document), form="json")))
    records = data.draw(testing.fact_records(document, period=period.label))
    assert json.loads(json.dumps(records)) == records
    assert set(records) == {"tickets", "outages", "notices", "work", "origins"}
    ec.facts_from_records(**records)


@given(testing.tickets(period="2026-03"))
def test_tickets_are_in_order(ticket: ec.Ticket) -> None:
    """A ticket has at least one event, and its events are in the order of time."""
    instants = [to_micros(event.at) for event in ticket.events]
    assert instants
    assert instants == sorted(instants)


@settings(max_examples=30)
@given(testing.month_cases())
def test_a_case_can_be_settled(case: testing.MonthCase) -> None:
    """Contract, facts, period and carry of a case fit together."""
    statement = ec.evaluate(case.contract, case.facts, period=case.period, carry=case.carry)
    assert statement.period.label == case.period
