"""
The named, versioned, pure rules that figures are derived by.

A rule is a function of values. Its name ends in a version; a rule that would give another value gets another
version, so that a statement of last year is still replayed by the rule that made it. Other packages add rules
under a prefix of their own: ``@rule("acme.decay/1")``.
"""

from __future__ import annotations

import re
from datetime import timedelta
from fractions import Fraction
from functools import lru_cache
from inspect import signature
from typing import TYPE_CHECKING, Any, Literal, TypeVar, get_args, get_origin, get_type_hints

from ecsm_contracts.calendars import duration_micros
from ecsm_contracts.errors import ClauseError, InvalidValue
from ecsm_contracts.money import ExactAmount, Money, Percent, RoundingMode, allocate

if TYPE_CHECKING:
    from collections.abc import Callable

    from ecsm_contracts.figures._values import Value

__all__ = ["apply_rule", "rule", "rule_names"]

GIVEN = "given"
_RULES: dict[str, Callable[..., Any]] = {}
F = TypeVar("F", bound="Callable[..., Any]")
_NAME = re.compile(r"(?:[a-z][a-z0-9_]*\.)?[a-z][a-z ]*/[1-9][0-9]*")


def rule(name: str) -> Callable[[F], F]:
    """
    Register a pure function of values as the rule *name*, for example ``share of/1``.

    Raises:
        ClauseError: when the name is taken, or is not of the form ``words/version`` or
        ``prefix.words/version``.
    """

    def register(function: F) -> F:
        if not _NAME.fullmatch(name):
            raise ClauseError(f'{name!r} is not the name of a rule; write "words/1" or "prefix.words/1"')
        if name in _RULES or name == GIVEN:
            raise ClauseError(f"the rule {name!r} is taken")
        _RULES[name] = function
        return function

    return register


def rule_names() -> tuple[str, ...]:
    """Return the names of all rules, sorted."""
    return tuple(sorted(_RULES))


def apply_rule(name: str, values: tuple[Value, ...]) -> Value:
    """
    Return what the rule *name* makes of *values*.

    Raises:
        InvalidValue: when there is no such rule.
    """
    function = _RULES.get(name)
    if function is None:
        raise InvalidValue(f"there is no rule {name!r}", rule="rule_unknown", value=name)
    _check_arguments(name, values)
    result: Value = function(*values)
    return result


@lru_cache(maxsize=256)
def _accepted(name: str) -> tuple[tuple[type, ...], ...]:
    """Return for each parameter of a rule the types it takes; without readable annotations it takes anything."""
    function = _RULES[name]
    try:
        hints = get_type_hints(function)
    except NameError:
        return ()
    return tuple(_types(hints.get(parameter, object)) for parameter in signature(function).parameters)


def _types(hint: Any) -> tuple[type, ...]:
    if get_origin(hint) is Literal:
        return (str,)
    return get_args(hint) or (hint if isinstance(hint, type) else object,)


def _check_arguments(name: str, values: tuple[Value, ...]) -> None:
    accepted = _accepted(name)
    for position, value in enumerate(values if accepted else ()):
        types = accepted[min(position, len(accepted) - 1)]
        if not isinstance(value, types) or (isinstance(value, bool) and bool not in types and object not in types):
            message = f"{name} does not take a {type(value).__name__} as its input {position + 1}"
            raise InvalidValue(message, rule="rule_argument", value=value)


@rule("sum/1")
def _sum(first: ExactAmount, *others: ExactAmount) -> ExactAmount:
    """Add exact amounts of one currency."""
    return sum(others, start=first)


@rule("total/1")
def _total(first: Money, *others: Money) -> Money:
    """Add rounded amounts of one currency."""
    return sum(others, start=first)


@rule("ratio/1")
def _ratio(part: int, whole: int) -> Fraction:
    """Divide a count by another, exactly."""
    return Fraction(part, whole)


@rule("less/1")
def _less(whole: timedelta, part: timedelta) -> timedelta:
    """Take a time from a time."""
    return whole - part


@rule("availability/1")
def _availability(service_time: timedelta, unavailable: timedelta) -> Fraction:
    """Return the share of the service time that was not unavailable."""
    whole = duration_micros(service_time)
    return Fraction(whole - duration_micros(unavailable), whole)


@rule("at least/1")
def _at_least(number: Fraction, target: Percent) -> bool:
    """Return whether the number reaches the target; equal is reached."""
    return number >= target.ratio


@rule("outcome/1")
def _outcome(reached: bool) -> str:  # noqa: FBT001 - the value of a figure
    """Return ``met`` when the target is reached, else ``missed``."""
    return "met" if reached else "missed"


@rule("outcome of misses/1")
def _outcome_of_misses(misses: int) -> str:
    """Return ``missed`` as soon as there is one miss."""
    return "missed" if misses > 0 else "met"


@rule("outcome when too few/1")
def _outcome_when_too_few(counted: int, minimum: int, when_too_few: str) -> str:
    """Return what the contract says of a sample smaller than its minimum."""
    if counted >= minimum:
        raise InvalidValue(f"{counted} is not fewer than {minimum}", rule="not_too_few")
    return when_too_few


@rule("outcome of few misses/1")
def _outcome_of_few_misses(counted: int, minimum: int, met: int, allowed: int) -> str:
    """Return ``met`` when a sample smaller than its minimum has no more misses than allowed, else ``missed``."""
    if counted >= minimum:
        raise InvalidValue(f"{counted} is not fewer than {minimum}", rule="not_too_few")
    return "met" if counted - met <= allowed else "missed"


@rule("not measured/1")
def _not_measured(service_time: timedelta) -> str:
    """Return ``not_measured``, as there was no service time at all."""
    if service_time:
        raise InvalidValue("there was service time to measure", rule="measured")
    return "not_measured"


@rule("not recorded/1")
def _not_recorded(kind: str, *kinds: str) -> str:  # noqa: ARG001 - that there is one says all
    """Return ``not_measured``, as the facts do not record what the level needs: the kinds of event."""
    return "not_measured"


@rule("one if missed/1")
def _one_if_missed(outcome: str) -> int:
    """Return 1 for a missed level, 0 for any other outcome."""
    return int(outcome == "missed")


@rule("not below zero/1")
def _not_below_zero(number: int) -> int:
    """Return the count, or zero when it is negative."""
    return max(0, number)


@rule("in units/1")
def _in_units(time: timedelta, unit: timedelta) -> Fraction:
    """Return a time in units, exactly; zero when it is negative."""
    return Fraction(max(0, duration_micros(time)), duration_micros(unit))


@rule("share of/1")
def _share_of(share: Percent, amount: Money | ExactAmount) -> ExactAmount:
    """Return a percentage of an amount, exactly."""
    return (amount.exact if isinstance(amount, Money) else amount) * share


@rule("times/1")
def _times(quantity: int | Fraction, amount: Money | ExactAmount) -> ExactAmount:
    """Multiply an amount by a quantity, exactly."""
    return (amount.exact if isinstance(amount, Money) else amount) * Fraction(quantity)


@rule("exact/1")
def _exact(amount: Money) -> ExactAmount:
    """Return a rounded amount as an exact one."""
    return amount.exact


@rule("band/1")
def _band(number: Fraction, *bands: Percent | Money) -> Percent | Money:
    """
    Return the rate of the first band whose upper edge is greater than the number.

    Edge, rate, edge, rate, …, last rate.
    """
    *pairs, last = bands
    for edge, rate in zip(pairs[::2], pairs[1::2], strict=True):
        if isinstance(edge, Percent) and number < edge.ratio:
            return rate
    return last


@rule("least/1")
def _least(first: ExactAmount, *others: ExactAmount) -> ExactAmount:
    """Return the least of exact amounts."""
    return min(first, *others) if others else first


@rule("room/1")
def _room(allowed: ExactAmount, used: Money) -> ExactAmount:
    """Return what is left of a limit; never below zero."""
    left = allowed - used.exact
    return max(left, ExactAmount.zero(left.currency))


@rule("round/1")
def _round(amount: ExactAmount, mode: RoundingMode) -> Money:
    """Round an exact amount to the minor unit of its currency, by a named mode."""
    return amount.round(mode)


@rule("round within/1")
def _round_within(amount: ExactAmount, room: ExactAmount, mode: RoundingMode) -> Money:
    """
    Round an exact amount by a named mode, but never above the room, not by a fraction of the minor unit.
    """
    return min(amount.round(mode), room.round("floor"))


@rule("split/1")
def _split(total: Money, position: int, *weights: ExactAmount) -> Money:
    """Return the share of one position (from 1) when a total is split by largest remainder."""
    if not 1 <= position <= len(weights):
        raise InvalidValue(
            f"there is no position {position} among {len(weights)}", rule="split_position", value=position
        )
    return allocate(total, [weight.ratio for weight in weights])[position - 1]


@rule("negative/1")
def _negative(amount: Money) -> Money:
    """Return the amount as a deduction."""
    return -amount


@rule("as is/1")
def _as_is(amount: Money) -> Money:
    """Return the amount as what is owed."""
    return amount


@rule("beyond/1")
def _beyond(gross: Money, given: Money) -> Money:
    """Return what a limit takes off."""
    return gross - given


@rule("plus/1")
def _plus(first: Money, second: Money) -> Money:
    """Add two rounded amounts."""
    return first + second
