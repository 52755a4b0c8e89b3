"""The published schemas of statements, restatements and carries say what is written, and nothing else."""

import copy
import importlib
import json
import sys
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema
import pytest

import ecsm_contracts as ec
from ecsm_contracts.cli import main
from ecsm_contracts.statements import carry_schema, restatement_schema, statement_schema
from tests.engine.world import JANUARY, acme, incident, january, tickets
from tests.engine.world import statement as acme_statement

LIBRARY = Path(__file__).parents[2] / "examples" / "contracts"
OLD = Path(__file__).parent / "old"
NAMES = sorted(path.parent.name for path in LIBRARY.glob("*/contract.yaml"))
MAKERS: dict[str, Callable[[], dict[str, Any]]] = {
    "statement": statement_schema,
    "restatement": restatement_schema,
    "carry": carry_schema,
}
OPEN = ("counts", "figures", "nodes", "made_by", "calendars", "zones", "kinds")
"""What names its parts by what they are of: any name may stand there."""
OPTIONAL = {"origins", "triggers", "severity", "kinds"}


@cache
def validator(name: str, *, whole: bool = True) -> jsonschema.Draft202012Validator:
    """A program that knows the published schema only; without the terms where it does not have to be *whole*."""
    schema = MAKERS[name]()
    if not whole and "contract" in schema["$defs"]:
        schema["$defs"]["contract"] = {"type": "object"}
    return jsonschema.Draft202012Validator(schema)


def problems(name: str, data: object, *, whole: bool = True) -> list[str]:
    """What is wrong with *data*."""
    return [f"{list(each.absolute_path)}: {each.message}" for each in validator(name, whole=whole).iter_errors(data)]


@cache
def scenarios() -> Any:
    """The script that settles the scenarios of the library of contracts."""
    sys.path.insert(0, str(LIBRARY))
    try:
        return importlib.import_module("scenarios")
    finally:
        sys.path.remove(str(LIBRARY))


@cache
def rich() -> dict[str, Any]:
    """The statement of a month in which there is something of nearly everything."""
    lost = incident(99)
    lost["events"] = lost["events"][1:]
    stray = incident(98) | {"service": "desq"}
    origin = {"ref": "log", "title": "Log of the desk", "assumes": ["Zone: Europe/Rome"], "unrecorded": []}
    facts = january(tickets=[*tickets(), lost, stray], origins=[origin])
    data = ec.evaluate(acme(), facts, period=JANUARY).to_data()
    points = json.loads((OLD / "now" / "points.json").read_text(encoding="utf-8"))
    return data | {name: points[name] for name in ("triggers", "assessments", "carried", "carry")}


@cache
def restated() -> dict[str, Any]:
    """A restatement in which there is something of nearly everything."""
    corrected = ec.evaluate(acme(), january(tickets=tickets()[1:]), period=JANUARY)
    [document] = ec.restate([acme_statement()], [corrected])
    trigger = rich()["triggers"][0]
    return document.to_data() | {"triggers": [{"before": trigger, "after": trigger | {"fired": not trigger["fired"]}}]}


def short(data: dict[str, Any]) -> dict[str, Any]:
    """The document with a few of its nodes, rows and assessments: a schema does not look at what refers to them."""
    nodes = {"nodes": dict(list(data["nodes"].items())[:8])} if "nodes" in data else {}
    lists = ("outcomes", "columns", "tally", "items", "lines")
    return data | nodes | {name: data[name][:2] for name in lists if name in data}


SAMPLES: dict[str, Callable[[], dict[str, Any]]] = {
    "statement": rich,
    "restatement": restated,
    "carry": lambda: rich()["carry"],
}


@pytest.mark.sweep
@pytest.mark.parametrize("name", NAMES)
def test_statements_of_the_library_are_valid(name: str) -> None:
    """For each contract of the library the last statement of its shortest scenario is valid, its terms included."""
    shortest = min(scenarios().read_scenarios(name), key=lambda each: (len(each.expect), len(str(each.facts))))
    made = scenarios().settle(shortest).statements[-1].to_data()
    assert problems("statement", made) == []
    assert problems("carry", made["carry"]) == []


@pytest.mark.deep
@pytest.mark.parametrize("name", NAMES)
def test_every_statement_of_the_library_is_valid(name: str) -> None:
    """Every statement of every scenario is valid, and so is its carry."""
    for scenario in scenarios().read_scenarios(name):
        for each in scenarios().settle(scenario).statements:
            assert problems("statement", each.to_data()) == []
            assert problems("carry", each.carry.to_data()) == []


@pytest.mark.parametrize("name", sorted(SAMPLES))
def test_what_is_written_is_valid(name: str) -> None:
    """A rich document of each kind, of the worked example, is valid."""
    assert problems(name, SAMPLES[name]()) == []


def test_a_table_in_a_file_of_its_own_is_valid(tmp_path: Path) -> None:
    """A statement whose rows are written beside it is valid as it stands in its file."""
    path = tmp_path / "january.json"
    ec.write_statement(acme_statement(), path, detached_above=0)
    data = json.loads(path.read_text(encoding="utf-8"))
    assert isinstance(data["outcomes"], dict)
    assert problems("statement", data, whole=False) == []
    assert problems("statement", data | {"outcomes": data["outcomes"] | {"more": 1}}, whole=False)


def _objects(data: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Yield where an object stands, for each form of place once: the terms are a contract's, and tested there."""
    if isinstance(data, dict):
        yield path
        for key, value in data.items():
            if key != "terms":
                yield from _objects(value, (*path, key))
    elif isinstance(data, list):
        for place, value in enumerate(data):
            yield from _objects(value, (*path, place))


def _shape(data: Any, path: tuple[Any, ...]) -> tuple[Any, ...]:
    found: list[Any] = []
    for key in path:
        is_any = isinstance(key, int) or (found and found[-1] in OPEN)
        found.append("*" if is_any else key)
    return (*found, *sorted(_at(data, path)))


def _at(data: Any, path: tuple[Any, ...]) -> Any:
    for key in path:
        data = data[key]
    return data


def places(data: dict[str, Any]) -> list[tuple[Any, ...]]:
    """Where an object stands in *data*, one for each form of place."""
    return list({_shape(data, path): path for path in _objects(data)}.values())


def changed(data: dict[str, Any], path: tuple[Any, ...], change: Callable[[dict[str, Any]], None]) -> dict[str, Any]:
    """A copy of *data* in which the object at *path* is changed."""
    made: dict[str, Any] = copy.deepcopy({key: value for key, value in data.items() if key != "terms"})
    made |= {"terms": {}} if "terms" in data else {}
    change(_at(made, path))
    return made


@pytest.mark.parametrize("name", sorted(SAMPLES))
def test_a_key_that_is_added_is_not_valid(name: str) -> None:
    """Every object is closed, but for those whose names are of things: there the value is held to its form."""
    data = short(SAMPLES[name]())
    for path in places(data):
        for value in ("more", None):
            bad = changed(data, path, lambda each, value=value: each.update({"!": [value]}))  # type: ignore[misc]
            assert problems(name, bad, whole=False), f"{path}: a key was added, and it is still valid"


@pytest.mark.parametrize("name", sorted(SAMPLES))
def test_a_key_that_is_missing_is_not_valid(name: str) -> None:
    """Every part must be there, but for the few that are left out where there is nothing to say."""
    data = short(SAMPLES[name]())
    for path in places(data):
        if path and path[-1] in OPEN:
            continue
        for key in set(_at(data, path)) - OPTIONAL:
            bad = changed(data, path, lambda each, key=key: each.pop(key))  # type: ignore[misc]
            assert problems(name, bad, whole=False), f"{path}: without {key} it is still valid"


@pytest.mark.parametrize("name", sorted(SAMPLES))
def test_a_part_of_another_type_is_not_valid(name: str) -> None:
    """Every part has its type: a binary fraction stands nowhere, and neither does an object in place of a text."""
    data = short(SAMPLES[name]())
    for path in places(data):
        for key in _at(data, path):
            for value in (0.5, {"!": [1]}):
                bad = changed(data, path, lambda each, key=key, value=value: each.update({key: value}))  # type: ignore[misc]
                if not (key == "terms" and isinstance(value, dict)):
                    assert problems(name, bad, whole=False), f"{path}: with {key}={value} it is still valid"


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("total",), "EUR 1.999,00"),
        (("total",), "1999.00 EUR"),
        (("total",), "EUR 01.00"),
        (("total",), "EUR +1.00"),
        (("period",), "2026-13"),
        (("period",), "2026-01-01"),
        (("period",), "2026-01-01/2026-02-30x"),
        (("status",), "draft"),
        (("seals", "content"), "sha256:abc"),
        (("seals", "content"), "md5:" + "0" * 64),
        (("carry", "ends"), "2026-2-1"),
        (("carry", "ends"), "2026-02-01T00:00:00Z"),
        (("carry", "schema"), "ecsm.carry/1"),
        (("schema",), "ecsm.statement/2"),
        (("assessments", 0, "number"), "0.95"),
        (("assessments", 0, "number"), "1/0"),
        (("assessments", 0, "outcome"), "kept"),
        (("lines", 0, "kind"), "penalty"),
        (("outcomes", 0, 2), "0123456789abcdeg"),
        (("unlisted", 0), ["ticket", "T-1"]),
        (("unlisted", 0), ["ticket", "T-1", "desq", "more"]),
    ],
)
def test_a_text_of_another_form_is_not_valid(path: tuple[Any, ...], value: Any) -> None:
    """Amounts, dates, periods, fractions, digests and words have one form each."""
    *parents, last = path
    assert problems(
        "statement", changed(short(rich()), tuple(parents), lambda each: each.__setitem__(last, value)), whole=False
    )


def _described(schema: Any, path: str = "") -> Iterator[str]:
    """Yield each property and definition that says nothing of what it means."""
    if isinstance(schema, dict):
        for name, part in schema.get("properties", {}).items():
            if "description" not in part:
                yield f"{path}.{name}"
        for key, part in schema.items():
            if key not in {"$defs", "description"}:
                yield from _described(part, f"{path}.{key}")
        for key, part in schema.get("$defs", {}).items():
            if key[0].islower():
                yield from _described(part, f"{path}.{key}")
    elif isinstance(schema, list):
        for part in schema:
            yield from _described(part, path)


@pytest.mark.parametrize("name", sorted(MAKERS))
def test_every_part_is_described(name: str) -> None:
    """Each property has a text, and each definition of ours one too."""
    schema = MAKERS[name]()
    assert list(_described(schema)) == []
    assert [key for key, part in schema["$defs"].items() if key[0].islower() and "description" not in part] == []


@pytest.mark.parametrize("name", sorted(MAKERS))
def test_every_reference_leads_to_a_definition(name: str) -> None:
    """A schema is whole in itself: what it refers to stands in it, and nothing of ours has the name of a contract's."""
    schema = MAKERS[name]()
    text = json.dumps(schema)
    named = {part.split('"')[0] for part in text.split('"#/$defs/')[1:]}
    assert named <= set(schema["$defs"])
    assert '"$id"' not in text
    contract = ec.contract_schema()["$defs"]
    assert {key: part for key, part in schema["$defs"].items() if key in contract} == {
        key: part for key, part in contract.items() if key in schema["$defs"]
    }


@pytest.mark.parametrize("name", ["carry", "restatement"])
def test_a_schema_is_one_itself(name: str) -> None:
    """What is published is a schema of draft 2020-12."""
    jsonschema.Draft202012Validator.check_schema(MAKERS[name]())


def test_the_schema_of_statements_is_one_itself() -> None:
    """So is that of statements, beside the terms, whose schema is tested as what contracts are written by."""
    schema = statement_schema()
    schema["$defs"] = {key: part for key, part in schema["$defs"].items() if key[0].islower() and key != "contract"}
    jsonschema.Draft202012Validator.check_schema(schema)


@pytest.mark.parametrize("name", sorted(MAKERS))
def test_the_command_prints_the_schema(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    """`schema statement`, `schema restatement` and `schema carry` print what Python gives."""
    assert main(["schema", name]) == 0
    assert json.loads(capsys.readouterr().out) == MAKERS[name]()


def test_each_call_gives_a_schema_of_its_own() -> None:
    """Whoever changes a schema that was given changes no other."""
    for make in MAKERS.values():
        first = make()
        first["properties"].clear()
        first["$defs"].clear()
        assert make()["properties"]
        assert make()["$defs"]
