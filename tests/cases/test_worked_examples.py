"""Every worked example of the collection of clauses: document, facts, and the figure that is expected."""

from __future__ import annotations

import copy
import importlib
import re
import sys
from datetime import date
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any

import pytest

import ecsm_contracts as ec
from ecsm_contracts.errors import DocumentError
from ecsm_contracts.money import ExactAmount, allocate
from tests.cases.worked_examples import (
    ALLOCATED,
    CAPPED,
    CASES,
    DEFAULTS,
    FOLDERS,
    REFUSED,
    UNSAID,
    WAITING,
    Case,
    Refused,
)
from tests.cases.worked_terms import FARM, FINE, GAP
from tests.cases.world import attainment, declared, document, fee, level, read, settle, some_late, told

pytestmark = pytest.mark.sweep

LIBRARY = Path(__file__).parents[2] / "examples" / "contracts"
HERE = {50, 80, 85, 88, 27, 69, 92}
"""The examples that have a test of their own below."""
MONEY_OUT = {5, 25, 75, 83, 85, 88}
"""The examples that `test_money_out` settles as documents of credits."""


def find_page() -> Path | None:
    """Return the collection of clauses beside the repository or above it, or None."""
    found = (folder.parent / "shared" / "reference" / "clauses.md" for folder in Path(__file__).resolve().parents)
    return next((path for path in found if path.exists()), None)


PAGE = find_page()


def data_of(case: Case) -> dict[str, Any]:
    """The document of a case."""
    data = document(case.clauses, currency=case.currency, start=case.start)
    data["settlement"]["rounding"] = {"mode": case.rounding, "at": case.at}
    if case.cycle == "year":
        data["billing"] = {"cycle": "year", "anchor_day": 1, "anchor_month": 1}
    return data


def run(case: Case) -> list[ec.Statement]:
    """Settle a case."""
    periods = list(case.totals)
    carry = None
    if case.past is not None:
        remembered = [{"ref": ref, "name": name, "past": past} for (ref, name), past in sorted(case.past.items())]
        ends = date.fromisoformat(f"{periods[0]}-01")
        carry = ec.Carry.model_validate({"contract": "CASE", "ends": ends, "remembered": remembered})
    return settle(read(data_of(case)), case.facts, periods, carry=carry)


def totals(statements: list[ec.Statement]) -> list[str]:
    """What is owed in each period."""
    return [str(each.total.value) for each in statements]


def of(identity: str) -> Case:
    """The case of this name."""
    return next(case for case in CASES if case.id == identity)


@pytest.mark.parametrize("case", [*CASES, ALLOCATED, CAPPED], ids=lambda case: case.id)
def test_each_example_comes_out_in_each_of_its_readings(case: Case) -> None:
    """A document that says a reading owes what the collection says of that reading, exactly."""
    assert totals(run(case)) == [*case.totals.values()]


@pytest.mark.parametrize("refused", REFUSED, ids=lambda each: f"{each.number} {each.field}")
def test_a_document_without_the_choice_is_refused(refused: Refused) -> None:
    """Where a clause admits several readings, a document that does not choose is refused, by the code of the field."""
    data = data_of(next(case for case in CASES if case.number == refused.number))
    if refused.number == 61:
        data = data_of(of("61 stopped: left_out"))
    clause = next(each for each in data["clauses"] if each["ref"] == refused.clause)
    *path, last = refused.field.split(".")
    for step in path:
        clause = clause[int(step)] if isinstance(clause, list) else clause[step]
    del clause[last]
    with pytest.raises(DocumentError) as caught:
        read(data)
    assert refused.code in {problem.code for problem in caught.value.problems}


def test_a_document_without_a_mode_of_rounding_is_refused() -> None:
    """Half up or half even (example 81) is chosen by the settlement, and there is no default."""
    data = data_of(of("81 half_up"))
    del data["settlement"]["rounding"]["mode"]
    with pytest.raises(DocumentError) as caught:
        read(data)
    assert {problem.code for problem in caught.value.problems} == {"missing_field"}


@pytest.mark.parametrize("name", DEFAULTS)
def test_where_a_field_may_be_absent_its_absence_is_another_reading(name: str) -> None:
    """A field with a default chooses by being there: without it the same document owes another amount."""
    case = of(DEFAULTS[name][0])
    data, field = data_of(case), name.split()[1]
    for clause in data["clauses"]:
        clause.pop(field, None)
        clause.get("measure", {}).pop(field, None)
    assert totals(settle(read(data), case.facts, list(case.totals))) != [*case.totals.values()]


@cache
def _script() -> Any:
    sys.path.insert(0, str(LIBRARY))
    try:
        return importlib.import_module("scenarios")
    finally:
        sys.path.remove(str(LIBRARY))


@pytest.mark.parametrize("number", FOLDERS)
def test_an_example_of_a_contract_of_the_library_is_a_scenario_of_it(number: int) -> None:
    """The folder that an example belongs to has scenarios that name it, and each comes out as expected."""
    named = [each for each in _script().read_scenarios(FOLDERS[number]) if number in numbers_in(each.name)]
    assert named
    assert [each.name for each in named if _script().settle(each).differences] == []


def numbers_in(name: str) -> set[int]:
    """The examples that the name of a scenario names."""
    found = re.match(r"worked examples? ([0-9]+)(?: and ([0-9]+))?", name)
    return {int(each) for each in found.groups() if each} if found else set()


@pytest.mark.skipif(PAGE is None, reason="the collection of clauses is not beside the repository")
def test_no_example_is_left_over() -> None:
    """Every number of the collection runs here or in the library of contracts, or is listed as waiting; never both."""
    assert PAGE is not None
    section = PAGE.read_text(encoding="utf-8").split("\n## (b)", 1)[1].split("\n## (c)", 1)[0]
    in_page = {int(number) for number in re.findall(r"^\| ([0-9]+) \|", section, flags=re.MULTILINE)}
    running = {case.number for case in CASES} | {*FOLDERS} | HERE | MONEY_OUT
    assert in_page == running | {*WAITING}
    assert running.isdisjoint(WAITING)
    assert {int(name.split()[0]) for name in UNSAID} <= running


def test_bands_with_gaps_as_they_are_printed_are_refused() -> None:
    """Example 27: bands that leave out what lies between 97.9 and 98 are refused, and so no number has no band."""
    printed = [
        {"up_to": "89.9%", "is": "100%"},
        {"from": "90%", "up_to": "94.9%", "is": "50%"},
        {"from": "95%", "up_to": "97.9%", "is": "25%"},
        {"from": "98%", "is": "10%"},
    ]
    credit = {**FINE, "rate": {"bands": printed}, "of": "fee"}
    with pytest.raises(DocumentError) as caught:
        read(document((*GAP, credit)))
    assert {problem.code for problem in caught.value.problems} == {"bands_gap"}


def test_a_table_that_pays_for_what_is_no_breach_is_found() -> None:
    """Example 28: 10 % from 99.0 to 99.5 beside a commitment of 99.0 is told to the author, and is never paid."""
    assert "credit_without_breach" in {each.code for each in read(document(FARM)).check(notes=True)}


def test_a_limit_of_an_order_is_exact() -> None:
    """Example 69: 55 % of 200 are 110, not 110.00000000000001."""
    assert str(run(CAPPED)[0].figures["limit"].value) == "USD 110"


def test_a_ratchet_raises_by_a_share_of_what_is_missing() -> None:
    """Example 50: from 95 %, by at most 10 % of what is missing to 100 %, the target goes to 95.5 %."""
    contract = read(document((fee(), level("level", told("figure"), {"at_least": "95%"}))))
    months = [f"2026-{month:02d}" for month in range(4, 13)] + ["2027-01", "2027-02", "2027-03"]
    statements = settle(contract, declared(*["99"] * 12), months)
    assert ec.ratchet(statements, "level", rule="share", most=ec.Percent.of(10)) == ec.Percent.parse("95.5%")


def test_an_amount_is_rounded_to_ten_cents() -> None:
    """Example 80: 4.13 to the nearest ten cents is 4.10."""
    assert str(ExactAmount(Fraction("4.13"), "USD").round("half_up", places=1)) in {"USD 4.1", "USD 4.10"}


def test_a_hundred_is_split_in_three_without_a_cent_lost() -> None:
    """Example 85: 33.34, 33.33 and 33.33, by weights and as the lines of three equal credits."""
    thirds = ["GBP 33.34", "GBP 33.33", "GBP 33.33"]
    assert [str(part) for part in allocate(ec.Money.parse("GBP 100.00"), [1, 1, 1])] == thirds
    lines = {line.clause: str(abs(line.amount)) for line in run(ALLOCATED)[0].lines}
    assert [lines[ref] for ref in ("c1", "c2", "c3")] == thirds


def test_a_restatement_issues_the_difference_and_no_more() -> None:
    """Example 88: 38 of 40 is met; a 39th late ticket makes 37: the whole credit is issued, and then nothing."""
    contract = read(document((fee(), level("level", attainment(), {"at_least": "95%"}), FINE)))
    issued, corrected = (settle(contract, {"tickets": some_late(40, late)}, ["2026-04"]) for late in (2, 3))
    assert totals(issued) == ["EUR 10000.00"]
    (document_of_april,) = ec.restate(issued, corrected)
    assert str(document_of_april.total.value) == "EUR -100.00"
    assert str(issued[0].total.value + document_of_april.total.value) == "EUR 9900.00"
    assert ec.restate(corrected, corrected) == ()


def test_a_blown_month_is_found() -> None:
    """Example 92: after the third late ticket of 40 a further one costs nothing, and the author is told so."""
    contract = read(document((fee(), level("level", attainment(), {"at_least": "95%"}), FINE)))
    worse = [settle(contract, {"tickets": some_late(40, late)}, ["2026-04"]) for late in (2, 3, 10, 40)]
    assert [str(each[0].total.value) for each in worse] == ["EUR 10000.00", *["EUR 9900.00"] * 3]
    assert "flat_below_target" in {each.code for each in contract.check(notes=True)}


def test_a_target_that_tolerates_no_miss_is_found() -> None:
    """Example 58: with fewer than 100 tickets a single miss fails 99 %, and the author is told so."""
    notes = read(document(of("58").clauses)).check(notes=True)
    assert "100" in next(each.message for each in notes if each.code == "target_tolerates_no_miss")


def test_what_waits_for_incentives_is_seen_as_a_flat_credit() -> None:
    """Examples 89 and 91: that poor service pays is not computed yet; that a worse month costs no more is told."""
    flat = FINE | {"rate": "10%", "of": "fee"}
    contract = read(document((fee("EUR 100000.00"), level("level", told("figure"), {"at_least": "95%"}), flat)))
    assert "flat_below_target" in {each.code for each in contract.check(notes=True)}


def test_a_case_that_is_wrong_is_seen() -> None:
    """A total that is not what comes out makes a case fail."""
    case = of("16 part: up")
    assert totals(run(case._replace(clauses=copy.deepcopy(of("16 part: down").clauses)))) != [*case.totals.values()]
