"""Which service a clause is about: what a statement is grouped by."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ecsm_contracts.clauses import Charge, ServiceLevel
from ecsm_contracts.errors import EcsmError
from ecsm_contracts.measures import LevelsTogether
from ecsm_contracts.statements._terms import contract_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from ecsm_contracts.clauses import Clause
    from ecsm_contracts.contracts import Contract, Service
    from ecsm_contracts.statements._statement import Statement

__all__ = ["Services", "services_shown"]


class Services:
    """
    The services of one version of a contract, and which of them each clause is about.

    A level is about the service of its scope, or the one that all levels it looks at are about; a credit about that of
    all its levels; what takes amounts, about that of all of them; a charge about the one whose tickets or units it
    counts, unless it also has a fixed amount. Where a contract lists one service, all of it is about that one.
    """

    def __init__(self, contract: Contract) -> None:
        """Look at every clause once, each after those that it refers to."""
        self.listed: Mapping[str, Service] = {service.ref: service for service in contract.services}
        self._only = next(iter(self.listed)) if len(self.listed) == 1 else None
        self._of: dict[str, str | None] = {}
        for clause in contract.order:
            self._of[clause.ref] = self._only or self._about(clause)

    def of(self, clause: str) -> str | None:
        """Return the reference of the one service that *clause* is about; None for several, or none."""
        return self._of.get(clause)

    def of_all(self, clauses: Iterable[str]) -> str | None:
        """Return the one service that all of the *clauses* are about; None for several, or none."""
        found = {self.of(clause) for clause in clauses}
        return found.pop() if len(found) == 1 else None

    def _about(self, clause: Clause) -> str | None:
        if isinstance(clause, ServiceLevel):
            measure = clause.measure
            return self.of_all(measure.levels) if isinstance(measure, LevelsTogether) else clause.scope.service
        if isinstance(clause, Charge):
            return _charged(clause)
        if clause.yields == "earn_back":
            return self.of_all(getattr(clause, "of", ()))
        return self.of_all(clause.takes() or getattr(clause, "levels", ()))

    def outcome(self, service: str | None) -> str | None:
        """Return the business outcome of a service; None where the contract says none."""
        found = None if service is None else self.listed.get(service)
        return None if found is None else found.outcome

    def heading(self, service: str) -> str:
        """Return title and business outcome of a service; two of one title are told apart by their references."""
        found = self.listed[service]
        alike = sum(each.title == found.title for each in self.listed.values())
        title = f"{found.title} ({service})" if alike > 1 else found.title
        return f"{title}: {found.outcome}" if found.outcome else title


def _charged(clause: Charge) -> str | None:
    """Return the service whose tickets or units a charge counts; None where it has a fixed amount, too."""
    if clause.every is not None or clause.on is not None:
        return None
    scope = getattr(clause.per, "scope", clause.per)
    service: str | None = getattr(scope, "service", None)
    return service


def services_shown(statement: Statement) -> Services | None:
    """Return the services to group *statement* by; None for one service, or for terms that cannot be read."""
    try:
        contract = contract_of(statement)
        services = Services(contract.version_for(statement.period))
    except (EcsmError, ArithmeticError, AttributeError, LookupError, RecursionError, TypeError, ValueError):
        return None  # whatever its terms, a statement can be shown; `verify` says what is wrong with them
    return services if len(services.listed) > 1 else None
