"""Tests of outages, notices, work and rejected records."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from ecsm_contracts._model import digest
from ecsm_contracts.calendars import to_micros
from ecsm_contracts.facts import Notice, Outage, Rejected, Work

from .strategies import MICRO, codes, hour

OUTAGE: dict[str, Any] = {"ref": "O-1", "service": "mail", "start": hour(0), "end": hour(2)}
NOTICE: dict[str, Any] = {**OUTAGE, "ref": "N-1", "kind": "maintenance"}
WORK: dict[str, Any] = {"ref": "W-1", "ticket": "T-1", "role": "agent", "effort": "15min", "at": hour(0)}
NEAR = st.integers(-1, 4).map(hour) | st.builds(lambda n, d: hour(n) + d * MICRO, st.integers(0, 2), st.integers(-1, 1))


@given(NEAR, NEAR, NEAR | st.none())
def test_outage_known_before(at: datetime, start: datetime, end: datetime | None) -> None:
    """Before an instant an outage is unknown, or lasts, or has ended earlier, and its digest says which."""
    if end is not None and end < start:
        start, end = end, start
    outage = Outage.model_validate({**OUTAGE, "start": start, "end": end})
    known = outage.known_before(to_micros(at))
    if start >= at:
        assert known is None
        return
    ended = end if end is not None and end < at else None
    assert known == Outage.model_validate({**OUTAGE, "start": start, "end": ended})
    assert known is not None
    assert (known.short_digest == outage.short_digest) == (ended == end)


@given(NEAR, NEAR, NEAR)
def test_notice_known_before(at: datetime, first: datetime, last: datetime) -> None:
    """Before an instant a notice reaches to that instant at most; one that starts no earlier is not known."""
    start, end = sorted((first, last))
    notice = Notice.model_validate({**NOTICE, "start": start, "end": end})
    known = notice.known_before(to_micros(at))
    if start >= at:
        assert known is None
    else:
        assert known == Notice.model_validate({**NOTICE, "start": start, "end": min(end, at)})


@pytest.mark.parametrize(
    ("model", "data", "expected"),
    [
        (Outage, {**OUTAGE, "end": hour(0) - MICRO}, ["end_before_start"]),
        (Notice, {**NOTICE, "end": hour(0) - MICRO}, ["end_before_start"]),
        (
            Notice,
            {**NOTICE, "end": None},
            ["instant_syntax"],
        ),  # a notice that never ends would relieve for ever
        (Notice, {**NOTICE, "kind": "strike"}, ["literal_error"]),
        (Notice, {**NOTICE, "reason": ""}, ["string_too_short"]),
        (Outage, {**OUTAGE, "kind": "maintenance"}, ["extra_forbidden"]),
        (Outage, {**OUTAGE, "start": datetime(2026, 3, 2)}, ["instant_naive"]),
        (Outage, {**OUTAGE, "end": 1772442000}, ["instant_syntax"]),
        (Outage, {**OUTAGE, "service": " "}, ["blank_edge"]),
        (Outage, {**OUTAGE, "ref": ""}, ["string_too_short"]),
        (Work, {**WORK, "effort": 15}, ["duration_unit"]),
        (Work, {**WORK, "effort": "-15min"}, ["duration_negative"]),
        (Work, {**WORK, "effort": "1d"}, ["duration_day"]),
        (Work, {**WORK, "at": "2026-03-02T09:00:00"}, ["instant_naive"]),
        (Work, {**WORK, "role": "a\tb"}, ["control_character"]),
    ],
)
def test_refuses(model: type[Outage | Notice | Work], data: dict[str, Any], expected: list[str]) -> None:
    """A record that is not of its form, or ends before it starts, is refused by a stable code."""
    with pytest.raises(ValidationError) as caught:
        model.model_validate(data)
    assert codes(caught.value) == expected


@pytest.mark.parametrize(("model", "data"), [(Outage, OUTAGE), (Notice, NOTICE)])
def test_no_length_is_a_record(model: type[Outage | Notice], data: dict[str, Any]) -> None:
    """A record that ends where it starts is read; that it counts nothing is for the measures to say."""
    assert model.model_validate({**data, "end": data["start"]}).start == data["start"]


@pytest.mark.parametrize(
    ("model", "data", "changes"),
    [
        (
            Outage,
            OUTAGE,
            [{"ref": "O-2"}, {"service": "web"}, {"start": hour(1)}, {"end": hour(3)}, {"end": None}],
        ),
        (
            Notice,
            NOTICE,
            [{"ref": "N-2"}, {"kind": "force_majeure"}, {"end": hour(3)}, {"reason": "patches"}],
        ),
        (
            Work,
            WORK,
            [{"ref": "W-2"}, {"ticket": "T-2"}, {"role": "lead"}, {"effort": "16min"}, {"at": hour(1)}],
        ),
    ],
)
def test_digest_sees_every_field(
    model: type[Outage | Notice | Work], data: dict[str, Any], changes: list[dict[str, Any]]
) -> None:
    """A change of anything a record says changes its digest; another spelling of its instants does not."""
    record = model.model_validate(data)
    digests = {model.model_validate({**data, **change}).short_digest for change in changes}
    assert len(digests) == len(changes)
    assert record.short_digest not in digests
    assert model.model_validate(record.to_data()).short_digest == record.short_digest == digest(record.to_data())[7:23]


@pytest.mark.parametrize(
    ("place", "ref", "text"),
    [
        ("", "T-1", "ticket T-1: it is opened a second time [contradiction]"),
        ("tickets.csv:7", "T-1", "tickets.csv:7: ticket T-1: it is opened a second time [contradiction]"),
        ("tickets.csv:7", "", "tickets.csv:7: ticket (no ref): it is opened a second time [contradiction]"),
    ],
)
def test_rejected_shows_itself(place: str, ref: str, text: str) -> None:
    """A rejected record says in one line where it stood, which it is and what is wrong."""
    assert str(Rejected("ticket", ref, "contradiction", "it is opened a second time", place, "{}")) == text


def test_rejected_data_has_no_place() -> None:
    """Where a rejected record was read makes no difference to its content; everything else does."""
    here = Rejected("ticket", "T-1", "code", "message", "a.csv:7", "raw")
    assert here.to_data() == here._replace(place="b.csv:9").to_data()
    assert here.to_data() == {
        "kind": "ticket",
        "ref": "T-1",
        "code": "code",
        "message": "message",
        "raw": "raw",
    }
