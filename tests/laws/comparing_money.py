"""What engine and oracle say of the money of a case, in one shape."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import ecsm_contracts as ec
from tests.oracle.money import minor_digits
from tests.oracle.money_documents import MoneyCase
from tests.oracle.settling import Settled, Settling, contract_year

__all__ = ["compared", "contract_of", "engine_lines", "months", "settled"]


def contract_of(case: MoneyCase) -> ec.Contract:
    """The contract of a case, read from JSON."""
    return ec.parse_contract(json.dumps(case.contract), form="json")


def months(case: MoneyCase, contract: ec.Contract | None = None) -> list[ec.Statement]:
    """The statements of all periods, each from the carry of the one before."""
    terms = contract_of(case) if contract is None else contract
    facts = ec.facts_from_records(**case.facts)
    found: list[ec.Statement] = []
    for start, end in case.periods:
        period = ec.Period.parse(f"{start}/{end}")
        found.append(ec.evaluate(terms, facts, period=period, carry=found[-1].carry if found else None))
    return found


def settled(case: MoneyCase) -> tuple[Settling, list[Settled]]:
    """The oracle, and what it says of each period."""
    oracle = Settling(case.contract, case.facts)
    return oracle, [oracle.settle(start, end) for start, end in case.periods]


def minor(value: ec.Money) -> int:
    """An amount in minor units."""
    return int(value.amount * 10 ** minor_digits(value.currency))


def engine_lines(statement: ec.Statement) -> list[tuple[str, str, int]]:
    """The lines of a statement: clause, kind, and minor units."""
    return [(line.clause, line.kind, minor(line.amount)) for line in statement.lines]


def engine_view(statement: ec.Statement) -> dict[str, Any]:
    """What a statement says of the money and of the levels."""
    return {
        "lines": engine_lines(statement),
        "total": minor(statement.total.value),
        "levels": {each.clause: (each.outcome, each.severity) for each in statement.assessments},
        "fired": {each.clause: each.fired for each in statement.triggers},
    }


def oracle_view(now: Settled) -> dict[str, Any]:
    """The same of the oracle."""
    levels = {ref: (seen.outcome, seen.severity) for ref, seen in now.windows.items()}
    return {"lines": now.lines, "total": now.total, "levels": levels, "fired": now.triggers}


def remembered(statement: ec.Statement) -> dict[tuple[str, str], dict[str, Any]]:
    """What the carry remembers, by clause and name, and by the first day of the window."""
    return {
        (each.ref, each.name): {past.at.isoformat(): past.value for past in each.past}
        for each in statement.carry.remembered
    }


def memory(oracle: Settling, upto: int, name: str, ref: str) -> dict[str, Any]:
    """What the page says the carry of a period may remember of a clause."""
    known = oracle.past[: upto + 1]
    if name == "state" and oracle.clauses[ref]["kind"] == "earn_back":
        states = oracle.states(oracle.clauses[ref])
        return {each.start.isoformat(): state for each, state in zip(known, states, strict=False)}
    if name == "state":
        return {each.start.isoformat(): each.windows[ref].state for each in known}
    return {each.start.isoformat(): (each.given if name == "given" else each.excess).get(ref) for each in known}


def lookback(oracle: Settling, upto: int, next_start: str, clause: dict[str, Any]) -> set[str]:
    """The first days of the periods that a limit will look back at in the next one."""
    known, window = [each.start for each in oracle.past[: upto + 1]], clause["window"]
    watched = [
        ref for each in oracle.clauses.values() if each["kind"] == "trigger" for ref in each["amounts"]["credits"]
    ]
    if clause["ref"] in watched:
        window = "term"
    if window == "contract_year":
        first = date.fromisoformat(oracle.contract["term"]["start"])
        year = contract_year(first, date.fromisoformat(next_start))
        known = [day for day in known if contract_year(first, day) == year]
    elif window != "term":
        known = known[-(window["periods"] - 1) :]
    return {day.isoformat() for day in known}


def difference_of_carries(oracle: Settling, number: int, statement: ec.Statement, next_start: str) -> str | None:
    """What a carry remembers otherwise than the page says; None where it is the same."""
    carried = remembered(statement)
    for ref, clause in oracle.clauses.items():
        if clause["kind"] == "limit" and clause["window"] != "period":
            kept = set(carried.get((ref, "given"), {}))
            returned = any(ref in each.get("of", []) for each in oracle.clauses.values() if each["kind"] == "earn_back")
            needed = lookback(oracle, number, next_start, clause)
            if not needed <= kept or (kept > needed and not returned):
                return f"{ref} given: kept {sorted(kept)}"
    for (ref, name), past in carried.items():
        if name in {"state", "given", "excess"}:
            known = memory(oracle, number, name, ref)
            got = {day: minor(value) if isinstance(value, ec.Money) else value for day, value in past.items()}
            if any(known.get(day) != value for day, value in got.items()):
                return f"{ref} {name}: oracle {known}, engine {got}"
    return None


def compared(case: MoneyCase) -> tuple[Settling, str | None]:
    """The oracle, and the first difference between it and the engine over all periods; None where there is none."""
    oracle, expected = settled(case)
    for number, (statement, now) in enumerate(zip(months(case), expected, strict=True)):
        mine, theirs = oracle_view(now), engine_view(statement)
        for part, value in mine.items():
            if value != theirs[part]:
                return oracle, f"{now.start} {part}: oracle {value}, engine {theirs[part]}"
        problem = difference_of_carries(oracle, number, statement, case.periods[number][1])
        if problem is not None:
            return oracle, f"{now.start} carry {problem}"
    return oracle, None
