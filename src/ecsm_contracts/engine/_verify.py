"""Verify: is a statement what it says? Without facts from its own leaves; with facts from every ticket again."""

from __future__ import annotations

import json
from dataclasses import dataclass
from itertools import zip_longest
from typing import TYPE_CHECKING, Any

from ecsm_contracts.contracts import Document, contract_from_document
from ecsm_contracts.engine._observe import Observed, observe
from ecsm_contracts.engine._plan import plan
from ecsm_contracts.engine._settle import settle
from ecsm_contracts.errors import EcsmError, VerificationError
from ecsm_contracts.figures import replay, show_value

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ecsm_contracts.facts import Facts
    from ecsm_contracts.figures import Figure
    from ecsm_contracts.statements import Statement

__all__ = ["Verification", "verify"]


@dataclass(frozen=True, slots=True)
class Verification:
    """What was verified; it exists only when nothing failed."""

    figures: int
    """How many figures were derived again."""
    items: int
    """How many items the tally was added up from."""
    with_facts: bool
    """Whether every item was observed again from the facts, or only the statement's own numbers were used."""

    def __str__(self) -> str:
        """Say which of the two was done."""
        done = (
            f"{self.figures} figures derived again from the terms and the tally, {self.items} rows added up"
        )
        return f"verified: {done}" + (
            ", every item observed again from the facts"
            if self.with_facts
            else "; the facts were not looked at"
        )


def _replayed(statement: Statement) -> Iterator[str]:
    seen: set[str] = set()
    named = [(f"clause {ref}", figure) for ref, figure in statement.figures.items()]
    named += [(f"line of clause {line.clause}", line.figure) for line in statement.lines]
    for where, figure in [*named, ("total", statement.total)]:
        for failure in replay(figure):
            text = str(failure)
            if text not in seen:
                seen.add(text)
                yield f"{where}: {text}"


def _difference(stated: Figure[Any], again: Figure[Any]) -> str:
    """Return where two figures first differ, from the leaves up."""
    for first, second in zip_longest(stated.walk(), again.walk()):
        if (
            first is None
            or second is None
            or (first.name, first.rule, first.cites) != (second.name, second.rule, second.cites)
        ):
            return f"{(first or second).name}: it is derived in another way"
        if first.value != second.value or type(first.value) is not type(second.value):
            return f"{first.name}: it says {show_value(first.value)}, settling again gives {show_value(second.value)}"
    return ""


def _settled_again(statement: Statement, again: Statement) -> Iterator[str]:
    for ref in {**statement.figures, **again.figures}:
        if ref not in statement.figures or ref not in again.figures:
            yield f"clause {ref}: only one of the statement and its terms has it"
        elif difference := _difference(statement.figures[ref], again.figures[ref]):
            yield f"clause {ref}: {difference}"
    for position, (line, other) in enumerate(zip_longest(statement.lines, again.lines), 1):
        if line is None or other is None or line[:3] != other[:3]:
            yield f"line {position}: settling again gives another line"
        elif difference := _difference(line.figure, other.figure):
            yield f"line {position} (clause {line.clause}): {difference}"
    if difference := _difference(statement.total, again.total):
        yield f"total: {difference}"
    for assessment, second in zip_longest(statement.assessments, again.assessments):
        if assessment is None or second is None or assessment.to_data() != second.to_data():
            yield f"assessment of clause {(assessment or second).clause}: settling again gives another one"
    if statement.carry != again.carry:
        yield "carry: settling again gives another one"


def _content(statement: Statement, again: Statement) -> Iterator[str]:
    stated, found = statement.seals.content(), again.seals.content()
    for part, value in stated.items():
        if value == found[part]:
            continue
        if isinstance(value, dict):
            names = sorted(
                name for name in {**value, **found[part]} if value.get(name) != found[part].get(name)
            )
            yield f"{part}: {', '.join(f'{name} was {value.get(name)}, here it is {found[part].get(name)}' for name in names)}"
        else:
            yield f"{part}: the statement was made from another one"


def _observed_again(statement: Statement, observed: Observed) -> Iterator[str]:
    stated = {(row.kind, row.ref): row for row in statement.outcomes}
    found = {(row.kind, row.ref): row for row in observed.outcomes}
    for kind, ref in sorted({**stated, **found}):
        row, again = stated.get((kind, ref)), found.get((kind, ref))
        if row is None:
            yield f"{kind} {ref}: it is in the facts, and not in the statement"
        elif again is None:
            yield f"{kind} {ref}: it is in the statement, and not in the facts"
        elif row.digest != again.digest:
            yield f"{kind} {ref}: it was changed since the statement was made"
        elif row.numbers != again.numbers:
            yield f"{kind} {ref}: observing it again gives other numbers"
    before = {tuple(record.to_data().values()) for record in statement.rejected}
    now = {tuple(record.to_data().values()) for record in observed.rejected}
    for kind, ref, *_ in sorted(before ^ now):
        yield f"{kind} {ref or '(no ref)'}: it was rejected {'when the statement was made, and is not now' if (kind, ref) in {each[:2] for each in before} else 'now, and not when the statement was made'}"


def _failures(statement: Statement, facts: Facts | None) -> Iterator[str]:
    yield from statement.faults
    yield from _replayed(statement)
    if statement.outcomes.tally() != statement.tally:
        sums = zip(
            statement.tally.columns, statement.tally.sums, statement.outcomes.tally().sums, strict=True
        )
        for column, stated, added in sums:
            if stated != added:
                yield f"tally {column}: it says {stated}, its rows add up to {added}"
    try:
        contract = contract_from_document(Document.of(json.loads(statement.terms), "terms"))
        planned = plan(contract, statement.period)
        again = settle(planned, Observed(statement.outcomes, statement.rejected), statement.carried)
    except EcsmError as problem:
        yield f"terms: the statement cannot be settled again: {problem}"
        return
    yield from _settled_again(statement, again)
    yield from _content(statement, again)
    if facts is not None:
        yield from _observed_again(statement, observe(planned, facts))


def verify(statement: Statement, facts: Facts | None = None) -> Verification:
    """
    Verify that *statement* follows from its own terms, tally and carry; with *facts*, also that its tally follows from them.

    Every figure is derived again by its rule, the rows are added up again, and the terms are settled again. With facts, every
    ticket, outage and notice is observed again as well. What was done is in the result.

    Raises:
        VerificationError: naming every figure, line, item, term or seal that is not what it should be.
    """
    failures = list(dict.fromkeys(_failures(statement, facts)))
    if failures:
        raise VerificationError(failures)
    figures = [*statement.figures.values(), *(line.figure for line in statement.lines), statement.total]
    count = len({id(part) for figure in figures for part in figure.walk()})
    return Verification(count, len(statement.outcomes), facts is not None)
