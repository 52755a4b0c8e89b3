"""Every section of the page about findings has a fragment with its finding, and one without."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

import ecsm_contracts as ec
from ecsm_contracts.adapters import parse_document
from ecsm_contracts.testing import LAWS
from tests.docs.test_error_codes import COMPOSED, codes_of_the_source

PAGE = (Path(__file__).parents[2] / "docs" / "reference" / "findings.md").read_text(encoding="utf-8")
CODES = (Path(__file__).parents[2] / "docs" / "reference" / "error-codes.md").read_text(encoding="utf-8")
BASE = re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)[0]
SECTIONS = dict(re.findall(r"^### `([a-z_]+)`\n(.*?)(?=^##)", PAGE, re.DOTALL | re.MULTILINE))


def as_data(text: str) -> dict[str, Any]:
    """A part of a document as plain data."""
    found: Any = parse_document(text, name="page", form="yaml").data
    return dict(found)


def merged(fragment: str) -> ec.Contract:
    """The contract of the page with a fragment put into it."""
    data, changed = as_data(BASE), as_data(fragment)
    clauses = {each["ref"]: each for part in (data, changed) for each in part.get("clauses", [])}
    return ec.parse_contract(json.dumps({**data, **changed, "clauses": list(clauses.values())}), form="json")


def test_the_contract_of_the_page_has_no_finding() -> None:
    """Whatever a fragment has, it has not from the contract that it is put into."""
    assert merged("title: Mail").check() == ()


@pytest.mark.parametrize("code", SECTIONS)
def test_a_fragment_has_its_finding_and_the_mended_one_has_none(code: str) -> None:
    """The first fragment of a section has this finding and no other; the second one, and a note's, has it no more."""
    broken, mended = (merged(each) for each in re.findall(r"```yaml\n(.*?)```", SECTIONS[code], re.DOTALL))
    found = broken.check(notes=True)
    assert {each.code for each in found if each.code == code or not each.is_note} == {code}
    assert {each.is_note for each in found if each.code == code} == {SECTIONS[code].startswith("\nA note.")}
    assert code not in {each.code for each in mended.check(notes=True)}
    assert mended.check() == ()


def test_every_finding_has_its_section_and_its_row_among_the_error_codes() -> None:
    """The page, the table of error codes and the source name the same findings."""
    section = CODES.split("\n### Findings\n", 1)[1].split("\n## ", 1)[0]
    table = set(re.findall(r"^\| `([a-z_]+)` \|", section, re.MULTILINE))
    assert table == set(SECTIONS)
    assert set(SECTIONS) - codes_of_the_source() == {"credit_without_breach", "bonus_without_merit"}


def test_what_the_tables_of_laws_name_is_there() -> None:
    """They name findings, codes of reading, and laws of the testing kit that there are, and each finding of a law."""
    tables = PAGE.split("\n## Laws", 1)[1]
    named = set(re.findall(r"`([a-z]+(?:_[a-z]+)+)`", tables)) - {"up_to", "ecsm_contracts"}
    assert named - codes_of_the_source() - COMPOSED == set()
    assert set(re.findall(r"\*([a-z ,]{12,})\*", tables)) - LAWS.keys() == set()
    for code, section in SECTIONS.items():
        for law in re.findall(r"\bL[0-9]+", " ".join(re.findall(r"\*Laws? [^*]+\*", section))):
            row = next(line for line in tables.splitlines() if line.startswith(f"| {law} |"))
            assert f"`{code}`" in row
