"""Statements and carries as files."""

from __future__ import annotations

import errno
import json
import os
import secrets
import shutil
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from ecsm_contracts._model import canonical_json, code_and_message
from ecsm_contracts.clauses import Carry
from ecsm_contracts.errors import DocumentError, InvalidValue, Problem
from ecsm_contracts.statements import statement_from_data

if TYPE_CHECKING:
    from ecsm_contracts.statements import Statement

__all__ = ["read_carry", "read_statement", "write_atomically", "write_carry", "write_statement"]


def write_atomically(path: str | os.PathLike[str], text: str) -> None:
    """
    Write *text* to *path* so that a crash leaves the old file or the new one, never half.

    A link is followed, and what is no file, such as a pipe, is written to as it is.

    Raises:
        OSError: when the file cannot be written; the old one is untouched then.
    """
    target = Path(os.path.realpath(path))
    if target.exists() and not target.is_file() and not target.is_dir():
        with target.open("w", encoding="utf-8", newline="\n") as stream:
            stream.write(text)
        return
    fresh = target.with_name(f".{target.name}.{secrets.token_hex(4)}")
    try:
        with fresh.open("x", encoding="utf-8", newline="\n") as file:
            file.write(text)
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


def _refuse(text: str) -> Any:
    raise ValueError(f"a number that is not whole: {text}")


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    if len({key for key, _ in pairs}) < len(pairs):
        raise ValueError("a key stands twice")
    return dict(pairs)


def _load(path: str | os.PathLike[str]) -> dict[str, Any]:
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


def read_statement(path: str | os.PathLike[str]) -> Statement:
    """
    Return the statement in the file *path*. It is read, not believed: call `verify`.

    Raises:
        DocumentError: when the file is not a statement, or is damaged so that it cannot be read; the message
        names the part. OSError: when the file cannot be read.
    """
    data = _load(path)
    try:
        return statement_from_data(data)
    except ValidationError as errors:
        found = [
            Problem(os.fspath(path), 0, 0, ".".join(map(str, each["loc"])), *code_and_message(each))
            for each in errors.errors(include_url=False)
        ]
        raise DocumentError(found) from None
    except (InvalidValue, ValueError) as problem:
        code = getattr(problem, "rule", getattr(problem, "code", "statement"))
        raise DocumentError([Problem(os.fspath(path), 0, 0, "", code, str(problem))]) from None


def write_statement(statement: Statement, path: str | os.PathLike[str]) -> None:
    """
    Write *statement* to *path* as canonical JSON, the old file or the new one, never half.

    Raises:
        InvalidValue: when the name does not end in ``.json``.
        OSError: when the file cannot be written.
    """
    if Path(path).suffix != ".json":
        raise InvalidValue(
            f"{os.fspath(path)}: a statement is written as .json; for other forms write what render(…) gives",
            rule="statement_suffix",
            value=path,
        )
    write_atomically(path, statement.to_json())


def read_carry(path: str | os.PathLike[str]) -> Carry:
    """
    Return the carry in the file *path*: a file of its own, or a statement, whose carry it is.

    Raises:
        DocumentError: when the file holds neither.
        OSError: when the file cannot be read.
    """
    data = _load(path)
    try:
        return Carry.model_validate(data.get("carry", data))
    except ValidationError as errors:
        found = [
            Problem(os.fspath(path), 0, 0, ".".join(map(str, each["loc"])), *code_and_message(each))
            for each in errors.errors(include_url=False)
        ]
        raise DocumentError(found) from None


def write_carry(carry: Carry, path: str | os.PathLike[str]) -> None:
    """
    Write *carry* to *path*.

    Raises:
        OSError: when the file cannot be written.
    """
    write_atomically(path, canonical_json(carry.to_data()) + "\n")
