"""The laws have teeth: something is broken on purpose, and the law made for it says so."""

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

import ecsm_contracts as ec
from ecsm_contracts.calendars import format_instant
from ecsm_contracts.engine import _observe, _settle
from ecsm_contracts.errors import VerificationError
from ecsm_contracts.facts import Facts, Ticket
from ecsm_contracts.measures import CompiledTicket, LevelProgram, Scope, _base, _observer, walk
from ecsm_contracts.measures._by import target_by_priority
from ecsm_contracts.statements import statement_from_data
from ecsm_contracts.testing import LAWS, _changed, _laws

ACME = Path(__file__).parents[2] / "examples" / "acme.yaml"
JANUARY = ec.Period.month(2026, 1)
MINUTE = 60_000_000


def contract() -> ec.Contract:
    """The worked example, its limit over the contract year."""
    return ec.parse_contract(ACME.read_text(encoding="utf-8").replace("window: period", "window: contract_year"))


def facts() -> Facts:
    """Tickets that are late, held and in time; one of another service, and mail that is down for ten minutes."""

    def ticket(ref: str, service: str, *events: dict[str, str]) -> dict[str, Any]:
        given = [{**event, "at": f"2026-01-{event['at']}:00Z"} for event in events]
        return {"ref": ref, "service": service, "type": "incident", "priority": "P1", "events": given}

    opened, resolved = {"kind": "opened", "at": "05T09:00"}, {"kind": "resolved", "at": "06T16:00"}
    held = {"kind": "held", "at": "05T10:00", "party": "customer"}
    resumed = {"kind": "resumed", "at": "05T12:00"}
    answered = {"kind": "replied", "at": "05T09:10", "party": "provider"}
    tickets = [
        ticket("T-1", "desk", opened, resolved),
        ticket("T-2", "desk", opened, answered, held, resumed, {"kind": "resolved", "at": "05T14:00"}),
        ticket("T-3", "mail", opened, resolved),
    ]
    down = {"ref": "O-1", "service": "mail", "start": "2026-01-10T00:00:00Z", "end": "2026-01-10T00:10:00Z"}
    return ec.facts_from_records(tickets=tickets, outages=[down])


def broken(change: Callable[[ec.Statement], ec.Statement]) -> Callable[..., ec.Statement]:
    """An engine that changes every statement before it hands it out."""

    def evaluate(*arguments: Any, **options: Any) -> ec.Statement:
        return change(ec.evaluate(*arguments, **options))

    return evaluate


def one_cent_more(statement: ec.Statement) -> ec.Statement:
    """A total that does not follow."""
    return replace(statement, total=replace(statement.total, value=statement.total.value + ec.Money.parse("EUR 0.01")))


def a_gift(statement: ec.Statement) -> ec.Statement:
    """A credit for a level that was met."""
    return replace(statement, figures={**statement.figures, "4.5": ec.given("credit", ec.ExactAmount(5, "EUR"))})


def loses_a_ticket(*arguments: Any, shards: int = 1, **options: Any) -> ec.Statement:
    """An engine that loses a ticket when it shares the work."""
    given, known = arguments
    kept = known if shards == 1 else replace(known, tickets=known.tickets[:-1])
    return ec.evaluate(given, kept, **{**options, "map": map})


def naive(record: dict[str, Any]) -> dict[str, Any]:
    """A record whose offsets are taken off."""

    def told(key: str, value: Any) -> Any:
        if key == "events":
            return [naive(event) for event in value]
        return f"{value[:19]}Z" if key in {"at", "start", "end"} else value

    return {key: told(key, value) for key, value in record.items()}


def reads_wall_clocks(**tables: list[dict[str, Any]]) -> Facts:
    """A reader that takes no notice of offsets."""
    return ec.facts_from_records(**{name: [naive(record) for record in table] for name, table in tables.items()})


def loses_a_fate(*arguments: Any, **options: Any) -> ec.Fates:
    """An account that forgets an item."""
    told = ec.account_for(*arguments, **options)
    return replace(told, by_ref=dict(list(told.by_ref.items())[1:]))


def charges_for_holds(clock: Any, ticket: Any, until: int, watch: Any = None) -> Any:
    """A clock that adds a minute for every wait."""
    judged = walk(clock, ticket, until, watch)
    waits = sum(clock.vocabulary.sayings[symbol].kind == "held" for symbol in ticket.symbols)
    judged.elapsed += waits * MINUTE
    judged.late += waits * MINUTE
    return judged


def counts_backwards(*arguments: Any, **options: Any) -> Any:
    """A clock that counts down."""
    judged = walk(*arguments, **options)
    judged.elapsed = -judged.elapsed
    return judged


def always_late(clock: Any, ticket: Any, until: int, watch: Any = None) -> Any:
    """A clock by which everybody is late."""
    judged = walk(clock, ticket, until, watch)
    judged.breach = until
    return judged


def shorter_for_longer(within: Any, priority: str) -> int | None:
    """Targets that are shorter, the longer they are: 20 hours for 4, 12 hours for 8."""
    target = target_by_priority(within, priority)
    return None if target is None else 28 * 60 * MINUTE - 2 * target


BREAKAGES: dict[str, tuple[object, str, Any]] = {
    "every figure follows from its inputs": (_laws, "evaluate", broken(one_cent_more)),
    "documents round-trip": (
        _laws,
        "statement_from_data",
        lambda data: replace(statement_from_data(data), title="another title"),
    ),
    "order is irrelevant": (Ticket, "model_post_init", lambda self, context: None),
    "redelivery is neutral": (Ticket, "model_post_init", lambda self, context: None),
    "a ticket out of scope is neutral": (Scope, "has", lambda self, service, kind=None: True),
    "offsets are irrelevant": (_changed, "facts_from_records", reads_wall_clocks),
    "lines add up, and limits hold": (_laws, "evaluate", broken(one_cent_more)),
    "shards are irrelevant": (_laws, "evaluate", loses_a_ticket),
    "splitting a hold is neutral": (_observer, "walk", charges_for_holds),
    "the future is unknown": (Ticket, "known_before", lambda self, end: self),
    "what was over is neutral": (_observe, "ended_before", lambda *arguments, **options: False),
    "judging step by step is judging at once": (CompiledTicket, "known_before", lambda self, end: self),
    "a later finish shortens no clock": (_observer, "walk", counts_backwards),
    "holding lengthens no clock": (_observer, "walk", counts_backwards),
    "a longer target adds no breach": (_base, "target_by_priority", shorter_for_longer),
    "breach agrees with the deadline": (_observer, "walk", always_late),
    "no miss, no credit": (_laws, "evaluate", broken(a_gift)),
    "ambient decimals are irrelevant": (
        _laws,
        "evaluate",
        broken(lambda statement: replace(statement, title=str(Decimal(1) / 3))),
    ),
    "what is handed on settles the next": (_settle, "_kept", lambda *_: []),
    "what is not recorded is not measured": (LevelProgram, "misses", lambda self, kinds: False),
    "fates add up": (_laws, "account_for", loses_a_fate),
}


def test_every_law_is_put_to_the_test() -> None:
    """For each law there is something broken."""
    assert BREAKAGES.keys() == LAWS.keys()


@pytest.mark.parametrize("name", LAWS)
def test_a_law_holds_where_nothing_is_broken(name: str) -> None:
    """The case that is used to break the laws keeps all of them."""
    LAWS[name](contract(), facts(), JANUARY)


@pytest.mark.parametrize("name", LAWS)
def test_a_law_catches_what_it_is_made_for(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """When the library is broken in the way that a law is about, the law is broken too."""
    given, known = contract(), facts()
    place, attribute, wrong = BREAKAGES[name]
    monkeypatch.setattr(place, attribute, wrong)
    with pytest.raises((AssertionError, VerificationError)):
        LAWS[name](given, known, JANUARY)


def test_the_case_has_something_to_break() -> None:
    """The case has a missed level, a kept one, and a limit that has given something."""
    statement = ec.evaluate(contract(), facts(), period=JANUARY)
    assert {each.outcome for each in statement.assessments} == {"met", "missed"}
    assert statement.carry.sum_given("4.7", "EUR").units > 0
    assert format_instant(facts().outages[0].start) == "2026-01-10T00:00:00Z"
