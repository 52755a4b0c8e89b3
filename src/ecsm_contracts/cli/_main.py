"""
The verbs, and how they end.

0 when all is well, 1 when what was asked about is not, 2 when it could not be asked.

What a verb finds goes to standard output, what went wrong to standard error.
"""

from __future__ import annotations

import argparse
import io
import sys
from typing import TYPE_CHECKING, NoReturn

from pydantic import ValidationError

from ecsm_contracts._display import escape_text
from ecsm_contracts._version import __version__
from ecsm_contracts.cli import _calendar as calendars
from ecsm_contracts.cli import _credit_note as credit_notes
from ecsm_contracts.cli import _holidays as holidays
from ecsm_contracts.cli import _issuing as issuing
from ecsm_contracts.cli import _verbs as verbs
from ecsm_contracts.errors import CarryError, DocumentError, EcsmError, VerificationError, did_you_mean

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["main"]

FACTS = "a folder with tickets.jsonl, outages.jsonl, notices.jsonl, work.jsonl; or tables, with --mapping"
FATES = ("quarantined", "evaluated", "open", "not_in_period")
OUTPUT = "write to this file instead of printing; never half of it"
WELL, NOT_WELL, NOT_ASKED = 0, 1, 2
FORMATS = ("text", "json", "html", "markdown", "csv", "annex")
PROOFS = ("text", "json", "html", "markdown")


class _Parser(argparse.ArgumentParser):
    """An argument parser that suggests the verb or word that was probably meant."""

    def error(self, message: str) -> NoReturn:
        """End with status 2 and a hint."""
        word, _, choices = message.partition("' (choose from ")
        hint = (
            did_you_mean(word.rpartition("'")[2], choices.rstrip(")").replace("'", "").split(", ")) if choices else ""
        )
        self.exit(NOT_ASKED, f"{self.prog}: {message}{hint}\n")


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(
        prog="ecsm-contracts", description="From ticket clock to clause to service credit, with the proof."
    )
    parser.add_argument("--version", action="version", version=f"ecsm-contracts {__version__}")
    verb = parser.add_subparsers(dest="verb", required=True, metavar="verb", parser_class=_Parser)

    check = verb.add_parser("check", help="report every problem of a contract, and what its author should look at")
    check.add_argument("contract", help="a contract, .yaml or .json")
    check.set_defaults(run=verbs.check)

    plain = verb.add_parser("plain", help="print a contract, or a clause of it, in plain words, as Markdown")
    plain.add_argument("contract", help="a contract, .yaml or .json")
    plain.add_argument("clause", nargs="?", help="a clause of it, for example 4.6; all by default")
    plain.set_defaults(run=verbs.plain)

    evaluate = verb.add_parser("evaluate", help="print what a contract owes for a period")
    evaluate.add_argument("contract", help="a contract, .yaml or .json")
    evaluate.add_argument("facts", help=FACTS)
    _add_mapping(evaluate)
    evaluate.add_argument("--period", required=True, help="a billing period, for example 2026-03")
    evaluate.add_argument("--carry", help="the statement (or carry) of the period before, .json")
    evaluate.add_argument(
        "--format", choices=FORMATS, help="text, json, html, markdown, csv or annex; else as --output says"
    )
    evaluate.add_argument("--output", help=OUTPUT)
    evaluate.set_defaults(run=verbs.evaluate)

    explain = verb.add_parser("explain", help="print the proof behind a clause of a statement")
    explain.add_argument("statement", help="a statement, .json")
    explain.add_argument("clause", help="a clause of it, for example 4.6; or total")
    explain.add_argument("--depth", type=int, help="how many levels to print; all by default")
    explain.add_argument("--format", choices=PROOFS, help="text, json, html or markdown; else as --output says")
    explain.add_argument("--output", help=OUTPUT)
    explain.set_defaults(run=verbs.explain)

    verify = verb.add_parser("verify", help="derive every figure of a statement again")
    verify.add_argument("statement", help="a statement, .json")
    verify.add_argument("--facts", help="also observe every ticket again, from this folder")
    _add_mapping(verify)
    verify.set_defaults(run=verbs.verify)

    _add_verbs_about_items(verb)
    _add_verbs_about_holidays(verb)
    _add_calendar(verb)

    restate = verb.add_parser("restate", help="print the documents that take issued statements to corrected ones")
    restate.add_argument("--issued", nargs="+", required=True, metavar="FILE", help="statements, .json, in order")
    restate.add_argument("--corrected", nargs="+", required=True, metavar="FILE", help="the same periods, corrected")
    restate.add_argument("--format", choices=("text", "json"), help="json: one document a line; else as --output says")
    restate.add_argument("--output", help=OUTPUT)
    restate.set_defaults(run=verbs.restate)

    _add_verbs_that_issue(verb)
    _add_verbs_about_credits(verb)

    schema = verb.add_parser("schema", help="print the JSON Schema of documents, or of the files that are written")
    schema.add_argument("document", nargs="?", choices=tuple(verbs.SCHEMAS), default="contract")
    schema.set_defaults(run=verbs.schema)
    return parser


def _add_verbs_about_items(verb: argparse._SubParsersAction[_Parser]) -> None:
    """Add the verbs about facts and their tickets."""
    ticket = verb.add_parser("ticket", help="print why a ticket counted as it did, stretch by stretch")
    ticket.add_argument("statement", help="a statement, .json")
    ticket.add_argument("ticket", help="the identity of a ticket")
    ticket.add_argument("--facts", required=True, help=FACTS)
    _add_mapping(ticket)
    ticket.set_defaults(run=verbs.ticket)

    account = verb.add_parser("account", help="print what became of every ticket or outage that was read")
    account.add_argument("statement", help="a statement, .json")
    account.add_argument("--facts", required=True, help=FACTS)
    _add_mapping(account)
    account.add_argument("--kind", choices=("ticket", "outage"), default="ticket", help="of what; tickets by default")
    account.add_argument("--list", choices=FATES, help="print the identities of those with this fate instead")
    account.set_defaults(run=verbs.account)

    facts = verb.add_parser("facts", help="turn exported tables into a folder of facts")
    facts.add_argument("mapping", help="a mapping, .yaml or .json: what columns and states mean")
    facts.add_argument("tables", help="the folder with the exported tables")
    facts.add_argument("output", help="the folder to write the facts to")
    facts.set_defaults(run=verbs.facts)


def _add_verbs_about_holidays(verb: argparse._SubParsersAction[_Parser]) -> None:
    """Add the verbs that ask the `holidays` package."""
    about = verb.add_parser("holidays", help="freeze holidays for a contract, or compare those that it holds")
    verbs_about = about.add_subparsers(dest="about", required=True, metavar="freeze|diff", parser_class=_Parser)

    freeze = verbs_about.add_parser("freeze", help="print the holidays of a country or market for a contract document")
    freeze.add_argument("place", help="a country, for example NL; with --market a market, for example XNYS")
    freeze.add_argument("years", help="calendar years, the last one included: 2026-2027, or 2026")
    freeze.add_argument("--subdivision", help="the part of the country, for example ENG")
    freeze.add_argument("--category", action="append", default=[], help="a category, for example bank; may be repeated")
    freeze.add_argument("--language", help="of the names, for example en_US; the country's own by default")
    freeze.add_argument("--not-observed", action="store_true", help="leave out the days kept instead of weekends")
    freeze.add_argument("--market", action="store_true", help="the holidays of a financial market")
    freeze.add_argument("--format", choices=("yaml", "json"), help="yaml or json; else as --output says, and yaml")
    freeze.add_argument("--output", help=OUTPUT)
    freeze.set_defaults(run=holidays.freeze)

    diff = verbs_about.add_parser("diff", help="print what would change if holidays were frozen again now")
    diff.add_argument("contract", help="a contract, .yaml or .json")
    diff.add_argument("name", nargs="?", help="one of its holiday sets; all by default")
    diff.set_defaults(run=holidays.diff)


def _add_calendar(verb: argparse._SubParsersAction[_Parser]) -> None:
    """Add the verb that shows a calendar."""
    month = verb.add_parser("calendar", help="print a month of a contract's calendar: dates, hours, service time")
    month.add_argument("contract", help="a contract, .yaml or .json")
    month.add_argument("calendar", help="the name of one of its calendars")
    month.add_argument("month", help="a calendar month, for example 2026-12")
    month.add_argument("--format", choices=("text", "html"), default="text", help="text or html; text by default")
    month.set_defaults(run=calendars.calendar)


def _add_verbs_that_issue(verb: argparse._SubParsersAction[_Parser]) -> None:
    """Add the verbs that change a register."""
    issue = verb.add_parser("issue", help="issue statements, or what they change, and note it in a register")
    issue.add_argument("register", help="the register of the contract, .json")
    issue.add_argument("statements", nargs="+", metavar="statement", help="statements, .json, in order")
    _add_run(issue)
    issue.add_argument("--contract", metavar="REF", help="begin a register of this contract where there is none")
    issue.add_argument("--output-dir", metavar="DIR", help="where documents are kept; beside the register by default")
    issue.add_argument(
        "--archive", nargs="+", default=[], metavar="FILE", help="statements that are restated, or folders with them"
    )
    issue.add_argument("--allow-provisional", action="store_true", help="issue what rejected records may still change")
    issue.set_defaults(run=issuing.issue)

    lock = verb.add_parser("lock", help="close periods in a register: they are not restated any more")
    lock.add_argument("register", help="the register of the contract, .json")
    lock.add_argument("day", help="periods that end on this day or earlier are closed: 2026-03-01 closes February")
    _add_run(lock)
    lock.set_defaults(run=issuing.lock)


def _add_run(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--run", dest="run_id", required=True, metavar="ID", help="the identity of this run")
    parser.add_argument("--on", required=True, metavar="DAY", help="the day of the run, for example 2026-04-02")


def _add_verbs_about_credits(verb: argparse._SubParsersAction[_Parser]) -> None:
    """Add the verbs about what becomes of what was issued."""
    credits_ = verb.add_parser("credits", help="print what became of every credit: claimed, decided, given, used up")
    _add_account(credits_, tuple(issuing.CREDIT_FORMS))
    credits_.set_defaults(run=issuing.credits_)

    journal = verb.add_parser("journal", help="print what was issued, and what became of it, as a journal")
    _add_account(journal, tuple(issuing.JOURNAL_FORMS))
    journal.set_defaults(run=issuing.journal)

    note = verb.add_parser("credit-note", help="print documents of credits as a credit note in UBL, for EN 16931")
    _add_account(note, ())
    note.add_argument(
        "--document", action="append", required=True, metavar="REF", help="of the account; may be repeated"
    )
    note.add_argument("--parties", required=True, metavar="FILE", help="seller, buyer and tax, .yaml or .json")
    note.add_argument("--number", required=True, help="the number of the credit note")
    note.add_argument("--on", required=True, metavar="DAY", help="its date")
    note.add_argument("--invoice", action="append", default=[], metavar="N", help="an invoice that it is about")
    note.add_argument("--buyer-reference", metavar="TEXT", help="what the buyer wants to find on it")
    note.set_defaults(run=credit_notes.credit_note)

    workbook = verb.add_parser("workbook", help="write statements as a workbook for a spreadsheet")
    workbook.add_argument("statements", nargs="+", metavar="statement", help="statements, .json")
    workbook.add_argument("output", help="the workbook, .xlsx; never half of it")
    workbook.set_defaults(run=issuing.workbook)


def _add_account(parser: argparse.ArgumentParser, forms: tuple[str, ...]) -> None:
    parser.add_argument("contract", help="a contract, .yaml or .json")
    parser.add_argument("register", help="its register, .json")
    parser.add_argument("facts", nargs="?", help="a folder with claims.jsonl, decisions.jsonl; or tables")
    _add_mapping(parser)
    parser.add_argument(
        "--as-of", required=True, metavar="DAY", help="the last day that counts, for example 2026-04-30"
    )
    if forms:
        parser.add_argument("--format", choices=forms, help=f"{', '.join(forms)}; else as --output says")
    parser.add_argument("--output", help=OUTPUT)


def _add_mapping(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--mapping", help="a mapping, .yaml or .json: the folder holds exported tables")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one verb and return the exit status."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    options = _parser().parse_args(arguments)
    try:
        status: int = options.run(options)
    except DocumentError as problems:
        _complain(*map(str, problems.problems))
        return NOT_WELL
    except VerificationError as failed:
        _complain("not verified:", *(f"  {failure}" for failure in failed.failures))
        return NOT_WELL
    except CarryError as problem:
        _complain(f"ecsm-contracts: {problem} (here: --carry FILE)")
        return NOT_ASKED
    except (EcsmError, ValidationError, OSError) as problem:
        _complain(f"ecsm-contracts: {problem}")
        return NOT_ASKED
    except RecursionError:
        _complain("ecsm-contracts: the file is nested too deep")
        return NOT_ASKED
    return status


def _complain(*lines: str) -> None:
    """Print lines to standard error, with whatever cannot be seen in them escaped: they repeat what files say."""
    for line in lines:
        print(*map(escape_text, line.splitlines() or [""]), sep="\n", file=sys.stderr)
