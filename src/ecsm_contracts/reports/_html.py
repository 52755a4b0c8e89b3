"""
A statement as one HTML page that needs nothing else: no script, no network, fit to print and to archive.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ecsm_contracts._display import escape_html
from ecsm_contracts.figures import figure_tree
from ecsm_contracts.reports._tables import provisional_note, report_tables

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from ecsm_contracts._display import Tree
    from ecsm_contracts.statements import Line, Statement

__all__ = ["proof_page", "statement_page"]

_POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"
"""
Nothing is loaded and nothing runs, whatever a text of the statement might contain; only the page's own styles
hold.
"""

_STYLE = """\
body { font: 16px/1.5 system-ui, sans-serif; color: #1a1a1a; background: #fff; }
body { max-width: 64rem; margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.5rem; margin-bottom: 0.25rem; }
h2 { font-size: 1.15rem; margin-top: 2rem; }
table { border-collapse: collapse; width: 100%; margin: 1.5rem 0; font-variant-numeric: tabular-nums; }
caption { text-align: left; font-weight: 600; padding-bottom: 0.25rem; }
th, td { text-align: left; vertical-align: top; padding: 0.3rem 0.75rem 0.3rem 0; border-bottom: 1px solid #ddd; }
tfoot td { font-weight: 600; border-bottom: 0; }
summary { cursor: pointer; }
details details, details div { margin-left: 1.25rem; }
.proof { border-bottom: 1px solid #ddd; padding: 0.3rem 0; overflow-wrap: anywhere; }
.provisional { border: 2px solid #b45309; padding: 0.5rem 0.75rem; font-weight: 600; }
.seal { color: #595959; font-size: 0.85rem; overflow-wrap: anywhere; }
@media print {
  body { margin: 0; max-width: none; font-size: 10pt; }
  tr, summary { break-inside: avoid; }
  details::details-content { content-visibility: visible; block-size: auto; }
}"""


def _head(title: str) -> Iterator[str]:
    yield "<head>"
    yield '<meta charset="utf-8">'
    yield f'<meta http-equiv="Content-Security-Policy" content="{escape_html(_POLICY)}">'
    yield '<meta name="viewport" content="width=device-width, initial-scale=1">'
    yield f"<title>{escape_html(title)}</title>"
    yield f"<style>\n{_STYLE}\n</style>"
    yield "</head>"


def _proof(line: Line, tree: Tree) -> Iterator[str]:
    yield '<details class="proof">'
    yield f"<summary>{escape_html(f'{line.clause}  {line.text}: {line.amount.display}')}</summary>"
    yield tree.html()
    yield "</details>"


def _body(statement: Statement, depth: int | None) -> Iterator[str]:
    yield f"<h1>{escape_html(statement.title)}</h1>"
    facts = f"Contract {statement.contract}, period {statement.period.label}, status {statement.status}"
    yield f"<p>{escape_html(facts)}</p>"
    if note := provisional_note(statement):
        yield f'<p class="provisional">{escape_html(note)}</p>'
    for table in report_tables(statement):
        yield table.html()
    yield "<h2>Why each line has its amount</h2>"
    for line in statement.lines:
        yield from _proof(line, figure_tree(line.figure, depth))
    yield f'<p class="seal">Content {escape_html(statement.digest())}</p>'


def _page(title: str, body: Iterable[str]) -> str:
    parts = ["<!DOCTYPE html>", '<html lang="en">', *_head(title), "<body>", "<main>", *body]
    return "\n".join([*parts, "</main>", "</body>", "</html>"]) + "\n"


def statement_page(statement: Statement, depth: int | None = None) -> str:
    """
    Return *statement* as a complete HTML5 page.

    Promises, lines, records that entered no figure, and a proof for each line that unfolds, down to *depth* levels
    below the amount; all by default.

    The page has no script and loads nothing; every text of the statement is escaped. The same statement gives
    the same page.

    Raises:
        InvalidValue: when *depth* is no number of levels.
    """
    title = f"{statement.title}, {statement.period.label}: {statement.status}"
    return _page(title, _body(statement, depth))


def proof_page(title: str, parts: Iterable[str]) -> str:
    """Return a complete HTML5 page with *title* and *parts*, which are HTML that is escaped already."""
    return _page(title, [f"<h1>{escape_html(title)}</h1>", *parts])
