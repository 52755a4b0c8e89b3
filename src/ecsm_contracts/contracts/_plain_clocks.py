"""In plain words: which tickets a promise is about, the clock that they are judged on, and the time that they have."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from ecsm_contracts.contracts._plain_words import duration, listed, named, sentence
from ecsm_contracts.measures import ByPriority, EventSelector, HoursByPriority

if TYPE_CHECKING:
    from ecsm_contracts.contracts._plain_book import Book
    from ecsm_contracts.measures import Clock, Scope

__all__ = ["EVENTS", "clock_text", "scope_text", "within_text"]

EVENTS: Final = {
    "opened": "the ticket is opened",
    "acknowledged": "the ticket is acknowledged",
    "arrived": "somebody arrives on site",
    "held": "the ticket begins to wait",
    "resumed": "the ticket stops waiting",
    "resolved": "the ticket is resolved",
    "closed": "the ticket is closed",
    "replied": "there is a reply",
    "transferred": "the ticket is handed over",
    "reopened": "the ticket is reopened",
}
_REOPENED: Final = {
    "continue_with_closed_time": "the clock runs on, and the time since it stopped counts as well",
    "continue_without": "the clock runs on, and the time since it stopped does not count",
    "restart": "the clock begins again at zero",
}
_ATTEMPT: Final = {
    "first": "Once the clock has stopped, nothing later changes the result, unless the ticket is cancelled or merged",
    "last": "If the clock begins again at zero, only the last attempt is judged",
    "worst": "If the clock begins again at zero, a miss in any attempt stands",
    "sum": "The time of all attempts is added up and judged as one",
}
_CHANGED: Final = {
    "restart": "its new time and hours hold from then on, and the clock begins again at zero",
    "keep_elapsed": "its new time and hours hold from then on, and the time used so far is kept",
    "keep_share": "its new time and hours hold from then on, and the same share of it counts as used (down to a "
    "millionth of a second)",
    "retroactive": "the last priority is taken as if it had held from the start",
    "new_only": "the priority at the start of the clock still holds for it",
}


def scope_text(book: Book, scope: Scope, noun: str = "tickets") -> str:
    """Return which tickets, or outages, are meant, as a noun with what follows it."""
    words = [noun]
    if scope.type is not None:
        words.append(f"of the type {named(scope.type)}")
    if scope.service is not None:
        words.append(f"for the service {book.service(scope.service)}")
    if scope.customer is not None:
        words.append(f"of the users of {named(scope.customer)}")
    if scope.channel is not None:
        words.append(f"that come in by {named(scope.channel)}")
    if scope.area is not None:
        words.append(f"in the area {named(scope.area)}")
    if scope.subject is not None:
        words.append(f"about {named(scope.subject)}")
    if len(words) == 1:
        words = [f"all {noun}"]
    if scope.children == "leave_out":
        words.append("(without those that belong to a parent ticket)")
    return " ".join(words)


def _event(book: Book, event: Any) -> str:
    if event == "replied":
        return f"{book.we('reply') if book.is_spoken else f'{book.us} replies'}"
    if event == "customer_replied":
        return "you reply" if book.is_spoken else f"{book.you} replies"
    if not isinstance(event, EventSelector):
        return EVENTS[event]
    party = "" if event.party is None else f" naming {book.party(event.party)} as the party"
    group = "" if event.group is None else f" with the group {named(event.group)}"
    return f"{EVENTS[event.event]}{party}{group} (as recorded)"


def _events(book: Book, events: Any) -> str:
    first = ", whichever comes first" if len(events) > 1 else ""
    return listed([_event(book, each) for each in events], "or") + first


def _hands(book: Book, clock: Clock) -> str:
    if clock.counts_only is not None:
        return f"Only time in which the ticket is with {book.parties(clock.counts_only)} counts"
    if not clock.holds:
        return "Time in which the ticket waits for somebody counts, too"
    return f"Time in which the ticket waits for {book.parties(clock.holds)} does not count"


def clock_text(book: Book, clock: Clock) -> list[str]:
    """Return what starts and stops a clock, when it runs, and what does not count."""
    again = clock.cycles == "many"
    found = [
        sentence(f"the clock starts when {_events(book, clock.start)}"),
        sentence(f"it stops when {_events(book, clock.stop)}"),
        *_hours(book, clock.hours),
        sentence(_hands(book, clock)),
        sentence(f"if the ticket is reopened, {_REOPENED[clock.reopened]}"),
        sentence(_ATTEMPT[clock.attempt]),
        sentence(f"if the priority of a ticket changes, {_CHANGED[clock.changed]}"),
    ]
    if again:
        found.append("After each stop the next start begins another attempt at zero.")
    return [*found, "Tickets that are cancelled or merged do not count."]


def _hours(book: Book, hours: Any) -> list[str]:
    if not isinstance(hours, HoursByPriority):
        return [sentence(f"it runs in {book.hours(hours)}")]
    rows = [f"- it runs for priority {named(key)} in {book.hours(name)}" for key, name in hours.named.items()]
    return [*rows, f"- it runs for every other priority in {book.hours(hours.otherwise)}"]


def within_text(within: Any) -> list[str]:
    """Return the time that each ticket has."""
    if not isinstance(within, ByPriority):
        return [sentence(f"each ticket has {duration(within)}; a ticket that takes exactly that long is in time")]
    rows = [f"- priority {named(key)}: {_entry(entry)}" for key, entry in within.named.items()]
    other = f"- every other priority: {_entry(within.otherwise)}"
    return ["A ticket that takes exactly its time is in time.", *rows, other]


def _entry(entry: Any) -> str:
    return "nothing is promised, and such tickets do not count" if entry == "none" else duration(entry)
