"""In plain words: a promise, and what is excused of it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from ecsm_contracts.contracts._plain_measures import measure_text, number_of
from ecsm_contracts.contracts._plain_prices import counted_things
from ecsm_contracts.contracts._plain_words import (
    ROUNDING,
    bands_text,
    counted,
    day,
    duration,
    listed,
    named,
    ordinal,
    reading,
    sentence,
    value,
)
from ecsm_contracts.measures import Attainment, Availability, LevelsTogether, TicketTime

if TYPE_CHECKING:
    from ecsm_contracts.calendars import RecurringWindow
    from ecsm_contracts.clauses import Relief, ServiceLevel
    from ecsm_contracts.contracts._plain_book import Book

__all__ = ["level_text", "relief_text"]

_DAYS = re.compile("FREQ=(?P<every>WEEKLY|MONTHLY);BYDAY=(?P<days>[-+0-9A-Z,]+)")
_WEEKDAYS = {
    "MO": "Monday",
    "TU": "Tuesday",
    "WE": "Wednesday",
    "TH": "Thursday",
    "FR": "Friday",
    "SA": "Saturday",
    "SU": "Sunday",
}
_WORDS = {"at_least": "at least", "at_most": "at most", "above": "more than", "below": "less than"}
_NOTICES = {
    "maintenance": "planned maintenance",
    "force_majeure": "force majeure",
    "customer_delay": "delay on the customer’s side",
    "third_party": "failures of third parties",
    "early_life": "early life of a service",
}


def level_text(book: Book, level: ServiceLevel) -> list[str]:
    """Return what is promised, and how it is judged."""
    span = book.window(level.every)
    found = [_promise(book, level, span), *measure_text(book, level, span)]
    if level.smoothed is not None:
        found.append(
            sentence(f"what is judged is the mean of the numbers of this {span} and of the {level.smoothed - 1} before")
        )
    if level.precision is not None:
        places = counted(level.precision.places, "decimal")
        how = ROUNDING[level.precision.mode]
        found.append(sentence(f"the number is rounded to {places} ({how}) before it is judged"))
    if level.gaps is not None:
        gap = "breaks it" if level.gaps == "breaks" else "is skipped"
        found.append(sentence(f"in a row of results, a {span} that was not measured or is excused {gap}"))
    if level.severities:
        found += ["How bad a miss is, by that number:", *bands_text(level.severities)]
    return found


def _promise(book: Book, level: ServiceLevel, span: str) -> str:
    who = book.we("promise")
    if level.promised_by is not None:
        party = {"provider": book.us, "customer": book.you}.get(level.promised_by) or named(level.promised_by)
        who = f"it is promised by {party}"
    if isinstance(level.measure, TicketTime):
        return sentence(f"{who} that no ticket takes longer than its time; this is judged for each {span}")
    if level.target is None:
        together = book.clauses(level.measure.levels) if isinstance(level.measure, LevelsTogether) else "these"
        return sentence(f"{who} that none of {together} is missed")
    number = next(f"{word} {value(edge)}" for word, edge in _bounds(level.target))
    if isinstance(level.measure, Attainment):
        return sentence(f"{who} that, in each {span}, {number} of the tickets are in time")
    if isinstance(level.measure, Availability):
        return sentence(f"{who} that, in each {span}, the service works {number} of the time")
    return sentence(f"{who} that, in each {span}, {number_of(book, level.measure)} is {number}")


def _bounds(target: Any) -> list[tuple[str, Any]]:
    return [(word, getattr(target, name)) for name, word in _WORDS.items() if getattr(target, name) is not None]


def relief_text(book: Book, relief: Relief) -> list[str]:
    """Return what does not count against the provider, and how."""
    levels = book.clauses(relief.levels)
    found = [*_relieving(book, relief), *_treated(relief, levels)]
    if relief.quota is not None:
        spans = {"period": book.period, "month": "calendar month"}
        every = spans.get(relief.quota.every, f"calendar {relief.quota.every}")
        most = f"of that at most {duration(relief.quota.time)} (by the clock) in each {every}"
        found.append(sentence(f"{most} is set aside, the oldest first"))
    if relief.announced is not None:
        before = duration(relief.announced.before)
        found.append(
            sentence(
                f"a notice has to be announced at least {before} before it starts; else nothing is set aside for it"
            )
        )
    if relief.denominator is not None:
        share = "does not count as time at all" if relief.denominator == "leaves" else "counts as time that worked"
        found.append(sentence(f"where a share of time is promised, the time taken out {share}"))
    return found


def _relieving(book: Book, relief: Relief) -> list[str]:
    found = []
    if relief.notices:
        kinds = listed([_NOTICES[kind] for kind in relief.notices])
        found.append(f"- time of which notice is given, for {kinds}")
    if relief.hours is not None:
        found.append(f"- time in {book.hours(relief.hours)}")
    found += [f"- {_recurring(window)}" for window in relief.windows]
    if relief.until is not None:
        found.append(f"- what is judged over a span that starts before {day(relief.until)}")
    if relief.first is not None:
        found.append(
            f"- what is judged over a span that ends in the first {counted(relief.first, book.period)} of the term"
        )
    if relief.volume is not None:
        noun, more = counted_things(book, relief.volume.of)
        what = f"a {book.period} with more {noun} than {value(relief.volume.above)} of what was forecast"
        told = f"{what} (as {named(relief.volume.forecast)}, before it started)"
        found += [f"- {told}. {' '.join(more)}".rstrip(" .")]
    alone = len(found) == 1 and ". " not in found[0]
    return [sentence(f"what is set aside is {found[0][2:]}")] if alone else ["What is set aside:", *found]


def _treated(relief: Relief, levels: str) -> list[str]:
    match relief.treatment:
        case "exclude":
            return [sentence(f"time set aside does not count for {levels}")]
        case "extend":
            how = "a clock that is under way gets back all of it, also what lies outside of its hours"
            return [sentence(f"for {levels}, {how}: it stands still from the start of that time until it has")]
        case "excuse":
            return [sentence(f"if {levels} is missed where this is so, the miss is excused and costs nothing")]
        case _:
            return [sentence(f"if {levels} is missed where this is so, it stays a miss and costs nothing")]


def _recurring(window: RecurringWindow) -> str:
    length = f"up to {reading(window.end)}" if window.end is not None else ""
    length = f"for {duration(window.duration)}" if window.duration is not None else length
    zone = "" if window.zone is None else f" (zone {window.zone})".replace("_", "\\_")
    less = f", but not on {listed(map(reading, window.except_))}" if window.except_ else ""
    more = f", and also on {listed(map(reading, window.also))}" if window.also else ""
    return f"from {reading(window.start)} {length}, and again {_again(window.rule)}{less}{more}{zone}"


def _again(rule: str) -> str:
    """Return a rule that names days alone in words, and any other as RFC 5545 writes it."""
    if rule == "FREQ=DAILY":
        return "every day"
    if found := _DAYS.fullmatch(rule):
        weekly = found["every"] == "WEEKLY"
        names = [(each[:-2], _WEEKDAYS[each[-2:]]) for each in found["days"].split(",")]
        if weekly and not any(number for number, _ in names):
            return f"every {listed(name for _, name in names)}"
        if not weekly and all(number.isdigit() for number, _ in names):
            return f"every {listed(f'{ordinal(int(number))} {name}' for number, name in names)} of a month"
    return f"by the rule {named(rule)}"
