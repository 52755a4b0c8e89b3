"""How other levels came out: how many of them were missed, or the worst outcome among them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal

from pydantic import AfterValidator, Field

from ecsm_contracts._model import Needs
from ecsm_contracts.facts import Ref, each_once
from ecsm_contracts.figures import Figure, derive, rule
from ecsm_contracts.measures._base import MeasureBase
from ecsm_contracts.measures._target import Target, Unit, judged

if TYPE_CHECKING:
    from ecsm_contracts.measures._sums import Sums

__all__ = ["LevelsTogether"]


class LevelsTogether(MeasureBase):
    """
    Other levels of the contract, judged together; they settle first.

    References: semantics, section 5.
    """

    columns: ClassVar[tuple[str, ...]] = ()
    has_scope: ClassVar[bool] = False

    kind: Literal["levels"]
    levels: Annotated[tuple[Annotated[Ref, Needs("level")], ...], AfterValidator(each_once)] = Field(min_length=1)
    """The levels that are judged together."""
    take: Literal["missed", "worst"]
    """
    ``missed``: the number of those that are missed, which must be at most the target; one that is not measured is not
    missed. ``worst``: missed as soon as one is missed, else not measured as soon as one is, else met; without a target.
    """

    @property
    def unit(self) -> Unit | None:  # type: ignore[override]  # a choice of the contract, not of the class
        """A number of levels; none where the worst outcome is taken."""
        return "number" if self.take == "missed" else None

    def outcome(self, sums: Sums, ref: str, target: Target | None) -> Figure[Any]:
        """Return the outcome of the levels together."""
        cite = f"clause {ref}"
        outcomes = [sums.figure(level) for level in self.levels]
        if target is None:
            return derive("outcome", "worst outcome/1", *outcomes, cites=(cite,))
        return judged(derive("levels missed", "number missed/1", *outcomes), target, cite)


@rule("number missed/1")
def _number_missed(*outcomes: str) -> int:
    """Return how many outcomes are ``missed``."""
    return sum(outcome == "missed" for outcome in outcomes)


@rule("worst outcome/1")
def _worst_outcome(first: str, *others: str) -> str:
    """Return ``missed`` when one is, else ``not_measured`` when one is, else ``met``."""
    outcomes = (first, *others)
    return next((word for word in ("missed", "not_measured") if word in outcomes), "met")
