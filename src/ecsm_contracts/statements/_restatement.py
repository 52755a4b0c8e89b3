"""The document that takes a ledger from a statement that was issued to the corrected one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ecsm_contracts._model import canonical_json, digest
from ecsm_contracts.errors import InvalidValue, VerificationError
from ecsm_contracts.figures import Figure, derive, encode_figures, given
from ecsm_contracts.money import Money
from ecsm_contracts.statements._changes import causes, changed_items, differences, reassessments, trigger_changes
from ecsm_contracts.statements._identity import check_identity
from ecsm_contracts.statements._show_restatement import restatement_html, restatement_text

if TYPE_CHECKING:
    from ecsm_contracts.calendars import Period
    from ecsm_contracts.statements._changes import Cause, ChangedItem, Difference, Reassessment, TriggerChange
    from ecsm_contracts.statements._statement import Statement

__all__ = ["SCHEMA", "Restatement", "restatement_of"]

SCHEMA = "ecsm.restatement/1"
_TOTAL = "total"


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Restatement:
    """
    What is owed beyond a statement that was issued, and why.

    It has no number: its identity is its content, so a correction that is worked out twice gives the same
    document. Its sign is that of lines: positive is owed to the provider, negative is given back to the customer.
    """

    contract: str
    """The contract's reference."""
    title: str
    """The contract's title."""
    period: Period
    """The period that is restated, in local dates of the contract's zone; its end is exclusive."""
    replaces: str
    """The digest of the issued statement."""
    by: str
    """The digest of the corrected statement."""
    status_before: str
    """Whether the issued statement was ``final`` or ``provisional``."""
    status_after: str
    """The same of the corrected one."""
    causes: tuple[Cause, ...]
    """
    Which parts of what went in differ, at least one.

    ``items``, ``rejected`` records, ``origins``, what was ``carried``, ``calendars``, ``zones``, else ``rules``.
    """
    items: tuple[ChangedItem, ...]
    """The items whose row was added, removed or changed, by kind and identity."""
    assessments: tuple[Reassessment, ...]
    """The promises whose outcome, severity or number differs, in the order of the clauses."""
    lines: tuple[Difference, ...]
    """The lines whose amount differs, in the order of the clauses."""
    total: Figure[Money]
    """The sum of the lines: `total_after` less `total_before`."""
    total_before: Money
    """The total of the issued statement."""
    total_after: Money
    """The total of the corrected statement."""
    carry_changed: bool
    """Whether the next period begins with something else, so that it has to be restated as well."""
    triggers: tuple[TriggerChange, ...] = ()
    """The rights and duties that follow from one of the statements only, in the order of the clauses; mostly none."""

    def to_data(self) -> dict[str, Any]:
        """Return the restatement as plain data, its proofs included; triggers only where there are any."""
        roots, nodes = encode_figures(self._figures())
        triggers = [{"before": each.before.to_data(), "after": each.after.to_data()} for each in self.triggers]
        data: dict[str, Any] = {
            "schema": SCHEMA,
            "contract": self.contract,
            "title": self.title,
            "period": self.period.label,
            "replaces": self.replaces,
            "by": self.by,
            "status": {"before": self.status_before, "after": self.status_after},
            "causes": list(self.causes),
            "items": [list(item) for item in self.items],
            "assessments": [
                {"before": each.before.to_data(), "after": each.after.to_data()} for each in self.assessments
            ],
            "lines": [
                {
                    "clause": line.clause,
                    "kind": line.kind,
                    "text": line.text,
                    "before": str(line.before),
                    "after": str(line.after),
                    "amount": str(line.amount),
                }
                for line in self.lines
            ],
            "total": {
                "before": str(self.total_before),
                "after": str(self.total_after),
                "amount": str(self.total.value),
            },
            "carry_changed": self.carry_changed,
            "figures": roots,
            "nodes": nodes,
        }
        return data | ({"triggers": triggers} if triggers else {})

    def _figures(self) -> dict[str, Figure[Any]]:
        return {f"line {position}": line.figure for position, line in enumerate(self.lines, 1)} | {_TOTAL: self.total}

    def to_json(self) -> str:
        """Return the restatement as canonical JSON: one line, the same bytes for the same content."""
        return canonical_json(self.to_data()) + "\n"

    def digest(self) -> str:
        """Return the digest of the content: what identifies the document."""
        return digest(self.to_data())

    def __eq__(self, other: object) -> bool:
        """Compare content."""
        return isinstance(other, Restatement) and self.digest() == other.digest()

    def __hash__(self) -> int:
        """Hash by content."""
        return hash(self.digest())

    def __repr__(self) -> str:
        """Return one line; `str` gives the tables."""
        return f"<Restatement {self.contract} {self.period.label}: {self.status_after}, {self.total.value.display}>"

    def __str__(self) -> str:
        """Return the restatement as plain text tables."""
        return restatement_text(self)

    def _repr_html_(self) -> str:
        """Return the restatement for a notebook."""
        return restatement_html(self)


def _check_pair(issued: Statement, corrected: Statement) -> None:
    if issued.contract != corrected.contract:
        message = f"the issued statement is of {issued.contract}, and the corrected one of {corrected.contract}"
        raise InvalidValue(f"{message}: restate each contract by itself", rule="restatement_contract")
    label = corrected.period.label
    if issued.period != corrected.period:
        message = f"the issued statement is of {issued.period.label}, and the corrected one of {label}"
        raise InvalidValue(f"{message}: pair statements of the same period", rule="restatement_periods")
    if issued.terms != corrected.terms:
        raise InvalidValue(
            f"{label}: the terms of the issued and the corrected statement differ, and an amendment is no correction: "
            "evaluate the corrected facts under the terms that the issued statement holds",
            rule="restatement_terms",
        )
    faults = [f"{label}: {fault}" for each in (issued, corrected) for fault in each.faults]
    if [each.clause for each in issued.assessments] != [each.clause for each in corrected.assessments]:
        faults.append(f"{label}: the statements assess different promises under the same terms")
    if [each.clause for each in issued.triggers] != [each.clause for each in corrected.triggers]:
        faults.append(f"{label}: the statements tell of different rights and duties under the same terms")
    if faults:
        raise VerificationError(faults)


def restatement_of(issued: Statement, corrected: Statement) -> Restatement | None:
    """
    Return the document that takes a ledger from *issued* to *corrected*; None where their content is the same.

    The two are statements of the same period under the same terms. `restate` takes a sequence of them, and also
    checks what one period hands to the next.

    Raises:
        InvalidValue: when they are of different contracts, periods or terms.
        VerificationError: when one of them is not what it says; `verify` tells more.
        EngineInvariantError: when a difference is not what leads from one to the other; nothing is issued then.
    """
    _check_pair(issued, corrected)
    replaces, by = issued.digest(), corrected.digest()
    if replaces == by:
        return None
    lines = tuple(differences(issued, corrected))
    none = given("no line differs", Money.zero(issued.total.value.currency))
    total: Figure[Money] = derive("total of the differences", "total/1", *([line.figure for line in lines] or [none]))
    owed = corrected.total.value - issued.total.value
    if total.value != owed:
        message = f"{issued.period.label}: the lines differ by {total.value}, and the totals by {owed}"
        raise VerificationError([message])
    check_identity(issued.lines, corrected.lines, lines, total.value)
    return Restatement(
        contract=issued.contract,
        title=issued.title,
        period=issued.period,
        replaces=replaces,
        by=by,
        status_before=issued.status,
        status_after=corrected.status,
        causes=causes(issued, corrected),
        items=tuple(changed_items(issued, corrected)),
        assessments=tuple(reassessments(issued, corrected)),
        lines=lines,
        total=total,
        total_before=issued.total.value,
        total_after=corrected.total.value,
        carry_changed=issued.carry != corrected.carry,
        triggers=tuple(trigger_changes(issued, corrected)),
    )
