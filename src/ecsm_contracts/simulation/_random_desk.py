"""Desks by the thousand: other zones, hours, holidays, targets, prices and limits for every seed."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Literal

from ecsm_contracts.simulation._desk import Desk, Traffic
from ecsm_contracts.simulation._random_prices import Draw, draw_credits, draw_limits
from ecsm_contracts.simulation._terms import (
    ALWAYS,
    ClockTerms,
    Holidays,
    Hours,
    ReliefTerms,
    Shift,
    TicketPromise,
    UptimePromise,
)

__all__ = ["random_desk"]

ZONES = (
    *("Europe/Amsterdam", "Europe/Amsterdam", "Europe/London", "Europe/Dublin", "America/New_York", "America/St_Johns"),
    *("America/Santiago", "Africa/Casablanca", "Africa/Cairo", "Asia/Beirut", "Asia/Kolkata", "Asia/Kathmandu"),
    *("Asia/Tokyo", "Australia/Lord_Howe", "Australia/Sydney", "Pacific/Chatham", "Pacific/Kiritimati", "UTC"),
)
WEEKS = (
    (Shift(0, 4, 480, 1080),),
    (Shift(0, 4, 540, 720), Shift(0, 4, 780, 1050)),
    (Shift(0, 4, 480, 1080), Shift(5, 5, 540, 780)),
    (Shift(0, 6, 420, 1320),),
    (Shift(0, 6, 1320, 360),),
    (Shift(0, 4, 1200, 240), Shift(6, 6, 60, 210)),
    (Shift(6, 6, 0, 1440), Shift(0, 3, 360, 1440), Shift(4, 4, 360, 1080)),
    ALWAYS,
)
Reopened = Literal["continue_without", "continue_with_closed_time", "restart"]
Changed = Literal["restart", "keep_elapsed", "new_only"]
REOPENED: tuple[Reopened, ...] = ("continue_without", "continue_without", "continue_with_closed_time", "restart")
CHANGED: tuple[Changed, ...] = ("restart", "keep_elapsed", "new_only")
CURRENCIES = ("EUR", "EUR", "GBP", "USD", "JPY", "KWD")


def _targets(draw: Draw, rows: tuple[tuple[int, ...], ...]) -> tuple[tuple[str, int | None], ...]:
    first, second, other = (draw.of(row) for row in rows)
    rest: int | None = None if draw.to(1, 6) == 1 else other
    return ("P1", first), ("P2", second), ("P4", None if draw.to(1, 5) == 1 else 2 * other), ("otherwise", rest)


def _answered(draw: Draw) -> TicketPromise:
    clock = ClockTerms(
        draw.one(("replied", "resolved"), ("acknowledged", "replied", "resolved")),
        (),
        "continue_without",
        "first",
        "new_only",
    )
    if draw.to(1, 4) == 1:
        changed: Literal["keep_elapsed", "restart"] = draw.one("keep_elapsed", "restart")
        clock = ClockTerms(("resolved",), ("vendor",), "restart", draw.one("last", "worst"), changed)
    return TicketPromise(
        ref="4.1",
        title="Incidents are answered in time",
        service="desk",
        type="incident",
        measure="ticket_time",
        clock=clock,
        hours="desk",
        targets=_targets(draw, ((15, 30, 60), (30, 60, 120), (120, 240, 480))),
    )


def _resolved(draw: Draw) -> TicketPromise:
    reopened: Reopened = draw.of(REOPENED)
    changed: Changed = "new_only" if reopened == "continue_with_closed_time" else draw.of(CHANGED)
    holds = draw.one(("customer",), ("customer",), ("customer", "vendor"), ())
    return TicketPromise(
        ref="4.2",
        title="Incidents are resolved in time",
        service="desk",
        type="incident",
        measure="attainment",
        clock=ClockTerms(("resolved",), holds, reopened, draw.one("last", "last", "worst"), changed),
        hours=draw.one("desk", "desk", "desk", "always"),
        targets=_targets(draw, ((120, 240), (240, 480), (960, 1440, 2400))),
        population=draw.one("due", "due", "due", "resolved"),
        minimum=draw.one(1, 1, 5, 30),
        when_too_few=draw.one("met", "not_measured"),
        at_least=draw.one(8000, 9000, 9500, 9950),
    )


def _uptimes(draw: Draw) -> tuple[UptimePromise, ...]:
    hours = draw.one("always", "always", "desk")
    mail = UptimePromise(
        ref="4.3", title="Mail is up", service="mail", hours=hours, at_least=draw.one(9900, 9990, 9999)
    )
    everything = UptimePromise(
        ref="4.8", title="Everything is up", service=None, hours=draw.one("always", "desk"), at_least=9900
    )
    return (mail, everything) if draw.to(0, 1) else (mail,)


def _reliefs(draw: Draw, uptimes: tuple[UptimePromise, ...]) -> tuple[ReliefTerms, ...]:
    refs = tuple(each.ref for each in uptimes)
    denominator: Literal["leaves", "stays"] = draw.one("leaves", "stays")
    planned = ReliefTerms(
        ref="5.1", title="Planned maintenance", notices=("maintenance",), levels=refs, denominator=denominator
    )
    beyond = ReliefTerms(
        ref="5.2", title="Beyond control", notices=("force_majeure",), levels=refs[:1], denominator="stays"
    )
    tickets = ReliefTerms(
        ref="5.3",
        title="Maintenance of the desk",
        notices=("maintenance",),
        levels=draw.one(("4.1", "4.2"), ("4.2",)),
        denominator=None,
    )
    return (planned, beyond, tickets)[: draw.to(0, 3)]


def _hours(draw: Draw, zone: str, start: date, last: date) -> tuple[tuple[str, Hours], ...]:
    special = tuple(
        (day, draw.one((), ((600, 840),), ((0, 90), (1380, 1440)), ((0, 1440),)))
        for day in draw.days(draw.to(0, 4), start, last)
    )
    yearly = draw.one((), ((12, 25),), ((3, 17), (10, 26), (1, 1)))
    desk = Hours(zone, draw.of(WEEKS), draw.to(0, 1) == 1, yearly, special)
    other = zone if draw.to(0, 2) else draw.of(ZONES)
    return ("desk", desk), ("always", Hours(other, ALWAYS))


def _traffic(draw: Draw) -> Traffic:
    tickets = draw.one(3, 6, 10)
    return Traffic(
        tickets_per_day=tickets,
        agents=max(1, tickets // 3 - draw.to(0, 1)),
        night_agents=draw.one(0, 0, 1),
        work_minutes=draw.one(30, 60, 80),
        customer_holds=draw.to(10, 35),
        hold_minutes=draw.one(600, 3000, 6000),
        reopened=draw.to(5, 30),
        reprioritised=draw.to(5, 40),
        cancelled=draw.to(6, 20),
        outages_per_month=draw.to(1, 4),
        outage_minutes=draw.one(20, 90, 700),
        notices_per_month=draw.to(1, 3),
        bad_records=draw.to(3, 12),
    )


def random_desk(seed: str | int, *, term_start: date = date(2026, 1, 1)) -> Desk:
    """
    Return a desk whose zone, hours, holidays, targets, prices, limits and traffic all come from *seed*.

    Args:
        seed: What all chance comes from.

        term_start: The first day of the contract's term of two years, a first of a month.
    """
    draw = Draw(f"{seed}:desk")
    last = term_start.replace(year=term_start.year + 2) - timedelta(1)
    zone, currency = draw.of(ZONES), draw.of(CURRENCIES)
    charge = draw.one(2_000_000, 1_234_567, 99_999, draw.to(50_000, 9_999_999))
    uptimes = _uptimes(draw)
    holidays = draw.days(12, term_start, last) + draw.days(2, term_start, term_start + timedelta(60))
    years = f"{term_start.year - 1}-{last.year}"
    return Desk(
        ref=f"SIM-{seed}",
        title=f"A desk of seed {seed}",
        term_start=term_start,
        term_end=last + timedelta(1),
        zone=zone if draw.to(0, 3) else draw.of(ZONES),
        currency=currency,
        charge=charge,
        hours=_hours(draw, zone, term_start, last),
        holidays=Holidays("days", "ZZ", years, "drawn", tuple(sorted(set(holidays)))),
        services=draw.one(("desk", "mail"), ("desk", "mail", "files")),
        promises=(_answered(draw), _resolved(draw)),
        uptimes=uptimes,
        credits=draw_credits(draw, charge // 5000, uptimes),
        limits=draw_limits(draw),
        reliefs=_reliefs(draw, uptimes),
        rounding=draw.one("half_up", "half_even", "half_down", "up", "down", "ceiling", "floor"),
        traffic=_traffic(draw),
    )
