"""In which billing periods a fixed amount is owed, and which part of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from ecsm_contracts.calendars import contract_year
from ecsm_contracts.figures import Figure, derive, given, rule
from ecsm_contracts.money import Money, allocate

if TYPE_CHECKING:
    from datetime import date
    from fractions import Fraction

    from ecsm_contracts.clauses._context import Context

__all__ = ["MONTHS", "Due", "due_in", "fixed_part", "periods_in"]

MONTHS = {"month": 1, "quarter": 3, "year": 12}
"""How many months the cycles have that are made of months."""
_MONTHS_OF_YEAR = 12
_MONTHS_OF_FOUR_YEARS = 48
_DAYS_OF_FOUR_YEARS = 1461


class Due(NamedTuple):
    """The place of a billing period among those that an amount is for: the *position*, from 1, of so many."""

    position: int
    of: int
    once: tuple[str, str, str] | None = None
    """Of an amount that is owed once: its day, and the first days of the period and of the next."""


def _months(start: date, end: date) -> int:
    """Return how many months there are between two first days of billing periods of months."""
    return (2 * _MONTHS_OF_FOUR_YEARS * (end - start).days + _DAYS_OF_FOUR_YEARS) // (2 * _DAYS_OF_FOUR_YEARS)


def periods_in(context: Context, every: str | None) -> int:
    """Return how many billing periods an amount is for that is owed *every* so often."""
    if every is None or MONTHS.get(every, 1) == 1:
        return 1
    return max(1, MONTHS[every] // max(1, _months(context.period.start, context.period.end)))


def due_in(context: Context, every: str | None, on: date | None) -> Due:
    """
    Return the place of the period of *context* among those that an amount is for.

    Spans of several periods follow each other from the first day of each contract year; that billing periods start
    with the contract's term, the contract has checked.
    """
    if on is not None:
        return Due(1, 1, (str(on), str(context.period.start), str(context.period.end)))
    count = periods_in(context, every)
    if count == 1:
        return Due(1, 1)
    year = contract_year(context.term_start, context.period.start)
    length = _MONTHS_OF_YEAR // max(1, _months(context.period.start, context.period.end))
    days, whole = (context.period.start - year.start).days, (year.end - year.start).days
    return Due((2 * length * days + whole) // (2 * whole) % count + 1, count)


def fixed_part(
    whole: Figure[Any], due: Due, billed: Literal["advance", "arrears", "spread"] | None, cite: str
) -> Figure[Any]:
    """Return what of a *whole* amount is owed in the period."""
    if due.once is not None:
        day = given("owed on", due.once[0], cite)
        bounds = given("period from", due.once[1]), given("period to, exclusive", due.once[2])
        return derive(whole.name, "owed on/1", whole, day, *bounds, cites=(cite,))
    if due.of == 1:
        return whole
    if billed == "spread":
        place = given("period among those that it is for", due.position), given("of", due.of)
        return derive(f"part of {whole.name}", "equal part/1", whole, *place, cites=(cite,))
    return owed_then(whole, due, last=billed == "arrears")


def owed_then(whole: Figure[Any], due: Due, *, last: bool = False) -> Figure[Any]:
    """Return an amount or a number in the first (or the *last*) of the periods that it is for, zero in the others."""
    wanted = given("owed in period", due.of if last else 1)
    return derive(whole.name, "owed then/1", whole, given("period among those that it is for", due.position), wanted)


@rule("owed on/1")
def _owed_on(whole: Money | Fraction, day: str, start: str, end: str) -> Any:
    """Return an amount or a number in the period that holds the day, zero in any other."""
    return whole if start <= day < end else _zero(whole)


@rule("owed then/1")
def _owed_then(whole: Money | Fraction, position: int, wanted: int) -> Any:
    """Return an amount or a number in the period wanted, zero in any other."""
    return whole if position == wanted else _zero(whole)


@rule("equal part/1")
def _equal_part(whole: Money, position: int, count: int) -> Money:
    """Return the part at a position, from 1, of an amount split equally to the minor unit; all add up to it."""
    return allocate(whole, [1] * count)[position - 1]


def _zero(whole: Any) -> Any:
    return Money.zero(whole.currency) if isinstance(whole, Money) else whole * 0
