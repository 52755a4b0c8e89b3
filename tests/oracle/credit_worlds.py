"""
Small worlds of credits, drawn towards the edges: a contract, what was issued, claims, decisions and rates.

Nothing here knows what becomes of credits but the instants at which a claim is just in time. What is issued is drawn as
lines, as if statements had said so; it never adds up to less than nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from fractions import Fraction
from random import Random
from typing import Any

from hypothesis import strategies as st

from .claiming import Period, Terms, World, after, first_instant, in_time, local_date
from .clock import HOUR, calendar_key
from .money import amount_text
from .money_documents import Document, Draw, T, places

Line = tuple[str, str, int]
AMOUNTS = (1, 2, 3, 5, 7, 10, 10, 33, 50, 100, 333, 1000)
CHARGES = (0, 1, 5, 10, 10, 50, 100, 1000, 3000)
CLAUSES = ("P", "Q", "S", "K", "R", "L", "F")
STARTS = (date(2026, 2, 1), date(2026, 1, 1), date(2025, 9, 1), date(2025, 8, 15), date(2026, 8, 1), date(2024, 2, 1))
ZONES = ("Europe/Amsterdam", "America/New_York", "Asia/Beirut", "Atlantic/Azores", "UTC")
TIMES = ("0h", "1h30min", {"days": 1, "meaning": "24_hours"}, {"days": 2, "meaning": "24_hours"}, "72h")
DAYS = tuple({"days": count, "meaning": "calendar_day"} for count in (0, 1, 28, 30))
WORKING = ({"days": 0, "meaning": "working_day_same_time"}, {"days": 5, "meaning": "working_day_same_time"})
SPANS = ({"periods": 0}, {"periods": 1}, {"periods": 2})
CENTRES = (
    [{"ref": "north", "weight": 1}, {"ref": "south", "weight": 1}, {"ref": "west", "weight": 1}],
    [{"ref": "north", "weight": 2}, {"ref": "south", "weight": 0}, {"ref": "west", "weight": 5}],
    [{"ref": "all", "weight": 7}],
)
MODES = ("half_up", "half_even", "half_down", "up", "down", "ceiling", "floor")
CALENDARS = {
    "always": {"zone": "UTC", "hours": ["always"]},
    "desk": {"zone": "Europe/Amsterdam", "hours": ["Mon-Fri 09:00-17:00"]},
    "far": {"zone": "Pacific/Auckland", "hours": ["Mon-Sat 08:00-20:00"]},
}


Chance = Draw | Random
"""What chooses: hypothesis, which finds small worlds that fail, or a generator of numbers, which is quick."""


def pick(draw: Chance, options: Sequence[T]) -> T:
    """One of the options."""
    if isinstance(draw, Random):
        return options[draw.randrange(len(options))]
    return options[draw(places(len(options)))]


def some(draw: Chance, options: Sequence[T]) -> list[T]:
    """Some of the options, at least one, each once and in any order."""
    left, found = list(options), []
    for _ in range(pick(draw, range(1, len(left) + 1))):
        found.append(left.pop(pick(draw, range(len(left)))))
    return found


@dataclass(frozen=True)
class CreditCase:
    """A contract document, what was issued (`day`, `period`, `kind`, `lines`), facts (instants as numbers), a day."""

    contract: Document
    periods: tuple[Period, ...]  # those of the term, and some more
    last: int
    amended: int | None  # the first period of the second version
    second: Document | None  # its settlement
    bare: bool  # whether the second version is without the limit
    issued: list[Document]
    claims: list[Document] = field(default_factory=list)
    decisions: list[Document] = field(default_factory=list)
    declared: list[Document] = field(default_factory=list)
    as_of: date = date.max


# ------------------------------------------------------------------------------------------------------------ contract


def next_first(day: date, cycle: str) -> date:
    """The first date of the period after the one that begins on a date."""
    if cycle == "four_weeks":
        return day + timedelta(days=28)
    return date(day.year + (day.month == 12), day.month % 12 + 1, day.day)


def periods_from(start: date, cycle: str, count: int) -> tuple[Period, ...]:
    """So many periods one after the other."""
    found = []
    for _ in range(count):
        following = next_first(start, cycle)
        month = start.day == following.day == 1 and (following - start).days <= 31
        found.append(Period(f"{start:%Y-%m}" if month else f"{start}/{following}", start, following))
        start = following
    return tuple(found)


def claim_terms(draw: Chance) -> Document:
    """When and how credits are claimed."""
    choices: list[tuple[Any, ...]] = [TIMES, DAYS, DAYS, WORKING, SPANS]
    times = pick(draw, choices)
    terms: Document = {
        "since": pick(draw, ["period_end", "statement", "incident"]),
        "within": pick(draw, times),
        "evidence": pick(draw, ["required", "not_required", "not_required"]),
        "amount": pick(draw, ["computed", "least"]),
        "undecided": pick(draw, ["pays", "pays", "waits"]),
    }
    sooner = times[: times.index(terms["within"])]
    early = pick(draw, range(2)) == 0
    if sooner and early:
        terms["not_before"] = pick(draw, sooner)
    days = [each for each in (terms["within"], terms.get("not_before")) if isinstance(each, dict) and "days" in each]
    if times is WORKING or (days and pick(draw, range(3)) == 0):
        terms["calendar"] = pick(draw, ["desk", "far"])
    return terms


def instruments(draw: Chance) -> Document:
    """How credits are given, with all that this needs."""
    instrument = pick(
        draw, ["deduction"] * 4 + ["balance", "balance", "credit_note", "cash", "withheld", "service_days"]
    )
    terms: Document = {"instrument": instrument}
    if instrument == "deduction":
        terms["deduct_from"] = pick(draw, [None, "same", "next"])
        terms["insufficient"] = pick(draw, [None, "carry_forward", "carry_forward", "cash", "cash", "forfeit"])
    if instrument == "balance" or "carry_forward" in terms.values() or "next" in terms.values():
        terms["at_end"] = pick(draw, ["cash", "forfeit"])
        terms["expires"] = pick(draw, [None, None, {"periods": 0}, {"periods": 1}, {"periods": 2}])
    if instrument == "service_days":
        count, part = pick(draw, ["thirtieth", "actual"]), pick(draw, ["up", "down", "exact"])
        terms["day"] = {"of": pick(draw, ["F", "F", "G"]), "count": count, "part": part}
    if instrument in ("credit_note", "cash", "withheld") and pick(draw, range(2)):
        currency, at = pick(draw, ["USD", "JPY", "KWD"]), pick(draw, ["issue", "period_end"])
        terms["pay_in"] = {"currency": currency, "rate": "rate", "at": at}
    return terms


def settlements(draw: Chance) -> Document:
    """A whole settlement."""
    terms = instruments(draw)
    terms["entitlement"] = pick(draw, ["automatic", "claimed", "claimed"])
    if terms["entitlement"] == "claimed":
        terms["claim"] = claim_terms(draw)
    if pick(draw, range(5)) < 2:
        amount = amount_text("EUR", Fraction(pick(draw, [0, 2, 5, 10, 20, 50, 100, 100, 500])))
        exactly, below = pick(draw, ["given", "not_given"]), pick(draw, ["keep", "keep", "forfeit"])
        terms["minimum"] = {"amount": amount, "exactly": exactly, "below": below}
    if pick(draw, range(4)) == 0:
        terms["cost_centres"] = pick(draw, CENTRES)
    terms["rounding"] = {"mode": pick(draw, MODES), "at": "line"}
    terms["tax"] = pick(draw, ["price_reduction", "compensation"])
    return {key: value for key, value in terms.items() if value is not None}


def clauses() -> list[Document]:
    """Two charges, four credits (two of them combined and limited with a third), a bonus and an earn-back."""
    measure = {
        "kind": "declared",
        "figure": "x",
        "gives": "share",
        "evidence": "optional",
        "when_missing": "not_measured",
    }
    level = {"ref": "A", "kind": "service_level", "measure": measure, "target": {"at_least": "99%"}, "gaps": "breaks"}
    pay = {"levels": ["A"], "per": "level", "rate": "EUR 1.00"}
    fee = {"kind": "charge", "amount": "EUR 1.00"}
    held = {"at_most": "EUR 9.00", "window": "term", "excess": "carry"}
    return [
        {"ref": "F", **fee},
        {"ref": "G", **fee},
        level,
        *({"ref": ref, "kind": "service_credit", **pay} for ref in "PQSR"),
        {"ref": "K", "kind": "combine", "among": ["Q", "S"], "take": "sum"},
        {"ref": "L", "kind": "limit", "credits": ["P", "K"], **held},
        {"ref": "U", "kind": "bonus", **pay},
        {"ref": "M", "kind": "limit", "credits": ["U"], **held, "excess": "forfeit"},
    ]


def document(zone: str, cycle: str, periods: tuple[Period, ...], settlement: Document) -> Document:
    """A contract of the periods."""
    first = periods[0].first
    billing: Document = {"cycle": cycle}
    billing |= {"anchor": first.isoformat()} if cycle == "four_weeks" else {"anchor_day": first.day}
    own = [{**each, "every": cycle} if each["kind"] == "charge" else each for each in clauses()]
    return {
        "schema": "ecsm.contract/1",
        "ref": "M",
        "title": "Credits",
        "agreement": "sla",
        "parties": {"provider": "Northwind Support", "customer": "Acme Ltd"},
        "term": {"start": first.isoformat(), "end": periods[-1].after.isoformat()},
        "zone": zone,
        "currency": "EUR",
        "billing": billing,
        "calendars": CALENDARS,
        "services": [{"ref": "s", "title": "Service", "hours": "always"}],
        "clauses": own,
        "settlement": settlement,
    }


def amended(contract: Document, first: date, second: Document, *, bare: bool) -> Document:
    """The same contract, of which the settlement (and a limit) changes on a day."""
    change: Document = {"ref": "A-1", "title": "Change", "from": first.isoformat(), "set": {"settlement": second}}
    if bare:
        change["remove"] = ["L"]
    return {**contract, "versions": {"period": "start", "tickets": "period"}, "amendments": [change]}


def terms_of(settlement: Document, *, bare: bool) -> Terms:
    """A version as the oracle reads it."""
    takes = {"combine": "among", "limit": "credits"}
    own = [
        {"ref": each["ref"], "kind": each["kind"], "takes": each[takes[each["kind"]]] if each["kind"] in takes else []}
        for each in clauses()
        if not (bare and each["ref"] == "L")
    ]
    keys = {name: calendar_key({"calendars": CALENDARS}, name) for name in CALENDARS}
    return Terms(own, settlement, keys)


def world_of(case: CreditCase) -> World:
    """A case as the oracle reads it."""
    first = terms_of(case.contract["settlement"], bare=False)
    second = first if case.second is None else terms_of(case.second, bare=case.bare)
    versions = [first if case.amended is None or n < case.amended else second for n in range(len(case.periods))]
    return World(
        case.contract["zone"],
        list(case.periods),
        case.last,
        versions,
        case.issued,
        case.claims,
        case.decisions,
        case.declared,
        case.as_of,
    )


# -------------------------------------------------------------------------------------------------------------- issued


def truth(draw: Chance, *, bare: bool) -> list[Line]:
    """The lines of a statement."""
    owed = {ref: pick(draw, AMOUNTS) if pick(draw, range(3)) else 0 for ref in "PKR"}
    found = [("F", "charge", pick(draw, CHARGES)), ("G", "charge", pick(draw, [0, 0, 0, 3, 100, -20]))]
    found += [(ref, "credit", -minor) for ref, minor in owed.items()]
    if not bare:
        carried = pick(draw, [0, 0, 0, 1, 40])
        over = pick(draw, [0, 0, 1, 5, 30, 2000])
        found += [("L", "carried", -carried), ("L", "limit", min(over, owed["P"] + owed["K"] + carried))]
    found += [("U", "bonus", pick(draw, [0, 0, 0, 9])), ("M", "limit", -pick(draw, [0, 0, 0, 4]))]
    return [line for line in found if line[2] or line[1] == "charge"]


def difference(before: list[Line], now: list[Line]) -> list[Line]:
    """What a restatement holds."""
    sums: dict[tuple[str, str], int] = {}
    for sign, lines in ((-1, before), (1, now)):
        for clause, kind, minor in lines:
            sums[clause, kind] = sums.get((clause, kind), 0) + sign * minor
    return [(clause, kind, minor) for (clause, kind), minor in sums.items() if minor]


def moved(draw: Chance, before: list[Line], *, bare: bool) -> list[Line]:
    """Another truth: all anew, or the same with no credit, or with a little more or less."""
    how = pick(draw, range(4))
    if how == 0:
        return truth(draw, bare=bare)
    if how == 1:
        return [line for line in before if line[1] not in ("credit", "limit", "carried") or line[0] == "M"]
    ref, by = pick(draw, ["P", "R", "R", "F"]), pick(draw, [-5, -1, 1, 10])
    found = []
    for clause, kind, minor in [*before, *([] if any(line[0] == ref for line in before) else [(ref, "credit", 0)])]:
        change = by if clause == ref else 0
        found.append(
            (clause, kind, max(0, minor + change) if kind == "charge" else min(0, minor - change) if change else minor)
        )
    cut = next((minor for clause, kind, minor in found if (clause, kind) == ("L", "limit")), 0)
    most = -sum(minor for clause, kind, minor in found if clause in "PKL" and kind in ("credit", "carried"))
    return [(*line[:2], most) if line[:2] == ("L", "limit") and cut > most else line for line in found]


def issues(draw: Chance, case: CreditCase) -> list[Document]:
    """Statements in the order of their periods, and restatements after them."""
    count = pick(draw, [case.last + 1, case.last + 1, max(1, case.last)])
    found: list[tuple[date, int, int, Document]] = []
    day = date.min
    for n in range(pick(draw, [0, 0, 0, 0, 1]) if count > 2 else 0, count):
        bare = case.bare and case.amended is not None and n >= case.amended
        day = max(day, case.periods[n].after + timedelta(days=pick(draw, [0, 0, 1, 1, 5, 20, 40])))
        lines = truth(draw, bare=bare)
        found.append((day, n, 0, {"day": day, "period": n, "kind": "statement", "lines": lines}))
        late = day
        for number in range(pick(draw, [0, 0, 1, 2])):
            late += timedelta(days=pick(draw, [0, 1, 10, 35]))
            changed = moved(draw, lines, bare=bare)
            parts = difference(lines, changed)
            if parts:
                found.append((late, n, number + 1, {"day": late, "period": n, "kind": "restatement", "lines": parts}))
                lines = changed
    found.sort(key=lambda each: each[:3])
    return [each for _, _, _, each in found]


# --------------------------------------------------------------------------------------------------------------- facts


def edges(world: World, period: int, issued: date, incident: int) -> Iterator[int]:
    """The instants at which a claim of a period is just in time or not."""
    terms = world.terms[period]
    claim = terms.settlement.get("claim")
    end = first_instant(world.periods[period].after, world.zone)
    yield end
    yield first_instant(issued + timedelta(days=1), world.zone)
    if claim is not None:
        starts = {"period_end": end, "statement": first_instant(issued + timedelta(days=1), world.zone)}
        anchor = starts.get(claim["since"], incident)
        for time in (claim["within"], claim["within"], claim.get("not_before")):
            if time is not None:
                yield after(world, terms, period, anchor, time)


def claims(draw: Chance, world: World) -> list[Document]:
    """Claims of periods that were issued, most of them about one instant at which something changes."""
    found = []
    for number in range(pick(draw, [0, 1, 2, 3, 4])):
        issue = pick(draw, world.issued)
        period = issue["period"] if pick(draw, range(12)) else pick(draw, range(world.last + 1))
        end = first_instant(world.periods[period].after, world.zone)
        incident = end - pick(draw, [0, 1, 30, 300]) * HOUR - pick(draw, [0, 1])
        own = list(edges(world, period, issue["day"], incident))
        at = pick(draw, own + own[2:]) + pick(draw, [-1, 0, 0, 0, 1, 1, -HOUR, 20 * HOUR, 200 * HOUR])
        named = some(draw, CLAUSES) if pick(draw, range(3)) == 0 else []
        made: Document = {"ref": f"C-{pick(draw, range(10))}{number}", "period": period, "at": at}
        made["clauses"] = named[:1] if pick(draw, range(2)) else named
        made["amount"] = pick(draw, [None, None, *AMOUNTS, 0])
        made["incident"] = incident if pick(draw, range(6)) else None
        made["evidence"] = "report" if pick(draw, range(5)) else None
        found.append(made)
    return found


def decisions(draw: Chance, world: World) -> list[Document]:
    """Decisions about the claims, now and then before them, or about none."""
    found = []
    for number in range(pick(draw, [0, 1, 2, 3, 3]) if world.claims else 0):
        claim = pick(draw, world.claims)
        accepted = pick(draw, range(3)) > 0
        wait = pick(draw, [0, 1, HOUR, 24 * HOUR, 24 * HOUR, 400 * HOUR, 900 * HOUR, -48 * HOUR])
        found.append(
            {
                "ref": f"D-{pick(draw, range(10))}{number}",
                "claim": claim["ref"] if pick(draw, range(20)) else "C-none",
                "at": claim["at"] + wait,
                "outcome": "accepted" if accepted else "rejected",
                "amount": pick(draw, [None, *AMOUNTS, 0]) if accepted else None,
            }
        )
    return found


def rates(draw: Chance, world: World) -> list[Document]:
    """Rates that hold for all time or from an edge on, delivered before or on the day of a document."""
    first = first_instant(world.periods[0].first, world.zone)
    found = []
    for number in range(pick(draw, [0, 1, 2, 3, 3]) if pick(draw, range(12)) else 0):
        day = pick(draw, world.issued)["day"]
        edge = pick(draw, [first_instant(day, world.zone), first_instant(world.periods[0].after, world.zone)])
        start = edge + pick(draw, [-1, 0, 1]) if number else first - 9_000 * HOUR
        known = (
            pick(draw, [edge, edge - 1, edge + 23 * HOUR, edge + 24 * HOUR - 1, edge + 24 * HOUR]) if number else start
        )
        value = pick(draw, ["1.10", "0.005", "1.5", "0.333", "160"] + ["0"] * (number > 1))
        found.append({"ref": f"R-{number}", "figure": "rate", "value": Fraction(value), "text": value, "at": known})
        found[-1] |= {"start": start, "end": edge + 9_000 * HOUR}
    return found


def days_of(draw: Chance, world: World) -> date:
    """As of which day: mostly after all, or on a day on which something happens, or just before."""
    instants = [each["at"] for each in (*world.claims, *world.decisions)]
    days: list[date] = [*(each["day"] for each in world.issued), *(local_date(at, world.zone) for at in instants)]
    if pick(draw, range(3)):
        return max(days) + timedelta(days=pick(draw, [0, 1, 400]))
    issue = pick(draw, world.issued)
    edge = pick(
        draw,
        list(
            edges(
                world,
                issue["period"],
                issue["day"],
                instants[0] if instants else first_instant(issue["day"], world.zone),
            )
        ),
    )
    return pick(draw, [*days, local_date(edge, world.zone)]) + timedelta(days=pick(draw, [0, 0, -1]))


def drawn(draw: Chance) -> CreditCase:
    """A contract, three to eight periods of what was issued, and what happened."""
    cycle = pick(draw, ["month", "month", "month", "four_weeks"])
    count = pick(draw, range(3, 9))
    periods = periods_from(pick(draw, STARTS), cycle, count + 3)
    contract = document(pick(draw, ZONES), cycle, periods[:count], settlements(draw))
    choices: list[int | None] = [None, None, None, *range(1, count)]
    change = pick(draw, choices)
    second = None if change is None else settlements(draw)
    bare = second is not None and pick(draw, range(2)) == 0
    if change is not None and second is not None:
        contract = amended(contract, periods[change].first, second, bare=bare)
    base = CreditCase(contract, periods, count - 1, change, second, bare, [])
    base = replace(base, issued=issues(draw, base))
    base = replace(base, claims=claims(draw, world_of(base)), declared=rates(draw, world_of(base)))
    base = replace(base, decisions=decisions(draw, world_of(base)))
    return replace(base, as_of=days_of(draw, world_of(base)))


@st.composite
def credit_cases(draw: Draw) -> CreditCase:
    """Such a world, as hypothesis draws it."""
    return drawn(draw)


def case_number(number: int) -> CreditCase:
    """The world of a number."""
    return drawn(Random(number))


# ---------------------------------------------------------------------------------------------------------- hard cases


def at_the_edge(case: CreditCase) -> Iterator[str]:
    """Whether a claim came at the first or last instant at which a credit could be claimed, or just not any more."""
    world = world_of(case)
    for issue in case.issued:
        credit = {"period": issue["period"], "issued": issue["day"]}
        if world.terms[issue["period"]].settlement["entitlement"] == "claimed":
            for claim in case.claims:
                if claim["period"] == issue["period"]:
                    just = [in_time(world, credit, {**claim, "at": claim["at"] + by}) for by in (-1, 0, 1)]
                    yield {
                        (True, True, False): "a claim at the deadline",
                        (True, False, False): "a claim just after the deadline",
                        (False, True, True): "a claim as soon as it can be",
                        (False, False, True): "a claim just too early",
                    }.get((just[0], just[1], just[2]), "")


def of_records(case: CreditCase) -> Iterator[str]:
    """What is special about claims and decisions."""
    claims = {claim["ref"]: claim for claim in case.claims}
    first = {period: day for day, period in reversed([(each["day"], each["period"]) for each in case.issued])}
    zone = case.contract["zone"]
    for claim in case.claims:
        day = local_date(claim["at"], zone)
        length = first_instant(day + timedelta(days=1), zone) - first_instant(day, zone)
        yield "a claim before its statement" if day < first.get(claim["period"], date.max) else ""
        yield "a claim at the first instant of a day" if claim["at"] == first_instant(day, zone) else ""
        yield "a claim on a day with a change of clocks" if length != 24 * HOUR else ""
    for decision in case.decisions:
        claim = claims.get(decision["claim"], {"at": decision["at"]})
        yield "a decision before its claim" if decision["at"] < claim["at"] else ""
        others = [each for each in case.decisions if each["claim"] == decision["claim"]]
        yield "several decisions" if len(others) > 1 else ""
    refs = sorted(claim["clauses"] != [] for claim in case.claims)
    yield "a claim of some clauses" if any(refs) else ""


def hard_cases(case: CreditCase, view: Document, marks: list[str]) -> set[str]:
    """What a case has reached, where *view* and *marks* are what the oracle says of it."""
    found = {f"error {view['error']}"} if "error" in view else {*marks, *at_the_edge(case), *of_records(case)}
    for each in view.get("documents", []):
        found |= {each["kind"]}
        found |= {f"paid in {each['paid'][0]}"} if each["paid"] else set()
        found |= {"a part of a day"} if each["days"] is not None and each["days"].denominator > 1 else set()
        found |= {"among cost centres"} if each["centres"] else set()
    found |= {f"state {credit[4]}" for credit in view.get("credits", [])}
    found |= (
        {"granted nothing after a correction"}
        if any(each[2:6:2] == (0, "granted") for each in view.get("credits", []))
        else set()
    )
    found |= {"a claim of no credit"} if view.get("unfit") else set()
    found |= {"something is left"} if view.get("left") else set()
    found |= {"two versions"} if case.amended is not None else set()
    return found - {""}
