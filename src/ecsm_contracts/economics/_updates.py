"""Updates: the instants at which a ticket's state, group or priority changed, which is what every log holds."""

from __future__ import annotations

from collections import Counter
from itertools import groupby
from operator import attrgetter
from typing import TYPE_CHECKING

from ecsm_contracts.errors import Contradiction
from ecsm_contracts.facts import timeline

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ecsm_contracts.calendars import Span
    from ecsm_contracts.facts import Facts, PriorityMatrix, Ticket
    from ecsm_contracts.statements import Statement

__all__ = ["UPDATE_MEANS", "updates_by_ticket"]

UPDATE_MEANS = "an update is a change of state, group or priority"
_CHANGES = frozenset(
    {
        *("acknowledged", "held", "resumed", "reprioritised", "transferred"),
        *("resolved", "reopened", "closed", "cancelled", "merged"),
    }
)
"""The kinds of event that change something; an opening, a reply and a note are no updates."""


def _updates(ticket: Ticket, bounds: Span, matrix: PriorityMatrix | None) -> Counter[str]:
    """
    Return how many updates *ticket* had in the period, by the priority that held after each.

    None at all for a ticket whose events cannot all be true.
    """
    found: Counter[str] = Counter()
    start, end = bounds
    known = ticket.known_before(end)
    try:
        steps = timeline(known, matrix) if known is not None else ()
    except Contradiction:
        return found
    priority = ""
    for at, group in groupby(steps, key=attrgetter("at")):
        changed = False
        for step in group:
            priority = step.priority or priority
            changed = changed or step.kind in _CHANGES
        if changed and at >= start:
            found[priority] += 1
    return found


def updates_by_ticket(
    facts: Facts, statement: Statement, bounds: Span, matrix: PriorityMatrix | None
) -> Mapping[str, Counter[str]]:
    """
    Return for each ticket with updates in the period how many there were of each priority.

    *bounds* are those of the period, half-open, in microseconds. Events of one instant are one update. Tickets
    that contradict themselves, or that *statement* rejected, have none. *matrix* is that of the contract, for
    priorities that nobody said.
    """
    refused = {each.ref for each in statement.rejected if each.kind == "ticket"}
    counted = ((ticket.ref, _updates(ticket, bounds, matrix)) for ticket in facts.tickets if ticket.ref not in refused)
    return {ref: updates for ref, updates in counted if updates}
