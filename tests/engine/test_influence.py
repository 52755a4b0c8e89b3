"""Whose time it was: three views of one partition, and rows that add up to what a clock judged."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings

import ecsm_contracts as ec
from ecsm_contracts._model import canonical_json
from ecsm_contracts.engine import Influence, influence
from ecsm_contracts.errors import EcsmError, InvalidValue, UnknownReference, VerificationError, WrongType
from tests.facts.lives import LIVES, MICRO, lives, traits_seen
from tests.measures.choices import WITHIN, clock_records

from .standing import MARCH, acme_with, plain_clock, works
from .test_status import at, ticket
from .world import JANUARY, acme, acme_data, contract_of, incident, january, statement, tickets

if TYPE_CHECKING:
    from ecsm_contracts.facts import Holder

ZERO = timedelta(0)
HOUR = timedelta(hours=1)
VIEWS = acme_with(plain_clock(), plain_clock(counts_only=["network"]), plain_clock(counts_only=["vendor"]))
"""One contract with three clocks: that of the customer's agreement, of a group's, and of a supplier's."""


def counted(found: Influence) -> Counter[Holder]:
    """What each holder had, of what was counted."""
    return Counter({row.holder: row.counted // MICRO for row in found.rows if row.counted})


def ended(one: ec.Ticket) -> bool:
    """Whether a ticket was cancelled or merged: its clocks are void."""
    return any(event.kind in {"cancelled", "merged"} for event in one.events)


@settings(max_examples=50)
@given(LIVES)
def test_three_clocks_see_one_partition(drawn: tuple[ec.Ticket, datetime]) -> None:
    """What the supplier and the group had, the provider's own rest and the customer's time are the life."""
    one, until = drawn
    parts = ec.partition(one, until, service_time=VIEWS.calendar("desk"))
    if ended(one) or one.events[0].at >= until:
        return
    sla, ola, uc = (influence(VIEWS, one, clause=f"9.{n}", until=until) for n in (1, 2, 3))
    worked: Counter[Holder] = Counter()
    lived: Counter[Holder] = Counter()
    for part in parts:
        worked[part.holder] += part.service_time or 0
        lived[part.holder] += part.length
    own = {name: Counter({who: n for who, n in worked.items() if n and who.answers_to(frozenset({name}))})
           for name in ("network", "vendor")}  # fmt: skip
    both = own["network"] & own["vendor"]  # a group of the supplier that is called so
    others = frozenset({"customer", "network", "vendor"})
    rest = Counter({who: n for who, n in worked.items() if n and not who.answers_to(others)})
    assert counted(ola) == own["network"]
    assert counted(uc) == own["vendor"]
    assert counted(sla) == own["network"] + own["vendor"] - both + rest
    customers = sum(n for who, n in worked.items() if who.party == "customer")
    assert sum(counted(sla).values()) + customers == sum(worked.values())
    for view in (sla, ola, uc):
        assert {row.holder: row.elapsed // MICRO for row in view.rows if row.elapsed} == dict(lived)
        assert {row.holder: row.service_time // MICRO for row in view.rows if row.service_time} == {
            who: n for who, n in worked.items() if n
        }


@settings(max_examples=50)
@given(LIVES, clock_records(), WITHIN)
def test_rows_add_up_to_the_clock(drawn: tuple[ec.Ticket, datetime], clock: dict[str, Any], within: Any) -> None:
    """Counted time adds up to what the clock shows, shares to one; what is late is the time beyond the target."""
    one, until = drawn
    if one.events[0].at >= until:
        return
    contract = acme_with(clock, within=within)
    found = influence(contract, one, clause="9.1", until=until, setting=works())
    now = ec.status(contract, one.known_before(_micros(until)) or one, until, setting=works())["9.1"]
    assert found.counted == now.elapsed
    assert sum((row.share for row in found.rows), Fraction(0)) == (1 if found.counted else 0)
    assert sum((row.share_of_late for row in found.rows), Fraction(0)) == (1 if found.late else 0)
    if now.target is not None and clock["attempt"] in {"first", "sum"} and clock["changed"] != "restart":
        assert found.late == max(ZERO, now.elapsed - now.target) or now.state == "void"
    if now.breached and now.state != "void":
        assert found.late > ZERO or clock["changed"] != "new_only"


def _micros(instant: datetime) -> int:
    return (instant - datetime.fromisoformat("1970-01-01T00:00:00+00:00")) // MICRO


def test_the_partition_has_all_holders() -> None:
    """What the views are tried on includes time of customer, group, supplier and desk, in one life."""
    traits = {
        name: lambda one, name=name: any(
            part.holder.answers_to(frozenset({name})) and part.state != "resolved" and part.length > 3_600_000_000
            for part in ec.partition(one, one.events[-1].at)
        )
        for name in ("customer", "network", "vendor", "second line", "provider")
    }
    assert traits_seen(lives(), traits, 200) == set(traits)


def test_by_hand() -> None:
    """A ticket that took eleven hours of eight: the network group had nine, and all three that were too many."""
    one = ticket(
        ("02T09:00", "opened"), ("02T10:00", "held customer"), ("02T15:00", "resumed"),
        ("02T16:00", "transferred network"), ("03T15:00", "resolved"), ("03T16:00", "closed"),
    )  # fmt: skip
    found = influence(acme(), one, clause="4.2", until=at("20T09:00"))
    rows = {str(row.holder): (row.elapsed, row.service_time, row.counted, row.late) for row in found.rows}
    assert rows == {
        "provider: network": (23 * HOUR, 9 * HOUR, 9 * HOUR, 3 * HOUR),
        "provider": (2 * HOUR, 2 * HOUR, 2 * HOUR, ZERO),
        "customer": (6 * HOUR, 6 * HOUR, ZERO, ZERO),
    }
    assert [row.share for row in found.rows] == [Fraction(9, 11), Fraction(2, 11), 0]
    assert (found.elapsed, found.counted, found.late) == (31 * HOUR, 11 * HOUR, 3 * HOUR)
    assert "81.8%" in str(found)


def test_of_a_statement() -> None:
    """Over all late tickets of a promise the times add up to what the statement counted of them."""
    found = influence(statement(), january(), clause="4.2")
    late = [each.ref for each in statement().shortfalls("4.2")]
    place = statement().outcomes.columns.index("4.2.elapsed")
    stored = [row.numbers[place] for row in statement().outcomes if row.ref in late]
    assert len(late) == 3
    assert found.tickets == tuple(sorted(late))
    assert found.counted == sum(stored) * MICRO
    assert found.late == (sum(stored) - 3 * 4 * 3_600_000_000) * MICRO
    assert "3 late tickets" in str(found)


def test_of_a_statement_without_late_tickets() -> None:
    """Where nothing was late there is nobody to name."""
    facts = january(tickets=[incident(1, hours=1)])
    found = influence(ec.evaluate(acme(), facts, period=JANUARY), facts, clause="4.2")
    assert (found.rows, found.tickets) == ((), ())
    assert "0 late tickets" in str(found)


def test_other_facts_are_refused() -> None:
    """A ticket that counted and is other, or gone, since the statement was made is no explanation of it."""
    for changed in ([{**each, "priority": "P2"} for each in tickets()], tickets()[1:]):
        with pytest.raises(VerificationError):
            influence(statement(), january(tickets=changed), clause="4.2")


def test_it_is_data_and_escapes() -> None:
    """It is plain data that JSON holds, and what comes from outside stays text."""
    data = acme_data()
    for clause in data["clauses"]:
        clause["title"] = "<script>"
    one = ticket(("02T09:00", "opened"), ("02T10:00", "held <img>"), ("20T10:00", "resolved"))
    found = influence(contract_of(data), one, clause="4.2", until=at("25T09:00"))
    assert '"share":"' in canonical_json(found.to_data())
    assert "<script>" not in found._repr_html_()
    assert "<img>" not in found._repr_html_()


ONE = ticket(("02T09:00", "opened"))
BAD: dict[str, tuple[type[EcsmError], tuple[Any, Any], dict[str, Any]]] = {
    "an unknown clause": (UnknownReference, (VIEWS, ONE), {"clause": "4.22", "until": at("03T09:00")}),
    "a clause without a clock": (UnknownReference, (VIEWS, ONE), {"clause": "4.3", "until": at("03T09:00")}),
    "before the opening": (UnknownReference, (VIEWS, ONE), {"clause": "4.2", "until": at("02T09:00")}),
    "a ticket in no scope": (
        UnknownReference,
        (VIEWS, ONE.replace(type="request")),
        {"clause": "4.2", "until": at("03T09:00")},
    ),
    "no instant": (InvalidValue, (VIEWS, ONE), {"clause": "4.2"}),
    "a text for an instant": (WrongType, (VIEWS, ONE), {"clause": "4.2", "until": "2026"}),
    "a contract and facts": (WrongType, (VIEWS, ec.Facts()), {"clause": "4.2", "until": at("03T09:00")}),
    "neither": (WrongType, ("acme.yaml", ONE), {"clause": "4.2"}),
    "an instant for a statement": (InvalidValue, (statement(), january()), {"clause": "4.2", "until": at("03T09:00")}),
    "a statement and a ticket": (WrongType, (statement(), ONE), {"clause": "4.2"}),
}


@pytest.mark.parametrize("case", BAD)
def test_bad_input_is_refused(case: str) -> None:
    """What names no clock, no ticket or no instant is told as one of the library's errors."""
    error, given_, more = BAD[case]
    with pytest.raises(error):
        influence(*given_, **more)


def test_the_month_is_the_period() -> None:
    """The period of the statement is where its tickets are looked at."""
    facts = ec.facts_from_records(tickets=[ticket(("02T09:00", "opened")).to_data()])
    found = influence(ec.evaluate(VIEWS, facts, period=MARCH), facts, clause="9.1")
    assert found.until == datetime.fromisoformat("2026-03-31T22:00:00+00:00")
    assert found == influence(VIEWS, facts.tickets[0], clause="9.1", until=found.until)
