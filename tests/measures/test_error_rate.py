"""The error rate: buckets, what is taken of them, hours, relief, and the sums that settle it."""

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
from ecsm_contracts.errors import EngineInvariantError, InvalidValue
from ecsm_contracts.facts import Sample, Setting
from ecsm_contracts.figures import derive
from ecsm_contracts.figures import given as stated
from ecsm_contracts.measures import ErrorRate
from ecsm_contracts.measures._buckets import Buckets
from ecsm_contracts.measures._error_rate import rate_to_places
from ecsm_contracts.statements import statement_from_data, statement_to_data
from tests.measures.contracts import contract_with, level_of, problems_with
from tests.measures.setting_levels import at, bound, notice, sums

MINUTE = 60
POOLED: dict[str, Any] = {
    "kind": "error_rate", "hours": "always", "bucket": "5min", "take": "pooled", "empty_bucket": "no_errors",
}  # fmt: skip
MEAN = {**POOLED, "take": "mean_of_buckets", "places": 7}
BAD = {**POOLED, "take": {"bad_buckets": {"above": "5%"}}}

HOURS = st.sampled_from([[(0, 7200)], [(0, 1000), (1600, 7200)], [(90, 1810), (2000, 2001)], []])
COUNTS = st.sampled_from([(0, 0), (1, 0), (3, 1), (20, 1), (100, 5), (100, 6), (7, 7)])
SAMPLES = st.lists(st.tuples(st.integers(0, 60), st.integers(0, 59), COUNTS), max_size=12)
PERIOD = (10 * MINUTE, 50 * MINUTE)


def samples_of(drawn: list[tuple[int, int, tuple[int, int]]]) -> tuple[Sample, ...]:
    """Return samples of a second each, which start at a minute and a second of it."""
    return tuple(
        Sample.model_validate(
            {
                "ref": f"S-{n:02d}", "service": "mail", "start": at(60 * minute + second),
                "end": at(60 * minute + second + 1), "requests": requests, "errors": errors,
            }
        )
        for n, (minute, second, (requests, errors)) in enumerate(drawn)
    )  # fmt: skip


def by_hand(
    drawn: list[tuple[int, int, tuple[int, int]]],
    hours: list[tuple[int, int]],
    relieved: list[tuple[int, int]],
    length: int,
) -> tuple[dict[int, list[int]], int]:
    """Return requests and errors of each bucket that counts, by its first second, and how many are relieved."""
    counting, out = {}, 0
    for first in range(*PERIOD):
        open_then = any(start <= first < end for start, end in hours)
        if first % length == 0 and open_then:
            if any(start <= first < end for start, end in relieved):
                out += 1
            else:
                counting[first] = [0, 0]
    for minute, second, (requests, errors) in drawn:
        bucket = (60 * minute + second) // length * length
        if bucket in counting and 60 * minute + second + 1 <= PERIOD[1]:
            counting[bucket][0] += requests
            counting[bucket][1] += errors
    return counting, out


def rounded(errors: int, requests: int, places: int) -> int:
    """Return a rate in units of its last decimal, as Python rounds fractions."""
    return round(Fraction(errors * 10**places, requests)) if requests else 0  # Python rounds half to even


@given(SAMPLES, HOURS, st.lists(st.tuples(st.integers(0, 3000), st.integers(1, 900)), max_size=2))
def test_buckets_counted_one_by_one_agree(
    drawn: list[tuple[int, int, tuple[int, int]]], hours: list[tuple[int, int]], planned: list[tuple[int, int]]
) -> None:
    """Requests, errors, rates and bad buckets are what looking at each bucket by itself gives."""
    relieved = [(start, start + long) for start, long in planned]
    notices = tuple(notice(f"N-{n}", *span) for n, span in enumerate(relieved))
    setting = Setting(samples=samples_of(drawn), notices=notices)
    counting, out = by_hand(drawn, hours, relieved, 300)
    filled = [each for each in counting.values() if each[0]]
    always = {
        "requests": sum(each[0] for each in filled), "errors": sum(each[1] for each in filled),
        "filled": len(filled), "relieved": out,
    }  # fmt: skip
    last = {
        "rates": sum(rounded(errors, requests, 7) for requests, errors in filled),
        "bad": sum(Fraction(errors, requests) > Fraction(5, 100) for requests, errors in filled),
    }
    for data in (POOLED, MEAN, BAD):
        measure = ErrorRate.model_validate(data)
        level = bound(measure, hours, PERIOD, setting)
        found = sums(level, setting)
        assert found == always | {name: last[name] for name in measure.columns[4:]}
        assert measure.buckets(level.program) == len(counting) + out


@given(SAMPLES, st.integers())
def test_the_order_of_samples_makes_no_difference(drawn: list[tuple[int, int, tuple[int, int]]], seed: int) -> None:
    """Samples may come in any order: each adds the same to the sums."""
    samples = list(samples_of(drawn))
    shuffled = samples[:]
    random.Random(seed).shuffle(shuffled)
    measure = ErrorRate.model_validate(MEAN)
    settings = [Setting(samples=tuple(each)) for each in (samples, shuffled)]
    rows = [bound(measure, [(0, 7200)], PERIOD, each).observe_setting(each) for each in settings]
    assert rows[0] == rows[1]


@given(SAMPLES)
def test_a_sample_may_come_in_parts(drawn: list[tuple[int, int, tuple[int, int]]]) -> None:
    """Requests that failed and those that did not may be two records of a bucket: they are added up."""
    parts = [
        (minute, second, pair)
        for minute, second, (requests, errors) in drawn
        for pair in ((errors, errors), (requests - errors, 0))
    ]
    for data in (POOLED, MEAN, BAD):
        measure = ErrorRate.model_validate(data)
        found = []
        for each in (drawn, parts):
            setting = Setting(samples=samples_of(each))
            found.append(sums(bound(measure, [(0, 7200)], PERIOD, setting), setting))
        assert found[0] == found[1]


@given(st.integers(0, 10**15), st.integers(1, 10**15), st.integers(2, 12))
def test_a_rate_is_rounded_half_to_even(errors: int, requests: int, places: int) -> None:
    """The rate of a bucket is carried to its decimals as Python rounds fractions."""
    assert rate_to_places(min(errors, requests), requests, places) == rounded(min(errors, requests), requests, places)


@given(st.lists(st.tuples(st.integers(0, 50), st.integers(1, 30)), max_size=4), st.integers(1, 12), st.integers(0, 200))
def test_buckets_are_counted_by_the_span(gaps: list[tuple[int, int]], length: int, until: int) -> None:
    """The number of buckets before an instant is that of the multiples of its length in the spans before it."""
    spans, reach = [], 0
    for gap, long in gaps:
        spans.append((reach + gap, reach + gap + long))
        reach += gap + long + 1
    buckets = Buckets(length, spans)
    starts = [each for start, end in spans for each in range(start, end) if each % length == 0]
    assert buckets.count == len(starts)
    assert buckets.before(until) == sum(each < until for each in starts)


MARCH = 31 * 288
"""Buckets of five minutes in March."""


def samples_of_march(bad: int, good: int) -> list[dict[str, Any]]:
    """Return so many buckets of five requests that all fail, and then so many of a million that do not."""
    first = ec.Period.month(2026, 3).bounds("UTC")[0]
    start = [str(ec.calendars.from_micros(first + n * 300_000_000).isoformat()) for n in range(bad + good + 1)]
    return [
        {
            "ref": f"S-{n}", "service": "mail", "start": start[n], "end": start[n + 1],
            "requests": 5 if n < bad else 1_000_000, "errors": 5 if n < bad else 0,
        }
        for n in range(bad + good)
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("measure", "number"),
    [
        (MEAN, Fraction(30, MARCH)),
        ({**MEAN, "empty_bucket": "left_out"}, Fraction(30, 32)),
        (POOLED, Fraction(150, 2_000_150)),
        (BAD, Fraction(30, MARCH)),
        ({**BAD, "empty_bucket": "left_out"}, Fraction(30, 32)),
    ],
    ids=["mean", "mean of filled", "pooled", "bad", "bad of filled"],
)
def test_few_requests_that_fail_weigh_as_the_contract_says(measure: dict[str, Any], number: Fraction) -> None:
    """
    Thirty buckets of five requests that all fail: a third of a per cent of the buckets, hardly any of the requests.

    As in Amazon's agreement for S3, whose mean takes each bucket alike.
    """
    contract = contract_with(measure, {"at_most": "0.1%"})
    statement = ec.evaluate(contract, ec.facts_from_records(samples=samples_of_march(30, 2)), period="2026-03")
    level = level_of(statement)
    assert (level.number, level.outcome) == (number, "met" if number <= Fraction(1, 1000) else "missed")
    ec.verify(statement, ec.facts_from_records(samples=samples_of_march(30, 2)))


def test_a_statement_with_samples_reads_back() -> None:
    """The statement is written and read without a change, and sorted out by each sample's row."""
    contract = contract_with(MEAN, {"at_most": "0.1%"})
    statement = ec.evaluate(contract, ec.facts_from_records(samples=samples_of_march(3, 2)), period="2026-03")
    assert [row.kind for row in statement.outcomes] == ["sample"] * 5
    again = statement_from_data(statement_to_data(statement))
    assert again.digest() == statement.digest()


def test_samples_that_no_promise_counts_leave_no_trace() -> None:
    """Samples of another service, or of another month, have no row."""
    contract = contract_with(MEAN, {"at_most": "0.1%"})
    other = [{**each, "ref": f"X-{n}", "service": "desk"} for n, each in enumerate(samples_of_march(1, 1))]
    scoped = contract_with(
        {"kind": "count", "of": "outages"}, {"at_most": 3},
        {"ref": "4.2", "kind": "service_level", "scope": {"service": "mail"}, "measure": MEAN,
         "target": {"at_most": "1%"}},
    )  # fmt: skip
    facts = ec.facts_from_records(samples=[*samples_of_march(1, 0), *other])
    assert [row.ref for row in ec.evaluate(scoped, facts, period="2026-03").outcomes] == ["S-0"]
    assert list(ec.observe(ec.plan(contract, "2026-04"), facts).outcomes) == []


@pytest.mark.parametrize(("empty", "outcome"), [("no_errors", "met"), ("left_out", "not_measured")])
@pytest.mark.parametrize("data", [POOLED, MEAN, BAD], ids=["pooled", "mean", "bad"])
def test_a_month_without_requests(data: dict[str, Any], empty: str, outcome: str) -> None:
    """Without any request there are no errors, or there is nothing to measure: the contract says which."""
    contract = contract_with({**data, "empty_bucket": empty}, {"at_most": "0.1%"})
    level = level_of(ec.evaluate(contract, ec.facts_from_records(), period="2026-03"))
    assert (level.outcome, level.number) == (outcome, Fraction(0) if outcome == "met" else None)


def test_a_month_that_is_relieved_is_not_measured() -> None:
    """Where every bucket is relieved nothing is left to judge, and buckets of relieved time count no error."""
    relief = {"ref": "5.1", "kind": "relief", "notices": ["maintenance"], "levels": ["4.1"], "treatment": "exclude"}
    contract = contract_with(MEAN, {"at_most": "0.1%"}, relief)

    def month(end: str) -> Any:
        span = {"start": "2026-03-01T00:00:00Z", "end": end}
        planned = [{"ref": "N-1", "service": "mail", "kind": "maintenance", **span}]
        facts = ec.facts_from_records(samples=samples_of_march(30, 2), notices=planned)
        return level_of(ec.evaluate(contract, facts, period="2026-03"))

    assert month("2026-04-01T00:00:00Z").outcome == "not_measured"
    assert month("2026-03-01T01:00:00Z").number == Fraction(
        18, MARCH - 12
    )  # the first twelve of the thirty are relieved


def test_a_bucket_may_be_bad_only_when_everything_failed() -> None:
    """Of thirty buckets in which all fail and one in which all but one do, thirty are bad at 100 %, all above 99 %."""
    records = samples_of_march(30, 1)
    records[-1]["errors"] = records[-1]["requests"] - 1
    for threshold, bad in (({"at_least": "100%"}, 30), ({"above": "99%"}, 31)):
        contract = contract_with({**BAD, "take": {"bad_buckets": threshold}}, {"at_most": "0.1%"})
        march = ec.evaluate(contract, ec.facts_from_records(samples=records), period="2026-03")
        assert level_of(march).number == Fraction(bad, MARCH)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"bucket": "7min"}, "bucket_length"),
        ({"bucket": "30s"}, "bucket_length"),
        ({"bucket": "48h"}, "bucket_length"),
        ({"places": 7}, "places_needed"),
        ({"take": "mean_of_buckets"}, "places_needed"),
        ({"take": "mean_of_buckets", "places": 13}, "out_of_range"),
        ({"take": "mean_of_buckets", "places": 1}, "out_of_range"),
        ({"take": {"bad_buckets": {"above": "100%"}}}, "bucket_never_bad"),
        ({"take": {"bad_buckets": {"at_least": "0%"}}}, "bucket_never_bad"),
        ({"take": {"bad_buckets": {}}}, "threshold_shape"),
        ({"take": {"bad_buckets": {"above": "5%", "at_least": "5%"}}}, "threshold_shape"),
        ({"take": "median"}, "unknown_word"),
        ({"empty_bucket": "errors"}, "unknown_word"),
        ({"hours": "nights"}, "dangling_reference"),
    ],
    ids=str,
)
def test_what_cannot_work_is_refused(change: dict[str, Any], code: str) -> None:
    """What contradicts itself, or leaves open what must be said, is refused with its code."""
    assert problems_with({**POOLED, **change}, {"at_most": "0.1%"}) == [code]


def test_buckets_that_periods_cut_are_found() -> None:
    """A bucket of a day begins at midnight UTC; in a contract of another zone the author is told."""
    data = {**POOLED, "bucket": "24h"}
    codes = [
        {finding.code for finding in contract_with(data, {"at_most": "1%"}, zone=zone).check()}
        for zone in ("UTC", "Europe/Amsterdam")
    ]
    assert ["bucket_across_periods" in each for each in codes] == [False, True]


@pytest.mark.parametrize(
    ("bands", "found"),
    [
        ([{"up_to": "0.1%", "is": "0%"}, {"below": "1%", "is": "10%"}, {"is": "25%"}], set()),
        ([{"below": "0.1%", "is": "5%"}, {"is": "25%"}], {"credit_without_breach"}),
        ([{"below": "1%", "is": "25%"}, {"is": "10%"}], {"bands_not_falling"}),
    ],
    ids=["rising", "dead", "falling"],
)
def test_bands_of_a_ceiling_rise(bands: list[dict[str, str]], found: set[str]) -> None:
    """Where a number must not exceed something, more is worse: higher bands cost more."""
    credit = {
        "ref": "4.2", "kind": "service_credit", "levels": ["4.1"], "per": "level", "of": "3.1",
        "rate": {"bands": bands},
    }  # fmt: skip
    assert {finding.code for finding in contract_with(POOLED, {"at_most": "0.1%"}, credit).check()} == found


def test_rules_refuse_what_they_are_not_for() -> None:
    """A rule about nothing does not apply where there is something."""
    for rule in ("nothing counted/1", "no requests no errors/1"):
        with pytest.raises(InvalidValue):
            derive("x", rule, stated("count", 1))


def test_a_year_of_minutes_is_counted_by_the_span() -> None:
    """Counting the buckets of a year takes no longer than its hours have spans; the table has no bucket in it."""
    level = {"ref": "4.1", "kind": "service_level", "measure": {**POOLED, "bucket": "1min"}}
    contract = contract_with(
        POOLED,
        None,
        term={"start": "2026-01-01", "end": "2027-01-01"},
        billing={"cycle": "year", "anchor_day": 1, "anchor_month": 1},
        clauses=[{**level, "target": {"at_most": "1%"}}],
    )
    assert ec.plan(contract, "2026").bucket_counts == {"4.1": (365 * 1440, "always")}


def test_where_the_contract_says_nothing_nothing_is_assumed() -> None:
    """What a bucket without requests is, and what is taken, must be said."""
    for name in ("take", "empty_bucket", "bucket", "hours"):
        with pytest.raises(ValidationError):
            ErrorRate.model_validate({key: value for key, value in POOLED.items() if key != name})
    assert timedelta(minutes=5) == ErrorRate.model_validate(POOLED).bucket


@pytest.mark.parametrize("column", ["errors", "filled", "relieved", "rates"])
def test_more_than_there_was_is_not_settled(column: str) -> None:
    """A tally with more errors than requests, or more buckets than the period has, is refused."""
    planned = ec.plan(contract_with(MEAN, {"at_most": "1%"}), "2026-03")
    for number in (-1, 10**12):
        data = dict.fromkeys(planned.columns, 0) | {"4.1.requests": 9, "4.1.filled": 1, f"4.1.{column}": number}
        with pytest.raises(EngineInvariantError, match=r"4\.1"):
            ec.settle_tally(planned, ec.Tally.from_data(planned.columns, data))


@pytest.mark.parametrize(("errors", "rate"), [(1, 12), (3, 38), (5, 62), (7, 88), (0, 0), (8, 100)])
def test_a_tie_goes_to_the_even_digit(errors: int, rate: int) -> None:
    """Eighths to two decimals: 0.125 becomes 0.12, and 0.375 becomes 0.38."""
    assert rate_to_places(errors, 8, 2) == rate


def test_a_bucket_is_relieved_once() -> None:
    """Of notices that overlap, touch, or lie inside each other, each relieves what those before it do not."""
    spans = [(600, 1500), (700, 1000), (1200, 1500), (1400, 2100), (1500, 1600), (0, 601)]
    notices = tuple(notice(f"N-{n}", *span) for n, span in enumerate(spans))
    setting = Setting(notices=notices)
    level = bound(ErrorRate.model_validate(POOLED), [(0, 7200)], PERIOD, setting)
    relieved = {ref: numbers[3] for (_, ref), numbers in level.observe_setting(setting).items()}
    assert relieved == {"N-5": 1, "N-0": 2, "N-1": 0, "N-2": 0, "N-3": 2, "N-4": 0}
