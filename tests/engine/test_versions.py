"""An amended contract: each period and each ticket is judged by the version that the contract declares."""

import copy
import random
from datetime import UTC, date, datetime, timedelta
from functools import cache
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import ecsm_contracts as ec
from ecsm_contracts.engine import Observed
from ecsm_contracts.errors import PeriodError
from tests.engine.world import acme_data, contract_of

MONTHS = [f"2026-{month:02d}" for month in range(1, 13)]
AMENDED = date(2026, 7, 1)
"""A Wednesday."""


def clause(number: str, /, **changes: Any) -> dict[str, Any]:
    """A clause of the example, with some fields changed."""
    return {**next(each for each in acme_data()["clauses"] if each["ref"] == number), **changes}


def with_targets(number: str, **targets: str) -> dict[str, Any]:
    """A clause of the example with other target times."""
    found = copy.deepcopy(clause(number))
    found["measure"]["within"] |= targets
    return found


def stricter() -> dict[str, Any]:
    """What an amendment says that halves targets, changes the hours of the desk, a rate, a charge and a limit."""
    return {
        "calendars": {"desk": {"zone": "Europe/Amsterdam", "hours": "Mon-Sat 08:00-18:00", "holidays": "nl-2026"}},
        "clauses": [
            with_targets("4.1", P1="15min", P2="30min", otherwise="2h"),
            with_targets("4.2", P1="2h", P2="4h", otherwise="20h"),
            clause("3.1", amount="EUR 18000.00"),
            clause("4.4", rate="EUR 75.00"),
            clause("4.7", at_most="12%"),
        ],
        "remove": ["5.1"],
    }


def amended(*, period: str = "start", tickets: str = "period", day: date = AMENDED, **parts: Any) -> ec.Contract:
    """The example with one amendment."""
    given = parts or stricter()
    amendment = {"ref": "A-1", "from": str(day), **given}
    return contract_of(acme_data() | {"versions": {"period": period, "tickets": tickets}, "amendments": [amendment]})


@cache
def opened_on_monday(period: str) -> ec.Contract:
    """The example, amended from Monday 6 July on, with tickets that keep the promises of their day."""
    return amended(tickets="opened", day=date(2026, 7, 6), period=period)


@cache
def two_contracts() -> tuple[ec.Contract, ec.Contract]:
    """The example, and the same with the amendment written out by hand."""
    after, parts = acme_data(), stricter()
    after["calendars"] |= parts["calendars"]
    new = {each["ref"]: each for each in parts["clauses"]}
    after["clauses"] = [new.get(each["ref"], each) for each in after["clauses"] if each["ref"] != "5.1"]
    return contract_of(acme_data()), contract_of(after)


def some_tickets(seed: int, count: int, first: date, days: int) -> list[dict[str, Any]]:
    """Tickets opened in some days from a date on, with replies, waits and changes of priority."""
    rng = random.Random(seed)
    return [_ticket(rng, number, first, days) for number in range(count)]


def _ticket(rng: random.Random, number: int, first: date, days: int) -> dict[str, Any]:
    at = datetime(first.year, first.month, first.day, tzinfo=UTC) + timedelta(minutes=rng.randrange(days * 1440))
    events: list[dict[str, Any]] = [{"kind": "opened", "at": at}]

    def then(kind: str, hours: int, **more: str) -> None:
        nonlocal at
        at += timedelta(minutes=rng.randrange(5, hours * 60))
        events.append({"kind": kind, "at": at, **more})

    then("replied", 6, party="provider")
    if rng.random() < 0.4:
        then("held", 12, party="customer")
        then("resumed", 40)
    if rng.random() < 0.2:
        then("reprioritised", 30, priority=rng.choice(["P1", "P2", "P3"]))
    if rng.random() < 0.8:
        then("resolved", 120)
    priority = rng.choice(["P1", "P2", "P3"])
    told = [{**each, "at": each["at"].isoformat()} for each in events]
    return {"ref": f"T-{number:03d}", "service": "desk", "type": "incident", "priority": priority, "events": told}


def outages(seed: int) -> list[dict[str, Any]]:
    """An outage of the mail in each month."""
    rng = random.Random(seed)
    return [
        {
            "ref": f"O-{month}",
            "service": "mail",
            "start": f"{month}-10T00:00:00Z",
            "end": f"{month}-10T00:{rng.randrange(5, 60):02d}:00Z",
        }
        for month in MONTHS
    ]


def year_of(seed: int) -> ec.Facts:
    """Tickets of the whole year, most of them around the amendment."""
    tickets = some_tickets(seed, 30, date(2026, 1, 1), 360)
    around = some_tickets(seed + 1, 40, date(2026, 6, 22), 18)
    for each in around:
        each["ref"] = f"U{each['ref']}"
    notices = [
        {
            "ref": "N-1",
            "kind": "maintenance",
            "service": "mail",
            "start": "2026-08-10T00:00:00Z",
            "end": "2026-08-10T04:00:00Z",
        }
    ]
    return ec.facts_from_records(tickets=[*tickets, *around], outages=outages(seed), notices=notices)


def statements(contract: ec.Contract, facts: ec.Facts) -> list[ec.Statement]:
    """The statements of a year."""
    found: list[ec.Statement] = []
    for month in MONTHS:
        found.append(ec.evaluate(contract, facts, period=month, carry=found[-1] if found else None))
    return found


def said(statement: ec.Statement) -> dict[str, Any]:
    """All that a statement says, but for the terms and what hangs on them."""
    data = statement.to_data()
    return {key: value for key, value in data.items() if key not in {"terms", "content", "made_by", "seals"}}


@pytest.mark.sweep
@pytest.mark.parametrize(
    ("period", "day", "first"),
    [
        ("start", date(2026, 7, 1), "2026-07"),
        ("start", date(2026, 7, 15), "2026-08"),
        ("end", date(2026, 7, 15), "2026-07"),
        ("end", date(2026, 7, 31), "2026-07"),
        ("end", date(2026, 8, 1), "2026-08"),
    ],
)
def test_a_year_is_that_of_two_contracts(period: str, day: date, first: str) -> None:
    """Every figure, row and line before the amendment is that of the one contract, and after it that of the other."""
    facts = year_of(7)
    before, after = two_contracts()
    whole = statements(amended(period=period, day=day), facts)
    expected = [
        left if month < first else right
        for month, left, right in zip(MONTHS, statements(before, facts), statements(after, facts), strict=True)
    ]
    assert [said(each) for each in whole] == [said(each) for each in expected]
    assert len({each.total.value for each in whole}) > 4


def test_statements_of_an_amended_contract_are_verified() -> None:
    """From their own terms, which are the whole document, and from the facts; read back, they are the same."""
    facts = year_of(3)
    for tickets in ("period", "opened"):
        contract = amended(tickets=tickets)
        june, july = statements(contract, facts)[5:7]
        for each in (june, july):
            assert ec.verify(each, facts).with_facts
            assert contract_of({**_terms(each)}).digest() == contract.digest() == each.seals.contract


def _terms(statement: ec.Statement) -> dict[str, Any]:
    found: dict[str, Any] = statement.to_data()["terms"]
    return found


def rows(observed: Observed) -> dict[str, tuple[int, ...]]:
    """The numbers of each ticket."""
    return {row.ref: row.numbers for row in observed.outcomes if row.kind == "ticket"}


@given(st.integers(0, 10_000), st.sampled_from(["2026-06", "2026-07", "2026-08"]), st.sampled_from(["start", "end"]))
@settings(deadline=None)
def test_a_ticket_keeps_the_promises_of_its_day(seed: int, month: str, period: str) -> None:
    """Whatever version judges the period, each row is that of the contract in force when the ticket was opened."""
    facts = ec.facts_from_records(tickets=some_tickets(seed, 12, date(2026, 6, 20), 30))
    before, after = two_contracts()
    contract = opened_on_monday(period)
    found = rows(ec.observe(ec.plan(contract, month), facts))
    left, right = (rows(ec.observe(ec.plan(each, month), facts)) for each in (before, after))
    midnight = datetime(2026, 7, 5, 22, tzinfo=UTC)
    for ticket in facts.tickets:
        own = left if ticket.events[0].at < midnight else right
        expected = own.get(ticket.ref)
        zero = expected is None or not any(expected)
        assert found.get(ticket.ref) == expected or (zero and not any(found.get(ticket.ref, ())))


def test_a_ticket_opened_at_midnight_has_the_new_promises() -> None:
    """The amendment begins with the local day: the last microsecond before it is still the old one's."""
    contract = amended(tickets="opened")
    seven = [
        {"ref": ref, "service": "desk", "type": "incident", "priority": "P1", "events": [{"kind": "opened", "at": at}]}
        for ref, at in (("T-1", "2026-06-30T21:59:59.999999Z"), ("T-2", "2026-06-30T22:00:00Z"))
    ]
    facts = ec.facts_from_records(tickets=seven)
    as_of = datetime(2026, 7, 1, 12, tzinfo=UTC)
    targets = [ec.status(contract, each, as_of)["4.2"].target for each in facts.tickets]
    assert targets == [timedelta(hours=4), timedelta(hours=2)]


def lateness(seed: int, contract: ec.Contract) -> dict[str, int]:
    """How often each ticket missed 4.1, added up over the year."""
    facts = ec.facts_from_records(tickets=some_tickets(seed, 40, date(2026, 6, 15), 30))
    total: dict[str, int] = {}
    for month in MONTHS[5:]:
        planned = ec.plan(contract, month)
        place = planned.columns.index("4.1.misses")
        for ref, numbers in rows(ec.observe(planned, facts)).items():
            total[ref] = total.get(ref, 0) + numbers[place]
    return total


def test_each_miss_counts_once_when_tickets_keep_their_promises() -> None:
    """Over the months around an amendment no miss is lost and none counts twice, as no ticket changes its terms."""
    assert set(lateness(11, amended(tickets="opened")).values()) == {0, 1}


def test_a_promise_that_did_not_exist_does_not_count_the_ticket() -> None:
    """A level that the amendment brings looks only at tickets opened since; a ticket of the old day has zeros there."""
    new = with_targets("4.2", P1="1h", P2="1h", otherwise="1h") | {"ref": "4.9"}
    contract = amended(tickets="opened", clauses=[new])
    facts = ec.facts_from_records(tickets=some_tickets(5, 40, date(2026, 6, 26), 10))
    planned = ec.plan(contract, "2026-07")
    place = planned.columns.index("4.9.counted")
    counted = {ref for ref, numbers in rows(ec.observe(planned, facts)).items() if numbers[place]}
    opened = {ticket.ref for ticket in facts.tickets if ticket.events[0].at >= datetime(2026, 6, 30, 22, tzinfo=UTC)}
    assert counted
    assert counted <= opened
    old = next(ticket for ticket in facts.tickets if ticket.ref not in opened)
    assert "4.9" not in [each.clause for each in ec.status(contract, old, datetime(2026, 7, 9, tzinfo=UTC))]


def test_a_renumbered_promise_goes_on_counting() -> None:
    """A ticket opened under 4.2 counts for 4.2a, which says that it was 4.2, by the targets of 4.2."""
    new = with_targets("4.2", P1="1h", P2="1h", otherwise="1h") | {"ref": "4.2a", "was": "4.2"}
    credit = clause("4.5", levels=["4.2a"])
    contract = amended(tickets="opened", clauses=[new, credit], remove=["4.2"])
    facts = ec.facts_from_records(tickets=some_tickets(5, 40, date(2026, 6, 26), 10))
    before = ec.plan(contract_of(acme_data()), "2026-07")
    after = ec.plan(contract, "2026-07")
    old, found = rows(ec.observe(before, facts)), rows(ec.observe(after, facts))
    start = datetime(2026, 6, 30, 22, tzinfo=UTC)
    early = [ticket.ref for ticket in facts.tickets if ticket.events[0].at < start and ticket.ref in old]
    numbers = [
        (old[ref][before.columns.index(f"4.2.{name}")], found[ref][after.columns.index(f"4.2a.{name}")])
        for ref in early
        for name in ("counted", "met", "elapsed")
    ]
    assert any(left for left, _ in numbers)
    assert [left for left, _ in numbers] == [right for _, right in numbers]


def test_late_time_is_counted_in_the_units_of_the_period() -> None:
    """How late a ticket is, the promise of its day says; in what units that is paid, the version of the period."""
    late = {"ref": "4.9", "kind": "service_credit", "levels": ["4.1"], "per": "late_time", "unit": "1h", "part": "up"}
    data = acme_data()
    data["clauses"].append({**late, "rate": "EUR 10.00"})
    finer = [with_targets("4.1", P1="5min", P2="5min", otherwise="5min"), {**late, "unit": "1min", "rate": "EUR 1.00"}]
    amendment = {"ref": "A-1", "from": "2026-07-08", "clauses": finer}
    versions = {"period": "start", "tickets": "opened"}
    planned = ec.plan(contract_of(data | {"versions": versions, "amendments": [amendment]}), "2026-07")
    facts = ec.facts_from_records(tickets=some_tickets(8, 60, date(2026, 7, 2), 12))
    time, units = (planned.columns.index(name) for name in ("4.1.late", "4.9.late.4.1"))
    found = rows(ec.observe(planned, facts)).values()
    assert any(numbers[time] for numbers in found)
    assert [numbers[units] for numbers in found] == [-(-numbers[time] // 3_600_000_000) for numbers in found]


@pytest.mark.parametrize("tickets", ["period", "opened"])
def test_the_columns_driver_agrees(tickets: str) -> None:
    """By the column the rows are the same, bit for bit; and so is a statement that is made in parts."""
    from ecsm_contracts.frames import TicketColumns, observe_columns  # noqa: PLC0415 - it needs NumPy

    contract = amended(tickets=tickets, day=date(2026, 7, 6))
    facts = ec.facts_from_records(tickets=some_tickets(2, 300, date(2026, 6, 10), 40))
    for month in ("2026-06", "2026-07"):
        planned = ec.plan(contract, month)
        one = ec.observe_tickets(planned, facts.setting, facts.tickets)
        assert observe_columns(planned, facts.setting, TicketColumns.from_tickets(facts.tickets)) == one
    june = ec.Carry.opening("ACME-2026", ends=date(2026, 7, 1))
    whole = ec.evaluate(contract, facts, period="2026-07", carry=june)
    assert ec.evaluate(contract, facts, period="2026-07", carry=june, shards=3) == whole


def test_a_judged_frame_has_the_promise_of_each_ticket() -> None:
    """The target in the frame is that of the version in force when the ticket was opened."""
    pyarrow = pytest.importorskip("pyarrow")
    from ecsm_contracts.frames import judge_frame  # noqa: PLC0415 - it needs NumPy

    data = some_tickets(4, 60, date(2026, 6, 20), 25)
    tickets = pyarrow.Table.from_pylist(
        [{key: each[key] for key in ("ref", "service", "type", "priority")} for each in data]
    )
    events = pyarrow.Table.from_pylist(
        [
            {"ticket": each["ref"], "party": None, "priority": None, **event, "at": datetime.fromisoformat(event["at"])}
            for each in data
            for event in each["events"]
            if event["kind"] != "reprioritised"
        ]
    )
    found = judge_frame(amended(tickets="opened"), "4.2", tickets, events, period="2026-07").to_pylist()
    opened = {each["ref"]: datetime.fromisoformat(each["events"][0]["at"]) for each in data}
    priority = {each["ref"]: each["priority"] for each in data}
    start = datetime(2026, 6, 30, 22, tzinfo=UTC)
    hours = {"P1": 4, "P2": 8, "P3": 40}
    assert found
    for row in found:
        share = 1 if opened[row["ref"]] < start else 2
        assert row["target"] == timedelta(hours=hours[priority[row["ref"]]] / share)


def test_explanations_are_of_the_right_version() -> None:
    """Why a ticket counted, and whose time it was, is told by the promise that it was judged by."""
    facts = year_of(3)
    for tickets in ("period", "opened"):
        july = statements(amended(tickets=tickets), facts)[6]
        start = datetime(2026, 6, 30, 22, tzinfo=UTC)
        for row in list(july.outcomes.of_kind("ticket"))[:25]:
            ticket = next(each for each in facts.tickets if each.ref == row.ref)
            told = next(each for each in ec.explain_ticket(july, facts, row.ref).clocks if each.clause == "4.2")
            old = tickets == "opened" and ticket.events[0].at < start
            allowed = {"P1": 4, "P2": 8, "P3": 40} if old else {"P1": 2, "P2": 4, "P3": 20}
            assert told.target in {timedelta(hours=hours) for hours in allowed.values()}
        late = ec.influence(july, facts, clause="4.2")
        places = [july.outcomes.columns.index(f"4.2.{name}") for name in ("counted", "met")]
        missed = {row.ref for row in july.outcomes.of_kind("ticket") if row.numbers[places[0]] > row.numbers[places[1]]}
        assert set(late.tickets) == missed
        assert ec.account_for(july, facts).read == len(facts.tickets)


def test_status_asks_the_version_of_the_period() -> None:
    """Where tickets have the version of the period, the target changes with the day of asking, and the hours too."""
    contract = amended(tickets="period")
    ticket = ec.facts_from_records(
        tickets=[
            {
                "ref": "T-1",
                "service": "desk",
                "type": "incident",
                "priority": "P2",
                "events": [{"kind": "opened", "at": "2026-06-30T14:00:00Z"}],
            }
        ]
    ).tickets[0]
    june, july = (
        ec.status(contract, ticket, datetime(2026, *day, tzinfo=UTC))["4.2"] for day in ((6, 30, 15), (7, 1, 7))
    )
    assert (june.target, july.target) == (timedelta(hours=8), timedelta(hours=4))
    assert (
        ec.influence(contract, ticket, clause="4.2", until=datetime(2026, 7, 1, 7, tzinfo=UTC)).counted == july.elapsed
    )


def test_a_longer_term_has_its_own_holidays() -> None:
    """An amendment that moves the end brings the holidays of the next year; older tickets are judged with them too."""
    holidays = acme_data()["holidays"]["nl-2026"]
    longer = {**holidays, "years": "2026-2027", "days": [*holidays["days"], "2027-01-01"]}
    del longer["digest"]
    contract = amended(
        tickets="opened", day=date(2026, 12, 1), set={"term": {"end": "2028-01-01"}}, holidays={"nl-2026": longer}
    )
    facts = ec.facts_from_records(tickets=some_tickets(9, 20, date(2026, 11, 20), 30))
    carry = ec.Carry.opening("ACME-2026", ends=date(2027, 1, 1))
    january = ec.evaluate(contract, facts, period="2027-01", carry=carry)
    assert january.rejected == ()
    assert list(january.outcomes.of_kind("ticket"))
    with pytest.raises(PeriodError):
        ec.plan(contract, "2028-01")
    with pytest.raises(PeriodError):
        ec.plan(contract_of(acme_data()), "2027-01")


def test_a_shorter_term_ends_the_contract() -> None:
    """After the end that an amendment sets, no period is judged."""
    contract = amended(set={"term": {"end": "2026-10-01"}})
    assert ec.plan(contract, "2026-09").contract.term.end == date(2026, 10, 1)
    with pytest.raises(PeriodError):
        ec.plan(contract, "2026-10")


def test_a_new_yearly_limit_has_given_nothing_yet() -> None:
    """A limit over the contract year that an amendment brings in mid-year begins with all its room."""
    yearly = clause("4.7", ref="4.8", at_most="EUR 5000.00", window="contract_year")
    del yearly["of"]
    contract = amended(clauses=[yearly], remove=["4.7"])
    whole = statements(contract, year_of(7))
    credits = [line.amount for each in whole[6:] for line in each.lines if line.kind in {"credit", "limit"}]
    assert sum(credits, start=ec.Money.parse("EUR 0.00")) == ec.Money.parse("EUR -5000.00")


def test_a_new_clause_looks_back_beyond_its_own_beginning() -> None:
    """A credit for the second miss in a row that an amendment brings knows the miss of the month before it."""
    level = {**clause("4.3"), "gaps": "breaks"}
    run = {"ref": "4.9", "kind": "service_credit", "levels": ["4.3"], "per": "level", "rate": "EUR 100.00"}
    contract = amended(clauses=[level, {**run, "when": {"run": 2, "consumes": False}}])
    down = [
        {"ref": f"O-{month}", "service": "mail", "start": f"{month}-10T00:00:00Z", "end": f"{month}-10T09:00:00Z"}
        for month in MONTHS[:7]
    ]
    whole = statements(contract, ec.facts_from_records(tickets=[], outages=down))
    given = [line.amount.ratio for each in whole for line in each.lines if line.clause == "4.9"]
    assert given == [-100]
    assert [line.clause for line in whole[6].lines if line.clause == "4.9"] == ["4.9"]
    assert ec.verify(whole[6]).figures
