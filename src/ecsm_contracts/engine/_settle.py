"""
Settle: from a tally and a carry to figures, lines and the next carry. Exact, small, and no ticket in sight.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from ecsm_contracts._model import canonical_json
from ecsm_contracts._version import __version__
from ecsm_contracts.calendars import contract_year, zone_data_version, zone_digest
from ecsm_contracts.clauses import Carry, Context, ServiceLevel, Trigger, back_over_gaps, kind_origins, level_number
from ecsm_contracts.engine._groups import Grouping
from ecsm_contracts.engine._invariants import check_observed, check_settled
from ecsm_contracts.engine._lines import lines_of
from ecsm_contracts.engine._opening import recalled
from ecsm_contracts.engine._settled import Settled
from ecsm_contracts.errors import CarryError, expect
from ecsm_contracts.figures import walk_all
from ecsm_contracts.statements import Assessment, Seals, Statement, TriggerState

if TYPE_CHECKING:
    from datetime import date

    from ecsm_contracts.clauses import Back
    from ecsm_contracts.contracts import Contract
    from ecsm_contracts.engine._observe import Observed
    from ecsm_contracts.engine._plan import Plan
    from ecsm_contracts.facts import Origin
    from ecsm_contracts.figures import Figure
    from ecsm_contracts.measures import Tally

__all__ = ["Settled", "settle", "settle_tally"]


def _first_start(contract: Contract, day: date) -> date:
    """Return the start of the first billing period that starts on *day* or later."""
    around = contract.billing.period_containing(day)
    return around.start if around.start >= day else around.end


def _check_carry(plan: Plan, carry: Carry | None) -> None:
    start = plan.period.start
    if carry is not None:
        expect(carry, Carry, "carry", "take it from the statement before: its carry")
    if carry is None:
        if start != _first_start(plan.contract, plan.contract.term.start):
            raise CarryError(
                f"{plan.period.label} is not the first period of {plan.contract.ref}: "
                "give the carry of the statement before it, or Carry.opening(…) where a contract is taken over"
            )
        return
    if carry.contract != plan.contract.ref:
        raise CarryError(f"the carry is of {carry.contract}, not of {plan.contract.ref}")
    if carry.ends != start:
        raise CarryError(
            f"the carry ends on {carry.ends}, and the period starts on {start}: a statement between them is missing"
        )
    known = {name for clause in plan.contract.clauses for name in (clause.ref, clause.was)}
    if plan.numbers_before is not None:
        known = set(plan.numbers_before.values())
    for each in carry.remembered:
        if each.name == "excess" and each.ref not in known and each.past and not each.past[-1].value.is_zero:
            raise CarryError(
                f"limit {each.ref} carried {each.past[-1].value} into {plan.period.label}, and no clause takes it: "
                f"amend the limit, or give the clause that follows it was: {each.ref!r}"
            )


def _next_carry(plan: Plan, context: Context) -> Carry:
    """Return what the next period must know: of each clause that is looked back at, as far back as it is."""
    contract = plan.contract
    memories = {clause.ref: clause.memories(context) for clause in contract.clauses}
    remembered = [
        {"ref": ref, "name": name, "past": _kept(plan, context, (ref, name), memories[ref].get(name, ()), backs)}
        for (ref, name), backs in sorted(recalled(plan.document, contract).items())
    ]
    return Carry.model_validate({"contract": contract.ref, "ends": plan.period.end, "remembered": remembered})


def _kept(
    plan: Plan, context: Context, key: tuple[str, str], now: tuple[Figure[Any], ...], backs: set[Back]
) -> list[dict[str, Any]]:
    """Return the entries under *key* that may still be looked back at from the next period, oldest first."""
    ref, name = key
    carried = None if context.carry is None else context.remembered(ref, name)
    past = [] if carried is None else [{"at": each.at, "value": each.value} for each in carried.past]
    windows = context.windows_of(_judged_by(plan.contract, ref, name))
    starts = [window.start for window in windows] if len(windows) == len(now) else [plan.period.start] * len(now)
    entries = [*past, *({"at": at, "value": figure.value} for at, figure in zip(starts, now, strict=True))]
    year = contract_year(plan.contract.term.start, plan.period.end).start
    keep = 0
    for back in backs:
        if back == "term":
            return entries
        keep = max(keep, sum(entry["at"] >= year for entry in entries) if back == "contract_year" else int(back))
    if name == "state" and getattr(plan.contract.clause(ref), "gaps", None) == "skips":
        keep = back_over_gaps([entry["value"] for entry in entries], keep)
    return entries[len(entries) - min(keep, len(entries)) :]


def _judged_by(contract: Contract, ref: str, name: str) -> str:
    """Return the level whose windows what is remembered is of: the clause itself, or the level of a condition."""
    if not name.startswith("fired"):
        return ref
    return name.removeprefix("fired").strip() or str(next(iter(getattr(contract.clause(ref), "levels", ()) or (ref,))))


def _assessments(plan: Plan, context: Context) -> Iterator[Assessment]:
    """Yield an assessment of each window of each level, in the order of the clauses."""
    programs = {program.ref: program for program in plan.levels}
    for clause in plan.contract.clauses:
        if not isinstance(clause, ServiceLevel):
            continue
        outcomes = context.aspects[clause.ref, "outcome"]
        states = context.states(clause.ref)
        for window, outcome, state in zip(context.windows_of(clause.ref), outcomes, states, strict=True):
            number = level_number(outcome)
            yield Assessment(
                window.name,
                clause.title or clause.measure.kind,
                outcome.value,
                None if number is None else number.value,
                clause.target,
                tuple((column, context.tally[column]) for column in programs[window.name].columns),
                None if state.value == outcome.value else state.value,
            )


def _triggers(plan: Plan, context: Context) -> Iterator[TriggerState]:
    """Yield every right or duty, whether it follows or not, in the order of the clauses."""
    for clause in plan.contract.clauses:
        if isinstance(clause, Trigger):
            title = clause.title or clause.right.replace("_", " ")
            fired = bool(context.settled[clause.ref].value)
            yield TriggerState(clause.ref, title, clause.right, fired, clause.what)


def settle_tally(plan: Plan, tally: Tally, carry: Carry | None = None, *, origins: tuple[Origin, ...] = ()) -> Settled:
    """
    Return what *tally* comes to under the terms of *plan*; the tally may be observed or made up.

    A level that needs a kind of event that one of the *origins* of the facts does not record is not measured.

    Raises:
        CarryError: when *carry* is missing, or is not the one of the period before.
        EngineInvariantError: when a result breaks one of its bounds; nothing is issued then.
    """
    _check_carry(plan, carry)
    contract = plan.contract
    context = _context(plan, tally, carry, origins)
    context.settle(contract.order)
    figures = {clause.ref: context.settled[clause.ref] for clause in contract.clauses}
    lines = lines_of(context, contract.clauses)
    triggers = tuple(_triggers(plan, context))
    settled = Settled(figures, tuple(_assessments(plan, context)), lines, _next_carry(plan, context), triggers)
    check_settled(plan, tally, settled)
    return settled


def _number(plan: Plan) -> int:
    """Return which billing period of the term the plan's is, from 1."""
    billing, first = plan.contract.billing, _first_start(plan.contract, plan.contract.term.start)
    return len(billing.periods(first, plan.period.start)) + 1


def _context(plan: Plan, tally: Tally, carry: Carry | None, origins: tuple[Origin, ...]) -> Context:
    contract, period = plan.contract, plan.period
    year = contract_year(contract.term.start, period.start).start
    return Context(
        contract.currency,
        contract.settlement.rounding.mode,
        tally,
        plan.service_times(),
        period,
        contract.term.start,
        year,
        period.start == _first_start(contract, year),
        carry,
        origins,
        plan.bucket_counts,
        plan.windows,
        grouped_by=Grouping.of(contract, plan.columns).by,
        numbers_before=plan.numbers_before,
        added=plan.added,
        billing=contract.billing,
        number=_number(plan),
        rounded_at=contract.settlement.rounding.at,
        in_lines=tuple(clause.ref for clause in contract.clauses),
    )


def _rules(figures: Iterable[Figure[Any]]) -> tuple[str, ...]:
    return tuple(sorted({part.rule for part in walk_all(figures)}))


def _facts_digest(observed: Observed) -> str:
    """Return the digest of all items that were observed, made part by part, and of all records and origins."""
    others: list[Any] = [[record.to_data() for record in observed.rejected]]
    if observed.origins:
        others.append([origin.to_data() for origin in observed.origins])
    if observed.unlisted:
        others.append([list(each) for each in observed.unlisted])
    sealed = sha256(b"[")
    for part in observed.outcomes.json_parts(items_only=True):
        sealed.update(part.encode())
    sealed.update(f",{canonical_json(others)[1:]}".encode())
    return f"sha256:{sealed.hexdigest()}"


def _seals(plan: Plan, observed: Observed, settled: Settled) -> Seals:
    contract = plan.contract
    calendars = {name: contract.calendar(name) for name in contract.calendar_names()}
    zones = {name: zone_digest(name) for name in sorted({contract.zone, *(each.zone for each in calendars.values())})}
    return Seals(
        contract=plan.document.digest(),
        facts=_facts_digest(observed),
        calendars={name: calendar.digest() for name, calendar in calendars.items()},
        zones={**zones, "version": zone_data_version()},
        rules=_rules([*settled.figures.values(), *(line.figure for line in settled.lines.lines), settled.lines.total]),
        made_by={
            "library": f"ecsm-contracts {__version__}",
            "python": ".".join(map(str, sys.version_info[:3])),
        },
        kinds=kind_origins(
            str(getattr(clause, "kind", ""))
            for _, version in plan.document.versions_by_day()
            for clause in version.clauses
        ),
    )


def settle(plan: Plan, observed: Observed, carry: Carry | None = None) -> Statement:
    """
    Return the statement of *plan* for what was *observed*, given the *carry* of the period before.

    Raises:
        CarryError: when *carry* is missing, or is not the one of the period before.
        EngineInvariantError: when a result breaks one of its bounds; nothing is issued then.
    """
    check_observed(plan, observed)
    settled = settle_tally(plan, observed.tally, carry, origins=observed.origins)
    contract = plan.contract
    return Statement(
        contract=contract.ref,
        title=contract.title,
        period=plan.period,
        terms=canonical_json(plan.document.to_data()),
        assessments=settled.assessments,
        lines=settled.lines.lines,
        total=settled.lines.total,
        figures=settled.figures,
        tally=observed.tally,
        outcomes=observed.outcomes,
        rejected=observed.rejected,
        unlisted=observed.unlisted,
        origins=observed.origins,
        carried=carry,
        carry=settled.carry,
        seals=_seals(plan, observed, settled),
        triggers=settled.triggers,
    )
