"""Clause kinds of a second package: installed, used by a document, sealed, absent, at odds with others."""

import json
import shutil
import subprocess
import sys
import zipfile
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

import ecsm_contracts as ec

from .packages import GOODWILL, install, made_up, metadata_of, run

EXAMPLE = Path(__file__).parents[2] / "examples" / "first_light"
PAGE = Path(__file__).parents[2] / "docs" / "how-to" / "add-a-clause-kind.md"
CLAUSE = {
    "ref": "4.3", "kind": "acme.goodwill", "title": "Goodwill", "level": "4.1", "free": 0, "amount": "EUR 50.00",
}  # fmt: skip

USE = """
import contextlib, io, sys, json, ecsm_contracts as ec
from ecsm_contracts.cli import main
from ecsm_contracts.clauses import _installed, clause_kinds
from ecsm_contracts.contracts import contract_schema
from ecsm_contracts.testing import clause_laws

contract_file, example, written = sys.argv[1:]
def asked():
    return _installed.installed_packages.cache_info().misses, "acme_clauses" in sys.modules

plain = ec.evaluate(ec.read_contract(f"{example}/contract.yaml"), ec.read_facts(f"{example}/march"), period="2026-03")
before = asked(), len(clause_kinds())
contract, facts = ec.read_contract(contract_file), ec.read_facts(f"{example}/march")
after = asked(), len(clause_kinds())
for _, law in clause_laws(contract):
    law()
march = ec.evaluate(contract, facts, period="2026-03")
ec.write_statement(march, written)
again = ec.read_statement(written)
with contextlib.redirect_stdout(io.StringIO()) as printed:
    main(["evaluate", contract_file, f"{example}/march", "--period", "2026-03", "--format", "csv"])
print(json.dumps({
    "before": before, "after": after, "plain": plain.seals.content().get("kinds"),
    "schema": "acme.goodwill" in json.dumps(contract_schema()), "kinds": march.seals.content()["kinds"],
    "goodwill": ec.explain(march["4.3"]), "same": again == march, "with_facts": ec.verify(again, facts).with_facts,
    "printed": printed.getvalue(), "rules": [each for each in march.seals.rules if "." in each],
}))
"""

READ = """
import sys, ecsm_contracts as ec
for file in sys.argv[1:]:
    try:
        print(ec.verify(ec.read_statement(file)) if "march" in file else ec.read_contract(file))
    except ec.EcsmError as problem:
        print(problem)
"""

CLASS = """
from typing import Any, ClassVar, Literal
from ecsm_contracts.clauses import Clause, Context, Yields, register_clause
from ecsm_contracts.figures import Figure

@register_clause
class Goodwill(Clause):
    yields: ClassVar[Yields] = "credit"
    kind: Literal["{}"]
    def settle(self, context: Context) -> Figure[Any]: ...
"""


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in which acme-clauses 1.2 is installed."""
    return install(GOODWILL, tmp_path_factory.mktemp("installed"))


@pytest.fixture(scope="module")
def contract(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The first example with one clause more, of the second package."""
    data = ec.read_contract(EXAMPLE / "contract.yaml").to_data()
    file = tmp_path_factory.mktemp("contract") / "contract.json"
    file.write_text(json.dumps({**data, "clauses": [*data["clauses"], CLAUSE]}, indent=1), encoding="utf-8")
    return file


@pytest.fixture(scope="module")
def used(installed: Path, contract: Path) -> tuple[dict[str, Any], Path]:
    """What a process found that used the second package, and the statement that it wrote."""
    statement = contract.parent / "march.json"
    return json.loads(run(USE, installed, arguments=(contract, EXAMPLE, statement))), statement


def test_is_used_like_any_other_kind(used: tuple[dict[str, Any], Path]) -> None:
    """A clause of an installed package is read, keeps the laws, is settled, written, read again and verified."""
    found, _ = used
    assert found["goodwill"] == (
        "Goodwill: EUR 50 = times  [clause 4.3]\n"
        "├─ late hours beyond the free ones: 1 = acme.beyond\n"
        "│  ├─ late hours: 1  [tally 4.3.late.4.1]\n"
        "│  └─ free: 0  [clause 4.3]\n"
        "└─ amount: EUR 50.00  [clause 4.3]"
    )
    assert (found["same"], found["with_facts"]) == (True, True)


def test_loads_nothing_for_documents_that_do_not_use_it(used: tuple[dict[str, Any], Path]) -> None:
    """Reading and settling a contract of the library's kinds asks for no package and imports none; one use does both
    once, and adds the kind to the schema."""
    found, _ = used
    (asked, imported), kinds = found["before"]
    assert (asked, imported) == (0, False)
    assert found["after"] == [[1, True], kinds + 1]
    assert found["schema"] is True


def test_seals_the_version(used: tuple[dict[str, Any], Path]) -> None:
    """A statement seals which package gave a kind and in which version, and says nothing of it without such a kind."""
    found, statement = used
    assert found["kinds"] == {"acme.goodwill": "acme-clauses 1.2"}
    assert found["rules"] == ["acme.beyond/1"]
    assert found["plain"] is None
    assert json.loads(statement.read_text())["content"]["kinds"] == {"acme.goodwill": "acme-clauses 1.2"}


def test_runs_from_the_command_line(used: tuple[dict[str, Any], Path]) -> None:
    """The command needs no word about the package: installed is enough."""
    assert '"4.3","credit","Goodwill",-50.00,"EUR"' in str(used[0]["printed"])


def test_says_what_is_absent(used: tuple[dict[str, Any], Path], contract: Path) -> None:
    """Without the package, contract and statement are refused with the kind, its place, and what to install."""
    line = next(n for n, text in enumerate(contract.read_text().splitlines(), 1) if "acme.goodwill" in text)
    why = (
        "no installed package has the prefix 'acme'; install the one that brings 'acme.goodwill', and start Python "
        "again"
    )
    by = "the statement has a clause of the kind 'acme.goodwill', by 'acme-clauses 1.2'"
    assert run(READ, arguments=(contract, used[1])).splitlines() == [
        f"{contract}:{line}:12: clauses.3.kind: {why} [unknown_kind]",
        f"{used[1]}: {by}: {why} [statement_kind]",
    ]


FAILING = {
    "absent": ("import no_such_module", "ModuleNotFoundError: \"No module named 'no_such_module'\""),
    "leaves": ("raise SystemExit('half way')", "SystemExit: 'half way'"),
    "shadows": (CLASS.format("charge"), "the clause kind 'charge' is taken by Charge"),
    "bare": (
        CLASS.format("goodwill"),
        (
            "Goodwill: kinds without a prefix are the library's; "
            'write kind: Literal["acme.goodwill"], with a name of your own'
        ),
    ),
    "strays": (
        CLASS.format("other.goodwill"),
        "Goodwill: strays-clauses 0.3 adds kinds that begin with 'strays.', and 'other.goodwill' does not",
    ),
    "half": (CLASS.format("half.goodwill") + "raise ValueError(7)", "ValueError: '7'"),
}


@pytest.fixture(scope="module")
def at_odds(
    used: tuple[dict[str, Any], Path], contract: Path, tmp_path_factory: pytest.TempPathFactory
) -> tuple[list[str], list[str]]:
    """The kinds of a contract of which every package is at fault, and what reading it and a statement then says.

    Installed are the packages that fail, two of one prefix, and a later version of the second package.
    """
    folder = tmp_path_factory.mktemp("at_odds")
    shutil.copytree(GOODWILL, folder / "source")
    project = folder / "source" / "pyproject.toml"
    project.write_text(project.read_text().replace('"1.2"', '"1.3"'), encoding="utf-8")
    packages = install(project.parent, folder / "packages")
    for name, (code, _) in FAILING.items():
        made_up(packages, f"{name}-clauses", name, code)
    for name in ("one", "other"):
        made_up(packages, f"{name}-twins", "twins", "")
    kinds = [*(f"{name}.goodwill" for name in FAILING), "acme.godwill", "half.goodwill", "twins.goodwill"]
    data = json.loads(contract.read_text())
    data["clauses"][3:] = [{**CLAUSE, "ref": f"5.{place}", "kind": kind} for place, kind in enumerate(kinds)]
    file = folder / "contract.json"
    file.write_text(json.dumps(data), encoding="utf-8")
    return kinds, run(READ, packages, arguments=(file, used[1])).splitlines()


def test_packages_that_fail(at_odds: tuple[list[str], list[str]]) -> None:
    """A package that cannot be imported, breaks a rule, shares its prefix or lacks the kind is named with the cause, at
    the kind that asked for it; none hides another."""
    kinds, said = at_odds
    failed = [f"{name}-clauses 0.3 cannot be imported: {reason}" for name, (_, reason) in FAILING.items()]
    expected = [
        *failed,
        "acme-clauses 1.3 brings no kind 'acme.godwill'; did you mean \"acme.goodwill\"?",
        failed[-1],
        "the prefix 'twins' is of two installed packages, one-twins 0.3 and other-twins 0.3; remove one of them",
    ]
    assert len(kinds) == len(expected)
    assert sorted(each.partition(": ")[2] for each in said[:-1]) == sorted(
        f"clauses.{place}.kind: {reason} [unknown_kind]" for place, reason in enumerate(expected, 3)
    )


def test_another_version_is_named(at_odds: tuple[list[str], list[str]]) -> None:
    """Verifying where another version of the package is installed says which one made the statement."""
    assert at_odds[1][-1] == "kinds: acme.goodwill was acme-clauses 1.2, here it is acme-clauses 1.3"


def test_the_page_shows_the_whole_package() -> None:
    """The page about clause kinds shows the files of the package that these tests install, as they are."""
    page = PAGE.read_text(encoding="utf-8")
    for file in (GOODWILL / "pyproject.toml", GOODWILL / "acme_clauses" / "__init__.py"):
        assert file.read_text(encoding="utf-8") in page, file.name


@pytest.mark.skipif(find_spec("hatchling") is None, reason="hatchling is not installed")
def test_what_is_installed_is_what_a_build_gives(tmp_path: Path) -> None:
    """The build of the package holds the modules and the metadata that these tests install by hand."""
    shutil.copytree(GOODWILL, tmp_path / "source", ignore=shutil.ignore_patterns("__pycache__"))
    code = "import sys; from hatchling.build import build_wheel; print(build_wheel(sys.argv[1]))"
    subprocess.run([sys.executable, "-c", code, tmp_path], cwd=tmp_path / "source", check=True, capture_output=True)
    metadata, entries = metadata_of(GOODWILL)
    with zipfile.ZipFile(next(tmp_path.glob("*.whl"))) as wheel:
        said = wheel.read("acme_clauses-1.2.dist-info/METADATA").decode()
        assert wheel.read("acme_clauses-1.2.dist-info/entry_points.txt").decode() == entries
        assert (
            wheel.read("acme_clauses/__init__.py").decode() == (GOODWILL / "acme_clauses" / "__init__.py").read_text()
        )
    assert set(metadata.splitlines()[1:]) <= set(said.splitlines())
