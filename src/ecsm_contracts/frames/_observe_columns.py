"""Observe by the column: the second driver over the table of clocks, the same rows as the first, bit for bit."""

from __future__ import annotations

from concurrent.futures import ProcessPoolExecutor
from functools import reduce
from itertools import pairwise
from multiprocessing import get_context
from operator import add
from typing import TYPE_CHECKING, NamedTuple

from ecsm_contracts.contracts import Contract
from ecsm_contracts.engine import Observed, Plan, ShardTask, observe_setting, observe_shard, plan, settle
from ecsm_contracts.engine._row_bounds import check_counted
from ecsm_contracts.errors import InvalidValue, expect
from ecsm_contracts.facts import Rejected, Setting
from ecsm_contracts.frames._arrow import needed
from ecsm_contracts.frames._ticket_columns import TicketColumns
from ecsm_contracts.measures import Outcomes
from ecsm_contracts.statements import Statement, Unlisted

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import Any

    from ecsm_contracts.calendars import Period
    from ecsm_contracts.clauses import Carry
    from ecsm_contracts.facts import Ticket
    from ecsm_contracts.measures import Row

__all__ = ["evaluate_frame", "observe_columns", "observe_in_processes"]


def observe_columns(plan: Plan, setting: Setting, columns: TicketColumns, *, digests: bool = True) -> Observed:
    """
    Observe tickets in *columns* under a *setting*; the same as `observe_tickets` on the same tickets, bit for bit.

    The tickets that a frame's reading rejected are rejected here too. Some 65,000 tickets are worked on at once.

    Args:
        plan: The plan.

        setting: The setting, whole.

        columns: The tickets.

        digests: Whether each row carries the digest of its ticket, which costs more than the rest. Without them rows
            have zeros there: such outcomes are for looking at, and must not be sealed in a statement, as nothing
            in them tells one version of a ticket from another, and `verify` would refuse them.

    Raises:
        DuplicateItem: when two tickets have one identity.
        EngineInvariantError: when a row breaks its bounds, or a ticket is lost.
        InvalidValue: rule "columns_groups", for a contract that prices tickets by cause, area, subject or item.
        MissingExtra: when NumPy is not installed.
        WrongType: for what is no plan, no setting or no columns.
    """
    _expect_plan(plan, setting)
    expect(columns, TicketColumns, "columns", "make them with TicketColumns.from_tickets(…) or from_frames(…)")
    if plan.groups_items:
        message = f"{plan.contract.ref} prices tickets group by group, which columns do not name: use observe_tickets"
        raise InvalidValue(message, rule="columns_groups")
    needed("numpy", "tickets as columns")
    from ecsm_contracts.frames._column_observer import ColumnObserver, number_outside  # noqa: PLC0415 - they need NumPy

    observer = ColumnObserver(plan, setting)
    listed = frozenset(service.ref for service in plan.contract.services)
    rejected, unlisted = list(columns.rejected), list[Unlisted]()

    def rows() -> Iterator[Row]:
        for chunk in columns.chunks():
            foreign = _foreign(chunk, listed)
            for row in observer.rows(chunk, digests=digests):
                if isinstance(row, Rejected):
                    rejected.append(row)
                    continue
                yield row
                if row.ref in foreign:
                    unlisted.append(Unlisted("ticket", row.ref, foreign[row.ref]))

    outcomes = Outcomes(plan.columns, rows())
    refused = len(rejected) - len(columns.rejected)
    left_out = min(len(columns) - len(outcomes) - refused, number_outside(columns, plan.window))
    check_counted(len(columns), len(outcomes), refused, left_out)
    return Observed(outcomes, tuple(sorted(rejected, key=Rejected.order)), tuple(sorted(unlisted)))


def _expect_plan(plan: object, setting: object) -> None:
    expect(plan, Plan, "plan", "make it with plan(contract, period)")
    expect(setting, Setting, "setting", "take facts.setting, or Setting() where nothing is needed whole")


def _foreign(columns: TicketColumns, listed: frozenset[str]) -> dict[str, str]:
    """Return the services that are not *listed*, by ticket."""
    services = columns.texts["service"]
    if listed.issuperset(services.words):
        return {}
    words = enumerate(services.words)
    unknown = {code: word for code, word in words if word not in listed}
    codes = services.codes.tolist()
    return {ref: unknown[code] for ref, code in zip(columns.refs, codes, strict=True) if code in unknown}


class ColumnTask(NamedTuple):
    """One part of the work in columns, complete in itself, as a `ShardTask` is."""

    contract: Contract
    period: Period
    setting: Setting
    columns: TicketColumns
    digests: bool


def observe_column_task(task: ColumnTask) -> Observed:
    """Observe the tickets of one *task*."""
    return observe_columns(plan(task.contract, task.period), task.setting, task.columns, digests=task.digests)


def observe_in_processes(
    plan: Plan,
    setting: Setting,
    tickets: TicketColumns | Iterable[Ticket],
    *,
    workers: int = 2,
    digests: bool = True,
) -> Observed:
    """
    Observe tickets, in columns or as models, in a pool of processes; the result is that of one process.

    Each process plans for itself; new processes are started afresh (*spawn*), so that a script needs
    ``if __name__ == "__main__":``, as for every process pool.

    Args:
        plan: The plan.

        setting: The setting, whole; every process gets it.

        tickets: In columns they are observed by the column, as models one by one.

        workers: How many processes, and how many parts; 1 or more.

        digests: As in `observe_columns`; models are always observed with them.

    Raises:
        InvalidValue: rule "workers", for fewer than one.
        DuplicateItem: when two tickets have one identity.
        WrongType: for what is no plan or no setting.
    """
    _expect_plan(plan, setting)
    if type(workers) is not int or workers < 1:
        raise InvalidValue(f"workers: {workers!r} processes do no work; write 1 or more", rule="workers", value=workers)
    before = Observed(Outcomes(plan.columns, ()))
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
        if isinstance(tickets, TicketColumns):
            edges = [len(tickets) * place // workers for place in range(workers + 1)]
            parts = [tickets.part(start, stop) for start, stop in pairwise(edges)]
            tasks = [ColumnTask(plan.document, plan.period, setting, part, digests) for part in parts]
            return reduce(add, pool.map(observe_column_task, tasks), before)
        kept = tuple(tickets)
        shards = [ShardTask(plan.document, plan.period, setting, kept[start::workers]) for start in range(workers)]
        return reduce(add, pool.map(observe_shard, shards), before)


def evaluate_frame(
    contract: Contract,
    tickets: Any,
    events: Any,
    *,
    period: Period | str,
    setting: Setting | None = None,
    carry: Carry | Statement | None = None,
) -> Statement:
    """
    Return what *contract* owes for *period*, from two data frames; the same statement as `evaluate` gives.

    Args:
        contract: The contract.

        tickets: A row for each ticket; see `TicketColumns.from_frames`.

        events: A row for each event; every ticket alive in the period is given whole.

        period: A billing period inside the term, for example ``"2026-03"``.

        setting: Outages, notices and whatever else is needed whole; nothing by default.

        carry: The statement before, or its `carry`; None only for the first period of the term.

    Raises:
        InvalidValue: as `TicketColumns.from_frames`.
        PeriodError: when the contract does not bill such a period.
        CarryError: when *carry* is missing, or is not the one of the period before.
        CalendarRangeError: when a calendar of the contract does not cover the period.
    """
    expect(contract, Contract, "contract", "read it with read_contract(…)")
    if isinstance(carry, Statement):
        carry = carry.carry
    planned, given = plan(contract, period), Setting() if setting is None else setting
    _expect_plan(planned, given)
    columns = TicketColumns.from_frames(tickets, events)
    return settle(planned, observe_setting(planned, given) + observe_columns(planned, given, columns), carry)
