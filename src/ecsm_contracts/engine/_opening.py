"""
Tickets that keep the promises of the day on which they were opened, where a contract says ``tickets: opened``.

The levels are those of one version, by their numbers there. Each ticket is judged by what such a level, or the one
that it was before it was given another number, promised when the ticket was opened.
"""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING, NamedTuple

from ecsm_contracts.calendars import first_instant, from_micros, zone
from ecsm_contracts.clauses import observed_by
from ecsm_contracts.engine._reliefs import bound_reliefs
from ecsm_contracts.measures import ObservesLevel, ObservesRelief

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from ecsm_contracts.clauses import Back
    from ecsm_contracts.contracts import Contract

__all__ = ["PromisesOf", "numbers_in", "promises_when_opened", "recalled", "version_at_instant"]

_EVER = -(1 << 62)
"""Before every instant: a ticket that is older than the contract is judged by its first version."""


class PromisesOf(NamedTuple):
    """What one version promised about tickets, under the numbers of the levels of another."""

    start: int
    """From which instant on a ticket is opened under it, in microseconds, until the start of the next."""
    contract: Contract
    """The version."""
    levels: Mapping[str, ObservesLevel]
    """By the number of the level in the other version; a level that did not exist yet, or no longer, has none."""
    reliefs: tuple[ObservesRelief, ...]
    """What was relieved, with the numbers of the other version."""


def promises_when_opened(contract: Contract, version: Contract, before: int) -> Iterator[PromisesOf]:
    """
    Yield what each version of *contract* that began *before* an instant promised, in their order.

    The numbers are those of *version*, one of them. None where tickets are judged by the version of the period, or
    there is only one.
    """
    dated = contract.versions_by_day()
    if contract.versions is None or contract.versions.tickets == "period" or len(dated) == 1:
        return
    versions = [each for _, each in dated]
    place = next(number for number, each in enumerate(versions) if each is version)
    names = _numbers_in_each(versions, place)
    for number, (day, each) in enumerate(dated):
        start = first_instant(contract.zone, day) if number else _EVER
        if start < before:
            yield _promises(start, each, names[number])


def _promises(start: int, version: Contract, names: Mapping[str, str]) -> PromisesOf:
    observations = tuple(chain.from_iterable(observed_by(clause) for clause in version.clauses))
    levels = {each.ref: each for each in observations if isinstance(each, ObservesLevel)}
    reliefs = (
        each._replace(levels=tuple(now for now, then in names.items() if then in each.levels))
        for each in bound_reliefs(version, observations)
    )
    known = {now: levels[then]._replace(ref=now) for now, then in names.items() if then in levels}
    return PromisesOf(start, version, known, tuple(reliefs))


def numbers_in(versions: Sequence[Contract], place: int, other: int) -> dict[str, str]:
    """Return for clauses of the version at *place* the number of each in the *other*, without those that it lacks."""
    return _numbers_in_each(versions, place)[other]


def _numbers_in_each(versions: Sequence[Contract], place: int) -> dict[int, dict[str, str]]:
    """Return the same for every version, by its place."""
    own = {clause.ref: clause.ref for clause in versions[place].clauses}
    found, names = {place: own}, own
    for later in range(place, 0, -1):
        before = versions[later].renumbered_since(versions[later - 1])
        names = found[later - 1] = {now: before[then] for now, then in names.items() if then in before}
    names = own
    for later in range(place + 1, len(versions)):
        after = {was: ref for ref, was in versions[later].renumbered_since(versions[later - 1]).items()}
        names = found[later] = {now: after[then] for now, then in names.items() if then in after}
    return found


def version_at_instant(contract: Contract, at: int) -> Contract:
    """Return the version that judges the billing period in which the instant *at* lies."""
    if not contract.amendments:
        return contract
    day = from_micros(at).astimezone(zone(contract.zone)).date()
    return contract.version_for(contract.billing.period_containing(day))


def recalled(document: Contract, version: Contract) -> dict[tuple[str, str], set[Back]]:
    """
    Return what clauses look back at, by clause and name, and how far: those of *version* and of all after it.

    A clause that an amendment brings may look back at periods in which it did not stand in the contract; what it needs
    is carried from then on. The numbers are those of *version*.
    """
    versions = [each for _, each in document.versions_by_day()]
    place = next((number for number, each in enumerate(versions) if each is version), 0)
    found: dict[tuple[str, str], set[Back]] = {}
    for later in range(place, len(versions)):
        names = numbers_in(versions, later, place)
        for recall in chain.from_iterable(clause.recalls() for clause in versions[later].clauses):
            if recall.ref in names:
                found.setdefault((names[recall.ref], recall.name), set()).add(recall.back)
    return found
