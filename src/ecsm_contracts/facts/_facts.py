"""All that happened, made consistent: every identity once, in a fixed order."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import groupby
from typing import TYPE_CHECKING, Self, TypeVar

from ecsm_contracts._model import canonical_json
from ecsm_contracts.errors import expect
from ecsm_contracts.facts._claims import Claim, Decision
from ecsm_contracts.facts._origin import Origin
from ecsm_contracts.facts._records import Declared, Notice, Outage, Sample, Survey, Work
from ecsm_contracts.facts._rejected import Rejected
from ecsm_contracts.facts._ticket import Ticket
from ecsm_contracts.facts._volumes import Billed, Forecast, Volume

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["Facts", "Setting"]


ItemT = TypeVar(
    "ItemT", Ticket, Outage, Notice, Work, Origin, Sample, Survey, Declared, Volume, Billed, Forecast, Claim, Decision
)


_MODELS: dict[str, type] = {
    "ticket": Ticket,
    "outage": Outage,
    "notice": Notice,
    "work": Work,
    "origin": Origin,
    "sample": Sample,
    "survey": Survey,
    "declared": Declared,
    "volume": Volume,
    "billed": Billed,
    "forecast": Forecast,
    "claim": Claim,
    "decision": Decision,
}


def _each_once(kind: str, items: Iterable[ItemT], rejected: list[Rejected]) -> tuple[ItemT, ...]:
    """Keep one of equal records; reject all records of an identity that is used for different ones."""
    kept: list[ItemT] = []
    given, model = tuple(items), _MODELS[kind]
    for item in given:
        if not isinstance(item, model):
            expect(item, model, kind, "facts_from_records(…) reads plain records")
    for ref, group in groupby(sorted(given, key=lambda item: item.ref), key=lambda item: item.ref):
        first, *others = group
        different = {canonical_json(item.to_data()) for item in (first, *others)} if others else set()
        if len(different) <= 1:
            kept.append(first)
            continue
        message = f"{len(different)} different records have this identity; give each its own, or correct them"
        rejected.extend(Rejected(kind, ref, "duplicate_identity", message, "", raw) for raw in sorted(different))
    return tuple(kept)


@dataclass(frozen=True, slots=True)
class Setting:
    """The facts that are small, needed whole, and read before any ticket."""

    outages: tuple[Outage, ...] = ()
    notices: tuple[Notice, ...] = ()
    origins: tuple[Origin, ...] = ()
    samples: tuple[Sample, ...] = ()
    surveys: tuple[Survey, ...] = ()
    declared: tuple[Declared, ...] = ()
    volumes: tuple[Volume, ...] = ()
    charges: tuple[Billed, ...] = ()
    forecasts: tuple[Forecast, ...] = ()
    work: tuple[Work, ...] = ()
    claims: tuple[Claim, ...] = ()
    decisions: tuple[Decision, ...] = ()


@dataclass(frozen=True, slots=True, repr=False)
class Facts:
    """
    What happened, and nothing that was promised. Make one with `Facts.of`.

    Items are sorted by their identity, so that the order in which they came makes no difference. Facts are
    never cut at a period: what has not happened yet by its end is left out by the engine.
    """

    tickets: tuple[Ticket, ...] = ()
    setting: Setting = Setting()
    rejected: tuple[Rejected, ...] = ()

    @classmethod
    def of(
        cls,
        *,
        tickets: Iterable[Ticket] = (),
        outages: Iterable[Outage] = (),
        notices: Iterable[Notice] = (),
        work: Iterable[Work] = (),
        origins: Iterable[Origin] = (),
        samples: Iterable[Sample] = (),
        surveys: Iterable[Survey] = (),
        declared: Iterable[Declared] = (),
        volumes: Iterable[Volume] = (),
        charges: Iterable[Billed] = (),
        forecasts: Iterable[Forecast] = (),
        claims: Iterable[Claim] = (),
        decisions: Iterable[Decision] = (),
        rejected: Iterable[Rejected] = (),
    ) -> Self:
        """
        Return the facts with every identity once.

        Records of one kind and identity with the same content are one record; with different content, all of
        them are rejected with the code ``duplicate_identity``, as no one can tell which of them is true. Two
        declared figures of one name and interval that have identities of their own are both kept.

        Raises:
            WrongType: for what is no record of its kind, such as a plain dict.
        """
        refused = list(rejected)
        setting = Setting(
            _each_once("outage", outages, refused),
            _each_once("notice", notices, refused),
            _each_once("origin", origins, refused),
            _each_once("sample", samples, refused),
            _each_once("survey", surveys, refused),
            _each_once("declared", declared, refused),
            _each_once("volume", volumes, refused),
            _each_once("billed", charges, refused),
            _each_once("forecast", forecasts, refused),
            _each_once("work", work, refused),
            _each_once("claim", claims, refused),
            _each_once("decision", decisions, refused),
        )
        each_ticket = _each_once("ticket", tickets, refused)
        return cls(each_ticket, setting, tuple(sorted(refused, key=Rejected.order)))

    def __repr__(self) -> str:
        """Say how much there is; a line for each ticket would be no help. Rarer kinds are named where there are any."""
        names = ("samples", "surveys", "declared", "volumes", "charges", "forecasts", "claims", "decisions")
        rare = {name: getattr(self, name) for name in names}
        setting = f"{len(self.outages)} outages, {len(self.notices)} notices"
        setting += "".join(f", {len(items)} {name}" for name, items in rare.items() if items)
        return f"<Facts: {len(self.tickets)} tickets, {setting}, {len(self.work)} work, {len(self.rejected)} rejected>"

    @property
    def outages(self) -> tuple[Outage, ...]:
        """The outages, by identity."""
        return self.setting.outages

    @property
    def notices(self) -> tuple[Notice, ...]:
        """The notices, by identity."""
        return self.setting.notices

    @property
    def origins(self) -> tuple[Origin, ...]:
        """Where the facts come from, by identity."""
        return self.setting.origins

    @property
    def samples(self) -> tuple[Sample, ...]:
        """The samples of requests and errors, by identity."""
        return self.setting.samples

    @property
    def surveys(self) -> tuple[Survey, ...]:
        """The answers of users, by identity."""
        return self.setting.surveys

    @property
    def declared(self) -> tuple[Declared, ...]:
        """The figures that were measured elsewhere, by identity."""
        return self.setting.declared

    @property
    def volumes(self) -> tuple[Volume, ...]:
        """How many users, devices or other units there were, by identity."""
        return self.setting.volumes

    @property
    def charges(self) -> tuple[Billed, ...]:
        """The amounts that were billed elsewhere, by identity."""
        return self.setting.charges

    @property
    def forecasts(self) -> tuple[Forecast, ...]:
        """The volumes that were forecast, by identity."""
        return self.setting.forecasts

    @property
    def work(self) -> tuple[Work, ...]:
        """The effort that was spent, by identity."""
        return self.setting.work

    @property
    def claims(self) -> tuple[Claim, ...]:
        """What the customer claims, by identity; no statement depends on it, only what becomes of its credits."""
        return self.setting.claims

    @property
    def decisions(self) -> tuple[Decision, ...]:
        """What was decided about claims, by identity."""
        return self.setting.decisions

    def shards(self, count: int) -> tuple[Self, ...]:
        """
        Return *count* parts that share no ticket: each has every *count*-th one.

        The setting is whole in each, but for the work; work and rejected records stay with the first.
        """
        first = replace(self, tickets=self.tickets[::count])
        setting = replace(self.setting, work=())
        others = (type(self)(self.tickets[start::count], setting) for start in range(1, count))
        return (first, *others)
