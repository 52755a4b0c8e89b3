"""Contradictions between a credit or bonus and the levels that it is given for."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from ecsm_contracts.clauses import Bands, Combine, FactorBy, Priced, RateBy, ServiceLevel, When
from ecsm_contracts.measures import Attainment, Availability, TicketTime, TooFew
from ecsm_contracts.money import Money, Percent

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ecsm_contracts.clauses import Clause
    from ecsm_contracts.contracts._contract import Contract
    from ecsm_contracts.contracts._document import Path
    from ecsm_contracts.measures import Measure

__all__ = ["flow_faults", "negative_rates", "priced_faults", "severity_faults"]

Fault = tuple["Path", str, str]
_EDGES: dict[str, type] = {"share": Percent, "time": timedelta, "number": Decimal}
_WRITTEN = {"share": "percentages", "time": "times", "number": "numbers"}


def priced_faults(contract: Contract, clause: Priced, path: Path) -> Iterator[Fault]:
    """Yield what contradicts itself between a credit or bonus and its levels."""
    for position, ref in enumerate(clause.levels):
        level = contract.clause(ref)
        if isinstance(level, ServiceLevel):
            place = (*path, "levels", position)
            yield from _per_faults(clause, level, place)
            yield from _band_faults(clause, level, place)
            yield from _history_faults(clause, level, place)
            yield from _name_faults(clause, level, path)
    yield from _quantity_bands(clause, path)


def _per_faults(clause: Priced, level: ServiceLevel, place: Path) -> Iterator[Fault]:
    """What is counted must be something that the level counts."""
    measure = level.measure
    if clause.per == "late_time" and not isinstance(measure, TicketTime):
        message = f"per: late_time counts late tickets; level {level.ref} does not measure ticket_time"
        yield place, "per_needs_tickets", message
    if clause.per == "ticket" and not isinstance(measure, (TicketTime, Attainment)):
        message = f"per: ticket counts late tickets; level {level.ref} measures neither ticket_time nor attainment"
        yield place, "per_needs_tickets", message
    if clause.per == "down_time" and not isinstance(measure, Availability):
        message = f"per: down_time counts outages; level {level.ref} does not measure availability"
        yield place, "per_needs_availability", message
    if clause.per == "shortfall":
        unit = measure.unit
        if unit is None or not isinstance(clause.unit, _EDGES[unit]):
            wanted = "no number" if unit is None else f"{_WRITTEN[unit]}"
            message = f"a shortfall is counted in the unit of the level's number; level {level.ref} gives {wanted}"
            yield place, "shortfall_unit", message


def _band_faults(clause: Priced, level: ServiceLevel, place: Path) -> Iterator[Fault]:
    """Bands over the level's number need one, in the unit of their edges."""
    rate = clause.rate
    if not isinstance(rate, Bands) or clause.per != "level" or clause.price != "each":
        return
    unit, edge = level.measure.unit, rate.bands[0].edge
    if unit is None or _without_number(level.measure):
        message = f"bands are chosen by a number, and level {level.ref} can be missed without one"
        yield place, "bands_without_number", message
    elif not isinstance(edge, _EDGES[unit]):
        message = f"bands are edged by {_WRITTEN[unit]}, as level {level.ref} gives such a number"
        yield place, "bands_need_share", message


def _quantity_bands(clause: Priced, path: Path) -> Iterator[Fault]:
    rate = clause.rate
    over_number = clause.per == "level" and clause.price == "each"
    if not isinstance(rate, Bands):
        if isinstance(rate, RateBy) and clause.price == "together":
            message = "a table by run, occurrence or severity is of one level: price: each, or a factor (times)"
            yield (*path, "rate"), "table_together", message
        return
    if over_number and rate.how == "marginal":
        message = "marginal bands price the parts of a quantity; over a level's number write whole bands"
        yield (*path, "rate", "how"), "bands_marginal", message
    if not over_number and not isinstance(rate.bands[0].edge, Decimal):
        message = f'these bands are over the quantity that is priced ({clause.per}): edge them by numbers: below: "20"'
        yield (*path, "rate", "bands", 0), "bands_units", message


def _without_number(measure: Measure) -> bool:
    """Return whether a level of this *measure* can be missed for want of something to judge."""
    words = [getattr(measure, name, None) for name in ("when_too_few", "when_missing", "when_late")]
    return any(word == "missed" or isinstance(word, TooFew) for word in words)


def _tables(clause: Priced) -> Iterator[tuple[str, RateBy | FactorBy]]:
    for name in ("rate", "times", "points"):
        table: Any = getattr(clause, name)
        if isinstance(table, (RateBy, FactorBy)):
            yield name, table


def _history_faults(clause: Priced, level: ServiceLevel, place: Path) -> Iterator[Fault]:
    """Where rows of misses are counted, the level says what a gap in them does."""
    runs = any(table.by == "run" for _, table in _tables(clause))
    runs = runs or (isinstance(clause.when, When) and clause.when.run is not None)
    if runs and level.gaps is None:
        message = f"windows in a row are counted: say in level {level.ref} what one without outcome does: gaps"
        yield place, "gaps_missing", message


def _name_faults(clause: Priced, level: ServiceLevel, path: Path) -> Iterator[Fault]:
    """Severities that are named must be severities of the level."""
    known = level.severity_names
    for name, table in _tables(clause):
        for row in sorted({*table.named} - {*clause.levels}) if table.by == "level" else ():
            message = f"{row} is none of its levels; they are {', '.join(clause.levels)}"
            yield (*path, name, row), "table_key", message
        if table.by != "severity":
            continue
        for row in sorted({*table.named} - {*known}):
            message = f"level {level.ref} has no severity {row!r}; it has {', '.join(known) or 'none'}"
            yield (*path, name, row), "severity_unknown", message
        if not known:
            message = f"level {level.ref} names no severities: add them, or choose the rate another way"
            yield (*path, name), "severity_unknown", message
    when = clause.when
    if isinstance(when, When) and when.severity is not None and when.severity not in known:
        message = f"level {level.ref} has no severity {when.severity!r}; it has {', '.join(known) or 'none'}"
        yield (*path, "when", "severity"), "severity_unknown", message


def severity_faults(level: ServiceLevel, path: Path) -> Iterator[Fault]:
    """Yield severities that no miss can have, or that cannot be told."""
    if not level.severities or level.target is None:
        return
    if _without_number(level.measure):
        message = "how severe a miss is, a number tells, and this level can be missed without one"
        yield (*path, "severities"), "bands_without_number", message
    bound: Any = level.target.bound
    for position, each in enumerate(level.severities):
        edge: Any = each.edge
        if edge is None:
            continue
        inside = edge > bound if level.target.more_is_better else edge < bound
        if inside:
            message = f"{edge} lies on the met side of the target {level.target.shown_bound}: no miss is there"
            yield (*path, "severities", position), "severity_met", message


def flow_faults(contract: Contract, clause: Clause, path: Path) -> Iterator[Fault]:
    """Yield amounts that a clause cannot take together, or not group by group."""
    takes = clause.takes()
    if len({_earned(contract, each) for each in takes}) > 1:
        message = f"{clause.ref} takes what is owed to the customer with what is owed to the provider; separate them"
        yield path, "mixed_signs", message
    if isinstance(clause, Combine) and clause.per != "period":
        for position, ref in enumerate(takes):
            if not _is_linear(contract, ref):
                message = (
                    f"{ref} cannot be priced {clause.per} by {clause.per}: that needs a flat rate per ticket, "
                    "late_time or down_time, without when, times, most or free"
                )
                yield (*path, "among", position), "combine_needs_flat", message


def _is_linear(contract: Contract, ref: str) -> bool:
    """Say whether the amount of *ref* can be priced group by group."""
    clause = contract.clause(ref)
    if isinstance(clause, Combine):
        return all(_is_linear(contract, each) for each in clause.among)
    return isinstance(clause, Priced) and clause.is_linear()


def _earned(contract: Contract, ref: str) -> bool:
    clause = contract.clause(ref)
    return _earned(contract, clause.takes()[0]) if clause.takes() else clause.yields in {"bonus", "earn_back"}


def negative_rates(clause: Priced, path: Path) -> Iterator[Fault]:
    """Yield each amount of a *clause* that is below zero."""
    rate = clause.rate
    found: list[tuple[Path, Money | Percent]] = []
    if isinstance(rate, Bands):
        found = [((*path, "rate", "bands", at, "is"), band.is_) for at, band in enumerate(rate.bands)]
    elif isinstance(rate, RateBy):
        found = [((*path, "rate", name), entry) for name, entry in (*rate.named.items(), ("otherwise", rate.otherwise))]
    else:
        found = [((*path, "rate"), rate)]
    for place, amount in found:
        if amount.ratio < 0:
            yield place, "amount_negative", "an amount of a contract is not negative"
