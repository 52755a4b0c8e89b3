"""Restate: what takes a ledger from the statements that were issued to the corrected ones."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise, zip_longest

from ecsm_contracts.engine._verify import verify
from ecsm_contracts.errors import CarryError, InvalidValue, expect
from ecsm_contracts.statements import Restatement, Statement, restatement_of, same_memory

__all__ = ["restate"]


def _taken(statements: Sequence[Statement], name: str) -> tuple[Statement, ...]:
    expect(statements, Sequence, name, "write restate([march, april], [corrected_march, corrected_april])")
    for position, statement in enumerate(statements):
        expect(statement, Statement, f"{name}[{position}]", "evaluate it, or read it with read_statement(…)")
    return tuple(statements)


def _check_periods(issued: tuple[Statement, ...], corrected: tuple[Statement, ...]) -> None:
    """Check that both are of the same periods of one contract, each of which follows the one before."""
    for other in (*issued, *corrected):
        if other.contract != issued[0].contract:
            message = f"statements of {issued[0].contract} and of {other.contract}: restate each contract by itself"
            raise InvalidValue(message, rule="restatement_contract")
    for position, (before, after) in enumerate(zip_longest(issued, corrected), 1):
        if before is None or after is None or before.period != after.period:
            found = [each.period.label if each else "missing" for each in (before, after)]
            raise InvalidValue(
                f"statement {position} of the issued ones is {found[0]}, of the corrected ones {found[1]}: give both "
                "for the same periods in the same order; evaluate what is missing with the carry of the one before",
                rule="restatement_periods",
            )
    for first, second in pairwise(each.period for each in issued):
        if second.start != first.end:
            raise InvalidValue(
                f"{second.label} does not follow {first.label}: give every period once, in order and without a gap",
                rule="restatement_periods",
            )


def _check_carries(issued: tuple[Statement, ...], corrected: tuple[Statement, ...]) -> None:
    """Check that both sequences begin alike, and that each period begins with what the one before hands on."""
    if issued and issued[0].carried != corrected[0].carried:
        label = issued[0].period.label
        raise CarryError(
            f"the issued and the corrected {label} begin with different carries: begin both sequences with the first "
            f"period that was corrected, or evaluate {label} again with the carry that the issued one began with"
        )
    for before, after in pairwise(issued):
        if not same_memory(after.carried, before.carry):
            raise CarryError(
                f"the issued {after.period.label} does not begin with the carry of the issued {before.period.label}: "
                "give the statements as they were issued one after the other"
            )
    for before, after in pairwise(corrected):
        if after.carried != before.carry:
            label, earlier = after.period.label, before.period.label
            raise CarryError(
                f"the corrected {label} does not begin with the carry of the corrected {earlier}: "
                f"evaluate {label} again with the carry of the corrected {earlier}"
            )


def restate(issued: Sequence[Statement], corrected: Sequence[Statement]) -> tuple[Restatement, ...]:
    """
    Return the documents that take a ledger from the *issued* statements to the *corrected* ones.

    There is one for each period whose content differs, in the order of the periods, and none for the others: running
    again on the same facts issues nothing. What was issued stays as it is; issued amounts and differences add up to
    the corrected amounts, line by line. It takes sequences, because a correction in March moves what April begins
    with.

    Args:
        issued: Statements of one contract for periods that follow each other, each with the carry of the one before.

        corrected: As many, for the same periods under the same terms; they may be provisional.

    Raises:
        InvalidValue: when contracts, terms or periods do not match.
        CarryError: when a statement does not begin with what the one before hands on.
        VerificationError: when a statement is not what it says. Each is verified, without the facts.
        WrongType: for anything but sequences of statements.

    Example:
        >>> import ecsm_contracts as ec
        >>> contract = ec.read_contract("examples/acme.yaml")
        >>> outage = {"ref": "O-1", "service": "mail", "start": "2026-01-10T00:00:00Z", "end": "2026-01-10T05:00:00Z"}
        >>> issued = ec.evaluate(contract, ec.facts_from_records(outages=[outage]), period="2026-01")
        >>> corrected = ec.evaluate(contract, ec.facts_from_records(), period="2026-01")
        >>> restate([issued], [corrected])
        (<Restatement ACME-2026 2026-01: final, EUR 2,000.00>,)
        >>> restate([issued], [issued])
        ()
    """
    old, new = _taken(issued, "issued"), _taken(corrected, "corrected")
    _check_periods(old, new)
    documents = [restatement_of(before, after) for before, after in zip(old, new, strict=True)]
    _check_carries(old, new)
    for statement in (*old, *new):
        verify(statement)  # a document that money is booked by rests on nothing that does not follow from its terms
    return tuple(document for document in documents if document is not None)
