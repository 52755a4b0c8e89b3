"""
The JSON Schema of contract documents, for editors and for other programs.

What pydantic makes of the models says which documents are valid. An editor asks for more: which fields belong to
*this* kind of clause, and what each of them means. So each kind is chosen by `if` and `then`, which leaves nothing to
guess, and each field carries the text that stands below it in the class, as an editor shows it.
"""

from __future__ import annotations

import copy
import re
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

from pydantic.json_schema import models_json_schema

from ecsm_contracts.clauses import clause_class, clause_kinds
from ecsm_contracts.contracts._contract import Contract
from ecsm_contracts.contracts._presets import PRESETS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pydantic import BaseModel

__all__ = ["contract_schema"]

_Schema = dict[str, Any]
_REF: Final = "#/$defs/"
_ANY_CLAUSE: Final = "AnyClause"
_EXAMPLE = re.compile(r"(?:^|\n)[ \t]*>>>")
_CODE = re.compile(r"``([^`\n]+)``")
_MAPS: Final = ("properties", "$defs", "patternProperties")
"""The keywords under which names stand that are no keywords."""


def contract_schema() -> dict[str, Any]:
    """
    Return the JSON Schema (draft 2020-12) of a contract document in schema version 1.

    It knows the fields, words and forms; rules between fields, and what is inside texts such as hours and zones,
    only reading knows: what it refuses, reading refuses too. Kinds of other packages are in it once they are loaded.

        >>> schema = contract_schema()
        >>> schema["properties"]["zone"]["description"]
        'The zone in which its dates begin and end.'
        >>> schema["$defs"]["Charge"]["properties"]["kind"]["const"]
        'charge'
    """
    return copy.deepcopy(_schema_of(clause_kinds()))


@lru_cache(maxsize=4)  # building it takes half a second, and only another kind of clause changes it
def _schema_of(kinds: tuple[str, ...]) -> dict[str, Any]:
    classes = {kind: cls for kind in kinds if (cls := clause_class(kind)) is not None}
    models: list[type[BaseModel]] = [Contract, *classes.values()]
    refs, made = models_json_schema([(each, "validation") for each in models], by_alias=True)
    definitions: dict[str, _Schema] = made["$defs"]
    schema = definitions.pop(_name(refs[Contract, "validation"]))
    clauses = {kind: refs[cls, "validation"] for kind, cls in classes.items()}
    definitions[_ANY_CLAUSE] = _by_kind(clauses, definitions)
    whole = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "ecsm.contract/1",
        **{key: value for key, value in schema.items() if key != "title"},
        "$defs": definitions,
    }
    for part in list(_parts(whole)):
        _choose_by_kind(part, definitions)
    definitions["Preset"] = _preset_schema()
    either = {"if": {"required": ["preset"]}, "then": {"$ref": f"{_REF}Preset"}, "else": {"required": ["kind"]}}
    definitions[_ANY_CLAUSE]["allOf"].append(either)
    del definitions[_ANY_CLAUSE]["required"]
    for part in list(_parts(whole)):
        _join_null(part)
        _explain(part, definitions)
    return whole


def _preset_schema() -> _Schema:
    """Return the schema of a clause that is written as a preset: its name says which terms it takes."""
    words = "\n\n".join(["One of:", *(f"{name}: {preset.summary}" for name, preset in PRESETS.items())])
    shared = {
        "preset": {"type": "string", "enum": list(PRESETS), "description": words},
        "ref": {"type": "string", "description": "The number under which its clauses stand."},
        "title": {"type": "string", "description": "A heading for people."},
    }
    chosen = [
        {
            "if": {"required": ["preset"], "properties": {"preset": {"const": name}}},
            "then": {
                "required": list(preset.required),
                "properties": {
                    **copy.deepcopy(shared),
                    **{term: {"description": f"A term of {name}: see the page of presets."} for term in preset.terms},
                },
                "additionalProperties": False,
            },
        }
        for name, preset in PRESETS.items()
    ]
    return {"type": "object", "required": ["preset", "ref"], "properties": shared, "allOf": chosen}


def _name(ref: _Schema) -> str:
    return str(ref["$ref"]).removeprefix(_REF)


def _parts(schema: object) -> Iterator[_Schema]:
    """Yield each schema inside of *schema*, itself first; what stands in `default` or `examples` is data."""
    if isinstance(schema, list):
        for part in schema:
            yield from _parts(part)
    elif isinstance(schema, dict):
        yield schema
        for key, value in list(schema.items()):
            if key in _MAPS:
                for part in value.values():
                    yield from _parts(part)
            elif key not in {"default", "examples", "enum", "const", "discriminator"}:
                yield from _parts(value)


def _by_kind(kinds: dict[str, _Schema], definitions: dict[str, _Schema]) -> _Schema:
    """Return the schema of a mapping whose `kind` says which of *kinds* it is; what all of them share is offered."""
    fields = [definitions[_name(ref)]["properties"] for ref in kinds.values()]
    shared = {name: field for name, field in fields[0].items() if all(each.get(name) == field for each in fields)}
    words = [f"{kind}: {_first_paragraph(definitions[_name(ref)])}" for kind, ref in kinds.items()]
    kind_field = {"type": "string", "enum": list(kinds), "description": "\n\n".join(["One of:", *words])}
    return {
        "type": "object",
        "required": ["kind"],
        "properties": {**copy.deepcopy(shared), "kind": kind_field},
        "allOf": [
            {"if": {"required": ["kind"], "properties": {"kind": {"const": kind}}}, "then": ref}
            for kind, ref in kinds.items()
        ],
    }


def _choose_by_kind(part: _Schema, definitions: dict[str, _Schema]) -> None:
    """Rewrite a `oneOf` whose alternatives are told apart by `kind`."""
    found = part.pop("discriminator", {})  # a word of OpenAPI, which JSON Schema does not know
    if found.get("propertyName") != "kind":
        return
    del part["oneOf"]
    mapping: dict[str, str] = found.get("mapping", {})
    if not mapping:
        part["$ref"] = _REF + _ANY_CLAUSE  # the kinds of clauses are not of this module's making: see the registry
    else:
        part |= _by_kind({kind: {"$ref": ref} for kind, ref in sorted(mapping.items())}, definitions) | {
            name: part[name] for name in ("description",) if name in part
        }


def _join_null(part: _Schema) -> None:
    """Write "this or null" as one schema of two types, so that an error names what is wrong with this."""
    found: list[_Schema] = part.get("anyOf", [])
    others = [each for each in found if each != {"type": "null"}]
    if len(others) < len(found) and len(others) == 1 and isinstance(others[0].get("type"), str):
        [other] = others
        if not {"enum", "const"} & other.keys():
            del part["anyOf"]
            part |= {**other, **part, "type": [other["type"], "null"]}


def _explain(part: _Schema, definitions: dict[str, _Schema]) -> None:
    """Make what an editor shows readable: no generated titles, no examples of Python, a text for each field."""
    if "description" in part:
        part["description"] = _plain(part["description"])
    for name, field in part.get("properties", {}).items():
        field.pop("title", None)
        if field.get("default", ...) is None:
            del field["default"]  # an editor would offer to write it
        if "description" not in field and name == "kind" and "description" in part:
            field["description"] = part["description"]
        elif "description" not in field and "$ref" in field:
            field["description"] = _plain(definitions[_name(field)].get("description", ""))


def _plain(text: str) -> str:
    """Return a docstring as an editor shows it: no examples, a line for each paragraph, code between backquotes."""
    found = _EXAMPLE.search(text)
    told = text[: found.start()] if found else text
    return _CODE.sub(r"`\1`", "\n\n".join(" ".join(part.split()) for part in told.strip().split("\n\n")))


def _first_paragraph(definition: _Schema) -> str:
    return _plain(definition.get("description", "")).partition("\n\n")[0]
