"""The documents that `restate` gives take a ledger from what was issued to what is now known, to the cent."""

import json
import random
from collections import Counter
from dataclasses import replace
from datetime import timedelta
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import ecsm_contracts as ec
from ecsm_contracts.errors import CarryError, InvalidValue, WrongType
from ecsm_contracts.facts import Facts
from ecsm_contracts.figures import replay
from ecsm_contracts.statements import statement_from_data
from ecsm_contracts.testing import MonthCase, month_cases
from tests.engine import corrections as ledgers
from tests.engine.corrections import APRIL, IN_APRIL, IN_MARCH, MARCH, added, of_documents, of_statements, spring
from tests.engine.world import JANUARY, acme, acme_data, contract_of, incident, january, statement, tickets
from tests.simulation.compare import contract_of as contract_of_desk
from tests.simulation.compare import world_of

SEEDS = range(8)


# By hand: a limit of EUR 3,000.00 for the contract year, of which EUR 500.00 were given before March. Five hours out of
# 743 are 99.33 %, so each month gives back 10 % of EUR 20,000.00. With both outages March gives EUR 2,000.00, and April
# the EUR 500.00 that are left; without the one in March, April gives EUR 2,000.00.


def test_a_correction_in_march_moves_april() -> None:
    """An outage in March that is withdrawn takes back March's credit, and lets April give what the limit withheld."""
    issued, corrected = spring(IN_MARCH, IN_APRIL), spring(IN_APRIL)
    assert [str(each.total.value) for each in issued] == ["EUR 18000.00", "EUR 19500.00"]
    assert [str(each.total.value) for each in corrected] == ["EUR 20000.00", "EUR 18000.00"]
    march, april = ec.restate(issued, corrected)
    assert [(line.clause, line.kind, str(line.before), str(line.after), str(line.amount)) for line in march.lines] == [
        ("4.6", "credit", "EUR -2000.00", "EUR 0.00", "EUR 2000.00")
    ]
    assert [(line.clause, line.kind, str(line.before), str(line.after), str(line.amount)) for line in april.lines] == [
        ("4.7", "limit", "EUR 1500.00", "EUR 0.00", "EUR -1500.00")
    ]
    assert (str(march.total.value), str(april.total.value)) == ("EUR 2000.00", "EUR -1500.00")
    assert (march.causes, april.causes) == (("items",), ("carried",))


def test_april_with_the_carry_of_the_issued_march_is_refused() -> None:
    """A corrected April that begins with what the issued March handed on is refused, and told what to do."""
    issued, (march, _) = spring(IN_MARCH, IN_APRIL), spring(IN_APRIL)
    with pytest.raises(CarryError, match=r"evaluate 2026-04 again with the carry of the corrected 2026-03"):
        ec.restate(issued, [march, issued[1]])


def test_a_period_that_was_not_evaluated_again_is_refused() -> None:
    """As many corrected statements as issued ones are needed, for the same periods in the same order."""
    issued, corrected = spring(IN_MARCH, IN_APRIL), spring(IN_APRIL)
    with pytest.raises(InvalidValue, match=r"statement 2 of the issued ones is 2026-04, of the corrected ones missing"):
        ec.restate(issued, corrected[:1])
    with pytest.raises(InvalidValue, match=r"statement 2 of the issued ones is missing, of the corrected ones 2026-04"):
        ec.restate(issued[:1], corrected)
    with pytest.raises(InvalidValue, match=r"statement 1 of the issued ones is 2026-03, .* 2026-04") as caught:
        ec.restate(issued, corrected[::-1])
    assert caught.value.rule == "restatement_periods"


def test_periods_follow_each_other() -> None:
    """A gap, a period given twice and a turned order are refused."""
    contract, facts = ledgers.yearly(), ec.facts_from_records(outages=[IN_MARCH])
    march, april, may = ledgers.ledger(contract, facts, [MARCH, APRIL, "2026-05"], ledgers.opening())
    for wrong in ([march, may], [march, march], [april, march]):
        with pytest.raises(InvalidValue, match=r"every period once, in order and without a gap") as caught:
            ec.restate(wrong, wrong)
        assert caught.value.rule == "restatement_periods"


def test_both_begin_alike() -> None:
    """A correction cannot begin with another carry than what was issued: the period before it was corrected too."""
    with pytest.raises(CarryError, match=r"begin with different carries: begin both sequences with the first"):
        ec.restate(spring(IN_MARCH, IN_APRIL)[1:], spring(IN_APRIL)[1:])


def test_issued_statements_hang_together() -> None:
    """Issued statements of which one does not begin with what the one before handed on are refused."""
    issued, corrected = spring(IN_MARCH, IN_APRIL), spring(IN_APRIL)
    with pytest.raises(CarryError, match=r"the issued 2026-04 does not begin with the carry of the issued 2026-03"):
        ec.restate([corrected[0], issued[1]], corrected)


def test_an_amendment_is_no_correction() -> None:
    """Statements under different terms are refused, whatever else they have in common."""
    facts, given_before = ec.facts_from_records(outages=[IN_MARCH]), ledgers.opening()
    issued = ledgers.ledger(ledgers.yearly(), facts, [MARCH], given_before)
    amended = ledgers.ledger(ledgers.yearly("EUR 4000.00"), facts, [MARCH], given_before)
    with pytest.raises(InvalidValue, match=r"2026-03: the terms .* an amendment is no correction") as caught:
        ec.restate(issued, amended)
    assert caught.value.rule == "restatement_terms"


def test_terms_may_be_amended_from_one_period_to_the_next() -> None:
    """Each period is restated under the terms that it was issued under, and these need not be the same for all."""

    def amended_in_april(*outages: dict[str, str]) -> list[ec.Statement]:
        facts = ec.facts_from_records(outages=list(outages))
        march = ledgers.ledger(ledgers.yearly(), facts, [MARCH], ledgers.opening())
        return march + ledgers.ledger(ledgers.yearly("EUR 4000.00"), facts, [APRIL], march[0].carry)

    march, april = ec.restate(amended_in_april(IN_MARCH, IN_APRIL), amended_in_april(IN_APRIL))
    assert (str(march.total.value), str(april.total.value)) == ("EUR 2000.00", "EUR -500.00")


def test_contracts_are_restated_one_by_one() -> None:
    """Statements of two contracts are refused, between the sequences and within them."""
    other = acme_data() | {"ref": "OTHER"}
    theirs = ec.evaluate(contract_of(other), january(), period=JANUARY)
    for issued, corrected in (([statement()], [theirs]), ([statement(), theirs], [statement(), theirs])):
        with pytest.raises(InvalidValue, match=r"ACME-2026 and of OTHER: restate each contract by itself") as caught:
            ec.restate(issued, corrected)
        assert caught.value.rule == "restatement_contract"


@pytest.mark.parametrize(
    ("given_", "message"),
    [
        (statement(), r"issued: Sequence is needed, this is Statement; write restate"),
        ([statement().to_data()], r"issued\[0\]: Statement is needed, this is dict; .*read_statement"),
        ("march.json", r"issued\[0\]: Statement is needed, this is str"),
    ],
)
def test_anything_but_sequences_of_statements_is_refused(given_: object, message: str) -> None:
    """A single statement, plain data and names of files are told what to write instead."""
    with pytest.raises(WrongType, match=message):
        ec.restate(given_, [statement()])  # type: ignore[arg-type]  # that is the point
    with pytest.raises(WrongType, match=message.replace("issued", "corrected")):
        ec.restate([statement()], given_)  # type: ignore[arg-type]  # that is the point


def test_nothing_is_restated_by_nothing() -> None:
    """No statements give no documents."""
    assert ec.restate([], ()) == ()


def test_a_provisional_correction_is_no_error() -> None:
    """A record that is found to be unreadable changes nothing that is owed, and makes the period provisional."""
    unreadable = {**incident(1), "ref": "T-X", "events": []}
    worse = ec.evaluate(acme(), january(tickets=[*tickets(), unreadable]), period=JANUARY)
    (document,) = ec.restate([statement()], [worse])
    assert (document.status_before, document.status_after) == ("final", "provisional")
    assert (document.lines, document.items, document.causes) == ((), (), ("rejected",))
    assert document.total.value == ec.Money.zero("EUR")


@cache
def versions(seed: int) -> tuple[list[ec.Statement], list[ec.Statement], list[ec.Statement]]:
    """The months of a world as they were issued, and as they were corrected twice."""
    world, rng = world_of(seed), random.Random(f"{seed}: versions")
    contract, months = contract_of_desk(world.desk), [month.month for month in world.months]
    first, second, third = (ledgers.ledger(contract, ledgers.version(world.facts(), rng), months) for _ in range(3))
    return first, second, third


@pytest.mark.sweep
@pytest.mark.parametrize("seed", SEEDS)
def test_issued_and_differences_add_up_to_the_latest_truth(seed: int) -> None:
    """For each period and line, what was issued and all differences add up to the latest statement; totals too."""
    issued, corrected, again = versions(seed)
    first, second = ec.restate(issued, corrected), ec.restate(corrected, again)
    assert added(of_statements(issued), of_documents(first)) == of_statements(corrected)
    assert added(of_statements(issued), of_documents(first), of_documents(second)) == of_statements(again)
    assert ledgers.owed(issued) + ledgers.totals(first) + ledgers.totals(second) == ledgers.owed(again)
    for document in (*first, *second):
        assert sum(line.amount.minor for line in document.lines) == document.total.value.minor
        assert document.total.value == document.total_after - document.total_before
        assert not replay(document.total)


@pytest.mark.sweep
@pytest.mark.parametrize("seed", SEEDS)
def test_two_steps_are_one(seed: int) -> None:
    """Correcting twice comes to the same as correcting once, and correcting back takes everything back."""
    issued, corrected, again = versions(seed)
    steps = (*ec.restate(issued, corrected), *ec.restate(corrected, again))
    assert of_documents(steps) == of_documents(ec.restate(issued, again))
    assert added(of_documents(ec.restate(issued, again)), of_documents(ec.restate(again, issued))) == {}


@pytest.mark.sweep
@pytest.mark.parametrize("seed", SEEDS)
def test_a_document_says_what_changed(seed: int) -> None:
    """Items, promises and lines that are named differ between the statements, and all others do not."""
    issued, corrected, _ = versions(seed)
    documents = {document.period: document for document in ec.restate(issued, corrected)}
    for before, after in zip(issued, corrected, strict=True):
        document = documents[before.period]
        rows, others = ({(row.kind, row.ref): row for row in each.outcomes} for each in (before, after))
        named = {(item.kind, item.ref): item.change for item in document.items}
        assert named == {
            key: "added" if key not in rows else "removed" if key not in others else "changed"
            for key in {*rows, *others}
            if rows.get(key) != others.get(key)
        }
        judged, now = (
            {each.clause: (each.outcome, each.number, each.number is None and each.counts) for each in months}
            for months in (before.assessments, after.assessments)
        )
        assert [each.after.clause for each in document.assessments] == [ref for ref in now if judged[ref] != now[ref]]
        assert (document.replaces, document.by) == (before.digest(), after.digest())
        assert ("carried" in document.causes) == (before.carried != after.carried)
        assert document.carry_changed == (before.carry != after.carry)


@pytest.mark.sweep
@pytest.mark.parametrize("seed", list(SEEDS)[:4])
def test_statements_read_from_files_are_as_good(seed: int) -> None:
    """Statements that were written and read give the same bytes as those computed, with lines in the clauses' order."""
    issued, corrected, _ = versions(seed)
    read = [[statement_from_data(json.loads(each.to_json())) for each in ledger] for ledger in (issued, corrected)]
    documents = ec.restate(*read)
    assert [each.to_json() for each in documents] == [each.to_json() for each in ec.restate(issued, corrected)]
    order = [clause["ref"] for clause in json.loads(issued[0].terms)["clauses"]]
    for document in documents:
        assert [line.clause for line in document.lines] == sorted(
            (line.clause for line in document.lines), key=order.index
        )


@pytest.mark.sweep
@pytest.mark.parametrize("seed", list(SEEDS)[:4])
def test_running_again_issues_nothing(seed: int) -> None:
    """The same facts, in whatever order, give no document; and a document that is made again has the same bytes."""
    issued, corrected, _ = versions(seed)
    world, rng = world_of(seed), random.Random(f"{seed}: versions")
    months = [month.month for month in world.months]
    told = ledgers.shuffled(ledgers.version(world.facts(), rng), rng)
    once_more = ledgers.ledger(contract_of_desk(world.desk), told, months)
    assert ec.restate(issued, once_more) == ()
    assert [each.to_json() for each in ec.restate(once_more, corrected)] == [
        each.to_json() for each in ec.restate(issued, corrected)
    ]


@pytest.mark.sweep
def test_the_worlds_are_worth_it() -> None:
    """In the worlds above amounts move both ways, limits bind otherwise, and items come, go and change."""
    seen: Counter[str] = Counter()
    for seed in SEEDS:
        issued, corrected, again = versions(seed)
        for document in (*ec.restate(issued, corrected), *ec.restate(corrected, again)):
            seen.update({item.change for item in document.items})
            seen.update({f"{line.kind} {'more' if line.amount.minor > 0 else 'less'}" for line in document.lines})
            seen.update(document.causes)
    wanted = ("added", "removed", "changed", "credit more", "credit less", "limit more", "limit less", "carried")
    assert [each for each in wanted if seen[each] < 3] == []


def _without(case: MonthCase, gone: set[int], later: int) -> Facts:
    """The facts of a case without some tickets, and with another one told later than it was."""
    kept = [ticket for position, ticket in enumerate(case.facts.tickets) if position not in gone]
    told = [
        ledgers.retimed(ticket, timedelta(minutes=later))
        if position == 0 and ticket.events[0].kind == "opened"
        else ticket
        for position, ticket in enumerate(kept)
    ]
    return replace(case.facts, tickets=tuple(told))


@pytest.mark.sweep
@settings(max_examples=40)
@given(month_cases(), st.sets(st.integers(0, 8), max_size=4), st.integers(0, 5000))
def test_the_laws_hold_for_any_contract(case: MonthCase, gone: set[int], later: int) -> None:
    """Whatever the contract, differences add up, there are none for the same facts, and every one is proven."""
    issued = ec.evaluate(case.contract, case.facts, period=case.period, carry=case.carry)
    corrected = ec.evaluate(case.contract, _without(case, gone, later), period=case.period, carry=case.carry)
    documents = ec.restate([issued], [corrected])
    assert added(of_statements([issued]), of_documents(documents)) == of_statements([corrected])
    assert bool(documents) == (issued != corrected)
    assert ec.restate([corrected], [corrected]) == ()
    for document in documents:
        assert not replay(document.total)
        assert document.causes


def test_a_forged_statement_is_not_restated() -> None:
    """A line without the proof that the terms give is found before a document is made of it."""
    (issued, *_), (corrected, *_), _ = versions(0)
    forged = replace(corrected, total=ec.given("forged", corrected.total.value))
    with pytest.raises(ec.VerificationError):
        ec.restate([issued], [forged])
