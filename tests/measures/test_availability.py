"""Availability: runs of outages, state unknown, and relief, against an oracle that counts seconds."""

from __future__ import annotations

import random
from datetime import timedelta
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

import ecsm_contracts as ec
from ecsm_contracts.errors import EngineInvariantError
from ecsm_contracts.facts import Notice, Outage, Setting
from ecsm_contracts.measures import Availability
from ecsm_contracts.statements import statement_from_data, statement_to_data
from tests.measures.availability_oracle import Counted, Terms, count
from tests.measures.contracts import contract_with, level_of
from tests.measures.setting_levels import SECOND, bound, notice, outage, sums

PERIOD = (40, 160)
ALL_DAY = [(0, 200)]
SPANS = st.tuples(st.integers(0, 190), st.integers(0, 60)).map(lambda each: (each[0], each[0] + each[1]))
STATES = st.sampled_from(["down", "down", "down", "unknown", "degraded"])
OUTAGES = st.lists(st.tuples(SPANS, STATES), max_size=6)
HOURS = st.sampled_from([ALL_DAY, [(0, 60), (70, 200)], [(50, 90), (100, 150)], []])
TERMS = st.builds(
    lambda minimum, excess, unknown, degraded: Terms(minimum, excess and minimum > 0, unknown, degraded),
    st.sampled_from([0, 0, 1, 5, 10, 20]),
    st.booleans(),
    st.sampled_from(["leaves", "available", "unavailable"]),
    st.sampled_from(["ignored", "down"]),
)
STRETCHES = st.tuples(st.integers(0, 170), st.integers(0, 150)).map(lambda each: (each[0], each[0] + each[1]))
SHARES = st.sampled_from(["100%", "50%", "33.333333333%", "0.000000001%", "12.5%"])
ALL_TERMS = st.builds(
    lambda terms, weighted, minutes: terms._replace(weighted=weighted, minutes=minutes),
    TERMS,
    st.booleans(),
    st.sampled_from([None, "whole", "begun"]),
)


def measure(terms: Terms) -> Availability:
    """Return the measure with these terms."""
    data: dict[str, Any] = {"kind": "availability", "hours": "desk", "unknown": terms.unknown}
    data |= {
        "degraded": terms.degraded,
        "minutes": terms.minutes,
        "weighted_by": "affected" if terms.weighted else None,
    }
    if terms.minimum:
        data |= {"minimum_outage": timedelta(seconds=terms.minimum), "counts": "excess" if terms.excess else "whole"}
    return Availability.model_validate(data)


def counted(
    terms: Terms,
    outages: list[Outage],
    notices: list[Notice] = [],  # noqa: B006 - never changed
    hours: list[tuple[int, int]] = ALL_DAY,
    *,
    leaves: bool = False,
    period: tuple[int, int] = PERIOD,
) -> Counted:
    """Return what the library counts, in seconds."""
    setting = Setting(outages=tuple(outages), notices=tuple(notices))
    level = bound(measure(terms), hours, period, setting, leaves=leaves)
    start, end = level.program.start, level.program.end
    whole = level.program.table.worked_until(end) - level.program.table.worked_until(start)
    found = {name: Fraction(number, SECOND) for name, number in sums(level, setting).items()}
    return Counted(whole // SECOND, found["unavailable"], int(found["planned"]), int(found["unknown"]))


def outages_of(drawn: list[tuple[tuple[int, int], str]]) -> list[Outage]:
    """Return the outages that were drawn, numbered."""
    return [outage(f"O-{n}", *span, state) for n, (span, state) in enumerate(drawn)]


def availability(terms: Terms, found: Counted) -> float:
    """Return the share, or 2 where there is nothing to measure."""
    whole = found.whole - found.planned - (found.unknown if terms.unknown == "leaves" else 0)
    return 2 if not whole else float(1 - found.unavailable / whole)


@given(OUTAGES, st.lists(SPANS, max_size=3), HOURS, TERMS, st.booleans())
def test_seconds_counted_one_by_one_agree(
    drawn: list[tuple[tuple[int, int], str]],
    planned: list[tuple[int, int]],
    hours: list[tuple[int, int]],
    terms: Terms,
    leaves: bool,
) -> None:
    """Every column is what a count of single seconds gives, for every choice of the contract."""
    notices = [notice(f"N-{n}", *span) for n, span in enumerate(planned)]
    known = [(*span, state, Fraction(1)) for span, state in drawn]
    wanted = count(PERIOD, hours, known, planned, terms, leaves=leaves)
    assert counted(terms, outages_of(drawn), notices, hours, leaves=leaves) == wanted


@given(st.lists(st.tuples(STRETCHES, STATES, SHARES), max_size=5), HOURS, ALL_TERMS)
def test_shares_and_minutes_agree_second_by_second(
    drawn: list[tuple[tuple[int, int], str, str]], hours: list[tuple[int, int]], terms: Terms
) -> None:
    """At each second the greatest share counts, and the last minute as the contract says; rounded down once."""
    outages = [outage(f"O-{n}", *span, state, affected=share) for n, (span, state, share) in enumerate(drawn)]
    known = [(*span, state, Fraction(share.rstrip("%")) / 100) for span, state, share in drawn]
    wanted = count(PERIOD, hours, known, [], terms, leaves=False)
    exact = wanted.unavailable * SECOND
    rounded = Fraction(exact.numerator // exact.denominator, SECOND)
    assert counted(terms, outages, hours=hours) == wanted._replace(unavailable=rounded)
    level = bound(measure(terms), hours, PERIOD, Setting())
    far_back = level.program.earliest if terms.minutes else level.program.start - terms.minimum * SECOND
    assert level.program.look_back() == far_back


@given(OUTAGES, TERMS)
def test_a_share_of_all_users_weighs_nothing(drawn: list[tuple[tuple[int, int], str]], terms: Terms) -> None:
    """Weighted by users, outages that concern all of them count as they do without, row by row."""
    setting = Setting(outages=tuple(outages_of(drawn)))
    levels = [bound(measure(each), ALL_DAY, PERIOD, setting) for each in (terms, terms._replace(weighted=True))]
    assert levels[0].observe_setting(setting) == levels[1].observe_setting(setting)


@given(st.lists(st.tuples(STRETCHES, STATES, SHARES), max_size=5), ALL_TERMS, st.integers(0, 4))
def test_a_further_outage_never_raises_what_is_left(
    drawn: list[tuple[tuple[int, int], str, str]], terms: Terms, without: int
) -> None:
    """Whomever each concerns, one outage more never makes a service more available, nor out for longer than it is."""
    terms = terms._replace(minimum=0, excess=False, unknown="unavailable", minutes=None)
    outages = [outage(f"O-{n}", *span, state, affected=share) for n, (span, state, share) in enumerate(drawn)]
    fewer = [each for n, each in enumerate(outages) if n != without]
    assert counted(terms, fewer).unavailable <= counted(terms, outages).unavailable <= PERIOD[1] - PERIOD[0]


@pytest.mark.parametrize(
    ("minutes", "unavailable"), [(None, 61 + 59 + 60), ("whole", 60 + 60), ("begun", 120 + 60 + 60)]
)
def test_the_last_minute_of_a_run(minutes: str | None, unavailable: int) -> None:
    """Runs of 61, 59 and 60 seconds: a part of a minute counts as it is, not at all, or in full."""
    outages = [outage("a", 0, 61), outage("b", 200, 259), outage("c", 400, 460)]
    found = counted(Terms(minutes=minutes), outages, hours=[(0, 600)], period=(0, 600))
    assert found.unavailable == unavailable


def test_overlapping_outages_take_the_greatest_share() -> None:
    """Two fifths of the users for a minute, all of them for ten seconds of it: those count whole, the others so far."""
    outages = [outage("a", 50, 110, affected="40%"), outage("b", 70, 80), outage("c", 70, 100, affected="10%")]
    assert counted(Terms(weighted=True), outages).unavailable == 50 * Fraction(40, 100) + 10
    setting = Setting(outages=tuple(outages))
    rows = bound(measure(Terms(weighted=True)), ALL_DAY, PERIOD, setting).observe_setting(setting)
    assert [rows["outage", each][0] for each in "abc"] == [20 * SECOND, 10 * SECOND, 0]


def test_weighted_time_is_rounded_down_once() -> None:
    """Three seconds of a share that leaves two thirds of a microsecond each are two whole microseconds more."""
    outages = [outage(f"O-{n}", 50 + 2 * n, 51 + 2 * n, affected="66.666666667%") for n in range(3)]
    setting = Setting(outages=tuple(outages))
    rows = bound(measure(Terms(weighted=True)), ALL_DAY, PERIOD, setting).observe_setting(setting)
    assert [row[0] for row in rows.values()] == [666_666, 666_667, 666_667]


@given(OUTAGES, TERMS, st.integers())
def test_the_order_of_outages_makes_no_difference(
    drawn: list[tuple[tuple[int, int], str]], terms: Terms, seed: int
) -> None:
    """Records may come in any order: each adds the same to the sums."""
    outages = outages_of(drawn)
    shuffled = outages[:]
    random.Random(seed).shuffle(shuffled)
    settings = [Setting(outages=tuple(each)) for each in (outages, shuffled)]
    rows = [bound(measure(terms), ALL_DAY, PERIOD, each).observe_setting(each) for each in settings]
    assert rows[0] == rows[1]


@given(OUTAGES, TERMS, st.integers(0, 5), st.integers(1, 59))
def test_splitting_an_outage_is_neutral(
    drawn: list[tuple[tuple[int, int], str]], terms: Terms, which: int, after: int
) -> None:
    """Two records that touch count as the one that they are parts of, wherever it is split."""
    if which >= len(drawn):
        return
    (start, end), state = drawn[which]
    middle = min(end, start + after)
    split = [*drawn[:which], ((start, middle), state), ((middle, end), state), *drawn[which + 1 :]]
    assert counted(terms, outages_of(split)) == counted(terms, outages_of(drawn))


@given(OUTAGES, TERMS, st.integers(0, 5), st.integers(0, 30), st.integers(0, 30))
def test_a_longer_outage_never_raises_availability(
    drawn: list[tuple[tuple[int, int], str]], terms: Terms, which: int, sooner: int, later: int
) -> None:
    """An outage that began sooner or ended later leaves the number the same, or lower."""
    if which >= len(drawn) or drawn[which][1] == "unknown":
        return
    (start, end), state = drawn[which]
    longer = [*drawn[:which], ((max(0, start - sooner), end + later), state), *drawn[which + 1 :]]
    before, after = (availability(terms, counted(terms, outages_of(each))) for each in (drawn, longer))
    assert after <= before


@given(OUTAGES, TERMS)
def test_parts_of_a_period_add_up_where_all_is_known(drawn: list[tuple[tuple[int, int], str]], terms: Terms) -> None:
    """
    A period cut in two counts the same seconds, unless a run still lasts at the cut: what comes after is not known.
    """
    cut = 100
    if any(start <= cut <= end for (start, end), _ in drawn):
        return
    first, second = (counted(terms, outages_of(drawn), period=each) for each in ((40, cut), (cut, 160)))
    whole = counted(terms, outages_of(drawn))
    for name in Counted._fields:
        assert getattr(first, name) + getattr(second, name) == getattr(whole, name)


@given(OUTAGES, TERMS)
def test_what_ended_before_the_window_makes_no_difference(
    drawn: list[tuple[tuple[int, int], str]], terms: Terms
) -> None:
    """An outage that ended before the first instant that the plan asks facts for can be left out."""
    outages = outages_of(drawn)
    kept = [each for each, (span, _) in zip(outages, drawn, strict=True) if span[1] >= PERIOD[0] - terms.minimum]
    assert counted(terms, kept) == counted(terms, outages)
    level = bound(measure(terms), ALL_DAY, PERIOD, Setting())
    assert level.program.look_back() == level.program.start - terms.minimum * SECOND


@given(OUTAGES, TERMS)
def test_unknown_as_unavailable_is_the_state_down(drawn: list[tuple[tuple[int, int], str]], terms: Terms) -> None:
    """With unknown: unavailable and degraded: down the same counts as if every state had been down, runs included."""
    terms = terms._replace(unknown="unavailable", degraded="down")
    found = counted(terms, outages_of(drawn))
    down = counted(terms, outages_of([(span, "down") for span, _ in drawn]))
    assert found._replace(unknown=0) == down


@pytest.mark.parametrize(
    ("terms", "unavailable"),
    [
        (Terms(), 9 + 10 + 11),
        (Terms(10), 10 + 11),  # nine seconds are fewer than ten, ten are ten
        (Terms(10, excess=True), 1),
        (Terms(12), 0),
    ],
)
def test_a_run_counts_from_the_minimum_on(terms: Terms, unavailable: int) -> None:
    """Runs of nine, ten and eleven seconds: those of ten and more count, wholly or beyond the first ten."""
    outages = [outage("a", 50, 59), outage("b", 70, 80), outage("c", 90, 101)]
    assert counted(terms, outages).unavailable == unavailable


def test_runs_are_as_long_as_they_are_not_as_the_hours_or_the_period() -> None:
    """A run is measured from end to end, by the clock: before the period, out of hours and in relieved time."""
    before = [outage("a", 33, 43)]
    assert counted(Terms(10), before).unavailable == 3
    assert counted(Terms(10, excess=True), before).unavailable == 0
    closed = counted(Terms(10), [outage("a", 50, 60)], hours=[(55, 100)])
    assert closed.unavailable == 5
    excused = counted(Terms(10), [outage("a", 50, 60)], [notice("n", 50, 57)])
    assert excused.unavailable == 3


def test_what_is_not_known_yet_does_not_make_a_run_longer() -> None:
    """An outage that lasts at the period's end is as long as it has been by then; its miss is not made up later."""
    lasting = [outage("a", 155, 175)]
    assert counted(Terms(10), lasting).unavailable == 0
    assert counted(Terms(10), lasting, period=(160, 200)).unavailable == 15


def test_touching_outages_are_one_run() -> None:
    """Two outages of five seconds that touch are ten seconds out; with a second between them they are not."""
    assert counted(Terms(10), [outage("a", 50, 55), outage("b", 55, 60)]).unavailable == 10
    assert counted(Terms(10), [outage("a", 50, 55), outage("b", 56, 61)]).unavailable == 0


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"counts": "excess"}, "counts_without_minimum"),
        ({"minimum_outage": "0min"}, "minimum_outage_zero"),
        ({"unknown": "down"}, "literal_error"),
        ({"degraded": "slow"}, "literal_error"),
        ({"weighted_by": "users"}, "literal_error"),
        ({"minutes": "rounded"}, "literal_error"),
        ({"of": {"days": 0}}, "greater_than_equal"),
        ({"of": {"days": 367}}, "less_than_equal"),
        ({"of": "month"}, "literal_error"),
    ],
    ids=str,
)
def test_what_cannot_work_is_refused(change: dict[str, Any], code: str) -> None:
    """Choices that contradict each other are refused, each with its code."""
    with pytest.raises(ValidationError) as caught:
        Availability.model_validate({"kind": "availability", "hours": "desk", **change})
    assert [each["type"] for each in caught.value.errors()] == [code]


def test_choices_at_their_default_are_not_written() -> None:
    """A contract that says nothing more than before keeps its digest, whether it names the defaults or not."""
    plain = {"kind": "availability", "hours": "desk"}
    named: dict[str, Any] = {**plain, "counts": "whole", "unknown": "leaves", "minimum_outage": None}
    named |= {"degraded": "ignored", "weighted_by": None, "minutes": None, "of": "service_time"}
    assert Availability.model_validate(plain).to_data() == plain
    assert Availability.model_validate(named).to_data() == plain
    full: dict[str, Any] = {**plain, "minimum_outage": "PT10M", "counts": "excess", "unknown": "available"}
    full |= {"degraded": "down", "weighted_by": "affected", "minutes": "begun", "of": {"days": 30}}
    assert Availability.model_validate(full).to_data() == full


def outage_record(ref: str, start: str, end: str, **more: str) -> dict[str, str]:
    """Return the record of an outage of mail in March."""
    return {"ref": ref, "service": "mail", "start": f"2026-03-{start}:00Z", "end": f"2026-03-{end}:00Z", **more}


def month_of(*outages: dict[str, str], **choices: Any) -> tuple[ec.Statement, Any]:
    """Return the statement of March, and its promise of availability, by contract and engine."""
    contract = contract_with({"kind": "availability", "hours": "always", **choices}, {"at_least": "99.9%"})
    facts = ec.facts_from_records(outages=list(outages))
    statement = ec.evaluate(contract, facts, period="2026-03")
    ec.verify(statement, facts)
    return statement, level_of(statement)


SHORT = outage_record("O-1", "04T09:00", "04T09:09")
LONG = outage_record("O-2", "05T09:00", "05T10:00")
UNSURE = outage_record("O-3", "05T09:30", "05T11:00", state="unknown")
MARCH = 31 * 1440


@pytest.mark.parametrize(
    ("choices", "number"),
    [
        ({}, Fraction(MARCH - 90 - 39, MARCH - 90)),
        ({"unknown": "available"}, Fraction(MARCH - 39, MARCH)),
        ({"unknown": "unavailable"}, Fraction(MARCH - 129, MARCH)),
        ({"minimum_outage": "10min"}, Fraction(MARCH - 90 - 30, MARCH - 90)),
        ({"minimum_outage": "10min", "counts": "excess"}, Fraction(MARCH - 90 - 20, MARCH - 90)),
        ({"of": {"days": 30}}, Fraction(43_200 - 90 - 39, 43_200 - 90)),
        ({"of": {"days": 1}, "unknown": "available"}, Fraction(1440 - 39, 1440)),
    ],
    ids=str,
)
def test_a_month_comes_out_as_the_contract_says(choices: dict[str, str], number: Fraction) -> None:
    """Nine minutes, an hour, and an hour and a half of which nobody knows: by hand, for each choice."""
    statement, level = month_of(SHORT, LONG, UNSURE, **choices)
    assert level.number == number
    assert dict(level.counts)["4.1.unknown"] == 90 * 60 * SECOND
    again = statement_from_data(statement_to_data(statement))
    assert again.digest() == statement.digest()


def test_a_month_of_which_nothing_is_known_is_not_measured() -> None:
    """With no time left whose state is known nothing is measured, and the proof says why."""
    whole = {**outage_record("O-1", "01T00:00", "31T00:00", state="unknown"), "end": "2026-04-01T00:00:00Z"}
    statement, level = month_of(whole)
    assert (level.outcome, level.number) == ("not_measured", None)
    assert "state unknown" in str(ec.explain(statement["4.1"]))
    assert month_of(whole, unknown="available")[1].outcome == "met"
    assert month_of(whole, unknown="unavailable")[1].number == 0


def test_a_statement_without_unknown_states_says_nothing_more() -> None:
    """Where every state is known the proof is as before: service time, planned time and what was out."""
    statement, _ = month_of(LONG)
    assert "unknown" not in str(ec.explain(statement["4.1"]))


def test_a_fixed_month_is_never_less_than_nothing() -> None:
    """Out for all of March, of 30 days it is 0%; with more time left out than a day has, nothing is measured."""
    whole = {**outage_record("O-1", "01T00:00", "31T00:00"), "end": "2026-04-01T00:00:00Z"}
    assert month_of(whole, of={"days": 30})[1].number == 0
    assert month_of({**whole, "state": "unknown"}, of={"days": 30})[1].outcome == "not_measured"
    assert month_of(of={"days": 30})[1].number == 1


@pytest.mark.parametrize(
    ("degraded", "affected", "number"),
    [
        ("ignored", "50%", 1),
        ("down", "50%", Fraction(MARCH - 30, MARCH)),
        ("down", "100%", Fraction(MARCH - 60, MARCH)),
    ],
)
def test_a_degraded_hour(degraded: str, affected: str, number: Fraction) -> None:
    """An hour in which a service was slow counts as the contract says, for the share of users that it concerned."""
    slow = outage_record("O-1", "05T09:00", "05T10:00", state="degraded", affected=affected)
    assert month_of(slow, degraded=degraded, weighted_by="affected")[1].number == number


@pytest.mark.parametrize(
    ("column", "number"),
    [("unknown", -1), ("unknown", 10**16), ("unavailable", 10**16), ("planned", 10**16), ("unavailable", -1)],
)
def test_more_time_than_there_was_is_not_settled(column: str, number: int) -> None:
    """A tally with more unavailable, planned or unknown time than the period has, or less than none, is refused."""
    contract = contract_with({"kind": "availability", "hours": "always"}, {"at_least": "99.9%"})
    planned = ec.plan(contract, "2026-03")
    data = dict.fromkeys(planned.columns, 0) | {f"4.1.{column}": number}
    with pytest.raises(EngineInvariantError, match=r"4\.1"):
        ec.settle_tally(planned, ec.Tally.from_data(planned.columns, data))
