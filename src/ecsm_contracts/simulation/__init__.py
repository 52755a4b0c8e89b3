"""
A seeded help desk that keeps the ground truth as it goes.

A world lives through its minutes one by one: agents come on shift, tickets arrive, wait, are resolved and reopened,
services break, maintenance is announced, and now and then a record is written that no one can believe. What every
promise of its contract comes to is counted on the way, by reading a wall clock each minute, and not computed
afterwards. So what a library makes of the records can be compared with what really happened.

    from datetime import date
    import ecsm_contracts as ec
    from ecsm_contracts.simulation import random_desk, simulate

    desk = random_desk(7)
    world = simulate(desk, seed=7, start=date(2026, 1, 1), end=date(2026, 3, 1))
    contract = ec.parse_contract(desk.contract_text(), form="json")
    facts = ec.facts_from_records(**world.records())
    january = ec.evaluate(contract, facts, period="2026-01")
    assert january.total.value.minor == world.months[0].total
"""

from ecsm_contracts.simulation._bad import BadRecord
from ecsm_contracts.simulation._desk import Desk, Traffic
from ecsm_contracts.simulation._random_desk import random_desk
from ecsm_contracts.simulation._terms import (
    ALWAYS,
    Amount,
    Bands,
    ClockTerms,
    CreditTerms,
    Holidays,
    Hours,
    LimitTerms,
    ReliefTerms,
    Share,
    Shift,
    TicketPromise,
    UptimePromise,
)
from ecsm_contracts.simulation._truth import LevelTruth, LineTruth, MonthTruth, ServiceTruth, TicketTruth
from ecsm_contracts.simulation._world import World, simulate

__all__ = [
    "ALWAYS",
    "Amount",
    "BadRecord",
    "Bands",
    "ClockTerms",
    "CreditTerms",
    "Desk",
    "Holidays",
    "Hours",
    "LevelTruth",
    "LimitTerms",
    "LineTruth",
    "MonthTruth",
    "ReliefTerms",
    "ServiceTruth",
    "Share",
    "Shift",
    "TicketPromise",
    "TicketTruth",
    "Traffic",
    "UptimePromise",
    "World",
    "random_desk",
    "simulate",
]
