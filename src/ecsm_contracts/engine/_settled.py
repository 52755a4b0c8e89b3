"""What settling a tally gives, before it is sealed into a statement."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ecsm_contracts.clauses import Carry
    from ecsm_contracts.engine._lines import Lines
    from ecsm_contracts.figures import Figure
    from ecsm_contracts.statements import Assessment, TriggerState

__all__ = ["Settled"]


@dataclass(frozen=True, slots=True)
class Settled:
    """What settling a tally gives."""

    figures: Mapping[str, Figure[Any]]
    """The figure of every clause, by its reference."""
    assessments: tuple[Assessment, ...]
    """Every promise, in the order of the clauses."""
    lines: Lines
    """What is owed."""
    carry: Carry
    """What the next period must know."""
    triggers: tuple[TriggerState, ...] = ()
    """Every right or duty, whether it follows or not, in the order of the clauses."""
