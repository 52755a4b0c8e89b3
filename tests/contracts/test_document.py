"""A document knows where each part of it was written, and says what is wrong there."""

from __future__ import annotations

import pytest

from ecsm_contracts.contracts._document import Document, Path, Place, dotted

DOCUMENT = Document(
    "acme.yaml",
    {"clauses": [{"ref": "3.1"}]},
    {(): Place(1, 1), ("clauses",): Place(2, 3), ("clauses", 0): Place(2, 5), ("clauses", 0, "ref"): Place(2, 10)},
    {("clauses",): Place(1, 1), ("clauses", 0, "ref"): Place(2, 5)},
)


@pytest.mark.parametrize(
    ("path", "place"),
    [
        ((), Place(1, 1)),
        (("clauses", 0, "ref"), Place(2, 10)),
        (("clauses", 0, "within"), Place(2, 5)),
        (("clauses", 7, "ref", "x"), Place(2, 3)),
        (("term",), Place(1, 1)),
    ],
)
def test_a_value_that_is_not_there_stands_where_the_nearest_known_part_does(path: Path, place: Place) -> None:
    """The place of a path is that of its longest known prefix."""
    assert DOCUMENT.place(path) == place


def test_a_key_has_a_place_of_its_own() -> None:
    """The place of a key is where the key begins, not its value."""
    assert DOCUMENT.key_place(("clauses", 0, "ref")) == Place(2, 5)
    assert DOCUMENT.key_place(("clauses", 0)) == Place(2, 5)


def test_a_problem_is_placed_at_the_value_or_at_the_key() -> None:
    """A problem carries file, line, column, dotted path, code and message."""
    path = ("clauses", 0, "ref")
    assert str(DOCUMENT.problem(path, "ref_syntax", "bad")) == "acme.yaml:2:10: clauses.0.ref: bad [ref_syntax]"
    assert str(DOCUMENT.problem(path, "ref_syntax", "bad", at_key=True)).startswith("acme.yaml:2:5: ")


def test_python_data_has_no_places() -> None:
    """A problem in data made in Python names the path and no line."""
    problem = Document.of({"ref": 1}).problem(("ref",), "type", "not a text")
    assert str(problem) == "contract: ref: not a text [type]"
    assert (problem.line, problem.column) == (0, 0)


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ((), ""),
        (("clauses", 2, "within"), "clauses.2.within"),
        (("weights", "4.1"), "weights.'4.1'"),
        (("a", ""), "a.''"),
        (("a\x1b[31m",), r"'a\x1b[31m'"),
    ],
)
def test_a_path_reads_unambiguously(path: Path, text: str) -> None:
    """A key with a dot, nothing, or a control character in it is quoted, others are not."""
    assert dotted(path) == text


def test_a_long_key_does_not_fill_the_message() -> None:
    """A path repeats at most the beginning of a long key."""
    assert len(dotted(("x" * 5000,))) < 100
