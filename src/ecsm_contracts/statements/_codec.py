"""Statements to plain data and back."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from ecsm_contracts._model import canonical_json, digest
from ecsm_contracts.calendars import Period
from ecsm_contracts.clauses import Carry, why_no_kind
from ecsm_contracts.errors import EcsmError, InvalidValue, shown
from ecsm_contracts.facts import Origin, Rejected
from ecsm_contracts.figures import decode_figures, encode_figures, value_from_data, value_to_data
from ecsm_contracts.measures import Outcomes, Tally, Target
from ecsm_contracts.statements._parts import Assessment, Line, Seals, TriggerState, Unlisted
from ecsm_contracts.statements._statement import Statement

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ecsm_contracts.figures import Figure

__all__ = ["SCHEMA", "figures_by_name", "statement_from_data", "statement_to_data"]

SCHEMA = "ecsm.statement/1"
_TOTAL = "total"


def figures_by_name(statement: Statement) -> dict[str, Figure[Any]]:
    """Return every figure of a statement under the name that its file gives it."""
    named: dict[str, Figure[Any]] = {f"clause {ref}": figure for ref, figure in statement.figures.items()}
    named |= {f"line {position}": line.figure for position, line in enumerate(statement.lines, 1)}
    return named | {_TOTAL: statement.total}


def statement_to_data(statement: Statement) -> dict[str, Any]:
    """
    Return *statement* as plain data; the seal of the content covers everything but `made_by` and the seals.
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
        "outcomes": statement.outcomes.to_data(),
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
    sealed = digest(data)
    made_by = dict(statement.seals.made_by)
    return data | {"made_by": made_by, "seals": {"content": sealed, "made_by": digest(made_by)}}


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


def _refuse_absent_kinds(data: Mapping[str, Any]) -> None:
    """Refuse a statement of whose clauses one is of a package that is absent: nobody could say what it means."""
    for kind, package in data["content"].get("kinds", {}).items():
        if why := why_no_kind(kind):
            message = f"the statement has a clause of the kind {shown(kind)}, by {shown(package)}: {why}"
            raise InvalidValue(message, rule="statement_kind", value=kind)


def _seal_faults(data: Mapping[str, Any]) -> list[str]:
    faults = []
    body = {key: value for key, value in data.items() if key not in {"made_by", "seals"}}
    if data["seals"].get("content") != digest(body):
        faults.append("seals.content: the seal does not fit the content")
    if data["seals"].get("made_by") != digest(data["made_by"]):
        faults.append("seals.made_by: the seal does not fit what made the statement")
    return faults


def _amount_faults(data: Mapping[str, Any], figures: Mapping[str, Figure[Any]]) -> list[str]:
    faults = []
    for position, line in enumerate(data["lines"], 1):
        figure = figures[f"line {position}"]
        if value_to_data(figure.value) != {"money": line["amount"]}:
            faults.append(
                f"line {position} (clause {line['clause']}): it says {line['amount']}, its figure {figure.value}"
            )
    for each in data.get("triggers", ()):
        figure = figures[f"clause {each['clause']}"]
        if figure.value is not each["fired"]:
            faults.append(f"trigger {each['clause']}: it says {each['fired']}, its figure {figure.value}")
    if value_to_data(figures[_TOTAL].value) != {"money": data["total"]}:
        faults.append(f"total: it says {data['total']}, its figure {figures[_TOTAL].value}")
    return faults


def _build(data: Mapping[str, Any]) -> Statement:
    figures, failures = decode_figures(data["figures"], data["nodes"])
    columns = tuple(data["columns"])
    carried = data["carried"]
    outcomes = Outcomes.from_data(columns, data["outcomes"])
    built = Statement(
        contract=data["contract"],
        title=data["title"],
        period=Period.parse(data["period"]),
        terms=canonical_json(data["terms"]),
        assessments=tuple(_assessment(each) for each in data["assessments"]),
        lines=tuple(
            Line(each["clause"], each["kind"], each["text"], figures[f"line {position}"])
            for position, each in enumerate(data["lines"], 1)
        ),
        total=figures[_TOTAL],
        figures={
            name.removeprefix("clause "): figure for name, figure in figures.items() if name.startswith("clause ")
        },
        tally=Tally(columns, tuple(data["tally"]), outcomes.bags(), outcomes.groups()),
        outcomes=outcomes,
        rejected=tuple(
            Rejected(each["kind"], each["ref"], each["code"], each["message"], "", each["raw"])
            for each in data["rejected"]
        ),
        unlisted=tuple(Unlisted(*map(str, each)) for each in data["unlisted"]),
        carried=None if carried is None else Carry.model_validate(carried),
        carry=Carry.model_validate(data["carry"]),
        seals=_seals(data),
        origins=tuple(Origin.model_validate(each) for each in data.get("origins", ())),
        triggers=tuple(_trigger(each) for each in data.get("triggers", ())),
        faults=tuple([str(failure) for failure in failures] + _amount_faults(data, figures) + _seal_faults(data)),
    )
    return replace(built, faults=(*built.faults, *_unlike(data, built)))


def _unlike(data: Mapping[str, Any], built: Statement) -> list[str]:
    """Return the parts of *data* that are not what the statement read from it would be written as."""
    again = statement_to_data(built)
    names = sorted({*data, *again} - {"made_by", "seals"})
    return [
        f"{shown(name)}: the file says something that a statement does not say in this way"
        for name in names
        if name not in data or name not in again or canonical_json(data[name]) != canonical_json(again[name])
    ]


def statement_from_data(data: Mapping[str, Any]) -> Statement:
    """
    Return the statement that `statement_to_data` turned into *data*.

    What is inconsistent in it, and yet can be read, is kept in `faults` for `verify` to report.

    Raises:
        InvalidValue: when *data* is not a statement, cannot be read at all, or needs a package that is not installed;
            the message names the part, or the package.
    """
    if data.get("schema") != SCHEMA:
        raise InvalidValue(
            f"not a statement: its schema is {shown(data.get('schema'))}, not {SCHEMA!r}",
            rule="statement_schema",
        )
    try:
        _refuse_absent_kinds(data)
        return _build(data)
    except EcsmError:
        raise
    except KeyError as problem:
        raise InvalidValue(f"a part of the statement is missing: {problem}", rule="statement_part") from None
    except (AttributeError, ArithmeticError, RecursionError, TypeError, ValueError) as problem:
        raise InvalidValue(f"the statement cannot be read: {shown(str(problem))}", rule="statement_part") from None
