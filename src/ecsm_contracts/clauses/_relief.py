"""What is excused."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, ClassVar, Literal

from pydantic import AfterValidator, Field

from ecsm_contracts._model import Needs
from ecsm_contracts.clauses._clause import Clause, Context, Yields
from ecsm_contracts.clauses._registry import register_clause
from ecsm_contracts.facts import NoticeKind, Ref, each_once
from ecsm_contracts.figures import Figure, given
from ecsm_contracts.measures import ObservesRelief

if TYPE_CHECKING:
    from typing import Any

    from ecsm_contracts.measures import Observation

__all__ = ["Relief"]


@register_clause
class Relief(Clause):
    """
    Time covered by notices, such as planned maintenance, that does not count against the provider.

    `exclude` takes the time out of what the levels count: out of their clocks and out of their outages.
    """

    yields: ClassVar[Yields] = "relief"

    kind: Literal["relief"]
    notices: Annotated[tuple[NoticeKind, ...], AfterValidator(each_once)] = Field(min_length=1)
    """The kinds of notice whose intervals are relieved."""
    levels: Annotated[tuple[Annotated[Ref, Needs("level")], ...], AfterValidator(each_once)] = Field(min_length=1)
    """The levels that are relieved."""
    treatment: Literal["exclude"]
    """What becomes of relieved time."""
    denominator: Literal["leaves", "stays"] | None = None
    """
    For availability: whether planned time leaves the time that should have been available, or stays in it as
    available.
    """

    def observes(self) -> tuple[Observation, ...]:
        """Return the relief of the levels."""
        return (ObservesRelief(self.ref, self.notices, self.levels, self.denominator == "leaves"),)

    def settle(self, context: Context) -> Figure[Any]:  # noqa: ARG002 - what is relieved is in the tally already
        """Return the treatment; what it changed is in the figures of the levels."""
        return given(self.title or "relief", self.treatment, self.cite)
