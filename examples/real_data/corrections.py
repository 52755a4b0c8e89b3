"""March corrected after it was issued: the documents that take the ledger to the truth, through April's carry."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from sets import evaluated

import ecsm_contracts as ec

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sets import Run

CRITICAL, OTHER = "4.4", "4.3"
"""The promises that the corrected tickets had missed; the first costs money by the ticket."""


def _retimed(ticket: ec.Ticket) -> ec.Ticket:
    """Return *ticket* resolved when it was last worked on: at the last instant before that of its last resolution."""
    last = max(event.at for event in ticket.events if event.kind == "resolved")
    before = max(event.at for event in ticket.events if event.at < last)
    return ticket.replace(
        events=tuple(dataclasses.replace(event, at=before) if event.at == last else event for event in ticket.events)
    )


def chosen(run: Run) -> tuple[list[str], list[str], list[str]]:
    """Return ten tickets to re-time, five to withdraw and three that come late: all too late in March, by identity."""
    resolved = {ticket.ref for ticket in run.facts.tickets if any(event.kind == "resolved" for event in ticket.events)}
    march = run.statements[0]
    critical, other = (
        [each.ref for each in march.shortfalls(clause) if each.ref in resolved] for clause in (CRITICAL, OTHER)
    )
    others = [ref for ref in other if ref not in critical]
    return (
        [*critical[:5], *others[:5]],
        [*critical[5:7], *others[5:8]],
        [*critical[7:8], *others[8:10]],
    )


def issued_and_corrected(run: Run) -> tuple[list[ec.Statement], list[ec.Statement]]:
    """Return March and April as first issued (the late tickets missing), and as they should have been."""
    retimed, withdrawn, late = chosen(run)
    facts = run.facts
    first = [ticket for ticket in facts.tickets if ticket.ref not in late]
    truth = [
        _retimed(ticket) if ticket.ref in retimed else ticket for ticket in facts.tickets if ticket.ref not in withdrawn
    ]
    return tuple(  # type: ignore[return-value]
        evaluated(
            run.contract,
            ec.Facts.of(tickets=tickets, origins=facts.origins, rejected=facts.rejected),
            run.data.months,
        )
        for tickets in (first, truth)
    )


def corrected_section(run: Run) -> Iterator[str]:
    """Yield the part of the page about the correction."""
    retimed, withdrawn, late = chosen(run)
    with run.timed("restate"):
        issued, corrected = issued_and_corrected(run)
        documents = ec.restate(issued, corrected)
    yield "### March corrected after it was issued"
    retimed_text, withdrawn_text, late_text = (", ".join(refs) for refs in (retimed, withdrawn, late))
    yield (
        f"Ten tickets were resolved when they were last worked on, earlier than recorded ({retimed_text}), five were "
        f"no incidents and are withdrawn ({withdrawn_text}), three came in late ({late_text}). Both months are "
        "evaluated again, April with the carry of the corrected March. `restate` gives a document for each month "
        "that changed. The months that were issued lack the late tickets, so they are not quite those above:"
    )
    for document in documents:
        yield f"```text\n{document}\n```"
    zero = ec.Money.zero(run.contract.currency)
    before, after = (sum((each.total.value for each in months), start=zero) for months in (issued, corrected))
    changed = sum((document.total.value for document in documents), start=zero)
    if before + changed != after:
        raise SystemExit("the documents do not add up to the truth")
    yield f"Issued {before.display}, restated {changed.display}, truth {after.display}: they add up to the truth."
    yield f"Issuing the same again gives {len(ec.restate(corrected, corrected))} documents."
