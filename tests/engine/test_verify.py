"""A statement that is not what it says is found, and what is wrong with it is named."""

import copy
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import ecsm_contracts as ec
from ecsm_contracts._model import canonical_json, digest
from ecsm_contracts.engine import observe
from ecsm_contracts.errors import EcsmError
from ecsm_contracts.measures import Outcomes
from ecsm_contracts.statements import statement_from_data
from tests.engine.world import JANUARY, acme, incident, january, statement, tickets


def failures(data: dict[str, Any], facts: ec.Facts | None = None) -> tuple[str, ...]:
    """What `verify` finds in a statement that was read from *data*."""
    with pytest.raises(ec.VerificationError) as caught:
        ec.verify(statement_from_data(data), facts)
    return caught.value.failures


def sealed(data: dict[str, Any]) -> dict[str, Any]:
    """The statement as a forger would leave it, who knows how the seals are made."""
    body = {key: value for key, value in data.items() if key not in {"made_by", "seals"}}
    return data | {"seals": {"content": digest(body), "made_by": digest(data["made_by"])}}


def node_of(data: dict[str, Any], name: str) -> dict[str, Any]:
    """The first node with this name."""
    found: dict[str, Any] = next(node for node in data["nodes"].values() if node["name"] == name)
    return found


def test_an_honest_statement_is_verified_and_says_how() -> None:
    """Without facts and with them; the result says which of the two was done."""
    assert "the facts were not looked at" in str(ec.verify(statement()))
    assert "observed again from the facts" in str(ec.verify(statement(), january()))


def test_a_statement_reads_back_as_the_same_bytes(tmp_path: Path) -> None:
    """Writing what was read gives the file again, and the statement is equal to itself."""
    ec.write_statement(statement(), tmp_path / "january.json")
    again = ec.read_statement(tmp_path / "january.json")
    assert again.to_json() == (tmp_path / "january.json").read_text(encoding="utf-8") == statement().to_json()
    assert again == statement()
    assert hash(again) == hash(statement())


@pytest.mark.sweep
def test_one_digit_changed_anywhere_is_found(tmp_path: Path) -> None:
    """Every digit of a statement file, changed by one: reading refuses it, or verifying names what is wrong."""
    text = ec.evaluate(acme(), january(tickets=tickets(3)), period=JANUARY).to_json()
    path = tmp_path / "statement.json"
    for match in list(re.finditer(r"[0-9]", text))[::7]:
        changed = text[: match.start()] + str((int(match[0]) + 1) % 10) + text[match.end() :]
        path.write_text(changed, encoding="utf-8")
        with pytest.raises(EcsmError):
            ec.verify(ec.read_statement(path))


@pytest.mark.deep
def test_each_single_digit_changed_is_found(tmp_path: Path) -> None:
    """The same for every digit, not for every seventh one."""
    text = ec.evaluate(acme(), january(tickets=tickets(3)), period=JANUARY).to_json()
    path = tmp_path / "statement.json"
    for match in re.finditer(r"[0-9]", text):
        path.write_text(text[: match.start()] + str((int(match[0]) + 1) % 10) + text[match.end() :], encoding="utf-8")
        with pytest.raises(EcsmError):
            ec.verify(ec.read_statement(path))


def test_a_changed_figure_is_named() -> None:
    """A digit in the value of a figure: its name is in the message, and what its rule gives from its inputs."""
    data = statement().to_data()
    node_of(data, "attainment")["value"]["ratio"] = "18/20"
    found = failures(data)
    assert any(each.startswith("attainment: its node was changed") for each in found)
    assert any("attainment: it says 90% (9/10), but ratio/1 gives 85% (17/20)" in each for each in found)


def change_a_line(data: dict[str, Any]) -> None:
    """Another amount on a line."""
    data["lines"][1]["amount"] = "EUR -999.00"


def change_the_total(data: dict[str, Any]) -> None:
    """A cent more in the total."""
    data["total"] = "EUR 18000.01"


def change_a_tally(data: dict[str, Any]) -> None:
    """One ticket more in a sum."""
    data["tally"][data["columns"].index("4.2.met")] += 1


def change_a_row(data: dict[str, Any]) -> None:
    """A late ticket made timely."""
    row = next(row for row in data["outcomes"] if row[1] == "T-0")
    row[3 + data["columns"].index("4.2.met")] = 1


def change_a_term(data: dict[str, Any]) -> None:
    """A higher rate in the terms."""
    next(clause for clause in data["terms"]["clauses"] if clause["ref"] == "4.5")["rate"] = "6%"


def change_an_outcome(data: dict[str, Any]) -> None:
    """A missed promise made met."""
    data["assessments"][1]["outcome"] = "met"


def change_a_count(data: dict[str, Any]) -> None:
    """Another count beside a promise."""
    data["assessments"][1]["counts"]["4.2.met"] = 20


def change_the_carry(data: dict[str, Any]) -> None:
    """Another end of the period handed on."""
    data["carry"]["ends"] = "2026-03-01"


def change_a_calendar(data: dict[str, Any]) -> None:
    """Another digest of a calendar."""
    data["content"]["calendars"]["desk"] = "sha256:0"


def change_the_zone_data(data: dict[str, Any]) -> None:
    """Another version of the zone data."""
    data["content"]["zones"]["version"] = "1999a"


def change_the_contract_digest(data: dict[str, Any]) -> None:
    """Another digest of the terms."""
    data["content"]["contract"] = "sha256:0"


def drop_a_line(data: dict[str, Any]) -> None:
    """A line taken out."""
    del data["lines"][-1]


def drop_a_row(data: dict[str, Any]) -> None:
    """A row taken out."""
    data["outcomes"] = [row for row in data["outcomes"] if row[1] != "T-0"]


@pytest.mark.parametrize(
    ("change", "named"),
    [
        (change_a_line, "line 2 (clause 4.5)"),
        (change_the_total, "total: it says EUR 18000.01"),
        (change_a_tally, "tally 4.2.met: it says 18, its rows add up to 17"),
        (change_a_row, "tally 4.2.met: it says 17, its rows add up to 18"),
        (change_a_term, "clause 4.5: rate: it says 5%, settling again gives 6%"),
        (change_an_outcome, "assessment 2 (clause 4.2)"),
        (change_a_count, "assessment 2 (clause 4.2)"),
        (change_the_carry, "carry: settling again gives another one"),
        (change_a_calendar, "calendars: desk was sha256:0"),
        (change_the_zone_data, "zones: version was 1999a, here it is"),
        (change_the_contract_digest, "contract: the statement was made from another one"),
        (drop_a_line, "line 4 (clause 4.7): settling again gives another one"),
        (drop_a_row, "tally 4.2.counted: it says 20, its rows add up to 19"),
    ],
)
def test_whatever_is_changed_is_named_even_if_the_seals_are_forged(
    change: Callable[[dict[str, Any]], None], named: str
) -> None:
    """Someone who makes new seals for a changed statement is still found out, and the part is named."""
    data = copy.deepcopy(statement().to_data())
    change(data)
    assert any(named in each for each in failures(sealed(data))), failures(sealed(data))
    assert "seals.content: the seal does not fit the content" in failures(data)


def test_who_made_it_is_recorded_and_sealed_but_is_no_content() -> None:
    """Another maker leaves the content as it is; a maker that was changed by hand is found."""
    data = copy.deepcopy(statement().to_data())
    data["made_by"]["python"] = "3.99.0"
    assert failures(data) == ("seals.made_by: the seal does not fit what made the statement",)
    other = statement_from_data(sealed(data))
    assert other == statement()
    assert str(ec.verify(other)).startswith("verified")


def late(facts: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """One ticket resolved on another day."""
    facts[7]["events"][-1]["at"] = "2026-01-20T09:00:00Z"
    return facts


def retitled(facts: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """One ticket with another subject, which no clause reads."""
    facts[7]["subject"] = "something else"
    return facts


def shortened(facts: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """One ticket fewer."""
    return [each for each in facts if each["ref"] != "T-7"]


def lengthened(facts: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """One ticket more."""
    return [*facts, incident(77)]


@pytest.mark.parametrize(
    ("change", "named"),
    [
        (late, "ticket T-7: it was changed since the statement was made"),
        (retitled, "ticket T-7: it was changed since the statement was made"),
        (shortened, "ticket T-7: it is in the statement, and not in the facts"),
        (lengthened, "ticket T-77: it is in the facts, and not in the statement"),
    ],
)
def test_a_changed_ticket_is_named(change: Callable[[list[dict[str, Any]]], list[dict[str, Any]]], named: str) -> None:
    """With facts, a ticket that was changed, dropped or added is named; without them nothing is said of it."""
    facts = january(tickets=change(tickets()))
    with pytest.raises(ec.VerificationError) as caught:
        ec.verify(statement(), facts)
    assert caught.value.failures == (named,)
    assert ec.verify(statement()).with_facts is False


def test_numbers_that_do_not_follow_from_the_ticket_are_named() -> None:
    """A forger who changes a row, its tally, the figures and the seals alike is found by observing the ticket again."""
    forged = ec.evaluate(acme(), january(tickets=[late_to_timely(each) for each in tickets()]), period=JANUARY)
    data = copy.deepcopy(forged.to_data())
    honest = {row[1]: row[2] for row in statement().to_data()["outcomes"]}
    for row in data["outcomes"]:
        row[2] = honest[row[1]]
    data["content"]["facts"] = statement().to_data()["content"]["facts"]
    found = failures(sealed(data), january())
    assert found == tuple(f"ticket T-{n}: observing it again gives other numbers" for n in (0, 10, 15))


def test_a_forged_group_is_named() -> None:
    """A row that is put into a group it does not belong to is found by observing the ticket again."""
    data = copy.deepcopy(statement().to_data())
    next(row for row in data["outcomes"] if row[1] == "T-0").append('["north"]')
    assert failures(sealed(data), january()) == ("ticket T-0: observing it again gives another group",)


def test_what_another_driver_observed_is_as_good_as_the_facts() -> None:
    """What was observed, in parts and without the facts at hand, verifies a statement, or names the same ticket."""
    plan = ec.plan(acme(), JANUARY)
    assert ec.verify(statement(), observe(plan, january())).with_facts
    with pytest.raises(ec.VerificationError) as caught:
        ec.verify(statement(), observe(plan, january(tickets=late(tickets()))))
    assert caught.value.failures == ("ticket T-7: it was changed since the statement was made",)


def test_no_row_becomes_data_where_a_table_is_enough(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Neither verifying, nor comparing, sealing, writing or restating a statement makes a list of its million rows."""
    given, facts = statement(), january()
    later = ec.evaluate(acme(), january(tickets=late(tickets())), period=JANUARY)

    def refuse(_: Outcomes) -> list[list[Any]]:
        raise AssertionError("the rows were made data")

    monkeypatch.setattr(Outcomes, "to_data", refuse)
    assert ec.verify(given, facts).items == len(given.outcomes)
    assert given != later
    ec.write_statement(given, tmp_path / "january.json")
    assert len(ec.restate([given], [later])) == 1


@pytest.mark.parametrize("rows", [{}, "", 0, None, [{"ticket": 0, "T-1": 0, "0" * 16: 0}]])
def test_outcomes_that_are_no_rows_are_refused(rows: object) -> None:
    """Whatever stands where the rows should, with new seals: reading refuses it, or verifying does."""
    data = copy.deepcopy(statement().to_data()) | {"outcomes": rows}
    with pytest.raises(EcsmError):
        ec.verify(statement_from_data(sealed(data)))


def test_rows_in_another_order_are_named() -> None:
    """A file whose rows stand in another order was not written by this library, whatever its seals say."""
    data = copy.deepcopy(statement().to_data())
    data["outcomes"].reverse()
    assert failures(sealed(data)) == ("'outcomes': the file says something that a statement does not say in this way",)


def late_to_timely(ticket: dict[str, Any]) -> dict[str, Any]:
    """The ticket with its urgency taken away."""
    return {**ticket, "priority": "P3"}


def test_a_record_that_is_rejected_only_now_is_named() -> None:
    """A bad record that joined the facts later is named as such."""
    lost = incident(99)
    lost["events"] = lost["events"][1:]
    with pytest.raises(ec.VerificationError, match="ticket T-99: it was rejected now"):
        ec.verify(statement(), january(tickets=[*tickets(), lost]))


@pytest.mark.parametrize(
    "damage",
    [
        {"schema": "ecsm.statement/9"},
        {"period": "2026-13"},
        {"lines": None},
        {"nodes": {}},
        {"columns": ["4.2.met"]},
        {"carry": {}},
        {"status": "provisional"},
        {"figures": {}},
    ],
)
def test_a_damaged_file_is_refused_with_an_error_of_the_library(damage: dict[str, Any], tmp_path: Path) -> None:
    """What cannot be read as a statement raises a problem that names the file, never a foreign exception."""
    path = tmp_path / "damaged.json"
    path.write_text(canonical_json(statement().to_data() | damage), encoding="utf-8")
    with pytest.raises(EcsmError):
        ec.verify(ec.read_statement(path))


@pytest.mark.parametrize("text", ["", "[]", "{", '{"a": 1.5}', '{"a": NaN}', '{"a": 1, "a": 2}', "\x00", "[" * 100_000])
def test_a_file_that_is_no_json_object_is_refused(text: str, tmp_path: Path) -> None:
    """Whatever the bytes are, the error is of the library and names the file."""
    path = tmp_path / "noise.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ec.DocumentError, match=r"noise\.json"):
        ec.read_statement(path)


def test_the_file_is_canonical() -> None:
    """One line, sorted keys, no floats: the text of a statement is a function of its content and maker."""
    text = statement().to_json()
    assert text == canonical_json(json.loads(text)) + "\n"
