"""The findings for authors: they come for any contract, are true at their edges, and hang on no order."""

from __future__ import annotations

import json
from fractions import Fraction
from functools import cache
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import ecsm_contracts as ec
from ecsm_contracts import testing
from ecsm_contracts.contracts._check_numbers import Numbers, show
from tests.contracts.test_findings_page import BASE, SECTIONS, as_data, merged

ROOT = Path(__file__).parents[2]
EXAMPLES = sorted(
    path
    for pattern in ("acme.yaml", "*/contract.yaml", "contracts/*/contract.yaml", "real_data/contracts/*.yaml")
    for path in (ROOT / "examples").glob(pattern)
)


def codes(fragment: str) -> set[str]:
    """The codes of all findings and notes of the contract of the page with a fragment put into it."""
    return {each.code for each in merged(fragment).check(notes=True)}


def clauses(*lines: str) -> str:
    """A fragment of clauses."""
    return "clauses:\n" + "".join(f"  - {line}\n" for line in lines)


def named(contract: ec.Contract, place: str) -> object:
    """What stands at a place of a contract's document."""
    found: Any = contract.to_data()
    for part in _parts(place):
        found = found[int(part)] if isinstance(found, list) else found.get(part, {})
    return found


def _parts(place: str) -> list[str]:
    return place.split(".") if place else []


@settings(max_examples=150, deadline=None)
@given(contract=testing.contracts())
def test_every_contract_can_be_checked(contract: ec.Contract) -> None:
    """No contract makes the check raise; findings without notes are the same without the notes; places are there."""
    found = contract.check(notes=True)
    assert contract.check() == tuple(each for each in found if not each.is_note)
    for finding in found:
        assert finding.message, finding.remedy
        assert str(finding).endswith(f"[{finding.code}]")
        named(contract, finding.place)


@pytest.mark.sweep
@settings(max_examples=60, deadline=None)
@given(document=testing.contract_documents(), draw=st.data())
def test_the_order_of_clauses_does_not_matter(document: dict[str, Any], draw: st.DataObject) -> None:
    """Clauses that are written in another order have the same findings; of two, the later one is told."""
    shuffled = {**document, "clauses": draw.draw(st.permutations(document["clauses"]))}
    first, second = (
        [
            each
            for each in ec.parse_contract(json.dumps(data), form="json").check(notes=True)
            if each.code != "priced_twice"
        ]
        for data in (document, shuffled)
    )
    # where a list of clauses stands in a message, it is as they are written
    told = [sorted((each.code, each.clause, each.remedy, each.is_note) for each in found) for found in (first, second)]
    assert told[0] == told[1]


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_each_example_can_be_checked(path: Path) -> None:
    """The findings of an example stand at places that its document has."""
    contract = ec.read_contract(path)
    for finding in contract.check(notes=True):
        assert named(contract, finding.place) not in ({}, None)


@cache
def _page_contracts() -> list[ec.Contract]:
    return [merged(part.split("```", 1)[0]) for section in SECTIONS.values() for part in section.split("```yaml\n")[1:]]


def test_what_is_checked_is_what_is_written() -> None:
    """A contract that is written and read has the findings that it had."""
    for contract in _page_contracts():
        again = ec.parse_contract(json.dumps(contract.to_data()), form="json")
        assert again.check(notes=True) == contract.check(notes=True)


EDGES = [None, Fraction(1), Fraction(2), Fraction(3)]
SPANS = [Numbers(*each) for each in product(EDGES, EDGES, [False, True], [False, True])]
GRID = [Fraction(each, 4) for each in range(17)]


def _holds(numbers: Numbers, value: Fraction) -> bool:
    above = numbers.low is None or value > numbers.low or (value == numbers.low and numbers.with_low)
    below = numbers.high is None or value < numbers.high or (value == numbers.high and numbers.with_high)
    return above and below


def test_numbers_between_edges_are_those_that_one_finds_there() -> None:
    """What two spans share, and whether there is anything, is what each value on a grid says."""
    for first, second in product(SPANS, SPANS):
        both = first.meet(second)
        assert [_holds(both, value) for value in GRID] == [_holds(first, v) and _holds(second, v) for v in GRID]
    for span in SPANS:
        assert span.is_empty() == (not any(_holds(span, value) for value in GRID))
        assert span.is_empty(step=Fraction(1)) == (not any(_holds(span, value) for value in map(Fraction, range(5))))


def test_spans_are_said_with_their_edges() -> None:
    """In words an edge that counts is told from one that does not."""
    level: Any = merged("title: Mail").clause("2")
    low, high = Fraction(95, 100), Fraction(99, 100)
    assert [
        show(Numbers(*each), level) for each in product([None, low], [None, high], [True, False], [True, False])
    ] == [
        *("all", "all", "all", "all", "up to 99%", "below 99%", "up to 99%", "below 99%"),
        *("from 95% on", "from 95% on", "above 95%", "above 95%"),
        *("from 95% up to 99%", "from 95% to below 99%", "above 95% up to 99%", "above 95% and below 99%"),
    ]
    assert show(Numbers(low, low, with_low=True, with_high=True), level) == "exactly 95%"


CREDIT = '{ref: "3", kind: service_credit, levels: ["2"], per: level, of: "1", rate: {bands: [%s, {is: 0%%}]}}'
LEVEL = '{ref: "2", kind: service_level, scope: {service: mail}, measure: {kind: availability, hours: always}, %s}'
COUNT = '{ref: "%d", kind: service_level, measure: {kind: count, of: outages}, target: {at_most: 3}}'
DECLARED = (
    '{ref: "2", kind: service_level, measure: {kind: declared, figure: a, gives: share, when_missing: not_measured, '
    "evidence: optional}, %s}"
)


@pytest.mark.parametrize(
    ("target", "edge", "expected"),
    [
        ("at_least: 99%", "below: 99%", set()),
        ("at_least: 99%", "up_to: 99%", {"credit_without_breach"}),
        ("at_least: 99%", "below: 99.0000001%", {"credit_without_breach"}),
        ("at_least: 99%", "below: 98.9999999%", {"breach_without_credit"}),
        ("above: 99%", "up_to: 99%", set()),
        ("above: 99%", "below: 99%", {"breach_without_credit"}),
        ("above: 99%", "up_to: 99.0000001%", {"credit_without_breach"}),
    ],
    ids=str,
)
def test_a_band_ends_exactly_where_the_target_does(target: str, edge: str, expected: set[str]) -> None:
    """An edge on the target is right when the same side has it; a ten-millionth beyond it is a finding."""
    found = codes(clauses(LEVEL % f"target: {{{target}}}", CREDIT % f"{{{edge}, is: 10%}}"))
    assert found - {"flat_below_target"} == expected


def test_whole_numbers_leave_no_gap_between_them() -> None:
    """Of outages there are 3 or 4 and nothing between: bands may begin anywhere there; a share has numbers between."""
    count = COUNT % 2
    credit = CREDIT.replace("%s, {is: 0%%}", "{%s, is: 0%%}, {is: 10%%}")
    assert codes(clauses(count, credit % 'below: "4"')) == {"flat_below_target"}
    assert "breach_without_credit" in codes(clauses(count, credit % 'up_to: "4"'))
    short = (
        '{ref: "3", kind: service_credit, levels: ["2"], per: shortfall, unit: "%s", part: down, rate: 1%%, of: "1"}'
    )
    assert codes(clauses(count, short % 1)) == set()
    assert codes(clauses(count, short % 2)) == {"breach_without_credit"}


def test_rounding_to_decimals_leaves_no_gap_between_them() -> None:
    """With whole per cents a miss falls short by one at least; with tenths it may fall short by less."""
    short = '{ref: "3", kind: service_credit, levels: ["2"], per: shortfall, unit: 1%, part: down, rate: 1%, of: "1"}'
    levels = [DECLARED % f"target: {{at_least: 99%}}, precision: {{places: {at}, mode: half_up}}" for at in (0, 1)]
    assert [codes(clauses(level, short)) for level in levels] == [set(), {"breach_without_credit"}]


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ("target: {at_least: 99.95%}", True),
        ("target: {at_least: 99%}", False),  # 7.2 h may be lost: the first whole hour was over long before
    ],
)
def test_a_dead_zone_is_one_only_where_the_target_leaves_less(change: str, *, expected: bool) -> None:
    """Whole hours leave no breach without a credit where the target leaves more than an hour."""
    credit = '{ref: "3", kind: service_credit, levels: ["2"], per: down_time, unit: 1h, part: down, rate: 1%, of: "1"}'
    assert ("breach_without_credit" in codes(clauses(LEVEL % change, credit))) is expected


def test_what_is_down_for_too_short_to_count_is_no_dead_zone() -> None:
    """Where outages of less than an hour do not count at all, the level is not missed by them."""
    level = LEVEL.replace("hours: always", "hours: always, minimum_outage: 1h") % "target: {at_least: 99.95%}"
    credit = '{ref: "3", kind: service_credit, levels: ["2"], per: down_time, unit: 1h, part: down, rate: 1%, of: "1"}'
    assert codes(clauses(level, credit)) == set()


@pytest.mark.parametrize(
    ("rate", "at_most", "expected"),
    [
        ("10%", "10%", set()),
        ("10%", "10.0001%", {"limit_never_reached"}),
        ("10%", "9.9999%", {"tier_beyond_limit"}),
        ("100%", "100%", set()),
        ("100.5%", "100.5%", {"limit_above_charge", "insufficient_missing"}),
    ],
)
def test_a_limit_at_the_highest_tier_is_right(rate: str, at_most: str, expected: set[str]) -> None:
    """A limit is reached by its highest tier exactly; one step higher it does nothing, one lower it cuts the tier."""
    credit = f'{{ref: "3", kind: service_credit, levels: ["2"], per: level, rate: {rate}, of: "1"}}'
    limit = f'{{ref: "4", kind: limit, credits: ["3"], at_most: {at_most}, of: "1", window: period, excess: forfeit}}'
    assert codes(clauses(credit, limit)) - {"flat_below_target"} == expected


def test_fifteen_days_of_a_month_are_less_than_its_charge() -> None:
    """A limit in days of service is compared with the charge of the month: 30 thirtieths are all of it, 31 are not."""
    found = []
    for days in (15, 30, 31):
        limit = (
            f'{{ref: "4", kind: limit, credits: ["3"], at_most: {days}00%, of: "5", window: period, excess: forfeit}}'
        )
        credit = (
            '{ref: "3", kind: service_credit, levels: ["2"], per: shortfall, unit: 1%, part: up, rate: 100%, of: "5"}'
        )
        basis = '{ref: "5", kind: basis, of: ["1"], day_count: thirtieth}'
        found.append(codes(clauses(credit, limit, basis)))
    assert found == [set(), set(), {"limit_above_charge"}]


TRIGGER = '{ref: "5", kind: trigger, right: terminate, levels: ["2"], when: {%s, consumes: false}}'
GAPS = LEVEL % "target: {at_least: 99%}, gaps: breaks"


@pytest.mark.parametrize(
    ("fragment", "expected"),
    [
        (clauses(GAPS, TRIGGER % "run: 12"), False),
        (clauses(GAPS, TRIGGER % "run: 13"), True),
        (clauses(GAPS.replace("gaps", "every: day, gaps"), TRIGGER % "run: 365"), False),
        (clauses(GAPS.replace("gaps", "every: day, gaps"), TRIGGER % "run: 366"), True),
        (clauses(TRIGGER % "times: 3, within: 3"), False),
        (clauses(TRIGGER % "times: 4, within: 3"), True),
        (clauses('{ref: "5", kind: trigger, right: terminate, reached: "4"}'), False),
        (
            clauses(
                '{ref: "4", kind: limit, credits: ["3"], at_most: 11%, of: "1", window: period, excess: forfeit}',
                '{ref: "5", kind: trigger, right: terminate, reached: "4"}',
            ),
            True,
        ),
        *(
            (
                clauses(
                    '{ref: "5", kind: trigger, right: terminate, amounts: {credits: ["3"], of: "1", window: period, '
                    f"consumes: false, {threshold}}}}}"
                ),
                expected,
            )
            for threshold, expected in (("at_least: 10%", False), ("above: 10%", True), ("at_least: 10.1%", True))
        ),
        (
            clauses(
                CREDIT.replace("per: level", "per: level, when: {outcome: met, run: 2, consumes: false}")
                % "{below: 99%, is: 10%}",
                GAPS,
            ),
            True,
        ),
    ],
    ids=range(12),
)
def test_a_condition_at_the_edge_of_the_possible(fragment: str, *, expected: bool) -> None:
    """What just can happen is no finding, and one more is."""
    assert ("condition_never_holds" in codes(fragment)) is expected


@pytest.mark.parametrize(
    ("hours", "zone", "expected"),
    [
        ("Sun 01:00-02:00", "Europe/Amsterdam", {"shift_edge_repeated"}),
        ("Sun 01:00-03:00", "Europe/Amsterdam", set()),
        ("Sun 01:00-01:59", "Europe/Amsterdam", set()),
        ("Mon-Sat 01:30-02:30", "Europe/Amsterdam", set()),
        ("Sun 01:30-02:30", "UTC", set()),
        ("Sun 00:30-01:30", "America/New_York", {"shift_edge_repeated"}),
        ("Sat 22:00-02:30", "Europe/Amsterdam", {"shift_edge_repeated"}),
        ("Mon 08:00-23:58", "UTC", set()),
        ("Mon 08:00-23:59", "UTC", {"shift_ends_early"}),
        ("Mon 08:00-24:00", "UTC", set()),
        ("Mon 08:00-18:00", "Etc/GMT+5", {"zone_sign"}),
        ("Mon 08:00-18:00", "Etc/GMT", set()),
    ],
)
def test_hours_at_the_edges_of_the_day_and_of_the_year(hours: str, zone: str, expected: set[str]) -> None:
    """Readings that come twice, the last minute, and zones with the sign of POSIX are found, and nothing near them."""
    assert codes(f"calendars:\n  always: {{zone: {zone}, hours: ['{hours}']}}\n") - {"flat_below_target"} == expected


def test_a_bonus_that_begins_where_the_credit_ends_leaves_nothing_between() -> None:
    """A bonus and a credit for one level have no number in common, and none between them."""
    credit = '{ref: "3", kind: service_credit, levels: ["2"], per: shortfall, unit: 1%, part: up, rate: 1%, of: "1"}'
    met = LEVEL.replace('"2"', '"5"')
    bonus = '{ref: "6", kind: bonus, levels: ["5"], per: level, rate: 2%, of: "1"}'
    found = {
        target: codes(clauses(credit, met % f"target: {{{target}}}", bonus))
        for target in ("at_least: 99%", "above: 99%", "at_least: 98.9%", "at_least: 99.1%")
    }
    assert list(found.values()) == [set(), {"neutral_band"}, {"reward_and_penalty"}, {"neutral_band"}]


def test_a_level_that_is_only_relieved_or_earned_back_has_no_consequence() -> None:
    """Relief of a level, and what it brings back, do not make missing it cost anything."""
    relief = '{ref: "6", kind: relief, first: 2, levels: ["5"], treatment: excuse}'
    assert codes(clauses(COUNT % 5, relief)) - {"flat_below_target"} == {"breach_without_consequence"}


def test_a_calendar_that_relief_names_is_used() -> None:
    """Hours of maintenance are in use, though no measure counts in them."""
    night = "night: {zone: Europe/Amsterdam, hours: ['Sun 04:00-05:00']}"
    calendars = f"calendars:\n  always: {{zone: Europe/Amsterdam, hours: [always]}}\n  {night}\n"
    relief = '{ref: "6", kind: relief, hours: night, levels: ["2"], treatment: exclude, denominator: leaves}'
    assert codes(calendars) - {"flat_below_target"} == {"calendar_unused"}
    assert codes(calendars + clauses(relief)) - {"flat_below_target"} == set()


def test_a_large_contract_is_checked_soon() -> None:
    """A thousand credits under one limit take no more than a few seconds."""
    data = as_data(BASE)
    plain = {"kind": "service_level", "measure": {"kind": "count", "of": "outages"}, "target": {"at_most": 3}}
    for number in range(1000):
        data["clauses"] += [
            {"ref": f"5.{number}", **plain},
            {
                "ref": f"6.{number}",
                "kind": "service_credit",
                "levels": [f"5.{number}"],
                "per": "level",
                "rate": "EUR 1.00",
            },
        ]
    contract = ec.parse_contract(json.dumps(data), form="json")
    found = contract.check()
    assert [each.code for each in found] == ["credit_without_limit"] * 1000


FLAT = '{ref: "%d", kind: service_credit, levels: ["%d"], per: level, rate: %s, of: "1"}'
LIMIT = '{ref: "4", kind: limit, credits: [%s], at_most: %s, of: "1", window: %s, excess: %s}'
TABLE = (
    '{ref: "3", kind: service_credit, levels: ["2"], per: level, of: "1", '
    'rate: {by: occurrence, within: 3, "1": 5%%, "%d": 10%%, otherwise: 10%%}}'
)
RATIO = (
    '{ref: "2", kind: service_level, target: {%s}, measure: {kind: ratio, population: resolved, minimum: %d, '
    "having: {event: reopened, at_most: 0}, when_too_few: not_measured}}"
)
ERRORS = (
    '{ref: "2", kind: service_level, scope: {service: mail}, target: {at_most: %s}, measure: {kind: error_rate, '
    "hours: always, bucket: 24h, take: %s, empty_bucket: no_errors}}"
)
SEVERE = LEVEL % "target: {at_least: 99%}, severities: [{below: 95%, is: severe}, {is: minor}]"
BACK = (
    '{ref: "6", kind: earn_back, of: ["4"], levels: ["2"], gaps: skips, '
    "within: 9, tranches: [{after: 2, share: 9%%}]%s}"
)
NOTHING = '{ref: "5", kind: service_credit, levels: ["2"], per: points, points: 1, rate: EUR 0.00}'
READS = (
    '{ref: "6", kind: trigger, right: terminate, points: {credits: ["5"], at_least: "20", within: 3, consumes: false}}'
)


@pytest.mark.parametrize(
    ("fragment", "code", "expected"),
    [
        (clauses(TABLE % 3), "row_never_reached", False),
        (clauses(TABLE % 4), "row_never_reached", True),
        (
            clauses(COUNT % 5, FLAT % (6, 5, "10%"), LIMIT % ('"3", "6"', "20%", "period", "forfeit")),
            "limit_never_reached",
            False,
        ),
        (
            clauses(COUNT % 5, FLAT % (6, 5, "10%"), LIMIT % ('"3", "6"', "21%", "period", "forfeit")),
            "limit_never_reached",
            True,
        ),
        (clauses(LIMIT % ('"3"', "21%", "period", "carry")), "limit_never_reached", False),
        (clauses(LIMIT % ('"3"', "5%", "period", "carry")), "tier_beyond_limit", False),
        (clauses(LIMIT % ('"3"', "9%", "{periods: 12}", "forfeit")), "window_beyond_term", False),
        (clauses(LIMIT % ('"3"', "9%", "{periods: 13}", "forfeit")), "window_beyond_term", True),
        (
            clauses('{ref: "6", kind: relief, first: 2, levels: ["2"], treatment: waive}'),
            "relief_without_effect",
            False,
        ),
        (
            clauses(COUNT % 5, '{ref: "6", kind: relief, first: 2, levels: ["5"], treatment: waive}'),
            "relief_without_effect",
            True,
        ),
        (
            clauses(COUNT % 5, '{ref: "6", kind: relief, first: 2, levels: ["5"], treatment: excuse}'),
            "relief_without_effect",
            False,
        ),
        (clauses(RATIO % ("at_least: 99%", 100)), "target_tolerates_no_miss", False),
        (clauses(RATIO % ("above: 99%", 100)), "target_tolerates_no_miss", True),
        (clauses(RATIO % ("above: 99%", 101)), "target_tolerates_no_miss", False),
        (clauses(RATIO % ("at_most: 5%", 19)), "target_tolerates_no_miss", True),
        (clauses(RATIO % ("at_most: 5%", 20)), "target_tolerates_no_miss", False),
        ("zone: UTC\n" + clauses(ERRORS % ("3.34%", "{bad_buckets: {above: 5%}}")), "step_wider_than_target", False),
        ("zone: UTC\n" + clauses(ERRORS % ("3.33%", "{bad_buckets: {above: 5%}}")), "step_wider_than_target", True),
        ("zone: UTC\n" + clauses(ERRORS % ("3.33%", "pooled")), "step_wider_than_target", False),
        (clauses(SEVERE, BACK % ""), "severities_unused", True),
        (clauses(SEVERE, BACK % ", only: [minor]"), "severities_unused", False),
        (clauses(SEVERE, FLAT % (3, 2, "{by: severity, severe: 10%, minor: 5%, otherwise: 1%}")), "table_falls", False),
        (clauses(SEVERE, FLAT % (3, 2, "{by: severity, severe: 5%, minor: 10%, otherwise: 10%}")), "table_falls", True),
        (clauses(NOTHING), "breach_without_credit", True),
        (clauses(NOTHING, READS), "breach_without_credit", False),
        (
            clauses(
                LIMIT % ('"3"', "15%", "period", "forfeit"),
                "{ref: '5', kind: limit, credits: ['4'], above: EUR 0.00, window: period, excess: forfeit}",
            ),
            "breach_without_credit",
            False,
        ),
    ],
    ids=map(str, range(26)),
)
def test_rules_at_their_edges(fragment: str, code: str, *, expected: bool) -> None:
    """What just fits has no finding of this code, and what is one step beyond it has."""
    assert (code in codes(fragment)) is expected
