"""The page of error codes is complete, and every example on it does what the page says."""

from __future__ import annotations

import ast
import json
import re
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest

import ecsm_contracts as ec
from ecsm_contracts import errors
from ecsm_contracts.accounts import ChartOfAccounts, register_from_data
from ecsm_contracts.adapters import stream_tickets
from ecsm_contracts.calendars import (
    WeeklyHours,
    diff_holidays,
    freeze_market_holidays,
    instant_after_gap,
    month_view,
    part_of,
    wall_clock_instants,
)
from ecsm_contracts.figures import value_to_data
from ecsm_contracts.frames import ServiceTimeColumns, TicketColumns
from ecsm_contracts.money import allocate
from ecsm_contracts.reports import InvoiceParty, TaxRate, render, workbook

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[2]
SOURCE = ROOT / "src" / "ecsm_contracts"
ACME = (ROOT / "examples" / "acme.yaml").read_text()
PAGE = (ROOT / "docs" / "reference" / "error-codes.md").read_text()

CODE = re.compile(r"[a-z]+(?:_[a-z]+)*")
PLACES = {
    "PydanticCustomError": 0,
    "Bad": 0,
    "Finding": 0,
    "problem": 1,
    "refuse": 1,
    "stop": 1,
    "Limit": 2,
    "Rejected": 2,
    "Problem": 4,
}
"""Where in the call of each the code stands."""

COMPOSED = {
    "hours_seconds", "country_unknown", "subdivision_unknown", "category_unknown", "language_unknown", "market_unknown",
    "bands_gap", "bands_overlap", "credit_without_breach", "bonus_without_merit",
    "money_float", "money_type",
    "percent_float", "percent_number",
    "settlement_claim", "settlement_deduction", "settlement_expiry", "settlement_at_end", "settlement_centres",
}  # fmt: skip
"""Codes that the source puts together, or chooses, so that no literal stands where one is looked for."""


def _codes_in(node: ast.AST) -> Iterator[ast.expr]:
    match node:
        case ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name), args=arguments, keywords=keywords):
            if len(arguments) > PLACES.get(name, len(arguments)):
                yield arguments[PLACES[name]]
            yield from (each.value for each in keywords if each.arg in {"rule", "number_rule"})
        case ast.ClassDef(body=body):
            for part in body:
                match part:
                    case ast.Assign(targets=[ast.Name(id="code")], value=value):
                        yield value
                    case ast.AnnAssign(target=ast.Name(id="code"), value=ast.expr() as value):
                        yield value
        case ast.Yield(value=ast.Tuple(elts=[_, code, _])):
            yield code
        case ast.Assign(targets=[ast.Name(id="_CODES")], value=ast.Dict(values=values)):
            yield from values


def codes_of_the_source() -> set[str]:
    """Return every code that stands as a literal where the library gives one."""
    return {
        code.value
        for path in SOURCE.rglob("*.py")
        if path.relative_to(SOURCE).parts[0] not in {"simulation", "testing"}
        for node in ast.walk(ast.parse(path.read_text()))
        for code in _codes_in(node)
        if isinstance(code, ast.Constant) and isinstance(code.value, str) and CODE.fullmatch(code.value)
    }


def rows(heading: str) -> list[tuple[list[str], list[str]]]:
    """Return the rows of every table below *heading*, to the next of its level: codes, and the other cells."""
    level = heading.split(" ", maxsplit=1)[0]
    body = PAGE.split(f"\n{heading}\n", 1)[1].split(f"\n{level} ", 1)[0]
    found = []
    for line in body.splitlines():
        cells = [cell.strip() for cell in line.strip().strip("|").split(" | ")] if line.startswith("| `") else []
        if cells:
            found.append((re.findall(r"`([^`]+)`", cells[0]), [cell.removesuffix(" |").strip() for cell in cells[1:]]))
    return found


def examples(heading: str) -> list[tuple[str, str, str]]:
    """Return code, refused fragment and accepted fragment of each row that has both."""
    return [
        (codes[0], "" if cells[1] == "nothing" else cells[1].strip("`"), cells[2].strip("`"))
        for codes, cells in rows(heading)
        if len(cells) > 2 and cells[1] and cells[2].strip("|")
    ]


def problems_and_findings(text: str) -> set[str]:
    """Return the codes of all that reading and checking a contract reports."""
    try:
        return {finding.code for finding in ec.parse_contract(text).check()}
    except ec.DocumentError as error:
        return {problem.code for problem in error.problems}


def test_every_code_of_the_source_is_on_the_page() -> None:
    """No code is given that the page does not explain."""
    explained = {code for heading in HEADINGS for codes, _ in rows(heading) for code in codes}
    assert (codes_of_the_source() | COMPOSED) - explained == set()


def test_every_code_on_the_page_is_given_by_the_source() -> None:
    """No code is explained that the library does not give."""
    explained = {code for heading in HEADINGS for codes, _ in rows(heading) for code in codes}
    assert explained - codes_of_the_source() - COMPOSED == set()


HEADINGS = (
    "## Contracts",
    "## Records",
    "## Mappings and tables",
    "## Closures and maintenance windows",
    "## Statements and carries as files",
    "## Errors in Python",
)


@pytest.mark.parametrize(("code", "refused", "accepted"), examples("## Contracts"))
def test_a_fragment_of_a_contract_is_refused_with_its_code(code: str, refused: str, accepted: str) -> None:
    """With the refused fragment in place of the accepted one, the contract has a problem or finding of this code."""
    assert accepted in ACME
    assert code in problems_and_findings(ACME.replace(accepted, refused.replace("\\n", "\n"), 1))


TABLES = ("tickets", "outages", "samples", "surveys", "declared", "volumes", "charges", "work", "claims", "decisions")
RECORDS = PAGE.split("```jsonl\n", 1)[1].split("```", 1)[0].splitlines()


@pytest.mark.parametrize(("code", "refused", "accepted"), examples("## Records"))
def test_a_fragment_of_a_record_is_rejected_with_its_code(
    code: str, refused: str, accepted: str, tmp_path: Path
) -> None:
    """With the refused fragment in place of the accepted one, the record is rejected with this code."""
    assert any(accepted in line for line in RECORDS)
    folder = tmp_path / "facts"
    folder.mkdir()
    for table, line in zip(TABLES, RECORDS, strict=True):
        (folder / f"{table}.jsonl").write_text(line.replace(accepted, refused, 1) + "\n")
    contract = ec.parse_contract(ACME)
    facts = ec.read_facts(folder)
    january = ec.evaluate(contract, facts, period="2026-01")
    claims = (record for record in facts.rejected if record.kind in {"claim", "decision"})  # no statement reads them
    assert code in {record.code for record in (*january.rejected, *claims)}


def test_the_records_that_the_examples_change_are_believed() -> None:
    """The records on the page are rejected for what an example changes, and for nothing else."""
    facts = ec.facts_from_records(**{table: [json.loads(line)] for table, line in zip(TABLES, RECORDS, strict=True)})
    assert ec.evaluate(ec.parse_contract(ACME), facts, period="2026-01").status == "final"


PARTS = re.findall(r"```(?:yaml|csv)\n(.*?)```", PAGE.split("\n## Mappings and tables\n", 1)[-1], re.DOTALL)[:4]
FILES = ("map.yaml", "tickets.csv", "events.csv", "outages.csv")


def codes_of_tables(folder: Path, refused: str, accepted: str) -> set[str]:
    """Return the codes of reading the mapping and its tables with *refused* in place of *accepted*."""
    changed = [part.replace(accepted, refused.replace("\\x00", "\0"), 1) if accepted else part for part in PARTS]
    for name, part in zip(FILES, changed, strict=True):
        (folder / name).write_text(part)
    try:
        facts = ec.read_tables(ec.read_mapping(folder / "map.yaml"), folder)
    except ec.DocumentError as error:
        return {problem.code for problem in error.problems}
    return {record.code for record in facts.rejected}


@pytest.mark.parametrize(("code", "refused", "accepted"), examples("## Mappings and tables"))
def test_a_fragment_of_a_mapping_or_table_is_refused_with_its_code(
    code: str, refused: str, accepted: str, tmp_path: Path
) -> None:
    """With the refused fragment in place of the accepted one, reading the tables gives this code."""
    assert any(accepted in part for part in PARTS)
    assert code in codes_of_tables(tmp_path, refused, accepted)


def test_the_tables_that_the_examples_change_are_believed(tmp_path: Path) -> None:
    """The tables on the page are refused for what an example changes, and for nothing else."""
    assert codes_of_tables(tmp_path, "", "") == set()


START = datetime(2026, 3, 2, 9, tzinfo=UTC)
DAY = date(2026, 2, 2)


def statement(text: str, period: str, outages: list[dict[str, str]]) -> ec.Statement:
    """The statement of a period under the contract of this *text*."""
    return ec.evaluate(ec.parse_contract(text), ec.facts_from_records(outages=outages), period=period)


ALL_MONTH = [
    {"ref": "O-1", "service": "mail", "start": "2026-01-01T00:00:00+01:00", "end": "2026-02-01T00:00:00+01:00"}
]


def credits_after(*changes: tuple[str, str], **records: list[dict[str, str]]) -> ec.CreditAccount:
    """The account of credits after the January in which mail was down, under the contract with these changes."""
    text = ACME
    for old, new in changes:
        text = text.replace(old, new)
    january, contract = statement(text, "2026-01", ALL_MONTH), ec.parse_contract(text)
    register = ec.Register(contract.ref).issue([january], run="r1", on=DAY).register
    return ec.credit_account(contract, register, ec.facts_from_records(**records), as_of=DAY.replace(month=3))


@cache
def issued() -> dict[str, object]:
    """What the page calls the register, its day and its statements."""
    january = statement(ACME, "2026-01", [])
    return {
        "corrected": statement(ACME, "2026-01", ALL_MONTH),
        "credits": credits_after,
        "day": DAY,
        "january": january,
        "march": ec.evaluate_periods(ec.parse_contract(ACME), ec.Facts(), last="2026-03")[-1],
        "register": ec.Register("ACME-2026").issue([january], run="r1", on=DAY).register,
    }


NAMES = {
    **{name: getattr(ec, name) for name in ec.__all__},
    "ChartOfAccounts": ChartOfAccounts,
    "Fraction": Fraction,
    "InvoiceParty": InvoiceParty,
    "ServiceTimeColumns": ServiceTimeColumns,
    "TaxRate": TaxRate,
    "TicketColumns": TicketColumns,
    "WeeklyHours": WeeklyHours,
    "allocate": allocate,
    "desk": ec.BusinessCalendar.weekly("Mon-Fri 09:00-17:00", zone="Europe/Amsterdam"),
    "diff_holidays": diff_holidays,
    "freeze_market_holidays": freeze_market_holidays,
    "start": START,
    "end": START + timedelta(hours=1),
    "hour": timedelta(hours=1),
    "instant_after_gap": instant_after_gap,
    "np": np,
    "month_view": month_view,
    "part_of": part_of,
    "register_from_data": register_from_data,
    "render": render,
    "stream_tickets": stream_tickets,
    "value_to_data": value_to_data,
    "wall_clock_instants": wall_clock_instants,
    "workbook": workbook,
}


@pytest.mark.parametrize(
    ("codes", "expression"),
    [
        (codes, cells[1].strip("`"))
        for codes, cells in rows("### Rules of `InvalidValue` that documents do not meet")
        if len(cells) > 1 and cells[1].strip("|")
    ],
)
def test_an_expression_is_refused_with_its_rule(codes: list[str], expression: str) -> None:
    """Python raises an error with this rule."""
    with pytest.raises(errors.InvalidValue) as caught:
        eval(expression, NAMES | issued())  # noqa: S307 - the page is ours
    assert caught.value.rule in codes


def test_every_error_class_is_on_the_page() -> None:
    """The table of classes gives each class its own code and a built-in that it is."""
    listed = {
        cells[0].strip("`"): (codes[0], cells[1].strip("`"))
        for codes, cells in rows("## Errors in Python")
        if len(cells) == 3
    }
    classes = {name: getattr(errors, name) for name in errors.__all__ if isinstance(getattr(errors, name), type)}
    raised = {name: each for name, each in classes.items() if issubclass(each, errors.EcsmError)}
    assert {name: each.code for name, each in raised.items()} == {
        name: code for name, (code, _) in listed.items() if name in raised
    }
    for name, each in raised.items():
        assert listed[name][1] in {parent.__name__ for parent in each.__mro__}
