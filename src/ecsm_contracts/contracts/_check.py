"""
What can be said of a contract by reading it: contradictions between clauses, and findings for its author.

A contradiction makes the document invalid. A finding is a term that is valid and yet probably not meant; it
names its place and what could be done.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from ecsm_contracts.calendars import duration_micros, show_duration
from ecsm_contracts.clauses import Bands, Charge, Limit, Relief, ServiceCredit, ServiceLevel
from ecsm_contracts.errors import InvalidValue
from ecsm_contracts.measures import (
    Availability,
    Count,
    DeclaredFigure,
    ErrorRate,
    LevelsTogether,
    ObservesLate,
    ObservesLevel,
    Ratio,
    Score,
    TicketTime,
    TooFew,
)
from ecsm_contracts.money import Money, Percent

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ecsm_contracts.calendars import Period
    from ecsm_contracts.contracts._contract import Contract
    from ecsm_contracts.contracts._document import Path
    from ecsm_contracts.measures import Measure

__all__ = ["Finding", "cross_problems", "find"]

Fault = tuple["Path", str, str]
_WITHOUT_HOURS = (Count, DeclaredFigure, LevelsTogether, Ratio, Score)
"""Measures of which no part lies in hours."""


class Finding(NamedTuple):
    """Something an author should look at."""

    code: str
    """A stable code."""
    clause: str
    """The clause it is about."""
    message: str
    """What it is, with its numbers, and what could be done."""

    def __str__(self) -> str:
        """Return it in one line."""
        return f"{self.clause}: {self.message} [{self.code}]"


def cross_problems(contract: Contract) -> Iterator[Fault]:
    """Yield path, code and message of each contradiction between the clauses of a *contract*."""
    yield from _negatives(contract)
    yield from _periods(contract)
    yield from _columns(contract)
    yield from _calendars_cover_term(contract)
    for position, clause in enumerate(contract.clauses):
        path: Path = ("clauses", position)
        if isinstance(clause, ServiceCredit):
            yield from _credit_faults(contract, clause, path)
        elif isinstance(clause, Relief):
            yield from _relief_faults(contract, clause, path)
        elif isinstance(clause, Charge) and clause.every != contract.billing.cycle:
            yield (*path, "every"), "charge_cycle", _other_cycle(contract, clause)


def _levels(contract: Contract, refs: tuple[str, ...]) -> Iterator[tuple[int, ServiceLevel]]:
    for position, ref in enumerate(refs):
        clause = contract.clause(ref)
        if isinstance(clause, ServiceLevel):
            yield position, clause


def _credit_faults(contract: Contract, credit: ServiceCredit, path: Path) -> Iterator[Fault]:
    for position, level in _levels(contract, credit.levels):
        place = (*path, "levels", position)
        by_ticket = isinstance(level.measure, TicketTime)
        if credit.per != "level" and not by_ticket:
            yield (
                place,
                "per_needs_tickets",
                f"per: {credit.per} counts late tickets; level {level.ref} does not measure ticket_time",
            )
        if isinstance(credit.rate, Bands):
            if not by_ticket and level.measure.unit != "share":
                yield (
                    place,
                    "bands_need_share",
                    f"bands are edged by percentages, and level {level.ref} gives no share",
                )
            elif by_ticket or _missed_without_number(level.measure):
                yield (
                    place,
                    "bands_without_number",
                    f"bands are chosen by a number, and level {level.ref} can be missed without one",
                )


def _missed_without_number(measure: Measure) -> bool:
    """Return whether a level of this *measure* can be missed for want of something to judge."""
    words = [getattr(measure, name, None) for name in ("when_too_few", "when_missing", "when_late")]
    return any(word == "missed" or isinstance(word, TooFew) for word in words)


def _relief_faults(contract: Contract, relief: Relief, path: Path) -> Iterator[Fault]:
    levels = [level for _, level in _levels(contract, relief.levels)]
    available = any(isinstance(level.measure, Availability) for level in levels)
    if available and relief.denominator is None:
        yield (
            path,
            "denominator_missing",
            "say whether planned time leaves the denominator of availability or stays: denominator",
        )
    for position, level in _levels(contract, relief.levels):
        if isinstance(level.measure, _WITHOUT_HOURS):
            yield (
                (*path, "levels", position),
                "relief_unused",
                f"level {level.ref} measures no time that could be relieved; leave it out",
            )
    if not available and relief.denominator is not None:
        yield (
            (*path, "denominator"),
            "denominator_unused",
            "no level here measures availability; leave out denominator",
        )


def _other_cycle(contract: Contract, charge: Charge) -> str:
    billed, cycle = contract.billing.words, contract.billing.cycle
    return (
        f"{charge.ref} is owed every {charge.every.replace('_', ' ')}, but the contract bills by {billed}: "
        f"write the amount for {'' if cycle == 'four_weeks' else 'a '}{billed}, and every: {cycle}"
    )


def _negatives(contract: Contract) -> Iterator[Fault]:
    for position, clause in enumerate(contract.clauses):
        path: Path = ("clauses", position)
        if isinstance(clause, Limit) and isinstance(clause.at_most, Money) and clause.at_most.ratio < 0:
            yield (*path, "at_most"), "amount_negative", "an amount of a contract is not negative"
        elif isinstance(clause, ServiceCredit) and isinstance(clause.rate, Money) and clause.rate.ratio < 0:
            yield (*path, "rate"), "amount_negative", "an amount of a contract is not negative"
        elif isinstance(clause, ServiceCredit) and isinstance(clause.rate, Bands):
            for number, band in enumerate(clause.rate.bands):
                if band.is_.ratio < 0:
                    place = (*path, "rate", "bands", number, "is")
                    yield place, "amount_negative", "an amount of a contract is not negative"


def _settled(contract: Contract) -> list[Period]:
    """Return the billing periods that lie in the term as a whole."""
    first, last = contract.term.start, contract.term.end
    return [each for each in contract.billing.periods(first, last) if each.start >= first and each.end <= last]


def _columns(contract: Contract) -> Iterator[Fault]:
    """Clauses so numbered that what is counted for one has the name of what is counted for another."""
    seen: set[str] = set()
    for position, clause in enumerate(contract.clauses):
        names = [
            f"{each.ref}.{name}"
            for each in clause.observes()
            for name in (
                each.measure.columns
                if isinstance(each, ObservesLevel)
                else [f"late.{each.level}"]
                if isinstance(each, ObservesLate)
                else []
            )
        ]
        if seen & {*names}:
            message = (
                f"what is counted for {clause.ref} has the name of what is counted for another clause; renumber one"
            )
            yield ("clauses", position, "ref"), "column_clash", message
        seen.update(names)


def _periods(contract: Contract) -> Iterator[Fault]:
    try:
        settled = _settled(contract)
    except InvalidValue as problem:
        yield ("term",), "period_range", f"a billing period of the term cannot be reckoned: {problem}"
        return
    if not settled:
        message = "no billing period lies in the term as a whole, so nothing could be settled; its end is exclusive"
        yield ("term",), "term_without_period", message


def _calendars_cover_term(contract: Contract) -> Iterator[Fault]:
    first, last = contract.term.start, contract.term.end
    for name, holidays in contract.holidays.named.items():
        if not holidays.covers(first) or (
            (last - first).days > 1 and not holidays.covers(last.fromordinal(last.toordinal() - 1))
        ):
            message = (
                f"the holidays cover {holidays.years}, and the term runs from {first} to {last}: "
                "freeze the years that are missing"
            )
            yield ("holidays", name, "years"), "holidays_range", message


def find(contract: Contract) -> tuple[Finding, ...]:
    """Return the findings for the author of *contract*, in the order of its clauses."""
    about_clauses = (
        finding
        for clause in contract.clauses
        for rule in (_unpriced, _dead_bands, _dead_low_bands, _rising_bands, _unlimited, _wide_limits, _cut_buckets)
        for finding in rule(contract, clause)
    )
    return (*_part_months(contract), *_holiday_years(contract), *about_clauses)


def _part_months(contract: Contract) -> Iterator[Finding]:
    """Days of the term that belong to no whole billing period."""
    periods = _settled(contract)
    first, last = contract.term.start, contract.term.end
    for start, end in ((first, periods[0].start), (periods[-1].end, last)):
        if start < end:
            message = f"from {start} to {end} (exclusive) nothing is settled: that is no whole billing period"
            yield Finding("term_part_month", "term", f"{message}; the end of a term is the day after its last")


def _holiday_years(contract: Contract) -> Iterator[Finding]:
    """Years that a set of holidays covers by its word only."""
    for name, holidays in contract.holidays.named.items():
        if holidays.first_year is None or holidays.last_year is None:
            continue
        with_days = {day.year for day in holidays.days}
        empty = [year for year in range(holidays.first_year, holidays.last_year + 1) if year not in with_days]
        if empty:
            years = ", ".join(map(str, empty[:10]))
            message = f"it covers {holidays.years} and has no day in {years}: freeze them, or leave these years out"
            yield Finding("holiday_year_empty", f"holidays.{name}", message)


def _cut_buckets(contract: Contract, clause: object) -> Iterator[Finding]:
    """Buckets that begin in one billing period and end in the next."""
    if not isinstance(clause, ServiceLevel) or not isinstance(clause.measure, ErrorRate):
        return
    length = duration_micros(clause.measure.bucket)
    settled = _settled(contract)
    cut = next((each for each in settled if any(bound % length for bound in each.bounds(contract.zone))), None)
    if cut is not None:
        message = (
            f"buckets of {show_duration(length)} begin at midnight UTC, and the period from {cut.start} begins or ends "
            f"in {contract.zone} within one: what of it comes after a period's end enters no figure; "
            "take a shorter bucket"
        )
        yield Finding("bucket_across_periods", clause.ref, message)


def _has_ceiling(contract: Contract, credit: ServiceCredit) -> bool:
    """Return whether a *credit* is for levels whose number must not exceed something: more is worse."""
    targets = [level.target for _, level in _levels(contract, credit.levels)]
    return any(target is not None and target.at_most is not None for target in targets)


def _dead_low_bands(contract: Contract, clause: object) -> Iterator[Finding]:
    """A band under the most that is allowed, which promises a credit that is never given (L3)."""
    if not isinstance(clause, ServiceCredit) or not isinstance(clause.rate, Bands):
        return
    for _, level in _levels(contract, clause.levels):
        most = None if level.target is None else level.target.at_most
        for band in clause.rate.bands if isinstance(most, Percent) else ():
            if band.below is not None and isinstance(most, Percent) and band.below <= most and band.is_.ratio:
                yield Finding(
                    "credit_without_breach",
                    clause.ref,
                    f"the band below {band.below} is within the target {most} of {level.ref}: it is never given; "
                    "lower the target, or leave out the band",
                )


def _rising_bands(contract: Contract, clause: object) -> Iterator[Finding]:
    """A worse number that costs less (L5)."""
    if isinstance(clause, ServiceCredit) and isinstance(clause.rate, Bands):
        if _has_ceiling(contract, clause):
            yield from _falling_bands(clause, clause.rate)
            return
        for worse, better in pairwise(clause.rate.bands):
            if worse.is_.ratio < better.is_.ratio:
                message = (
                    f"below {worse.below} it costs {worse.is_}, and above that {better.is_}: poorer service is cheaper"
                )
                yield Finding("bands_not_falling", clause.ref, f"{message}; put the highest rate on the worst band")


def _falling_bands(credit: ServiceCredit, rate: Bands) -> Iterator[Finding]:
    """A higher number that costs less, where more is worse."""
    for better, worse in pairwise(rate.bands):
        if worse.is_.ratio < better.is_.ratio:
            message = (
                f"below {better.below} it costs {better.is_}, and above that {worse.is_}: poorer service is cheaper"
            )
            yield Finding("bands_not_falling", credit.ref, f"{message}; put the highest rate on the highest band")


def _unlimited(contract: Contract, clause: object) -> Iterator[Finding]:
    """A credit outside of the limit that others are under."""
    limits = [each for each in contract.clauses if isinstance(each, Limit)]
    taken = {ref for each in limits for ref in each.credits}
    if limits and isinstance(clause, ServiceCredit) and clause.ref not in taken:
        yield Finding(
            "credit_without_limit", clause.ref, "no limit takes this credit, while others have one; is it meant?"
        )


def _wide_limits(_contract: Contract, clause: object) -> Iterator[Finding]:
    """A limit above what it is a share of (L8, L13)."""
    if isinstance(clause, Limit) and isinstance(clause.at_most, Percent) and clause.at_most > Percent.of(100):
        yield Finding("limit_above_charge", clause.ref, f"it lets credits exceed the charge: {clause.at_most} of it")


def _unpriced(contract: Contract, clause: object) -> Iterator[Finding]:
    """A breach without consequence (L4)."""
    if isinstance(clause, ServiceLevel):
        priced = {ref for each in contract.clauses if isinstance(each, ServiceCredit) for ref in each.levels}
        priced |= {ref for each in contract.clauses for ref in _judged_together(each)}
        if clause.ref not in priced:
            yield Finding(
                "breach_without_consequence",
                clause.ref,
                "missing this level costs nothing; name it in the levels of a service_credit, "
                "or say in its title that it only informs",
            )


def _judged_together(clause: object) -> tuple[str, ...]:
    """Return the levels that *clause* judges together: missing one of them may be priced there."""
    measure = clause.measure if isinstance(clause, ServiceLevel) else None
    return measure.levels if isinstance(measure, LevelsTogether) else ()


def _dead_bands(contract: Contract, clause: object) -> Iterator[Finding]:
    """A band above the target that promises a credit which is never given (L3)."""
    if not isinstance(clause, ServiceCredit) or not isinstance(clause.rate, Bands):
        return
    for _, level in _levels(contract, clause.levels):
        if level.target is None or not isinstance(level.target.at_least, Percent):
            continue
        lower = Percent.of(0)
        for band in clause.rate.bands:
            worth = band.is_.ratio
            if lower >= level.target.at_least and worth:
                yield Finding(
                    "credit_without_breach",
                    clause.ref,
                    f"the band from {lower} is above the target {level.target.bound} of {level.ref}: "
                    "it is never given; "
                    "raise the target, or leave out the band",
                )
            lower = band.below if band.below is not None else lower
