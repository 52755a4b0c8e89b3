"""What each verb does."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import ecsm_contracts.engine as engine_
from ecsm_contracts import figures, reports
from ecsm_contracts._display import escape_text
from ecsm_contracts.adapters import read_carry, read_contract, read_facts, read_statement, write_atomically
from ecsm_contracts.contracts import contract_schema
from ecsm_contracts.errors import InvalidValue

if TYPE_CHECKING:
    from argparse import Namespace

MOST_SHORTFALLS = 50
"""How many items are printed below a proof; a report in HTML lists more."""

__all__ = ["check", "evaluate", "explain", "schema", "verify"]


def check(options: Namespace) -> int:
    """Report the problems of a contract (by the error that reading raises) and its findings."""
    contract = read_contract(options.contract)
    findings = contract.check()
    for finding in findings:
        print(f"{options.contract}: {finding}")
    clauses = len(contract.clauses)
    found = f"{len(findings)} finding{'s' if len(findings) != 1 else ''}"
    print(f"{options.contract}: {clauses} clauses, no problems, {found}")
    return 0


def evaluate(options: Namespace) -> int:
    """Print or write the statement of a period."""
    contract = read_contract(options.contract)
    facts = read_facts(options.facts)
    carry = None if options.carry is None else read_carry(options.carry)
    statement = engine_.evaluate(contract, facts, period=options.period, carry=carry)
    for record in statement.rejected:
        print(
            f"rejected: {next((str(each) for each in facts.rejected if each[:4] == record[:4]), record)}",
            file=sys.stderr,
        )
    text = reports.render(statement, _form(options))
    if options.output is None:
        sys.stdout.write(text)
    else:
        write_atomically(options.output, text)
    return 0


def _form(options: Namespace) -> reports.Format:
    """Return the form that was asked for, or that the name of the output file says."""
    told: dict[str, reports.Format] = {
        ".json": "json",
        ".html": "html",
        ".htm": "html",
        ".md": "markdown",
        ".csv": "csv",
        ".txt": "text",
    }
    suffix = "" if options.output is None else Path(options.output).suffix
    form: reports.Format = options.format or told.get(suffix, "text")
    if suffix in told and told[suffix] != form:
        raise InvalidValue(
            f"{options.output}: a file of this name holds {told[suffix]}, not {form}", rule="output_form"
        )
    return form


def explain(options: Namespace) -> int:
    """Print the proof behind a clause."""
    statement = read_statement(options.statement)
    figure = statement.total if options.clause == "total" else statement[options.clause]
    print(figures.explain(figure, depth=options.depth))
    found = statement.shortfalls(None if options.clause == "total" else options.clause)
    if found:
        print(f"\nWhat fell short ({len(found)}):")
    for each in found[:MOST_SHORTFALLS]:
        print(escape_text(f"  {each.clause}  {each.kind} {each.ref}: {each.text}"))
    if len(found) > MOST_SHORTFALLS:
        print(f"  and {len(found) - MOST_SHORTFALLS} more")
    return 0


def verify(options: Namespace) -> int:
    """Derive every figure again; with facts, observe every item again."""
    statement = read_statement(options.statement)
    facts = None if options.facts is None else read_facts(options.facts)
    print(engine_.verify(statement, facts))
    return 0


def schema(_options: Namespace) -> int:
    """Print the JSON Schema of contract documents."""
    print(json.dumps(contract_schema(), indent=2, sort_keys=True, ensure_ascii=False))
    return 0
