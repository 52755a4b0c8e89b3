"""What is wrong with a folder, and the words for it; readers of folders share these."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ecsm_contracts.errors import DocumentError, Problem, shown

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

__all__ = ["files_in", "listed"]

MOST_FILES = 20
"""How many files of a folder a message lists."""


def files_in(root: Path) -> list[str]:
    """
    Return the names of what the folder *root* holds, sorted.

    Raises:
        DocumentError: "not_a_folder" when there is no such folder, or a file of that name.
    """
    if root.is_dir():
        return sorted(path.name for path in root.iterdir())
    message = "this is a file; give its folder" if root.exists() else "there is no such folder"
    raise DocumentError([Problem(str(root), 0, 0, "", "not_a_folder", message)])


def listed(names: Sequence[str]) -> str:
    """
    Return *names* as a message lists them.

        >>> listed(["a.csv", "b.csv"]), listed([])
        ("'a.csv', 'b.csv'", 'nothing')
    """
    return ", ".join(map(shown, names[:MOST_FILES])) or "nothing"
