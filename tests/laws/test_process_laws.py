"""The laws of the process, E40 to E46: late events, corrections, amendments, re-runs, locks and bad records."""

import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from functools import cache, reduce
from itertools import pairwise
from operator import add
from typing import Any

import pytest

import ecsm_contracts as ec
from ecsm_contracts.accounts import register_from_data
from ecsm_contracts.engine import Observed, Observer, Plan, observe_setting, observe_tickets, settle
from ecsm_contracts.facts import Facts, Ticket
from ecsm_contracts.measures import Outcomes, Row, Tally
from ecsm_contracts.simulation import Amount, CreditTerms, World
from ecsm_contracts.statements import Restatement, Statement
from tests.engine.corrections import Amounts, added, of_documents, of_statements, totals
from tests.laws.process import GRACE, NEVER, Story, books_of, minute_of, story_of, true_amounts, world_of
from tests.simulation.compare import contract_of

pytestmark = pytest.mark.sweep

PROCESSES = [(0, 0), (0, 1), (0, 3), (1, 1), (1, 2), (1, 3)]
DEEP = [(seed, number) for seed in range(2, 9) for number in range(4)]
SEEDS = range(2)


def years() -> Any:
    """A few short processes by default; many of a year in the deep run."""
    short = [pytest.param(*each, 3) for each in PROCESSES]
    return [*short, *(pytest.param(*each, 12, marks=pytest.mark.deep) for each in DEEP)]


def snapshots(story: Story, world: World) -> list[Facts]:
    """What was known at the billing of the second month and of the last, and in the end."""
    return [story.facts(minute) for minute in (world.months[1].end + GRACE, world.months[-1].end + GRACE, NEVER)]


@cache
def ledgers(seed: int) -> list[tuple[Statement, ...]]:
    """The statements of all months, from what was known at each billing, under a contract with its limits."""
    world = world_of(seed)
    contract, last = contract_of(world.desk), world.months[-1].month
    return [ec.evaluate_periods(contract, facts, last=last) for facts in snapshots(story_of(world, "ledgers"), world)]


# E40, E41: what was issued adds up to the latest truth, whatever the number of runs.


@pytest.mark.parametrize(("seed", "number", "months"), years())
def test_all_documents_add_up_to_the_latest_truth(seed: int, number: int, months: int) -> None:
    """What was issued comes to the statements of all facts at the end, line by line, period by period, and in total."""
    books = books_of(seed, number, months)
    books.check()
    first = books.first_open()
    closed = books.in_force()[:first]
    expected, carry = list(closed), closed[-1].carry if closed else None
    for month in books.months[first:]:
        expected.append(ec.evaluate(books.under[month], books.world.facts(), period=month, carry=carry))
        carry = expected[-1].carry
    assert [of_statements([each]) for each in books.in_force()] == [of_statements([each]) for each in expected]
    assert all(each.status == "final" for each in books.in_force()[first:])


@pytest.mark.parametrize(("seed", "number", "months"), years())
def test_all_documents_add_up_to_what_the_world_counted(seed: int, number: int, months: int) -> None:
    """Independent of the engine: what was issued comes to what the world saw happen, at the prices of each month."""
    books = books_of(seed, number, months)
    truth = true_amounts(books.world, [books.desks.get(month, books.world.desk) for month in books.months])
    first = books.first_open()
    yearly = any(limit.window == "contract_year" for limit in books.world.desk.limits)
    if first and yearly:
        return  # a closed month that stays wrong has used a part of the year's limit, of which the world knows nothing
    for statement, (month, amounts) in list(zip(books.in_force(), truth.items(), strict=True))[first:]:
        assert of_statements([statement]) == amounts, month


@pytest.mark.parametrize(("seed", "number", "months"), years())
def test_closed_months_stay_as_they_were(seed: int, number: int, months: int) -> None:
    """After a lock no document of a closed month is issued, whatever becomes known."""
    books = books_of(seed, number, months)
    runs = books.register.runs
    place = next((place for place, run in enumerate(runs) if run.locked is not None), len(runs))
    for run in runs[place:]:
        assert all(books.is_open(document.period) for document in run.documents)


@pytest.mark.parametrize(("seed", "number", "months"), years())
def test_the_register_comes_back_from_its_file(seed: int, number: int, months: int) -> None:
    """The register of a whole process is read as it was written, with every seal that fits."""
    register = books_of(seed, number, months).register
    data = register.to_data()
    again = register_from_data(data)
    assert again == register
    assert again.to_json() == register.to_json()


def test_the_processes_are_worth_it() -> None:
    """In the processes above there are enough of late events, corrections, amendments, locks, limits and refusals."""
    seen: Counter[str] = Counter()
    for seed, number in PROCESSES:
        books = books_of(seed, number)
        seen.update({what for what, count in books.seen.items() if count})
        restated = [each for each in books.sent if isinstance(each, Restatement)]
        seen.update(
            {f"{line.kind} {'more' if line.amount.minor > 0 else 'less'}" for each in restated for line in each.lines}
        )
        seen.update({change.change for each in restated for change in each.items})
        seen.update({cause for each in restated for cause in each.causes})
        seen.update({f"{each.status_before} to {each.status_after}" for each in restated})
    assert {name: seen[name] for name, least in NEEDED.items() if seen[name] < least} == {}


NEEDED = {
    "late": 6,
    "told wrongly": 6,
    "Restatement": 6,
    "refused as provisional": 5,
    "issued as provisional": 4,
    "issued nothing": 4,
    "amended": 3,
    "locked": 3,
    "limited": 4,
    "credit more": 3,
    "credit less": 3,
    "limit more": 1,
    "limit less": 2,
    "carried": 1,
    "items": 5,
    "rejected": 4,
    "added": 5,
    "removed": 2,
    "changed": 5,
    "provisional to final": 4,
}
"""In how many of the processes, at the least."""


def test_the_same_facts_give_the_same_bytes() -> None:
    """E40: evaluated again from records in another order, statements and restatements have the same bytes and names."""
    world = world_of(0)
    story, contract = story_of(world, "bytes"), contract_of(world.desk)
    now, later = world.months[1].end + GRACE, NEVER
    made: list[list[str]] = []
    for seed in ("bytes", "another order"):
        told = story._replace(seed=seed)
        issued, corrected = (
            ec.evaluate_periods(contract, told.facts(minute), last=world.months[1].month) for minute in (now, later)
        )
        documents: list[Statement | Restatement] = [*issued, *corrected, *ec.restate(issued, corrected)]
        made.append([each.to_json() for each in documents] + [each.digest() for each in documents])
    assert made[0] == made[1]
    assert len(made[0]) == 12


def test_documents_given_twice_to_a_ledger_that_knows_their_names_are_there_once() -> None:
    """E40: a sink that keeps documents by their digests has the same in it, however often a run is delivered."""
    books = books_of(0, 0)
    once = {each.digest(): each for each in books.sent}
    assert len(once) == len(books.sent), "no two documents have one name"
    twice = {each.digest(): each for each in (*books.sent, *books.sent[::-1])}
    assert twice.keys() == once.keys()


@pytest.mark.parametrize("seed", SEEDS)
def test_the_laws_of_differences(seed: int) -> None:
    """E41: none from a thing to itself; issued and difference are the corrected; steps chain; the way back undoes."""
    steps, chain = ledgers(seed), list[Amounts]()
    for before, after in pairwise(steps):
        assert ec.restate(before, before) == ()
        there, back = ec.restate(before, after), ec.restate(after, before)
        assert added(of_statements(before), of_documents(there)) == of_statements(after)
        assert added(of_documents(there), of_documents(back)) == {}
        assert totals(there) == -totals(back)
        assert [each.replaces for each in there] == [each.by for each in back]
        chain.append(of_documents(there))
    assert added(*chain) == of_documents(ec.restate(steps[0], steps[-1]))
    assert any(chain)


def _plain(world: World) -> ec.Contract:
    """A contract of the world's promises where each miss of a ticket costs the same, and nothing is limited."""
    credit = CreditTerms(ref="4.4", title="Each", levels=("4.1",), per="ticket", rate=Amount(700))
    return contract_of(replace(world.desk, credits=(credit,), limits=()))


@pytest.mark.parametrize("seed", SEEDS)
def test_differences_come_from_the_tickets_that_changed(seed: int) -> None:
    """E41: where nothing is limited, a line moves by what the named items come to, and no other ticket is named."""
    world = world_of(seed)
    story, contract, last = story_of(world, "items"), _plain(world), world.months[-1].month
    moved = 0
    for before, after in pairwise(snapshots(story, world)):
        known = [{each.ref: each for each in facts.tickets} for facts in (before, after)]
        issued, corrected = (ec.evaluate_periods(contract, facts, last=last) for facts in (before, after))
        pairs = {each.period: each for each in ec.restate(issued, corrected)}
        for old, new in zip(issued, corrected, strict=True):
            place = old.tally.columns.index("4.1.misses")
            named = (
                {item.ref for item in pairs[old.period].items if item.kind == "ticket"}
                if old.period in pairs
                else set()
            )
            assert all(known[0].get(ref) != known[1].get(ref) for ref in named)
            misses = [
                sum(row.numbers[place] for row in each.outcomes if row.kind == "ticket" and row.ref in named)
                for each in (old, new)
            ]
            lines = [sum(line.amount.minor for line in each.lines if line.clause == "4.4") for each in (old, new)]
            assert lines[1] - lines[0] == -700 * (misses[1] - misses[0])
            moved += lines[0] != lines[1]
    assert moved


# E42: what comes later changes nothing.


def _until(record: dict[str, Any], end: int) -> dict[str, Any] | None:
    """The record as it stood just before a minute."""
    if "events" in record:
        events = [event for event in record["events"] if minute_of(event["at"]) < end]
        return {**record, "events": events} if events else None
    if minute_of(record["start"]) >= end:
        return None
    return {key: part for key, part in record.items() if key != "end" or minute_of(part) < end}


@pytest.mark.parametrize("seed", SEEDS)
def test_what_happens_after_a_period_does_not_change_it(seed: int) -> None:
    """E42: every month has the same bytes whether it is evaluated at its end or with all that happened since."""
    world = world_of(seed)
    contract = contract_of(world.desk)
    whole = ec.evaluate_periods(contract, world.facts(), last=world.months[-1].month)
    for place, month in enumerate(world.months):
        tables = {
            table: [known for record in world.tables[table] if (known := _until(record, month.end)) is not None]
            for table in ("tickets", "outages")
        }
        facts = ec.facts_from_records(**tables, notices=list(world.tables["notices"]))
        carry = whole[place - 1].carry if place else None
        then = ec.evaluate(contract, facts, period=month.month, carry=carry)
        assert then.to_json() == whole[place].to_json()


@pytest.mark.parametrize("seed", SEEDS)
def test_tickets_of_which_nothing_new_is_known_keep_their_rows(seed: int) -> None:
    """E42: from one billing to the next, the row of a ticket changes only where its record did."""
    world = world_of(seed)
    story, kept = story_of(world, "ledgers"), 0
    known = [{ticket.ref: ticket for ticket in facts.tickets} for facts in snapshots(story, world)]
    for (before, after), (old, new) in zip(pairwise(ledgers(seed)), pairwise(known), strict=True):
        same = {ref for ref in old.keys() & new.keys() if old[ref] == new[ref]}
        for here, there in zip(before, after, strict=True):
            for rows in here.outcomes.differences(there.outcomes):
                # Relief of tickets is a notice's, and notices come late as well.
                row = next(row for row in rows if row is not None)
                assert row.kind != "ticket" or row.ref not in same or _is_relieved(world)
            kept += len(same)
    assert kept > 100


def _is_relieved(world: World) -> bool:
    return any({"4.1", "4.2"} & set(relief.levels) for relief in world.desk.reliefs)


# E43: a bad record harms nobody, and is never a zero.


@pytest.mark.parametrize("seed", SEEDS)
def test_a_bad_record_harms_nobody(seed: int) -> None:
    """E43: with any of the bad records added, all is the same but what is rejected, the status, and their seal."""
    world = world_of(seed)
    contract, month = contract_of(world.desk), world.months[0].month
    tables = {table: list(world.tables[table]) for table in ("tickets", "outages", "notices", "work")}
    good = ec.evaluate(contract, ec.facts_from_records(**tables), period=month).to_data()
    bad = [each for each in world.bad if each.is_record and each.at < world.months[0].end]
    bad += [each for each in world.bad if each.is_record and not each.is_contradiction][:2]
    assert bad
    for each in bad:
        table = "work" if each.kind == "work" else f"{each.kind}s"
        facts = ec.facts_from_records(**{**tables, table: [*tables[table], *each.records]})
        found = ec.evaluate(contract, facts, period=month).to_data()
        assert {key for key in good if good[key] != found[key]} == {"rejected", "status", "content", "seals"}
        assert {key for key in good["content"] if good["content"][key] != found["content"][key]} == {"facts"}
        assert (found["status"], {bad["code"] for bad in found["rejected"]}) == ("provisional", {each.code})


@pytest.mark.parametrize("seed", SEEDS)
def test_a_quarantine_never_looks_like_a_zero(seed: int) -> None:
    """A ticket that misses and cannot be read leaves no final statement that owes less: it is named, and not issued."""
    world = world_of(seed)
    contract, month = contract_of(world.desk), world.months[0]
    whole = ec.evaluate(contract, world.facts(), period=month.month)
    place = whole.tally.columns.index("4.1.misses")
    missed = [row.ref for row in whole.outcomes if row.kind == "ticket" and row.numbers[place] > 0]
    assert missed
    for ref in missed[:3]:
        tickets = [{**each, "importance": 1} if each["ref"] == ref else each for each in world.tables["tickets"]]
        facts = ec.facts_from_records(tickets=tickets, outages=list(world.tables["outages"]))
        found = ec.evaluate(contract, facts, period=month.month)
        assert (found.status, [bad.ref for bad in found.rejected]) == ("provisional", [ref])
        assert found.tally["4.1.misses"] == whole.tally["4.1.misses"] - 1
        assert "provisional" in str(found)
        with pytest.raises(ec.errors.InvalidValue) as caught:
            ec.Register(contract.ref).issue([found], run="r", on=date(2026, 3, 1))
        assert caught.value.rule == "run_provisional"


# E44, E45: one by one, in parts, at once.


def _grown(ticket: Ticket) -> Iterator[Ticket]:
    """The ticket after each of its events."""
    for count in range(1, len(ticket.events) + 1):
        yield ticket.replace(events=ticket.events[:count])


@pytest.mark.parametrize("seed", SEEDS)
def test_events_one_by_one_come_to_all_at_once(seed: int) -> None:
    """E44: rows put in place of those before, and tallies moved by their differences, come to the same statement."""
    world = world_of(seed)
    facts, month = world.facts(), world.months[0].month
    planned = ec.plan(contract_of(world.desk), month)
    observer, rows = Observer(planned, facts.setting), dict[str, Row]()
    tally = observe_setting(planned, facts.setting).tally
    rng = random.Random(seed)
    growing = {ticket.ref: list(_grown(ticket)) for ticket in facts.tickets}
    order = [ref for ref, steps in growing.items() for _ in steps]
    rng.shuffle(order)  # tickets take turns, each in its own order
    places = Counter[str]()
    for ref in order:
        row = observer.row(growing[ref][places[ref]])
        places[ref] += 1
        assert not isinstance(row, ec.facts.Rejected)
        if ref in rows:
            tally -= Outcomes(planned.columns, [rows.pop(ref)]).tally()
        if row is not None:
            rows[ref] = row
            tally += Outcomes(planned.columns, [row]).tally()
    folded = observe_setting(planned, facts.setting) + Observed(Outcomes(planned.columns, rows.values()))
    at_once = ec.evaluate(planned.contract, facts, period=month)
    assert tally == at_once.tally
    assert settle(planned, folded).to_json() == at_once.to_json()


def alone_of(planned: Plan, facts: Facts, ticket: Ticket) -> Tally:
    """What one ticket adds to a tally."""
    return observe_tickets(planned, facts.setting, [ticket]).tally


def test_a_growing_ticket_observed_with_the_rest() -> None:
    """E44: through `ec.observe`, each event of one ticket moves the tally by what its row moves by."""
    world = world_of(0)
    facts, month = world.facts(), world.months[0].month
    planned = ec.plan(contract_of(world.desk), month)
    longest = max(facts.tickets, key=lambda ticket: len(ticket.events))
    others = [ticket for ticket in facts.tickets if ticket is not longest]
    setting = {"outages": facts.outages, "notices": facts.notices, "work": facts.work}
    rest = ec.observe(planned, Facts.of(tickets=others, **setting)).tally  # type: ignore[arg-type]  # tables by name
    for grown in _grown(longest):
        together = ec.observe(planned, Facts.of(tickets=[*others, grown], **setting))  # type: ignore[arg-type]  # the same
        assert together.tally - rest == alone_of(planned, facts, grown)
    whole = ec.observe(planned, facts)
    assert whole.tally - rest == alone_of(planned, facts, longest)
    assert whole.outcomes == ec.evaluate(planned.contract, facts, period=month).outcomes


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("parts", [2, 41])
def test_parts_come_to_the_whole_and_are_limited_once(seed: int, parts: int) -> None:
    """E45: tickets observed in parts, joined in any order and limited then, give the same bytes as at once."""
    world, rng = world_of(seed), random.Random(f"{seed} {parts}")
    contract, facts = contract_of(world.desk), world.facts()
    whole = ec.evaluate_periods(contract, facts, last=world.months[-1].month)
    carry, limited = None, 0
    for statement in whole:
        planned = ec.plan(contract, statement.period)
        observed = [observe_setting(planned, facts.setting)]
        observed += [observe_tickets(planned, facts.setting, facts.tickets[each::parts]) for each in range(parts)]
        rng.shuffle(observed)
        assert settle(planned, reduce(add, observed), carry).to_json() == statement.to_json()
        assert (
            ec.evaluate(contract, facts, period=statement.period, carry=carry, shards=parts).to_json()
            == statement.to_json()
        )
        carry, limited = statement.carry, limited + sum(line.kind == "limit" for line in statement.lines)
    assert limited or seed


# E46: a version that changes nothing.

LABELS = frozenset({"terms", "content", "seals"})
"""Where a statement says which version of the contract it rests on."""


@pytest.mark.parametrize("tickets", ["period", "opened"])
@pytest.mark.parametrize("seed", SEEDS)
def test_a_contract_cut_in_two_is_the_same_contract(seed: int, tickets: str) -> None:
    """E46: an amendment from any day on that puts a clause in the place of itself changes nothing but the label."""
    world, rng = world_of(seed), random.Random(f"{seed} {tickets}")
    data, facts, last = world.desk.contract(), world.facts(), world.months[-1].month
    whole = ec.evaluate_periods(ec.Contract.model_validate(data), facts, last=last)
    for clause in rng.sample(data["clauses"], 2):
        day = date(2026, 1, 2) + timedelta(rng.randrange(80))
        amendment = {"ref": "A-1", "from": day.isoformat(), "clauses": [clause]}
        versions = {"period": rng.choice(["start", "end"]), "tickets": tickets}
        cut = ec.Contract.model_validate({**data, "versions": versions, "amendments": [amendment]})
        for here, there in zip(whole, ec.evaluate_periods(cut, facts, last=last), strict=True):
            one, two = here.to_data(), there.to_data()
            assert {key for key in one if one[key] != two[key]} == LABELS, (clause["ref"], day)
            assert {key for key in one["content"] if one["content"][key] != two["content"][key]} == {"contract"}


def test_a_version_that_says_nothing_is_refused() -> None:
    """E46: an amendment with nothing but a title is no amendment."""
    data = world_of(0).desk.contract()
    amendment = {"ref": "A-1", "from": "2026-02-01", "title": "nothing"}
    with pytest.raises(ValueError, match="it changes nothing"):
        ec.Contract.model_validate(
            {**data, "versions": {"period": "start", "tickets": "period"}, "amendments": [amendment]}
        )
