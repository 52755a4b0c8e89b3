"""
The worked example: what poor service costs in March, and why.

A simulated help desk works through the first three months of the contract in acme.yaml. The library reads its records
from files, settles each month, shows March and the proof of one credit, verifies it, and is compared with the
simulation's own count of what really happened.

    python examples/demo.py [--output DIR]
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import ecsm_contracts as ec
from ecsm_contracts.simulation import Desk, MonthTruth, Traffic, World, simulate

if TYPE_CHECKING:
    from collections.abc import Iterator

CONTRACT = Path(__file__).with_name("acme.yaml")
SEED = 2027
TRAFFIC = Traffic(tickets_per_day=6, agents=2, customer_holds=30, vendor_holds=12, bad_records=4)
MICROSECONDS = 60_000_000
"""In a minute: the desk counts minutes, the library microseconds."""
TIMES = ("late", "elapsed", "unavailable", "planned")


def heading(text: str) -> None:
    """Print a heading with a line under it."""
    print(f"\n{text}\n{'=' * len(text)}")


def settle(contract: ec.Contract, facts: ec.Facts, world: World) -> list[ec.Statement]:
    """Return the statement of every month; each hands on to the next what it must know."""
    statements: list[ec.Statement] = []
    for month in world.months:
        carry = statements[-1].carry if statements else None
        statements.append(ec.evaluate(contract, facts, period=month.month, carry=carry))
    return statements


def differences(statement: ec.Statement, truth: MonthTruth) -> Iterator[str]:
    """Yield every count and amount on which the statement and the truth differ."""
    for level in truth.levels:
        for name, number in level.counts:
            found = statement.tally[f"{level.clause}.{name}"]
            if found != number * (MICROSECONDS if name in TIMES else 1):
                yield f"{truth.month}: {level.clause}.{name} is {found}, and was {number}"
    found_lines = [(line.clause, line.amount.minor) for line in statement.lines]
    if found_lines != [(line.clause, line.minor) for line in truth.lines]:
        yield f"{truth.month}: the lines are {found_lines}, and should be {truth.lines}"


def compare(statements: list[ec.Statement], world: World) -> list[str]:
    """Print a line for each month, and return all differences from the truth."""
    found: list[str] = []
    for statement, truth in zip(statements, world.months, strict=True):
        different = list(differences(statement, truth))
        counts = sum(len(level.counts) for level in truth.levels)
        verdict = "DIFFERENT" if different else "all equal"
        total = statement.total.value.display
        print(f"{truth.month}  {counts} counts, {len(truth.lines)} lines, total {total}: {verdict}")
        found += different
    print("\n".join(found), end="")
    return found


def run(folder: Path) -> int:
    """Run the example with its files in *folder*; 0 if the library and the simulation agree."""
    contract = ec.read_contract(CONTRACT)
    desk = Desk(traffic=TRAFFIC)
    if ec.parse_contract(desk.contract_text(), form="json").digest() != contract.digest():
        print("the simulated desk works to other terms than acme.yaml", file=sys.stderr)
        return 1
    world = simulate(desk, seed=SEED, start=date(2026, 1, 1), end=date(2026, 4, 1))
    world.write(folder / "facts")
    facts = ec.read_facts(folder / "facts")
    statements = settle(contract, facts, world)
    for statement in statements:
        ec.write_statement(statement, folder / f"{statement.period.label}.json")
    march = statements[-1]
    held = f"{len(facts.tickets)} tickets, {len(facts.outages)} outages, {len(facts.work)} pieces of work"
    print(f"Three months of a help desk: {held}, and {len(facts.rejected)} records that could not be read.")
    heading("The statement of March")
    print(march)
    heading("Why clause 4.6 gives what it gives (before the limit of 4.7)")
    print(ec.explain(march["4.6"]))
    heading("Is the statement what it says?")
    print(ec.verify(march, facts))
    heading("Does it agree with what really happened? The simulation counted minute by minute")
    return 1 if compare(statements, world) else 0


def main() -> int:
    """Read the command line and run."""
    parser = argparse.ArgumentParser(description="Settle three months of a simulated help desk.")
    parser.add_argument("--output", type=Path, metavar="DIR", help="keep the facts and the statements in DIR")
    output = parser.parse_args().output
    if output is not None:
        return run(output)
    with tempfile.TemporaryDirectory() as folder:
        return run(Path(folder))


if __name__ == "__main__":
    sys.exit(main())
