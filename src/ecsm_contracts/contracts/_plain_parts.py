"""In plain words: what stands around the clauses: parties, term, services, hours, holidays, amendments."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from ecsm_contracts._display import escape_markdown
from ecsm_contracts.contracts._plain_book import weekly_text
from ecsm_contracts.contracts._plain_words import (
    MONTHS,
    day,
    listed,
    named,
    ordinal,
    sentence,
)

if TYPE_CHECKING:
    from ecsm_contracts.calendars import BillingCycle, HolidaySet
    from ecsm_contracts.contracts._contract import Contract
    from ecsm_contracts.contracts._parts import CalendarTerms, Service
    from ecsm_contracts.contracts._plain_book import Book

__all__ = ["calendar_parts", "head_parts", "versions_text"]

_DAY = timedelta(days=1)
_AGREEMENTS = {
    "sla": "a service-level agreement with a customer",
    "ola": "an agreement inside the provider’s organisation",
    "underpinning": "an agreement with the provider’s own supplier",
}


def head_parts(book: Book) -> list[str]:
    """Return the title, who the parties are, from when until when it runs, its services, and its priorities."""
    contract = book.contract
    provider, customer = (escape_markdown(each) for each in (contract.parties.provider, contract.parties.customer))
    if book.is_spoken:
        who = f"Here “we” are the provider, {provider}, and “you” are the customer, {customer}."
    else:
        who = f"The provider is {provider}, and the customer is {customer}."
    term = contract.term
    zone = escape_markdown(contract.zone)
    runs = f"It runs from {day(term.start)} up to and including {day(term.end - _DAY)} (zone {zone})."
    what = f"This is {_AGREEMENTS[contract.agreement]}, with the number {escape_markdown(contract.ref)}."
    billing = sentence(_billing(contract.billing))
    exchanged = any(getattr(clause, "exchange", None) is not None for clause in contract.clauses)
    money = f"All amounts {'that are not exchanged ' if exchanged else ''}are in {contract.currency}."
    found = [f"# {escape_markdown(contract.title)}", f"{who} {what}", f"{runs} {billing} {money}"]
    found += [_service(book, service) for service in contract.services]
    if contract.priorities is not None:
        rows = [
            f"- impact {named(impact)}, urgency {named(urgency)}: {named(priority)}"
            for impact, row in contract.priorities.impact.named.items()
            for urgency, priority in row.named.items()
        ]
        found.append("\n".join(["Where a ticket says no priority, this is its priority:", "", *rows]))
    return found


def _billing(billing: BillingCycle) -> str:
    if billing.cycle == "four_weeks":
        start = "" if billing.anchor is None else f", one of which starts on {day(billing.anchor)}"
        return f"it is settled in spans of four weeks{start}"
    month = "" if billing.anchor_month is None else f", one of which starts in {MONTHS[billing.anchor_month - 1]}"
    end = {None: "", "last_day": "its last day", "next_day": "the first day of the next month"}[billing.month_end]
    short = f" (in a month without that day, on {end})" if end else ""
    first = ordinal(billing.anchor_day or 1)
    return f"it is settled by the {billing.cycle}{month}, from the {first} day of a month on{short}"


def _service(book: Book, service: Service) -> str:
    outcome = "" if service.outcome is None else f" When it works: {escape_markdown(service.outcome)}."
    by = f" {sentence(f'it is reached by {listed(map(named, service.channels))}')}" if service.channels else ""
    hours = sentence(f"it is given in {book.hours(service.hours)}")
    return f"**Service {named(service.title)}** ({escape_markdown(service.ref)}).{outcome} {hours}{by}"


def calendar_parts(book: Book) -> dict[str, str]:
    """Return each calendar, then each set of holidays, by name."""
    contract = book.contract
    found = {f"calendar {name}": _calendar(name, terms) for name, terms in contract.calendars.named.items()}
    return found | {f"holidays {name}": _holidays(name, days) for name, days in contract.holidays.named.items()}


def _calendar(name: str, terms: CalendarTerms) -> str:
    found = [
        f"Hours {named(name)}: {weekly_text(terms.hours)}, by the clock of the zone {escape_markdown(terms.zone)}."
    ]
    if terms.holidays is not None:
        found.append(f"Closed on the holidays {named(terms.holidays)}.")
    if terms.yearly_holidays:
        days = [f"{int(each[3:])} {MONTHS[int(each[:2]) - 1]}" for each in terms.yearly_holidays]
        found.append(f"Closed every year on {listed(days)}.")
    if terms.special_days:
        days = [f"- {day(each.date)}: {_shifts(each.hours)}" for each in terms.special_days]
        found.append("\n".join(["Days with hours of their own:", "", *days]))
    return " ".join(found)


def _shifts(hours: str) -> str:
    return {"always": "around the clock", "closed": "closed"}.get(hours, hours.replace("-", "–"))


def _holidays(name: str, days: HolidaySet) -> str:
    place = [each for each in (days.country, days.subdivision) if each is not None]
    market = [] if days.market is None else [f"the market {named(days.market)}"]
    of = [listed(map(named, place))] if place else []
    kinds = [f"of the kinds {listed(map(named, days.categories))}"] if days.categories else []
    years = [] if days.years is None else [f"for the years {days.years}"]
    told = [] if days.language is None else [f"named in {named(days.language)}"]
    source = [] if days.source is None else [f"from {named(days.source)}"]
    kept = [] if days.observed else ["without days that are kept instead of a weekend"]
    about = ", ".join([*of, *market, *kinds, *years, *told, *source, *kept])
    names = {each.date: f" ({escape_markdown(each.name)})" for each in days.names}
    dates = [f"- {day(each)}{names.get(each, '')}" for each in days.days]
    head = f"Holidays {named(name)}{f' ({about})' if about else ''}"
    return "\n".join([f"{head}:", "", *dates]) if dates else f"{head}: none."


def versions_text(contract: Contract) -> list[str]:
    """Return by which version what is judged, and the amendments."""
    if contract.versions is None:
        return []
    which = {"start": "first", "end": "last"}[contract.versions.period]
    by = (
        "a ticket is judged by the promise that held when it was opened"
        if contract.versions.tickets == "opened"
        else "a ticket is judged by the terms of the period"
    )
    found = [f"{sentence(f'a billing period is judged by the terms that hold on its {which} day')} {sentence(by)}"]
    rows = [
        f"- {named(each.ref)}{'' if each.title is None else f' ({escape_markdown(each.title)})'} from {day(each.from_)}"
        for each in contract.amendments
    ]
    return [*found, "\n".join(["These amendments change it:", "", *rows])] if rows else found
