"""The contract document."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Annotated, Any, Literal, Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from ecsm_contracts._model import Model, NamedModel, Needs
from ecsm_contracts.calendars import (
    BillingCycle,
    BusinessCalendar,
    DateText,
    HolidaySet,
    MonthDay,
    SpecialDays,
    WeeklyHours,
    ZoneName,
)
from ecsm_contracts.clauses import AnyClause, Clause, Settlement
from ecsm_contracts.contracts._references import clause_order, find_references
from ecsm_contracts.errors import UnknownReference, did_you_mean
from ecsm_contracts.facts import PriorityMatrix, Ref
from ecsm_contracts.money import Currency

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ecsm_contracts.contracts._check import Finding

__all__ = ["Billing", "CalendarTerms", "Contract", "Parties", "Service", "Term"]

Billing = BillingCycle


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


class _Calendars(NamedModel):
    """Calendars by name."""

    __pydantic_extra__: dict[str, CalendarTerms]


class _Holidays(NamedModel):
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


class Contract(Model):
    """
    A contract: numbered clauses that refer to each other, and the terms that all of them share.

    Read one with `ecsm_contracts.read_contract` or `ecsm_contracts.parse_contract`; both report every problem
    of a document with its place. Whatever a document leaves to a default is written out in `to_data`, and so
    in the digest.
    """

    schema_: Literal["ecsm.contract/1"] = Field(alias="schema")
    """The form of the document."""
    ref: Ref
    """The identity of the contract."""
    title: Ref
    """A name for people."""
    agreement: Literal["sla", "ola", "underpinning"]
    """
    A service-level agreement with a customer, one inside the provider, or one with the provider's own
    supplier.
    """
    parties: Parties
    term: Term
    zone: ZoneName
    """The zone in which its dates begin and end."""
    currency: Currency
    """The currency of all amounts, by its ISO 4217 code."""
    billing: Billing
    """The periods that are settled."""
    calendars: _Calendars
    """Calendars by name."""
    holidays: _Holidays = Field(default_factory=_Holidays)
    """Holiday sets by name."""
    services: tuple[Service, ...] = Field(min_length=1)
    """What is given."""
    priorities: PriorityMatrix | None = None
    """The priority for each impact and urgency, where tickets say these and no priority."""
    clauses: tuple[AnyClause, ...] = Field(min_length=1)
    """The numbered clauses."""
    settlement: Settlement

    @model_validator(mode="after")
    def _references_resolve(self) -> Self:
        declared = {
            "calendar": set(self.calendars.named),
            "holidays": set(self.holidays.named),
            "service": {service.ref for service in self.services},
        }
        clauses = {clause.ref for clause in self.clauses}
        for reference in find_references(Contract, self.to_data()):
            if reference.name not in declared.get(reference.needs, clauses):
                raise PydanticCustomError("dangling_reference", "there is no {name}", {"name": reference.name})
        self.order  # noqa: B018 - raises when clauses refer to each other in a circle
        return self

    @cached_property
    def order(self) -> tuple[Clause, ...]:
        """
        The clauses in the order in which they settle.

        Each after those it refers to, else as they are written.
        """
        return clause_order(self.clauses)

    @cached_property
    def _by_ref(self) -> Mapping[str, Clause]:
        return {clause.ref: clause for clause in self.clauses}

    def clause(self, ref: str) -> Clause:
        """
        Return the clause *ref*.

        Raises:
            UnknownReference: when there is none.
        """
        try:
            return self._by_ref[ref]
        except KeyError:
            raise UnknownReference(f"the contract has no clause {ref!r}{did_you_mean(ref, self._by_ref)}") from None

    @cached_property
    def _bound_calendars(self) -> Mapping[str, BusinessCalendar]:
        holidays: Mapping[str, Any] = self.holidays.named
        return {
            name: BusinessCalendar(
                zone=terms.zone,
                hours=terms.hours,
                holidays=None if terms.holidays is None else holidays[terms.holidays],
                yearly_holidays=terms.yearly_holidays,
                special_days=terms.special_days,
            )
            for name, terms in self.calendars.named.items()
        }

    def calendar(self, name: str) -> BusinessCalendar:
        """
        Return the calendar *name*, with its holidays.

        Raises:
            UnknownReference: when there is none.
        """
        try:
            return self._bound_calendars[name]
        except KeyError:
            raise UnknownReference(f"no calendar {name!r}{did_you_mean(name, self._bound_calendars)}") from None

    def calendar_names(self) -> tuple[str, ...]:
        """Return the names of the calendars, sorted."""
        return tuple(sorted(self._bound_calendars))

    def __repr__(self) -> str:
        """Return one line; `to_data` gives the whole document."""
        return f"<Contract {self.ref}: {self.title}, {len(self.clauses)} clauses, {self.term.start} to {self.term.end}>"

    def __str__(self) -> str:
        """Return one line."""
        return repr(self)

    def check(self) -> tuple[Finding, ...]:
        """
        Return what an author should look at: terms that are valid and yet probably not meant.

        Nothing is evaluated.
        """
        from ecsm_contracts.contracts._check import find  # noqa: PLC0415 - the checks import this class

        return find(self)
