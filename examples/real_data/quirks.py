"""
What is odd in each set, counted from the tables with the csv module alone, and the rule that meets it.

The rules are those of docs/reference/mapping.md and docs/reference/semantics.md; nothing here asks the library.
"""

from __future__ import annotations

import csv
import gzip
from collections import Counter, defaultdict
from itertools import combinations, pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

Row = dict[str, str]
Quirk = tuple[str, int, str]


def rows(file: Path) -> list[Row]:
    """Return the rows of a table, all of them."""
    with gzip.open(file, "rt", encoding="utf-8", newline="") as opened:
        return list(csv.DictReader(opened))


def by_ticket(found: list[Row]) -> dict[str, list[Row]]:
    """Return the rows of each ticket, in the order of the file."""
    tickets: defaultdict[str, list[Row]] = defaultdict(list)
    for row in found:
        tickets[row["ticket"]].append(row)
    return tickets


def count(tickets: dict[str, list[Row]], odd: Callable[[list[Row]], bool]) -> int:
    """Return how many tickets are *odd*."""
    return sum(odd(each) for each in tickets.values())


def incident(folder: Path) -> Iterator[Quirk]:
    """Yield the quirks of the incident log."""
    table = {row["ticket"]: row for row in rows(folder / "incident_tickets.csv.gz")}
    log = rows(folder / "incident_events.csv.gz")
    tickets = by_ticket(log)

    def states(each: list[Row]) -> list[str]:
        return [row["state"] for row in each]

    def before_active(each: list[Row]) -> bool:
        found = states(each)
        return "Active" in found and "Resolved" in found[: found.index("Active")]

    unresolved = [ref for ref, row in table.items() if not row["resolved_at"]]
    logged = sum("Resolved" in states(tickets[ref]) for ref in unresolved)
    february = sum(row["opened_at"].startswith("2016-02") for row in table.values())
    early = sum(any(row["at"] < table[ref]["opened_at"] for row in each) for ref, each in tickets.items())
    same = sum(a["state"] == b["state"] for each in tickets.values() for a, b in pairwise(each))
    closed = [states(each)[states(each).index("Closed") + 1 :] for each in tickets.values() if "Closed" in states(each)]
    yield "no row for the opening", len(tickets), "the ticket table gives the opening"
    yield "a row before the opening", early, "taken at the opening (`before_opening: at_opening`)"
    yield "opened in February", february, "counts where it is due; what was due in February is not settled"
    yield (
        "no `resolved_at`",
        len(unresolved),
        f"the log decides: {logged} of them have a row Resolved, the others are resolved by Closed",
    )
    first = {ref: _first(each, "Resolved") for ref, each in tickets.items()}
    later = sum(bool(first[ref]) and "" < row["resolved_at"] != first[ref] for ref, row in table.items())
    yield "`resolved_at` is not the first row Resolved", later, "the log decides: the first such row stands"
    yield "first row is not New", count(tickets, lambda each: each[0]["state"] != "New"), "acknowledged at that row"
    yield (
        "never Active",
        count(tickets, lambda each: "Active" not in states(each)),
        "another row that is not New acknowledges",
    )
    yield (
        "Resolved before the first Active",
        count(tickets, before_active),
        "Resolved acknowledges and resolves; Active after it reopens",
    )
    yield "a row that changes no state", same, "`noted`, unless group or priority change"
    yield "a row after Closed", sum(map(len, closed)), "Closed again is `noted`; Active reopens"
    yield (
        "no group in any row",
        count(tickets, lambda each: not any(row["group"] for row in each)),
        "a group of its own, (blank)",
    )
    yield (
        "rows not in the order of time",
        count(tickets, lambda each: any(a["at"] > b["at"] for a, b in pairwise(each))),
        "instants decide, then the order of the file",
    )
    yield (
        "a `seq` twice in a ticket",
        count(tickets, lambda each: len({row["seq"] for row in each}) < len(each)),
        "the column is not read",
    )
    yield "no reply in the log", len(tickets), "first response is not measured"


def _first(each: list[Row], state: str) -> str:
    """Return the earliest time at which a row shows *state*; empty if none does."""
    return min((row["at"] for row in each if row["state"] == state), default="")


def helpdesk(folder: Path) -> Iterator[Quirk]:
    """Yield the quirks of the help desk."""
    log = rows(folder / "helpdesk_events.csv.gz")
    tickets = by_ticket(log)
    follows = Counter(b["Activity"] for each in tickets.values() for a, b in pairwise(each) if a["Activity"] == "Wait")
    varying = ("seriousness_2", "service_level", "service_type", "customer", "product", "workgroup")

    def activities(each: list[Row]) -> list[str]:
        return [row["Activity"] for row in each]

    def closed_early(each: list[Row]) -> bool:
        found = activities(each)
        return "Closed" in found and "Resolve ticket" in found[found.index("Closed") + 1 :]

    yield "no row for the opening", len(tickets), "the first row opens the ticket"
    yield "a Wait with a row after it", sum(follows.values()), "the wait ends at the next row that shows another state"
    yield "of these straight to Resolve", follows["Resolve ticket"], "resolved out of the wait"
    yield "an exact duplicate of a row", len(log) - len({tuple(row.values()) for row in log}), "changes nothing"
    yield (
        "resolved more than once",
        count(tickets, lambda each: activities(each).count("Resolve ticket") > 1),
        "the second changes nothing, unless it was reopened between",
    )
    yield (
        "Closed before the last Resolve",
        count(tickets, closed_early),
        "a resolution after the closing changes nothing",
    )
    yield (
        "neither resolved nor closed in the log",
        count(tickets, lambda each: not {"Resolve ticket", "Closed"} & set(activities(each))),
        "open, and held to the end where the last row is a wait: such a ticket never becomes late",
    )
    yield (
        "an attribute that varies in a ticket",
        count(tickets, lambda each: any(len({row[name] for row in each}) > 1 for name in varying)),
        "a new seriousness is a new priority, a new workgroup a transfer; of all others the first row counts",
    )


def vendor(folder: Path) -> Iterator[Quirk]:
    """Yield the quirks of the vendor's log."""
    tickets = by_ticket(rows(folder / "vendor_incidents_events.csv.gz"))

    def reopened(each: list[Row]) -> bool:
        return any(a["status"] == "Completed" != b["status"] for a, b in pairwise(each))

    def kinds(each: list[Row]) -> set[str]:
        return {row["sub_status"] for row in each if row["status"] == "Completed"}

    yield "no row for the opening", len(tickets), "the first row opens the ticket"
    yield "events of the longest ticket", max(map(len, tickets.values())), "read like any other"
    yield "reopened after Completed", count(tickets, reopened), "any row that is not Completed reopens"
    yield (
        "Completed by nothing but In Call",
        count(tickets, lambda each: kinds(each) == {"In Call"}),
        "taken as resolved on the call",
    )
    yield (
        "first seen before April 2012",
        count(tickets, lambda each: each[0]["at_utc"] < "2012-04"),
        "judged in the month of the resolution, not of the opening",
    )


def cloud(folder: Path) -> Iterator[Quirk]:
    """Yield the quirks of the outages, for all three vendors together."""
    found = rows(folder / "cloud_outages.csv.gz")
    timed = [row for row in found if row["start"][:2] == "20" and len(row["end"]) > len("2018")]
    places: defaultdict[tuple[str, str, str], list[Row]] = defaultdict(list)
    for row in timed:
        places[row["vendor"], row["service"].strip(), row["location"].strip()].append(row)
    pairs = sum(
        a["start"] < b["end"] and b["start"] < a["end"] for each in places.values() for a, b in combinations(each, 2)
    )
    yield (
        "spellings of services",
        len({row["service"] for row in found}),
        "blanks at the edges are dropped, the rest is mapped",
    )
    yield "no place", sum(not row["location"].strip() for row in found), "the place Unknown"
    yield (
        "no vendor",
        sum(not row["vendor"] for row in found),
        "quarantined with the rows of AWS, as nearly all name its services",
    )
    yield (
        "no time in start or end (columns shifted)",
        len(found) - len(timed),
        "quarantined; they name no vendor either",
    )
    yield (
        "a line break inside a field",
        sum("\n" in "".join(row.values()) for row in found),
        "read as one record, quarantined",
    )
    yield "end before start", sum(row["end"] < row["start"] for row in timed), "quarantined"
    yield "end at start", sum(row["end"] == row["start"] for row in timed), "quarantined (`no_length: reject`)"
    yield (
        "overlapping pairs of one service and place (as spelt, blank places too)",
        pairs,
        "merged: the time counts once",
    )


QUIRKS: dict[str, Callable[[Path], Iterator[Quirk]]] = {
    "incident": incident,
    "helpdesk": helpdesk,
    "vendor": vendor,
    "cloud_aws": cloud,
}
