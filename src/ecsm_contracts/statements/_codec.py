"""Statements to plain data and back."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from fractions import Fraction
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from ecsm_contracts._model import canonical_json, digest
from ecsm_contracts.calendars import Period
from ecsm_contracts.clauses import Carry, why_no_kind
from ecsm_contracts.errors import EcsmError, InvalidValue, expect, shown
from ecsm_contracts.facts import Origin, Rejected
from ecsm_contracts.figures import decode_figures, encode_figures, value_from_data, value_to_data
from ecsm_contracts.measures import Outcomes, Tally, Target
from ecsm_contracts.statements._migrate import is_older, migrated, refuse_newer
from ecsm_contracts.statements._named import each_named, named
from ecsm_contracts.statements._parts import Assessment, Line, LineKind, Seals, TriggerState, Unlisted
from ecsm_contracts.statements._statement import Statement

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from ecsm_contracts.figures import Figure

__all__ = [
    "SCHEMA",
    "content_digest",
    "content_to_data",
    "figures_by_name",
    "statement_from_data",
    "statement_in_parts",
    "statement_to_data",
]

SCHEMA = "ecsm.statement/1"
_TOTAL = "total"
_OUTCOMES = "outcomes"
_NO_CONTENT = frozenset({"made_by", "seals"})


def figures_by_name(statement: Statement) -> dict[str, Figure[Any]]:
    """Return every figure of a statement under the name that its file gives it."""
    named: dict[str, Figure[Any]] = {f"clause {ref}": figure for ref, figure in statement.figures.items()}
    named |= {f"line {position}": line.figure for position, line in enumerate(statement.lines, 1)}
    return named | {_TOTAL: statement.total}


def content_to_data(statement: Statement) -> dict[str, Any]:
    """
    Return the content of *statement* as plain data, without the rows of its outcomes.

    These are compared and written as the table that they are: there may be a million.
    """
    roots, nodes = encode_figures(figures_by_name(statement))
    data: dict[str, Any] = {
        "schema": SCHEMA,
        "contract": statement.contract,
        "title": statement.title,
        "period": statement.period.label,
        "status": statement.status,
        "terms": json.loads(statement.terms),
        "assessments": [assessment.to_data() for assessment in statement.assessments],
        "lines": [
            {"clause": line.clause, "kind": line.kind, "text": line.text, "amount": str(line.amount)}
            for line in statement.lines
        ],
        "total": str(statement.total.value),
        "figures": roots,
        "nodes": nodes,
        "columns": list(statement.tally.columns),
        "tally": list(statement.tally.sums),
        "rejected": [record.to_data() for record in statement.rejected],
        "unlisted": [list(each) for each in statement.unlisted],
        "carried": None if statement.carried is None else statement.carried.to_data(),
        "carry": statement.carry.to_data(),
        "content": statement.seals.content(),
    }
    if statement.origins:
        data["origins"] = [origin.to_data() for origin in statement.origins]
    if statement.triggers:
        data["triggers"] = [each.to_data() for each in statement.triggers]
    return data


def _in_parts(data: Mapping[str, Any], rows: Iterable[str]) -> Iterator[str]:
    """Yield the canonical JSON of *data* in parts, with *rows*, JSON in parts, as its outcomes."""
    before = "{"
    for name in sorted({*data, _OUTCOMES}):
        yield f"{before}{canonical_json(name)}:"
        if name == _OUTCOMES:
            yield from rows
        else:
            yield canonical_json(data[name])
        before = ","
    yield "}"


def _sealed(content: Mapping[str, Any], outcomes: Outcomes) -> str:
    sealed = sha256()
    for part in _in_parts(content, outcomes.json_parts()):
        sealed.update(part.encode())
    return f"sha256:{sealed.hexdigest()}"


def content_digest(statement: Statement) -> str:
    """Return the digest of the content of *statement*: of all but `made_by` and the seals, its rows in their place."""
    return _sealed(content_to_data(statement), statement.outcomes)


def _with_seals(statement: Statement) -> dict[str, Any]:
    content, made_by = content_to_data(statement), dict(statement.seals.made_by)
    seals = {"content": _sealed(content, statement.outcomes), "made_by": digest(made_by)}
    return content | {"made_by": made_by, "seals": seals}


def statement_to_data(statement: Statement) -> dict[str, Any]:
    """
    Return *statement* as plain data; the seal of the content covers everything but `made_by` and the seals.
    """
    return _with_seals(statement) | {_OUTCOMES: statement.outcomes.to_data()}


def statement_in_parts(statement: Statement, detached: Mapping[str, Any] | None = None) -> Iterator[str]:
    """
    Yield the canonical JSON of *statement* in parts, so that a million rows are never one text.

    Args:
        statement: What is written.

        detached: What stands in the place of the rows where they are written elsewhere; the seals are the same.
    """
    yield from _in_parts(
        _with_seals(statement), statement.outcomes.json_parts() if detached is None else (canonical_json(detached),)
    )


def _number(data: object) -> Fraction | timedelta | int | None:
    """Return the number of an assessment: a fraction as text, or a time or a count that names its type."""
    if data is None:
        return None
    number = value_from_data(data if isinstance(data, dict) else {"ratio": data})
    if isinstance(number, bool) or not isinstance(number, (Fraction, timedelta, int)):
        raise InvalidValue(f"not the number of an assessment: {shown(data)}", rule="statement_part", value=data)
    return number


def _target(data: object) -> Target | None:
    """Return the target of an assessment: a share that must be reached as text, or as a contract writes it."""
    if data is None:
        return None
    return Target.model_validate({"at_least": data} if isinstance(data, str) else data)


def _assessment(data: Mapping[str, Any]) -> Assessment:
    return Assessment(
        data["clause"],
        data["title"],
        data["outcome"],
        _number(data["number"]),
        _target(data["target"]),
        tuple(data["counts"].items()),
        data.get("severity"),
    )


def _trigger(data: Mapping[str, Any]) -> TriggerState:
    clause, title, right, what = (str(data[name]) for name in ("clause", "title", "right", "what"))
    return TriggerState(clause, title, right, data["fired"] is True, what)


def _line(data: Mapping[str, Any]) -> tuple[str, LineKind, str]:
    """Return what a line says beside its amount, which must be there too."""
    clause, kind, text, _ = (data[name] for name in ("clause", "kind", "text", "amount"))
    return clause, kind, text


def _rejected(data: Mapping[str, Any]) -> Rejected:
    return Rejected(data["kind"], data["ref"], data["code"], data["message"], "", data["raw"])


def _unlisted(data: Iterable[Any]) -> Unlisted:
    return Unlisted(*map(str, data))


def _seals(data: Mapping[str, Any]) -> Seals:
    content = data["content"]
    return Seals(
        content["contract"],
        content["facts"],
        dict(content["calendars"]),
        dict(content["zones"]),
        tuple(content["rules"]),
        dict(data["made_by"]),
        dict(content.get("kinds", {})),
    )


def _kinds(content: Mapping[str, Any]) -> dict[str, Any]:
    return dict(content.get("kinds", {}))


def _refuse_absent_kinds(data: Mapping[str, Any]) -> None:
    """Refuse a statement of whose clauses one is of a package that is absent: nobody could say what it means."""
    for kind, package in named("content", _kinds, data["content"]).items():
        if why := why_no_kind(kind):
            message = f"the statement has a clause of the kind {shown(kind)}, by {shown(package)}: {why}"
            raise InvalidValue(message, rule="statement_kind", value=kind)


def _seal_faults(data: Mapping[str, Any], outcomes: Outcomes | None) -> list[str]:
    """Return the seals that do not fit; *outcomes* are the rows as a table, where they are as a table writes them."""
    faults = []
    body = {key: value for key, value in data.items() if key not in _NO_CONTENT}
    if data["seals"].get("content") != (digest(body) if outcomes is None else _sealed(body, outcomes)):
        faults.append("seals.content: the seal does not fit the content")
    if data["seals"].get("made_by") != digest(data["made_by"]):
        faults.append("seals.made_by: the seal does not fit what made the statement")
    return faults


def _columns(data: object) -> tuple[str, ...]:
    if not isinstance(data, list) or not all(isinstance(each, str) for each in data):
        raise InvalidValue(f"a list of names is needed, this is {shown(data)}", rule="statement_part", value=data)
    return tuple(data)


def _outcomes(columns: tuple[str, ...], rows: object) -> tuple[Outcomes, bool]:
    """Return the table of *rows*, and whether it would be written as they are: in its order, nothing else in them."""
    if isinstance(rows, Outcomes):
        return rows, rows.columns == columns
    if not isinstance(rows, list):
        raise InvalidValue(f"the outcomes are no list of rows: {shown(rows)}", rule="statement_part", value=rows)
    try:
        table = Outcomes.from_data(columns, rows)
    except TypeError as problem:
        raise InvalidValue(f"outcomes: a row is no row: {shown(str(problem))}", rule="outcome_row") from None
    return table, all(type(row) is list and row == again for row, again in zip(rows, table.data_rows(), strict=True))


def _check_group(group: str) -> None:
    """Raise unless a *group* of rows is a list of names, as JSON."""
    if not isinstance(json.loads(group), list):
        raise InvalidValue(f"the group {shown(group)} is no list of names", rule="outcome_row", value=group)


def _amount_faults(data: Mapping[str, Any], figures: Mapping[str, Figure[Any]]) -> list[str]:
    faults = []
    for position, line in enumerate(data["lines"], 1):
        figure = figures[f"line {position}"]
        if value_to_data(figure.value) != {"money": line["amount"]}:
            faults.append(
                f"line {position} (clause {line['clause']}): it says {line['amount']}, its figure {figure.value}"
            )
    for each in data.get("triggers", ()):
        fired = figures.get(f"clause {each['clause']}")
        if fired is None:
            faults.append(f"trigger {each['clause']}: there is no figure of this clause")
        elif fired.value is not each["fired"]:
            faults.append(f"trigger {each['clause']}: it says {each['fired']}, its figure {fired.value}")
    if value_to_data(figures[_TOTAL].value) != {"money": data["total"]}:
        faults.append(f"total: it says {data['total']}, its figure {figures[_TOTAL].value}")
    return faults


def _build(data: Mapping[str, Any]) -> Statement:
    figures, failures = decode_figures(data["figures"], data["nodes"])
    columns = named("columns", _columns, data["columns"])
    carried = data["carried"]
    outcomes, as_written = _outcomes(columns, data[_OUTCOMES])
    added = outcomes.tally()
    for group, _ in added.groups:
        named("outcomes", _check_group, group)
    built = Statement(
        contract=data["contract"],
        title=data["title"],
        period=named("period", Period.parse, data["period"]),
        terms=canonical_json(data["terms"]),
        assessments=each_named("assessment", _assessment, data["assessments"]),
        lines=tuple(
            Line(*told, figures[f"line {position}"])
            for position, told in enumerate(each_named("line", _line, data["lines"]), 1)
        ),
        total=figures[_TOTAL],
        figures={
            name.removeprefix("clause "): figure for name, figure in figures.items() if name.startswith("clause ")
        },
        tally=Tally(columns, named("tally", tuple, data["tally"]), added.bags, added.groups),
        outcomes=outcomes,
        rejected=each_named("rejected", _rejected, data["rejected"]),
        unlisted=each_named("unlisted", _unlisted, data["unlisted"]),
        carried=None if carried is None else named("carried", Carry.model_validate, carried),
        carry=named("carry", Carry.model_validate, data["carry"]),
        seals=named("content, made_by", _seals, data),
        origins=each_named("origins", Origin.model_validate, data.get("origins", [])),
        triggers=each_named("trigger", _trigger, data.get("triggers", [])),
    )
    faults = [
        *map(str, failures),
        *_amount_faults(data, figures),
        *_seal_faults(data, outcomes if as_written else None),
        *_unlike(data, content_to_data(built), () if as_written else (_OUTCOMES,)),
    ]
    return replace(built, faults=tuple(faults))


def _unlike(data: Mapping[str, Any], again: Mapping[str, Any], known: Iterable[str]) -> list[str]:
    """Return the parts of *data* that are not what is written *again* of the statement, and the *known* ones."""
    names = {*data, *again} - _NO_CONTENT - {_OUTCOMES}
    differ = {
        name
        for name in names
        if name not in data or name not in again or canonical_json(data[name]) != canonical_json(again[name])
    }
    return [
        f"{shown(name)}: the file says something that a statement does not say in this way"
        for name in sorted({*differ, *known})
    ]


def _build_older(data: Mapping[str, Any]) -> Statement:
    """Return the statement of *data* in the form of an earlier release, whose seals are of the form that it has."""
    table, as_written = _outcomes(tuple(data["columns"]), data[_OUTCOMES])
    broken = _seal_faults(data, table if as_written else None)
    built = _build(migrated(data))
    return replace(built, faults=(*broken, *built.faults))


def statement_from_data(data: Mapping[str, Any]) -> Statement:
    """
    Return the statement that `statement_to_data` turned into *data*.

    What is inconsistent in it, and yet can be read, is kept in `faults` for `verify` to report. A statement that an
    earlier release wrote is checked against its seals as it is, and then read in the form of now.

    Raises:
        InvalidValue: when *data* is not a statement, is of a form of a later release, cannot be read at all, or needs a
            package that is not installed; the message names the part, or the package.
    """
    expect(data, dict, "data", "read a statement with read_statement(…)")
    refuse_newer(data, SCHEMA, rule="statement_schema")
    if data.get("schema") != SCHEMA:
        raise InvalidValue(
            f"not a statement: its schema is {shown(data.get('schema'))}, not {SCHEMA!r}",
            rule="statement_schema",
        )
    try:
        _refuse_absent_kinds(data)
        return _build_older(data) if is_older(data) else _build(data)
    except EcsmError:
        raise
    except KeyError as problem:
        raise InvalidValue(f"a part of the statement is missing: {problem}", rule="statement_part") from None
    except (AttributeError, ArithmeticError, RecursionError, TypeError, ValueError) as problem:
        raise InvalidValue(f"the statement cannot be read: {shown(str(problem))}", rule="statement_part") from None
