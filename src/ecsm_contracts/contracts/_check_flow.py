"""Findings about limits, and about amounts that are given twice or without a bound."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Any

from ecsm_contracts.clauses import Bands, Basis, Combine, Limit, Priced, RateBy, ServiceLevel, takers
from ecsm_contracts.contracts._check_numbers import decimal
from ecsm_contracts.contracts._cross import settled_periods
from ecsm_contracts.contracts._findings import Finding
from ecsm_contracts.money import Percent

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ecsm_contracts.clauses import Clause
    from ecsm_contracts.contracts._contract import Contract

__all__ = ["Flows", "flow_findings", "greatest_of", "is_never_reached", "listed"]


class Flows:
    """Who takes whose amount in a contract, and which credits price which level; made once for all findings."""

    def __init__(self, contract: Contract) -> None:
        """Look at *contract*."""
        self.contract = contract
        self._takers = takers(contract.clauses)
        self.by_level: dict[str, list[Priced]] = {}
        self.capped: list[str] = []
        for clause in contract.clauses:
            if isinstance(clause, Priced) and not clause.rewards:
                if self.is_capped(clause.ref):
                    self.capped.append(clause.ref)
                for ref in clause.levels:
                    self.by_level.setdefault(ref, []).append(clause)

    def through(self, ref: str) -> list[Clause]:
        """Return the clauses through which the amount of *ref* is owed, the innermost first."""
        found: list[Clause] = []
        while ref in self._takers:
            ref = self._takers[ref][0]
            found.append(self.contract.clause(ref))
        return found

    def is_capped(self, ref: str) -> bool:
        """Say whether some limit bounds the amount of *ref*."""
        return any(isinstance(each, Limit) and each.at_most is not None for each in self.through(ref))


def flow_findings(flows: Flows, clause: Clause, place: str) -> Iterator[Finding]:
    """Yield what is odd about how the amount of *clause* flows."""
    contract = flows.contract
    if isinstance(clause, Priced) and not clause.rewards and any(_rates(clause)):
        yield from _unlimited(flows, clause, place)
        yield from _priced_twice(flows, clause, place)
    if isinstance(clause, Combine) and len(clause.among) == 1:
        message = f"it combines one amount, {clause.among[0]}, which it leaves as it is"
        remedy = "name the others, or leave the combine out"
        yield Finding("combine_of_one", clause.ref, message, remedy, f"{place}.among")
    if isinstance(clause, Limit):
        yield from _wide(contract, clause, place)
        yield from _tiers(contract, clause, place)
        yield from _never_reached(contract, clause, place)
        yield from _limits_differ(contract, clause, place)
        yield from _swallowed(contract, clause, place)


def listed(words: list[str]) -> str:
    """Return words as a sentence has them: ``a, b and c``."""
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"


def _unlimited(flows: Flows, credit: Priced, place: str) -> Iterator[Finding]:
    """A credit outside of the limit that others are under (L13)."""
    if flows.capped and not flows.is_capped(credit.ref):
        has = "has" if len(flows.capped) == 1 else "have"
        message = f"no limit bounds this credit, while {listed(flows.capped[:5])} {has} one"
        remedy = "name it in the credits of a limit, if that is not meant"
        yield Finding("credit_without_limit", credit.ref, message, remedy, place)


def _priced_twice(flows: Flows, credit: Priced, place: str) -> Iterator[Finding]:
    """One level priced by two credits that are added up (L21, L30)."""
    found: dict[str, list[str]] = {}
    for ref in credit.levels:
        for other in flows.by_level[ref]:
            if other.ref == credit.ref:
                break  # what comes after it names this one
            if not (_is_conditional(other) or _is_conditional(credit)) and any(_rates(other)):
                found.setdefault(other.ref, []).append(ref)
    for other_ref, both in found.items():
        if not _displaces(flows, credit.ref, other_ref):
            word, are = ("level", "is") if len(both) == 1 else ("levels", "are")
            message = f"{word} {listed(both)} {are} priced by {other_ref} and again here"
            remedy = "take both in a combine, or leave one out; as it stands both are owed"
            yield Finding("priced_twice", credit.ref, message, remedy, f"{place}.levels")


def _is_conditional(credit: Priced) -> bool:
    return not isinstance(credit.when, str)


def _displaces(flows: Flows, first: str, second: str) -> bool:
    """Say whether some clause takes one of both amounts only."""
    others = {each.ref for each in flows.through(second)}
    common = [each for each in flows.through(first) if each.ref in others]
    return any(isinstance(each, Combine) and each.take != "sum" for each in common)


def _wide(contract: Contract, limit: Limit, place: str) -> Iterator[Finding]:
    """A limit above the charge that it is a share of (L8, L13)."""
    if not isinstance(limit.at_most, Percent) or limit.window != "period" or limit.of is None:
        return
    share = limit.at_most.ratio * (_share_of_charges(contract, limit.of, {}) or 0)
    if share > 1:
        amount = (
            str(limit.at_most) if share == limit.at_most.ratio else f"{limit.at_most} of {limit.of}, {_percent(share)}"
        )
        message = f"it lets more be given than is charged: {amount} of the charge"
        yield Finding("limit_above_charge", limit.ref, message, "write 100% of the charge or less", f"{place}.at_most")


def _share_of_charges(contract: Contract, ref: str, known: dict[str, Fraction | None]) -> Fraction | None:
    """Return the greatest share that the amount *ref* is of the charges of a period; None where it hangs on others."""
    if ref not in known:
        clause = contract.clause(ref)
        known[ref] = _share_of_basis(contract, clause, known) if isinstance(clause, Basis) else Fraction(1)
    return known[ref]


def _share_of_basis(contract: Contract, clause: Basis, known: dict[str, Fraction | None]) -> Fraction | None:
    parts = [_share_of_charges(contract, each, known) for each in clause.of]
    if clause.window != "period" or not parts or any(each is None for each in parts):
        return None
    share = max(each for each in parts if each is not None) * clause.share.ratio
    if clause.day_count is None:
        return share
    days = (
        30
        if clause.day_count == "thirtieth"
        else min((each.end - each.start).days for each in settled_periods(contract))
    )
    return share / days


def _percent(share: Fraction) -> str:
    return f"{decimal(share * 100)}%"


def greatest_of(contract: Contract, ref: str) -> tuple[str | None, Fraction] | None:
    """
    Return of which charge or basis the amount *ref* is a share, and the greatest share of a period.

    An amount is given with no charge. None is returned where it has no such bound.
    """
    clause = contract.clause(ref)
    if isinstance(clause, Priced):
        return _greatest_priced(contract, clause)
    if isinstance(clause, Combine) and clause.per != "period":
        return None
    if not isinstance(clause, (Combine, Limit)) or (isinstance(clause, Limit) and clause.excess == "carry"):
        return None
    parts = [greatest_of(contract, each) for each in clause.takes()]
    found = [each for each in parts if each is not None]
    if len(found) < len(parts) or len({of for of, _ in found}) > 1:
        return None
    amounts = [most for _, most in found]
    whole = max(amounts) if isinstance(clause, Combine) and clause.take != "sum" else sum(amounts, start=Fraction(0))
    if isinstance(clause, Limit) and clause.at_most is not None and clause.of == found[0][0]:
        whole = min(whole, clause.at_most.ratio)
    return found[0][0], whole


def _greatest_priced(contract: Contract, clause: Priced) -> tuple[str | None, Fraction] | None:
    rate: Any = clause.rate
    if (
        clause.per != "level"
        or clause.times is not None
        or clause.exchange is not None
        or any(_windows(contract, each) for each in clause.levels)
    ):
        return None
    if isinstance(rate, Bands) and rate.how == "marginal":
        return None
    in_one = clause.when in {"any", "all"} or (clause.price == "together" and isinstance(rate, Bands))
    count = 1 if in_one else len(clause.levels)
    if clause.price == "together" and clause.most is not None:
        count = min(count, clause.most)
    return clause.of, count * max(_rates(clause))


def _windows(contract: Contract, level: str) -> bool:
    found = contract.clause(level)
    return not isinstance(found, ServiceLevel) or found.every is not None


def _rates(clause: Priced) -> list[Fraction]:
    rate: Any = clause.rate
    if isinstance(rate, Bands):
        return [band.is_.ratio for band in rate.bands]
    return [entry.ratio for entry in rate.entries()] if isinstance(rate, RateBy) else [rate.ratio]


def _credits_under(contract: Contract, limit: Clause) -> Iterator[Priced]:
    for ref in limit.takes():
        clause = contract.clause(ref)
        if isinstance(clause, Priced):
            yield clause
        else:
            yield from _credits_under(contract, clause)


def _tiers(contract: Contract, limit: Limit, place: str) -> Iterator[Finding]:
    """Tiers of a credit that the limit makes unreachable (L8)."""
    if limit.at_most is None or limit.window != "period" or limit.excess == "carry":
        return
    for credit in _credits_under(contract, limit):
        if credit.of != limit.of or credit.per != "level" or credit.exchange is not None:
            continue
        rate: Any = credit.rate
        prices = [band.is_ for band in rate.bands] if isinstance(rate, Bands) else [rate]
        prices = list(rate.entries()) if isinstance(rate, RateBy) else prices
        over = [str(each) for each in dict.fromkeys(prices) if each.ratio > limit.at_most.ratio]
        if over:
            word = "tier" if len(over) == 1 else "tiers"
            message = (
                f"the {word} {listed(over)} of {credit.ref} {'is' if len(over) == 1 else 'are'} above this limit of "
                f"{limit.at_most}, and never given in full"
            )
            remedy = f"raise the limit, or lower the {word}"
            yield Finding("tier_beyond_limit", limit.ref, message, remedy, f"{place}.at_most")


def _never_reached(contract: Contract, limit: Limit, place: str) -> Iterator[Finding]:
    """A limit that its credits cannot reach in a period (L8)."""
    most = _greatest_taken(contract, limit)
    if most is None or limit.at_most is None or not is_never_reached(contract, limit):
        return
    shown = _percent(most) if isinstance(limit.at_most, Percent) else f"{limit.at_most.currency} {decimal(most)}"
    message = f"all that it takes comes to {shown} at the most, and the limit is {limit.at_most}: it does nothing"
    yield Finding("limit_never_reached", limit.ref, message, "lower it, or leave it out", f"{place}.at_most")


def is_never_reached(contract: Contract, limit: Limit) -> bool:
    """Say whether all that *limit* takes in a period is less than it allows."""
    if limit.at_most is None or limit.window != "period" or limit.excess == "carry":
        return False
    most = _greatest_taken(contract, limit)
    return most is not None and most < limit.at_most.ratio


def _greatest_taken(contract: Contract, limit: Limit) -> Fraction | None:
    """Return the most that *limit* can take in a period, in what it is a share of; None where that is not known."""
    found = [greatest_of(contract, ref) for ref in limit.takes()]
    if any(each is None or each[0] != limit.of for each in found):
        return None
    return sum((each[1] for each in found if each is not None), start=Fraction(0))


def _limits_differ(contract: Contract, limit: Limit, place: str) -> Iterator[Finding]:
    """Two limits of the same credits, of which only the lower one does anything (L30)."""
    inner = contract.clause(limit.credits[0])
    if len(limit.credits) > 1 or not isinstance(inner, Limit) or inner.at_most is None or limit.at_most is None:
        return
    if (inner.of, inner.window) == (limit.of, limit.window):
        message = (
            f"{limit.ref} limits to {limit.at_most} what {inner.ref} limits to {inner.at_most}: the lower one counts"
        )
        yield Finding("limits_differ", limit.ref, message, "leave one of them out", f"{place}.at_most")


def _swallowed(contract: Contract, limit: Limit, place: str) -> Iterator[Finding]:
    """Credits so small that a threshold swallows them whole (L4)."""
    credits_ = list(_credits_under(contract, limit))
    if limit.above is None or not limit.above.ratio or not credits_ or any(each.rewards for each in credits_):
        return
    message = f"credits of {limit.above} or less are never given: such a breach costs nothing"
    remedy = "leave the threshold out, if that is not meant"
    yield Finding("breach_without_credit", limit.ref, message, remedy, f"{place}.above", is_note=True)
