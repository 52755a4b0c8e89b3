"""Tests of origins: what the reading of facts assumed, and what their source does not record."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from ecsm_contracts.adapters import facts_from_records
from ecsm_contracts.facts import Facts, Origin, each_once

from .strategies import codes

ORIGIN: dict[str, Any] = {"ref": "log", "title": "Log of the desk"}
KINDS = st.lists(st.sampled_from(["acknowledged", "replied"]), unique=True)
TEXTS = st.lists(st.text("ab\n<=|", min_size=1, max_size=9), unique=True, max_size=3)


@given(TEXTS, KINDS)
def test_an_origin_reads_back(assumes: list[str], unrecorded: list[str]) -> None:
    """What an origin says is kept in its order, and reads back from its plain data with the same digest."""
    origin = Origin.model_validate({**ORIGIN, "assumes": assumes, "unrecorded": unrecorded})
    again = Origin.model_validate(origin.to_data())
    assert (list(origin.assumes), list(origin.unrecorded)) == (assumes, unrecorded)
    assert again == origin
    assert again.digest() == origin.digest()


def test_an_origin_may_assume_nothing_and_record_all() -> None:
    """Only identity and title are required."""
    origin = Origin.model_validate(ORIGIN)
    assert (origin.assumes, origin.unrecorded) == ((), ())


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"unrecorded": ["resolved"]}, "literal_error"),  # without it nothing could be judged
        ({"unrecorded": ["replied", "replied"]}, "named_twice"),
        ({"assumes": ["a", "a"]}, "named_twice"),
        ({"assumes": [""]}, "string_too_short"),
        ({"title": None}, "string_type"),
        ({"ref": "a\nb"}, "control_character"),
        ({"zone": "UTC"}, "extra_forbidden"),
    ],
)
def test_what_is_no_origin(changes: dict[str, Any], code: str) -> None:
    """A kind that every source records, a text twice, or a field that there is not, is refused."""
    with pytest.raises(ValidationError) as caught:
        Origin.model_validate({**ORIGIN, **changes})
    assert codes(caught.value) == [code]


def test_to_find_a_text_twice_each_is_looked_at_once() -> None:
    """A list of many names costs as many steps as it has names, and not the square of that."""
    compared = 0

    class Name(str):
        __slots__ = ()

        def __eq__(self, other: object) -> bool:
            nonlocal compared
            compared += 1
            return str.__eq__(self, other)

        __hash__ = str.__hash__

    names = tuple(Name(number) for number in range(1000))
    assert each_once(names) == names
    assert compared < 20_000


def test_origins_are_kept_once_and_in_order() -> None:
    """Facts keep equal origins once, by identity, whatever the order in which they came."""
    first, second = (Origin.model_validate({**ORIGIN, "ref": ref}) for ref in ("a", "b"))
    facts = Facts.of(origins=[second, first, second])
    assert facts.origins == (first, second)
    assert facts == Facts.of(origins=[first, second])
    assert facts.rejected == ()


def test_origins_that_differ_are_all_rejected() -> None:
    """Of two origins with one identity and other contents none is kept: no one can tell which of them is true."""
    other = {**ORIGIN, "unrecorded": ["replied"]}
    facts = facts_from_records(origins=[ORIGIN, other])
    assert facts.origins == ()
    assert [(record.kind, record.ref, record.code) for record in facts.rejected] == [
        ("origin", "log", "duplicate_identity")
    ] * 2


def test_an_origin_that_cannot_be_read_is_rejected_alone() -> None:
    """A bad origin is rejected with its reason; the good one beside it is kept."""
    facts = facts_from_records(origins=[ORIGIN, {**ORIGIN, "ref": "bad", "unrecorded": ["closed"]}])
    assert [origin.ref for origin in facts.origins] == ["log"]
    assert [(record.kind, record.ref) for record in facts.rejected] == [("origin", "bad")]


def test_every_part_of_the_facts_knows_the_origins() -> None:
    """Cut in parts, the facts keep their origins in each: a part without them would measure what is not recorded."""
    facts = facts_from_records(origins=[ORIGIN])
    assert all(part.origins == facts.origins for part in facts.shards(3))
