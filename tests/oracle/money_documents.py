"""
Contracts about money and facts for them, drawn towards the edges: nothing here knows how any of it is settled.

Most levels are declared figures, one number for each period, so that no clock matters; a few count outages and tickets
of round times.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any, TypeVar

from hypothesis import strategies as st

Document = dict[str, Any]
Draw = st.DrawFn
T = TypeVar("T")
MODES = ("half_up", "half_even", "half_down", "up", "down", "ceiling", "floor")
CLOCK = {"start": ["opened"], "stop": ["resolved"], "hours": "always", "holds": [], "reopened": "continue_without"}
CLOCK |= {"attempt": "last", "changed": "keep_elapsed"}
SHARE_NUMBERS = ("100", "99.5", "99", "99", "98.5", "98", "98", "97", "96.9", "96", "95", "90")
NUMBER_NUMBERS = ("0", "1", "2", "3", "3", "3.5", "4", "4", "5", "5.1", "6", "9")
AMOUNTS = ("10.00", "5.00", "0.01", "0.33", "33.33", "12.50", "100.00", "7.77")
PERCENTS = ("10%", "5%", "2.5%", "33.333%", "0.005%", "100%", "12.5%")
HELD = ("40.00", "25.00", "10.00", "10.01", "5.00", "0.02", "0.00")
NOT_YET: frozenset[str] = frozenset()
"""What the engine does in another way than the page: not drawn until it is mended, and tried one by one in the tests."""
BONUSES = ("level", "shortfall")
ITEMS = ("ticket", "late_time", "down_time")
CAUSES = (None, "power", "network")


@dataclass(frozen=True)
class MoneyCase:
    """A contract, facts, and the periods that are settled one after the other."""

    contract: Document
    facts: dict[str, list[Document]]
    periods: tuple[tuple[str, str], ...]

    @property
    def labels(self) -> tuple[str, ...]:
        """The periods as the library names them."""
        return tuple(f"{start}/{end}" for start, end in self.periods)


@cache
def places(number: int) -> st.SearchStrategy[int]:
    """One of so many places; made once, as making strategies is what takes the time."""
    return st.integers(0, number - 1)


def pick(draw: Draw, options: Sequence[T]) -> T:
    """One of the options."""
    return options[draw(places(len(options)))]


def some(draw: Draw, options: Sequence[T], least: int = 1) -> list[T]:
    """Some of the options, at least so many, each once and in any order."""
    left, found = list(options), []
    for _ in range(pick(draw, range(least, len(left) + 1))):
        found.append(left.pop(draw(places(len(left)))))
    return found


# -------------------------------------------------------------------------------------------------------------- levels


def severities(up: bool) -> list[Document]:
    """Three severities over the missed side of 99 % or of 3."""
    if up:
        return [{"up_to": "96%", "is": "grave"}, {"below": "98%", "is": "serious"}, {"is": "slight"}]
    return [{"up_to": 4, "is": "slight"}, {"below": 6, "is": "serious"}, {"is": "grave"}]


def gaps(draw: Draw) -> str:
    """What a window without outcome does to a row."""
    return "breaks" if "skips" in NOT_YET else pick(draw, ["breaks", "skips"])


def declared_levels(draw: Draw, ref: str) -> Document:
    """A level of a declared figure: a share that must be reached, or a number that must not be exceeded."""
    up = pick(draw, range(2)) == 1
    target: Document = {pick(draw, ["at_least", "at_least", "above"]): "99%"}
    if not up:
        target = {pick(draw, ["at_most", "at_most", "below"]): 3}
    measure: Document = {
        "kind": "declared",
        "figure": ref,
        "gives": "share" if up else "number",
        "evidence": "optional",
    }
    measure["when_missing"] = pick(draw, ["not_measured", "not_measured", "not_measured", "missed"])
    level: Document = {"ref": ref, "kind": "service_level", "measure": measure, "target": target}
    if pick(draw, range(4)) and measure["when_missing"] == "not_measured":
        level["severities"] = severities(up)
    return level | {"gaps": gaps(draw)}


def counted_levels(draw: Draw, ref: str) -> Document:
    """A level of tickets or outages."""
    level: Document = {"ref": ref, "kind": "service_level", "gaps": gaps(draw)}
    kind = pick(draw, ["ticket_time", "ticket_time", "attainment", "availability"])
    if kind == "availability":
        return level | {"measure": {"kind": kind, "hours": "always"}, "target": {"at_least": "99%"}}
    measure: Document = {"kind": kind, "clock": CLOCK, "within": "4h"}
    if kind == "attainment":
        too_few = pick(draw, ["met", "missed", "not_measured"])
        measure |= {"population": "resolved", "minimum": pick(draw, range(1, 3)), "when_too_few": too_few}
        level["target"] = {"at_least": pick(draw, ["50%", "100%"])}
    return level | {"measure": measure, "scope": {"type": pick(draw, ["incident", "request"])}}


# ------------------------------------------------------------------------------------------------------------- payments


def tables(draw: Draw, levels: list[Document], values: list[str]) -> Document:
    """A table by run, by occurrence or by severity."""
    by = pick(draw, ["run", "occurrence", "occurrence", "severity", "severity"])
    if by == "severity" and not all("severities" in level for level in levels):
        by = "run"
    rows = ["slight", "grave"] if by == "severity" else ["1", "2", "3"]
    table: Document = {"by": by, "otherwise": pick(draw, values)}
    if by == "occurrence":
        table["within"] = pick(draw, range(2, 5))
    for row in rows[: pick(draw, range(1, 4))]:
        table[row] = pick(draw, values)
    return table


def conditions(draw: Draw, levels: list[Document]) -> Document:
    """A condition over the past."""
    when: Document = {"consumes": pick(draw, range(2)) == 1}
    if pick(draw, range(2)):
        when["run"] = pick(draw, range(2, 4))
    else:
        when["within"] = pick(draw, range(2, 5))
        when["times"] = pick(draw, range(1, when["within"] + 1))
        if len(levels) > 1 and "pooled" not in NOT_YET and pick(draw, range(2)):
            when["pooled"] = True
    if pick(draw, range(5)) == 0:
        when["outcome"] = "met"
    elif all("severities" in level for level in levels) and pick(draw, range(3)):
        when["severity"] = pick(draw, ["slight", "serious", "serious", "grave", "grave"])
    return when


def bands(draw: Draw, edges: list[Any], values: list[str]) -> Document:
    """Bands whose edges are ones that the numbers hit."""
    chosen = edges[: pick(draw, range(1, len(edges) + 1))]
    found = [{pick(draw, ["below", "up_to"]): edge, "is": pick(draw, values)} for edge in chosen]
    return {"bands": [*found, {"is": pick(draw, values)}]}


def quantities(level: Document) -> list[str]:
    """What can be counted of a level."""
    kind = level["measure"]["kind"]
    if kind == "declared":
        return ["level", "points", "shortfall"]
    return {"ticket_time": ["ticket", "late_time", "level"], "attainment": ["ticket", "level", "shortfall"]}.get(
        kind, ["down_time", "level", "shortfall"]
    )


def payments(draw: Draw, ref: str, kind: str, levels: list[Document], flat: bool = False) -> Document:
    """A credit or a bonus for one to three levels of one sort."""
    first = pick(draw, levels)
    sort = first["measure"]["kind"], first["measure"].get("gives")
    alike = [level for level in levels if (level["measure"]["kind"], level["measure"].get("gives")) == sort]
    several = some(draw, alike)
    allowed = quantities(first)
    if kind == "bonus":
        allowed = [q for q in allowed if q in BONUSES or (q == "points" and "bonus by points" not in NOT_YET)]
    if flat:
        allowed = [q for q in allowed if q in ITEMS]
    per = pick(draw, allowed)
    paid: Document = {"ref": ref, "kind": kind, "levels": [level["ref"] for level in several], "per": per}
    if per in ("late_time", "down_time", "shortfall"):
        unit = pick(draw, ["1h", "90min"])
        if per == "shortfall":
            unit = pick(draw, ["1%", "0.3%"] if sort[1] != "number" else ["1", "0.3"])
        paid |= {"unit": unit, "part": pick(draw, ["up", "down", "exact"])}
    percent = pick(draw, range(2))
    values = list(PERCENTS) if percent else [f"EUR {number}" for number in AMOUNTS]
    if percent:
        paid["of"] = pick(draw, ["F", "G", "A0", "A1"])
    if flat:
        return paid | {"rate": pick(draw, values)}
    if pick(draw, range(5)) == 0 and per == "level":  # one price for several
        paid["when"] = pick(draw, ["any", "all"])
    else:
        draw_extras(draw, paid, several)
    draw_rate(draw, paid, several, values)
    return paid


def draw_extras(draw: Draw, paid: Document, several: list[Document]) -> None:
    """Add a condition, factors, what is free, a most, or one price for all."""
    if pick(draw, range(2)):
        paid["when"] = conditions(draw, several)
    if paid["per"] == "points":
        paid["points"] = points_of(draw, several)
    elif pick(draw, range(3)) == 0:
        paid["times"] = tables(draw, several, ["1", "1.5", "2", "0"])
    if paid["per"] == "ticket" and pick(draw, range(2)):
        paid["free"] = pick(draw, [1, 2, "25%"])
    if paid["per"] == "down_time" and pick(draw, range(2)):
        paid["free"] = pick(draw, ["1h", "0.5%"])
    if pick(draw, range(4)) == 0:
        paid["most"] = pick(draw, range(1, 4))
    if pick(draw, range(3)) == 0:
        paid["price"] = "together"


def points_of(draw: Draw, several: list[Document]) -> str | Document:
    """A number of points, or a table of them."""
    points = ["1", "2", "0.5", "3"]
    return tables(draw, several, points) if pick(draw, range(2)) == 1 else pick(draw, points)


def draw_rate(draw: Draw, paid: Document, several: list[Document], values: list[str]) -> None:
    """Add a rate: flat, by bands, or by a table."""
    shape = pick(draw, range(6))
    by_number = paid["per"] == "level" and paid.get("price") != "together"
    has_number = all(
        level["measure"].get("when_missing") == "not_measured" or level["measure"]["kind"] == "availability"
        for level in several
    )
    paid["rate"] = pick(draw, values)
    if isinstance(paid.get("when"), str):
        return
    if shape <= 2 and by_number and has_number:
        share = several[0]["measure"].get("gives") != "number"
        paid["rate"] = bands(draw, ["96%", "98%", "99%"] if share else [3, 4, 6], values)
    elif shape <= 2 and not by_number:
        rate = bands(draw, ["0", "1", "2", "3.5"][pick(draw, range(2)) :], values)
        paid["rate"] = rate | {"how": pick(draw, ["whole", "marginal"])}
    elif shape <= 4 and paid.get("price") != "together":
        paid["rate"] = tables(draw, several, values)


# ------------------------------------------------------------------------------------------------- what takes amounts


def limits(draw: Draw, ref: str, taken: list[str]) -> Document:
    """A limit of amounts, or of limits."""
    limit: Document = {"ref": ref, "kind": "limit", "credits": taken}
    limit["excess"] = pick(draw, ["forfeit", "carry", "carry"])
    windows = ["period", "contract_year", "contract_year", "term", {"periods": pick(draw, range(2, 5))}]
    how = pick(draw, ["at_most", "at_most", "at_most", "above", "times"])
    if how == "times":
        return limit | {"times": pick(draw, range(1, 4)), "window": pick(draw, windows[1:])}
    limit["window"] = "period" if how == "above" else pick(draw, windows)
    if pick(draw, range(2)):
        return limit | {how: "EUR " + pick(draw, HELD)}
    return limit | {how: pick(draw, PERCENTS), "of": pick(draw, ["F", "G", "A0", "A1"])}


def can_be_grouped(paid: Document) -> bool:
    """Whether what a clause pays is counted item by item, at one flat rate."""
    alone = paid["kind"] == "service_credit" and not {"when", "times", "most", "free"} & set(paid)
    return alone and paid["per"] in ("ticket", "late_time", "down_time") and isinstance(paid["rate"], str)


def combines(draw: Draw, ref: str, open_clauses: list[Document]) -> Document:
    """One amount in the place of several; item by item only where each is counted so."""
    among = some(draw, open_clauses, 2)
    combine: Document = {"ref": ref, "kind": "combine", "among": [clause["ref"] for clause in among]}
    combine["take"] = pick(draw, ["sum", "greatest", "least", "least", "first", "first"])
    if all(can_be_grouped(clause) for clause in among):
        combine["per"] = pick(draw, ["cause", "area", "item"])
    return combine


def flows(draw: Draw, paid: list[Document], side: str) -> list[Document]:
    """What takes the amounts of one side: limits, one around the other, and now and then what is combined."""
    found: list[Document] = []
    open_clauses = list(paid)
    for number in range(pick(draw, [0, 1, 1, 1, 2, 2, 3]) if paid else 0):
        several = [clause for clause in open_clauses if clause["kind"] != "limit" or clause["window"] == "period"]
        if len(several) > 1 and (pick(draw, range(2)) == 0 or all(can_be_grouped(clause) for clause in several)):
            found.append(combines(draw, f"K{side}{number}", several))
        else:
            found.append(limits(draw, f"L{side}{number}", [clause["ref"] for clause in some(draw, open_clauses)]))
        taken = found[-1].get("among") or found[-1]["credits"]
        open_clauses = [clause for clause in open_clauses if clause["ref"] not in taken] + [found[-1]]
    return found


def bases(draw: Draw) -> list[Document]:
    """Perhaps amounts to reckon from."""
    found: list[Document] = []
    for number in range(pick(draw, [0, 0, 1, 2])):
        basis: Document = {
            "ref": f"A{number}",
            "kind": "basis",
            "of": some(draw, ["F", "G", *(each["ref"] for each in found)]),
        }
        basis |= {"take": pick(draw, ["sum", "greatest", "least"]), "share": pick(draw, ["100%", "33.333%", "50%"])}
        basis["window"] = pick(draw, ["period", "contract_year", "term", {"periods": 3}, {"previous": 2}])
        if basis["window"] == "period":
            basis |= pick(draw, [{}, {"day_count": "thirtieth"}, {"day_count": "actual"}])
        elif pick(draw, range(2)) == 1:
            basis["average"] = True
        if pick(draw, range(3)) == 0:
            left = [ref for ref in ("F", "G") if ref not in basis["of"]]
            basis |= {"less": left} if left else {}
        found.append(basis)
    return found


def returns(draw: Draw, owed: list[Document], taking: list[Document], levels: list[Document]) -> list[Document]:
    """Perhaps something of a credit or of a limit comes back."""
    combined = {ref for clause in taking for ref in clause.get("among", ())}
    several = [clause for clause in [*owed, *taking] if clause["ref"] not in combined and clause["ref"][1] != "b"]
    if not several or pick(draw, range(3)) > 0:
        return []
    good = [level for level in levels if level["measure"]["kind"] == "declared"]
    back: Document = {"ref": "E", "kind": "earn_back", "of": [pick(draw, several)["ref"]]}
    back |= {"levels": [each["ref"] for each in some(draw, good)], "gaps": pick(draw, ["breaks", "skips"])}
    shares = [{"after": 1, "share": pick(draw, ["50%", "33.333%"])}, {"after": 2, "share": pick(draw, ["50%", "0.5%"])}]
    back |= {"tranches": shares[: pick(draw, range(1, 3))], "within": pick(draw, ["term", 2, 3, 4])}
    if all("severities" in level for level in good if level["ref"] in back["levels"]) and pick(draw, range(2)) == 1:
        back["only"] = pick(draw, [["slight"], ["slight", "serious"]])
    return [back]


def watching(draw: Draw, owed: list[Document], taking: list[Document]) -> list[Document]:
    """Perhaps a trigger that reads what was given of each credit, so that the carry remembers it."""
    combined = {ref for clause in taking for ref in clause.get("among", ())}
    seen = [clause["ref"] for clause in [*owed, *taking] if clause["ref"] not in combined and clause["ref"][1] != "b"]
    amounts = {"credits": seen, "above": "EUR 20.00", "window": "term", "consumes": False}
    trigger = {"ref": "W", "kind": "trigger", "right": "audit", "amounts": amounts}
    return [trigger] if seen and pick(draw, range(2)) == 1 else []


# --------------------------------------------------------------------------------------------------------------- facts


def periods_of(cycle: str, number: int) -> tuple[tuple[str, str], ...]:
    """The first periods of the term, from 1 February 2026 on."""
    step = {"month": 1, "quarter": 3}.get(cycle)
    starts = [date(2026, 2, 1)]
    for _ in range(number):
        last = starts[-1]
        if step is None:
            starts.append(last + timedelta(days=28))
        else:
            month = last.month - 1 + step
            starts.append(date(last.year + month // 12, month % 12 + 1, 1))
    return tuple((first.isoformat(), last.isoformat()) for first, last in zip(starts, starts[1:], strict=False))


def instant(day: str, hours: float = 0) -> str:
    """An instant some hours into a day."""
    return (datetime.fromisoformat(day) + timedelta(hours=hours)).isoformat() + "Z"


def declared_figures(values: dict[str, list[str]], periods: tuple[tuple[str, str], ...]) -> list[Document]:
    """The figures of levels, one for each period; `-` where there is none."""
    found = []
    for ref, texts in values.items():
        for (start, end), value in zip(periods, texts, strict=True):
            if value != "-":
                record = {"ref": f"{ref} {start}", "figure": ref, "value": value, "at": instant(end, 24)}
                found.append(record | {"start": instant(start), "end": instant(end)})
    return found


def figures(draw: Draw, levels: list[Document], periods: tuple[tuple[str, str], ...]) -> list[Document]:
    """The declared figures: bad ones mostly, good ones, and now and then none."""
    values = {}
    for level in levels:
        if level["measure"]["kind"] == "declared":
            numbers = SHARE_NUMBERS if level["measure"]["gives"] == "share" else NUMBER_NUMBERS
            values[level["ref"]] = [pick(draw, [*numbers, "-", "-"]) for _ in periods]
    return declared_figures(values, periods)


def named(draw: Draw) -> Document:
    """A cause and an area, or none."""
    cause, area = pick(draw, CAUSES), pick(draw, [None, "north"])
    return {name: value for name, value in (("cause", cause), ("area", area)) if value is not None}


def ticket_records(draw: Draw, periods: tuple[tuple[str, str], ...]) -> list[Document]:
    """A few tickets of round times; some cross into the next period, some are cancelled there."""
    found = []
    for number in range(pick(draw, range(2, 8))):
        start, end = pick(draw, periods[:2])
        opened = pick(draw, [instant(start, 48), instant(end, -5), instant(end, -2)])
        took = pick(draw, [1, 4, 5, 5.5, 6, 8, 40])
        kind = pick(draw, ["resolved", "resolved", "resolved", "cancelled"])
        events = [{"kind": "opened", "at": opened}, {"kind": kind, "at": instant(opened[:-1], took)}]
        record = {"ref": f"T-{number}", "service": "s", "type": pick(draw, ["incident", "request"])}
        found.append(record | {"priority": "P1", "events": events} | named(draw))
    return found


def outage_records(draw: Draw, periods: tuple[tuple[str, str], ...], apart: bool) -> list[Document]:
    """A few outages, some of exactly one hundredth of a period, some of which overlap if they need not lie apart."""
    found = []
    for number in range(pick(draw, range(1, 6))):
        start, end = pick(draw, periods[:2])
        days = (date.fromisoformat(end) - date.fromisoformat(start)).days
        begin = pick(draw, [instant(start, 30), instant(start, 35), instant(end, -3)])
        if apart:  # whose an instant is that two outages cover, the page does not say
            begin = instant(start, 30 + 24 * number)
        hours = pick(draw, [days * 24 / 100, days * 24 / 100, 1.5, 8, 9, 20])
        span = {"start": begin, "end": instant(begin[:-1], hours)}
        found.append({"ref": f"O-{number}", "service": "s"} | span | named(draw))
    return found


# ------------------------------------------------------------------------------------------------------------ contracts


def document(cycle: str, mode: str, clauses: list[Document]) -> Document:
    """A contract around clauses."""
    billing: Document = {"cycle": cycle}
    billing |= {"anchor": "2026-02-01"} if cycle == "four_weeks" else {"anchor_day": 1}
    if cycle == "quarter":
        billing["anchor_month"] = 2
    return {
        "schema": "ecsm.contract/1",
        "ref": "M",
        "title": "Money",
        "agreement": "sla",
        "parties": {"provider": "Northwind Support", "customer": "Acme Ltd"},
        "term": {"start": "2026-02-01", "end": "2031-02-01"},
        "zone": "UTC",
        "currency": "EUR",
        "billing": billing,
        "calendars": {"always": {"zone": "UTC", "hours": "always"}},
        "services": [{"ref": "s", "title": "Service", "hours": "always"}],
        "clauses": clauses,
        "settlement": {
            "entitlement": "automatic",
            "instrument": "deduction",
            "rounding": {"mode": mode, "at": "line"},
            "tax": "price_reduction",
        },
    }


@st.composite
def money_cases(draw: Draw) -> MoneyCase:
    """A contract whose clauses are about money, and facts for four to seven periods from the start of its term."""
    cycle = pick(draw, ["month", "month", "quarter", "four_weeks"])
    periods = periods_of(cycle, pick(draw, range(4, 8)))
    reckoned = bases(draw)
    by_item = pick(draw, range(5)) == 0
    levels = [declared_levels(draw, f"D{number}") for number in range(pick(draw, range(1, 4)))]
    counted = [counted_levels(draw, f"N{number}") for number in range(pick(draw, [0, 0, 0, 1, 2]) or 2 * by_item)]
    levels += counted
    fees = [
        {"ref": ref, "kind": "charge", "amount": f"EUR {fee}", "every": cycle}
        for ref, fee in (("F", pick(draw, ["1000.00", "333.33", "99.99", "0.05"])), ("G", "200.01"))
    ]
    owed = [
        payments(draw, f"C{number}", "service_credit", counted if by_item else levels, flat=by_item)
        for number in range(pick(draw, range(2 if by_item else 1, 4)))
    ]
    good = [level for level in levels if level["measure"]["kind"] == "declared"]
    earned = [payments(draw, f"B{number}", "bonus", good) for number in range(pick(draw, [0, 0, 1, 2]))]
    taking = [*flows(draw, owed, "c"), *flows(draw, earned, "b")]
    kinds = {level["measure"]["kind"] for level in levels}
    facts = {
        "declared": figures(draw, levels, periods),
        "tickets": ticket_records(draw, periods) if kinds & {"ticket_time", "attainment"} else [],
        "outages": outage_records(draw, periods, by_item) if "availability" in kinds else [],
    }
    known = {clause["ref"] for clause in reckoned}
    for clause in [*owed, *earned, *taking]:
        if clause.get("of") in {"A0", "A1"} - known:
            clause["of"] = "G"
    clauses = [
        *fees,
        *reckoned,
        *levels,
        *owed,
        *earned,
        *taking,
        *returns(draw, owed, taking, levels),
        *watching(draw, owed, taking),
    ]
    return MoneyCase(document(cycle, pick(draw, MODES), clauses), facts, periods)
