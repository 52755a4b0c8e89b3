"""Findings about how credits are claimed and given."""

from __future__ import annotations

from datetime import timedelta
from fractions import Fraction
from typing import TYPE_CHECKING

from ecsm_contracts.calendars import Days, from_micros
from ecsm_contracts.clauses import CalendarTime, Charge, Limit, Priced, takers
from ecsm_contracts.contracts._check_flow import greatest_of
from ecsm_contracts.contracts._check_numbers import decimal
from ecsm_contracts.contracts._cross import settled_periods
from ecsm_contracts.contracts._findings import Finding
from ecsm_contracts.errors import CalendarRangeError
from ecsm_contracts.money import Money, Percent

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ecsm_contracts.clauses import Clause
    from ecsm_contracts.contracts._contract import Contract

__all__ = ["settlement_findings"]

_WHERE = "settlement"


def settlement_findings(contract: Contract) -> Iterator[Finding]:
    """Yield what is odd about how the credits of *contract* are claimed and given."""
    yield from _deadline(contract)
    yield from _holidays(contract)
    yield from _minimum(contract)
    yield from _insufficient(contract)


def _deadline(contract: Contract) -> Iterator[Finding]:
    """A claim that has to be made before anybody can have read a statement (L24)."""
    claim = contract.settlement.claim
    if claim is None:
        return
    from_incident = claim.since == "incident"
    least = timedelta(hours=72) if from_incident else timedelta(hours=24)
    time = claim.within
    if isinstance(time, CalendarTime):
        early, said = not time.periods, "by the end of the period of the credit"
    elif isinstance(time, Days):
        early = timedelta(days=time.days) <= least if from_incident else not time.days
        said = f"within {time.days} day{'' if time.days == 1 else 's'}"
    else:
        early, said = (time <= least if from_incident else time < least), "so soon"
    if not early:
        return
    anchor = {"incident": "the incident", "statement": "the day of the statement", "period_end": "the period’s end"}
    why = (
        "before the statement of a whole period can tell of it"
        if from_incident
        else "before anybody can be expected to have read the statement"
    )
    when = said if isinstance(time, CalendarTime) else f"{said} after {anchor[claim.since]}"
    message = f"a credit has to be claimed {when}, {why}"
    remedy = "count from the statement, and allow some days, if that is not meant"
    yield Finding("claim_deadline_early", _WHERE, message, remedy, "settlement.claim.within")


def _holidays(contract: Contract) -> Iterator[Finding]:
    """Days to claim the last credits in that come after the years of the calendar's holidays."""
    claim = contract.settlement.claim
    if claim is None or claim.calendar is None:
        return
    end = from_micros(settled_periods(contract)[-1].bounds(contract.zone)[1])
    for name, time in (("within", claim.within), ("not_before", claim.not_before)):
        if not isinstance(time, Days):
            continue
        try:
            contract.calendar(claim.calendar).deadline(end, time)
        except CalendarRangeError:
            message = f"{time.days} days after the end of the term lie outside of the years of the holidays"
            remedy = (
                f"freeze the next year too for the calendar {claim.calendar}, else the last credits stop the account"
            )
            yield Finding("claim_beyond_holidays", _WHERE, message, remedy, f"settlement.claim.{name}")


def _minimum(contract: Contract) -> Iterator[Finding]:
    """A least amount that all credits of a period do not come to (L8)."""
    minimum = contract.settlement.minimum
    most = _most_given(contract)
    if minimum is None or minimum.below != "forfeit" or most is None:
        return
    above = minimum.exactly == "not_given"
    if most < minimum.amount.ratio or (above and most == minimum.amount.ratio):
        least = f"{'more than ' if above else ''}{minimum.amount}"
        message = (
            f"all credits of a period come to {contract.currency} {decimal(most)} at the most, and {least} is needed: "
            "nothing that is computed is ever given"
        )
        remedy = "lower the amount, or keep what is below it"
        yield Finding("minimum_unreachable", _WHERE, message, remedy, "settlement.minimum.amount")


def _insufficient(contract: Contract) -> Iterator[Finding]:
    """Credits that can exceed the charges that they are taken off, with nothing said about the rest (L13)."""
    terms = contract.settlement
    if terms.instrument != "deduction" or terms.insufficient is not None:
        return
    most, charged = _most_given(contract), _charged(contract)
    if most is not None and charged is not None and most > charged:
        message = (
            f"the credits of a period come to {contract.currency} {decimal(most)} at the most and its charges to "
            f"{contract.currency} {decimal(charged)}: what exceeds them can be given in no way"
        )
        remedy = "say insufficient: carry_forward, cash or forfeit, or limit the credits to the charges"
        yield Finding("insufficient_missing", _WHERE, message, remedy, "settlement.instrument")


def _charged(contract: Contract) -> Fraction | None:
    """Return what is charged in each period, if it is always the same amount."""
    charges = [each for each in contract.clauses if isinstance(each, Charge)]
    amounts = [_fixed(contract, each.ref) for each in charges]
    if any(each is None for each in amounts):
        return None
    return sum((each for each in amounts if each is not None), start=Fraction(0))


def _fixed(contract: Contract, ref: str | None) -> Fraction | None:
    """Return what a charge comes to in each period, if that is always the same; of none, one unit of money."""
    if ref is None:
        return Fraction(1)
    charge = contract.clause(ref)
    if not isinstance(charge, Charge) or not isinstance(charge.amount, Money):
        return None
    plain = charge.every == contract.billing.cycle and charge.minimum is None
    others = (charge.per, charge.index, charge.exchange)
    return charge.amount.ratio if plain and others == (None, None, None) else None


def _most_given(contract: Contract) -> Fraction | None:
    """Return the most that all credits of a period can come to, in units of money; None where that is not known."""
    taken = takers(contract.clauses)
    whole = Fraction(0)
    for clause in contract.clauses:
        if clause.yields not in {"credit", "combine", "limit"} or clause.ref in taken or _rewards(contract, clause):
            continue
        most = _most_of(contract, clause)
        if most is None:
            return None
        whole += most
    return whole


def _rewards(contract: Contract, clause: Clause) -> bool:
    """Say whether *clause* is about what the customer owes."""
    if isinstance(clause, Priced):
        return clause.rewards
    return all(_rewards(contract, contract.clause(ref)) for ref in clause.takes())


def _most_of(contract: Contract, clause: Clause) -> Fraction | None:
    found = []
    greatest = greatest_of(contract, clause.ref)
    if greatest is not None:
        found.append((greatest[0], greatest[1]))
    bounded = isinstance(clause, Limit) and clause.window == "period" and clause.excess == "forfeit"
    if bounded and isinstance(clause, Limit) and clause.at_most is not None:
        found.append((clause.of if isinstance(clause.at_most, Percent) else None, clause.at_most.ratio))
    amounts = [(share, _fixed(contract, of)) for of, share in found]
    known = [share * fixed for share, fixed in amounts if fixed is not None]
    return min(known, default=None)
