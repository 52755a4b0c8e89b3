"""
The questions a calendar answers about columns: what is refused, what is compiled, and in which form answers go out.

This module needs NumPy; `_service_time` imports it when the first calendar is asked about columns, and not before.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NoReturn

import numpy as np

from ecsm_contracts.calendars import format_instant, from_micros
from ecsm_contracts.errors import CalendarRangeError, InvalidValue, shown
from ecsm_contracts.frames._column_table import ColumnTable, disjoint_holds, extended, parts, whole_years
from ecsm_contracts.frames._columns import (
    Column,
    check_forms,
    check_rows,
    first_true,
    read_amounts,
    read_instants,
    read_rows,
)

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ecsm_contracts.calendars._service_hours import ServiceHours

    Ints = NDArray[np.int64]

__all__ = ["Reckoner"]

_FAR_AMOUNT = 2**60
"""More than any calendar holds; added to a W, it still fits in 64 bits."""
_YEAR = 365 * 86_400_000_000


class Reckoner:
    """
    A calendar, and what of it is compiled: one immutable table, replaced as a whole, so that threads share it.

    Two threads that extend it at once each reckon with their own table, and one of the two is kept.
    """

    def __init__(self, calendar: ServiceHours) -> None:
        """Start with nothing compiled."""
        self._calendar = calendar
        self._table: ColumnTable | None = None

    def worked_until(self, instants: object) -> NDArray[Any]:
        """Return W(t) of each instant."""
        column = read_instants(instants, "instants")
        worked = np.empty(len(column), np.int64)
        if len(column):
            table = self._covering(column)
            for part in parts(len(column)):
                worked[part] = table.worked_until(column.micros[part])
        return _amounts(worked, column)

    def in_hours(self, instants: object) -> NDArray[np.bool_]:
        """Say of each instant whether it is in hours."""
        column = read_instants(instants, "instants")
        inside = np.empty(len(column), np.bool_)
        if len(column):
            table = self._covering(column, end_too=False)
            for part in parts(len(column)):
                inside[part] = table.in_hours(column.micros[part])
        return inside

    def worked(self, starts: object, ends: object, holds: object = None) -> NDArray[Any]:
        """Return the service time of each pair, less what its holds cover."""
        first, last = read_instants(starts, "starts"), read_instants(ends, "ends")
        check_rows(first, last)
        check_forms(first, last)
        held = None if holds is None else _read_holds(holds, first)
        if not len(first):
            return _amounts(np.empty(0, np.int64), first)
        table = self._covering(first, last)
        worked = _worked(table, first.micros, last.micros)
        if held is not None:
            rows, start, end = held
            start, end = np.maximum(start, first.micros[rows]), np.minimum(end, last.micros[rows])
            inside = np.flatnonzero(start < end)
            rows, start, end = disjoint_holds(rows[inside], start[inside], end[inside])
            np.subtract.at(worked, rows, _worked(table, start, end))
        return _amounts(worked, first)

    def deadlines(self, starts: object, amounts: object, at: object) -> NDArray[Any]:
        """Return the instant at which each amount is used up, counted from its start."""
        if not isinstance(at, str) or at not in ("earliest", "next_opening"):
            raise InvalidValue(
                f'{shown(at)} is no deadline: write "earliest" or "next_opening"', rule="deadline_at", value=at
            )
        start, amount = read_instants(starts, "starts"), read_amounts(amounts, "amounts")
        check_rows(start, amount)
        check_forms(start, amount)
        earliest = at == "earliest"
        back = None if earliest else first_true(amount.micros < 0)
        if back is not None:
            message = f'{amount.row(back)} looks back; at="next_opening" does not fit it'
            raise InvalidValue(message, rule="deadline_at", value=at)
        found = np.empty(len(start), np.int64)
        if len(start):
            self._use_up(found, start, amount, earliest=earliest)
        return found.view("M8[us]") if start.dated else found

    def _use_up(self, found: Ints, start: Column, amount: Column, *, earliest: bool) -> None:
        """
        Put into *found* the latest instant at which each amount is used up; or the earliest of positive amounts.

        The earliest instant at which w is worked comes just after the latest at which w - 1 is. In between, *found*
        holds the service times that are looked for; rows that stay where they are hold one that is there.
        """
        table = self._covering(start)
        for part in parts(len(found)):
            amounts = np.clip(amount.micros[part], -_FAR_AMOUNT, _FAR_AMOUNT)
            targets = table.worked_until(start.micros[part]) + amounts - (earliest & (amounts > 0))
            found[part] = np.where(earliest & (amounts == 0), table.lowest, targets)
        table = self._holding(table, int(found.min()), int(found.max()))
        for part in parts(len(found)):
            targets, amounts = found[part], amount.micros[part]
            stays = earliest & (amounts == 0)
            beyond = first_true(((targets < table.lowest) | (targets >= table.highest)) & ~stays)
            if beyond is not None:
                self._refuse_amount(start, amount, part.start + beyond)
            latest = table.instant_of(targets) + (earliest & (amounts > 0))
            found[part] = np.where(stays, start.micros[part], latest)

    def _covering(self, *columns: Column, end_too: bool = True) -> ColumnTable:
        """Return a table that covers all instants of *columns*, which are not empty."""
        start, end = self._calendar.limits
        first = min(int(column.micros.min()) for column in columns)
        last = max(int(column.micros.max()) for column in columns)
        if first < start or last > end or (last == end and not end_too):
            self._refuse(columns, end if end_too else end - 1)
        table = self._table
        if table is None:
            first, last = whole_years(first, last, (start, end))
            anchored = self._calendar.table.worked_until(first)
            table = ColumnTable(first, first, anchored, np.empty(0, np.int64))
        elif table.first <= first and last <= table.last:
            return table
        else:
            first, last = whole_years(first, last, (start, end))
        return self._extend(table, first, last)

    def _holding(self, table: ColumnTable, lowest: int, highest: int) -> ColumnTable:
        """Return a table that holds the service times from *lowest* to *highest*, or all that the calendar covers."""
        limits = self._calendar.limits
        while True:
            further = 1 + (table.last - table.first) // _YEAR
            first, last = whole_years(table.first, table.last - 1, limits, further=further)
            if highest < table.highest or table.last == limits[1]:
                last = table.last
            if lowest >= table.lowest or table.first == limits[0]:
                first = table.first
            if (first, last) == (table.first, table.last):
                return table
            table = self._extend(table, first, last)

    def _extend(self, table: ColumnTable, first: int, last: int) -> ColumnTable:
        """Compile what is missing from *first* to *last*, keep it for whoever asks next, and return it."""
        first, last = min(first, table.first), max(last, table.last)
        before = self._calendar.open_spans(first, table.first) if first < table.first else ()
        after = self._calendar.open_spans(table.last, last) if table.last < last else ()
        table = self._table = extended(table, before, after, (first, last))
        return table

    def _refuse_amount(self, start: Column, amount: Column, row: int) -> NoReturn:
        raise CalendarRangeError(
            f"{self._calendar.title} has no such service time, from {self._limits()}: "
            f"{start.row(row)}, {amount.row(row)}"
        )

    def _refuse(self, columns: tuple[Column, ...], last: int) -> None:
        start, _ = self._calendar.limits
        for column in columns:
            beyond = first_true((column.micros < start) | (column.micros > last))
            if beyond is not None:
                hint = "" if column.dated else "; whole numbers are microseconds since 1970"
                raise CalendarRangeError(
                    f"{self._calendar.title} covers {self._limits()}; {column.row(beyond)} is outside{hint}"
                )

    def _limits(self) -> str:
        start, end = (format_instant(from_micros(limit)) for limit in self._calendar.limits)
        return f"{start} to {end}"


def _worked(table: ColumnTable, starts: Ints, ends: Ints) -> Ints:
    worked = np.empty(len(starts), np.int64)
    for part in parts(len(starts)):
        worked[part] = table.worked_between(starts[part], ends[part])
    return worked


def _amounts(micros: Ints, asked: Column) -> NDArray[Any]:
    """Return *micros* in the form of what was *asked*."""
    return micros.view("m8[us]") if asked.dated else micros


def _read_holds(holds: object, pairs: Column) -> tuple[Ints, Ints, Ints]:
    """Return rows, starts and ends of holds; each belongs to one of *pairs*."""
    if not isinstance(holds, tuple) or len(holds) != 3:  # noqa: PLR2004 - the three named in the message
        message = f"holds: three columns are needed, (rows, starts, ends); this is {shown(type(holds).__name__)}"
        raise InvalidValue(message, rule="column_shape", value=type(holds).__name__)
    rows = read_rows(holds[0], "holds: rows")
    starts, ends = read_instants(holds[1], "holds: starts"), read_instants(holds[2], "holds: ends")
    check_rows(rows, starts, ends)
    check_forms(pairs, starts, ends)
    unknown = first_true((rows.micros < 0) | (rows.micros >= len(pairs)))
    if unknown is not None:
        message = f"{rows.row(unknown)}: there are {len(pairs)} pairs, counted from 0"
        raise InvalidValue(message, rule="hold_row", value=int(rows.micros[unknown]))
    reversed_hold = first_true(ends.micros < starts.micros)
    if reversed_hold is not None:
        message = f"{ends.row(reversed_hold)} lies before {starts.row(reversed_hold)}; a hold ends after it starts"
        raise InvalidValue(message, rule="hold_order", value=reversed_hold)
    return rows.micros, starts.micros, ends.micros
