"""The documents of the real data sets: those that a script writes are what it writes, and all of them read."""

from __future__ import annotations

import runpy
from pathlib import Path

import pytest

import ecsm_contracts as ec

FOLDER = Path(__file__).parents[2] / "examples" / "real_data"
CONTRACTS = sorted((FOLDER / "contracts").glob("*.yaml"))
MAPPINGS = sorted((FOLDER / "mappings").glob("*.yaml"))

MEANT = {"incident": [("term_part_month", "term"), ("tier_beyond_limit", "5.4"), ("tier_beyond_limit", "5.4")]}
"""Findings that are meant; the contract says why, beside what the finding is about."""


def test_the_documents_of_the_clouds_are_what_the_script_writes() -> None:
    """Nobody edits a written document by hand: each is, byte for byte, what the table of the script gives."""
    written: dict[Path, str] = runpy.run_path(str(FOLDER / "cloud_documents.py"))["documents"]()

    assert len(written) == 6
    assert {path.relative_to(FOLDER): path.read_bytes() for path in written} == {
        path.relative_to(FOLDER): text.encode() for path, text in written.items()
    }


def test_every_contract_has_a_mapping() -> None:
    """A contract of real data without a mapping could not be settled, nor a mapping without a contract."""
    assert len(CONTRACTS) == 6
    assert [path.name for path in CONTRACTS] == [path.name for path in MAPPINGS]


@pytest.mark.parametrize("path", CONTRACTS, ids=lambda path: path.stem)
def test_a_contract_reads_with_only_the_findings_that_are_meant(path: Path) -> None:
    """No contract of real data has a problem, and none a finding that its author did not mean."""
    findings = [(finding.code, finding.clause) for finding in ec.read_contract(path).check()]

    assert findings == MEANT.get(path.stem, [])
    for code, _ in findings:
        assert f"Finding `{code}`" in path.read_text(encoding="utf-8")


@pytest.mark.parametrize("path", MAPPINGS, ids=lambda path: path.stem)
def test_a_mapping_reads(path: Path) -> None:
    """No mapping of real data has a problem, and each says what it takes for granted."""
    assert ec.read_mapping(path).assumes
