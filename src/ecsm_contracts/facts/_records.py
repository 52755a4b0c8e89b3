"""Outages, notices, work, samples, surveys and declared figures."""

from __future__ import annotations

from datetime import datetime
from functools import cached_property
from typing import Annotated, Any, Literal, Self

from pydantic import Field, ValidationInfo, field_validator, model_validator
from pydantic_core import PydanticCustomError

from ecsm_contracts._model import Model, short_digest
from ecsm_contracts.calendars import Duration, Instant, from_micros, to_micros
from ecsm_contracts.facts._number import ExactDecimal, decimal_parts
from ecsm_contracts.facts._text import Ref, ShortText

__all__ = ["Declared", "Notice", "NoticeKind", "Outage", "OutageState", "Sample", "Survey", "Work"]

NoticeKind = Literal["maintenance", "force_majeure"]
"""Why time was announced or agreed to be excused."""

OutageState = Literal["down", "unknown"]
"""What is known of a service: it did not work, or nobody can say whether it worked."""

MOST_REQUESTS = 10**15
"""A sample counts no more requests: sums of many samples stay small numbers."""
MOST_SCORE = 1000
"""The best score of a survey; the worst is as far below zero."""


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


class _Measured(_Record):
    """What somebody measured over an interval that is not empty."""

    start: Instant
    """The first instant of the interval."""
    end: Instant
    """The first instant that does not belong to it any more; later than the start."""

    @field_validator("end")
    @classmethod
    def _ends_later(cls, end: datetime, info: ValidationInfo) -> datetime:
        start = info.data.get("start", end)
        if end < start:
            raise PydanticCustomError("end_before_start", "the end lies before the start; swap them or correct one")
        if end == start and "start" in info.data:
            raise PydanticCustomError("no_length", "it ends when it starts; give the first instant after the interval")
        return end


class Outage(_Spanning):
    """
    An interval, half-open, in which a service could not be used, or in which nobody can say whether it could.

        >>> Outage(ref="O-1", service="mail", start="2026-03-02T09:00:00Z").end is None
        True
    """

    end: Instant | None = None
    """The first instant at which the service worked again; absent while the outage lasts."""
    state: OutageState = "down"
    """``unknown`` where monitoring cannot say whether the service worked."""

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

    def to_data(self) -> dict[str, Any]:
        """Return the plain data; ``down`` is left out, so that records that name no state keep their digest."""
        data = super().to_data()
        return {name: value for name, value in data.items() if (name, value) != ("state", "down")}


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


class Sample(_Measured):
    """
    How many requests a service answered in an interval, half-open, and how many of them failed.

        >>> span = {"start": "2026-03-02T09:00:00Z", "end": "2026-03-02T09:05:00Z"}
        >>> Sample(ref="S-1", service="api", requests=1200, errors=3, **span).errors
        3
    """

    service: Ref
    """The service that was asked, by its reference in the contract."""
    requests: Annotated[int, Field(strict=True, ge=0, le=MOST_REQUESTS)]
    """All requests that were made, those that failed included."""
    errors: Annotated[int, Field(strict=True, ge=0, le=MOST_REQUESTS)]
    """Those of them that failed; never more than there were."""

    @field_validator("errors")
    @classmethod
    def _among_requests(cls, errors: int, info: ValidationInfo) -> int:
        requests = info.data.get("requests", errors)
        if errors > requests:
            message = "{errors} errors in {requests} requests; requests counts all, those that failed included"
            raise PydanticCustomError("errors_exceed", message, {"errors": errors, "requests": requests})
        return errors

    def known_before(self, end: int) -> Self | None:
        """Return the sample; None when its interval is not over by *end* (microseconds): it is counted when it is."""
        return self if to_micros(self.end) <= end else None


class Survey(_Record):
    """
    What one user answered when asked about a service.

        >>> Survey(ref="A-1", service="desk", at="2026-03-02T15:00:00Z", score=9, ticket="T-1").score
        9
    """

    service: Ref
    """The service that was asked about, by its reference in the contract."""
    at: Instant
    """When the answer was given; it belongs to the period in which this instant lies."""
    score: Annotated[int, Field(strict=True, ge=-MOST_SCORE, le=MOST_SCORE)]
    """The answer, on whatever scale was asked: -1000 to 1000. Facts do not know which scores are good."""
    ticket: Ref | None = None
    """The ticket that the question was about, if it was about one; it need not be among the facts."""
    customer: Ref | None = None
    """Whose user answered."""

    def known_before(self, end: int) -> Self | None:
        """Return the survey; None when it was answered at *end* (microseconds) or later."""
        return self if to_micros(self.at) < end else None


class Declared(_Measured):
    """
    A figure that was measured elsewhere, for an interval, half-open: a KPI or a business indicator.

        >>> march = {"start": "2026-03-01T00:00:00Z", "end": "2026-04-01T00:00:00Z", "at": "2026-04-03T08:00:00Z"}
        >>> figure = Declared(ref="D-1", figure="store uptime", value="97.50", evidence="report 12", **march)
        >>> figure.value, figure.numerator, figure.places, figure.to_data()["value"]
        (Decimal('97.5'), 975, 1, '97.5')
    """

    figure: Ref
    """Which figure it is, by the name that the contract has for it."""
    value: ExactDecimal
    """The number, exactly: at most 18 digits, of which 9 behind the point. The figure says its unit."""
    at: Instant
    """When it was delivered, perhaps long after the interval; what late means is for a clause to say."""
    evidence: ShortText | None = None
    """Where it comes from, such as a report and its number; for people, no clause reads it."""

    @property
    def numerator(self) -> int:
        """The value without its point: the value is numerator / 10**places, exactly."""
        return decimal_parts(self.value)[0]

    @property
    def places(self) -> int:
        """How many digits of the numerator stand behind the point, from 0 to 9; the fewest that will do."""
        return decimal_parts(self.value)[1]

    def known_before(self, end: int) -> Self | None:
        """
        Return the figure; None when its interval starts at *end* (microseconds) or later.

        When it was delivered makes no difference here: figures of a period come after it.
        """
        return self if to_micros(self.start) < end else None
