"""A tree shows every node once, in order, however deep it is."""

from __future__ import annotations

import unicodedata
from html.parser import HTMLParser

from hypothesis import given
from hypothesis import strategies as st

from ecsm_contracts._display import Tree, escape_text

TREE = Tree(
    "4.6 Credit",
    (Tree("rate", (Tree("bands", (Tree("95%"),)), Tree("uptime", note="ticket T-1"))), Tree("of 3.1", note="clause")),
)
LABELS = st.text(st.one_of(st.characters(), st.sampled_from("\n\x1b\u202e<>&*[ 日")), max_size=8)
TREES = st.recursive(
    st.builds(Tree, LABELS, note=LABELS),
    lambda inner: st.builds(Tree, LABELS, st.lists(inner, max_size=3).map(tuple), LABELS),
)


def nodes(tree: Tree) -> list[Tree]:
    """Return the nodes of a tree, from top to bottom."""
    return [tree, *(below for child in tree.children for below in nodes(child))]


def chain(depth: int) -> Tree:
    """Return a tree in which each node has one child."""
    tree = Tree("leaf")
    for _ in range(depth):
        tree = Tree("node", (tree,))
    return tree


def test_text_draws_the_branches() -> None:
    """Each node stands below its parent, and lines join those that belong together."""
    assert TREE.text().split("\n") == [
        "4.6 Credit",
        "├─ rate",
        "│  ├─ bands",
        "│  │  └─ 95%",
        "│  └─ uptime  (ticket T-1)",
        "└─ of 3.1  (clause)",
    ]
    assert str(TREE) == TREE.text()


def test_depth_limits_what_is_shown_and_says_so() -> None:
    """A node whose children are not shown ends in an ellipsis; a leaf does not."""
    assert TREE.text(0) == "4.6 Credit …"
    assert TREE.text(1) == "4.6 Credit\n├─ rate …\n└─ of 3.1  (clause)"
    assert TREE.markdown(1) == "- 4.6 Credit\n  - rate …\n  - of 3.1  (clause)"
    assert TREE.html(1).count("<details") == 1
    assert TREE.text(99) == TREE.text()


def test_html_folds_and_opens_the_first_level() -> None:
    """A node with children is a `details` element, open at the top; a leaf is a `div`."""
    assert TREE.html().split("\n") == [
        "<details open><summary>4.6 Credit</summary>",
        "<details><summary>rate</summary>",
        "<details><summary>bands</summary>",
        "<div>95%</div>",
        "</details>",
        "<div>uptime  (ticket T-1)</div>",
        "</details>",
        "<div>of 3.1  (clause)</div>",
        "</details>",
    ]


def test_markdown_is_a_nested_list() -> None:
    """Each level is indented by two."""
    assert TREE.markdown().split("\n")[:4] == ["- 4.6 Credit", "  - rate", "    - bands", "      - 95%"]


def test_a_child_that_hangs_in_two_places_is_drawn_in_both() -> None:
    """The last of several equal children is known by its position, not by what it is."""
    leaf = Tree("x")
    assert Tree("top", (leaf, leaf)).text() == "top\n├─ x\n└─ x"


@given(TREES)
def test_text_and_markdown_have_one_line_per_node(tree: Tree) -> None:
    """No label can add a line, and no node is lost."""
    for shown in (tree.text(), tree.markdown()):
        assert len(shown.split("\n")) == len(nodes(tree))
    for line, node in zip(tree.text().split("\n"), nodes(tree), strict=True):
        assert escape_text(node.label) in line
        assert escape_text(node.note) in line


@given(TREES)
def test_no_hidden_character_survives(tree: Tree) -> None:
    """A label cannot act on the terminal or turn the direction of writing."""
    for shown in (tree.text(), tree.markdown(), tree.html()):
        assert not [c for c in shown if unicodedata.category(c) in {"Cc", "Cf", "Cs"} and c != "\n"]


@given(TREES)
def test_html_elements_are_balanced_and_ours(tree: Tree) -> None:
    """Only our own elements occur, and each that is opened is closed in its turn."""
    open_elements: list[str] = []

    class Reader(HTMLParser):
        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            assert tag in ("details", "summary", "div")
            assert attrs in ([], [("open", None)])
            open_elements.append(tag)

        def handle_endtag(self, tag: str) -> None:
            assert open_elements.pop() == tag

    reader = Reader()
    reader.feed(tree.html())
    reader.close()
    assert not open_elements
    inner = sum(1 for node in nodes(tree) if node.children)
    assert (tree.html().count("<summary>"), tree.html().count("<div>")) == (inner, len(nodes(tree)) - inner)


def test_a_deep_tree_is_shown() -> None:
    """The depth of a tree is not limited by the call stack."""
    tree = chain(3000)
    assert tree.text().count("\n") == 3000
    assert tree.html().count("</details>") == 3000
    assert tree.markdown().count("\n") == 3000
    assert tree.text(2).count("\n") == 2
