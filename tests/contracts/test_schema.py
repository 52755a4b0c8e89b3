"""The published schema: what an editor and another program make of a contract, without this library.

The checks of completion, hover and errors walk the schema as a language server does. They were compared with
yaml-language-server 1.25.0, which gave the same on `examples/acme.yaml`.
"""

from __future__ import annotations

import copy
import json
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import ecsm_contracts as ec
from ecsm_contracts.adapters import read_document
from ecsm_contracts.clauses import clause_class, clause_kinds
from ecsm_contracts.testing import contract_documents

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

EXAMPLES = Path(__file__).parents[2] / "examples"
CONTRACTS = [path for path in sorted(EXAMPLES.rglob("*.yaml")) if "ecsm.contract/" in path.read_text("utf-8")]
OWN_KINDS = [kind for kind in clause_kinds() if "." not in kind]


@cache
def schema() -> dict[str, Any]:
    """The schema."""
    return ec.contract_schema()


@cache
def validator() -> jsonschema.Draft202012Validator:
    """The schema, ready to be asked."""
    return jsonschema.Draft202012Validator(schema())


def acme() -> dict[str, Any]:
    """The example as plain data."""
    data = read_document(EXAMPLES / "acme.yaml").data
    assert isinstance(data, dict)
    return copy.deepcopy(data)


def faults(data: object) -> list[tuple[str, str]]:
    """Path and keyword of each fault that the schema finds, those inside of alternatives left out."""
    found = [(".".join(map(str, each.absolute_path)), str(each.validator)) for each in validator().iter_errors(data)]
    return sorted(found)


def steps(path: str) -> list[str | int]:
    """The steps of a dotted path."""
    return [int(step) if step.isdecimal() else step for step in path.split(".")]


def at(data: Any, path: Iterable[str | int]) -> Any:
    """What stands at *path*."""
    for step in path:
        data = data[step]
    return data


def resolved(part: dict[str, Any]) -> dict[str, Any]:
    """The schema that a reference leads to."""
    found: dict[str, Any] = schema()["$defs"][part["$ref"].removeprefix("#/$defs/")] if "$ref" in part else part
    return found


def offered(part: dict[str, Any], data: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """The fields that an editor offers in a mapping that holds *data* already, each with its schema."""
    part = resolved(part)
    fields = dict(part.get("properties", {}))
    for each in part.get("allOf", ()):
        if jsonschema.Draft202012Validator(each["if"]).is_valid(data):
            fields |= offered(each["then"], data)
    return fields


def objects(part: object, path: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    """Every schema of a mapping with fields, by its path in the schema; conditions are not asked for fields."""
    if isinstance(part, dict):
        if isinstance(part.get("properties"), dict):
            yield path, part
        for name, each in part.items():
            if name != "if":
                yield from objects(each, f"{path}/{name}")
    elif isinstance(part, list):
        for number, each in enumerate(part):
            yield from objects(each, f"{path}/{number}")


def test_the_schema_is_a_schema() -> None:
    """It is valid by the metaschema of draft 2020-12, and says that it is of that draft."""
    jsonschema.Draft202012Validator.check_schema(schema())
    assert schema()["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert json.loads(json.dumps(schema())) == schema()


def test_every_field_is_explained() -> None:
    """Whatever field an editor points at, there is a text for it, and no example of Python in it."""
    mute = [
        f"{path}.{name}"
        for path, part in objects(schema())
        for name, field in part["properties"].items()
        if not field.get("description")
    ]
    assert mute == []
    texts = [field["description"] for _, part in objects(schema()) for field in part["properties"].values()]
    assert [text for text in texts if ">>>" in text or "``" in text] == []


def test_every_mapping_is_closed() -> None:
    """A field that nobody knows is refused everywhere; names are free where a table of names stands."""
    for path, part in objects(schema()):
        chooser = "allOf" in part and {"kind", "preset"} & set(part["properties"])
        assert chooser or part.get("additionalProperties", True) is not True, path


@pytest.mark.parametrize("kind", OWN_KINDS)
def test_completion_offers_the_fields_of_the_kind(kind: str) -> None:
    """Once the kind of a clause is written, exactly its fields are offered, each with its words where it has some."""
    items = schema()["properties"]["clauses"]["items"]
    cls = clause_class(kind)
    assert cls is not None
    fields = offered(items, {"ref": "9", "kind": kind})
    assert set(fields) == {field.alias or name for name, field in cls.model_fields.items()}
    assert {"ref", "kind", "title"} <= set(offered(items, {}))
    assert [each for each in resolved(items)["properties"]["kind"]["enum"] if "." not in each] == OWN_KINDS


def test_completion_offers_the_fields_of_a_measure_and_its_words() -> None:
    """Inside of a level the same holds for its measure."""
    level = offered(schema()["properties"]["clauses"]["items"], {"kind": "service_level"})
    assert "availability" in offered(level["measure"], {})["kind"]["enum"]
    assert {"hours", "kind"} <= set(offered(level["measure"], {"kind": "availability"}))
    assert "within" not in offered(level["measure"], {"kind": "availability"})
    attainment = offered(level["measure"], {"kind": "attainment"})
    assert set(attainment["population"]["enum"]) == {"due", "opened", "resolved", "closed", "active"}


@pytest.mark.parametrize(
    ("path", "old", "new"),
    [
        ("clauses.7", "window", "windw"),
        ("clauses.7", "kind", "knd"),
        ("clauses.7.kind", None, "limti"),
        ("clauses.5.per", None, "levl"),
        ("clauses.2.measure", "population", "popul"),
        ("clauses.2.measure.kind", None, "attainmnt"),
        ("agreement", None, "slaa"),
        ("settlement.rounding", "mode", "mod"),
        ("clauses.0.amount", None, 20000),
        ("clauses.0.amount", None, "20000.00"),
    ],
)
def test_an_error_is_shown_where_it_is_and_nowhere_else(path: str, old: str | None, new: str) -> None:
    """A wrong word or field in one clause gives errors at that place only, and none about the kinds it is not."""
    data = acme()
    if old is None:
        *above, field = steps(path)
        at(data, above)[field] = new
        expected = {"enum", "pattern", "type", "anyOf", "oneOf"}
    else:
        mapping = at(data, steps(path))
        mapping[new] = mapping.pop(old)
        expected = {"additionalProperties", "required"}
    found = faults(data)
    assert {place for place, _ in found} == {path}
    assert {keyword for _, keyword in found} <= expected


@pytest.mark.sweep
@pytest.mark.parametrize("path", CONTRACTS, ids=lambda path: path.relative_to(EXAMPLES).as_posix())
def test_every_example_is_valid(path: Path) -> None:
    """Each contract among the examples is valid as it is written and as it is expanded."""
    assert faults(read_document(path).data) == []
    assert faults(ec.read_contract(path).to_data()) == []


@pytest.mark.sweep
@settings(max_examples=20)
@given(contract_documents())
def test_what_the_library_reads_the_schema_accepts(document: dict[str, Any]) -> None:
    """Every document that reads is valid, as it is written and with every default written out."""
    assert faults(document) == []
    assert faults(ec.parse_contract(json.dumps(document), form="json").to_data()) == []


def places(data: object, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """The path of every mapping in *data*."""
    if isinstance(data, dict):
        yield path
    parts = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    for name, each in parts:
        yield from places(each, (*path, name))


WORDS = {
    *("kind", "agreement", "per", "window", "excess", "treatment", "denominator", "population", "reopened", "attempt"),
    *("changed", "part", "mode", "at", "tax", "instrument", "entitlement", "cycle", "schema", "by"),
}
"""Fields that hold one of a few words."""


@pytest.mark.sweep
@settings(max_examples=40)
@given(contract_documents(), st.data())
def test_a_structural_fault_is_refused_by_both(document: dict[str, Any], data: st.DataObject) -> None:
    """A field that is not there, and a word that is none, are found by the schema and by the library."""
    broken = ec.parse_contract(json.dumps(document), form="json").to_data()
    spot = at(broken, data.draw(st.sampled_from(list(places(broken)))))
    words = sorted(WORDS & {name for name, value in spot.items() if isinstance(value, str)})
    deed = data.draw(st.sampled_from(["", *words]))
    spot[deed or "zzz"] = "zzz" if deed else 5
    assert faults(broken) != []
    with pytest.raises(ec.DocumentError):
        ec.parse_contract(json.dumps(broken), form="json")
