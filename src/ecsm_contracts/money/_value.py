"""What the value types of this floor share: one text each, a place in pydantic models, and refusals."""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from fractions import Fraction
from numbers import Number
from typing import TYPE_CHECKING, Any, ClassVar, Self

from pydantic_core import PydanticCustomError, core_schema

from ecsm_contracts.errors import SHOWN_CHARACTERS, InvalidValue

if TYPE_CHECKING:
    from decimal import Decimal

    from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
    from pydantic.json_schema import JsonSchemaValue


def quoted(text: str) -> str:
    r"""
    Return *text* in double quotes, short and with control characters escaped, as a message may show it.

        >>> print(quoted("20\n"))
        "20\n"
    """
    rest = "…" if len(text) > SHOWN_CHARACTERS else ""
    return f'"{repr(text[:SHOWN_CHARACTERS])[1:-1]}{rest}"'


def decimal_text(units: int, scale: int) -> str:
    """
    Return *units* with its last *scale* digits behind a point.

        >>> decimal_text(-5, 2)
        '-0.05'
    """
    digits = str(abs(units)).rjust(scale + 1, "0")
    sign = "-" if units < 0 else ""
    return f"{sign}{digits[:-scale]}.{digits[-scale:]}" if scale else sign + digits


def decimal_digits(number: Decimal) -> tuple[int, str, int]:
    """
    Return the sign (1 below zero), the digits and the exponent of a finite *number*, without trailing zeros.

    They are read as they stand: no decimal context, the caller's or another, has a say in it.

        >>> from decimal import Decimal
        >>> decimal_digits(Decimal("-1500.0"))
        (1, '15', 2)
    """
    sign, digits, exponent = number.as_tuple()
    text = "".join(map(str, digits)).rstrip("0")
    return (sign, text, int(exponent) + len(digits) - len(text)) if text else (0, "0", 0)


def not_a_text(value: object, *, kind: str, number_rule: str, example: str) -> InvalidValue:
    """Return the refusal of a *value* that is no text, where its *kind* ("money", "percent") is one."""
    if isinstance(value, float) and not math.isfinite(value):
        return InvalidValue(f"{kind} must be finite", rule="not_finite", value=value)
    reason = ""
    rule = f"{kind}_type"
    if isinstance(value, (bool, float)):
        rule = f"{kind}_float"
        reason = ", which does not hold decimals exactly" if isinstance(value, float) else ""
    elif isinstance(value, Number):
        rule = number_rule
    name = type(value).__name__
    return InvalidValue(f'{kind} is written as a text, such as "{example}"; got {name}{reason}', rule=rule, value=value)


def exact_number(value: Fraction | int, *, kind: str, noun: str) -> Fraction:
    """
    Return *value* if it is a `Fraction` or an int, and no bool.

    Raises:
        InvalidValue: otherwise; *kind* begins its rule, *noun* its message.
    """
    if isinstance(value, bool) or not isinstance(value, (Fraction, int)):
        raise _not_exact(value, kind, f"{noun} is a Fraction or an int")
    return Fraction(value)


def whole_number(value: int, *, noun: str) -> int:
    """
    Return *value* if it is an int, and no bool.

    Raises:
        InvalidValue: otherwise; *noun* begins its message.
    """
    if isinstance(value, bool) or not isinstance(value, int):
        raise _not_exact(value, "money", f"{noun} is an int")
    return value


def _not_exact(value: object, kind: str, due: str) -> InvalidValue:
    rule = f"{kind}_float" if isinstance(value, (bool, float)) else f"{kind}_number"
    return InvalidValue(f"{due}; got {type(value).__name__}", rule=rule, value=value)


def in_pydantic(error: InvalidValue) -> PydanticCustomError:
    """Return *error* as pydantic lists errors; its `type` is our rule."""
    rule: Any = error.rule
    message: Any = str(error)
    return PydanticCustomError(rule, message)


class TextValue(ABC):
    """
    A value that never changes, with one canonical text.

    In pydantic models it is read from that text or taken as it is, never from a number; it is written as its
    text in JSON, and stays an object in python mode.
    """

    __slots__ = ()

    _json_schema: ClassVar[dict[str, Any]]

    @classmethod
    @abstractmethod
    def parse(cls, text: str) -> Self:
        """Read the text that `str` writes."""

    @abstractmethod
    def _arguments(self) -> tuple[Any, ...]:
        """Return what the value is made of, as its constructor takes it; equal values have equal ones."""

    def __eq__(self, other: object) -> bool:
        """Say whether *other* is the same value of the same type."""
        if not isinstance(other, type(self)):
            return NotImplemented
        return self._arguments() == other._arguments()

    def __hash__(self) -> int:
        """Return the same number for equal values."""
        return hash(self._arguments())

    def __repr__(self) -> str:
        """Return the name of the type and the text."""
        return f"{type(self).__name__}({str(self)!r})"

    def __setattr__(self, name: str, value: object) -> None:
        """Refuse to change."""
        raise AttributeError(f"{type(self).__name__} never changes; {name} cannot be set")

    def __delattr__(self, name: str) -> None:
        """Refuse to change."""
        raise AttributeError(f"{type(self).__name__} never changes; {name} cannot be deleted")

    def __reduce__(self) -> tuple[Any, ...]:
        """Travel as what the value is made of, and be checked on arrival."""
        return type(self), self._arguments()

    def __copy__(self) -> Self:
        """Return itself, as it never changes."""
        return self

    def __deepcopy__(self, memo: dict[int, Any]) -> Self:
        """Return itself, as it never changes."""
        return self

    @classmethod
    def _validate(cls, value: object) -> Self:
        if isinstance(value, cls):
            return value
        text: Any = value
        try:
            return cls.parse(text)
        except InvalidValue as error:
            raise in_pydantic(error) from error

    @classmethod
    def __get_pydantic_core_schema__(cls, source: object, handler: GetCoreSchemaHandler) -> core_schema.CoreSchema:
        """Accept the value or its text, and write the text in JSON."""
        return core_schema.no_info_plain_validator_function(
            cls._validate, serialization=core_schema.to_string_ser_schema(when_used="json")
        )

    @classmethod
    def __get_pydantic_json_schema__(
        cls, schema: core_schema.CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        """Describe the text."""
        return {"type": "string", **cls._json_schema}


def put(value: TextValue, **parts: object) -> None:
    """Set the *parts* of a *value* that is being made."""
    for name, part in parts.items():
        object.__setattr__(value, name, part)
