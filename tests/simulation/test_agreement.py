"""The engine agrees with what a world counted while it happened."""

from __future__ import annotations

import dataclasses
from datetime import date, timedelta
from fractions import Fraction
from pathlib import Path

import pytest

import ecsm_contracts as ec
from ecsm_contracts.simulation import Amount, Desk, Holidays, LimitTerms, Shift, Traffic, World, random_desk, simulate

from .compare import (
    assert_nobody_harmed,
    contract_of,
    differences,
    disagreements,
    settled,
    statements_of,
    world_of,
)

SEEDS = range(28)
NIGHTS = (Shift(0, 6, 1320, 360),)
ACME = Path(__file__).parents[2] / "examples" / "acme.yaml"


@pytest.mark.sweep
@pytest.mark.parametrize("seed", SEEDS)
def test_the_engine_agrees_with_the_truth(seed: int) -> None:
    """Every number, outcome, ticket, line and total of every month is what the world counted, month after month."""
    world = world_of(seed)
    assert len(world.months) == (1 if seed % 4 == 3 else 2)
    assert disagreements(world, settled(seed)) == []


@pytest.mark.sweep
@pytest.mark.parametrize("seed", [1, 2, *range(4, 12)])
def test_bad_records_are_listed_and_harm_nobody(seed: int) -> None:
    """A statement lists exactly the bad records, is provisional, and has the lines and rows of one without them."""
    assert_nobody_harmed(seed)


@pytest.mark.sweep
@pytest.mark.deep
@pytest.mark.parametrize("seed", range(1000, 1600))
def test_the_engine_agrees_with_the_truth_of_many_more_worlds(seed: int) -> None:
    """The same for hundreds of other desks."""
    assert disagreements(world_of.__wrapped__(seed)) == []


@pytest.mark.sweep
@pytest.mark.parametrize("month", [date(2026, 3, 1), date(2026, 10, 1), date(2026, 11, 1)])
@pytest.mark.parametrize("zone", ["Europe/Amsterdam", "America/New_York", "Australia/Lord_Howe", "Asia/Beirut"])
def test_hours_that_happen_twice_or_never_are_counted_alike(zone: str, month: date) -> None:
    """A desk that is open through the night agrees in the months in which clocks are changed."""
    base = random_desk("night", term_start=month)
    hours = tuple((name, dataclasses.replace(each, zone=zone, shifts=NIGHTS)) for name, each in base.hours)
    desk = dataclasses.replace(base, zone=zone, hours=hours, traffic=Traffic(tickets_per_day=8, night_agents=1))
    end = (month + timedelta(31)).replace(day=1)
    world = simulate(desk, seed=f"{zone} {month}", start=month, end=end)
    assert len(world.tables["tickets"]) > 100
    assert disagreements(world) == []


def _two_years(limit: LimitTerms) -> World:
    desk = Desk(
        term_start=date(2025, 11, 1),
        term_end=date(2027, 11, 1),
        holidays=Holidays("nl-2026", "NL", "2025-2027", "none", ()),
        limits=(limit,),
        traffic=Traffic(tickets_per_day=1, agents=1, outages_per_month=3, bad_records=0),
    )
    return simulate(desk, seed="two years", start=date(2025, 11, 1), end=date(2027, 1, 1))


@pytest.mark.sweep
def test_a_yearly_limit_is_used_up_and_begins_again() -> None:
    """Over fourteen months a limit of the contract year binds, stays used up, and is whole again in the next year."""
    limit = LimitTerms(
        ref="4.7", title="Yearly limit", credits=("4.6", "4.4"), at_most=Amount(555_555), window="contract_year"
    )
    world = _two_years(limit)
    assert disagreements(world) == []
    first_year, second_year = world.months[:12], world.months[12:]
    assert len(second_year) == 2
    given = [sum(line.minor for line in month.lines if line.clause in {"4.4", "4.6", "4.7"}) for month in world.months]
    assert sum(given[:12]) == -555_555
    assert any("4.7" in month.limited and not paid for month, paid in zip(first_year, given, strict=False))
    assert given[12] < 0


def test_the_default_desk_has_the_terms_of_the_example() -> None:
    """The contract of a desk without arguments is examples/acme.yaml, in JSON and in YAML."""
    example = ec.read_contract(ACME)
    assert contract_of(Desk()).digest() == example.digest()
    assert ec.parse_contract(Desk().contract_yaml()).digest() == example.digest()


@pytest.mark.sweep
def test_a_difference_of_one_is_seen() -> None:
    """The comparison is not blind: a truth that is off by one minute, ticket or cent is reported."""
    world = world_of(0)
    statement = statements_of(world, world.facts())[0]
    truth = world.months[0]
    assert differences(statement, truth) == []
    dearer = tuple(dataclasses.replace(line, minor=line.minor + 1) for line in truth.lines)
    assert len(differences(statement, dataclasses.replace(truth, lines=dearer))) == 2
    for place, level in enumerate(truth.levels):
        counts = tuple((name, number + 1) for name, number in level.counts)
        wrong = dataclasses.replace(level, counts=counts)
        levels = (*truth.levels[:place], wrong, *truth.levels[place + 1 :])
        assert len(differences(statement, dataclasses.replace(truth, levels=levels))) == len(counts)


@pytest.mark.sweep
def test_statements_of_worlds_verify_with_their_facts() -> None:
    """A statement made from the records of a world is what it says, every item observed again."""
    world = world_of(1)
    facts = ec.facts_from_records(**world.records())
    for statement in statements_of(world, facts):
        assert ec.verify(statement, facts).with_facts


@pytest.mark.sweep
def test_recorded_effort_is_what_agents_worked() -> None:
    """The effort that cost-to-serve finds in a month is what was booked in it, role by role."""
    world = world_of(2)
    contract, facts = contract_of(world.desk), world.facts()
    currency = world.desk.currency
    rates = [{"role": role, "rate": str(ec.Money.from_minor(6000, currency))} for role in ("agent", "engineer")]
    model = ec.CostModel.model_validate({"rates": rates})
    for statement, truth in zip(statements_of(world, facts), world.months, strict=True):
        found = ec.cost_to_serve(contract, statement, facts, model)
        minutes = sum(effort for _, effort in truth.effort)
        assert minutes > 0
        assert found.effort.value == timedelta(minutes=minutes)
        assert found.cost.value.ratio == Fraction(minutes) * ec.Money.from_minor(100, currency).ratio
