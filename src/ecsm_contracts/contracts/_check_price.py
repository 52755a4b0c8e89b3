"""Findings about misses that cost nothing or nothing more, and about numbers that cost and earn."""

from __future__ import annotations

from datetime import timedelta
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from ecsm_contracts.calendars import show_duration
from ecsm_contracts.clauses import Bands, Priced, RateBy, ServiceLevel, Trigger, When
from ecsm_contracts.contracts._check_bands import levels_of, priced_numbers
from ecsm_contracts.contracts._check_numbers import (
    Numbers,
    exact,
    in_unit,
    missed_numbers,
    numbers_of_bands,
    possible,
    show,
    shown,
)
from ecsm_contracts.contracts._check_windows import service_times
from ecsm_contracts.contracts._findings import Finding
from ecsm_contracts.measures import Attainment, Availability
from ecsm_contracts.money import Percent

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ecsm_contracts.contracts._contract import Contract

__all__ = ["price_findings"]

_MINUTE = 60_000_000


def price_findings(contract: Contract, clause: Priced, place: str) -> Iterator[Finding]:
    """Yield which misses *clause* prices at nothing or all alike, and what it gives where another clause takes."""
    if not clause.rewards:
        yield from _nothing(contract, clause, place)
    for level in levels_of(contract, clause):
        if clause.rewards:
            yield from _both_signs(contract, clause, level, place)
            continue
        yield from _free_tickets(clause, level, place)
        if level.target is None:
            continue
        if clause.per == "shortfall":
            yield from _short_of_a_unit(clause, level, place)
        if clause.per == "down_time" and isinstance(level.measure, Availability) and level.target.more_is_better:
            yield from _down_too_short(contract, clause, level, level.measure, place)
        if clause.per == "level" and clause.price == "each" and isinstance(clause.when, str) and clause.when != "all":
            yield from _flat(clause, level, place)


def _nothing(contract: Contract, clause: Priced, place: str) -> Iterator[Finding]:
    """A credit of nothing, and one for the customer's own duty."""
    rate = clause.rate
    if isinstance(rate, Bands):
        yield from _first_are_free(clause, rate, place)
    elif not isinstance(rate, RateBy) and not rate.ratio and not _is_only_counted(contract, clause):
        message = f"its rate is {rate}: a miss costs nothing here"
        yield Finding("breach_without_credit", clause.ref, message, "write a rate above zero", f"{place}.rate")
    for position, level in enumerate(levels_of(contract, clause)):
        if level.promised_by == contract.parties.customer:
            message = f"level {level.ref} is promised by {level.promised_by}, the customer, to whom this credit is owed"
            remedy = "leave the level out, or leave out promised_by"
            yield Finding("customer_promise_priced", clause.ref, message, remedy, f"{place}.levels.{position}")


def _is_only_counted(contract: Contract, clause: Priced) -> bool:
    """Say whether a trigger reads the points of *clause*: then it may well be for them alone."""
    points = [each.points for each in contract.clauses if isinstance(each, Trigger) and each.points is not None]
    return any(clause.ref in each.credits for each in points)


def _first_are_free(clause: Priced, bands: Bands, place: str) -> Iterator[Finding]:
    """A quantity so small that it costs nothing (L4), as its band says."""
    first = bands.bands[0]
    if (clause.per != "level" or clause.price == "together") and not first.is_.ratio and exact(first.edge) > 0:
        word = "up to" if first.below is None else "below"
        message = f"a quantity {word} {shown(first.edge)} costs nothing: such a breach has no credit"
        remedy = "give the band a rate, if that is not meant"
        where = f"{place}.rate.bands.0"
        yield Finding("breach_without_credit", clause.ref, message, remedy, where, is_note=True)


def _short_of_a_unit(clause: Priced, level: ServiceLevel, place: str) -> Iterator[Finding]:
    """A miss by less than a unit, of which only whole ones count, or by nothing at all (L4)."""
    unit = exact(clause.unit) if clause.part == "down" else Fraction(0)
    missed, (domain, step) = missed_numbers(level), possible(level)
    if missed.high is not None:
        free = Numbers(missed.high - unit, missed.high, with_low=not unit, with_high=missed.with_high)
    elif missed.low is not None:
        free = Numbers(missed.low, missed.low + unit, with_low=missed.with_low, with_high=not unit)
    else:
        return
    free = free.meet(domain)
    if free.is_empty(step=step):
        return
    why = f"only whole units of {shown(clause.unit)} count" if unit else "they fall short by nothing"
    message = f"numbers {show(free, level)} miss level {level.ref} (target: {level.target}) and cost nothing, as {why}"
    remedy = "count begun units (part: up) or parts (part: exact), or move the target" if unit else "move the target"
    yield Finding("breach_without_credit", clause.ref, message, remedy, f"{place}.part")


def _down_too_short(
    contract: Contract, clause: Priced, level: ServiceLevel, measure: Availability, place: str
) -> Iterator[Finding]:
    """Down time that misses the level and is too short to cost anything (L4)."""
    unit = exact(clause.unit) if clause.part == "down" else Fraction(0)
    bound = 1 - exact(level.target.bound if level.target is not None else 1)
    for window, time, whole in service_times(contract, level, measure):
        free = exact(clause.free.ratio * time if isinstance(clause.free, Percent) else clause.free or timedelta())
        first, last = bound * whole, min(free + unit, Fraction(time))
        if first < last and _can_be_down(measure, first, last):
            until = "less than" if unit else "up to"
            message = (
                f"in {window.label}, with {show_duration(time)} of service time, more than {_minutes(first)} of down "
                f"time miss level {level.ref} (target: {level.target}), and {until} {_minutes(last)} cost nothing"
            )
            if not unit:
                remedy = "let what is free end where the target does, if that is not meant"
                yield Finding("breach_without_credit", clause.ref, message, remedy, f"{place}.free", is_note=True)
                return
            remedy = "count begun units (part: up) or parts (part: exact), or move the target"
            yield Finding("breach_without_credit", clause.ref, message, remedy, f"{place}.part")
            return


def _can_be_down(measure: Availability, first: Fraction, last: Fraction) -> bool:
    """Say whether some run of outages lasts longer than *first* and less than *last*, as it is counted."""
    if measure.minimum_outage is not None and measure.counts == "whole" and exact(measure.minimum_outage) >= last:
        return False
    return measure.minutes is None or not Numbers(first / _MINUTE, last / _MINUTE).is_empty(step=Fraction(1))


def _minutes(micros: Fraction) -> str:
    """Return a time in minutes, cut to one decimal."""
    tenths = micros * 10 / _MINUTE
    whole = tenths.numerator // tenths.denominator
    return f"{whole // 10} min" if whole % 10 == 0 else f"{whole // 10}.{whole % 10} min"


def _free_tickets(clause: Priced, level: ServiceLevel, place: str) -> Iterator[Finding]:
    """More late tickets free of charge than the target leaves (L4)."""
    if clause.per != "ticket" or not isinstance(level.measure, Attainment) or level.target is None:
        return
    left = (1 - exact(level.target.bound)) * (1 if isinstance(clause.free, Percent) else level.measure.minimum)
    free = clause.free.ratio if isinstance(clause.free, Percent) else exact(clause.free or 0) // 1
    if level.target.more_is_better and free > left:
        counted = "of all tickets" if isinstance(clause.free, Percent) else "late tickets"
        message = (
            f"{shown(clause.free)} {counted} may be late free of charge, and level {level.ref} (target: "
            f"{level.target}) can be missed with fewer"
        )
        remedy = "let no more be free than the target leaves, if that is not meant"
        yield Finding("breach_without_credit", clause.ref, message, remedy, f"{place}.free", is_note=True)


def _flat(clause: Priced, level: ServiceLevel, place: str) -> Iterator[Finding]:
    """Where a further miss costs nothing more (L9)."""
    side = missed_numbers(level).meet(possible(level)[0])
    price: Any = "the same" if isinstance(clause.rate, RateBy) else clause.rate
    where = f"{place}.rate"
    if isinstance(clause.rate, Bands):
        bands = [(at, band.is_, numbers.meet(side)) for at, band, numbers in numbers_of_bands(clause.rate)]
        bands = [each for each in bands if not each[2].is_empty()]
        if not bands:
            return
        position, price, side = bands[0 if level.target is not None and level.target.more_is_better else -1]
        where = f"{place}.rate.bands.{position}"
    if side.is_empty():
        return
    message = f"numbers {show(side, level)} of level {level.ref} all cost {price}: once there, nothing more is lost"
    remedy = "further bands, or per: shortfall, make a worse number cost more"
    yield Finding("flat_below_target", clause.ref, message, remedy, where, is_note=True)


def _both_signs(contract: Contract, bonus: Priced, level: ServiceLevel, place: str) -> Iterator[Finding]:
    """A reward and a penalty for one number at once (L18), or the neutral band between them (L31)."""
    if level.target is None or isinstance(bonus.when, When):
        return
    for credit in contract.clauses:
        if not isinstance(credit, Priced) or credit.rewards or isinstance(credit.when, When):
            continue
        for missed in levels_of(contract, credit):
            if missed.target is not None and _same(level, missed):
                yield from _pair(bonus, level, credit, missed, place)


def _same(first: ServiceLevel, second: ServiceLevel) -> bool:
    """Say whether two levels are judged on one number, which is better the same way."""
    names = ("measure", "scope", "every", "smoothed", "precision")
    alike = all(getattr(first, name) == getattr(second, name) for name in names)
    targets = first.target, second.target
    return alike and len({each.more_is_better for each in targets if each is not None}) == 1


def _pair(bonus: Priced, met: ServiceLevel, credit: Priced, missed: ServiceLevel, place: str) -> Iterator[Finding]:
    earned, lost = priced_numbers(bonus, met), priced_numbers(credit, missed)
    step = possible(met)[1]
    if not earned or not lost:
        return
    both = next((found for one in earned for other in lost if not (found := one.meet(other)).is_empty(step=step)), None)
    where = f"{place}.levels"
    if both is not None:
        message = f"for numbers {show(both, met)} both this bonus and credit {credit.ref} are given"
        remedy = "let the bonus begin where the credit ends"
        yield Finding("reward_and_penalty", bonus.ref, message, remedy, where)
        return
    more_is_better = met.target is not None and met.target.more_is_better
    low, high = (lost[-1], earned[0]) if more_is_better else (earned[-1], lost[0])
    between = Numbers(low.high, high.low, not low.with_high, not high.with_low)
    if low.high is not None and high.low is not None and not between.is_empty(step=step):
        message = (
            f"for numbers {show(between, met)} neither credit {credit.ref} nor this bonus is given: "
            f"{in_unit(low.high, met)} and {in_unit(high.low, met)} are where they end"
        )
        yield Finding("neutral_band", bonus.ref, message, "narrow it, if it is not meant", where, is_note=True)
