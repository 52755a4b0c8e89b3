"""
Weekly hours: when a desk is open in an ordinary week, read off a wall clock.

    Mon-Fri 08:00-12:00 13:00-18:00; Sat 09:00-12:00

A part is a list of days and the shifts on each of them; a part without days means every day. Days are
``Mon``, ``Mon,Wed`` or ``Fri-Mon`` (over the week's end). A shift is half-open, in whole minutes, and may end
at ``24:00``; one that ends before it starts passes midnight (``Mon 22:00-06:00`` is Monday from 22:00 and
Tuesday until 06:00). ``always`` is every day ``00:00-24:00``, and ``closed`` no hours at all.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from pydantic_core import core_schema

from ecsm_contracts.calendars._interval import Span, merge_spans
from ecsm_contracts.calendars._schema import value_schema
from ecsm_contracts.errors import InvalidValue, shown

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

__all__ = ["CLOSED", "WEEKDAYS", "WeeklyHours", "read_day_hours", "show_day_hours"]

WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
DAY_MINUTES = 24 * 60
ALWAYS = "always"
CLOSED = "closed"
LONGEST_TEXT = 2000
MOST_SHIFTS = 24
"""How many shifts a day may have: a bound on what compiling a calendar costs."""

_PART = re.compile(r"(?P<days>[^0-9]*)(?P<shifts>[0-9].*)", re.DOTALL)
_SHIFT = re.compile(r"([0-9]{2}):([0-9]{2})-([0-9]{2}):([0-9]{2})")
_LOOSE_SHIFT = re.compile(r"([0-9]{1,2}):([0-9]{2})(:[0-9]{2})? ?[-\u2013\u2014] ?([0-9]{1,2}):([0-9]{2})(:[0-9]{2})?")
_SEPARATORS = re.compile(r"[\s,]+")

Shift = tuple[int, int]
"""Minutes of the day, half-open; the end is at most 2880, beyond 1440 on the next day."""


@dataclass(frozen=True, slots=True)
class WeeklyHours:
    """
    The hours of an ordinary week, by weekday.

        >>> hours = WeeklyHours.parse("Mon-Fri 08:00-12:00 12:00-18:00; Sat 22:00-02:00")
        >>> hours.texts
        ('Mon-Fri 08:00-18:00', 'Sat 22:00-02:00')
        >>> hours.days[6]
        ((0, 120),)

    Two texts that mean the same hours make equal values with one canonical text. Documents read a text or a
    list of texts, and write the list.

    Raises:
        InvalidValue: rule "hours_days" unless there are seven days of sorted, disjoint minutes within a day.
    """

    days: tuple[tuple[Span, ...], ...]
    """For Monday to Sunday: minutes of that day in hours, half-open, sorted, disjoint, within [0, 1440]."""

    def __post_init__(self) -> None:
        """Check the shape; `parse` is how people make one."""
        whole = len(self.days) == len(WEEKDAYS)
        if not whole or any(not _is_day(spans) for spans in self.days):
            raise InvalidValue(
                "weekly hours are seven tuples of sorted, disjoint minutes within [0, 1440]",
                rule="hours_days",
                value=self.days,
            )
        if any(len(spans) > MOST_SHIFTS for spans in self.days):
            raise InvalidValue(
                f"a day has at most {MOST_SHIFTS} shifts; merge some of them", rule="hours_many", value=self.days
            )

    @classmethod
    def parse(cls, hours: str | Sequence[str]) -> WeeklyHours:
        """
        Return the hours that a text, or the parts of one, say; see the module for the grammar.

        Raises:
            InvalidValue: rules "hours_syntax", "hours_day" (unknown weekday), "hours_time", "hours_seconds",
                "hours_empty" (a shift of no length) and "hours_overlap" (an instant in two shifts).
        """
        texts = [hours] if isinstance(hours, str) else list(hours)
        parts = [part.strip() for text in texts for part in _short(text).split(";")]
        shifts: list[list[tuple[Span, str]]] = [[] for _ in WEEKDAYS]
        if parts != [CLOSED]:
            for part in parts:
                _place(part, shifts)
        return cls(tuple(_day(name, listed) for name, listed in zip(WEEKDAYS, shifts, strict=True)))

    @property
    def texts(self) -> tuple[str, ...]:
        """The canonical text, by parts; `parse` gives the same value back."""
        if not any(self.days):
            return (CLOSED,)
        if all(spans == ((0, DAY_MINUTES),) for spans in self.days):
            return (ALWAYS,)
        by_shifts: dict[tuple[Shift, ...], list[int]] = {}
        for weekday, shifts in enumerate(_joined(self.days)):
            if shifts:
                by_shifts.setdefault(shifts, []).append(weekday)
        return tuple(f"{_show_days(days)} {_show_shifts(shifts)}" for shifts, days in by_shifts.items())

    def __str__(self) -> str:
        """Return the canonical text in one line."""
        return "; ".join(self.texts)

    @classmethod
    def __get_pydantic_core_schema__(cls, source: object, handler: object) -> core_schema.CoreSchema:
        """Read `WeeklyHours`, a text or a list of texts; write the list of canonical texts."""
        text = core_schema.str_schema()
        document = core_schema.union_schema([core_schema.list_schema(text, min_length=1), text])
        return value_schema(_read, lambda hours: list(hours.texts), document)


def read_day_hours(text: str) -> tuple[Span, ...]:
    """
    Return the minutes in hours of one date, from its shifts, ``always`` or ``closed``.

        >>> read_day_hours("08:00-12:00 13:00-17:00")
        ((480, 720), (780, 1020))

    Raises:
        InvalidValue: as `WeeklyHours.parse` does; rule "hours_overnight" for a shift that passes midnight,
            because the early hours of the next date belong to that date.
    """
    stripped = _short(text).strip()
    if stripped == CLOSED:
        return ()
    shifts: list[tuple[Span, str]] = []
    for start, end, said in _shifts("00:00-24:00" if stripped == ALWAYS else stripped):
        if end > DAY_MINUTES:
            raise InvalidValue(
                f"{said} passes midnight; end it at 24:00 and give the early hours to the next date",
                rule="hours_overnight",
                value=text,
            )
        shifts.append(((start, end), said))
    return _day("the day", shifts)


def show_day_hours(spans: tuple[Span, ...]) -> str:
    """
    Return the text of one date's hours, ``closed`` when it has none.

        >>> show_day_hours(((480, 720),))
        '08:00-12:00'
    """
    return _show_shifts(spans) if spans else CLOSED


def _read(value: Any) -> WeeklyHours:
    if isinstance(value, WeeklyHours):
        return value
    if isinstance(value, str):
        return WeeklyHours.parse(value)
    if isinstance(value, (list, tuple)) and value and all(isinstance(text, str) for text in value):
        return WeeklyHours.parse(value)
    raise InvalidValue(
        f'{shown(value)} is not weekly hours; write a text such as "Mon-Fri 08:00-18:00", or a list of them',
        rule="hours_syntax",
        value=value,
    )


def _short(text: str) -> str:
    if len(text) > LONGEST_TEXT:
        raise InvalidValue(f"hours of more than {LONGEST_TEXT} characters", rule="hours_syntax", value=text)
    return text


def _is_day(spans: tuple[Span, ...]) -> bool:
    return spans == merge_spans(spans) and all(start >= 0 and end <= DAY_MINUTES for start, end in spans)


def _place(part: str, shifts: list[list[tuple[Span, str]]]) -> None:
    """Add the shifts of one part to its weekdays, and what passes midnight to the days after them."""
    match = _PART.fullmatch("00:00-24:00" if part == ALWAYS else part)
    if match is None:
        raise InvalidValue(
            f'{shown(part)} has no shift; write days and times, such as "Mon-Fri 08:00-18:00"',
            rule="hours_syntax",
            value=part,
        )
    for weekday in _weekdays(match["days"].strip()):
        for start, end, said in _shifts(match["shifts"]):
            shifts[weekday].append(((start, min(end, DAY_MINUTES)), said))
            if end > DAY_MINUTES:
                shifts[(weekday + 1) % 7].append(((0, end - DAY_MINUTES), f"{said} of {WEEKDAYS[weekday]}"))


def _day(name: str, shifts: Iterable[tuple[Span, str]]) -> tuple[Span, ...]:
    """Return the sorted spans of one day, after checking that no two of its shifts overlap."""
    ordered = sorted(shifts)
    for (first, said), (second, other) in pairwise(ordered):
        if second[0] < first[1]:
            raise InvalidValue(f"{other} overlaps {said} on {name}", rule="hours_overlap", value=(said, other))
    return merge_spans(span for span, _ in ordered)


def _weekdays(text: str) -> list[int]:
    if not text:
        return list(range(7))
    weekdays: list[int] = []
    for item in text.split(","):
        ends = [_weekday(name.strip(), text) for name in item.split("-")]
        if len(ends) > 2 or len(set(ends)) != len(ends):  # noqa: PLR2004 - first and last
            raise InvalidValue(f"{shown(item.strip())} is not a range of days", rule="hours_day", value=text)
        weekdays += [(ends[0] + step) % 7 for step in range((ends[-1] - ends[0]) % 7 + 1)]
    return weekdays


def _weekday(name: str, text: str) -> int:
    if name in WEEKDAYS:
        return WEEKDAYS.index(name)
    meant = name[:3].capitalize()
    hint = f'; did you mean "{meant}"?' if meant in WEEKDAYS else f"; the days are {', '.join(WEEKDAYS)}"
    raise InvalidValue(f"{shown(name)} is not a weekday{hint}", rule="hours_day", value=text)


def _shifts(text: str) -> list[tuple[int, int, str]]:
    """Return the start, the end (beyond 1440 when it is after midnight) and the text of each shift."""
    return [(*_shift(said), said) for said in _SEPARATORS.split(text.strip()) if said]


def _shift(said: str) -> Shift:
    match = _SHIFT.fullmatch(said)
    if match is None:
        raise _not_a_shift(said)
    from_hour, from_minute, to_hour, to_minute = (int(number) for number in match.groups())
    start, end = from_hour * 60 + from_minute, to_hour * 60 + to_minute
    if from_minute > 59 or to_minute > 59 or start >= DAY_MINUTES or end > DAY_MINUTES:  # noqa: PLR2004 - minutes
        raise InvalidValue(
            f"{shown(said)}: times are 00:00 to 23:59, and 24:00 as an end", rule="hours_time", value=said
        )
    if start == end:
        raise InvalidValue(f"{said} is empty; write 00:00-24:00 for the whole day", rule="hours_empty", value=said)
    return start, end if end > start else end + DAY_MINUTES


def _not_a_shift(said: str) -> InvalidValue:
    loose = _LOOSE_SHIFT.fullmatch(said)
    if loose is None:
        return InvalidValue(
            f'{shown(said)} is not a shift; write two times of day, such as "08:00-18:00"',
            rule="hours_syntax",
            value=said,
        )
    rule, why = ("hours_seconds", "hours are in whole minutes") if loose[3] or loose[6] else ("hours_syntax", "")
    meant = f"{int(loose[1]):02}:{loose[2]}-{int(loose[4]):02}:{loose[5]}"
    return InvalidValue(
        f'{shown(said)} is not a shift; {why}{"; " if why else ""}did you mean "{meant}"?',
        rule=rule,
        value=said,
    )


def _joined(days: tuple[tuple[Span, ...], ...]) -> list[tuple[Shift, ...]]:
    """Return the shifts by weekday, those that meet at midnight written as one where one text can say so."""
    shifts: list[list[Shift]] = [list(spans) for spans in days]
    for weekday, spans in enumerate(days):
        after = days[(weekday + 1) % 7]
        if spans and after and spans[-1][1] == DAY_MINUTES and after[0][0] == 0 and after[0][1] < spans[-1][0]:
            shifts[weekday][-1] = (spans[-1][0], DAY_MINUTES + after[0][1])
            shifts[(weekday + 1) % 7].remove(after[0])
    return [tuple(listed) for listed in shifts]


def _show_days(days: list[int]) -> str:
    runs: list[list[int]] = []
    for day in days:
        if runs and runs[-1][-1] == day - 1:
            runs[-1].append(day)
        else:
            runs.append([day])
    return ",".join(WEEKDAYS[run[0]] + (f"-{WEEKDAYS[run[-1]]}" if len(run) > 1 else "") for run in runs)


def _show_shifts(shifts: Iterable[Shift]) -> str:
    clipped = ((start, end if end <= DAY_MINUTES else end - DAY_MINUTES) for start, end in shifts)
    return " ".join(f"{_time(start)}-{_time(end)}" for start, end in clipped)


def _time(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"
