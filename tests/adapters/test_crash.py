"""A process that dies in the middle of writing leaves the old file or the new one, never half of one."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import ecsm_contracts as ec
from tests.engine.world import JANUARY, acme, january

DEATH = 86
"""The status with which a process ends that is made to die."""
FILES = {
    "statement": "statement.json",
    "facts": "facts/tickets.jsonl",
    "contract": "contract.yaml",
    "carry": "carry.json",
    "cli": "page.html",
}
"""What each way of writing writes first."""
MOMENTS = ("write", "fsync", "before replace", "after replace")

PROGRAM = f"""
import os, pathlib, sys
import ecsm_contracts as ec
from ecsm_contracts.cli import main
from tests.engine.world import EXAMPLES, JANUARY, acme, january, tickets

root = pathlib.Path(sys.argv[1])
contract, facts = acme().replace(title="Another"), january(tickets=tickets(5))
ec.write_facts(facts, root / "in")
statement = ec.evaluate(contract, facts, period=JANUARY)
real_open, real_fsync, real_replace = pathlib.Path.open, os.fsync, pathlib.Path.replace

def die():
    os._exit({DEATH})

class Half:
    "A file of which half of the content reaches the disk, and then the process dies."
    def __init__(self, file):
        self.file = file
    def __enter__(self):
        return self
    def __exit__(self, *_):
        self.file.close()
    def writelines(self, parts):
        self.write(b"".join(parts))
    def write(self, content):
        self.file.write(content[: len(content) // 2])
        self.file.flush()
        real_fsync(self.file.fileno())
        die()

def opened(path, mode="r", *rest, **named):
    file = real_open(path, mode, *rest, **named)
    return Half(file) if "x" in mode or "w" in mode else file

def replaced(path, target):
    if moment == "after replace":
        real_replace(path, target)
    die()

def write():
    if moment == "write":
        pathlib.Path.open = opened
    elif moment == "fsync":
        os.fsync = lambda _: die()
    else:
        pathlib.Path.replace = replaced
    if task == "statement":
        ec.write_statement(statement, folder / "statement.json")
    elif task == "facts":
        ec.write_facts(facts, folder / "facts")
    elif task == "contract":
        ec.write_contract(contract, folder / "contract.yaml")
    elif task == "carry":
        ec.write_carry(statement.carry.replace(contract="OTHER"), folder / "carry.json")
    else:
        main(["evaluate", str(EXAMPLES / "acme.yaml"), str(root / "in"), "--period", JANUARY,
              "--output", str(folder / "page.html")])

for folder in sorted(root.glob("* at *")):
    task, _, moment = folder.name.partition(" at ")
    sys.stdout.flush()
    child = os.fork()
    if child == 0:
        try:
            write()
        finally:
            os._exit(1)
    print(folder.name, os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), sep=": ")
"""
"""One process that knows the library; for each way of writing and each moment a child of it, which dies."""


def old_files(folder: Path) -> None:
    """What was there before, written in peace."""
    folder.mkdir()
    statement = ec.evaluate(acme(), january(), period=JANUARY)
    ec.write_statement(statement, folder / "statement.json")
    ec.write_facts(january(), folder / "facts")
    ec.write_contract(acme(), folder / "contract.yaml")
    ec.write_carry(statement.carry, folder / "carry.json")
    (folder / "page.html").write_text("the old page", encoding="utf-8")


def read_back(folder: Path, task: str) -> object:
    """What is read from the file of one way of writing; it raises when that is half a file."""
    if task == "statement":
        statement = ec.read_statement(folder / "statement.json")
        ec.verify(statement)
        return statement.title
    if task == "facts":
        facts = ec.read_facts(folder / "facts")
        assert facts.rejected == ()
        return len(facts.tickets)
    if task == "contract":
        return ec.read_contract(folder / "contract.yaml").title
    if task == "carry":
        return ec.read_carry(folder / "carry.json").contract
    page = (folder / "page.html").read_text("utf-8")
    assert page == "the old page" or page.endswith("</html>\n")
    return page


@pytest.fixture(scope="module")
def died(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder for each way and moment, in which a process has died at that moment."""
    root = tmp_path_factory.mktemp("crashes")
    old_files(root / "old")
    names = sorted(f"{task} at {moment}" for task in FILES for moment in MOMENTS)
    for name in names:
        shutil.copytree(root / "old", root / name)
    ran = subprocess.run([sys.executable, "-c", PROGRAM, str(root)], check=True, capture_output=True, text=True)
    assert ran.stdout.splitlines() == [f"{name}: {DEATH}" for name in names], ran.stderr
    return root


@pytest.mark.sweep
@pytest.mark.skipif(not hasattr(os, "fork"), reason="the processes that die are forked")
@pytest.mark.parametrize("moment", MOMENTS)
@pytest.mark.parametrize("task", sorted(FILES))
def test_a_process_that_dies_while_it_writes_leaves_a_whole_file(task: str, moment: str, died: Path) -> None:
    """Dead after half of the text, before it is safe on the disk, before or after it takes its place: old or new."""
    old, now = died / "old", died / f"{task} at {moment}"
    kept = (now / FILES[task]).read_bytes() == (old / FILES[task]).read_bytes()
    assert kept is (moment != "after replace")
    assert (read_back(now, task) == read_back(old, task)) is kept
