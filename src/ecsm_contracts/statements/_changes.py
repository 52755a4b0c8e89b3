"""What differs between two statements of one period: amounts, promises, items, and what went in."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, cast, get_args

from ecsm_contracts.errors import VerificationError
from ecsm_contracts.figures import Figure, derive, given, rule
from ecsm_contracts.money import Money
from ecsm_contracts.statements._parts import Assessment, LineKind, TriggerState

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ecsm_contracts.statements._parts import Line
    from ecsm_contracts.statements._statement import Statement

__all__ = ["Cause", "ChangedItem", "Difference", "ItemChange", "Reassessment", "TriggerChange"]

ItemChange = Literal["added", "removed", "changed"]
"""What became of an item; ``changed`` may be what is known of it, or what it counts."""

Cause = Literal["items", "rejected", "origins", "carried", "calendars", "zones", "rules"]
"""Which part of what went in is another one; ``rules`` only where nothing else is."""


@rule("difference/1")
def _difference(corrected: Money, issued: Money) -> Money:
    """Return the corrected amount less the issued one."""
    return corrected - issued


class Difference(NamedTuple):
    """
    What a line of a clause comes to beyond what was issued, with both proofs.

    The sign is that of lines: positive is owed to the provider, negative is given back to the customer.
    """

    clause: str
    """The clause."""
    kind: LineKind
    text: str
    """For people."""
    figure: Figure[Money]
    """The difference; its inputs are the corrected line and the issued one."""

    @property
    def amount(self) -> Money:
        """The corrected amount less the issued one, in whole minor units; never zero."""
        return self.figure.value

    @property
    def before(self) -> Money:
        """The amount that was issued; zero where there was no such line."""
        return cast("Money", self.figure.inputs[1].value)

    @property
    def after(self) -> Money:
        """The corrected amount; zero where there is no such line any more."""
        return cast("Money", self.figure.inputs[0].value)


class Reassessment(NamedTuple):
    """A promise whose outcome, severity or number is another one, or, where it has no number, its counts."""

    before: Assessment
    """As it was issued."""
    after: Assessment
    """As it is now known."""


class TriggerChange(NamedTuple):
    """A right or duty that now follows and did not, or the other way round."""

    before: TriggerState
    """As it was issued."""
    after: TriggerState
    """As it is now known."""


class ChangedItem(NamedTuple):
    """A ticket, outage or notice that was added, removed or changed."""

    kind: str
    """``ticket``, ``outage`` or ``notice``."""
    ref: str
    """The identity of the item."""
    change: ItemChange


def _lines(statement: Statement) -> dict[tuple[str, LineKind], Line]:
    return {(line.clause, line.kind): line for line in statement.lines}


def _clauses(statement: Statement) -> list[str]:
    """Return the references of the clauses, in the order of the terms: that of `figures` is lost in a file."""
    try:
        terms = json.loads(statement.terms)
        own = terms["clauses"]
        later = [clause for each in terms.get("amendments", ()) for clause in each.get("clauses", ())]
        return list(dict.fromkeys(clause["ref"] for clause in (*own, *later)))
    except (KeyError, TypeError):
        raise VerificationError([f"{statement.period.label}: the terms are not those of a contract"]) from None


def differences(issued: Statement, corrected: Statement) -> Iterator[Difference]:
    """Yield the lines whose amount differs, in the order of the clauses; a missing line counts as zero."""
    before, after = _lines(issued), _lines(corrected)
    zero = Money.zero(issued.total.value.currency)
    absent = given("no line any more", zero), given("no line was issued", zero)
    kinds: tuple[LineKind, ...] = get_args(LineKind)
    for clause, kind in ((clause, kind) for clause in _clauses(corrected) for kind in kinds):
        old, new = before.get((clause, kind)), after.get((clause, kind))
        line = new or old
        if line is None:
            continue
        figures = [each.figure if each else none for each, none in zip((new, old), absent, strict=True)]
        if figures[0].value != figures[1].value:
            name = f"{line.text}: corrected less issued"
            figure: Figure[Money] = derive(name, "difference/1", *figures, cites=(f"clause {clause}",))
            yield Difference(clause, kind, line.text, figure)


def reassessments(issued: Statement, corrected: Statement) -> Iterator[Reassessment]:
    """Yield the promises that are judged on something else now, in the order of the clauses."""
    for before, after in zip(issued.assessments, corrected.assessments, strict=True):
        if _judged_on(before) != _judged_on(after):
            yield Reassessment(before, after)


def _judged_on(assessment: Assessment) -> tuple[object, ...]:
    """Return what a promise is judged on; without a number that is what was counted."""
    counts = assessment.counts if assessment.number is None else ()
    return assessment.outcome, assessment.severity, assessment.number, counts


def trigger_changes(issued: Statement, corrected: Statement) -> Iterator[TriggerChange]:
    """Yield the rights and duties that follow from one of the statements only, in the order of the clauses."""
    for before, after in zip(issued.triggers, corrected.triggers, strict=True):
        if before.fired != after.fired:
            yield TriggerChange(before, after)


def changed_items(issued: Statement, corrected: Statement) -> Iterator[ChangedItem]:
    """Yield the items whose row was added, removed or changed, by kind and identity."""
    for before, after in issued.outcomes.differences(corrected.outcomes):
        change: ItemChange = "added" if before is None else "removed" if after is None else "changed"
        if (row := before or after) is not None:
            yield ChangedItem(row.kind, row.ref, change)


def _went_in(statement: Statement) -> dict[Cause, Any]:
    return {
        "items": statement.outcomes,
        "rejected": [record.to_data() for record in statement.rejected],
        "origins": statement.origins,
        "carried": statement.carried,
        "calendars": dict(statement.seals.calendars),
        "zones": dict(statement.seals.zones),
    }


def causes(issued: Statement, corrected: Statement) -> tuple[Cause, ...]:
    """Return which parts of what went in differ; of statements that differ there is always one."""
    before, after = _went_in(issued), _went_in(corrected)
    return tuple(cause for cause in before if before[cause] != after[cause]) or ("rules",)
