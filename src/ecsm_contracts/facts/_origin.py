"""Where facts come from: what the reading assumed, and what the source does not record."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AfterValidator

from ecsm_contracts._model import Model
from ecsm_contracts.facts._text import Ref, ShortText, each_once

__all__ = ["Origin", "RecordedKind"]

RecordedKind = Literal["acknowledged", "replied"]
"""The kinds of event that a source may fail to record, and that clocks start or stop at."""


class Origin(Model):
    """
    A source of facts: an export, a log, a table.

    A statement repeats what its origins assume, so that nobody takes an assumption for a record. What an origin
    does not record is *not measured*: the absence of a record is no proof that nothing happened.

        >>> Origin(ref="desk log", title="Log of the desk", assumes=["Zone: Europe/Rome"], unrecorded=["replied"]).ref
        'desk log'
    """

    ref: Ref
    """The identity of the source."""
    title: ShortText
    """What it is, for people."""
    assumes: Annotated[tuple[ShortText, ...], AfterValidator(each_once)] = ()
    """What the reading took for granted; every output says so."""
    unrecorded: Annotated[tuple[RecordedKind, ...], AfterValidator(each_once)] = ()
    """Kinds of event that the source does not record: a level whose clock needs one of them is not measured."""
