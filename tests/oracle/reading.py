"""Section 4 of docs/reference/semantics.md: the clock of a ticket, as it stands at an instant."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from .clock import Interval, duration, last_instant_within, service_time
from .tickets import ENDINGS, Event, Holder, Record, holders

EFFECTIVE = ("keep_elapsed", "keep_share", "restart")  # the choices under which a change of priority takes effect


@dataclass(frozen=True)
class Measure:
    """Section 4: a clock, its targets, and the hours (of one calendar, or by priority) and relieved time it counts."""

    clock: dict[str, Any]
    within: Any
    hours: dict[str, str]  # by priority; the key of a calendar for each, and `otherwise`
    relieved: list[Interval]

    def target(self, priority: str) -> int | None:
        """Section 4, Target: a duration, or a table by priority; None where nothing is promised."""
        if isinstance(self.within, str):
            return duration(self.within)
        text = self.within.get(priority, self.within["otherwise"])
        return None if text in (None, "none") else duration(text)

    def calendar(self, priority: str) -> str:
        """Section 4: the calendar of a priority."""
        return self.hours.get(priority, self.hours["otherwise"])

    def time(self, priority: str, start: int, end: int) -> int:
        """Section 4: all time is service time of the calendar, less relieved time."""
        return service_time(self.calendar(priority), self.relieved, start, end)

    def last_instant(self, priority: str, start: int, end: int, allowance: int) -> int | None:
        """Section 4, Breach instant: the last instant with at most `allowance` since start."""
        return last_instant_within(self.calendar(priority), self.relieved, start, end, allowance)


@dataclass
class Reading:
    """Section 4: a clock as it stands at an instant."""

    state: str = "waiting"
    elapsed: int = 0
    target: int | None = None
    breach: int | None = None
    due: int | None = None
    late_before: int = 0  # of earlier attempts whose breach stands

    @property
    def promised(self) -> bool:
        """Section 5, Scope: a ticket whose clock is waiting or void, or with no promise, is in no population."""
        return self.state not in ("waiting", "void") and self.target is not None

    @property
    def under_way(self) -> bool:
        """Section 4: whether the clock is running or held."""
        return self.state in ("running", "held")

    @property
    def beyond(self) -> int:
        """Section 5, `ticket_time`: the elapsed time beyond the target, zero if there is none."""
        return 0 if self.target is None else max(0, self.elapsed - self.target)

    @property
    def breached(self) -> bool:
        """Section 5, `breached(t)`: zero in no population."""
        return self.promised and self.breach is not None

    @property
    def late(self) -> int:
        """Section 5, `late(t)`: that of this attempt and of earlier ones whose breach stands; zero in no population."""
        return self.beyond + self.late_before if self.promised else 0

    @property
    def met(self) -> bool:
        """Section 5, `met(t)`: stopped (for good, or answered) and not breached; zero in no population."""
        return self.promised and not self.under_way and self.breach is None

    def begin_at_zero(self) -> None:
        """Sections 4 and 5: elapsed time begins at zero, the breach so far stands and its lateness is kept."""
        self.late_before += self.beyond
        self.elapsed = 0

    def begin_attempt(self, attempt: str) -> None:
        """Section 4, Attempts: zero again, `last` forgets every breach before it; with `sum` time is added up."""
        if attempt == "sum":
            return
        self.begin_at_zero()
        if attempt == "last":
            self.breach = None
            self.late_before = 0


@dataclass(frozen=True)
class Moment:
    """Section 4: an event as a clock minds it."""

    kind: str
    at: int
    priority: str  # of the ticket, from here on
    counts: bool  # whether time counts from here on
    starts: bool
    stops: bool
    finishes: bool
    finished: bool  # from here on


def meanings(event: Event, *, resolved: bool, waited: bool) -> set[str]:
    """Sections 2 and 4: the names of what an event is; what changes nothing is nothing."""
    kind: str = event["kind"]
    if kind == "resolved" and resolved:
        return set()
    if kind == "resumed" and not waited:
        return set()
    if kind == "replied":
        return {"provider": {"replied"}, "customer": {"customer_replied"}}.get(event["party"], set())
    return {kind}


def is_chosen(event: Event, after: Holder, choice: dict[str, str]) -> bool:
    """Section 4: an event by kind and, if named, party and group (that a transfer names; else of the holder after)."""
    party = event.get("party") or ("provider" if event["kind"] == "transferred" else None)
    group = event.get("group") if event["kind"] == "transferred" and event.get("group") else after.group
    return (
        event["kind"] == choice["event"] and choice.get("party", party) == party and choice.get("group", group) == group
    )


def among(choices: list[Any], event: Event, means: set[str], after: Holder) -> bool:
    """Section 4: whether an event is one of those that start (or stop) a clock."""
    named = bool(means & {choice for choice in choices if isinstance(choice, str)})
    chosen = (is_chosen(event, after, choice) for choice in choices if not isinstance(choice, str))
    return named or (bool(means or event["kind"] == "replied") and any(chosen))


def counts_for(clock: dict[str, Any], holder: Holder) -> bool:
    """Section 4: time counts while the holder does not answer to `holds`, or answers to `counts_only`."""
    if clock.get("counts_only") is not None:
        return holder.answers_to(clock["counts_only"])
    return not holder.answers_to(clock["holds"])


def with_resolutions(events: list[Event]) -> list[Event]:
    """Section 2, table: the closing of what is not resolved resolves it at that instant, and then closes it."""
    found: list[Event] = []
    resolved = False
    for event in events:
        if event["kind"] == "closed" and not resolved:
            found.append({**event, "kind": "resolved"})
        found.append(event)
        resolved = (resolved or event["kind"] in ("resolved", "closed")) and event["kind"] != "reopened"
    return found


def moments(clock: dict[str, Any], ticket: Record, until: int) -> list[Moment]:
    """Section 4: the events before `until`, as the clock minds them."""
    finish = "resolved" if "resolved" in clock["stop"] else "closed"
    found: list[Moment] = []
    priority: str = ticket["priority"]
    resolved = finished = waited = False
    events = with_resolutions([event for event in ticket["events"] if event["at"] < until])
    for event, holder in zip(events, holders(events), strict=True):
        kind: str = event["kind"]
        means = meanings(event, resolved=resolved, waited=waited)
        if kind == "reprioritised":
            priority = event["priority"]
        resolved = (resolved or "resolved" in means) and kind != "reopened"
        waited = kind == "held" or (waited and kind not in ("resumed", "resolved", "closed"))
        finishes = finish in means and not finished
        finished = (finished or finishes) and kind != "reopened"
        found.append(
            Moment(
                kind,
                event["at"],
                priority,
                counts_for(clock, holder),
                starts=among(clock["start"], event, means, holder),
                stops=among(clock["stop"], event, means, holder),
                finishes=finishes,
                finished=finished,
            )
        )
    return found


def that_count(clock: dict[str, Any], seen: list[Moment]) -> list[Moment]:
    """Section 4, Attempts: with `first`, nothing after the first stop counts, but what makes the clock void."""
    begun = False
    for index, moment in enumerate(seen if clock["attempt"] == "first" else []):
        if begun and (moment.stops or moment.finishes):
            return seen[: index + 1] + [later for later in seen[index + 1 :] if later.kind in ENDINGS]
        begun = begun or (moment.starts and not moment.finished)
    return seen


class Walk:
    """Section 4: a clock on its way through the moments of a ticket."""

    def __init__(self, measure: Measure, seen: list[Moment], first_priority: str) -> None:
        """The clock of a measure, before anything has happened."""
        self.measure = measure
        self.clock = measure.clock
        self.last_priority = seen[-1].priority if seen else first_priority
        self.holding = first_priority  # the priority whose target and calendar hold
        self.now = Reading()
        self.since = 0  # up to where elapsed time has been counted
        self.stopped_at = 0

    def run_to(self, at: int) -> None:
        """`elapsed` grows while the clock is running; the last instant at which it was at most the target."""
        now = self.now
        if now.state == "running":
            grown = self.measure.time(self.holding, self.since, at)
            if now.breach is None and now.target is not None and now.elapsed + grown > now.target:
                now.breach = self.measure.last_instant(self.holding, self.since, at, now.target - now.elapsed)
            now.elapsed += grown
        self.since = at

    def breach_at_once(self, at: int) -> None:
        """Breach instant: a reopening or a change of priority made elapsed time exceed the target at once."""
        if self.now.breach is None and self.now.beyond > 0:
            self.now.breach = at

    def start(self, moment: Moment) -> None:
        """The clock begins; changes of priority before that set the one that holds."""
        self.holding = self.last_priority if self.clock["changed"] == "retroactive" else moment.priority
        self.now.target = self.measure.target(self.holding)
        self.now.state = "running" if moment.counts else "held"

    def stop(self, moment: Moment) -> None:
        """A stop that is not the finish only ends an attempt, where there are many cycles."""
        many = self.clock.get("cycles", "one") == "many"
        self.now.state = "answered" if many and not moment.finishes else "stopped"
        self.stopped_at = moment.at
        if self.now.state == "answered" and moment.starts and self.clock["attempt"] != "first":
            self.next_cycle(moment)

    def next_cycle(self, moment: Moment) -> None:
        """Another attempt begins, with the target of the priority then known."""
        self.now.begin_attempt(self.clock["attempt"])
        if self.clock["changed"] == "new_only":
            self.holding = moment.priority
            self.now.target = self.measure.target(self.holding)
            self.breach_at_once(moment.at)
        self.now.state = "running" if moment.counts else "held"

    def reopen(self, moment: Moment) -> None:
        """A reopening of a stopped clock."""
        if self.clock["reopened"] == "continue_with_closed_time":
            self.now.elapsed += self.measure.time(self.holding, self.stopped_at, moment.at)
            self.breach_at_once(moment.at)  # by the target that held at the stop; a change of priority comes after it
        elif self.clock["reopened"] == "restart":
            self.now.begin_attempt(self.clock["attempt"])
        self.now.state = "running" if moment.counts else "held"

    def change(self, moment: Moment) -> None:
        """A change of priority takes effect while the clock is running or held."""
        old, new = self.now.target, self.measure.target(moment.priority)
        if self.clock["changed"] == "restart":
            self.now.begin_at_zero()
        elif self.clock["changed"] == "keep_share" and old and new is not None:
            self.now.elapsed = self.now.elapsed * new // old
        self.holding = moment.priority
        self.now.target = new
        self.breach_at_once(moment.at)

    def mind(self, moment: Moment) -> None:
        """What one event does."""
        now = self.now
        self.run_to(moment.at)
        if moment.kind in ENDINGS:
            now.state = "void"
        elif now.state == "waiting":
            if moment.starts and not moment.finished:
                self.start(moment)
        elif now.under_way:
            if moment.stops or moment.finishes:
                self.stop(moment)
            else:
                now.state = "running" if moment.counts else "held"
        elif now.state == "answered":
            if moment.starts and not moment.finished:
                self.next_cycle(moment)
        elif now.state == "stopped" and moment.kind == "reopened":
            self.reopen(moment)
        if now.under_way and self.clock["changed"] in EFFECTIVE and moment.priority != self.holding:
            self.change(moment)

    def due(self, until: int) -> int | None:
        """Due instant: the breach; else of a stopped clock, the last instant in time had it run on from its stop."""
        now = self.now
        if not now.promised or now.target is None:
            return None
        if now.breach is not None or now.under_way:
            return now.breach
        return self.measure.last_instant(self.holding, self.stopped_at, until, now.target - now.elapsed)


def read_clock(measure: Measure, ticket: Record, until: int) -> Reading:
    """Section 4: the clock of a ticket at `until`, knowing what happened before."""
    seen = that_count(measure.clock, moments(measure.clock, ticket, until))
    walk = Walk(measure, seen, ticket["priority"])
    for moment in seen:
        walk.mind(moment)
    walk.run_to(until)
    walk.now.due = walk.due(until)
    return walk.now
