"""The page of the library of real contracts lists what there is."""

from __future__ import annotations

import re
from pathlib import Path

LIBRARY = Path(__file__).parents[2] / "examples" / "contracts"
ROW = re.compile(r"^\| \[([a-z0-9-]+)\]\(([a-z0-9-]+)/README\.md\) \| [^|]+ \| [^|]+ \|$", re.MULTILINE)


def test_the_page_lists_every_folder_once() -> None:
    """The table has a row for each folder, in the order of their names, and each row links to its own page."""
    rows = ROW.findall((LIBRARY / "README.md").read_text(encoding="utf-8"))
    folders = sorted(path.parent.name for path in LIBRARY.glob("*/contract.yaml"))
    assert [name for name, _ in rows] == folders
    assert [target for _, target in rows] == folders
