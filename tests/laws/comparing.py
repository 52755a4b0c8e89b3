"""The engine's answers in the oracle's words, so that the two can be compared."""

import json
from collections import Counter
from collections.abc import Iterator
from datetime import date
from typing import Any, Literal

import ecsm_contracts as ec
from ecsm_contracts.calendars import contract_year
from ecsm_contracts.engine import Observer
from ecsm_contracts.errors import Contradiction
from ecsm_contracts.facts import timeline
from ecsm_contracts.measures import Judgement
from ecsm_contracts.testing import MonthCase
from tests import oracle


def engine_statement(case: MonthCase) -> ec.Statement:
    """What the engine makes of one case."""
    return ec.evaluate(case.contract, case.facts, period=case.period, carry=case.carry)


def settle(case: MonthCase) -> tuple[ec.Statement, oracle.Result]:
    """What the engine and the oracle make of one case."""
    return engine_statement(case), oracle.evaluate(case.document, case.records, case.period, dict(case.used))


def _used_after(statement: ec.Statement) -> dict[str, str]:
    """
    What each limit over a contract year gave in the year of the period, up to its end.

    That is what is handed on; only the last period of a year hands nothing of it on, and there it is what was known
    before, and what the period gave by its lines.
    """
    terms = json.loads(statement.terms)
    first = date.fromisoformat(terms["term"]["start"])
    year = contract_year(first, statement.period.start).start
    over = contract_year(first, statement.period.end).start != year
    found = {}
    for clause in terms["clauses"]:
        if clause["kind"] != "limit" or clause["window"] != "contract_year":
            continue
        kept = statement.carry.find(clause["ref"], "given")
        assert kept is not None
        if over:
            assert kept.past == (), "an earlier contract year is handed on"
            known = None if statement.carried is None else statement.carried.find(clause["ref"], "given")
            amounts = [] if known is None else [each.value for each in known.past if each.at >= year]
            of_limit = [line for line in statement.lines if line.clause in clause["credits"] and line.kind == "credit"]
            off = [line for line in statement.lines if (line.clause, line.kind) == (clause["ref"], "limit")]
            amounts += [-line.amount for line in (*of_limit, *off)]
        else:
            amounts = [each.value for each in kept.past]
        found[clause["ref"]] = str(sum(amounts, start=ec.Money.zero(terms["currency"])))
    return found


def engine_money(statement: ec.Statement) -> dict[str, Any]:
    """Lines and total in minor units, what limits have given, and which records were left out."""
    return {
        "lines": [(line.clause, line.amount.minor) for line in statement.lines],
        "total": statement.total.value.minor,
        "used_after": _used_after(statement),
        "quarantined": sorted(ref for _, ref in {(record.kind, record.ref) for record in statement.rejected}),
        "provisional": statement.status == "provisional",
    }


def oracle_money(result: oracle.Result) -> dict[str, Any]:
    """The same of the oracle."""
    return {
        "lines": result.lines,
        "total": result.total,
        "used_after": result.used_after,
        "quarantined": result.quarantined,
        "provisional": result.provisional,
    }


def engine_levels(statement: ec.Statement, case: MonthCase) -> dict[str, dict[str, Any]]:
    """Outcome, number and counts of every level."""
    times = ec.plan(case.contract, case.period).service_times()
    found: dict[str, dict[str, Any]] = {}
    for each in statement.assessments:
        counts = {column.removeprefix(f"{each.clause}."): number for column, number in each.counts}
        level: dict[str, Any] = {"outcome": each.outcome, "number": each.number}
        if "counted" in counts:
            level |= {"counted": counts["counted"], "met": counts["met"]}
        elif "misses" in counts:
            level |= {"met": counts["met"], "missed": counts["misses"], "late": counts["late"]}
        else:
            level |= {"T": times[each.clause][0] - counts["planned"], "U": counts["unavailable"]}
        found[each.clause] = level
    return found


def oracle_levels(result: oracle.Result, case: MonthCase) -> dict[str, dict[str, Any]]:
    """The same of the oracle."""
    kinds = {
        clause["ref"]: clause["measure"]["kind"]
        for clause in case.document["clauses"]
        if clause["kind"] == "service_level"
    }
    found: dict[str, dict[str, Any]] = {}
    for ref, each in result.levels.items():
        level: dict[str, Any] = {"outcome": each.outcome, "number": each.number}
        if kinds[ref] == "attainment":
            level |= {"counted": each.counted, "met": each.met}
        elif kinds[ref] == "ticket_time":
            late = sum(end - start for start, end in each.lateness)
            level |= {"met": each.met, "missed": each.missed, "late": late}
        else:
            level |= {"T": each.service_us, "U": each.outage_us}
        found[ref] = level
    return found


def engine_fates(statement: ec.Statement, case: MonthCase) -> dict[str, dict[str, str]]:
    """What became of every ticket and every outage; the counts are those of the list, and add up to what was read."""
    facts = case.facts
    found: dict[str, dict[str, str]] = {}
    kinds: tuple[Literal["ticket", "outage"], ...] = ("ticket", "outage")
    for kind in kinds:
        told = ec.account_for(statement, facts, kind=kind)
        counts = Counter(told.by_ref.values())
        assert {fate: told.count(fate) for fate in counts} == counts
        assert sum(counts.values()) == told.read
        found[kind] = {ref: str(fate) for ref, fate in told.by_ref.items()}
    return found


def oracle_fates(result: oracle.Result) -> dict[str, dict[str, str]]:
    """The same of the oracle."""
    return {"ticket": result.fates.tickets, "outage": result.fates.outages}


def judgements(case: MonthCase) -> Iterator[tuple[tuple[str, str], Judgement]]:
    """What the clocks of the engine say of every ticket at the end of the period."""
    planned, facts = ec.plan(case.contract, case.period), case.facts
    observer = Observer(planned, facts.setting)
    end = planned.bounds[1]
    for ticket in facts.tickets:
        known = ticket.known_before(end)
        if known is None:
            continue
        try:
            steps = timeline(known, case.contract.priorities)
        except Contradiction:
            continue
        view = observer.view(known, steps)
        for level in observer.levels:
            judged = level.judge(view, end)
            if judged is not None and not observer.is_silent(level.program.ref):
                yield (ticket.ref, level.program.ref), judged


def engine_tickets(case: MonthCase) -> dict[tuple[str, str], dict[str, Any]]:
    """Elapsed time, breach, lateness and due instant of every ticket that is in some population."""
    return {
        key: {"elapsed": each.elapsed, "breached": each.breach is not None, "late": each.late, "due": each.due}
        for key, each in judgements(case)
        if each.judged
    }


def oracle_tickets(result: oracle.Result, keys: set[tuple[str, str]]) -> dict[tuple[str, str], dict[str, Any]]:
    """The same of the oracle, for the tickets that the engine judged or the oracle found late or due."""
    told = ("elapsed", "breached", "late", "due")
    return {
        key: {name: view[name] for name in told}
        for key, view in result.tickets.items()
        if key in keys or view["breached"] or view["late"] or view["due"] is not None
    }
