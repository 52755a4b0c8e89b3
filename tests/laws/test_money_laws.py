"""Laws of the flow of money, over drawn contracts: nothing is taken twice, and every amount is the sum of its parts."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import ecsm_contracts as ec
from tests.oracle.money import amount
from tests.oracle.money_documents import Document, MoneyCase, money_cases

from .comparing_money import contract_of, engine_lines, minor, months

pytestmark = pytest.mark.sweep
Given = dict[str, list[int]]


def by_ref(case: MoneyCase) -> dict[str, Document]:
    """The clauses by number."""
    return {clause["ref"]: clause for clause in case.contract["clauses"]}


def taken_by(clause: Document) -> list[str]:
    """What a limit or a combine takes."""
    return list(clause.get("credits") or clause.get("among") or [])


def below(clauses: dict[str, Document], ref: str) -> set[str]:
    """A clause and all that it takes, near or far."""
    return {ref}.union(*(below(clauses, each) for each in taken_by(clauses[ref])))


def with_clauses(case: MoneyCase, clauses: list[Document]) -> MoneyCase:
    """The case with other clauses."""
    return replace(case, contract=case.contract | {"clauses": clauses})


def combined(clauses: dict[str, Document]) -> set[str]:
    """All that some combine takes, near or far."""
    return {
        each
        for clause in clauses.values()
        if clause["kind"] == "combine"
        for ref in clause["among"]
        for each in below(clauses, ref)
    }


def check_flow(case: MoneyCase) -> None:
    """Assert the laws that each statement shows by itself, and those of a limit over its window."""
    clauses = by_ref(case)
    silent = combined(clauses)
    given_since: dict[str, int] = {}
    for statement in months(case):
        lines = engine_lines(statement)
        assert minor(statement.total.value) == sum(value for _, _, value in lines)
        assert len({line[:2] for line in lines}) == len(lines)
        assert not silent & {ref for ref, _, _ in lines}
        for ref, clause in clauses.items():
            if clause["kind"] == "limit" and ref not in silent:
                sign = 1 if ref[1] == "b" else -1
                under = below(clauses, ref)
                value = sign * sum(minor for each, _, minor in lines if each in under)
                assert value >= 0
                if str(clause.get("at_most", "")).startswith("EUR"):
                    around = any(ref in taken_by(each) for each in clauses.values())
                    so_far = given_since.get(ref, 0) if clause["window"] == "term" and not around else 0
                    given_since[ref] = so_far + value
                    assert given_since[ref] <= amount(clause["at_most"])


@settings(max_examples=25)
@given(money_cases())
def test_what_is_owed_is_the_sum_of_its_lines_and_taken_once(case: MoneyCase) -> None:
    """A total is the sum of its lines, none of them twice, and what a limit takes comes to no more than its room."""
    check_flow(case)


@settings(max_examples=60)
@given(money_cases())
def test_what_is_given_of_each_part_adds_up_to_what_a_limit_gave(case: MoneyCase) -> None:
    """The parts of what a limit takes add up to what it gave in the end, its lines too where no limit is around it."""
    clauses = [clause for clause in case.contract["clauses"] if clause["kind"] != "trigger"]
    refs = {clause["ref"]: clause for clause in clauses}
    limits = [each for each in clauses if each["kind"] == "limit" and each["ref"][1] == "c"]
    limits = [each for each in limits if each["ref"] not in combined(refs) and each["excess"] == "forfeit"]
    if not limits:
        return
    seen = sorted({ref for each in limits for ref in (each["ref"], *each["credits"])})
    amounts = {"credits": seen, "above": "EUR 1.00", "window": "term", "consumes": False}
    watch = {"ref": "W", "kind": "trigger", "right": "audit", "amounts": amounts}
    for statement in months(with_clauses(case, [*clauses, watch])):
        given_of = {
            each.ref: minor(each.past[-1].value)
            for each in statement.carry.remembered
            if each.name == "given" and each.ref in seen
        }
        for limit in limits:
            assert sum(given_of[ref] for ref in limit["credits"]) == given_of[limit["ref"]]
            if not any(limit["ref"] in taken_by(each) for each in clauses):
                under = below(refs, limit["ref"])
                assert given_of[limit["ref"]] == -sum(
                    value for each, _, value in engine_lines(statement) if each in under
                )


@settings(max_examples=20)
@given(money_cases(), st.randoms(use_true_random=False))
def test_the_order_of_the_clauses_changes_no_amount(case: MoneyCase, random: Any) -> None:
    """The same clauses in another order give the same lines, clause by clause, and the same carry."""
    shuffled = list(case.contract["clauses"])
    random.shuffle(shuffled)
    for one, other in zip(months(case), months(with_clauses(case, shuffled)), strict=True):
        assert sorted(engine_lines(one)) == sorted(engine_lines(other))
        assert one.carry == other.carry


@settings(max_examples=20)
@given(money_cases())
def test_a_limit_around_its_equal_changes_no_total(case: MoneyCase) -> None:
    """A limit in a limit of the same terms gives what the one gives alone."""
    clauses = list(case.contract["clauses"])
    taken = {ref for clause in clauses for ref in taken_by(clause)}
    outer = [clause for clause in clauses if clause["kind"] == "limit" and clause["ref"] not in taken]
    outer = [clause for clause in outer if clause.get("above") is None]
    again = [{**clause, "ref": f"{clause['ref']} again", "credits": [clause["ref"]]} for clause in outer]
    if again:
        for one, other in zip(months(case), months(with_clauses(case, [*clauses, *again])), strict=True):
            assert one.total.value == other.total.value


@settings(max_examples=15)
@given(money_cases())
def test_a_contract_reads_back_equal_from_yaml_json_and_python(case: MoneyCase) -> None:
    """Written and read as YAML, as JSON and as plain data it is the same contract, with the same digest."""
    contract = contract_of(case)
    again = [
        ec.parse_contract(ec.contract_text(contract, "yaml"), form="yaml"),
        ec.parse_contract(ec.contract_text(contract, "json"), form="json"),
        ec.parse_contract(json.dumps(contract.to_data()), form="json"),
        ec.Contract.model_validate(contract.to_data()),
    ]
    assert all(each == contract and each.digest() == contract.digest() for each in again)


@pytest.mark.deep
@settings(max_examples=1_500)
@given(money_cases())
def test_what_is_owed_is_the_sum_of_its_lines_and_taken_once_deeply(case: MoneyCase) -> None:
    """The same, on very many cases."""
    check_flow(case)
