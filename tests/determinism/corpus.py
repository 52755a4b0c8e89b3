"""
A fixed corpus, and the digest of everything that statements of it are shown as.

    python tests/determinism/corpus.py [--cases FILE] [SURROUNDING …]
    python tests/determinism/corpus.py [--whole] --write FILE

Evaluates all contracts of `examples/contracts` on their scenarios (the first of each without ``--whole``) and a
simulated month of some hundred tickets, once in each of the in-process surroundings that are named (see
`surroundings.py`; ``plain`` by default), and prints as JSON the digests of JSON, CSV, HTML, Markdown, plain text and
explanations. The same content gives the same digests, or the library is at fault: `matrix.py` compares them.
"""

# A script prints, and these surroundings are what the library must not look at.
# ruff: noqa: T201, TID251

from __future__ import annotations

import argparse
import contextlib
import hashlib
import importlib
import json
import locale
import sys
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

ROOT = Path(__file__).resolve().parents[2]
LIBRARY = ROOT / "examples" / "contracts"
FORMS: tuple[Format, ...] = ("json", "csv", "html", "markdown", "text")
# Under -I nothing stands beside the script, and PYTHONPATH is not read.
sys.path[:0] = [each for each in map(str, (ROOT / "src", ROOT)) if each not in sys.path]

import ecsm_contracts as ec  # noqa: E402
from ecsm_contracts.reports import Format, render  # noqa: E402

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    Records = dict[str, list[dict[str, Any]]]
    Digests = dict[str, str]

SCENARIOS = 1
"""How many scenarios of each contract the smaller corpus has."""
SEED = 7
DEPTH = 2
"""How deep explanations go."""


class Case(NamedTuple):
    """A contract, records, and the periods to settle one after the other."""

    name: str
    contract: str
    """The document, as JSON."""
    records: Records
    periods: tuple[str, ...]
    carry: dict[str, Any] | None
    """What is known where the contract is taken over; None where it begins."""


class Driver(NamedTuple):
    """How a case is read and observed; by default as a user does."""

    contract_of: Callable[[str], ec.Contract] = lambda text: ec.parse_contract(text, form="json")
    facts_of: Callable[[Records], ec.Facts] = lambda records: ec.facts_from_records(**records)
    evaluate: Callable[..., ec.Statement] = ec.evaluate


def cases(*, whole: bool) -> Iterator[Case]:
    """Yield the corpus, the whole of it or the smaller one."""
    from ecsm_contracts.simulation import Desk, simulate  # noqa: PLC0415 - only here

    sys.path.insert(0, str(LIBRARY))
    scenarios = importlib.import_module("scenarios")  # from LIBRARY; it needs PyYAML
    world = simulate(Desk(), seed=SEED, start=date(2026, 1, 1), end=date(2026, 2, 1))
    yield Case("simulated desk", Desk().contract_text(), world.records(), ("2026-01",), None)
    for name in scenarios.contracts():
        contract = ec.read_contract(LIBRARY / name / "contract.yaml")
        for each in scenarios.read_scenarios(name)[: None if whole else SCENARIOS]:
            periods = tuple(expected["period"] for expected in each.expect)
            carry = None if each.opening is None else scenarios._opening(contract.ref, each.opening).to_data()
            yield Case(f"{name}: {each.name}", json.dumps(contract.to_data()), each.facts, periods, carry)


def statements(case: Case, driver: Driver) -> Iterator[ec.Statement]:
    """Yield the statements of a *case*, oldest first."""
    contract, facts = driver.contract_of(case.contract), driver.facts_of(case.records)
    carry: Any = None if case.carry is None else ec.Carry.model_validate(case.carry)
    for period in case.periods:
        statement = driver.evaluate(contract, facts, period=period, carry=carry)
        carry = statement.carry
        yield statement


def shown(case: Case, driver: Driver) -> dict[str, bytes]:
    """Return what the statements of a *case* are shown as, by form; the last clauses of the last one are explained."""
    found: dict[str, list[str]] = {form: [] for form in (*FORMS, "explanation")}
    statement = None
    for statement in statements(case, driver):
        for form in FORMS:
            found[form].append(render(statement, form))
    if statement is not None and DEPTH:
        found["explanation"].extend(ec.explain(figure, depth=DEPTH) for figure in list(statement.figures.values())[-4:])
    return {form: "\n".join(texts).encode() for form, texts in found.items()}


def digests(corpus: Iterable[Case], driver: Driver, *, map: Callable[..., Iterable[Any]] = map) -> Digests:  # noqa: A002 - it is one
    """Return the digest of each form over the *corpus*; *map* may run the cases anywhere."""
    sealed = {form: hashlib.sha256() for form in (*FORMS, "explanation")}
    for found in map(lambda case: shown(case, driver), corpus):
        for form, content in found.items():
            sealed[form].update(hashlib.sha256(content).digest())
    return {form: each.hexdigest()[:16] for form, each in sealed.items()}


def verified(case: Case, path: Path) -> dict[str, Any]:
    """Return what verifying the statement at *path* came to here, and whether one made here has other seals."""
    issued = ec.read_statement(path)
    now = next(statements(case, Driver()))
    said = {"sealed": now.seals.zones != issued.seals.zones and now.digest() != issued.digest()}
    try:
        ec.verify(issued)
    except ec.VerificationError as refused:
        return {**said, "refused": True, "why": str(refused)}
    return {**said, "refused": False}


def main(arguments: list[str]) -> int:
    """Print the digests of the corpus in each surrounding."""
    from tests.determinism import surroundings  # noqa: PLC0415 - it imports this module

    parser = argparse.ArgumentParser(description="The digests of the corpus.")
    parser.add_argument("surroundings", nargs="*", default=["plain"])
    parser.add_argument("--whole", action="store_true", help="all scenarios of each contract")
    parser.add_argument("--write", type=Path, help="write the corpus to a file, and evaluate nothing")
    parser.add_argument("--amounts", action="store_true", help="the JSON only, without what is shown of it")
    parser.add_argument("--cases", type=Path, help="a corpus that was written")
    parser.add_argument("--statement", type=Path, help="write the statement of the simulated desk, and nothing else")
    parser.add_argument("--verify", type=Path, help="verify such a statement, and say what came of it")
    wanted = parser.parse_args(arguments)
    if wanted.cases is not None:
        corpus = tuple(Case(*each) for each in json.loads(wanted.cases.read_text(encoding="utf-8")))
    else:
        corpus = tuple(cases(whole=wanted.whole))
    if wanted.write is not None:
        wanted.write.write_text(json.dumps(corpus), encoding="utf-8")
        return 0
    if wanted.statement is not None:
        ec.write_statement(next(statements(corpus[0], Driver())), wanted.statement)
        return 0
    if wanted.verify is not None:
        print(json.dumps(verified(corpus[0], wanted.verify)))
        return 0
    if wanted.amounts:
        globals().update(FORMS=("json",), DEPTH=0)
    with contextlib.suppress(locale.Error):  # the locale may not be installed here
        locale.setlocale(locale.LC_ALL, "")
    for name in wanted.surroundings:
        print(json.dumps({name: surroundings.SURROUNDINGS[name](corpus)}), flush=True)
    return 0


if __name__ == "__main__":
    from tests.determinism import corpus as once  # the module that the surroundings know

    sys.exit(once.main(sys.argv[1:]))
