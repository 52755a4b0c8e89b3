"""Outages, notices, work, samples, surveys and declared figures."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, BeforeValidator, Field, ValidationInfo, field_validator, model_validator
from pydantic_core import PydanticCustomError

from ecsm_contracts.calendars import Duration, Instant, from_micros, to_micros
from ecsm_contracts.facts._number import ExactDecimal, decimal_parts
from ecsm_contracts.facts._record import Measured, Record, Spanning
from ecsm_contracts.facts._text import Ref, ShortText
from ecsm_contracts.money import Percent

__all__ = ["Declared", "Notice", "NoticeKind", "Outage", "OutageState", "Sample", "Survey", "Work"]

NoticeKind = Literal["maintenance", "force_majeure", "customer_delay", "third_party", "early_life"]
"""
Why time was announced or agreed to be excused: planned work, what nobody could help, a delay of the customer or of a
third party, or the early life of a service that was just taken over.
"""

OutageState = Literal["down", "degraded", "unknown"]
"""What is known of a service: it did not work, it worked poorly, or nobody can say whether it worked."""

MOST_REQUESTS = 10**15
"""A sample counts no more requests: sums of many samples stay small numbers."""
MOST_SCORE = 1000
"""The best score of a survey; the worst is as far below zero."""


def _some_users(affected: Percent) -> Percent:
    if not 0 < affected.ratio <= 1:
        message = "{affected} of the users; this must be more than 0% and at most 100%"
        raise PydanticCustomError("affected_share", message, {"affected": str(affected)})
    return affected


class Outage(Spanning):
    """
    An interval, half-open, in which a service could not be used or only poorly, or nobody can say whether it could.

        >>> Outage(ref="O-1", service="mail", start="2026-03-02T09:00:00Z").end is None
        True
    """

    end: Instant | None = None
    """The first instant at which the service worked again; absent while the outage lasts."""
    state: OutageState = "down"
    """``degraded`` where it worked, but poorly; ``unknown`` where monitoring cannot say whether it worked."""
    area: Ref | None = None
    """The place or the part of the service concerned; absent: the whole of it."""
    subject: Ref | None = None
    """What was out, such as a device, an instance or a circuit."""
    cause: Ref | None = None
    """What caused it: an identity that everything shares that one event caused."""
    affected: Annotated[Percent, AfterValidator(_some_users)] | None = None
    """The share of users concerned, above 0%; absent: all of them, and ``100%`` is read as absent."""

    @field_validator("affected")
    @classmethod
    def _all_goes_without_saying(cls, affected: Percent | None) -> Percent | None:
        return None if affected is not None and affected.ratio == 1 else affected

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


class Notice(Spanning):
    """
    An interval, half-open, that was announced as planned maintenance or agreed to be beyond anyone's control.
    """

    kind: NoticeKind
    """Why the interval is excused, if a relief clause says so."""
    end: Instant
    """The first instant that is not covered any more."""
    reason: ShortText | None = None
    """For people; no clause reads it."""
    announced: Instant | None = None
    """When it was announced, perhaps after it began; absent: not known."""
    area: Ref | None = None
    """The place or the part of the service concerned; absent: all of them."""
    subject: Ref | None = None
    """The device, instance or circuit concerned; absent: all of them."""
    customer: Ref | None = None
    """Whose users are concerned; absent: everybody's."""

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        self._check_end(self.end)
        return self

    def known_before(self, end: int) -> Self | None:
        """Return the notice cut at *end* (microseconds); None when it starts no earlier."""
        if to_micros(self.start) >= end:
            return None
        return self if to_micros(self.end) <= end else self.replace(end=from_micros(end))


def _true_or_false(value: object) -> object:
    if not isinstance(value, bool):
        raise PydanticCustomError("not_true_or_false", "this must be true or false, without quotes")
    return value


class Work(Record):
    """
    Effort that someone of the provider spent on a ticket.

        >>> work = Work(ref="W-1", ticket="T-1", role="agent", effort="45min", at="2026-03-02T10:00:00Z")
        >>> work.billable, work.to_data()
        (True, {'ref': 'W-1', 'ticket': 'T-1', 'role': 'agent', 'effort': 'PT45M', 'at': '2026-03-02T10:00:00Z'})
    """

    ticket: Ref
    """The ticket that the work was for."""
    role: Ref
    """Whose rate applies, for example ``agent`` or ``engineer``."""
    effort: Duration
    """How long it took; it is what is billed, whatever the interval from `start` to `at`."""
    at: Instant
    """When the work was done, or was over; it belongs to the period in which this instant lies."""
    start: Instant | None = None
    """When the work began: it was done in `[start, at)`. Absent: not known."""
    person: Ref | None = None
    """Who did it, by an identity of the provider's own."""
    billable: Annotated[bool, BeforeValidator(_true_or_false)] = True
    """Whether it may be billed at all; what is billed is for a contract to say."""

    @field_validator("start")
    @classmethod
    def _starts_earlier(cls, start: datetime | None, info: ValidationInfo) -> datetime | None:
        if start is not None and "at" in info.data and info.data["at"] < start:
            raise PydanticCustomError("end_before_start", "the work was over before it began; swap start and at")
        return start

    def known_before(self, end: int) -> Self | None:
        """Return the work; None when it was done at *end* (microseconds) or later."""
        return self if to_micros(self.at) < end else None

    def to_data(self) -> dict[str, Any]:
        """Return the plain data; that it is billable is left out, as it goes without saying."""
        data = super().to_data()
        return {name: value for name, value in data.items() if name != "billable" or not value}


class Sample(Measured):
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


class Survey(Record):
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


class Declared(Measured):
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
