"""
Ten tickets of the incident log, at its odd places, reckoned by hand from its rows and the calendar.

The desk works Mon-Fri 08:00-18:00; 25 March and 21 April 2016 are closing days. Each sum below was made with paper and
pencil for clause 4.3, resolution, on whose clock waits for the customer, a vendor or evidence do not count.
"""

from __future__ import annotations

import dataclasses
from datetime import timedelta
from typing import TYPE_CHECKING, NamedTuple

import ecsm_contracts as ec

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sets import Run

CLAUSE = "4.3"
HEAD = """\
# Ten tickets, by hand

Ten tickets of the incident log on [the page about real data](real-data.md), at its odd places. For each the service
time to resolution (clause 4.3) is reckoned by hand from the rows of the log, and below it stands what the library says
of the same ticket. The desk works Mon-Fri 08:00-18:00, and is closed on 25 March and 21 April 2016; waits for the
customer, a vendor or evidence do not count.

Made together with that page: `make real-data DATA=FOLDER`. A test compares the ten sums with the library.
"""


class ByHand(NamedTuple):
    """A ticket, what is odd in it, and the sum."""

    ref: str
    oddity: str
    sum: str
    elapsed: timedelta
    month: str = "2016-03"


def _time(hours: int, minutes: int) -> timedelta:
    return timedelta(hours=hours, minutes=minutes)


TEN = (
    ByHand(
        "INC0000361",
        "Held over a weekend, and resolved out of the hold: no row says that it was resumed.",
        "Mon 29 Feb 15:38-18:00 is 2:22; Tue 1 Mar 08:00-17:53 is 9:53; from then on the customer is awaited until it "
        "is resolved.",
        _time(12, 15),
    ),
    ByHand(
        "INC0001068",
        "Resolved before it was ever Active; reopened for a minute.",
        "Wed 2 Mar 09:42-18:00 is 8:18; Thu and Fri 20:00; Mon 7 Mar 08:00-10:17 is 2:17; held until resolved on "
        "9 March; reopened Thu 17 Mar 16:28-16:29, 0:01.",
        _time(30, 36),
    ),
    ByHand(
        "INC0001155",
        "Reopened, and open over both closing days.",
        "2 Mar 11:07-18:00 is 6:53; 20 working days to the end of March (25 March is closed) 200:00; 1, 4 and 5 April "
        "30:00; 6 Apr 08:00-14:13 is 6:13; reopened 7 April: 11 working days (21 April is closed) 110:00; "
        "25 Apr 08:00-09:43 is 1:43.",
        _time(354, 49),
        "2016-04",
    ),
    ByHand(
        "INC0000137",
        "The out-of-order row: New at 11:10 stands before New at 09:52. Instants decide, so New comes after Resolved "
        "(11:03) and reopens it; only Closed, on a Saturday, resolves it again. The ticket table says otherwise "
        "(resolved_at 11:03, never reopened); the log is what is read.",
        "29 Feb 09:48-11:03 is 1:15; reopened 11:10-18:00, 6:50; Tue to Fri 40:00; nothing on Saturday.",
        _time(48, 5),
    ),
    ByHand(
        "INC0001006",
        "Rows after Closed, in August: they change nothing.",
        "2 Mar 08:35-18:00 is 9:25; 3 Mar 08:00-16:27 is 8:27.",
        _time(17, 52),
    ),
    ByHand(
        "INC0000093",
        "Without resolved_at in the ticket table; the log shows Resolved in the minute of the opening: acknowledged "
        "and resolved at once.",
        "Opened and resolved 29 Feb 08:56.",
        _time(0, 0),
    ),
    ByHand(
        "INC0000130",
        "A row of 07:27, before the opening at 09:41: taken at the opening.",
        "29 Feb 09:41-18:00 is 8:19; 1 and 2 March 20:00; 3 Mar 08:00-10:16 is 2:16.",
        _time(30, 35),
    ),
    ByHand(
        "INC0000104",
        "Raised from P3 to P2 ten minutes after its opening: elapsed time is kept, the target becomes 30 hours.",
        "29 Feb 09:08-18:00 is 8:52; 1 Mar 08:00-11:55 is 3:55.",
        _time(12, 47),
    ),
    ByHand(
        "INC0003115",
        "Closed without having been resolved: the closing resolves it.",
        "Mon 7 Mar 09:04-17:53.",
        _time(8, 49),
    ),
    ByHand(
        "INC0000828",
        "Without a group in every row.",
        "1 Mar 16:04-18:00 is 1:56; 2 Mar 08:00-09:47 is 1:47.",
        _time(3, 43),
    ),
)


def elapsed(explained: ec.TicketExplanation) -> timedelta:
    """Return what the library found for the clause that was reckoned by hand."""
    return next(clock.elapsed for clock in explained.clocks if clock.clause == CLAUSE)


def page(run: Run) -> Iterator[str]:
    """Yield the parts of the page, and stop where the library and the hand differ."""
    statements = {statement.period.label: statement for statement in run.statements}
    yield HEAD.rstrip("\n")
    for ticket in TEN:
        explained = ec.explain_ticket(statements[ticket.month], run.facts, ticket.ref)
        if elapsed(explained) != ticket.elapsed:
            raise SystemExit(f"{ticket.ref}: by hand {ticket.elapsed}, by the library {elapsed(explained)}")
        hours, minutes = divmod(ticket.elapsed // timedelta(minutes=1), 60)
        yield f"## {ticket.ref}"
        yield ticket.oddity
        yield f"By hand: {ticket.sum} Together **{hours} h {minutes:02} min**."
        judged = tuple(clock for clock in explained.clocks if clock.clause == CLAUSE)
        yield f"```text\n{dataclasses.replace(explained, clocks=judged, silent=())}\n```"
