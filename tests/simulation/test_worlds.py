"""Worlds come from their seeds alone, and bad records in them harm nobody."""

from __future__ import annotations

import dataclasses
import os
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest

import ecsm_contracts as ec
from ecsm_contracts.simulation import Desk, Traffic, World, random_desk, simulate

from .compare import assert_nobody_harmed, contract_of, lines_of, statements_of

SOURCES = Path(__file__).parents[2] / "src"
PROGRAM = """
import hashlib
from datetime import date
from ecsm_contracts.simulation import random_desk, simulate
for seed in ("a", 7):
    desk = random_desk(seed)
    world = simulate(desk, seed=seed, start=date(2026, 1, 24), end=date(2026, 2, 2))
    text = repr((desk.contract_text(), world.months, world.tickets, world.bad, world.records()))
    print(hashlib.sha256(text.encode()).hexdigest())
"""


@pytest.mark.sweep
def test_a_world_is_the_same_under_every_hash_seed() -> None:
    """Contract, truth and records of a seed do not depend on the hash seed or the zone of the machine."""
    outputs = set()
    for hash_seed, zone in (("0", "UTC"), ("1", "Asia/Kathmandu"), ("4294967295", "America/New_York")):
        surroundings = {**os.environ, "PYTHONHASHSEED": hash_seed, "TZ": zone, "PYTHONPATH": str(SOURCES)}  # noqa: TID251
        done = subprocess.run(
            [sys.executable, "-c", PROGRAM], env=surroundings, capture_output=True, text=True, check=True
        )
        outputs.add(done.stdout)
    assert len(outputs) == 1
    assert len(set(outputs.pop().split())) == 2


def test_a_world_is_made_again_by_its_arguments() -> None:
    """The same desk and seed give equal truths and records; another seed gives others."""
    start, end = date(2026, 1, 1), date(2026, 1, 12)
    first, second, third = (simulate(Desk(), seed=seed, start=start, end=end) for seed in (5, 5, 6))
    assert (first.months, first.tickets, first.records()) == (second.months, second.tickets, second.records())
    assert first.tickets != third.tickets
    assert random_desk(5) == random_desk(5) != random_desk(6)


@pytest.mark.parametrize("seed", [0, 3])
def test_bad_records_are_listed_and_harm_nobody(seed: int) -> None:
    """A statement lists exactly the bad records, is provisional, and has the lines and rows of one without them."""
    assert_nobody_harmed(seed)  # more seeds in test_agreement.py, whose worlds they are


@pytest.fixture(scope="module")
def rotten() -> World:
    """A world with every kind of bad record."""
    traffic = Traffic(tickets_per_day=5, bad_records=250, redelivered=40)
    return simulate(Desk(traffic=traffic), seed="rotten", start=date(2026, 1, 1), end=date(2026, 3, 1))


def test_files_with_every_kind_of_bad_record_read_alike(rotten: World, tmp_path: Path) -> None:
    """Written to files, with lines that are no records, the same records are listed and the truth is found."""
    rotten.write(tmp_path)
    statements = statements_of(rotten, ec.read_facts(tmp_path))
    for statement, truth in zip(statements, rotten.months, strict=True):
        listed = sorted((bad.kind, bad.ref, bad.code) for bad in statement.rejected)
        assert listed == rotten.rejections(truth.month, lines=True)
        assert lines_of(statement) == [(line.clause, line.minor) for line in truth.lines]
    assert len(rotten.rejections("2026-01")) < len(rotten.rejections("2026-02"))


def test_every_way_to_be_bad_occurs(rotten: World) -> None:
    """The world knows all tables and at least twenty reasons for which a record is refused."""
    assert {bad.kind for bad in rotten.bad} == {"ticket", "outage", "notice", "work"}
    codes = {(bad.kind, bad.code) for bad in rotten.bad}
    assert len(codes) == 32
    assert {("ticket", "contradiction"), ("work", "duplicate_identity"), ("ticket", "instant_naive")} <= codes


def test_redelivered_records_are_one(rotten: World) -> None:
    """Records that come twice, written in another way, enter the facts once."""
    records = rotten.records()
    good = {kind: {record["ref"] for record in rotten.tables[kind]} for kind in rotten.tables}
    assert all(sum(r["ref"] in good[kind] for r in records[kind]) > len(good[kind]) for kind in good)
    facts = ec.facts_from_records(**records)
    assert [outage for outage in facts.outages if outage.ref in good["outages"]] == list(rotten.facts().outages)


def test_months_before_the_term_are_lived_through_and_not_settled() -> None:
    """A world may begin before its contract, and end within a month, which then has no truth."""
    desk = dataclasses.replace(random_desk("early", term_start=date(2026, 2, 1)))
    world = simulate(desk, seed=1, start=date(2026, 1, 20), end=date(2026, 3, 5))
    assert [month.month for month in world.months] == ["2026-02"]
    assert statements_of(world, world.facts())[0].period.label == "2026-02"
    assert contract_of(desk).ref == "SIM-early"
