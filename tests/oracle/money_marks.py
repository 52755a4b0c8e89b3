"""Which hard cases a settled case shows, so that a test can say that they are reached."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import Any

from .counting import quantity
from .settling import PAYING, Settled, Settling, run

HALF = Fraction(1, 2)


def marks(oracle: Settling) -> set[str]:
    """The names of the hard cases that occur in any period."""
    found: set[str] = set()
    for number, now in enumerate(oracle.past):
        for clause in oracle.contract["clauses"]:
            kind = clause["kind"]
            if kind == "limit":
                found.update(of_limit(oracle, number, clause))
            elif kind == "combine":
                found.update(of_combine(oracle, now, clause))
            elif kind in PAYING:
                found.update(of_payment(oracle, number, clause))
            elif kind == "service_level":
                found.update(of_level(oracle, number, clause))
            elif kind == "basis" and number and clause.get("window", "period") != "period":
                found.add("a basis over several periods")
            elif kind == "earn_back":
                found.update(of_return(oracle, number, clause))
        found.update("rounding tie" for each in now.exact.values() if each % 1 == HALF)
    return found


def of_limit(oracle: Settling, number: int, clause: dict[str, Any]) -> Iterator[str]:
    """What a limit shows in a period."""
    ref, now = clause["ref"], oracle.past[number]
    inner = [each for each in clause["credits"] if oracle.clauses[each]["kind"] == "limit"]
    if now.excess[ref] > 0:
        yield "limit reached"
        if any(now.given[each] < now.exact[each] for each in inner):
            yield "inner limit cut"
        if now.exact[ref] == 0:
            yield "nothing left"
        if clause.get("times"):
            yield "times used up"
    if now.share[ref + " carried"] > 0:
        yield "carried"
        if now.excess[ref] == 0:
            yield "carried and given"
    if clause.get("above") is not None and now.gross[ref] > 0:
        yield "not above" if now.excess[ref] > 0 else "above"
    earlier = {id(each) for each in oracle.earlier(now, clause["window"])}
    dropped = [each for each in oracle.past[:number] if id(each) not in earlier and each.given[ref] > 0]
    if dropped and clause["window"] == "contract_year":
        yield "a new contract year"
    if dropped and isinstance(clause["window"], dict):
        yield "out of the window"
    if not inner and len(clause["credits"]) > 1 and any(now.exact[each] % 1 for each in clause["credits"]):
        yield "fractions split"


def of_combine(oracle: Settling, now: Settled, clause: dict[str, Any]) -> Iterator[str]:
    """What a combine shows in a period."""
    amounts = [now.exact[each] for each in clause["among"]]
    if clause.get("per", "period") != "period":
        several = len(oracle.groups(now, clause)) > 1
        yield f"several by {clause['per']}" if several and now.exact[clause["ref"]] else "by item"
    elif clause["take"] == "first" and amounts[0] == 0 and any(amounts):
        yield "the second is the first above zero"
    elif clause["take"] == "greatest" and max(amounts) > amounts[0]:
        yield "the second is the greatest"
    elif clause["take"] == "least" and min(amounts) == 0 and any(amounts):
        yield "the least is not zero"


def of_payment(oracle: Settling, number: int, clause: dict[str, Any]) -> Iterator[str]:
    """What a credit or a bonus shows in a period."""
    now, ref = oracle.past[number], clause["ref"]
    when = clause.get("when")
    if now.exact[ref]:
        yield f"{clause['kind']} per {clause['per']}"
        if when in ("any", "all"):
            yield f"when {when}"
        if clause.get("price") == "together" and len(clause["levels"]) > 1:
            yield "priced together"
        rate = clause["rate"]
        if isinstance(rate, dict):
            yield rate.get("how", "by number") if "bands" in rate else f"rate by {rate['by']}"
    if isinstance(when, dict):
        yield from of_condition(oracle, number, clause)
    for level in (oracle.clauses[each] for each in clause["levels"]):
        windows = [each.windows[level["ref"]] for each in oracle.past[: number + 1]]
        in_a_row = run([each.outcome == "missed" for each in windows], windows, level)
        tables = [clause.get("times"), clause.get("points"), clause["rate"]]
        if any(isinstance(each, dict) and each.get("by") == "run" for each in tables) and in_a_row >= 3:
            yield "a row of three in a table"
        edges = [
            each.get("below", each.get("up_to"))
            for each in (clause["rate"]["bands"][:-1] if "bands" in clause["rate"] else [])
        ]
        if clause["per"] == "level" and windows[-1].number in [quantity(each) for each in edges]:
            yield "a number on the edge of a band"


def of_condition(oracle: Settling, number: int, clause: dict[str, Any]) -> Iterator[str]:
    """What a condition shows in a period."""
    when, now = clause["when"], oracle.past[number]
    how = "pooled" if when.get("pooled") else ("run" if "run" in when else "times")
    for (ref, name), fired in now.fired.items():
        if ref != clause["ref"]:
            continue
        if fired:
            yield f"{how} holds"
            if when.get("run") == 3:
                yield "a run of three"
            if when.get("outcome") == "met":
                yield "met windows count"
            if when.get("severity"):
                yield f"severity {when['severity']} or worse"
        elif when.get("consumes") and any(each.fired.get((ref, name)) for each in oracle.past[:number]):
            levels = [oracle.clauses[each] for each in ([name] if name else clause["levels"])]
            kept, oracle.past = oracle.past, oracle.past[: number + 1]
            if oracle.reached(when, levels, 0):
                yield "consumed"
            oracle.past = kept


def of_return(oracle: Settling, number: int, clause: dict[str, Any]) -> Iterator[str]:
    """What an earn-back shows in a period."""
    state = oracle.states(clause)[number]
    if any(line[1] == "earn_back" for line in oracle.past[number].lines):
        yield "something comes back"
    if state == "worse":
        yield "nothing comes back of a worse period"


def of_level(oracle: Settling, number: int, clause: dict[str, Any]) -> Iterator[str]:
    """What a level shows in a period."""
    ref = clause["ref"]
    states = [each.windows[ref].outcome for each in oracle.past[: number + 1]]
    if states[-3:] == ["missed", "not_measured", "missed"]:
        yield f"a gap {clause['gaps']}"
    seen = oracle.past[number].windows[ref]
    if seen.severity:
        yield f"severity {seen.severity}"
        if seen.number in [quantity(each.get("below", each.get("up_to"))) for each in clause["severities"][:-1]]:
            yield "a number on the edge of a severity"
    if seen.number is not None and seen.number == quantity(next(iter(clause["target"].values()))):
        yield f"a number on the target, {seen.outcome}"
