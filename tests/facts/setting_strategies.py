"""What tests of samples, surveys and declared figures draw from: records as documents have them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import strategies as st

MARCH = datetime(2026, 3, 1, tzinfo=UTC)
MICRO = timedelta(microseconds=1)
FIVE_MINUTES = {"start": "2026-03-02T09:00:00Z", "end": "2026-03-02T09:05:00Z"}
SAMPLE: dict[str, Any] = {"ref": "S-1", "service": "api", "requests": 1200, "errors": 3, **FIVE_MINUTES}
SURVEY: dict[str, Any] = {"ref": "A-1", "service": "desk", "at": "2026-03-02T15:00:00Z", "score": 9}
DECLARED: dict[str, Any] = {
    "ref": "D-1",
    "figure": "store uptime",
    "start": "2026-03-01T00:00:00Z",
    "end": "2026-04-01T00:00:00Z",
    "value": "97.5",
    "at": "2026-04-03T08:00:00Z",
}

REFS = st.sampled_from(["A", "B", "C", "a", "É", "A B"])
INSTANTS = st.integers(0, 3).map(lambda n: MARCH + timedelta(hours=n)) | st.integers(-2, 2).map(
    lambda n: MARCH + timedelta(hours=1) + n * MICRO
)
"""Few instants, so that many are equal, and some a microsecond apart."""
SPANS = st.tuples(INSTANTS, INSTANTS).filter(lambda pair: pair[0] != pair[1]).map(sorted)
TEXTS = st.text("ab\n<=|é", min_size=1, max_size=9)
NUMBERS = st.builds(
    lambda sign, whole, decimals: f"{sign}{whole}" + (f".{decimals}" if decimals else ""),
    st.sampled_from(["", "-"]),
    st.integers(0, 10**9 - 1),
    st.text("0123456789", max_size=9),
)
"""Numbers as documents write them: at most 9 digits before the point and 9 behind it."""


@st.composite
def samples(draw: st.DrawFn) -> dict[str, Any]:
    """Draw the record of a sample."""
    start, end = draw(SPANS)
    requests = draw(st.integers(0, 3) | st.integers(0, 10**15))
    errors = draw(st.integers(0, min(requests, 3)) | st.just(requests))
    service = draw(st.sampled_from(["api", "web"]))
    record = {"ref": draw(REFS), "service": service, "requests": requests, "errors": errors}
    return {**record, "start": start.isoformat(), "end": end.isoformat()}


@st.composite
def surveys(draw: st.DrawFn) -> dict[str, Any]:
    """Draw the record of a survey."""
    record = {"ref": draw(REFS), "service": "desk", "at": draw(INSTANTS).isoformat()}
    further = {name: draw(REFS) for name in ("ticket", "customer") if draw(st.booleans())}
    return {**record, "score": draw(st.integers(-1, 1) | st.integers(-1000, 1000)), **further}


@st.composite
def declared(draw: st.DrawFn) -> dict[str, Any]:
    """Draw the record of a declared figure."""
    start, end = draw(SPANS)
    record = {"ref": draw(REFS), "figure": draw(st.sampled_from(["uptime", "sales"])), "value": draw(NUMBERS)}
    further = {"evidence": draw(TEXTS)} if draw(st.booleans()) else {}
    return {
        **record,
        **further,
        "start": start.isoformat(),
        "end": end.isoformat(),
        "at": draw(INSTANTS).isoformat(),
    }


@st.composite
def outages(draw: st.DrawFn) -> dict[str, Any]:
    """Draw the record of an outage that says its state, or does not."""
    start, end = draw(SPANS)
    further = draw(st.sampled_from([{}, {"state": "down"}, {"state": "unknown"}]))
    return {"ref": draw(REFS), "service": "mail", "start": start.isoformat(), "end": end.isoformat(), **further}


TABLES = st.fixed_dictionaries(
    {
        "samples": st.lists(samples(), max_size=5),
        "surveys": st.lists(surveys(), max_size=5),
        "declared": st.lists(declared(), max_size=5),
        "outages": st.lists(outages(), max_size=3),
    }
)
"""Tables of records; identities repeat, with the same content or another."""
