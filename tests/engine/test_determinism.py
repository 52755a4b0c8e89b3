"""The same content gives the same bytes, whatever surrounds the computation."""

import decimal
import itertools
import json
import os
import random
import subprocess
import sys
from pathlib import Path

import pytest

import ecsm_contracts as ec
from ecsm_contracts.reports import FORMATS, render
from tests.determinism.matrix import differences
from tests.engine.world import EXAMPLES, JANUARY, NOTICE, OUTAGE, acme, january, tickets

pytestmark = pytest.mark.sweep

ROOT = Path(__file__).parents[2]
SURROUNDED = {
    "PYTHONHASHSEED": "4294967295",
    "TZ": "Pacific/Apia",
    "LC_ALL": "tr_TR.UTF-8",
    "PYTHONUTF8": "0",
    "PYTHONINTMAXSTRDIGITS": "640",
}
SCRIPT = """
import json, sys
sys.path[:0] = [{root!r}, {source!r}]
from tests.determinism.corpus import Case
from tests.determinism.surroundings import SURROUNDINGS
from tests.engine.world import NOTICE, OUTAGE, acme, tickets
records = {{"tickets": tickets(), "outages": [OUTAGE], "notices": [NOTICE]}}
corpus = (Case("January", json.dumps(acme().to_data()), records, ("2026-01",), None),)
print(json.dumps({{name: SURROUNDINGS[name](corpus) for name in {names!r}}}))
"""


def elsewhere(options: tuple[str, ...], names: tuple[str, ...], surrounding: dict[str, str]) -> set[str]:
    """The different digests of everything a statement is shown as, in several surroundings of another interpreter."""
    script = SCRIPT.format(root=str(ROOT), source=str(ROOT / "src"), names=names)
    keep = {name: value for name, value in os.environ.items() if name in {"PATH", "HOME", "SYSTEMROOT"}}  # noqa: TID251 - the child's
    run = subprocess.run(
        [sys.executable, *options, "-c", script],
        env={**keep, **surrounding},
        capture_output=True,
        text=True,
        check=True,
    )
    return {json.dumps(digests, sort_keys=True) for digests in json.loads(run.stdout).values()}


def test_the_surroundings_make_no_difference() -> None:
    """
    Three cells of the matrix that `make matrix` goes through, on one month: one digest for all forms.
    """
    found = elsewhere((), ("plain",), {"PYTHONHASHSEED": "0"})
    found |= elsewhere(("-OO",), ("all at once", "columns", "context of a coroutine", "no clock"), SURROUNDED)
    found |= elsewhere(("-I",), ("precision 1 UP", "context of a generator", "records shuffled 1"), {"TZ": "Foo/Bar"})
    assert len(found) == 1


def test_the_matrix_says_which_cell_differs_in_which_form() -> None:
    """Of cells with one digest nothing is said; of one that differs, its name and the form."""
    same = {"a": {"json": "1"}, "b": {"json": "1"}, "c": {"json": "1"}}
    assert differences(same) == []
    assert differences({**same, "b": {"json": "2"}}) == ["b: json is 2, and 1 elsewhere"]
    assert differences({**same, "c": {"error": "KeyError"}}) == [
        "c: error is KeyError, and missing elsewhere",
        "c: json is missing, and 1 elsewhere",
    ]


def bytes_here() -> str:
    """Everything a statement is shown as, made here."""
    statement = ec.evaluate(acme(), january(), period=JANUARY)
    return "".join(render(statement, form) for form in FORMATS)


@pytest.mark.parametrize("precision", [1, 2, 9])
def test_the_callers_decimal_context_is_neither_read_nor_changed(precision: int) -> None:
    """A context of precision 1 changes no byte, and is the same object with the same flags afterwards."""
    expected = bytes_here()
    with decimal.localcontext(decimal.Context(prec=precision, rounding=decimal.ROUND_UP)) as context:  # noqa: TID251 - it is the caller's
        before = repr(context)
        assert bytes_here() == expected
        assert repr(decimal.getcontext()) == before  # noqa: TID251 - it is the caller's


def test_the_order_of_tickets_events_and_keys_makes_no_difference() -> None:
    """Facts and contracts shuffled in every way that means nothing give the same bytes."""
    expected = ec.evaluate(acme(), january(), period=JANUARY).to_json()
    shuffle = random.Random(7).shuffle
    for _ in range(5):
        records = [{**each, "events": list(each["events"])} for each in tickets()]
        shuffle(records)
        for record in records:
            shuffle(record["events"])
        data = list(acme().to_data().items())
        shuffle(data)
        contract = ec.parse_contract(json.dumps(dict(data)), form="json")
        facts = january(tickets=[dict(reversed(record.items())) for record in records])
        assert ec.evaluate(contract, facts, period=JANUARY).to_json() == expected


def test_other_offsets_of_the_same_instants_make_no_difference() -> None:
    """An instant is the same instant in every offset: not even the digests change."""
    moved = json.loads(json.dumps(tickets()).replace("09:00:00Z", "14:45:00+05:45").replace("Z", "+00:00"))
    assert ec.evaluate(acme(), january(tickets=moved), period=JANUARY).to_json() == bytes_json()


def bytes_json() -> str:
    """The statement's file."""
    return ec.evaluate(acme(), january(), period=JANUARY).to_json()


def test_yaml_and_json_of_one_contract_have_one_digest() -> None:
    """The digest is of the meaning: reading the written form gives the same contract."""
    contract = acme()
    again = ec.parse_contract(json.dumps(contract.to_data(), indent=3), form="json")
    assert again.digest() == contract.digest()
    assert again == contract
    plain = (EXAMPLES / "acme.yaml").read_text(encoding="utf-8").replace("4h", "PT4H").replace("30min", "PT30M")
    assert ec.parse_contract(plain).digest() == contract.digest()


def test_shards_joined_in_every_order_give_the_same_bytes() -> None:
    """The parts of a month joined in all 24 orders, and in two groupings, are one observation."""
    planned = ec.plan(acme(), JANUARY)
    facts = january(outages=[OUTAGE], notices=[NOTICE])
    parts = [ec.observe_tickets(planned, facts.setting, shard.tickets) for shard in facts.shards(3)]
    parts.append(ec.observe_setting(planned, facts.setting))
    whole = ec.observe(planned, facts)
    for a, b, c, d in itertools.permutations(parts):
        assert a + b + c + d == a + (b + (c + d)) == whole
        assert a.tally + b.tally + c.tally + d.tally == whole.tally


def test_importing_costs_little_and_loads_no_extra() -> None:
    """Under 0.3 s of CPU beyond pydantic; none of the extras is loaded, and holidays only when they are frozen."""
    script = (
        "import time, sys\nfrom pydantic import BaseModel\nstart = time.process_time()\nimport ecsm_contracts\n"
        "spent = time.process_time() - start\n"
        "extras = {'yaml', 'rich', 'narwhals', 'numpy', 'pyarrow', 'pandas', 'jinja2', 'xlsxwriter', 'icalendar',"
        " 'pyspark', 'hypothesis', 'pytest', 'holidays'}\n"
        "print(spent, *sorted(extras & sys.modules.keys()))"
    )
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("COV", "PYTHON"))}  # noqa: TID251 - the child's
    environment["PYTHONPATH"] = str(ROOT / "src")
    runs = [
        subprocess.run(
            [sys.executable, "-c", script], env=environment, capture_output=True, text=True, check=True
        ).stdout.split()
        for _ in range(5)
    ]
    assert all(run[1:] == [] for run in runs)
    assert min(float(run[0]) for run in runs) < 0.3
