"""
The JSON Schema of statements, restatements and carries, for other programs that read them.

They are written by hand, as the files are: what a part means stands beside it. The terms inside a statement are a
contract document, so the schema of those is embedded, with its definitions beside ours: one file says all, and
nothing has to be fetched or registered under a name before it can be used.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, get_args

from ecsm_contracts.contracts import contract_schema
from ecsm_contracts.statements._changes import Cause, ItemChange
from ecsm_contracts.statements._parts import LineKind

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["carry_schema", "restatement_schema", "statement_schema"]

_Schema = dict[str, Any]
_DRAFT: Final = "https://json-schema.org/draft/2020-12/schema"
_AMOUNT: Final = "^[A-Z]{3} -?(0|[1-9][0-9]*)(\\.[0-9]+)?$"
_EXACT: Final = "^[A-Z]{3} -?(0|[1-9][0-9]*)(/[1-9][0-9]*)?$"
_PERCENT: Final = "^-?(0|[1-9][0-9]*)(\\.[0-9]+)?%$"
_FRACTION: Final = "^-?(0|[1-9][0-9]*)/[1-9][0-9]*$"
_DATE: Final = "^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$"
_PERIOD: Final = f"^[0-9]{{4}}-(0[1-9]|1[0-2])$|{_DATE[:-1]}/{_DATE[1:]}"
_DIGEST: Final = "^sha256:[0-9a-f]{64}$"
_KEY: Final = "^[0-9a-f]{24}$"
_ROW_DIGEST: Final = "^[0-9a-f]{16}$"
_OUTCOMES: Final = ("met", "missed", "excused", "not_measured", "undecided")
_ROW_HEAD: Final = 3
"""What stands in a row before its numbers: kind, reference, digest."""


def statement_schema() -> dict[str, Any]:
    """
    Return the JSON Schema (draft 2020-12) of the file of a statement, as releases of now write it.

    It knows the parts, their forms and their words. Whether figures follow from each other, and seals from the
    content, only `verify` knows. Files of earlier releases are read as well, and are not what it describes.

        >>> schema = statement_schema()
        >>> schema["title"], schema["additionalProperties"]
        ('ecsm.statement/1', False)
        >>> schema["properties"]["total"]["$ref"]
        '#/$defs/amount'
    """
    contract = contract_schema()
    terms = {key: value for key, value in contract.items() if key not in {"$schema", "$defs"}}
    parts = {**_shared(), **_assessment_parts(), **_memory_parts(), "outcome_row": _row(), "node_value": _node_value()}
    properties = {**_head_properties(), **_judged_properties(), **_proof_properties(), **_kept_properties()}
    optional = {"origins", "triggers"}
    return {
        "$schema": _DRAFT,
        "title": "ecsm.statement/1",
        "description": "What a contract owes for one period, and why: canonical JSON.",
        **_closed(properties, [name for name in properties if name not in optional]),
        "$defs": {**contract["$defs"], **parts, "contract": terms, "carry": _carry()},
    }


def restatement_schema() -> dict[str, Any]:
    """
    Return the JSON Schema (draft 2020-12) of a restatement.

        >>> restatement_schema()["properties"]["causes"]["items"]["enum"][0]
        'items'
    """
    target = contract_schema()["$defs"]["Target"]
    properties = _restatement_properties()
    parts = {**_shared(), **_assessment_parts(), "node_value": _node_value(), "Target": target}
    return {
        "$schema": _DRAFT,
        "title": "ecsm.restatement/1",
        "description": "What is owed beyond a statement that was issued, and why: canonical JSON.",
        **_closed(properties, [name for name in properties if name != "triggers"]),
        "$defs": parts,
    }


def carry_schema() -> dict[str, Any]:
    """
    Return the JSON Schema (draft 2020-12) of a carry.

        >>> list(carry_schema()["properties"])
        ['schema', 'contract', 'ends', 'remembered']
    """
    shared = {name: part for name, part in _shared().items() if name in {"amount", "date", "fraction"}}
    parts = {**shared, **_memory_parts(), "node_value": _node_value()}
    return {"$schema": _DRAFT, "title": "ecsm.carry/2", **_carry(), "$defs": parts}


def _closed(properties: _Schema, required: Sequence[str] | None = None, description: str = "") -> _Schema:
    """Return the schema of an object that has these *properties* and no others; all are required by default."""
    told = {"description": description} if description else {}
    names = list(properties if required is None else required)
    return told | {"type": "object", "additionalProperties": False, "properties": properties, "required": names}


def _text(description: str, **more: object) -> _Schema:
    return {"type": "string", "description": description, **more}


def _list(description: str, items: _Schema, **more: object) -> _Schema:
    return {"type": "array", "description": description, "items": items, **more}


def _part(name: str, description: str) -> _Schema:
    return {"$ref": f"#/$defs/{name}", "description": description}


def _by_name(description: str, values: _Schema) -> _Schema:
    return {"type": "object", "description": description, "additionalProperties": values}


def _shared() -> dict[str, _Schema]:
    """Return the forms that stand in several places."""
    return {
        "amount": _text("An amount: its currency, and digits with the decimals that it has.", pattern=_AMOUNT),
        "date": _text("A local date of the contract's zone.", pattern=_DATE),
        "fraction": _text("An exact number, as a fraction in its lowest terms.", pattern=_FRACTION),
        "digest": _text("A digest of canonical JSON.", pattern=_DIGEST),
        "node_key": _text("The key of a node: made of its content.", pattern=_KEY),
        "period": _text("A calendar month, or its first day and its exclusive end.", pattern=_PERIOD),
        "node": _node(),
    }


def _node() -> _Schema:
    return _closed(
        {
            "name": _text("What it is, for people."),
            "value": _part("node_value", "What it came to."),
            "rule": _text("The rule that derives it from its inputs, with its version; `given` for a leaf."),
            "inputs": _list("The keys of the nodes that it is derived from.", {"$ref": "#/$defs/node_key"}),
            "cites": _list("What it rests on: clauses, columns of the tally, the carry.", {"type": "string"}),
        },
        description="One figure, once, however many rest on it.",
    )


def _node_value() -> _Schema:
    """Return the schema of the value of a figure: an object of one key, which names its type."""
    kinds = {
        "money": _text("An amount in decimals.", pattern=_AMOUNT),
        "exact": _text("An amount before it is rounded: its currency and a fraction.", pattern=_EXACT),
        "percent": _text("A percentage.", pattern=_PERCENT),
        "ratio": _text("A number, as a fraction.", pattern=_FRACTION),
        "count": {"type": "integer", "description": "A number of things."},
        "microseconds": {"type": "integer", "description": "A time."},
        "truth": {"type": "boolean", "description": "Whether something holds."},
        "text": _text("A word, such as an outcome."),
    }
    return {
        "type": "object",
        "description": "The value of a figure: one key, which names its type.",
        "additionalProperties": False,
        "minProperties": 1,
        "maxProperties": 1,
        "properties": kinds,
    }


def _assessment_parts() -> dict[str, _Schema]:
    number = {"type": "object", "minProperties": 1, "maxProperties": 1, "additionalProperties": False}
    numbers = {name: {"type": "integer", "description": name} for name in ("count", "microseconds")}
    assessment = {
        "clause": _text("The clause of the promise; with `@` and a day where it has windows of its own."),
        "title": _text("Its heading."),
        "outcome": _text("Whether it was kept.", enum=list(_OUTCOMES)),
        "number": {
            "description": "What it was judged on, exact: a fraction, a count, a time, or null where there is no one.",
            "anyOf": [{"$ref": "#/$defs/fraction"}, {**number, "properties": numbers}, {"type": "null"}],
        },
        "target": {
            "description": "What had to be reached: a percentage, or as the contract writes it, or null.",
            "anyOf": [{"type": "string", "pattern": _PERCENT}, {"$ref": "#/$defs/Target"}, {"type": "null"}],
        },
        "counts": _by_name("What was counted, by column; times are in microseconds.", {"type": "integer"}),
        "severity": _text("How bad a miss was, where the level names severities."),
    }
    required = [name for name in assessment if name != "severity"]
    trigger = {
        "clause": _text("The clause."),
        "title": _text("Its heading."),
        "right": _text("What may or must be done."),
        "fired": {"type": "boolean", "description": "Whether it follows in this period."},
        "what": _text("What it looks at, for people."),
    }
    return {
        "assessment": _closed(assessment, required, "Whether one promise was kept."),
        "trigger": _closed(trigger, description="Whether a right or duty follows."),
    }


def _memory_parts() -> dict[str, _Schema]:
    past = {
        "at": _part("date", "The first day of the window that it is of."),
        "value": _part("node_value", "What it was."),
    }
    remembered = {
        "ref": _text("The clause.", minLength=1, maxLength=200),
        "name": _text("What is remembered of it: `given`, `state`, and so on.", minLength=1, maxLength=200),
        "past": _list("The values, oldest first, each window once.", _closed(past, description="One value.")),
    }
    return {"remembered": _closed(remembered, description="What one clause hands on under one name.")}


def _carry() -> _Schema:
    properties = {
        "schema": _text("The form.", const="ecsm.carry/2"),
        "contract": _text("The contract's reference.", minLength=1, maxLength=200),
        "ends": _part("date", "The day on which the next period starts."),
        "remembered": _list("What clauses look back at, by clause and name.", {"$ref": "#/$defs/remembered"}),
    }
    return _closed(properties, description="What one period hands to the next.")


def _row() -> _Schema:
    return {
        "type": "array",
        "description": "What one item came to: kind, reference, digest, a whole number for each column, and its group.",
        "prefixItems": [
            _text("`ticket`, `outage`, and so on."),
            _text("The identity of the item."),
            _text("A digest of what was known of the item.", pattern=_ROW_DIGEST),
        ],
        "items": {"type": ["integer", "string"]},
        "minItems": _ROW_HEAD,
    }


def _head_properties() -> dict[str, _Schema]:
    return {
        "schema": _text("The form.", const="ecsm.statement/1"),
        "contract": _text("The contract's reference."),
        "title": _text("The contract's title."),
        "period": _part("period", "The period that is settled."),
        "status": _text("`provisional` while a record is rejected, else `final`.", enum=["final", "provisional"]),
        "terms": _part("contract", "The terms in force, expanded: a contract document."),
        "total": _part("amount", "The sum of the lines."),
    }


def _judged_properties() -> dict[str, _Schema]:
    line = {
        "clause": _text("The clause."),
        "kind": _text("What the line is.", enum=list(get_args(LineKind))),
        "text": _text("For people."),
        "amount": _part("amount", "In whole minor units; positive is owed to the provider."),
    }
    return {
        "assessments": _list("Every promise, by clause.", {"$ref": "#/$defs/assessment"}),
        "lines": _list("What is owed, by clause.", _closed(line, description="One amount of a clause.")),
        "triggers": _list("The rights and duties; absent where there are none.", {"$ref": "#/$defs/trigger"}),
    }


def _proof_properties() -> dict[str, _Schema]:
    return {
        "figures": _by_name("The node of each figure: `clause 4.2`, `line 1`, `total`.", {"$ref": "#/$defs/node_key"}),
        "nodes": {
            "type": "object",
            "description": "Every figure once, by a key that is made of its content.",
            "propertyNames": {"pattern": _KEY},
            "additionalProperties": {"$ref": "#/$defs/node"},
        },
        "columns": _list("The names of what was counted.", {"type": "string"}, uniqueItems=True),
        "tally": _list("The sum of each column.", {"type": "integer"}),
        "outcomes": {
            "description": "The row of each item, sorted; or the digest of the table that is a file beside this one.",
            "anyOf": [_list("The rows.", {"$ref": "#/$defs/outcome_row"}), _table()],
        },
    }


def _table() -> _Schema:
    properties = {
        "rows": {"type": "integer", "minimum": 0, "description": "How many there are."},
        "digest": _text("Of the bytes of the file, `outcomes-….jsonl`.", pattern=_DIGEST),
    }
    return _closed(properties, description="A table of rows in a file of its own.")


def _kept_properties() -> dict[str, _Schema]:
    """Return the parts that say what went in, what was left out, and what is handed on."""
    rejected = {
        "kind": _text("`ticket`, `outage`, and so on."),
        "ref": _text("The identity of the record; empty where it could not be read."),
        "code": _text("A stable code for the reason."),
        "message": _text("The reason, for people."),
        "raw": _text("The record as it was received."),
    }
    unlisted = [_text("The kind of the item."), _text("Its identity."), _text("The service that it names.")]
    pair = {"type": "array", "prefixItems": unlisted, "items": False, "minItems": len(unlisted)}
    return {
        "rejected": _list("Records that entered no figure.", _closed(rejected, description="One record.")),
        "unlisted": _list("Items of services that the contract does not list.", pair | {"description": "One item."}),
        "origins": _list("Where the facts come from; absent where they do not say.", _origin()),
        "carried": {
            "description": "What the period before handed on; null where the term starts.",
            "anyOf": [{"$ref": "#/$defs/carry"}, {"type": "null"}],
        },
        "carry": _part("carry", "What this period hands to the next."),
        "content": _content(),
        "made_by": _by_name("Library and Python, with their versions; no content.", {"type": "string"}),
        "seals": _closed(
            {
                "content": _part("digest", "Of all that is content: of all but `made_by` and the seals."),
                "made_by": _part("digest", "Of `made_by`."),
            },
            description="Digests by which a change is seen.",
        ),
    }


def _origin() -> _Schema:
    return _closed(
        {
            "ref": _text("The identity of the source."),
            "title": _text("What it is, for people."),
            "assumes": _list("What the reading took for granted.", {"type": "string"}),
            "unrecorded": _list("Kinds of event that the source does not record.", {"type": "string"}),
        },
        description="One source of facts.",
    )


def _content() -> _Schema:
    digests = {"$ref": "#/$defs/digest"}
    version = _text("The version of the zone data.")
    properties = {
        "contract": _part("digest", "Of the terms."),
        "facts": _part("digest", "Of all items that were observed and all records that were rejected."),
        "calendars": _by_name("Of each calendar, holidays included.", digests),
        "zones": _by_name("Of the rules of each zone, and `version`.", digests) | {"properties": {"version": version}},
        "rules": _list("The rules that the figures were made by.", {"type": "string"}, uniqueItems=True),
        "kinds": _by_name("For each kind of clause of another package that package.", {"type": "string"}),
    }
    required = [name for name in properties if name != "kinds"]
    return _closed(properties, required, "What went in, by digest.")


def _restatement_properties() -> dict[str, _Schema]:
    status = ["final", "provisional"]
    item = {
        "type": "array",
        "description": "Kind, identity, and what became of it.",
        "prefixItems": [
            _text("`ticket`, `outage`, and so on."),
            _text("The identity of the item."),
            _text("What became of it.", enum=list(get_args(ItemChange))),
        ],
        "items": False,
        "minItems": 3,
    }
    return {
        "schema": _text("The form.", const="ecsm.restatement/1"),
        "contract": _text("The contract's reference."),
        "title": _text("The contract's title."),
        "period": _part("period", "The period that is restated."),
        "replaces": _part("digest", "Of the content of the issued statement."),
        "by": _part("digest", "Of the content of the corrected statement."),
        "status": _before_and_after(_text("The status.", enum=status), "The status of both statements."),
        "causes": _list("What went in otherwise.", {"enum": list(get_args(Cause))}, minItems=1, uniqueItems=True),
        "items": _list("The items whose row differs.", item),
        "assessments": _list(
            "The promises that are judged on something else.",
            _before_and_after({"$ref": "#/$defs/assessment"}, "One promise."),
        ),
        "triggers": _list(
            "The rights and duties that follow from one of the two only; absent where there are none.",
            _before_and_after({"$ref": "#/$defs/trigger"}, "One right or duty."),
        ),
        "lines": _list("The lines whose amount differs.", _difference()),
        "total": _closed(_amounts(), description="The totals, and what is owed beyond."),
        "carry_changed": {"type": "boolean", "description": "Whether the next period is to be restated as well."},
        "figures": _by_name("The node of each figure: `line 1`, `total`.", {"$ref": "#/$defs/node_key"}),
        "nodes": {
            "type": "object",
            "description": "Every figure once, by a key that is made of its content.",
            "propertyNames": {"pattern": _KEY},
            "additionalProperties": {"$ref": "#/$defs/node"},
        },
    }


def _before_and_after(part: _Schema, description: str) -> _Schema:
    before, after = ({**part, "description": text} for text in ("As it was issued.", "As it is now known."))
    return _closed({"before": before, "after": after}, description=description)


def _amounts() -> dict[str, _Schema]:
    return {
        "before": _part("amount", "What was issued."),
        "after": _part("amount", "What is right."),
        "amount": _part("amount", "What is owed beyond; below zero it is given back to the customer."),
    }


def _difference() -> _Schema:
    line = {
        "clause": _text("The clause."),
        "kind": _text("What the line is.", enum=list(get_args(LineKind))),
        "text": _text("For people."),
    }
    return _closed({**line, **_amounts()}, description="One line.")
