"""
The frozen base of every model, canonical JSON, and digests.

Canonical JSON is UTF-8 with sorted keys, no insignificant spaces and no floats, so that one meaning has one
text, one text has one digest, and neither depends on the machine.
"""

from __future__ import annotations

import ast
import hashlib
import inspect
import json
import textwrap
from collections.abc import Mapping
from itertools import pairwise
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple, Self, get_args, get_type_hints

from pydantic import BaseModel, ConfigDict, ValidationError

from ecsm_contracts.errors import InvalidValue, did_you_mean, shown

if TYPE_CHECKING:
    from pydantic import GetJsonSchemaHandler
    from pydantic.json_schema import JsonSchemaValue
    from pydantic_core import CoreSchema

__all__ = ["Model", "NamedModel", "Needs", "canonical_json", "code_and_message", "digest", "short_digest"]

SHORT_DIGEST_LENGTH = 16


class Needs(NamedTuple):
    """
    A mark on a text field: it is a reference, and says what the thing referred to must be.

    ``Annotated[Ref, Needs("level")]``.

    Documents are searched for these marks before anything is built, so that a dangling reference is found
    even when the clause it stands in has other faults.
    """

    what: str
    takes: bool = False
    """Whether the amount that is named is taken: by at most one clause."""
    given: bool = False
    """Whether what was given in the end is read, so that all limits on it come first."""


def _refuse_floats(value: object, path: tuple[str | int, ...] = ()) -> None:
    kind = type(value)
    if kind is str or kind is int:  # nearly everything; told first, as this runs for each value that is sealed
        return
    if isinstance(value, dict):
        for key, item in value.items():
            _refuse_floats(item, (*path, key))
    elif isinstance(value, (list, tuple)):
        for position, item in enumerate(value):
            _refuse_floats(item, (*path, position))
    elif isinstance(value, float):
        where = ".".join(map(str, path)) or "the top"
        raise TypeError(f"a binary float at {where}: canonical JSON holds none")


def canonical_json(value: object) -> str:
    """
    Return *value* (plain dicts, lists, texts, ints, bools and None) as canonical JSON.

        >>> canonical_json({"b": [1, True], "a": "€"})
        '{"a":"€","b":[1,true]}'

    Raises:
        TypeError: for a float, or any other type that JSON or this library does not hold.
    """
    _refuse_floats(value)
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)


def digest(value: object) -> str:
    """
    Return ``sha256:`` and 64 hexadecimal digits over the canonical JSON of *value*.

        >>> digest({"a": 1})[:15]
        'sha256:015abd7f'
    """
    return "sha256:" + hashlib.sha256(canonical_json(value).encode()).hexdigest()


def short_digest(value: object) -> str:
    """
    Return the first 16 hexadecimal digits of the digest of *value*: an identity among thousands, not a seal.

        >>> short_digest({"a": 1})
        '015abd7f5cc57a2d'
    """
    return digest(value).removeprefix("sha256:")[:SHORT_DIGEST_LENGTH]


_CODES = {
    "extra_forbidden": "unknown_field",
    "unexpected_keyword_argument": "unknown_field",
    "missing": "missing_field",
    "literal_error": "unknown_word",
    "union_tag_invalid": "unknown_kind",
    "union_tag_not_found": "missing_kind",
    "string_type": "not_a_text",
    "string_too_short": "text_length",
    "string_too_long": "text_length",
    "int_type": "not_a_number",
    "int_parsing": "not_a_number",
    "int_from_float": "not_a_number",
    "bool_type": "not_true_or_false",
    "bool_parsing": "not_true_or_false",
    "greater_than_equal": "out_of_range",
    "less_than_equal": "out_of_range",
    "tuple_type": "not_a_list",
    "too_short": "too_few",
    "too_long": "too_many",
    "model_type": "not_a_mapping",
    "model_attributes_type": "not_a_mapping",
    "dataclass_type": "not_a_mapping",
    "dict_type": "not_a_mapping",
}
"""Our stable codes for pydantic's error types; the types of our own validators are codes already."""

_MESSAGES = {
    "extra_forbidden": "there is no such field",
    "unexpected_keyword_argument": "there is no such field",
    "missing": "it is missing, and nothing is assumed in its place",
    "string_type": "this must be one text; a number goes in quotes, a list is not possible here",
    "int_type": "this must be a whole number, such as 1",
    "int_parsing": "this must be a whole number, such as 1",
    "int_from_float": "this must be a whole number, such as 1",
    "bool_type": "this must be true or false, without quotes",
    "bool_parsing": "this must be true or false, without quotes",
    "tuple_type": "this must be a list; put it in brackets: [ … ]",
    "too_short": "the list is empty; give at least one",
    "too_long": "the list is too long",
    "model_type": "this must be a mapping of fields",
    "model_attributes_type": "this must be a mapping of fields",
    "dataclass_type": "this must be a mapping of fields",
    "dict_type": "this must be a mapping",
}


_BOUNDS = {"greater_than_equal": ("least", "ge"), "less_than_equal": ("most", "le")}


def code_and_message(error: Mapping[str, Any]) -> tuple[str, str]:
    """Return our stable code for one of pydantic's errors, and what it says to a person."""
    kind, context = error["type"], error.get("ctx", {})
    cause = context.get("error")
    if isinstance(cause, InvalidValue):
        return cause.rule, str(cause)
    if kind == "literal_error":
        words = str(context["expected"])
        hint = did_you_mean(str(error["input"]), words.replace("'", "").replace(" or ", ", ").split(", "))
        return _CODES[kind], f"{shown(error['input'])} is not one of the words known here: {words}{hint}"
    if kind in {"union_tag_invalid", "union_tag_not_found"}:
        return _CODES[kind], f"kind must be one of {context.get('expected_tags', 'the known kinds')}"
    if kind in _BOUNDS:
        word, bound = _BOUNDS[kind]
        return _CODES[kind], f"this must be at {word} {context[bound]}"
    return _CODES.get(kind, kind), _MESSAGES.get(kind, error["msg"])


def _texts_below_fields(cls: type) -> dict[str, str]:
    """Return the text that stands below each annotated field of *cls*; nothing for classes without source."""
    if not issubclass(cls, BaseModel) or cls is BaseModel:
        return {}
    try:
        tree = ast.parse(textwrap.dedent(inspect.getsource(cls)))
    except (OSError, TypeError, SyntaxError):
        return {}
    body = tree.body[0].body if isinstance(tree.body[0], ast.ClassDef) else []
    return {
        field.target.id: inspect.cleandoc(text.value.value)
        for field, text in pairwise(body)
        if isinstance(field, ast.AnnAssign)
        and isinstance(field.target, ast.Name)
        and isinstance(text, ast.Expr)
        and isinstance(text.value, ast.Constant)
        and isinstance(text.value.value, str)
    }


class Model(BaseModel):
    """
    The base of every document model.

    Frozen, closed (`extra="forbid"`), and validated again whenever it is reused.

    Fields hold scalars, tuples and other models, never lists, dicts or sets, so that a value can be shared
    between threads and hashed. Values computed once are kept by `functools.cached_property`; they are dropped
    on pickle and copy, so that what travels is only what the document says.
    """

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        validate_default=True,
        revalidate_instances="never",
        hide_input_in_errors=True,
        ser_json_timedelta="iso8601",
        defer_build=True,
    )

    def replace(self, **changes: object) -> Self:
        """
        Return a copy with *changes* made, validated as if it were read anew.

        Raises:
            pydantic.ValidationError: when a change does not fit its field.
        """
        keys = {name: field.alias or name for name, field in type(self).model_fields.items()}
        values = {keys[name]: getattr(self, name) for name in keys if name in self.model_fields_set}
        values |= self.__pydantic_extra__ or {}
        return type(self).model_validate({**values, **{keys.get(name, name): new for name, new in changes.items()}})

    @classmethod
    def model_construct(cls, _fields_set: set[str] | None = None, **_values: Any) -> Self:  # type: ignore[override]  # pydantic's plugin gives each model one of its own
        """
        Refuse to make a model that nobody has validated: no amount may rest on one.

        Raises:
            InvalidValue: rule "not_validated", always.
        """
        message = f"{cls.__name__}.model_construct validates nothing; call {cls.__name__}(…), or read a document"
        raise InvalidValue(message, rule="not_validated")

    def model_copy(self, *, update: Mapping[str, Any] | None = None, deep: bool = False) -> Self:
        """
        Return a copy; with an *update* one that is validated, as by `replace`.

        A *deep* copy is no other, as everything below is frozen.

        Raises:
            InvalidValue: rule "not_validated", when the update does not fit.
        """
        if not update:
            return self.__deepcopy__() if deep else self.__copy__()
        try:
            return self.replace(**update)
        except ValidationError as errors:
            found = ((error["loc"], code_and_message(error)[1]) for error in errors.errors(include_url=False)[:5])
            words = "; ".join(f"{'.'.join(map(str, where))}: {message}" for where, message in found)
            message = (
                f"{type(self).__name__} does not become this copy: {words}; replace(…) makes one that is validated"
            )
            raise InvalidValue(message, rule="not_validated", value=update) from None

    def to_data(self) -> dict[str, Any]:
        """
        Return the plain data (texts, ints, bools, lists, dicts) that canonical JSON and digests are made of.
        """
        return self.model_dump(mode="json", exclude_none=True, by_alias=True)

    def digest(self) -> str:
        """Return the digest of the expanded document, whatever file, spelling or order it came from."""
        return digest(self.to_data())

    @classmethod
    def __get_pydantic_json_schema__(cls, core_schema: CoreSchema, handler: GetJsonSchemaHandler, /) -> JsonSchemaValue:
        """
        Describe each field by the text below it, so that an editor shows it.

        The source is read only here: reading it when classes are made would be half of what importing the
        library costs.
        """
        schema = handler(core_schema)
        described = handler.resolve_ref_schema(schema).get("properties", {})
        texts = {name: text for base in reversed(cls.__mro__) for name, text in _texts_below_fields(base).items()}
        for name, field in cls.model_fields.items():
            if (key := field.alias or name) in described and name in texts:
                told = described[key].get("description", "")  # what its type says of itself
                if not told.startswith(texts[name]):
                    described[key]["description"] = f"{texts[name]}\n\n{told}".strip()
        return schema

    def __getstate__(self) -> dict[Any, Any]:
        """Leave out what `cached_property` has kept."""
        state = super().__getstate__()
        held = state["__dict__"]  # alive: another thread may keep what it computes there, so it is not iterated
        state["__dict__"] = {name: held[name] for name in type(self).model_fields if name in held}
        return state

    def __copy__(self) -> Self:
        """Copy the fields, not what `cached_property` has kept."""
        copied = super().__copy__()
        for name in set(copied.__dict__) - set(type(self).model_fields):
            del copied.__dict__[name]
        return copied

    def __deepcopy__(self, memo: dict[int, Any] | None = None) -> Self:
        """Return a shallow copy: everything below is frozen."""
        return self.__copy__()


class NamedModel(Model):
    """
    A model whose further keys are names, all holding the same type: the type of its `__pydantic_extra__`.

    So a document may write ``calendars: {desk: {…}}``, and a fault in it is found at ``calendars.desk``.
    """

    model_config = ConfigDict(extra="allow")

    @property
    def named(self) -> Mapping[str, Any]:
        """What stands under each name, in the order of the document."""
        return MappingProxyType(self.__pydantic_extra__ or {})

    @classmethod
    def type_of_named(cls) -> Any:
        """Return the type that stands under every name."""
        return get_args(get_type_hints(cls, include_extras=True)["__pydantic_extra__"])[1]

    def __hash__(self) -> int:
        """Hash by content; what is named is kept in a dict, which has no hash of its own."""
        return hash(canonical_json(self.to_data()))
