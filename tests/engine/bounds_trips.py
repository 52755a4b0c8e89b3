"""
Engines that go wrong, one for each bound and driver; run as a script (`python -O`) it tries them all.

No `assert` here, as the script must say the same without asserts.
"""

# A script prints, and asks where the library is before it imports it.
# ruff: noqa: T201

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

if __name__ == "__main__":
    sys.path[:0] = [str(Path(__file__).parents[2]), str(Path(__file__).parents[2] / "src")]

import numpy as np

import ecsm_contracts as ec
from ecsm_contracts.engine import Observer, _lines, _settle, settle
from ecsm_contracts.errors import EngineInvariantError
from ecsm_contracts.figures import derive, given
from ecsm_contracts.frames import TicketColumns, _column_observer, observe_columns
from ecsm_contracts.measures import Attainment, Outcomes, _observer
from ecsm_contracts.statements import Line, _restatement
from tests.engine.world import JANUARY, acme, january, tickets

DAY = 24 * 60 * 60 * 1_000_000


class Trip(NamedTuple):
    """A function of the engine that goes wrong, and what is said about it."""

    bound: int
    name: str
    owner: Any
    attribute: str
    wrong: Callable[[Any], Any]
    """Makes the wrong function of the right one."""
    said: str
    run: Callable[[], object]


@contextmanager
def gone_wrong(trip: Trip) -> Iterator[None]:
    """Let one function of the engine go wrong."""
    right = trip.owner.__dict__[trip.attribute]
    setattr(trip.owner, trip.attribute, trip.wrong(right))
    try:
        yield
    finally:
        setattr(trip.owner, trip.attribute, right)


def by_ticket() -> ec.Statement:
    """January by the plain driver."""
    return ec.evaluate(acme(), january(), period=JANUARY)


def by_column() -> ec.Statement:
    """January by the driver of columns."""
    facts, planned = january(), ec.plan(acme(), JANUARY)
    before = ec.observe(planned, replace(facts, tickets=()))
    columns = TicketColumns.from_tickets(facts.tickets)
    return settle(planned, before + observe_columns(planned, facts.setting, columns))


def restated() -> object:
    """January, and what is owed when every ticket and outage is taken out of it."""
    issued = ec.evaluate(acme(), january(), period=JANUARY)
    corrected = ec.evaluate(acme(), january(tickets=tickets(5), outages=[]), period=JANUARY)
    return ec.restate([issued], [corrected])


# --- functions that go wrong --------------------------------------------------------------------------------------


def _lines_changed(change: Callable[[tuple[Line, ...]], tuple[Line, ...]]) -> Callable[[Any], Any]:
    def wrong(right: Any) -> Any:
        def lines_of(*given_: Any) -> Any:
            made = right(*given_)
            lines = change(made.lines)
            return replace(made, lines=lines, total=derive("total", "total/1", *(line.figure for line in lines)))

        return lines_of

    return wrong


def _line(clause: str, kind: str, amount: str) -> Line:
    return Line(clause, kind, "wrong", given("wrong", ec.Money.parse(amount)))  # type: ignore[arg-type]  # one of the kinds


def _other_total(right: Any) -> Any:
    return lambda *given_: replace(right(*given_), total=given("total", ec.Money.parse("EUR 1.00")))


def _of_judgement(change: Callable[[Any], None]) -> Callable[[Any], Any]:
    def wrong(right: Any) -> Any:
        def walk(*given_: Any) -> Any:
            judged = right(*given_)
            change(judged)
            return judged

        return walk

    return wrong


def _slow(judged: Any) -> None:
    judged.late += 400 * DAY


def _forgets(judged: Any) -> None:
    judged.breach = None


def _later(judged: Any) -> None:
    judged.breach = None if judged.breach is None else judged.breach + DAY // 24


def _slow_columns(right: Any) -> Any:
    def walk(*given_: Any, **named: Any) -> Any:
        found = right(*given_, **named)
        return found._replace(elapsed=found.elapsed + 400 * DAY)

    return walk


def _forgetful_columns(right: Any) -> Any:
    def walk(*given_: Any, **named: Any) -> Any:
        found = right(*given_, **named)
        return found._replace(breach=found.breach * 0 + int(np.iinfo(np.int64).min))

    return walk


def _all_met(right: Any) -> Any:
    def numbers(self: Attainment, seen: Any) -> tuple[int, ...]:
        counted, _, elapsed = right(self, seen)
        return counted, counted, elapsed

    return numbers


def _counted_ten_times(right: Any) -> Any:
    def tally(self: Outcomes) -> Any:
        once = right(self)
        return once + once + once

    return tally


def _other_row(right: Any) -> Any:
    def row(self: Observer, ticket: Any) -> Any:
        return right(self, ticket)._replace(ref="T-0" if ticket.ref == "T-1" else ticket.ref)

    return row


def _lost(right: Any) -> Any:
    return lambda self, ticket: None if ticket.ref == "T-1" else right(self, ticket)


def _lost_column(right: Any) -> Any:
    def rows(self: Any, columns: Any, *, digests: bool) -> Any:
        return (row for row in right(self, columns, digests=digests) if row.ref != "T-1")

    return rows


def _other_clause(right: Any) -> Any:
    def differences(issued: Any, corrected: Any) -> Any:
        return (each._replace(clause="3.1") for each in right(issued, corrected))

    return differences


def _credits_charged(right: Any) -> Any:
    return lambda text, amount, clause, *, owed: right(text, amount, clause, owed=True)


def _doubled(lines: tuple[Line, ...]) -> tuple[Line, ...]:
    return (lines[0], *lines)


def _a_cent(lines: tuple[Line, ...]) -> tuple[Line, ...]:
    return _line("3.1", "charge", "EUR 20000.01"), *lines[1:]


def _fractions(lines: tuple[Line, ...]) -> tuple[Line, ...]:
    return _line("3.1", "charge", "EUR 20000.005"), *lines[1:]


def _foreign(lines: tuple[Line, ...]) -> tuple[Line, ...]:
    return (_line("3.1", "charge", "USD 20000.00"),)


def _of_no_clause(lines: tuple[Line, ...]) -> tuple[Line, ...]:
    return *lines, _line("9.9", "charge", "EUR 1.00")


def _unlimited(lines: tuple[Line, ...]) -> tuple[Line, ...]:
    return tuple(line for line in lines if line.kind != "limit")


def _of_lines(bound: int, name: str, change: Callable[[tuple[Line, ...]], tuple[Line, ...]], said: str) -> Trip:
    return Trip(bound, name, _settle, "lines_of", _lines_changed(change), said, by_ticket)


TRIPS = (
    _of_lines(1, "a line twice", _doubled, "two lines of one kind"),
    _of_lines(2, "a cent too much", _a_cent, "not what EUR 20000.00 is rounded to"),
    Trip(2, "credits are charged", _lines, "_signed", _credits_charged, "would be charged", by_ticket),
    Trip(3, "another total", _settle, "lines_of", _other_total, "not the sum of the lines", by_ticket),
    _of_lines(3, "the limit forgotten", _unlimited, "4.7: EUR 2000.00 given, and its lines come to"),
    Trip(4, "more than the life", _observer, "walk", _of_judgement(_slow), "T-.*cannot be", by_ticket),
    Trip(4, "the same in columns", _column_observer, "walk_columns", _slow_columns, "T-.*cannot be", by_column),
    Trip(5, "no breach", _observer, "walk", _of_judgement(_forgets), "beyond its target", by_ticket),
    Trip(
        5,
        "a breach too late",
        _observer,
        "walk",
        _of_judgement(_later),
        "not in time up to the instant of its breach",
        by_ticket,
    ),
    Trip(5, "all are met", Attainment, "numbers", _all_met, "its clock says otherwise", by_ticket),
    Trip(
        5,
        "no breach in columns",
        _column_observer,
        "walk_columns",
        _forgetful_columns,
        "its clock says otherwise",
        by_column,
    ),
    Trip(6, "more counted than there are", Outcomes, "tally", _counted_ten_times, "and there are", by_ticket),
    _of_lines(7, "a line of no clause", _of_no_clause, "9.9: there is no such clause"),
    Trip(7, "the row of another", Observer, "row", _other_row, "the row of ticket 'T-1'", by_ticket),
    Trip(8, "a ticket lost", Observer, "row", _lost, "20 tickets were read, and 19 have a row", by_ticket),
    Trip(
        8,
        "the same in columns",
        _column_observer.ColumnObserver,
        "rows",
        _lost_column,
        "20 tickets were read",
        by_column,
    ),
    _of_lines(9, "half a cent", _fractions, "not in whole minor units"),
    _of_lines(9, "another currency", _foreign, "not in whole minor units of EUR"),
    Trip(10, "the difference of another clause", _restatement, "differences", _other_clause, "is right", restated),
)


def main() -> int:
    """Try every trip, and return how many were not caught."""
    missed = 0
    for trip in TRIPS:
        with gone_wrong(trip):
            try:
                trip.run()
            except EngineInvariantError:
                continue
        missed += 1
        print(f"{trip.bound}: {trip.name}: not caught")
    print(f"{len(TRIPS)} tried, without asserts: {not __debug__}")
    return missed


if __name__ == "__main__":
    sys.exit(main())
