"""What records have in common: an identity, a digest, and perhaps an interval."""

from __future__ import annotations

from datetime import datetime
from functools import cached_property

from pydantic import ValidationInfo, field_validator
from pydantic_core import PydanticCustomError

from ecsm_contracts._model import Model, short_digest
from ecsm_contracts.calendars import Instant
from ecsm_contracts.facts._text import Ref

__all__ = ["Measured", "Record", "Spanning"]


class Record(Model):
    """Something that happened or was told, with an identity of its own."""

    ref: Ref
    """The identity of the record, unique among the records of its kind."""

    @cached_property
    def short_digest(self) -> str:
        """16 hexadecimal digits that change with anything the record says."""
        return short_digest(self.to_data())


class Spanning(Record):
    """An interval of one service; it may have no length."""

    service: Ref
    """The service concerned, by its reference in the contract."""
    start: Instant
    """The first instant of the interval."""

    def _check_end(self, end: Instant | None) -> None:
        if end is not None and end < self.start:
            raise PydanticCustomError("end_before_start", "the end lies before the start; swap them or correct one")


class Measured(Record):
    """What somebody measured over an interval that is not empty."""

    start: Instant
    """The first instant of the interval."""
    end: Instant
    """The first instant that does not belong to it any more; later than the start."""

    @field_validator("end")
    @classmethod
    def _ends_later(cls, end: datetime, info: ValidationInfo) -> datetime:
        start = info.data.get("start", end)
        if end < start:
            raise PydanticCustomError("end_before_start", "the end lies before the start; swap them or correct one")
        if end == start and "start" in info.data:
            raise PydanticCustomError("no_length", "it ends when it starts; give the first instant after the interval")
        return end
