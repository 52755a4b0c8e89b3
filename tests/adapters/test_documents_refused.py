"""What hides, repeats or overflows is refused: all of it at once, each with its place and a stable code."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from ecsm_contracts.adapters._documents import Form, parse_document
from ecsm_contracts.adapters._limits import DEPTH, LIMITS, NODES, PROBLEMS, SCALAR, SIZE
from ecsm_contracts.errors import DocumentError

if TYPE_CHECKING:
    from ecsm_contracts.adapters._limits import Limit
    from ecsm_contracts.errors import Problem


def problems(text: str, form: Form = "yaml") -> tuple[Problem, ...]:
    """Return what is wrong with a text."""
    with pytest.raises(DocumentError) as caught:
        parse_document(text, name="x", form=form)
    return caught.value.problems


def found(text: str, form: Form = "yaml") -> list[tuple[str, int, int]]:
    """Return the code, line and column of everything that is wrong with a text."""
    return [(problem.code, problem.line, problem.column) for problem in problems(text, form)]


# --- what YAML refuses ---


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a: &x 1", [("alias", 1, 4)]),
        ("a: *x", [("alias", 1, 4)]),
        ("*x : 1\nb: 2", [("alias", 1, 1)]),
        ("a: &x [1]\nb: {c: *x}", [("alias", 1, 4), ("alias", 2, 8)]),
        ("a: !!str 1", [("tag", 1, 4)]),
        ("a: !!python/object/apply:os.system ['true']", [("tag", 1, 4)]),
        ("a: ! x\nb: !t [1]\n!u c: !v {}", [("tag", 1, 4), ("tag", 2, 4), ("tag", 3, 1), ("tag", 3, 7)]),
        ("%TAG ! tag:x,2000:\n---\na: 1", [("tag", 1, 1)]),
        ("<<: {a: 1}", [("merge_key", 1, 1)]),
        ("a: 1\nb: 2\na: 3", [("duplicate_key", 3, 1)]),
        ("{1: a, '1': b}", [("duplicate_key", 1, 8)]),
        ("? [a]\n: 1", [("key_not_text", 1, 3)]),
        ("? {a: {b: 1}}\n: {c: 1}\nd: 1\nd: 1", [("key_not_text", 1, 3), ("duplicate_key", 4, 1)]),
        ("?\n: 1", [("key_not_text", 1, 2)]),
        ("a: 1\n---\nb: 1", [("yaml_syntax", 2, 1)]),
        ("a:\n\tb: 1", [("yaml_syntax", 2, 1)]),
        ("a: [1", [("yaml_syntax", 1, 6)]),
        ("a: b: c", [("yaml_syntax", 1, 5)]),
        ("a: *x\nb: [1", [("alias", 1, 4), ("yaml_syntax", 2, 6)]),
        ("a: x\x1by", [("yaml_syntax", 1, 5)]),
        ('a: "\\UFFFFFFFF"', [("yaml_syntax", 1, 7)]),
        ("%YAML 1." + "9" * 5000 + "\n---\na: 1", [("yaml_syntax", 1, 9)]),
        ('a: "\\ud800"', [("encoding", 1, 4)]),
        ("a: \ud800", [("encoding", 1, 4)]),
        ("", [("empty_document", 1, 1)]),
        ("# nothing\n", [("empty_document", 1, 1)]),
        ("---\n...\n", [("empty_document", 2, 1)]),
        ("- a", [("not_a_mapping", 1, 1)]),
        ("null", [("not_a_mapping", 1, 1)]),
    ],
)
def test_yaml_that_hides_or_repeats_content_is_refused(text: str, expected: list[tuple[str, int, int]]) -> None:
    """Each thing that is refused has a stable code and the place where it stands."""
    assert found(text) == expected


def test_a_tab_is_explained() -> None:
    """The message about a tab says what to write instead."""
    assert "with spaces" in problems("a:\n\tb: 1")[0].message


# --- what JSON refuses ---


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('{"a": 1.5}', [("number_float", 1, 7)]),
        ('{"a": [1e5, -0.0]}', [("number_float", 1, 8), ("number_float", 1, 13)]),
        ('{"a": NaN, "b": -Infinity}', [("not_finite", 1, 7), ("not_finite", 1, 17)]),
        (
            '{"a": 1,\n"a": {"b": 2.0}, "a": 3}',
            [("duplicate_key", 2, 1), ("number_float", 2, 12), ("duplicate_key", 2, 18)],
        ),
        ('{"a": {"z": 1},\n"a": {"z": 1}}', [("duplicate_key", 2, 1)]),
        ('{"a": 1} {}', [("json_syntax", 1, 10)]),
        ('{"a": "\\ud800"}', [("encoding", 1, 7)]),
        ('{"\\udfff": 1}', [("encoding", 1, 2)]),
        ('{"a": "\ud800"}', [("encoding", 1, 7)]),
        ('{"a": 1234567890123456789}', [("too_large", 1, 7)]),
        ('{"a": 01}', [("json_syntax", 1, 7)]),
        ('{"a": .5}', [("json_syntax", 1, 7)]),
        ('{"a": True}', [("json_syntax", 1, 7)]),
        ("{'a': 1}", [("json_syntax", 1, 2)]),
        ('{"a": 1,}', [("json_syntax", 1, 9)]),
        ('{"a": [,]}', [("json_syntax", 1, 8)]),
        ('{"a" 1}', [("json_syntax", 1, 6)]),
        ('{"a": [1 2]}', [("json_syntax", 1, 10)]),
        ('{"a": [1}', [("json_syntax", 1, 9)]),
        ('{"a": "b\nc"}', [("json_syntax", 1, 9)]),
        ('{"a": "b', [("json_syntax", 1, 7)]),
        ('{"a": 1e5, "b', [("number_float", 1, 7), ("json_syntax", 1, 12)]),
        ('{"a": 1 // c\n}', [("json_syntax", 1, 9)]),
        ("", [("empty_document", 1, 1)]),
        ("\n ", [("empty_document", 2, 2)]),
        ("[]", [("not_a_mapping", 1, 1)]),
        ("null", [("not_a_mapping", 1, 1)]),
    ],
)
def test_json_that_readers_disagree_about_is_refused(text: str, expected: list[tuple[str, int, int]]) -> None:
    """Each thing that is refused has a stable code and the place where it stands."""
    assert found(text, "json") == expected


def test_a_fraction_says_how_to_write_it() -> None:
    """The message about a float shows the same number as a text."""
    assert 'write it as a text: "1.50"' in problems('{"a": 1.50}', "json")[0].message


@pytest.mark.parametrize(
    ("form", "text"), [("yaml", "a: 1\nb:\n  c: 1\n  c: 2"), ("json", '{"a":1,\n\n"b":{"c":1\n,"c":2}}')]
)
def test_a_duplicate_names_the_first(form: Form, text: str) -> None:
    """The message about a duplicate key names the line of the first and its path."""
    (problem,) = problems(text, form)
    assert problem.path == "b.c"
    assert "line 3" in problem.message


# --- limits ---


@pytest.mark.parametrize(
    ("form", "text", "code"),
    [
        ("yaml", "a: " + "[" * 33 + "]" * 33, DEPTH.code),
        ("yaml", "- " * 5000, DEPTH.code),
        ("yaml", "? " * 5000, DEPTH.code),
        ("json", '{"a":' + "[" * 100_000, DEPTH.code),
        ("json", '{"a":[' + "1," * NODES.value + "1]}", NODES.code),
        ("yaml", "a: '" + "x" * (SCALAR.value + 1) + "'", SCALAR.code),
        ("json", '{"' + "x" * (SCALAR.value + 1) + '": 1}', SCALAR.code),
        ("yaml", "a: " + "x" * SIZE.value, SIZE.code),
        ("json", '{"a": "' + "é" * (SIZE.value // 2) + '"}', SIZE.code),
        ("yaml", "- *a\n" * 1000, PROBLEMS.code),
        ("json", '{"a": [' + "1.5," * 1000 + "1]}", PROBLEMS.code),
    ],
)
def test_each_limit_has_a_problem_of_its_own(form: Form, text: str, code: str) -> None:
    """What is too large, too deep or too many is refused by name."""
    assert code in {problem.code for problem in problems(text, form)}


def test_at_the_limit_a_document_is_still_read() -> None:
    """The deepest and longest that is allowed is read."""
    lists = DEPTH.value - 1
    assert parse_document("a: " + "[" * lists + "]" * lists, name="x", form="yaml").data
    assert parse_document("a: " + "x" * SCALAR.value, name="x", form="yaml").data
    assert parse_document('{"a":' + "[" * lists + "]" * lists + "}", name="x", form="json").data


def test_problems_are_not_without_end() -> None:
    """At most one more problem is reported than the limit says."""
    assert len(problems("- *a\n" * 1000)) == PROBLEMS.value + 1


@pytest.mark.parametrize("limit", LIMITS, ids=lambda limit: limit.name)
def test_the_message_of_a_limit_names_it(limit: Limit) -> None:
    """Each message says what the limit is and how much it allows."""
    assert f"(limit: {limit.name})" in limit.message
    assert str(limit.value) in limit.message
