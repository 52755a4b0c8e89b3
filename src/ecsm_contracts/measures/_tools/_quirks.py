"""What tools do that no clock of ours says: pure functions over the legs of an account. All times in microseconds."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from datetime import timedelta
from operator import itemgetter
from typing import TYPE_CHECKING, NamedTuple

from ecsm_contracts.calendars import BusinessCalendar, from_micros, intersect_spans, merge_spans, subtract_spans, zone
from ecsm_contracts.errors import InvalidValue, shown
from ecsm_contracts.measures._tools._account import Account, Leg

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from collections.abc import Set as AbstractSet
    from datetime import date, datetime

    from ecsm_contracts.calendars import Span
    from ecsm_contracts.calendars._service_hours import ServiceHours
    from ecsm_contracts.measures._tools._choices import ToolChoices

__all__ = ["HUNDRED_PERCENT", "SECOND", "Terms", "by_day", "due_of", "percentage", "recut", "spent_of", "whole_minutes"]

SECOND = 1_000_000
MINUTE = 60 * SECOND
HUNDRED_PERCENT = 100_00


class Terms(NamedTuple):
    """What one priority is promised: a target, None where nothing is, and the hours it is measured in."""

    target: int | None
    hours: ServiceHours

    def worked(self, start: int, end: int) -> int:
        """Return the service time in `[start, end)`."""
        table = self.hours.table
        return table.worked_until(end) - table.worked_until(start)

    def after(self, start: int, amount: int) -> int:
        """Return the earliest instant at which *amount* of service time since *start* is used up."""
        table = self.hours.table
        return start if amount <= 0 else table.instant_of(table.worked_until(start) + amount)

    def opened(self, at: int) -> int:
        """Return *at*, or the next opening where *at* is a closing after which its date has no more hours."""
        table = self.hours.table
        opening = table.latest_instant_of(table.worked_until(at))
        return at if _date(self.hours, at - 1) == _date(self.hours, opening) else opening


def _date(hours: ServiceHours, at: int) -> date:
    return from_micros(at).astimezone(zone(hours.day_zone)).date()


def _floor_to_minute(leg: Leg) -> Span:
    return leg.start // MINUTE * MINUTE, leg.end // MINUTE * MINUTE


def recut(account: Account, choices: ToolChoices, unsolved: AbstractSet[int], open_until: int | None) -> Account:
    """
    Return *account* with its legs as a tool sees them.

    *unsolved* are the instants at which the ticket was closed without a resolution; *open_until* is the instant of
    asking where the clock is held there.
    """
    legs = list(account.legs)
    if choices.open_hold == "counted" and open_until is not None and legs[-1].what == "held":
        legs[-1] = legs[-1]._replace(what="running")
    if choices.closed_unsolved == "gap_counts":
        legs = [leg._replace(what="running") if leg.what == "gap" and leg.start in unsolved else leg for leg in legs]
    if choices.hold_edges == "minute":
        legs = list(_floored(legs))
    return account._replace(legs=tuple(legs))


def _floored(legs: Sequence[Leg]) -> Iterable[Leg]:
    """Yield the legs with both edges of each hold at the begin of its minute."""
    holds = merge_spans(span for leg in legs if leg.what == "held" if (span := _floor_to_minute(leg))[0] < span[1])
    for leg in legs:
        if leg.what not in {"running", "held"} or leg.start == leg.end:
            yield leg
            continue
        whole, near = ((leg.start, leg.end),), _overlapping(holds, leg.start, leg.end)
        cut = [(span, "running") for span in subtract_spans(whole, near)]
        cut += [(span, "held") for span in intersect_spans(whole, near)]
        yield from (Leg(start, end, what, leg.terms) for (start, end), what in sorted(cut))


def _overlapping(spans: Sequence[Span], start: int, end: int) -> Sequence[Span]:
    """Return those of the sorted, disjoint *spans* that overlap `[start, end)`, found by halving."""
    first = bisect_right(spans, start, key=itemgetter(1))
    return spans[first : bisect_left(spans, end, key=itemgetter(0))]


def _wall(legs: Iterable[Leg]) -> int:
    """Return how long the clock stood still, in whole seconds, halves to the even one."""
    seconds, rest = divmod(sum(leg.end - leg.start for leg in legs if leg.what in {"held", "gap"}), SECOND)
    up = 2 * rest > SECOND or (2 * rest == SECOND and seconds % 2)
    return (seconds + bool(up)) * SECOND


def spent_of(account: Account, choices: ToolChoices, terms: Sequence[Terms]) -> int:
    """Return the service time that the account is judged on."""
    if choices.pause == "wall_clock":
        whole = sum(terms[leg.terms].worked(leg.start, leg.end) for leg in account.legs)
        return max(0, whole - _wall(account.legs))
    spent = 0
    for leg in account.legs:
        spent = _share(leg, spent, terms) if leg.what == "share" else spent + _running(leg, terms)
    return spent


def _running(leg: Leg, terms: Sequence[Terms]) -> int:
    return terms[leg.terms].worked(leg.start, leg.end) if leg.what == "running" else 0


def _share(leg: Leg, spent: int, terms: Sequence[Terms]) -> int:
    before, after = terms[leg.terms].target, terms[leg.next_terms].target
    return spent * after // before if before and after is not None else spent


def due_of(account: Account, choices: ToolChoices, terms: Sequence[Terms], state: str) -> int | None:
    """
    Return the deadline that the tool shows: the earliest instant at which the target is used up.

    None while the clock is held with time left, as it then depends on what comes.
    """
    last = terms[account.terms]
    if last.target is None:
        return None
    after = choices.pause == "wall_clock" or choices.due_holds == "added_after"
    if after and state == "held":
        return None
    due = _due_with_holds_after(account, choices, last) if after else _due_in_place(account, terms, state)
    return last.opened(due) if due is not None and choices.due_at_closing == "next_opening" else due


def _due_with_holds_after(account: Account, choices: ToolChoices, terms: Terms) -> int:
    due = terms.after(account.start, terms.target or 0)
    if choices.pause == "wall_clock":
        return due + _wall(account.legs)
    held = sum(terms.worked(leg.start, leg.end) for leg in account.legs if leg.what in {"held", "gap"})
    return terms.after(due, held)


def _due_in_place(account: Account, terms: Sequence[Terms], state: str) -> int | None:
    target, spent = terms[account.terms].target or 0, 0
    for leg in account.legs:
        if leg.what == "share":
            spent = _share(leg, spent, terms)
        ran = _running(leg, terms)
        if spent + ran >= target:
            return terms[leg.terms].after(leg.start, target - spent)
        spent += ran
    if state == "held":
        return None
    return terms[account.terms].after(account.end, target - spent)


def percentage(spent: int, target: int) -> int:
    """
    Return what share of *target* is spent, in hundredths of a percent, rounded half up.

    >>> percentage(999_949_999, 1_000_000_000), percentage(999_950_000, 1_000_000_000)
    (9999, 10000)
    """
    if target == 0:
        return HUNDRED_PERCENT + bool(spent)
    return (2 * HUNDRED_PERCENT * spent + target) // (2 * target)


def whole_minutes(micros: int) -> int:
    """Return the whole minutes of a time; what is begun does not count."""
    return micros // MINUTE


def by_day(start: int, end: int, hours: ServiceHours) -> int:
    """
    Return the first response time as ERPNext reckons it: part of the first day, whole days between, part of the last.

    Days are told apart by their number in the month, holidays count as their weekday does, and both edges of a day's
    hours are in hours.

    Raises:
        InvalidValue: rule "tool_hours", unless each weekday has one shift at most.
    """
    week = _one_shift_a_day(hours)
    first, last = (from_micros(at).astimezone(zone(hours.day_zone)).replace(tzinfo=None) for at in (start, end))
    if first.day == last.day:
        return _same_day(first, last, week[first.weekday()])
    total = _rest_of_day(first, week[first.weekday()]) + _begun_day(last, week[last.weekday()])
    days = (last.date() - first.date()).days
    between = (first.date() + timedelta(days=number) for number in range(1, days))
    return total + sum(closes - opens for day in between for opens, closes in (week[day.weekday()] or (0, 0),))


def _one_shift_a_day(hours: ServiceHours) -> tuple[Span | None, ...]:
    days = hours.hours.days if isinstance(hours, BusinessCalendar) else None
    if days is None or any(len(day) > 1 for day in days):
        message = f"ERPNext knows one shift a weekday and nothing else; {shown(str(hours))} is not such a calendar"
        raise InvalidValue(message, rule="tool_hours", value=str(hours))
    return tuple((day[0][0] * MINUTE, day[0][1] * MINUTE) if day else None for day in days)


def _time_of_day(reading: datetime) -> int:
    return ((reading.hour * 60 + reading.minute) * 60 + reading.second) * SECOND


def _same_day(first: datetime, last: datetime, shift: Span | None) -> int:
    if shift is None:
        return 0
    opens, closes = shift
    begins, ends = _time_of_day(first), _time_of_day(last)
    if opens <= begins <= closes and opens <= ends <= closes:
        return (last - first) // timedelta(microseconds=1)
    if opens <= begins <= closes:
        return closes - begins
    return ends - opens if opens <= ends <= closes else 0


def _rest_of_day(reading: datetime, shift: Span | None) -> int:
    if shift is None:
        return 0
    return max(0, shift[1] - max(shift[0], _time_of_day(reading)))


def _begun_day(reading: datetime, shift: Span | None) -> int:
    if shift is None:
        return 0
    return max(0, min(shift[1], _time_of_day(reading)) - shift[0])
