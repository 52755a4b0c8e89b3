"""What each verb does."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import ecsm_contracts.engine as engine_
from ecsm_contracts import reports
from ecsm_contracts._display import escape_text
from ecsm_contracts._model import canonical_json
from ecsm_contracts.accounts import register_schema
from ecsm_contracts.adapters import (
    mapping_schema,
    read_carry,
    read_contract,
    read_facts,
    read_mapping,
    read_statement,
    read_tables,
    write_atomically,
    write_facts,
)
from ecsm_contracts.contracts import contract_schema
from ecsm_contracts.errors import InvalidValue
from ecsm_contracts.statements import carry_schema, restatement_schema, statement_schema

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Callable, Iterable

    from ecsm_contracts.facts import Facts, Rejected
    from ecsm_contracts.statements import Statement

SCHEMAS: dict[str, Callable[[], dict[str, Any]]] = {
    "contract": contract_schema,
    "mapping": mapping_schema,
    "statement": statement_schema,
    "restatement": restatement_schema,
    "carry": carry_schema,
    "register": register_schema,
}
"""What `schema` prints, by the name of the document."""

__all__ = [
    "account",
    "check",
    "complain_of",
    "evaluate",
    "explain",
    "facts",
    "give",
    "plain",
    "read_facts_of",
    "restate",
    "schema",
    "ticket",
    "verify",
]


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


def plain(options: Namespace) -> int:
    """Print a contract, or one clause of it, in plain words."""
    sys.stdout.write(read_contract(options.contract).plain(options.clause))
    return 0


def evaluate(options: Namespace) -> int:
    """Print or write the statement of a period."""
    contract = read_contract(options.contract)
    facts = read_facts_of(options)
    carry = None if options.carry is None else read_carry(options.carry)
    statement = engine_.evaluate(contract, facts, period=options.period, carry=carry)
    complain_of(facts, statement.rejected)
    if options.output is None and options.format is None and _is_drawn(statement):
        return 0
    return give(options, reports.render(statement, _form(options)))


def _is_drawn(statement: Statement) -> bool:
    """Draw *statement* with `rich`, and say so, where that is installed and standard output is a terminal."""
    if not sys.stdout.isatty():
        return False
    try:
        from rich.console import Console  # noqa: PLC0415 - an extra, of use on a terminal alone
    except ImportError:
        return False
    Console(file=sys.stdout).print(statement)  # colours and width are for rich to find out: NO_COLOR, TERM, COLUMNS
    return True


def read_facts_of(options: Namespace) -> Facts:
    """Return the facts of a folder: as they are, or as a mapping reads its tables."""
    return (
        read_facts(options.facts)
        if options.mapping is None
        else read_tables(read_mapping(options.mapping), options.facts)
    )


def complain_of(facts: Facts, rejected: Iterable[Rejected]) -> None:
    """Print each *rejected* record to standard error, with its place where it came from a file."""
    read: dict[str, list[Rejected]] = {}
    for record in facts.rejected:
        read.setdefault(canonical_json(record.to_data()), []).append(record)
    for record in rejected:
        same = read.get(canonical_json(record.to_data()))
        print(f"rejected: {same.pop(0) if same else record}", file=sys.stderr)


def give(options: Namespace, text: str) -> int:
    """Print *text*, or write it to the file that was asked for."""
    if options.output is None:
        sys.stdout.write(text)
        return 0
    refuse_input(options)
    write_atomically(options.output, text)
    return 0


def refuse_input(options: Namespace) -> None:
    """Refuse to write over a file that is read: a register is the one place where the past is kept."""
    target = Path(options.output)
    if not target.is_file():
        return
    for name, value in vars(options).items():
        for given in value if isinstance(value, list) else [value]:
            if name != "output" and isinstance(given, str) and Path(given).is_file() and target.samefile(given):
                message = f"{options.output} is read by this command; write its result to another file"
                raise InvalidValue(message, rule="output_input")


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
    if suffix not in told and suffix and options.format is None:
        message = f"{options.output}: the name does not say in which form; write --format, or one of {', '.join(told)}"
        raise InvalidValue(message, rule="output_form")
    if suffix in told and told[suffix] != ("markdown" if form == "annex" else form):
        raise InvalidValue(
            f"{options.output}: a file of this name holds {told[suffix]}, not {form}", rule="output_form"
        )
    return form


def explain(options: Namespace) -> int:
    """Print or write the proof behind a clause."""
    statement = read_statement(options.statement)
    form = _form(options)
    if form not in reports.PROOF_FORMS:
        raise InvalidValue(f"a proof is written as {', '.join(reports.PROOF_FORMS)}, not as {form}", rule="output_form")
    return give(options, reports.proof(statement, options.clause, form, depth=options.depth))


def verify(options: Namespace) -> int:
    """Derive every figure again; with facts, observe every item again."""
    statement = read_statement(options.statement)
    if options.facts is None and options.mapping is not None:
        raise InvalidValue("--mapping says how tables are read: give their folder with --facts", rule="mapping_unused")
    facts = None if options.facts is None else read_facts_of(options)
    print(engine_.verify(statement, facts))
    return 0


def ticket(options: Namespace) -> int:
    """Print why a ticket counted as it did."""
    print(engine_.explain_ticket(read_statement(options.statement), read_facts_of(options), options.ticket))
    return 0


def account(options: Namespace) -> int:
    """Print what became of every item that was read."""
    fates = engine_.account_for(read_statement(options.statement), read_facts_of(options), kind=options.kind)
    if options.list is None:
        print(fates)
    for ref, fate in fates.by_ref.items():
        if fate == options.list:
            print(escape_text(ref))
    return 0


def facts(options: Namespace) -> int:
    """Write the facts that tables hold, and say what was read."""
    if Path(options.output).resolve() == Path(options.tables).resolve():
        message = f"{options.output}: facts go to a folder of their own, not among the tables they come from"
        raise InvalidValue(message, rule="facts_folder")
    found = read_tables(read_mapping(options.mapping), options.tables)
    complain_of(found, found.rejected)
    write_facts(found, options.output)
    print(f"{options.output}: {found!r}")
    return 0


def restate(options: Namespace) -> int:
    """Print the documents that take a ledger from the issued statements to the corrected ones."""
    issued, corrected = ([read_statement(path) for path in paths] for paths in (options.issued, options.corrected))
    form = _form(options)
    if form not in {"text", "json"}:
        raise InvalidValue(f"a restatement is written as text or json, not as {form}", rule="output_form")
    documents = engine_.restate(issued, corrected)
    if form == "json":
        return give(options, "".join(document.to_json() for document in documents))
    return give(options, "\n\n".join(map(str, documents)) + "\n" if documents else "nothing to restate\n")


def schema(options: Namespace) -> int:
    """Print the JSON Schema of documents that are read, or of files that are written."""
    made = SCHEMAS[options.document]()
    print(json.dumps(made, indent=2, sort_keys=True, ensure_ascii=False))
    return 0
