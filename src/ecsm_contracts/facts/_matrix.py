"""Priority from impact and urgency."""

from __future__ import annotations

from pydantic import model_validator
from pydantic_core import PydanticCustomError

from ecsm_contracts._model import Model, NamedModel
from ecsm_contracts.facts._text import Ref

__all__ = ["PriorityMatrix"]


class _Row(NamedModel):
    """The priority for each urgency, of one impact."""

    __pydantic_extra__: dict[str, Ref]


class _Rows(NamedModel):
    """A row for each impact."""

    __pydantic_extra__: dict[str, _Row]


class PriorityMatrix(Model):
    """
    The priority for each impact and urgency, as a desk agreed them.

    It is no fact: it comes from a contract, and is used where a ticket says impact and urgency, and no priority.

        >>> matrix = PriorityMatrix.model_validate({"impact": {"high": {"high": "P1", "low": "P3"}}})
        >>> matrix.priority("high", "low"), matrix.priority("high", "middling")
        ('P3', None)
    """

    impact: _Rows
    """For each impact the priorities by urgency: ``high: {high: P1, low: P2}``."""

    @model_validator(mode="after")
    def _same_urgencies(self) -> PriorityMatrix:
        if not self.impact.named:
            raise PydanticCustomError("matrix_empty", "the matrix has no row; write impact: {high: {high: P1}}")
        rows = {name: frozenset(row.named) for name, row in self.impact.named.items()}
        every = frozenset().union(*rows.values())
        for name, row in rows.items():
            if missing := sorted(every - row) or ([""] if not row else []):
                raise PydanticCustomError(
                    "matrix_gap",
                    "impact {name} has no priority for urgency {urgency}",
                    {"name": name, "urgency": missing[0]},
                )
        return self

    def priority(self, impact: str | None, urgency: str | None) -> str | None:
        """Return the priority for *impact* and *urgency*; None when the matrix has none for them."""
        row = self.impact.named.get(impact or "")
        return None if row is None else row.named.get(urgency or "")
