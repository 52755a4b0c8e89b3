"""
Statements and carries of earlier releases, brought to the form of now: plain data in, plain data out.

Each step takes one form to the next and is chosen by the name of the form. What it gives is what a release of now would
have written of the same statement, so that nothing else has to know that there was another form.

The forms so far: `ecsm.carry/1` held for each limit over a contract year one amount, where `ecsm.carry/2` holds what
each period gave. Statements with such a carry may lack `unlisted`, and the column `unknown` of availability. Some with
either carry leave what is unlisted out of the digest of the facts.
"""

from __future__ import annotations

import re
from dataclasses import replace
from hashlib import sha256
from itertools import chain
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from pydantic import Field, ValidationError, field_validator
from pydantic_core import PydanticCustomError

from ecsm_contracts._model import Model, canonical_json, digest
from ecsm_contracts.calendars import DateText, Period, contract_year
from ecsm_contracts.clauses import Carry
from ecsm_contracts.errors import CurrencyMismatch, EcsmError, InvalidValue, shown
from ecsm_contracts.facts import Ref
from ecsm_contracts.figures import Figure, decode_figures, encode_figures, given
from ecsm_contracts.measures import Outcomes
from ecsm_contracts.money import Money

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import date

__all__ = ["carry_from_data", "is_older", "migrated", "refuse_newer", "same_memory"]

_CARRY_1 = "ecsm.carry/1"
_CARRY_2 = "ecsm.carry/2"
_NUMBERED = re.compile(r"(ecsm\.[a-z]+/)([1-9][0-9]{0,8})")
_ROW_HEAD = 3
"""What stands in a row before its numbers: kind, reference, digest."""


class _UsedOfLimit(Model):
    """What a limit over a contract year has given since that year began, as `ecsm.carry/1` wrote it."""

    ref: Ref
    year: DateText
    amount: Money

    @field_validator("amount")
    @classmethod
    def _given(cls, amount: Money) -> Money:
        if amount != amount.exact.round("down"):
            raise PydanticCustomError("amount_scale", "a limit gave whole minor units of its currency")
        if amount < Money.zero(amount.currency):
            raise PydanticCustomError("amount_negative", "a limit gave nothing or more, never less than nothing")
        return amount


class _Carry1(Model):
    """A carry of form 1; that nothing else may stand in it is checked as it was then."""

    schema_: Literal["ecsm.carry/1"] = Field(default="ecsm.carry/1", alias="schema")
    contract: Ref
    ends: DateText
    limits: tuple[_UsedOfLimit, ...] = ()


class _Memory(NamedTuple):
    """What one period gave, or the periods since a day."""

    at: date
    amount: Money


_Memories = dict[str, list[_Memory]]
"""By the clause of a limit."""
_Inputs = tuple[Figure[Any], ...]


def refuse_newer(data: Mapping[str, Any], known: str, *, rule: str) -> None:
    """
    Refuse *data* that is written in a later form than the *known* one.

    Raises:
        InvalidValue: naming both forms; *rule* is its code.
    """
    found, own = _NUMBERED.fullmatch(str(data.get("schema"))), _NUMBERED.fullmatch(known)
    if found and own and found[1] == own[1] and int(found[2]) > int(own[2]):
        message = f"it is written as {found[0]}, and this release reads {known} and older forms: update ecsm-contracts"
        raise InvalidValue(message, rule=rule, value=found[0])


def _form(data: object) -> object:
    return data.get("schema") if isinstance(data, dict) else None


def is_older(data: Mapping[str, Any]) -> bool:
    """Say whether a statement has a part in the form of an earlier release; a carry of a later form is refused."""
    carries = data.get("carry"), data.get("carried")
    for carry in carries:
        refuse_newer(carry if isinstance(carry, dict) else {}, _CARRY_2, rule="carry_schema")
    return any(_form(carry) == _CARRY_1 for carry in carries) or _unlisted_unsealed(data)


def _unlisted_unsealed(data: Mapping[str, Any]) -> bool:
    """Say whether the digest of the facts leaves out what is unlisted, as it did."""
    return bool(data.get("unlisted")) and data["content"]["facts"] == _facts_digest(data)


def _facts_digest(data: Mapping[str, Any], *more: object) -> str:
    """Return the digest of the facts of a statement, as it was before it held what is unlisted, and *more*."""
    rest = [data["rejected"], *([data["origins"]] if data.get("origins") else []), *more]
    rows = data["outcomes"]
    if not isinstance(rows, Outcomes):
        return digest([[row[:_ROW_HEAD] for row in rows], *rest])
    sealed = sha256(b"[")
    for part in chain(rows.json_parts(items_only=True), (f",{canonical_json(each)}" for each in rest), "]"):
        sealed.update(part.encode())
    return f"sha256:{sealed.hexdigest()}"


def carry_from_data(data: Mapping[str, Any]) -> Carry:
    """
    Return the carry that *data* is, or that it holds as a statement, in the form of now whatever its form is.

    What `ecsm.carry/1` does not say stays unsaid: a clause that looks back at more says what to write.

        >>> old = {"schema": "ecsm.carry/1", "contract": "ACME-2026", "ends": "2026-03-01",
        ...     "limits": [{"ref": "4.7", "year": "2026-01-01", "amount": "EUR 900.00"}]}
        >>> carry_from_data(old).sum_given("4.7", "EUR")
        Money('EUR 900.00')

    Raises:
        ValidationError: of pydantic, when it is no carry.
        InvalidValue: when it is of a later form, or of an earlier one in a statement that cannot be read.
    """
    body = data.get("carry", data)
    refuse_newer(body if isinstance(body, dict) else {}, _CARRY_2, rule="carry_schema")
    if _form(body) != _CARRY_1:
        return Carry.model_validate(body)
    if body is data:
        return Carry.model_validate(_written(body, _memories(body, None)))
    try:
        return Carry.model_validate(_carries(data)[1])
    except (EcsmError, ValidationError):
        raise
    except KeyError as problem:
        raise InvalidValue(f"a part of the statement is missing: {problem}", rule="statement_part") from None
    except (AttributeError, TypeError, ValueError) as problem:
        raise InvalidValue(f"the statement cannot be read: {shown(str(problem))}", rule="statement_part") from None


def migrated(data: Mapping[str, Any]) -> dict[str, Any]:
    """
    Return a statement of an earlier form in the form of now, with seals that fit that.

    Whether its own seals fitted is to be found out before. A figure is what it was, under the key of now; where the
    keys of its figures do not fit them they are left as they are, for whoever reads it to say so.
    """
    carried, carry = _carries(data)
    old = {"unlisted": [], **data, **_with_unknown_time(data)}
    figures, nodes = _figures(data, carried)
    new = {**old, "carried": carried, "carry": carry, "figures": figures, "nodes": nodes}
    if _unlisted_unsealed(old):
        new["content"] = {**old["content"], "facts": _facts_digest(old, old["unlisted"])}
    body = {key: value for key, value in new.items() if key not in {"made_by", "seals"}}
    return {**new, "seals": {**data["seals"], "content": digest(body), "made_by": digest(data["made_by"])}}


def _memories(carry: Mapping[str, Any], term: date | None) -> _Memories:
    """Return what a carry says that limits gave; with the start of the *term* only what still matters when it ends."""
    old = _Carry1.model_validate(carry)
    past = {each.ref: [_Memory(each.year, each.amount)] for each in sorted(old.limits, key=lambda limit: limit.ref)}
    if len(past) < len(old.limits):
        raise InvalidValue("a carry says of each limit once what it gave", rule="statement_part", value=old)
    return {ref: list(_kept(each, term, old.ends)) for ref, each in past.items()}


def _kept(past: Sequence[_Memory], term: date | None, ends: date) -> Iterator[_Memory]:
    """Yield what can be looked back at from the day *ends* on; nothing that was given from then on is nothing yet."""
    for each in past:
        nothing_yet = each.at >= ends and each.amount.is_zero
        over = term is not None and each.at < contract_year(term, ends).start
        if not nothing_yet and not over:
            yield each


def _written(carry: Mapping[str, Any], past: _Memories) -> dict[str, Any]:
    """Return what limits gave as a carry of form 2."""
    remembered = [
        {"ref": ref, "name": "given", "past": [{"at": str(at), "value": {"money": str(amount)}} for at, amount in each]}
        for ref, each in sorted(past.items())
    ]
    return {"schema": _CARRY_2, "contract": carry["contract"], "ends": carry["ends"], "remembered": remembered}


def _carries(data: Mapping[str, Any]) -> tuple[dict[str, Any] | None, dict[str, Any]]:
    """
    Return the carry that a statement begins with and the one that it hands on, in form 2.

    What its own period gave is what the second says beyond the first.
    """
    before, after = data["carried"], data["carry"]
    term = _Term.model_validate({"start": data["terms"]["term"]["start"]}).start
    begun = _memories(before, term) if _form(before) == _CARRY_1 else {}
    carried = _written(before, begun) if _form(before) == _CARRY_1 else before
    if _form(after) != _CARRY_1:
        return carried, after
    period, ended = Period.parse(data["period"]), _memories(after, None)
    try:
        past = {ref: _told_apart(each, begun.get(ref, []), period.start) for ref, each in ended.items()}
    except CurrencyMismatch as problem:
        raise InvalidValue(f"carry: {problem}", rule="statement_part") from None
    return carried, _written(after, {ref: list(_kept(each, term, period.end)) for ref, each in past.items()})


def _told_apart(given_since: list[_Memory], before: list[_Memory], start: date) -> list[_Memory]:
    """Return what was given *before* a period, and what the period that begins on *start* gave beyond that."""
    past = list(before)
    for each in given_since:
        earlier = sum((memory.amount for memory in past), start=Money.zero(each.amount.currency))
        past.append(_Memory(start, each.amount - earlier))
    return past


class _Term(Model):
    start: DateText


def _with_unknown_time(data: Mapping[str, Any]) -> dict[str, Any]:
    """Return the parts in which availability had no column for unknown time, with it: none was unknown then."""
    columns = list(data["columns"])
    up = [each["ref"] for each in data["terms"]["clauses"] if each.get("measure", {}).get("kind") == "availability"]
    lacking = [ref for ref in up if f"{ref}.planned" in columns and f"{ref}.unknown" not in columns]
    tally, rows, outcomes = list(data["tally"]), data["outcomes"], data["assessments"]
    if not lacking:
        return {}
    rows = [list(row) for row in (rows.to_data() if isinstance(rows, Outcomes) else rows)]
    for ref in lacking:
        place = columns.index(f"{ref}.planned") + 1
        columns.insert(place, f"{ref}.unknown")
        tally.insert(place, 0)
        for row in rows:
            row.insert(_ROW_HEAD + place, 0)
        outcomes = [
            {**each, "counts": {**each["counts"], f"{ref}.unknown": 0}} if each["clause"] == ref else each
            for each in outcomes
        ]
    return {"columns": columns, "tally": tally, "outcomes": rows, "assessments": outcomes}


def _figures(data: Mapping[str, Any], carried: Mapping[str, Any] | None) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return figures and nodes with what a limit used before as the sum of what the carry says, no longer as a leaf."""
    as_written = data["figures"], data["nodes"]
    past = {each["ref"]: each["past"] for each in (carried or {}).get("remembered", ()) if each["past"]}
    figures, failures = decode_figures(*as_written)
    if failures or not past or encode_figures(figures) != as_written:
        return as_written
    made: dict[int, Figure[Any]] = {}
    for root in figures.values():
        for figure in root.walk():
            inputs = _same_room(figure, tuple(made[id(each)] for each in figure.inputs))
            for ref, entries in past.items():
                inputs = _room_of(ref, entries[0]["at"], figure, inputs)
            same = all(one is other for one, other in zip(inputs, figure.inputs, strict=True))
            made[id(figure)] = figure if same else replace(figure, inputs=inputs)
    return encode_figures({name: made[id(figure)] for name, figure in figures.items()})


def _room_of(ref: str, at: str, figure: Figure[Any], inputs: _Inputs) -> _Inputs:
    """Return the *inputs* of a figure; where it is that of the limit *ref*, its room is made in the way of now."""
    if figure.rule != "least/1" or figure.cites != (f"clause {ref}",) or not inputs:
        return inputs
    room = inputs[-1]
    if room.rule != "room/1" or not room.inputs or room.inputs[-1].cites != ("carry",):
        return inputs
    used = room.inputs[-1]
    again = replace(used, rule="total/1", inputs=(given(f"given of {at}", used.value, f"carry {ref}"),), cites=())
    return (*inputs[:-1], replace(room, inputs=(*room.inputs[:-1], again)))


def _same_room(figure: Figure[Any], inputs: _Inputs) -> _Inputs:
    """Return the *inputs* of a figure; where it is what a limit gave, rounded within its room, that limit's room."""
    if figure.rule != "round within/1" or len(inputs) < len(("limit", "room")):
        return inputs
    limit, room = figure.inputs[:2]
    if not limit.inputs or limit.inputs[-1] is not room:
        return inputs
    return (inputs[0], inputs[0].inputs[-1], *inputs[2:])


def same_memory(begins: Carry | None, handed_on: Carry) -> bool:
    """
    Say whether a period that begins with *begins* follows one that hands on *handed_on*.

    They are the same, or the first says in one sum since a day what the second says period by period: what was read
    from an earlier form knows no more.
    """
    if begins is None or (begins.contract, begins.ends) != (handed_on.contract, handed_on.ends):
        return False
    if [(each.ref, each.name) for each in begins.remembered] != [
        (each.ref, each.name) for each in handed_on.remembered
    ]:
        return False
    pairs = zip(begins.remembered, handed_on.remembered, strict=True)
    return all(one.past == other.past or _is_sum(one.past, other.past) for one, other in pairs)


def _is_sum(one: Sequence[Any], each: Sequence[Any]) -> bool:
    if len(one) != 1 or not each or one[0].at != each[0].at or not isinstance(one[0].value, Money):
        return False
    amounts = [entry.value for entry in each]
    return all(isinstance(value, Money) for value in amounts) and one[0].value == sum(
        amounts, start=Money.zero(one[0].value.currency)
    )
