"""
Bounds that every row keeps, checked while observing, in both drivers, also under `python -O`.

What a row may say is written once, in operators that integers and columns of integers both know; `|` and not `or`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final
from zlib import crc32

from ecsm_contracts.errors import EngineInvariantError, shown
from ecsm_contracts.measures import Attainment, Count, Ratio, TicketTime, TimeTaken

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from ecsm_contracts.measures import BoundLevel, Judgement, TicketView

    Broken = Callable[..., Any]

__all__ = ["RowBounds", "broken_numbers", "check_counted", "row_error"]

AT_FIRST: Final = 100
"""How many tickets an observer judges by a second path before it goes on with one in `ONE_IN`."""
ONE_IN: Final = 16
"""Of so many of the others one is."""
UNBOUNDED: Final = 1 << 61
"""More microseconds than any clock spends, and few enough for a column of 64 bits."""


def _attainment(wall: Any, counted: Any, met: Any, elapsed: Any) -> Any:
    """Say where more is met than counted, a ticket counts twice, or took longer than there was time."""
    return (met < 0) | (met > counted) | (counted > 1) | (elapsed < 0) | (elapsed > wall * counted)


def _ticket_time(wall: Any, met: Any, misses: Any, late: Any) -> Any:
    """Say where a ticket was met or missed twice, or got later, or less late, than there was time for."""
    return (met < -1) | (met > 1) | (misses < -1) | (misses > 1) | (late < -wall) | (late > wall)


def _time_taken(wall: Any, counted: Any, each: Any) -> Any:
    """Say where a ticket counts twice, or took longer than there was time."""
    return (counted < 0) | (counted > 1) | (each < 0) | (each > wall * counted)


def _ratio(wall: Any, total: Any, having: Any) -> Any:  # noqa: ARG001 - it has no time
    """Say where a ticket counts twice, or has a property without being counted."""
    return (having < 0) | (having > total) | (total > 1)


def _count(wall: Any, number: Any) -> Any:  # noqa: ARG001 - it has no time
    """Say where there are fewer events than none."""
    return number < 0


_BROKEN: Final[Mapping[type[Any], Broken]] = {
    Attainment: _attainment,
    TicketTime: _ticket_time,
    TimeTaken: _time_taken,
    Ratio: _ratio,
    Count: _count,
}


def broken_numbers(level: BoundLevel, numbers: Sequence[Any], wall: Any) -> Any:
    """
    Say whether the *numbers* of *level* for one ticket cannot be; or, of columns of them, which.

    Args:
        level: The level.

        numbers: What each of its columns says, as integers or as columns of them.

        wall: The time from the opening to the end of the level's window, in microseconds, not negative.
    """
    program = level.program
    broken = _BROKEN.get(type(program.measure))
    if broken is None:
        return False
    if level.clock is not None and level.clock.program.clock.changed == "keep_share":
        wall = wall * 0 + UNBOUNDED  # a change of priority scales the time spent, which may exceed what went by
    if not program.late_units:
        return broken(wall, *numbers)
    own = len(program.measure.columns)
    found = broken(wall, *numbers[:own])
    for units in numbers[own:]:  # lateness, in units of a microsecond or more
        found |= (units > wall + 1) | (units < -wall - 1)
    return found


class RowBounds:
    """
    The bounds of the rows of one observer.

    Every number is looked at. By a second path, which costs as much as observing, the first hundred tickets are judged
    again and then one in sixteen, chosen by identity: no figure depends on which.
    """

    __slots__ = ("_judged_again",)

    def __init__(self) -> None:
        """Begin with the first ticket."""
        self._judged_again = 0

    def is_chosen(self, ref: str) -> bool:
        """Say whether the ticket *ref* is to be judged by the second path as well."""
        if self._judged_again < AT_FIRST:
            self._judged_again += 1
            return True
        return not crc32(ref.encode(errors="surrogatepass")) % ONE_IN

    @staticmethod
    def check_row(level: BoundLevel, view: TicketView, numbers: Sequence[int], ref: str, *, again: bool) -> None:
        """
        Check the *numbers* of *level* for the ticket *ref*; with *again* its outcome by the second path, too.

        Raises:
            EngineInvariantError: naming the level and the ticket.
        """
        if broken_numbers(level, numbers, level.program.end - view.life.opened):
            raise row_error(level, ref, f"{list(numbers)} cannot be")
        if again and (fault := second_path(level, view, numbers)):
            raise row_error(level, ref, fault)


def row_error(level: BoundLevel, ref: str, fault: str) -> EngineInvariantError:
    """Return the error about the row of the ticket *ref*."""
    return EngineInvariantError(f"{level.program.ref}: ticket {shown(ref)}: {fault}")


def _outcome(level: BoundLevel, numbers: Sequence[int]) -> bool | None:
    """Return whether the *numbers* say that a ticket is in time; None where they say neither."""
    measure = level.program.measure
    if isinstance(measure, Attainment):
        return None if not numbers[0] else bool(numbers[1])
    if isinstance(measure, TicketTime):
        return True if numbers[0] > 0 else False if numbers[1] > 0 else None
    return None


def _may_differ(level: BoundLevel, at_end: Judgement | None) -> bool:
    """Say whether a ticket may count as missed though its clock is in time: the contract may have it so."""
    measure = level.program.measure
    return isinstance(measure, Attainment) and (
        measure.overdue != "once" or (measure.undecided == "missed" and at_end is not None and at_end.ticking)
    )


def _has_breach(level: BoundLevel, view: TicketView, until: int) -> bool:
    judged = level.judge(view, until)
    return judged is not None and judged.breach is not None


def second_path(level: BoundLevel, view: TicketView, numbers: Sequence[int]) -> str:
    """
    Say what is wrong with the outcome of one ticket, judged by instants and not by elapsed time; nothing mostly.

    A breach is where elapsed time exceeds the target; that is so exactly after the last instant at which it is at most
    the target. So just before that instant the ticket is in time, and a microsecond later it is not.
    """
    if not isinstance(level.program.measure, (Attainment, TicketTime)):
        return ""
    in_time, at_end = _outcome(level, numbers), level.judge(view, level.program.end)
    if at_end is None or not at_end.judged or at_end.target is None:
        return "" if in_time is None or _may_differ(level, at_end) else "it counts, and nothing is promised for it"
    if at_end.breach is None and at_end.elapsed > at_end.target:
        return "its clock is beyond its target, and says of no instant that it was the last one in time"
    if in_time is not None and in_time != (at_end.breach is None) and (in_time or not _may_differ(level, at_end)):
        return f"it counts as {'met' if in_time else 'missed'}, and its clock says otherwise"
    if level.clock is not None and level.clock.program.retroactive:
        return ""  # what the priority was to become is not known at an earlier instant
    return _by_instants(level, view, at_end)


def _by_instants(level: BoundLevel, view: TicketView, at_end: Judgement) -> str:
    """Say where the last instant in time, of a clock that has one, is not the last; nothing mostly."""
    if at_end.breach is None:
        due = at_end.due
        late = due is not None and _has_breach(level, view, due + 1)
        return "its clock stopped after the last instant in time, and has no breach" if late else ""
    breach = at_end.breach
    in_time = breach in view.compiled.times or not _has_breach(level, view, breach)  # an event may begin it anew
    exact = in_time and _has_breach(level, view, breach + 1)
    if view.life.opened <= breach < level.program.end and exact:
        return ""
    return "it was not in time up to the instant of its breach, and late from then on"


def check_counted(read: int, rows: int, rejected: int, left_out: int) -> None:
    """
    Check that of *read* tickets each has a row, was rejected, or was left out.

    Raises:
        EngineInvariantError: when they do not add up.
    """
    if read != rows + rejected + left_out or min(rows, rejected, left_out) < 0:
        raise EngineInvariantError(
            f"{read} tickets were read, and {rows} have a row, {rejected} were rejected, {left_out} left out"
        )
