"""Findings about what looks back or forth: conditions that never hold, windows that never fill, relief, earn-back."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from ecsm_contracts.clauses import Basis, EarnBack, Limit, Priced, Relief, Rolling, ServiceLevel, Trigger, When
from ecsm_contracts.contracts._check_flow import is_never_reached, listed
from ecsm_contracts.contracts._check_windows import number_of_windows
from ecsm_contracts.contracts._cross import settled_periods
from ecsm_contracts.contracts._findings import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ecsm_contracts.clauses import AmountsReached, Clause
    from ecsm_contracts.contracts._check_flow import Flows
    from ecsm_contracts.contracts._contract import Contract

__all__ = ["history_findings"]


def history_findings(flows: Flows, clause: Clause, place: str) -> Iterator[Finding]:
    """Yield what is odd about what *clause* looks back at, returns or relieves."""
    contract = flows.contract
    if isinstance(clause, (Priced, Trigger)) and isinstance(clause.when, When):
        yield from _never_holds(contract, clause, clause.when, f"{place}.when")
    if isinstance(clause, Trigger):
        yield from _out_of_reach(flows, clause, place)
    if isinstance(clause, EarnBack):
        yield from _all_returned(clause, place)
    if isinstance(clause, Relief):
        yield from _without_effect(contract, clause, place)
    yield from _beyond_term(contract, clause, place)


def _never_holds(contract: Contract, clause: Priced | Trigger, when: When, place: str) -> Iterator[Finding]:
    """A condition that no course of events fulfils (L8)."""
    levels = [each for ref in clause.levels if isinstance(each := contract.clause(ref), ServiceLevel)]
    needed, count = when.run or when.times or 1, len(levels) if when.pooled else 1
    if when.times is not None and when.within is not None and when.times > when.within * count:
        message = f"of {when.within * count} windows never {when.times} count"
        yield Finding("condition_never_holds", clause.ref, message, "make within longer, or times fewer", place)
        return
    short = [each for each in levels if number_of_windows(contract, each, needed) * count < needed]
    if levels and len(short) == len(levels):
        number, names = number_of_windows(contract, levels[0], needed), listed([each.ref for each in levels[:5]])
        message = (
            f"it needs {needed} windows that count, and {number * count} of {names} end in the term: without windows "
            "from before the term it never holds"
        )
        yield Finding("condition_never_holds", clause.ref, message, "ask for fewer, or lengthen the term", place)
    if (
        isinstance(clause, Priced)
        and clause.per in {"level", "shortfall", "down_time", "points"}
        and when.times is None
    ):
        wanted = "met" if clause.rewards else "missed"
        if when.outcome != wanted:
            message = f"it holds where the window of now is {when.outcome}, and this is given where it is {wanted}"
            yield Finding("condition_never_holds", clause.ref, message, f"write outcome: {wanted}", place)


def _out_of_reach(flows: Flows, trigger: Trigger, place: str) -> Iterator[Finding]:
    """A trigger on money that limits keep below it (L8)."""
    limit = None if trigger.reached is None else flows.contract.clause(trigger.reached)
    if isinstance(limit, Limit) and is_never_reached(flows.contract, limit):
        message = f"what limit {limit.ref} takes never comes to its {limit.at_most}, so that it is never reached"
        yield Finding("condition_never_holds", trigger.ref, message, "lower the limit", f"{place}.reached")
    amounts = trigger.amounts
    if amounts is None or amounts.window != "period" or amounts.threshold is None:
        return
    caps = _caps(flows, amounts)
    if caps is None:
        return
    most, threshold = sum(caps.values(), start=Fraction(0)), amounts.threshold.ratio
    if most < threshold or (amounts.above is not None and most == threshold):
        word = "at least" if amounts.above is None else "more than"
        message = (
            f"it needs {word} {amounts.threshold}, and {listed([*caps])} {'gives' if len(caps) == 1 else 'give'} less"
        )
        yield Finding("condition_never_holds", trigger.ref, message, "lower the threshold", f"{place}.amounts")


def _caps(flows: Flows, amounts: AmountsReached) -> dict[str, Fraction] | None:
    """Return the limits that bound the amounts in a period, and what they leave; None where one has no such limit."""
    found: dict[str, Fraction] = {}
    for ref in amounts.credits:
        around = [flows.contract.clause(ref), *flows.through(ref)]
        limits = [
            each for each in around if isinstance(each, Limit) and each.of == amounts.of and each.window == "period"
        ]
        bounds = [(each.at_most.ratio, each.ref) for each in limits if each.at_most is not None]
        if not bounds:
            return None
        least, limit = min(bounds)
        found[limit] = least
    return found


def _all_returned(clause: EarnBack, place: str) -> Iterator[Finding]:
    """An earn-back after which a failure has cost nothing but time (L19)."""
    if sum((each.share.ratio for each in clause.tranches), start=Fraction(0)) < 1:
        return
    after = clause.tranches[-1].after
    periods = "one good period" if after == 1 else f"{after} good periods in a row"
    message = f"after {periods} all that {listed([*clause.of])} gave has come back: the failure cost nothing but time"
    remedy = "let less than 100% come back, if that is not meant"
    yield Finding("earn_back_whole", clause.ref, message, remedy, f"{place}.tranches", is_note=True)


def _without_effect(contract: Contract, relief: Relief, place: str) -> Iterator[Finding]:
    """Relief that changes nothing."""
    if relief.until is not None and relief.until <= contract.term.start:
        message = f"the term starts on {contract.term.start}, and no window starts before {relief.until}"
        remedy = "write a later day, or leave until out"
        yield Finding("relief_without_effect", relief.ref, message, remedy, f"{place}.until")
    if relief.treatment != "waive":
        return
    priced = {ref for each in contract.clauses if isinstance(each, Priced) and not each.rewards for ref in each.levels}
    for position, ref in enumerate(relief.levels):
        if ref not in priced:
            message = f"it waives the credits for level {ref}, and no credit is given for it"
            remedy = "leave the level out, or write treatment: excuse"
            yield Finding("relief_without_effect", relief.ref, message, remedy, f"{place}.levels.{position}")


def _beyond_term(contract: Contract, clause: Clause, place: str) -> Iterator[Finding]:
    """A window of more periods than the term has."""
    places = [(clause.window, f"{place}.window")] if isinstance(clause, (Limit, Basis)) else []
    if isinstance(clause, Trigger) and clause.amounts is not None:
        places.append((clause.amounts.window, f"{place}.amounts.window"))
    for window, where in places:
        if isinstance(window, Rolling) and window.periods > (periods := len(settled_periods(contract))):
            message = f"its window is {window.periods} periods, and the term has {periods}: it never leaves one behind"
            remedy = "write window: term, or fewer periods"
            yield Finding("window_beyond_term", clause.ref, message, remedy, where)
