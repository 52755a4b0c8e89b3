"""The pages name what there is, and show what programs print."""

from __future__ import annotations

import importlib
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import ecsm_contracts as ec
from ecsm_contracts.adapters._limits import LIMITS
from ecsm_contracts.clauses import clause_class, clause_kinds

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ecsm_contracts.clauses import Clause

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
PACKAGES = ["", *(f".{path.parent.name}" for path in sorted((ROOT / "src" / "ecsm_contracts").glob("*/__init__.py")))]
PUBLIC = [name for name in PACKAGES if not name.startswith("._") and name != ".cli"]
LINK = re.compile(r"\]\(([^)#\s]*)(#[^)\s]*)?\)")
PAGES = [ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted(DOCS.rglob("*.md"))]


@pytest.mark.parametrize("package", PUBLIC)
def test_every_public_name_is_in_the_reference(package: str) -> None:
    """The page about the Python interface names everything that a package offers."""
    page = (DOCS / "reference" / "python-api.md").read_text()
    names = set(importlib.import_module(f"ecsm_contracts{package}").__all__)
    assert {name for name in names if f"`{name}`" not in page} == set()


def _properties(schema: object) -> Iterator[str]:
    if isinstance(schema, dict):
        properties = schema.get("properties")
        yield from properties if isinstance(properties, dict) else ()
        for part in schema.values():
            yield from _properties(part)
    elif isinstance(schema, list):
        for part in schema:
            yield from _properties(part)


def test_every_field_of_a_contract_is_in_the_reference() -> None:
    """The page about the contract document names each field of the schema."""
    page = (DOCS / "reference" / "contract-document.md").read_text()
    own = {"level", "free"}  # of a kind that a page adds, where it ran before in this process
    missing = {name for name in _properties(ec.contract_schema()) if not re.search(rf"\b{name}\b", page)}
    assert missing - own == set()


OWN = (
    "basis",
    "bonus",
    "charge",
    "combine",
    "earn_back",
    "limit",
    "relief",
    "service_credit",
    "service_level",
    "trigger",
)


@pytest.mark.parametrize("kind", OWN)
def test_every_field_of_a_kind_is_in_its_section(kind: str) -> None:
    """The section of a kind of clause names each of its own fields; a bonus has those of a credit."""
    page = (DOCS / "reference" / "contract-document.md").read_text()
    heading = "service_credit" if kind == "bonus" else kind
    section = page.split(f"\n### `{heading}`\n", 1)[1].split("\n### ", 1)[0]
    of_all = {"kind", "ref", "title", "was"}
    fields = {field.alias or name for name, field in _class_of(kind).model_fields.items()}
    assert {name for name in fields - of_all if not re.search(rf"`{name}[`.:]", section)} == set()


def _class_of(kind: str) -> type[Clause]:
    found = clause_class(kind)
    assert found is not None
    return found


def test_every_kind_of_clause_of_the_library_has_a_section() -> None:
    """The page about the contract document has a section for each kind that is not a plugin's."""
    kinds = {kind for kind in clause_kinds() if _class_of(kind).__module__.startswith("ecsm_contracts.")}
    assert kinds == {*OWN}


def test_the_limits_on_sizes_are_those_of_the_code() -> None:
    """The page of limits gives each limit of reading with its value and its code."""
    page = (DOCS / "explanation" / "limits.md").read_text()
    for limit in LIMITS:
        assert re.search(rf"\| {limit.value:,}[^|]*\| `{limit.code}` \|", page), limit.name


def _anchors(page: Path) -> set[str]:
    headings = re.findall(r"^#+ (.+)$", page.read_text(), re.MULTILINE)
    return {"#" + re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_every_link_leads_somewhere(page: Path) -> None:
    """A link inside the repository names a file that is there, and a heading in it."""
    for target, anchor in LINK.findall(page.read_text()):
        if target.startswith("http"):
            continue
        file = (page.parent / target).resolve() if target else page
        assert file.exists(), target
        assert not anchor or anchor in _anchors(file), target + anchor


def test_the_line_of_facts_in_the_readme_is_one_of_the_example() -> None:
    """The ticket that is shown stands in the folder that is settled."""
    shown = (ROOT / "README.md").read_text().split("```jsonl\n", 1)[1].split("```", 1)[0]
    kept = (ROOT / "examples" / "first_light" / "march" / "tickets.jsonl").read_text()
    assert shown.count("\n") == 1
    assert shown in kept


@pytest.mark.sweep
def test_the_readme_shows_what_the_demo_prints() -> None:
    """Each line of the excerpt stands in the demo's output, in this order."""
    shown = (ROOT / "README.md").read_text().split("$ make demo\n", 1)[1].split("```", 1)[0]
    ran = subprocess.run(
        [sys.executable, "examples/demo.py"],
        cwd=ROOT,
        capture_output=True,
        check=True,
        env={**os.environ, "PYTHONUTF8": "1"},  # noqa: TID251 - and nothing of it is kept
    )
    printed = iter(ran.stdout.decode().splitlines())
    for line in shown.splitlines():
        assert line == "..." or line in printed, line
