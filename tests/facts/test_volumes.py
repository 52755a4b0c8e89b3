"""Tests of volumes, forecasts, what was billed elsewhere, and of what tickets, outages, notices and work may add."""

from __future__ import annotations

import json
import pickle
from datetime import datetime
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from ecsm_contracts import facts as kinds
from ecsm_contracts._model import canonical_json
from ecsm_contracts.calendars import to_micros
from ecsm_contracts.facts import Billed, Facts, Forecast, Notice, Outage, Setting, Ticket, Volume, Work
from ecsm_contracts.money import Money, Percent

from .setting_strategies import INSTANTS, NUMBERS, SPANS
from .strategies import codes

MARCH: dict[str, Any] = {"start": "2026-03-01T00:00:00Z", "end": "2026-04-01T00:00:00Z"}
VOLUME: dict[str, Any] = {"ref": "V-1", "unit": "users", "quantity": "250", **MARCH}
FORECAST: dict[str, Any] = {**VOLUME, "ref": "F-1", "at": "2026-02-10T09:00:00Z"}
BILLED: dict[str, Any] = {"ref": "B-1", "charge": "licences", "amount": "EUR 1200.00", "at": "2026-03-31T21:59:00Z"}
SPAN: dict[str, Any] = {"start": "2026-03-02T09:00:00Z", "end": "2026-03-02T11:00:00Z"}
OUTAGE: dict[str, Any] = {"ref": "O-1", "service": "mail", **SPAN}
NOTICE: dict[str, Any] = {"ref": "N-1", "service": "mail", "kind": "maintenance", "reason": "disks", **SPAN}
WORK: dict[str, Any] = {"ref": "W-1", "ticket": "T-1", "role": "agent", "effort": "15min", "at": SPAN["start"]}
EVENTS = [{"kind": "opened", "at": SPAN["start"]}, {"kind": "resolved", "at": SPAN["end"]}]
TICKET: dict[str, Any] = {"ref": "T-1", "service": "desk", "type": "incident", "priority": "P2", "events": EVENTS}
TABLES: dict[str, tuple[str, type[Any]]] = {
    "volumes": ("volume", Volume),
    "charges": ("billed", Billed),
    "forecasts": ("forecast", Forecast),
}


@given(INSTANTS, SPANS)
def test_a_volume_lasts_until_the_period_ends(at: datetime, span: list[datetime]) -> None:
    """Before an instant a volume is known as lasting to that instant at most; one that starts no earlier is not."""
    volume = Volume.model_validate({**VOLUME, "start": span[0], "end": span[1]})
    known = volume.known_before(to_micros(at))
    if span[0] >= at:
        assert known is None
    else:
        assert known == Volume.model_validate({**VOLUME, "start": span[0], "end": min(span[1], at)})


@given(INSTANTS, INSTANTS)
def test_what_is_told_at_the_end_of_a_period_belongs_to_the_next(at: datetime, told: datetime) -> None:
    """A forecast, a bill and work are known just before an instant when they were given, billed or done before it."""
    for model, data in ((Forecast, FORECAST), (Billed, BILLED), (Work, WORK)):
        record: Any = model.model_validate({**data, "at": told})
        assert record.known_before(to_micros(at)) == (record if told < at else None)


@given(NUMBERS.filter(lambda text: not text.startswith("-")), st.sampled_from([Volume, Forecast]))
def test_a_quantity_is_the_number_that_was_written(text: str, model: type[Any]) -> None:
    """Whatever its zeros and decimals a quantity is exactly that number, and reads back from its text."""
    record = model.model_validate({**(VOLUME if model is Volume else FORECAST), "quantity": text})
    assert Fraction(record.numerator, 10**record.places) == Fraction(text) == Fraction(record.quantity)
    assert model.model_validate(json.loads(canonical_json(record.to_data()))) == record


BAD: list[tuple[type[Any], dict[str, Any], str, str]] = [
    (Volume, {**VOLUME, "quantity": "-1"}, "quantity", "quantity_negative"),
    (Volume, {**VOLUME, "quantity": "-0.000000001"}, "quantity", "quantity_negative"),
    (Volume, {**VOLUME, "quantity": 2.5}, "quantity", "number_float"),
    (Volume, {**VOLUME, "quantity": "1,000"}, "quantity", "number_syntax"),
    (Volume, {**VOLUME, "quantity": 10**18}, "quantity", "number_range"),
    (Volume, {**VOLUME, "end": VOLUME["start"]}, "end", "no_length"),
    (Volume, {**VOLUME, "end": "2026-02-01T00:00:00Z"}, "end", "end_before_start"),
    (Volume, {**VOLUME, "end": None}, "end", "instant_syntax"),  # how long it lasts must be said
    (Volume, {**VOLUME, "unit": ""}, "unit", "string_too_short"),
    (Volume, {**VOLUME, "unit": "users "}, "unit", "blank_edge"),
    (Volume, {**VOLUME, "at": BILLED["at"]}, "at", "extra_forbidden"),
    (Volume, {**VOLUME, "customer": 7}, "customer", "string_type"),
    (Volume, {**VOLUME, "service": "a\tb"}, "service", "control_character"),
    (Forecast, VOLUME, "at", "missing"),
    (Forecast, {**FORECAST, "at": "2026-02-10T09:00:00"}, "at", "instant_naive"),
    (Forecast, {**FORECAST, "quantity": -1}, "quantity", "quantity_negative"),
    (Billed, {**BILLED, "amount": "EUR 0.001"}, "amount", "billed_scale"),
    (Billed, {**BILLED, "amount": "JPY 0.5"}, "amount", "billed_scale"),
    (Billed, {**BILLED, "amount": "1200.00"}, "amount", "money_currency_missing"),
    (Billed, {**BILLED, "amount": 1200}, "amount", "money_number"),
    (Billed, {**BILLED, "amount": 1200.0}, "amount", "money_float"),
    (Billed, {**BILLED, "amount": "EUR 1,200.00"}, "amount", "money_syntax"),
    (Billed, {**BILLED, "amount": None}, "amount", "money_type"),
    (Billed, {**BILLED, "charge": 31}, "charge", "string_type"),
    (Billed, {**BILLED, "at": "2026-03-31"}, "at", "instant_syntax"),
    (Billed, {**BILLED, "evidence": ""}, "evidence", "string_too_short"),
    (Outage, {**OUTAGE, "affected": "0%"}, "affected", "affected_share"),
    (Outage, {**OUTAGE, "affected": "100.000000001%"}, "affected", "affected_share"),
    (Outage, {**OUTAGE, "affected": "0.4"}, "affected", "percent_sign"),
    (Outage, {**OUTAGE, "affected": "-1%"}, "affected", "percent_range"),
    (Outage, {**OUTAGE, "state": "slow"}, "state", "literal_error"),
    (Outage, {**OUTAGE, "area": " north"}, "area", "blank_edge"),
    (Outage, {**OUTAGE, "subject": ""}, "subject", "string_too_short"),
    (Outage, {**OUTAGE, "cause": "c" * 201}, "cause", "string_too_long"),
    (Notice, {**NOTICE, "kind": "third party"}, "kind", "literal_error"),
    (Notice, {**NOTICE, "announced": "2026-03-01"}, "announced", "instant_syntax"),
    (Notice, {**NOTICE, "area": ""}, "area", "string_too_short"),
    (Work, {**WORK, "start": "2026-03-02T09:00:00.000001Z"}, "start", "end_before_start"),
    (Work, {**WORK, "start": "2026-03-02T08:00:00"}, "start", "instant_naive"),
    (Work, {**WORK, "billable": "no"}, "billable", "not_true_or_false"),
    (Work, {**WORK, "billable": 0}, "billable", "not_true_or_false"),
    (Work, {**WORK, "billable": None}, "billable", "not_true_or_false"),
    (Work, {**WORK, "person": ""}, "person", "string_too_short"),
    (Ticket, {**TICKET, "area": ""}, "area", "string_too_short"),
    (Ticket, {**TICKET, "cause": "a\nb"}, "cause", "control_character"),
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


@pytest.mark.parametrize(
    ("model", "data"),
    [
        (Volume, {**VOLUME, "quantity": 0}),  # nobody used it: that is said, too
        (Volume, {**VOLUME, "service": "mail", "customer": "Acme"}),
        (Forecast, {**FORECAST, "at": "2026-05-01T00:00:00Z"}),  # too late to be of use: for a clause to say
        (Billed, {**BILLED, "amount": "EUR -5.00", "evidence": "credit note 7"}),
        (Billed, {**BILLED, "amount": "JPY 500"}),
        (Outage, {**OUTAGE, "affected": "0.000000001%", "state": "degraded", "area": "north"}),
        (Outage, {**OUTAGE, "subject": "router 7", "cause": "C-1"}),
        *((Notice, {**NOTICE, "kind": kind}) for kind in ("customer_delay", "third_party", "early_life")),
        (Notice, {**NOTICE, "announced": SPAN["end"], "area": "north", "subject": "router 7", "customer": "Acme"}),
        (Work, {**WORK, "start": WORK["at"], "person": "engineer 7", "billable": False}),
        (Ticket, {**TICKET, "area": "north", "cause": "C-1", "subject": "router 7"}),
    ],
)
def test_what_may_be_said_reads_back(model: type[Any], data: dict[str, Any]) -> None:
    """What lies on a bound is read, reads back from its plain data and from a pickle as the same, and is sealed."""
    record = model.model_validate(data)
    assert model.model_validate(json.loads(canonical_json(record.to_data()))) == record
    assert pickle.loads(pickle.dumps(record)) == record  # noqa: S301 - our own
    assert record.to_data().keys() == {name for name in data if data[name] is not None}


@pytest.mark.parametrize(
    ("model", "data", "seal"),
    [
        ("Ticket", {**TICKET, "subject": "No mail", "customer": "Acme"}, "e0b3b907cf5c0464"),
        ("Outage", OUTAGE, "6c4d6620bf2465f7"),
        ("Outage", {"ref": "O-2", "service": "mail", "start": SPAN["start"], "state": "unknown"}, "8876843db7eee51e"),
        ("Notice", NOTICE, "be03dbf8518cb5c3"),
        ("Work", WORK, "c9dd55ae222686b9"),
        ("Sample", {"ref": "S-1", "service": "api", "requests": 1200, "errors": 3, **SPAN}, "8f8171b330e7d5f0"),
        ("Survey", {"ref": "A-1", "service": "desk", "at": "2026-03-02T15:00:00Z", "score": 9}, "20b596e6bfecadf7"),
        (
            "Declared",
            {"ref": "D-1", "figure": "uptime", "value": "97.5", "at": "2026-04-03T08:00:00Z", **SPAN},
            "ebeaaf78aea5a159",
        ),
    ],
)
def test_records_that_say_nothing_new_keep_their_digest(model: str, data: dict[str, Any], seal: str) -> None:
    """Statements that were sealed before these fields existed still verify: the digests were taken at that time."""
    assert getattr(kinds, model).model_validate(data).short_digest == seal


@pytest.mark.parametrize(
    ("model", "data", "changes"),
    [
        (Ticket, TICKET, [{"area": "a"}, {"cause": "a"}, {"subject": "a"}]),
        (
            Outage,
            OUTAGE,
            [{"area": "a"}, {"cause": "a"}, {"subject": "a"}, {"affected": "40%"}, {"state": "degraded"}],
        ),
        (Notice, NOTICE, [{"announced": SPAN["start"]}, {"area": "a"}, {"subject": "a"}, {"customer": "a"}]),
        (Work, WORK, [{"start": WORK["at"]}, {"person": "a"}, {"billable": False}]),
        (
            Volume,
            VOLUME,
            [{"ref": "a"}, {"unit": "a"}, {"quantity": 1}, {"service": "a"}, {"customer": "a"}, SPAN],
        ),
        (Forecast, FORECAST, [{"ref": "a"}, {"unit": "a"}, {"quantity": 1}, {"at": SPAN["end"]}, {"service": "a"}]),
        (Billed, BILLED, [{"charge": "a"}, {"amount": "EUR 1200.01"}, {"amount": "USD 1200.00"}, {"evidence": "a"}]),
    ],
)
def test_a_digest_sees_every_new_field(model: type[Any], data: dict[str, Any], changes: list[dict[str, Any]]) -> None:
    """A change of anything that a record says changes its digest, each to another."""
    seals = [model.model_validate({**data, **change}).short_digest for change in ({}, *changes)]
    assert len(set(seals)) == len(seals)


def test_one_meaning_has_one_digest() -> None:
    """All users, billable work and trailing zeros go without saying: the record is the same with them and without."""
    pairs: list[tuple[type[Any], dict[str, Any], dict[str, Any]]] = [
        (Outage, OUTAGE, {"affected": "100%"}),
        (Work, WORK, {"billable": True}),
        (Volume, VOLUME, {"quantity": "250.00"}),
        (Billed, BILLED, {"amount": "EUR 1200"}),
    ]
    for model, plain, spelt in pairs:
        one, other = (model.model_validate({**plain, **change}) for change in ({}, spelt))
        assert (one, one.short_digest) == (other, other.short_digest)
    assert Outage.model_validate({**OUTAGE, "affected": "40%"}).affected == Percent.parse("40%")


def test_the_sign_of_a_bill_is_kept() -> None:
    """What was refunded is negative, and nothing turns it round."""
    assert Billed.model_validate({**BILLED, "amount": "EUR -5.00"}).amount == Money.parse("EUR -5.00")


@given(st.lists(st.tuples(st.sampled_from(["A", "B", "C"]), st.integers(1, 2)), max_size=6), st.sampled_from([*TABLES]))
def test_an_identity_is_used_once(drawn: list[tuple[str, int]], table: str) -> None:
    """Equal records of one identity are one; different ones are all rejected, under the name of their kind."""
    kind, model = TABLES[table]
    data = {"volumes": VOLUME, "charges": BILLED, "forecasts": FORECAST}[table]
    field, said = ("amount", "EUR {}.00") if table == "charges" else ("quantity", "{}")
    records = [model.model_validate({**data, "ref": ref, field: said.format(number)}) for ref, number in drawn]
    facts = Facts.of(**{table: records})
    told = {ref: {number for other, number in drawn if other == ref} for ref, _ in drawn}
    assert [each.ref for each in getattr(facts, table)] == sorted(ref for ref in told if len(told[ref]) == 1)
    assert [(each.kind, each.ref, each.code) for each in facts.rejected] == [
        (kind, ref, "duplicate_identity") for ref in sorted(told) if len(told[ref]) == 2 for _ in range(2)
    ]


def test_the_setting_has_them_all() -> None:
    """Whatever is needed whole is in the setting, work too; a setting without anything is the empty one."""
    volume, bill, forecast, work = (
        Volume.model_validate(VOLUME),
        Billed.model_validate(BILLED),
        Forecast.model_validate(FORECAST),
        Work.model_validate(WORK),
    )
    facts = Facts.of(volumes=[volume], charges=[bill], forecasts=[forecast], work=[work])
    assert facts.setting == Setting(volumes=(volume,), charges=(bill,), forecasts=(forecast,), work=(work,))
    assert (facts.volumes, facts.charges, facts.forecasts, facts.work) == ((volume,), (bill,), (forecast,), (work,))
    assert pickle.loads(pickle.dumps(facts.setting)) == facts.setting  # noqa: S301 - our own
    assert (
        repr(facts) == "<Facts: 0 tickets, 0 outages, 0 notices, 1 volumes, 1 charges, 1 forecasts, 1 work, 0 rejected>"
    )
    assert Facts.of(work=[work]).shards(2)[1] == Facts()
