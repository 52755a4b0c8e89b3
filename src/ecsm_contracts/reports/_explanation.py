"""The proof of one clause or of the total, with what fell short, as a text of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, get_args

from ecsm_contracts._display import Column, Table, escape_text
from ecsm_contracts._model import canonical_json
from ecsm_contracts.errors import InvalidValue, did_you_mean, expect, shown
from ecsm_contracts.figures import explain, explain_data
from ecsm_contracts.reports._html import proof_page
from ecsm_contracts.statements import Statement

if TYPE_CHECKING:
    from ecsm_contracts.figures import Figure
    from ecsm_contracts.statements import Shortfall

__all__ = ["PROOF_FORMS", "ProofForm", "proof"]

ProofForm = Literal["text", "markdown", "html", "json"]
PROOF_FORMS: tuple[ProofForm, ...] = get_args(ProofForm)

MOST_SHORTFALLS = 50
"""How many items are listed below a proof for people; all of them are in its JSON, and in `statement.shortfalls`."""
_TOTAL = "total"


def proof(statement: Statement, clause: str, form: ProofForm = "text", *, depth: int | None = None) -> str:
    """
    Return the proof of the figure behind *clause*, and what fell short, ending in a line feed.

    Args:
        statement: The statement.

        clause: A clause of it, for example ``4.6``; or ``total``.

        form: ``text``, ``markdown``, ``html`` (one page without scripts) or ``json`` (canonical, in one line:
            ``contract``, ``period``, ``clause``, ``root`` and ``nodes`` as `explain_data` gives them, ``shortfalls``).

        depth: How many levels below the figure to show; all by default.

    Raises:
        UnknownReference: when the statement has no such clause.
        InvalidValue: for another form, or when *depth* is no number of levels.
        WrongType: for anything but a statement.
    """
    expect(statement, Statement, "statement", "evaluate it, or read it with read_statement(…)")
    if form not in PROOF_FORMS:
        message = f"no form {shown(form)}{did_you_mean(str(form), PROOF_FORMS)}; there are {', '.join(PROOF_FORMS)}"
        raise InvalidValue(message, rule="report_form", value=form)
    figure = statement.total if clause == _TOTAL else statement[clause]
    found = statement.shortfalls(None if clause == _TOTAL else clause)
    if form == "json":
        return canonical_json(_data(statement, clause, explain_data(figure, depth=depth), found)) + "\n"
    if form == "text":
        return _text(figure, depth, found)
    tree = explain(figure, depth=depth, form=form)
    tables = [_table(found)] if found else []
    if form == "markdown":
        return "\n\n".join([tree, *(table.markdown() for table in tables)]) + "\n"
    title = f"{statement.title}, {statement.period.label}: {clause if clause == _TOTAL else f'clause {clause}'}"
    return proof_page(title, [tree, *(table.html() for table in tables)])


def _data(statement: Statement, clause: str, explained: dict[str, Any], found: tuple[Shortfall, ...]) -> dict[str, Any]:
    about = {"contract": statement.contract, "period": statement.period.label, "clause": clause}
    return about | explained | {"shortfalls": [each._asdict() for each in found]}


def _more(found: tuple[Shortfall, ...]) -> str:
    return f"and {len(found) - MOST_SHORTFALLS} more" if len(found) > MOST_SHORTFALLS else ""


def _text(figure: Figure[Any], depth: int | None, found: tuple[Shortfall, ...]) -> str:
    lines = [explain(figure, depth=depth)]
    if found:
        lines.append(f"\nWhat fell short ({len(found)}):")
    lines += [escape_text(f"  {each.clause}  {each.kind} {each.ref}: {each.text}") for each in found[:MOST_SHORTFALLS]]
    lines += [f"  {_more(found)}"] if _more(found) else []
    return "\n".join(lines) + "\n"


def _table(found: tuple[Shortfall, ...]) -> Table:
    return Table(
        title=f"What fell short ({len(found)})",
        columns=(Column("clause"), Column("kind"), Column("ref"), Column("how")),
        rows=tuple((each.clause, each.kind, each.ref, each.text) for each in found[:MOST_SHORTFALLS]),
        note=_more(found),
    )
