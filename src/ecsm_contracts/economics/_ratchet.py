"""A ratchet: the target that a contract raises to, when the service has been better than it for long."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from itertools import pairwise
from typing import TYPE_CHECKING, Literal

from ecsm_contracts.errors import InvalidValue, UnknownReference, did_you_mean, expect, shown
from ecsm_contracts.money import Percent
from ecsm_contracts.statements import Statement

if TYPE_CHECKING:
    from ecsm_contracts.statements import Assessment

__all__ = ["ratchet"]

MOST_PLACES = 9


def ratchet(
    statements: Sequence[Statement],
    level: str,
    *,
    rule: Literal["mean", "share"],
    most: Percent | None = None,
    after: int = 12,
    places: int = 2,
) -> Percent | None:
    """
    Return the target to which *level* is raised after the last of *statements*; None when it is not.

    It is raised when in the last *after* periods every window of the level was better than its target, which was the
    same in all of them. Nothing changes by itself: the new target is an amendment, `contract.amend(…)`, and so a
    version of the contract with a day on which it begins.

    Args:
        statements: Statements of one contract for periods that follow each other, oldest first.

        level: The level; its target is a percentage that is to be reached.

        rule: ``mean``: half-way from the old target to the mean of the numbers, as between Sears and CSC. ``share``: to
            the mean of the numbers, as between Gap and IBM, where *most* bounds the raise.

        most: By how much it is raised at most: a share of what is missing to 100%. Required for ``share``.

        after: How many periods in a row must have been better; 12, as both contracts say.

        places: To how many decimals of a percent the new target is written; the rest is cut off, so that a target is
            never higher than the rule gives.

    Raises:
        InvalidValue: rule "ratchet_terms", for terms that make no ratchet; "ratchet_periods", for statements that do
            not follow each other; "ratchet_level", when the level has no target of this kind.
        UnknownReference: when a statement has no such level.

    Example:
        >>> import ecsm_contracts as ec
        >>> contract = ec.read_contract("examples/acme.yaml")
        >>> quarter = ec.evaluate_periods(contract, ec.facts_from_records(), last="2026-03")
        >>> ratchet(quarter, "4.3", rule="mean", after=3)
        Percent('99.95%')
        >>> ratchet(quarter, "4.3", rule="share", most=Percent.of(10), after=3)
        Percent('99.91%')
        >>> ratchet(quarter, "4.3", rule="mean") is None
        True
    """
    last = _last(statements, after)
    _check_terms(rule, most, places)
    found = [assessment for statement in last for assessment in _assessments(statement, level)]
    return None if len(last) < after else _raised(found, rule, most, places)


def _raised(found: Sequence[Assessment], rule: str, most: Percent | None, places: int) -> Percent | None:
    """Return the target that the assessments *found* raise theirs to; None when they do not."""
    targets = {assessment.target for assessment in found}
    old = _target(found[-1]) if found else None
    numbers = [each.number for each in found if isinstance(each.number, Fraction)]
    if old is None or len(targets) > 1 or len(numbers) < len(found) or min(numbers) <= old:
        return None
    mean = sum(numbers, start=Fraction(0)) / len(numbers)
    wanted = (old + mean) / 2 if rule == "mean" else mean
    bounded = wanted if most is None else min(wanted, old + most.ratio * (1 - old))
    scale = 10**places
    new = Fraction(bounded * 100 * scale // 1, scale)
    return Percent(new / 100) if new / 100 > old else None


def _last(statements: Sequence[Statement], after: int) -> tuple[Statement, ...]:
    expect(statements, Sequence, "statements", "give those of several periods: evaluate_periods(…)")
    for position, statement in enumerate(statements):
        expect(statement, Statement, f"statements[{position}]", "evaluate it, or read it with read_statement(…)")
    if type(after) is not int or after < 1:
        raise InvalidValue(f"after: {shown(after)} periods; write 1 or more", rule="ratchet_terms", value=after)
    for earlier, later in pairwise(statements):
        if earlier.contract != later.contract or later.period.start != earlier.period.end:
            raise InvalidValue(
                f"{later.contract} {later.period.label} does not follow {earlier.contract} {earlier.period.label}: "
                "give the statements of one contract in order, without a gap",
                rule="ratchet_periods",
            )
    return tuple(statements[-after:])


def _check_terms(rule: str, most: Percent | None, places: int) -> None:
    if rule not in {"mean", "share"}:
        raise InvalidValue(f"there is no rule {shown(rule)}: write mean or share", rule="ratchet_terms", value=rule)
    if rule == "share" and most is None:
        raise InvalidValue("rule share: say by how much at most: most=Percent.of(10)", rule="ratchet_terms")
    if most is not None:
        expect(most, Percent, "most", "write Percent.of(10)")
        if not 0 < most.ratio <= 1:
            raise InvalidValue(f"most: {most} is not above 0% and at most 100%", rule="ratchet_terms", value=most)
    if type(places) is not int or not 0 <= places <= MOST_PLACES:
        message = f"places: {shown(places)}; write a number from 0 to {MOST_PLACES}"
        raise InvalidValue(message, rule="ratchet_terms", value=places)


def _assessments(statement: Statement, level: str) -> list[Assessment]:
    """Return the assessments of the windows of *level* in a *statement*; none where no window ended in it."""
    found = [each for each in statement.assessments if each.clause == level or each.clause.startswith(f"{level}@")]
    if not found and level not in statement.figures:
        known = [each.clause for each in statement.assessments]
        raise UnknownReference(f"no level {shown(level)} in {statement.period.label}{did_you_mean(level, known)}")
    return found


def _target(assessment: Assessment) -> Fraction:
    target = assessment.target
    if target is None or not isinstance(target.at_least, Percent):
        message = f"level {assessment.clause} has no percentage that is to be reached: nothing to raise"
        raise InvalidValue(message, rule="ratchet_level", value=assessment.clause)
    return target.at_least.ratio
