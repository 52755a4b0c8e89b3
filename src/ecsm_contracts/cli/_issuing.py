"""The verbs that issue what is owed, and follow what becomes of it."""

from __future__ import annotations

import errno
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ecsm_contracts._display import Column, Table
from ecsm_contracts.accounts import Register, credit_account
from ecsm_contracts.accounts import journal as journal_of
from ecsm_contracts.adapters import (
    read_contract,
    read_register,
    read_statement,
    write_atomically,
    write_register,
    write_statement,
)
from ecsm_contracts.calendars import parse_date
from ecsm_contracts.cli._verbs import complain_of, give, read_facts_of, refuse_input
from ecsm_contracts.errors import DocumentError, InvalidValue, shown
from ecsm_contracts.reports import journal_beancount, journal_csv, render_credits
from ecsm_contracts.reports import workbook as workbook_of
from ecsm_contracts.statements import Restatement, Statement

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Iterable, Iterator, Mapping

    from ecsm_contracts.accounts import CreditAccount
    from ecsm_contracts.contracts import Contract

__all__ = ["CREDIT_FORMS", "JOURNAL_FORMS", "account_of", "credits_", "issue", "journal", "lock", "workbook"]

CREDIT_FORMS: Mapping[str, tuple[str, ...]] = {
    "text": (".txt",),
    "json": (".json",),
    "html": (".html", ".htm"),
    "markdown": (".md",),
    "csv": (".csv",),
}
"""The forms of an account of credits, with the suffixes that say them."""
JOURNAL_FORMS: Mapping[str, tuple[str, ...]] = {
    "text": (".txt",),
    "csv": (".csv",),
    "beancount": (".beancount", ".bean"),
}
"""The same of a journal."""
HINTS = {"run_archive": "--archive FOLDER", "run_provisional": "--allow-provisional"}
"""What an argument of `Register.issue` is called here, by the code of the error that asks for it."""
DIGITS = 16
"""How many hexadecimal digits of a digest stand in a name."""


def _form(options: Namespace, forms: Mapping[str, tuple[str, ...]]) -> str:
    """Return the form that was asked for, or that the name of the output file says."""
    suffix = "" if options.output is None else Path(options.output).suffix
    told = next((form for form, suffixes in forms.items() if suffix in suffixes), None)
    form: str = options.format or told or "text"
    if told is None and suffix and options.format is None:
        message = f"{options.output}: the name does not say in which form; write --format, one of {', '.join(forms)}"
        raise InvalidValue(message, rule="output_form")
    if told is not None and told != form:
        raise InvalidValue(f"{options.output}: a file of this name holds {told}, not {form}", rule="output_form")
    return form


# --- issue and lock -------------------------------------------------------------------------------------------------


def _name(period: str, kind: str, digest: str) -> str:
    """Return the name of the file of a document: its period, which may have a stroke in it, and its digest."""
    return f"{period.replace('/', '_')}-{kind}-{digest.removeprefix('sha256:')[:DIGITS]}.json"


def _register(path: str, contract: str | None) -> Register:
    """Return the register at *path*, or the beginning of one for the *contract* that is named."""
    if Path(path).exists():
        register = read_register(path)
        if contract not in {None, register.contract}:
            message = f"{path}: the register is of {register.contract}, not of {shown(contract)}"
            raise InvalidValue(message, rule="register_contract", value=contract)
        return register
    if contract is None:
        message = "there is no register here; to begin one, name the contract: --contract REF"
        raise FileNotFoundError(errno.ENOENT, message, path)
    return Register(contract)


def _in_files(paths: Iterable[str]) -> Iterator[Statement]:
    """Yield the statements in files and folders; what else is in a folder is passed over."""
    for path in map(Path, paths):
        if not path.is_dir():
            yield read_statement(path)
            continue
        for file in filter(Path.is_file, sorted(path.glob("*.json"))):
            with suppress(DocumentError):
                yield read_statement(file)


def _archive(register: Register, taken: Iterable[Statement], folder: Path, paths: Iterable[str]) -> list[Statement]:
    """Return the statements in force that *taken* replace: from the *folder* of earlier runs, else from *paths*."""
    force = register.in_force()
    restated = [force[each.period.label] for each in taken if each.period.label in force]
    given = {statement.digest() for statement in taken}
    wanted = {each.statement: folder / _name(each.period, "statement", each.statement) for each in restated}
    found = [read_statement(path) for digest, path in wanted.items() if digest not in given and path.is_file()]
    missing = set(wanted) - given - {statement.digest() for statement in found}
    for statement in _in_files(paths) if missing else ():
        if statement.digest() in missing:
            found.append(statement)
            missing.discard(statement.digest())
        if not missing:
            break
    return found


def _write(documents: Iterable[Statement | Restatement], taken: Iterable[Statement], folder: Path) -> dict[str, Path]:
    """
    Write *documents* to the *folder*, and beside each restatement the statement that is in force then.

    Return where each document is, by its digest.
    """
    corrected = {statement.digest(): statement for statement in taken}
    folder.mkdir(parents=True, exist_ok=True)
    found: dict[str, Path] = {}
    for document in documents:
        period = document.period.label
        kind = "statement" if isinstance(document, Statement) else "restatement"
        path = found[document.digest()] = folder / _name(period, kind, document.digest())
        if isinstance(document, Statement):
            write_statement(document, path)
        else:
            write_atomically(path, document.to_json())
            write_statement(corrected[document.by], folder / _name(period, "statement", document.by))
    return found


def issue(options: Namespace) -> int:
    """Issue statements, or what they change: write the documents, and last of all the register."""
    on = parse_date(options.on)
    register = _register(options.register, options.contract)
    folder = Path(options.register).parent if options.output_dir is None else Path(options.output_dir)
    taken = [read_statement(path) for path in options.statements]
    try:
        issued, documents = register.issue(
            taken,
            run=options.run_id,
            on=on,
            archive=_archive(register, taken, folder, options.archive),
            allow_provisional=options.allow_provisional,
        )
    except InvalidValue as problem:
        if problem.rule not in HINTS:
            raise
        raise InvalidValue(f"{problem} (here: {HINTS[problem.rule]})", rule=problem.rule, value=problem.value) from None
    paths = _write(documents, taken, folder)
    if issued is not register:  # a run that is known leaves the file as it is
        write_register(issued, options.register)
    print(_issued(issued, documents, paths, options) if documents else "nothing to issue")
    return 0


def _issued(
    register: Register,
    documents: Iterable[Statement | Restatement],
    paths: Mapping[str, Path],
    options: Namespace,
) -> Table:
    rows = tuple(
        (
            document.period.label,
            "statement" if isinstance(document, Statement) else "restatement",
            document.total.value.display,
            paths[document.digest()].name,
        )
        for document in documents
    )
    columns = (Column("period"), Column("document"), Column("amount", "right"), Column("file"))
    return Table(f"Issued under {register.contract} by run {options.run_id} on {options.on}", columns, rows)


def lock(options: Namespace) -> int:
    """Close periods, so that they are not restated any more."""
    day, on = parse_date(options.day), parse_date(options.on)
    register = read_register(options.register)
    locked = register.lock(day, run=options.run_id, on=on)
    if locked is not register:
        write_register(locked, options.register)
    print(f"{locked.contract}: periods whose last day is {locked.locked} or earlier are closed")
    return 0


# --- what becomes of it ---------------------------------------------------------------------------------------------


def account_of(options: Namespace) -> tuple[Contract, Register, CreditAccount]:
    """Return what became of credits, and name the claims and decisions that could not be read."""
    contract, register = read_contract(options.contract), read_register(options.register)
    facts = None if options.facts is None else read_facts_of(options)
    account = credit_account(contract, register, facts, as_of=parse_date(options.as_of))
    if facts is not None:
        complain_of(facts, account.rejected)
    return contract, register, account


def credits_(options: Namespace) -> int:
    """Print or write what became of every credit."""
    form: Any = _form(options, CREDIT_FORMS)
    _, _, account = account_of(options)
    return give(options, render_credits(account, form))


def journal(options: Namespace) -> int:
    """Print or write what was issued, and what became of credits, as double-entry bookkeeping."""
    form = _form(options, JOURNAL_FORMS)
    booked = journal_of(*account_of(options))
    text = journal_csv(booked) if form == "csv" else journal_beancount(booked) if form == "beancount" else f"{booked}\n"
    return give(options, text)


def workbook(options: Namespace) -> int:
    """Write statements as a workbook."""
    if Path(options.output).suffix != ".xlsx":
        raise InvalidValue(f"{options.output}: a workbook is written as .xlsx", rule="output_form")
    refuse_input(options)
    write_atomically(options.output, workbook_of(*map(read_statement, options.statements)))
    return 0
