"""How the records of a world are handed over: shuffled, some twice, bad ones among them; as records or as files."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import os
    import random
    from collections.abc import Sequence

    from ecsm_contracts.simulation._bad import BadRecord

__all__ = ["delivered", "write_tables"]

TABLE_OF = {"ticket": "tickets", "outage": "outages", "notice": "notices", "work": "work"}
Tables = dict[str, list[dict[str, Any]]]


def _redelivered(record: dict[str, Any], rng: random.Random) -> dict[str, Any]:
    """Return the same content in another guise: keys, events and offsets written differently."""
    again = {key: record[key] for key in reversed(record)}
    if "events" in again:
        events = [dict(event) for event in again["events"]]
        if len({event["at"] for event in events}) == len(events):
            rng.shuffle(events)
        again["events"] = [*events, dict(rng.choice(events))]
    for key in ("start", "end"):
        if key in again:
            again[key] = again[key].replace("Z", "+00:00")
    return again


def delivered(
    tables: dict[str, tuple[dict[str, Any], ...]], bad: Sequence[BadRecord], rng: random.Random, twice: int
) -> Tables:
    """Return all records by table, shuffled; *twice* is the share, in percent, that is delivered once more."""
    found: Tables = {table: list(records) for table, records in tables.items()}
    for records in found.values():
        records += [_redelivered(record, rng) for record in records if rng.random() * 100 < twice]
    for each in bad:
        found[TABLE_OF[each.kind]] += each.records
    for records in found.values():
        rng.shuffle(records)
    return found


def write_tables(tables: Tables, bad: Sequence[BadRecord], rng: random.Random, folder: str | os.PathLike[str]) -> None:
    """Write *tables* to *folder*, one record a line, with the lines of *bad* that are no records."""
    root = Path(folder)
    root.mkdir(parents=True, exist_ok=True)
    for table, records in tables.items():
        lines = [json.dumps(record, ensure_ascii=False).encode() for record in records]
        lines += [each.line for each in bad if each.line and TABLE_OF[each.kind] == table]
        rng.shuffle(lines)
        (root / f"{table}.jsonl").write_bytes(b"".join(line + b"\n" for line in lines))
