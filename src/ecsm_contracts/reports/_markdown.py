"""A statement as Markdown, for tickets, wikis and mails."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ecsm_contracts._display import escape_markdown
from ecsm_contracts.reports._tables import provisional_note, report_tables

if TYPE_CHECKING:
    from ecsm_contracts.statements import Statement

__all__ = ["statement_markdown"]


def statement_markdown(statement: Statement) -> str:
    """
    Return *statement* as GitHub-flavoured Markdown.

    Promises, lines, and records that entered no figure; all texts escaped.
    """
    contract, period = escape_markdown(statement.contract), escape_markdown(statement.period.label)
    note = provisional_note(statement)
    blocks = [
        f"# {escape_markdown(statement.title)}",
        f"Contract {contract}, period {period}, status **{statement.status}**",
        *([f"**{escape_markdown(note)}**"] if note else []),
        *(table.markdown() for table in report_tables(statement)),
    ]
    return "\n\n".join(blocks) + "\n"
