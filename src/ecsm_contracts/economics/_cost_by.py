"""Cost, revenue, credits and margin by attributes of tickets."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from fractions import Fraction
from typing import TYPE_CHECKING

from ecsm_contracts.economics._attributes import check_attributes, last_known, order, show_key
from ecsm_contracts.economics._breakdown import CostBreakdown, CostRow
from ecsm_contracts.economics._cost import SHOWN_ROUNDING, effort_assumptions
from ecsm_contracts.economics._credits import credits_by_ticket
from ecsm_contracts.economics._effort import cost_of, effort_by_ticket, same_currency, work_in_period
from ecsm_contracts.economics._updates import updates_by_ticket
from ecsm_contracts.errors import InvalidValue, UnknownReference
from ecsm_contracts.money import ExactAmount, Money, allocate

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from ecsm_contracts.contracts import Contract
    from ecsm_contracts.economics._cost_model import CostModel, RevenueBy
    from ecsm_contracts.facts import Facts
    from ecsm_contracts.statements import Statement

__all__ = ["cost_by"]

Key = tuple[str | None, ...]
NO_TICKET: Key = ()
"""The key of what stands behind no ticket."""

_REVENUE = {
    "tickets": "Revenue is allocated by the number of evaluated tickets.",
    "effort": "Revenue is allocated by effort.",
    "cost": "Revenue is allocated by cost.",
}
_ROWS = (
    "A ticket is in one row, by what was last known of it before the end of the period; the effort of an update goes "
    "by the priority then. Tickets are those that were evaluated in the period, or updated or worked on in it."
)
_CREDITS = (
    "Credits are allocated to the tickets behind them, by their misses, their late time, or equally over those "
    "not in time; what a limit takes off is spread over its credits in proportion."
)


@dataclass(slots=True)
class _Sums:
    """What a ticket, or a row, comes to, exactly; effort is in microseconds, amounts are in major units."""

    tickets: int = 0
    evaluated: int = 0
    updates: int = 0
    effort: int = 0
    cost: Fraction = Fraction(0)
    credits: Fraction = Fraction(0)

    def add(self, other: _Sums) -> None:
        self.tickets += other.tickets
        self.evaluated += other.evaluated
        self.updates += other.updates
        self.effort += other.effort
        self.cost += other.cost
        self.credits += other.credits

    def weight(self, by: RevenueBy) -> Fraction:
        """Return what revenue is allocated in proportion to."""
        if by == "cost":
            return self.cost
        return Fraction(self.evaluated if by == "tickets" else self.effort)


def _by_ticket(contract: Contract, statement: Statement, facts: Facts, model: CostModel) -> dict[str | None, _Sums]:
    """Return the sums of each ticket with anything in the period; what stands behind none is under None."""
    bounds = statement.period.bounds(contract.zone)
    numbers = {row.ref: row.numbers for row in statement.outcomes if row.kind == "ticket" and any(row.numbers)}
    updates = updates_by_ticket(facts, statement, bounds, contract.priorities)
    sums: dict[str | None, _Sums] = {ref: _Sums(evaluated=1) for ref in numbers}
    for ref, priorities in updates.items():
        sums.setdefault(ref, _Sums()).updates = priorities.total()
    for ref, effort in effort_by_ticket(work_in_period(facts, bounds), updates, model.assumed).items():
        each = sums.setdefault(ref, _Sums())
        each.effort, each.cost = effort.total(), cost_of(effort, model)
    for ticket, credit in credits_by_ticket(contract, statement, numbers).items():
        sums.setdefault(ticket, _Sums()).credits = credit
    return sums


def _by_key(
    sums: Mapping[str | None, _Sums], contract: Contract, statement: Statement, facts: Facts, by: tuple[str, ...]
) -> dict[Key, _Sums]:
    """
    Return the sums of each row, in the order of the rows.

    Raises:
        UnknownReference: when a ticket that the statement counts is not among the facts.
    """
    end, matrix = statement.period.bounds(contract.zone)[1], contract.priorities
    keys = {ticket.ref: last_known(ticket, by, end, matrix) for ticket in facts.tickets if ticket.ref in sums}
    found: dict[Key, _Sums] = {}
    for ref, each in sums.items():
        key = NO_TICKET if ref is None else keys.get(ref, NO_TICKET)
        if key == NO_TICKET and each.evaluated:
            raise UnknownReference(
                f"ticket {ref} of the statement {statement.contract} {statement.period.label} is not among the facts; "
                "give the facts that it was made from"
            )
        each.tickets = int(key != NO_TICKET)
        found.setdefault(key, _Sums()).add(each)
    nothing = found.pop(NO_TICKET, _Sums())
    ordered = {key: found[key] for key in sorted(found, key=order)}
    return {**ordered, NO_TICKET: nothing}


def _revenue_weights(rows: Mapping[Key, _Sums], by: RevenueBy) -> list[Fraction]:
    weights = [row.weight(by) for row in rows.values()]
    return weights if any(weights) else [Fraction(key == NO_TICKET) for key in rows]


def _money_of(statement: Statement, kinds: Iterable[str]) -> Money:
    zero = Money.zero(statement.total.value.currency)
    return sum((line.amount for line in statement.lines if line.kind in kinds), start=zero)


def _row(key: tuple[str, ...], sums: _Sums, cost: Money, revenue: Money, credits: Money) -> CostRow:
    effort = timedelta(microseconds=sums.effort)
    return CostRow(key, sums.tickets, sums.updates, effort, cost, revenue, credits, revenue - credits - cost)


def _rows(
    sums: Mapping[Key, _Sums], statement: Statement, revenue_by: RevenueBy, width: int
) -> tuple[tuple[CostRow, ...], CostRow]:
    """Return the rows and their total; each amount is split once, over all rows."""
    whole = _Sums()
    for each in sums.values():
        whole.add(each)
    cost = ExactAmount(whole.cost, statement.total.value.currency).round(SHOWN_ROUNDING)
    revenue, credits = _money_of(statement, ["charge"]), -_money_of(statement, ["credit", "limit"])
    amounts = zip(
        allocate(cost, [each.cost for each in sums.values()]),
        allocate(revenue, _revenue_weights(sums, revenue_by)),
        allocate(credits, [each.credits for each in sums.values()]),
        strict=True,
    )
    rows = [
        _row(("(no ticket)",) * width if key == NO_TICKET else show_key(key), each, *shares)
        for (key, each), shares in zip(sums.items(), amounts, strict=True)
    ]
    if not any(rows[-1][1:]):
        rows.pop()
    return tuple(rows), _row((), whole, cost, revenue, credits)


def _check(contract: Contract, statement: Statement, model: CostModel) -> RevenueBy:
    same_currency(contract, model)
    if contract.digest() != statement.seals.contract:
        raise InvalidValue(
            f"the statement {statement.contract} {statement.period.label} was not made from this contract; "
            "give the contract in force then",
            rule="statement_contract",
        )
    if model.revenue is None:
        raise InvalidValue(
            'the cost model does not say how revenue is allocated; give it revenue: "tickets", "effort" or "cost"',
            rule="revenue_allocation",
        )
    return model.revenue


def cost_by(
    contract: Contract,
    statement: Statement,
    facts: Facts,
    model: CostModel,
    by: Iterable[str] = ("priority", "group"),
) -> CostBreakdown:
    """
    Return cost, revenue, credits and margin of the period of *statement*, by attributes of its tickets.

    Each ticket counts in one row, by what was last known of it before the period's end; the group is that of its
    last opening or transfer. Cost, revenue and credits are each split over the rows by largest remainder, in whole
    minor units, so that every column adds up to the total and revenue less credits is the statement's total.

    * *Cost* is recorded and assumed effort at its rates, as `cost_to_serve` has it, rounded half up.
    * *Revenue*, the charges, is allocated as the model names: ``tickets`` by the number of tickets that have a
      number in the statement's outcomes, ``effort`` by effort, ``cost`` by cost.
    * *Credits* are allocated to the tickets behind them. What a limit takes off is spread over the credits that it
      takes, in proportion to their lines. A credit for several levels is divided as each is priced. Then, ``per:
      ticket`` goes by the misses of each ticket, ``per: late_time`` by its late units (its late time where parts
      are exact), ``per: level`` equally over the tickets that were counted and not in time. A miss or late time
      that is taken back from an earlier period weighs nothing.

    What stands behind no ticket has a row of its own, the last, ``(no ticket)``: credits for outages, for too few
    tickets or by kinds of clause from outside, work on tickets that are not among the facts, and revenue where
    nothing has weight.

    Revenue and credits by row are an allocation, which says where to look; it is no proof that a row caused them.

    Args:
        contract: The contract that the statement was made from.
        statement: The statement.
        facts: The facts that it was made from.
        model: The provider's costs, with `revenue`.
        by: One or more of ``priority``, ``group``, ``service``, ``type``, ``customer``.

    Raises:
        InvalidValue: rules "revenue_allocation" when the model names no allocation of revenue, "statement_contract"
            when the statement was made from another contract, "too_few" or "named_twice" for such a *by*.
        UnknownReference: when *by* is something else, when a role that worked has no rate, or when a ticket of the
            statement is not among the facts.
        CurrencyMismatch: when the model is in another currency than the contract; no rate is implied.
    """
    names = check_attributes(by)
    revenue_by = _check(contract, statement, model)
    contract = contract.version_for(statement.period)
    bounds = statement.period.bounds(contract.zone)
    sums = _by_key(_by_ticket(contract, statement, facts, model), contract, statement, facts, names)
    rows, total = _rows(sums, statement, revenue_by, len(names))
    effort = effort_assumptions(model, work_in_period(facts, bounds))
    assumptions = (*effort, _ROWS, _REVENUE[revenue_by], _CREDITS)
    return CostBreakdown(statement.contract, statement.period.label, names, rows, total, assumptions)
