"""In plain words: charges, what percentages are of, and what is counted for them."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from ecsm_contracts.clauses import (
    Bands,
    ByDate,
    Further,
    PerBilled,
    PerTicket,
    PerUnit,
    PerWork,
    Previous,
    RateByRole,
    written_in,
)
from ecsm_contracts.contracts._plain_clocks import scope_text
from ecsm_contracts.contracts._plain_words import bands_text, counted, day, duration, listed, named, sentence, value
from ecsm_contracts.money import Money, Percent

if TYPE_CHECKING:
    from ecsm_contracts.clauses import Basis, Charge, Exchange
    from ecsm_contracts.contracts._plain_book import Book

__all__ = ["basis_text", "charge_text", "counted_things", "exchange_text"]

_EVERY = {"month": "month", "quarter": "quarter", "year": "year", "four_weeks": "four weeks"}
_COUNTED = {
    "peak": "the most there were at any instant of the {period}",
    "average": "their mean over the {period}",
    "at_start": "as many as there were at the first instant of the {period}",
    "at_end": "as many as there were at the last instant of the {period}",
    "sum": "all that began in the {period}, added up",
}
_ROUNDED = {
    "each_work": "each record of work",
    "each_ticket": "the work of one role on each ticket, over all periods,",
    "period": "all work of one role in the period",
}


def counted_things(book: Book, per: Any) -> tuple[str, list[str]]:
    """Return what is counted, as a plural noun, and the sentences that say how."""
    if isinstance(per, PerUnit):
        return _units(book, per)
    if isinstance(per, PerTicket):
        event = {"opened": "opened", "resolved": "resolved", "closed": "closed"}[per.tickets]
        once = f"a ticket counts once, in the {book.period} in which it is first {event}"
        scope = scope_text(book, per.scope)
        return f"tickets {event}", [
            sentence(f"{once}; it is about {scope}. One that is cancelled or merged does not count")
        ]
    if isinstance(per, PerBilled):
        return f"what is billed elsewhere as {named(per.billed)}", []
    return _work(book, per)


def _units(book: Book, per: PerUnit) -> tuple[str, list[str]]:
    only = "" if per.service is None else f" of the service {book.service(per.service)}"
    only += "" if per.customer is None else f" of {named(per.customer)}"
    how = _COUNTED[per.counted].format(period=book.period)
    part = {
        "up": "a part of one counts as one",
        "down": "a part of one does not count",
        "exact": "a part counts as it is",
    }
    return named(per.unit) + only, [
        sentence(f"{named(per.unit)} are counted as told by records: {how}; {part[per.round]}")
    ]


def _work(book: Book, per: PerWork) -> tuple[str, list[str]]:
    roles = "" if not per.roles else f" of the roles {listed(map(named, per.roles))}"
    billable = "work marked as billable" if per.work == "billable" else "all work, marked as billable or not"
    found = []
    if per.increment is not None:
        begun = "a begun step counts whole" if per.part == "up" else "a begun step does not count"
        found.append(f"time is counted in steps of {duration(per.increment)}; {begun}")
    if per.rounded is not None:
        least = "" if per.at_least is None else f", and is at least {duration(per.at_least)}"
        stepped = "is rounded by itself" if per.increment is not None else "is taken by itself"
        found.append(f"{_ROUNDED[per.rounded]} {stepped}{least}")
    if per.hours is not None and per.outside is not None:
        found.append(f"time outside of {book.hours(per.hours)} counts {value(per.outside)} times")
    if per.weights is not None:
        roles_of = [f"{value(weight)} times for {named(role)}" for role, weight in per.weights.named.items()]
        other = f"{value(per.weights.otherwise)} times for every other role"
        found.append(f"time counts {listed([*roles_of, other])}")
    if per.together is not None:
        both = "the greater of both factors counts" if per.together == "greatest" else "both factors are multiplied"
        found.append(f"where both hold, {both}")
    return f"units of {duration(per.unit)} of work{roles}", [sentence(f"it counts {billable}"), *map(sentence, found)]


def charge_text(book: Book, charge: Charge) -> list[str]:
    """Return what is owed for the service."""
    noun, how = ("", []) if charge.per is None else counted_things(book, charge.per)
    found = [*_amount(book, charge, noun), *_rate(book, charge, noun), *how]
    if charge.included is not None:
        each = "each time that the amount is owed" if charge.amount is not None else f"in each {book.period}"
        found.append(sentence(f"{value(charge.included)} of them are included and cost nothing more, {each}"))
        found.append(sentence(_rollover(book, charge.rollover)))
    if isinstance(charge.minimum, Money):
        found.append(sentence(f"at least {value(charge.minimum)} is owed in each {book.period}"))
    elif charge.minimum is not None:
        found.append(sentence(f"at least {value(charge.minimum)} of them are charged in each {book.period}"))
    if charge.index is not None:
        found += _index(book, charge.index)
    return [*found, *exchange_text(book, charge.exchange, charge.amount, charge.rate, charge.minimum)]


def exchange_text(book: Book, exchange: Exchange | None, *prices: object) -> list[str]:
    """Return at which rate *prices* in another currency become the contract's; nothing where they are in it."""
    if exchange is None:
        return []
    own, instant = book.contract.currency, {"start": "first", "end": "last"}[exchange.at]
    rate = f"the declared rate {named(exchange.rate)} ({own} for one {written_in(*prices)})"
    when = f"that holds at the {instant} instant of the {book.period}"
    need = "where something is to be exchanged and no such rate is declared, nothing can be settled"
    return [sentence(f"this is exchanged into {own} at {rate} {when}, exactly and before any limit"), sentence(need)]


def _rollover(book: Book, rollover: Any) -> str:
    if rollover is None:
        return "what is not used of them lapses with the time that it is for"
    kept = (
        f"for {counted(rollover.periods, book.period)} more"
        if isinstance(rollover, Further)
        else "until the end of the term"
    )
    return f"what is not used of them can be used {kept}, the oldest first"


def _dated(book: Book, amounts: ByDate) -> list[str]:
    head = [f"Which of these holds is decided on the first day of the {book.period}:"]
    return head + [f"- from {day(date.fromisoformat(key))}: {value(amount)}" for key, amount in amounts.named.items()]


def _amount(book: Book, charge: Charge, noun: str) -> list[str]:
    amount, pay = charge.amount, book.you_do("pay")
    if amount is None:
        return []
    if isinstance(amount, Bands):
        when = "" if charge.every is None else f", each {_EVERY[charge.every]}"
        return [sentence(f"{pay} one amount for all {noun}{when}:"), *bands_text(amount.bands)]
    if charge.on is not None:
        when = f"once, on {day(charge.on)}"
    else:
        when = "" if charge.every is None else f"for each {_EVERY[charge.every]}{_billed(charge.billed)}"
    if isinstance(amount, ByDate):
        return [sentence(f"{pay} an amount {when}"), *_dated(book, amount)]
    return [sentence(f"{pay} {value(amount)} {when}".rstrip())]


def _billed(billed: str | None) -> str:
    words = {"advance": "in advance", "arrears": "in arrears", "spread": "spread over its billing periods"}
    return "" if billed is None else f", {words[billed]}"


def _rate(book: Book, charge: Charge, noun: str) -> list[str]:
    rate, pay = charge.rate, book.you_do("pay")
    if charge.per is None or isinstance(charge.amount, Bands):
        return []
    beyond = " beyond what is included" if charge.included is not None else ""
    if isinstance(charge.per, PerBilled):
        share = "all" if rate is None else value(rate)
        return [sentence(f"{pay} {share} of {noun}")]
    if isinstance(rate, Bands):
        how = "all at the price of the band in which their number lies"
        if rate.how == "marginal":
            how = "each part of their number at the price of its own band"
        return [sentence(f"{pay} for each of the {noun}{beyond}, {how}:"), *bands_text(rate.bands)]
    if isinstance(rate, ByDate):
        return [sentence(f"{pay} for each of the {noun}{beyond} an amount by date"), *_dated(book, rate)]
    if isinstance(rate, RateByRole):
        rows = [f"- {named(role)}: {value(amount)}" for role, amount in rate.named.items()]
        head = sentence(f"{pay} for each of the {noun}{beyond}, by role:")
        return [head, *rows, f"- every other role: {value(rate.otherwise)}"]
    return [] if rate is None else [sentence(f"{pay} {value(rate)} for each of the {noun}{beyond}")]


def _index(book: Book, index: Any) -> list[str]:
    how = f"the declared figure {named(index.figure)} at the start of the {book.period}, divided by {value(index.base)}"
    found = [sentence(f"prices are multiplied by {how}; without that figure they stay as written")]
    if index.most is not None:
        found.append(sentence(f"they are at most {value(index.most)} above those written"))
    if index.least is not None:
        found.append(sentence(f"they are at least {value(index.least)} above those written"))
    return found


def basis_text(book: Book, basis: Basis) -> list[str]:
    """Return what percentages are of."""
    found = ["This is an amount that other clauses reckon with; by itself it costs nothing.", *_made_of(book, basis)]
    if basis.less:
        found.append(sentence(f"less {book.clauses(basis.less)}"))
    if basis.less_given:
        found.append(sentence(f"less what is given by {book.clauses(basis.less_given)}, after all limits"))
    if basis.share != Percent.of(100):
        found.append(sentence(f"it is {value(basis.share)} of that"))
    if basis.day_count is not None:
        day_ = (
            "a thirtieth of that"
            if basis.day_count == "thirtieth"
            else f"that, divided by the days of the {book.period}"
        )
        found.append(sentence(f"it is one day: {day_}"))
    return found


def _made_of(book: Book, basis: Basis) -> list[str]:
    if basis.amount is not None:
        return [sentence(f"it is {value(basis.amount)}")]
    if basis.per is not None:
        noun, how = counted_things(book, basis.per)
        price = "all" if basis.rate is None else f"{value(basis.rate)} for each"
        return [sentence(f"it is {price} of {noun}"), *how]
    take = {"sum": "the sum", "greatest": "the greatest", "least": "the least"}[basis.take]
    what = f"it is {take} of {book.clauses(basis.of)}"
    if isinstance(basis.window, Previous):
        over = f"the {counted(basis.window.previous, book.period)} before this one"
    else:
        over = book.money_window(basis.window)
    mean = f", as the mean of each {book.period} that has been" if basis.average else ", added up"
    return [sentence(f"{what}, over {over}{'' if basis.window == 'period' else mean}")]
