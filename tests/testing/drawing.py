"""Many drawn cases at once, always the same ones, and what there is to see in them."""

from collections import Counter
from collections.abc import Iterator
from fractions import Fraction
from functools import lru_cache
from typing import Any

from hypothesis import HealthCheck, Phase, given, settings

import ecsm_contracts as ec
from ecsm_contracts.calendars import to_micros
from ecsm_contracts.clauses import ServiceCredit
from ecsm_contracts.figures import Figure
from ecsm_contracts.money import ExactAmount, currency_exponent
from ecsm_contracts.testing import MonthCase, month_cases
from ecsm_contracts.testing._aim import Aim
from ecsm_contracts.testing._hours import turns
from tests.laws.comparing import judgements

CASES = 250


@lru_cache(maxsize=1)
def cases() -> tuple[MonthCase, ...]:
    """The same few hundred cases in every run."""
    found: list[MonthCase] = []

    @settings(
        max_examples=CASES,
        phases=[Phase.generate],
        derandomize=True,
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(month_cases())
    def collect(case: MonthCase) -> None:
        found.append(case)

    collect()
    return tuple(found)


def _crossings(case: MonthCase, worked: set[str]) -> Iterator[str]:
    """What lies inside the life of a ticket that was worked on."""
    aim = Aim(case.contract, ec.Period.parse(case.period))
    zones = {case.contract.calendar(name).zone for name in case.contract.calendar_names()}
    turned = {at for zone in zones for at in turns(zone, aim.start, aim.end)}
    closings = set(aim.moments) - {aim.start, aim.end} - turned
    for ticket in case.facts.tickets:
        instants = [to_micros(event.at) for event in ticket.events]
        if ticket.ref in worked:
            if any(instants[0] < at < instants[-1] for at in turned):
                yield "a ticket worked on over a change of the clock"
            if any(instants[0] < at < instants[-1] for at in closings):
                yield "a ticket worked on over an edge of the hours"


def _seen_in_tickets(case: MonthCase) -> Iterator[str]:
    worked: set[str] = set()
    for (ref, _), judged in judgements(case):
        if judged.judged and judged.elapsed:
            worked.add(ref)
        if judged.judged and judged.target is not None:
            if judged.stopped and judged.elapsed == judged.target:
                yield "a ticket exactly on its target"
            if judged.elapsed == judged.target + 1:
                yield "a ticket one microsecond beyond its target"
            if judged.breach is not None:
                yield "a miss"
    yield from _crossings(case, worked)
    start, end = ec.Period.parse(case.period).bounds(case.contract.zone)
    instants = {to_micros(event.at) for ticket in case.facts.tickets for event in ticket.events}
    if instants & {start, end}:
        yield "an event on an end of the period"
    if instants & {start - 1, start + 1, end - 1, end + 1}:
        yield "an event beside an end of the period"
    if any(sum(event.kind == "reopened" for event in ticket.events) for ticket in case.facts.tickets):
        yield "a reopening"


def _seen_in_origins(statement: ec.Statement) -> Iterator[str]:
    if not statement.origins:
        return
    yield "an origin"
    if all(not origin.unrecorded for origin in statement.origins):
        yield "origins without a gap"
    rules = {statement[each.clause].rule for each in statement.assessments}
    if "not recorded/1" in rules:
        yield "a level that is not recorded"
        if len(rules) > 1:
            yield "a level that is not recorded beside one that is"


def _seen_in_fates(statement: ec.Statement, case: MonthCase) -> Iterator[str]:
    for fate in set(ec.account_for(statement, case.facts).by_ref.values()):
        yield f"a ticket that is {fate}"
    for fate in set(ec.account_for(statement, case.facts, kind="outage").by_ref.values()):
        yield f"an outage that is {fate}"


def _is_tie(figure: Figure[object]) -> bool:
    if not figure.rule.startswith("round"):
        return False
    amount = figure.inputs[0].value
    if not isinstance(amount, ExactAmount):
        return False
    minor: Fraction = amount.ratio * 10 ** currency_exponent(amount.currency)
    return minor % 1 == Fraction(1, 2)


def _seen_in_money(case: MonthCase, statement: ec.Statement) -> Iterator[str]:
    lines = {(line.clause, line.kind): line.amount for line in statement.lines}
    if any(kind == "limit" for _, kind in lines):
        yield "a limit that binds"
    if any(kind == "credit" and amount.units for (_, kind), amount in lines.items()):
        yield "a credit that is given"
    if any(_is_tie(part) for line in statement.lines for part in line.figure.walk()):
        yield "an exact tie"
    if any(
        each.number is not None and each.target and each.number == getattr(each.target.bound, "ratio", None)
        for each in statement.assessments
    ):
        yield "a number exactly on its target"
    if any(each.outcome == "missed" for each in statement.assessments):
        yield "a level that is missed"
    for clause in case.contract.clauses:
        if isinstance(clause, ServiceCredit) and (clause.ref, "credit") in lines:
            yield f"a line per {clause.per}"


def _seen_in_clauses(clause: dict[str, Any]) -> Iterator[str]:
    """What a level chooses."""
    measure, scope = clause.get("measure", {}), clause.get("scope", {})
    clock = measure.get("clock", {})
    yield from (name for name in ("holds", "counts_only") if name in clock)
    if isinstance(clock.get("hours"), dict):
        yield "hours by priority"
    if any(isinstance(each, dict) for each in (*clock.get("start", ()), *clock.get("stop", ()))):
        yield "an event by party or group"
    if "population" in measure:
        yield f"population {measure['population']}"
    if "undecided" in measure:
        yield "undecided"
    if "overdue" in measure:
        yield f"overdue {measure['overdue']}"
    if isinstance(measure.get("when_too_few"), dict):
        yield "misses_at_most"
    yield from (f"a scope by {name}" for name in ("customer", "channel") if name in scope)
    if "children" in scope:
        yield "a scope without children"


def _seen_in_events(case: MonthCase) -> Iterator[str]:
    """What happened to some ticket."""
    if case.contract.priorities is not None:
        yield "a matrix of priorities"
    for ticket in case.facts.tickets:
        if ticket.priority is None:
            yield "a priority made by the matrix"
        for event in ticket.events:
            if event.kind == "replied" and event.party == "customer":
                yield "a customer's reply"
            if event.kind == "transferred" and event.party == "vendor":
                yield "a transfer to a third party"


@lru_cache(maxsize=1)
def seen() -> Counter[str]:
    """In how many cases each thing is seen."""
    counts: Counter[str] = Counter()
    for case in cases():
        statement = ec.evaluate(case.contract, case.facts, period=case.period, carry=case.carry)
        things = {*_seen_in_tickets(case), *_seen_in_money(case, statement), *_seen_in_origins(statement)}
        things |= {*_seen_in_fates(statement, case)}
        if statement.rejected:
            things.add("a record that is rejected")
        if case.carry is not None:
            things.add("a period that is not the first")
        if len(case.facts.tickets) > 1:
            things.add("several tickets")
        for each in case.contract.to_data()["clauses"]:
            measure = each.get("measure", {})
            things |= {f"{key} {value}" for key, value in measure.get("clock", {}).items() if isinstance(value, str)}
            if measure:
                things.add(f"measure {measure['kind']}")
            things |= {*_seen_in_clauses(each)}
        things |= {*_seen_in_events(case)}
        counts.update(things)
    return counts
