"""
Judgements as an Arrow table.

This module needs NumPy and PyArrow; it is imported when the first frame is judged, and not before.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import narwhals
import numpy as np
import pyarrow as pa

from ecsm_contracts.frames._column_observer import ColumnObserver
from ecsm_contracts.frames._kernel_columns import NONE
from ecsm_contracts.measures._kernel import NEVER
from ecsm_contracts.measures._table import PHASE_WORDS, PHASES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from ecsm_contracts.engine import Plan
    from ecsm_contracts.facts import Setting
    from ecsm_contracts.frames._kernel_columns import JudgementColumns
    from ecsm_contracts.frames._ticket_columns import TicketColumns

__all__ = ["judged_table", "like"]

_OUTCOMES: Final = np.array(["not judged", "met", "missed", "in time"])
_DURATION: Final = pa.duration("us")
_INSTANT: Final = pa.timestamp("us", "UTC")
_SCHEMA: Final = pa.schema(
    {
        "ref": pa.string(),
        "clock": pa.string(),
        "elapsed": _DURATION,
        "target": _DURATION,
        "late": _DURATION,
        "breach": _INSTANT,
        "due": _INSTANT,
        "outcome": pa.string(),
    }
)


def judged_table(plan: Plan, setting: Setting, level: str, columns: TicketColumns) -> Any:
    """Return what the clock of *level* says of each ticket, sorted by identity; None when it has no clock."""
    observer = ColumnObserver(plan, setting)
    bound = next(each for each in observer.plain.levels if each.program.ref == level)
    if bound.clock is None:
        return None
    found, rejected = [], {each.ref for each in columns.rejected if each.ref}
    for chunk in columns.chunks():
        judged = observer.judged(chunk, bound)
        found.append(_table(judged.refs, judged.judgements))
        rejected.update(judged.rejected)
    return pa.concat_tables([*found, _rejected(sorted(rejected))]).sort_by("ref")


def _rejected(refs: Sequence[str]) -> Any:
    rows = [{"ref": ref, "outcome": "rejected"} for ref in refs]
    return pa.Table.from_pylist(rows, _SCHEMA)


def _table(refs: Sequence[str], judged: JudgementColumns) -> Any:
    words = np.array([PHASE_WORDS[phase] for phase in PHASES])
    said = judged.judged
    outcome = np.where(judged.breached, 2, np.where(judged.stopped, 1, 3))
    columns = [
        pa.array(refs, pa.string()),
        pa.array(words[judged.phase], pa.string()),
        _micros(judged.elapsed, NONE, _DURATION),
        _micros(judged.target, NEVER, _DURATION),
        _micros(np.where(said, judged.late, 0), NONE, _DURATION),
        _micros(np.where(said, judged.breach, NONE), NONE, _INSTANT),
        _micros(np.where(said, judged.due, NONE), NONE, _INSTANT),
        pa.array(_OUTCOMES[np.where(said, outcome, 0)], pa.string()),
    ]
    return pa.Table.from_arrays(columns, schema=_SCHEMA)


def _micros(values: NDArray[np.int64], none: int, kind: Any) -> Any:
    return pa.array(values, pa.int64(), mask=values == none).cast(kind)


def like(frame: Any, table: Any) -> Any:
    """Return an Arrow *table* as a frame of the kind of *frame*."""
    if isinstance(frame, (dict, pa.RecordBatch, pa.Table)):
        return table
    try:
        backend = narwhals.from_native(frame, eager_only=True).implementation
    except TypeError:
        return table
    return narwhals.from_arrow(table, backend=backend).to_native()
