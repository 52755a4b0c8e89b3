"""
The page about real data: four public data sets, settled, as docs/explanation/real-data.md shows them.

    python examples/real_data/report.py FOLDER [--output docs/explanation/real-data.md] [--only incident]

FOLDER holds the tables. Each set is settled in a process of its own, so that its time and memory are its own.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

sys.path.insert(0, str(Path(__file__).parent))

from by_hand import page as by_hand_page
from corrections import corrected_section
from quirks import QUIRKS
from sets import HERE, SETS, DataSet, Run, evaluated, settle

import ecsm_contracts as ec

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

MOST_GROUPS = 10
HEAD = """\
# Real data

Four public data sets, settled as a billing desk would: the mapping of each says what its columns and states mean, the
contract what was promised. The promises, fees and credits of the three ticket logs, and what an update costs, are
nominal, made up for this page: what these desks really promised and paid is not public. So no margin below says
anything about them. Everything else is what the logs say, and every assumption is listed with its set.

This page is made by one command, from a folder that holds the tables (they are not part of this project):

    make real-data DATA=FOLDER

Documents and scripts are in `examples/real_data/`. How a table becomes facts is on [its own
page](../reference/mapping.md); what is computed, on [the normative one](../reference/semantics.md). Ten tickets,
checked by hand, are on [a page of their own](ten-tickets.md).
"""


def table(head: Sequence[str], rows: Iterable[Sequence[object]], right: int = 1) -> str:
    """Return a Markdown table; the columns from *right* on hold numbers."""
    rule = [":---" if place < right else "---:" for place in range(len(head))]
    lines = [head, rule, *rows]
    return "\n".join("| " + " | ".join(str(cell).replace("|", "\\|") for cell in line) + " |" for line in lines)


def fenced(text: object) -> str:
    """Return *text* as it is printed."""
    return f"```text\n{text}\n```"


def quirks(name: str, folder: Path) -> str:
    """Return what is odd in a table, how often, and the rule that meets it."""
    return table(["what", "how often", "rule"], [(what, f"{n:,}", rule) for what, n, rule in QUIRKS[name](folder)], 3)


def measured(run: Run) -> str:
    """Return what the run took; the only part of the page that differs from run to run."""
    seconds = ", ".join(f"{step} {time:.1f} s" for step, time in run.seconds.items())
    return f"Measured: {seconds}; peak memory {run.peak_megabytes:.0f} MB."


def assumptions(run: Run) -> str:
    """Return what was taken for granted."""
    said = [text for origin in run.facts.origins for text in origin.assumes]
    return "What the reading takes for granted:\n\n" + "\n".join(f"* {text}" for text in said)


def rejected(run: Run) -> str:
    """Return what was quarantined, by reason."""
    if not run.facts.rejected:
        return "No record was quarantined."
    codes = Counter(record.code for record in run.facts.rejected)
    listed = ", ".join(f"{count} × `{code}`" for code, count in sorted(codes.items()))
    shown = "\n".join(str(record)[:160] for record in run.facts.rejected[:3])
    return f"Quarantined: {listed}; for example\n\n{fenced(shown)}"


def fates(run: Run, kind: str) -> str:
    """Return the fates of all items, month by month, and how many each promise counted."""
    rows = []
    for statement in run.statements:
        found = ec.account_for(statement, run.facts, kind="outage" if kind == "outage" else "ticket")
        counted = ", ".join(f"{clause}: {count}" for clause, count in found.clauses if kind == "ticket")
        counts = [found.count(fate) for fate in ("quarantined", "evaluated", "open", "not_in_period")]
        if sum(counts) != found.read:
            raise SystemExit(f"{statement.period.label}: the fates do not add up to what was read")
        rows.append((statement.period.label, *counts, found.read, *([counted] if kind == "ticket" else [])))
    head = ["month", "quarantined", "evaluated", "open", "not in period", "read"]
    return table([*head, *(["counted by clause"] if kind == "ticket" else [])], rows)


def last_priority(ticket: ec.Ticket, statement: ec.Statement, contract: ec.Contract) -> str:
    """Return the priority last known before the period's end."""
    known = ticket.known_before(statement.period.bounds(contract.zone)[1])
    changes = [event.priority for event in known.events if event.priority is not None] if known else []
    return changes[-1] if changes else ticket.priority


def breaches(run: Run, statement: ec.Statement) -> str:
    """Return how many tickets fell short of each promise, by priority."""
    tickets = {ticket.ref: ticket for ticket in run.facts.tickets}
    found = Counter(
        (each.clause, last_priority(tickets[each.ref], statement, run.contract))
        for each in statement.shortfalls()
        if each.kind == "ticket" and not each.missed_before
    )
    priorities = sorted({priority for _, priority in found})
    clauses = [each.clause for each in statement.assessments]
    rows = [(clause, *(found[clause, priority] for priority in priorities)) for clause in clauses]
    return table(["too late in the month, by clause and last known priority", *priorities], rows)


def costs(run: Run, statement: ec.Statement) -> Iterator[str]:
    """Yield what the month cost its provider, by priority, and by group where the log has groups."""
    model = run.data.cost_model()
    if model is None:
        return
    with run.timed("cost"):
        by_priority = ec.cost_by(run.contract, statement, run.facts, model, by=("priority",))
        by_group = ec.cost_by(run.contract, statement, run.facts, model, by=("group",))
    yield fenced(by_priority)
    if len(by_group.rows) > 1:
        yield groups(by_group)


def groups(found: ec.CostBreakdown) -> str:
    """Return the dearest groups, the blank one, and the sum of the others."""
    by_cost = sorted(found.rows, key=lambda row: (-row.cost.exact.ratio, row.key))
    named = [row for row in by_cost if row.key != ("(blank)",)][:MOST_GROUPS]
    shown = [*named, *(row for row in by_cost if row.key == ("(blank)",))]
    others = [row for row in by_cost if row not in shown]

    def cells(name: str, rows: Sequence[ec.CostBreakdownRow]) -> tuple[object, ...]:
        def total(column: str) -> object:
            return sum((getattr(row, column) for row in rows[1:]), start=getattr(rows[0], column)).display

        counts = (sum(row.tickets for row in rows), sum(row.updates for row in rows))
        return (name, *counts, *(total(column) for column in ("cost", "revenue", "credits", "margin")))

    lines = [cells(row.key[0], [row]) for row in shown]
    if others:
        lines.append(cells(f"({len(others)} other groups)", others))
    return table(["group", "tickets", "updates", "cost", "revenue", "credits", "margin"], lines)


def tickets_section(run: Run) -> Iterator[str]:
    """Yield the section of a ticket log."""
    yield fates(run, "ticket")
    for statement in run.statements[: 2 if len(run.statements) <= 2 else 1]:  # noqa: PLR2004 - two months, or a year
        yield f"### {run.data.title}, {statement.period.label}"
        yield fenced(statement)
        yield breaches(run, statement)
        yield from costs(run, statement)
    if len(run.statements) > 2:  # noqa: PLR2004
        yield "### The whole year"
        yield year(run)


def schedule(run: Run) -> str:
    """Return what the contract promises for each service and place; all of its clauses promise the same."""
    first = {each.kind: each for each in reversed(run.contract.clauses)}
    charge, level, credit = (first[kind] for kind in ("charge", "service_level", "service_credit"))
    bands = [f"{band.is_} below {band.below}" for band in credit.rate.bands if band.below is not None]
    count = sum(each.kind == "charge" for each in run.contract.clauses)
    return (
        f"{count} pairs of service and place, each with a nominal fee of {charge.amount.display} a month, a promise of "
        f"at least {level.target.at_least} availability, and credits of {', '.join(bands)}, all by one published "
        f"schedule: {credit.title.partition(', by the ')[2]}."
    )


def year(run: Run) -> str:
    """Return a line for each month."""
    clauses = [each.clause for each in run.statements[0].assessments]
    rows = []
    for statement in run.statements:
        outcomes = [each.outcome.replace("_", " ") for each in statement.assessments]
        credits = -sum(
            (line.amount for line in statement.lines if line.kind != "charge"),
            start=ec.Money.zero(run.contract.currency),
        )
        rows.append((statement.period.label, *outcomes, credits.display, statement.total.value.display))
    return table(["month", *clauses, "credits", "total"], rows)


HOLDS = "holds: [customer, vendor, evidence]"
VARIANTS = {
    "as it is": ("", ""),
    "without the closing days": (", holidays: closing-days", ""),
    "without holds": (HOLDS, "holds: []"),
    "a wait for a problem holds too": (HOLDS, "holds: [customer, vendor, evidence, problem]"),
}
"""What is taken out of the contract, or put in its place, to see how much hangs on it."""


def what_if(run: Run) -> Iterator[str]:
    """Yield what other readings of the contract would give: how much hangs on them."""
    text = (HERE / "contracts" / "incident.yaml").read_text(encoding="utf-8")
    rows = []
    for name, (old, new) in VARIANTS.items():
        contract = ec.parse_contract(text.replace(old, new) if old else text, name=name)
        months = evaluated(contract, run.facts, run.data.months)
        shares = [each.number for month in months for each in month.assessments if each.clause == "4.3"]
        numbers = [f"{float(number):.3%}" if number is not None else "" for number in shares]
        rows.append((name, *numbers, *(month.total.value.display for month in months)))
    yield "### How much hangs on the terms that are assumed"
    yield table(["reading", *(f"{what}, {month}" for what in ("4.3", "total") for month in run.data.months)], rows)


def outages_section(run: Run) -> Iterator[str]:
    """Yield the section of a vendor's outages: what is promised, fates and credits by month, credits by service."""
    yield schedule(run)
    uncovered = sum(outage.service == "Not covered" for outage in run.facts.outages)
    yield (
        f"{uncovered} of {len(run.facts.outages)} outages are of services that this contract promises nothing for; "
        "they count as not in period. Services and places are in the contract because the data have an outage of them, "
        "so these are no figures of the market."
    )
    if run.facts.rejected:
        yield (
            "As long as a record is quarantined, every month is provisional. It becomes final when the record is "
            "corrected, or passed over by agreement (`only`, `leave`)."
        )
    yield fates(run, "outage")
    rows = []
    services: Counter[str] = Counter()
    for statement in run.statements:
        given: dict[str, ec.Money] = {}
        for line in statement.lines:
            if line.kind == "credit":
                service = line.text.partition(" in ")[0].removeprefix("Credit for ")
                given[service] = given.get(service, ec.Money.zero(run.contract.currency)) - line.amount
        missed = sum(each.outcome == "missed" for each in statement.assessments)
        listed = "; ".join(f"{service} {amount.number}" for service, amount in sorted(given.items()))
        total = sum(given.values(), start=ec.Money.zero(run.contract.currency))
        services.update({service: int(amount.exact.ratio) for service, amount in given.items()})
        rows.append((statement.period.label, missed, total.display, listed))
    yield "Credits by service and month:"
    yield table(["month", "places that missed", "credit", f"by service, in {run.contract.currency}"], rows)


def section(data: DataSet, folder: Path, tickets: Path | None = None) -> str:
    """Return the section of one set; the page of ten tickets goes to *tickets*."""
    run = settle(data, folder)
    outages = not run.facts.tickets
    parts = [f"## {data.title}", f"Source: {data.source}.", f"Contract: {run.contract.title}."]
    parts += [f"Read: {run.facts!r}", rejected(run), assumptions(run)]
    if data.name in QUIRKS:
        parts.append(
            f"What is odd in the table{' (all three vendors)' if outages else ''}, and the rule that meets it:"
        )
        parts.append(quirks(data.name, folder))
    parts += outages_section(run) if outages else tickets_section(run)
    if data.name == "incident":
        parts += what_if(run)
        parts += corrected_section(run)
        if tickets is not None:
            tickets.write_text("\n\n".join(by_hand_page(run)) + "\n", encoding="utf-8")
    verified = "\n".join(run.verified if len(run.verified) <= 2 else run.verified[-1:])  # noqa: PLR2004
    return "\n\n".join([*parts, fenced(verified), measured(run)]) + "\n"


def main() -> int:
    """Read the command line and write the page, or print one section."""
    parser = argparse.ArgumentParser(description="Settle four public data sets and write the page about them.")
    parser.add_argument("folder", type=Path, help="the folder that holds the tables")
    parser.add_argument("--output", type=Path, metavar="FILE", help="write the page there instead of printing it")
    parser.add_argument("--tickets", type=Path, metavar="FILE", help="write the page of ten tickets there")
    parser.add_argument("--only", choices=[each.name for each in SETS], help="print the section of one set")
    options = parser.parse_args()
    if options.only:
        chosen = next(each for each in SETS if each.name == options.only)
        print(section(chosen, options.folder, options.tickets), end="")
        return 0
    command = [sys.executable, __file__, str(options.folder)]
    command += ["--tickets", str(options.tickets)] if options.tickets else []
    sections = [
        subprocess.run(  # noqa: S603 - this script, again
            [*command, "--only", each.name], check=True, capture_output=True, text=True
        ).stdout
        for each in SETS
    ]
    page = "\n".join([HEAD, *sections])
    if options.output is None:
        print(page, end="")
    else:
        options.output.write_text(page, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
