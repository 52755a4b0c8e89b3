"""What items are grouped by, where a clause prices group by group."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, Self

from ecsm_contracts._model import canonical_json
from ecsm_contracts.clauses import observed_by
from ecsm_contracts.measures import ObservesGroups

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from ecsm_contracts.contracts import Contract
    from ecsm_contracts.measures import GroupedBy

__all__ = ["Grouping"]


class Groupable(Protocol):
    """What says of itself what it is grouped by."""

    @property
    def ref(self) -> str:
        """Its identity."""


@dataclass(frozen=True, slots=True)
class Grouping:
    """What the clauses of one contract group by, and the columns that they need group by group."""

    by: tuple[GroupedBy, ...] = ()
    """In the order in which a row names its groups; empty where nothing is grouped."""
    places: tuple[int, ...] = ()
    """Where one of these columns is not zero, an item is in a group."""

    @classmethod
    def of(cls, contract: Contract, columns: Sequence[str]) -> Self:
        """Return what the clauses of *contract* group by; *columns* are those of the rows."""
        observed = (each for clause in contract.clauses for each in observed_by(clause))
        found = [each for each in observed if isinstance(each, ObservesGroups)]
        credits = {ref for each in found for amount in each.amounts for ref in _behind(contract, amount)}
        levels = {level for ref in credits for level in getattr(contract.clause(ref), "levels", ())}
        places = (at for at, column in enumerate(columns) if _is_of(column, credits | levels))
        return cls(tuple(sorted({each.by for each in found})), tuple(places) if found else ())

    def group(self, kind: str, item: Groupable, numbers: Sequence[int]) -> str:
        """Return the groups of an *item* of some *kind* as a JSON list; empty when it counts in none."""
        if not any(numbers[place] for place in self.places):
            return ""
        alone = f"{kind} {item.ref}"
        return canonical_json([self._key(name, item) or alone for name in self.by])

    def _key(self, name: GroupedBy, item: Groupable) -> str | None:
        value = None if name == "item" else getattr(item, name, None)
        return None if value is None else f"{name} {value}"


def _behind(contract: Contract, ref: str) -> Iterator[str]:
    """Yield the clause *ref* and all that it takes."""
    yield ref
    for taken in contract.clause(ref).takes():
        yield from _behind(contract, taken)


def _is_of(column: str, refs: Iterable[str]) -> bool:
    return any(column.startswith((f"{ref}.", f"{ref}@")) for ref in refs)
