"""In plain words: each number that a promise is judged on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from ecsm_contracts import measures as m
from ecsm_contracts.contracts._plain_clocks import clock_text, scope_text, within_text
from ecsm_contracts.contracts._plain_words import counted, duration, named, sentence, value

if TYPE_CHECKING:
    from collections.abc import Callable

    from ecsm_contracts.clauses import ServiceLevel
    from ecsm_contracts.contracts._plain_book import Book

__all__ = ["STATES", "measure_text", "number_of"]

STATES: Final = {
    "met": "kept",
    "missed": "missed",
    "not_measured": "not measured",
    "accepted": "judged all the same",
}
HAPPENED: Final = {
    "opened": "tickets opened",
    "acknowledged": "acknowledgements",
    "replied": "replies",
    "arrived": "arrivals on site",
    "held": "waits begun",
    "transferred": "hand-overs",
    "resolved": "resolutions",
    "reopened": "reopenings",
    "closed": "closings",
    "cancelled": "cancellations",
    "merged": "mergers into another ticket",
    "outages": "outages begun",
}
_POPULATION: Final = {
    "opened": "It counts the tickets that are opened in the {span}",
    "due": "It counts the tickets whose time runs out in the {span}",
    "resolved": "It counts the tickets that are resolved (or closed) in the {span}, by the last time they were",
    "closed": "It counts the tickets that are closed in the {span}, by the last time they were",
    "active": "It counts the tickets that were open at any instant of the {span}",
    "open": "It counts the tickets whose clock has started and not stopped at the end of the {span}, by their age then",
}


def number_of(book: Book, measure: Any) -> str:  # noqa: PLR0911 - one for each measure
    """Return what number a measure gives, as a noun."""
    match measure:
        case m.Attainment():
            return "the share of tickets in time"
        case m.TimeTaken():
            return _statistic(measure.statistic)
        case m.Availability():
            return "the share of time in which the service works"
        case m.ErrorRate():
            return _error_share(measure)
        case m.Count():
            return f"the number of {HAPPENED[measure.of]}{_by(book, measure.party)}"
        case m.Ratio():
            return f"the share of tickets with {_having(book, measure.having)}"
        case m.Score():
            return _score(measure.take)
        case m.DeclaredFigure():
            unit = " (a percentage)" if measure.gives == "share" else ""
            return f"the declared figure {named(measure.figure)}{unit}"
        case m.LevelsTogether(take="missed"):
            return f"the number of missed promises among {book.clauses(measure.levels)}"
        case _:
            return "the result"


def measure_text(book: Book, level: ServiceLevel, span: str) -> list[str]:
    """Return how the number of a level comes about."""
    tell: Callable[..., list[str]] = _TELL[type(level.measure)]
    return tell(book, level, level.measure, span)


def _small(measure: Any, noun: str = "ticket") -> str:
    few = f"without any {noun}"
    if measure.minimum > 1:
        few = f"with fewer than {counted(measure.minimum, noun)}"
    if isinstance(measure.when_too_few, m.TooFew):
        misses = counted(measure.when_too_few.misses_at_most, "ticket")
        told = f"{few} it is kept if at most {misses} of them {'is' if misses[:2] == '1 ' else 'are'} late"
        none = measure.when_too_few.when_none
        return sentence(told if none is None else f"{told}; without any {noun} it counts as {STATES[none]}")
    return sentence(f"{few} it counts as {STATES[measure.when_too_few]}")


def _attainment(book: Book, level: ServiceLevel, measure: m.Attainment, span: str) -> list[str]:
    found = [sentence(_POPULATION[measure.population].format(span=span)), *_overdue(measure.overdue, span)]
    if measure.undecided is not None:
        word = {"met": "counts as in time", "missed": "counts as late", "left_out": "is left out"}[measure.undecided]
        found.append(sentence(f"a ticket that is still in time at the end of the {span} without having stopped {word}"))
    about = sentence(f"it is about {scope_text(book, level.scope)}")
    return [about, *within_text(measure.within), *found, *clock_text(book, measure.clock), _small(measure)]


def _overdue(overdue: Any, span: str) -> list[str]:
    if overdue == "once":
        return []
    again = f"A late ticket that is still open counts as late in each {span}, until its clock stops"
    if overdue == "until_stopped":
        return [f"{again}; in that {span}, too."]
    if overdue.stopped == "left_out":
        return [f"{again}; in that {span} it is left out."]
    if overdue.unless_within is None:
        return [f"{again}; in that {span} it counts as well."]
    within = f"unless it was finished at most {duration(overdue.unless_within)} (by the clock) after it was due"
    return [f"{again}; in that {span}, too, {within}."]


def _ticket_time(book: Book, level: ServiceLevel, measure: m.TicketTime, span: str) -> list[str]:
    return [
        sentence(f"it is about {scope_text(book, level.scope)}"),
        *within_text(measure.within),
        sentence(f"a miss, and each minute late, counts in the {span} in which it happens"),
        *clock_text(book, measure.clock),
    ]


def _statistic(statistic: Any) -> str:
    if isinstance(statistic, m.Percentile):
        how = {
            "nearest_rank": "by nearest rank",
            "linear": "interpolated as Excel’s PERCENTILE.INC",
            "exclusive": "interpolated as Excel’s PERCENTILE.EXC",
        }[statistic.by]
        return f"the time that {value(statistic.percentile)} of the tickets do not exceed ({how})"
    if isinstance(statistic, m.Trimmed):
        return (
            f"the mean time without the slowest {value(statistic.trimmed)} of the tickets (their number rounded down)"
        )
    return {"mean": "the mean time", "median": "the median time", "maximum": "the longest time"}[statistic]


def _time(book: Book, level: ServiceLevel, measure: m.TimeTaken, span: str) -> list[str]:
    return [
        sentence(f"it is about {scope_text(book, level.scope)}"),
        sentence(_POPULATION[measure.population].format(span=span)),
        *clock_text(book, measure.clock),
        _small(measure),
    ]


def _availability(book: Book, level: ServiceLevel, measure: m.Availability, span: str) -> list[str]:
    found = [sentence(f"it counts {scope_text(book, level.scope, 'outages')}, in {book.hours(measure.hours)}")]
    if isinstance(measure.of, m.FixedDays):
        found.append(
            sentence(f"it is a share of {counted(measure.of.days, 'day')} of 24 hours, however long the {span}")
        )
    else:
        found.append(sentence(f"it is a share of the time in these hours in the {span}"))
    if measure.minimum_outage is not None:
        long = duration(measure.minimum_outage)
        counts = "whole" if measure.counts == "whole" else f"with what lies beyond its first {long}"
        found.append(sentence(f"down time in one run of less than {long} does not count; a longer run counts {counts}"))
    found.append(
        {
            "leaves": "Time in which nobody knows whether the service worked is left out altogether.",
            "available": "Time in which nobody knows whether the service worked counts as working.",
            "unavailable": "Time in which nobody knows whether the service worked counts as down.",
        }[measure.unknown]
    )
    poor = "does not count as down" if measure.degraded == "ignored" else "counts as down"
    found.append(sentence(f"time in which the service works poorly {poor}"))
    if measure.weighted_by is not None:
        found.append("An outage counts by the share of users it concerned; of several at a time the greatest share.")
    if measure.minutes is not None:
        last = "is dropped" if measure.minutes == "whole" else "counts in full"
        found.append(sentence(f"the last minute of a run of down time {last} if it is not full"))
    return found


def _error_share(measure: m.ErrorRate) -> str:
    if measure.take == "pooled":
        return "the share of requests that fail"
    span = f"spans of {duration(measure.bucket)}"
    if measure.take == "mean_of_buckets":
        return f"the mean, over {span}, of the share of requests that fail"
    bad = measure.take.bad_buckets
    limit = f"more than {value(bad.above)}" if bad.above is not None else f"{value(bad.at_least)} or more"
    return f"the share of {span} in which {limit} of the requests fail"


def _error_rate(book: Book, level: ServiceLevel, measure: m.ErrorRate, span: str) -> list[str]:
    empty = "counts as one without failures" if measure.empty_bucket == "no_errors" else "is left out"
    found = [
        sentence(f"it counts {scope_text(book, level.scope, 'requests')}, in {book.hours(measure.hours)}"),
        sentence(f"the {span} is cut into spans of {duration(measure.bucket)} from midnight UTC on"),
        sentence(f"a span without requests {empty}"),
    ]
    if measure.places is not None:
        found.append(
            sentence(f"the share of each is rounded to {counted(measure.places, 'decimal')} of one, ties to even")
        )
    return found


def _by(book: Book, party: str | None) -> str:
    return "" if party is None else f" by or for {book.party(party)}"


def _count(book: Book, level: ServiceLevel, measure: m.Count, span: str) -> list[str]:
    if measure.of == "outages":
        return [
            sentence(f"it counts {scope_text(book, level.scope, 'outages')} that begin in the {span}, each by itself")
        ]
    about = sentence(f"it is about {scope_text(book, level.scope)}")
    return [about, sentence(f"each counts in the {span} in which it happens, whatever becomes of the ticket later")]


def _having(book: Book, having: m.Having) -> str:
    number = f"at least {having.at_least:,}" if having.at_least is not None else f"at most {having.at_most:,}"
    return f"{HAPPENED[having.event]}{_by(book, having.party)} numbering {number}"


def _ratio(book: Book, level: ServiceLevel, measure: m.Ratio, span: str) -> list[str]:
    return [
        sentence(f"it is about {scope_text(book, level.scope)}"),
        sentence(_POPULATION[measure.population].format(span=span)),
        sentence(f"what happened to a ticket counts up to the end of the {span}"),
        "Tickets that are cancelled or merged do not count.",
        _small(measure),
    ]


def _score(take: Any) -> str:
    if isinstance(take, m.Top):
        return f"the share of answers with a score of {take.top} or better"
    if isinstance(take, m.Promoters):
        return (
            f"the net promoter score (of 100 answers those of {take.promoters} or more, less those of "
            f"{take.detractors} or less)"
        )
    return "the mean score"


def _survey(book: Book, level: ServiceLevel, measure: m.Score, span: str) -> list[str]:
    worst, best = measure.scale
    scope = scope_text(book, level.scope, "answers")
    return [
        sentence(f"it counts {scope}, given in the {span}, with scores from {worst} (worst) to {best} (best)"),
        "Answers off this scale do not count.",
        _small(measure, "answer"),
    ]


def _declared(_: Book, __: ServiceLevel, measure: m.DeclaredFigure, span: str) -> list[str]:
    found = [sentence(f"the figure has to be declared for exactly the {span}")]
    if measure.delivered_within is not None and measure.when_late is not None:
        late = STATES[measure.when_late]
        late = late if measure.when_late == "accepted" else f"counted as {late}"
        within = duration(measure.delivered_within)
        found.append(sentence(f"if it is delivered later than {within} after the end of the {span}, it is {late}"))
    proof = "A figure without evidence is as none." if measure.evidence == "required" else "It needs no evidence."
    missing = STATES[measure.when_missing]
    different = "If different values are declared, it counts as not measured."
    return [*found, proof, sentence(f"without a figure it counts as {missing}"), different]


def _levels(book: Book, _: ServiceLevel, measure: m.LevelsTogether, __: str) -> list[str]:
    if measure.take == "missed":
        return ["A promise that is not measured is not missed."]
    worst = f"it is missed as soon as one of {book.clauses(measure.levels)} is missed"
    return [sentence(f"{worst}, else not measured as soon as one of them is not, else kept")]


_TELL: Final[dict[type, Callable[..., list[str]]]] = {
    m.Attainment: _attainment,
    m.TicketTime: _ticket_time,
    m.TimeTaken: _time,
    m.Availability: _availability,
    m.ErrorRate: _error_rate,
    m.Count: _count,
    m.Ratio: _ratio,
    m.Score: _survey,
    m.DeclaredFigure: _declared,
    m.LevelsTogether: _levels,
}
