"""Worlds for the tests, and where the engine and the truth of a world differ."""

from __future__ import annotations

from datetime import date
from functools import cache
from typing import TYPE_CHECKING

import ecsm_contracts as ec
from ecsm_contracts.simulation import Desk, LevelTruth, MonthTruth, World, random_desk, simulate

if TYPE_CHECKING:
    from collections.abc import Iterator

MICROSECONDS = 60_000_000
TIMES = frozenset({"late", "elapsed", "unavailable", "planned"})
SPANS = (
    (date(2026, 1, 1), date(2026, 1, 1), date(2026, 3, 1)),  # from the first day of the term
    (date(2026, 3, 1), date(2026, 3, 1), date(2026, 5, 1)),  # summer time begins in most zones that have it
    (date(2026, 10, 1), date(2026, 10, 1), date(2026, 12, 1)),  # and ends
    (date(2026, 3, 1), date(2026, 2, 10), date(2026, 4, 1)),  # tickets from before the term
)
"""First day of the term, first and last day (not included) of the world."""


@cache
def world_of(seed: int) -> World:
    """The world of a seed, made once."""
    term_start, start, end = SPANS[seed % len(SPANS)]
    return simulate(random_desk(seed, term_start=term_start), seed=seed, start=start, end=end)


def contract_of(desk: Desk) -> ec.Contract:
    """The contract that a desk hands out."""
    return ec.parse_contract(desk.contract_text(), form="json")


def statements_of(world: World, facts: ec.Facts) -> list[ec.Statement]:
    """The statements of all months of a world, each with the carry of the one before."""
    contract = contract_of(world.desk)
    statements: list[ec.Statement] = []
    for month in world.months:
        carry = statements[-1].carry if statements else None
        statements.append(ec.evaluate(contract, facts, period=month.month, carry=carry))
    return statements


def lines_of(statement: ec.Statement) -> list[tuple[str, int]]:
    """Clause and minor units of every line."""
    return [(line.clause, line.amount.minor) for line in statement.lines]


def _scaled(name: str, number: int) -> int:
    return number * MICROSECONDS if name in TIMES else number


def _level_differences(statement: ec.Statement, level: LevelTruth) -> Iterator[str]:
    found = next(each for each in statement.assessments if each.clause == level.clause)
    if (found.outcome, found.number) != (level.outcome, level.number):
        yield f"{level.clause}: {found.outcome} {found.number}, truly {level.outcome} {level.number}"
    for name, number in level.counts:
        if statement.tally[f"{level.clause}.{name}"] != _scaled(name, number):
            yield f"{level.clause}.{name}: {statement.tally[f'{level.clause}.{name}']}, truly {_scaled(name, number)}"
    if not {"met", "counted"} & dict(level.counts).keys():
        return
    names = [name for name, _ in level.counts]
    places = [statement.tally.columns.index(f"{level.clause}.{name}") for name in names]
    rows = {
        row.ref: tuple(row.numbers[place] for place in places) for row in statement.outcomes if row.kind == "ticket"
    }
    counted = {ref: row for ref, row in rows.items() if any(row)}
    truth = {ref: tuple(map(_scaled, names, row)) for ref, row in level.tickets}
    for ref in sorted(counted.keys() | truth.keys()):
        if counted.get(ref) != truth.get(ref):
            yield f"{level.clause} {ref}: {counted.get(ref)}, truly {truth.get(ref)}"


def differences(statement: ec.Statement, truth: MonthTruth) -> list[str]:
    """Everything on which a statement and the truth of its month differ: numbers, outcomes, tickets, lines, total."""
    found = [difference for level in truth.levels for difference in _level_differences(statement, level)]
    expected = [(line.clause, line.minor) for line in truth.lines]
    if lines_of(statement) != expected:
        found.append(f"lines {lines_of(statement)}, truly {expected}")
    if statement.total.value.minor != truth.total:
        found.append(f"total {statement.total.value}, truly {truth.total}")
    return [f"{truth.month}: {difference}" for difference in found]


def disagreements(world: World, statements: list[ec.Statement] | None = None) -> list[str]:
    """Everything on which the engine, given the records of a world, differs from its truth."""
    found = statements_of(world, ec.facts_from_records(**world.records())) if statements is None else statements
    return [
        difference
        for statement, truth in zip(found, world.months, strict=True)
        for difference in differences(statement, truth)
    ]


@cache
def settled(seed: int) -> list[ec.Statement]:
    """The statements of the world of a seed, bad records among its facts; made once."""
    world = world_of(seed)
    return statements_of(world, ec.facts_from_records(**world.records()))


def assert_nobody_harmed(seed: int) -> None:
    """A statement lists exactly the bad records, is provisional, and has the lines and rows of one without them."""
    world = world_of(seed)
    clean = statements_of(world, world.facts())
    for without, among, truth in zip(clean, settled(seed), world.months, strict=True):
        assert sorted((bad.kind, bad.ref, bad.code) for bad in among.rejected) == world.rejections(truth.month)
        assert (without.status, among.status) == ("final", "provisional")
        assert without.outcomes == among.outcomes
        assert lines_of(without) == lines_of(among)
