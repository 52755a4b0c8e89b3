"""Records that could not be read or believed: kept, counted and shown, never silently dropped."""

from __future__ import annotations

from typing import Any, NamedTuple

from ecsm_contracts._display import escape_text

__all__ = ["Rejected"]


SHOWN_RAW = 24
"""How many characters of a record without a readable identity are shown in its place."""


class Rejected(NamedTuple):
    """
    A record that entered no figure, with the reason.

    While there is one, totals are provisional: what it would have changed is not known.
    """

    kind: str
    """
    ``ticket``, ``outage``, ``notice``, ``work``, ``origin``, ``sample``, ``survey``, ``declared``, ``volume``,
    ``billed`` or ``forecast``.
    """
    ref: str
    """The identity of the record; empty when it could not be read."""
    code: str
    """A stable code for the reason."""
    message: str
    """The reason, for people."""
    place: str = ""
    """File and line, where it came from a file."""
    raw: str = ""
    """The record as it was received, or its canonical JSON."""

    def __str__(self) -> str:
        """Return the place, the record and the reason in one line; what cannot be seen is escaped."""
        head = f"{self.place}: " if self.place else ""
        return escape_text(f"{head}{self.kind} {self.name}: {self.message} [{self.code}]")

    @property
    def name(self) -> str:
        """The identity of the record, or how it begins where that could not be read."""
        return self.ref or (f"({self.raw[:SHOWN_RAW]}…)" if len(self.raw) > SHOWN_RAW else "(no ref)")

    def order(self) -> tuple[str, ...]:
        """Return what records are sorted by: content first, as the place of a record is none."""
        return self.kind, self.ref, self.code, self.message, self.raw, self.place

    def to_data(self) -> dict[str, Any]:
        """
        Return the record as plain data.

        The place is left out, as it belongs to the reading and not to the content.
        """
        return {
            "kind": self.kind,
            "ref": self.ref,
            "code": self.code,
            "message": self.message,
            "raw": self.raw,
        }
