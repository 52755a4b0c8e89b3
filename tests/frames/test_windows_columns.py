"""Both drivers of *observe* give the same rows for levels with windows of their own."""

from __future__ import annotations

from typing import Any

import pytest

import ecsm_contracts as ec
from ecsm_contracts.engine import observe_tickets
from ecsm_contracts.errors import UnknownReference
from ecsm_contracts.frames import TicketColumns, observe_columns
from tests.engine.windows import contract, facts

pytest.importorskip("numpy")

NAMES = ("due", "overdue", "active", "each", "mean", "count", "ratio")
MARCH = "2026-03"


@pytest.mark.parametrize("every", ["day", "week", "quarter", {"periods": 3}], ids=["day", "week", "quarter", "rolling"])
@pytest.mark.parametrize("seed", range(2))
def test_columns_see_windows_as_tickets_do(every: Any, seed: int) -> None:
    """Rows, rejections and digests are the same, for every measure of tickets and every kind of window."""
    happened = facts(seed + 60, tickets=300)
    planned = ec.plan(contract(every, names=NAMES), MARCH)
    plain = observe_tickets(planned, happened.setting, happened.tickets)
    columns = observe_columns(planned, happened.setting, TicketColumns.from_tickets(happened.tickets))
    assert columns == plain
    assert any(any(row.numbers) for row in plain.outcomes)


def test_tickets_are_judged_at_the_end_of_a_named_window() -> None:
    """A window is judged by its name, at its end, as a contract is that bills by it; the clause alone is refused."""
    pytest.importorskip("pyarrow")
    from ecsm_contracts.frames import judge_frame  # noqa: PLC0415 - it needs PyArrow

    happened = facts(70, tickets=200)
    tickets = {
        name: [getattr(each, name) for each in happened.tickets] for name in ("ref", "service", "type", "priority")
    }
    events = [(each.ref, event) for each in happened.tickets for event in each.events]
    told = {
        "ticket": [ref for ref, _ in events],
        **{name: [getattr(event, name) for _, event in events] for name in ("kind", "at", "party", "reason")},
    }
    by_quarter = {"cycle": "quarter", "anchor_month": 1}
    months = contract("month", names=NAMES, billing=by_quarter)
    quarter = "2026-01-01/2026-04-01"
    whole = judge_frame(contract(None, names=NAMES), "due", tickets, told, period="2026-02")
    window = judge_frame(months, "due@2026-02-01", tickets, told, period=quarter)
    alive = set(whole.column("ref").to_pylist())
    assert [row for row in window.to_pylist() if row["ref"] in alive] == whole.to_pylist()
    with pytest.raises(UnknownReference, match="due@2026-01-01"):
        judge_frame(months, "due", tickets, told, period=quarter)
