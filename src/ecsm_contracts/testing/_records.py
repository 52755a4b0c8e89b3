"""A month of facts, as plain records and as models."""

from __future__ import annotations

from datetime import timedelta, timezone
from itertools import groupby
from typing import TYPE_CHECKING, Any

from hypothesis import strategies as st

from ecsm_contracts.adapters import facts_from_records
from ecsm_contracts.calendars import Period, from_micros
from ecsm_contracts.facts import Facts, Ticket
from ecsm_contracts.measures import Attainment, Availability
from ecsm_contracts.testing._aim import Aim, instant_text
from ecsm_contracts.testing._choices import chance, pick, some
from ecsm_contracts.testing._clauses import SERVICES
from ecsm_contracts.testing._documents import contract_of
from ecsm_contracts.testing._tickets import OFFSETS, STEPS, exact_tickets, stories

if TYPE_CHECKING:
    from ecsm_contracts.contracts import Contract
    from ecsm_contracts.measures import BoundLevel

__all__ = ["Records", "fact_records", "facts", "tickets"]

Records = dict[str, list[dict[str, Any]]]
"""Tables of plain records: tickets, outages, notices, work and origins."""

_ELSEWHERE = timezone(timedelta(hours=5, minutes=45))
_FEW, _SEVERAL, _MANY = (0, 2, 4), (3, 4, 2, 5, 6, 8, 12, 1, 0), 12
_ASSUMED = ("Zone: Europe/Amsterdam", "=1+1", "A priority of 3 is P3")
_GAPS = (("replied",), (), ("replied", "acknowledged"), (), ("acknowledged",))
_EXACTLY = 20
"""Most tickets that are drawn to hit a target: 95 % of 20."""


def _text(draw: st.DrawFn, at: int) -> str:
    return from_micros(at).astimezone(_ELSEWHERE).isoformat() if chance(draw, 8) else instant_text(at)


def _shuffled(draw: st.DrawFn, events: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the events out of the order of time; those of one instant keep theirs."""
    if not chance(draw, 15):
        return events
    groups = [list(group) for _, group in groupby(events, key=lambda event: event["at"])]
    return [event for group in draw(st.permutations(groups)) for event in group]


def _written(draw: st.DrawFn, ticket: dict[str, Any]) -> dict[str, Any]:
    events = _shuffled(draw, ticket["events"])
    written = [{**event, "at": _text(draw, event["at"])} for event in events]
    if chance(draw, 10):
        written.append(pick(draw, written))  # delivered twice
    return {**ticket, "events": written}


@st.composite
def _spans(draw: st.DrawFn, *, moments: list[int], ref: str, endless: bool) -> dict[str, Any]:
    start = pick(draw, moments) + pick(draw, OFFSETS)
    record = {"ref": ref, "service": pick(draw, SERVICES[:2]), "start": _text(draw, start)}
    if endless and chance(draw, 10):
        return record
    how = pick(draw, ("step", "moment"))
    later = [at for at in moments if at >= start][:_MANY]
    end = pick(draw, later) + pick(draw, OFFSETS) if how == "moment" and later else start + pick(draw, STEPS)
    return {**record, "end": _text(draw, max(start - chance(draw, 2), end) if end < start else end)}


@st.composite
def _notices(draw: st.DrawFn, *, moments: list[int]) -> list[dict[str, Any]]:
    count = pick(draw, (0, 0, 1, 2, 3))
    kinds = ("maintenance", "maintenance", "force_majeure")
    return [
        {**draw(_spans(moments=moments, ref=f"N-{n + 1}", endless=False)), "kind": pick(draw, kinds)}
        for n in range(count)
    ]


def _exact_outage(draw: st.DrawFn, aim: Aim, level: BoundLevel) -> list[dict[str, Any]]:
    """Return an outage that leaves exactly the promised availability, or a microsecond less or more."""
    start = pick(draw, [at for at in aim.moments if aim.start <= at < aim.end])
    end = aim.outage_that_reaches(level, start)
    if end is None:
        return []
    service = level.program.scope.service or SERVICES[0]
    ends = max(start, end + pick(draw, OFFSETS[:5]))
    return [{"ref": "O-X", "service": service, "start": _text(draw, start), "end": _text(draw, ends)}]


def _outages(draw: st.DrawFn, aim: Aim) -> list[dict[str, Any]]:
    measured = [level for level in aim.levels if isinstance(level.program.measure, Availability)]
    if measured and chance(draw, 45):
        exact = _exact_outage(draw, aim, pick(draw, measured))
        if exact:
            return exact
    known = [at for at in aim.moments if at <= aim.end]
    return [draw(_spans(moments=known, ref=f"O-{n + 1}", endless=True)) for n in range(pick(draw, (0, 1, 2, 4)))]


def _tickets(draw: st.DrawFn, aim: Aim) -> list[dict[str, Any]]:
    judged = [level for level in aim.levels if isinstance(level.program.measure, Attainment)]
    aimed_at = pick(draw, judged) if judged and chance(draw, 45) else None
    found = [] if aimed_at is None else draw(exact_tickets(aim=aim, level=aimed_at, most=_EXACTLY))
    count = pick(draw, _FEW if found else _SEVERAL)
    others = [draw(stories(aim=aim, ref=f"T-{n + 1}")) for n in range(count)]
    if found and aimed_at is not None:
        scope = aimed_at.program.scope
        others = [each for each in others if not scope.has(each["service"], each["type"])]
    return [_written(draw, ticket) for ticket in (*found, *others)]


def _origins(draw: st.DrawFn) -> list[dict[str, Any]]:
    """Return where the facts come from: mostly nothing is said, else one or two sources, most with a gap."""
    if not chance(draw, 18):
        return []
    return [
        {
            "ref": f"log {n + 1}",
            "title": "Log of the desk",
            "assumes": some(draw, _ASSUMED),
            "unrecorded": list(pick(draw, _GAPS)),
        }
        for n in range(pick(draw, (1, 1, 2)))
    ]


def _repeated(draw: st.DrawFn, records: list[dict[str, Any]], field: str = "service") -> list[dict[str, Any]]:
    """Return the records, at times one of them twice, and seldom once more with another *field*."""
    if records and chance(draw, 10):
        records = [*records, pick(draw, records)]
    if records and chance(draw, 3):
        records = [*records, {**pick(draw, records), field: SERVICES[2]}]
    return records


@st.composite
def _fact_records(draw: st.DrawFn, contract: Contract, period: Period) -> Records:
    bare = Aim(contract, period)
    notices = draw(_notices(moments=bare.moments)) if chance(draw, 60) else []
    aim = Aim(contract, period, notices) if notices else bare
    found = {"tickets": _tickets(draw, aim), "outages": _outages(draw, aim), "notices": notices}
    tables = {table: _repeated(draw, records) for table, records in found.items()}
    spent = [ticket for ticket in tables["tickets"] if chance(draw, 10)]
    tables["work"] = [
        {"ref": f"W-{n}", "ticket": ticket["ref"], "role": "agent", "effort": "PT30M", "at": instant_text(aim.start)}
        for n, ticket in enumerate(spent, 1)
    ]
    tables["origins"] = _repeated(draw, _origins(draw), "title")
    return tables


def _period(period: Period | str) -> Period:
    return Period.parse(period) if isinstance(period, str) else period


def fact_records(contract_document: dict[str, Any], *, period: Period | str) -> st.SearchStrategy[Records]:
    """
    Return a strategy for a month of plain records that aim at the edges of what *contract_document* promises.

    Tickets stop on their deadline and a microsecond beside it, at the ends of the month and of the hours, and around
    changes of the clock; as many are in time as the target asks for, or one fewer; outages use up exactly what a target
    leaves. Some records are repeated, and a few contradict themselves. Some months say where they come from, and what
    is not recorded there.
    """
    return _fact_records(contract_of(contract_document), _period(period))


def facts(*, contract: Contract, period: Period | str) -> st.SearchStrategy[Facts]:
    """Return a strategy for a month of facts that aim at the edges of what *contract* promises; see `fact_records`."""
    return _fact_records(contract, _period(period)).map(lambda tables: facts_from_records(**tables))


_DESK: dict[str, Any] = {
    "schema": "ecsm.contract/1",
    "ref": "C-1",
    "title": "A desk",
    "agreement": "sla",
    "parties": {"provider": "Provider", "customer": "Customer"},
    "term": {"start": "1991-01-01", "end": "2099-01-01"},
    "zone": "Europe/Amsterdam",
    "currency": "EUR",
    "billing": {"cycle": "month", "anchor_day": 1},
    "calendars": {"desk": {"zone": "Europe/Amsterdam", "hours": ["Mon-Fri 08:00-18:00"]}},
    "services": [{"ref": "desk", "title": "Desk", "hours": "desk"}],
    "clauses": [{"ref": "3.1", "kind": "charge", "amount": "EUR 1000.00", "every": "month"}],
    "settlement": {
        "entitlement": "automatic",
        "instrument": "deduction",
        "rounding": {"mode": "half_up", "at": "line"},
        "tax": "price_reduction",
    },
}


@st.composite
def _one_ticket(draw: st.DrawFn, period: Period) -> Ticket:
    return Ticket.model_validate(_written(draw, draw(stories(aim=Aim(contract_of(_DESK), period), ref="T-1"))))


def tickets(*, period: Period | str) -> st.SearchStrategy[Ticket]:
    """Return a strategy for single tickets that live in *period*, before it and after it; few contradict themselves."""
    return _one_ticket(_period(period))
