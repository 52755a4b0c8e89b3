"""The bad batches and calls that are kept outside the repository, each as a call of this library."""

from __future__ import annotations

import decimal
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from pathlib import Path

import pytest

import ecsm_contracts as ec
from ecsm_contracts.contracts import diff
from ecsm_contracts.engine import observe_tickets
from ecsm_contracts.errors import CurrencyMismatch, EcsmError, InvalidValue, VerificationError
from ecsm_contracts.facts import Facts, Setting, Ticket
from ecsm_contracts.statements import Statement, statement_from_data
from tests.cases.bad_facts import MARCH, OTHERS, Answer, contract, settled, shown_everywhere, ticket, warning_of
from tests.engine.test_verify import sealed

CALLS: dict[str, Callable[[], Answer]] = {}
"""What makes the answer to each case, and checks that nothing is lost."""


def case(ref: str) -> Callable[[Callable[[], Answer]], Callable[[], Answer]]:
    """Register what answers a case."""

    def register(call: Callable[[], Answer]) -> Callable[[], Answer]:
        CALLS[ref] = call
        return call

    return register


def raised(call: Callable[[], object], place: str) -> Answer:
    """The error of this library that a call raises."""
    try:
        call()
    except EcsmError as error:
        return Answer("raise", error.rule if isinstance(error, InvalidValue) else error.code, place)
    return Answer("accept_exact")


def alone() -> Statement:
    """The statement of the other tickets."""
    return settled(ec.facts_from_records(tickets=OTHERS))


def answered(statement: Statement) -> Answer:
    """What a statement says of its batch; the other tickets have the rows that they have alone."""
    others = {each["ref"] for each in OTHERS}
    assert [row for row in statement.outcomes if row.ref in others] == list(alone().outcomes)
    if statement.rejected:
        assert statement.status == "provisional"
        return Answer("quarantine_ticket", statement.rejected[0].code, f"{len(statement.rejected)} of tickets")
    assert statement.status == "final"
    return warning_of(statement) or Answer("accept_exact")


@case("B002")
def versions_leave_no_gap() -> Answer:
    """The first version holds until the second begins, whenever that is."""
    amended = contract().amend(
        ref="A-1", from_="2025-07-01", set_={"title": "Later"}, versions={"period": "start", "tickets": "opened"}
    )
    days = [day for day, _ in amended.versions_by_day()]
    assert len(days) == 2
    assert amended.version_at(days[1].replace(month=6, day=30)).title == contract().title
    june = ticket("T-1", "12:00:00", events=[{"kind": "opened", "at": "2025-06-16T09:00:00+02:00"}])
    return answered(ec.evaluate(amended, ec.facts_from_records(tickets=[june, *OTHERS]), period=MARCH))


@case("B003")
def terms_edited_in_place() -> Answer:
    """What was issued under other terms of the same contract is not restated; the difference is shown."""
    edited = contract().replace(title="Edited in place")
    again = ec.evaluate(edited, ec.facts_from_records(tickets=OTHERS), period=MARCH)
    assert again.contract == alone().contract
    assert again.seals.contract != alone().seals.contract
    assert "Edited in place" in str(diff(contract(), edited))
    return raised(lambda: ec.restate([alone()], [again]), "restate")


@case("B004")
def one_ticket_twice() -> Answer:
    """A ticket that is delivered twice is one ticket, and the statement the same to the byte."""
    twice = settled(ec.facts_from_records(tickets=[OTHERS[1], *OTHERS, OTHERS[1]]))
    assert twice.to_json() == alone().to_json()
    return answered(twice)


@case("B005")
def two_tickets_of_one_identity() -> Answer:
    """Neither of two different tickets with one identity enters a figure; both are kept."""
    both = [ticket("T-1", "12:00:00"), ticket("T-1", "16:00:00")]
    statement = settled(ec.facts_from_records(tickets=[*both, *OTHERS]))
    assert sorted("T12" in each.raw or "T11" in each.raw for each in statement.rejected) == [False, True]
    assert statement.tally == alone().tally
    return answered(statement)


@case("B006")
def one_bad_ticket_of_many() -> Answer:
    """All tickets but the bad one are evaluated."""
    batch = [ticket(f"T-{10 + number}", "12:00:00") for number in range(9_998)]
    batch.insert(5_122, ticket("T-1", "12:00:00", events=[{"kind": "opened", "at": "2025-03-03T09:00:00"}]))
    statement = settled(ec.facts_from_records(tickets=[*batch, OTHERS[1]]))
    assert len(statement.outcomes) == 9_999
    assert statement.status == "provisional"
    first = statement.rejected[0]
    return Answer("quarantine_ticket", first.code, first.message.partition(": ")[0])


@case("B007")
def two_currencies() -> Answer:
    """What is paid in one currency is not weighed against cost in another."""
    model = ec.CostModel(rates=({"role": "agent", "rate": "USD 42.00"},))  # type: ignore[arg-type]  # as documents say it
    work = {"ref": "W-1", "ticket": "T-8", "role": "agent", "effort": "1h", "at": "2025-03-03T11:00:00Z"}
    facts = ec.facts_from_records(tickets=OTHERS, work=[work])
    return raised(lambda: ec.cost_to_serve(contract(), settled(facts), facts, model), "cost_to_serve")


@case("B009")
def an_end_that_is_included() -> Answer:
    """A period is made of dates, and ends on the first that is not of it: another end is refused."""
    facts = ec.facts_from_records(tickets=OTHERS)
    assert raised(lambda: ec.evaluate(contract(), facts, period="2025-03-01/2025-03-31"), "").code == "period"
    return raised(lambda: ec.evaluate(contract(), facts, period="2025-03-01/2025-03-31T23:59:59"), "period")


@case("B010")
def a_late_correction() -> Answer:
    """A correction is a document of its own: what was issued and the differences add up to the corrected amounts."""
    issued, corrected = (
        settled(ec.facts_from_records(tickets=[OTHERS[0], ticket("T-9", end)])) for end in ("12:00:00", "16:00:00")
    )
    before = issued.to_json()
    (document,) = ec.restate([issued], [corrected])
    assert document.total.value + issued.total.value == corrected.total.value != issued.total.value
    assert issued.to_json() == before
    return Answer("accept_exact")


@case("B011")
def the_same_run_twice() -> Answer:
    """A second run gives the same bytes, and nothing to restate."""
    assert alone().to_json() == alone().to_json()
    assert ec.restate([alone()], [alone()]) == ()
    lines = sorted((line.clause, line.kind) for line in alone().lines)
    assert all(one != other for one, other in pairwise(lines))
    return Answer("accept_exact")


@case("B012")
def other_zone_data() -> Answer:
    """A statement that other zone data went into is not verified, and the zone data are named."""
    data = alone().to_data()
    data["content"]["zones"]["version"] = "1999a"
    earlier = statement_from_data(sealed(data))
    with pytest.raises(VerificationError) as caught:
        ec.verify(earlier)
    assert "1999a" in caught.value.failures[0]
    return Answer("raise", caught.value.code, caught.value.failures[0].partition(":")[0])


@case("B014")
def a_million_events() -> Answer:
    """A ticket of millions of events is set aside at once, and the others are evaluated."""
    pause = {"kind": "held", "party": "customer", "at": "2025-03-03T10:00:00+01:00"}
    events = [*OTHERS[0]["events"][:1], *([pause, {"kind": "resumed", "at": "2025-03-03T11:00:00+01:00"}] * 10**6)]
    began = time.perf_counter()
    facts = ec.facts_from_records(tickets=[OTHERS[0], ticket("T-1", "16:00:00", events=events), OTHERS[1]])
    assert time.perf_counter() - began < 2
    assert facts.rejected[0].raw.startswith('{"events": [{"at": "2025-03-03T09:00:00+01:00"')
    return answered(settled(facts))._replace(place=facts.rejected[0].message.partition(": ")[0])


@case("A001")
def a_contract_of_nothing() -> Answer:
    """Nothing is made without being validated, and what is no record is no fact."""
    for build in (ec.CostModel.model_construct, Ticket.model_construct):
        assert raised(lambda build=build: build(ref="x"), "").code == "not_validated"  # type: ignore[misc]  # one of the two
    dicts = [dict(OTHERS[0])]
    assert raised(lambda: Facts.of(tickets=dicts), "").code == "wrong_type"  # type: ignore[arg-type]  # that is the point
    planned = ec.plan(contract(), MARCH)
    assert raised(lambda: observe_tickets(planned, Setting(), dicts), "").code == "wrong_type"  # type: ignore[arg-type]
    facts = ec.facts_from_records(tickets=OTHERS)
    build_contract: Callable[..., ec.Contract] = ec.Contract.model_construct
    return raised(lambda: ec.evaluate(build_contract(currency="x"), facts, period=MARCH), "Contract")


@case("A002")
def a_copy_with_garbage() -> Answer:
    """A copy with a change is validated as `replace` validates it; a sound one is made."""
    assert contract().model_copy(update={"title": "Other"}) == contract().replace(title="Other")
    assert contract().model_copy() == contract()
    facts = ec.facts_from_records(tickets=OTHERS)
    bad = raised(lambda: facts.tickets[0].model_copy(update={"events": ["garbage"]}), "")
    assert bad.code == "not_validated"
    return raised(lambda: contract().model_copy(update={"clauses": "garbage"}), "clauses")


@case("A004")
def a_coarse_decimal_context() -> Answer:
    """With four digits in the caller's context the statement is the same, and the context is not touched."""
    expected = shown_everywhere(alone())
    with decimal.localcontext(decimal.Context(prec=4)) as context:  # noqa: TID251 - it is the caller's
        before = repr(context)
        assert shown_everywhere(alone()) == expected
        assert repr(decimal.getcontext()) == before  # noqa: TID251 - it is the caller's
    return Answer("accept_exact")


@case("A006")
def tickets_in_any_iterable() -> Answer:
    """A set or a generator of tickets gives the same statement as a list."""
    tickets = ec.facts_from_records(tickets=OTHERS).tickets
    expected = alone().to_json()
    assert settled(Facts.of(tickets=set(tickets))).to_json() == expected
    assert settled(Facts.of(tickets=(each for each in reversed(tickets)))).to_json() == expected
    planned = ec.plan(contract(), MARCH)
    observed = observe_tickets(planned, Setting(), (each for each in tickets))
    assert ec.settle(planned, observed).to_json() == expected
    return Answer("accept_exact")


@case("A008")
def a_float_of_money() -> Answer:
    """A binary float is no amount, however it is handed over."""
    assert raised(lambda: ec.Money(0.1, 2, "EUR"), "").action == "raise"  # type: ignore[arg-type]  # that is the point
    return raised(lambda: ec.Money.of(0.1, "EUR"), "Money.of")  # type: ignore[arg-type]  # that is the point


@case("A009")
def euros_and_dollars() -> Answer:
    """Amounts of two currencies do not add, with an error that is a `TypeError`."""
    assert issubclass(CurrencyMismatch, TypeError)
    return raised(lambda: ec.Money.parse("EUR 1.00") + ec.Money.parse("USD 1.00"), "+")


ACME = Path(__file__).parents[2] / "examples" / "acme.yaml"
CORRUPTED = """
import sys
import ecsm_contracts as ec
from dataclasses import replace
from ecsm_contracts.engine import _settle
from ecsm_contracts.errors import EngineInvariantError
assert False, "asserts are to be off"
right = _settle.lines_of
def corrupted(*arguments):
    found = right(*arguments)
    return replace(found, lines=found.lines[1:])
_settle.lines_of = corrupted
contract = ec.read_contract(sys.argv[1])
try:
    ec.evaluate(contract, ec.facts_from_records(), period="2026-01")
except EngineInvariantError as broken:
    print(broken.code)
"""


@case("A010")
def a_corrupted_engine() -> Answer:
    """A result that breaks a bound is not issued where Python strips asserts, too."""
    command = [sys.executable, "-O", "-c", CORRUPTED, str(ACME)]
    run = subprocess.run(command, capture_output=True, text=True, check=True)
    return Answer("accept_exact", run.stdout.strip())


@case("A011")
def sixteen_threads() -> Answer:
    """Sixteen threads that share a contract and its calendars give one statement."""
    shared, facts = contract().replace(title="Shared"), ec.facts_from_records(tickets=OTHERS)
    with ThreadPoolExecutor(16) as pool:
        texts = pool.map(lambda _: ec.evaluate(shared, facts, period=MARCH).to_json(), range(16))
        assert len(set(texts)) == 1
    return Answer("accept_exact")
