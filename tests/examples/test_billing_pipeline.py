"""The example of a billing pipeline runs, and what it leaves behind adds up."""

from __future__ import annotations

import csv
import os
import subprocess
import sys
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

import ecsm_contracts as ec
from tests.engine.world import EXAMPLES

if TYPE_CHECKING:
    from pathlib import Path

PIPELINE = EXAMPLES / "billing_pipeline" / "run.py"


@pytest.mark.sweep
def test_the_billing_pipeline_runs_and_adds_up(tmp_path: Path) -> None:
    """
    It says what it issued, that the documents add up to the latest statements, and that nothing is due; the journal
    adds up to zero, and the register is closed and sealed.
    """
    ran = subprocess.run(
        [sys.executable, str(PIPELINE), "--output", str(tmp_path)],
        capture_output=True,
        check=True,
        env={**os.environ, "PYTHONUTF8": "1"},  # noqa: TID251 - and nothing of it is kept
    )
    printed = ran.stdout.decode()
    assert "2026-04-02  billing 2026-03: nothing to issue" in printed
    assert "restatement 2026-01  EUR -900.00" in printed
    assert "All documents add up to EUR 54,000.00, the latest statements to EUR 54,000.00." in printed
    with (tmp_path / "journal.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert sum((Decimal(row["amount"]) for row in rows), start=Decimal(0)) == 0
    due = (Decimal(row["amount"]) for row in rows if row["account"] == "Liabilities:CreditsDue")
    assert sum(due, start=Decimal(0)) == 0
    register = ec.read_register(tmp_path / "register.json")
    assert [run.run for run in register.runs][-2:] == ["correction 2026-04", "close Q1"]
    for issued in register.in_force().values():
        path = tmp_path / "archive" / f"{issued.statement.removeprefix('sha256:')}.json"
        assert ec.read_statement(path).digest() == issued.statement
