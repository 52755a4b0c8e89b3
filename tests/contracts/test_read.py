"""Contract documents: what is accepted, and what every fault is answered with."""

import copy
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jsonschema
import pytest

import ecsm_contracts as ec
from ecsm_contracts.errors import UnknownReference
from tests.engine.world import EXAMPLES, acme, acme_data, contract_of

TEXT = (EXAMPLES / "acme.yaml").read_text(encoding="utf-8")


def problems(text: str, form: str = "yaml") -> list[str]:
    """Code and path of every problem of a document."""
    with pytest.raises(ec.DocumentError) as caught:
        ec.parse_contract(text, form=form)  # type: ignore[arg-type]  # a table of forms
    return [f"{problem.code} {problem.path}" for problem in caught.value.problems]


def changed(change: Callable[[dict[str, Any]], object]) -> str:
    """The example contract as JSON, after a change."""
    data = acme_data()
    change(data)
    return json.dumps(data)


def clause(data: dict[str, Any], ref: str) -> dict[str, Any]:
    """One clause of a contract's data."""
    found: dict[str, Any] = next(each for each in data["clauses"] if each["ref"] == ref)
    return found


def test_the_written_form_reads_back_as_the_same_contract() -> None:
    """Data, JSON and YAML of one contract are one contract with one digest."""
    contract = acme()
    assert contract_of(contract.to_data()) == contract
    assert contract_of(contract.to_data()).digest() == contract.digest()
    assert hash(contract_of(contract.to_data()).calendars) == hash(contract.calendars)


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("currency: EUR", "currency: EURO", ["currency_unknown currency"]),
        ("agreement: sla", "agreement: slaa", ["unknown_word agreement"]),
        ("kind: limit", "kind: limti", ["unknown_kind clauses.7.kind"]),
        ("amount: EUR 20000.00", "amount: 20000.00", ["money_currency_missing clauses.0.amount"]),
        ("amount: EUR 20000.00", "amount: EUR 20000.001", ["amount_scale clauses.0.amount"]),
        ("amount: EUR 20000.00", "amount: EUR -1.00", ["amount_negative clauses.0.amount"]),
        ("amount: EUR 20000.00", "amount: USD 20000.00", ["currency_mismatch clauses.0.amount"]),
        ("at_least: 95%", "at_least: 95", ["percent_sign clauses.2"]),
        ("at_least: 95%", "at_least: 101%", ["target_range clauses.2.target"]),
        ("otherwise: 40h", "otherwise: 5d", ["duration_day clauses.2.measure.within.otherwise"]),
        ("otherwise: 40h", "otherwise: P1M", ["duration_unit clauses.2.measure.within.otherwise"]),
        (", otherwise: 40h", "", ["missing_field clauses.2.measure.within"]),
        (
            "term: {start: 2026-01-01, end: 2027-01-01}",
            "term: {start: 2027-01-01, end: 2026-01-01}",
            ["term_order term"],
        ),
        ("end: 2027-01-01}   #", "end: 2028-01-01}   #", ["holidays_range holidays.nl-2026.years"]),
        ("anchor_day: 1", "anchor_day: 32", ["out_of_range billing.anchor_day"]),
        ("anchor_day: 1", "anchor_day: 31", ["month_end_missing billing"]),
        ("minimum: 1", "minimum: 0", ["out_of_range clauses.2.measure.minimum"]),
        ("changed: restart", "changed: retroactive", ["due_retroactive clauses.2.measure"]),
        ("stop: [resolved]", "stop: [replied]", ["stop_without_resolved clauses.2.measure.clock"]),
        (
            "start: [opened], stop: [replied, resolved]",
            "start: [replied], stop: [replied, resolved]",
            ["start_and_stop clauses.1.measure.clock"],
        ),
        ("    target: {at_least: 95%}\n", "", ["target_missing clauses.2"]),
        ('of: "3.1", window', "window", ["rate_without_basis clauses.7"]),
        ("rate: EUR 50.00", 'rate: EUR 50.00, of: "3.1"', ["rate_with_basis clauses.4"]),
        ("at_most: 10%", "at_most: 10", ["rate_unit clauses.7.at_most"]),
        ("per: ticket", "per: late_time", ["late_time_unit clauses.4"]),
        ("per: ticket", "per: ticket, unit: 1h", ["unit_unused clauses.4"]),
        ('["4.2"], per: level', '["4.3"], per: ticket', ["per_needs_tickets clauses.5.levels.0"]),
        (", denominator: leaves", "", ["denominator_missing clauses.8"]),
        ("{is: 0%}", "{below: 100%, is: 0%}", ["bands_open_end clauses.6.rate.bands"]),
        ("{below: 95%, is: 100%}", "{below: 99%, is: 100%}", ["bands_order clauses.6.rate.bands"]),
        ("{below: 95%, is: 100%}", "{is: 100%}", ["bands_edge_missing clauses.6.rate.bands"]),
        ("{is: 0%}", "{is: EUR 1.00}", ["bands_mixed clauses.6.rate.bands"]),
        ('levels: ["4.3"]\n', 'levels: ["4.1"]\n', ["bands_without_number clauses.6.levels.0"]),
        ('levels: ["4.2"], per', 'levels: ["3.1"], per', ["reference_kind clauses.5.levels.0"]),
        (
            'credits: ["4.4", "4.5", "4.6"]',
            'credits: ["4.4", "4.4", "4.6"]',
            ["named_twice clauses.7.credits", "taken_twice clauses.7.credits.1"],
        ),
        ('ref: "4.4"', 'ref: "4.5"', ["duplicate_ref clauses.5.ref", "dangling_reference clauses.7.credits.0"]),
        ("zone: Europe/Amsterdam\ncurrency", "zone: Europe/Amsterdm\ncurrency", ["zone_unknown zone"]),
        ("Mon-Fri 08:00", "Mon-Fry 08:00", ["hours_day calendars.desk.hours"]),
        ("holidays: nl-2026}", "holidays: nl-2027}", ["dangling_reference calendars.desk.holidays"]),
        ("scope: {service: mail}", "scope: {service: male}", ["dangling_reference clauses.3.scope.service"]),
        ("title: Mail is up", "titel: Mail is up", ["unknown_field clauses.3.titel"]),
        ("settlement: {", "settlements: {", ["unknown_field settlements"]),
        ("clauses:\n", "clauses: 7\nclause:\n", ["not_a_list clauses", "unknown_field clause"]),
    ],
)
def test_each_fault_has_one_problem_with_its_code_and_place(old: str, new: str, expected: list[str]) -> None:
    """One fault, one problem (or one for each place it shows): a stable code and the field."""
    assert old in TEXT
    assert problems(TEXT.replace(old, new, 1)) == expected


def test_a_typo_hides_no_other_fault() -> None:
    """Faults in different clauses, of all sorts, are reported together, in the order of the document."""
    text = (
        TEXT.replace("within: {by", "withn: {by", 1)
        .replace('levels: ["4.1"]', 'levels: ["4.9"]')
        .replace("P2: 8h", "P2: 8 hours")
    )
    assert problems(text) == [
        "unknown_field clauses.1.measure.withn",
        "duration_unit clauses.2.measure.within.P2",
        "dangling_reference clauses.4.levels.0",
    ]


def test_a_problem_says_what_to_write_instead(tmp_path: Path) -> None:
    """The message of a misspelling names the right word, and the file, line and column where it stands."""
    path = tmp_path / "acme.yaml"
    path.write_text(TEXT.replace("at_least: 99.9%", "at_leest: 99.9%"), encoding="utf-8")
    with pytest.raises(ec.DocumentError) as caught:
        ec.read_contract(path)
    place = f"{path}:50:14: clauses.3.target.at_leest"
    assert str(caught.value) == f"{place}: unknown field 'at_leest'; did you mean \"at_least\"? [unknown_field]"


def test_clauses_that_refer_to_each_other_in_a_circle_are_refused() -> None:
    """A kind from elsewhere could refer back: the circle is named."""
    from ecsm_contracts.contracts._references import clause_order  # noqa: PLC0415 - private, and only here

    contract = acme()
    credit = contract.clause("4.5").replace(of="4.5")
    with pytest.raises(ValueError, match="circle"):
        clause_order((credit,))


def test_clauses_settle_after_those_they_refer_to_else_as_written() -> None:
    """A limit that is written first is settled last, and relief before the levels that it relieves."""
    data = acme_data()
    data["clauses"].reverse()
    order = [each.ref for each in contract_of(data).order]
    for clause_ in contract_of(data).clauses:
        for name in ("levels", "credits"):
            for ref in getattr(clause_, name, ()):
                first, then = (clause_.ref, ref) if clause_.yields == "relief" else (ref, clause_.ref)
                assert order.index(first) < order.index(then)


def test_a_misspelt_clause_or_calendar_is_met_with_the_right_one() -> None:
    """Asking a contract for what it does not have names what is close."""
    with pytest.raises(UnknownReference, match=r'did you mean "4\.\d"'):
        acme().clause("4.22")
    with pytest.raises(UnknownReference, match='did you mean "desk"'):
        acme().calendar("dsek")


def test_every_example_and_every_generated_form_fits_the_published_schema() -> None:
    """The JSON Schema accepts the example as written and as expanded, and is itself a valid schema."""
    schema = ec.contract_schema()
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.Draft202012Validator(schema).validate(acme_data())


@pytest.mark.parametrize(
    "change",
    [
        lambda data: data.update(currency=5),
        lambda data: clause(data, "4.2").update(kind="service_leve"),
        lambda data: clause(data, "4.2").pop("measure"),
        lambda data: clause(data, "4.2").update(extra=1),
        lambda data: data.pop("settlement"),
    ],
)
def test_the_published_schema_refuses_what_the_library_refuses(change: Callable[[dict[str, Any]], object]) -> None:
    """A fault that the schema can express is found by both."""
    text = changed(change)
    assert problems(text, "json")
    assert not jsonschema.Draft202012Validator(ec.contract_schema()).is_valid(json.loads(text))


USUAL = ("tier_beyond_limit", "4.7")
"""What the example has: tiers of 100% and 25% under a limit of 10%."""


def test_findings_for_authors() -> None:
    """A promise that costs nothing when broken, and a band that is never given, are found; the example has neither."""
    assert [(finding.code, finding.clause) for finding in acme().check()] == [USUAL]
    data = copy.deepcopy(acme_data())
    data["clauses"] = [each for each in data["clauses"] if each["ref"] != "4.5"]
    clause(data, "4.7")["credits"].remove("4.5")
    clause(data, "4.6")["rate"]["bands"].insert(-1, {"below": "100%", "is": "5%"})
    found = [(finding.code, finding.clause) for finding in contract_of(data).check()]
    assert found == [("breach_without_consequence", "4.2"), ("credit_without_breach", "4.6"), USUAL]
    assert str(contract_of(data).check()[1]).endswith("[credit_without_breach]")


def test_a_covered_year_without_a_day_is_a_finding() -> None:
    """Whoever makes the years wider without freezing their days is told which have none."""
    data = copy.deepcopy(acme_data())
    data["holidays"]["nl-2026"]["years"] = "2026-2028"
    data["holidays"]["nl-2026"].pop("digest", None)
    finding, usual = contract_of(data).check()
    assert (usual.code, usual.clause) == USUAL
    assert (finding.code, finding.clause) == ("holiday_year_empty", "holidays.nl-2026")
    assert "no day in 2027, 2028" in finding.message


def test_the_schema_takes_a_priority_without_a_promise_and_durations_in_both_forms() -> None:
    """`none` is one of the forms of a row and no duration as well: a document that reads is valid."""
    data = copy.deepcopy(acme_data())
    clause(data, "4.2")["measure"]["within"] = {"by": "priority", "P1": "4h", "P2": "PT8H", "otherwise": "none"}
    assert contract_of(data).ref
    assert list(jsonschema.Draft202012Validator(ec.contract_schema()).iter_errors(data)) == []
