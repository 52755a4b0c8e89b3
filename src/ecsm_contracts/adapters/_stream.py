"""Tickets from a file of JSON lines, one by one, for those who have more of them than memory."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from ecsm_contracts.adapters._facts import _read_line
from ecsm_contracts.errors import InvalidValue
from ecsm_contracts.facts import Rejected, Ticket

if TYPE_CHECKING:
    import os
    from collections.abc import Iterator

__all__ = ["TicketStream", "stream_tickets"]


@dataclass(frozen=True, slots=True)
class TicketStream:
    """
    The tickets of a file of JSON lines, or every so-manieth of them; made by `stream_tickets`.

    It holds no ticket, only where they are: it can be iterated over again, and pickled for another process.
    """

    path: Path
    part: int = 0
    parts: int = 1

    def __iter__(self) -> Iterator[Ticket | Rejected]:
        """Read the file line by line; a blank line is none."""
        with self.path.open("rb") as file:
            for number, line in islice(enumerate(file, 1), self.part, None, self.parts):
                if line.strip():
                    found = _read_line("ticket", Ticket, line, f"{self.path.name}:{number}")
                    if isinstance(found, (Ticket, Rejected)):
                        yield found


def stream_tickets(path: str | os.PathLike[str], *, part: int = 0, parts: int = 1) -> TicketStream:
    """
    Return the tickets in a file of JSON lines, each read when it is asked for and by itself, as `read_facts` reads it.

    A line that cannot be read is told as what was rejected, in its place: `observe_tickets` takes both and keeps the
    rejected ones, so that none is lost. No identity is compared with those before, as no ticket is kept: where one is
    used twice, `observe_tickets` raises `DuplicateItem`; `read_facts` sorts that out, in memory.

        >>> stream_tickets("march/tickets.jsonl", part=1, parts=2).parts
        2

    Args:
        path: the file; it is opened by whoever iterates, who may get an `OSError`.

        part: which part to read, from 0, where several processes share one file.

        parts: in how many parts; each has every so-manieth line.

    Raises:
        InvalidValue: rule "stream_parts", for a part that there is not.
    """
    if not 0 <= part < parts:
        message = f"there is no part {part} of {parts}; parts are counted from 0"
        raise InvalidValue(message, rule="stream_parts", value=part)
    return TicketStream(Path(path), part, parts)
