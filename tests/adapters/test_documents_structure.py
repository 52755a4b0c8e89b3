"""Contracts with nodes put in, taken out and swapped: whatever stands where, the answer is one of this library's."""

from __future__ import annotations

import copy
import json
import time
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import ecsm_contracts as ec
from ecsm_contracts.adapters import parse_document, read_document
from ecsm_contracts.contracts import Document, contract_from_document
from ecsm_contracts.errors import EcsmError
from ecsm_contracts.testing import contract_documents

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ecsm_contracts.contracts import Raw

EXAMPLES = Path(__file__).parents[2] / "examples"
FEW, MANY = 250, 10_000
SOON = 5.0
"""Seconds that no single document takes, on a busy machine."""


def nested(depth: int, *, mappings: bool) -> Any:
    """A list in a list in a list, or a mapping in a mapping."""
    found: Any = "x"
    for _ in range(depth):
        found = {"bands": found} if mappings else [found]
    return found


NUMBERS = [0, 1, -1, 2, 10**17, -(10**18) + 1, 10**18, 10**4000, True, False, None]
TEXTS = [
    *("", " ", "x", "-", "0", "1", "NaN", "Infinity", "-0", "1e999", "\x00", "\x1b[31m", "\ud800", "\u202e", "é" * 200),
    *("x" * 201, "x" * 100_001, "9" * 5000, "1" * 400 + "%", "EUR " + "9" * 400, "a.b", "4.2", "otherwise", "none"),
    *("0001-01-01", "9999-12-31", "2026-02-30", "2026-01-01T00:00:00Z", "0-0", "9999-9999", "1-9999", "2026-2026"),
    *("0s", "999999999999h", "PT" + "9" * 30 + "H", "-PT1H", "P1D", "1h" * 5000, "PT0.0000001S"),
    *(
        "0%",
        "100%",
        "1000000%",
        "-1%",
        "0.0000000001%",
        "EUR 0",
        "EUR -0.00",
        "JPY 0.1",
        "XXX 1",
        "EUR 999999999999999.99",
    ),
    *("always", "closed", "Mon-Sun 00:00-24:00", "Mon 24:00-24:00", "Mon-Fri " + "08:00-09:00 " * 3000, "Mon 1:1-2:2"),
    *(
        "Etc/GMT+5",
        "UTC",
        "../x",
        "Europe/",
        "desk",
        "3.1",
        "4.1",
        "sha256:" + "0" * 64,
        "acme.goodwill",
        "charge",
        "limit",
    ),
]
NESTS = [
    *(
        [],
        {},
        [[]],
        [{}],
        {"": ""},
        {"kind": []},
        {"kind": {}},
        {"by": "priority"},
        {"bands": []},
        {"misses_at_most": 10**30},
    ),
    *(nested(31, mappings=False), nested(31, mappings=True), nested(90, mappings=False), nested(90, mappings=True)),
    *(
        ["x"] * 5000,
        [["x"] * 100] * 100,
        {f"k{n}": n for n in range(5000)},
        ["4.1"] * 300,
        {"\ud800": 1},
        {"x" * 5000: {}},
    ),
]
FOREIGN = [
    1.5,
    float("nan"),
    float("inf"),
    b"bytes",
    ("a", "b"),
    {1: 2},
    {None: {}},
    {("a",): 1},
    {1, 2},
    object(),
    range(9),
]
"""What no document holds, and a program may hand over."""


@cache
def examples() -> tuple[dict[str, Any], ...]:
    """Two contracts among the examples, as they are written and as they are expanded; they are small."""
    found = [EXAMPLES / "acme.yaml", EXAMPLES / "first_light" / "contract.yaml"]
    written = [read_document(path).data for path in found]
    expanded = [ec.read_contract(path).to_data() for path in found]
    return tuple(each for each in (*written, *expanded) if isinstance(each, dict))


def spots(data: Any) -> Iterator[tuple[Any, Any]]:
    """Each place in *data* that holds something: its container, and its key or position."""
    for key in list(data) if isinstance(data, dict) else range(len(data)) if isinstance(data, list) else ():
        yield data, key
        yield from spots(data[key])


@st.composite
def damaged(draw: st.DrawFn, *, foreign: bool = False) -> dict[str, Any]:
    """Draw an example with one to three of its nodes replaced, taken out, doubled, swapped or renamed."""
    data: dict[str, Any] = copy.deepcopy(draw(st.sampled_from(examples())))
    hostile = st.sampled_from([*NUMBERS, *TEXTS, *NESTS, *(FOREIGN if foreign else [])])
    for _ in range(draw(st.integers(1, 3))):
        found = list(spots(data))
        (where, key), (elsewhere, other) = (found[draw(st.integers(0, len(found) - 1))] for _ in "ab")
        deed = draw(st.sampled_from(["replace", "replace", "replace", "swap", "delete", "double", "rename"]))
        if deed == "delete":
            del where[key]
        elif deed == "double" and isinstance(where, list):
            where.insert(key, copy.deepcopy(where[key]))
        elif deed == "rename" and isinstance(where, dict):
            where[draw(st.sampled_from([*TEXTS, "kind", "ref", "of"]))] = where.pop(key)
        elif deed == "swap":
            where[key], elsewhere[other] = copy.deepcopy(elsewhere[other]), copy.deepcopy(where[key])
        else:
            where[key] = copy.deepcopy(draw(hostile))
    return data


def answer(document: Document) -> ec.Contract | None:
    """Read a document, and ask of the contract whatever can be asked without facts; it is refused, or answers."""
    began = time.perf_counter()
    contract = None
    try:
        contract = contract_from_document(document)
    except ec.DocumentError as error:
        assert error.problems  # noqa: PT017 - either outcome is right
        assert all(str(problem).isprintable() and len(str(problem)) < 3000 for problem in error.problems)  # noqa: PT017
    else:
        assert contract.digest().startswith("sha256:")
        assert all(str(finding) for finding in contract.check())
        assert repr(contract)
        assert len(contract.order) == len(contract.clauses)
        assert isinstance(hash(contract), int)
    assert time.perf_counter() - began < SOON
    return contract


def check_data(data: dict[str, Any]) -> None:
    """Read data as it is; what is accepted is written, and read back as the same."""
    contract = answer(Document.of(data))
    if contract is not None:
        assert ec.parse_contract(ec.contract_text(contract)) == contract


def check_text(data: dict[str, Any]) -> None:
    """Read data as it is, and as the JSON that it would be; both give the same answer."""
    check_data(data)
    try:
        document = parse_document(json.dumps(data), name="x", form="json")
    except EcsmError:
        return
    assert answer(document) == answer(Document.of(data))


@settings(max_examples=FEW)
@given(damaged())
def test_a_contract_with_strange_nodes_is_read_or_refused(data: dict[str, Any]) -> None:
    """A valid contract with hostile values in it is refused by a `DocumentError`, or is a contract like any other."""
    check_data(data)


@settings(max_examples=FEW // 3)
@given(damaged(foreign=True))
def test_what_no_document_holds_is_refused_too(data: dict[str, Any]) -> None:
    """Floats, bytes, sets and other objects of Python, where a program hands them over, are refused as well."""
    answer(Document.of(data))


@pytest.mark.deep
@settings(max_examples=MANY)
@given(damaged())
def test_many_contracts_with_strange_nodes_are_read_or_refused(data: dict[str, Any]) -> None:
    """The same, for many more."""
    check_text(data)


@pytest.mark.deep
@settings(max_examples=MANY // 20)
@given(contract_documents(), st.data())
def test_generated_contracts_with_strange_nodes_are_read_or_refused(
    document: dict[str, Any], data: st.DataObject
) -> None:
    """The same, for contracts of every shape that can be drawn."""
    found = list(spots(document))
    where, key = found[data.draw(st.integers(0, len(found) - 1))]
    where[key] = copy.deepcopy(data.draw(st.sampled_from([*NUMBERS, *TEXTS, *NESTS])))
    check_text(document)


@pytest.mark.deep
@pytest.mark.parametrize(
    "value", [*NUMBERS, *TEXTS, *NESTS, *FOREIGN], ids=range(len([*NUMBERS, *TEXTS, *NESTS, *FOREIGN]))
)
def test_each_strange_value_is_refused_in_every_field_of_a_clause(value: Raw) -> None:
    """Every hostile value, in each field of each clause of the example in turn, is refused or read."""
    whole: Any = read_document(EXAMPLES / "acme.yaml").data
    for number in range(len(whole["clauses"])):
        for key in whole["clauses"][number]:
            data = copy.deepcopy(whole)
            data["clauses"][number][key] = value
            answer(Document.of(data))
