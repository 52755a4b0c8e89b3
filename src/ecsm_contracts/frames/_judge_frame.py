"""One level's clock over data frames: what became of each ticket, as a frame of the kind that came in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ecsm_contracts.contracts import Contract
from ecsm_contracts.engine import plan
from ecsm_contracts.errors import InvalidValue, UnknownReference, did_you_mean, expect, shown
from ecsm_contracts.facts import Setting
from ecsm_contracts.frames._ticket_columns import TicketColumns

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ecsm_contracts.calendars import Period
    from ecsm_contracts.engine import Plan

__all__ = ["judge_frame"]


def judge_frame(
    contract: Contract,
    level: str,
    tickets: Any,
    events: Any,
    *,
    period: Period | str,
    setting: Setting | None = None,
) -> Any:
    """
    Return what the clock of one *level* says of each ticket at the end of *period*: a frame of the kind of *tickets*.

    There is a row for each ticket that the level is about, sorted by identity; tickets that were over before anything
    of the period could concern them are left out, and so are those opened after it. The columns are:

    - ``ref``: the identity of the ticket
    - ``clock``: what the clock does: ``not begun``, ``running``, ``held``, ``stopped``, ``stopped for good``, ``void``,
      ``cannot begin``, ``answered``, or ``answered and resolved``
    - ``elapsed``, ``target``, ``late``: service times; no target where nothing is promised
    - ``breach``: the last instant at which it was still in time; none while it is
    - ``due``: the last instant at which stopping would have been in time; none while that lies ahead
    - ``outcome``: ``met``, ``missed``, ``in time`` (not stopped yet), ``not judged`` (the clock has not begun or was
      voided, or nothing is promised), or ``rejected``: its events contradict each other, or it could not be read; such
      a ticket is listed whatever its service, as that may be what is wrong

    Times are Arrow durations and timestamps in microseconds and UTC, or what the frame's library makes of them.
    Mappings and record batches give an Arrow table.

    Args:
        contract: The contract.

        level: The number of a clause that judges tickets by a clock, for example ``"4.2"``; with windows of its own the
            name of one that ends in the period, at whose end the tickets are looked at: ``"4.2@2026-03-02"``.

        tickets: A row for each ticket; see `TicketColumns.from_frames`.

        events: A row for each event.

        period: A billing period inside the term, for example ``"2026-03"``.

        setting: What relief needs: notices; nothing by default.

    Raises:
        InvalidValue: as `TicketColumns.from_frames`, and for a level without a clock (rule "level_clock").
        UnknownReference: when there is no such level.
        PeriodError: when the contract does not bill such a period.
    """
    expect(contract, Contract, "contract", "read it with read_contract(…)")
    planned = plan(contract, period)
    known = {each.ref: each for each in planned.levels}
    if level not in known:
        raise UnknownReference(_unknown(planned, level, known))
    columns = TicketColumns.from_frames(tickets, events)
    from ecsm_contracts.frames._judged_table import judged_table, like  # noqa: PLC0415 - it needs NumPy and PyArrow

    table = judged_table(planned, Setting() if setting is None else setting, level, columns)
    if table is None:
        raise InvalidValue(f"{level} judges no tickets by a clock", rule="level_clock", value=level)
    return like(tickets, table)


def _unknown(planned: Plan, level: object, known: Iterable[str]) -> str:
    windows = planned.windows.get(level) if isinstance(level, str) else None
    if windows is None:
        return f"{planned.contract.ref} has no service level {shown(level)}{did_you_mean(str(level), known)}"
    named = f"name one of them, such as {shown(windows[0].name)}" if windows else f"none ends in {planned.period.label}"
    return f"{shown(level)} is judged by windows of its own; {named}"
