"""Sections 3, 5 and 6 of docs/reference/semantics.md: relief, measures, and the lines of a statement."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from typing import Any

from .clock import Interval, bounds, calendar_key, duration, service_time, union
from .money import amount, amount_text, floor, largest_remainder, percent, rounded
from .reading import Measure, Reading, read_clock
from .tickets import (
    Record,
    admitted,
    has_ended,
    is_consistent,
    known_notices,
    known_outages,
    known_tickets,
    last_resolution,
    notice_is_fit,
    origin_is_fit,
    outage_is_fit,
    ref_of,
    sift,
    ticket_is_fit,
    whole_origin,
    whole_span,
    whole_ticket,
    with_priorities,
)

Clause = dict[str, Any]
TicketView = dict[str, Any]


@dataclass
class LevelResult:
    """Section 5: what a level came to in the period."""

    outcome: str
    number: Fraction | None = None
    counted: int = 0
    met: int = 0
    missed: int = 0
    service_us: int | None = None  # T
    outage_us: int | None = None  # U
    lateness: list[tuple[int, int]] = field(default_factory=list)  # late(start), late(end) of each ticket
    evaluated: set[str] = field(default_factory=set)  # tickets or outages of which a number is not zero


@dataclass
class Fates:
    """Section 5, Fates: the one fate of each ticket and each outage, by its ref."""

    tickets: dict[str, str]
    outages: dict[str, str]


@dataclass
class Result:
    """The figures and the lines of a statement of one period."""

    levels: dict[str, LevelResult]
    tickets: dict[tuple[str, str], TicketView]  # by ref of the ticket and ref of the level
    lines: list[tuple[str, int]]
    total: int
    quarantined: list[str]
    used_after: dict[str, str]
    fates: Fates

    @property
    def provisional(self) -> bool:
        """Section 2: any quarantined record, of whatever kind, makes the statement provisional."""
        return bool(self.quarantined)


@dataclass
class World:
    """Section 2: a period and what is known and not quarantined at its end."""

    contract: dict[str, Any]
    start: int
    end: int
    tickets: list[Record]
    outages: list[Record]
    notices: list[Record]
    origins: list[Record]


# ----------------------------------------------------------------------------------------------------------- not offered


def refuse(reason: str, if_so: bool) -> None:
    """What the page says is not offered."""
    if if_so:
        raise ValueError(reason)


def plain(choices: list[Any]) -> set[str]:
    """Section 4: the events of a choice that are named by their kind alone."""
    return {choice for choice in choices if isinstance(choice, str)}


def check(world: World) -> None:
    """Sections 4 to 6: what a contract may not combine."""
    levels = {level["ref"]: level["measure"] for level in clauses(world, "service_level")}
    for measure in levels.values():
        kind = measure["kind"]
        if kind == "availability":
            continue
        clock = measure["clock"]
        refuse("no resolution or closing stops the clock", not {"resolved", "closed"} & plain(clock["stop"]))
        both = [choice for choice in clock["start"] if choice in clock["stop"]]
        refuse("an event both starts and stops a clock of one cycle", bool(both) and clock.get("cycles") != "many")
        refuse("not exactly one of the two", (clock.get("holds") is None) == (clock.get("counts_only") is None))
        if kind == "attainment":
            refuse("a minimum below 1", int(measure["minimum"]) < 1)
            refuse("due and retroactive", measure["population"] == "due" and clock["changed"] == "retroactive")
    for clause in clauses(world, "service_credit"):
        for measure in (levels[ref] for ref in clause["levels"]):
            is_by_ticket = measure["kind"] == "ticket_time"
            refuse("per ticket or late time, but not ticket_time", clause["per"] != "level" and not is_by_ticket)
            if not isinstance(clause["rate"], str):
                no_number = is_by_ticket or measure.get("when_too_few") not in (None, "met", "not_measured")
                refuse("bands for a level that can be missed without a number", no_number)
                refuse("the last band has a `below`", "below" in clause["rate"]["bands"][-1])


# ------------------------------------------------------------------------------------------------------ scope and relief


def clauses(world: World, kind: str) -> list[Clause]:
    """The clauses of one kind, in the order of the contract."""
    return [clause for clause in world.contract["clauses"] if clause["kind"] == kind]


def in_scope(level: Clause, record: Record, names: tuple[str, ...]) -> bool:
    """Section 5, Scope: what the scope names is equal (for outages only the service counts), children left out."""
    scope = level.get("scope") or {}
    left_out = "parent" in names and scope.get("children") == "leave_out" and record.get("parent") is not None
    return not left_out and all(name not in scope or record.get(name) == scope[name] for name in names)


def span_of(record: Record, end: int) -> Interval:
    """Section 2: an outage or a notice as an interval; one without an end lasts at the end of the period."""
    return record["start"], end if record["end"] is None else record["end"]


def relieved_time(world: World, level: Clause, only_leaving: bool = False) -> list[Interval]:
    """
    Section 3: the union of the intervals of the notices that relieve a level (or of those that leave the denominator).
    """
    spans: list[Interval] = []
    for clause in clauses(world, "relief"):
        if level["ref"] not in clause["levels"] or (only_leaving and clause.get("denominator") != "leaves"):
            continue
        for notice in world.notices:
            if notice["kind"] in clause["notices"] and in_scope(level, notice, ("service",)):
                spans.append(span_of(notice, world.end))
    return union(spans)


# -------------------------------------------------------------------------------------------------------------- measures


def availability(world: World, level: Clause) -> LevelResult:
    """Section 5, `availability`: T, U and (T - U) / T."""
    hours = calendar_key(world.contract, level["measure"]["hours"])
    relieved = relieved_time(world, level)
    total = service_time(hours, relieved_time(world, level, only_leaving=True), world.start, world.end)
    down = 0
    for first, last in union(
        span_of(record, world.end) for record in world.outages if in_scope(level, record, ("service",))
    ):
        down += service_time(hours, relieved, max(first, world.start), min(last, world.end))
    if total == 0:
        return LevelResult("not_measured", service_us=total, outage_us=down, evaluated=touched(world, level))
    number = Fraction(total - down, total)
    outcome = "met" if number >= percent(level["target"]["at_least"]) else "missed"
    return LevelResult(outcome, number, service_us=total, outage_us=down, evaluated=touched(world, level))


def touched(world: World, level: Clause) -> set[str]:
    """Section 5, Fates: the outages in the scope of an availability level that have a part in the period."""
    found: set[str] = set()
    for record in world.outages:
        first, last = span_of(record, world.end)
        if in_scope(level, record, ("service",)) and max(first, world.start) < min(last, world.end):
            found.add(ref_of(record))
    return found


KIND_OF = {"customer_replied": "replied"}


def is_recorded(world: World, level: Clause) -> bool:
    """Section 5, What is not recorded: whether every kind of event that starts or stops the clock is recorded."""
    clock = level["measure"]["clock"]
    missing = {kind for origin in world.origins for kind in origin.get("unrecorded", [])}
    choices = [*clock["start"], *clock["stop"]]
    kinds = [choice["event"] if isinstance(choice, dict) else KIND_OF.get(choice, choice) for choice in choices]
    return not missing & set(kinds)


def hours_of(world: World, clock: dict[str, Any]) -> dict[str, str]:
    """Section 4: the calendar of the clock for each priority, and otherwise."""
    given = clock["hours"]
    rows = {"otherwise": given} if isinstance(given, str) else {row: given[row] for row in given if row != "by"}
    return {priority: calendar_key(world.contract, name) for priority, name in rows.items()}


def is_in_population(world: World, given: dict[str, Any], ticket: Record, at_end: Reading, at_start: Reading) -> bool:
    """Section 5, `attainment`: whether a ticket is in the population of the period."""
    population, decisive = given["population"], None
    if not at_end.promised:
        return False
    if population == "due":
        decisive = at_end.due
        if is_overdue(given, at_start):
            return True
    elif population == "resolved":
        decisive = last_resolution(ticket)
    elif population == "closed":
        decisive = last_resolution(ticket, ("closed",))
    elif population == "opened":
        decisive = ticket["events"][0]["at"]
    elif population == "active":  # opened before the end, as all that is known is
        resolved = last_resolution(ticket)
        return resolved is None or resolved >= world.start
    return decisive is not None and world.start <= decisive < world.end


def is_overdue(given: dict[str, Any], at_start: Reading) -> bool:
    """Section 5, `attainment`: whether a ticket was late and still running or held at the start of the period."""
    return given.get("overdue") == "until_stopped" and at_start.breached and at_start.under_way


def is_met(given: dict[str, Any], at_end: Reading, at_start: Reading) -> bool | None:
    """Section 5, `attainment`: whether a ticket of the population is met; None where it counts not at all."""
    if is_overdue(given, at_start) or at_end.breached:
        return False
    if given["population"] in ("opened", "active") and at_end.under_way:
        return {"met": True, "missed": False, "left_out": None}[given["undecided"]]
    return True


def count_ticket(world: World, given: dict[str, Any], measure: Measure, ticket: Record, result: LevelResult) -> Reading:
    """Section 5: what one ticket adds to a level; the reading of its clock at the end of the period."""
    at_end = read_clock(measure, ticket, world.end)
    needs_start = given["kind"] == "ticket_time" or given.get("overdue") == "until_stopped"
    at_start = read_clock(measure, ticket, world.start) if needs_start else Reading()
    if given["kind"] == "ticket_time":
        result.met += at_end.met - at_start.met
        result.missed += at_end.breached - at_start.breached
        if at_start.promised or at_end.promised:
            result.lateness.append((at_start.late, at_end.late))
        if (at_start.met, at_start.breached, at_start.late) != (at_end.met, at_end.breached, at_end.late):
            result.evaluated.add(ref_of(ticket))
    elif is_in_population(world, given, ticket, at_end, at_start):
        met = is_met(given, at_end, at_start)
        if met is not None:
            result.met += met
            result.missed += not met
            result.evaluated.add(ref_of(ticket))
    return at_end


def ticket_level(world: World, level: Clause, views: dict[tuple[str, str], TicketView]) -> LevelResult:
    """Section 5, `attainment` and `ticket_time`."""
    if not is_recorded(world, level):
        return LevelResult("not_measured")
    given = level["measure"]
    measure = Measure(given["clock"], given["within"], hours_of(world, given["clock"]), relieved_time(world, level))
    result = LevelResult("met")
    for ticket in world.tickets:
        if not in_scope(level, ticket, ("service", "type", "customer", "channel", "parent")):
            continue
        counted_before = result.met, result.missed
        at_end = count_ticket(world, given, measure, ticket, result)
        views[ticket["ref"], level["ref"]] = {
            "state": at_end.state,
            "elapsed": at_end.elapsed,
            "breached": at_end.breached,
            "late": at_end.late,
            "in_population": (result.met, result.missed) != counted_before,
            "due": at_end.due,
        }
    result.counted = result.met + result.missed
    if given["kind"] == "ticket_time":
        result.outcome = "missed" if result.missed > 0 else "met"
        return result
    if result.counted < int(given["minimum"]):
        result.outcome = outcome_of_few(given["when_too_few"], result.missed)
        return result
    result.number = Fraction(result.met, result.counted)
    result.outcome = "met" if result.number >= percent(level["target"]["at_least"]) else "missed"
    return result


def outcome_of_few(named: Any, missed: int) -> str:
    """Section 5, `attainment`: the outcome of fewer tickets than `minimum`; by the number of misses, if it says so."""
    if isinstance(named, str):
        return named
    return "met" if missed <= int(named["misses_at_most"]) else "missed"


# ----------------------------------------------------------------------------------------------------------------- fates


def fates(read: list[Record], bad: set[str], evaluated: set[str], lasting: set[str]) -> dict[str, str]:
    """Section 5, Fates: quarantined, else evaluated, else open, else not in period."""
    found: dict[str, str] = {}
    for ref in [ref_of(record) for record in read]:
        if ref in bad:
            found[ref] = "quarantined"
        elif ref in evaluated:
            found[ref] = "evaluated"
        else:
            found[ref] = "open" if ref in lasting else "not_in_period"
    return found


def evaluated_by(world: World, levels: dict[str, LevelResult], *, outages: bool) -> set[str]:
    """Section 5, Fates: what is evaluated by some availability level, or by some level of tickets."""
    kinds = {level["ref"]: level["measure"]["kind"] for level in clauses(world, "service_level")}
    found: set[str] = set()
    for ref, level in levels.items():
        if (kinds[ref] == "availability") == outages:
            found |= level.evaluated
    return found


# ----------------------------------------------------------------------------------------------------------------- money


def share_or_amount(world: World, text: str, clause: Clause) -> Fraction:
    """Section 6: an amount, or a percentage of the charge that the clause names; exact, in minor units."""
    if not text.endswith("%"):
        return amount(text)
    (charge,) = (other for other in clauses(world, "charge") if other["ref"] == clause["of"])
    return percent(text) * amount(charge["amount"])


def rate_of(world: World, clause: Clause, level: LevelResult) -> Fraction:
    """Section 6, rate: an amount, a percentage, or the first band whose `below` is greater than the level's number."""
    rate = clause["rate"]
    if isinstance(rate, str):
        return share_or_amount(world, rate, clause)
    for band in rate["bands"]:
        if "below" not in band or (level.number is not None and percent(band["below"]) > level.number):
            return share_or_amount(world, band["is"], clause)
    raise ValueError("the last band has a `below`")


def units(part: str, late: int, unit: int) -> Fraction:
    """
    Section 6, `per: late_time`: lateness in units; `up` counts a begun unit, `down` whole units, `exact` fractions.
    """
    exact = Fraction(late, unit)
    if part == "exact":
        return exact
    return Fraction(floor(exact) if part == "down" else -floor(-exact))


def quantity(clause: Clause, level: LevelResult) -> Fraction:
    """
    Section 6, `per`: one if the level is missed, the sum of misses, or the lateness in units; below zero it is zero.
    """
    if clause["per"] == "level":
        return Fraction(1 if level.outcome == "missed" else 0)
    if clause["per"] == "ticket":
        return Fraction(max(0, level.missed))
    unit = duration(clause["unit"])
    part = clause["part"]
    late = sum((units(part, end, unit) - units(part, start, unit) for start, end in level.lateness), Fraction(0))
    return max(Fraction(0), late)


def credit_of(world: World, clause: Clause, levels: dict[str, LevelResult]) -> Fraction | None:
    """Section 6, `service_credit`: the exact amount; None for a credit of zero when none of its levels is missed."""
    quantities = [(levels[ref], quantity(clause, levels[ref])) for ref in clause["levels"]]
    total = sum((number * rate_of(world, clause, level) for level, number in quantities if number), Fraction(0))
    is_missed = any(level.outcome == "missed" for level, _ in quantities)
    return total if total != 0 or is_missed else None


def money_lines(
    world: World, levels: dict[str, LevelResult], used: dict[str, str]
) -> tuple[list[tuple[str, int]], dict[str, str]]:
    """Section 6: the lines in the order of the clauses, and what each limit by contract year has given by now."""
    mode = world.contract["settlement"]["rounding"]["mode"]
    lines: dict[str, int] = {}
    used_after: dict[str, str] = {}
    for clause in clauses(world, "charge"):
        lines[clause["ref"]] = rounded(amount(clause["amount"]), mode)
    credits: dict[str, Fraction] = {}
    for clause in clauses(world, "service_credit"):
        exact = credit_of(world, clause, levels)
        if exact is not None:
            credits[clause["ref"]] = exact
            lines[clause["ref"]] = -rounded(exact, mode)  # replaced below if a limit takes it
    taken: set[str] = set()
    for clause in clauses(world, "limit"):
        if taken & set(clause["credits"]):
            raise ValueError("a credit is taken by two limits")
        taken |= set(clause["credits"])
        refs = [ref for ref in clause["credits"] if ref in credits]  # in the order in which the limit names them
        exact_sum = sum((credits[ref] for ref in refs), Fraction(0))
        before = Fraction(0)
        if clause["window"] == "contract_year" and clause["ref"] in used:
            before = amount(used[clause["ref"]])
        room = max(Fraction(0), share_or_amount(world, clause["at_most"], clause) - before)
        gross = rounded(exact_sum, mode)
        for ref, share in zip(refs, largest_remainder(gross, [credits[ref] for ref in refs]), strict=True):
            lines[ref] = -share
        given = min(rounded(min(exact_sum, room), mode), floor(room))
        if given < gross:
            lines[clause["ref"]] = gross - given
        if clause["window"] == "contract_year":
            used_after[clause["ref"]] = amount_text(world.contract["currency"], before + given)
    order = [clause["ref"] for clause in world.contract["clauses"]]
    return [(ref, lines[ref]) for ref in order if ref in lines], used_after


# ------------------------------------------------------------------------------------------------------------- statement


def evaluate(
    contract: dict[str, Any],
    facts: dict[str, list[dict[str, Any]]],
    period: str,
    used: dict[str, str] | None = None,
) -> Result:
    """The whole page: the statement of one period, from the contract, the facts and what limits by year gave before."""
    start, end = bounds(contract["zone"], period)
    tickets, bad_tickets = admitted(facts.get("tickets", []), whole_ticket, ticket_is_fit)
    matrix = contract.get("priorities", {}).get("impact", {})
    known = [with_priorities(ticket, matrix) for ticket in known_tickets(tickets, end)]
    tickets, bad_tickets = sift(known, bad_tickets, is_consistent)
    outages, bad_outages = admitted(facts.get("outages", []), whole_span, outage_is_fit)
    notices, bad_notices = admitted(facts.get("notices", []), whole_span, notice_is_fit)
    origins, bad_origins = admitted(facts.get("origins", []), whole_origin, origin_is_fit)
    world = World(contract, start, end, tickets, known_outages(outages, end), known_notices(notices, end), origins)
    check(world)
    levels: dict[str, LevelResult] = {}
    views: dict[tuple[str, str], TicketView] = {}
    for level in clauses(world, "service_level"):
        if level["measure"]["kind"] == "availability":
            levels[level["ref"]] = availability(world, level)
        else:
            levels[level["ref"]] = ticket_level(world, level, views)
    lines, used_after = money_lines(world, levels, used or {})
    open_tickets = {ref_of(ticket) for ticket in tickets if not has_ended(ticket)}
    open_outages = {ref_of(outage) for outage in world.outages if outage["end"] is None}
    told = Fates(
        fates(facts.get("tickets", []), bad_tickets, evaluated_by(world, levels, outages=False), open_tickets),
        fates(facts.get("outages", []), bad_outages, evaluated_by(world, levels, outages=True), open_outages),
    )
    return Result(
        levels=levels,
        tickets=views,
        lines=lines,
        total=sum(minor for _, minor in lines),
        quarantined=sorted([*bad_tickets, *bad_outages, *bad_notices, *bad_origins]),  # kinds may share a ref
        used_after=used_after,
        fates=told,
    )


def contract_year(contract: dict[str, Any], period: str) -> int:
    """
    Section 6, `contract_year`: the number of the contract year, counted from the term's first day, a period starts in.
    """
    first = date.fromisoformat(str(contract["term"]["start"]))
    year, month = (int(part) for part in period.split("-"))
    return year - first.year - ((month, 1) < (first.month, first.day))


def used_before(contract: dict[str, Any], facts: dict[str, list[dict[str, Any]]], period: str) -> dict[str, str]:
    """Section 6, `contract_year`: what each limit gave in the earlier periods of the contract year, as `used` above."""
    year, month = (int(part) for part in period.split("-"))
    used: dict[str, str] = {}
    for back in range(11, 0, -1):  # a year holds the starts of twelve periods
        earlier_year, earlier_month = divmod(year * 12 + month - 1 - back, 12)
        earlier = f"{earlier_year:04}-{earlier_month + 1:02}"
        in_term = earlier >= str(contract["term"]["start"])[:7]
        if in_term and contract_year(contract, earlier) == contract_year(contract, period):
            used = evaluate(contract, facts, earlier, used).used_after
    return used
