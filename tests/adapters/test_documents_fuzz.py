"""Whatever the bytes are, reading them gives a document or an error of this library, soon."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from ecsm_contracts.adapters._documents import Form, parse_document, read_document
from ecsm_contracts.adapters._limits import DEPTH, PROBLEMS
from ecsm_contracts.errors import DocumentError

if TYPE_CHECKING:
    from ecsm_contracts.contracts._document import Document, Raw

pytestmark = pytest.mark.sweep

ACME = (Path(__file__).parents[2] / "examples" / "acme.yaml").read_text("utf-8")
ACME_JSON = json.dumps(parse_document(ACME, name="acme", form="yaml").data, indent=1)
CODES = {
    "alias", "duplicate_key", "empty_document", "encoding", "json_syntax", "key_not_text", "merge_key", "not_a_mapping",
    "not_finite", "number_float", "tag", "too_deep", "too_large", "too_many", "yaml_syntax",
}  # fmt: skip
FORMS: st.SearchStrategy[Form] = st.sampled_from(("yaml", "json"))
MARKS = st.sampled_from(
    ["&a ", "*a", "!!", "!t ", "<<: ", "? ", ": ", "- ", "---\n", "...", "%YAML 1.9\n", "%TAG ! x\n", "\t", "\0",
     "\ufeff", "\x85", "\u2028", "\ud800", '"', "'", "\\U", "\\ud800", "\\x", "|", ">9", "{", "}", "[", "]", ",", "#",
     "@", "`", "1.5", "NaN", "1e999", "9" * 5000, "\r", "\n  ", "é", "日", "!<a", "%41", "~"],
)  # fmt: skip


def outcome(text: str, form: Form) -> Document | None:
    """Read a text; when it is refused, check the problems and return nothing."""
    try:
        return parse_document(text, name="x", form=form)
    except DocumentError as error:
        assert 1 <= len(error.problems) <= PROBLEMS.value + 1  # noqa: PT017 - either outcome is right
        for problem in error.problems:
            assert problem.code in CODES
            assert problem.line >= 0
            assert str(problem).isprintable()
            assert len(str(problem)) < 85 * (DEPTH.value + 10)
        return None


@st.composite
def mutated(draw: st.DrawFn) -> tuple[str, Form]:
    """Draw the example with a few pieces cut out, repeated or put in."""
    form: Form = draw(FORMS)
    text = ACME if form == "yaml" else ACME_JSON
    text = text[: draw(st.integers(200, len(text)))]
    for _ in range(draw(st.integers(1, 4))):
        start = draw(st.integers(0, len(text)))
        end = min(len(text), start + draw(st.integers(0, 20)))
        piece = draw(st.one_of(MARKS, st.just(""), st.just(text[start:end] * 2), st.text(max_size=5)))
        text = text[:start] + piece + text[end:]
    return text, form


@settings(deadline=None, max_examples=300)
@given(mutated())
def test_a_damaged_document_is_read_or_refused(case: tuple[str, Form]) -> None:
    """A valid document with errors put in never escapes the errors of this library."""
    outcome(*case)


@settings(deadline=None, max_examples=300)
@given(st.lists(st.one_of(MARKS, st.sampled_from(["a", "b: ", "c", " ", "\n"])), max_size=30).map("".join), FORMS)
@example('"\\UFFFFFFFF"', "yaml")
@example("%YAML 1." + "9" * 5000, "yaml")
def test_marks_in_any_order_are_read_or_refused(text: str, form: Form) -> None:
    """The signs of both languages, strung together, never escape the errors of this library."""
    outcome(text, form)


@settings(deadline=None, max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.binary(max_size=200), form=FORMS)
def test_any_bytes_are_read_or_refused(tmp_path: Path, data: bytes, form: str) -> None:
    """A file of any bytes gives a document or a `DocumentError`."""
    path = tmp_path / f"a.{form}"
    path.write_bytes(data)
    try:
        read_document(path)
    except DocumentError as error:
        assert error.problems  # noqa: PT017 - either outcome is right


KEYS = st.text("abcXYZ019.-_ é日", max_size=8)
SCALARS = st.one_of(
    st.none(), st.booleans(), st.integers(-(10**18) + 1, 10**18 - 1), st.text("aZ09 .:#-%'\"\\\n\té日😀", max_size=12)
)
TREES = st.recursive(
    SCALARS, lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(KEYS, inner, max_size=4))
)
DATA = st.dictionaries(KEYS, TREES)


def same(first: Raw, second: Raw) -> bool:
    """Whether two trees are equal, with `True` and 1 apart."""
    return repr(first) == repr(second)


@settings(deadline=None)
@given(DATA, st.sampled_from([None, 0, 2]))
def test_what_is_written_as_json_is_read_back(data: dict[str, Raw], indent: int | None) -> None:
    """JSON of any data without floats is read as that data, by both readers."""
    text = json.dumps(data, ensure_ascii=False, indent=indent)
    assert same(parse_document(text, name="x", form="json").data, data)
    assert same(parse_document(text, name="x", form="yaml").data, data)


@settings(deadline=None)
@given(DATA, st.sampled_from([None, 0, 2]))
def test_json_places_point_at_what_they_name(data: dict[str, Raw], indent: int | None) -> None:
    """Decoding the text at the place of a key or value gives that key or value."""
    text = json.dumps(data, ensure_ascii=False, indent=indent)
    document, lines = parse_document(text, name="x", form="json"), text.split("\n")
    decoder = json.JSONDecoder()
    for path, (line, column) in document.key_places.items():
        assert decoder.raw_decode(lines[line - 1][column - 1 :])[0] == path[-1]
    for path, (line, column) in document.places.items():
        value: object = data
        for part in path:
            value = value[part]  # type: ignore[index]
        rest = "\n".join([lines[line - 1][column - 1 :], *lines[line:]])
        assert decoder.raw_decode(rest)[0] == value


@settings(deadline=None, max_examples=300)
@given(mutated())
def test_what_is_accepted_as_json_is_json(case: tuple[str, Form]) -> None:
    """Where this reader accepts a text, the reader of the standard library reads the same from it."""
    document = outcome(case[0], "json")
    if document is not None:
        assert same(json.loads(case[0].removeprefix("\ufeff")), document.data)


@settings(deadline=None)
@given(st.from_regex(r"[A-Za-z0-9.+%_/][A-Za-z0-9.:+%_/-]{0,15}[A-Za-z0-9.+%_/]", fullmatch=True))
def test_a_plain_scalar_is_never_reinterpreted(text: str) -> None:
    """A plain scalar shows what it is: as text it is what was written, otherwise it prints as it was written."""
    document = outcome(f"a: {text}", "yaml")
    if document is not None:
        assert isinstance(document.data, dict)
        value = document.data["a"]
        assert value == text or json.dumps(value) == text


@pytest.mark.parametrize(
    "text",
    ["[" * 50_000, "{" * 50_000, "{[" * 30_000, "? [" * 30_000, "- " * 50_000, "a: " * 30_000, "!" * 90_000,
     "&a " * 30_000, "a: &a [*a, *a]\n" * 5_000, '"' + "\\x41" * 20_000, "a: |\n" + " x\n" * 20_000, "\n" * 90_000,
     "#" * 90_000, "%F\n" * 30_000, "a: '" + "\n" * 50_000, "[a, " * 20_000, "x y " * 20_000,
     "'" * 90_000, "{a: " * 20_000],
    ids=lambda text: text[:6],
)  # fmt: skip
@pytest.mark.parametrize("form", ["yaml", "json"])
def test_hostile_shapes_end_soon(text: str, form: Form) -> None:
    """Repetition of any sign costs time in proportion to its length, not to the square of it."""
    began = time.perf_counter()
    outcome(text, form)
    assert time.perf_counter() - began < 5
