"""The instants of a ticket's life that decide in which periods it is counted."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from ecsm_contracts.measures._vocabulary import CompiledTicket, Vocabulary

__all__ = ["Life", "life_of"]


class Life(NamedTuple):
    """When a ticket was opened and what of its ending stands: instants in microseconds, None for what does not."""

    opened: int
    resolved: int | None
    """The first resolution since the last reopening."""
    closed: int | None
    """The first closing since the last reopening."""
    ended: int | None
    """Its cancellation or merging."""

    def is_alive_in(self, start: int, end: int) -> bool:
        """Return whether it was opened before *end* and neither resolved nor ended before *start*."""
        finished = self.resolved if self.ended is None else self.ended
        return self.opened < end and (finished is None or finished >= start)


def life_of(ticket: CompiledTicket, vocabulary: Vocabulary) -> Life:
    """Return the life of *ticket* as its steps, at least one, tell it."""
    resolved = closed = ended = None
    endings, times = vocabulary.endings, ticket.times
    for place, symbol in enumerate(ticket.symbols):
        kind = endings[symbol]
        if kind is None:
            continue
        if kind == "resolved":
            resolved = times[place] if resolved is None else resolved
        elif kind == "closed":
            closed = times[place] if closed is None else closed
        elif kind == "reopened":
            resolved = closed = None
        else:
            resolved, closed, ended = None, None, times[place]
    return Life(times[0], resolved, closed, ended)
