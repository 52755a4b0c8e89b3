"""The comparison with the oracle has teeth: an engine that ignores one choice of a contract is found out."""

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest

import ecsm_contracts as ec
from ecsm_contracts.errors import EcsmError
from ecsm_contracts.facts import Notice
from ecsm_contracts.measures import Clock, _base
from ecsm_contracts.measures._by import target_by_priority
from ecsm_contracts.testing import MonthCase
from tests import oracle
from tests.laws import choosing, comparing
from tests.testing import drawing

pytestmark = pytest.mark.sweep

EXAMPLES = Path(__file__).parents[2] / "examples"
Edit = Callable[[dict[str, Any]], object]


def measures(document: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The measures of a contract."""
    return (clause["measure"] for clause in document["clauses"] if "measure" in clause)


def clocks(document: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The clocks of a contract."""
    return (measure["clock"] for measure in measures(document) if "clock" in measure)


def calendars(document: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The calendars of a contract."""
    return iter(document["calendars"].values())


def clauses(document: dict[str, Any], kind: str) -> Iterator[dict[str, Any]]:
    """The clauses of one kind."""
    return (clause for clause in document["clauses"] if clause["kind"] == kind)


def fixed(parts: Callable[[dict[str, Any]], Iterator[dict[str, Any]]], name: str, value: object) -> Edit:
    """An edit that gives a field the same value everywhere; None takes it away."""

    def edit(document: dict[str, Any]) -> None:
        for part in parts(document):
            if value is None:
                part.pop(name, None)
            elif name in part:
                part[name] = value

    return edit


def of_kind(kind: str) -> Callable[[dict[str, Any]], Iterator[dict[str, Any]]]:
    """The clauses of one kind, as a function of the document."""
    return lambda document: clauses(document, kind)


def without_relief(document: dict[str, Any]) -> None:
    """Relief is not known."""
    document["clauses"] = [clause for clause in document["clauses"] if clause["kind"] != "relief"]


def backwards_limits(document: dict[str, Any]) -> None:
    """Limits share in the opposite order."""
    for clause in clauses(document, "limit"):
        clause["credits"] = clause["credits"][::-1]


def scopes(document: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The scopes of a contract."""
    return (clause["scope"] for clause in document["clauses"] if "scope" in clause)


def one_cycle(document: dict[str, Any]) -> None:
    """A clock runs once; what both starts and stops it stops it."""
    for clock in clocks(document):
        if clock.pop("cycles", None):
            clock["start"] = [each for each in clock["start"] if each not in clock["stop"]] or ["opened"]


def one_calendar(document: dict[str, Any]) -> None:
    """The hours of the first priority are those of all."""
    for clock in clocks(document):
        if isinstance(clock["hours"], dict):
            clock["hours"] = clock["hours"]["P1"]


def population_is(word: str, *, instead_of: str) -> Edit:
    """One population is taken for another."""

    def edit(document: dict[str, Any]) -> None:
        for measure in measures(document):
            if measure.get("population") == instead_of:
                measure["population"] = word

    return edit


def few_misses(document: dict[str, Any]) -> None:
    """No miss is in order in a small sample."""
    for measure in measures(document):
        if isinstance(measure.get("when_too_few"), dict):
            measure["when_too_few"] = {"misses_at_most": 0}


IGNORED: dict[str, Edit] = {
    **{f"reopened is {word}": fixed(clocks, "reopened", word) for word in ("restart", "continue_without")},
    **{f"attempt is {word}": fixed(clocks, "attempt", word) for word in ("first", "last", "worst", "sum")},
    **{
        f"changed is {word}": fixed(clocks, "changed", word)
        for word in ("new_only", "restart", "keep_elapsed", "keep_share")
    },
    "nothing holds": fixed(clocks, "holds", []),
    "only the provider counts": fixed(clocks, "counts_only", ["provider"]),
    "one cycle": one_cycle,
    "the hours of P1": one_calendar,
    "only a resolution stops": fixed(clocks, "stop", ["resolved"]),
    "every opening starts": fixed(clocks, "start", ["opened"]),
    "late once": fixed(measures, "overdue", None),
    "undecided is met": fixed(measures, "undecided", "met"),
    "undecided is left out": fixed(measures, "undecided", "left_out"),
    "active is opened": population_is("opened", instead_of="active"),
    "closed is resolved": population_is("resolved", instead_of="closed"),
    "few misses are too many": few_misses,
    "all customers": fixed(scopes, "customer", None),
    "all channels": fixed(scopes, "channel", None),
    "children count": fixed(scopes, "children", None),
    "no matrix": lambda document: document.pop("priorities", None),
    "one ticket is enough": fixed(measures, "minimum", 1),
    "too few are met": fixed(measures, "when_too_few", "met"),
    "resolved is due": fixed(measures, "population", "resolved"),
    "no holidays": fixed(calendars, "holidays", None),
    "no yearly holidays": fixed(calendars, "yearly_holidays", None),
    "no special days": fixed(calendars, "special_days", None),
    "all zones are UTC": fixed(calendars, "zone", "UTC"),
    "always open": fixed(calendars, "hours", ["always"]),
    "the contract is in UTC": lambda document: document.update(zone="UTC"),
    "no relief": without_relief,
    "planned time stays": fixed(of_kind("relief"), "denominator", "stays"),
    "begun units count": fixed(of_kind("service_credit"), "part", "up"),
    "whole units count": fixed(of_kind("service_credit"), "part", "down"),
    "years are periods": fixed(of_kind("limit"), "window", "period"),
    "backwards limits": backwards_limits,
    **{
        f"rounding is {mode}": lambda document, mode=mode: document["settlement"]["rounding"].update(mode=mode)  # type: ignore[misc]  # the default binds the word of this turn
        for mode in ("half_up", "half_even", "down")
    },
}
"""Choices of a contract that an engine may fail to look at."""


def by_hand() -> Iterator[MonthCase]:
    """Cases for what drawn months seldom turn on: a holiday, a special day, planned time, who gets the odd cent."""
    document = ec.read_contract(EXAMPLES / "acme.yaml").to_data()
    document["calendars"]["desk"]["special_days"] = [{"date": "2026-04-24", "hours": "08:00-09:00"}]
    over_kings_day = (
        "2026-04-23T15:00:00Z",
        "2026-04-28T08:00:00Z",
    )  # one hour, one hour, a holiday, two hours: in time
    yield MonthCase(document, "2026-04", {"tickets": [urgent("T-1", *over_kings_day)]}, {})
    planned = {"ref": "N-1", "kind": "maintenance", "service": "mail"}
    planned |= {"start": "2026-04-11T00:00:00Z", "end": "2026-04-11T10:00:00Z"}  # ten hours that leave the denominator
    yield MonthCase(document, "2026-04", {"tickets": [], "notices": [planned]}, {})
    document = json.loads(json.dumps(document))
    charge, credit = (next(each for each in document["clauses"] if each["ref"] == ref) for ref in ("3.1", "4.5"))
    charge["amount"] = "EUR 666.70"
    odd = [{**credit, "ref": ref} for ref in ("4.5", "4.5b", "4.5c")]  # three credits of EUR 33.335
    limit = {"ref": "4.7", "kind": "limit", "credits": [each["ref"] for each in odd], "at_most": "EUR 500.00"}
    kept = [each for each in document["clauses"] if each["ref"] in {"3.1", "4.2"}]
    document["clauses"] = [*kept, *odd, {**limit, "window": "period", "excess": "forfeit"}]
    late = urgent("T-1", "2026-04-07T06:00:00Z", "2026-04-09T06:00:00Z")
    yield MonthCase(document, "2026-04", {"tickets": [late]}, {})


def populations() -> MonthCase:
    """A case for what is counted when: old and open tickets, a child, few misses, and a second question."""
    clock = {"start": ["opened"], "stop": ["resolved"], "hours": "desk", "holds": [], "reopened": "continue_without"}
    plain = {**clock, "attempt": "last", "changed": "new_only"}
    often = {**plain, "start": ["opened", "customer_replied"], "stop": ["replied", "resolved"], "cycles": "many"}
    chosen: list[dict[str, Any]] = [
        {"population": "opened", "undecided": "missed"},
        {"population": "active", "undecided": "missed"},
        {"population": "active", "undecided": "met"},
        {"population": "closed"},
        {"population": "due", "overdue": "until_stopped"},
        {"population": "resolved", "minimum": 9, "when_too_few": {"misses_at_most": 3}},
        {"population": "resolved", "scope": {"children": "leave_out"}},
        {"population": "resolved", "clock": {**often, "attempt": "worst"}},
    ]
    common = {"kind": "attainment", "clock": plain, "within": "4h", "minimum": 1, "when_too_few": "met"}
    levels = [
        {
            "ref": f"4.{number}",
            "kind": "service_level",
            "scope": each.pop("scope", {}),
            "measure": {**common, **each},
            "target": {"at_least": "75%"},
        }
        for number, each in enumerate(chosen)
    ]
    tickets = [
        story("A", opened="02-26T09:00", resolved="03-03T09:00"),
        story("B", opened="03-02T09:00", resolved="03-02T10:00", closed="03-05T09:00"),
        story("C", opened="03-31T17:00"),
        story("D", opened="02-23T09:00", resolved="02-23T10:00", closed="03-05T09:00"),
        story("E", opened="02-23T09:00"),
        {**story("F", opened="03-02T09:00", resolved="03-04T10:00"), "parent": "A"},
        story("G", opened="03-02T09:00", replied="03-02T10:00", asked="03-02T11:00", resolved="03-04T12:00"),
    ]
    return MonthCase({**choosing.document(1), "clauses": levels}, "2026-03", {"tickets": tickets}, {})


def story(ref: str, **events: str) -> dict[str, Any]:
    """An incident, told by what happened when; `asked` is a reply of the customer."""
    said = {"asked": {"kind": "replied", "party": "customer"}, "replied": {"kind": "replied", "party": "provider"}}
    told = [{**said.get(kind, {"kind": kind}), "at": f"2026-{at}:00Z"} for kind, at in events.items()]
    return {"ref": ref, "service": "desk", "type": "incident", "priority": "P3", "events": told}


def urgent(ref: str, opened: str, resolved: str) -> dict[str, Any]:
    """An urgent incident that nothing happens to in between."""
    events = [{"kind": "opened", "at": opened}, {"kind": "resolved", "at": resolved}]
    return {"ref": ref, "service": "desk", "type": "incident", "priority": "P1", "events": events}


@lru_cache(maxsize=1)
def answers() -> tuple[tuple[MonthCase, dict[str, Any]], ...]:
    """Each drawn case with what the oracle says of it."""
    found = []
    for case in (*by_hand(), populations(), *drawing.cases()):
        result = oracle.evaluate(case.document, case.records, case.period, dict(case.used))
        said = comparing.oracle_money(result) | {"levels": comparing.oracle_levels(result, case)}
        found.append((case, said))
    return tuple(found)


def engine_says(case: MonthCase) -> dict[str, Any] | None:
    """What the engine says of a case; None when it refuses the contract."""
    try:
        statement = comparing.engine_statement(case)
    except EcsmError:
        return None
    return comparing.engine_money(statement) | {"levels": comparing.engine_levels(statement, case)}


def differs(edit: Edit | None = None) -> bool:
    """Whether engine and oracle say different things of some case, the engine being given an edited contract."""
    for case, said in answers():
        document = json.loads(json.dumps(case.document))
        if edit is not None:
            edit(document)
            if document == case.document:
                continue
        engine = engine_says(replace(case, document=document))
        if engine is not None and engine != said:
            return True
    return False


def test_nothing_differs_as_things_are() -> None:
    """Engine and oracle agree on every drawn case."""
    assert not differs()


def test_an_ignored_choice_is_noticed() -> None:
    """An engine that reads one choice of a contract as another one disagrees with the oracle somewhere."""
    assert [choice for choice, edit in IGNORED.items() if not differs(edit)] == []


def off_by_one(within: Any, priority: str) -> int | None:
    """A target that is a microsecond short, so that reaching it exactly is too late."""
    target: int | None = target_by_priority(within, priority)
    return None if target is None else target - 1


def test_a_broken_engine_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    """An engine that is off by one microsecond, or forgets notices or gaps, disagrees with the oracle somewhere."""
    answers()
    with monkeypatch.context() as broken:
        broken.setattr(_base, "target_by_priority", off_by_one)
        assert differs()
    with monkeypatch.context() as broken:
        broken.setattr(Notice, "known_before", lambda self, end: None)
        assert differs()
    with monkeypatch.context() as broken:
        broken.setattr(Clock, "needs_any", lambda self, kinds: False)
        assert differs()
