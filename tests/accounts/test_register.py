"""The register: what was issued is known, nothing is issued twice, and whoever changes the file is found out."""

import copy
import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from typing import Any

import pytest

import ecsm_contracts as ec
from ecsm_contracts.accounts import Register, Run, register_from_data
from ecsm_contracts.errors import CarryError, DocumentError, EcsmError, InvalidValue, VerificationError, WrongType
from ecsm_contracts.statements import Restatement, Statement
from tests.engine.corrections import added, of_documents, of_statements
from tests.engine.world import acme_data, contract_of, incident

REF = "ACME-2026"
FEB_2, MAR_2, APR_2, MAY_4 = date(2026, 2, 2), date(2026, 3, 2), date(2026, 4, 2), date(2026, 5, 4)
FEB_1, MAR_1 = date(2026, 2, 1), date(2026, 3, 1)
MONTHS = ("2026-01", "2026-02", "2026-03")


def outage(month: int) -> dict[str, Any]:
    """Five hours of a month without mail: 10 % of the fee."""
    day = f"2026-{month:02}-10"
    return {"ref": f"O-{month}", "service": "mail", "start": f"{day}T00:00:00Z", "end": f"{day}T05:00:00Z"}


@cache
def contract(window: str = "period") -> ec.Contract:
    """The example; with a limit over the contract year, each month hands on what the next one needs."""
    data = acme_data()
    if window == "contract_year":
        limit = next(clause for clause in data["clauses"] if clause["ref"] == "4.7")
        limit.pop("of")
        limit |= {"at_most": "EUR 3000.00", "window": window}
    return contract_of(data)


@cache
def months(*down: int, window: str = "period") -> tuple[Statement, ...]:
    """January to March with the mail down in some of them."""
    facts = ec.facts_from_records(outages=[outage(month) for month in down])
    return ec.evaluate_periods(contract(window), facts, last=MONTHS[-1])


@cache
def provisional() -> Statement:
    """January with a record that nobody can read."""
    bad = {**incident(1), "events": []}
    return ec.evaluate(contract(), ec.facts_from_records(tickets=[bad]), period="2026-01")


def register(*down: int, window: str = "period") -> Register:
    """What is issued by one run over the three months."""
    return Register(REF).issue(months(*down, window=window), run="first", on=APR_2).register


@cache
def rich() -> Register:
    """A register with all that a register may hold: statements, restatements, an empty run, a lock."""
    found = Register(REF).issue([provisional()], run="January", on=FEB_2, allow_provisional=True).register
    found = found.issue(months(2), run="März ⅱ", on=APR_2, archive=[provisional()]).register
    found = found.issue(months(2), run="again", on=APR_2).register
    return (
        found.lock(FEB_1, run="lock", on=APR_2).issue(months(2, 3)[1:], run="r", on=MAY_4, archive=months(2)).register
    )


def test_what_was_never_issued_is_issued_as_it_is() -> None:
    """The first run gives the statements themselves, in order, and they are in force then."""
    found, documents = Register(REF).issue(months(1), run="first", on=APR_2)
    assert documents == months(1)
    assert list(found.in_force()) == list(MONTHS)
    assert [(run.run, issued.kind, str(issued.total)) for run, issued in found.documents] == [
        ("first", "statement", "EUR 18000.00"),
        ("first", "statement", "EUR 20000.00"),
        ("first", "statement", "EUR 20000.00"),
    ]
    assert [issued.statement for issued in found.in_force().values()] == [each.digest() for each in months(1)]
    assert [issued.begins is None for issued in found.in_force().values()] == [True, False, False]
    assert found.totals()["2026-01", "4.6", "credit"] == ec.Money.parse("EUR -2000.00")


def test_a_register_is_a_value() -> None:
    """Issuing and locking leave the register that they began with as it was."""
    empty = Register(REF)
    found = empty.issue(months(1), run="first", on=APR_2).register
    kept = found.to_json()
    found.lock(FEB_1, run="lock", on=APR_2)
    found.issue(months(2), run="second", on=APR_2, archive=months(1))
    assert (empty.runs, found.to_json()) == ((), kept)


def test_nothing_is_issued_where_nothing_changed() -> None:
    """Another run with the same content issues nothing and is noted."""
    found, documents = register(1).issue(months(1), run="second", on=MAY_4)
    assert documents == ()
    assert [(run.run, run.documents) for run in found.runs[1:]] == [("second", ())]
    assert found.totals() == register(1).totals()


def test_the_same_run_twice_is_once() -> None:
    """A run that is repeated, at once or after others, changes nothing at all."""
    found = register(1)
    assert found.issue(months(1), run="first", on=APR_2) == (found, ())
    later = found.issue(months(2), run="second", on=MAY_4, archive=months(1)).register
    assert later.issue(months(1), run="first", on=APR_2) == (later, ())
    locked = later.lock(FEB_1, run="lock", on=MAY_4)
    assert locked.lock(FEB_1, run="lock", on=MAY_4) is locked


def test_the_same_run_with_another_content_is_an_error() -> None:
    """Other statements, fewer of them, another day, or a lock, under the identity of a run are refused."""
    found = register(1).lock(FEB_1, run="lock", on=MAY_4)
    for statements, run, day in (
        (months(2), "first", APR_2),
        (months(1)[:2], "first", APR_2),
        (months(1), "first", MAY_4),
        (months(1), "lock", MAY_4),
    ):
        with pytest.raises(InvalidValue, match=r"give this one another identity") as caught:
            found.issue(statements, run=run, on=day, archive=months(1))
        assert caught.value.rule == "run_conflict"
    for day, run in ((MAR_1, "lock"), (FEB_1, "first")):
        with pytest.raises(InvalidValue) as caught:
            found.lock(day, run=run, on=MAY_4)
        assert caught.value.rule == "run_conflict"


def test_runs_follow_each_other() -> None:
    """A day before that of the last run is refused, for documents and for a lock; the same day is not."""
    with pytest.raises(InvalidValue, match=r"2026-03-02 lies before the last run, 'first' of 2026-04-02") as caught:
        register(1).issue(months(1), run="second", on=MAR_2)
    assert caught.value.rule == "run_order"
    with pytest.raises(InvalidValue) as caught:
        register(1).lock(FEB_1, run="lock", on=MAR_2)
    assert caught.value.rule == "run_order"
    assert len(register(1).lock(FEB_1, run="lock", on=APR_2).runs) == 2


def test_a_restatement_takes_the_ledger_to_the_corrected_statement() -> None:
    """What was issued and the restatement add up to what is in force, by period, clause and kind of line."""
    found, documents = register(1).issue(months(2), run="second", on=MAY_4, archive=months(1))
    restated = [each for each in documents if isinstance(each, Restatement)]
    assert [(each.period.label, str(each.total.value)) for each in restated] == [
        ("2026-01", "EUR 2000.00"),
        ("2026-02", "EUR -2000.00"),
    ]
    assert added(of_statements(months(1)), of_documents(restated)) == of_statements(months(2))
    assert {key: amount.minor for key, amount in found.totals().items()} == of_statements(months(2))
    assert documents == ec.restate(months(1), months(2))


def test_a_correction_back_is_issued_as_well() -> None:
    """A statement that comes back is in force again: two restatements, of which one takes back the other."""
    once = register(1).issue(months(2), run="second", on=MAY_4, archive=months(1)).register
    back, documents = once.issue(months(1), run="third", on=MAY_4, archive=months(2))
    assert [str(each.total.value) for each in documents] == ["EUR -2000.00", "EUR 2000.00"]
    assert back.totals() == register(1).totals()


def test_content_is_compared_and_not_amounts() -> None:
    """A statement of the same amounts and another content is in force afterwards, by a document of nothing."""
    facts = ec.facts_from_records(tickets=[incident(2, hours=1)])
    other = ec.evaluate(contract(), facts, period="2026-01")
    assert of_statements([other]) == of_statements(months()[:1])
    found, (document,) = register().issue([other], run="second", on=MAY_4, archive=months())
    assert isinstance(document, Restatement)
    assert (document.total.value.minor, document.lines, document.causes) == (0, (), ("items",))
    assert found.in_force()["2026-01"].statement == other.digest()


def test_another_release_with_the_same_content_issues_nothing() -> None:
    """What made a statement is recorded and not compared."""
    made_by = {"library": "ecsm-contracts 99.0", "python": "3.99.0"}
    again = [replace(each, seals=replace(each.seals, made_by=made_by)) for each in months(1)]
    assert again[0].to_json() != months(1)[0].to_json()
    assert register(1).issue(again, run="second", on=MAY_4).documents == ()
    assert register(1).issue(again, run="first", on=APR_2).register == register(1)


def test_a_gap_is_refused() -> None:
    """A period is issued after the one before it, neither later nor, once a later one was issued, earlier."""
    january, february, march = months()
    one = Register(REF).issue([january], run="first", on=FEB_2).register
    with pytest.raises(InvalidValue, match=r"2026-03 does not follow the last period that was issued") as caught:
        one.issue([march], run="second", on=APR_2)
    assert caught.value.rule == "run_gap"
    begun = Register(REF).issue([february], run="first", on=MAR_2).register
    with pytest.raises(InvalidValue, match=r"2026-01 was not issued, and a later period was") as caught:
        begun.issue([january, february], run="second", on=APR_2)
    assert caught.value.rule == "run_gap"
    for wrong in ([january, march], [february, january], [january, january]):
        with pytest.raises(InvalidValue, match=r"in order and without a gap") as caught:
            Register(REF).issue(wrong, run="first", on=APR_2)
        assert caught.value.rule == "run_gap"


def test_the_first_statement_may_be_of_any_period() -> None:
    """A register may begin in the midst of a term, and goes on from there."""
    begun = Register(REF).issue(months(1)[1:2], run="first", on=MAR_2).register
    assert begun.issue(months(1)[1:], run="second", on=APR_2).documents == months(1)[2:]


def test_a_run_that_leaves_the_next_period_behind_is_incomplete() -> None:
    """Where a correction moves what the next issued period begins with, that period must be given too."""
    issued, corrected = months(1, 2, window="contract_year"), months(2, window="contract_year")
    found = register(1, 2, window="contract_year")
    for given, needed in ((corrected[:1], "2026-02"), (corrected[:2], "2026-03"), (corrected[1:], "2026-01")):
        with pytest.raises(InvalidValue, match=r"give that one too") as caught:
            found.issue(given, run="second", on=MAY_4, archive=issued)
        assert (caught.value.rule, caught.value.value) == ("run_incomplete", needed)
    documents = found.issue(corrected, run="second", on=MAY_4, archive=issued).documents
    assert [str(each.total.value) for each in documents] == ["EUR 2000.00", "EUR -1000.00", "EUR 0.00"]
    alone = register(1).issue(months()[:1], run="second", on=MAY_4, archive=months(1)[:1]).documents
    assert len(alone) == 1, "a limit of the month hands nothing on, so the period may be given alone"


def test_statements_of_a_run_hang_together() -> None:
    """A statement that does not begin with the carry of the one before it in the run is refused."""
    mixed = [months(2, window="contract_year")[0], *months(1, 2, window="contract_year")[1:]]
    with pytest.raises(CarryError, match=r"2026-02 does not begin with the carry of 2026-01"):
        Register(REF).issue(mixed, run="first", on=APR_2)


def test_the_statement_in_force_must_be_at_hand() -> None:
    """A restatement needs the statement that is in force; another one of the same period does not do."""
    for archive in ((), months(2), months(3)):
        with pytest.raises(InvalidValue, match=r"2026-01 is restated: give the statement in force, sha256:") as caught:
            register(1).issue(months(), run="second", on=MAY_4, archive=archive)
        assert caught.value.rule == "run_archive"
    kept = [*months(2), *reversed(months(1)), months(1)[0]]
    assert len(register(1).issue(months(), run="second", on=MAY_4, archive=kept).documents) == 1


def test_a_provisional_statement_is_issued_only_on_demand() -> None:
    """While a rejected record may still change it, a statement is refused, unless that is allowed."""
    with pytest.raises(
        InvalidValue, match=r"2026-01 is provisional: 1 rejected record might still change it"
    ) as caught:
        Register(REF).issue([provisional()], run="first", on=FEB_2)
    assert caught.value.rule == "run_provisional"
    with pytest.raises(InvalidValue):
        register().issue([provisional()], run="second", on=MAY_4, archive=months())
    found, (document,) = Register(REF).issue([provisional()], run="first", on=FEB_2, allow_provisional=True)
    assert (document, found.in_force()["2026-01"].status) == (provisional(), "provisional")
    later, (restated,) = found.issue(months()[:1], run="second", on=MAR_2, archive=[provisional()])
    assert isinstance(restated, Restatement)
    assert (restated.status_before, restated.status_after, restated.lines) == ("provisional", "final", ())
    assert later.in_force()["2026-01"].status == "final"


def test_a_lock_moves_forward_only() -> None:
    """A later day takes the place of an earlier one; an earlier day is refused; the same day is noted."""
    found = register(1).lock(FEB_1, run="one", on=APR_2).lock(MAR_1, run="two", on=APR_2)
    assert found.locked == MAR_1
    assert found.lock(MAR_1, run="three", on=APR_2).locked == MAR_1
    with pytest.raises(InvalidValue, match=r"closed already; a lock is moved forward only") as caught:
        found.lock(FEB_1, run="back", on=APR_2)
    assert caught.value.rule == "lock_back"
    assert register(1).locked is None


def test_closed_periods_are_not_restated() -> None:
    """A change of a period that is closed by its last day is refused; what is open still moves, a re-run is fine."""
    found = register(1).lock(FEB_1, run="lock", on=APR_2)
    with pytest.raises(InvalidValue, match=r"2026-01 is closed \(periods up to 2026-02-01 are\)") as caught:
        found.issue(months(2), run="second", on=MAY_4, archive=months(1))
    assert (caught.value.rule, caught.value.value) == ("period_locked", "2026-01")
    assert found.issue(months(1), run="second", on=MAY_4).documents == ()
    assert len(found.issue(months(1, 2), run="second", on=MAY_4, archive=months(1)).documents) == 1
    with pytest.raises(InvalidValue, match=r"2026-01 is closed"):
        register(1).lock(date(2026, 1, 31), run="lock", on=APR_2).issue(months(2), run="second", on=MAY_4)
    before = register(1).lock(date(2026, 1, 30), run="lock", on=APR_2)
    assert len(before.issue(months(), run="second", on=MAY_4, archive=months(1)).documents) == 1


def test_a_closed_period_that_was_never_issued_cannot_be() -> None:
    """A lock also closes periods of which nothing was issued."""
    found = Register(REF).issue(months(1)[:1], run="first", on=FEB_2).register.lock(MAR_1, run="lock", on=MAR_2)
    with pytest.raises(InvalidValue) as caught:
        found.issue(months(1), run="second", on=APR_2)
    assert caught.value.rule == "period_locked"


def test_each_contract_has_its_own_register() -> None:
    """A statement of another contract is refused."""
    with pytest.raises(InvalidValue, match=r"the register is of OTHER, and a statement of ACME-2026") as caught:
        Register("OTHER").issue(months(), run="first", on=APR_2)
    assert caught.value.rule == "register_contract"


def test_other_terms_are_no_correction() -> None:
    """An amendment that comes after a period was issued does not restate it."""
    data = acme_data()
    fee = {**data["clauses"][0], "amount": "EUR 18000.00"}
    later = {"ref": "A-1", "from": "2026-01-01", "clauses": [fee]}
    amended = contract_of(data | {"versions": {"period": "start", "tickets": "period"}, "amendments": [later]})
    statements = ec.evaluate_periods(amended, ec.facts_from_records(), last="2026-03")
    with pytest.raises(InvalidValue) as caught:
        register().issue(statements, run="second", on=MAY_4, archive=months())
    assert caught.value.rule == "restatement_terms"


def test_a_statement_that_is_not_what_it_says_is_not_issued() -> None:
    """Statements are verified before anything is issued, new ones, corrected ones and those in force."""
    first = months(1)[0]
    forged = replace(first, tally=first.tally + first.tally)
    with pytest.raises(VerificationError):
        Register(REF).issue([forged], run="first", on=APR_2)
    with pytest.raises(VerificationError):
        register().issue([forged], run="second", on=MAY_4, archive=months())


@pytest.mark.parametrize(
    "run", ["", "   ", "\n", "a\nb", "x" * 201, "bell\x07", "\u202ecod", "zero\u200bwidth", "\ud800"]
)
def test_identities_of_runs_can_be_seen(run: str) -> None:
    """Empty, endless and invisible identities are refused, for documents and for locks."""
    for attempt in (
        lambda: Register(REF).issue([], run=run, on=APR_2),
        lambda: Register(REF).lock(FEB_1, run=run, on=APR_2),
    ):
        with pytest.raises(InvalidValue) as caught:
            attempt()
        assert caught.value.rule == "run_name"


@pytest.mark.parametrize("run", ["x" * 200, "2026-04-01 erster Lauf für März", "=1+1", "<b>", "実行", "🧾", '"; --'])
def test_identities_in_any_script_are_kept(run: str, tmp_path: Path) -> None:
    """Whatever can be seen is an identity, is written and read as it is, and is compared as it is."""
    found = Register(REF).issue(months(1), run=run, on=APR_2).register
    ec.write_register(found, tmp_path / "register.json")
    assert ec.read_register(tmp_path / "register.json").runs[0].run == run
    assert found.issue(months(1), run=run, on=APR_2).register is found
    assert "<b>" not in found._repr_html_()


@pytest.mark.parametrize("day", [datetime(2026, 4, 2, tzinfo=UTC), datetime(2026, 4, 2)])
def test_a_day_is_no_instant(day: datetime) -> None:
    """An instant in the place of a day is refused wherever a day is asked for."""
    for attempt in (
        lambda: Register(REF).issue([], run="r", on=day),
        lambda: Register(REF).lock(FEB_1, run="r", on=day),
        lambda: Register(REF).lock(day, run="r", on=APR_2),
    ):
        with pytest.raises(InvalidValue, match=r"write the date of the day") as caught:
            attempt()
        assert caught.value.rule == "run_day"


def test_anything_else_is_told_what_to_write() -> None:
    """Texts, numbers and plain data in the place of days, runs and statements are refused by their type."""
    empty: Any = Register(REF)
    for attempt in (
        lambda: empty.issue([], run=7, on=APR_2),
        lambda: empty.issue([], run="r", on="2026-04-02"),
        lambda: empty.issue([months()[0].to_data()], run="r", on=APR_2),
        lambda: empty.issue(["march.json"], run="r", on=APR_2),
        lambda: empty.lock("2026-02-01", run="r", on=APR_2),
        lambda: register_from_data([]),  # type: ignore[arg-type]  # that is the point
        lambda: register_from_data("{}"),  # type: ignore[arg-type]  # that is the point
    ):
        with pytest.raises(WrongType):
            attempt()


def test_no_statements_are_a_run_of_nothing() -> None:
    """A run over no periods is noted, and moves nothing."""
    found, documents = register(1).issue([], run="second", on=MAY_4)
    assert (documents, len(found.runs), found.totals()) == ((), 2, register(1).totals())


def test_a_register_comes_back_from_its_file(tmp_path: Path) -> None:
    """Written and read it is equal, and written again the file has the same bytes."""
    first, second = tmp_path / "first.json", tmp_path / "second.json"
    for each in (Register(REF), register(1), rich()):
        ec.write_register(each, first)
        again = ec.read_register(first)
        assert again == each
        ec.write_register(again, second)
        assert first.read_bytes() == second.read_bytes() == each.to_json().encode()
    assert rich().issue(months(2), run="again", on=APR_2).register is rich()


def test_the_register_shows_itself() -> None:
    """It is told in one line, and listed with every document and the lock."""
    assert repr(rich()) == "<Register ACME-2026: 5 runs, 5 documents>"
    text = str(rich())
    assert "Periods whose last day is 2026-02-01 or earlier are closed." in text
    assert text.count("restatement") == 2
    assert "closed" not in str(register(1))


Place = tuple[str | int, ...]


def leaves(data: Any, place: Place = ()) -> Iterator[Place]:
    """Where the values of plain data are."""
    if isinstance(data, dict | list) and data:
        for key, value in data.items() if isinstance(data, dict) else enumerate(data):
            yield from leaves(value, (*place, key))
    else:
        yield place


def changed(data: Any, place: Place, value: Any) -> Any:
    """A copy of plain data with another value in one place."""
    found = copy.deepcopy(data)
    inside = found
    for key in place[:-1]:
        inside = inside[key]
    inside[place[-1]] = value
    return found


def others(value: Any) -> list[Any]:
    """What someone might write instead of a value."""
    if isinstance(value, str):
        near = value[:-1] + ("1" if value[-1:] != "1" else "2")
        return [near, None, {}]
    return ["2026-03-01", 0, [None]]


def test_every_change_of_the_file_is_found() -> None:
    """Whatever value is written in place of another one, the register is refused, and by its own kinds of error."""
    data = json.loads(rich().to_json())
    places = list(leaves(data))
    assert len(places) == 90
    for place in places:
        value = data
        for key in place:
            value = value[key]
        for other in others(value):
            with pytest.raises((InvalidValue, VerificationError)):
                register_from_data(changed(data, place, other))


@pytest.mark.parametrize(
    ("place", "value"),
    [
        (("runs", 1, "on"), "2026-04-03"),
        (("runs", 1, "content"), "sha256:0"),
        (("runs", 1, "seal"), "sha256:0"),
        (("runs", 1, "locked"), "2026-04-01"),
        (("runs", 1, "documents", 0, "period"), "2026-02"),
        (("runs", 1, "documents", 1, "statement"), "sha256:0"),
        (("runs", 1, "documents", 1, "lines", 0, 2), "another text"),
    ],
    ids=lambda value: "-".join(map(str, value)) if isinstance(value, tuple) else "",
)
def test_the_run_that_was_changed_is_named(place: Place, value: str) -> None:
    """The fault says which run it is; those after it rest on the seal that they were sealed with."""
    with pytest.raises(VerificationError, match=r"run 2 \('März ⅱ'\): its seal does not fit it") as caught:
        register_from_data(changed(json.loads(rich().to_json()), place, value))
    assert not any("run 1 " in fault or "run 4 " in fault for fault in caught.value.failures)


def test_runs_left_out_added_or_turned_are_found() -> None:
    """A run that is missing in the midst, stands twice or elsewhere, or is of another register does not fit."""
    data = json.loads(rich().to_json())
    runs = data["runs"]
    for wrong in (runs[1:], [*runs[:2], *runs[3:]], [*runs, runs[-1]], [runs[1], runs[0], *runs[2:]]):
        with pytest.raises(VerificationError):
            register_from_data({**data, "runs": wrong})
    with pytest.raises(VerificationError, match=r"run 1 \('January'\)"):
        register_from_data({**data, "contract": "OTHER"})


@pytest.mark.parametrize("part", ["contract", "runs"])
def test_a_missing_part_is_named(part: str) -> None:
    """A register without one of its parts says which."""
    data = json.loads(rich().to_json())
    del data[part]
    with pytest.raises(InvalidValue, match=rf"a part of the register is missing: '{part}'") as caught:
        register_from_data(data)
    assert caught.value.rule == "register_part"


def test_the_parts_of_every_run_are_needed() -> None:
    """No part of a run or of a document may be missing, and none may be added."""
    data = json.loads(rich().to_json())
    for inside in (("runs", 1), ("runs", 1, "documents", 0)):
        part = data
        for key in inside:
            part = part[key]
        for name in part:
            found = copy.deepcopy(data)
            lacking: Any = found
            for key in inside:
                lacking = lacking[key]
            del lacking[name]
            with pytest.raises(InvalidValue):
                register_from_data(found)
        with pytest.raises(VerificationError, match=r"a register does not say in this way"):
            register_from_data(changed(data, (*inside, "more"), "x"))


def test_only_a_register_is_one(tmp_path: Path) -> None:
    """Other schemas, a statement, a list and what is no JSON are refused with the name of the file."""
    path = tmp_path / "register.json"
    for text in ("[]", "{", "{}", months()[0].to_json(), '{"schema":"ecsm.register/2","contract":"A","runs":[]}'):
        path.write_text(text, encoding="utf-8")
        with pytest.raises(DocumentError, match=r"register\.json"):
            ec.read_register(path)
    text = rich().to_json()
    path.write_text(text.replace("2026-04-02", "2026-04-32", 1), encoding="utf-8")
    with pytest.raises(EcsmError):
        ec.read_register(path)
    path.write_text(text.replace('"period":"2026-01"', '"period":"January"', 1), encoding="utf-8")
    with pytest.raises(DocumentError, match=r"register\.json"):
        ec.read_register(path)


def test_what_is_sealed_again_must_still_be_a_register() -> None:
    """Kinds that are none are refused, even under seals that fit."""
    first = register(1).runs[0]
    unknown: Any = "invoice"
    for document in (
        replace(first.documents[0], kind=unknown),
        replace(first.documents[0], status=unknown),
        replace(
            first.documents[0],
            lines=(first.documents[0].lines[0]._replace(kind=unknown),),
            total=first.documents[0].lines[0].amount,
        ),
    ):
        forged = Register(REF)._with(Run("first", APR_2, first.content, (document,), None, ""))
        with pytest.raises(InvalidValue) as caught:
            register_from_data(json.loads(forged.to_json()))
        assert caught.value.rule == "register_part"
