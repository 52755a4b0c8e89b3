"""Tests of samples, surveys, declared figures, and of the state of an outage."""

from __future__ import annotations

import json
import pickle
from collections import Counter
from datetime import datetime, timedelta
from decimal import Context, Decimal, localcontext  # noqa: TID251 - a caller's context must have no say
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from ecsm_contracts._model import canonical_json
from ecsm_contracts.calendars import to_micros
from ecsm_contracts.facts import Declared, Facts, Notice, Origin, Outage, Rejected, Sample, Survey, Work

from .setting_strategies import DECLARED, INSTANTS, MARCH, MICRO, NUMBERS, SAMPLE, SPANS, SURVEY, TABLES
from .strategies import codes

OUTAGE: dict[str, Any] = {
    "ref": "O-1",
    "service": "mail",
    "start": "2026-03-02T09:00:00Z",
    "end": "2026-03-02T11:00:00Z",
}
MODELS: dict[str, tuple[str, type[Any]]] = {
    "samples": ("sample", Sample),
    "surveys": ("survey", Survey),
    "declared": ("declared", Declared),
    "outages": ("outage", Outage),
}
"""The tables that the tests fill, with the kind and the model of their records."""


def facts_of(tables: dict[str, list[dict[str, Any]]]) -> Facts:
    """Return the facts that these records are."""
    made = {name: [MODELS[name][1].model_validate(record) for record in records] for name, records in tables.items()}
    return Facts.of(**made)


@given(INSTANTS, SPANS)
def test_a_sample_is_known_when_its_interval_is_over(at: datetime, span: list[datetime]) -> None:
    """A bucket is counted when it has ended, at that very instant already, and then as it stands."""
    sample = Sample.model_validate({**SAMPLE, "start": span[0], "end": span[1]})
    assert sample.known_before(to_micros(at)) == (sample if span[1] <= at else None)


@given(INSTANTS, INSTANTS)
def test_a_survey_is_known_after_it_was_answered(at: datetime, answered: datetime) -> None:
    """An answer of the very instant at which a period ends belongs to the next one."""
    survey = Survey.model_validate({**SURVEY, "at": answered})
    assert survey.known_before(to_micros(at)) == (survey if answered < at else None)


@given(INSTANTS, SPANS, INSTANTS)
def test_a_declared_figure_is_known_whenever_it_came(at: datetime, span: list[datetime], came: datetime) -> None:
    """Only the interval that a figure is about decides whether it is known, not when it was delivered."""
    figure = Declared.model_validate({**DECLARED, "start": span[0], "end": span[1], "at": came})
    assert figure.known_before(to_micros(at)) == (figure if span[0] < at else None)


FAR = 10**18
BAD: list[tuple[type[Any], dict[str, Any], str, str]] = [
    (Sample, {**SAMPLE, "end": SAMPLE["start"]}, "end", "no_length"),
    (Sample, {**SAMPLE, "end": "2026-03-02T08:59:59.999999Z"}, "end", "end_before_start"),
    (Sample, {**SAMPLE, "end": None}, "end", "instant_syntax"),  # a bucket that never ends is never counted
    (Sample, {**SAMPLE, "start": "2026-03-02"}, "start", "instant_syntax"),
    (Sample, {**SAMPLE, "errors": 1201}, "errors", "errors_exceed"),
    (Sample, {**SAMPLE, "errors": -1}, "errors", "greater_than_equal"),
    (Sample, {**SAMPLE, "errors": 3.0}, "errors", "int_type"),
    (Sample, {**SAMPLE, "requests": "1200"}, "requests", "int_type"),
    (Sample, {**SAMPLE, "requests": True, "errors": 0}, "requests", "int_type"),
    (Sample, {**SAMPLE, "requests": 10**15 + 1}, "requests", "less_than_equal"),
    (Sample, {**SAMPLE, "service": " api"}, "service", "blank_edge"),
    (Sample, {**SAMPLE, "latency": 5}, "latency", "extra_forbidden"),
    (Survey, {**SURVEY, "score": 1001}, "score", "less_than_equal"),
    (Survey, {**SURVEY, "score": -1001}, "score", "greater_than_equal"),
    (Survey, {**SURVEY, "score": 4.5}, "score", "int_type"),
    (Survey, {**SURVEY, "score": "9"}, "score", "int_type"),
    (Survey, {**SURVEY, "score": False}, "score", "int_type"),
    (Survey, {**SURVEY, "at": "2026-03-02T15:00:00"}, "at", "instant_naive"),
    (Survey, {**SURVEY, "ticket": ""}, "ticket", "string_too_short"),
    (Survey, {**SURVEY, "customer": 7}, "customer", "string_type"),
    (Declared, {**DECLARED, "end": DECLARED["start"]}, "end", "no_length"),
    (Declared, {**DECLARED, "end": "2026-02-01T00:00:00Z"}, "end", "end_before_start"),
    (Declared, {**DECLARED, "evidence": ""}, "evidence", "string_too_short"),
    (Declared, {**DECLARED, "evidence": "r" * 2001}, "evidence", "string_too_long"),
    (Declared, {**DECLARED, "figure": "a\tb"}, "figure", "control_character"),
    (Declared, {**DECLARED, "value": 97.5}, "value", "number_float"),
    (Declared, {**DECLARED, "value": 97.0}, "value", "number_float"),
    (Declared, {**DECLARED, "value": float("nan")}, "value", "not_finite"),
    (Declared, {**DECLARED, "value": Decimal("-Infinity")}, "value", "not_finite"),
    (Declared, {**DECLARED, "value": Decimal("sNaN")}, "value", "not_finite"),
    (Declared, {**DECLARED, "value": True}, "value", "number_syntax"),
    (Declared, {**DECLARED, "value": None}, "value", "number_syntax"),
    (Declared, {**DECLARED, "value": FAR}, "value", "number_range"),
    (Declared, {**DECLARED, "value": -FAR}, "value", "number_range"),
    (Declared, {**DECLARED, "value": 10**6000}, "value", "number_range"),  # too long to be shown at all
    (Declared, {**DECLARED, "value": str(FAR)}, "value", "number_range"),
    (Declared, {**DECLARED, "value": "1" * 10 + "." + "1" * 9}, "value", "number_range"),
    (Declared, {**DECLARED, "value": "9" * 100_000}, "value", "number_range"),
    (Declared, {**DECLARED, "value": Decimal("1E+999999999999999999")}, "value", "number_range"),
    (Declared, {**DECLARED, "value": Decimal("1E-999999999999999999")}, "value", "number_scale"),
    (Declared, {**DECLARED, "value": "0.0000000001"}, "value", "number_scale"),
    *(
        (Declared, {**DECLARED, "value": text}, "value", "number_syntax")
        for text in ("", " 1", "1 ", "1\n", "+1", "--1", "1,5", "1_000", "1e3", ".5", "5.", "05", "-05", "97%", "NaN")
    ),
    (Declared, {**DECLARED, "value": "\u0663"}, "value", "number_syntax"),  # an Arabic three, a digit to `int`
    (Outage, {**OUTAGE, "state": "up"}, "state", "literal_error"),
    (Outage, {**OUTAGE, "state": None}, "state", "literal_error"),
]


@pytest.mark.parametrize(("model", "data", "field", "code"), BAD, ids=[f"{each[3]}-{n}" for n, each in enumerate(BAD)])
def test_what_is_no_record_is_refused_at_its_field(
    model: type[Any], data: dict[str, Any], field: str, code: str
) -> None:
    """A record that is not of its form is refused by a stable code, at the field that is at fault."""
    with pytest.raises(ValidationError) as caught:
        model.model_validate(data)
    assert [(error["loc"], found) for error, found in zip(caught.value.errors(), codes(caught.value), strict=True)] == [
        ((field,), code)
    ]


@pytest.mark.parametrize("start", [None, "soon"])
def test_an_end_is_not_blamed_for_its_start(start: str | None) -> None:
    """Where the start cannot be read, nothing is said of the end."""
    with pytest.raises(ValidationError) as caught:
        Sample.model_validate({**SAMPLE, "start": start})
    assert [error["loc"] for error in caught.value.errors()] == [("start",)]


@pytest.mark.parametrize(
    ("model", "data"),
    [
        (Sample, {**SAMPLE, "requests": 0, "errors": 0}),  # nobody asked: no ratio, yet a record
        (Sample, {**SAMPLE, "requests": 10**15, "errors": 10**15}),
        (Survey, {**SURVEY, "score": -1000}),
        (Survey, {**SURVEY, "score": 1000}),
        (Declared, {**DECLARED, "at": "2026-02-01T00:00:00Z"}),  # a forecast is delivered before its interval
        (Declared, {**DECLARED, "value": FAR - 1}),
        (Declared, {**DECLARED, "value": "-999999999.999999999"}),
        (Declared, {**DECLARED, "value": "0.000000001"}),
        (Declared, {**DECLARED, "value": "123456789.1" + "0" * 20}),  # zeros at the end are not counted
    ],
)
def test_the_bounds_are_records(model: type[Any], data: dict[str, Any]) -> None:
    """What lies on a bound is read, and reads back from its plain data as the same record."""
    record = model.model_validate(data)
    assert model.model_validate(json.loads(canonical_json(record.to_data()))) == record


@given(NUMBERS)
def test_a_value_is_the_number_that_was_written(text: str) -> None:
    """Whatever its sign, its zeros and its decimals: exactly that number, with the fewest places that will do."""
    figure = Declared.model_validate({**DECLARED, "value": text})
    assert Fraction(figure.numerator, 10**figure.places) == Fraction(text) == Fraction(figure.value)
    assert figure.places == 0 or figure.numerator % 10
    written = figure.to_data()["value"]
    assert written == format(figure.value, "f")
    assert Fraction(written) == Fraction(text)
    assert len(written) <= len(text)
    assert written == str(figure.numerator) if figure.places == 0 else not written.endswith("0")


@given(st.integers(-(10**12), 10**12), st.integers(0, 6), st.integers(0, 3))
def test_one_number_has_one_digest(number: int, places: int, zeros: int) -> None:
    """However a number is written, as a text, an int or a decimal of any exponent, the record is the same."""
    digits = str(abs(number)).rjust(places + 1, "0")
    text = ("-" if number < 0 else "") + digits[: len(digits) - places]
    decimals = digits[len(digits) - places :] + "0" * zeros
    spelt: list[object] = [f"{text}.{decimals}" if decimals else text, Decimal(number).scaleb(-places)]
    if number % 10**places == 0:
        spelt += [number // 10**places if number >= 0 else -(-number // 10**places)]
    records = [Declared.model_validate({**DECLARED, "value": value}) for value in spelt]
    assert len(set(records)) == len({record.digest() for record in records}) == 1


def test_a_zero_has_no_sign() -> None:
    """Minus nothing is nothing, with the same text and digest."""
    zeros = [Declared.model_validate({**DECLARED, "value": value}) for value in ("-0.00", 0, Decimal("-0E+5"))]
    assert [zero.to_data()["value"] for zero in zeros] == ["0"] * 3
    assert {(zero.numerator, zero.places, zero.digest()) for zero in zeros} == {(0, 0, zeros[0].digest())}


def test_no_decimal_context_has_a_say() -> None:
    """A program that computes with two digits reads, writes and takes apart the same numbers."""
    with localcontext(Context(prec=2)):
        figure = Declared.model_validate({**DECLARED, "value": "123456789.123456789"})
        again = figure.replace(value=Decimal("-123456789.123456789"))
        assert (figure.numerator, figure.places) == (123456789123456789, 9)
        assert again.to_data()["value"] == "-123456789.123456789"


@pytest.mark.parametrize(
    ("model", "data", "changes"),
    [
        (
            Sample,
            SAMPLE,
            [
                {"ref": "S-2"},
                {"service": "web"},
                {"start": "2026-03-02T09:01:00Z"},
                {"end": "2026-03-02T09:06:00Z"},
                {"requests": 1201},
                {"errors": 4},
            ],
        ),
        (
            Survey,
            SURVEY,
            [
                {"ref": "A-2"},
                {"service": "mail"},
                {"at": "2026-03-02T15:00:01Z"},
                {"score": 8},
                {"ticket": "T-1"},
                {"customer": "T-1"},
            ],
        ),
        (
            Declared,
            DECLARED,
            [
                {"ref": "D-2"},
                {"figure": "sales"},
                {"start": "2026-03-02T00:00:00Z"},
                {"end": "2026-04-02T00:00:00Z"},
                {"value": "97.51"},
                {"value": "-97.5"},
                {"at": "2026-04-04T08:00:00Z"},
                {"evidence": "report 12"},
            ],
        ),
        (Outage, OUTAGE, [{"state": "unknown"}]),
    ],
)
def test_a_digest_sees_every_field(model: type[Any], data: dict[str, Any], changes: list[dict[str, Any]]) -> None:
    """A change of anything that a record says changes its digest, and pickling it does not."""
    record = model.model_validate(data)
    digests = {model.model_validate({**data, **change}).short_digest for change in changes}
    assert len(digests) == len(changes)
    assert record.short_digest not in digests
    assert pickle.loads(pickle.dumps(record)).digest() == record.digest()  # noqa: S301 - our own


@pytest.mark.parametrize(
    ("model", "data", "expected"),
    [
        (Outage, OUTAGE, "6c4d6620bf2465f7"),
        (
            Outage,
            {"ref": "O-2", "service": "mail", "start": "2026-03-02T10:00:00+01:00"},
            "6def9ee6a4cbae29",
        ),
        (
            Notice,
            {**OUTAGE, "ref": "N-1", "kind": "maintenance", "reason": "new disks"},
            "ea3c09180a82182f",
        ),
        (
            Work,
            {
                "ref": "W-1",
                "ticket": "T-1",
                "role": "agent",
                "effort": "15min",
                "at": "2026-03-02T09:00:00Z",
            },
            "c9dd55ae222686b9",
        ),
        (
            Origin,
            {
                "ref": "log",
                "title": "Log of the desk",
                "assumes": ["Zone: Europe/Rome"],
                "unrecorded": ["replied"],
            },
            "79dcf05b5c0e68ac",
        ),
    ],
)
def test_records_of_version_01_keep_their_digests(model: type[Any], data: dict[str, Any], expected: str) -> None:
    """Statements that were issued before there were these kinds still name the digests of their facts."""
    assert model.model_validate(data).digest().removeprefix("sha256:")[:16] == expected


def test_a_state_that_is_down_goes_without_saying() -> None:
    """An outage that says so is the same record as one that does not, also when it is cut at a period's end."""
    silent, said = Outage.model_validate(OUTAGE), Outage.model_validate({**OUTAGE, "state": "down"})
    assert silent == said
    assert silent.to_data() == said.to_data() == OUTAGE
    unknown = Outage.model_validate({**OUTAGE, "state": "unknown"})
    assert unknown.to_data() == {**OUTAGE, "state": "unknown"}
    cut = unknown.known_before(to_micros(unknown.start + MICRO))
    assert cut == unknown.replace(end=None)
    assert cut is not None
    assert cut.state == "unknown"


@given(TABLES)
def test_every_identity_once(tables: dict[str, list[dict[str, Any]]]) -> None:
    """Equal records of one kind and identity are one, sorted; where they differ all are rejected, none is lost."""
    facts = facts_of(tables)
    rejected = []
    for table, (kind, model) in MODELS.items():
        by_ref: dict[str, set[str]] = {}
        for record in tables[table]:
            by_ref.setdefault(record["ref"], set()).add(canonical_json(model.model_validate(record).to_data()))
        kept = [canonical_json(record.to_data()) for record in getattr(facts, table)]
        assert kept == [next(iter(by_ref[ref])) for ref in sorted(by_ref) if len(by_ref[ref]) == 1]
        rejected += [(kind, ref, raw) for ref, raws in by_ref.items() if len(raws) > 1 for raw in raws]
    found = [(record.kind, record.ref, record.raw) for record in facts.rejected]
    assert Counter(found) == Counter(rejected)
    assert {record.code for record in facts.rejected} <= {"duplicate_identity"}
    assert facts.rejected == tuple(sorted(facts.rejected, key=Rejected.order))


@given(TABLES, st.randoms(use_true_random=False))
def test_order_and_redelivery_are_irrelevant(tables: dict[str, list[dict[str, Any]]], random: Any) -> None:
    """Law E26: records in any order, some of them delivered again, make the same facts."""
    again = {
        name: random.sample(records, len(records)) + random.sample(records, random.randint(0, len(records)))
        for name, records in tables.items()
    }
    assert facts_of(again) == facts_of(tables)


@given(TABLES, st.integers(1, 4))
def test_each_shard_has_the_whole_setting(tables: dict[str, list[dict[str, Any]]], count: int) -> None:
    """Samples, surveys and declared figures are read first and whole, in however many parts the tickets come."""
    facts = facts_of(tables)
    for shard in facts.shards(count):
        assert shard.setting == facts.setting
        assert (shard.samples, shard.surveys, shard.declared) == (facts.samples, facts.surveys, facts.declared)


def test_two_figures_for_one_interval_are_both_kept() -> None:
    """Which of two deliveries counts is for a clause to say; as records they have identities of their own."""
    first = Declared.model_validate(DECLARED)
    second = first.replace(ref="D-2", value="98", at=MARCH + timedelta(days=40))
    assert Facts.of(declared=[second, first]).declared == (first, second)


def test_facts_say_how_many_there_are() -> None:
    """The kinds that few facts have are named where there are any, and only there."""
    some = Facts.of(samples=[Sample.model_validate(SAMPLE)], declared=[Declared.model_validate(DECLARED)])
    expected = "<Facts: 0 tickets, 0 outages, 0 notices, 1 samples, 1 declared, 0 work, 0 rejected>"
    assert repr(some) == expected
    assert repr(Facts()) == "<Facts: 0 tickets, 0 outages, 0 notices, 0 work, 0 rejected>"
