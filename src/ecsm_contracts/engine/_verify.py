"""
Verify: is a statement what it says? Without facts from its own leaves; with facts from every ticket again.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ecsm_contracts.engine._compare import added_up, content_again, observed_again, settled_again
from ecsm_contracts.engine._observe import Observed, observe
from ecsm_contracts.engine._plan import plan
from ecsm_contracts.engine._settle import settle
from ecsm_contracts.engine._terms import contract_of
from ecsm_contracts.errors import EcsmError, VerificationError, expect, shown
from ecsm_contracts.facts import Facts
from ecsm_contracts.figures import encode_figures, replay
from ecsm_contracts.statements import Statement

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["Verification", "verify"]


@dataclass(frozen=True, slots=True)
class Verification:
    """What was verified; it exists only when nothing failed."""

    about: str
    """Which statement it was: contract, period, status and total."""
    figures: int
    """How many figures were derived again."""
    items: int
    """How many items the tally was added up from."""
    with_facts: bool
    """Whether every item was observed again from the facts, or only the statement's own numbers were used."""

    def __str__(self) -> str:
        """Say which of the two was done."""
        rows = f"{self.items} row{'s' if self.items != 1 else ''}"
        done = (
            f"verified {self.about}: {self.figures} figures derived again from the terms and the tally, {rows} added up"
        )
        if self.with_facts:
            return f"{done}, every item observed again from the facts"
        return f"{done}; the facts were not looked at"


def _replayed(statement: Statement) -> Iterator[str]:
    seen: set[str] = set()
    replayed: set[int] = set()
    named = [(f"clause {ref}", figure) for ref, figure in statement.figures.items()]
    named += [(f"line of clause {line.clause}", line.figure) for line in statement.lines]
    for where, figure in [*named, ("total", statement.total)]:
        for failure in replay(figure, replayed):
            text = str(failure)
            if text not in seen:
                seen.add(text)
                yield f"{where}: {text}"


def _failures(statement: Statement, facts: Facts | Observed | None) -> Iterator[str]:
    yield from statement.faults
    yield from _replayed(statement)
    yield from added_up(statement)
    try:
        planned = plan(contract_of(statement), statement.period)
        observed = Observed(statement.outcomes, statement.rejected, statement.unlisted, statement.origins)
        again = settle(planned, observed, statement.carried)
    except EcsmError as problem:
        yield f"terms: the statement cannot be settled again: {problem}"
        return
    yield from settled_again(statement, again)
    yield from content_again(statement, again)
    if facts is not None:
        yield from observed_again(statement, facts if isinstance(facts, Observed) else observe(planned, facts))


def _failures_or_why_not(statement: Statement, facts: Facts | Observed | None) -> list[str]:
    """Return the failures; a statement so broken that it cannot even be compared is one too."""
    found: list[str] = []
    try:
        found.extend(_failures(statement, facts))
    except (ArithmeticError, AttributeError, LookupError, RecursionError, TypeError, ValueError) as problem:
        found.append(f"the statement cannot be verified further: {shown(str(problem))}")
    return found


def _about(statement: Statement) -> str:
    total = statement.total.value.display
    return f"{statement.contract} {statement.period.label}, {statement.status}, total {total}"


def verify(statement: Statement, facts: Facts | Observed | None = None) -> Verification:
    """
    Verify that *statement* follows from its own terms, tally and carry.

    With *facts*, also that its tally follows from them.

    Every figure is derived again by its rule, the rows are added up again, and the terms are settled again.
    With facts, every ticket, outage and notice is observed again as well. What was done is in the result.

    It takes no longer with facts than `evaluate` from them, as settling again is cheap beside observing, and needs no
    more memory. Where facts do not fit into memory, give what any other driver has observed of them.

    Args:
        statement: The statement.

        facts: The facts, or what was observed of them under the contract and for the period of the statement.

    Raises:
        VerificationError: naming every figure, line, item, term or seal that is not what it should be.
    """
    expect(statement, Statement, "statement", "read it with read_statement(…)")
    if facts is not None and not isinstance(facts, Observed):
        expect(facts, Facts, "facts", "read them with read_facts(…)")
    failures = list(dict.fromkeys(_failures_or_why_not(statement, facts)))
    if failures:
        raise VerificationError(failures)
    figures = [*statement.figures.values(), *(line.figure for line in statement.lines), statement.total]
    _, nodes = encode_figures({str(position): figure for position, figure in enumerate(figures)})
    return Verification(_about(statement), len(nodes), len(statement.outcomes), facts is not None)
