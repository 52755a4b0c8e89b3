"""Clauses in the form of documents, and a context with a tally made up by hand."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from pydantic import TypeAdapter, ValidationError

from ecsm_contracts.calendars import Period
from ecsm_contracts.clauses import AnyClause, Carry, Charge, Clause, Context
from ecsm_contracts.errors import InvalidValue
from ecsm_contracts.figures import Figure, replay
from ecsm_contracts.measures import Tally
from ecsm_contracts.money import Money

if TYPE_CHECKING:
    from collections.abc import Mapping

CLAUSE: TypeAdapter[Clause] = TypeAdapter(AnyClause)
CLOCK = {
    "start": ["opened"], "stop": ["resolved"], "hours": "desk", "holds": [],
    "reopened": "continue_without", "attempt": "last", "changed": "keep_elapsed",
}  # fmt: skip
UPTIME = {"kind": "availability", "hours": "always"}
EACH = {"kind": "ticket_time", "clock": CLOCK, "within": "8h"}
SHARE = {
    "kind": "attainment", "clock": CLOCK, "within": "8h",
    "population": "due", "minimum": 1, "when_too_few": "met",
}  # fmt: skip
FEE = {"ref": "3.1", "kind": "charge", "amount": "EUR 1000.00", "every": "month"}
LEVEL = {"ref": "4.1", "kind": "service_level", "measure": UPTIME, "target": {"at_least": "99.5%"}}
CREDIT = {"ref": "4.5", "kind": "service_credit", "levels": ["4.1"], "per": "level", "rate": "15%", "of": "3.1"}
LIMIT = {
    "ref": "4.6", "kind": "limit", "credits": ["4.5"], "at_most": "10%",
    "of": "3.1", "window": "period", "excess": "forfeit",
}  # fmt: skip
RELIEF = {"ref": "4.9", "kind": "relief", "notices": ["maintenance"], "levels": ["4.1"], "treatment": "exclude"}
MINUTE = 60_000_000
TERM = date(2026, 1, 1)
MARCH = Period.month(2026, 3)
"""The period that is settled: the third of its term and of its contract year."""


def without(data: Mapping[str, Any], *fields: str, **changes: Any) -> dict[str, Any]:
    """Return *data* without some fields and with some changes."""
    return {**{name: value for name, value in data.items() if name not in fields}, **changes}


def read(data: Mapping[str, Any] | Clause) -> Clause:
    """Return the clause that plain data describes."""
    return CLAUSE.validate_python(data)


def codes(caught: ValidationError) -> list[str]:
    """Return the stable codes of what a validation found."""
    causes = [(error.get("ctx", {}).get("error"), error["type"]) for error in caught.errors()]
    return [cause.rule if isinstance(cause, InvalidValue) else kind for cause, kind in causes]


def context_of(
    *clauses: Clause,
    sums: Mapping[str, int] | None = None,
    minutes: int = 43_200,
    used: Mapping[str, str] | None = None,
    carry: Carry | None = None,
) -> Context:
    """Return the context of March, in which *clauses* have settled on a tally of *sums*."""
    given = dict(sums or {})
    charges = [each.amount.currency for each in clauses if isinstance(each, Charge) and isinstance(each.amount, Money)]
    limits = {ref: (TERM, Money.parse(amount)) for ref, amount in (used or {}).items()}
    context = Context(
        charges[0] if charges else "EUR",
        "half_up",
        Tally(tuple(given), tuple(given.values())),
        {each.ref: (minutes * MINUTE, "always") for each in clauses},
        MARCH,
        TERM,
        TERM,
        first_of_year=False,
        carry=carry or Carry.opening("ACME-2026", ends=MARCH.start, limits=limits),
    )
    context.settle(clauses)
    return context


def settle(
    *clauses: Mapping[str, Any],
    sums: Mapping[str, int] | None = None,
    minutes: int = 43_200,
    used: Mapping[str, str] | None = None,
) -> dict[str, Figure[Any]]:
    """Settle *clauses* one after the other on a tally of *sums*, and prove every figure."""
    context = context_of(*(read(each) for each in clauses), sums=sums, minutes=minutes, used=used)
    proved = [*context.settled.values(), *(each for figures in context.aspects.values() for each in figures)]
    assert [failure for figure in proved for failure in replay(figure)] == []
    return context.settled
