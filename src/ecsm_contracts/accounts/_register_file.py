"""Registers from plain data, with every seal checked."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, get_args

from ecsm_contracts._model import canonical_json
from ecsm_contracts.accounts._parts import Issued, IssuedLine, Run
from ecsm_contracts.accounts._register import SCHEMA, Register, first_seal, sealed
from ecsm_contracts.calendars import Period, parse_date
from ecsm_contracts.errors import InvalidValue, VerificationError, expect, shown
from ecsm_contracts.money import Money
from ecsm_contracts.statements import LineKind

__all__ = ["register_from_data"]

_LINE_KINDS = get_args(LineKind)


def _one_of(word: Any, words: tuple[str, ...]) -> Any:
    """Return *word*, which must be one of *words*."""
    if word not in words:
        message = f"{shown(word)} is not one of {', '.join(words)}"
        raise InvalidValue(message, rule="register_part", value=word)
    return word


def _issued(data: Mapping[str, Any]) -> Issued:
    lines = tuple(
        IssuedLine(str(clause), _one_of(kind, _LINE_KINDS), str(text), Money.parse(amount))
        for clause, kind, text, amount in data["lines"]
    )
    found = Issued(
        _one_of(data["kind"], ("statement", "restatement")),
        Period.parse(data["period"]).label,
        str(data["document"]),
        str(data["statement"]),
        None if data["begins"] is None else str(data["begins"]),
        str(data["carries"]),
        _one_of(data["status"], ("final", "provisional")),
        lines,
        Money.parse(data["total"]),
    )
    if found.total != sum((line.amount for line in lines), start=Money.zero(found.total.currency)):
        message = f"{found.period}: the total {found.total} is not the sum of the lines"
        raise InvalidValue(message, rule="register_part", value=found.period)
    return found


def _run(data: Mapping[str, Any]) -> Run:
    locked = data["locked"]
    return Run(
        str(data["run"]),
        parse_date(data["on"]),
        str(data["content"]),
        tuple(_issued(each) for each in data["documents"]),
        None if locked is None else parse_date(locked),
        str(data["seal"]),
    )


def _unsealed(register: Register) -> Iterator[str]:
    before = first_seal(register.contract)
    for position, run in enumerate(register.runs, 1):
        if sealed(run, before).seal != run.seal:
            yield f"run {position} ({shown(run.run)}): its seal does not fit it and the runs before it"
        before = run.seal


def register_from_data(data: Mapping[str, Any]) -> Register:
    """
    Return the register that `Register.to_data` turned into *data*; its seals must fit.

    Raises:
        WrongType: when *data* is no mapping.
        InvalidValue: when it is no register, or a part of it cannot be read.
        VerificationError: naming each run whose seal does not fit it and the runs before it.
    """
    expect(data, Mapping, "data", "read a register with read_register(…)")
    if data.get("schema") != SCHEMA:
        message = f"not a register: its schema is {shown(data.get('schema'))}, not {SCHEMA!r}"
        raise InvalidValue(message, rule="register_schema", value=data.get("schema"))
    try:
        register = Register(str(data["contract"]), tuple(_run(each) for each in data["runs"]))
        same = canonical_json(register.to_data()) == canonical_json(dict(data))
        faults = list(_unsealed(register))
    except KeyError as problem:
        raise InvalidValue(f"a part of the register is missing: {problem}", rule="register_part") from None
    except InvalidValue:
        raise
    except (AttributeError, TypeError, ValueError) as problem:
        raise InvalidValue(f"the register cannot be read: {shown(str(problem))}", rule="register_part") from None
    if not same:
        faults.append("the register says something that a register does not say in this way")
    if faults:
        raise VerificationError(faults)
    return register
