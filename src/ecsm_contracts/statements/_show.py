"""A statement for people: what was promised, what came of it, what is owed."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from itertools import groupby
from typing import TYPE_CHECKING, Any

from ecsm_contracts._display import Column, Table, escape_html, escape_markdown, escape_text
from ecsm_contracts._display._rich import rich_table, rich_text
from ecsm_contracts.money import Money
from ecsm_contracts.statements._services import services_shown
from ecsm_contracts.statements._shortfalls import shortfalls

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from ecsm_contracts.figures import Figure
    from ecsm_contracts.statements._parts import Assessment
    from ecsm_contracts.statements._services import Services
    from ecsm_contracts.statements._statement import Statement

__all__ = [
    "assumptions_of",
    "provisional_note",
    "statement_html",
    "statement_markdown",
    "statement_rich",
    "statement_tables",
    "statement_text",
    "triggers_of",
    "unlisted_note",
]

Cells = tuple[str, ...]
"""The cells of a row."""

SHOWN_ITEMS = 10
"""How many items a note names; all of them are in the statement."""
SHOWN_WINDOWS = 8
"""Of how many windows of one clause each has a row; of more only those that were missed, and how many there are."""
_NO_SINGLE_SERVICE = "Several services, or none"
_OUTCOMES = {"met": "met", "missed": "MISSED", "not_measured": "not measured"}


def _tickets(number: int) -> str:
    return f"{number} ticket{'s' if number != 1 else ''}"


def _few(assessment: Assessment) -> str:
    return ", too few to measure" if assessment.number is None else ""


def _too_few(assessment: Assessment, outcome: Figure[object] | None) -> str:
    """Say of a small sample by what it was judged, if by anything."""
    if outcome is not None and outcome.rule == "outcome of few misses/1":
        return f", too few for a share: at most {outcome.inputs[-1].value} may be late"
    return _few(assessment)


def _answers(counts: Mapping[str, int], assessment: Assessment) -> str:
    number = counts["counted"]
    answers = f"{number or 'no'} answer{'s' if number != 1 else ''}"
    off = f", {counts['off_scale']} more not on the scale" if counts["off_scale"] else ""
    return answers + (_few(assessment) if number else "") + off


def _declared(counts: Mapping[str, int], outcome: Figure[object] | None) -> str:
    if counts["counted"] > 1:
        return f"{counts['counted']} different values declared"
    if not counts["counted"]:
        return "declared without evidence" if counts["unproven"] else "not declared"
    late = ", too late" if outcome is not None and outcome.rule == "declared late/1" else ""
    return f"declared{late}"


def _clause(assessment: Assessment, statement: Statement) -> str:
    """Return the clause of an assessment, which may be of a window of its own: ``4.2`` of ``4.2@2026-03-05``."""
    name = assessment.clause
    return name if name in statement.figures else name.rpartition("@")[0]


def _outcome(assessment: Assessment, statement: Statement) -> Figure[object] | None:
    """Return the figure of an outcome: that of the clause, or of its window."""
    clause = _clause(assessment, statement)
    figure = statement.figures.get(clause)
    if figure is None or figure.rule != "outcome of windows/1":
        return figure
    windows = [each.clause for each in statement.assessments if _clause(each, statement) == clause]
    return figure.inputs[windows.index(assessment.clause)] if len(windows) == len(figure.inputs) else None


def _counts(assessment: Assessment, statement: Statement) -> str:
    outcome = _outcome(assessment, statement)
    if outcome is not None and outcome.rule == "not recorded/1":
        kinds = sorted({str(kind.value) for kind in outcome.inputs})
        return f"the facts do not record {' or '.join(kinds)}"
    counts = {column.rpartition(".")[2]: number for column, number in assessment.counts}
    if "off_scale" in counts:
        return _answers(counts, assessment)
    if "unproven" in counts:
        return _declared(counts, outcome)
    return _of_tickets(counts, assessment, statement, outcome)


def _of_tickets(
    counts: Mapping[str, int], assessment: Assessment, statement: Statement, outcome: Figure[object] | None
) -> str:
    if counts.get("counted") == 0:
        return "no tickets"
    if counts.get("met") == counts.get("misses") == counts.get("late") == 0:
        return "no ticket met or missed it"
    if "counted" in counts and "met" not in counts:
        return f"{_tickets(counts['counted'])}{_few(assessment)}"
    if "counted" in counts:
        return f"{counts['met']} of {_tickets(counts['counted'])} in time{_too_few(assessment, outcome)}"
    if "misses" in counts:
        later = sum(each.missed_before for each in shortfalls(statement, assessment.clause)) if counts["late"] else 0
        still = f", {later} missed before and later still" if later else ""
        return f"{_tickets(counts['met'])} in time, {counts['misses']} not{still}"
    return ""


def _promises(statement: Statement) -> Iterator[tuple[str, Cells]]:
    """
    Yield a row for each assessment, with its clause.

    Of many windows of one clause for those that were missed, and how many.
    """
    for clause, found in groupby(statement.assessments, key=lambda each: _clause(each, statement)):
        windows = list(found)
        few = len(windows) <= SHOWN_WINDOWS
        for each in windows:
            if few or each.outcome == "missed":
                outcome = _OUTCOMES.get(each.outcome, each.outcome)
                outcome += f" ({each.severity})" if each.severity else ""
                counted = _counts(each, statement)
                yield clause, (each.clause, each.title, outcome, each.shown_number, each.shown_target, counted)
        if not few:
            counted = f"{len(windows)} windows: {_number_of_each(windows)}"
            yield clause, (clause, windows[0].title, "", "", "", counted)


def _number_of_each(windows: Iterable[Assessment]) -> str:
    numbers = Counter(each.outcome for each in windows)
    return ", ".join(f"{number} {outcome.replace('_', ' ')}" for outcome, number in sorted(numbers.items()))


def _undecided(statement: Statement) -> str:
    """Say of which clauses no window ends in the period."""
    waiting = [clause for clause, figure in statement.figures.items() if figure.value == "undecided"]
    return f"Undecided, as no window of theirs ends in the period: {', '.join(waiting)}" if waiting else ""


@dataclass(slots=True)
class _Grouped:
    """The rows of a table, by service; without headings where there is nothing to group by."""

    rows: list[Cells] = field(default_factory=list)
    headings: list[tuple[int, str]] = field(default_factory=list)

    def add(self, heading: str, rows: Iterable[Cells]) -> None:
        if heading:
            self.headings.append((len(self.rows), heading))
        self.rows.extend(rows)


def _by_service(refs: Iterable[str], services: Services | None) -> list[tuple[str, list[int]]]:
    """
    Return the places of rows, whose clauses are *refs*, for each heading.

    Services stand in the order of the contract, what is about no single one last. Where no row is about one, or there
    is nothing to group by, the heading is empty.
    """
    places: dict[str | None, list[int]] = {}
    for place, ref in enumerate(refs):
        places.setdefault(None if services is None else services.of(ref), []).append(place)
    rest = places.pop(None, [])
    if services is None or not places:
        return [("", rest)]
    found = [(services.heading(ref), places[ref]) for ref in services.listed if ref in places]
    return [*found, (_NO_SINGLE_SERVICE, rest)] if rest else found


def _promise_rows(statement: Statement, services: Services | None) -> _Grouped:
    found, rows = _Grouped(), list(_promises(statement))
    for heading, places in _by_service((clause for clause, _ in rows), services):
        found.add(heading, (rows[place][1] for place in places))
    return found


def _line_rows(statement: Statement, services: Services | None) -> _Grouped:
    """Return the lines; under each heading with what they come to."""
    found, lines = _Grouped(), statement.lines
    for heading, places in _by_service((line.clause for line in lines), services):
        rows = [(lines[place].clause, lines[place].text, lines[place].amount.display) for place in places]
        zero = Money.zero(statement.total.value.currency)
        whole = sum((lines[place].amount for place in places), start=zero)
        found.add(heading, [*rows, ("", "subtotal", whole.display)] if heading else rows)
    return found


def statement_tables(statement: Statement) -> tuple[Table, Table]:
    """
    Return the table of promises and the table of lines.

    Where the contract lists several services, both are grouped by service, under its title and business outcome; the
    subtotals of the lines add up to the total.
    """
    services = services_shown(statement)
    promises, lines = _promise_rows(statement, services), _line_rows(statement, services)
    return (
        Table(
            title="Promises",
            columns=(
                Column("clause"),
                Column("promise"),
                Column("outcome"),
                Column("number", "right"),
                Column("target", "right"),
                Column("counted"),
            ),
            rows=tuple(promises.rows),
            note=_undecided(statement),
            headings=tuple(promises.headings),
        ),
        Table(
            title="Lines",
            columns=(Column("clause"), Column("line"), Column("amount", "right")),
            rows=tuple(lines.rows),
            footer=(("", "total", statement.total.value.display),),
            headings=tuple(lines.headings),
        ),
    )


def _heading(statement: Statement) -> str:
    return f"{statement.title} ({statement.contract}), {statement.period.label}: {statement.status}"


def _rejected(statement: Statement) -> Table | None:
    if not statement.rejected:
        return None
    return Table(
        title="Records that entered no figure; what they would have changed is not known",
        columns=(Column("kind"), Column("ref"), Column("reason"), Column("code")),
        rows=tuple((each.kind, each.name, each.message, each.code) for each in statement.rejected),
    )


def assumptions_of(statement: Statement) -> Table | None:
    """Return what the origins of the facts assume and do not record; None when they say nothing."""
    rows = [
        (origin.title, said)
        for origin in statement.origins
        for said in (*origin.assumes, *(f"Not recorded: {kind}." for kind in origin.unrecorded))
    ]
    if not rows:
        return None
    title = "What the facts take for granted; no figure proves it"
    return Table(title=title, columns=(Column("origin"), Column("assumption")), rows=tuple(rows))


def unlisted_note(statement: Statement) -> str:
    """Say which items are of services that the contract does not list; nothing when there are none."""
    if not statement.unlisted:
        return ""
    some = ", ".join(f"{each.kind} {each.ref} ({each.service})" for each in statement.unlisted[:SHOWN_ITEMS])
    more = len(statement.unlisted) - SHOWN_ITEMS
    return f"Of services that the contract does not list: {some}" + (f" and {more} more" if more > 0 else "")


def triggers_of(statement: Statement) -> Table | None:
    """Return which rights and duties follow; None for a contract without any."""
    if not statement.triggers:
        return None
    return Table(
        title="Rights and duties",
        columns=(Column("clause"), Column("right"), Column("follows"), Column("when")),
        rows=tuple((each.clause, each.title, "YES" if each.fired else "no", each.what) for each in statement.triggers),
    )


def _all_tables(statement: Statement) -> list[Table]:
    found = (*statement_tables(statement), triggers_of(statement), _rejected(statement), assumptions_of(statement))
    return [table for table in found if table is not None]


def statement_text(statement: Statement) -> str:
    """Return *statement* as plain text."""
    tables = _all_tables(statement)
    parts = [_heading(statement), *(table.text() for table in tables)]
    if note := unlisted_note(statement):
        parts.append(escape_text(note))
    return "\n\n".join(parts)


def statement_html(statement: Statement) -> str:
    """Return *statement* as HTML without scripts; every text of it is escaped."""
    tables = _all_tables(statement)
    parts = [f"<h3>{escape_html(_heading(statement))}</h3>", *(table.html() for table in tables)]
    if note := unlisted_note(statement):
        parts.append(f"<p>{escape_html(note)}</p>")
    return "\n".join(parts)


def provisional_note(statement: Statement) -> str:
    """Return what a reader of a provisional statement must know; empty for a final one."""
    if statement.status == "final":
        return ""
    count = len(statement.rejected)
    records = "1 record entered" if count == 1 else f"{count} records entered"
    return f"Provisional: {records} no figure, and may still change this statement."


def statement_markdown(statement: Statement, tables: Sequence[Table] | None = None) -> str:
    """Return *statement* as GitHub-flavoured Markdown, with these *tables*; every text of it is escaped."""
    contract, period = escape_markdown(statement.contract), escape_markdown(statement.period.label)
    note = provisional_note(statement)
    unlisted = unlisted_note(statement) if tables is None else ""
    blocks = [
        f"# {escape_markdown(statement.title)}",
        f"Contract {contract}, period {period}, status **{statement.status}**",
        *([f"**{escape_markdown(note)}**"] if note else []),
        *(table.markdown() for table in (_all_tables(statement) if tables is None else tables)),
        *([escape_markdown(unlisted)] if unlisted else []),
    ]
    return "\n\n".join(blocks) + "\n"


def statement_rich(statement: Statement, width: int) -> Iterator[Any]:
    """Yield what `rich` draws of *statement* in *width* columns: the content of `statement_text`, each text literal."""
    yield rich_text(_heading(statement), "bold")
    for table in _all_tables(statement):
        yield rich_text("")
        yield rich_table(table, width)
    if note := unlisted_note(statement):
        yield rich_text("")
        yield rich_text(note)
