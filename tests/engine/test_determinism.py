"""The same content gives the same bytes, whatever surrounds the computation."""

import decimal
import itertools
import json
import os
import random
import subprocess
import sys
import threading
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import pytest

import ecsm_contracts as ec
from ecsm_contracts.reports import FORMATS, render
from tests.engine.world import EXAMPLES, JANUARY, NOTICE, OUTAGE, acme, january, tickets

pytestmark = pytest.mark.sweep

ROOT = Path(__file__).parents[2]
SCRIPT = """
import decimal, hashlib, sys
sys.path[:0] = [{root!r}, {source!r}]
context = decimal.getcontext()
context.prec, context.rounding, context.capitals = {prec}, decimal.{rounding}, 0
context.traps[decimal.InvalidOperation] = False
import ecsm_contracts as ec
from ecsm_contracts.reports import FORMATS, render
from tests.engine.world import JANUARY, acme, january
statement = ec.evaluate(acme(), january(), period=JANUARY)
ec.verify(statement, january())
text = "".join(render(statement, form) for form in FORMATS) + ec.explain(statement["4.7"])
print(hashlib.sha256(text.encode()).hexdigest())
"""


def elsewhere(
    *options: str, prec: int = 28, rounding: str = "ROUND_HALF_EVEN", surrounding: dict[str, str] | None = None
) -> str:
    """The digest of everything a statement is shown as, made by another interpreter in another environment."""
    script = SCRIPT.format(root=str(ROOT), source=str(ROOT / "src"), prec=prec, rounding=rounding)
    keep = {name: value for name, value in os.environ.items() if name in {"PATH", "HOME", "SYSTEMROOT"}}  # noqa: TID251 - the child's
    run = subprocess.run(
        [sys.executable, *options, "-c", script],
        env={**keep, **(surrounding or {})},
        capture_output=True,
        text=True,
        check=True,
    )
    return run.stdout.strip()


SURROUNDINGS = [
    {},
    *({"PYTHONHASHSEED": seed} for seed in ("0", "1", "4294967295", "random")),
    *({"TZ": zone} for zone in ("Asia/Kathmandu", "Pacific/Apia", "Foo/Bar")),
    {"LC_ALL": "C"},
    {"LC_ALL": "tr_TR.UTF-8", "LANGUAGE": "tr", "PYTHONUTF8": "0"},
    {"LC_ALL": "C.UTF-8", "PYTHONUTF8": "1"},
    {"PYTHONINTMAXSTRDIGITS": "640"},
]


def test_the_surroundings_make_no_difference() -> None:
    """Hash seeds, zones, locales, decimal contexts down to precision 1, -O and -I: one digest."""
    digests = {elsewhere(surrounding=surrounding) for surrounding in SURROUNDINGS}
    digests |= {
        elsewhere(prec=prec, rounding=rounding)
        for prec, rounding in ((1, "ROUND_UP"), (4, "ROUND_DOWN"), (200, "ROUND_05UP"))
    }
    digests |= {elsewhere("-O"), elsewhere("-OO"), elsewhere("-X", "dev")}
    assert len(digests) == 1


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


@pytest.mark.parametrize("method", ["fork", "spawn"])
def test_a_process_pool_gives_the_same_bytes(method: str) -> None:
    """Shards observed by other processes, forked or started afresh, give the same statement."""
    with ProcessPoolExecutor(2, mp_context=get_context(method)) as pool:
        pooled = ec.evaluate(acme(), january(), period=JANUARY, shards=4, map=pool.map)
    assert pooled.to_json() == bytes_json()


def test_sixteen_threads_give_the_same_bytes() -> None:
    """One contract, with its calendars not yet compiled, shared by sixteen threads that start together."""
    contract, facts = acme(), january()
    start = threading.Barrier(16)

    def run(_: int) -> str:
        start.wait()
        return ec.evaluate(contract, facts, period=JANUARY).to_json()

    with ThreadPoolExecutor(16) as pool:
        assert set(pool.map(run, range(16))) == {bytes_json()}


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
