"""Steps are made in a short way; they are whole all the same."""

from __future__ import annotations

import contextlib

from hypothesis import given

from ecsm_contracts.errors import Contradiction
from ecsm_contracts.facts import Event, Step, timeline

from .strategies import EVENT_LISTS, ticket


@given(EVENT_LISTS)
def test_a_step_has_all_its_fields(some: list[Event]) -> None:
    """Every step of a timeline is what calling `Step` with its fields would have made."""
    with contextlib.suppress(Contradiction):
        for step in timeline(ticket(*some)):
            assert type(step) is Step
            assert Step(**step._asdict()) == step
            assert len(step) == len(Step._fields)
            assert (type(step.at), type(step.position)) == (int, int)
