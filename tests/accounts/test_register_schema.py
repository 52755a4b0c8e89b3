"""The JSON Schema of registers."""

import copy
import json
from datetime import date
from typing import Any

import jsonschema
import pytest

import ecsm_contracts as ec
from ecsm_contracts.accounts import register_schema
from tests.engine.world import EXAMPLES

O_1 = {"ref": "O-1", "service": "mail", "start": "2026-01-10T00:00:00Z", "end": "2026-01-10T05:00:00Z"}


@pytest.fixture(scope="module")
def register() -> dict[str, object]:
    """The file of a register with statements, a restatement and a lock."""
    contract = ec.read_contract(EXAMPLES / "acme.yaml")
    first, corrected = (
        ec.evaluate_periods(contract, ec.facts_from_records(outages=outages), last="2026-02") for outages in ([], [O_1])
    )
    found, _ = ec.Register("ACME-2026").issue(first, run="r1", on=date(2026, 3, 2))
    found, _ = found.issue(corrected, run="r2", on=date(2026, 3, 3), archive=first)
    data: dict[str, object] = json.loads(found.lock(date(2026, 3, 1), run="r3", on=date(2026, 3, 4)).to_json())
    return data


def test_a_register_is_what_its_schema_says(register: dict[str, object]) -> None:
    """The schema is one of the draft it names, and a register with every kind of run fits it."""
    jsonschema.Draft202012Validator.check_schema(register_schema())
    jsonschema.Draft202012Validator(register_schema()).validate(register)


def _paths(value: object, path: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    pairs = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [found for key, each in pairs for found in [(*path, key), *_paths(each, (*path, key))]]


def test_no_part_of_a_register_can_be_left_out_or_be_a_number(register: dict[str, object]) -> None:
    """Each field is required, and none of its values may be a number; so is each cell of a line."""
    validator = jsonschema.Draft202012Validator(register_schema())
    tried = 0
    for *parents, last in _paths(register):
        for drop in (True, False):
            changed = copy.deepcopy(register)
            inner: Any = changed
            for key in parents:
                inner = inner[key]
            if drop and not (isinstance(inner, dict) or "lines" in parents[:-1]):
                continue  # a run, document or line fewer is another register
            if drop:
                del inner[last]
            else:
                inner[last] = 1
            assert not validator.is_valid(changed), (parents, last, drop)
            tried += 1
    assert tried > 100
