"""
Recurrence rules: the local dates on which a window comes again.

The text is the value of an RRULE, such as ``FREQ=WEEKLY;BYDAY=SU`` or ``FREQ=MONTHLY;BYDAY=2TU;COUNT=12``. Its dates
are found by python-dateutil. What the standard leaves open, or dateutil reads in a way of its own, is refused here, and
the message says what to write instead; so is whatever could make an expansion endless. A date that a month or year
does not have (the 31st, 29 February) is passed over.

References:
    RFC 5545, sections 3.3.10 (recurrence rules) and 3.8.5.3 (the property RRULE).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import MAXYEAR, date, datetime, time, timedelta
from functools import lru_cache
from itertools import islice
from typing import TYPE_CHECKING, Annotated, Any, Final, Literal, NoReturn

from pydantic import AfterValidator, StrictStr

from ecsm_contracts.calendars._instant import END_YEAR
from ecsm_contracts.errors import InvalidValue, did_you_mean, shown

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["Rule", "RuleText", "first_given", "gives_start", "last_date", "read_rule", "rule_dates"]

LONGEST_RULE = 500
"""Characters of a rule."""
MOST_INTERVAL = 1000
"""The longest step between periods."""
MOST_COUNT = 10_000
"""The most windows that a rule may count."""
MOST_IN_A_MONTH = 5
"""How often a weekday is at most in a month."""
MOST_IN_A_YEAR = 53
"""How often a weekday is at most in a year."""
HINT_DAYS = 400
"""How many days after a start that its rule does not give are searched for one that it does."""

_DAYS: Final = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_FREQUENCIES: Final = ("DAILY", "WEEKLY", "MONTHLY", "YEARLY")
_NUMBERS: Final = {
    "BYMONTH": (1, 12),
    "BYYEARDAY": (-366, 366),
    "BYMONTHDAY": (-31, 31),
    "BYSETPOS": (-366, 366),
}
"""The least and the most of each part that lists numbers."""
_PARTS: Final = ("FREQ", "INTERVAL", "COUNT", "UNTIL", *_NUMBERS, "BYDAY", "WKST")
_TIMES: Final = ("BYHOUR", "BYMINUTE", "BYSECOND")
_DAY_PARTS: Final = frozenset({"BYYEARDAY", "BYMONTHDAY", "BYDAY"})
_NUMBER = re.compile(r"[+-]?[0-9]{1,6}", re.ASCII)
_DAY = re.compile(r"([+-]?[0-9]{1,2})?([A-Z]{2})", re.ASCII)
_UNTIL = re.compile(r"([0-9]{8})(?:T([0-9]{6})(Z?))?", re.ASCII)

UntilForm = Literal["date", "local", "utc"]


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule, read and found to have one meaning."""

    frequency: str
    interval: int = 1
    count: int | None = None
    until: datetime | None = None
    """The last start that may be, a reading: of a wall clock, or in UTC; midnight for a date."""
    until_form: UntilForm = "local"
    numbers: tuple[tuple[str, tuple[int, ...]], ...] = ()
    """Parts that list numbers, by name, each sorted."""
    days: tuple[tuple[int, int], ...] = ()
    """BYDAY: ordinal (0 for every such day) and weekday (0 is Monday), sorted."""
    week_start: int = 0

    @property
    def parts(self) -> frozenset[str]:
        """The names of the parts that choose dates."""
        return frozenset({name for name, _ in self.numbers} | ({"BYDAY"} if self.days else set()))

    def listed(self, name: str) -> tuple[int, ...]:
        """Return the numbers of the part *name*; none, if the rule has no such part."""
        return dict(self.numbers).get(name, ())

    def __str__(self) -> str:
        """Return the one text of this meaning: parts in the order of the standard, defaults left out."""
        values = {"FREQ": self.frequency} | {name: ",".join(map(str, listed)) for name, listed in self.numbers}
        if self.interval > 1:
            values["INTERVAL"] = str(self.interval)
        if self.count is not None:
            values["COUNT"] = str(self.count)
        if self.until is not None:
            until = self.until.isoformat().replace("-", "").replace(":", "")
            values["UNTIL"] = until[:8] if self.until_form == "date" else until + "Z" * (self.until_form == "utc")
        if self.days:
            values["BYDAY"] = ",".join(f"{ordinal or ''}{_DAYS[day]}" for ordinal, day in self.days)
        if self.week_start:
            values["WKST"] = _DAYS[self.week_start]
        return ";".join(f"{name}={values[name]}" for name in _PARTS if name in values)


@lru_cache(maxsize=1024)
def read_rule(text: str) -> Rule:
    """
    Return the rule that *text* says.

        >>> str(read_rule("BYDAY=SU,SA;INTERVAL=1;freq=weekly"))
        'FREQ=WEEKLY;BYDAY=SA,SU'

    Raises:
        InvalidValue: rules "rule_syntax" (not parts such as ``FREQ=WEEKLY``), "rule_part" (unknown, repeated or not
            read here), "rule_value" (out of bounds) and "rule_combination" (parts that do not go together).
    """
    parts = _split(text)
    _check_names(parts, text)
    until, form = _read_until(parts.get("UNTIL"))
    listed = [name for name in _NUMBERS if name in parts]
    rule = Rule(
        frequency=parts["FREQ"],
        interval=_read_number("INTERVAL", parts.get("INTERVAL", "1"), MOST_INTERVAL),
        count=_read_number("COUNT", parts["COUNT"], MOST_COUNT) if "COUNT" in parts else None,
        until=until,
        until_form=form,
        numbers=tuple((name, _read_numbers(name, parts[name], *_NUMBERS[name])) for name in listed),
        days=_read_days(parts["BYDAY"]) if "BYDAY" in parts else (),
        week_start=_read_week_start(parts.get("WKST", "MO")),
    )
    _check(rule, text)
    return rule


RuleText = Annotated[StrictStr, AfterValidator(lambda text: str(read_rule(text)))]
"""A recurrence rule in a model: reads the value of an RRULE, keeps the one text of its meaning."""


def rule_dates(rule: Rule, start: date, first: date, last: date) -> Iterator[date]:
    """
    Yield the dates that *rule* gives from *first* to *last*, both included, none before *start*, in order.

    *start* is a date that the rule gives; periods are counted from the one in which it lies. COUNT and UNTIL are not
    looked at here. The cost is that of the dates asked for, however long ago the start.
    """
    first = max(first, start)
    for day in _expanded(rule, start, _in_phase(rule, start, first), rule.interval, last):
        if day >= first:
            yield day


def last_date(rule: Rule, start: date) -> date:
    """Return the last date that COUNT and the years of instants leave to a rule that begins on *start*."""
    end = date(END_YEAR, 1, 1)
    if rule.count is None:
        return end
    return next(islice(rule_dates(rule, start, start, end), rule.count - 1, None), end)


def gives_start(rule: Rule, start: date) -> bool:
    """
    Say whether the rule gives the date that it begins on.

    It looks at the period of *start* alone: dateutil would search the next 8000 years for a date that is never there.
    """
    if rule.days and start.weekday() not in {day for _, day in rule.days}:
        return False
    if start.month not in (rule.listed("BYMONTH") or (start.month,)):
        return False
    if rule.frequency == "DAILY":
        return True
    period = _period_start(rule, start)
    if rule.frequency == "WEEKLY":  # the weekday is right: this week, or one soon after it, gives a date
        return start in _expanded(rule, start, period, 1, start)
    beyond = MAXYEAR * (12 if rule.frequency == "MONTHLY" else 1)
    return start in _expanded(rule, start, period, beyond, date.max)


def first_given(rule: Rule, start: date) -> date | None:
    """Return the first date from *start* on with which the rule could begin; None when there is none soon."""
    days = (start + timedelta(days=ahead) for ahead in range(HINT_DAYS))
    return next((day for day in days if gives_start(rule, day)), None)


def _refuse(message: str, text: str, *, rule: str) -> NoReturn:
    raise InvalidValue(message, rule=rule, value=text)


def _split(text: str) -> dict[str, str]:
    if len(text) > LONGEST_RULE:
        _refuse(f"a rule of more than {LONGEST_RULE} characters", text, rule="rule_syntax")
    parts: dict[str, str] = {}
    for part in text.upper().split(";"):
        name, sign, value = part.partition("=")
        if not sign or not name or not value or not part.isascii() or part.startswith("RRULE:"):
            message = f'{shown(part)} is not a part of a rule; write them as in "FREQ=WEEKLY;BYDAY=SU", without RRULE:'
            _refuse(message, text, rule="rule_syntax")
        if name in parts:
            _refuse(f"{shown(name)} stands twice; write it once", text, rule="rule_part")
        parts[name] = value
    return parts


def _check_names(parts: dict[str, str], text: str) -> None:
    for name in parts:
        if name in _TIMES:
            message = f"{name} is not read: a window comes at the time of its start, once a day at most"
            _refuse(message, text, rule="rule_part")
        if name == "BYWEEKNO":
            message = "BYWEEKNO is not read: dateutil leaves out days of week 52 that lie in January; list the dates"
            _refuse(message, text, rule="rule_part")
        if name not in _PARTS:
            _refuse(f"{shown(name)} is no part of a rule{did_you_mean(name, _PARTS)}", text, rule="rule_part")
    frequency = parts.get("FREQ", "")
    if frequency not in _FREQUENCIES:
        found = f"not {shown(frequency)}" if frequency else "and it is missing"
        hint = did_you_mean(frequency, _FREQUENCIES)
        _refuse(f"FREQ is one of {', '.join(_FREQUENCIES)}, {found}{hint}", text, rule="rule_value")


def _read_number(name: str, text: str, most: int) -> int:
    number = int(text) if _NUMBER.fullmatch(text) else 0
    if not 1 <= number <= most:
        _refuse(f"{name} is a whole number from 1 to {most}, not {shown(text)}", text, rule="rule_value")
    return number


def _read_numbers(name: str, text: str, least: int, most: int) -> tuple[int, ...]:
    numbers = set()
    for item in text.split(","):
        number = int(item) if _NUMBER.fullmatch(item) else 0
        if not number or not least <= number <= most:
            bounds = f"1 to {most}" if least > 0 else f"1 to {most} or -{most} to -1"
            _refuse(f"{name} is a list of numbers, {bounds}; not {shown(item)}", text, rule="rule_value")
        numbers.add(number)
    return tuple(sorted(numbers))


def _read_days(text: str) -> tuple[tuple[int, int], ...]:
    days = set()
    for item in text.split(","):
        match = _DAY.fullmatch(item)
        ordinal = int(match[1] or 1) if match else 0
        if match is None or match[2] not in _DAYS or not 1 <= abs(ordinal) <= MOST_IN_A_YEAR:
            message = f"{shown(item)} is not a day of a rule; write MO, TU, … SU, or with an ordinal 1SU or -1SU"
            _refuse(message, text, rule="rule_value")
        days.add((int(match[1] or 0), _DAYS.index(match[2])))
    return tuple(sorted(days))


def _read_week_start(text: str) -> int:
    if text not in _DAYS:
        _refuse(f"WKST is one of {', '.join(_DAYS)}, not {shown(text)}", text, rule="rule_value")
    return _DAYS.index(text)


def _read_until(text: str | None) -> tuple[datetime | None, UntilForm]:
    if text is None:
        return None, "local"
    match = _UNTIL.fullmatch(text)
    try:
        until = datetime.fromisoformat(f"{match[1]}T{match[2] or '000000'}" if match else "")
    except ValueError:
        message = f"UNTIL is a local time such as 20261231T235959, or one in UTC with Z, not {shown(text)}"
        _refuse(message, text, rule="rule_value")
    if match is None or match[2] is None:
        return until, "date"
    return until, "utc" if match[3] else "local"


def _check(rule: Rule, text: str) -> None:
    """Refuse parts that the standard forbids together, or whose meaning it leaves open."""
    for found, message in (*_choices_at_fault(rule), *_days_at_fault(rule)):
        if found:
            _refuse(message, text, rule="rule_combination")


def _choices_at_fault(rule: Rule) -> Iterator[tuple[bool, str]]:
    """Yield what may be wrong with how parts go together, each with what to write instead."""
    frequency, parts, positions = rule.frequency, rule.parts, rule.listed("BYSETPOS")
    yearly, rarely = frequency == "YEARLY", frequency in {"MONTHLY", "YEARLY"}
    both_ends = rule.count is not None and rule.until is not None
    yield both_ends, "COUNT and UNTIL both say where the rule ends; write one of them"
    yield "BYYEARDAY" in parts and not yearly, f"BYYEARDAY goes with FREQ=YEARLY, not with {frequency}"
    month_days = "BYMONTHDAY" in parts
    yield month_days and not rarely, f"BYMONTHDAY does not go with FREQ={frequency}; write FREQ=MONTHLY"
    anywhere = month_days and yearly and "BYMONTH" not in parts
    yield anywhere, "BYMONTHDAY with FREQ=YEARLY: say in which months by BYMONTH, or write FREQ=MONTHLY"
    yield bool(positions) and parts == {"BYSETPOS"}, "BYSETPOS chooses among the dates of another part, such as BYDAY"
    yield bool(positions) and frequency == "DAILY", "BYSETPOS with FREQ=DAILY has one date to choose from; leave it out"
    too_far = frequency == "WEEKLY" and max(map(abs, positions), default=0) > max(len(rule.days), 1)
    yield too_far, "BYSETPOS is more than the days of BYDAY in a week"


def _days_at_fault(rule: Rule) -> Iterator[tuple[bool, str]]:
    """Yield what may be wrong with the days of BYDAY, each with what to write instead."""
    ordinals = {abs(ordinal) for ordinal, _ in rule.days}
    often = rule.frequency in {"DAILY", "WEEKLY"}
    in_months = rule.frequency == "MONTHLY" or "BYMONTH" in rule.parts
    yield any(ordinals) and often, f"an ordinal as in 1SU does not go with FREQ={rule.frequency}; write FREQ=MONTHLY"
    mixed = 0 in ordinals and len(ordinals) > 1
    yield mixed, "BYDAY has days with and without an ordinal, which programs read differently; write two windows"
    too_many = in_months and max(ordinals, default=0) > MOST_IN_A_MONTH
    yield too_many, f"a month has at most {MOST_IN_A_MONTH} of a weekday; ordinals of BYDAY are 1 to 5 or -5 to -1 here"


def _expanded(rule: Rule, start: date, period: date, step: int, last: date) -> Iterator[date]:
    """
    Yield the dates until *last* in every *step*-th period from the one that begins on *period*.

    dateutil sees *last* only when it has found a date: it must not be asked about a rule that never gives one.
    """
    from dateutil import rrule as recurrence  # noqa: PLC0415 - who has no such windows does not wait for it

    frequencies: dict[str, Literal[0, 1, 2, 3]] = {
        "YEARLY": recurrence.YEARLY,
        "MONTHLY": recurrence.MONTHLY,
        "WEEKLY": recurrence.WEEKLY,
        "DAILY": recurrence.DAILY,
    }
    arguments = _arguments(rule, start)
    if rule.days:
        arguments["byweekday"] = [recurrence.weekday(day, ordinal or None) for ordinal, day in rule.days]
    begin, until = datetime.combine(period, time()), datetime.combine(last, time())
    found = recurrence.rrule(frequencies[rule.frequency], begin, step, rule.week_start, until=until, **arguments)
    return (moment.date() for moment in found)


def _arguments(rule: Rule, start: date) -> dict[str, Any]:
    """Return the rule in dateutil's words but for BYDAY, with what it leaves to its start written out."""
    found: dict[str, Any] = {name.lower(): listed for name, listed in rule.numbers}
    if not rule.parts & _DAY_PARTS:
        if rule.frequency == "WEEKLY":
            found["byweekday"] = start.weekday()
        elif rule.frequency != "DAILY":
            found["bymonthday"] = start.day
        if rule.frequency == "YEARLY":
            found.setdefault("bymonth", start.month)
    return found


def _period_start(rule: Rule, day: date) -> date:
    """Return the first date of the year, month, week or day that *day* lies in."""
    if rule.frequency == "YEARLY":
        return date(day.year, 1, 1)
    if rule.frequency == "MONTHLY":
        return date(day.year, day.month, 1)
    if rule.frequency == "WEEKLY":
        return day - timedelta(days=(day.weekday() - rule.week_start) % 7)
    return day


def _in_phase(rule: Rule, start: date, first: date) -> date:
    """Return the beginning of the latest period that begins by *first* and that INTERVAL reaches from *start*'s."""
    origin, step = _period_start(rule, start), rule.interval
    if rule.frequency == "YEARLY":
        return date(first.year - (first.year - origin.year) % step, 1, 1)
    if rule.frequency == "MONTHLY":
        months = 12 * (first.year - origin.year) + first.month - origin.month
        year, month = divmod(12 * origin.year + origin.month - 1 + months - months % step, 12)
        return date(year, month + 1, 1)
    days = step * (7 if rule.frequency == "WEEKLY" else 1)
    return first - timedelta(days=(first - origin).days % days)
