"""What users say when they are asked: the mean score, the share of good ones, or the net promoter score."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal, Self

from pydantic import Discriminator, Field, Tag, model_validator
from pydantic_core import PydanticCustomError

from ecsm_contracts._model import Model
from ecsm_contracts.calendars import to_micros
from ecsm_contracts.figures import Figure, derive, rule
from ecsm_contracts.measures._base import SettingMeasure, WhenTooFew, too_few
from ecsm_contracts.measures._target import Target, Unit, judged

if TYPE_CHECKING:
    from ecsm_contracts.facts import Setting
    from ecsm_contracts.measures._observer import BoundLevel
    from ecsm_contracts.measures._sums import Sums

__all__ = ["Promoters", "Score", "Take", "Top"]

MOST_SCORE = 1000
"""The best score of any scale, as of the surveys among the facts; the worst is as far below zero."""
Points = Annotated[int, Field(strict=True, ge=-MOST_SCORE, le=MOST_SCORE)]


class Top(Model):
    """The share of answers with this score or a better one."""

    top: Points
    """The lowest score that is good."""


class Promoters(Model):
    """
    The net promoter score: of 100 users, how many more would recommend the service than would warn of it.

    References:
        F. F. Reichheld, "The One Number You Need to Grow", Harvard Business Review, December 2003: 9 and 10 of 0 to 10
        are promoters, 0 to 6 detractors.
    """

    promoters: Points
    """The lowest score of those who would recommend it."""
    detractors: Points
    """The highest score of those who would warn of it."""


def _take_tag(value: object) -> str:
    if isinstance(value, Mapping):
        return "top" if "top" in value else "promoters"
    return "top" if isinstance(value, Top) else "promoters" if isinstance(value, Promoters) else "word"


Take = Annotated[
    Annotated[Literal["mean"], Tag("word")] | Annotated[Top, Tag("top")] | Annotated[Promoters, Tag("promoters")],
    Discriminator(_take_tag),
]
"""What is told of many scores in one."""


class Score(SettingMeasure):
    """
    What users answered in the period, in one number; experience level agreements (XLA) promise it.

    An answer belongs to the period in which it was given. One whose score is not on the scale is an error of the facts:
    it is left out, and counted apart.

    References: semantics, section 5.
    """

    columns: ClassVar[tuple[str, ...]] = ("counted", "off_scale", "total", "top", "bottom")

    kind: Literal["score"]
    scale: tuple[Points, Points]
    """The worst and the best score that can be given, for example ``[1, 5]``."""
    take: Take
    """
    ``mean``; ``{top: 4}``, the share of scores from there on; or ``{promoters: 9, detractors: 6}``, the net promoter
    score from -100 to 100.
    """
    minimum: int = Field(ge=1, le=1_000_000, strict=True)
    """With fewer answers than this, `when_too_few` says what the outcome is."""
    when_too_few: WhenTooFew
    """The outcome for few answers, none included."""

    @model_validator(mode="after")
    def _on_the_scale(self) -> Self:
        lowest, highest = self.scale
        if lowest >= highest:
            raise PydanticCustomError("scale_order", "a scale goes from the worst score up to the best: [1, 5]")
        take = self.take
        named: tuple[int, ...] = (take.top,) if isinstance(take, Top) else ()
        if isinstance(take, Promoters):
            named = (take.promoters, take.detractors)
            if take.promoters <= take.detractors:
                raise PydanticCustomError("promoters_order", "promoters give a better score than detractors do")
        if any(not lowest <= score <= highest for score in named):
            raise PydanticCustomError(
                "take_off_scale",
                "what is taken lies on the scale: from {low} to {high}",
                {"low": lowest, "high": highest},
            )
        return self

    @property
    def unit(self) -> Unit:  # type: ignore[override]  # a choice of the contract, not of the class
        """A share of good answers, or else a number."""
        return "share" if isinstance(self.take, Top) else "number"

    def rows(self, level: BoundLevel, setting: Setting) -> dict[tuple[str, str], tuple[int, ...]]:
        """Return for each answer in scope and in the period what it adds to the columns."""
        program = level.program
        return {
            ("survey", each.ref): self._numbers(each.score)
            for each in setting.surveys
            if program.start <= to_micros(each.at) < program.end
            and program.scope.has(each.service)
            and program.scope.customer in {None, each.customer}
        }

    def _numbers(self, score: int) -> tuple[int, ...]:
        lowest, highest = self.scale
        if not lowest <= score <= highest:
            return 0, 1, 0, 0, 0
        if isinstance(self.take, Top):
            return 1, 0, score, int(score >= self.take.top), 0
        if isinstance(self.take, Promoters):
            return 1, 0, score, int(score >= self.take.promoters), int(score <= self.take.detractors)
        return 1, 0, score, 0, 0

    def outcome(self, sums: Sums, ref: str, target: Target | None) -> Figure[Any]:
        """Return the outcome of the scores."""
        counted = sums.count("answers on the scale", f"{ref}.counted")
        if counted.value < self.minimum or target is None:
            return too_few(sums, ref, counted, self.minimum, self.when_too_few)
        return judged(self._number(sums, ref, counted), target, f"clause {ref}")

    def _number(self, sums: Sums, ref: str, counted: Figure[int]) -> Figure[Fraction]:
        if isinstance(self.take, Top):
            good = sums.count(f"answers of {self.take.top} or better", f"{ref}.top")
            return derive("share of good answers", "ratio/1", good, counted)
        if isinstance(self.take, Promoters):
            promoters = sums.count(f"promoters, {self.take.promoters} or better", f"{ref}.top")
            detractors = sums.count(f"detractors, {self.take.detractors} or worse", f"{ref}.bottom")
            return derive("net promoter score", "net promoter score/1", promoters, detractors, counted)
        return derive("mean score", "mean/1", sums.count("sum of the scores", f"{ref}.total"), counted)


@rule("mean/1")
def _mean(total: int, count: int) -> Fraction:
    """Divide a sum by the number of what was added, exactly."""
    return Fraction(total, count)


@rule("net promoter score/1")
def _net_promoter_score(promoters: int, detractors: int, count: int) -> Fraction:
    """Return how many promoters there are more than detractors among a hundred, exactly."""
    return Fraction(100 * (promoters - detractors), count)
