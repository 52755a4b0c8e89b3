"""One statement in each of the forms in which it leaves the library."""

from __future__ import annotations

from typing import Literal, get_args

from ecsm_contracts.errors import InvalidValue, did_you_mean, expect
from ecsm_contracts.reports._annex import annex
from ecsm_contracts.reports._csv import statement_csv
from ecsm_contracts.reports._html import statement_page
from ecsm_contracts.reports._markdown import statement_markdown
from ecsm_contracts.statements import Statement

__all__ = ["FORMATS", "Format", "render"]

Format = Literal["text", "json", "html", "markdown", "csv", "annex"]
FORMATS: tuple[Format, ...] = get_args(Format)


def render(statement: Statement, form: Format, *, depth: int | None = None) -> str:
    """
    Return *statement* in one of the forms ``text``, ``json``, ``html``, ``markdown``, ``csv`` and ``annex``.

    Ending in a line feed. The annex is Markdown: the proof of every amount, to be added to an invoice.

    Args:
        statement: The statement.

        form: The form.

        depth: How many levels of each proof to show in ``html`` and ``annex``; all by default.

    Raises:
        InvalidValue: for another form; when *depth* is no number of levels, or the form has no proofs.
        WrongType: for anything but a statement; `contract.plain()` is the text of a contract.
    """
    expect(statement, Statement, "statement", "evaluate it, or read it with read_statement(…)")
    if depth is not None and form in FORMATS and form not in {"html", "annex"}:
        raise InvalidValue(f"depth: {form} has no proofs; html and annex have", rule="report_depth", value=depth)
    match form:
        case "text":
            return f"{statement}\n"
        case "json":
            return statement.to_json()
        case "html":
            return statement_page(statement, depth)
        case "markdown":
            return statement_markdown(statement)
        case "csv":
            return statement_csv(statement)
        case "annex":
            return annex(statement, depth)
    raise InvalidValue(f"no form {form!r}{did_you_mean(form, FORMATS)}", rule="report_form", value=form)
