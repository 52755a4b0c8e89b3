"""How a month of a calendar is shown: a grid of weeks from Monday to Sunday, as text and as HTML."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from ecsm_contracts._display import Column, Table, escape_html, escape_text
from ecsm_contracts.calendars._compile import MINUTE_MICROS
from ecsm_contracts.calendars._duration import show_duration
from ecsm_contracts.calendars._hours import CLOSED, WEEKDAYS
from ecsm_contracts.calendars._instant import from_micros
from ecsm_contracts.calendars._zones import zone

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ecsm_contracts.calendars._month import CalendarDay, CalendarMonth

__all__ = ["month_html", "month_text"]

MONTHS: Final = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
_KINDS: Final = {"holiday": "holiday", "special": "special day"}
_MARK: Final = " *"
"""What stands behind the number of a date of which there is more to say below the grid."""


def month_text(month: CalendarMonth) -> str:
    """Return *month* as plain text."""
    rows = tuple(row for week in _weeks(month) for row in _lines(week))
    grid = Table("", tuple(Column(name) for name in WEEKDAYS), rows)
    head = [escape_text(_heading(month)), escape_text(month.title), "", grid.text()]
    notes = _notes(month)
    return "\n".join([*head, *(["", notes.text()] if notes.rows else []), "", _total(month)])


def month_html(month: CalendarMonth) -> str:
    """Return *month* as HTML without scripts; every text of it is escaped."""
    names = "".join(f'<th scope="col">{name}</th>' for name in WEEKDAYS)
    weeks = ["<tr>" + "".join(map(_cell, week)) + "</tr>" for week in _weeks(month)]
    notes = _notes(month)
    parts = [
        "<table>",
        f"<caption>{escape_html(_heading(month))}<br>{escape_html(month.title)}</caption>",
        f"<thead><tr>{names}</tr></thead>",
        "<tbody>",
        *weeks,
        "</tbody>",
        "</table>",
        *([notes.html()] if notes.rows else []),
        f"<p>{escape_html(_total(month))}</p>",
    ]
    return "\n".join(parts)


def _weeks(month: CalendarMonth) -> Iterator[list[CalendarDay | None]]:
    """Yield the weeks, Monday first, with None where another month's days would stand."""
    before: list[CalendarDay | None] = [None] * month.period.start.weekday()
    cells = [*before, *month.days]
    cells += [None] * (-len(cells) % len(WEEKDAYS))
    for start in range(0, len(cells), len(WEEKDAYS)):
        yield cells[start : start + len(WEEKDAYS)]


def _lines(week: list[CalendarDay | None]) -> Iterator[tuple[str, ...]]:
    """Yield the rows of one week: the dates, then as many lines of hours as the fullest day has."""
    yield tuple("" if day is None else f"{day.date.day:2}{_MARK if _said(day) else ''}" for day in week)
    shown = [() if day is None else day.hours or (CLOSED,) for day in week]
    for line in range(max(map(len, shown))):
        yield tuple(texts[line] if line < len(texts) else "" for texts in shown)


def _cell(day: CalendarDay | None) -> str:
    if day is None:
        return "<td></td>"
    texts = [f"<strong>{day.date.day}</strong>{_MARK if _said(day) else ''}", *map(escape_html, day.hours or (CLOSED,))]
    style = "" if day.hours else ";color:#767676"
    return f'<td style="text-align:left;vertical-align:top{style}">{"<br>".join(texts)}</td>'


def _said(day: CalendarDay) -> str:
    """Return what there is to say of a date that is not like every other; else nothing."""
    kind = _KINDS.get(day.kind, "")
    named = f"{kind}: {day.name}" if kind and day.name else kind or day.name
    return "; ".join(part for part in (named, day.note) if part)


def _notes(month: CalendarMonth) -> Table:
    """Return the dates of which there is more to say."""
    rows = tuple(
        (f"{WEEKDAYS[day.date.weekday()]} {day.date.day:2}", said, show_duration(day.service_time))
        for day in month.days
        if (said := _said(day))
    )
    return Table("", (Column("date *"), Column("what"), Column("service time", "right")), rows)


def _heading(month: CalendarMonth) -> str:
    """Return month, zone and its offset, and where in the month that changes."""
    first, *later = [f"UTC{_signed(offset)}" for _, offset in month.offsets]
    changes = [
        f"{offset} from {from_micros(at).astimezone(zone(month.zone)):%Y-%m-%d %H:%M}"
        for offset, (at, _) in zip(later, month.offsets[1:], strict=True)
    ]
    name = f"{MONTHS[month.period.start.month - 1]} {month.period.start.year}"
    return ", ".join([name, month.zone, first, *changes])


def _signed(offset: int) -> str:
    minutes = abs(offset) // MINUTE_MICROS
    return f"{'-' if offset < 0 else '+'}{minutes // 60:02}:{minutes % 60:02}"


def _total(month: CalendarMonth) -> str:
    return f"Service time: {show_duration(month.service_time)}"
