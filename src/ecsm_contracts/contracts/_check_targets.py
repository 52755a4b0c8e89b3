"""Findings about targets: those that no volume can attain, steps wider than a band, severities without a price."""

from __future__ import annotations

from datetime import timedelta
from fractions import Fraction
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from ecsm_contracts.calendars import duration_micros, show_duration
from ecsm_contracts.clauses import Bands, EarnBack, Priced, ServiceLevel
from ecsm_contracts.contracts._check_numbers import decimal, exact
from ecsm_contracts.contracts._check_windows import windows_of
from ecsm_contracts.contracts._cross import settled_periods
from ecsm_contracts.contracts._findings import Finding
from ecsm_contracts.measures import Attainment, ByPriority, ErrorRate, Ratio, TooFew
from ecsm_contracts.money import Percent

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ecsm_contracts.contracts._contract import Contract

__all__ = ["target_findings"]


def target_findings(contract: Contract, level: ServiceLevel, place: str) -> Iterator[Finding]:
    """Yield what is odd about the target of *level*."""
    yield from _no_time(level, place)
    yield from _no_miss_tolerated(level, place)
    yield from _small_samples(level, place)
    yield from _cut_buckets(contract, level, place)
    yield from _steps(contract, level, place)
    yield from _severities(contract, level, place)


def _no_time(level: ServiceLevel, place: str) -> Iterator[Finding]:
    """Promises of no time at all (L22)."""
    within: Any = getattr(level.measure, "within", None)
    rows = within.rows() if isinstance(within, ByPriority) else (("", within),)
    zero = [(name, f"{place}.measure.within{'.' if name else ''}{name}") for name, time in rows if time == timedelta(0)]
    if level.target is not None and level.target.bound == timedelta(0):
        zero.append(("", f"{place}.target"))
    for name, where in zero:
        message = f"{name + ' ' if name else ''}has a target of no time: only what takes none at all meets it"
        yield Finding("target_zero", level.ref, message, "write a time, or none where nothing is promised", where)


def _left(level: ServiceLevel) -> Fraction | None:
    """Return the share of tickets that may be on the wrong side; None where the target is another."""
    target = level.target
    if target is None or not isinstance(target.bound, Percent):
        return None
    return 1 - target.bound.ratio if target.more_is_better else target.bound.ratio


def _tolerated(level: ServiceLevel, left: Fraction, number: int) -> int:
    """Return how many of a *number* of tickets may be on the wrong side."""
    strict = level.target is not None and level.target.word in {"above", "below"}
    whole = left * number
    return whole.numerator // whole.denominator - int(strict and whole.denominator == 1)


def _no_miss_tolerated(level: ServiceLevel, place: str) -> Iterator[Finding]:
    """Samples in which one miss is too many (L22); a target of 100% says so itself."""
    left, measure = _left(level), level.measure
    if not left or level.target is None or not isinstance(measure, (Attainment, Ratio)):
        return
    needed = -(-1 // left)  # the smallest number of tickets that one miss leaves at the target
    needed += _tolerated(level, left, int(needed)) < 1
    if measure.minimum < needed:
        message = (
            f"with fewer than {needed} tickets a single miss fails the target ({level.target}), and {measure.minimum} "
            f"{'is' if measure.minimum == 1 else 'are'} judged"
        )
        remedy = f"write minimum: {needed} and say how smaller samples are judged, if that is not meant"
        yield Finding("target_tolerates_no_miss", level.ref, message, remedy, f"{place}.target", is_note=True)


def _small_samples(level: ServiceLevel, place: str) -> Iterator[Finding]:
    """A small sample that may have more misses than a greater one (L5)."""
    left, measure = _left(level), level.measure
    too_few = getattr(measure, "when_too_few", None)
    minimum = getattr(measure, "minimum", None)
    if left is None or not isinstance(too_few, TooFew) or minimum is None or minimum <= too_few.misses_at_most:
        return
    tolerated = max(_tolerated(level, left, minimum), 0)
    if tolerated < too_few.misses_at_most:
        message = (
            f"of {minimum - 1} tickets {too_few.misses_at_most} may be late, and of {minimum} only {tolerated}: one "
            "more ticket in time can fail the level"
        )
        remedy = "raise minimum, or allow fewer misses"
        yield Finding("small_sample_jump", level.ref, message, remedy, f"{place}.measure.when_too_few")


def _cut_buckets(contract: Contract, level: ServiceLevel, place: str) -> Iterator[Finding]:
    """Buckets that begin in one billing period and end in the next."""
    if not isinstance(level.measure, ErrorRate):
        return
    length = duration_micros(level.measure.bucket)
    settled = settled_periods(contract)
    cut = next((each for each in settled if any(bound % length for bound in each.bounds(contract.zone))), None)
    if cut is not None:
        message = (
            f"buckets of {show_duration(length)} begin at midnight UTC, and the period from {cut.start} begins or ends "
            f"in {contract.zone} within one: what of it comes after a period's end enters no figure"
        )
        where = f"{place}.measure.bucket"
        yield Finding("bucket_across_periods", level.ref, message, "take a shorter bucket", where)


def _steps(contract: Contract, level: ServiceLevel, place: str) -> Iterator[Finding]:
    """Sampling so coarse that one bad bucket crosses the target or a band (L23)."""
    measure, left = level.measure, _left(level)
    if not isinstance(measure, ErrorRate) or measure.take == "pooled" or left is None:
        return
    window = next(windows_of(contract, level), None)
    if window is None:
        return
    start, end = window.bounds(contract.zone)
    length, where = duration_micros(measure.bucket), f"{place}.measure.bucket"
    buckets = (end - start) // length
    if not buckets:
        return
    step = f"one bucket of {show_duration(length)} is 1/{buckets} of {window.label}"
    if 0 < left < Fraction(1, buckets):
        message = (
            f"{step}, more than the {decimal(left * 100)}% that the target leaves: a single bad bucket can fail it"
        )
        remedy = "take a shorter bucket, or a target that can be measured"
        yield Finding("step_wider_than_target", level.ref, message, remedy, where)
    for credit in contract.clauses:
        if isinstance(credit, Priced) and level.ref in credit.levels and isinstance(credit.rate, Bands):
            narrow = [each for each in _widths(credit.rate) if each < Fraction(1, buckets)]
            if credit.per == "level" and credit.price == "each" and narrow:
                message = (
                    f"{step}, and a band of {credit.ref} is {decimal(min(narrow) * 100)}% wide: a single bad bucket "
                    "can leap over it"
                )
                remedy = "take a shorter bucket, or wider bands"
                yield Finding("step_wider_than_band", level.ref, message, remedy, where)


def _widths(bands: Bands) -> list[Fraction]:
    edges = [exact(band.edge) for band in bands.bands if isinstance(band.edge, Percent)]
    return [high - low for low, high in pairwise(edges)]


def _severities(contract: Contract, level: ServiceLevel, place: str) -> Iterator[Finding]:
    """Severities that no clause tells apart."""
    if not level.severities:
        return
    for clause in contract.clauses:
        if level.ref not in getattr(clause, "levels", ()):
            continue
        tables = [getattr(clause, name, None) for name in ("rate", "times", "points")]
        named = any(getattr(table, "by", None) == "severity" for table in tables)
        if named or getattr(getattr(clause, "when", None), "severity", None):
            return
        if isinstance(clause, EarnBack) and clause.only:
            return
    message = f"no clause asks how severe a miss of {level.ref} is"
    remedy = "price by severity (points or rate by: severity), or leave the severities out"
    yield Finding("severities_unused", level.ref, message, remedy, f"{place}.severities")
