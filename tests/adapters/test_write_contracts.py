"""Generated contracts: one meaning has one digest, however it is spelt, and survives YAML, JSON and Python."""

from __future__ import annotations

import json
from datetime import timedelta
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import ecsm_contracts as ec
from ecsm_contracts.calendars import parse_duration
from ecsm_contracts.testing import contract_documents, contracts

pytestmark = pytest.mark.sweep

FEW, MANY = 20, 400


def check_round_trip(contract: ec.Contract) -> None:
    """Write, read and compare a contract in its three forms."""
    by_yaml = ec.parse_contract(ec.contract_text(contract))
    by_json = ec.parse_contract(ec.contract_text(contract, "json"), form="json")
    by_data = ec.Contract.model_validate(contract.to_data())
    assert by_yaml == by_json == by_data == contract
    assert {by_yaml.digest(), by_json.digest(), by_data.digest()} == {contract.digest()}
    assert ec.contract_text(by_yaml) == ec.contract_text(contract)


@settings(max_examples=FEW)
@given(contracts())
def test_a_contract_survives_yaml_json_and_python(contract: ec.Contract) -> None:
    """What is read back from any of the three is equal, has the same digest, and is written in the same way."""
    check_round_trip(contract)


@pytest.mark.deep
@settings(max_examples=MANY)
@given(contracts())
def test_many_contracts_survive_yaml_json_and_python(contract: ec.Contract) -> None:
    """The same, for many more contracts."""
    check_round_trip(contract)


@settings(max_examples=3)
@given(contracts())
def test_what_a_contract_was_asked_does_not_change_what_it_is(contract: ec.Contract) -> None:
    """Two equal contracts stay equal when both have been checked and have kept what they computed."""
    again = ec.parse_contract(ec.contract_text(contract))
    assert contract.check() == again.check()
    assert contract == again


# --- one digest for one meaning ---


def without_defaults(contract: ec.Contract) -> dict[str, Any]:
    """The data of a contract with every field left out that holds its default."""
    plain = {"mode": "json", "exclude_defaults": True, "by_alias": True}
    data = contract.model_dump(**plain)  # type: ignore[arg-type]  # a table of arguments
    return {**data, "clauses": [each.model_dump(**plain) for each in contract.clauses]}  # type: ignore[arg-type]


def shuffled(data: Any, random: Random) -> Any:
    """The same data with the keys of every mapping in another order."""
    if isinstance(data, list):
        return [shuffled(each, random) for each in data]
    if not isinstance(data, dict):
        return data
    names = list(data)
    random.shuffle(names)
    return {name: shuffled(data[name], random) for name in names}


def quoted(text: str, random: Random) -> str:
    """The same text in double or single quotes, or as it is where that reads as the same."""
    ways = [json.dumps(text, ensure_ascii=False)]
    if text.isprintable():
        ways.append("'" + text.replace("'", "''") + "'")
    if text.replace(" ", "").isalpha() and text.isascii() and text not in {"true", "false", "null"}:
        ways += [text] * 3
    return random.choice(ways)


def spelt(data: Any, random: Random, indent: int = 0) -> str:
    """The same data as YAML, in block or flow style, with comments and blank lines."""
    if not isinstance(data, (dict, list)):
        return quoted(data, random) if isinstance(data, str) else json.dumps(data)
    block = bool(data) and random.random() < 0.6
    if isinstance(data, dict):
        if not block:
            return "{" + ", ".join(f"{quoted(key, random)}: {flow(value, random)}" for key, value in data.items()) + "}"
        parts = [f"{quoted(key, random)}: {below(value, random, indent)}" for key, value in data.items()]
    else:
        if not block:
            return "[" + ",\n".join(" " * (indent + 1) + flow(value, random) for value in data) + " ]"
        parts = [f"- {below(value, random, indent)}" for value in data]
    return "\n" + "\n".join(" " * indent + part + random.choice(["", "", " # so", "\n"]) for part in parts)


def flow(data: Any, random: Random) -> str:
    """The same data in flow style throughout."""
    if isinstance(data, dict):
        return "{" + ", ".join(f"{quoted(key, random)}: {flow(value, random)}" for key, value in data.items()) + "}"
    if isinstance(data, list):
        return "[ " + ", ".join(flow(value, random) for value in data) + " ]"
    return spelt(data, random)


def below(data: Any, random: Random, indent: int) -> str:
    """The same data one step further in."""
    return spelt(data, random, indent + random.choice([1, 2, 4]))


def in_seconds(data: Any) -> Any:
    """The same data with durations as people write them: ``90s`` for ``PT1M30S``."""
    if isinstance(data, dict):
        return {key: in_seconds(value) for key, value in data.items()}
    if isinstance(data, list):
        return [in_seconds(each) for each in data]
    if isinstance(data, str) and data.startswith("PT"):
        seconds, rest = divmod(parse_duration(data), timedelta(seconds=1))
        return data if rest else f"{seconds}s"
    return data


@settings(max_examples=FEW)
@given(contract_documents(), st.integers(0, 2**32))
def test_one_meaning_has_one_digest(document: dict[str, Any], seed: int) -> None:
    """Order of keys, style, quotes, comments, forms of durations, and defaults written or left out change no digest."""
    contract, random = ec.parse_contract(json.dumps(document), form="json"), Random(seed)
    for same in (document, contract.to_data(), without_defaults(contract), in_seconds(contract.to_data())):
        again = ec.parse_contract(spelt(shuffled(same, random), random))
        assert (again.digest(), again) == (contract.digest(), contract)
    assert len(json.dumps(without_defaults(contract))) < len(json.dumps(contract.to_data()))


@settings(max_examples=FEW)
@given(contract_documents())
def test_another_meaning_has_another_digest(document: dict[str, Any]) -> None:
    """A term that is changed, be it one word, is seen in the digest."""
    contract = ec.parse_contract(json.dumps(document), form="json")
    tax = "compensation" if contract.settlement.tax == "price_reduction" else "price_reduction"
    other = {**document, "settlement": {**document["settlement"], "tax": tax}}
    assert ec.parse_contract(json.dumps(other), form="json").digest() != contract.digest()


# --- nothing is lost by leaving out what is none ---


def optional_with_another_default(schema: Any, path: str = "") -> list[str]:
    """The fields that may be null, and are something else when they are left out."""
    found: list[str] = []
    if isinstance(schema, dict):
        for name, field in schema.get("properties", {}).items():
            may_be_none = {"type": "null"} in field.get("anyOf", ()) or "null" in field.get("type", ())
            found += [f"{path}.{name}"] if may_be_none and field.get("default") is not None else []
        for name, part in schema.items():
            found += optional_with_another_default(part, f"{path}.{name}")
    return (
        found + [each for part in schema for each in optional_with_another_default(part, path)]
        if isinstance(schema, list)
        else found
    )


def test_a_field_that_may_be_none_is_none_by_default() -> None:
    """Documents leave out what is none; so no field may mean something else when it is left out."""
    assert optional_with_another_default(ec.contract_schema()) == []
    for nullable in ({"anyOf": [{"type": "null"}]}, {"type": ["integer", "null"]}):
        assert optional_with_another_default({"properties": {"a": {**nullable, "default": 1}}}) == [".a"]
