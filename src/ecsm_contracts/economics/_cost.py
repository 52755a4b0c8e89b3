"""Cost-to-serve: effort at hourly rates, and the margin that is left of what a statement pays."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from fractions import Fraction
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from ecsm_contracts._display import Column, Table, escape_html, escape_text
from ecsm_contracts.calendars import duration_micros, show_duration
from ecsm_contracts.economics._effort import ONE_HOUR, cost_of, effort_by_ticket, same_currency, work_in_period
from ecsm_contracts.economics._updates import UPDATE_MEANS, updates_by_ticket
from ecsm_contracts.figures import Figure, derive, given, rule
from ecsm_contracts.money import ExactAmount, Money, allocate

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from ecsm_contracts.contracts import Contract
    from ecsm_contracts.economics._cost_model import AssumedEffort, CostModel
    from ecsm_contracts.facts import Facts, Work
    from ecsm_contracts.statements import Statement

__all__ = ["SHOWN_ROUNDING", "CostToServe", "cost_to_serve", "effort_assumptions"]

SHOWN_ROUNDING: Final = "half_up"
"""How a cost is rounded to the minor unit where it is shown; the figures are exact."""


@rule("hours/1")
def _hours(effort: timedelta, hour: timedelta) -> Fraction:
    """Return an effort in hours, exactly."""
    return Fraction(duration_micros(effort), duration_micros(hour))


@rule("margin/1")
def _margin(paid: Money, cost: ExactAmount) -> ExactAmount:
    """Return what is left of what is paid, exactly; negative for a loss."""
    return paid.exact - cost


@rule("effort of updates/1")
def _effort_of_updates(updates: int, each: timedelta) -> timedelta:
    """Return the effort of so many updates."""
    return updates * each


@rule("times added/1")
def _times_added(first: timedelta, *others: timedelta) -> timedelta:
    """Add times."""
    return sum(others, start=first)


class CostToServe(NamedTuple):
    """
    What a period cost, and what was left. Amounts are exact; round them where they are shown or booked.

    In a terminal and in a notebook it shows itself as a table, with what is assumed below it.
    """

    effort: Figure[timedelta]
    """All effort of the period, recorded and assumed."""
    cost: Figure[ExactAmount]
    """Effort at its rates; where effort is assumed, the sum of the cost recorded and the cost assumed."""
    paid: Figure[Money]
    """The total of the statement: charges less credits."""
    margin: Figure[ExactAmount]
    """What is left of what was paid; negative for a loss."""
    tickets: tuple[tuple[str, ExactAmount], ...]
    """The cost of each ticket with effort in the period, by identity; they add up to the cost."""
    assumptions: tuple[str, ...] = ()
    """What the figures rest on beside facts and terms, for people; empty when all effort is recorded."""

    def __str__(self) -> str:
        """Return the table as plain text, with what is assumed."""
        return "\n".join([_table(self).text(), *map(escape_text, self.assumptions)])

    def _repr_html_(self) -> str:
        """Return the table for a notebook, with what is assumed."""
        return "\n".join([_table(self).html(), *(f"<p>{escape_html(each)}</p>" for each in self.assumptions)])


def _table(served: CostToServe) -> Table:
    """Return the table of what was *served*: amounts rounded so that they add up as they are shown."""
    efforts = served.effort.inputs if served.assumptions else (served.effort,)
    costs = served.cost.inputs if served.assumptions else (served.cost,)
    cost, paid = served.cost.value.round(SHOWN_ROUNDING), served.paid.value
    shares = allocate(cost, [part.value.ratio for part in costs])
    names = ("recorded", "assumed")
    rows = [
        (name, show_duration(duration_micros(effort.value)), share.display)
        for name, effort, share in zip(names, efforts, shares, strict=False)
    ]
    whole = show_duration(duration_micros(served.effort.value))
    return Table(
        "Cost to serve",
        (Column(""), Column("effort", "right"), Column("amount", "right")),
        tuple(rows),
        (("cost", whole, cost.display), ("paid", "", paid.display), ("margin", "", (paid - cost).display)),
    )


def _effort_cost(what: str, effort: Figure[timedelta], rate: Money) -> Figure[Any]:
    hours = derive(f"hours of {what}", "hours/1", effort, given("one hour", ONE_HOUR))
    return derive(f"cost of {what}", "times/1", hours, given("hourly rate", rate, "cost model"))


def _recorded(works: list[Work], model: CostModel) -> tuple[Figure[timedelta], list[Figure[Any]]]:
    """Return the recorded effort, and its cost for each role."""
    by_role: dict[str, timedelta] = {}
    for work in works:
        by_role[work.role] = by_role.get(work.role, timedelta()) + work.effort
    costs = [
        _effort_cost(role, given(f"effort of {role}", effort, "work"), model.rate(role))
        for role, effort in sorted(by_role.items())
    ]
    nothing = given("no effort recorded", ExactAmount.zero(model.currency), "work")
    return given("effort", sum(by_role.values(), start=timedelta()), "work"), costs or [nothing]


def _assumed(
    updates: Iterable[Counter[str]], assumed: AssumedEffort, model: CostModel
) -> tuple[Figure[timedelta], Figure[Any]]:
    """Return the assumed effort and its cost, each the sum over the priorities that updates had."""
    total: Counter[str] = Counter()
    for each in updates:
        total.update(each)
    efforts: list[Figure[timedelta]] = []
    costs: list[Figure[Any]] = []
    for priority, count in sorted(total.items()):
        if (each_takes := assumed.of(priority)) is None:
            continue
        effort = derive(
            f"effort assumed for {priority}",
            "effort of updates/1",
            given(f"updates of {priority}", count, "facts"),
            given("assumed effort per update", each_takes, "assumption"),
        )
        efforts.append(effort)
        costs.append(_effort_cost(f"updates of {priority}", effort, model.rate(assumed.role)))
    no_effort = given("no effort assumed", timedelta(), "assumption")
    no_cost = given("no cost assumed", ExactAmount.zero(model.currency), "assumption")
    return (
        derive("assumed effort", "times added/1", *(efforts or [no_effort])),
        derive("cost of assumed effort", "sum/1", *(costs or [no_cost])),
    )


def effort_assumptions(model: CostModel, works: list[Work]) -> tuple[str, ...]:
    """Return what is assumed about effort, for people; nothing without an assumption."""
    if model.assumed is None:
        return ()
    rate = model.rate(model.assumed.role).display
    stated = f"Effort is assumed, not recorded: {model.assumed} at {rate} an hour; {UPDATE_MEANS}."
    return (stated, "Effort that is recorded is added to it.") if works else (stated,)


def _ticket_costs(
    works: list[Work], updates: Mapping[str, Counter[str]], model: CostModel
) -> tuple[tuple[str, ExactAmount], ...]:
    efforts = effort_by_ticket(works, updates, model.assumed)
    costs = ((ref, ExactAmount(cost_of(effort, model), model.currency)) for ref, effort in efforts.items())
    return tuple(sorted(costs, key=lambda each: each[0]))


def cost_to_serve(contract: Contract, statement: Statement, facts: Facts, model: CostModel) -> CostToServe:
    """
    Return what the period of *statement* cost its provider, by the effort recorded in *facts*.

    Work belongs to the period in which its instant lies; work on any ticket counts. Where *model* assumes effort,
    that of each update in the period is added, at the priority that holds after it. An update is an instant of a
    ticket at which its state, group or priority changes; events of one instant are one update, and an opening, a
    reply and a note are none. Tickets that contradict themselves, or that the statement rejected, have no assumed
    effort. The figures keep recorded and assumed effort apart, and `assumptions` says what is assumed.

    Raises:
        UnknownReference: when the model has no rate for a role that worked.
        CurrencyMismatch: when the model is in another currency than the contract; no rate is implied.
    """
    same_currency(contract, model)
    contract = contract.version_for(statement.period)
    bounds = statement.period.bounds(contract.zone)
    works = work_in_period(facts, bounds)
    effort, costs = _recorded(works, model)
    updates: Mapping[str, Counter[str]] = {}
    if model.assumed is not None:
        updates = updates_by_ticket(facts, statement, bounds, contract.priorities)
        effort_assumed, cost_assumed = _assumed(updates.values(), model.assumed, model)
        effort = derive("effort", "times added/1", given("recorded effort", effort.value, "work"), effort_assumed)
        costs = [derive("cost of recorded effort", "sum/1", *costs), cost_assumed]
    cost = derive("cost to serve", "sum/1", *costs)
    margin = derive("margin", "margin/1", statement.total, cost)
    tickets = _ticket_costs(works, updates, model)
    return CostToServe(effort, cost, statement.total, margin, tickets, effort_assumptions(model, works))
