"""
A billing pipeline: three months of Acme's help desk, billed month after month, corrected, claimed, booked.

Each month the pipeline does the same: read the facts, settle every month so far, and ask the register to issue what is
new. In April an outage of January turns up that nobody had recorded; the next run issues the difference by itself.
The customer claims its credits, and what becomes of them is booked: a journal as CSV and for Beancount.

    python examples/billing_pipeline/run.py [--output DIR]
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from datetime import date
from pathlib import Path

import ecsm_contracts as ec
from ecsm_contracts.accounts import journal
from ecsm_contracts.reports import journal_beancount, journal_csv
from ecsm_contracts.simulation import Desk, Traffic, simulate

ACME = Path(__file__).parents[1] / "acme.yaml"
SEED = 2027
TRAFFIC = Traffic(tickets_per_day=6, agents=2, customer_holds=30, vendor_holds=12, bad_records=0)
"""Three months of tickets; no record of them is bad, so that every statement is final."""
SETTLEMENT = """\
settlement:
  entitlement: claimed
  claim:
    since: statement
    within: {days: 30, meaning: calendar_day}
    evidence: required
    amount: computed
    undecided: waits
  instrument: credit_note
  tax: price_reduction
  rounding: {mode: half_up, at: line}
"""
"""Other than in acme.yaml, credits have to be claimed, and are given by a credit note."""
LATE = {"ref": "O-LATE", "service": "mail", "start": "2026-01-24T02:00:00Z", "end": "2026-01-24T12:00:00Z"}
"""The outage of January that is recorded in April."""
CLAIMS = (
    {"ref": "C-1", "period": "2026-01", "at": "2026-04-08T09:00:00Z", "evidence": "report of January"},
    {"ref": "C-2", "period": "2026-03", "at": "2026-04-09T09:00:00Z", "evidence": "report of March"},
)
DECISIONS = (
    {"ref": "D-1", "claim": "C-1", "at": "2026-04-15T09:00:00Z", "outcome": "accepted"},
    {"ref": "D-2", "claim": "C-2", "at": "2026-04-16T09:00:00Z", "outcome": "accepted", "amount": "EUR 1500.00"},
)
AS_OF = date(2026, 5, 31)


def acme() -> ec.Contract:
    """Return the contract, with credits that have to be claimed."""
    terms, _, _ = ACME.read_text(encoding="utf-8").partition("settlement:")
    return ec.parse_contract(terms + SETTLEMENT)


class Pipeline:
    """A folder with the register, and an archive with every statement that was ever in force."""

    def __init__(self, contract: ec.Contract, folder: Path) -> None:
        self.contract = contract
        self.file = folder / "register.json"
        self.archive = folder / "archive"
        self.archive.mkdir(parents=True, exist_ok=True)

    @property
    def register(self) -> ec.Register:
        """Everything that was issued so far."""
        return ec.read_register(self.file) if self.file.exists() else ec.Register(self.contract.ref)

    def _path(self, digest: str) -> Path:
        return self.archive / f"{digest.removeprefix('sha256:')}.json"

    def bill(self, facts: ec.Facts, *, last: str, run: str, on: date) -> None:
        """Settle every month up to the *last*, issue what is new or changed, and print it."""
        statements = ec.evaluate_periods(self.contract, facts, last=last)
        before = self.register
        kept = (self._path(issued.statement) for issued in before.in_force().values())
        archive = (ec.read_statement(path) for path in kept if path.exists())
        register, documents = before.issue(statements, run=run, on=on, archive=archive)
        for statement in statements:  # first the statements, and the register last: a crash between issues nothing
            ec.write_statement(statement, self._path(statement.digest()))
        ec.write_register(register, self.file)
        print(f"{on}  {run}: {'nothing to issue' if not documents else ''}".rstrip())
        for document in documents:
            kind = "statement" if isinstance(document, ec.Statement) else "restatement"
            print(f"            {kind} {document.period.label}  {document.total.value.display}")


def bill_three_months(pipeline: Pipeline, facts: ec.Facts) -> None:
    """Bill January, February and March on the second day of the month after; the last run is repeated."""
    for month in (1, 2, 3):
        pipeline.bill(facts, last=f"2026-0{month}", run=f"billing 2026-0{month}", on=date(2026, month + 1, 2))
    pipeline.bill(facts, last="2026-03", run="billing 2026-03", on=date(2026, 4, 2))


def receive(folder: Path) -> None:
    """Write down what is known in April only: the late outage, the claims, and what was decided about them."""
    for table, records in (("outages", (LATE,)), ("claims", CLAIMS), ("decisions", DECISIONS)):
        with (folder / f"{table}.jsonl").open("a", encoding="utf-8") as file:
            file.writelines(f"{json.dumps(record)}\n" for record in records)


def book(pipeline: Pipeline, facts: ec.Facts, folder: Path) -> ec.CreditAccount:
    """Print what became of the credits, and write the journal in both forms."""
    register = pipeline.register
    account = ec.credit_account(pipeline.contract, register, facts, as_of=AS_OF)
    booked = journal(pipeline.contract, register, account)
    (folder / "journal.csv").write_text(journal_csv(booked), encoding="utf-8")
    (folder / "journal.beancount").write_text(journal_beancount(booked), encoding="utf-8")
    print(f"\n{account}\n\nBalances of the journal, {booked.status}")
    for (name, _), amount in booked.balances().items():
        print(f"  {name:24}{amount.display:>16}")
    return account


def run(folder: Path) -> int:
    """Run the example with its files in *folder*; 0 if the documents add up to the statements in force."""
    contract = acme()
    world = simulate(Desk(traffic=TRAFFIC), seed=SEED, start=date(2026, 1, 1), end=date(2026, 4, 1))
    world.write(folder / "facts")
    pipeline = Pipeline(contract, folder)
    bill_three_months(pipeline, ec.read_facts(folder / "facts"))

    receive(folder / "facts")
    facts = ec.read_facts(folder / "facts")
    pipeline.bill(facts, last="2026-03", run="correction 2026-04", on=date(2026, 4, 7))
    ec.write_register(pipeline.register.lock(date(2026, 3, 31), run="close Q1", on=date(2026, 5, 4)), pipeline.file)
    account = book(pipeline, facts, folder)

    issued = sum((document.total for _, document in pipeline.register.documents), start=ec.Money.zero("EUR"))
    truth = ec.evaluate_periods(contract, facts, last="2026-03")
    latest = sum((statement.total.value for statement in truth), start=ec.Money.zero("EUR"))
    print(f"\nAll documents add up to {issued.display}, the latest statements to {latest.display}.")
    return 0 if issued == latest and account.balance.is_zero else 1


def main() -> int:
    """Read the command line and run."""
    parser = argparse.ArgumentParser(description="Bill three months of a simulated help desk, and book the credits.")
    parser.add_argument(
        "--output", type=Path, metavar="DIR", help="keep the register, the archive and the journal in DIR"
    )
    output = parser.parse_args().output
    if output is not None:
        return run(output)
    with tempfile.TemporaryDirectory() as folder:
        return run(Path(folder))


if __name__ == "__main__":
    sys.exit(main())
