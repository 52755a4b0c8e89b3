"""
Contradictions between the clauses of a contract: each makes the document invalid.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ecsm_contracts.clauses import Charge, EarnBack, Limit, Priced, Relief, ServiceLevel, Trigger, observed_by
from ecsm_contracts.contracts._cross_charges import basis_of_billed, charge_faults
from ecsm_contracts.contracts._cross_exchange import exchange_faults
from ecsm_contracts.contracts._cross_history import earn_back_faults, relief_faults, trigger_faults
from ecsm_contracts.contracts._cross_priced import flow_faults, negative_rates, priced_faults, severity_faults
from ecsm_contracts.contracts._cross_rounding import rounding_faults
from ecsm_contracts.contracts._cross_settlement import settlement_faults_of
from ecsm_contracts.contracts._cross_windows import window_faults
from ecsm_contracts.errors import InvalidValue
from ecsm_contracts.measures import (
    ObservesCharge,
    ObservesLate,
    ObservesLevel,
    ObservesRelief,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ecsm_contracts.calendars import Period
    from ecsm_contracts.contracts._contract import Contract
    from ecsm_contracts.contracts._document import Path

__all__ = ["cross_problems", "settled_periods"]

Fault = tuple["Path", str, str]


def cross_problems(contract: Contract) -> Iterator[Fault]:
    """Yield path, code and message of each contradiction between the clauses of a *contract*."""
    yield from _negatives(contract)
    yield from _periods(contract)
    yield from _columns(contract)
    yield from _calendars_cover_term(contract)
    yield from rounding_faults(contract)
    yield from settlement_faults_of(contract)
    deep = list(_deep_flows(contract))
    yield from deep
    for position, clause in enumerate(contract.clauses):
        path: Path = ("clauses", position)
        yield from window_faults(contract, clause, path)
        yield from exchange_faults(contract, clause, path)
        if isinstance(clause, Priced):
            yield from priced_faults(contract, clause, path)
        elif isinstance(clause, ServiceLevel):
            yield from severity_faults(clause, path)
        elif clause.takes() and not deep:
            yield from flow_faults(contract, clause, path)
        elif isinstance(clause, EarnBack):
            yield from earn_back_faults(contract, clause, path)
        elif isinstance(clause, Trigger):
            yield from trigger_faults(contract, clause, path)
        elif isinstance(clause, Relief):
            yield from relief_faults(contract, clause, path)
        elif isinstance(clause, Charge):
            yield from charge_faults(contract, clause, path, _settled_or_none(contract))
        yield from basis_of_billed(contract, clause, path)


MOST_TAKEN_IN_A_ROW = 20
"""How many limits and combines may lie around each other."""


def _deep_flows(contract: Contract) -> Iterator[Fault]:
    """Limits of limits of limits, so many that nobody could follow the money."""
    depth: dict[str, int] = {}
    positions = {clause.ref: position for position, clause in enumerate(contract.clauses)}
    for clause in contract.order:
        depth[clause.ref] = 1 + max((depth[ref] for ref in clause.takes()), default=-1)
        if depth[clause.ref] == MOST_TAKEN_IN_A_ROW + 1:
            message = f"more than {MOST_TAKEN_IN_A_ROW} clauses take from each other in a row; join some of them"
            yield ("clauses", positions[clause.ref]), "too_deep", message


def _levels(contract: Contract, refs: tuple[str, ...]) -> Iterator[tuple[int, ServiceLevel]]:
    for position, ref in enumerate(refs):
        clause = contract.clause(ref)
        if isinstance(clause, ServiceLevel):
            yield position, clause


def _settled_or_none(contract: Contract) -> list[Period]:
    """Return the billing periods of the term; none where they cannot be reckoned, which is told elsewhere."""
    try:
        return settled_periods(contract)
    except InvalidValue:
        return []


def _negatives(contract: Contract) -> Iterator[Fault]:
    for position, clause in enumerate(contract.clauses):
        path: Path = ("clauses", position)
        if isinstance(clause, Limit):
            for name in ("at_most", "above"):
                amount = getattr(clause, name)
                if amount is not None and amount.ratio < 0:
                    yield (*path, name), "amount_negative", "an amount of a contract is not negative"
        elif isinstance(clause, Priced):
            yield from negative_rates(clause, path)


def settled_periods(contract: Contract) -> list[Period]:
    """Return the billing periods that lie in the term as a whole."""
    first, last = contract.term.start, contract.term.end
    return [each for each in contract.billing.periods(first, last) if each.start >= first and each.end <= last]


def _columns(contract: Contract) -> Iterator[Fault]:
    """Clauses so numbered that what is counted for one has the name of what is counted for another."""
    seen: set[str] = set()
    for position, clause in enumerate(contract.clauses):
        names = [
            f"{each.ref}.{name}"
            for each in observed_by(clause)
            for name in (
                each.measure.columns
                if isinstance(each, (ObservesLevel, ObservesCharge))
                else [f"late.{each.level}"]
                if isinstance(each, ObservesLate)
                else [f"{level}.excusing" for level in each.levels]
                if isinstance(each, ObservesRelief) and each.treatment == "count"
                else []
            )
        ]
        if seen & {*names}:
            message = (
                f"what is counted for {clause.ref} has the name of what is counted for another clause; renumber one"
            )
            yield ("clauses", position, "ref"), "column_clash", message
        seen.update(names)


def _periods(contract: Contract) -> Iterator[Fault]:
    try:
        settled = settled_periods(contract)
    except InvalidValue as problem:
        yield ("term",), "period_range", f"a billing period of the term cannot be reckoned: {problem}"
        return
    if not settled:
        message = "no billing period lies in the term as a whole, so nothing could be settled; its end is exclusive"
        yield ("term",), "term_without_period", message


def _calendars_cover_term(contract: Contract) -> Iterator[Fault]:
    first, last = contract.term.start, contract.term.end
    for name, holidays in contract.holidays.named.items():
        if not holidays.covers(first) or (
            (last - first).days > 1 and not holidays.covers(last.fromordinal(last.toordinal() - 1))
        ):
            message = (
                f"the holidays cover {holidays.years}, and the term runs from {first} to {last}: "
                "freeze the years that are missing"
            )
            yield ("holidays", name, "years"), "holidays_range", message
