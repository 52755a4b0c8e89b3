"""Every combination of a clock's choices, engine against oracle, and how well the drawn tickets tell them apart."""

from collections import Counter
from collections.abc import Iterator
from functools import cache
from itertools import combinations
from random import Random
from typing import Any

import pytest

import ecsm_contracts as ec
from ecsm_contracts.measures import Judgement
from ecsm_contracts.testing import MonthCase
from tests import oracle
from tests.laws import choosing, comparing

pytestmark = pytest.mark.sweep

SEED = 6
TICKETS = 30
LEVELS = 40
"""Levels on which two words of a choice are compared."""
VERDICTS = ("in time", "late", "exactly on the target", "a microsecond beyond", "a microsecond short", "under way")


@cache
def months() -> tuple[MonthCase, ...]:
    """The months that are drawn by default."""
    return tuple(choosing.cases(SEED, 1, TICKETS))


def agree(case: MonthCase) -> None:
    """Assert that engine and oracle say the same of every ticket and of every level."""
    statement, result = comparing.settle(case)
    tickets = comparing.engine_tickets(case)
    assert tickets == comparing.oracle_tickets(result, set(tickets))
    assert comparing.engine_levels(statement, case) == comparing.oracle_levels(result, case)
    assert comparing.engine_fates(statement, case) == comparing.oracle_fates(result)


def test_every_combination_agrees() -> None:
    """For every combination of choices, engine and oracle say the same of every ticket and every level."""
    for case in months():
        agree(case)


@pytest.mark.deep
@pytest.mark.parametrize("seed", range(7, 27))
def test_every_combination_agrees_deeply(seed: int) -> None:
    """They also agree under other clocks and on many more tickets."""
    for case in choosing.cases(seed, 5, TICKETS):
        agree(case)


def verdicts(judged: Judgement) -> Iterator[str]:
    """What one ticket shows of one clock."""
    if not judged.judged or judged.target is None:
        return
    beyond = judged.elapsed - judged.target
    if judged.ticking:
        yield "under way"
    elif judged.breach is None:
        yield "in time"
    if judged.breach is not None:
        yield "late"
    if beyond in {-1, 0, 1} and judged.target:
        yield {-1: "a microsecond short", 0: "exactly on the target", 1: "a microsecond beyond"}[beyond]


@cache
def shown() -> tuple[Counter[tuple[str, str, str]], set[str]]:
    """How often each word of a choice shows each verdict, and the levels under which tickets came out both ways."""
    combos = choosing.combinations()
    counts: Counter[tuple[str, str, str]] = Counter()
    told: dict[str, set[str]] = {}
    for case in months():
        for (_, ref), judged in comparing.judgements(case):
            found = set(verdicts(judged))
            told.setdefault(ref, set()).update(found)
            chosen = combos[int(ref.removeprefix("4."))]
            counts.update((choice, word, verdict) for choice, word in chosen.items() for verdict in found)
    return counts, {ref for ref, found in told.items() if {"in time", "late"} <= found}


@pytest.mark.parametrize("choice", choosing.CHOICES)
def test_every_word_is_hit(choice: str) -> None:
    """Each word of a choice meets tickets in time, late, under way, on its target, and a microsecond beside it."""
    counts, _ = shown()
    seldom = {
        (word, verdict): counts[choice, word, verdict]
        for word in choosing.CHOICES[choice]
        for verdict in VERDICTS
        if counts[choice, word, verdict] < (200 if verdict in {"in time", "late"} else 5)
    }
    assert seldom == {}


def test_most_combinations_come_out_both_ways() -> None:
    """Nearly every combination judges some ticket late and another one in time."""
    _, both = shown()
    assert len(both) >= len(choosing.combinations()) * 4 // 5


def readings(document: dict[str, Any], tickets: list[dict[str, Any]], edit: dict[str, Any]) -> Iterator[object]:
    """What the oracle reads off some clocks whose words are edited."""
    for clause in Random(SEED).sample(document["clauses"], LEVELS):
        measure = {**clause["measure"], "clock": {**clause["measure"]["clock"], **edit}}
        if measure.get("population") == "due" and measure["clock"]["changed"] == "retroactive":
            measure["population"] = "resolved"
        result = oracle.evaluate(
            {**document, "clauses": [{**clause, "measure": measure}]}, {"tickets": tickets}, choosing.PERIOD
        )
        yield from (
            {name: view[name] for name in ("elapsed", "breached", "late", "due")} for view in result.tickets.values()
        )


@pytest.mark.parametrize("choice", ["reopened", "attempt", "changed"])
def test_every_word_matters(choice: str) -> None:
    """Of any two words of a choice, each gives another reading of some tickets: to mix them up would be noticed."""
    (case,) = months()
    tickets = case.records["tickets"]
    told = {word: list(readings(case.document, tickets, {choice: word})) for word in choosing.CHOICES[choice]}
    alike = [
        (one, other)
        for one, other in combinations(told, 2)
        if sum(a != b for a, b in zip(told[one], told[other], strict=True)) < 3
    ]
    assert alike == []


def test_a_month_is_a_whole_month() -> None:
    """The drawn tickets concern the period that is settled, and some of them come before it."""
    (case,) = months()
    start, end = ec.Period.parse(case.period).bounds("UTC")
    opened = [ticket.events[0].at.timestamp() * 1_000_000 for ticket in case.facts.tickets]
    assert any(at < start for at in opened)
    assert sum(start <= at < end for at in opened) > len(opened) // 2
