"""The contract of a simulated desk as a document: the only place where its terms meet the form of contracts."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from ecsm_contracts.simulation._terms import ALWAYS, Amount, Bands

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ecsm_contracts.simulation._desk import Desk
    from ecsm_contracts.simulation._terms import (
        CreditTerms,
        Hours,
        LimitTerms,
        Price,
        ReliefTerms,
        Shift,
        TicketPromise,
        UptimePromise,
    )

__all__ = ["contract_of", "json_text", "yaml_text"]

CHARGE = "3.1"
_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_DECIMALS = {"JPY": 0, "KWD": 3}
_TITLES = {"desk": "Service desk", "mail": "Mail"}
_OUTCOMES = {"desk": "people can work", "mail": "people can write to each other"}


def _percent(hundredths: int) -> str:
    whole, rest = divmod(hundredths, 100)
    return f"{whole}.{rest:02}".rstrip("0").rstrip(".") + "%" if rest else f"{whole}%"


def _money(minor: int, currency: str) -> str:
    decimals = _DECIMALS.get(currency, 2)
    whole, rest = divmod(minor, 10**decimals)
    return f"{currency} {whole}.{rest:0{decimals}}" if decimals else f"{currency} {whole}"


def _time(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"


def _shift(shift: Shift) -> str:
    days = _DAYS[shift.first] if shift.first == shift.last else f"{_DAYS[shift.first]}-{_DAYS[shift.last]}"
    return f"{days} {_time(shift.start)}-{_time(shift.end)}"


def _calendar(hours: Hours, holidays: str) -> dict[str, Any]:
    texts = ["always"] if hours.shifts == ALWAYS else [_shift(shift) for shift in hours.shifts]
    document: dict[str, Any] = {"zone": hours.zone, "hours": texts}
    if hours.holidays:
        document["holidays"] = holidays
    if hours.yearly:
        document["yearly_holidays"] = [f"{month:02}-{day:02}" for month, day in hours.yearly]
    if hours.special:
        document["special_days"] = [
            {
                "date": day.isoformat(),
                "hours": " ".join(f"{_time(start)}-{_time(end)}" for start, end in spans) or "closed",
            }
            for day, spans in hours.special
        ]
    return document


def _duration(minutes: int | None) -> str:
    if minutes is None:
        return "none"
    whole, rest = divmod(minutes, 60)
    return (f"{whole}h" if whole else "") + (f"{rest}min" if rest or not whole else "")


def _ticket_level(promise: TicketPromise) -> dict[str, Any]:
    clock = promise.clock
    measure: dict[str, Any] = {
        "kind": promise.measure,
        "clock": {
            "start": ["opened"],
            "stop": list(clock.stops),
            "hours": promise.hours,
            "holds": list(clock.holds),
            "reopened": clock.reopened,
            "attempt": clock.attempt,
            "changed": clock.changed,
        },
        "within": {"by": "priority", **{name: _duration(minutes) for name, minutes in promise.targets}},
    }
    clause = {"ref": promise.ref, "kind": "service_level", "title": promise.title}
    scoped = {**clause, "scope": {"service": promise.service, "type": promise.type}, "measure": measure}
    if promise.measure == "ticket_time":
        return scoped
    measure |= {"population": promise.population, "minimum": promise.minimum, "when_too_few": promise.when_too_few}
    return {**scoped, "target": {"at_least": _percent(promise.at_least)}}


def _uptime_level(promise: UptimePromise) -> dict[str, Any]:
    return {
        "ref": promise.ref,
        "kind": "service_level",
        "title": promise.title,
        "scope": {} if promise.service is None else {"service": promise.service},
        "measure": {"kind": "availability", "hours": promise.hours},
        "target": {"at_least": _percent(promise.at_least)},
    }


def _price(price: Price, currency: str) -> str:
    return _money(price.minor, currency) if isinstance(price, Amount) else _percent(price.hundredths)


def _credit(credit: CreditTerms, currency: str) -> dict[str, Any]:
    document: dict[str, Any] = {
        "ref": credit.ref,
        "kind": "service_credit",
        "title": credit.title,
        "levels": list(credit.levels),
        "per": credit.per,
    }
    if credit.per == "late_time":
        document |= {"unit": _duration(credit.unit), "part": credit.part}
    if isinstance(credit.rate, Bands):
        rows = credit.rate.rows
        document["rate"] = {
            "bands": [
                {**({} if edge is None else {"below": _percent(edge)}), "is": _price(price, currency)}
                for edge, price in rows
            ]
        }
        shared = not isinstance(rows[0][1], Amount)
    else:
        document["rate"] = _price(credit.rate, currency)
        shared = not isinstance(credit.rate, Amount)
    return {**document, "of": CHARGE} if shared else document


def _limit(limit: LimitTerms, currency: str) -> dict[str, Any]:
    document: dict[str, Any] = {"ref": limit.ref, "kind": "limit", "title": limit.title, "credits": list(limit.credits)}
    document["at_most"] = _price(limit.at_most, currency)
    if not isinstance(limit.at_most, Amount):
        document["of"] = CHARGE
    return {**document, "window": limit.window, "excess": "forfeit"}


def _relief(relief: ReliefTerms) -> dict[str, Any]:
    document: dict[str, Any] = {"ref": relief.ref, "kind": "relief", "title": relief.title}
    document |= {"notices": list(relief.notices), "levels": list(relief.levels), "treatment": "exclude"}
    return document if relief.denominator is None else {**document, "denominator": relief.denominator}


def _clauses(desk: Desk) -> Iterator[dict[str, Any]]:
    fee = _money(desk.charge, desk.currency)
    yield {"ref": CHARGE, "kind": "charge", "title": "Monthly fee", "amount": fee, "every": "month"}
    yield from map(_ticket_level, desk.promises)
    yield from map(_uptime_level, desk.uptimes)
    yield from (_credit(credit, desk.currency) for credit in desk.credits)
    yield from (_limit(limit, desk.currency) for limit in desk.limits)
    yield from map(_relief, desk.reliefs)


def _service(name: str) -> dict[str, Any]:
    document: dict[str, Any] = {"ref": name, "title": _TITLES.get(name, name.capitalize())}
    if name in _OUTCOMES:
        document["outcome"] = _OUTCOMES[name]
    document["hours"] = "desk" if name == "desk" else "always"
    return {**document, "channels": ["phone", "portal"] if name == "desk" else ["portal"]}


def contract_of(desk: Desk) -> dict[str, Any]:
    """Return the contract of *desk* as plain data."""
    days = desk.holidays
    return {
        "schema": "ecsm.contract/1",
        "ref": desk.ref,
        "title": desk.title,
        "agreement": "sla",
        "parties": {"provider": desk.provider, "customer": desk.customer},
        "term": {"start": desk.term_start.isoformat(), "end": desk.term_end.isoformat()},
        "zone": desk.zone,
        "currency": desk.currency,
        "billing": {"cycle": "month", "anchor_day": 1},
        "calendars": {name: _calendar(hours, days.name) for name, hours in desk.hours},
        "holidays": {
            days.name: {
                "country": days.country,
                "years": days.years,
                "source": days.source,
                "days": [day.isoformat() for day in days.days],
            }
        },
        "services": [_service(name) for name in desk.services],
        "clauses": list(_clauses(desk)),
        "settlement": {
            "entitlement": "automatic",
            "instrument": "deduction",
            "rounding": {"mode": desk.rounding, "at": "line"},
            "tax": "price_reduction",
        },
    }


def json_text(contract: dict[str, Any]) -> str:
    """Return a *contract* as indented JSON."""
    return json.dumps(contract, ensure_ascii=False, indent=2) + "\n"


def yaml_text(contract: dict[str, Any]) -> str:
    """Return a *contract* as YAML: a line for each field, and one for each entry of its lists and tables."""
    lines: list[str] = []
    for key, value in contract.items():
        if isinstance(value, list):
            lines += [f"{key}:", *(f"  - {json.dumps(entry, ensure_ascii=False)}" for entry in value)]
        elif isinstance(value, dict):
            entries = (
                f"  {json.dumps(name)}: {json.dumps(entry, ensure_ascii=False)}" for name, entry in value.items()
            )
            lines += [f"{key}:", *entries]
        else:
            lines.append(f"{key}: {json.dumps(value, ensure_ascii=False)}")
    return "\n".join(lines) + "\n"
