"""The library of real contracts: scenarios come out as they were worked out by hand, and pages say what is found."""

from __future__ import annotations

import importlib
import re
import sys
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema
import pytest

import ecsm_contracts as ec
from ecsm_contracts.adapters import read_document

pytestmark = pytest.mark.sweep

LIBRARY = Path(__file__).parents[2] / "examples" / "contracts"
FOLDERS = sorted(path.name for path in LIBRARY.iterdir() if path.is_dir() and not path.name.startswith(("_", ".")))
FINDING = re.compile(r"Finding `([a-z0-9_]+)`")


def _script() -> Any:
    """The script that settles scenarios, imported as a reader's command does."""
    sys.path.insert(0, str(LIBRARY))
    try:
        return importlib.import_module("scenarios")
    finally:
        sys.path.remove(str(LIBRARY))


SCRIPT = _script()
SCENARIOS = [each for name in SCRIPT.contracts() for each in SCRIPT.read_scenarios(name)]


@cache
def contract(name: str) -> ec.Contract:
    """The contract of a folder."""
    return ec.read_contract(LIBRARY / name / "contract.yaml")


@cache
def page(name: str) -> str:
    """The page of a folder."""
    return (LIBRARY / name / "README.md").read_text(encoding="utf-8")


def rows(text: str, heading: str) -> list[str]:
    """The first cells of the table under a heading, without its head."""
    section = text.split(f"\n## {heading}\n", 1)[1].split("\n## ", 1)[0]
    lines = [line for line in section.splitlines() if line.startswith("|")]
    return [line.strip("|").split("|", 1)[0].strip() for line in lines[2:]]


@pytest.mark.parametrize("name", FOLDERS)
def test_each_folder_has_a_contract_its_scenarios_and_a_page(name: str) -> None:
    """A folder of the library holds a contract, scenarios and a page, and at least four scenarios with a name each."""
    assert {"contract.yaml", "scenarios.yaml", "README.md"} <= {path.name for path in (LIBRARY / name).iterdir()}
    names = [each.name for each in SCENARIOS if each.contract == name]
    assert len(names) >= 4
    assert len({*names}) == len(names)


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda each: f"{each.contract}: {each.name}")
def test_each_scenario_comes_out_as_it_was_worked_out_by_hand(scenario: Any) -> None:
    """Every total, line, outcome and trigger that is written down is what the library makes of the facts."""
    assert SCRIPT.settle(scenario).differences == ()


def test_a_wrong_expectation_is_seen() -> None:
    """A total, a line or an outcome that is not what comes out is named as a difference, with its period."""
    first = next(each for each in SCENARIOS if each.contract == "aws-ec2" and "example 1," in each.name)
    wrong = {"period": "2026-04", "total": "USD 901.00", "lines": {"4.1": "USD -99.00"}, "outcomes": {"3.1": "met"}}
    assert SCRIPT.settle(first._replace(expect=[wrong])).differences == (
        "2026-04: the total is USD 900.00, and USD 901.00 was expected",
        "2026-04: line 4.1 is USD -100.00, and USD -99.00 was expected",
        "2026-04: promise 3.1 is missed, and met was expected",
    )


@pytest.mark.parametrize("name", FOLDERS)
def test_each_contract_is_valid_by_the_published_schema(name: str) -> None:
    """An editor that knows only the published schema finds no fault with a contract of the library."""
    document = read_document(LIBRARY / name / "contract.yaml").data
    assert [each.message for each in _validator().iter_errors(document)] == []


@cache
def _validator() -> jsonschema.Draft202012Validator:
    return jsonschema.Draft202012Validator(ec.contract_schema())


@pytest.mark.parametrize("name", FOLDERS)
def test_each_page_names_what_the_check_finds(name: str) -> None:
    """The page of a contract names the codes of its findings, all of them and no others."""
    assert {*FINDING.findall(page(name))} == {each.code for each in contract(name).check()}


@pytest.mark.parametrize("name", FOLDERS)
def test_each_page_lists_its_scenarios(name: str) -> None:
    """The table of scenarios of a page has the names of those in the file, in their order."""
    assert rows(page(name), "Scenarios") == [each.name for each in SCENARIOS if each.contract == name]


@pytest.mark.parametrize("name", FOLDERS)
def test_each_page_says_where_every_clause_comes_from(name: str) -> None:
    """Every clause of a contract stands in the second column of its page's table, clause by clause."""
    section = page(name).split("\n## Clause by clause\n", 1)[1].split("\n## ", 1)[0]
    here = "|".join(line.split("|")[2] for line in section.splitlines() if line.startswith("|"))
    assert [each.ref for each in contract(name).clauses if each.ref not in re.split(r"[`,:; ]+", here)] == []
