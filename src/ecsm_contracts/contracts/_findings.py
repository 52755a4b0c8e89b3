"""What an author should look at."""

from __future__ import annotations

from typing import NamedTuple

__all__ = ["Finding"]


class Finding(NamedTuple):
    """
    Something an author should look at: a term that is valid and yet probably not meant.

        >>> str(Finding("limit_above_charge", "4.6", "credits may reach 120% of the charge", "write at_most: 100%"))
        '4.6: credits may reach 120% of the charge; write at_most: 100% [limit_above_charge]'
    """

    code: str
    """A stable code; docs/reference/findings.md has a section for each."""
    clause: str
    """The clause it is about, or the part of the document."""
    message: str
    """What it is, with its numbers."""
    remedy: str
    """What could be done."""
    place: str = ""
    """Where in the document, as problems say it: ``clauses.4.rate.bands.1``; empty where it is about the whole part."""
    is_note: bool = False
    """
    Whether it only tells how the contract works, such as where poor service costs nothing more; notes are not given
    unless they are asked for.
    """

    def __str__(self) -> str:
        """Return it in one line."""
        return f"{self.clause}: {self.message}; {self.remedy} [{self.code}]"
