"""A contract in plain words: nothing that changes money or an outcome is left unsaid."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any, ClassVar, Literal

import pytest
from hypothesis import given

import ecsm_contracts as ec
from ecsm_contracts._model import Model, canonical_json
from ecsm_contracts.calendars import HolidaySet, SpecialDay
from ecsm_contracts.clauses import (
    Clause,
    Context,
    Rounding,
    ServiceLevel,
    Yields,
    clause_class,
    clause_kinds,
)
from ecsm_contracts.contracts import Amendment, CalendarTerms, Contract, Parties, Service, Term
from ecsm_contracts.contracts._plain import _KINDS, _clause
from ecsm_contracts.contracts._plain_book import Book
from ecsm_contracts.contracts._plain_measures import _TELL
from ecsm_contracts.errors import UnknownReference
from ecsm_contracts.figures import Figure
from ecsm_contracts.measures import MeasureBase, Target
from ecsm_contracts.money import Money
from ecsm_contracts.testing import contracts
from tests.contracts.plain_documents import DOCUMENTS
from tests.contracts.plain_levels import FEE, LEVELS, document
from tests.contracts.plain_mutants import LEFT_OUT, Field, changed, fields_of, models, mutants, owner, read

EXAMPLES = Path(__file__).parents[2] / "examples"
ACME = ec.read_contract(EXAMPLES / "acme.yaml")
SAME_MEANING = {
    ("Edged", "from"): "the edge of the band before, printed again",
    ("Amendment", "remove"): "the order of what falls away",
}
"""Fields whose change changes a document and no meaning."""
TIED = {
    **{(name, "by"): "one word" for name in ("ByPriority", "HoursByPriority", "ByDate", "RateByRole", "WeightByRole")},
    ("LevelsTogether", "take"): "a target goes with one of its words only",
    ("DeclaredFigure", "gives"): "the target has its unit",
}
"""Fields that do not change alone."""


@cache
def read_all() -> tuple[ec.Contract, ...]:
    """The made-up contracts, and those of the examples."""
    paths = sorted(EXAMPLES.glob("contracts/*/contract.yaml"))
    made_up = (ec.parse_contract(json.dumps(each)) for each in DOCUMENTS)
    return (*made_up, ACME, *map(ec.read_contract, paths))


def clauses_once() -> Iterator[tuple[Book, Clause]]:
    """Every clause of the contracts, each once."""
    seen = set()
    for contract in read_all():
        for clause in contract.clauses:
            if (key := canonical_json(clause.to_data())) not in seen:
                seen.add(key)
                yield Book(contract), clause


def changed_clauses(clause: Clause) -> Iterator[tuple[tuple[Field, ...], Clause]]:
    """Every valid clause that differs from *clause* in one leaf, and in what it says."""
    data = clause.to_data()
    for path, value in mutants(data):
        try:
            other = type(clause).model_validate(changed(data, path, value))
        except (ValueError, ec.EcsmError):
            continue
        if other.to_data() != data:
            yield fields_of(clause, path), other


@cache
def told_by_clauses() -> tuple[frozenset[Field], tuple[object, ...], int]:
    """The fields whose change changes the text of a clause, the changes that do not, and how many there were."""
    seen: set[Field] = set()
    mute: list[object] = []
    count = 0
    for book, clause in clauses_once():
        text = _clause(book, clause)
        for fields, other in changed_clauses(clause):
            try:
                now = _clause(book, other)
            except (UnknownReference, KeyError, StopIteration):
                continue  # it names what is not in the contract
            count += 1
            if now != text:
                seen.update(fields)
            elif fields[-1] not in SAME_MEANING:
                mute.append((fields[-1], clause.ref, other.to_data()))
    return frozenset(seen), tuple(mute), count


def test_no_field_of_a_clause_is_mute() -> None:
    """Two clauses that differ in one leaf, and in meaning, never have the same text."""
    _, mute, count = told_by_clauses()
    assert mute == ()
    assert count > 5000


def told_by_contracts(most: int) -> Counter[Field]:
    """How often another text came of a change of each field outside of the clauses, each tried so often at the most."""
    tried: Counter[Field] = Counter()
    told: Counter[Field] = Counter()
    for contract in read_all()[3:6]:
        data, text, digest = contract.to_data(), contract.plain(), contract.digest()
        for days in data["holidays"].values():
            del days["digest"]  # it would refuse other days
        for path, value in mutants(data):
            fields = fields_of(contract, path)
            if (
                "clauses" in path
                or fields[-1] in SAME_MEANING
                or tried[fields[-1]] >= 6 * most
                or told[fields[-1]] >= most
            ):
                continue
            tried[fields[-1]] += 1
            other = read(changed(data, path, value))
            if other is not None and other.digest() != digest:
                assert other.plain() != text, (path, "left out" if value is LEFT_OUT else value)
                told.update(fields)
    return told


def test_no_field_of_a_contract_is_mute() -> None:
    """Two contracts that differ in one leaf outside of their clauses never have the same text."""
    told = told_by_contracts(2)
    alone = {
        "schema",
        "amendments",
        "clauses",
        "versions",
        "agreement",
        "at",
        "digest",
        "from",
        "remove",
    }
    alone.add("currency")  # it is that of every amount
    for model in (
        Contract,
        Amendment,
        CalendarTerms,
        HolidaySet,
        Parties,
        Service,
        Rounding,
        Term,
        SpecialDay,
    ):
        fields = {field.alias or name for name, field in model.model_fields.items()}
        assert {name for name in fields - alone if not told[model.__name__, name]} == set()


@pytest.mark.deep
def test_no_field_of_a_contract_is_ever_mute() -> None:
    """The same, of every change there is."""
    assert told_by_contracts(10_000).total() > 500


def in_clauses() -> Iterator[type[Model]]:
    """The models of the library that can stand in a clause."""
    for model in dict.fromkeys(models()):
        inside = model.__module__.startswith(("ecsm_contracts.clauses", "ecsm_contracts.measures"))
        if inside and any(type(part) is model for contract in read_all() for part in parts_of(contract)):
            yield model


@cache
def parts_of(contract: ec.Contract) -> tuple[Model, ...]:
    """Every model inside the clauses of *contract*."""

    def walk(value: object) -> Iterator[Model]:
        if isinstance(value, Model):
            yield value
            for name in type(value).model_fields:
                yield from walk(getattr(value, name))
            for extra in (value.__pydantic_extra__ or {}).values():
                yield from walk(extra)
        elif isinstance(value, tuple):
            for each in value:
                yield from walk(each)

    return tuple(walk(contract.clauses))


def test_every_field_was_tried() -> None:
    """The contracts that are changed use every field of every kind, measure and shape: none escapes the test above."""
    seen, _, _ = told_by_clauses()
    fields = {
        (owner(model, name), field.alias or name)
        for model in in_clauses()
        for name, field in model.model_fields.items()
    }
    assert {each for each in fields - seen - TIED.keys() - SAME_MEANING.keys() if each[1] != "kind"} == set()


def test_every_kind_and_every_measure_is_told() -> None:
    """Each kind of clause of the library, and each measure, has its own words, and stands in the contracts tried."""
    kinds = {clause_class(kind) for kind in clause_kinds() if "." not in kind}
    assert kinds == set(_KINDS)
    assert {type(each) for contract in read_all() for each in contract.clauses} == kinds
    tried = {type(each.measure) for _, each in clauses_once() if isinstance(each, ServiceLevel)}
    assert tried == set(_TELL)
    assert all(issubclass(measure, MeasureBase) for measure in _TELL)


@given(contract=contracts())
def test_every_valid_contract_can_be_told(contract: ec.Contract) -> None:
    """Any contract has a text, and each of its clauses one that stands in it."""
    text = contract.plain()
    assert all(contract.plain(clause.ref).strip() in text for clause in contract.clauses)


@pytest.mark.parametrize("agreement", ["sla", "ola", "underpinning"])
def test_names_are_no_markup(agreement: str) -> None:
    """Whatever a contract is called, no name becomes Markdown, HTML or a line of its own."""
    evil = "<img src=x> **b** [l](http://x) `c` | # _e_"
    data = document(
        {**FEE, "title": evil},
        {**LEVELS[0], "scope": {"type": evil}},
        agreement=agreement,
        title=evil,
        parties={"provider": evil, "customer": evil},
        services=[{"ref": "desk", "title": evil, "outcome": evil, "hours": "desk", "channels": [evil]}],
    )
    text = Contract.model_validate(data).plain()
    assert "<" not in text
    assert not re.search(r"(?<!\\)[`|_]", text)
    assert not re.search(r"(?<!\\)\[", text)


def test_we_and_you_are_said() -> None:
    """In an agreement with a customer "we" and "you" are defined before they are used; others name both parties."""
    told, named = read_all()[1].plain(), read_all()[2].plain()
    assert told.index("“we” are the provider, Northwind Support") < told.index("We ")
    assert not re.search(r"\b([Ww]e|[Yy]ou|us|our|your)\b", named)
    assert "Acme Ltd pays EUR 20,000.00 for each month." in named


def test_an_amendment_is_told_from_its_day() -> None:
    """A clause that an amendment changes or takes away says so from the day on which that holds."""
    amended = read_all()[3]
    assert "From 1 July 2026:\n\n**4.1 Swift answers.**" in amended.plain("4.1")
    assert "From 1 January 2027:\n\nThis clause falls away." in amended.plain("10.4")
    assert amended.plain("3.2").startswith("From 1 January 2027:\n\n**3.2 Fee.** It was clause 3.1 before.")
    assert "Clause 10.4 falls away." in amended.plain()


def test_a_clause_that_is_not_there() -> None:
    """A number that no version has is an error that names the close one."""
    with pytest.raises(UnknownReference, match="did you mean"):
        ACME.plain("4.55")


class Goodwill(Clause):
    """A clause as another package brings it; not registered, so that no other test meets it."""

    yields: ClassVar[Yields] = "trigger"
    kind: Literal["acme.goodwill"] = "acme.goodwill"
    free: int
    amount: Money
    steps: tuple[Target, ...]

    def settle(self, context: Context) -> Figure[Any]:
        """Nobody asks."""
        raise NotImplementedError


def test_a_clause_of_another_package_is_told_by_its_fields() -> None:
    """Its kind, its title, and each of its fields, with names and texts as no markup."""
    data = {"ref": "9", "title": "*Sorry*", "free": 2, "amount": "EUR 5.00", "steps": [{"at_least": "95%"}]}
    text = _clause(Book(ACME), Goodwill.model_validate(data))
    assert text.startswith(
        "**9 \\*Sorry\\*.** This clause is of the kind “acme.goodwill”, which another package brings."
    )
    assert text.endswith("- free: 2\n- amount: EUR 5.00\n- steps, 1, at\\_least: 95%")


@pytest.mark.parametrize(
    ("ref", "text"),
    [
        ("3.1", "**3.1 Monthly fee.** You pay EUR 20,000.00 for each month.\n"),
        (
            "4.5",
            (
                "**4.5 Credit for late resolutions.** For each month in which clause 4.2 (Incidents are resolved in "
                "time) is missed, we credit you 5 % of clause 3.1 (Monthly fee).\n"
            ),
        ),
        (
            "5.1",
            (
                "**5.1 Planned maintenance.** What is set aside is time of which notice is given, for planned "
                "maintenance. Time set aside does not count for clause 4.3 (Mail is up). Where a share of time is "
                "promised, the time taken out does not count as time at all.\n"
            ),
        ),
    ],
)
def test_clauses_read_so(ref: str, text: str) -> None:
    """Clauses of the example, word for word."""
    assert ACME.plain(ref) == text
