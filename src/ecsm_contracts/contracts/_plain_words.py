"""Plain words for values: dates, times, shares, amounts, names, and lists of these. British English, exact."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

from ecsm_contracts._display import escape_markdown
from ecsm_contracts.calendars import duration_micros
from ecsm_contracts.money import Money, Percent

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ecsm_contracts.clauses import Band, Severity

__all__ = [
    "ROUNDING",
    "bands_text",
    "counted",
    "day",
    "duration",
    "listed",
    "named",
    "ordinal",
    "sentence",
    "value",
]

MONTHS: Final = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
ROUNDING: Final[dict[str, str]] = {
    "half_up": "to the nearest, a tie away from zero",
    "half_even": "to the nearest, a tie to the even neighbour",
    "half_down": "to the nearest, a tie towards zero",
    "up": "away from zero",
    "down": "towards zero",
    "ceiling": "upwards",
    "floor": "downwards",
}


def named(text: str) -> str:
    r"""
    Return a name from the contract in quotes, harmless in Markdown.

        >>> named("*P1*")
        '“\\*P1\\*”'
    """
    return f"“{escape_markdown(text)}”"


def sentence(text: str) -> str:
    """
    Return *text* with a capital at its beginning and a full stop, or its own colon, at its end.

        >>> sentence("we promise this")
        'We promise this.'
    """
    return text[0].upper() + text[1:] + ("" if text.endswith((":", ".")) else ".")


def listed(items: Iterable[str], last: str = "and") -> str:
    """
    Return *items* as people list them.

        >>> listed(["a", "b", "c"]), listed(["a", "b"], "or"), listed(["a"])
        ('a, b and c', 'a or b', 'a')
    """
    *others, final = items
    return f"{', '.join(others)} {last} {final}" if others else final


def counted(number: int | Decimal, word: str) -> str:
    """
    Return a number with its noun.

        >>> counted(1, "ticket"), counted(1200, "ticket")
        ('1 ticket', '1,200 tickets')
    """
    return f"{number:,} {word}" if number == 1 else f"{number:,} {word}s"


def ordinal(number: int) -> str:
    """
    Return the ordinal of a day or a place.

        >>> [ordinal(number) for number in (1, 2, 3, 11, 22)]
        ['1st', '2nd', '3rd', '11th', '22nd']
    """
    teen = number // 10 % 10 == 1
    return f"{number}{'th' if teen else {1: 'st', 2: 'nd', 3: 'rd'}.get(number % 10, 'th')}"


def day(when: date) -> str:
    """
    Return a date.

        >>> day(date(2026, 7, 1))
        '1 July 2026'
    """
    return f"{when.day} {MONTHS[when.month - 1]} {when.year}"


def reading(when: datetime) -> str:
    """
    Return a reading of a wall clock.

        >>> reading(datetime(2026, 7, 1, 1, 30))
        '1 July 2026 01:30'
    """
    time = when.time().isoformat()
    return f"{day(when.date())} {time.removesuffix(':00') if when.second == 0 else time}"


def duration(time: timedelta) -> str:
    """
    Return a time in hours, minutes and seconds; never in days, whose meaning contracts differ on.

        >>> duration(timedelta(days=1, hours=1)), duration(timedelta(minutes=90)), duration(timedelta(seconds=1.5))
        ('25 hours', '1 hour 30 minutes', '1.5 seconds')
    """
    micros = duration_micros(time)
    minutes, rest = divmod(abs(micros), 60_000_000)
    parts = [counted(number, word) for number, word in ((minutes // 60, "hour"), (minutes % 60, "minute")) if number]
    if rest or not parts:
        seconds = f"{rest // 1_000_000}.{rest % 1_000_000:06}".rstrip("0").removesuffix(".")
        parts.append(f"{seconds} second{'' if seconds == '1' else 's'}")
    return ("minus " if micros < 0 else "") + " ".join(parts)


def value(thing: Any) -> str:
    """
    Return a share, an amount, a time or a number, exactly.

        >>> value(Percent.parse("99.90%")), value(Money.parse("EUR 20000.00")), value(Decimal("1.50"))
        ('99.9 %', 'EUR 20,000.00', '1.5')
    """
    if isinstance(thing, Percent):
        return f"{thing.number} %"
    if isinstance(thing, Money):
        return thing.display
    if isinstance(thing, timedelta):
        return duration(thing)
    text = f"{thing:,f}" if isinstance(thing, Decimal) else f"{thing:,}"
    return text.rstrip("0").removesuffix(".") if "." in text else text


def bands_text(bands: Iterable[Band | Severity], end: str = "") -> list[str]:
    """Return bands as items of a list: from the edge of the band before up to its own, and what holds there."""
    items: list[str] = []
    lower: Any = None
    for band in bands:
        upper, is_ = band.edge, band.is_
        what = named(is_) if isinstance(is_, str) else value(is_) + end
        if upper is None:
            where = str(lower) if str(lower).startswith("above") else f"{str(lower).removeprefix('from ')} and above"
        else:
            edge = "below" if band.up_to is None else "up to and including"
            between = "up to but not including" if band.up_to is None else edge
            where = f"{edge} {value(upper)}" if lower is None else f"{lower} {between} {value(upper)}"
            lower = f"{'from' if band.up_to is None else 'above'} {value(upper)}"
        items.append(f"- {where}: {what}")
    return items
