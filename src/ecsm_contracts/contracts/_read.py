"""From a raw document to a contract: every problem at once, each with its place."""

from __future__ import annotations

from datetime import date
from functools import partial
from itertools import islice
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from ecsm_contracts._model import Model
from ecsm_contracts.clauses import clause_class
from ecsm_contracts.contracts._contract import Contract
from ecsm_contracts.contracts._cross import cross_problems
from ecsm_contracts.contracts._document import Document
from ecsm_contracts.contracts._presets import expand_presets
from ecsm_contracts.contracts._problems import MOST_PROBLEMS, problems_of
from ecsm_contracts.contracts._references import Reference, find_references, satisfies
from ecsm_contracts.contracts._version_documents import VersionDocument, found_in, versions_of
from ecsm_contracts.errors import DocumentError, InvalidValue, did_you_mean, shown
from ecsm_contracts.money import is_currency

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from ecsm_contracts.contracts._amend import Versions
    from ecsm_contracts.contracts._document import Path
    from ecsm_contracts.errors import Problem

__all__ = ["amended", "contract_from_document"]

_ARTICLE = {
    "level": "a level",
    "credit": "a credit",
    "charge": "a charge",
    "amount": "a charge or basis",
    "money": "a credit",
    "basis": "a basis",
    "bonus": "a bonus",
    "combine": "a combined amount",
    "earn_back": "a return",
    "trigger": "a trigger",
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


def _ref_of(raw: Mapping[str, Any]) -> str:
    """Return the ref of a raw part; an empty text, which nothing refers to, where that is no text."""
    ref = raw.get("ref")
    return ref if isinstance(ref, str) else ""


def _declared(data: object) -> dict[str, dict[str, str | None]]:
    """
    Return the names that a raw contract declares, for each sort of part.

    Each name is given with what its part yields, None where that is not known.
    """
    top = _mapping(data)
    clauses: dict[str, str | None] = {}
    for raw in map(_mapping, _items(top.get("clauses"))):
        found = clause_class(raw.get("kind"))
        clauses[_ref_of(raw)] = found.yields if found else None
    return {
        "clause": clauses,
        "calendar": dict.fromkeys(_mapping(top.get("calendars")), "calendar"),
        "holidays": dict.fromkeys(_mapping(top.get("holidays")), "holidays"),
        "service": {_ref_of(_mapping(raw)): "service" for raw in _items(top.get("services"))},
    }


def _reference_problem(
    document: Document, reference: Reference, declared: Mapping[str, Mapping[str, str | None]]
) -> Problem | None:
    names = declared.get(reference.needs, declared["clause"])
    if reference.name not in names:
        sort = reference.needs if reference.needs in declared else "clause"
        fitting = [name for name, yields in names.items() if satisfies(yields, reference.needs)]
        hint = did_you_mean(reference.name, fitting) or (
            f"; there is {', '.join(sorted(fitting)[:MOST_NAMES])}" if fitting else ""
        )
        return document.problem(
            reference.path, "dangling_reference", f"there is no {_SORT.get(sort, sort)} {shown(reference.name)}{hint}"
        )
    yields = names[reference.name]
    if not satisfies(yields, reference.needs):
        wanted, is_one = _ARTICLE[reference.needs], _ARTICLE[str(yields)]
        message = f"{wanted} is needed here, and clause {reference.name} is {is_one}"
        return document.problem(reference.path, "reference_kind", message)
    return None


def _reference_problems(document: Document) -> Iterator[Problem]:
    """Yield what is wrong with the references of a contract, which has no amendments here."""
    declared = _declared(document.data)
    taken: dict[str, Reference] = {}
    for reference in sorted(
        set(find_references(Contract, document.data)),
        key=lambda each: [str(part).zfill(9) for part in each.path],
    ):
        problem = _reference_problem(document, reference, declared)
        if problem is not None:
            yield problem
        if reference.takes:
            if reference.name in taken:
                message = f"credit {reference.name} is taken twice; each amount is taken by at most one limit"
                yield document.problem(reference.path, "taken_twice", message)
            taken[reference.name] = reference


_EXCHANGED = frozenset({"bonus", "charge", "service_credit"})
"""The kinds of clause whose amounts may be in another currency, with a rate of exchange."""


def _currencies(document: Document) -> Iterator[Problem]:
    """Yield each amount that is not in the contract's currency, whatever else is wrong with its clause."""
    top = _mapping(document.data)
    currency = top.get("currency")
    if not isinstance(currency, str) or not is_currency(currency):
        return
    for position, clause in enumerate(map(_mapping, _items(top.get("clauses")))):
        path: Path = ("clauses", position)
        if "exchange" in clause and clause.get("kind") in _EXCHANGED:
            continue
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
            seen.add(_ref_of(_mapping(raw)))


def _refuse_mapping(document: Document) -> None:
    """Refuse a mapping that is given in place of a contract: its fields would each be a problem."""
    schema = _mapping(document.data).get("schema")
    if isinstance(schema, str) and schema.startswith(MAPPING_SCHEMA):
        raise DocumentError([document.problem(("schema",), "unknown_word", "this is a mapping, not a contract")])


def contract_from_document(document: Document) -> Contract:
    """
    Return the contract that *document* holds.

    Each clause is validated by itself, and references are looked up in the raw document, so that one fault
    hides no other. Where there are amendments, each version is looked at in the same way; what is wrong only there
    stands at the amendment that makes it so.

    Raises:
        DocumentError: with every problem, in the order of their places.
    """
    _refuse_mapping(document)
    document = expand_presets(document)
    versions = versions_of(document)
    problems = found_in(document, versions, _raw_problems)
    problems += [document.problem(*fault) for version in versions for fault in version.stage.faults]
    try:
        contract = Contract.model_validate(document.data)
    except ValidationError as errors:
        found = problems_of(errors, document, Contract)
        known = {problem.code for problem in problems}
        if "reference_kind" in known:
            known.add("circular_reference")  # a clause that refers to itself, said already
        whole = [problem for problem in found if not problem.path and problem.code not in known]
        if len(whole) == len(found) and len(versions) > 1:
            whole = [each for each in found_in(document, versions, _model_problems) if each.code not in known] or whole
        problems.extend([*(problem for problem in found if problem.path), *whole])
        raise DocumentError(problems) from None
    problems.extend(found_in(document, versions, partial(_cross_problems, contract)))
    if problems:
        raise DocumentError(problems)
    return contract


def _raw_problems(version: Document) -> Iterator[Problem]:
    for sort in (_reference_problems, _duplicate_refs, _currencies):
        yield from islice(sort(version), MOST_PROBLEMS)


def _model_problems(version: Document) -> Iterator[Problem]:
    try:
        Contract.model_validate(version.data)
    except ValidationError as errors:
        yield from problems_of(errors, version, Contract)


def _cross_problems(contract: Contract, version: VersionDocument) -> Iterator[Problem]:
    if not contract.amendments:
        made = contract
    else:
        by_day = {str(start): each for start, each in contract.versions_by_day()}
        made = by_day.get(str(version.stage.start)) or Contract.model_validate(version.data)
    return (version.problem(path, code, message) for path, code, message in cross_problems(made))


def amended(
    contract: Contract, amendment: Mapping[str, Any], versions: Mapping[str, Any] | Versions | None = None
) -> Contract:
    """
    Return *contract* with one more *amendment*, given as data in which models may stand.

    Raises:
        DocumentError: with every problem of the amendment, or of the versions that it makes.
        InvalidValue: rule "versions_fixed", when the contract says otherwise by which *versions* what is judged.
    """
    data = contract.to_data()
    if versions is not None:
        declared = _plain(versions)
        if data.setdefault("versions", declared) != declared:
            message = "the contract says by which version what is judged; an amendment does not change it"
            raise InvalidValue(message, rule="versions_fixed", value=versions)
    data["amendments"] = [*data.get("amendments", ()), _plain(amendment)]
    return contract_from_document(Document.of(data, contract.ref))


def _plain(value: Any) -> Any:
    """Return *value* as a document holds it: models as their data, dates as texts."""
    if isinstance(value, Model):
        return value.to_data()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, dict):
        return {key: _plain(each) for key, each in value.items()}
    return [_plain(each) for each in value] if isinstance(value, (list, tuple)) else value
