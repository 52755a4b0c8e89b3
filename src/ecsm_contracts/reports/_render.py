"""One statement in each of the forms in which it leaves the library."""

from __future__ import annotations

from typing import Literal, get_args

from ecsm_contracts.errors import InvalidValue, did_you_mean, expect
from ecsm_contracts.reports._csv import statement_csv
from ecsm_contracts.reports._html import statement_page
from ecsm_contracts.reports._markdown import statement_markdown
from ecsm_contracts.statements import Statement

__all__ = ["FORMATS", "Format", "render"]

Format = Literal["text", "json", "html", "markdown", "csv"]
FORMATS: tuple[Format, ...] = get_args(Format)


def render(statement: Statement, form: Format) -> str:
    """
    Return *statement* in one of the forms ``text``, ``json``, ``html``, ``markdown`` and ``csv``.

    Ending in a line feed.

    Raises:
        InvalidValue: for another form.
        WrongType: for anything but a statement; `contract.plain()` is the text of a contract.
    """
    expect(statement, Statement, "statement", "evaluate it, or read it with read_statement(…)")
    match form:
        case "text":
            return f"{statement}\n"
        case "json":
            return statement.to_json()
        case "html":
            return statement_page(statement)
        case "markdown":
            return statement_markdown(statement)
        case "csv":
            return statement_csv(statement)
    raise InvalidValue(f"no form {form!r}{did_you_mean(form, FORMATS)}", rule="report_form", value=form)
