"""
Laws of single clauses, tried on tallies that are made up: no facts are needed to see whether a clause keeps them.

They also hold for clauses from other packages, and are the first thing to try on one.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from ecsm_contracts.clauses import Clause, Limit, ServiceCredit, ServiceLevel
from ecsm_contracts.contracts import Contract, Document, contract_from_document
from ecsm_contracts.engine import Plan, plan, settle_tally
from ecsm_contracts.figures import replay
from ecsm_contracts.measures import Availability, Distribution, Tally, TargetedMeasure, TimeTaken, kept_apart
from ecsm_contracts.money import ExactAmount
from ecsm_contracts.testing._opening import billing_periods, opening_carry

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any

    from ecsm_contracts.figures import Figure

__all__ = ["clause_laws"]

_OUTCOMES = frozenset({"met", "missed", "excused", "not_measured", "undecided"})
_TICKETS = 20
_BY_TIME = (TargetedMeasure, TimeTaken, Availability)
"""The measures for which "in time" says how well a level went."""
_HOUR = 3_600_000_000
_NEVER = frozenset({"planned", "unknown", "relieved", "rates", "high", "middle"})
"""Columns of which nothing is made up."""

_RATE = {"known": 1, "whole": 1, "billionths": 0}
"""A rate of exchange that changes no number."""


def _made_up(planned: Plan) -> dict[str, Tally]:
    """Return tallies by what they stand for: nothing, all tickets in time, one late, all late, lateness taken back."""
    service_times = {ref: time for ref, (time, _) in planned.service_times().items()}

    def tally(late: int, counted: int = _TICKETS) -> Tally:
        def number(column: str) -> int:
            level, _, name = column.rpartition(".")
            if name in {"counted", "met"}:
                return counted - max(0, late) if name == "met" else counted
            if name == "unavailable":
                return service_times[level] * max(0, late) // _TICKETS
            if name in _NEVER:
                return 0
            if level.endswith(".exchange"):
                return _RATE[name]
            if name in {"filled", "bad"}:
                wanted = counted if name == "filled" else max(0, late)
                return min(1, wanted, planned.bucket_counts[level][0])
            some = {"requests": counted, "errors": max(0, late), "number": max(0, late)}
            some |= {"total": counted, "having": counted - max(0, late)}
            return {**some, "misses": late, "late": late * _HOUR, "elapsed": counted * _HOUR}.get(name, late)

        sums = dict(zip(planned.columns, map(number, planned.columns), strict=True))
        apart = [planned.columns[place] for place, _ in kept_apart(planned.columns)]
        times = {column: Distribution.of([_HOUR * late] + [0] * (counted - 1) if counted else []) for column in apart}
        sums |= {column: bag.total for column, bag in times.items()}
        return Tally(planned.columns, tuple(sums.values()), tuple(times.values()))

    return {
        "nothing": tally(0, 0),
        "all in time": tally(0),
        "one late": tally(1),
        "all late": tally(_TICKETS),
        "lateness taken back": tally(-1, 0),
    }


def _figures(contract: Contract) -> dict[str, Mapping[str, Figure[Any]]]:
    """Return the figures of every clause under each of the tallies, in the first period of the term."""
    first = billing_periods(contract)[0]
    planned = plan(contract, first)
    carry = opening_carry(contract, first)
    return {name: settle_tally(planned, tally, carry).figures for name, tally in _made_up(planned).items()}


def _reads_back(contract: Contract, clause: Clause) -> None:
    """A clause reads back as it was written."""
    document = Document.of(contract.to_data())
    assert contract_from_document(document).clause(clause.ref).to_data() == clause.to_data()


def _cites_itself(contract: Contract, clause: Clause) -> None:
    """The figure of a clause says which clause it is of, and follows from its inputs."""
    for name, figures in _figures(contract).items():
        figure = figures[clause.ref]
        assert clause.cite in figure.sources(), f"{name}: the figure does not cite {clause.cite}"
        assert not replay(figure), f"{name}: the figure does not follow from its inputs: {replay(figure)}"


def _has_an_outcome(contract: Contract, level: ServiceLevel) -> None:
    """A level is met, missed or not measured, and never missed when all tickets are in time."""
    found = _figures(contract)
    for name, figures in found.items():
        assert figures[level.ref].value in _OUTCOMES, f"{name}: {figures[level.ref].value}"
    measure = level.measure
    few = getattr(measure, "minimum", 0) > _TICKETS or not isinstance(measure, _BY_TIME)
    assert few or found["all in time"][level.ref].value != "missed", "missed although all tickets are in time"


def _exact(value: Any) -> ExactAmount:
    exact: ExactAmount = value if isinstance(value, ExactAmount) else value.exact
    return exact


def _pays_for_misses(contract: Contract, credit: ServiceCredit) -> None:
    """A credit is never negative, is zero without a miss, and by the ticket more misses never cost less."""
    found = {name: _exact(figures[credit.ref].value) for name, figures in _figures(contract).items()}
    zero = ExactAmount.zero(contract.currency)
    assert all(amount >= zero for amount in found.values()), f"a credit is negative: {found}"
    missed = _figures(contract)["all in time"]
    if not any(missed[ref].value == "missed" for ref in credit.levels):
        assert found["all in time"].is_zero, "a credit without a miss"
    if credit.per != "level":
        assert found["one late"] <= found["all late"], "more misses cost less"


def _stays_within(contract: Contract, limit: Limit) -> None:
    """A limit gives at least nothing, and at most the sum of its credits and its room."""
    for name, figures in _figures(contract).items():
        given = figures[limit.ref]
        wanted, room = (_exact(part.value) for part in given.inputs)
        assert ExactAmount.zero(contract.currency) <= _exact(given.value), f"{name}: a limit takes"
        assert _exact(given.value) <= wanted, f"{name}: more than the credits"
        assert _exact(given.value) <= room, f"{name}: more than the room"


def _laws_of(clause: Clause) -> dict[str, Callable[[Contract, Any], None]]:
    laws: dict[str, Callable[[Contract, Any], None]] = {
        "reads back": _reads_back,
        "cites itself": _cites_itself,
    }
    if isinstance(clause, ServiceLevel):
        laws["has an outcome"] = _has_an_outcome
    elif isinstance(clause, ServiceCredit):
        laws["pays for misses only"] = _pays_for_misses
    elif isinstance(clause, Limit):
        laws["stays within its room"] = _stays_within
    return laws


def clause_laws(contract: Contract) -> list[tuple[str, Callable[[], None]]]:
    """
    Return the laws of each clause of *contract*, named and ready to be called, for ``pytest.mark.parametrize``.

        @pytest.mark.parametrize(("name", "check"), clause_laws(contract))
        def test_our_contract(name, check):
            check()
    """
    return [
        (f"{clause.ref} {name}", partial(law, contract, clause))
        for clause in contract.clauses
        for name, law in _laws_of(clause).items()
    ]
