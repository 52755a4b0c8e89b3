"""The parts of a contract that its clauses share: parties, term, calendars, holidays and services."""

from __future__ import annotations

from typing import Annotated, Self

from pydantic import model_validator
from pydantic_core import PydanticCustomError

from ecsm_contracts._model import Model, NamedModel, Needs
from ecsm_contracts.calendars import DateText, HolidaySet, MonthDay, SpecialDays, WeeklyHours, ZoneName
from ecsm_contracts.facts import Ref

__all__ = ["CalendarTerms", "Calendars", "Holidays", "Parties", "Service", "Term"]


class Parties(Model):
    """Between whom the contract is."""

    provider: Ref
    """Who gives the service."""
    customer: Ref
    """Whose users are served."""


class Term(Model):
    """From when until when the contract runs, as local dates in its zone; the end is exclusive."""

    start: DateText
    """The first day."""
    end: DateText
    """The day after the last one."""

    @model_validator(mode="after")
    def _forward(self) -> Self:
        if self.end <= self.start:
            raise PydanticCustomError("term_order", "the term ends before it starts; its end is exclusive")
        return self


class CalendarTerms(Model):
    """
    The hours of a service as the contract writes them.

    Holidays are named, and stand in the contract by themselves.
    """

    zone: ZoneName
    """The zone whose wall clock the hours are read off."""
    hours: WeeklyHours
    """The weekly hours."""
    holidays: Annotated[Ref, Needs("holidays")] | None = None
    """The name of a holiday set of this contract."""
    yearly_holidays: tuple[MonthDay, ...] = ()
    """Days that are holidays in every year, as ``MM-DD``."""
    special_days: SpecialDays = ()
    """Days whose hours are not those of their weekday."""


class Calendars(NamedModel):
    """Calendars by name."""

    __pydantic_extra__: dict[str, CalendarTerms]


class Holidays(NamedModel):
    """Holiday sets by name."""

    __pydantic_extra__: dict[str, HolidaySet]


class Service(Model):
    """One service that is given: what users can do when it works, and how they reach it."""

    ref: Ref
    """The name that scopes and facts use."""
    title: Ref
    """A name for people."""
    outcome: Ref | None = None
    """What people can do when it works, in their words."""
    hours: Annotated[Ref, Needs("calendar")]
    """The calendar of its service hours."""
    channels: tuple[Ref, ...] = ()
    """How users reach it."""
