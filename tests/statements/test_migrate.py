"""Statements and carries that earlier releases wrote are read, verified, and gone on from."""

import copy
import json
from datetime import date
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import ecsm_contracts as ec
from ecsm_contracts._model import canonical_json, digest
from ecsm_contracts.errors import CarryError, EcsmError, InvalidValue
from ecsm_contracts.statements import carry_from_data, same_memory, statement_from_data

OLD = Path(__file__).parent / "old"
FILES = sorted(path.relative_to(OLD).as_posix() for path in OLD.glob("*/*.json"))
OLDER = [name for name in FILES if not name.startswith("now/")]
COMPLETE = [name for name in OLDER if not name.startswith("first/")]
"""The first form lists no items of services that the contract does not list, and nobody can know them now."""
CARRY_1: dict[str, Any] = {"schema": "ecsm.carry/1", "contract": "OLD-2026", "ends": "2026-03-01", "limits": []}
GIVEN: dict[str, Any] = {"ref": "4.7", "year": "2026-01-01", "amount": "EUR 148.88"}


def written(name: str) -> dict[str, Any]:
    """What stands in an old file."""
    data: dict[str, Any] = json.loads((OLD / name).read_text(encoding="utf-8"))
    return data


@cache
def contract() -> ec.Contract:
    """The contract of the old statements."""
    return ec.read_contract(OLD / "contract.yaml")


@cache
def facts() -> ec.Facts:
    """The facts of the old statements."""
    return ec.read_facts(OLD / "facts")


@cache
def today() -> dict[str, ec.Statement]:
    """The same three months, settled by the release of now."""
    found: dict[str, ec.Statement] = {}
    carry = None
    for name, period in (("january", "2026-01"), ("february", "2026-02"), ("march", "2026-03")):
        found[name] = ec.evaluate(contract(), facts(), period=period, carry=carry)
        carry = found[name].carry
    return found


def sealed(data: dict[str, Any]) -> dict[str, Any]:
    """The statement as a forger would leave it, who knows how the seals are made."""
    body = {key: value for key, value in data.items() if key not in {"made_by", "seals"}}
    return data | {"seals": {"content": digest(body), "made_by": digest(data["made_by"])}}


def failures(statement: ec.Statement) -> tuple[str, ...]:
    """What `verify` finds."""
    with pytest.raises(ec.VerificationError) as caught:
        ec.verify(statement)
    return caught.value.failures


@pytest.mark.parametrize("name", FILES)
def test_every_form_is_read_and_verified(name: str) -> None:
    """A statement of any release is read without a fault, and every figure of it is derived again."""
    statement = ec.read_statement(OLD / name)
    assert statement.faults == ()
    assert ec.verify(statement).figures > 0


@pytest.mark.parametrize("name", COMPLETE)
def test_every_form_is_verified_with_its_facts(name: str) -> None:
    """A statement of an earlier release is verified with the facts that it was made from."""
    assert ec.verify(ec.read_statement(OLD / name), facts()).with_facts


def test_what_the_first_form_does_not_say_is_named() -> None:
    """Verified with facts that hold an item of an unlisted service, the part that lacks is named, and no amount."""
    with pytest.raises(ec.VerificationError) as caught:
        ec.verify(ec.read_statement(OLD / "first/february.json"), facts())
    assert [each.split(":")[0] for each in caught.value.failures] == ["unlisted"]


@pytest.mark.parametrize("name", FILES)
def test_no_amount_outcome_or_number_moves_by_reading(name: str) -> None:
    """What an old file says of amounts and promises is what the statement read from it says."""
    before, after = written(name), ec.read_statement(OLD / name).to_data()
    for part in ("contract", "title", "period", "status", "terms", "lines", "total", "rejected", "made_by"):
        assert after[part] == before[part]
    for old, new in zip(before["assessments"], after["assessments"], strict=True):
        assert {**new, "counts": old["counts"]} == old
        assert {**new["counts"], **old["counts"]} == new["counts"]
    for old, new in zip(before["outcomes"], after["outcomes"], strict=True):
        assert [each for each in new if each != 0] == [each for each in old if each != 0]


@pytest.mark.parametrize("name", [name for name in COMPLETE if "march" not in name])
def test_an_old_statement_is_the_one_that_would_be_written_now(name: str) -> None:
    """Up to the second period of a contract year reading gives the very bytes of now, so that nothing is restated."""
    now = today()[Path(name).stem]
    old = ec.read_statement(OLD / name)
    assert old.digest() == now.digest()
    if now.carried is None:
        assert ec.restate([old], [now]) == ()


def test_later_in_the_year_a_sum_stands_for_the_periods_before() -> None:
    """The third period knows what was given before it as one sum since the year began, and goes on from that."""
    february, march = (ec.read_statement(OLD / f"third/{name}.json") for name in ("february", "march"))
    assert march.carried is not None
    assert [each.value for each in march.carried.remembered[0].past] == [ec.Money.parse("EUR 200.00")]
    assert march.carried != february.carry
    assert same_memory(march.carried, february.carry)
    assert march.carry.sum_given("4.7", "EUR") == today()["march"].carry.sum_given("4.7", "EUR")
    again = ec.evaluate(contract(), facts(), period="2026-03", carry=march.carried)
    assert again.digest() == march.digest()


@pytest.mark.parametrize("name", OLDER)
def test_the_period_after_an_old_statement_is_settled(name: str) -> None:
    """From the carry of an old file the next period comes to the lines that it always came to."""
    carry = ec.read_carry(OLD / name)
    assert carry == ec.read_statement(OLD / name).carry
    after = {date(2026, 2, 1): "february", date(2026, 3, 1): "march", date(2026, 4, 1): ""}[carry.ends]
    period = {"february": "2026-02", "march": "2026-03", "": "2026-04"}[after]
    again = ec.evaluate(contract(), facts(), period=period, carry=carry)
    if after:
        assert [(each.clause, each.amount) for each in again.lines] == [
            (each.clause, each.amount) for each in today()[after].lines
        ]
    ec.verify(again)


def test_a_carry_of_its_own_in_the_first_form_is_read(tmp_path: Path) -> None:
    """A file of a carry of form 1 gives what the limit gave; a limit that gave nothing before it began, nothing."""
    path = tmp_path / "carry.json"
    fresh = {"ref": "4.8", "year": "2026-03-01", "amount": "EUR 0.00"}
    path.write_text(canonical_json(CARRY_1 | {"limits": [fresh, GIVEN]}), encoding="utf-8")
    carry = ec.read_carry(path)
    assert carry.to_data() == {
        "schema": "ecsm.carry/2",
        "contract": "OLD-2026",
        "ends": "2026-03-01",
        "remembered": [
            {"ref": "4.7", "name": "given", "past": [{"at": "2026-01-01", "value": {"money": "EUR 148.88"}}]},
            {"ref": "4.8", "name": "given", "past": []},
        ],
    }


def test_what_the_first_form_never_knew_is_asked_for() -> None:
    """A contract that looks back at more than a carry of form 1 holds gets the error that says what to write."""
    with pytest.raises(CarryError, match=r"clause 4\.7 remembers as 'given'; .* write Carry\.opening"):
        ec.evaluate(contract(), facts(), period="2026-03", carry=carry_from_data(CARRY_1))


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"limits": [GIVEN, GIVEN]}, "once"),
        ({"limits": [GIVEN | {"amount": "EUR -1.00"}]}, "never less than nothing"),
        ({"limits": [GIVEN | {"amount": "EUR 1.005"}]}, "minor units"),
        ({"limits": [GIVEN | {"year": "soon"}]}, ""),
        ({"limits": [GIVEN | {"more": 1}]}, "more"),
        ({"limits": None}, ""),
        ({"remembered": []}, "remembered"),
        ({"ends": "2026-13-01"}, ""),
    ],
)
def test_a_damaged_carry_of_the_first_form_is_refused(change: dict[str, Any], says: str, tmp_path: Path) -> None:
    """A carry of form 1 is held to what that form allowed; the error names the file."""
    path = tmp_path / "carry.json"
    path.write_text(canonical_json(CARRY_1 | change), encoding="utf-8")
    with pytest.raises(ec.DocumentError, match=rf"carry\.json.*{says}"):
        ec.read_carry(path)


@given(st.lists(st.integers(0, 10**12), min_size=1, max_size=5), st.integers(0, 364))
def test_a_limit_gave_what_it_gave_in_every_form(cents: list[int], after: int) -> None:
    """Whatever limits gave by whatever day, the carry of now says the same sum of each."""
    ends = date.fromordinal(date(2026, 1, 2).toordinal() + after).isoformat()
    limits = [GIVEN | {"ref": f"4.{n}", "amount": f"EUR {c // 100}.{c % 100:02}"} for n, c in enumerate(cents)]
    carry = carry_from_data(CARRY_1 | {"ends": ends, "limits": limits})
    for n, amount in enumerate(cents):
        assert carry.sum_given(f"4.{n}", "EUR").exact.ratio * 100 == amount


@pytest.mark.parametrize("name", OLDER)
@pytest.mark.parametrize("part", ["title", "total", "carry", "tally"])
def test_the_seal_is_that_of_the_file_as_it_was_written(name: str, part: str) -> None:
    """A part of an old file that was changed breaks the seal of that file, though the part is migrated."""
    data = written(name)
    if part == "carry":
        carry = data["carry"]
        entry = carry["limits"][0] if "limits" in carry else carry["remembered"][0]["past"][0]["value"]
        entry["amount" if "amount" in entry else "money"] = "EUR 1.00"
    elif part == "tally":
        data["tally"][0] += 1
    else:
        data[part] = data[part][:-1] + ("1" if data[part][-1] != "1" else "2")
    assert statement_from_data(data).faults[0] == "seals.content: the seal does not fit the content"


@pytest.mark.parametrize("name", OLDER)
def test_the_seal_of_what_would_be_written_now_does_not_fit_an_old_file(name: str) -> None:
    """The seals are compared with the form that the file has, not with the one that it is read as."""
    now = ec.read_statement(OLD / name).to_data()["seals"]
    assert statement_from_data(written(name) | {"seals": now}).faults == (
        "seals.content: the seal does not fit the content",
    )


def test_a_forged_amount_in_a_carry_of_the_first_form_is_named() -> None:
    """Who changes what a limit handed on, and seals again, is found by settling again."""
    data = written("third/february.json")
    data["carry"]["limits"][0]["amount"] = "EUR 150.00"
    assert any(each.startswith("carry") for each in failures(statement_from_data(sealed(data))))
    data = written("third/february.json")
    data["carried"]["limits"][0]["amount"] = "EUR 0.00"
    found = failures(statement_from_data(sealed(data)))
    assert any("EUR 148.88" in each and "EUR 0.00" in each for each in found)


def test_a_forged_node_of_an_old_form_is_named() -> None:
    """A figure that was changed under its key is named, whether or not its form is migrated."""
    data = written("third/february.json")
    key = next(key for key, node in data["nodes"].items() if node["name"] == "used before")
    data["nodes"][key]["value"] = {"money": "EUR 100.00"}
    found = failures(statement_from_data(sealed(data)))
    assert any("used before" in each and "key does not fit" in each for each in found)


def test_a_currency_that_changes_within_a_year_is_an_error_of_the_library(tmp_path: Path) -> None:
    """A carry in another currency than the one before it is refused with the name of the part."""
    data = written("third/february.json")
    data["carry"]["limits"][0]["amount"] = "USD 200.00"
    path = tmp_path / "february.json"
    path.write_text(canonical_json(sealed(data)), encoding="utf-8")
    for read in (ec.read_statement, ec.read_carry):
        with pytest.raises(ec.DocumentError, match="carry"):
            read(path)


@pytest.mark.parametrize("damage", [None, [], {}, "", 1, [[]], ..., {"schema": "ecsm.carry/1"}])
def test_whatever_an_old_file_lacks_the_error_is_of_the_library(damage: Any) -> None:
    """A part of an old statement that is absent, or is something else, never raises anything foreign."""
    whole = written("second/february.json")
    for part in whole:
        data = {key: value for key, value in whole.items() if key != part}
        data = data if damage is ... else data | {part: damage}
        try:
            statement = statement_from_data(data)
        except EcsmError:
            continue
        assert statement.faults


def test_reading_changes_nothing_that_it_is_given() -> None:
    """What an old file holds is migrated into new data, and stays as it was."""
    for name in OLDER:
        data = written(name)
        before = copy.deepcopy(data)
        statement_from_data(data)
        assert data == before


@pytest.mark.parametrize(
    ("change", "found", "known"),
    [
        ({"schema": "ecsm.statement/9"}, "ecsm.statement/9", "ecsm.statement/1"),
        ({"carry": {"schema": "ecsm.carry/9"}}, "ecsm.carry/9", "ecsm.carry/2"),
        ({"carried": {"schema": "ecsm.carry/10"}}, "ecsm.carry/10", "ecsm.carry/2"),
    ],
)
def test_a_later_form_is_refused_and_says_to_update(change: dict[str, Any], found: str, known: str) -> None:
    """A file of a later release is refused with its form, the one that is known, and what to do."""
    with pytest.raises(InvalidValue, match=rf"written as {found}, and this release reads {known} .*: update"):
        statement_from_data(written("now/february.json") | change)


def test_a_carry_of_a_later_form_is_refused_and_says_to_update(tmp_path: Path) -> None:
    """A carry of a later release is refused with its form, the one that is known, and what to do."""
    path = tmp_path / "carry.json"
    path.write_text(canonical_json(CARRY_1 | {"schema": "ecsm.carry/3"}), encoding="utf-8")
    with pytest.raises(
        ec.DocumentError, match=r"ecsm\.carry/3, and this release reads ecsm\.carry/2.*\[carry_schema\]"
    ):
        ec.read_carry(path)


@pytest.mark.parametrize("name", [name for name in FILES if name.startswith("now/")])
def test_the_form_of_now_stays_readable(name: str) -> None:
    """A file of today's form is read, verified, and written again as the same bytes."""
    statement = ec.read_statement(OLD / name)
    ec.verify(statement)
    assert statement.to_json().encode() == (OLD / name).read_bytes()


def test_periods_follow_each_other_only_with_the_same_memory() -> None:
    """A period that begins with another sum, another day or other clauses does not follow."""
    carries = [each.carry for each in today().values()]
    for before, after in pairwise(carries):
        assert not same_memory(before, after)
    whole = carry_from_data(CARRY_1 | {"limits": [GIVEN | {"amount": "EUR 200.00"}]})
    assert same_memory(whole, today()["february"].carry)
    assert not same_memory(today()["february"].carry, whole)
    assert not same_memory(carry_from_data(CARRY_1 | {"limits": [GIVEN]}), today()["february"].carry)
    assert not same_memory(carry_from_data(CARRY_1), today()["february"].carry)
    assert not same_memory(None, today()["february"].carry)
