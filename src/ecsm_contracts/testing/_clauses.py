"""Clauses of a contract as plain data; every choice that a document offers is drawn."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from hypothesis import strategies as st

from ecsm_contracts.money import Money, currency_exponent
from ecsm_contracts.testing._choices import chance, pick, some

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = [
    "CHANNELS",
    "CUSTOMERS",
    "GROUPS",
    "SERVICES",
    "TYPES",
    "VENDOR",
    "Terms",
    "amount_text",
    "charges",
    "credits",
    "levels",
    "limits",
    "reliefs",
]

SERVICES = ("desk", "mail", "print")
TYPES = ("incident", "request")
CUSTOMERS = ("Acme", "Beta")
CHANNELS = ("portal", "phone")
VENDOR = "vendor"
GROUPS = ("second line", "first line")
TARGETS = ("75%", "50%", "80%", "90%", "95%", "100%", "66.67%", "0%")
UPTIMES = ("99.9%", "99%", "95%", "99.95%", "50%", "100%")
WITHINS = ("4h", "30min", "1h", "8h", "2h30min", "16h", "40h", "1min", "PT1M30.5S", "0s")
UNITS = ("1h", "30min", "1min", "7min", "24h")
TIES = (
    (2_000_000, "5%"),
    (1_000_010, "15%"),  # 150,001.5 minor units
    (100_001, "50%"),  # 50,000.5
    (20_010, "5%"),  # 1,000.5
    (99_970, "2.5%"),  # 2,499.25
    (333_333, "10%"),
    (1_000_002, "25%"),  # 250,000.5
    (7, "50%"),  # 3.5
    (0, "100%"),
)
"""Charges in minor units, and the percentages that make ties of them."""
FRACTIONS = ("0.5", "12.5", "0.125", "33.333333", "250", "0", "1.005", "2500")
"""Amounts in hundreds of minor units; some are ties by themselves, some only when they are added up."""


_TO_GROUP = {"event": "transferred", "group": GROUPS[0]}
_TO_VENDOR = {"event": "transferred", "party": VENDOR}
_RUNS: tuple[tuple[list[Any], list[Any]], ...] = (
    *(((["opened"], ["resolved"])),) * 4,
    (["opened"], ["acknowledged", "resolved"]),
    (["opened"], ["replied", "resolved"]),
    (["acknowledged"], ["resolved"]),
    (["replied"], ["acknowledged", "resolved"]),
    (["acknowledged", "replied"], ["resolved"]),
    (["opened"], ["closed"]),
    (["opened"], ["replied", "arrived", "closed"]),
    (["opened"], [{"event": "replied", "party": VENDOR}, "resolved"]),
    ([_TO_GROUP], ["resolved"]),
    (["customer_replied"], ["replied", "resolved"]),
)
"""What starts and stops a clock of one cycle."""
_CYCLES: tuple[tuple[list[Any], list[Any]], ...] = (
    (["opened", "customer_replied"], ["replied", "resolved"]),  # the next response
    (["opened", "replied"], ["replied", "resolved"]),  # the periodic update
    (["opened", "customer_replied"], ["replied", "closed"]),
    ([_TO_VENDOR], [_TO_GROUP, "resolved"]),
    (["customer_replied", {"event": "reopened"}], ["replied", "resolved"]),
)
"""What starts and stops a clock of many cycles."""


class Terms(NamedTuple):
    """What the clauses of one contract share."""

    currency: str
    charges: tuple[tuple[str, str], ...]
    """Each charge with a percentage that makes a tie of it."""
    calendars: tuple[str, ...]


def amount_text(minor: int, currency: str) -> str:
    """Return an amount of minor units as documents write it."""
    return str(Money.from_minor(minor, currency))


def _odd_amount(draw: st.DrawFn, currency: str) -> str:
    """Return an amount that may be finer than the minor unit."""
    number = pick(draw, FRACTIONS)
    whole, _, decimals = number.partition(".")
    digits = (whole + decimals).lstrip("0") or "0"
    scale = len(decimals) + currency_exponent(currency) - 2
    if scale <= 0:
        return f"{currency} {digits}{'0' * -scale}" if digits != "0" else f"{currency} 0"
    padded = digits.rjust(scale + 1, "0")
    return f"{currency} {padded[:-scale]}.{padded[-scale:]}"


@st.composite
def charges(draw: st.DrawFn, *, currency: str) -> tuple[list[dict[str, Any]], tuple[tuple[str, str], ...]]:
    """Return one or two charges, and each with a percentage that makes a tie of it."""
    found: list[dict[str, Any]] = []
    ties: list[tuple[str, str]] = []
    for number in range(1 + chance(draw, 25)):
        minor, percent = pick(draw, TIES)
        ref = f"3.{number + 1}"
        found.append({"ref": ref, "kind": "charge", "amount": amount_text(minor, currency), "every": "month"})
        ties.append((ref, percent))
    return found, tuple(ties)


def _hands(draw: st.DrawFn) -> dict[str, list[str]]:
    """Return in whose hands a clock stands still, or in whose hands alone it runs."""
    if chance(draw, 25):
        return {"counts_only": some(draw, ["provider", GROUPS[0], VENDOR], least=1)}
    return {"holds": some(draw, ["customer", VENDOR, GROUPS[0]])}


def _hours(draw: st.DrawFn, hours: Sequence[str]) -> str | dict[str, str]:
    """Return a calendar, or one for each priority."""
    if not chance(draw, 15):
        return pick(draw, hours)
    return {"by": "priority", "P1": pick(draw, hours), "P2": pick(draw, hours[-1:]), "otherwise": pick(draw, hours)}


@st.composite
def _clocks(draw: st.DrawFn, *, hours: Sequence[str], due: bool) -> dict[str, Any]:
    many = chance(draw, 25)
    start, stop = pick(draw, _CYCLES if many else _RUNS)
    changed = ["new_only", "keep_elapsed", "restart", "keep_share"] + ([] if due else ["retroactive"] * 2)
    clock: dict[str, Any] = {
        "start": list(start),
        "stop": list(stop),
        "hours": _hours(draw, hours),
        **_hands(draw),
        "reopened": pick(draw, ("continue_without", "continue_with_closed_time", "restart")),
        "attempt": pick(draw, ("last", "worst", "first", "sum")),
        "changed": pick(draw, changed),
    }
    return clock | {"cycles": "many"} if many else clock


@st.composite
def _withins(draw: st.DrawFn) -> str | dict[str, str]:
    if chance(draw, 50):
        return pick(draw, WITHINS)
    rows = {priority: pick(draw, WITHINS) for priority in ("P1", "P2")}
    if chance(draw, 25):
        rows["P3"] = "none"
    return {"by": "priority", **rows, "otherwise": pick(draw, (*WITHINS[:4], "none"))}


def _measure(draw: st.DrawFn, kind: str, hours: Sequence[str]) -> dict[str, Any]:
    if kind == "availability":
        return {"kind": kind, "hours": pick(draw, hours)}
    if kind == "ticket_time":
        return {"kind": kind, "clock": draw(_clocks(hours=hours, due=False)), "within": draw(_withins())}
    population = pick(draw, ("due", "resolved", "due", "opened", "active", "active", "closed", "resolved"))
    measure: dict[str, Any] = {
        "kind": kind,
        "clock": draw(_clocks(hours=hours, due=population == "due")),
        "within": draw(_withins()),
        "population": population,
        "minimum": pick(draw, (1, 1, 2, 5)),
        "when_too_few": pick(draw, ("met", "not_measured", "missed", {"misses_at_most": 1})),
    }
    if population in {"opened", "active"}:
        measure["undecided"] = pick(draw, ("met", "missed", "left_out"))
    elif population == "due" and chance(draw, 30):
        measure["overdue"] = "until_stopped"
    return measure


def _scope(draw: st.DrawFn) -> dict[str, str]:
    scope: dict[str, str] = {}
    if chance(draw, 80):
        scope["service"] = pick(draw, SERVICES[:2])
    if chance(draw, 30):
        scope["type"] = pick(draw, TYPES)
    if chance(draw, 10):
        scope["customer"] = CUSTOMERS[0]
    if chance(draw, 10):
        scope["channel"] = CHANNELS[0]
    if chance(draw, 10):
        scope["children"] = "leave_out"
    return scope


@st.composite
def levels(draw: st.DrawFn, *, terms: Terms) -> list[dict[str, Any]]:
    """Return one to four levels of all three measures."""
    found: list[dict[str, Any]] = []
    for number in range(pick(draw, (2, 1, 3, 4))):
        kind = pick(draw, ("attainment", "ticket_time", "ticket_time", "availability"))
        level: dict[str, Any] = {"ref": f"4.{number + 1}", "kind": "service_level"}
        if scope := _scope(draw):
            level["scope"] = scope
        level["measure"] = _measure(draw, kind, terms.calendars)
        if kind != "ticket_time":
            level["target"] = {"at_least": pick(draw, UPTIMES if kind == "availability" else TARGETS)}
        found.append(level)
    return found


def _priced(draw: st.DrawFn, terms: Terms) -> dict[str, Any]:
    """Return a rate, with the charge that it is of when it is a percentage."""
    if chance(draw, 50):
        return {"rate": _odd_amount(draw, terms.currency)}
    ref, percent = pick(draw, terms.charges)
    return {"rate": percent, "of": ref}


def _bands(draw: st.DrawFn, terms: Terms) -> dict[str, Any]:
    edges = pick(draw, (("50%", "95%"), ("95%", "99%", "99.9%"), ("75%",), ("66.67%", "100%")))
    percentages = chance(draw, 60)
    worth = [pick(draw, ("25%", "10%", "2.5%", "100%", "0%")) for _ in edges]
    if not percentages:
        worth = [_odd_amount(draw, terms.currency) for _ in edges]
    bands = [{"below": edge, "is": each} for edge, each in zip(edges, worth, strict=True)]
    best = "0%" if percentages else f"{terms.currency} 0"
    rate = {"rate": {"bands": [*bands, {"is": best}]}}
    return {**rate, "of": pick(draw, terms.charges)[0]} if percentages else rate


def _has_number(level: dict[str, Any]) -> bool:
    """Say whether a level is never missed without a number, so that bands can be chosen by it."""
    measure = level["measure"]
    return measure["kind"] == "availability" or measure.get("when_too_few") in ("met", "not_measured")


@st.composite
def credits(draw: st.DrawFn, *, terms: Terms, levels: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return up to four credits: by level, by ticket, by late time; by amount, by percentage, by bands."""
    by_ticket = [level for level in levels if level["measure"]["kind"] == "ticket_time"]
    numbered = [level for level in levels if _has_number(level)]
    found: list[dict[str, Any]] = []
    for number in range(pick(draw, (1, 2, 3, 4, 2, 0))):
        per = pick(draw, ("level", "ticket", "late_time")) if by_ticket else "level"
        banded = per == "level" and bool(numbered) and chance(draw, 35)
        offered = numbered if banded else levels if per == "level" else by_ticket
        credit: dict[str, Any] = {
            "ref": f"5.{number + 1}",
            "kind": "service_credit",
            "levels": [level["ref"] for level in some(draw, offered, least=1)],
            "per": per,
        }
        if per == "late_time":
            credit |= {"unit": pick(draw, UNITS), "part": pick(draw, ("up", "down", "exact"))}
        found.append(credit | (_bands(draw, terms) if banded else _priced(draw, terms)))
    return found


@st.composite
def limits(draw: st.DrawFn, *, terms: Terms, credits: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return up to two limits, with several credits in one, small enough to bind."""
    left = [credit["ref"] for credit in credits]
    found: list[dict[str, Any]] = []
    for number in range(2):
        if not left or not chance(draw, 75):
            continue
        taken = draw(st.permutations(some(draw, left, least=1)))
        left = [ref for ref in left if ref not in taken]
        limit: dict[str, Any] = {"ref": f"6.{number + 1}", "kind": "limit", "credits": list(taken)}
        if chance(draw, 50):
            limit["at_most"] = _odd_amount(draw, terms.currency)
        else:
            ref, percent = pick(draw, terms.charges)
            limit |= {"at_most": pick(draw, (percent, "10%", "0.5%", "100%")), "of": ref}
        found.append(limit | {"window": pick(draw, ("period", "contract_year")), "excess": "forfeit"})
    return found


@st.composite
def reliefs(draw: st.DrawFn, *, levels: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return up to two clauses of relief, for clocks and for availability."""
    found: list[dict[str, Any]] = []
    for number in range(2):
        if not chance(draw, 40):
            continue
        chosen = some(draw, levels, least=1)
        relief: dict[str, Any] = {
            "ref": f"7.{number + 1}",
            "kind": "relief",
            "notices": some(draw, ["maintenance", "force_majeure"], least=1),
            "levels": [level["ref"] for level in chosen],
            "treatment": "exclude",
        }
        if any(level["measure"]["kind"] == "availability" for level in chosen):
            relief["denominator"] = pick(draw, ("leaves", "stays"))
        found.append(relief)
    return found
