"""Outages, notices and work."""

from __future__ import annotations

from functools import cached_property
from typing import Literal, Self

from pydantic import model_validator
from pydantic_core import PydanticCustomError

from ecsm_contracts._model import Model, short_digest
from ecsm_contracts.calendars import Duration, Instant, from_micros, to_micros
from ecsm_contracts.facts._text import Ref, ShortText

__all__ = ["Notice", "NoticeKind", "Outage", "Work"]

NoticeKind = Literal["maintenance", "force_majeure"]
"""Why time was announced or agreed to be excused."""


class _Record(Model):
    ref: Ref
    """The identity of the record, unique among the records of its kind."""

    @cached_property
    def short_digest(self) -> str:
        """16 hexadecimal digits that change with anything the record says."""
        return short_digest(self.to_data())


class _Spanning(_Record):
    service: Ref
    """The service concerned, by its reference in the contract."""
    start: Instant
    """The first instant of the interval."""

    def _check_end(self, end: Instant | None) -> None:
        if end is not None and end < self.start:
            raise PydanticCustomError("end_before_start", "the end lies before the start; swap them or correct one")


class Outage(_Spanning):
    """
    An interval, half-open, in which a service could not be used.

        >>> Outage(ref="O-1", service="mail", start="2026-03-02T09:00:00Z").end is None
        True
    """

    end: Instant | None = None
    """The first instant at which the service worked again; absent while the outage lasts."""

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        self._check_end(self.end)
        return self

    def known_before(self, end: int) -> Self | None:
        """
        Return the outage as it was known just before *end* (microseconds): still lasting, if it ended later.
        """
        if to_micros(self.start) >= end:
            return None
        return self if self.end is None or to_micros(self.end) < end else self.replace(end=None)


class Notice(_Spanning):
    """
    An interval, half-open, that was announced as planned maintenance or agreed to be beyond anyone's control.
    """

    kind: NoticeKind
    """Why the interval is excused, if a relief clause says so."""
    end: Instant
    """The first instant that is not covered any more."""
    reason: ShortText | None = None
    """For people; no clause reads it."""

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        self._check_end(self.end)
        return self

    def known_before(self, end: int) -> Self | None:
        """Return the notice cut at *end* (microseconds); None when it starts no earlier."""
        if to_micros(self.start) >= end:
            return None
        return self if to_micros(self.end) <= end else self.replace(end=from_micros(end))


class Work(_Record):
    """Effort that someone of the provider spent on a ticket."""

    ticket: Ref
    """The ticket that the work was for."""
    role: Ref
    """Whose rate applies, for example ``agent`` or ``engineer``."""
    effort: Duration
    """How long it took."""
    at: Instant
    """When the work was done; it belongs to the period in which this instant lies."""
