"""The page of choices says what the models hold: each field, each default with its reason, each fragment of YAML."""

from __future__ import annotations

import ast
import inspect
import re
import textwrap
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import ecsm_contracts as ec
from ecsm_contracts import calendars, clauses, contracts, facts, measures

if TYPE_CHECKING:
    from pydantic import BaseModel

pytestmark = pytest.mark.sweep

PAGE = (Path(__file__).parents[2] / "docs" / "reference" / "choices.md").read_text(encoding="utf-8")

MODELS: dict[str, type[BaseModel]] = {
    "amendment": contracts.Amendment,
    "amounts": clauses.AmountsReached,
    "announced": measures.Announced,
    "attainment": measures.Attainment,
    "availability": measures.Availability,
    "band": clauses.Band,
    "bands": clauses.Bands,
    "basis": clauses.Basis,
    "billing": calendars.BillingCycle,
    "bonus": clauses.Bonus,
    "calendar": contracts.CalendarTerms,
    "charge": clauses.Charge,
    "claim": clauses.ClaimTerms,
    "clock": measures.Clock,
    "combine": clauses.Combine,
    "contract": contracts.Contract,
    "cost_centre": clauses.CostCentre,
    "count": measures.Count,
    "day": clauses.ServiceDay,
    "declared": measures.DeclaredFigure,
    "earn_back": clauses.EarnBack,
    "error_rate": measures.ErrorRate,
    "exchange": clauses.Exchange,
    "expires": clauses.Expiry,
    "limit": clauses.Limit,
    "minimum": clauses.Minimum,
    "outage": facts.Outage,
    "overdue": measures.Overdue,
    "pay_in": clauses.PayIn,
    "points": clauses.PointsReached,
    "quota": measures.Quota,
    "ratio": measures.Ratio,
    "relief": clauses.Relief,
    "rounding": clauses.Rounding,
    "scope": measures.Scope,
    "score": measures.Score,
    "service_credit": clauses.ServiceCredit,
    "service_level": clauses.ServiceLevel,
    "settlement": clauses.Settlement,
    "term": contracts.Term,
    "ticket": facts.Ticket,
    "ticket_time": measures.TicketTime,
    "time": measures.TimeTaken,
    "trigger": clauses.Trigger,
    "units": clauses.PerUnit,
    "versions": contracts.Versions,
    "when": clauses.When,
}
"""What the first word of a field is on the page."""

FIELD = re.compile(r"`([a-z_]+)\.([a-z_]+)` \((required where [^)]+|required|fact|default[^)]*)\)")
FRAGMENT = re.compile(r"`([{a-z][^`]*)`")

BASE = """\
schema: ecsm.contract/1
ref: C-1
title: A contract to try fragments in
agreement: sla
parties: {provider: P, customer: C}
term: {start: 2026-01-01, end: 2028-01-01}
zone: Europe/London
currency: EUR
billing: {cycle: month}
calendars:
  desk: {zone: Europe/London, hours: [Mon-Fri 08:00-18:00]}
  always: {zone: Europe/London, hours: [always]}
services:
  - {ref: desk, title: Desk, hours: desk}
  - {ref: mail, title: Mail, hours: always}
clauses:
  - {ref: "3.1", kind: charge, title: Monthly fee, amount: EUR 20000.00, every: month}
  - {ref: "3.2", kind: charge, title: Licences, per: {billed: licences}}
  - {ref: "3.3", kind: basis, title: At-risk amount, of: ["3.1"], share: 10%}
  - {ref: "3.4", kind: basis, title: One day of service, of: ["3.1"], day_count: actual}
  - ref: "4.1"
    kind: service_level
    measure:
      kind: ticket_time
      clock:
        {start: [opened], stop: [resolved], hours: desk, holds: [customer], reopened: continue_without, attempt: last,
        changed: new_only}
      within: 8h
  - ref: "4.2"
    kind: service_level
    measure:
      kind: attainment
      clock:
        {start: [opened], stop: [resolved], hours: desk, holds: [customer], reopened: continue_without, attempt: last,
        changed: new_only}
      within: 8h
      population: due
      minimum: 1
      when_too_few: met
    target: {at_least: 95%}
    severities: [{below: 80%, is: severe}, {below: 90%, is: serious}, {is: minor}]
    gaps: breaks
  - ref: "4.3"
    kind: service_level
    scope: {service: mail}
    measure: {kind: availability, hours: always}
    target: {at_least: 99.9%}
    gaps: skips
  - {ref: "4.4", kind: service_level, measure: {kind: count, of: reopened}, target: {at_most: 9}, gaps: breaks}
  - {ref: "5.1", kind: service_credit, levels: ["4.2"], per: level, rate: 5%, of: "3.1"}
  - {ref: "5.2", kind: service_credit, levels: ["4.3"], per: level, rate: 10%, of: "3.1"}
  - {ref: "5.3", kind: service_credit, levels: ["4.2"], per: points, points: "2", rate: EUR 10.00}
  - {ref: "5.4", kind: service_credit, levels: ["4.1"], per: ticket, rate: EUR 10.00}
ADDED
settlement: {entitlement: automatic, instrument: deduction, rounding: {mode: half_up, at: line}, tax: price_reduction}
"""

LEVEL = {"measure": "{kind: availability, hours: always}", "target": "{at_least: 99%}", "gaps": "breaks"}
CREDIT = {"levels": '["4.2"]', "per": "level", "rate": "EUR 50.00"}
TARGETS = {"share": "{at_least: 99%}", "time": "{at_most: 4h}", "number": "{at_most: 5}", None: ""}
OF_A_CONTRACT = ("settlement", "versions", "amendments", "billing")


def _first_key(fragment: str) -> str:
    found = re.match(r"\{?([a-z_]+):", fragment)
    return found.group(1) if found else ""


def _with_defaults(fragment: str, others: dict[str, str]) -> str:
    said = {key for key in others if re.search(rf"(^|, ){key}: ", fragment)}
    return ", ".join([fragment, *(f"{key}: {text}" for key, text in others.items() if key not in said and text)])


def _clause(fragment: str) -> str:
    """Return the clause that a fragment is, or is a part of."""
    key = _first_key(fragment)
    if key == "kind":
        return fragment.removeprefix("{").removesuffix("}")
    if key in clauses.ServiceLevel.model_fields and key not in {"title", "ref"}:
        others = dict(LEVEL)
        if key == "measure" and "target:" not in fragment:
            others["target"] = TARGETS[_unit(fragment.removeprefix("measure: "))]
        return "kind: service_level, " + _with_defaults(fragment, others)
    if key == "clock":
        within = "within: 8h, population: due, minimum: 1, when_too_few: met"
        return "kind: service_level, target: {at_least: 99%}, measure: {kind: attainment, " + f"{fragment}, {within}}}"
    assert key in clauses.ServiceCredit.model_fields, fragment
    return "kind: service_credit, " + _with_defaults(fragment, CREDIT)


def _unit(measure: str) -> str | None:
    kind = re.findall(r"kind: ([a-z_]+)", measure)[0]
    if kind == "time":
        return "time"
    if kind == "ticket_time" or "take: worst" in measure:
        return None
    number = kind in {"count", "levels"} or "gives: number" in measure or "take: mean," in measure
    return "number" if number else "share"


def document(fragments: list[str]) -> str:
    """Return the text of a contract that has all of the *fragments*; clauses are numbered from 9.1."""
    text = BASE
    added: list[str] = []
    for fragment in fragments:
        key = _first_key(fragment)
        if key in OF_A_CONTRACT:
            text = re.sub(rf"^{key}: .*\n", "", text, flags=re.MULTILINE) + fragment + "\n"
        else:
            added.append(f'  - {{ref: "9.{len(added) + 1}", {_clause(fragment)}}}')
    return text.replace("ADDED\n", "".join(f"{line}\n" for line in added))


def table(heading: str) -> list[list[str]]:
    """Return the rows of all tables below *heading*, without their heads."""
    body = PAGE.split(f"\n## {heading}\n", 1)[1].split("\n## ", 1)[0]
    found = [[cell.strip() for cell in line.strip("|").split(" | ")] for line in body.splitlines() if line[:1] == "|"]
    return [row for row in found if re.fullmatch(r"\d+|[A-Z]\d+", row[0].strip("| "))]


OPEN = table("What contracts leave open")
MECHANISMS = table("How each mechanism is written")
FIELDS = [(row[0], *found) for row in OPEN for found in FIELD.findall(" ".join(row))]
FRAGMENTS = [(row[0], [each for each in FRAGMENT.findall(row[2]) if ":" in each]) for row in MECHANISMS]


def docstring(model: type[BaseModel], field: str) -> str:
    """Return the text below a field in the class that declares it, in one line."""
    for cls in model.__mro__:
        if not cls.__module__.startswith("ecsm_contracts"):
            continue
        body = ast.parse(textwrap.dedent(inspect.getsource(cls))).body[0]
        assert isinstance(body, ast.ClassDef)
        for here, after in zip(body.body, body.body[1:], strict=False):
            if isinstance(here, ast.AnnAssign) and isinstance(here.target, ast.Name) and here.target.id == field:
                text = (
                    after.value.value if isinstance(after, ast.Expr) and isinstance(after.value, ast.Constant) else ""
                )
                return " ".join(str(text).replace("``", "").replace("`", "").split())
    return ""


def test_the_tables_are_whole() -> None:
    """All fifty things that contracts leave open have one row each, and so have the mechanisms of the seven groups."""
    assert [row[0] for row in OPEN] == [str(number) for number in range(1, 51)]
    counts = {"M": 13, "T": 8, "C": 20, "D": 10, "E": 9, "P": 5, "G": 10}
    assert [row[0] for row in MECHANISMS] == [
        f"{letter}{number}" for letter, many in counts.items() for number in range(1, many + 1)
    ]
    assert {len(row) for row in (*OPEN, *MECHANISMS)} == {3}


@pytest.mark.parametrize("row", OPEN, ids=lambda row: f"choice-{row[0]}")
def test_every_choice_has_its_fields_or_says_that_it_has_none(row: list[str]) -> None:
    """A row names a field, or says what is fixed; nothing in it that looks like a field goes unchecked."""
    said = FIELD.findall(row[2])
    assert said or "Fixed:" in row[2]
    named = re.findall(r"`([a-z_]+)\.([a-z_]+)`", row[2])
    assert {each for each in named if each[0] != "ec"} == {(first, second) for first, second, _ in said}


@pytest.mark.parametrize(("number", "model", "field", "how"), FIELDS, ids=[f"{n}-{m}.{f}" for n, m, f, _ in FIELDS])
def test_every_field_is_there_and_required_or_not_as_the_page_says(
    number: str, model: str, field: str, how: str
) -> None:
    """A field exists in its model; it has no default where the page says required, and one where it says default."""
    fields = {info.alias or name: info for name, info in MODELS[model].model_fields.items()}
    assert field in fields, number
    if how == "fact":
        assert model in {"ticket", "outage"}
        return
    assert fields[field].is_required() == (how == "required")
    if how.startswith("required where"):
        assert (model, field) in NEEDED, "show in NEEDED that a document without it is refused"
    value = re.match(r"default `([^`]+)`", how)
    if value is not None:
        default = fields[field].default
        assert value.group(1) == (default if isinstance(default, str) else str(default).lower())


REASONS = [
    (row[0], model, field, reason)
    for row in OPEN
    for model, field, how in FIELD.findall(row[2])
    for reason in re.findall(r"\*([^*]+)\*", how)
]


@pytest.mark.parametrize(
    ("number", "model", "field", "reason"), REASONS, ids=[f"{n}-{m}.{f}" for n, m, f, _ in REASONS]
)
def test_every_reason_is_the_one_of_the_docstring(number: str, model: str, field: str, reason: str) -> None:
    """What the page gives in italics as the reason of a default stands so in the field's docstring."""
    name = next(name for name, info in MODELS[model].model_fields.items() if field in (info.alias, name))
    assert reason in docstring(MODELS[model], name), number


CLOCK = "start: [opened], stop: [resolved], hours: desk, reopened: continue_without, attempt: last, changed: new_only"
IN_TIME = f"kind: attainment, clock: {{{CLOCK}, holds: []}}, within: 8h, minimum: 1, when_too_few: met"
BUCKETS = "kind: error_rate, hours: always, bucket: 5min, take: mean_of_buckets, empty_bucket: no_errors"
FIGURE = "kind: declared, figure: x, gives: share, when_missing: missed, evidence: optional"
BY_RUN = '{kind: service_credit, levels: ["9.2"], per: level, rate: {by: run, "1": 5%, otherwise: 10%}, of: "3.1"}'
SETTLED = "rounding: {mode: half_up, at: line}, tax: price_reduction}"
CLAIMED = "since: statement, evidence: required, amount: computed, undecided: pays"
WORKING_DAYS = "within: {days: 30, meaning: end_of_working_day}"
NEEDED = {
    ("attainment", "undecided"): ("measure: {" + IN_TIME + ", population: opened%}", ", undecided: missed"),
    ("service_level", "gaps"): (
        BY_RUN + "\n{kind: service_level, measure: {kind: availability, hours: always}, target: {at_least: 99%}%}",
        ", gaps: breaks",
    ),
    ("service_level", "target"): (
        "{kind: service_level, measure: {kind: availability, hours: always}%}",
        ", target: {at_least: 9%}",
    ),
    ("service_credit", "part"): ('levels: ["4.3"], per: down_time, unit: 1h%', ", part: down"),
    ("service_credit", "unit"): ('levels: ["4.3"], per: down_time, part: down%', ", unit: 1h"),
    ("service_credit", "of"): ("per: level, rate: 5%%", ', of: "3.1"'),
    ("limit", "of"): ('{kind: limit, credits: ["5.1"], at_most: 5%, window: period, excess: forfeit%}', ', of: "3.1"'),
    ("charge", "billed"): ("{kind: charge, amount: EUR 300.00, every: quarter%}", ", billed: advance"),
    ("charge", "every"): ("{kind: charge, amount: EUR 300.00%}", ", every: month"),
    ("relief", "denominator"): (
        '{kind: relief, notices: [maintenance], levels: ["4.3"], treatment: exclude%}', ", denominator: stays",
    ),
    ("when", "consumes"): ("per: level, when: {run: 3%}", ", consumes: false"),
    ("declared", "when_late"): (
        "measure: {" + FIGURE + ", delivered_within: 48h%}",
        ", when_late: missed",
    ),
    ("settlement", "claim"): (
        "settlement: {entitlement: claimed, instrument: cash, " + SETTLED.removesuffix("}") + "%}",
        ", claim: {within: 72h, " + CLAIMED + "}",
    ),
    ("settlement", "day"): (
        "settlement: {entitlement: automatic, instrument: service_days, " + SETTLED.removesuffix("}") + "%}",
        ', day: {of: "3.1", count: actual, part: up}',
    ),
    ("settlement", "at_end"): (
        "settlement: {entitlement: automatic, instrument: balance, " + SETTLED.removesuffix("}") + "%}",
        ", at_end: cash",
    ),
    ("claim", "calendar"): (
        f"settlement: {{entitlement: claimed, instrument: cash, claim: {{{WORKING_DAYS}, {CLAIMED}%}}, {SETTLED}",
        ", calendar: desk",
    ),
    ("contract", "versions"): (
        'amendments: [{ref: A-1, from: 2026-07-01, remove: ["5.4"]}]%', "\nversions: {period: start, tickets: period}",
    ),
    ("clock", "holds"): ("clock: {" + CLOCK + "%}", ", holds: [customer]"),
    ("clock", "counts_only"): ("clock: {" + CLOCK + "%}", ", counts_only: [provider]"),
    ("billing", "month_end"): ("billing: {cycle: month, anchor_day: 31%}", ", month_end: last_day"),
    ("error_rate", "places"): ("measure: {" + BUCKETS + "%}", ", places: 6"),
}  # fmt: skip
"""For fields that are required where something else is said: a fragment with a ``%`` before its end, and the field."""


@pytest.mark.parametrize("field", NEEDED, ids=".".join)
def test_a_field_that_is_required_somewhere_is_asked_for_there(field: tuple[str, str]) -> None:
    """Without the field the document is refused, with it the document is read."""
    fragment, said = NEEDED[field]
    before, _, end = fragment.rpartition("%")
    with pytest.raises(ec.DocumentError):
        ec.parse_contract(document((before + end).split("\n")))
    ec.parse_contract(document((before + said + end).split("\n")))


@pytest.mark.parametrize("row", MECHANISMS, ids=lambda row: f"mechanism-{row[0]}")
def test_every_mechanism_is_written_or_says_why_not(row: list[str]) -> None:
    """A row shows a fragment, names a function of the library, or says why the mechanism cannot be written."""
    functions = re.findall(r"`ec\.([a-z_]+)`", row[2])
    assert all(hasattr(ec, name) for name in functions)
    has_fragment = any(number == row[0] and fragments for number, fragments in FRAGMENTS)
    assert has_fragment or functions or "not said: " in row[2]


def test_what_is_settled_by_quarter_can_be_judged_by_month() -> None:
    """As row G4 says: the months of a quarter are three windows, which one statement assesses."""
    text = document(["every: month"]).replace("billing: {cycle: month}", "billing: {cycle: quarter, anchor_month: 1}")
    contract = ec.parse_contract(text.replace("every: month}", "every: quarter}"))
    statement = ec.evaluate(contract, ec.Facts(), period=contract.billing.period_containing(contract.term.start))
    judged = [each.clause for each in statement.assessments if each.clause.startswith("9.1")]
    assert judged == ["9.1@2026-01-01", "9.1@2026-02-01", "9.1@2026-03-01"]


def _settled(fragments: list[str], given: ec.Facts) -> ec.Statement:
    contract = ec.parse_contract(document(fragments))
    return ec.evaluate(contract, given, period=contract.billing.period_containing(contract.term.start))


def _ticket(end: str, at: str) -> facts.Ticket:
    events = [{"kind": "opened", "at": "2026-01-05T09:00:00Z"}, {"kind": end, "at": at}]
    return facts.Ticket.model_validate(
        {"ref": "T-1", "service": "desk", "type": "incident", "priority": "P1", "events": events}
    )


def test_rows_6_and_8_exactly_in_time_is_met_and_a_cancelled_ticket_is_in_no_population() -> None:
    """Of eight hours, eight are in time and a microsecond more is late; cancelled, the late ticket counts nowhere."""
    outcomes = []
    for end, at in [
        ("resolved", "2026-01-05T17:00:00Z"),
        ("resolved", "2026-01-05T17:00:00.000001Z"),
        ("cancelled", "2026-01-07T09:00:00Z"),
    ]:
        statement = _settled([], ec.Facts(tickets=(_ticket(end, at),)))
        found = next(each for each in statement.assessments if each.clause == "4.2")
        outcomes.append((found.outcome, found.number))
    assert outcomes == [("met", 1), ("missed", 0), ("met", None)]


def test_row_14_where_facts_tell_of_no_outage_there_was_none() -> None:
    """Without any fact, availability is whole."""
    found = next(each for each in _settled([], ec.Facts()).assessments if each.clause == "4.3")
    assert (found.outcome, found.number) == ("met", 1)


def test_row_18_time_down_is_cut_into_units_as_a_sum_or_for_each_outage() -> None:
    """Twice 45 minutes are three half hours together, and two with a combine for each item."""
    outages = tuple(
        facts.Outage.model_validate(
            {
                "ref": f"O-{day}",
                "service": "mail",
                "start": f"2026-01-{day}T10:00:00Z",
                "end": f"2026-01-{day}T10:45:00Z",
            }
        )
        for day in ("05", "06")
    )
    happened = ec.Facts(setting=facts.Setting(outages=outages))
    credit = 'levels: ["4.3"], per: down_time, unit: 30min, part: down, rate: EUR 10.00'
    each = '{kind: combine, among: ["9.1"], take: sum, per: item}'
    owed = [
        [str(line.amount) for line in _settled(fragments, happened).lines if line.clause.startswith("9")]
        for fragments in ([credit], [credit, each])
    ]
    assert owed == [["EUR -30.00"], ["EUR -20.00"]]


WRITTEN = [(number, fragments) for number, fragments in FRAGMENTS if fragments]


@pytest.mark.parametrize(("number", "fragments"), WRITTEN, ids=[f"mechanism-{number}" for number, _ in WRITTEN])
def test_every_fragment_is_accepted_in_a_contract_and_settles(number: str, fragments: list[str]) -> None:
    """A contract with the fragments of a row is read, is written as it was read, and settles its first period."""
    contract = ec.parse_contract(document(fragments))
    assert ec.parse_contract(ec.contract_text(contract)).digest() == contract.digest(), number
    ec.evaluate(contract, ec.Facts(), period=contract.billing.period_containing(contract.term.start))
