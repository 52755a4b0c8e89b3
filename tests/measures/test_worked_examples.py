"""Worked examples of real agreements, month by month: work that stays open, buckets, and a customer's share."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from fractions import Fraction
from typing import Any

import pytest

import ecsm_contracts as ec
from tests.measures.contracts import contract_with, level_of

CLOCK = {
    "start": ["opened"], "stop": ["resolved"], "hours": "always", "holds": [],
    "reopened": "continue_without", "attempt": "last", "changed": "keep_elapsed",
}  # fmt: skip
TERM = {"start": "2026-01-01", "end": "2026-05-01"}
SOON = {"stopped": "counts", "unless_within": "672h"}
"""Of a Texan agreement: resolved within 28 days of its due date it does not count in the month of its resolution."""
NEVER = {"stopped": "left_out"}


def request(ref: str, opened: str, resolved: str | None) -> dict[str, Any]:
    """Return a request opened on a day of 2026, and resolved on another."""
    events = [("opened", opened), *([("resolved", resolved)] if resolved else [])]
    told = [{"kind": kind, "at": f"2026-{day}T00:00:00Z"} for kind, day in events]
    return {"ref": ref, "service": "desk", "type": "request", "priority": "P3", "events": told}


def months(within: str, overdue: Any, *requests: dict[str, Any], population: str = "resolved") -> list[tuple[int, int]]:
    """Return how many requests count, and how many of them are met, in each of the first three months."""
    measure = {"kind": "attainment", "clock": CLOCK, "within": within, "population": population, "overdue": overdue}
    few = {"minimum": 1, "when_too_few": "not_measured"}
    contract = contract_with({**measure, **few}, {"at_least": "90.98%"}, term=TERM)
    facts, carry, found = ec.facts_from_records(tickets=list(requests)), None, []
    for period in ("2026-01", "2026-02", "2026-03"):
        statement = ec.evaluate(contract, facts, period=period, carry=carry)
        ec.verify(statement, facts)
        carry = statement
        counts = dict(level_of(statement).counts)
        found.append((counts["4.1.counted"], counts["4.1.met"]))
    return found


@pytest.mark.parametrize("population", ["resolved", "due"])
@pytest.mark.parametrize(
    ("resolved", "overdue", "found"),
    [
        ("02-10", SOON, [(1, 0), (0, 0), (0, 0)]),  # 60: 21 days late
        ("03-05", SOON, [(1, 0), (1, 0), (1, 0)]),  # 61, read so that the window of the resolution counts: 44 days
        ("03-05", NEVER, [(1, 0), (1, 0), (0, 0)]),  # 61, read so that it does not
        ("02-17", SOON, [(1, 0), (0, 0), (0, 0)]),  # 28 days, exactly
        ("02-18", SOON, [(1, 0), (1, 0), (0, 0)]),
        ("02-10", "until_stopped", [(1, 0), (1, 0), (0, 0)]),
        (None, SOON, [(1, 0), (1, 0), (1, 0)]),
    ],
    ids=str,
)
def test_open_requests_count_until_they_are_resolved(
    population: str, resolved: str | None, overdue: Any, found: list[tuple[int, int]]
) -> None:
    """Worked examples 60 and 61: due on 20 January, resolved some time later."""
    assert months("240h", overdue, request("R-1", "01-10", resolved), population=population) == found


@pytest.mark.parametrize(
    ("resolved", "found"),
    [
        (None, [(0, 0), (1, 0), (1, 0)]),
        ("01-31", [(1, 1), (0, 0), (0, 0)]),
        ("02-02", [(0, 0), (1, 1), (0, 0)]),
    ],
)
def test_a_request_that_is_not_due_counts_where_it_is_resolved(
    resolved: str | None, found: list[tuple[int, int]]
) -> None:
    """Worked example 62: opened on 30 January, due on 3 February: in January only if it is resolved then."""
    assert months("96h", SOON, request("R-1", "01-30", resolved)) == found


def test_open_overdue_requests_are_in_the_denominator() -> None:
    """Worked example 63: 90 in time, 6 resolved late and 4 open and overdue are 90 of 100."""
    in_time = [request(f"A-{n}", "01-05", "01-08") for n in range(90)]
    late = [request(f"B-{n}", "01-05", "01-20") for n in range(6)]
    overdue = [request(f"C-{n}", "01-05", None) for n in range(4)]
    assert months("96h", SOON, *in_time, *late, *overdue)[0] == (100, 90)


def bucket(ref: str, number: int, requests: int, errors: int) -> dict[str, Any]:
    """Return the sample of a bucket of five minutes of April 2026."""
    start = datetime(2026, 4, 1, tzinfo=UTC) + number * timedelta(minutes=5)
    span = {"start": start.isoformat(), "end": (start + timedelta(minutes=5)).isoformat()}
    return {"ref": ref, "service": "mail", "requests": requests, "errors": errors, **span}


def april(samples: list[dict[str, Any]], **measure: Any) -> Fraction:
    """Return the share of errors in April, which has 8,640 buckets of five minutes."""
    terms = {"kind": "error_rate", "hours": "always", "bucket": "5min", **measure}
    contract = contract_with(terms, {"at_most": "0.1%"}, term={"start": "2026-04-01", "end": "2026-05-01"})
    number = level_of(ec.evaluate(contract, ec.facts_from_records(samples=samples), period="2026-04")).number
    assert isinstance(number, Fraction)
    return number


def test_the_mean_of_buckets_is_not_the_mean_of_requests() -> None:
    """Worked example 6: thirty buckets in which all of five requests failed, among a million requests."""
    samples = [bucket(f"S-{n}", n, 5, 5) for n in range(30)] + [bucket("S-30", 30, 10**6 - 150, 0)]
    mean = april(samples, take="mean_of_buckets", places=7, empty_bucket="no_errors")
    assert (mean, 1 - mean) == (Fraction(30, 8640), Fraction(8610, 8640))  # 99.65277...%
    assert april(samples, take="pooled", empty_bucket="no_errors") == Fraction(15, 100_000)


def test_a_service_that_did_not_run_was_not_bad() -> None:
    """Worked example 7: sixty bad buckets in ten days of thirty, by all buckets and by those with requests."""
    samples = [bucket(f"S-{n}", n, 3, 3 if n < 60 else 2) for n in range(2880)]
    take = {"bad_buckets": {"at_least": "100%"}}
    assert april(samples, take=take, empty_bucket="no_errors") == Fraction(60, 8640)  # 99.30555...% are good
    assert april(samples, take=take, empty_bucket="left_out") == Fraction(60, 2880)  # 97.91666...%


def test_a_minute_is_down_above_an_error_rate() -> None:
    """A minute counts as down with more than 5% of errors, not with exactly 5%; of 43,200 one is."""
    at = "2026-04-01T00:0{}:00Z"
    samples = [
        {
            "ref": f"S-{n}",
            "service": "mail",
            "start": at.format(n),
            "end": at.format(n + 1),
            "requests": 100,
            "errors": e,
        }
        for n, e in enumerate((5, 6))
    ]
    found = april(samples, bucket="1min", take={"bad_buckets": {"above": "5%"}}, empty_bucket="no_errors")
    assert found == Fraction(1, 43_200)


def test_an_outage_counts_for_those_whom_it_concerned() -> None:
    """A ratio-weighted agreement: 100 minutes for a quarter of the users in a month of 43,200 minutes."""
    measure = {"kind": "availability", "hours": "always", "weighted_by": "affected", "of": {"days": 30}}
    contract = contract_with(measure, {"at_least": "100%"})
    span = {"start": "2026-03-05T09:00:00Z", "end": "2026-03-05T10:40:00Z", "affected": "25%"}
    facts = ec.facts_from_records(outages=[{"ref": "O-1", "service": "mail", **span}])
    assert level_of(ec.evaluate(contract, facts, period="2026-03")).number == 1 - Fraction(25, 43_200)


@pytest.mark.parametrize(("seconds", "down"), [(59, 0), (60, 60), (119, 60), (130, 120)])
def test_a_partial_minute_is_dropped(seconds: int, down: int) -> None:
    """One or more consecutive minutes: what is shorter counts nothing, and the rest of a minute is not counted."""
    measure = {"kind": "availability", "hours": "always", "minutes": "whole", "minimum_outage": "1min"}
    start = datetime(2026, 3, 5, 9, 0, 30, tzinfo=UTC)
    span = {"start": start.isoformat(), "end": (start + timedelta(seconds=seconds)).isoformat()}
    facts = ec.facts_from_records(outages=[{"ref": "O-1", "service": "mail", **span}])
    statement = ec.evaluate(contract_with(measure, {"at_least": "99.5%"}), facts, period="2026-03")
    assert dict(level_of(statement).counts)["4.1.unavailable"] == down * 1_000_000
