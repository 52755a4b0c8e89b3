"""Events of a ticket that are counted: which kinds there are, and which of them count."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from pydantic_core import PydanticCustomError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ecsm_contracts.measures._base import Seen

__all__ = ["Happening", "check_party", "instants_of"]

Happening = Literal[
    "opened",
    "acknowledged",
    "replied",
    "arrived",
    "held",
    "transferred",
    "resolved",
    "reopened",
    "closed",
    "cancelled",
    "merged",
]
"""
The kinds of event that can be counted. A second resolution or closing without a reopening changes nothing, and does
not count; a ticket that is closed without being resolved is resolved by its closing.
"""

_WITH_PARTY = frozenset({"replied", "arrived", "held", "transferred"})
_ONCE = frozenset({"resolved", "closed"})


def check_party(kind: str, party: str | None) -> None:
    """Refuse a *party* for a *kind* of event that has none."""
    if party is not None and kind not in _WITH_PARTY:
        raise PydanticCustomError(
            "party_unused", "{kind} is nobody's event; leave out party, or count replied", {"kind": kind}
        )


def instants_of(seen: Seen, kind: str, party: str | None) -> Iterator[int]:
    """Yield the instants, in order, at which the ticket as *seen* has such an event that counts."""
    sayings = seen.vocabulary.sayings
    stands = False
    for at, symbol in zip(*seen.ticket, strict=True):
        step = sayings[symbol]
        if step.kind == "reopened":
            stands = False
        if step.kind != kind or party not in {None, step.party}:
            continue
        if not stands:
            yield at
        stands = kind in _ONCE
