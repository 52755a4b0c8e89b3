"""How much of a failure there is, or of a success: what a rate is multiplied by."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from ecsm_contracts.calendars import duration_micros
from ecsm_contracts.clauses._level import before_excuses, level_number
from ecsm_contracts.clauses._when import occurrence, run_length
from ecsm_contracts.figures import Figure, derive, given, rule
from ecsm_contracts.money import Percent

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ecsm_contracts.clauses._context import Context
    from ecsm_contracts.clauses._priced import Priced
    from ecsm_contracts.clauses._rate import FactorBy, RateBy

__all__ = ["look_back", "quantities_of", "quantity_of", "table_key"]


def quantity_of(
    clause: Priced, level: str, context: Context, fires: Mapping[str, Sequence[Figure[bool]]] | None
) -> Figure[Any]:
    """Return the quantity of *level* in the period, over all its windows that end in it; never below zero."""
    outcomes = context.aspects.get((level, "outcome"), (context.figure(level),))
    if not outcomes or (fires is not None and level not in fires):
        return given("no window", 0, clause.cite)
    freed = () if clause.rewards else [context.freed(each.name) for each in context.windows_of(level)]
    if len(outcomes) > 1 and clause.per == "level" and fires is None and clause.times is None and not any(freed):
        word = "number met/1" if clause.rewards else "number missed/1"
        return derive(f"windows {'met' if clause.rewards else 'missed'}", word, *outcomes)
    found = quantities_of(clause, level, context, fires)
    return found[0] if len(found) == 1 else derive("quantity of all windows", "add/1", *found)


def quantities_of(
    clause: Priced, level: str, context: Context, fires: Mapping[str, Sequence[Figure[bool]]] | None
) -> list[Figure[Any]]:
    """Return the quantity of each window of *level* that ends in the period; none where a condition is of another."""
    outcomes = context.aspects.get((level, "outcome"), (context.figure(level),))
    found: list[Figure[Any]] = []
    if fires is not None and level not in fires:
        return found
    for position, (window, outcome) in enumerate(zip(context.windows_of(level), outcomes, strict=True)):
        quantity = _measured(clause, level, outcome, context, position)
        if fires is not None:
            quantity = derive("when the condition holds", "if so/1", fires[level][position], quantity)
        if clause.times is not None:
            factor = clause.times.row(table_key(clause.times, level, context, position), clause.cite)
            quantity = derive("with its factor", "product/1", quantity, factor)
        for reason in () if clause.rewards else context.freed(window.name):
            quantity = derive("unless it is relieved", "unless/1", reason, quantity)
        found.append(quantity)
    return found


def _measured(clause: Priced, level: str, outcome: Figure[Any], context: Context, position: int) -> Figure[Any]:
    """Return the quantity of one window."""
    name = context.windows_of(level)[position].name
    match clause.per:
        case "ticket":
            return _tickets(clause, name, outcome, context)
        case "late_time":
            return _late_time(clause, level, context)
        case "down_time":
            return _if_counts(clause, outcome, _down_time(clause, name, context))
        case "shortfall":
            return _shortfall(clause, outcome)
        case "points":
            return _points(clause, level, outcome, context, position)
        case _:
            if clause.rewards:
                return derive("levels met", "one if met/1", outcome)
            return derive("levels missed", "one if missed/1", outcome)


def _if_counts(clause: Priced, outcome: Figure[Any], quantity: Figure[Any]) -> Figure[Any]:
    """Return the *quantity* where the level is missed (for a bonus met), else zero."""
    word = "one if met/1" if clause.rewards else "one if missed/1"
    counts = derive("levels met" if clause.rewards else "levels missed", word, outcome)
    return derive(quantity.name, "product/1", counts, quantity)


def _tickets(clause: Priced, name: str, outcome: Figure[Any], context: Context) -> Figure[Any]:
    if f"{name}.misses" not in context.tally.columns:
        return _if_counts(clause, outcome, _late_tickets(clause, name, context))
    return _late_tickets(clause, name, context)


def _late_tickets(clause: Priced, name: str, context: Context) -> Figure[Any]:
    if f"{name}.misses" in context.tally.columns:
        late: Figure[Any] = context.count("tickets that took too long", f"{name}.misses")
    else:
        counted = context.count("counted", f"{name}.counted")
        late = derive("late tickets", "less than counted/1", counted, context.count("in time", f"{name}.met"))
    if clause.free is None:
        return derive("tickets that count", "not below zero/1", late)
    if isinstance(clause.free, Percent):
        judged = derive("tickets judged", "add/1", late, context.count("in time", f"{name}.met"))
        share = given("share that is free", clause.free, clause.cite)
        return derive("tickets beyond what is free", "beyond share/1", late, judged, share)
    free = given("tickets that are free", _exact(clause.free), clause.cite)
    return derive("tickets beyond what is free", "beyond number/1", late, free)


def _late_time(clause: Priced, level: str, context: Context) -> Figure[Any]:
    column = clause.late_column(level)
    if clause.part == "exact":
        unit: Figure[Any] = given("unit", clause.unit, clause.cite)
        return derive("late units", "in units/1", context.time("late time", column), unit)
    return derive("late units that count", "not below zero/1", context.count("late units", column))


def _down_time(clause: Priced, name: str, context: Context) -> Figure[Any]:
    down: Figure[Any] = context.time("unavailable", f"{name}.unavailable")
    if clause.free is not None:
        free: Figure[Any] = given("free of charge", clause.free, clause.cite)
        if isinstance(clause.free, Percent):
            free = derive("free time", "share of time/1", free, context.service_time(name))
        down = derive("down time beyond what is free", "time beyond/1", down, free)
    unit, part = given("unit", clause.unit, clause.cite), given("part", clause.part, clause.cite)
    return derive("units of down time", "whole units/1", down, unit, part)


def _shortfall(clause: Priced, outcome: Figure[Any]) -> Figure[Any]:
    number = level_number(outcome)
    if number is None:
        return given("nothing to measure", 0, clause.cite)
    bound = before_excuses(outcome).inputs[0].inputs[1]
    name = "beyond the target" if clause.rewards else "short of the target"
    gap = derive(name, "distance/1", number, bound)
    unit, part = given("unit", _exact(clause.unit), clause.cite), given("part", clause.part, clause.cite)
    return _if_counts(clause, outcome, derive("units", "whole units/1", gap, unit, part))


def _points(clause: Priced, level: str, outcome: Figure[Any], context: Context, position: int) -> Figure[Any]:
    if clause.points is None or isinstance(clause.points, Decimal):
        points: Figure[Any] = given("points", _exact(clause.points), clause.cite)
    else:
        points = clause.points.row(table_key(clause.points, level, context, position), clause.cite)
    return _if_counts(clause, outcome, derive("points", "product/1", given("times", 1), points))


def _exact(value: Any) -> Any:
    return Fraction(value) if isinstance(value, Decimal) else value


def look_back(table: RateBy | FactorBy) -> int:
    """Return how many windows before that of now a *table* looks back at."""
    if table.by in {"severity", "level"}:
        return 0
    if table.within is not None:
        return table.within - 1
    return max((int(key) for key in table.named), default=0)


def table_key(table: RateBy | FactorBy, level: str, context: Context, position: int) -> Figure[Any]:
    """Return what the row of a *table* is chosen by, for the window of *level* at *position*; -1 is the last one."""
    states = context.states(level)
    if table.by == "level":
        return given("level", level)
    position %= len(states)
    if table.by == "severity":
        return states[position]
    wanted = ["missed", *context.severities_of(level)]
    if table.within is not None:
        return occurrence(context, level, wanted, position, table.within)
    return run_length(context, level, wanted, position, look_back(table))


@rule("one if met/1")
def _one_if_met(outcome: str) -> int:
    """Return 1 for a level that was met, 0 for any other outcome."""
    return int(outcome == "met")


@rule("number met/1")
def _number_met(*outcomes: str) -> int:
    """Return how many outcomes are ``met``."""
    return sum(outcome == "met" for outcome in outcomes)


@rule("together/1")
def _together(which: str, counts: str, *outcomes: str) -> int:
    """Return 1 when ``any`` or ``all`` of the outcomes are the one that counts, else 0."""
    found = [outcome == counts for outcome in outcomes]
    return int(any(found) if which == "any" else all(found))


@rule("unless/1")
def _unless(reason: bool, quantity: int | Fraction) -> int | Fraction:  # noqa: FBT001 - the value of a figure
    """Return the quantity, or zero where there is a reason that it costs nothing."""
    return 0 if reason else quantity


@rule("if so/1")
def _if_so(condition: bool, quantity: int | Fraction) -> int | Fraction:  # noqa: FBT001 - the value of a figure
    """Return the quantity when the condition holds, else zero."""
    return quantity if condition else 0


@rule("product/1")
def _product(first: int | Fraction, second: int | Fraction) -> Fraction:
    """Multiply two numbers, exactly."""
    return Fraction(first) * Fraction(second)


@rule("add/1")
def _add(first: int | Fraction, *others: int | Fraction) -> Fraction:
    """Add numbers, exactly."""
    return sum((Fraction(other) for other in others), start=Fraction(first))


@rule("at most so many/1")
def _at_most_so_many(quantity: int | Fraction, most: int) -> Fraction:
    """Return the lesser of a quantity and the most that is priced."""
    return min(Fraction(quantity), Fraction(most))


@rule("less than counted/1")
def _less_than_counted(counted: int, met: int) -> int:
    """Return how many of those counted were not in time."""
    return counted - met


@rule("beyond share/1")
def _beyond_share(late: int, judged: int | Fraction, share: Percent) -> Fraction:
    """Return the late tickets beyond a share of all that were judged; never below zero."""
    return max(Fraction(0), late - Fraction(judged) * share.ratio)


@rule("beyond number/1")
def _beyond_number(late: int, free: Fraction) -> Fraction:
    """Return the late tickets beyond a number that is free; never below zero."""
    return max(Fraction(0), late - free)


@rule("share of time/1")
def _share_of_time(share: Percent, time: timedelta) -> Fraction:
    """Return a share of a time in microseconds, exactly."""
    return share.ratio * duration_micros(time)


@rule("time beyond/1")
def _time_beyond(time: timedelta, free: timedelta | Fraction) -> Fraction:
    """Return how far a time exceeds what is free, in microseconds; never below zero."""
    off = duration_micros(free) if isinstance(free, timedelta) else free
    return max(Fraction(0), duration_micros(time) - Fraction(off))


@rule("distance/1")
def _distance(number: Fraction | timedelta | int, bound: Percent | timedelta | Fraction) -> Fraction:
    """Return how far a number lies from its target, on whichever side; times in microseconds."""
    return abs(_number(number) - _number(bound))


def _number(value: Any) -> Fraction:
    if isinstance(value, timedelta):
        return Fraction(duration_micros(value))
    return value.ratio if isinstance(value, Percent) else Fraction(value)


@rule("whole units/1")
def _whole_units(quantity: Fraction | timedelta | int, unit: timedelta | Percent | Fraction, part: str) -> Fraction:
    """Return a quantity in units: begun ones whole (`up`), only whole ones (`down`), or exactly (`exact`)."""
    units = _number(quantity) / _number(unit)
    if part == "exact":
        return units
    whole = units.numerator // units.denominator
    return Fraction(whole + 1 if part == "up" and whole != units else whole)
