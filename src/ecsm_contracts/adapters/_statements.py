"""Statements and carries as files."""

from __future__ import annotations

import errno
import json
import os
import re
import secrets
import shutil
from collections.abc import Iterable, Iterator
from contextlib import suppress
from hashlib import sha256
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from pydantic import ValidationError

from ecsm_contracts._model import canonical_json, code_and_message
from ecsm_contracts.clauses import Carry
from ecsm_contracts.errors import DocumentError, InvalidValue, Problem, expect, shown
from ecsm_contracts.measures import Outcomes
from ecsm_contracts.statements import carry_from_data, statement_from_data, statement_in_parts

if TYPE_CHECKING:
    from ecsm_contracts.statements import Statement

__all__ = ["load_object", "read_carry", "read_statement", "write_atomically", "write_carry", "write_statement"]


DETACHED_ABOVE = 5_000
"""A statement of more rows is written with its table of outcomes beside it, unless another number is given."""
_DIGEST = re.compile(r"sha256:([0-9a-f]{64})")
_LONGEST_ROW = 1_000_000
"""Bytes; a row of a table is some hundred."""


def write_atomically(path: str | os.PathLike[str], content: str | bytes | Iterable[str]) -> None:
    """
    Write *content*, or its parts, to *path* so that a crash leaves the old file or the new one, never half.

    A link is followed, and what is no file, such as a pipe, is written to as it is.

    Raises:
        OSError: when the file cannot be written; the old one is untouched then.
    """
    target, parts = Path(os.path.realpath(path)), _encoded(content)
    if _is_stream(target):
        with target.open("wb") as stream:
            stream.writelines(parts)
        return
    fresh = target.with_name(f".{target.name}.{secrets.token_hex(4)}")
    try:
        with fresh.open("xb") as file:
            file.writelines(parts)
            file.flush()
            os.fsync(file.fileno())
        if target.exists():
            shutil.copymode(target, fresh)
        fresh.replace(target)
    except FileNotFoundError:
        raise FileNotFoundError(errno.ENOENT, "the folder is not there", str(target)) from None
    except BaseException:
        with suppress(OSError):
            fresh.unlink()
        raise


def _encoded(content: str | bytes | Iterable[str]) -> Iterator[bytes]:
    if isinstance(content, bytes):
        yield content
        return
    for part in (content,) if isinstance(content, str) else content:
        yield part.encode()


def _is_stream(target: Path) -> bool:
    return target.exists() and not target.is_file() and not target.is_dir()


def _refuse(text: str) -> Any:
    raise ValueError(f"a number that is not whole: {text}")


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    if len({key for key, _ in pairs}) < len(pairs):
        raise ValueError("a key stands twice")
    return dict(pairs)


def load_object(path: str | os.PathLike[str]) -> dict[str, Any]:
    """Return the object that the JSON file *path* holds; numbers are whole, and no key stands twice."""
    name = os.fspath(path)
    try:
        data = json.loads(
            Path(path).read_bytes(), parse_float=_refuse, parse_constant=_refuse, object_pairs_hook=_unique
        )
    except (ValueError, RecursionError) as problem:
        raise DocumentError([Problem(name, 0, 0, "", "json_syntax", f"cannot be read: {problem}")]) from None
    if not isinstance(data, dict):
        raise DocumentError([Problem(name, 0, 0, "", "not_a_mapping", "the file does not hold an object: {…}")])
    return data


def _lines_of(outcomes: Outcomes) -> Iterator[str]:
    """Yield the lines of the file of a table: the canonical JSON of a row in each."""
    return (f"{row}\n" for row in outcomes.json_rows())


def _digest_of(lines: Iterable[str]) -> str:
    sealed = sha256()
    for line in lines:
        sealed.update(line.encode())
    return sealed.hexdigest()


def _table_beside(path: str | os.PathLike[str], hexadecimal: str) -> Path:
    """Return where the table with this digest is, beside the statement at *path*; nothing else names it."""
    return Path(os.path.realpath(path)).with_name(f"outcomes-{hexadecimal}.jsonl")


def _rows_in(file: BinaryIO, sealed: Any, most: int) -> Iterator[list[Any]]:
    """Yield the rows of a table, at most one more than it should have, and seal the bytes that are read."""
    for number in range(1, most + 2):
        line = file.readline(_LONGEST_ROW)
        if not line:
            return
        sealed.update(line)
        row = json.loads(line, parse_float=_refuse, parse_constant=_refuse)
        if not isinstance(row, list):
            raise InvalidValue(f"line {number} is not a row: {shown(row)}", rule="outcome_table", value=row)
        yield row


def _with_table(data: dict[str, Any], path: str | os.PathLike[str]) -> dict[str, Any]:
    """Return *data* with its outcomes as a table where they are written beside it."""
    stated, columns = data.get("outcomes"), data.get("columns")
    if not isinstance(stated, dict) or not isinstance(columns, list):
        return data
    named, count = _DIGEST.fullmatch(str(stated.get("digest"))), stated.get("rows")
    if set(stated) != {"digest", "rows"} or named is None or type(count) is not int:
        message = f"the outcomes are neither rows nor the digest of a table of rows: {shown(stated)}"
        raise InvalidValue(message, rule="outcome_table", value=stated)
    table, sealed = _table_beside(path, named[1]), sha256()
    try:
        with table.open("rb") as file:
            outcomes = Outcomes.from_data(tuple(columns), _rows_in(file, sealed, count))
    except FileNotFoundError:
        message = f"the rows of its items are in {table.name}, which is not beside it: keep the two files together"
        raise InvalidValue(message, rule="outcome_table", value=table.name) from None
    except (AttributeError, RecursionError, TypeError, ValueError) as problem:
        message = f"{table.name}, which holds the rows of its items, cannot be read: {shown(str(problem))}"
        raise InvalidValue(message, rule="outcome_table", value=table.name) from None
    if len(outcomes) != count or not named[1] == sealed.hexdigest() == _digest_of(_lines_of(outcomes)):
        message = f"{table.name} does not hold the {count} rows that the statement names by their digest"
        raise InvalidValue(message, rule="outcome_table", value=table.name)
    return data | {"outcomes": outcomes}


def read_statement(path: str | os.PathLike[str]) -> Statement:
    """
    Return the statement in the file *path*. It is read, not believed: call `verify`.

    Where the rows of its items are in a table of their own, that is read from the same folder.

    Raises:
        DocumentError: when the file is not a statement, or is damaged so that it cannot be read; the message
        names the part. OSError: when the file cannot be read.
    """
    data = load_object(path)
    try:
        return statement_from_data(_with_table(data, path))
    except ValidationError as errors:
        found = [
            Problem(os.fspath(path), 0, 0, ".".join(map(str, each["loc"])), *code_and_message(each))
            for each in errors.errors(include_url=False)
        ]
        raise DocumentError(found) from None
    except (InvalidValue, ValueError) as problem:
        code = getattr(problem, "rule", getattr(problem, "code", "statement"))
        raise DocumentError([Problem(os.fspath(path), 0, 0, "", code, str(problem))]) from None


def write_statement(
    statement: Statement, path: str | os.PathLike[str], *, detached_above: int = DETACHED_ABOVE
) -> None:
    """
    Write *statement* to *path* as canonical JSON, the old file or the new one, never half.

    The rows of many items are written to a file beside it first, ``outcomes-….jsonl``, a row a line and named by its
    own SHA-256; the statement then holds this digest and the number of rows in their place. Its seals and its digest
    are the same in both forms, and `read_statement` reads both. A table that no statement names any more is yours to
    delete. What is no file, such as a pipe, gets all in one.

    Args:
        statement: What is written.

        path: Where to; the name ends in ``.json``.

        detached_above: How many rows the statement's own file may hold.

    Raises:
        InvalidValue: when the name does not end in ``.json``.
        OSError: when a file cannot be written.
    """
    if Path(path).suffix != ".json":
        raise InvalidValue(
            f"{os.fspath(path)}: a statement is written as .json; for other forms write what render(…) gives",
            rule="statement_suffix",
            value=path,
        )
    expect(detached_above, int, "detached_above", "write how many rows the file may hold")
    outcomes, detached = statement.outcomes, None
    if len(outcomes) > detached_above and not _is_stream(Path(os.path.realpath(path))):
        hexadecimal = _digest_of(_lines_of(outcomes))
        write_atomically(_table_beside(path, hexadecimal), _lines_of(outcomes))
        detached = {"rows": len(outcomes), "digest": f"sha256:{hexadecimal}"}
    write_atomically(path, chain(statement_in_parts(statement, detached), ("\n",)))


def read_carry(path: str | os.PathLike[str]) -> Carry:
    """
    Return the carry in the file *path*: a file of its own, or a statement, whose carry it is; of now or of earlier.

    Raises:
        DocumentError: when the file holds neither, or is of the form of a later release.
        OSError: when the file cannot be read.
    """
    data = load_object(path)
    try:
        return carry_from_data(data)
    except ValidationError as errors:
        found = [
            Problem(os.fspath(path), 0, 0, ".".join(map(str, each["loc"])), *code_and_message(each))
            for each in errors.errors(include_url=False)
        ]
        raise DocumentError(found) from None
    except InvalidValue as problem:
        raise DocumentError([Problem(os.fspath(path), 0, 0, "", problem.rule, str(problem))]) from None


def write_carry(carry: Carry, path: str | os.PathLike[str]) -> None:
    """
    Write *carry* to *path*.

    Raises:
        OSError: when the file cannot be written.
    """
    write_atomically(path, canonical_json(carry.to_data()) + "\n")
