"""
The digests of tickets in columns: of the canonical JSON that `Ticket.to_data` has, put together from its parts.

This module needs NumPy; it is imported when the first columns of tickets are observed, and not before.
"""

from __future__ import annotations

from functools import cache
from hashlib import sha256
from itertools import product
from json import JSONEncoder
from typing import TYPE_CHECKING

import numpy as np

from ecsm_contracts._model import SHORT_DIGEST_LENGTH, canonical_json
from ecsm_contracts.facts import EVENT_KINDS
from ecsm_contracts.frames._ticket_arrays import sayings

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from ecsm_contracts.frames._ticket_columns import Texts, TicketColumns

    Ints = NDArray[np.int64]

__all__ = ["instant_texts", "short_digests"]

_SECOND, _DAY = 1_000_000, 86_400
_quoted = JSONEncoder(ensure_ascii=False).encode


@cache
def _times_of_day() -> tuple[str, ...]:
    """Return ``T00:00:00`` and every second after it, to the end of a day."""
    sixties = [f"{number:02}" for number in range(60)]
    return tuple(f"T{hour}:{minute}:{second}" for hour, minute, second in product(sixties[:24], sixties, sixties))


def instant_texts(times: Ints) -> list[str]:
    """Return each instant as `format_instant` writes it, without the final ``Z``."""
    seconds, fractions = times // _SECOND, times % _SECOND
    days, day_of = np.unique(seconds // _DAY, return_inverse=True)
    dates: list[str] = np.datetime_as_string(days.view("M8[D]")).tolist()
    clock = _times_of_day()
    at = zip(day_of.tolist(), (seconds % _DAY).tolist(), strict=True)
    texts = [dates[day] + clock[second] for day, second in at]
    for place in np.flatnonzero(fractions).tolist():
        texts[place] += f".{int(fractions[place]):06}"
    return texts


def _events(columns: TicketColumns) -> list[str]:
    """Return each event as canonical JSON."""
    texts = columns.event_texts
    number, rows = sayings(columns.kinds, texts)
    rests = []
    for row in rows.tolist():
        said = {"kind": EVENT_KINDS[columns.kinds[row]], **{name: column.text(row) for name, column in texts.items()}}
        data = {name: text for name, text in said.items() if text is not None}
        rests.append(f'Z",{canonical_json(data)[1:]}')  # every other field of an event comes after "at"
    instants = instant_texts(columns.times)
    return [f'{{"at":"{at}{rests[said]}' for at, said in zip(instants, number.tolist(), strict=True)]


def _fields(names: Sequence[str], columns: TicketColumns, form: str) -> list[Sequence[str]]:
    """Return for each of *names* what its field is in each ticket's JSON; nothing where there is none."""
    return [_field(name, columns.texts[name], form) for name in names if name in columns.texts]


def _field(name: str, column: Texts, form: str) -> list[str]:
    words = [*(form.format(f'"{name}":{_quoted(word)}') for word in column.words), ""]
    return [words[code] for code in column.codes.tolist()]


def _joined(fields: list[Sequence[str]], rows: int) -> Iterator[str]:
    return map("".join, zip(*fields, strict=True)) if fields else iter([""] * rows)


def short_digests(columns: TicketColumns, counts: Ints) -> Iterator[str]:
    """Yield for each ticket the short digest of what its first *counts* events, and all its other fields, say."""
    names = sorted(columns.texts)
    heads = _joined(_fields([name for name in names if name < "events"], columns, "{},"), len(columns))
    middles = _joined(_fields([name for name in names if "events" < name < "ref"], columns, ",{}"), len(columns))
    tails = _joined(_fields([name for name in names if name > "ref"], columns, ",{}"), len(columns))
    events = _events(columns)
    starts = columns.offsets[:-1].tolist()
    rows = zip(columns.refs, starts, counts.tolist(), heads, middles, tails, strict=True)
    for ref, start, count, head, middle, tail in rows:
        said = ",".join(events[start : start + count])
        text = f'{{{head}"events":[{said}]{middle},"ref":{_quoted(ref)}{tail}}}'
        yield sha256(text.encode()).hexdigest()[:SHORT_DIGEST_LENGTH]
