"""From a raw document to a contract: every problem at once, each with its place."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from ecsm_contracts.clauses import clause_class
from ecsm_contracts.contracts._check import cross_problems
from ecsm_contracts.contracts._contract import Contract
from ecsm_contracts.contracts._problems import MOST_PROBLEMS, problems_of
from ecsm_contracts.contracts._references import Reference, find_references
from ecsm_contracts.errors import DocumentError, did_you_mean, shown
from ecsm_contracts.money import is_currency

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from ecsm_contracts.contracts._document import Document, Path
    from ecsm_contracts.errors import Problem

__all__ = ["contract_from_document"]

_ARTICLE = {
    "level": "a level",
    "credit": "a credit",
    "charge": "a charge",
    "limit": "a limit",
    "relief": "a relief",
}


MOST_NAMES = 10
"""How many names a message lists."""
MAPPING_SCHEMA = "ecsm.mapping/"
"""How the schema of a mapping begins; the adapters read one."""
_SORT = {"holidays": "holiday set"}


def _mapping(raw: object) -> Mapping[str, Any]:
    return raw if isinstance(raw, dict) else {}


def _items(raw: object) -> list[Any]:
    return raw if isinstance(raw, list) else []


def _declared(data: object) -> dict[str, dict[str, str | None]]:
    """
    Return the names that a raw contract declares, for each sort of part.

    Each name is given with what its part yields, None where that is not known.
    """
    top = _mapping(data)
    clauses: dict[str, str | None] = {}
    for raw in map(_mapping, _items(top.get("clauses"))):
        found = clause_class(raw.get("kind"))
        clauses[str(raw.get("ref"))] = found.yields if found else None
    return {
        "clause": clauses,
        "calendar": dict.fromkeys(_mapping(top.get("calendars")), "calendar"),
        "holidays": dict.fromkeys(_mapping(top.get("holidays")), "holidays"),
        "service": {str(_mapping(raw).get("ref")): "service" for raw in _items(top.get("services"))},
    }


def _reference_problem(
    document: Document, reference: Reference, declared: Mapping[str, Mapping[str, str | None]]
) -> Problem | None:
    names = declared.get(reference.needs, declared["clause"])
    if reference.name not in names:
        sort = reference.needs if reference.needs in declared else "clause"
        fitting = [name for name, yields in names.items() if yields in {reference.needs, None}]
        hint = did_you_mean(reference.name, fitting) or (
            f"; there is {', '.join(sorted(fitting)[:MOST_NAMES])}" if fitting else ""
        )
        return document.problem(
            reference.path, "dangling_reference", f"there is no {_SORT.get(sort, sort)} {shown(reference.name)}{hint}"
        )
    yields = names[reference.name]
    if yields not in {reference.needs, None}:
        wanted, is_one = _ARTICLE[reference.needs], _ARTICLE[str(yields)]
        message = f"{wanted} is needed here, and clause {reference.name} is {is_one}"
        return document.problem(reference.path, "reference_kind", message)
    return None


def _reference_problems(document: Document) -> Iterator[Problem]:
    declared = _declared(document.data)
    taken: dict[str, Reference] = {}
    for reference in sorted(
        set(find_references(Contract, document.data)),
        key=lambda each: [str(part).zfill(9) for part in each.path],
    ):
        problem = _reference_problem(document, reference, declared)
        if problem is not None:
            yield problem
        if reference.needs == "credit":
            if reference.name in taken:
                message = f"credit {reference.name} is taken twice; each amount is taken by at most one limit"
                yield document.problem(reference.path, "taken_twice", message)
            taken[reference.name] = reference


def _currencies(document: Document) -> Iterator[Problem]:
    """Yield each amount that is not in the contract's currency, whatever else is wrong with its clause."""
    top = _mapping(document.data)
    currency = top.get("currency")
    if not isinstance(currency, str) or not is_currency(currency):
        return
    for position, clause in enumerate(map(_mapping, _items(top.get("clauses")))):
        path: Path = ("clauses", position)
        found = [((*path, name), clause.get(name)) for name in ("amount", "at_most", "rate")]
        bands = enumerate(map(_mapping, _items(_mapping(clause.get("rate")).get("bands"))))
        found += [((*path, "rate", "bands", number, "is"), band.get("is")) for number, band in bands]
        for place, amount in found:
            code = amount.partition(" ")[0] if isinstance(amount, str) else currency
            if code != currency and is_currency(code):
                message = f"the contract is in {currency}, and this amount in {code}"
                yield document.problem(place, "currency_mismatch", message)


def _duplicate_refs(document: Document) -> Iterator[Problem]:
    top = _mapping(document.data)
    for table in ("clauses", "services"):
        seen: set[str] = set()
        for position, raw in enumerate(_items(top.get(table))):
            ref = _mapping(raw).get("ref")
            if isinstance(ref, str) and ref in seen:
                yield document.problem(
                    (table, position, "ref"),
                    "duplicate_ref",
                    f"the ref {shown(ref)} is used twice; each needs its own",
                )
            seen.add(str(ref))


def _refuse_mapping(document: Document) -> None:
    """Refuse a mapping that is given in place of a contract: its fields would each be a problem."""
    schema = _mapping(document.data).get("schema")
    if isinstance(schema, str) and schema.startswith(MAPPING_SCHEMA):
        raise DocumentError([document.problem(("schema",), "unknown_word", "this is a mapping, not a contract")])


def contract_from_document(document: Document) -> Contract:
    """
    Return the contract that *document* holds.

    Each clause is validated by itself, and references are looked up in the raw document, so that one fault
    hides no other.

    Raises:
        DocumentError: with every problem, in the order of their places.
    """
    _refuse_mapping(document)
    problems = [
        *islice(_reference_problems(document), MOST_PROBLEMS),
        *islice(_duplicate_refs(document), MOST_PROBLEMS),
        *islice(_currencies(document), MOST_PROBLEMS),
    ]
    try:
        contract = Contract.model_validate(document.data)
    except ValidationError as errors:
        found = problems_of(errors, document, Contract)
        known = {problem.code for problem in problems}
        if "reference_kind" in known:
            known.add("circular_reference")  # a clause that refers to itself, said already
        problems.extend(problem for problem in found if problem.path or problem.code not in known)
        raise DocumentError(problems) from None
    problems.extend(document.problem(path, code, message) for path, code, message in cross_problems(contract))
    if problems:
        raise DocumentError(problems)
    return contract
