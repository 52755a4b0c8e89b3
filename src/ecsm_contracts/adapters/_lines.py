"""The lines of a table, gzipped or not, one by one and within limits."""

from __future__ import annotations

import gzip
import zlib
from collections import deque
from typing import TYPE_CHECKING, BinaryIO, NamedTuple

from ecsm_contracts.adapters._bad import Bad
from ecsm_contracts.adapters._limits import RATIO, RATIO_FREE, SCALAR, TABLE
from ecsm_contracts.errors import DocumentError, Problem

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from ecsm_contracts.adapters._limits import Limit

__all__ = ["Ahead", "Line", "read_lines"]

MOST_BYTES = SCALAR.value + 2
"""How much of a line is read at once: the longest that is allowed, and its end."""
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"


class Line(NamedTuple):
    """
    A line of a file, without its end.

    Attributes:
        number: its place in the file, from 1.
        text: what it says; bytes that are not UTF-8 are kept as surrogates.
        fault: why it cannot be believed, if so.
    """

    number: int
    text: str
    fault: Bad | None = None


class _Gauge:
    """Counts the bytes of a table, and says when they are too many."""

    def __init__(self, path: Path, size: int, *, zipped: bool) -> None:
        self._path = path
        self._most = max(RATIO_FREE, RATIO.value * size) if zipped else TABLE.value
        self._limit = RATIO if self._most < TABLE.value else TABLE
        self._most = min(self._most, TABLE.value)
        self._count = 0

    def add(self, count: int, line: int) -> None:
        self._count += count
        if self._count > self._most:
            raise _stopped(self._path, line, self._limit)


def _stopped(path: Path, line: int, limit: Limit) -> DocumentError:
    return DocumentError([Problem(str(path), line, 1, "", limit.code, f"{limit.message}; reading stops here")])


def _damaged(path: Path, line: int, problem: Exception) -> DocumentError:
    message = f"the gzip file is cut or damaged after this line, and a part must not pass for the whole: {problem}"
    return DocumentError([Problem(str(path), line, 1, "", "gzip_damaged", message)])


def read_lines(path: Path) -> Iterator[Line]:
    """
    Yield the lines of the file at *path*, which is gzipped if its name ends in ``.gz``; a byte order mark is left out.

    Raises:
        DocumentError: "gzip_damaged" when the gzip file is cut or damaged; "too_large" or "gzip_ratio" beyond the
            limits. Each names the last line that was read.
    """
    zipped = path.name.lower().endswith(".gz")
    size = path.stat().st_size
    if zipped and not size:
        raise _damaged(path, 0, EOFError("it is empty"))
    gauge, number = _Gauge(path, size, zipped=zipped), 0
    try:
        with gzip.open(path) if zipped else path.open("rb") as stream:
            while data := stream.readline(MOST_BYTES):
                gauge.add(len(data), number)
                whole = data.endswith(b"\n") or len(data) < MOST_BYTES
                if not whole:
                    _skip(stream, gauge, number)  # type: ignore[arg-type]  # both are streams of bytes
                number += 1
                yield _line(number, data, whole=whole)
    except (EOFError, zlib.error, gzip.BadGzipFile) as problem:
        raise _damaged(path, number, problem) from None


def _skip(stream: BinaryIO, gauge: _Gauge, number: int) -> None:
    """Read to the end of a line that is too long."""
    while part := stream.readline(MOST_BYTES):
        gauge.add(len(part), number)
        if part.endswith(b"\n"):
            return


def _line(number: int, data: bytes, *, whole: bool) -> Line:
    if number == 1:
        data = data.removeprefix(_BYTE_ORDER_MARK)
    data = data.rstrip(b"\r\n")
    text = data.decode(errors="surrogateescape")
    fault: Bad | None = None
    if not _is_text(text):
        fault = Bad("encoding", "the line is not UTF-8; save the file as UTF-8")
    elif "\0" in text:
        fault = Bad("control_character", "the line has a NUL character; remove it")
    if not whole or len(data) > SCALAR.value:
        fault = Bad("too_large", f"the line is longer than {SCALAR.value} bytes")
    return Line(number, text, fault)


def _is_text(text: str) -> bool:
    return text.isascii() or not any("\ud800" <= letter <= "\udfff" for letter in text)


class Ahead:
    """Lines, of which those to come can be looked at before they are taken."""

    def __init__(self, lines: Iterator[Line]) -> None:
        """Take the *lines* one by one, none before it is asked for."""
        self._lines = lines
        self._seen: deque[Line] = deque()

    def take(self) -> Line | None:
        """Return the next line; None at the end."""
        return self._seen.popleft() if self._seen else next(self._lines, None)

    def look(self, position: int) -> Line | None:
        """Return the line that *position* lines will be taken before, and leave it; None beyond the end."""
        while len(self._seen) <= position:
            line = next(self._lines, None)
            if line is None:
                return None
            self._seen.append(line)
        return self._seen[position]
