"""What changed between two contracts, or two versions of one: readable, and as data."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from ecsm_contracts._display import Column, Table
from ecsm_contracts._model import canonical_json
from ecsm_contracts.contracts._contract import Contract
from ecsm_contracts.contracts._versions import renumbered
from ecsm_contracts.errors import expect

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

__all__ = ["Change", "ContractDiff", "diff"]

_BY_REF = {"services": "service", "clauses": "clause", "amendments": "amendment"}
_BY_NAME = {"calendars": "calendar", "holidays": "holidays"}
_DAYS = ("days", "names")

Kind = Literal["added", "removed", "changed", "renumbered"]


class Change(NamedTuple):
    """One thing that is said in another way."""

    part: str
    """``clause 4.2``, ``calendar desk``, ``holidays nl-2026``, ``service mail``, or ``contract`` for its own fields."""
    kind: Kind
    field: str
    """The field that changed, such as ``measure.within.P1``; empty where a part as a whole came or went."""
    old: Any
    """What stood there, as the document writes it; None where nothing did."""
    new: Any
    """What stands there; None where nothing does."""

    def to_data(self) -> dict[str, Any]:
        """Return plain data."""
        return self._asdict()


@dataclass(frozen=True, slots=True)
class ContractDiff:
    """
    What changed between two contracts; it prints itself, and is false when they say the same.

    The order of the changes is that of the parts in a document.
    """

    old: str
    """The contract before, by its reference."""
    new: str
    """The contract after, by its reference."""
    changes: tuple[Change, ...]

    def __bool__(self) -> bool:
        """Say whether anything changed."""
        return bool(self.changes)

    def __len__(self) -> int:
        """Return how many changes there are."""
        return len(self.changes)

    def __iter__(self) -> Iterator[Change]:
        """Iterate over the changes."""
        return iter(self.changes)

    def parts(self) -> tuple[str, ...]:
        """Return the parts in which something changed, each once."""
        return tuple(dict.fromkeys(change.part for change in self.changes))

    def to_data(self) -> dict[str, Any]:
        """Return plain data, as JSON holds it."""
        return {"old": self.old, "new": self.new, "changes": [change.to_data() for change in self.changes]}

    def _table(self) -> Table:
        title = self.old if self.old == self.new else f"{self.old} and {self.new}"
        if not self.changes:
            return Table(f"{title}: nothing changed", (Column("part"),))
        rows = tuple(map(_row, self.changes))
        names = ("part", "what", "before", "after")
        changes = f"{len(self)} change{'s' if len(self) > 1 else ''}"
        return Table(f"{title}: {changes}", tuple(map(Column, names)), rows)

    def __str__(self) -> str:
        """Return a line for each change."""
        return self._table().text() if self.changes else self._table().title

    def _repr_html_(self) -> str:
        """Return the changes for a notebook."""
        return self._table().html()


def diff(old: Contract, new: Contract) -> ContractDiff:
    """
    Return what changed from the contract *old* to the contract *new*.

    Values are as a document writes them: percentages and amounts as texts, durations in ISO 8601. A clause that says
    what it ``was`` is compared with that one, and is renumbered. Two contracts that say the same have no difference,
    and where there is none they say the same.

    What an amendment changes shows between two versions: give what `Contract.version_at` gives for a day before it and
    one after. Two contracts with amendments are compared with these as parts.

    Raises:
        WrongType: for what is no contract.
    """
    expect(old, Contract, "old", "read it with read_contract(…)")
    expect(new, Contract, "new", "read it with read_contract(…)")
    before, after = old.to_data(), new.to_data()
    return ContractDiff(old.ref, new.ref, tuple(_changes(before, after)))


def _changes(before: dict[str, Any], after: dict[str, Any]) -> Iterator[Change]:
    tables = {*_BY_REF, *_BY_NAME}
    top = [{key: value for key, value in data.items() if key not in tables} for data in (before, after)]
    yield from _fields("contract", top[0], top[1])
    for table, word in _BY_NAME.items():
        yield from _parts(word, before.get(table, {}), after.get(table, {}))
    for table, word in _BY_REF.items():
        olds, news = ({each["ref"]: each for each in data.get(table, ())} for data in (before, after))
        same = _same(olds, news) if table == "clauses" else {ref: ref for ref in news if ref in olds}
        yield from _parts(word, olds, news, same)
        yield from _reordered(
            table, [ref for ref in olds if ref in same.values()], [same[ref] for ref in news if ref in same]
        )


def _same(olds: Mapping[str, Any], news: Mapping[str, Any]) -> dict[str, str]:
    """Return for each clause that both have its number before; one that two say they were is the first of these."""
    found = renumbered(*({ref: each.get("was") for ref, each in clauses.items()} for clauses in (olds, news)))
    once: dict[str, str] = {}
    for ref, was in found.items():
        once.setdefault(was, ref)
    return {ref: was for was, ref in once.items()}


def _parts(
    word: str, olds: Mapping[str, Any], news: Mapping[str, Any], same: Mapping[str, str] | None = None
) -> Iterator[Change]:
    """Yield the changes of the parts of one sort: those that changed or came, in their order, then those that went."""
    known = {name: name for name in news if name in olds} if same is None else same
    for name, new in news.items():
        part = f"{word} {name}"
        if name not in known:
            yield Change(part, "added", "", None, new)
            continue
        was = known[name]
        old = olds[was]
        if was != name:
            yield Change(part, "renumbered", "ref", was, name)
            old = {**old, "ref": name, "was": was}
        yield from _fields(part, old, new)
    for name, old in olds.items():
        if name not in known.values():
            yield Change(f"{word} {name}", "removed", "", old, None)


def _reordered(table: str, before: list[str], after: list[str]) -> Iterator[Change]:
    if before != after:
        yield Change("contract", "changed", f"order of the {table}", before, after)


def _fields(part: str, old: Any, new: Any, path: str = "") -> Iterator[Change]:
    """Yield each field below *path* that differs."""
    if isinstance(old, dict) and isinstance(new, dict):
        own = [*old, *(key for key in new if key not in old)]
        if part.startswith("holidays ") and not path and old.get("days") != new.get("days"):
            own = [key for key in own if key != "digest"]  # it follows from the days
        for key in own:
            yield from _fields(part, old.get(key), new.get(key), f"{path}.{key}" if path else key)
    elif _are_tables(old, new) and len(old) == len(new):
        for place, (one, other) in enumerate(zip(old, new, strict=True)):
            yield from _fields(part, one, other, f"{path}.{place}")
    elif part.startswith("holidays ") and path in _DAYS:
        yield from _days(part, path, old or [], new or [])
    elif canonical_json(old) != canonical_json(new):
        yield Change(
            part, "changed" if None not in (old, new) else "added" if old is None else "removed", path, old, new
        )


def _are_tables(old: object, new: object) -> bool:
    return all(isinstance(each, list) and each and all(isinstance(item, dict) for item in each) for each in (old, new))


def _days(part: str, path: str, old: list[Any], new: list[Any]) -> Iterator[Change]:
    """Yield the days that came and those that went, in their order."""
    gone, come = ([each for each in one if each not in other] for one, other in ((old, new), (new, old)))
    for each in gone:
        yield Change(part, "removed", path, each, None)
    for each in come:
        yield Change(part, "added", path, None, each)


def _row(change: Change) -> tuple[str, str, str, str]:
    if not change.field:
        return change.part, change.kind, _named(change.old), _named(change.new)
    what = change.field if change.kind != "renumbered" else "number"
    return change.part, what, _shown(change.old), _shown(change.new)


def _named(part: Any) -> str:
    """Return how a whole part is called; all that it says is in the data."""
    called = [
        str(part[name]) for name in ("kind", "title", "from", "hours", "country", "years") if name in (part or {})
    ]
    return ", ".join(called)


def _shown(value: object) -> str:
    """Return *value* for people: texts as they are, tables in one line."""
    if value is None:
        return ""
    if isinstance(value, dict):
        return ", ".join(f"{key}: {_shown(each)}" for key, each in value.items())
    if isinstance(value, list):
        return f"[{', '.join(map(_shown, value))}]"
    return value if isinstance(value, str) else json.dumps(value)
