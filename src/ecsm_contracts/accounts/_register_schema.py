"""The JSON Schema of registers, for other programs that read them."""

from __future__ import annotations

from typing import Any, Final, get_args

from ecsm_contracts.accounts._register import LONGEST_RUN, SCHEMA
from ecsm_contracts.statements import LineKind

__all__ = ["register_schema"]

_Schema = dict[str, Any]
_DATE: Final = "^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$"
_FORMS: Final = {
    "amount": "^[A-Z]{3} -?(0|[1-9][0-9]*)(\\.[0-9]+)?$",
    "date": _DATE,
    "digest": "^sha256:[0-9a-f]{64}$",
    "period": f"^[0-9]{{4}}-(0[1-9]|1[0-2])$|{_DATE[:-1]}/{_DATE[1:]}",
}


def _closed(properties: _Schema, description: str) -> _Schema:
    """Return the schema of an object that has all of these *properties* and no others."""
    told = {"description": description, "type": "object", "additionalProperties": False}
    return {**told, "properties": properties, "required": list(properties)}


def _text(description: str, **more: object) -> _Schema:
    return {"type": "string", "description": description, **more}


def _form(name: str, description: str) -> _Schema:
    return {"$ref": f"#/$defs/{name}", "description": description}


def _or_null(name: str, description: str) -> _Schema:
    return {"description": description, "anyOf": [{"$ref": f"#/$defs/{name}"}, {"type": "null"}]}


def _line() -> _Schema:
    cells = [
        _text("The clause."),
        _text("What the line is.", enum=list(get_args(LineKind))),
        _text("For people."),
        _form("amount", "Of a statement the amount, of a restatement the difference; below zero is for the customer."),
    ]
    return {"type": "array", "prefixItems": cells, "items": False, "minItems": len(cells)}


def _document() -> _Schema:
    parts = {
        "kind": _text("What was issued.", enum=["statement", "restatement"]),
        "period": _form("period", "The billing period."),
        "document": _form("digest", "Of the document."),
        "statement": _form("digest", "Of the statement in force from then on."),
        "begins": _or_null("digest", "Of the carry that this statement begins with; null where the term starts."),
        "carries": _form("digest", "Of the carry that it hands on."),
        "status": _text("Its status.", enum=["final", "provisional"]),
        "lines": {"type": "array", "description": "The lines: of a restatement those that differ.", "items": _line()},
        "total": _form("amount", "The sum of the lines."),
    }
    return _closed(parts, "A statement or restatement that was issued.")


def _run() -> _Schema:
    parts = {
        "run": _text("The identity of the run.", minLength=1, maxLength=LONGEST_RUN),
        "on": _form("date", "The day on which it was issued, in the contract's zone."),
        "content": _form("digest", "Of what was asked for."),
        "documents": {"type": "array", "description": "What was issued.", "items": {"$ref": "#/$defs/document"}},
        "locked": _or_null("date", "Periods that end on this day or earlier are closed; null without a lock."),
        "seal": _form("digest", "Of all of this, and of the seal of the run before."),
    }
    return _closed(parts, "One run, or one lock.")


def register_schema() -> _Schema:
    """
    Return the JSON Schema (draft 2020-12) of a register.

    It knows the parts and their forms. Whether seals fit, and totals are the sums of lines, only `register_from_data`
    knows.

        >>> list(register_schema()["properties"])
        ['schema', 'contract', 'runs']
    """
    forms = {name: {"type": "string", "pattern": pattern} for name, pattern in _FORMS.items()}
    parts = {
        "schema": _text("The form.", const=SCHEMA),
        "contract": _text("The contract's reference."),
        "runs": {"type": "array", "description": "The runs, in order.", "items": {"$ref": "#/$defs/run"}},
    }
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": SCHEMA,
        **_closed(parts, "What was issued under one contract, run by run: canonical JSON."),
        "$defs": {**forms, "document": _document(), "run": _run()},
    }
