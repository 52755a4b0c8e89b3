"""The real contracts that break a law: what of each can be written down, and what finds it."""

from __future__ import annotations

import re
from typing import NamedTuple

import pytest

import ecsm_contracts as ec
from ecsm_contracts.errors import InvalidValue
from tests.contracts.test_findings_page import PAGE, merged
from tests.examples.test_contract_library import SCENARIOS, SCRIPT

ROWS = [
    [cell.strip() for cell in line.strip("| ").split(" | ")]
    for line in PAGE.split("\n## Real violators\n", 1)[1].splitlines()
    if line.startswith("| L")
]


class Violator(NamedTuple):
    """The clauses of a violator, what finds it, and what is said."""

    clauses: str
    code: str
    says: str = ""


UP = (
    '{ref: "2", kind: service_level, scope: {service: mail}, measure: {kind: availability, hours: always}, '
    "target: {%s}}"
)
CREDIT = '{ref: "3", kind: service_credit, levels: ["2"], per: level, rate: {bands: [%s]}, of: "1"}'
POINTS = (
    '{ref: "3", kind: service_credit, levels: ["2"], per: points, points: 1, price: together, of: "1", '
    "rate: {bands: [%s]}}"
)
SHORT = '{ref: "%d", kind: service_credit, levels: ["2"], per: shortfall, unit: 1%%, part: exact, rate: %s, of: "1"}'
DECLARED = "measure: {kind: declared, figure: %s, gives: share, when_missing: not_measured, evidence: optional}"
LATE = """\
{ref: "2", kind: service_level, target: {at_least: %s}, measure: {kind: attainment, within: 8h, population: due,
    clock: {start: [opened], stop: [resolved], hours: always, holds: [], reopened: continue_without, attempt: last,
      changed: restart}, minimum: %s, when_too_few: not_measured}}"""
CLAIMED = """\
{ref: "5", kind: relief, notices: [maintenance], levels: ["2"], treatment: exclude, denominator: stays}
settlement: {entitlement: claimed, instrument: credit_note, rounding: {mode: half_up, at: line}, tax: price_reduction,
    claim: {since: incident, within: %s, evidence: not_required, amount: computed, undecided: pays}}"""

VIOLATORS = {
    "Host Europe": Violator(
        CREDIT % "{up_to: 89.9%, is: 100%}, {from: 90%, up_to: 94.9%, is: 50%}, {is: 0%}", "bands_gap"
    ),
    "Factobyte": Violator(
        CREDIT % "{up_to: 98.9%, is: 20%}, {from: 99%, up_to: 99.8%, is: 10%}, {is: 0%}", "bands_gap"
    ),
    "TELUS": Violator(POINTS % '{up_to: "20", is: 6%}, {from: "25", is: 8%}', "bands_gap"),
    "ODOT": Violator(
        POINTS % '{below: "19", is: 0%}, {up_to: "24", is: 10%}, {from: "19", up_to: "30", is: 20%}, {is: 20%}',
        "bands_overlap",
    ),
    "Infraon": Violator(
        POINTS % '{below: "240", is: 0%}, {up_to: "360", is: 5%}, {from: "350", up_to: "600", is: 10%}, {is: 20%}',
        "bands_overlap",
    ),
    "FarmGPU Standard": Violator(
        CREDIT % "{below: 99%, is: 25%}, {below: 99.5%, is: 10%}, {is: 0%}",
        "credit_without_breach",
        "numbers from 99% to below 99.5% are promised 10%, but there level 2 is met",
    ),
    "Sandetel": Violator(
        f"{UP % 'above: 90%'}\n  - {CREDIT % '{below: 95%, is: 5%}, {is: 0%}'}",
        "credit_without_breach",
        "numbers above 90% and below 95% are promised 5%",
    ),
    "an IBM hosting agreement": Violator(
        f"{UP % 'at_least: 99.95%'}\n  - "
        '{ref: "3", kind: service_credit, levels: ["2"], per: down_time, unit: 1h, part: down, rate: 1%, of: "1"}',
        "breach_without_credit",
        "in 2026-04, with 720 h of service time, more than 21.6 min of down time miss level 2 (target: at least "
        "99.95%), and less than 60 min cost nothing",
    ),
    "SVCE": Violator(
        '{ref: "3", kind: service_credit, levels: ["2"], per: shortfall, unit: 1%, part: down, rate: 5%, of: "1"}',
        "breach_without_credit",
        "numbers above 98% and below 99% miss level 2",
    ),
    "AWS": Violator(
        '{ref: "5", kind: limit, credits: ["4"], above: EUR 1.00, window: period, excess: forfeit}',
        "breach_without_credit",
        "credits of EUR 1.00 or less are never given",
    ),
    "Government of the Northwest Territories": Violator(
        f'{{ref: "5", kind: service_level, {DECLARED % "elapsed"}, target: {{at_most: 80%}}}}\n  - '
        '{ref: "6", kind: bonus, levels: ["5"], per: level, of: "1", '
        "rate: {bands: [{up_to: 79%, is: 0%}, {up_to: 80%, is: 5%}, {is: 0%}]}}",
        "",
    ),
    "FarmGPU: a tier": Violator(
        f"{CREDIT % '{below: 95%, is: 50%}, {is: 10%}'}\n  - "
        '{ref: "4", kind: limit, credits: ["3"], at_most: 30%, of: "1", window: period, excess: forfeit}',
        "tier_beyond_limit",
        "the tier 50% of 3 is above this limit of 30%",
    ),
    "a month in which": Violator(
        f'{LATE % ("95%", 20)}\n  - {{ref: "3", kind: service_credit, levels: ["2"], per: level, rate: 10%, of: "1"}}',
        "flat_below_target",
        "numbers from 0% to below 95% of level 2 all cost 10%",
    ),
    "a target of 99 %": Violator(
        LATE % ("99%", 30),
        "target_tolerates_no_miss",
        "with fewer than 100 tickets a single miss fails the target (at least 99%), and 30 are judged",
    ),
    "probes every 5 minutes": Violator(
        '{ref: "2", kind: service_level, scope: {service: mail}, target: {at_most: 0.01%}, measure: {kind: error_rate, '
        "hours: always, bucket: 5min, take: {bad_buckets: {at_least: 100%}}, empty_bucket: no_errors}}",
        "step_wider_than_target",
        "one bucket of 5 min is 1/8640 of 2026-04, more than the 0.01% that the target leaves",
    ),
    "Accord: serviceCredit1": Violator(CREDIT % "{below: 99%, is: 2}, {is: 0}", "rate_unit"),
    "Accord: 110": Violator('{ref: "1", kind: charge, amount: EUR 110.00000000000001, every: month}', "money_scale"),
    "Crown Commercial Service": Violator(
        f"{SHORT % (3, '1%')}\n  - {SHORT % (5, '0.5%')}\n  - "
        '{ref: "4", kind: limit, credits: ["3", "5"], at_most: 50%, of: "1", window: period, excess: forfeit}',
        "priced_twice",
        "level 2 is priced by 3 and again here",
    ),
    "FarmGPU: a limit of 15 %": Violator(
        '{ref: "4", kind: limit, credits: ["3"], at_most: 15%, of: "1", window: period, excess: forfeit}\n  - '
        '{ref: "5", kind: limit, credits: ["4"], at_most: 10%, of: "1", window: period, excess: forfeit}',
        "limits_differ",
        "5 limits to 10% what 4 limits to 15%: the lower one counts",
    ),
    "Notion: 72 hours": Violator(CLAIMED % "72h", "claim_deadline_early", "so soon after the incident"),
    "Pylon: 24 hours": Violator(CLAIMED % "24h", "claim_deadline_early", "so soon after the incident"),
}
EVALUATED = ("NHS", "credits of 15 % paid")
"""Violators that no static check can find."""


def found_by(name: str) -> str:
    """What the page says finds a violator."""
    [row] = [row for row in ROWS if row[1].startswith(name)]
    return row[2]


def said(clauses: str) -> list[tuple[str, str]]:
    """Code and message of all that reading and checking say."""
    try:
        return [(each.code, each.message) for each in merged(f"clauses:\n  - {clauses}\n").check(notes=True)]
    except ec.DocumentError as error:
        return [(problem.code, problem.message) for problem in error.problems]


@pytest.mark.parametrize("name", VIOLATORS)
def test_a_violator_is_found_as_the_page_says(name: str) -> None:
    """What the page names finds the violator, and says its numbers."""
    violator = VIOLATORS[name]
    codes = [violator.code] if violator.code else [re.findall(r"`([a-z_]+)`", found_by(name))[0]]
    messages = [message for code, message in said(violator.clauses) if code in codes]
    assert messages
    assert f"`{codes[0]}`" in found_by(name)
    assert any(violator.says in message for message in messages), messages


def test_each_row_of_the_page_is_a_violator_here() -> None:
    """No row is without its test, unless it takes an evaluation or a cost model, as it says."""
    for row in ROWS:
        names = [name for name in (*VIOLATORS, *EVALUATED) if row[1].startswith(name)]
        assert len(names) == 1, row
        assert (names[0] in EVALUATED) == ("evaluated" in row[2] or "cost model" in row[2])


def test_a_single_number_is_no_band() -> None:
    """A reward at 80 % and nowhere else cannot be written."""
    violator = VIOLATORS["Government of the Northwest Territories"]
    assert [code for code, _ in said(violator.clauses.replace("up_to: 79%", "below: 80%"))] == ["bands_order"]


def test_treating_those_who_waited_costs_more() -> None:
    """Settled, twenty more patients treated cost 9,000 more: the contract of the NHS breaks L7 (#39 and #40)."""
    totals = []
    for number in ("39", "40"):
        [scenario] = [
            each for each in SCENARIOS if each.contract == "nhs-tolerance" and f"example {number}" in each.name
        ]
        assert SCRIPT.settle(scenario).differences == ()
        totals.append(ec.Money.parse(str(scenario.expect[-1]["total"])))
    assert str(totals[0] - totals[1]) == "GBP 9000.00"


def test_no_float_becomes_money() -> None:
    """In Python too the number of the template is refused: it is a binary float (L27)."""
    with pytest.raises(InvalidValue) as caught:
        ec.Money.of(110.00000000000001, "EUR")  # type: ignore[arg-type]  # what the template computes with
    assert caught.value.rule == "money_float"
