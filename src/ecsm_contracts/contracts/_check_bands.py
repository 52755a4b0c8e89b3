"""Findings about what the numbers of a level cost or earn by bands and tables."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any

from ecsm_contracts.clauses import Bands, FactorBy, RateBy, ServiceLevel
from ecsm_contracts.contracts._check_numbers import (
    exact,
    met_numbers,
    missed_numbers,
    numbers_of_bands,
    possible,
    show,
    shown,
)
from ecsm_contracts.contracts._findings import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator
    from fractions import Fraction

    from ecsm_contracts.clauses import Band, Priced
    from ecsm_contracts.contracts._check_numbers import Numbers
    from ecsm_contracts.contracts._contract import Contract

__all__ = ["band_findings", "levels_of", "priced_numbers"]


def levels_of(contract: Contract, clause: Priced) -> Iterator[ServiceLevel]:
    """Yield the levels that *clause* is given for."""
    for ref in clause.levels:
        level = contract.clause(ref)
        if isinstance(level, ServiceLevel):
            yield level


def band_findings(contract: Contract, clause: Priced, place: str) -> Iterator[Finding]:
    """Yield what is odd about the bands and tables of *clause*."""
    if isinstance(clause.rate, Bands) and clause.per == "level" and clause.price == "each":
        for level in levels_of(contract, clause):
            if level.target is not None:
                yield from _other_side(clause, clause.rate, level, place)
                yield from _free_bands(clause, clause.rate, level, place)
                yield from _order(clause, clause.rate, level, place)
    elif isinstance(clause.rate, Bands):
        yield from _quantity_order(clause, clause.rate, place)
    for name in ("rate", "times", "points"):
        table: Any = getattr(clause, name)
        if isinstance(table, (RateBy, FactorBy)):
            yield from _table(contract, clause, table, f"{place}.{name}")


def priced_numbers(clause: Priced, level: ServiceLevel) -> list[Numbers]:
    """Return the numbers of *level*, lowest first, for which *clause* gives something."""
    side = met_numbers(level) if clause.rewards else missed_numbers(level)
    domain, step = possible(level)
    found = [side]
    if isinstance(clause.rate, Bands) and clause.per == "level":
        found = [side.meet(numbers) for _, band, numbers in numbers_of_bands(clause.rate) if band.is_.ratio]
    return [each for each in (numbers.meet(domain) for numbers in found) if not each.is_empty(step=step)]


def _other_side(clause: Priced, bands: Bands, level: ServiceLevel, place: str) -> Iterator[Finding]:
    """Where a band promises an amount on the side of the target where none is given (L3)."""
    domain, step = possible(level)
    given, other = missed_numbers(level), met_numbers(level)
    if clause.rewards:
        given, other = other, given
    for position, band, numbers in numbers_of_bands(bands):
        beyond = numbers.meet(other).meet(domain)
        is_dead = numbers.meet(given).meet(domain).is_empty(step=step)
        stated = numbers.high if other.high is None else numbers.low
        if not band.is_.ratio or beyond.is_empty(step=step) or (stated is None and not is_dead):
            continue
        state, unless = ("missed", "met") if clause.rewards else ("met", "missed")
        message = (
            f"numbers {show(beyond, level)} are promised {band.is_}, but there level {level.ref} is {state} "
            f"(target: {level.target}), and a {'bonus' if clause.rewards else 'credit'} is given only where it is "
            f"{unless}"
        )
        code = "bonus_without_merit" if clause.rewards else "credit_without_breach"
        remedy = "move the target to the edge of the band" + (", or leave out the band" if is_dead else ", or the edge")
        yield Finding(code, clause.ref, message, remedy, _at(place, position))


def _at(place: str, position: int) -> str:
    return f"{place}.rate.bands.{position}"


def _free_bands(clause: Priced, bands: Bands, level: ServiceLevel, place: str) -> Iterator[Finding]:
    """A band on the missed side that costs nothing (L4)."""
    domain, step = possible(level)
    for position, band, numbers in numbers_of_bands(bands):
        free = numbers.meet(missed_numbers(level)).meet(domain)
        if clause.rewards or band.is_.ratio or free.is_empty(step=step):
            continue
        message = f"numbers {show(free, level)} miss level {level.ref} (target: {level.target}) and cost nothing here"
        remedy = "give the band a rate, or move the target to its edge"
        yield Finding("breach_without_credit", clause.ref, message, remedy, _at(place, position))


def _reached(clause: Priced, bands: Bands, level: ServiceLevel) -> list[tuple[int, Band]]:
    """Return the bands in which something can be given, with their positions."""
    side = met_numbers(level) if clause.rewards else missed_numbers(level)
    domain, step = possible(level)
    return [
        (position, band)
        for position, band, numbers in numbers_of_bands(bands)
        if not numbers.meet(side).meet(domain).is_empty(step=step)
    ]


def _order(clause: Priced, bands: Bands, level: ServiceLevel, place: str) -> Iterator[Finding]:
    """A worse number that costs less, or a better one that earns less (L5)."""
    more_is_better = level.target is None or level.target.more_is_better
    rising = more_is_better == clause.rewards
    for (_, low), (position, high) in pairwise(_reached(clause, bands, level)):
        if low.is_.ratio > high.is_.ratio if rising else low.is_.ratio < high.is_.ratio:
            what = "better service earns less" if clause.rewards else "poorer service is cheaper"
            message = f"up to {shown(low.edge)} it is {low.is_}, and above that {high.is_}: {what}"
            side = "best" if clause.rewards else "worst"
            remedy = f"put the highest rate on the {side} band"
            yield Finding("bands_not_falling", clause.ref, message, remedy, _at(place, position))
            return


def _quantity_order(clause: Priced, bands: Bands, place: str) -> Iterator[Finding]:
    """A greater failure that costs less (L5); the parts of a marginal table may well fall."""
    if bands.how == "marginal":
        return
    for position, (low, high) in enumerate(pairwise(bands.bands)):
        if low.is_.ratio > high.is_.ratio:
            what = "better service earns less" if clause.rewards else "failing more is cheaper"
            message = f"up to {shown(low.edge)} it is {low.is_} for all, and above that {high.is_}: {what}"
            remedy = "let the rates rise from band to band"
            yield Finding("bands_not_falling", clause.ref, message, remedy, _at(place, position + 1))
            return


def _table(contract: Contract, clause: Priced, table: RateBy | FactorBy, place: str) -> Iterator[Finding]:
    """A row that no count reaches (L8), or a worse or repeated failure that costs less (L5, L20)."""
    beyond = [key for key in table.named if table.within is not None and int(key) > table.within]
    if beyond:
        message = (
            f"of {table.within} windows no more than {table.within} count: row {', '.join(beyond)} is never reached"
        )
        yield Finding("row_never_reached", clause.ref, message, "make within longer, or leave out the row", place)
    if clause.rewards:
        return
    rows = {name: _worth(value) for name, value in table.named.items()}
    otherwise = _worth(getattr(table, "otherwise", None))
    for names in _orders(contract, clause, table):
        for milder, worse in pairwise(names):
            if rows.get(worse, otherwise) < rows.get(milder, otherwise):
                what = f"{table.by} {worse} costs less than {milder}"
                message = (
                    f"in the table {what}: {'a worse' if table.by == 'severity' else 'another'} failure is cheaper"
                )
                yield Finding("table_falls", clause.ref, message, "let the rows rise, if that is not meant", place)
                return


def _orders(contract: Contract, clause: Priced, table: RateBy | FactorBy) -> Iterator[list[str]]:
    """Yield the rows that can be chosen, the mildest failure first."""
    if table.by == "severity":
        for level in levels_of(contract, clause):
            yield [*level.severity_names[::-1]]
        return
    keys = sorted({each for key in table.named for each in (int(key) - 1, int(key), int(key) + 1) if each > 0})
    yield [str(key) for key in keys if table.within is None or key <= table.within]


def _worth(value: Any) -> Fraction:
    return exact(value.ratio) if hasattr(value, "ratio") else exact(value)
