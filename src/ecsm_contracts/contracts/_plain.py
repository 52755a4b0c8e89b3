"""A contract in plain words, for a customer who is no lawyer."""

from __future__ import annotations

from itertools import groupby, pairwise
from typing import TYPE_CHECKING, Any, Final

from ecsm_contracts import clauses as c
from ecsm_contracts._display import escape_markdown
from ecsm_contracts.contracts._plain_book import Book
from ecsm_contracts.contracts._plain_history import earn_back_text, trigger_text
from ecsm_contracts.contracts._plain_levels import level_text, relief_text
from ecsm_contracts.contracts._plain_money import combine_text, limit_text, priced_text
from ecsm_contracts.contracts._plain_parts import calendar_parts, head_parts, versions_text
from ecsm_contracts.contracts._plain_prices import basis_text, charge_text
from ecsm_contracts.contracts._plain_settlement import settlement_text
from ecsm_contracts.contracts._plain_words import day, named
from ecsm_contracts.errors import UnknownReference, did_you_mean, shown

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from ecsm_contracts.contracts._contract import Contract

__all__ = ["plain_clause", "plain_contract"]

_KINDS: Final[dict[type, tuple[str, Callable[..., list[str]]]]] = {
    c.ServiceLevel: ("promise", level_text),
    c.Charge: ("charge", charge_text),
    c.Basis: ("amount to reckon with", basis_text),
    c.ServiceCredit: ("credit", priced_text),
    c.Bonus: ("bonus", priced_text),
    c.Combine: ("several amounts as one", combine_text),
    c.Limit: ("limit", limit_text),
    c.EarnBack: ("credits that come back", earn_back_text),
    c.Relief: ("what does not count", relief_text),
    c.Trigger: ("consequence", trigger_text),
}

Parts = dict[tuple[str, str], str]
"""The parts of a version in order, by what they are about: ``("clause", "4.2")``."""


def plain_contract(contract: Contract) -> str:
    """Return all of *contract* in plain words, as Markdown."""
    versions = [(start, _parts(Book(version))) for start, version in contract.versions_by_day()]
    first = versions[0][1]
    sections = [first["title", ""], *(text for (what, _), text in first.items() if what == "head"), *_clauses(first)]
    if hours := [text for (what, _), text in first.items() if what == "hours"]:
        sections += ["## Hours and holidays", *hours]
    sections += ["## How amounts are settled", first["settlement", ""]]
    if contract.versions is not None:
        sections += ["## Changes of this contract", *versions_text(contract)]
    for (_, before), (start, after) in pairwise(versions):
        sections += [f"## From {day(start)}", *_changes(before, after)]
    return "\n\n".join(sections) + "\n"


def plain_clause(contract: Contract, ref: str) -> str:
    """Return one clause of *contract* in plain words, with what it says from later days on."""
    versions = contract.versions_by_day()
    known = dict.fromkeys(clause.ref for _, version in versions for clause in version.clauses)
    if ref not in known:
        raise UnknownReference(f"the contract has no clause {shown(ref)}{did_you_mean(ref, known)}")
    texts = [(start, _of_version(version, ref)) for start, version in versions]
    found = [texts[0][1]]
    for (_, before), (start, after) in pairwise(texts):
        if before != after:
            found.append(f"From {day(start)}:\n\n{after or 'This clause falls away.'}")
    return "\n\n".join(filter(None, found)) + "\n"


def _of_version(version: Contract, ref: str) -> str:
    return next((_clause(Book(version), clause) for clause in version.clauses if clause.ref == ref), "")


def _parts(book: Book) -> Parts:
    head, *others = head_parts(book)
    parts: Parts = {("title", ""): head}
    parts |= {("head", str(place)): text for place, text in enumerate(others)}
    parts |= _clause_parts(book)
    parts |= {("hours", name): text for name, text in calendar_parts(book).items()}
    return parts | {("settlement", ""): settlement_text(book)}


def _clause_parts(book: Book) -> Parts:
    return {("clause", clause.ref): _clause(book, clause) for clause in book.contract.clauses}


def _clauses(parts: Parts) -> list[str]:
    return [text for (what, _), text in parts.items() if what == "clause"]


def _changes(before: Parts, after: Parts) -> Iterator[str]:
    """Yield each part that a version says in another way, and those that fall away."""
    changed = [text for key, text in after.items() if before.get(key) != text]
    gone = [f"{_called(*key)} falls away." for key in before if key not in after]
    yield from [*changed, *gone] or ["Nothing changes."]


def _called(what: str, name: str) -> str:
    return f"Clause {escape_markdown(name)}" if what == "clause" else f"What stood about {named(name)}"


def _clause(book: Book, clause: c.Clause) -> str:
    word, tell = _KINDS.get(type(clause), ("clause of another package", _foreign))
    ref = escape_markdown(clause.ref)
    head = f"**{ref}** ({word})." if clause.title is None else f"**{ref} {escape_markdown(clause.title)}.**"
    head += "" if clause.was is None else f" It was clause {escape_markdown(clause.was)} before."
    return _paragraphs([head, *tell(book, clause)])


def _paragraphs(pieces: list[str]) -> str:
    """Return sentences as paragraphs, and items as lists between them."""
    found = []
    for is_item, group in groupby(pieces, key=lambda piece: piece.startswith("- ")):
        found.append(("\n" if is_item else " ").join(group))
    return "\n\n".join(found)


def _foreign(_: Book, clause: c.Clause) -> list[str]:
    data = clause.to_data()
    kind = str(data["kind"])
    package = c.kind_origins([kind]).get(kind, "another package")
    terms = {key: value for key, value in data.items() if key not in {"ref", "kind", "title", "was"}}
    head = f"This clause is of the kind {named(kind)}, which {escape_markdown(package)} brings."
    return [head, *(["It says:", *_items(terms)] if terms else [])]


def _items(data: Mapping[str, Any], path: str = "") -> Iterator[str]:
    """Yield what a clause of another package says, one item for each field."""
    for key, value in data.items():
        name = f"{path}{key}"
        if isinstance(value, dict):
            yield from _items(value, f"{name}, ")
        elif isinstance(value, list) and any(isinstance(each, (dict, list)) for each in value):
            yield from _items({str(place): each for place, each in enumerate(value, 1)}, f"{name}, ")
        else:
            yield f"- {escape_markdown(name)}: {_said(value)}"


def _said(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(map(_said, value)) or "none"
    if isinstance(value, bool) or value is None:
        return {True: "yes", False: "no", None: "nothing"}[value]
    return escape_markdown(str(value))
