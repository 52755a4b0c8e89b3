"""Documents are read as they are written: nothing is guessed, nothing is dropped, and every part has a place."""

from __future__ import annotations

import builtins
import json
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from ecsm_contracts.adapters._documents import Form, parse_document, read_document
from ecsm_contracts.adapters._limits import SIZE
from ecsm_contracts.contracts._document import Place
from ecsm_contracts.errors import DocumentError, InvalidValue, MissingExtra

if TYPE_CHECKING:
    from ecsm_contracts.contracts._document import Document

ACME = Path(__file__).parents[2] / "examples" / "acme.yaml"


def yaml_data(text: str) -> Any:
    """Return what a YAML text holds."""
    return parse_document(text, name="x", form="yaml").data


def written(folder: Path, name: str, data: bytes) -> Path:
    """Write a file and return its path."""
    path = folder / name
    path.write_bytes(data)
    return path


# --- what values are ---


@pytest.mark.parametrize(
    "text",
    [
        *("NO", "no", "yes", "on", "off", "True", "FALSE", "Null", "NULL", "22:30", "1:30:00", "0123", "010", "1_000"),
        *("0x1F", "1.10", "1e3", ".inf", ".nan", "-0", "+1", "2026-01-01", "2026-02-30", "10%", "EUR 50.00", "4h"),
        *("1234567890123456789", "=", "Mon-Fri 08:00-18:00"),
    ],
)
def test_a_plain_text_stays_as_it_is_written(text: str) -> None:
    """YAML 1.1's other spellings of booleans, numbers, times and dates are texts."""
    assert yaml_data(f"a: {text}") == {"a": text}
    assert yaml_data(f"[{{a: {text}}}, {{}}]".replace("[", "b: [", 1)) == {"b": [{"a": text}, {}]}


@pytest.mark.parametrize(
    ("text", "value"),
    [("true", True), ("false", False), ("null", None), ("~", None), ("", None), ("0", 0), ("-5", -5), ("2026", 2026),
     ("999999999999999999", 999999999999999999)],
)  # fmt: skip
def test_only_the_usual_spellings_are_more_than_text(text: str, value: object) -> None:
    """Plain true, false, null, ~, nothing and whole numbers are values; in quotes they are texts."""
    assert yaml_data(f"a: {text}") == {"a": value}
    assert type(yaml_data(f"a: {text}")["a"]) is type(value)
    assert yaml_data(f"a: '{text}'") == {"a": text} == yaml_data(f'a: "{text}"')


def test_a_plain_key_is_the_text_as_written() -> None:
    """Keys that look like numbers or booleans stay apart from each other."""
    text = "{1: a, true: b, 1.0: c, 01: d, null: e, ~: f, P1: g, 2026: h, '<<': i, '': j}"
    assert yaml_data(text) == {
        "1": "a", "true": "b", "1.0": "c", "01": "d", "null": "e", "~": "f", "P1": "g", "2026": "h", "<<": "i", "": "j",
    }  # fmt: skip


def test_block_scalars_and_comments_are_read() -> None:
    """Long texts and comments are ordinary YAML."""
    assert yaml_data("# c\na: |\n  1\n  2\nb: >-\n  x\n  y # not a comment\n") == {
        "a": "1\n2\n",
        "b": "x y # not a comment",
    }


def test_the_example_is_the_same_contract_in_yaml_and_json() -> None:
    """A YAML document written as JSON holds the same data."""
    document = read_document(ACME)
    again = parse_document(json.dumps(document.data, ensure_ascii=False), name="acme.json", form="json")
    assert again.data == document.data


# --- where things are ---


@pytest.mark.parametrize(
    ("form", "text"), [("yaml", "a: 1\nb:\n  - c: x\n"), ("json", '{"a": 1,\n"b":\n  [{"c":"x"}]}')]
)
def test_values_and_keys_have_places(form: Form, text: str) -> None:
    """Each value, and each key, is found at the line and column where it begins."""
    document = parse_document(text, name="x", form=form)
    paths = {(), ("a",), ("b",), ("b", 0), ("b", 0, "c")}
    assert set(document.places) == paths
    assert set(document.key_places) == {("a",), ("b",), ("b", 0, "c")}
    assert document.key_places["b",] == Place(2, 1)
    expected = (Place(3, 3), Place(3, 5), Place(3, 8)) if form == "yaml" else (Place(3, 3), Place(3, 4), Place(3, 9))
    assert tuple(document.places[path] for path in [("b",), ("b", 0), ("b", 0, "c")]) == expected


def test_the_example_is_placed_as_an_editor_shows_it() -> None:
    """The text at the place of a key is that key."""
    document, lines = read_document(ACME), ACME.read_text("utf-8").split("\n")
    for path, (line, column) in document.key_places.items():
        assert lines[line - 1][column - 1 :].lstrip("\"'").startswith(str(path[-1]))


# --- files ---


@pytest.mark.parametrize("name", ["a.yaml", "a.yml", "a.YML", "a.json"])
def test_the_suffix_says_the_form(tmp_path: Path, name: str) -> None:
    """A file is read by its suffix, and the document is called by its path."""
    path = written(tmp_path, name, b'{"a": "b"}')
    document: Document = read_document(str(path))
    assert (document.data, document.name) == ({"a": "b"}, str(path))


def test_another_suffix_is_refused(tmp_path: Path) -> None:
    """A file that does not say what it holds is not guessed at."""
    with pytest.raises(InvalidValue, match=r"ends in \.yaml") as caught:
        read_document(written(tmp_path, "a.toml", b"a = 1"))
    assert caught.value.rule == "document_suffix"


def test_another_form_is_refused() -> None:
    """There are two forms."""
    with pytest.raises(InvalidValue, match="toml"):
        parse_document("a = 1", name="x", form="toml")  # type: ignore[arg-type]


@pytest.mark.parametrize(("name", "data"), [("a.yaml", b"\xef\xbb\xbfa: 1"), ("a.json", b'\xef\xbb\xbf{"a": 1}')])
def test_a_byte_order_mark_is_not_content(tmp_path: Path, name: str, data: bytes) -> None:
    """A mark that editors put at the beginning of a file changes nothing."""
    assert read_document(written(tmp_path, name, data)).data == {"a": 1}


@pytest.mark.parametrize(
    ("data", "line", "column"),
    [("a: é\nb: ".encode() + b"\xff", 2, 4), ("é".encode() + b"\xc3(", 1, 2), ("a: 1".encode("utf-16"), 1, 1)],
)
def test_bytes_that_are_not_utf_8_are_placed(tmp_path: Path, data: bytes, line: int, column: int) -> None:
    """A file in another encoding is refused at its first wrong byte."""
    with pytest.raises(DocumentError, match="save the file as UTF-8") as caught:
        read_document(written(tmp_path, "a.yaml", data))
    (problem,) = caught.value.problems
    assert (problem.code, problem.line, problem.column) == ("encoding", line, column)


def test_a_file_that_is_too_large_is_not_read(tmp_path: Path) -> None:
    """No more than the limit is read into memory."""
    path = tmp_path / "a.json"
    with path.open("wb") as stream:
        stream.truncate(SIZE.value + 1)
    with pytest.raises(DocumentError, match="limit: size"):
        read_document(path)


def test_a_file_that_is_not_there_is_the_usual_error(tmp_path: Path) -> None:
    """A missing file is no fault of a document."""
    with pytest.raises(FileNotFoundError):
        read_document(tmp_path / "missing.yaml")


def test_a_hostile_name_is_shown_escaped() -> None:
    """A name cannot add lines or colours to what a problem prints."""
    with pytest.raises(DocumentError) as caught:
        parse_document("", name="a\n\x1b[31m", form="json")
    assert str(caught.value).startswith(r"a\n\x1b[31m:1:1: ")


# --- the extra ---


def test_without_pyyaml_the_error_names_the_command(monkeypatch: pytest.MonkeyPatch) -> None:
    """YAML without PyYAML says what to install; JSON is read all the same."""
    real = builtins.__import__

    def without_yaml(name: str, *rest: Any, **named: Any) -> Any:
        if name == "yaml":
            raise ModuleNotFoundError("No module named 'yaml'", name="yaml")
        return real(name, *rest, **named)

    monkeypatch.delitem(sys.modules, "ecsm_contracts.adapters._yaml", raising=False)
    monkeypatch.setattr(builtins, "__import__", without_yaml)
    with pytest.raises(MissingExtra, match=r"pip install \"ecsm-contracts\[yaml\]\""):
        yaml_data("a: 1")
    assert parse_document('{"a": 1}', name="x", form="json").data == {"a": 1}


def test_pyyaml_is_loaded_only_for_yaml() -> None:
    """Reading JSON does not load PyYAML."""
    code = (
        "import sys; from ecsm_contracts.adapters._documents import parse_document as p;"
        "p('{}', name='x', form='json'); assert 'yaml' not in sys.modules;"
        "p('a: 1', name='x', form='yaml'); assert 'yaml' in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)
