"""The parts of a mapping document: cells, times, states, and which rows are read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal, Self

from pydantic import AfterValidator, BeforeValidator, Field, GetJsonSchemaHandler, model_validator
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, PydanticCustomError

from ecsm_contracts._model import Model, NamedModel
from ecsm_contracts.adapters._formats import check_format, has_offset
from ecsm_contracts.calendars import ZoneName
from ecsm_contracts.errors import shown
from ecsm_contracts.facts import Party, Ref, each_once

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

__all__ = ["Cell", "CellTerms", "Only", "State", "StateWord", "States", "Times"]

StateWord = Literal["new", "working", "held", "resolved", "closed", "cancelled", "replied", "noted"]
"""What a state (or an activity) of another system can mean."""


def _text_as_column(value: object) -> object:
    if isinstance(value, str):
        return {"column": value}
    if not isinstance(value, (dict, CellTerms)):
        raise PydanticCustomError(
            "not_a_mapping", "a cell is the name of a column, in quotes if it is a number, or a mapping of fields"
        )
    return value


class _OrColumn:
    """Says in the JSON Schema that a text may stand for a cell: the name of its column."""

    @classmethod
    def __get_pydantic_json_schema__(cls, core_schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        return {"anyOf": [{"type": "string", "description": "The name of a column."}, handler(core_schema)]}


class Meanings(NamedModel):
    """What raw values mean, each under the value as the table writes it, without blanks at its edges."""

    __pydantic_extra__: dict[str, Ref]

    @model_validator(mode="after")
    def _each_once(self) -> Self:
        _check_keys(self.named)
        return self


def _check_keys(names: Iterable[str]) -> None:
    for name in names:
        if not name.strip():
            raise PydanticCustomError(
                "field_unused", "a blank cell is not looked up; the cell says what it means: blank: …"
            )
    _check_once(names)


def _check_once(names: Iterable[str]) -> None:
    seen: set[str] = set()
    for name in names:
        if name.strip() in seen:
            raise PydanticCustomError("duplicate_key", "{name} stands twice", {"name": shown(name.strip())})
        seen.add(name.strip())


class CellTerms(Model):
    """
    Where a value comes from, and what it means: one of `column`, `always` and `parts`.

        >>> CellTerms(column="prio", **{"is": {"1 - High": "P1"}, "otherwise": "P4"}).otherwise
        'P4'
    """

    column: Ref | None = None
    """The name of the column."""
    always: Ref | None = None
    """The value itself, for every row."""
    parts: Annotated[tuple[Cell, ...], Field(min_length=2)] | None = None
    """Cells whose values are put together; one that is blank, and says no `blank`, makes the whole blank."""
    joined: Annotated[str, Field(strict=True, max_length=20)] | None = None
    """What stands between the parts."""
    is_: Meanings | None = Field(default=None, alias="is")
    """What each raw value means; absent: the raw value is meant."""
    otherwise: Ref | None = None
    """What a raw value means that `is` does not list; absent: its row is rejected."""
    blank: Ref | None = None
    """What a blank cell means; absent: nothing, or, where the field is required, its row is rejected."""

    @model_validator(mode="after")
    def _one_source(self) -> Self:
        sources = [name for name in ("column", "always", "parts") if getattr(self, name) is not None]
        if len(sources) != 1:
            raise PydanticCustomError("cell_source", "exactly one of column, always and parts says where it comes from")
        if (self.parts is None) != (self.joined is None):
            raise PydanticCustomError("cell_joined", "joined stands with parts, and parts with joined")
        given = [name for name in ("is_", "otherwise", "blank") if getattr(self, name) is not None]
        if self.always is not None and given:
            raise PydanticCustomError("field_unused", "with always there is nothing to look up; write the value itself")
        if self.otherwise is not None and self.is_ is None:
            raise PydanticCustomError("field_unused", "otherwise belongs to is, which is missing")
        return self

    def columns(self) -> Iterator[str]:
        """Yield the names of the columns that are read."""
        if self.column is not None:
            yield self.column
        for part in self.parts or ():
            yield from part.columns()


Cell = Annotated[CellTerms, BeforeValidator(_text_as_column), _OrColumn]
"""A cell in a mapping: the name of a column, or where the value comes from and what it means."""

CellTerms.model_rebuild()


class Times(Model):
    """How times are read: as ISO 8601, or by a format; without an offset they are readings of a wall clock."""

    zone: ZoneName | None = None
    """The zone of the wall clock; absent: a time without an offset is rejected."""
    format: Annotated[str, Field(strict=True, max_length=100), AfterValidator(check_format)] | None = None
    """How a time is written, as in ``%d/%m/%Y %H:%M`` or ``%d/%b/%y %I:%M %p``; absent: as ISO 8601."""
    repeated: Literal["reject", "first", "second"] = "reject"
    """What a reading means that happens twice, as clocks are put back."""
    skipped: Literal["reject", "after"] = "reject"
    """What a reading means that never happens, as clocks are put forward; `after`: the offset before applies."""

    @model_validator(mode="after")
    def _tell_an_instant(self) -> Self:
        if self.format is not None and self.zone is None and not has_offset(self.format):
            raise PydanticCustomError("zone_missing", "the format has no offset (%z), so the zone must be said")
        return self


class TakeLeave(Model):
    """Which values of a column are of this mapping; a row with any other value is rejected."""

    take: Annotated[tuple[str, ...], Field(min_length=1)]
    """Rows with these values are read."""
    leave: tuple[str, ...] = ()
    """Rows with these values are passed over."""

    @model_validator(mode="after")
    def _each_once(self) -> Self:
        each_once(tuple(value.strip() for value in (*self.take, *self.leave)))
        return self


class Only(NamedModel):
    """Which rows of a table are read, by the values of columns."""

    __pydantic_extra__: dict[str, TakeLeave]

    @model_validator(mode="after")
    def _each_once(self) -> Self:
        _check_once(self.named)
        return self


class State(Model):
    """What one state (or activity) means."""

    is_: StateWord = Field(alias="is")
    """The meaning."""
    party: Party | None = None
    """Whom the ticket waits for (`held`), or who wrote (`replied`)."""

    @model_validator(mode="after")
    def _party_known(self) -> Self:
        if (self.party is not None) != (self.is_ in {"held", "replied"}):
            raise PydanticCustomError("state_party", "held and replied name a party, and no other word does")
        return self


class States(NamedModel):
    """States (or activities) by the text that stands in the table."""

    __pydantic_extra__: dict[str, State]

    @model_validator(mode="after")
    def _each_once(self) -> Self:
        _check_keys(self.named)
        return self
