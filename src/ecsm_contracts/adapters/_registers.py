"""Registers as files."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from ecsm_contracts.accounts import register_from_data
from ecsm_contracts.adapters._statements import load_object, write_atomically
from ecsm_contracts.errors import DocumentError, InvalidValue, Problem

if TYPE_CHECKING:
    from ecsm_contracts.accounts import Register

__all__ = ["read_register", "write_register"]


def read_register(path: str | os.PathLike[str]) -> Register:
    """
    Return the register in the file *path*; its seals must fit.

    Raises:
        DocumentError: when the file is no register; the message names the part.
        VerificationError: naming each run whose seal does not fit it and the runs before it.
        OSError: when the file cannot be read.
    """
    data = load_object(path)
    try:
        return register_from_data(data)
    except InvalidValue as problem:
        raise DocumentError([Problem(os.fspath(path), 0, 0, "", problem.rule, str(problem))]) from None


def write_register(register: Register, path: str | os.PathLike[str]) -> None:
    """
    Write *register* to *path* as canonical JSON, the old file or the new one, never half.

    Raises:
        OSError: when the file cannot be written.
    """
    write_atomically(path, register.to_json())
