"""What changed between two versions of a contract."""

import copy
import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import ecsm_contracts as ec
from ecsm_contracts.contracts import Change, diff
from ecsm_contracts.errors import WrongType

ACME = ec.read_contract(Path(__file__).parents[2] / "examples" / "acme.yaml")
WED_2026_07_01 = date(2026, 7, 1)
PERIOD = {"period": "start", "tickets": "period"}


def changed(ref: str, *path: str, to: object) -> dict[str, Any]:
    """A clause of the example with one field changed, or taken out with None."""
    data = copy.deepcopy(ACME.clause(ref).to_data())
    at = data
    for part in path[:-1]:
        at = at[part]
    at[path[-1]] = to
    if to is None:
        del at[path[-1]]
    return data


def amended(**parts: Any) -> ec.Contract:
    """The version of the example that an amendment makes."""
    return ACME.amend(ref="A-1", from_=WED_2026_07_01, versions=PERIOD, **parts).version_at(WED_2026_07_01)


HOLIDAYS = {**ACME.to_data()["holidays"]["nl-2026"], "days": ["2026-05-05", "2026-12-25"]}
del HOLIDAYS["digest"]
GONE = [str(day) for day in ACME.holidays.named["nl-2026"].days if str(day) != "2026-12-25"]

CASES: list[tuple[dict[str, Any], list[Change]]] = [
    (
        {"clauses": [changed("4.2", "measure", "within", "P1", to="2h")]},
        [Change("clause 4.2", "changed", "measure.within.P1", "PT4H", "PT2H")],
    ),
    (
        {"clauses": [changed("4.2", "measure", "within", "P2", to=None)]},
        [Change("clause 4.2", "removed", "measure.within.P2", "PT8H", None)],
    ),
    (
        {"clauses": [changed("4.6", "title", to="Mail")], "remove": ["5.1"]},
        [
            Change("clause 4.6", "changed", "title", "Credit for mail that is down", "Mail"),
            Change("clause 5.1", "removed", "", ACME.clause("5.1").to_data(), None),
        ],
    ),
    (
        {
            "clauses": [
                changed(
                    "4.6",
                    "rate",
                    to={
                        "bands": [
                            {"below": "95%", "is": "100%"},
                            {"below": "99%", "is": "20%"},
                            {"below": "99.9%", "is": "10%"},
                            {"is": "0%"},
                        ]
                    },
                )
            ]
        },
        [Change("clause 4.6", "changed", "rate.bands.1.is", "25%", "20%")],
    ),
    (
        {"set_": {"title": "Desk", "term": {"end": "2026-12-01"}}},
        [
            Change("contract", "changed", "title", "Managed service desk for Acme", "Desk"),
            Change("contract", "changed", "term.end", "2027-01-01", "2026-12-01"),
        ],
    ),
    (
        {"holidays": {"nl-2026": HOLIDAYS}},
        [
            *(Change("holidays nl-2026", "removed", "days", day, None) for day in GONE),
            Change("holidays nl-2026", "added", "days", None, "2026-05-05"),
        ],
    ),
    (
        {
            "clauses": [
                {**changed("4.4", "rate", to="EUR 60.00"), "ref": "4.4a", "was": "4.4"},
                changed("4.7", "credits", to=["4.4a", "4.5", "4.6"]),
            ],
            "remove": ["4.4"],
        },
        [
            Change("clause 4.4a", "renumbered", "ref", "4.4", "4.4a"),
            Change("clause 4.4a", "changed", "rate", "EUR 50.00", "EUR 60.00"),
            Change("clause 4.7", "changed", "credits", ["4.4", "4.5", "4.6"], ["4.4a", "4.5", "4.6"]),
        ],
    ),
]


@pytest.mark.parametrize(("parts", "expected"), CASES, ids=[f"case-{number}" for number in range(len(CASES))])
def test_what_changed_is_what_the_amendment_says(parts: dict[str, Any], expected: list[Change]) -> None:
    """Between the versions before and after there is nothing but the changed fields, as a document writes them."""
    assert list(diff(ACME, amended(**parts))) == expected


def test_calendars_and_services_that_come() -> None:
    """A new part is one change, and holds all that it says."""
    hours = {"zone": "Europe/Amsterdam", "hours": "Sat 09:00-12:00"}
    found = diff(
        ACME, amended(calendars={"saturday": hours}, services=[{"ref": "fax", "title": "Fax", "hours": "desk"}])
    )
    assert [(each.part, each.kind) for each in found] == [("calendar saturday", "added"), ("service fax", "added")]
    assert found.changes[1].new["title"] == "Fax"
    assert found.parts() == ("calendar saturday", "service fax")


def test_it_prints_itself() -> None:
    """A line for each change, in text and escaped in HTML; nothing changed is said in one line."""
    found = diff(ACME, amended(set_={"title": "<b>Desk"}, remove=["5.1"]))
    assert str(found).splitlines()[0] == "ACME-2026: 2 changes"
    assert "clause 5.1" in str(found)
    assert "removed" in str(found)
    assert "<b>" not in found._repr_html_()
    assert str(diff(ACME, ACME)) == "ACME-2026: nothing changed"
    assert json.loads(json.dumps(found.to_data())) == found.to_data()


def test_amendments_themselves_are_parts() -> None:
    """Of two whole documents the amendments are compared, not the versions that they make."""
    whole = ACME.amend(ref="A-1", from_=WED_2026_07_01, remove=["5.1"], versions=PERIOD)
    assert [(each.part, each.kind) for each in diff(ACME, whole)] == [("contract", "added"), ("amendment A-1", "added")]


def test_only_contracts_are_compared() -> None:
    """Anything else is refused by the library's own error."""
    with pytest.raises(WrongType):
        diff(ACME, "ACME")  # type: ignore[arg-type]


PARTS = st.fixed_dictionaries(
    {},
    optional={
        "set_": st.sampled_from([{"title": "One"}, {"title": ACME.title}, {"term": {"end": "2026-11-01"}}]),
        "remove": st.sampled_from([["5.1"], ["4.7"], ["4.7", "5.1"]]),
        "clauses": st.lists(
            st.sampled_from(
                [changed("4.5", "rate", to="7%"), changed("3.1", "title", to="Fee"), changed("4.3", "title", to=None)]
            ),
            min_size=1,
            max_size=3,
            unique_by=lambda each: each["ref"],
        ),
        "services": st.permutations(ACME.to_data()["services"]).map(lambda each: each[:1]),
    },
).filter(bool)


def of(parts: dict[str, Any]) -> ec.Contract:
    """The version that drawn parts make."""
    return amended(**parts)


@pytest.mark.sweep
@given(PARTS, PARTS)
def test_no_difference_means_the_same_document(one: dict[str, Any], other: dict[str, Any]) -> None:
    """Two versions differ exactly when their documents do, and the way back has the same changes, the other way."""
    first, second = of(one), of(other)
    there, back = diff(first, second), diff(second, first)
    assert bool(there) == (first.to_data() != second.to_data())
    assert not diff(first, first)
    swap = {"added": "removed", "removed": "added", "changed": "changed"}
    assert {(each.part, each.field, json.dumps(each.old), swap[each.kind]) for each in there} == {
        (each.part, each.field, json.dumps(each.new), each.kind) for each in back
    }


def test_the_order_of_clauses_is_a_difference() -> None:
    """It is the order of the lines; only parts that both have count."""
    data = ACME.to_data()
    data["clauses"] = [*data["clauses"][1:], data["clauses"][0]]
    other = ec.parse_contract(json.dumps(data), form="json")
    assert [each.field for each in diff(ACME, other)] == ["order of the clauses"]
