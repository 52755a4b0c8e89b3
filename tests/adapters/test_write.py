"""What is written reads back as the same contract, by this library and, texts being texts, by any reader of YAML."""

from __future__ import annotations

import json
import os
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

import ecsm_contracts as ec
from ecsm_contracts.adapters import _write
from ecsm_contracts.adapters._documents import Form, parse_document
from ecsm_contracts.adapters._limits import SIZE
from ecsm_contracts.adapters._write import WIDTH
from ecsm_contracts.errors import InvalidValue, WrongType

EXAMPLES = Path(__file__).parents[2] / "examples"
CONTRACTS = [path for path in sorted(EXAMPLES.rglob("*.yaml")) if "ecsm.contract/" in path.read_text("utf-8")]
TRAPS = (
    *(
        "NO",
        "yes",
        "Off",
        "true",
        "Null",
        "~",
        "null",
        "y",
        "=",
        "<<",
        "",
        "4.2",
        "0123",
        "1_000",
        "0x1F",
        "0o17",
        "1e3",
    ),
    *(".inf", ".NaN", "22:30", "1:30:00", "+1", "-0", "2026-01-01", "2026-02-30", "2026-01-01T00:00:00Z", "2026-1-1 2"),
    *(
        "a: b",
        "a:",
        "a #b",
        "#a",
        "- a",
        "-",
        "? a",
        "a?",
        "[a",
        "a]",
        "a,b",
        "{a",
        "a}",
        "&a",
        "*a",
        "!a",
        "|",
        ">",
        "%a",
    ),
    *(
        "'a'",
        '"a"',
        'a"b',
        "a\\b",
        "@a",
        "`a",
        " a",
        "a ",
        "---",
        "...",
        "a\nb",
        "a\tb",
        "\x7f",
        "\x85",
        "\u2028",
        "\ufeff",
    ),
    *("é", "日本", "😀", "\U000e0001", "a:b", "http://a/b", "Mon-Fri 08:00-18:00", "10%", "EUR 50.00", "x" * 300),
)


def acme() -> ec.Contract:
    """The example contract."""
    return ec.read_contract(EXAMPLES / "acme.yaml")


def titled(title: str) -> ec.Contract:
    """The example contract with another title."""
    return acme().replace(title=title)


class _Texts(yaml.SafeLoader):
    """A reader of YAML 1.1 that leaves dates as they are written, and is like any other for the rest."""


_Texts.add_constructor("tag:yaml.org,2002:timestamp", lambda loader, node: loader.construct_scalar(node))  # type: ignore[arg-type]  # it has no types


@pytest.mark.sweep
@pytest.mark.parametrize("path", CONTRACTS, ids=lambda path: path.relative_to(EXAMPLES).as_posix())
@pytest.mark.parametrize("form", ["yaml", "json"])
def test_every_example_is_written_and_read_back(tmp_path: Path, path: Path, form: Form) -> None:
    """The contract that is read from what was written is the same, to its digest and the order of its clauses."""
    contract = ec.read_contract(path)
    ec.write_contract(contract, tmp_path / f"again.{form}")
    again = ec.read_contract(tmp_path / f"again.{form}")
    assert (again, again.digest()) == (contract, contract.digest())
    assert again.clauses == contract.clauses
    assert (tmp_path / f"again.{form}").read_text("utf-8") == ec.contract_text(again, form)


def test_a_person_can_read_what_is_written() -> None:
    """First what it is and whose; a line for a short part; nothing in quotes that need not be."""
    lines = ec.contract_text(acme()).splitlines()
    assert lines[:3] == ["schema: ecsm.contract/1", "ref: ACME-2026", "title: Managed service desk for Acme"]
    assert "term: {start: 2026-01-01, end: 2027-01-01}" in lines
    assert '  - {ref: "3.1", kind: charge, title: Monthly fee, amount: EUR 20000.00, every: month}' in lines
    assert "      within: {by: priority, P1: PT4H, P2: PT8H, otherwise: PT40H}" in lines
    assert max(map(len, lines)) <= WIDTH


def test_a_long_list_is_filled_and_a_long_text_is_not_broken() -> None:
    """Forty dates take a few lines of full width; a title of 200 characters stays on one."""
    days = [f"2026-{month:02d}-{day:02d}" for month in (1, 2) for day in range(1, 21)]
    data = acme().to_data() | {"title": "x" * 200, "holidays": {"nl-2026": {"days": days, "years": "2026"}}}
    text = ec.contract_text(ec.parse_contract(json.dumps(data), form="json"))
    lines = text.splitlines()
    assert f"title: {'x' * 200}" in lines
    assert max(len(line) for line in lines if "xxx" not in line) <= WIDTH
    assert sum("2026-01-" in line or "2026-02-" in line for line in lines) < 8
    assert ec.parse_contract(text).holidays.to_data()["nl-2026"]["days"] == days


@pytest.mark.parametrize("text", TRAPS, ids=ascii)
def test_a_text_is_the_same_text_to_every_reader(text: str) -> None:
    """As a value, in a list, as a key: this library reads back what was written, and so does PyYAML but for dates."""
    data = {
        "plain": text,
        "flow": {"k": [text, {text: text}]},
        "block": {"long": "x" * WIDTH, text: [text, "y" * WIDTH]},
    }
    written = "".join(f"{line}\n" for line in _write._document(data))
    assert parse_document(written, name="x", form="yaml").data == data
    reader = _Texts if text == "2026-01-01" else yaml.SafeLoader
    assert yaml.load(written, reader) == data  # noqa: S506 - both are safe


TEXTS = st.one_of(st.sampled_from(TRAPS), st.text(st.characters(exclude_categories=["Cs"]), max_size=12))
SCALARS = st.one_of(TEXTS, st.integers(-(10**17), 10**17), st.booleans(), st.none())
TREES = st.recursive(
    SCALARS,
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(TEXTS, inner, max_size=4)),
    max_leaves=12,
)


@settings(max_examples=150)
@given(st.dictionaries(TEXTS, TREES, max_size=4))
def test_any_tree_is_read_back_as_it_was(data: dict[str, Any]) -> None:
    """Whatever texts, numbers and nests there are, both readers give back the tree that was written."""
    written = "".join(f"{line}\n" for line in _write._document(data)) or "{}\n"
    assert repr(parse_document(written, name="x", form="yaml").data) == repr(data)
    assert yaml.load(written, _Texts) == data  # noqa: S506 - a safe loader, made above


@pytest.mark.parametrize(
    "text", ["Acme", "NL", "Mon-Fri 08:00-18:00", "10%", "EUR 50.00", "a-b", "a:b", "c'd", "2026-01-01", "PT4H"]
)
def test_what_needs_no_quotes_has_none(text: str) -> None:
    """Texts that no reader takes for anything else stand as a person writes them."""
    assert list(_write._document({"a": text})) == [f"a: {text}"]


def test_a_key_longer_than_yaml_looks_is_read_back() -> None:
    """A name of thousands of characters is written with the sign that YAML asks for."""
    data = {"a": {"k" * 5000: {"x": 1}, "l" * 5000: 2}}
    written = "\n".join(_write._document(data))
    assert parse_document(written, name="x", form="yaml").data == data
    assert yaml.load(written, _Texts) == data  # noqa: S506 - a safe loader, made above


def test_dates_alone_are_left_to_the_reader() -> None:
    """A reader of YAML 1.1 takes the dates of a contract for dates, and everything else as it stands in JSON."""

    def texts(value: Any) -> Any:
        if isinstance(value, dict):
            return {texts(name): texts(each) for name, each in value.items()}
        return (
            [texts(each) for each in value]
            if isinstance(value, list)
            else str(value)
            if isinstance(value, date)
            else value
        )

    assert texts(yaml.safe_load(ec.contract_text(acme()))) == acme().to_data()


AMENDED = """versions: {period: start, tickets: opened}
amendments:
  - ref: A-1
    title: A higher fee
    from: 2026-07-01
    clauses: [{ref: "3.1", kind: charge, title: Monthly fee, amount: EUR 23000.00, every: month}]
"""


def test_amendments_are_written_as_they_were_agreed() -> None:
    """A contract with an amendment is written with it, and not as one of its versions."""
    signed = (EXAMPLES / "acme.yaml").read_text("utf-8")
    contract = ec.parse_contract(signed + AMENDED)
    text = ec.contract_text(contract)
    assert "    from: 2026-07-01\n" in text
    assert ec.parse_contract(text) == contract != ec.parse_contract(signed)


@pytest.mark.parametrize("name", ["a.toml", "a", "a.yaml.bak"])
def test_a_file_that_does_not_say_what_it_holds_is_not_written(tmp_path: Path, name: str) -> None:
    """The suffix says the form, as in reading."""
    with pytest.raises(InvalidValue, match=r"\.yaml") as caught:
        ec.write_contract(acme(), tmp_path / name)
    assert caught.value.rule == "document_suffix"
    assert list(tmp_path.iterdir()) == []


def test_another_form_or_another_thing_is_refused() -> None:
    """Only contracts are written, and only as YAML or JSON."""
    with pytest.raises(InvalidValue, match="toml"):
        ec.contract_text(acme(), "toml")  # type: ignore[arg-type]
    with pytest.raises(WrongType, match="read_contract"):
        ec.contract_text({})  # type: ignore[arg-type]


def test_what_could_not_be_read_back_is_not_written(tmp_path: Path) -> None:
    """A contract made in Python past what reading checks is refused with its problems, and the old file stays."""
    path = tmp_path / "a.yaml"
    path.write_text("old", encoding="utf-8")
    other = acme().replace(currency="USD")
    with pytest.raises(ec.DocumentError) as caught:
        ec.write_contract(other, path)
    assert {problem.code for problem in caught.value.problems} == {"currency_mismatch"}
    assert path.read_text("utf-8") == "old"


def test_a_document_that_would_be_too_large_is_not_written(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is written is never larger than what is read."""
    monkeypatch.setattr(_write, "SIZE", SIZE._replace(value=100))
    with pytest.raises(ec.DocumentError, match="limit: size"):
        ec.contract_text(acme())


def test_a_crash_while_writing_leaves_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """When the disk fails before the new file is whole, the old one is there as it was, and nothing else."""
    path = tmp_path / "a.yaml"
    ec.write_contract(acme(), path)
    before = path.read_bytes()

    def fails(*_: object) -> None:
        raise OSError("no space")

    monkeypatch.setattr(os, "fsync", fails)
    with pytest.raises(OSError, match="no space"):
        ec.write_contract(titled("another"), path)
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]
