"""A restatement for people: what changed, what that does to promises and lines, and what it comes to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ecsm_contracts._display import Column, Table, escape_html, escape_text
from ecsm_contracts.calendars import show_duration
from ecsm_contracts.money import Money

if TYPE_CHECKING:
    from ecsm_contracts.statements._parts import Assessment
    from ecsm_contracts.statements._restatement import Restatement

__all__ = ["restatement_html", "restatement_text"]

MOST_ITEMS = 50
"""How many items the text names; all of them are in the document."""
_CAUSES = {
    "rejected": ("records", "other ones are rejected"),
    "origins": ("origins", "the facts come from elsewhere, or assume or record something else"),
    "carried": ("carry", "the period before hands on something else"),
    "calendars": ("calendars", "other hours or holidays"),
    "zones": ("zones", "other zone data"),
    "rules": ("rules", "the figures are derived in another way"),
}
_HANDED_ON = "The next period begins with another carry: if it was issued, restate it as well."


def _changes(restatement: Restatement) -> Table:
    rows: list[tuple[str, str, str]] = [(item.kind, item.ref, item.change) for item in restatement.items[:MOST_ITEMS]]
    for cause in restatement.causes:
        if cause in _CAUSES:
            what, how = _CAUSES[cause]
            rows.append((what, "", how))
    if restatement.status_before != restatement.status_after:
        rows.append(("status", "", f"{restatement.status_before}, now {restatement.status_after}"))
    more = len(restatement.items) - MOST_ITEMS
    return Table(
        title="What changed",
        columns=(Column("what"), Column("which"), Column("how")),
        rows=tuple(rows),
        note=f"and {more} more item{'s' if more > 1 else ''}" if more > 0 else "",
    )


def _outcome(assessment: Assessment) -> str:
    counts = {column.rpartition(".")[2]: count for column, count in assessment.counts}
    severity = f" ({assessment.severity})" if assessment.severity else ""
    said = [assessment.outcome.replace("_", " ") + severity]
    if assessment.number is not None:
        said.append(assessment.shown_number)
    elif "misses" in counts:
        said.append(
            f"{counts['met']} in time, {counts['misses']} not, late by {show_duration(counts['late'])} together"
        )
    return ", ".join(said)


def _promises(restatement: Restatement) -> Table:
    return Table(
        title="Promises",
        columns=(Column("clause"), Column("promise"), Column("issued"), Column("corrected")),
        rows=tuple(
            (before.clause, before.title, _outcome(before), _outcome(after))
            for before, after in restatement.assessments
        ),
    )


def _triggers(restatement: Restatement) -> Table:
    return Table(
        title="Rights and duties",
        columns=(Column("clause"), Column("right"), Column("issued"), Column("corrected"), Column("when")),
        rows=tuple(
            (
                after.clause,
                after.title,
                *("follows" if each.fired else "does not" for each in (before, after)),
                after.what,
            )
            for before, after in restatement.triggers
        ),
    )


def _lines(restatement: Restatement) -> Table:
    totals = (restatement.total_before, restatement.total_after, restatement.total.value)
    return Table(
        title="Lines that differ",
        columns=(
            Column("clause"),
            Column("line"),
            Column("issued", "right"),
            Column("corrected", "right"),
            Column("difference", "right"),
        ),
        rows=tuple(
            (line.clause, line.text, *(amount.display for amount in (line.before, line.after, line.amount)))
            for line in restatement.lines
        ),
        footer=(("", "total of the statement", *(amount.display for amount in totals)),),
    )


def _tables(restatement: Restatement) -> list[Table]:
    promises = [_promises(restatement)] if restatement.assessments else []
    triggers = [_triggers(restatement)] if restatement.triggers else []
    return [_changes(restatement), *promises, *triggers, _lines(restatement)]


def _heading(restatement: Restatement) -> str:
    name = f"{restatement.title} ({restatement.contract}), {restatement.period.label}"
    return f"{name}: restatement, {restatement.status_after}, {restatement.total.value.display}"


def _booked(restatement: Restatement) -> str:
    """Say what is to be booked, and for whom."""
    amount = restatement.total.value
    if not restatement.lines:
        return "No amount differs: nothing is to be booked."
    if amount == Money.zero(amount.currency):
        return "The lines that differ come to nothing together: only they are to be booked."
    if amount > Money.zero(amount.currency):
        return f"The customer owes the provider {amount.display} more."
    return f"The provider owes the customer {(-amount).display}."


def _notes(restatement: Restatement) -> list[str]:
    notes = [_booked(restatement), f"Replaces statement {restatement.replaces}", f"by statement {restatement.by}"]
    return [*notes, _HANDED_ON] if restatement.carry_changed else notes


def restatement_text(restatement: Restatement) -> str:
    """Return *restatement* as plain text."""
    tables = [table.text() for table in _tables(restatement)]
    notes = "\n".join(escape_text(note) for note in _notes(restatement))
    return "\n\n".join([escape_text(_heading(restatement)), *tables, notes])


def restatement_html(restatement: Restatement) -> str:
    """Return *restatement* as HTML without scripts; every text of it is escaped."""
    tables = [table.html() for table in _tables(restatement)]
    notes = [f"<p>{escape_html(note)}</p>" for note in _notes(restatement)]
    return "\n".join([f"<h3>{escape_html(_heading(restatement))}</h3>", *tables, *notes])
