"""The contract document."""

from __future__ import annotations

from datetime import timedelta
from functools import cached_property
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Literal, Self

from pydantic import Field, ValidationError, model_serializer, model_validator
from pydantic_core import PydanticCustomError

from ecsm_contracts._model import Model, code_and_message
from ecsm_contracts.calendars import BillingCycle, BusinessCalendar, Period, ZoneName, parse_date
from ecsm_contracts.clauses import AnyClause, Clause, Settlement
from ecsm_contracts.contracts._amend import Amendment, Versions
from ecsm_contracts.contracts._parts import Calendars, CalendarTerms, Holidays, Parties, Service, Term
from ecsm_contracts.contracts._references import clause_order, find_references
from ecsm_contracts.contracts._versions import MOST_AMENDMENTS, renumbered, stages, unamended
from ecsm_contracts.errors import InvalidValue, UnknownReference, did_you_mean, expect
from ecsm_contracts.facts import PriorityMatrix, Ref
from ecsm_contracts.money import Currency

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date

    from ecsm_contracts.contracts._findings import Finding

__all__ = ["Billing", "CalendarTerms", "Contract", "Parties", "Service", "Term"]

Billing = BillingCycle


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
    calendars: Calendars
    """Calendars by name."""
    holidays: Holidays = Field(default_factory=Holidays)
    """Holiday sets by name."""
    services: tuple[Service, ...] = Field(min_length=1)
    """What is given."""
    priorities: PriorityMatrix | None = None
    """The priority for each impact and urgency, where tickets say these and no priority."""
    clauses: tuple[AnyClause, ...] = Field(min_length=1)
    """The numbered clauses."""
    settlement: Settlement
    versions: Versions | None = None
    """By which version what is judged; needed where there are amendments."""
    amendments: tuple[Amendment, ...] = Field(default=(), max_length=MOST_AMENDMENTS)
    """What changes from which day on. The other fields are the contract as it was signed."""

    @model_serializer(mode="wrap")
    def _without_empty(self, handler: Any) -> dict[str, Any]:
        """Leave out an empty list of amendments: a contract without one has the digest that it always had."""
        data: dict[str, Any] = handler(self)
        return {key: value for key, value in data.items() if key != "amendments" or value}

    @model_validator(mode="after")
    def _references_resolve(self) -> Self:
        declared = {
            "calendar": set(self.calendars.named),
            "holidays": set(self.holidays.named),
            "service": {service.ref for service in self.services},
        }
        clauses = {clause.ref for clause in self.clauses}
        for reference in find_references(Contract, unamended(self.to_data())):
            if reference.name not in declared.get(reference.needs, clauses):
                raise PydanticCustomError("dangling_reference", "there is no {name}", {"name": reference.name})
        self.order  # noqa: B018 - raises when clauses refer to each other in a circle
        return self

    @model_validator(mode="after")
    def _versions_hold(self) -> Self:
        if self.amendments and self.versions is None:
            message = "say by which version what is judged: versions: {period: start, tickets: period}"
            raise PydanticCustomError("versions_missing", message)
        if self.amendments:
            self._versions  # noqa: B018 - raises when a version is no contract
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
        return {name: _bound(terms, self.holidays) for name, terms in self.calendars.named.items()}

    def calendar(self, name: str, *, holidays_of: Contract | None = None) -> BusinessCalendar:
        """
        Return the calendar *name*, with its holidays, or with those sets of another version that have their names.

        Raises:
            UnknownReference: when there is none.
        """
        try:
            if holidays_of is not None and holidays_of.holidays != self.holidays:
                return _bound(self.calendars.named[name], holidays_of.holidays)
            return self._bound_calendars[name]
        except KeyError:
            raise UnknownReference(f"no calendar {name!r}{did_you_mean(name, self._bound_calendars)}") from None

    def calendar_names(self) -> tuple[str, ...]:
        """Return the names of the calendars, sorted."""
        return tuple(sorted(self._bound_calendars))

    @property
    def _versions(self) -> tuple[tuple[date, Contract], ...]:
        # a contract never keeps itself: comparing two that do would have no end
        return self._amended_versions if self.amendments else ((self.term.start, self),)

    @cached_property
    def _amended_versions(self) -> tuple[tuple[date, Contract], ...]:
        found = {}
        for stage in stages(self.to_data()):
            for _, code, message in stage.faults:
                raise PydanticCustomError(code, "{message}", {"message": message})
            try:
                found[stage.start or self.term.start] = Contract.model_validate(stage.data)
            except ValidationError as errors:
                code, message = code_and_message(errors.errors(include_url=False)[0])
                raise PydanticCustomError(
                    code, "as amended from {start} on: {message}", {"start": str(stage.start), "message": message}
                ) from None
        return tuple(found.items())

    def versions_by_day(self) -> tuple[tuple[date, Contract], ...]:
        """
        Return every version of the contract with the first day on which it is in force, in their order.

        A version is a contract without amendments. The first is in force from the first day of the term, and an
        amendment from that day on leaves nothing of what was signed. Without amendments the contract is its version.
        """
        return self._versions

    def version_at(self, day: date) -> Contract:
        """
        Return the version that is in force on the local date *day*: a contract without amendments.

        Raises:
            InvalidValue: rule "version_date", for a day outside the term as it stands then.
        """
        day = parse_date(day)
        found = self._in_force(day)
        if not found.term.start <= day < found.term.end:
            message = f"{day} is outside the term, from {found.term.start} to {found.term.end} (exclusive)"
            raise InvalidValue(message, rule="version_date", value=day)
        return found

    def version_for(self, period: Period) -> Contract:
        """Return the version that judges *period*: the one of its first or last day, as `versions` says."""
        expect(period, Period, "period", "write Period.month(2026, 3)")
        last = self.versions is not None and self.versions.period == "end"
        return self._in_force(period.end - _DAY if last else period.start)

    def _in_force(self, day: date) -> Contract:
        """Return the version of *day*, the first one before the term and the last one after it."""
        versions = self._versions
        return next((version for start, version in reversed(versions) if start <= day), versions[0][1])

    def renumbered_since(self, earlier: Contract) -> Mapping[str, str]:
        """
        Return what number each clause of this contract had in the version before it.

        A clause keeps its number, or says what it ``was``; new ones are left out.
        """
        return renumbered(*({each.ref: _was(each) for each in version.clauses} for version in (earlier, self)))

    def amend(
        self,
        *,
        ref: str,
        from_: date | str,
        title: str | None = None,
        set_: Mapping[str, Any] | None = None,
        calendars: Mapping[str, Any] | None = None,
        holidays: Mapping[str, Any] | None = None,
        services: Iterable[Any] = (),
        clauses: Iterable[Any] = (),
        remove: Iterable[str] = (),
        versions: Mapping[str, Any] | Versions | None = None,
    ) -> Contract:
        """
        Return this contract with one more amendment.

        Parts are given as models or as plain data, as a document writes them.

        Args:
            ref: the number of the amendment.

            from_: the first day on which it holds, inside the term as it stands then.

            title: a heading for people.

            set_: parts that are replaced as a whole: title, parties, priorities, settlement, and the end of the term.

            calendars: calendars by name, replaced or added.

            holidays: holiday sets by name, replaced or added.

            services: services, replaced or added by ref.

            clauses: clauses, replaced or added by ref.

            remove: the numbers of clauses that fall away.

            versions: by which version what is judged; with the first amendment, unless the contract says it.

        Raises:
            DocumentError: with every problem: a day outside the term, a clause to remove that there is none of, a part
                that does not change by an amendment, or a version that is no contract.
        """
        from ecsm_contracts.contracts._read import amended  # noqa: PLC0415 - reading makes this class

        parts = {"ref": ref, "from": from_, "title": title, "set": set_, "calendars": calendars, "holidays": holidays}
        lists = {"services": services, "clauses": clauses, "remove": remove}
        given = {**parts, **{name: list(each) for name, each in lists.items()}}
        return amended(self, {name: each for name, each in given.items() if each}, versions)

    def __repr__(self) -> str:
        """Return one line; `to_data` gives the whole document."""
        amended = f", amendments {', '.join(each.ref for each in self.amendments)}" if self.amendments else ""
        clauses = f"{len(self.clauses)} clauses{amended}"
        return f"<Contract {self.ref}: {self.title}, {clauses}, {self.term.start} to {self.term.end}>"

    def __str__(self) -> str:
        """Return one line."""
        return repr(self)

    def check(self, *, notes: bool = False) -> tuple[Finding, ...]:
        """
        Return what an author should look at: terms that are valid and yet probably not meant.

        Nothing is evaluated. With *notes* also what only tells how the contract works, such as where a further miss
        costs nothing more. Of an amended contract each version is looked at, and what is said of a later one says
        from when.
        """
        from ecsm_contracts.contracts._check import find  # noqa: PLC0415 - the checks import this class

        found = dict.fromkeys(find(self._versions[0][1], notes=notes))
        for (_, earlier), (start, version) in pairwise(self._versions):
            before = {each._replace(place="") for each in find(earlier, notes=notes)}
            later = dict.fromkeys(each._replace(place="") for each in find(version, notes=notes))
            new = (each._replace(message=f"from {start} on: {each.message}") for each in later if each not in before)
            found.update(dict.fromkeys(new))
        return tuple(found)

    def plain(self, clause: str | None = None) -> str:
        """
        Return the contract, or one *clause* of it, in plain words: Markdown for a customer who is no lawyer.

        Every term that changes money or an outcome is said, and nothing is rounded. In a service-level agreement "we"
        are the provider and "you" the customer; other agreements name both. What an amendment changes follows, by the
        day from which it holds.

        Raises:
            UnknownReference: when no version has that clause.
        """
        from ecsm_contracts.contracts._plain import plain_clause, plain_contract  # noqa: PLC0415 - its words know this class

        return plain_contract(self) if clause is None else plain_clause(self, clause)


_DAY = timedelta(days=1)


def _bound(terms: CalendarTerms, holidays: Holidays) -> BusinessCalendar:
    return BusinessCalendar(
        zone=terms.zone,
        hours=terms.hours,
        holidays=None if terms.holidays is None else holidays.named[terms.holidays],
        yearly_holidays=terms.yearly_holidays,
        special_days=terms.special_days,
    )


def _was(clause: Clause) -> str | None:
    return getattr(clause, "was", None)
