"""Whatever is changed in a statement, by hand or by a forger with new seals: it is refused, and the part is named."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

import ecsm_contracts as ec
from ecsm_contracts.figures import Figure, value_from_data, value_to_data
from ecsm_contracts.statements import figures_by_name, statement_from_data
from examples.contracts import scenarios
from tests.engine.tampering import (
    at,
    changed,
    facts,
    kinds_of,
    leaves,
    names,
    other,
    rebuilt,
    refused,
    sealed,
    statements,
    without,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.engine.tampering import Path

pytestmark = pytest.mark.sweep

NO_CONTENT = {"made_by", "seals"}
FEBRUARY = statements()[1].to_data()


def unnamed(data: dict[str, Any], path: Path, failures: tuple[str, ...], *also: str) -> str:
    """Say of a change at *path* what the *failures* do not name; nothing when they do."""
    wanted = (*names(data, path), *also)
    told = any(word in failure for word in wanted for failure in failures)
    return "" if told else f"{'/'.join(map(str, path))}: none of {wanted} in {failures[:3]}"


def of_content(data: dict[str, Any]) -> list[Path]:
    """The leaves that are content."""
    return [path for path in leaves(data) if path[0] not in NO_CONTENT]


def test_the_statement_has_a_part_of_every_sort() -> None:
    """What is changed below is there: lines of four sorts, carries, a trigger, groups, rejected, unlisted, origins."""
    assert refused(FEBRUARY) == refused(sealed(FEBRUARY)) == ()
    assert [line["kind"] for line in FEBRUARY["lines"]] == ["charge", "credit", "carried", "limit"]
    assert {"excess", "fired 2", "state"} == {each["name"] for each in FEBRUARY["carried"]["remembered"]}
    for part in ("triggers", "rejected", "unlisted", "origins", "assessments", "outcomes"):
        assert FEBRUARY[part], part
    assert any(len(row) > 3 + len(FEBRUARY["columns"]) for row in FEBRUARY["outcomes"]), "no row is in a group"


def is_group(path: Path) -> bool:
    """Say whether it is what a row is grouped by: only the facts can tell that of a group without figures."""
    return path[0] == "outcomes" and path[2:] == (3 + len(FEBRUARY["columns"]),)


def test_every_leaf_that_a_forger_changes_is_named() -> None:
    """Each text, number and truth of a statement, changed and sealed anew: never believed, and the part is named."""
    found = []
    for path in of_content(FEBRUARY):
        forged_one = sealed(changed(FEBRUARY, path, other(at(FEBRUARY, path))))
        failures = refused(forged_one)
        if not failures and is_group(path):
            failures = refused(forged_one, facts())
        found.append(unnamed(FEBRUARY, path, failures))
    assert [each for each in found if each] == []


def test_every_sort_of_leaf_that_is_changed_by_hand_is_named_beside_its_seal() -> None:
    """Without new seals the broken one is named as well, unless reading refuses the part at once."""
    for path in kinds_of(leaves(FEBRUARY)):
        failures = refused(changed(FEBRUARY, path, other(at(FEBRUARY, path))))
        assert not unnamed(FEBRUARY, path, failures)
        assert any(each.startswith("seals.") for each in failures) or len(failures) == 1


def test_every_sort_of_part_that_is_missing_is_named() -> None:
    """A field, an item of a list or a whole part taken out and sealed anew is refused by an error of the library."""
    for path in kinds_of(of_content(FEBRUARY)):
        assert not unnamed(FEBRUARY, path, refused(sealed(without(FEBRUARY, path))), f"{path[0]} ")
    for part in sorted({*FEBRUARY} - NO_CONTENT):
        assert not unnamed(FEBRUARY, (part,), refused(sealed(without(FEBRUARY, (part,))))), part


@pytest.mark.deep
@pytest.mark.parametrize("value", [None, 0, -1, 10**30, "", "x", [], [["x"]], {}, {"x": 1}], ids=repr)
def test_whatever_stands_in_a_place_is_refused(value: Any) -> None:
    """A value of any other type, in any sort of place: an error of the library, and the part is named."""
    for path in kinds_of(of_content(FEBRUARY)):
        if at(FEBRUARY, path) != value:
            assert not unnamed(FEBRUARY, path, refused(sealed(changed(FEBRUARY, path, value))))


def another_value(figure: Figure[Any]) -> Figure[Any]:
    """The figure with another value of its type."""
    ((kind, value),) = value_to_data(figure.value).items()
    return replace(figure, value=value_from_data({kind: other(value)}))


def without_proof(figure: Figure[Any]) -> Figure[Any]:
    """The figure as if it were given."""
    return replace(figure, rule="given", inputs=())


CHANGES = {
    "value": another_value,
    "name": lambda figure: replace(figure, name=figure.name + "x"),
    "rule": lambda figure: replace(figure, rule=figure.rule.replace("/1", "/9") if figure.inputs else "sum/1"),
    "citation": lambda figure: replace(figure, cites=(*figure.cites, "clause 99")),
    "input order": lambda figure: replace(figure, inputs=figure.inputs[::-1]),
    "missing input": lambda figure: replace(figure, inputs=figure.inputs[:-1]),
    "no proof": without_proof,
}


def figures_of(statement: ec.Statement) -> Iterator[Figure[Any]]:
    """A figure for each rule and name."""
    found = {(part.rule, part.name): part for root in figures_by_name(statement).values() for part in root.walk()}
    yield from found.values()


def forged(statement: ec.Statement, what: str) -> Iterator[tuple[Figure[Any], tuple[str, ...]]]:
    """Each figure that can be changed so, and what is found wrong with the statement then."""
    for figure in figures_of(statement):
        after = CHANGES[what](figure)
        if (after.inputs, after.rule, after.value, after.name, after.cites) != (
            figure.inputs, figure.rule, figure.value, figure.name, figure.cites,
        ):  # fmt: skip
            yield figure, refused(rebuilt(statement, figure, CHANGES[what]))


@pytest.mark.parametrize("what", sorted(CHANGES))
def test_a_figure_that_is_forged_with_its_keys_and_seals_is_named(what: str) -> None:
    """Value, name, rule, citation, inputs: changed so that keys, amounts and seals fit, and still named."""
    statement = statement_from_data(FEBRUARY)
    for figure, failures in forged(statement, what):
        wanted = (figure.name, *(part.name for part in figure.inputs))
        assert any(word in failure for word in wanted for failure in failures), (figure, failures)


def test_another_maker_is_no_forgery() -> None:
    """What made a statement is recorded and no content: with a seal of its own it is the same statement."""
    for path in leaves(FEBRUARY["made_by"]):
        other_maker = sealed(changed(FEBRUARY, ("made_by", *path), "another"))
        assert refused(other_maker) == ()
        assert statement_from_data(other_maker) == statement_from_data(FEBRUARY)


RICH = {
    "business-indicator": "the limit, and what exceeds it in the next month",
    "state-data-centre": "",
    "uk-public-points": "",
    "msp-prepaid-hours": "",
    "experience-csat": "",
}


@pytest.mark.deep
@pytest.mark.parametrize("contract", sorted(RICH))
def test_the_same_holds_for_statements_of_real_contracts(contract: str) -> None:
    """Limits with carry, bonuses, scores, declared figures, prepaid hours: every sort of leaf is named."""
    last = scenarios.read_scenarios(contract)[-1]
    data = scenarios.settle(last).statements[-1].to_data()
    for path in kinds_of(of_content(data)):
        assert not unnamed(data, path, refused(sealed(changed(data, path, other(at(data, path))))))
    statement = statement_from_data(data)
    for what in sorted(CHANGES):
        for figure, failures in forged(statement, what):
            assert failures, (what, figure)
