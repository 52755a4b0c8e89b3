"""A statement as Markdown, for tickets, wikis and mails."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ecsm_contracts.reports._tables import report_tables
from ecsm_contracts.statements import _show

if TYPE_CHECKING:
    from ecsm_contracts.statements import Statement

__all__ = ["statement_markdown"]


def statement_markdown(statement: Statement) -> str:
    """
    Return *statement* as GitHub-flavoured Markdown.

    Promises, lines, and records that entered no figure; all texts escaped.
    """
    return _show.statement_markdown(statement, report_tables(statement))
