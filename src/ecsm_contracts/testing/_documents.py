"""Whole contracts, as plain data and as models."""

from __future__ import annotations

import json
from datetime import date
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from hypothesis import strategies as st

from ecsm_contracts._model import canonical_json
from ecsm_contracts.contracts import Contract, Document, contract_from_document
from ecsm_contracts.money import ROUNDING_MODES
from ecsm_contracts.testing._choices import OFTEN, PLACES, Place, chance, pick
from ecsm_contracts.testing._clauses import SERVICES, Terms, charges, credits, levels, limits, reliefs
from ecsm_contracts.testing._hours import calendar_documents, holiday_documents
from ecsm_contracts.testing._values import CURRENCIES

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["contract_documents", "contract_of", "contracts"]

TITLES = ("Managed service", '=HYPERLINK("x")', "<b>&amp;</b>", "-5 | *stars* ` _x_", "ünïcødé 日本", "@home, 'quoted'")
"""Titles; most of them try something on whoever shows them."""


@lru_cache(maxsize=8)
def _parsed(text: str) -> Contract:
    return contract_from_document(Document.of(json.loads(text)))


def contract_of(document: dict[str, Any]) -> Contract:
    """Return the contract that a plain *document* holds; the last few are kept, with their compiled calendars."""
    return _parsed(canonical_json(document))


def _term(draw: st.DrawFn, place: Place) -> dict[str, str]:
    """Return a term of one to two years around a month in which the clocks of the place do something unusual."""
    year, month = pick(draw, place.months)
    months = year * 12 + month - 1 - draw(st.integers(0, 13))
    start = date(months // 12, months % 12 + 1, 15 if chance(draw, 10) else 1)
    months += pick(draw, (15, 24, 18))
    return {"start": start.isoformat(), "end": date(months // 12, months % 12 + 1, 1).isoformat()}


def _calendars(draw: st.DrawFn, place: Place) -> dict[str, dict[str, Any]]:
    found = {"desk": draw(calendar_documents(place=place))}
    if chance(draw, 50):
        other = pick(draw, PLACES) if chance(draw, 40) else place
        found["second"] = draw(calendar_documents(place=other))
    return found


def _clauses(draw: st.DrawFn, currency: str, calendars: Sequence[str]) -> list[dict[str, Any]]:
    fees, ties = draw(charges(currency=currency))
    terms = Terms(currency, ties, tuple(calendars))
    promised = draw(levels(terms=terms))
    priced = draw(credits(terms=terms, levels=promised))
    limited = draw(limits(terms=terms, credits=priced))
    found = [*fees, *promised, *priced, *limited, *draw(reliefs(levels=promised))]
    for clause in found:
        if chance(draw, 10):
            clause["title"] = pick(draw, TITLES)
    return draw(st.permutations(found)) if chance(draw, 20) else found


@st.composite
def _documents(draw: st.DrawFn) -> dict[str, Any]:
    place = pick(draw, OFTEN)
    term = _term(draw, place)
    calendars = _calendars(draw, place)
    currency = pick(draw, CURRENCIES)
    document: dict[str, Any] = {
        "schema": "ecsm.contract/1",
        "ref": "C-1",
        "title": pick(draw, TITLES),
        "agreement": pick(draw, ("sla", "ola", "underpinning")),
        "parties": {"provider": "Northwind Support", "customer": "Acme Ltd"},
        "term": term,
        "zone": place.zone,
        "currency": currency,
        "billing": {"cycle": "month", "anchor_day": 1},
        "calendars": calendars,
        "services": [{"ref": ref, "title": ref.title(), "hours": "desk"} for ref in SERVICES],
        "clauses": _clauses(draw, currency, list(calendars)),
        "settlement": {
            "entitlement": "automatic",
            "instrument": pick(draw, ("deduction", "credit_note")),
            "rounding": {"mode": pick(draw, ROUNDING_MODES), "at": "line"},
            "tax": "price_reduction",
        },
    }
    if chance(draw, 30):
        document["priorities"] = {"impact": {"low": {"low": "P4", "high": "P2"}, "high": {"low": "P2", "high": "P1"}}}
    if chance(draw, 30):
        years = (int(term["start"][:4]) - 2, int(term["end"][:4]) + 2)
        document["holidays"] = {"days-off": draw(holiday_documents(place=place, years=years))}
        calendars["desk"]["holidays"] = "days-off"
    return document


def contract_documents() -> st.SearchStrategy[dict[str, Any]]:
    """
    Return a strategy for contracts as plain data, the form of a JSON document; all of them are valid.

    Every choice that a document offers is drawn: measures, clocks, targets, bands, limits with several credits, relief,
    rounding. Charges and rates are chosen so that amounts fall on exact ties, and limits so that they bind.
    """
    return _documents()


def contracts() -> st.SearchStrategy[Contract]:
    """Return a strategy for contracts; see `contract_documents`."""
    return _documents().map(contract_of)
