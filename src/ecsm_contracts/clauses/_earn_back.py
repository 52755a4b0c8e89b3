"""What comes back of earlier credits when the service has been good again for some time."""

from __future__ import annotations

from fractions import Fraction
from itertools import accumulate, pairwise
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal, Self, cast

from pydantic import AfterValidator, Field, model_serializer, model_validator
from pydantic_core import PydanticCustomError

from ecsm_contracts._model import Model, Needs
from ecsm_contracts.clauses._clause import Clause, Recall, Yields
from ecsm_contracts.clauses._past import GAPS
from ecsm_contracts.clauses._registry import register_clause
from ecsm_contracts.clauses._when import MOST_WINDOWS
from ecsm_contracts.facts import Ref, each_once
from ecsm_contracts.figures import Figure, derive, given, rule
from ecsm_contracts.money import ExactAmount, Money, Percent

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ecsm_contracts.clauses._clause import Back
    from ecsm_contracts.clauses._context import Context
    from ecsm_contracts.money import RoundingMode

__all__ = ["EarnBack", "Tranche"]

_GAPS = GAPS | {"undecided"}


class Tranche(Model):
    """
    One part of a credit that comes back.

        >>> Tranche(after=2, share="50%").after
        2
    """

    after: int = Field(ge=1, le=MOST_WINDOWS, strict=True)
    """It falls due in the period in which so many good periods in a row have passed since the credit."""
    share: Percent
    """How much of what was given: more than 0%."""

    @model_validator(mode="after")
    def _something(self) -> Self:
        if not 0 < self.share.ratio <= 1:
            raise PydanticCustomError("tranche_share", "a tranche is more than 0% and at most 100%")
        return self


@register_clause
class EarnBack(Clause):
    """
    What was given comes back to the provider, tranche by tranche, while the service stays good.

    It returns what was *given*, after all limits, and never more than that. Each tranche of what was given in one
    period falls due once: in the period in which the row of good periods since then reaches it. A row that breaks
    begins anew; what has come back stays. Nothing is erased: rows of misses, points and triggers still know of the
    failure, because a contract that forgives the money seldom forgives the record.
    """

    yields: ClassVar[Yields] = "earn_back"

    kind: Literal["earn_back"]
    of: Annotated[tuple[Annotated[Ref, Needs("money")], ...], AfterValidator(each_once)] = Field(min_length=1)
    """The credits, combined credits or limits of credits, of which something comes back."""
    levels: Annotated[tuple[Annotated[Ref, Needs("level")], ...], AfterValidator(each_once)] = Field(min_length=1)
    """
    The levels that must be good. A billing period is good when none of their windows that end in it was missed and at
    least one was met.
    """
    gaps: Literal["breaks", "skips"]
    """What a period without outcome (nothing measured, or excused) does to a row of good ones."""
    tranches: tuple[Tranche, ...] = Field(min_length=1, max_length=100)
    """What comes back, and when: each later than the one before; together at most 100%."""
    within: Annotated[int, Field(ge=1, le=MOST_WINDOWS, strict=True)] | Literal["term"]
    """For how many periods after the credit something can come back; or as long as the contract runs."""
    only: Annotated[tuple[Ref, ...], AfterValidator(each_once)] = ()
    """
    The severities whose credits come back: nothing does of a period in which a window of `levels` was missed in
    another way. By default all come back.
    """

    @model_serializer(mode="wrap")
    def _without_defaults(self, handler: Any) -> dict[str, Any]:
        return {key: value for key, value in handler(self).items() if key != "only" or value}

    @model_validator(mode="after")
    def _tranches_rise(self) -> Self:
        if any(earlier.after >= later.after for earlier, later in pairwise(self.tranches)):
            raise PydanticCustomError("tranches_order", "each tranche comes after more good periods than the last")
        if sum((each.share.ratio for each in self.tranches), start=Fraction(0)) > 1:
            raise PydanticCustomError("tranches_share", "more would come back than was given: at most 100% together")
        if self.within != "term" and self.tranches[-1].after > self.within:
            raise PydanticCustomError(
                "tranches_within",
                "the tranche after {after} periods never falls due within {within}",
                {"after": self.tranches[-1].after, "within": self.within},
            )
        return self

    def recalls(self) -> tuple[Recall, ...]:
        """Return what was given, and which periods were good, for as long as something may come back."""
        back: Back = "term" if self.within == "term" else self.within
        return (Recall(self.ref, "state", back), *(Recall(ref, "given", back) for ref in self.of))

    def settle(self, context: Context) -> Figure[Any]:
        """Return what falls due in the period, not negative and in whole minor units."""
        now = self._state(context)
        context.aspects[self.ref, "state"] = (now,)
        states = self._past(context, self.ref, "state")
        parts = [part for ref in self.of for part in self._returned(ref, states, now, context)]
        nothing = derive("nothing to return", "exact/1", given("nothing", Money.zero(context.currency), self.cite))
        return derive(self.title or "earn-back", "sum/1", *(parts or [nothing]), cites=(self.cite,))

    def _state(self, context: Context) -> Figure[str]:
        words = given("severities that come back", " ".join(self.only), self.cite)
        states = [state for level in self.levels for state in context.states(level)]
        return derive("state of the period", "state of period/1", words, *states)

    def _past(self, context: Context, ref: str, name: str) -> list[tuple[Any, Figure[Any]]]:
        """Return what was remembered, oldest first, each with the first day of its period."""
        last = None if self.within == "term" else self.within
        figures = context.past(ref, name, last=last)
        found = context.remembered(ref, name)
        days = [each.at for each in found.past] if found is not None else []
        return list(zip(days[len(days) - len(figures) :], figures, strict=True))

    def _returned(
        self, ref: str, states: Sequence[tuple[Any, Figure[str]]], now: Figure[str], context: Context
    ) -> list[Figure[ExactAmount]]:
        """Return what falls due now of each amount that *ref* gave in the past."""
        found = []
        for day, amount in self._past(context, ref, "given"):
            if amount.value.is_zero:
                continue
            own = next((state for at, state in states if at == day), given("state of the period", "missed", self.cite))
            since = [state for at, state in states if at > day]
            terms = [
                term
                for tranche in self.tranches
                for term in (given("after", tranche.after, self.cite), given("share", tranche.share, self.cite))
            ]
            fixed = context.flow.mode, given("what a gap does", self.gaps, self.cite), own
            found.append(derive(f"returned of {ref}, {day}", "tranches/1", amount, *fixed, *terms, *since, now))
        return found

    def memories(self, context: Context) -> Mapping[str, tuple[Figure[Any], ...]]:
        """Return whether the period was good, and what was returned, after all limits on it."""
        return {"state": context.aspects[self.ref, "state"], "given": (context.flow.given(self.ref),)}


@rule("state of period/1")
def _state_of_period(only: str, *states: str) -> str:
    """
    Return ``missed`` when a window was missed, else ``met`` when one was met, else ``not_measured``.

    Where *only* names severities, ``worse`` when a window was missed in another way.
    """
    misses = [state for state in states if state != "met" and state not in _GAPS]
    wanted = only.split()
    if wanted and any(miss not in wanted for miss in misses):
        return "worse"
    return "missed" if misses else "met" if "met" in states else "not_measured"


def _longest_runs(states: Sequence[str], gaps: str) -> list[int]:
    """Return after each of *states* how long the longest row of good periods has been by then."""
    lengths, length = [0], 0
    for state in states:
        if state == "met":
            length += 1
        elif state not in _GAPS or gaps == "breaks":
            length = 0
        lengths.append(length)
    return list(accumulate(lengths, max))


@rule("tranches/1")
def _tranches(amount: Money, mode: str, gaps: str, own: str, *terms: int | Percent | str) -> ExactAmount:
    """
    Return what falls due of an amount in the last period.

    After, share, …, then the states of the periods since it was given, that of now last. Shares are rounded
    cumulatively, so that all of them together are what was given.
    """
    states = [term for term in terms if isinstance(term, str)]
    numbers = [term for term in terms if isinstance(term, int)]
    shares = [term.ratio for term in terms if isinstance(term, Percent)]
    if own == "worse":
        return ExactAmount.zero(amount.currency)
    before, now = _longest_runs(states, gaps)[-2:]

    def by(run: int) -> Money:
        due = sum((share for after, share in zip(numbers, shares, strict=True) if after <= run), start=Fraction(0))
        return (amount.exact * due).round(cast("RoundingMode", mode))

    return (by(now) - by(before)).exact
