"""Several periods in a row, each with the carry of the one before."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ecsm_contracts.calendars import Period
from ecsm_contracts.clauses import Carry
from ecsm_contracts.contracts import Contract
from ecsm_contracts.engine._evaluate import evaluate
from ecsm_contracts.errors import PeriodError, expect
from ecsm_contracts.facts import Facts
from ecsm_contracts.statements import Statement

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["evaluate_periods"]


def evaluate_periods(
    contract: Contract,
    facts: Facts,
    *,
    first: Period | str | None = None,
    last: Period | str,
    carry: Carry | Statement | None = None,
) -> tuple[Statement, ...]:
    """
    Return the statements of *contract* for every billing period from *first* to *last*, both included.

    Each is settled with the carry of the one before, so that the history is recomputed from the *facts* of all of
    them. The statement of a period is the one that `evaluate` gives with the carry of the statement before it, be that
    kept, or read back from a file.

    Args:
        contract: The contract.

        facts: What happened in all of these periods.

        first: Where to begin: by default with the first period of the term, or where *carry* ends.

        last: The last period, for example ``"2026-12"``.

        carry: The statement before *first*, or its `carry`; None where the term starts.

    Raises:
        PeriodError: when the contract does not bill such a period, or *last* comes before *first*.
        CarryError: when *carry* is missing, or is not the one of the period before *first*.
        CalendarRangeError: when a calendar of the contract does not cover a period.

    Example:
        >>> import ecsm_contracts as ec
        >>> contract = ec.read_contract("examples/acme.yaml")
        >>> [each.period.label for each in ec.evaluate_periods(contract, ec.facts_from_records(), last="2026-03")]
        ['2026-01', '2026-02', '2026-03']
    """
    expect(contract, Contract, "contract", "read it with read_contract(…)")
    expect(facts, Facts, "facts", "read them with read_facts(…)")
    statements: list[Statement] = []
    for period in _periods(contract, first, last, carry):
        statements.append(evaluate(contract, facts, period=period, carry=statements[-1] if statements else carry))
    return tuple(statements)


def _read(period: Period | str, name: str) -> Period:
    found = Period.parse(period) if isinstance(period, str) else period
    expect(found, Period, name, 'write "2026-03", or Period.month(2026, 3)')
    return found


def _periods(
    contract: Contract, first: Period | str | None, last: Period | str, carry: Carry | Statement | None
) -> Iterator[Period]:
    """Yield the periods in order; whether the contract bills the first of them, evaluating it says."""
    end = _read(last, "last")
    period = _start(contract, carry) if first is None else _read(first, "first")
    if end.start < period.start:
        raise PeriodError(f"the last period {end.label} comes before the first one, {period.label}; swap them")
    if not contract.billing.is_period(end):
        around = contract.billing.period_containing(end.start).label
        message = f"{end.label} is not a billing period of {contract.ref}; the one around its start is {around}"
        raise PeriodError(message)
    while period.start < end.end:
        yield period
        period = contract.billing.next(period)


def _start(contract: Contract, carry: Carry | Statement | None) -> Period:
    if carry is not None:
        kept = carry.carry if isinstance(carry, Statement) else carry
        expect(kept, Carry, "carry", "take it from the statement before: its carry")
        return contract.billing.period_containing(kept.ends)
    period = contract.billing.period_containing(contract.term.start)
    return period if period.start == contract.term.start else contract.billing.next(period)
