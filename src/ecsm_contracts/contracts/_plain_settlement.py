"""In plain words: how credits are claimed, given, rounded and taxed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from ecsm_contracts._display import escape_markdown
from ecsm_contracts.calendars import Days
from ecsm_contracts.clauses import CalendarTime
from ecsm_contracts.contracts._plain_words import (
    ROUNDING,
    counted,
    duration,
    listed,
    named,
    ordinal,
    sentence,
    value,
)

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import timedelta

    from ecsm_contracts.clauses import ClaimTerms, Minimum, PayIn, Rounding, ServiceDay, Settlement
    from ecsm_contracts.contracts._plain_book import Book

__all__ = ["settlement_text"]

_INVOICE: Final = {
    None: "on the same invoice",
    "same": "on the invoice of their own period",
    "next": "on the invoice of the period after their own",
}
_HOW: Final = {
    "credit_note": "by a credit note of its own",
    "service_days": "as days of service",
    "cash": "by a payment",
    "balance": "on a balance that later invoices draw on",
}
_EXCESS: Final = {"carry_forward": "goes off the next one", "cash": "is paid", "forfeit": "is lost"}
_DAYS: Final = {
    "24_service_hours": "{number} of 24 hours of service each after {since}",
    "working_day_same_time": "the {time} on the {nth} working day after {since}",
    "end_of_working_day": "the last closing on the {nth} working day after {since}",
    "24_hours": "{number} of 24 hours each after {since}",
    "calendar_day": "the {time} on the {nth} day after {since}",
    "legacy_freshdesk": "the {nth} working day after {since}, as an older help desk counts (from an instant outside of "
    "hours, to the end of that day)",
}


def settlement_text(book: Book) -> str:
    """Return how credits are claimed, given, rounded and taxed."""
    terms = book.contract.settlement
    return " ".join(sentence(each) for each in _sentences(book, terms))


def _sentences(book: Book, terms: Settlement) -> Iterator[str]:
    yield from _entitlement(book, terms)
    yield from _what_is_left(book, terms)
    if terms.minimum is not None:
        yield from _minimum(terms.minimum, terms.at_end)
    if terms.day is not None:
        yield from _service_day(book, terms.day)
    if terms.pay_in is not None:
        yield _pay_in(book, terms.pay_in)
    if terms.cost_centres:
        shares = (f"{named(each.ref)} (weight {each.weight:,})" for each in terms.cost_centres)
        yield f"each amount given is split among the cost centres {listed(shares)}, by largest remainder"
    yield from _rounding(terms.rounding)
    yield (
        "a credit lowers the price, and the tax on it"
        if terms.tax == "price_reduction"
        else "a credit is compensation, outside of the tax on the price"
    )
    if terms.prices == "gross":
        yield "the amounts of this contract are with tax"


def _entitlement(book: Book, terms: Settlement) -> Iterator[str]:
    """Yield whether credits are claimed, how they are given, and the terms of a claim."""
    when = "without a claim" if terms.entitlement == "automatic" else f"if {book.you_do('claim')} them in time"
    if terms.instrument == "withheld":
        yield f"credits are given {when}, and are kept back from what {book.you_do('pay')}"
    elif terms.instrument == "deduction":
        late = "" if terms.claim is None else ", or on the next one if they are granted after it"
        yield f"credits are given {when}, {_INVOICE[terms.deduct_from]}{late}"
    else:
        yield f"credits are given {when}, {_HOW[terms.instrument]}"
    if terms.claim is not None:
        yield from _claim(book, terms.claim)


def _claim(book: Book, claim: ClaimTerms) -> Iterator[str]:
    yield {
        "period_end": f"the time to claim runs from the end of the {book.period} of the credit",
        "statement": "the time to claim runs from the end of the day on which the statement is issued",
        "incident": "the time to claim runs from the instant that the claim names as its incident’s, and a claim that "
        "names none is not in time",
    }[claim.since]
    until = f"up to and including {_time(book, claim.within, claim.since)}"
    if claim.not_before is None:
        yield f"a credit can be claimed at any time {until}"
    else:
        yield f"a credit can be claimed from {_time(book, claim.not_before, claim.since)} {until}"
    if claim.calendar is not None:
        yield f"these days are counted in {book.hours(claim.calendar)}"
    yield "a claim without evidence is none" if claim.evidence == "required" else "a claim needs no evidence"
    never_more = "" if claim.amount == "computed" else ", but never more than is claimed"
    whatever = ", whatever is claimed" if claim.amount == "computed" else ""
    yield f"what is given is what this contract comes to{whatever}{never_more}, until a decision says otherwise"
    yield (
        "a claim in time is paid without waiting for a decision"
        if claim.undecided == "pays"
        else "a claim in time is paid when a decision accepts it"
    )


def _time(book: Book, time: timedelta | Days | CalendarTime, anchor: str) -> str:
    """Return how long after the *anchor* of a time to claim."""
    since = {
        "period_end": f"the end of the {book.period} of the credit",
        "statement": "the day of the statement",
        "incident": "that instant",
    }[anchor]
    if isinstance(time, CalendarTime):
        if not time.periods:
            return f"the end of the {book.period} of the credit"
        return f"the end of the {ordinal(time.periods)} {book.period} after that of the credit"
    if isinstance(time, Days):
        clock = "same time of day" if anchor == "incident" else "end of the day"
        return _DAYS[time.meaning].format(
            number=counted(time.days, "day"), nth=ordinal(time.days), since=since, time=clock
        )
    return f"{duration(time)} after {since}"


def _what_is_left(book: Book, terms: Settlement) -> Iterator[str]:
    """Yield what becomes of credits that an invoice does not use up, or that were too much."""
    yield "what was given and turns out to be too much is charged again"
    if terms.insufficient is not None:
        yield f"what exceeds the charges of an invoice {_EXCESS[terms.insufficient]}"
    if terms.expires is not None:
        nth = terms.expires.periods
        last = f"the {ordinal(nth)} {book.period} after that of the credit" if nth else "the credit’s own period"
        yield f"what is left of a credit after the invoice of {last} is lost"
    if terms.at_end is not None:
        yield f"what is left after the last invoice of the term {_EXCESS[terms.at_end]}"


def _minimum(minimum: Minimum, at_end: str | None) -> Iterator[str]:
    least = f"{value(minimum.amount)} or more"
    if minimum.exactly == "not_given":
        least = f"more than {value(minimum.amount)}"
    yield f"credits are only given if those that are given together come to {least}"
    becomes = "lost" if minimum.below == "forfeit" else "kept, and added to what is given next"
    yield f"what does not come to that is {becomes}"
    if minimum.below == "keep" and at_end is None:
        yield "what is kept when the last invoice of the term is issued is lost"


def _service_day(book: Book, day: ServiceDay) -> Iterator[str]:
    share = "a thirtieth of" if day.count == "thirtieth" else "one part, of as many as the period has days, of"
    yield f"a day of service is worth {share} what {book.clause(day.of)} comes to in the period of the credit"
    yield {
        "up": "a part of a day is given as a whole day",
        "down": "a part of a day is not given",
        "exact": "a part of a day is given as it is",
    }[day.part]


def _pay_in(book: Book, pay_in: PayIn) -> str:
    when = {
        "issue": "at the beginning of the day on which they are given",
        "period_end": f"at the end of the {book.period} of the credit",
    }[pay_in.at]
    rate = f"the declared figure {named(pay_in.rate)} {when}"
    return f"they are given in {escape_markdown(pay_in.currency)}, at the rate that is {rate}"


def _rounding(terms: Rounding) -> Iterator[str]:
    """Yield where amounts are rounded."""
    mode = ROUNDING[terms.mode]
    if terms.at == "line":
        yield f"each line is rounded to the smallest unit of the currency: {mode}"
        yield "a total is the sum of its lines"
        return
    yield f"the exact amounts are added up, and their total is rounded to the smallest unit: {mode}"
    yield "what a limit gives is rounded so before"
    yield (
        "each line is its exact amount, cut down to a whole unit, and the units that are left go one each to the "
        "lines that lost most, so that the lines add up to the total"
    )
