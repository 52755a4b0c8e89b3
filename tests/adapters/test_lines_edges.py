"""The limits of a table, to the byte."""

from __future__ import annotations

import gzip
from typing import TYPE_CHECKING

import pytest

from ecsm_contracts.adapters import _lines
from ecsm_contracts.adapters._limits import Limit
from ecsm_contracts.adapters._lines import read_lines
from ecsm_contracts.errors import DocumentError

if TYPE_CHECKING:
    from pathlib import Path

LIMIT = Limit("table", 4, "too_large", "the table is too large")


@pytest.mark.parametrize("name", ["t.csv", "t.csv.gz"])
def test_a_table_of_just_the_most_bytes_is_read_whole(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The limit itself is allowed, zipped or not, and one byte more is not."""
    monkeypatch.setattr(_lines, "TABLE", LIMIT)
    path = tmp_path / name
    for content, fits in ((b"a\nb\n", True), (b"a\nb\n\n", False)):
        path.write_bytes(gzip.compress(content) if name.endswith("gz") else content)
        if fits:
            assert [line.text for line in read_lines(path)] == ["a", "b"]
        else:
            with pytest.raises(DocumentError, match="too_large"):
                list(read_lines(path))
