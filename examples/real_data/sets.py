"""
Four public data sets, settled: read, evaluate month after month, cost, account, verify.

The data are not part of this project. Each set has a mapping (what its columns and states mean) and a contract, both in
this folder; what a set costs its provider is assumed here, as the logs hold no effort.
"""

from __future__ import annotations

import resource
import sys
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import ecsm_contracts as ec

if TYPE_CHECKING:
    from collections.abc import Iterator

HERE = Path(__file__).parent


@dataclass(frozen=True)
class DataSet:
    """One set: its documents, the months that are settled, and what an update of a ticket is assumed to cost."""

    name: str
    title: str
    source: str
    months: tuple[str, ...]
    cost: dict[str, Any] = field(default_factory=dict)

    def contract(self) -> ec.Contract:
        """Return the contract."""
        return ec.read_contract(HERE / "contracts" / f"{self.name}.yaml")

    def read(self, folder: Path) -> ec.Facts:
        """Return the facts that the tables in *folder* hold."""
        return ec.read_tables(ec.read_mapping(HERE / "mappings" / f"{self.name}.yaml"), folder)

    def cost_model(self) -> ec.CostModel | None:
        """Return the provider's assumed costs; None where nothing is assumed."""
        return ec.CostModel.model_validate(self.cost) if self.cost else None


def _cost(rate: str, **minutes: str) -> dict[str, Any]:
    """Return a cost model: one role, its hourly *rate*, and the minutes of an update by priority."""
    per_update = {"by": "priority", **minutes}
    return {
        "rates": [{"role": "agent", "rate": rate}],
        "assumed": {"role": "agent", "per_update": per_update},
        "revenue": "tickets",
    }


def _months(first: int, last: int) -> tuple[str, ...]:
    return tuple(f"{year}-{month:02}" for year in range(first, last + 1) for month in range(1, 13))


SETS = (
    DataSet(
        "incident",
        "Incidents of a service desk",
        'UCI Machine Learning Repository 498, "Incident management process enriched event log", 2016',
        ("2016-03", "2016-04"),
        _cost("BRL 60.00", P1="20min", P2="12min", P3="6min", P4="4min", otherwise="6min"),
    ),
    DataSet(
        "helpdesk",
        "Help desk of a software company",
        'Polato, "Dataset belonging to the help desk log of an Italian company", 2010-2014',
        _months(2012, 2012),
        _cost("EUR 36.00", otherwise="15min"),
    ),
    DataSet(
        "vendor",
        "Incidents at a vendor",
        "BPI Challenge 2013, incidents, 2010-2012",
        ("2012-04", "2012-05"),
        _cost("EUR 45.00", otherwise="10min"),
    ),
    *(
        DataSet(
            f"cloud_{vendor.lower()}",
            f"Outages of {vendor}",
            "Cloud outages as three vendors reported them",
            _months(2018, 2020),
        )
        for vendor in ("AWS", "Azure", "GCP")
    ),
)


@dataclass
class Run:
    """What settling a set gave, and what it took."""

    data: DataSet
    contract: ec.Contract
    facts: ec.Facts
    statements: list[ec.Statement] = field(default_factory=list)
    verified: list[str] = field(default_factory=list)
    seconds: dict[str, float] = field(default_factory=dict)
    peak_megabytes: float = 0.0

    @contextmanager
    def timed(self, step: str) -> Iterator[None]:
        """Add the time of a block to that of its *step*."""
        began = time.perf_counter()
        yield
        self.seconds[step] = self.seconds.get(step, 0.0) + time.perf_counter() - began


def peak_megabytes() -> float:
    """Return the most memory that this process has held so far."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (1024 * 1024 if sys.platform == "darwin" else 1024)


def evaluated(contract: ec.Contract, facts: ec.Facts, months: tuple[str, ...]) -> list[ec.Statement]:
    """Return the statement of every month, each with the carry of the one before."""
    statements: list[ec.Statement] = []
    for month in months:
        carry = statements[-1].carry if statements else None
        statements.append(ec.evaluate(contract, facts, period=month, carry=carry))
    return statements


def settle(data: DataSet, folder: Path) -> Run:
    """Return *data* settled: every month evaluated with the carry of the one before, and verified with the facts."""
    began = time.perf_counter()
    run = Run(data, data.contract(), data.read(folder))
    run.seconds["read"] = time.perf_counter() - began
    for month in data.months:
        with run.timed("evaluate"):
            carry = run.statements[-1].carry if run.statements else None
            run.statements.append(ec.evaluate(run.contract, run.facts, period=month, carry=carry))
        with run.timed("verify"):
            run.verified.append(str(ec.verify(run.statements[-1], run.facts)))
    run.peak_megabytes = peak_megabytes()
    return run
