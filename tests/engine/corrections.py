"""A ledger of March and April that a correction goes through, and corrections at random of simulated worlds."""

import json
import random
from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import ecsm_contracts as ec
from ecsm_contracts.facts import Facts, Ticket
from tests.engine.world import acme_data, contract_of

Amounts = dict[tuple[str, str, str], int]
"""Minor units by period, clause and kind of line; what is zero is left out."""

MARCH, APRIL = "2026-03", "2026-04"
IN_MARCH: dict[str, Any] = {
    "ref": "O-1",
    "service": "mail",
    "start": "2026-03-10T00:00:00Z",
    "end": "2026-03-10T05:00:00Z",
}
IN_APRIL = {**IN_MARCH, "ref": "O-2", "start": "2026-04-07T00:00:00Z", "end": "2026-04-07T05:00:00Z"}


def yearly(at_most: str = "EUR 3000.00") -> ec.Contract:
    """The example contract with a limit over the contract year."""
    data = acme_data()
    limit = next(clause for clause in data["clauses"] if clause["ref"] == "4.7")
    limit.pop("of", None)
    limit |= {"at_most": at_most, "window": "contract_year"}
    return contract_of(data)


def opening() -> ec.Carry:
    """EUR 500.00 of the limit were given before March."""
    used = {"4.7": (date(2026, 1, 1), ec.Money.parse("EUR 500.00"))}
    return ec.Carry.opening("ACME-2026", ends=date(2026, 3, 1), limits=used)


def ledger(
    contract: ec.Contract, facts: ec.Facts, periods: Iterable[str], carry: ec.Carry | None = None
) -> list[ec.Statement]:
    """The statements of some periods, each with the carry of the one before."""
    statements: list[ec.Statement] = []
    for period in periods:
        statements.append(ec.evaluate(contract, facts, period=period, carry=carry))
        carry = statements[-1].carry
    return statements


def spring(*outages: dict[str, Any]) -> list[ec.Statement]:
    """March and April with these outages of the mail."""
    return ledger(yearly(), ec.facts_from_records(outages=list(outages)), [MARCH, APRIL], opening())


def of_statements(statements: Iterable[ec.Statement]) -> Amounts:
    """What statements come to."""
    lines = (
        (each.period.label, line.clause, line.kind, line.amount.minor) for each in statements for line in each.lines
    )
    return {(period, clause, kind): minor for period, clause, kind, minor in lines if minor}


def of_documents(documents: Iterable[ec.Restatement]) -> Amounts:
    """What restatements come to."""
    found: Counter[tuple[str, str, str]] = Counter()
    for document in documents:
        for line in document.lines:
            found[document.period.label, line.clause, line.kind] += line.amount.minor
    return {key: minor for key, minor in found.items() if minor}


def added(*parts: Amounts) -> Amounts:
    """The sum of amounts."""
    keys = {key for part in parts for key in part}
    sums = {key: sum(part.get(key, 0) for part in parts) for key in keys}
    return {key: minor for key, minor in sums.items() if minor}


def totals(documents: Iterable[ec.Restatement]) -> int:
    """The sum of the totals, in minor units."""
    return sum(each.total.value.minor for each in documents)


def owed(statements: Iterable[ec.Statement]) -> int:
    """The sum of the totals, in minor units."""
    return sum(each.total.value.minor for each in statements)


def retimed(ticket: Ticket, later: timedelta) -> Ticket:
    """The ticket with everything after its opening moved."""
    opened = next(event for event in ticket.events if event.kind == "opened")
    moved = [replace(event, at=event.at + later) for event in ticket.events if event is not opened]
    return ticket.replace(events=(opened, *moved))


def version(facts: Facts, rng: random.Random) -> Facts:
    """
    What is known of a world at some time.

    Every fourth ticket is missing, every fourth is told with other instants, some outages are missing; a ticket that
    is missing in one version and known in a later one is late, the other way round it is withdrawn.
    """
    tickets = [ticket for ticket in facts.tickets if rng.randrange(4)]
    told = [each if rng.randrange(4) else retimed(each, timedelta(minutes=rng.randrange(1, 3000))) for each in tickets]
    outages = [outage for outage in facts.outages if rng.randrange(3)]
    return Facts.of(tickets=told, outages=outages, notices=facts.notices, work=facts.work)


def shuffled(facts: Facts, rng: random.Random) -> Facts:
    """The same facts in another order."""

    def turned(items: Iterable[Any]) -> list[Any]:
        found = list(items)
        rng.shuffle(found)
        return found

    return Facts.of(
        tickets=turned(facts.tickets), outages=turned(facts.outages), notices=turned(facts.notices), work=facts.work
    )


def data_of(document: ec.Restatement) -> dict[str, Any]:
    """What the JSON of a document holds."""
    data: dict[str, Any] = json.loads(document.to_json())
    return data
