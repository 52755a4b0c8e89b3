"""What an amendment says, and by which version what is judged."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, Field, model_serializer, model_validator
from pydantic_core import PydanticCustomError

from ecsm_contracts._model import Model
from ecsm_contracts.calendars import DateText
from ecsm_contracts.clauses import AnyClause, Settlement
from ecsm_contracts.contracts._parts import Calendars, Holidays, Parties, Service
from ecsm_contracts.facts import PriorityMatrix, Ref

__all__ = ["Amendment", "ChangedTerm", "ChangedTerms", "Versions"]

_FIXED = ("agreement", "billing", "currency", "schema", "zone")
"""What no amendment changes: every period before and after would be another one."""


class Versions(Model):
    """By which version what is judged, where a contract is amended. Contracts differ in this; nothing is assumed."""

    period: Literal["start", "end"]
    """
    Each billing period is judged by the version in force on its first day (``start``) or on its last (``end``). An
    amendment in the midst of a period holds from the next one on, or for the whole of this one.
    """
    tickets: Literal["period", "opened"]
    """
    ``period``: a ticket is judged by the version of the period. ``opened``: by the promise as it stood when the ticket
    was opened, in whatever period: its scope, measure, target times, hours and relief. What a miss costs is always the
    version of the period's to say.
    """


def _refuse_fixed(value: object, names: tuple[str, ...]) -> None:
    found = [name for name in names if isinstance(value, Mapping) and name in value]
    if found:
        raise PydanticCustomError(
            "amendment_fixed",
            "{names} does not change by an amendment; it takes a new contract, which begins where this one ends",
            {"names": " and ".join(found)},
        )


class ChangedTerm(Model):
    """The end of the term, where an amendment moves it."""

    end: DateText
    """The day after the last one."""

    @model_validator(mode="before")
    @classmethod
    def _start_stays(cls, value: object) -> object:
        _refuse_fixed(value, ("start",))
        return value


class ChangedTerms(Model):
    """The parts of a contract that an amendment puts others in the place of, each as a whole."""

    title: Ref | None = None
    """Another name for people."""
    parties: Parties | None = None
    """Other parties."""
    term: ChangedTerm | None = None
    """Another end of the term; its start stays."""
    priorities: PriorityMatrix | None = None
    """Another table of priorities by impact and urgency."""
    settlement: Settlement | None = None
    """Other terms of settlement."""

    @model_validator(mode="before")
    @classmethod
    def _others_stay(cls, value: object) -> object:
        _refuse_fixed(value, (*_FIXED, "ref"))
        return value


def _said(terms: ChangedTerms | None) -> ChangedTerms | None:
    """Return *terms*; None where they change nothing, so that one meaning is one value."""
    return None if terms == ChangedTerms() else terms


class Amendment(Model):
    """
    What changes in a contract from a day on.

    Calendars, holiday sets, services and clauses are given whole: one whose name or number is known takes the place
    of that one, another is added after the last. What is not named stays.
    """

    ref: Ref
    """The number of the amendment: ``A-1``."""
    title: Ref | None = None
    """A heading for people."""
    from_: DateText = Field(alias="from")
    """The first day on which it holds, a local date in the contract's zone; inside the term."""
    set_: Annotated[ChangedTerms | None, AfterValidator(_said)] = Field(default=None, alias="set")
    """Parts of the contract that are replaced."""
    calendars: Calendars = Field(default_factory=Calendars)
    """Calendars by name, replaced or added."""
    holidays: Holidays = Field(default_factory=Holidays)
    """Holiday sets by name, replaced or added."""
    services: tuple[Service, ...] = ()
    """Services, replaced or added by ref."""
    clauses: tuple[AnyClause, ...] = ()
    """Clauses, replaced or added by ref; one with another number says what it ``was``, and the old one is removed."""
    remove: tuple[Ref, ...] = ()
    """The numbers of the clauses that fall away."""

    @model_validator(mode="before")
    @classmethod
    def _others_stay(cls, value: object) -> object:
        _refuse_fixed(value, _FIXED)
        return value

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if not (self.to_data().keys() - {"ref", "title", "from"}):
            raise PydanticCustomError("amendment_empty", "it changes nothing; say what, or leave it out")
        return self

    @model_serializer(mode="wrap")
    def _without_empty(self, handler: Any) -> dict[str, Any]:
        """Leave out what does not change."""
        return {key: value for key, value in handler(self).items() if value}
