"""
Settle the worked scenarios of the contracts in this folder, and compare them with what is expected.

Each contract has a folder with its document, `scenarios.yaml` (facts in, expected money out) and a page that goes
through its source clause by clause.

    python examples/contracts/scenarios.py [NAME …]
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import yaml

import ecsm_contracts as ec

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

HERE = Path(__file__).parent


class Scenario(NamedTuple):
    """What happened, and what is expected of each period, in their order."""

    contract: str
    name: str
    facts: dict[str, list[dict[str, Any]]]
    opening: dict[str, Any] | None
    expect: list[dict[str, Any]]
    credits: dict[str, Any] | None = None


class Result(NamedTuple):
    """A scenario as it was settled, with every difference from what was expected."""

    scenario: Scenario
    statements: tuple[ec.Statement, ...]
    differences: tuple[str, ...]


def contracts() -> list[str]:
    """Return the names of the contracts: the folders beside this file."""
    return sorted(path.parent.name for path in HERE.glob("*/contract.yaml"))


def read_scenarios(contract: str) -> list[Scenario]:
    """
    Return the scenarios of one contract.

    `facts` are records by table, as `facts_from_records` takes them, one with `copies: 90` so many times, each with its
    number behind its `ref`; `opening` is what is known where the contract is
    taken over: `ends`, and `past` by "clause name"; `expect` has a mapping for each period. Where the scenario says
    what becomes of `credits`, each period has the day on which its statement is `issued`.
    """
    document = yaml.safe_load((HERE / contract / "scenarios.yaml").read_text(encoding="utf-8"))
    return [
        Scenario(
            contract,
            each["name"],
            _facts(each.get("facts", {})),
            each.get("opening"),
            each["expect"],
            each.get("credits"),
        )
        for each in document["scenarios"]
    ]


def _facts(tables: dict[str, list[dict[str, Any]]]) -> dict[str, list[dict[str, Any]]]:
    return {table: [each for record in records for each in _copied(record)] for table, records in tables.items()}


def _copied(record: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield a *record* as often as it says, each with an identity of its own."""
    plain = {key: value for key, value in record.items() if key != "copies"}
    if "copies" not in record:
        yield plain
        return
    for number in range(1, record["copies"] + 1):
        yield plain | {"ref": f"{record['ref']}-{number}"}


def _opening(ref: str, opening: dict[str, Any]) -> ec.Carry:
    remembered = [
        {"ref": key.split(" ", 1)[0], "name": key.split(" ", 1)[1], "past": past}
        for key, past in sorted(opening.get("past", {}).items())
    ]
    return ec.Carry.model_validate({"contract": ref, "ends": opening["ends"], "remembered": remembered})


def _differences(statement: ec.Statement, expected: dict[str, Any]) -> Iterator[str]:
    """Yield what is not as expected; only what is written is compared, the total always."""
    found = {f"{line.clause} {line.kind}": str(line.amount) for line in statement.lines}
    by_clause: dict[str, str] = {line.clause: str(line.amount) for line in statement.lines}
    period = statement.period.label
    if str(statement.total.value) != expected["total"]:
        yield f"{period}: the total is {statement.total.value}, and {expected['total']} was expected"
    for name, amount in expected.get("lines", {}).items():
        given = found.get(name, by_clause.get(name, "no line"))
        if given != amount:
            yield f"{period}: line {name} is {given}, and {amount} was expected"
    outcomes = {each.clause: each.outcome for each in statement.assessments}
    for clause, outcome in expected.get("outcomes", {}).items():
        if outcomes.get(clause) != outcome:
            yield f"{period}: promise {clause} is {outcomes.get(clause)}, and {outcome} was expected"
    for clause, fired in expected.get("triggers", {}).items():
        if statement[clause].value is not fired:
            yield f"{period}: trigger {clause} is {statement[clause].value}, and {fired} was expected"


def _credits(
    scenario: Scenario, contract: ec.Contract, facts: ec.Facts, statements: list[ec.Statement]
) -> Iterator[str]:
    """Yield what has not become of the credits what is expected, after each statement was issued on its day."""
    expected = scenario.credits
    if expected is None:
        return
    register = ec.Register(contract.ref)
    for statement, said in zip(statements, scenario.expect, strict=True):
        register = register.issue([statement], run=statement.period.label, on=said["issued"]).register
    account = ec.credit_account(contract, register, facts, as_of=expected["as_of"])
    found = {
        "documents": [f"{each.kind} {each.on} {each.amount}" for each in account.documents],
        "states": [each.state for each in account.credits],
        "unfit": [ref for ref, _ in account.unfit],
        "balance": str(account.balance),
    }
    for name, value in found.items():
        if name in expected and value != expected[name]:
            yield f"{expected['as_of']}: the {name} of the credits: {value}, and {expected[name]} was expected"


def settle(scenario: Scenario) -> Result:
    """Settle a *scenario* period by period, and verify each statement against the facts."""
    contract = ec.read_contract(HERE / scenario.contract / "contract.yaml")
    facts = ec.facts_from_records(**scenario.facts)
    found = [f"rejected: {each.kind} {each.ref}: {each.message}" for each in facts.rejected]
    carry = None if scenario.opening is None else _opening(contract.ref, scenario.opening)
    statements: list[ec.Statement] = []
    for expected in scenario.expect:
        statement = ec.evaluate(contract, facts, period=expected["period"], carry=carry)
        ec.verify(statement, facts)
        found.extend(_differences(statement, expected))
        statements.append(statement)
        carry = statement.carry
    found.extend(_credits(scenario, contract, facts, statements))
    return Result(scenario, tuple(statements), tuple(found))


def main(names: Sequence[str]) -> int:
    """Settle the scenarios of the contracts *names*, all by default; return how many differ."""
    differing, unknown = 0, sorted({*names} - {*contracts()})
    if unknown:
        print(f"there is no contract {', '.join(unknown)}; there are {', '.join(contracts())}")
        return len(unknown)
    for name in names or contracts():
        for scenario in read_scenarios(name):
            result = settle(scenario)
            differing += bool(result.differences)
            totals = ", ".join(f"{each.period.label} {each.total.value.display}" for each in result.statements)
            print(f"{'differs' if result.differences else 'as expected'}: {name}: {scenario.name}: {totals}")
            for difference in result.differences:
                print(f"  {difference}")
    return differing


if __name__ == "__main__":
    sys.exit(1 if main(sys.argv[1:]) else 0)
