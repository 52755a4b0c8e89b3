"""
The page about presets: three public ticket logs, judged as seven help desks would, and where that changes a verdict.

    python examples/real_data/presets.py FOLDER [--output docs/explanation/tool-presets.md] [--only helpdesk]

FOLDER holds the tables. Every ticket of a log is judged once, at the end of its contract's term.
"""

from __future__ import annotations

import argparse
import sys
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

sys.path.insert(0, str(Path(__file__).parent))

from sets import SETS, DataSet

import ecsm_contracts as ec
from ecsm_contracts.calendars import first_instant, from_micros
from ecsm_contracts.measures import TOOLS, ToolDifferences, ToolSemantics, compare_tools, tool_semantics

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ecsm_contracts.measures import ToolClockKind

CLAUSES = {
    "incident": {"response": "4.1", "resolution": "4.3"},
    "helpdesk": {"response": "4.1", "resolution": "4.2"},
    "vendor": {"response": "4.1", "resolution": "4.2"},
}
"""The clauses whose clocks and targets are taken; 4.2 of the help desk stands for 4.2 to 4.5."""

SHOWN_RULES = 4
HEAD = """\
# Seven help desks on three real logs

How much hangs on the tool that keeps the clock? Every ticket of three [public logs](real-data.md) is judged by the
clock and the targets of its nominal contract, and again as each of seven help desks would have judged it, with the
same hours and targets. What differs is only how the tool computes: what holds the clock, what a reopening or a changed
priority does, to what grain, and what the verdict compares. The rules of each tool and their sources are in
[the reference](../reference/tool-presets.md).

This page is made by one command, from a folder that holds the tables (they are not part of this project):

    python examples/real_data/presets.py FOLDER --output docs/explanation/tool-presets.md

How to read it:

* *Verdicts that differ* are tickets that one of the two calls late and the other does not. A tool may have as many late
  tickets as the contract, and other ones.
* *By rule* says which single choice of the tool, put in place of the contract's, gives the tool's verdict. Two rules
  with *or* do so each by itself; those with + only together. At most four causes are shown, the others are added up.
* None of these desks used these seven tools, as far as is known. The page shows how far the rules alone carry.
* The logs record no replies. The *response* is the acknowledgement for every tool, as it is for the contracts; what a
  tool takes for a response is therefore not compared. Holds are the waits that a log tells of.
* A target as long as a day's hours runs out at the closing for a ticket that was opened before that day's hours began.
  Answered later, but before the next opening, it has used up its target and no more: `verdict` and `at_target` say
  what that is.
* A log that is kept to the minute shows little of what tools do with seconds.
* Choices of which nothing is known of a tool are taken to be the contract's.
"""


def table(head: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    """Return a Markdown table with numbers in all columns but the first and the last."""
    rule = [":---", *["---:"] * (len(head) - 2), ":---"]
    return "\n".join("| " + " | ".join(map(str, line)) + " |" for line in (head, rule, *rows))


def until_of(contract: ec.Contract) -> datetime:
    """Return the end of the contract's term."""
    return from_micros(first_instant(contract.zone, contract.term.end))


def differences(
    data: DataSet, kind: ToolClockKind, tickets: Sequence[ec.Ticket], tools: Sequence[str] = TOOLS[:-1]
) -> Iterator[ToolDifferences]:
    """Yield the comparison of each tool with the contract's clock of a *kind*."""
    contract = data.contract()
    measure = contract.clause(CLAUSES[data.name][kind]).measure  # type: ignore[attr-defined]  # a service level
    clock = measure.clock
    ours = ToolSemantics.of_clock(clock, kind)
    for name in tools:
        tool = tool_semantics(name)
        if kind == "response":
            tool = tool.with_choice(kind, "start", clock.start).with_choice(kind, "stop", clock.stop)
        calendar = contract.calendar(clock.hours)
        yield compare_tools(ours, tool, tickets, kind, calendar, measure.within, until=until_of(contract))


def causes(found: ToolDifferences) -> str:
    """Return the causes in words, the most frequent first."""
    counts = found.by_rule()
    shown = [f"{cause.removeprefix('several: ')} {count}" for cause, count in counts[:SHOWN_RULES]]
    rest = sum(count for _, count in counts[SHOWN_RULES:])
    return ", ".join([*shown, *([f"others {rest}"] if rest else [])])


def section(data: DataSet, kind: ToolClockKind, tickets: Sequence[ec.Ticket]) -> str:
    """Return the table of one clock of one log."""
    found = list(differences(data, kind, tickets))
    first = found[0]
    rows: list[tuple[object, ...]] = [("the contract", f"{first.judged:,}", f"{first.late[0]:,}", "", "")]
    rows += [
        (each.second, f"{each.judged:,}", f"{each.late[1]:,}", f"{len(each.tickets):,}", causes(each)) for each in found
    ]
    refused = f"\n\n{len(first.refused)} tickets could not be judged." if first.refused else ""
    clause = data.contract().clause(CLAUSES[data.name][kind])
    head = ("judged by", "tickets", "late", "verdicts that differ", "by rule")
    return f"### {kind.capitalize()}: {clause.ref} {clause.title}\n\n{table(head, rows)}{refused}"


def chapter(data: DataSet, folder: Path, most: int | None = None) -> str:
    """Return the chapter of one log; of its first *most* tickets only, if that is said."""
    facts = data.read(folder)
    tickets = facts.tickets[:most]
    kinds: tuple[ToolClockKind, ...] = ("resolution", "response")
    sections = [section(data, kind, tickets) for kind in kinds]
    return "\n\n".join([f"## {data.title}", f"{len(tickets):,} tickets; {data.source}.", *sections])


def main() -> None:
    """Write the page, or print it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--output", type=Path)
    parser.add_argument("--only", choices=sorted(CLAUSES))
    arguments = parser.parse_args()
    names = [arguments.only] if arguments.only else list(CLAUSES)
    chapters = [chapter(data, arguments.folder) for data in SETS if data.name in names]
    page = "\n\n".join([HEAD.rstrip(), *chapters]) + "\n"
    if arguments.output:
        arguments.output.write_text(page, encoding="utf-8")
    else:
        print(page)


if __name__ == "__main__":
    main()
