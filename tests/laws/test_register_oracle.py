"""The register against the oracle of section 10: which documents a run issues, or of which code it is refused."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from functools import cache
from itertools import product
from random import Random
from typing import Any

import pytest

import ecsm_contracts as ec
from ecsm_contracts.accounts import Register, register_from_data
from ecsm_contracts.errors import EcsmError
from tests.oracle.credit_worlds import Chance, document, periods_from, pick
from tests.oracle.issuing import Book

from .comparing_credits import code_of, minor

pytestmark = pytest.mark.sweep

Plain = dict[str, Any]
PERIODS = periods_from(date(2026, 2, 1), "month", 4)
SETTLEMENT = {
    "entitlement": "automatic",
    "instrument": "credit_note",
    "rounding": {"mode": "half_up", "at": "line"},
    "tax": "compensation",
}


@cache
def histories() -> tuple[tuple[ec.Statement, ...], ...]:
    """
    The statements of four months in each of 16 pasts, and of one past with a record that was rejected.

    A month is missed or met; a limit over the term carries what exceeds it, so that later months know earlier ones.
    """
    contract = ec.parse_contract(str(document("UTC", "month", PERIODS, SETTLEMENT)).replace("'", '"'), form="json")
    found = []
    for missed in [*product((False, True), repeat=4), None]:
        figures = [
            {"ref": f"X-{n}", "figure": "x", "value": "98" if miss else "100", "at": f"{period.after}T00:00:00Z"}
            | {"start": f"{period.first}T00:00:00Z", "end": f"{period.after}T00:00:00Z"}
            for n, (period, miss) in enumerate(zip(PERIODS, missed or (False,) * 4, strict=True))
        ]
        bad = [] if missed else [{"ref": "O-1", "service": "s", "start": "2026-03-01T00:00:00Z", "end": "none"}]
        facts = ec.facts_from_records(declared=figures, outages=bad if missed is None else [])
        found.append(tuple(ec.evaluate_periods(contract, facts, last="2026-05")))
    return tuple(found)


@cache
def plain(history: int, place: int) -> Plain:
    """A statement as the oracle reads it."""
    statement = histories()[history][place]
    return {
        "digest": statement.digest(),
        "period": place,
        "after": PERIODS[place].after,
        "provisional": statement.status == "provisional",
        "lines": [(line.clause, line.kind, minor(line.amount)) for line in statement.lines],
        "begins_with": None if statement.carried is None else statement.carried.digest(),
        "hands_on": statement.carry.digest(),
    }


def deeds(draw: Chance) -> list[Plain]:
    """Runs and locks one after the other; most of them fit what was done before."""
    day, found = date(2026, 6, 1), []
    own = [pick(draw, range(16)), pick(draw, range(16)), pick(draw, [*range(16), *[16] * 6])]
    done = 0
    for number in range(pick(draw, range(3, 9))):
        day += timedelta(days=pick(draw, [0, 1, 1, 1, -1]))
        deed: Plain = {"run": f"r{number}" if pick(draw, range(8)) else f"r{pick(draw, range(number + 1))}", "on": day}
        if pick(draw, range(6)) == 0:
            edge = PERIODS[pick(draw, range(4))].after
            found.append({**deed, "lock": edge + timedelta(days=pick(draw, [-2, -1, 0]))})
            continue
        history = pick(draw, own)
        first = pick(draw, [0, done, done, pick(draw, range(4))])
        last = pick(draw, [4, min(4, done + 1), pick(draw, range(1, 5))])
        first = min(first, last - 1)
        archive = pick(draw, range(7)) > 0
        found.append({**deed, "of": [(history, place) for place in range(first, last)], "archive": archive})
        found[-1]["allowed"] = pick(draw, range(3)) == 0
        done = max(done, last) if last < 4 else done
        if pick(draw, range(8)) == 0 and len(found) > 1:
            found.append(found[pick(draw, range(len(found)))])
    return found


def lines_of(documents: Any) -> list[tuple[str, int, list[tuple[str, str, int]]]]:
    """The documents of the library, as the oracle has them."""
    found = []
    for each in documents:
        place = next(n for n, period in enumerate(PERIODS) if period.label == each.period)
        found.append((each.kind, place, sorted((line.clause, line.kind, minor(line.amount)) for line in each.lines)))
    return found


@cache
def by_digest() -> dict[str, ec.Statement]:
    """All statements, by their digest."""
    return {plain(n, place)["digest"]: each for n, past in enumerate(histories()) for place, each in enumerate(past)}


def done(register: Register, deed: Plain) -> tuple[Register, str | None]:
    """The register after a deed, and the code of which it was refused."""
    try:
        if "lock" in deed:
            return register.lock(deed["lock"], run=deed["run"], on=deed["on"]), None
        statements = [histories()[history][place] for history, place in deed["of"]]
        force = [each.statement for each in register.in_force().values()] if deed["archive"] else []
        archive = [by_digest()[each] for each in force]
        more: Plain = {"archive": archive, "allow_provisional": deed["allowed"]}
        return register.issue(statements, run=deed["run"], on=deed["on"], **more).register, None
    except EcsmError as error:
        return register, code_of(error)


def expected(book: Book, deed: Plain) -> tuple[set[str], list[Any]]:
    """The codes of which the oracle refuses a deed, or the documents that it issues."""
    if "lock" in deed:
        return book.lock(deed["lock"], deed["run"], deed["on"]), []
    archive = list(book.force.values()) if deed["archive"] else []
    statements = [plain(history, place) for history, place in deed["of"]]
    found = book.issue(statements, deed["run"], deed["on"], archive, deed["allowed"])
    return (found, []) if isinstance(found, set) else (set(), found)


def check(run: list[Plain], seen: Counter[str]) -> None:
    """Do the same to both, and compare after each."""
    book, register = Book(), Register("M")
    for deed in run:
        codes, issued = expected(book, deed)
        register_then, code = done(register, deed)
        assert (code in codes) if codes else code is None, (deed, code, codes)
        new = [document for _, document in register_then.documents[len(register.documents) :]]
        assert lines_of(new) == [(kind, place, sorted(lines)) for kind, place, lines in issued]
        register = register_then
        names = {(PERIODS[n].label, clause, kind): cents for (n, clause, kind), cents in book.totals().items()}
        assert {key: minor(amount) for key, amount in register.totals().items()} == names
        seen.update([*codes, *(kind for kind, _, _ in issued)])
        if not codes and not issued and "of" in deed:
            seen["nothing to issue"] += 1
    in_force = {each.period: each.statement for each in register.in_force().values()}
    assert in_force == {PERIODS[n].label: each["digest"] for n, each in book.force.items()}
    assert register_from_data(register.to_data()) == register


REACHED = {
    "statement": 36,
    "restatement": 6,
    "nothing to issue": 7,
    "lock_back": 1,
    "period_locked": 6,
    "run_archive": 3,
    "run_conflict": 2,
    "run_gap": 10,
    "run_incomplete": 16,
    "run_order": 22,
    "run_provisional": 3,
}
"""The hard cases, and how often each must occur at least in 25 histories: half of what was counted at first."""


def test_register_and_oracle_issue_alike() -> None:
    """Every document, refusal, total and statement in force is what the page says; and all kinds of them occur."""
    seen: Counter[str] = Counter()

    for number in range(25):
        check(deeds(Random(number)), seen)
    assert {name: seen[name] for name, least in REACHED.items() if seen[name] < least} == {}


@pytest.mark.parametrize(("day", "code"), [(date(2026, 2, 27), None), (date(2026, 2, 28), "period_locked")])
def test_february_is_closed_by_a_lock_of_its_last_day(day: date, code: str | None) -> None:
    """A lock closes the periods whose last day is its day; the oracle and the library say so."""
    on = date(2026, 6, 1)
    run: list[Plain] = [
        {"run": "a", "on": on, "of": [(0, 0)], "archive": True, "allowed": False},
        {"run": "b", "on": on, "lock": day},
        {"run": "c", "on": on, "of": [(8, 0)], "archive": True, "allowed": False},
    ]
    seen: Counter[str] = Counter()
    check(run, seen)
    assert seen["period_locked"] == (code is not None)


@pytest.mark.deep
@pytest.mark.parametrize("first", range(1_000, 2_000, 100))
def test_register_and_oracle_issue_alike_deeply(first: int) -> None:
    """They also agree on very many runs."""
    for number in range(first, first + 100):
        check(deeds(Random(number)), Counter())
