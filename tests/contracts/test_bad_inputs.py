"""
The contract-shaped bad inputs that are kept outside the repository, in this library's own form.

Each case there is a fault in a document whose fields have other names. `FAULTS` puts the same fault into `BASE`, and
`docs/reference/bad-inputs.md` has a row for each: what is required, what is given. `python -m
tests.contracts.test_bad_inputs` prints the rows.
"""

from __future__ import annotations

import json
import sys
import time
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import yaml

import ecsm_contracts as ec
from ecsm_contracts.adapters import parse_document
from ecsm_contracts.errors import InvalidValue
from tests.conftest import shared_path

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "bad-inputs.md"

BASE = """\
schema: ecsm.contract/1
ref: ACME-2025
title: Resolution within four hours
agreement: sla
parties: {provider: Northwind Support, customer: Acme Ltd}
term: {start: 2025-01-01, end: 2026-01-01}
zone: Europe/Paris
currency: EUR
billing: {cycle: month, anchor_day: 1}
calendars:
  desk: {zone: Europe/Paris, holidays: fr, hours: [Mon 09:00-17:30, Tue 09:00-17:30]}
holidays:
  fr:
    country: FR
    years: "2025"
    days: [2025-01-01, 2025-04-21, 2025-05-01]
services: [{ref: desk, title: Service desk, hours: desk}]
clauses:
  - {ref: "3.1", kind: charge, amount: EUR 12000.00, every: month}
  - ref: "4.1"
    kind: service_level
    measure:
      kind: attainment
      clock: {start: [opened], stop: [resolved], hours: desk, holds: [customer],
        reopened: continue_without, attempt: last, changed: restart}
      within: {by: priority, P1: 4h, otherwise: none}
      population: due
      minimum: 1
      when_too_few: met
    target: {at_least: 95%}
  - ref: "4.2"
    kind: service_credit
    levels: ["4.1"]
    per: level
    rate: {bands: [{below: 90%, is: 10%}, {below: 95%, is: 5%}, {is: 0%}]}
    of: "3.1"
  - {ref: "4.3", kind: limit, credits: ["4.2"], at_most: 25%, of: "3.1", window: period, excess: forfeit}
settlement: {entitlement: automatic, instrument: deduction, rounding: {mode: half_up, at: line}, tax: price_reduction}
"""
CUT = "CUT"
"""The text ends before what is replaced."""
FEE, HOURS, ZONE, P1, COUNTRY = (
    "EUR 12000.00",
    "Mon 09:00-17:30",
    "zone: Europe/Paris\ncurrency",
    "P1: 4h",
    "country: FR",
)
INCLUDE = "schema: ecsm.contract/1\n"
FAULTS: dict[str, tuple[str, str]] = {
    "C001": ("credits: [", "creditz: ["),
    "C002": ("currency: EUR\n", "currency: EUR\ncurrency: USD\n"),
    "C004": (FEE, "0.30000000000000004"),
    "C007": (FEE, ".nan"),
    "C011": (FEE, "EUR 12_000.00"),
    "C013": (FEE, '"EUR 12,000.00"'),
    "C014": (FEE, '"EUR 12.000,00"'),
    "C015": (FEE, "€12000"),
    "C016": (FEE, "EUR -12000.00"),
    "C017": (FEE, "EUR -0.00"),
    "C018": (FEE, "EUR 12000.005"),
    "C020": ("currency: EUR", "currency: eur"),
    "C022": ("ref: ACME-2025", "ref: 00123"),
    "C023": ("ref: ACME-2025", 'ref: "ACME-2025\\u200b"'),
    "C024": ("ref: ACME-2025", 'ref: "ACME-2025 "'),
    "C025": ("ecsm.contract/1", "ecsm.contract/99"),
    "C026": (COUNTRY, "country: NO"),
    "C027": (COUNTRY, "country: UK"),
    "C028": (COUNTRY, "country: fr"),
    "C029": (COUNTRY, "country: GB"),
    "C033": ("2025-04-21", "86400"),
    "C036": ("end: 2026-01-01", "end: 2024-12-31"),
    "C037": ("end: 2026-01-01", "end: 2025-01-01"),
    "C038": ("start: 2025-01-01", "start: 20250101"),
    "C039": ("start: 2025-01-01", 'start: "01/02/2025"'),
    "C041": (HOURS, "Mon 17:30-09:00"),
    "C042": (HOURS, "Mon 09:00-09:00"),
    "C043": (HOURS, "Mon 09:00-13:00 12:00-17:00"),
    "C045": (HOURS, "Mon 00:00-23:59"),
    "C051": (HOURS, "Sun 01:30-02:30"),
    "C052": (ZONE, ZONE.replace("Europe/Paris", "europe/paris")),
    "C054": (ZONE, ZONE.replace("Europe/Paris", "Etc/GMT+5")),
    "C055": (ZONE, ZONE.replace("Europe/Paris", "../../etc/passwd")),
    "C056": (ZONE, ZONE.replace("Europe/Paris", "localtime")),
    "C057": (ZONE, ZONE.replace("Europe/Paris", "right/Europe/Paris")),
    "C058": (ZONE, ZONE.replace("Europe/Paris", "America")),
    "C062": (P1, "P1: 4:30"),
    "C063": (P1, "P1: P1M"),
    "C064": (P1, "P1: P1D"),
    "C065": (P1, 'P1: "100:00"'),
    "C066": (P1, "P1: PT0S"),
    "C067": (P1, "P1: -PT4H"),
    "C068": (P1, "P1: yes"),
    "C069": ("changed: restart", "changed: Restrt"),
    "C070": ("{below: 90%, is: 10%}, {below: 95%, is: 5%}", "{below: 95%, is: 5%}, {below: 90%, is: 10%}"),
    "C072": ("{below: 90%, is: 10%}", "{below: 90%, is: 1%}"),
    "C075": ("{below: 90%, is: 10%}", '{below: 90%, is: "10"}'),
    "C076": ("at_most: 25%", "at_most: 250%"),
    "C078": (P1, "P1: 4h, P1: 8h"),
    "Y001": (
        INCLUDE,
        INCLUDE + 'a0: &a0 ["x","x","x","x","x","x","x","x","x"]\n'
        + "".join(f"a{n}: &a{n} [{','.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 10)),
    ),
    "Y004": ('of: "3.1", window', "<<: *d, window"),
    "Y005": ("tax: price_reduction}\n", "tax: price_reduction}\n---\n" + BASE),
    "Y007": (BASE, "- " + BASE.splitlines()[0] + "\n"),
    "Y011": (INCLUDE, "\ufeff" + INCLUDE),
    "Y012": (INCLUDE, INCLUDE + "x: " + "[" * 1000 + "]" * 1000 + "\n"),
    "Y013": (BASE, "#" * 60_000_000),
    "I001": (INCLUDE, INCLUDE + "include: ../../../../etc/passwd\n"),
    "I002": (INCLUDE, INCLUDE + "include: /etc/passwd\n"),
    "I003": (INCLUDE, INCLUDE + "include: http://169.254.169.254/latest/meta-data/\n"),
    "I004": (INCLUDE, INCLUDE + "include: self.yaml\n"),
    "I005": (INCLUDE, INCLUDE + "include: link.yaml\n"),
    "P001": ("kind: service_level\n", 'kind: service_level\n    scope: {subject_matches: "^(a+)+$"}\n'),
    "J001": ('"currency": "EUR"', '"currency": "EUR", "currency": "USD"'),
    "J002": ('"EUR 12000.00"', "12345678901234567.89"),
    "J003": ('"EUR 12000.00"', "12000.10"),
    "J005": ('"EUR 12000.00"', "1e-400"),
    "J006": ('"settlement"', CUT),
    "J008": (BASE, "[" * 100_000 + "]" * 100_000),
}  # fmt: skip
"""What is replaced in `BASE`, and by what; those that begin with J are in JSON."""

FROZEN = {"C027": "UK", "C028": "fr"}
"""Countries that no contract is asked about, as their days stand in it: freezing them is refused."""

_TRAP = "no reading of YAML 1.1 takes place: the text means what it shows"
_ALLOWED = "a shift that ends before it starts passes midnight"
_FINDING = "a finding of `check()`: the terms are clear, and may be meant"
DIFFERS: dict[str, str] = {
    "C022": _TRAP,
    "C026": _TRAP,
    "C041": _ALLOWED,
    "C066": _FINDING,
    "C072": _FINDING,
    "C076": _FINDING,
}
"""Where another action is given than is required, and why (design, section 13)."""

NOTES: dict[str, str] = {
    "C001": "the field is required as well, and one problem says both: a limit cannot be absent by a slip",
    "C027": "refused when the days are frozen; in a contract the days decide, and the country says where they are from",
    "C028": "as C027",
    "C075": "here it is the other way round: a percentage has its sign",
    "C078": "a target stands in a table by priority, where a second one is a duplicate key",
    "I001": "there are no includes",
    "I002": "there are no includes",
    "I003": "there are no includes",
    "I004": "there are no includes",
    "I005": "there are no includes",
    "P001": "there are no patterns",
    "Y004": "the alias is a problem of its own",
}
"""What else is to be said of a case."""

WAITING: dict[str, str] = {}
"""Cases that are not yet answered as required, and what they need; one that is answered must leave this table."""


class Answer(NamedTuple):
    """What the library makes of a document."""

    action: str
    codes: tuple[str, ...]
    path: str
    line: int


@cache
def cases() -> dict[str, dict[str, Any]]:
    """The contract-shaped cases, by id."""
    loaded = yaml.safe_load(shared_path("cases", "bad_inputs.yaml").read_text("utf-8"))
    return {case["id"]: case for case in loaded["cases"] if case["kind"] == "contract"}


def faulty(ref: str) -> tuple[str, str]:
    """The faulty text of a case, and its form."""
    old, new = FAULTS[ref]
    if not ref.startswith("J"):
        assert BASE.count(old) == 1, old
        return BASE.replace(old, new), "yaml"
    if old == BASE:
        return new, "json"
    text = json.dumps(parse_document(BASE, name="base", form="yaml").data)
    assert text.count(old) == 1, old
    return (text[: text.index(old)] if new == CUT else text.replace(old, new)), "json"


def changed_line(ref: str) -> int:
    """The line in which the fault stands: the first one that is not as in `BASE`."""
    text, form = faulty(ref)
    lines = text.removeprefix("\ufeff").splitlines()
    same = zip(lines, BASE.splitlines(), strict=False)
    return (
        1
        if form == "json"
        else next((number for number, (a, b) in enumerate(same, 1) if a != b), len(BASE.splitlines()) + 1)
    )


@cache
def answer(ref: str) -> Answer:
    """What the library makes of a case."""
    text, form = faulty(ref)
    try:
        contract = ec.parse_contract(text, form=form)  # type: ignore[arg-type]  # one of the two
    except ec.DocumentError as error:
        codes = tuple(dict.fromkeys(problem.code for problem in error.problems))
        return Answer("reject_document", codes, error.problems[0].path, error.problems[0].line)
    if ref in FROZEN:
        try:
            ec.freeze_holidays(FROZEN[ref], "2025")
        except InvalidValue as error:
            return Answer("reject_document", (error.rule,), "freeze_holidays", 0)
    usual = {(each.code, each.clause) for each in ec.parse_contract(BASE).check()}
    findings = [each for each in contract.check() if (each.code, each.clause) not in usual]
    if findings:
        place = findings[0].place or findings[0].clause
        return Answer("accept_with_warning", tuple(each.code for each in findings), place, 0)
    return Answer("accept_exact", (), "", 0)


def row(ref: str) -> str:
    """The row of the page for a case."""
    required, given = cases()[ref]["required"], answer(ref)
    at = (given.path if len(given.path) < 60 else given.path[:20] + "…").replace("|", " ")
    place = " at ".join(filter(None, [", ".join(f"`{code}`" for code in given.codes), f"`{at}`" if at else ""]))
    note = DIFFERS.get(ref) or NOTES.get(ref) or (f"waiting: {WAITING[ref]}" if ref in WAITING else "")
    shown = f"{required['action']} `{required['code']}`"
    return " | ".join(["", ref, shown, f"{given.action} {place}".strip(), note, ""]).strip().replace("  ", " ")


@pytest.mark.parametrize("ref", FAULTS)
def test_each_bad_input_is_answered_as_required(ref: str) -> None:
    """The action is the one that is required, or differs by design, or waits; the page says what is given."""
    assert ref in cases(), "there is no such case"
    required = cases()[ref]["required"]["action"]
    assert (answer(ref).action == required) == (ref not in DIFFERS | WAITING), answer(ref)
    assert row(ref) in PAGE.read_text("utf-8").splitlines(), f"print the rows anew: {row(ref)}"


NO_LINE = FROZEN.keys()
"""What is refused before there are lines."""


@pytest.mark.parametrize("ref", FAULTS)
def test_each_bad_input_is_refused_at_its_place(ref: str) -> None:
    """A document is refused at the line in which the fault stands."""
    given = answer(ref)
    if given.action == "reject_document" and ref not in NO_LINE:
        assert given.line == changed_line(ref)


def test_no_case_is_left_out() -> None:
    """Every contract-shaped case has its fault here, in the order of the cases."""
    assert list(FAULTS) == list(cases())
    assert not DIFFERS.keys() & WAITING.keys()


def test_the_base_is_sound_and_a_byte_order_mark_changes_nothing() -> None:
    """The document that the faults are put into is read, and with a mark before it has the same digest (Y011)."""
    assert ec.parse_contract("\ufeff" + BASE).digest() == ec.parse_contract(BASE).digest()


@pytest.mark.parametrize("ref", ["Y001", "Y012", "Y013", "P001", "J008"])
def test_what_would_exhaust_a_reader_ends_soon(ref: str) -> None:
    """Expansion, depth, size and patterns cost no more than a moment."""
    text, form = faulty(ref)
    began = time.perf_counter()
    with pytest.raises(ec.DocumentError):
        ec.parse_contract(text, form=form)  # type: ignore[arg-type]  # one of the two
    assert time.perf_counter() - began < 2


if __name__ == "__main__":
    sys.stdout.write("\n".join(map(row, FAULTS)) + "\n")
