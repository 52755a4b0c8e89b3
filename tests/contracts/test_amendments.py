"""Amendments: what they change and from when, and what is refused."""

import contextlib
import copy
import json
import pickle
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import ecsm_contracts as ec
from ecsm_contracts.errors import InvalidValue

EXAMPLES = Path(__file__).parents[2] / "examples"
ACME = ec.read_contract(EXAMPLES / "acme.yaml")
WED_2026_07_01, TUE_2026_09_01 = date(2026, 7, 1), date(2026, 9, 1)
PERIOD = {"period": "start", "tickets": "period"}
OPENED = {"period": "start", "tickets": "opened"}


def clause(number: str, /, **changes: Any) -> dict[str, Any]:
    """A clause of the example, with some fields changed."""
    return {**ACME.clause(number).to_data(), **changes}


def document(*amendments: dict[str, Any], versions: object = PERIOD, **changes: Any) -> dict[str, Any]:
    """The example with amendments."""
    return {**copy.deepcopy(ACME.to_data()), "versions": versions, "amendments": list(amendments), **changes}


def read(data: dict[str, Any]) -> ec.Contract:
    """The contract that a document holds."""
    return ec.parse_contract(json.dumps(data), form="json")


def amendment(number: int, day: date | str, **parts: Any) -> dict[str, Any]:
    """An amendment from a day on."""
    return {"ref": f"A-{number}", "from": str(day), **parts}


def faults(data: dict[str, Any]) -> list[tuple[str, str]]:
    """The place and code of each problem of a document."""
    with pytest.raises(ec.DocumentError) as refused:
        read(data)
    return [(problem.path, problem.code) for problem in refused.value.problems]


def test_what_an_amendment_does_not_name_stays() -> None:
    """From its day on the parts that it names are new, all others are those that were signed, and before it all are."""
    desk = {**ACME.to_data()["calendars"]["desk"], "hours": "Mon-Fri 07:00-19:00"}
    contract = read(document(amendment(1, WED_2026_07_01, calendars={"desk": desk}, set={"title": "Desk"})))
    before, after = contract.version_at(date(2026, 6, 30)), contract.version_at(WED_2026_07_01)
    assert before == ACME
    expected = ACME.to_data()
    expected["calendars"]["desk"] = after.to_data()["calendars"]["desk"]
    assert after.to_data() == {**expected, "title": "Desk"}
    assert after.calendar("desk").hours.texts == ("Mon-Fri 07:00-19:00",)


def test_a_contract_without_amendments_is_its_only_version() -> None:
    """Nothing about versions shows in its document, and it is in force on every day of its term."""
    assert not {"amendments", "versions"} & ACME.to_data().keys()
    assert ACME.versions_by_day() == ((date(2026, 1, 1), ACME),)
    assert ACME.version_at(date(2026, 12, 31)) is ACME


def test_amendments_hold_in_the_order_of_their_dates() -> None:
    """However they are written, the later one has the last word; of one day, the one that is written last."""
    later = amendment(1, TUE_2026_09_01, set={"title": "September"})
    first = amendment(2, WED_2026_07_01, set={"title": "July"})
    again = amendment(3, WED_2026_07_01, set={"title": "July, again"})
    contract = read(document(later, first, again))
    assert [(str(day), each.title) for day, each in contract.versions_by_day()] == [
        ("2026-01-01", ACME.title),
        ("2026-07-01", "July, again"),
        ("2026-09-01", "September"),
    ]


def test_an_amendment_from_the_first_day_on_leaves_nothing_of_what_was_signed() -> None:
    """The contract as it was signed was then never in force."""
    contract = read(document(amendment(1, ACME.term.start, set={"title": "From the start"})))
    assert [each.title for _, each in contract.versions_by_day()] == ["From the start"]


def test_clauses_keep_their_places() -> None:
    """One that is replaced or renumbered stands where the old one stood, a new one comes last, a removed one goes."""
    renumbered = clause("4.5", ref="4.5a", was="4.5")
    limit = clause("4.7", credits=["4.4", "4.5a"])
    added = {"ref": "4.9", "kind": "charge", "amount": "EUR 5.00", "every": "month"}
    contract = read(
        document(amendment(1, WED_2026_07_01, clauses=[added, limit, renumbered], remove=["4.5", "4.6", "5.1"]))
    )
    after = contract.version_at(WED_2026_07_01)
    assert [each.ref for each in after.clauses] == ["3.1", "4.1", "4.2", "4.3", "4.4", "4.5a", "4.7", "4.9"]
    assert after.renumbered_since(contract.version_at(date(2026, 6, 30)))["4.5a"] == "4.5"


FAULTS: list[tuple[dict[str, Any], list[tuple[str, str]]]] = [
    (document(amendment(1, WED_2026_07_01, remove=["4.9"])), [("amendments.0.remove.0", "amendment_remove")]),
    (
        document(amendment(1, WED_2026_07_01, remove=["5.1"], clauses=[clause("5.1")])),
        [("amendments.0.remove.0", "amendment_remove")],
    ),
    (document(amendment(1, WED_2026_07_01, remove=["4.5"])), [("amendments.0.remove.0", "dangling_reference")]),
    (document(amendment(1, "2027-01-01", remove=["5.1"])), [("amendments.0.from", "amendment_date")]),
    (document(amendment(1, "2025-12-31", remove=["5.1"])), [("amendments.0.from", "amendment_date")]),
    (
        document(amendment(1, WED_2026_07_01, set={"term": {"end": "2026-07-01"}})),
        [("amendments.0.set.term.end", "amendment_date")],
    ),
    (
        document(
            amendment(1, WED_2026_07_01, set={"term": {"end": "2026-08-01"}}),
            amendment(2, TUE_2026_09_01, remove=["5.1"]),
        ),
        [("amendments.1.from", "amendment_date")],
    ),
    (document(amendment(1, WED_2026_07_01, set={"currency": "USD"})), [("amendments.0.set", "amendment_fixed")]),
    (document(amendment(1, WED_2026_07_01, set={"zone": "UTC"})), [("amendments.0.set", "amendment_fixed")]),
    (document(amendment(1, WED_2026_07_01, set={"ref": "B"})), [("amendments.0.set", "amendment_fixed")]),
    (document(amendment(1, WED_2026_07_01, billing={})), [("amendments.0", "amendment_fixed")]),
    (
        document(amendment(1, WED_2026_07_01, set={"term": {"start": "2026-02-01", "end": "2026-08-01"}})),
        [("amendments.0.set.term", "amendment_fixed")],
    ),
    (document(amendment(1, WED_2026_07_01)), [("amendments.0", "amendment_empty")]),
    (document(amendment(1, WED_2026_07_01, remove=["5.1"]), versions=None), [("", "versions_missing")]),
    (document(versions={"period": "start"}), [("versions", "missing_field")]),
    (
        document(amendment(1, WED_2026_07_01, remove=["5.1"]), amendment(1, TUE_2026_09_01, set={"title": "A"})),
        [("amendments.1.ref", "duplicate_ref")],
    ),
    (
        document(amendment(1, WED_2026_07_01, clauses=[clause("4.5", of="9.1")])),
        [("amendments.0.clauses.0.of", "dangling_reference")],
    ),
    (
        document(amendment(1, WED_2026_07_01, clauses=[clause("4.4", rate="USD 50.00")])),
        [("amendments.0.clauses.0.rate", "currency_mismatch")],
    ),
    (
        document(amendment(1, WED_2026_07_01, clauses=[clause("4.4", rate="EUR -50.00")])),
        [("amendments.0.clauses.0.rate", "amount_negative")],
    ),
    (
        document(amendment(1, WED_2026_07_01, clauses=[clause("4.5", rate="5")])),
        [("amendments.0.clauses.0.rate", "money_currency_missing")],
    ),
    (
        document(amendment(1, WED_2026_07_01, set={"term": {"end": "2028-01-01"}})),
        [("amendments.0", "holidays_range")],
    ),
    (
        document(amendment(1, WED_2026_07_01, clauses=[clause("4.1", ref="4.2")]), versions=OPENED),
        [("amendments.0.clauses.0.measure", "amended_measure")],
    ),
    (
        document(
            amendment(1, WED_2026_07_01, set={"priorities": {"impact": {"high": {"high": "P1"}}}}), versions=OPENED
        ),
        [("amendments.0.set.priorities", "amended_priorities")],
    ),
]


@pytest.mark.parametrize(
    ("data", "expected"), FAULTS, ids=[f"{n}-{codes[0][1]}" for n, (_, codes) in enumerate(FAULTS)]
)
def test_each_fault_stands_where_the_amendment_makes_it(data: dict[str, Any], expected: list[tuple[str, str]]) -> None:
    """What is wrong only in a later version is one problem, at the amendment's own words or at the amendment."""
    if data["versions"] is None:
        del data["versions"]
    found = faults(data)
    assert expected[0] in found
    assert {code for _, code in found} == {code for _, code in expected}


def test_a_fault_of_the_signed_contract_is_said_once() -> None:
    """It is in every version, and stands where it was written."""
    data = document(amendment(1, WED_2026_07_01, remove=["5.1"]), amendment(2, TUE_2026_09_01, set={"title": "A"}))
    data["clauses"][5]["of"] = "9.1"
    assert faults(data) == [("clauses.5.of", "dangling_reference")]


def test_problems_have_lines() -> None:
    """In a file the problem of a version is at the line of the amendment."""
    text = (EXAMPLES / "acme.yaml").read_text(encoding="utf-8")
    text += "versions: {period: start, tickets: period}\namendments:\n"
    text += "  - {ref: A-1, from: 2026-07-01, remove: ['4.6', '5.2']}\n"
    with pytest.raises(ec.DocumentError) as refused:
        ec.parse_contract(text, name="acme.yaml")
    line = text.count("\n")
    assert [(each.line, each.path) for each in refused.value.problems] == [
        (line, "amendments.0.remove.0"),
        (line, "amendments.0.remove.1"),
    ]


@pytest.mark.parametrize(
    ("versions", "period", "title"),
    [
        ("start", "2026-06", "Managed service desk for Acme"),
        ("start", "2026-07", "Managed service desk for Acme"),
        ("start", "2026-08", "Amended"),
        ("end", "2026-06", "Managed service desk for Acme"),
        ("end", "2026-07", "Amended"),
        ("end", "2026-08", "Amended"),
    ],
)
def test_a_period_has_the_version_of_its_first_or_last_day(versions: str, period: str, title: str) -> None:
    """An amendment of 15 July holds from August on, or for all of July, as the contract says."""
    signed = document(
        amendment(1, "2026-07-15", set={"title": "Amended"}), versions={"period": versions, "tickets": "period"}
    )
    assert read(signed).version_for(ec.Period.parse(period)).title == title


def test_the_last_day_counts_for_a_version_at_the_end() -> None:
    """An amendment from the last day of a period judges it; one from the day after does not."""
    for day, title in (("2026-07-31", "Amended"), ("2026-08-01", ACME.title)):
        data = document(amendment(1, day, set={"title": "Amended"}), versions={"period": "end", "tickets": "period"})
        assert read(data).version_for(ec.Period.month(2026, 7)).title == title


def test_a_day_outside_the_term_has_no_version() -> None:
    """Not before the first day, and from the end on there is none; an amendment may move that end."""
    shorter = read(document(amendment(1, WED_2026_07_01, set={"term": {"end": "2026-10-01"}})))
    assert shorter.version_at(date(2026, 9, 30)).term.end == date(2026, 10, 1)
    for day in (date(2025, 12, 31), date(2026, 10, 1)):
        with pytest.raises(InvalidValue) as refused:
            shorter.version_at(day)
        assert refused.value.rule == "version_date"


def test_amending_in_python_writes_the_same_document() -> None:
    """Models and plain data give what a document with that amendment gives; the contract itself stays as it was."""
    by_hand = read(document(amendment(1, WED_2026_07_01, clauses=[clause("4.5", rate="7%")], remove=["5.1"])))
    model = ACME.clause("4.5").replace(rate="7%")
    made = ACME.amend(ref="A-1", from_=WED_2026_07_01, clauses=[model], remove=["5.1"], versions=PERIOD)
    assert made == by_hand
    assert made.digest() == by_hand.digest() == read(made.to_data()).digest()
    assert ACME.amendments == ()
    twice = made.amend(ref="A-2", from_="2026-09-01", set_={"title": "September"})
    assert [each.ref for each in twice.amendments] == ["A-1", "A-2"]
    assert twice.version_at(TUE_2026_09_01).title == "September"


def test_amending_refuses_what_reading_refuses() -> None:
    """A day outside the term, a clause that there is none of, and a choice of versions that is missing or another."""
    with pytest.raises(ec.DocumentError, match="amendment_date"):
        ACME.amend(ref="A-1", from_=date(2027, 1, 1), remove=["5.1"], versions=PERIOD)
    with pytest.raises(ec.DocumentError, match=r"no clause '5\.2' to remove; did you mean"):
        ACME.amend(ref="A-1", from_=WED_2026_07_01, remove=["5.2"], versions=PERIOD)
    with pytest.raises(ec.DocumentError, match="versions_missing"):
        ACME.amend(ref="A-1", from_=WED_2026_07_01, remove=["5.1"])
    made = ACME.amend(ref="A-1", from_=WED_2026_07_01, remove=["5.1"], versions=PERIOD)
    with pytest.raises(InvalidValue) as refused:
        made.amend(ref="A-2", from_=WED_2026_07_01, set_={"title": "A"}, versions=OPENED)
    assert refused.value.rule == "versions_fixed"


def test_an_amended_contract_travels() -> None:
    """Pickled, copied, or written and read, it has the same versions."""
    made = ACME.amend(ref="A-1", from_=WED_2026_07_01, clauses=[clause("4.5", rate="7%")], versions=PERIOD)
    for other in (pickle.loads(pickle.dumps(made)), copy.copy(made), read(made.to_data())):  # noqa: S301 - our own bytes
        assert other.versions_by_day() == made.versions_by_day()
    assert "amendments A-1" in repr(made)


def test_the_check_looks_at_each_version() -> None:
    """A finding that an amendment brings says from when; one that was there before is said once."""
    signed = ACME.amend(ref="A-1", from_=WED_2026_07_01, clauses=[clause("4.7", at_most="120%")], versions=PERIOD)
    new = [finding for finding in signed.check() if finding.code == "limit_above_charge"]
    assert [(each.clause, each.message.partition(":")[0]) for each in new] == [("4.7", "from 2026-07-01 on")]
    assert set(ACME.check()) <= set(signed.check())
    assert "limit_above_charge" not in {finding.code for finding in ACME.check()}
    further = signed.amend(ref="A-2", from_=TUE_2026_09_01, set_={"title": "September"})
    assert further.check() == signed.check()


def test_there_is_a_limit_to_amendments() -> None:
    """No more than sixty, and no more of a large contract than can be checked in bounded time."""
    many = [amendment(number, WED_2026_07_01, set={"title": "A"}) for number in range(61)]
    assert faults(document(*many)) == [("amendments", "too_many")]
    charges = [{"ref": f"9.{n}", "kind": "charge", "amount": "EUR 1.00", "every": "month"} for n in range(1000)]
    days = [amendment(n, WED_2026_07_01 + timedelta(days=n), set={"title": "A"}) for n in range(40)]
    data = document(*days)
    data["clauses"] += charges
    assert faults(data) == [("amendments", "too_large")]


RATES = st.integers(1, 9).map(lambda number: clause("4.5", rate=f"{number}%"))
TITLES = st.sampled_from(["One", "Two", "Three"])
PARTS = st.one_of(
    RATES.map(lambda each: {"clauses": [each]}),
    TITLES.map(lambda each: {"set": {"title": each}}),
    st.sampled_from(["5.1", "4.3"]).map(lambda ref: {"clauses": [clause(ref, title="Anew")]}),
    TITLES.map(lambda each: {"services": [{"ref": "extra", "title": each, "hours": "desk"}]}),
)
DAYS = st.integers(0, 364).map(lambda number: date(2026, 1, 1) + timedelta(days=number))


@pytest.mark.sweep
@given(st.lists(st.tuples(DAYS, PARTS), max_size=5), DAYS)
def test_the_version_of_a_day_is_all_that_was_agreed_by_then(
    agreed: list[tuple[date, dict[str, Any]]], day: date
) -> None:
    """Taking the changes one by one, oldest first, up to the day, gives the contract that is in force on it."""
    contract = read(document(*(amendment(number, at, **parts) for number, (at, parts) in enumerate(agreed))))
    expected = copy.deepcopy(ACME.to_data())
    for _, parts in sorted((each for each in agreed if each[0] <= day), key=lambda each: each[0]):
        expected |= parts.get("set", {})
        for table in ("clauses", "services"):
            for new in parts.get(table, ()):
                refs = [each["ref"] for each in expected[table]]
                place = refs.index(new["ref"]) if new["ref"] in refs else len(refs)
                expected[table][place : place + 1] = [new]
    found = contract.version_at(day).to_data()
    assert {**found, "versions": PERIOD} == {**read(expected).to_data(), "versions": PERIOD}


JUNK = st.recursive(
    st.none() | st.booleans() | st.integers(-3, 3) | st.sampled_from(["", "4.5", "2026-07-01", "x", "2026-13-01"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["ref", "from", "set", "clauses", "remove", "term", "end", "kind"]), inner, max_size=3
        )
    ),
    max_leaves=8,
)
KEYS = ("ref", "from", "set", "calendars", "holidays", "services", "clauses", "remove", "title")


@given(st.dictionaries(st.sampled_from(KEYS), JUNK), JUNK, st.sampled_from(["versions", "amendments", "one"]))
def test_no_document_of_amendments_breaks_the_reader(parts: dict[str, Any], junk: object, where: str) -> None:
    """Whatever stands where an amendment, its parts or the versions should, only the library's own errors come."""
    data = document({**amendment(1, WED_2026_07_01, remove=["5.1"]), **parts})
    if where != "one":
        data[where] = junk
    with contextlib.suppress(ec.DocumentError):
        read(data)
