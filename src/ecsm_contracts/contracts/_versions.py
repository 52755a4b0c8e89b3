"""
From a contract with amendments to its versions, as plain data.

This works on what a document says before it is checked, so that a fault in a version is found at its place, whatever
else is wrong.
"""

from __future__ import annotations

import json
from itertools import groupby
from operator import itemgetter
from typing import TYPE_CHECKING, Any, NamedTuple

from ecsm_contracts.calendars import parse_date
from ecsm_contracts.errors import InvalidValue, did_you_mean, shown

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import date

    from ecsm_contracts.contracts._document import Path

__all__ = ["MOST_AMENDMENTS", "Stage", "Step", "renumbered", "stages", "unamended"]

MOST_AMENDMENTS = 60
"""How many amendments a contract has at the most: each makes a version that is checked as a whole."""

MOST_CHARACTERS = 2_000_000
"""How large all versions may be together: each is checked, and a document is read within bounded time."""

_OF_VERSIONS = frozenset({"amendments", "versions"})
_SET = ("title", "parties", "priorities", "settlement")
_NAMED = ("calendars", "holidays")
_LISTED = ("services", "clauses")

_Fault = tuple["Path", str, str]


class Stage(NamedTuple):
    """The contract as it stands from a day on, until that of the next stage."""

    start: date | None
    """The first day; None for the contract as it was signed."""
    data: dict[str, Any]
    """The document of the version, without amendments."""
    origins: Mapping[Path, Path]
    """For each part that does not stand at its own path in the whole document, where it stands."""
    amendments: tuple[int, ...]
    """The positions of the amendments that hold from this day."""
    faults: tuple[_Fault, ...]
    """What is wrong with these by themselves: path, code and message."""

    def origin(self, path: Path) -> Path:
        """Return where the part at *path* stands in the whole document."""
        for length in range(len(path), 0, -1):
            if path[:length] in self.origins:
                return (*self.origins[path[:length]], *path[length:])
        return path


def _mapping(raw: object) -> Mapping[str, Any]:
    return raw if isinstance(raw, dict) else {}


def _items(raw: object) -> list[Any]:
    return list(raw) if isinstance(raw, (list, tuple)) else []


def _day(raw: object) -> date | None:
    try:
        return parse_date(raw)
    except InvalidValue:
        return None


def unamended(data: Mapping[str, Any]) -> dict[str, Any]:
    """Return the document of the contract as it was signed."""
    return {key: value for key, value in data.items() if key not in _OF_VERSIONS}


class _Parts:
    """A contract to which amendments are applied, one after the other."""

    def __init__(self, top: Mapping[str, Any]) -> None:
        self.data = unamended(top)
        self.origins: dict[Path, Path] = {}
        self.lists: dict[str, list[tuple[Path, Any]]] = {
            table: [((table, position), raw) for position, raw in enumerate(_items(top.get(table)))]
            for table in _LISTED
        }

    def stage(self, start: date, amendments: tuple[int, ...], faults: list[_Fault]) -> Stage:
        data, origins = dict(self.data), dict(self.origins)
        for table, entries in self.lists.items():
            if entries or isinstance(data.get(table), (list, tuple)):
                data[table] = [raw for _, raw in entries]
                origins.update({(table, position): path for position, (path, _) in enumerate(entries)})
        return Stage(start, data, origins, amendments, tuple(faults))

    def amend(self, position: int, amendment: Mapping[str, Any], start: date) -> Iterator[_Fault]:
        """Apply one amendment, and yield what is wrong with it."""
        path: Path = ("amendments", position)
        yield from self._outside((*path, "from"), start)
        changed = _mapping(amendment.get("set"))
        self._set((*path, "set"), changed)
        end = self._end()
        if "term" in changed and end is not None and end <= start:
            yield (*path, "set", "term", "end"), "amendment_date", "the term would end before the amendment begins"
        for table in _NAMED:
            named = _mapping(amendment.get(table))
            if named:
                self.data[table] = {**_mapping(self.data.get(table)), **named}
                self.origins.update({(table, name): (*path, table, name) for name in named})
        yield from self._cannot_remove(path, amendment)
        yield from self._cannot_have_been(path, amendment)
        removed = {name for name in _items(amendment.get("remove")) if isinstance(name, str)}
        for table in _LISTED:
            yield from self._replace(
                path, table, _items(amendment.get(table)), removed if table == "clauses" else set()
            )

    def _end(self) -> date | None:
        return _day(_mapping(self.data.get("term")).get("end"))

    def _outside(self, path: Path, start: date) -> Iterator[_Fault]:
        term = _mapping(self.data.get("term"))
        first, end = _day(term.get("start")), self._end()
        if (first is not None and start < first) or (end is not None and start >= end):
            message = f"{start} is outside the term, from {first} to {end} (exclusive)"
            yield path, "amendment_date", message

    def _set(self, path: Path, changed: Mapping[str, Any]) -> None:
        for key in _SET:
            if key in changed:
                self.data[key] = changed[key]
                self.origins[(key,)] = (*path, key)
        term = _mapping(changed.get("term"))
        if "end" in term:
            self.data["term"] = {**_mapping(self.data.get("term")), "end": term["end"]}
            self.origins[("term", "end")] = (*path, "term", "end")

    def _cannot_have_been(self, path: Path, amendment: Mapping[str, Any]) -> Iterator[_Fault]:
        """Yield each clause that says it had a number which no clause, or one of another kind, or itself has."""
        before = {ref: raw for _, raw in self.lists["clauses"] if (ref := _ref(raw)) is not None}
        claimed: set[str] = set()
        for place, raw in enumerate(map(_mapping, _items(amendment.get("clauses")))):
            was, place_of_was = raw.get("was"), (*path, "clauses", place, "was")
            if not isinstance(was, str) or was == _mapping(before.get(_ref(raw) or "")).get("was"):
                continue
            earlier = _mapping(before.get(was))
            if was not in before or was == _ref(raw):
                message = f"no other clause was {shown(was)} before{did_you_mean(was, before)}"
                yield place_of_was, "dangling_reference", message
            elif earlier.get("kind") != raw.get("kind"):
                message = f"clause {shown(was)} is a {shown(earlier.get('kind'))}, and this a {shown(raw.get('kind'))}"
                yield place_of_was, "reference_kind", message
            elif was in claimed:
                yield place_of_was, "dangling_reference", f"two clauses say that they were {shown(was)}"
            claimed.add(was)

    def _cannot_remove(self, path: Path, amendment: Mapping[str, Any]) -> Iterator[_Fault]:
        written = {_ref(raw) for raw in _items(amendment.get("clauses"))}
        known = [ref for _, raw in self.lists["clauses"] if (ref := _ref(raw)) is not None]
        for place, name in enumerate(_items(amendment.get("remove"))):
            if not isinstance(name, str):
                continue
            if name not in known:
                message = f"there is no clause {shown(name)} to remove{did_you_mean(name, known)}"
                yield (*path, "remove", place), "amendment_remove", message
            elif name in written:
                message = f"clause {shown(name)} is removed and written anew; leave it out of remove, it is replaced"
                yield (*path, "remove", place), "amendment_remove", message

    def _replace(self, path: Path, table: str, given: list[Any], removed: set[str]) -> Iterator[_Fault]:
        """Put what is *given* in the place of what has its number, or had the number that it *was*; else at the end."""
        entries = self.lists[table]
        places = {_ref(raw): place for place, (_, raw) in enumerate(entries)}
        seen: set[str] = set()
        for position, raw in enumerate(given):
            entry, ref = ((*path, table, position), raw), _ref(raw)
            if ref is not None and ref in seen:
                yield (*entry[0], "ref"), "duplicate_ref", f"the ref {shown(ref)} is used twice; each needs its own"
            elif ref is not None and ref in places:
                entries[places[ref]] = entry
            elif (was := _mapping(raw).get("was")) and isinstance(was, str) and was in places and was in removed:
                entries[places.pop(was)] = entry
            else:
                entries.append(entry)
            seen.add(ref or "")
        self.lists[table] = [entry for entry in entries if _ref(entry[1]) not in removed]


def _ref(raw: object) -> str | None:
    ref = _mapping(raw).get("ref")
    return ref if isinstance(ref, str) else None


def stages(data: object) -> tuple[Stage, ...]:
    """
    Return the versions of a contract in the order of their days; the first is the contract as it was signed.

    Amendments hold in the order of their dates, those of one day in that in which they are written. One without a
    date that can be read makes no version.
    """
    top = _mapping(data)
    parts = _Parts(top)
    written = [(position, _mapping(raw)) for position, raw in enumerate(_items(top.get("amendments")))]
    dated = [(day, *each) for each in written[:MOST_AMENDMENTS] if (day := _day(each[1].get("from"))) is not None]
    size = (len(dated) + 1) * len(json.dumps(data, default=str)) if dated else 0
    if size > MOST_CHARACTERS:
        message = f"with {len(dated)} amendments the versions come to more than {MOST_CHARACTERS} characters together"
        return (Stage(None, dict(parts.data), {}, (), ((("amendments",), "too_large", message),)),)
    found = [Stage(None, dict(parts.data), {}, (), tuple(_numbered_twice(written)))]
    for start, group in groupby(sorted(dated, key=itemgetter(0, 1)), key=itemgetter(0)):
        same_day = list(group)
        faults = [fault for _, position, raw in same_day for fault in parts.amend(position, raw, start)]
        stage = parts.stage(start, tuple(position for _, position, _ in same_day), faults)
        if _mapping(top.get("versions")).get("tickets") == "opened":
            stage = stage._replace(faults=(*faults, *_other_measures(found[-1], stage)))
        found.append(stage)
    return tuple(found)


def _numbered_twice(written: list[tuple[int, Mapping[str, Any]]]) -> Iterator[_Fault]:
    seen: set[str] = set()
    for position, raw in written:
        ref = _ref(raw)
        if ref is not None and ref in seen:
            message = f"the ref {shown(ref)} is used twice; each amendment needs its own"
            yield ("amendments", position, "ref"), "duplicate_ref", message
        seen.add(ref or "")


def _other_measures(before: Stage, after: Stage) -> Iterator[_Fault]:
    """Yield each term of *after* by which a ticket that was opened *before* could not be judged as it was promised."""
    if before.data.get("priorities") != after.data.get("priorities"):
        message = "tickets: opened keeps the promises of a ticket, and another table of priorities would change them"
        yield after.origin(("priorities",)), "amended_priorities", f"{message}; say tickets: period, or leave the table"
    olds, news = (
        {_ref(raw): (place, _mapping(raw)) for place, raw in enumerate(_items(stage.data.get("clauses")))}
        for stage in (before, after)
    )
    for ref, was in renumbered(_renumberings(olds), _renumberings(news)).items():
        (place, new), (_, old) = news[ref], olds[was]
        kinds = [_mapping(each.get("measure")).get("kind") for each in (old, new)]
        levels = old.get("kind") == new.get("kind") == "service_level"
        if levels and kinds[0] != kinds[1]:
            message = (
                f"tickets: opened judges a ticket by the promise of its day, and {shown(was)} was about "
                f"{shown(kinds[0])}, which cannot be added to {shown(kinds[1])}; give the new promise a number of its "
                "own and remove this one, or say tickets: period"
            )
            yield (*after.origin(("clauses", place)), "measure"), "amended_measure", message


def _renumberings(clauses: Mapping[str | None, tuple[int, Mapping[str, Any]]]) -> dict[str, str | None]:
    found = {ref: raw.get("was") for ref, (_, raw) in clauses.items() if ref is not None}
    return {ref: was if isinstance(was, str) else None for ref, was in found.items()}


Step = dict[str, str]
"""For clauses of a version, by number, the number of the same clause in the version before."""


def renumbered(before: Mapping[str, str | None], after: Mapping[str, str | None]) -> Step:
    """
    Return which clause of the version *before* each clause of that *after* was; those that are new are left out.

    Both give for each number what the clause says it was. That counts where it is said anew: a clause that stays keeps
    its number, whatever it was in an earlier contract.

        >>> renumbered({"4.1": None, "4.2": "3.9"}, {"4.1": None, "4.2": "3.9", "4.3": None})
        {'4.1': '4.1', '4.2': '4.2'}
        >>> renumbered({"4.1": None, "4.2": None}, {"4.1": None, "4.3": "4.2"})
        {'4.1': '4.1', '4.3': '4.2'}
    """
    moved = {
        ref: was
        for ref, was in after.items()
        if was is not None and was in before and (ref not in before or before[ref] != was)
    }
    taken = {*moved.values()}
    kept = {ref: ref for ref in after if ref in before and ref not in moved and ref not in taken}
    both = {**kept, **moved}
    return {ref: both[ref] for ref in after if ref in both}
