"""Trees."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from ecsm_contracts._display._escape import escape_html, escape_markdown, escape_text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

__all__ = ["Tree"]


@dataclass(frozen=True, slots=True)
class Tree:
    """
    A label and what hangs below it; shows itself as text, Markdown and folding HTML, however deep it is.

        >>> print(Tree("4.6", (Tree("at most", (Tree("10%"),), "limit"), Tree("credits"))))
        4.6
        ├─ at most  (limit)
        │  └─ 10%
        └─ credits

    Each way of showing it takes a `depth`: how many levels below this node are shown. A node whose children
    are not shown ends in ``…``.

    Attributes:
        label: what the node is.
        children: what hangs below it.
        note: what stands behind the label, or nothing.
    """

    label: str
    children: tuple[Tree, ...] = ()
    note: str = ""

    def __str__(self) -> str:
        """Return the whole tree as text."""
        return self.text()

    def text(self, depth: int | None = None) -> str:
        """Return the tree as text, one line per node."""
        lines = []
        bars: list[str] = []
        for visit in _visits(self, depth):
            if visit.enters:
                del bars[max(visit.level - 1, 0) :]
                branch = ("└─ " if visit.last else "├─ ") if visit.level else ""
                lines.append("".join(bars) + branch + visit.line(escape_text))
                bars += ["   " if visit.last else "│  "] if visit.level else []
        return "\n".join(lines)

    def markdown(self, depth: int | None = None) -> str:
        """Return the tree as a nested list of Markdown."""
        visits = (visit for visit in _visits(self, depth) if visit.enters)
        return "\n".join("  " * visit.level + "- " + visit.line(escape_markdown) for visit in visits)

    def html(self, depth: int | None = None) -> str:
        """Return the tree as nested `details` elements, without scripts; the first level is unfolded."""
        lines = []
        for visit in _visits(self, depth):
            if not visit.shown:  # a leaf, or folded by depth
                lines.append(f"<div>{visit.line(escape_html)}</div>")
            elif visit.enters:
                tag = "<details>" if visit.level else "<details open>"
                lines.append(f"{tag}<summary>{visit.line(escape_html)}</summary>")
            else:
                lines.append("</details>")
        return "\n".join(lines)


class _Visit(NamedTuple):
    """A moment on the way through a tree: a node is entered or, when it shows children, left again."""

    node: Tree
    enters: bool
    level: int
    last: bool
    shown: tuple[Tree, ...]

    def line(self, escape: Callable[[str], str]) -> str:
        """Return what stands in the line of the node."""
        note = f"  ({escape(self.node.note)})" if self.node.note else ""
        return escape(self.node.label) + note + (" …" if self.node.children and not self.shown else "")


def _visits(tree: Tree, depth: int | None) -> Iterator[_Visit]:
    """Go through *tree* from top to bottom; a stack of our own stands in for recursion."""

    def enter(node: Tree, level: int, *, last: bool) -> _Visit:
        shown = node.children if depth is None or level < depth else ()
        return _Visit(node, enters=True, level=level, last=last, shown=shown)

    left = [enter(tree, 0, last=True)]
    while left:
        visit = left.pop()
        yield visit
        if visit.enters and visit.shown:
            left.append(visit._replace(enters=False))
            *others, final = visit.shown
            left.append(enter(final, visit.level + 1, last=True))
            left.extend(enter(child, visit.level + 1, last=False) for child in reversed(others))
