"""A statement repeats where its facts come from, and is not verified against others."""

import copy
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import ecsm_contracts as ec
from ecsm_contracts._model import digest
from ecsm_contracts.statements import Statement, statement_from_data
from tests.engine.world import JANUARY, acme, incident, january, statement, tickets

ORIGIN: dict[str, Any] = {"ref": "log", "title": "Log of the desk", "assumes": ["Zone: Europe/Rome"], "unrecorded": []}
GAP: dict[str, Any] = {**ORIGIN, "ref": "gap", "assumes": [], "unrecorded": ["replied"]}


def settled(*origins: dict[str, Any]) -> Statement:
    """The statement of January, from facts with these origins."""
    return ec.evaluate(acme(), january(origins=list(origins)), period=JANUARY)


def sealed(data: dict[str, Any]) -> dict[str, Any]:
    """The statement as a forger would leave it, who knows how the seals are made."""
    body = {key: value for key, value in data.items() if key not in {"made_by", "seals"}}
    return data | {"seals": {"content": digest(body), "made_by": digest(data["made_by"])}}


def failures(data: dict[str, Any], facts: ec.Facts | None = None) -> tuple[str, ...]:
    """What `verify` finds in a statement that was read from *data*."""
    with pytest.raises(ec.VerificationError) as caught:
        ec.verify(statement_from_data(data), facts)
    return caught.value.failures


def test_without_origins_there_is_no_such_key() -> None:
    """A statement of facts that say nothing of where they come from is written as it was before there were origins."""
    data = statement().to_data()
    assert "origins" not in data
    assert statement_from_data(json.loads(json.dumps(data))).origins == ()
    assert str(ec.verify(statement_from_data(data), january())).startswith("verified")


def test_origins_read_back_as_the_same_bytes(tmp_path: Path) -> None:
    """Origins are written in the order of their identities, read back, and verified with and without facts."""
    made = settled(ORIGIN, GAP)
    assert [each["ref"] for each in made.to_data()["origins"]] == ["gap", "log"]
    ec.write_statement(made, tmp_path / "january.json")
    again = ec.read_statement(tmp_path / "january.json")
    assert again == made
    assert again.to_json() == made.to_json()
    assert again.origins == made.origins
    assert not again.faults
    assert ec.verify(again, january(origins=[GAP, ORIGIN])).with_facts


def test_origins_are_content() -> None:
    """Facts from another source are other facts, though every figure may be the same."""
    seen = {settled(*origins).to_data()["content"]["facts"] for origins in ((), (ORIGIN,), (ORIGIN, GAP))}
    assert len(seen) == 3
    assert settled(ORIGIN).to_data()["figures"] == statement().to_data()["figures"]


@pytest.mark.parametrize("origins", [[], [GAP], [{**ORIGIN, "assumes": []}], [ORIGIN, GAP]])
def test_other_origins_are_named(origins: list[dict[str, Any]]) -> None:
    """Verified with facts of another origin, the statement is refused, and the origins are named."""
    found = failures(settled(ORIGIN).to_data(), january(origins=origins))
    assert any(each.startswith("origins: the facts come from elsewhere") for each in found)


def drop_an_assumption(data: dict[str, Any]) -> None:
    """One assumption less."""
    data["origins"][1]["assumes"] = []


def add_an_origin(data: dict[str, Any]) -> None:
    """One origin more, which assumes what the other does."""
    data["origins"].append({**ORIGIN, "ref": "more"})


def close_the_gap(data: dict[str, Any]) -> None:
    """A gap that is not told."""
    data["origins"][0]["unrecorded"] = []


def drop_all(data: dict[str, Any]) -> None:
    """No origins."""
    del data["origins"]


FACTS = "facts: the statement was made from another one, by its rows, rejected records, unlisted items and origins"


@pytest.mark.parametrize(
    ("change", "named"),
    [
        (drop_an_assumption, FACTS),
        (add_an_origin, FACTS),
        (close_the_gap, "assessment 1 (clause 4.1): settling again gives another one"),
        (drop_all, "assessment 1 (clause 4.1): settling again gives another one"),
    ],
)
def test_a_forged_origin_is_found_without_facts(change: Callable[[dict[str, Any]], None], named: str) -> None:
    """Someone who takes an assumption out, adds one, or takes the gap away and makes new seals, is found out."""
    data = copy.deepcopy(settled(ORIGIN, GAP).to_data())
    change(data)
    assert named in failures(sealed(data))
    assert "seals.content: the seal does not fit the content" in failures(data)


def test_a_measured_level_cannot_be_passed_off_as_not_recorded() -> None:
    """Someone who adds a gap to a statement with misses, to be rid of them, is found out without the facts."""
    data = copy.deepcopy(statement().to_data())
    data["origins"] = [GAP]
    assert "assessment 1 (clause 4.1): settling again gives another one" in failures(sealed(data))


def test_what_is_not_recorded_is_not_measured() -> None:
    """A promise of first answers is not measured where replies are not recorded, and its figure names the origin."""
    made = settled(GAP, ORIGIN)
    assert {each.clause: each.outcome for each in made.assessments}["4.1"] == "not_measured"
    assert not any(count for each in made.assessments if each.clause == "4.1" for _, count in each.counts)
    assert made["4.1"].rule == "not recorded/1"
    assert "origin gap" in made["4.1"].sources()
    assert "origin log" not in made["4.1"].sources()
    others = {each.clause: each for each in made.assessments if each.clause != "4.1"}
    assert others == {each.clause: each for each in statement().assessments if each.clause != "4.1"}


def test_nothing_is_owed_for_what_is_not_recorded() -> None:
    """Tickets that nobody answered cost EUR 50 each; where replies are not recorded, they cost nothing."""
    silent = [{**each, "events": [each["events"][0], each["events"][2]]} for each in (incident(n) for n in range(3))]
    without = ec.evaluate(acme(), january(tickets=silent), period=JANUARY)
    recorded = ec.evaluate(acme(), january(tickets=silent, origins=[GAP]), period=JANUARY)
    assert [line.clause for line in without.lines if line.clause == "4.4"] == ["4.4"]
    assert [line.clause for line in recorded.lines if line.clause == "4.4"] == []


def test_parts_keep_the_origins() -> None:
    """Observed in parts, the statement has the same origins, and the same bytes."""
    facts = january(tickets=tickets(7), origins=[GAP, ORIGIN])
    whole = ec.evaluate(acme(), facts, period=JANUARY)
    assert [ec.evaluate(acme(), facts, period=JANUARY, shards=n).to_json() for n in (2, 5)] == [whole.to_json()] * 2
