"""In plain words: service credits and bonuses, what combines and what limits them."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from ecsm_contracts.clauses import Bands, Bonus, RateBy, ServiceLevel, When
from ecsm_contracts.contracts._plain_measures import number_of
from ecsm_contracts.contracts._plain_prices import exchange_text
from ecsm_contracts.contracts._plain_words import bands_text, counted, duration, listed, named, ordinal, sentence, value
from ecsm_contracts.money import Percent

if TYPE_CHECKING:
    from ecsm_contracts.clauses import Combine, Limit, Priced
    from ecsm_contracts.contracts._plain_book import Book

__all__ = ["combine_text", "limit_text", "priced_text", "when_text"]


def _spans(book: Book, levels: Any) -> str:
    return listed(dict.fromkeys(book.span(level) for level in levels), "or")


def when_text(book: Book, when: When, levels: Any) -> list[str]:
    """Return a condition over the past."""
    which = "a kept" if when.outcome == "met" else "a missed"
    worse = "" if when.severity is None else f" (as bad as {named(when.severity)}, or worse)"
    span, of = _spans(book, levels), book.clauses(levels)
    found = []
    if when.run is not None:
        found.append(f"it takes effect from the {ordinal(when.run)} {which[2:]} {span}{worse} in a row on, of {of}")
    elif when.times is not None and when.within is not None:
        last = counted(when.within, f"latest {span}")
        found.append(
            f"it takes effect with {counted(when.times, f'{which[2:]} {span}')}{worse} among the {last}, of {of}"
        )
    else:
        found.append(f"it takes effect in {which} {span}{worse}, of {of}")
    if when.run is not None or when.times is not None:
        used = "do not count again" if when.consumes else "count again"
        found.append(f"results that made it take effect once {used}")
    if len(levels) > 1 or when.pooled:
        found.append(
            "the results of all of them count together" if when.pooled else "each of them is looked at by itself"
        )
    return [sentence(each) for each in found]


def priced_text(book: Book, clause: Priced) -> list[str]:
    """Return when a credit or a bonus is given, and how much."""
    quantity = _quantity(book, clause)
    exchanged = exchange_text(book, clause.exchange, clause.rate)
    return [*_condition(book, clause), *quantity, *_factors(book, clause), *_prices(book, clause), *exchanged]


def _is_bonus(clause: Priced) -> bool:
    return isinstance(clause, Bonus)


def _gives(book: Book, clause: Priced) -> str:
    return f"{book.you_do('pay')} {book.us}" if _is_bonus(clause) else f"{book.we('credit')} {book.you}"


def _is_plain(clause: Priced) -> bool:
    """Whether one sentence says all: a flat price for each miss of each level."""
    flat = not isinstance(clause.rate, (Bands, RateBy)) and clause.times is None and clause.most is None
    return flat and clause.per == "level" and clause.when in {"each", "any", "all"} and clause.price == "each"


def _condition(book: Book, clause: Priced) -> list[str]:
    done = "kept" if _is_bonus(clause) else "missed"
    if _is_plain(clause):
        return [_one_price(book, clause, done)]
    head = "this is a bonus for" if _is_bonus(clause) else "this is a credit for"
    if isinstance(clause.when, When):
        return [sentence(f"{head} {book.clauses(clause.levels)}"), *when_text(book, clause.when, clause.levels)]
    each = ", each by itself" if len(clause.levels) > 1 and clause.price == "each" else ""
    only = (
        f", if {done} in a {_spans(book, clause.levels)}" if clause.per in {"ticket", "shortfall", "down_time"} else ""
    )
    return [sentence(f"{head} {book.clauses(clause.levels)}{each}{only}")]


def _one_price(book: Book, clause: Priced, done: str) -> str:
    price = f"{_gives(book, clause)} {book.price(clause.rate, clause.of)}"
    if clause.when == "each" and len(clause.levels) == 1:
        return sentence(
            f"for each {book.span(clause.levels[0])} in which {book.clause(clause.levels[0])} is {done}, {price}"
        )
    if clause.when == "each":
        span = _spans(book, clause.levels)
        return sentence(f"for each of {book.clauses(clause.levels)}, and each {span} in which it is {done}, {price}")
    if clause.when == "any":
        which = f"as soon as one of {book.clauses(clause.levels, 'or')} is {done}"
    else:
        which = f"only if all of {book.clauses(clause.levels)} are {done}"
    return sentence(f"in each {book.period}, {which}, {price}, once")


def _unit(clause: Priced, noun: str) -> str:
    part = {"up": "a begun one counts whole", "down": "a begun one does not count", "exact": "a part counts as it is"}
    unit = clause.unit
    each = (
        "points of one per cent" if isinstance(unit, Percent) and unit == Percent.of(1) else f"units of {value(unit)}"
    )
    return f"{noun} is counted in {each}; {part[str(clause.part)]}"


def _free(clause: Priced) -> list[str]:
    if clause.free is None:
        return []
    if clause.per == "ticket":
        what = (
            f"{value(clause.free)} of all tickets that were judged"
            if isinstance(clause.free, Percent)
            else f"the first {value(clause.free)} of them"
        )
    else:
        what = (
            duration(clause.free) if isinstance(clause.free, timedelta) else f"{value(clause.free)} of the service time"
        )
    return [sentence(f"{what} cost nothing")]


def _quantity(book: Book, clause: Priced) -> list[str]:
    bonus = _is_bonus(clause)
    match clause.per:
        case "level":
            done = "kept" if bonus else "missed"
            return [] if _is_plain(clause) else [sentence(f"each {done} {_spans(book, clause.levels)} counts as one")]
        case "ticket":
            return ["What is counted are the late tickets.", *_free(clause)]
        case "late_time":
            return [
                sentence(_unit(clause, "the time by which each ticket is late, in the period in which it is late,"))
            ]
        case "shortfall":
            how = (
                "how far the number is better than promised"
                if bonus
                else "how far the number falls short of what is promised"
            )
            return [sentence(_unit(clause, how))]
        case "down_time":
            return [sentence(_unit(clause, "the sum of down time")), *_free(clause)]
        case _:
            return _points(book, clause)


def _points(book: Book, clause: Priced) -> list[str]:
    span = _spans(book, clause.levels)
    if clause.points is None or not hasattr(clause.points, "by"):
        return [sentence(f"each missed {span} counts as {value(clause.points)} points")]
    return [f"Each missed {span} counts as points{_by(clause.points)}:", *_rows(clause.points)]


def _by(table: Any) -> str:
    if table.by == "severity":
        return ", by how bad the miss is"
    if table.by == "run":
        return ", by how many misses in a row it is"
    return f", by how many misses there were in the last {table.within}, this one included"


def _rows(table: Any, end: str = "") -> list[str]:
    names = {key: named(key) if table.by == "severity" else key for key in table.named}
    rows = [f"- {names[key]}: {value(entry)}{end}" for key, entry in table.named.items()]
    return [*rows, f"- otherwise: {value(table.otherwise)}{end}"]


def _factors(book: Book, clause: Priced) -> list[str]:
    found = []
    if clause.times is not None:
        found += [f"What is counted is multiplied{_by(clause.times)}:", *_rows(clause.times)]
    if clause.price == "together":
        found.append("What is counted for all of these is added up, and priced once.")
    if clause.most is not None:
        each = " of each" if len(clause.levels) > 1 and clause.price == "each" else ""
        found.append(sentence(f"in a {book.period} at most {clause.most:,}{each} are priced"))
    return found


def _prices(book: Book, clause: Priced) -> list[str]:
    if _is_plain(clause):
        return []
    gives, of = _gives(book, clause), book.share(clause.of)
    if isinstance(clause.rate, RateBy):
        return [sentence(f"for each of that {gives}{_by(clause.rate)}:"), *_rows(clause.rate, of)]
    if not isinstance(clause.rate, Bands):
        return [sentence(f"for each of that {gives} {value(clause.rate)}{of}")]
    if clause.per == "level" and clause.price == "each":
        numbers = listed(dict.fromkeys(_number(book, level) for level in clause.levels), "or")
        return [sentence(f"for each of that {gives}, by {numbers}:"), *bands_text(clause.rate.bands, of)]
    if clause.rate.how == "whole":
        return [sentence(f"for all of that together {gives}, by how much it is:"), *bands_text(clause.rate.bands, of)]
    head = sentence(f"{gives}, for each part of that in its band:")
    return [head, *bands_text(clause.rate.bands, f"{of} for each")]


def _number(book: Book, ref: str) -> str:
    level = book.contract.clause(ref)
    return number_of(book, level.measure) if isinstance(level, ServiceLevel) else "its number"


def combine_text(book: Book, combine: Combine) -> list[str]:
    """Return what is taken of several amounts."""
    take = {
        "sum": "all are added up",
        "greatest": "only the greatest counts",
        "least": "only the least of those above zero counts",
        "first": "only the first of these that is above zero counts, in this order",
    }[combine.take]
    per = {
        "period": f"of the {book.period} as a whole",
        "cause": "for each cause by itself (what names none stands by itself), and the results are added",
        "area": "for each area by itself (what names none stands by itself), and the results are added",
        "item": "for each ticket or outage by itself, and the results are added",
    }[combine.per]
    among = f"of {book.clauses(combine.among)}, {take}, {per}"
    return [sentence(among), "This takes their place; nothing is given twice."]


def limit_text(book: Book, limit: Limit) -> list[str]:
    """Return what limits amounts."""
    these, window = book.clauses(limit.credits), book.money_window(limit.window)
    if limit.at_most is not None:
        most = book.price(limit.at_most, limit.of)
        what = f"at most {most} is given by {these} together, over {window}"
    elif limit.above is not None:
        more = f"more than {book.price(limit.above, limit.of)} in {window}"
        what = f"nothing is given by {these} unless it is together {more}; then all of it is given"
    else:
        what = f"something is given by {these} in at most {counted(limit.times or 0, book.period)}, over {window}"
    rest = "is lost" if limit.excess == "forfeit" else f"is added to the next {book.period}"
    return [sentence(what), sentence(f"what is beyond that {rest}")]
