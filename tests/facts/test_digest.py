"""The digest of a ticket: that of earlier versions, and of the canonical JSON of its data, however that is made."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecsm_contracts._model import canonical_json, short_digest
from ecsm_contracts.calendars import to_micros
from ecsm_contracts.facts import Ticket

PLAIN = {
    "ref": "T-1",
    "service": "desk",
    "type": "incident",
    "priority": "P2",
    "events": [{"kind": "opened", "at": "2026-03-02T09:00:00Z"}],
}
RICH = {
    "ref": "INC0001234",
    "service": "desk",
    "type": "incident",
    "priority": "P1",
    "subject": 'Drucker "druckt" nicht \\ é 日本 😀',
    "customer": "acme",
    "events": [
        {"kind": "resolved", "at": "2026-03-02T12:00:00.000001+01:00"},
        {"kind": "opened", "at": "2026-03-02T10:00:00+01:00", "group": "first line"},
        {"kind": "replied", "at": "2026-03-02T09:30:00Z", "party": "provider"},
        {
            "kind": "held",
            "at": "2026-03-02T09:45:00Z",
            "party": "vendor",
            "reason": "waits for a part\nand a tab\t\u007f\u0001",
        },
        {"kind": "reprioritised", "at": "2026-03-02T10:15:00-00:30", "priority": "P2"},
        {"kind": "transferred", "at": "2026-03-02T10:50:00Z", "party": "vendor", "group": "field"},
        {"kind": "closed", "at": "2026-03-03T00:00:00Z"},
    ],
}
OLD = {
    "ref": "R-9",
    "service": "mail",
    "type": "request",
    "priority": "low",
    "events": [
        {"kind": "opened", "at": "1990-01-01T00:00:00Z"},
        {"kind": "noted", "at": "1990-01-01T00:00:00Z"},
        {"kind": "opened", "at": "1990-01-01T00:00:00Z"},
        {"kind": "cancelled", "at": "2100-12-31T23:59:59.999999Z"},
    ],
}


@pytest.mark.parametrize(
    ("data", "expected"),
    [(PLAIN, "6ae2bea22e2ed4e9"), (RICH, "a9526a716a39fb1b"), (OLD, "0dbe64efec2548a1")],
    ids=["plain", "rich", "old"],
)
def test_digests_stay(data: dict[str, Any], expected: str) -> None:
    """Tickets have the digests that statements of earlier versions hold, read from Python as from JSON."""
    assert Ticket.model_validate(data).short_digest == expected
    assert Ticket.model_validate_json(json.dumps(data)).short_digest == expected


def test_the_digest_of_a_part_stays() -> None:
    """What was known of a ticket at an instant has the digest that it had, the event at the instant left out."""
    known = Ticket.model_validate(RICH).known_before(to_micros(datetime(2026, 3, 2, 11, tzinfo=UTC)) + 1)
    assert known is not None
    assert known.short_digest == "080ebcf7791ae262"


TEXTS = st.sampled_from(["a", '"', "\\", "é", "日本", "\u2028", "😀", "{,", '","events":[', "x" * 200])
REFS = TEXTS.filter(str.isprintable)
INSTANTS = st.builds(
    lambda at, minutes: at.astimezone(timezone(timedelta(minutes=minutes))).isoformat(),
    st.datetimes(datetime(1990, 1, 1), datetime(2100, 12, 31), timezones=st.just(UTC))
    | st.sampled_from([datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC), datetime(1990, 10, 10, 10, 10, 10, 10, tzinfo=UTC)]),
    st.integers(-14 * 60, 14 * 60),
)
FIELDS = st.fixed_dictionaries(
    {"ref": REFS, "service": REFS, "type": REFS, "priority": REFS},
    optional=dict.fromkeys(
        ("impact", "urgency", "customer", "channel", "user", "parent", "split_from", "area", "cause"), REFS
    )
    | {"subject": TEXTS},
)
EVENTS = st.one_of(
    st.fixed_dictionaries(
        {"kind": st.sampled_from(["opened", "noted", "merged", "transferred"]), "at": INSTANTS},
        optional={"party": REFS.filter(lambda text: len(text) <= 100), "reason": TEXTS, "group": TEXTS},
    ),
    st.fixed_dictionaries({"kind": st.just("merged"), "at": INSTANTS, "into": REFS}),
    st.fixed_dictionaries(
        {"kind": st.just("reprioritised"), "at": INSTANTS, "priority": REFS}, optional={"impact": REFS, "urgency": REFS}
    ),
)


@given(FIELDS, st.lists(EVENTS, min_size=1, max_size=4))
def test_canonical_json_is_that_of_the_data(fields: dict[str, str], events: list[dict[str, str]]) -> None:
    """The text that is put together for speed is the canonical JSON of the plain data, to the letter."""
    ticket = Ticket.model_validate({**fields, "events": events})
    assert ticket.canonical_json() == canonical_json(ticket.to_data())
    assert ticket.short_digest == short_digest(ticket.to_data())
