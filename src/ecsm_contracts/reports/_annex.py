"""The proof of a statement as an annex to an invoice: every line and the total down to clause, calendar and column."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ecsm_contracts._display import Column, Table, escape_markdown
from ecsm_contracts.errors import expect
from ecsm_contracts.figures import figure_trees
from ecsm_contracts.reports._tables import provisional_note
from ecsm_contracts.statements import Statement

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ecsm_contracts._display import Tree

__all__ = ["annex"]

_HOW_TO_READ = (
    "Below each amount stand the figures that it was made from, to the terms and counts that were given. A figure is "
    "its name and value, then the rule that made it, then in brackets where it is found: a clause of the contract, a "
    "calendar, a column of the tally. Each figure is shown in full once; where it is needed again it is named, with "
    "where it stands. What ends in an ellipsis was made from more that is not shown."
)


def _trees(statement: Statement, depth: int | None) -> dict[str, Tree]:
    """Return the proof of every line and of the total by the name that the others refer to it by."""
    figures = {f"line {number}": line.figure for number, line in enumerate(statement.lines, 1)}
    return figure_trees({**figures, "total": statement.total}, depth)


def _proofs(statement: Statement, depth: int | None) -> Iterator[str]:
    yield "## How each amount came about"
    yield escape_markdown(_HOW_TO_READ)
    trees = _trees(statement, depth)
    for number, line in enumerate(statement.lines, 1):
        yield f"### Line {number}: {escape_markdown(f'{line.clause} {line.text}, {line.amount.display}')}"
        yield trees[f"line {number}"].markdown()
    yield f"### Total: {escape_markdown(statement.total.value.display)}"
    yield trees["total"].markdown()


def _seals(statement: Statement) -> Iterator[tuple[str, str]]:
    seals = statement.seals
    yield "statement", statement.digest()
    yield "contract", seals.contract
    yield "facts", seals.facts
    yield from ((f"calendar {name}", seal) for name, seal in sorted(seals.calendars.items()))
    yield from ((f"zone data: {name}", seal) for name, seal in sorted(seals.zones.items()))
    yield from ((f"kind of clause {name}", package) for name, package in sorted(seals.kinds.items()))


def _cited(statement: Statement) -> Iterator[tuple[str, str]]:
    """Yield what the lines and the total cite, as the word for it and its name."""
    figures = (*(line.figure for line in statement.lines), statement.total)
    for cite in sorted({cite for figure in figures for cite in figure.sources()}):
        what, _, which = cite.partition(" ")
        yield what, which


def _rules(statement: Statement) -> Iterator[tuple[str, str]]:
    """Yield the rules of the statement with their versions; what is given is made by none."""
    for rule in statement.seals.rules:
        name, _, version = rule.rpartition("/")
        if name:
            yield name, version


def _table(names: tuple[str, ...], rows: Iterator[tuple[str, ...]]) -> str:
    return Table("", tuple(map(Column, names)), tuple(rows)).markdown()


def annex(statement: Statement, depth: int | None = None) -> str:
    """
    Return the proof of every line of *statement* and of its total as Markdown, to be added to an invoice.

    Below each amount stand the figures that it was made from, in a nested list; a figure that several rest on is shown
    in full once. Then follow what is cited, the rules with their versions, and the seals of what went in. All texts are
    escaped. The same content gives the same annex: what made the statement, which is no content, is not in it.

    Args:
        statement: The statement.

        depth: How many levels below each amount to show; all by default.

    Raises:
        InvalidValue: when *depth* is no number of levels.
        WrongType: for anything but a statement.
    """
    expect(statement, Statement, "statement", "evaluate it, or read it with read_statement(…)")
    contract, period = escape_markdown(statement.contract), escape_markdown(statement.period.label)
    note = provisional_note(statement)
    blocks = [
        f"# Annex: {escape_markdown(statement.title)}",
        f"Contract {contract}, period {period}, status **{statement.status}**",
        *([f"**{escape_markdown(note)}**"] if note else []),
        *_proofs(statement, depth),
        "## What is cited",
        _table(("what", "which"), _cited(statement)),
        "## Rules",
        _table(("rule", "version"), _rules(statement)),
        "## Seals",
        _table(("of", "seal"), _seals(statement)),
    ]
    return "\n\n".join(blocks) + "\n"
