"""Tickets as plain records: stories that end on a deadline, at a closing time, or in the hour that happens twice."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hypothesis import strategies as st

from ecsm_contracts.measures import Attainment, ClockMeasure, EventSelector
from ecsm_contracts.testing._aim import DAY, HOUR, MINUTE, SECOND, Aim
from ecsm_contracts.testing._choices import chance, pick
from ecsm_contracts.testing._clauses import CHANNELS, CUSTOMERS, GROUPS, SERVICES, TYPES, VENDOR

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from ecsm_contracts.measures import BoundLevel

__all__ = ["OFFSETS", "STEPS", "exact_tickets", "stories"]

PRIORITIES = ("P2", "P1", "P3", "P4")
WEIGHTS = ("low", "high")
"""Words for impact and urgency; every matrix of `contract_documents` has them."""
SUBJECTS = ("Cannot print", "=1+1", "<script>alert(1)</script>", "a\u202eb", "| * |")
OFFSETS = (0, 0, 0, 1, -1, SECOND, -SECOND)
STEPS = (0, 1, SECOND, MINUTE, 30 * MINUTE, HOUR, 4 * HOUR, DAY, 3 * DAY)
LENGTHS = (1, 2, 3, 4, 5, 7, 0)

_OPEN = (
    *("resolved",) * 14,
    *("held",) * 5,
    *("replied", "acknowledged", "resumed", "reprioritised") * 3,
    *("closed", "closed", "closed", "noted", "transferred", "transferred", "replied", "arrived", "cancelled", "merged"),
)
_RESOLVED = (
    "reopened",
    "reopened",
    "reopened",
    "closed",
    "closed",
    "noted",
    "reprioritised",
    "replied",
    "resolved",
    "cancelled",
)
_CONTRADICTIONS = ("opened", "reopened", "held", "resumed", "resolved")


def _next_kinds(kinds: Sequence[str]) -> tuple[str, ...]:
    """Return what may follow without contradiction."""
    resolved = False
    for kind in kinds:
        if kind in {"cancelled", "merged"}:
            return ("noted",)
        resolved = kind in {"resolved", "closed"} or (resolved and kind != "reopened")
    return _RESOLVED if resolved else _OPEN


def _event(draw: st.DrawFn, kind: str, at: int, *, weighed: bool = False) -> dict[str, Any]:
    """Return an event; where priorities are *weighed* by a matrix, a change may say impact or urgency alone."""
    event: dict[str, Any] = {"kind": kind, "at": at}
    if kind == "replied":
        event["party"] = pick(draw, ("provider", "provider", "customer", "customer", VENDOR))
    elif kind == "held":
        event["party"] = pick(draw, ("customer", VENDOR, "customer", "provider"))
    elif kind == "reprioritised":
        said = pick(draw, ("impact", "urgency")) if weighed and chance(draw, 50) else "priority"
        event[said] = pick(draw, PRIORITIES if said == "priority" else WEIGHTS)
    elif kind == "transferred":
        event |= pick(draw, ({"party": VENDOR}, {"group": GROUPS[0]}, {"party": VENDOR}, {"group": GROUPS[1]}))
    return event


def _next_instant(draw: st.DrawFn, aim: Aim, ticket: dict[str, Any]) -> int:
    """Return an instant not before the ticket's last event: on its deadline, on an edge of the hours, or later."""
    last: int = ticket["events"][-1]["at"]
    if any(last < at < last + STEPS[-1] for at in aim.turned) and chance(draw, 40):
        return min(at for at in aim.turned if at > last) + pick(draw, STEPS[:5])
    how = pick(draw, ("deadline", "deadline", "deadline", "deadline", "step", "edge"))
    if how == "deadline":
        deadlines = [aim.deadline(level, ticket) for level in aim.in_scope(ticket)]
        ahead = [at for at in deadlines if at is not None and at >= last]
        if ahead:
            return max(last, pick(draw, ahead) + pick(draw, OFFSETS))
    if how == "edge" and (edges := aim.after(last)):
        return max(last, pick(draw, edges) + pick(draw, OFFSETS))
    return last + pick(draw, STEPS)


def _opening(draw: st.DrawFn, aim: Aim, end: int) -> int:
    """Return an instant mostly inside the month, at times some days before it."""
    how = pick(draw, ("edge", "any", "before", "turn", "turn"))
    if how == "turn" and aim.turned:
        return pick(draw, aim.turned) - pick(draw, STEPS[3:])
    if how == "edge":
        return pick(draw, [at for at in aim.moments if at <= end]) + pick(draw, OFFSETS)
    if how == "before":
        return aim.start - pick(draw, STEPS) - draw(st.integers(0, DAY))
    return draw(st.integers(aim.start, end))


def _blank(draw: st.DrawFn, aim: Aim, ref: str) -> dict[str, Any]:
    judged = [level.program.scope for level in aim.levels if level.clock is not None]
    scope = pick(draw, judged) if judged and not chance(draw, 20) else None
    ticket: dict[str, Any] = {
        "ref": ref,
        "service": (scope and scope.service) or pick(draw, SERVICES),
        "type": (scope and scope.type) or pick(draw, TYPES),
        "priority": pick(draw, PRIORITIES),
    }
    if aim.contract.priorities is not None and chance(draw, 50):
        del ticket["priority"]
        ticket |= {"impact": pick(draw, WEIGHTS), "urgency": pick(draw, WEIGHTS)}
    if scope is not None and scope.customer is not None:
        ticket["customer"] = pick(draw, (scope.customer, scope.customer, *CUSTOMERS))
    if scope is not None and scope.channel is not None:
        ticket["channel"] = pick(draw, (scope.channel, scope.channel, *CHANNELS))
    if chance(draw, 10):
        ticket["subject"] = pick(draw, SUBJECTS[:3])
    if chance(draw, 5):
        ticket["parent"] = "T-0"
    return ticket


def _said_by(choice: str | EventSelector) -> dict[str, str]:
    """Return what an event says that a clock has chosen; nothing for one that cannot follow an opening."""
    if isinstance(choice, EventSelector):
        said = {"kind": choice.event, "party": choice.party, "group": choice.group}
        return {key: word for key, word in said.items() if word is not None} if choice.event != "reopened" else {}
    party = {"replied": "provider", "customer_replied": "customer"}.get(choice)
    return {"kind": choice} if party is None else {"kind": "replied", "party": party}


def _started(draw: st.DrawFn, levels: Iterable[BoundLevel], ticket: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the event that starts the first clock that is not started by the opening, where there is one."""
    for level in levels:
        measure = level.program.measure
        if isinstance(measure, ClockMeasure) and "opened" not in measure.clock.start:
            said = _said_by(measure.clock.start[0])
            return [{**said, "at": ticket["events"][0]["at"] + pick(draw, STEPS[:5])}] if said else []
    return []


@st.composite
def stories(draw: st.DrawFn, *, aim: Aim, ref: str) -> dict[str, Any]:
    """Return a ticket with up to nine events, in the order of their instants in microseconds; few contradict."""
    ticket = _blank(draw, aim, ref)
    weighed = "impact" in ticket
    ticket["events"] = [_event(draw, "opened", _opening(draw, aim, aim.end))]
    if not chance(draw, 25):
        ticket["events"] += _started(draw, aim.in_scope(ticket), ticket)
    for _ in range(pick(draw, LENGTHS)):
        kinds = [event["kind"] for event in ticket["events"]]
        kind = pick(draw, _CONTRADICTIONS if chance(draw, 2) else _next_kinds(kinds))
        ticket["events"].append(_event(draw, kind, _next_instant(draw, aim, ticket), weighed=weighed))
    return ticket


def _plain_ticket(draw: st.DrawFn, aim: Aim, level: BoundLevel, ref: str, *, met: bool) -> dict[str, Any]:
    """Return a ticket that is resolved at the last moment, or one microsecond too late."""
    scope = level.program.scope
    ticket: dict[str, Any] = {
        "ref": ref,
        "service": scope.service or SERVICES[0],
        "type": scope.type or TYPES[0],
        "priority": pick(draw, PRIORITIES[:2]),
    }
    ticket |= {name: word for name in ("customer", "channel") if (word := getattr(scope, name)) is not None}
    opened = _opening(draw, aim, aim.start + (aim.end - aim.start) // 2)
    ticket["events"] = [{"kind": "opened", "at": max(opened, aim.start)}]
    ticket["events"] += _started(draw, [level], ticket)
    deadline = aim.deadline(level, ticket)
    at = ticket["events"][0]["at"] + HOUR if deadline is None else deadline + (0 if met else 1)
    ticket["events"].append({"kind": "resolved", "at": at})
    return ticket


@st.composite
def exact_tickets(draw: st.DrawFn, *, aim: Aim, level: BoundLevel, most: int) -> list[dict[str, Any]]:
    """Return tickets of which exactly the promised share is in time, or one fewer; none where that takes too many."""
    clause = aim.contract.clause(level.program.clause)
    share = clause.target.bound.ratio  # type: ignore[attr-defined]  # the caller gives attainment levels, which have one
    measure = level.program.measure
    least = measure.minimum if isinstance(measure, Attainment) else 1
    count = share.denominator * -(-least // share.denominator)
    if count > most:
        return []
    met = share.numerator * (count // share.denominator) - chance(draw, 25)
    return [_plain_ticket(draw, aim, level, f"X-{n + 1}", met=n < met) for n in range(count)]
