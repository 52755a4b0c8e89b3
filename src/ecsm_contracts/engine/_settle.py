"""
Settle: from a tally and a carry to figures, lines and the next carry. Exact, small, and no ticket in sight.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

from ecsm_contracts._model import canonical_json, digest
from ecsm_contracts._version import __version__
from ecsm_contracts.calendars import contract_year, zone_data_version, zone_digest
from ecsm_contracts.clauses import Carry, Context, Limit, ServiceLevel, UsedOfLimit, level_number
from ecsm_contracts.engine._invariants import check_settled
from ecsm_contracts.engine._lines import lines_of
from ecsm_contracts.engine._settled import Settled
from ecsm_contracts.errors import CarryError, expect
from ecsm_contracts.money import Money
from ecsm_contracts.statements import Assessment, Seals, Statement

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from datetime import date

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


def _limits(contract: Contract) -> Iterator[Limit]:
    return (clause for clause in contract.clauses if isinstance(clause, Limit))


def _used(plan: Plan, carry: Carry | None) -> dict[str, Money]:
    """Return what each limit gave earlier in its window."""
    contract = plan.contract
    year = contract_year(contract.term.start, plan.period.start).start
    fresh = plan.period.start == _first_start(contract, year)
    used: dict[str, Money] = {}
    for limit in _limits(contract):
        known = carry is not None and any(each.ref == limit.ref and each.year == year for each in carry.limits)
        if limit.window == "contract_year" and not fresh and not known:
            raise CarryError(f"the carry does not say what limit {limit.ref} gave since {year}")
        within = limit.window == "contract_year" and carry is not None
        used[limit.ref] = (
            carry.used(limit.ref, year, contract.currency) if within and carry else Money.zero(contract.currency)
        )
    return used


def _next_carry(plan: Plan, used: Mapping[str, Money], given: Mapping[str, Money]) -> Carry:
    contract = plan.contract
    year = contract_year(contract.term.start, plan.period.start).start
    limits = [
        UsedOfLimit(ref=limit.ref, year=year, amount=used[limit.ref] + given[limit.ref])
        for limit in _limits(contract)
        if limit.window == "contract_year"
    ]
    return Carry.model_validate({"contract": contract.ref, "ends": plan.period.end, "limits": limits})


def _assessment(plan: Plan, level: ServiceLevel, outcome: Figure[Any], tally: Tally) -> Assessment:
    number = level_number(outcome)
    columns = next(program.columns for program in plan.levels if program.ref == level.ref)
    return Assessment(
        level.ref,
        level.title or level.measure.kind,
        outcome.value,
        None if number is None else number.value,
        level.target,
        tuple((column, tally[column]) for column in columns),
    )


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
    used = _used(plan, carry)
    context = Context(
        contract.currency,
        contract.settlement.rounding.mode,
        tally,
        plan.service_times(),
        used,
        origins,
        bucket_counts=plan.bucket_counts,
    )
    for clause in contract.order:
        context.settled[clause.ref] = clause.settle(context)
    figures = {clause.ref: context.settled[clause.ref] for clause in contract.clauses}
    assessments = tuple(
        _assessment(plan, clause, figures[clause.ref], tally)
        for clause in contract.clauses
        if isinstance(clause, ServiceLevel)
    )
    lines = lines_of(contract, figures)
    settled = Settled(figures, assessments, lines, _next_carry(plan, used, lines.given))
    check_settled(plan, tally, settled, used)
    return settled


def _rules(figures: Iterable[Figure[Any]]) -> tuple[str, ...]:
    return tuple(sorted({part.rule for figure in figures for part in figure.walk()}))


def _seals(plan: Plan, observed: Observed, settled: Settled) -> Seals:
    contract = plan.contract
    calendars = {name: contract.calendar(name) for name in contract.calendar_names()}
    zones = {name: zone_digest(name) for name in sorted({contract.zone, *(each.zone for each in calendars.values())})}
    facts = digest(
        [
            [[row.kind, row.ref, row.digest] for row in observed.outcomes],
            [record.to_data() for record in observed.rejected],
            *([[origin.to_data() for origin in observed.origins]] if observed.origins else []),
        ]
    )
    return Seals(
        contract=contract.digest(),
        facts=facts,
        calendars={name: calendar.digest() for name, calendar in calendars.items()},
        zones={**zones, "version": zone_data_version()},
        rules=_rules([*settled.figures.values(), *(line.figure for line in settled.lines.lines), settled.lines.total]),
        made_by={
            "library": f"ecsm-contracts {__version__}",
            "python": ".".join(map(str, sys.version_info[:3])),
        },
    )


def settle(plan: Plan, observed: Observed, carry: Carry | None = None) -> Statement:
    """
    Return the statement of *plan* for what was *observed*, given the *carry* of the period before.

    Raises:
        CarryError: when *carry* is missing, or is not the one of the period before.
    """
    settled = settle_tally(plan, observed.tally, carry, origins=observed.origins)
    contract = plan.contract
    return Statement(
        contract=contract.ref,
        title=contract.title,
        period=plan.period,
        terms=canonical_json(contract.to_data()),
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
    )
