"""What was issued: runs, their documents, and what the documents of each period add up to."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING, Any, NamedTuple

from ecsm_contracts._display import Column, Table
from ecsm_contracts._model import canonical_json, digest
from ecsm_contracts.accounts._parts import Issued, IssuedLine, Run
from ecsm_contracts.calendars import Period
from ecsm_contracts.calendars._instant import END_YEAR, FIRST_YEAR
from ecsm_contracts.engine import verify
from ecsm_contracts.errors import CarryError, InvalidValue, WrongType, expect, shown
from ecsm_contracts.money import Money
from ecsm_contracts.statements import Restatement, Statement, restatement_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ecsm_contracts.clauses import Carry
    from ecsm_contracts.statements import LineKind

__all__ = ["SCHEMA", "Issue", "Register", "check_day", "first_seal", "run_data", "sealed"]

SCHEMA = "ecsm.register/1"
LONGEST_RUN = 200
"""How long the identity of a run may be."""


class Issue(NamedTuple):
    """What one run gives: the register with the run in it, and the documents to send."""

    register: Register
    documents: tuple[Statement | Restatement, ...]
    """Statements of periods that were not issued before, and restatements; none where nothing has changed."""


def _carry_digest(carry: Carry | None) -> str | None:
    return None if carry is None else digest(carry.to_data())


def _issued(statement: Statement, document: Statement | Restatement) -> Issued:
    """Return *document*, after which *statement* is in force, as the register keeps it."""
    lines = [IssuedLine(line.clause, line.kind, line.text, line.amount) for line in document.lines]
    return Issued(
        "statement" if isinstance(document, Statement) else "restatement",
        statement.period.label,
        document.digest(),
        statement.digest(),
        _carry_digest(statement.carried),
        str(_carry_digest(statement.carry)),
        statement.status,
        tuple(lines),
        document.total.value,
    )


def run_data(run: Run) -> dict[str, Any]:
    """Return what the seal of *run* covers, as plain data."""
    return {
        "run": run.run,
        "on": run.on.isoformat(),
        "content": run.content,
        "documents": [document.to_data() for document in run.documents],
        "locked": None if run.locked is None else run.locked.isoformat(),
    }


def first_seal(contract: str) -> str:
    """Return what the first entry of a register's seals begins with."""
    return digest(contract)


def sealed(run: Run, before: str) -> Run:
    """Return *run* with its seal, which covers the seal of the entry *before*."""
    return replace(run, seal=digest([before, run_data(run)]))


def _check_run(run: str) -> None:
    expect(run, str, "run", 'give each run an identity of its own: "2026-04-01 first billing"')
    if not run.strip() or len(run) > LONGEST_RUN or not run.isprintable():
        message = f"{shown(run)} is not the identity of a run; write 1 to {LONGEST_RUN} characters that can be seen"
        raise InvalidValue(message, rule="run_name", value=run)


def _taken(statements: Iterable[Statement], contract: str) -> tuple[Statement, ...]:
    """Return *statements*, which must follow each other, each with the carry of the one before, under one contract."""
    if isinstance(statements, Statement) or not isinstance(statements, Iterable):
        raise WrongType("statements are a list of them: write [statement]")
    taken = tuple(statements)
    for position, statement in enumerate(taken):
        expect(statement, Statement, f"statements[{position}]", "evaluate it, or read it with read_statement(…)")
        if statement.contract != contract:
            message = f"the register is of {contract}, and a statement of {statement.contract}; each has a register"
            raise InvalidValue(message, rule="register_contract", value=statement.contract)
    for before, after in pairwise(taken):
        label, earlier = after.period.label, before.period.label
        if after.period.start != before.period.end:
            message = f"{label} does not follow {earlier}: give every period once, in order and without a gap"
            raise InvalidValue(message, rule="run_gap", value=label)
        if after.carried != before.carry:
            message = f"{label} does not begin with the carry of {earlier}: evaluate it again with that carry"
            raise CarryError(message)
    return taken


@dataclass(frozen=True, slots=True, repr=False)
class Register:
    """
    All that was issued under one contract, run by run. It is a value: `issue` and `lock` return another one.

    It holds digests and amounts, not the statements themselves: keep those in an archive. Whether it was changed by
    hand its seals tell; each covers the one before it.

    Example:
        >>> import ecsm_contracts as ec
        >>> contract = ec.read_contract("examples/acme.yaml")
        >>> january = ec.evaluate(contract, ec.facts_from_records(), period="2026-01")
        >>> register, documents = ec.Register("ACME-2026").issue([january], run="r1", on=date(2026, 2, 2))
        >>> [repr(document) for document in documents]
        ['<Statement ACME-2026 2026-01: final, total EUR 20,000.00>']
        >>> again = register.issue([january], run="r2", on=date(2026, 2, 3))
        >>> again.documents
        ()
    """

    contract: str
    """The contract's reference."""
    runs: tuple[Run, ...] = ()
    """The runs, in the order in which they were made."""

    @property
    def documents(self) -> tuple[tuple[Run, Issued], ...]:
        """All that was issued, with the run that issued it, in order."""
        return tuple((run, document) for run in self.runs for document in run.documents)

    @property
    def locked(self) -> date | None:
        """Periods whose last day is this one or earlier are closed; None while there is no lock."""
        return max((run.locked for run in self.runs if run.locked is not None), default=None)

    def in_force(self) -> Mapping[str, Issued]:
        """Return for each period that was issued the last document of it, by its label and in order."""
        found = {document.period: document for _, document in self.documents}
        return {label: found[label] for label in sorted(found, key=lambda label: Period.parse(label).start)}

    def totals(self) -> Mapping[tuple[str, str, LineKind], Money]:
        """
        Return what all documents add up to, by period, clause and kind of line: the lines of the statements in force.

        Those that add up to zero are left out.
        """
        sums: dict[tuple[str, str, LineKind], Money] = {}
        for _, document in self.documents:
            for line in document.lines:
                key = (document.period, line.clause, line.kind)
                sums[key] = sums[key] + line.amount if key in sums else line.amount
        return {key: amount for key, amount in sums.items() if not amount.is_zero}

    def issue(
        self,
        statements: Iterable[Statement],
        *,
        run: str,
        on: date,
        archive: Iterable[Statement] = (),
        allow_provisional: bool = False,
    ) -> Issue:
        """
        Return the register after a run that makes *statements* those in force, and the documents it issues.

        A period that was not issued is issued; one whose content is another is restated; for the rest nothing is
        issued, whatever release made them. So a pipeline may run again as often as it likes.

        Args:
            statements: Statements of periods that follow each other.

            run: The identity of the run. The same one with the same statements and day changes nothing.

            on: The day on which the documents are issued, in the contract's zone.

            archive: The statements that are in force for the periods that are restated; others are not looked at.

            allow_provisional: Whether statements may be issued while rejected records might still change them.

        Raises:
            InvalidValue: "run_conflict" when the run was made with another content; "run_order" for a day before the
                last run; "run_provisional"; "run_gap" when a period before was never issued; "run_incomplete" when
                another period must be issued with these; "run_archive" when the statement in force is not at hand;
                "period_locked" for a change of a closed period.
            CarryError: when a statement does not begin with what the one before hands on.
            VerificationError: when a statement is not what it says.
        """
        _check_run(run)
        check_day(on)
        taken = _taken(statements, self.contract)
        content = digest([on.isoformat(), [statement.digest() for statement in taken]])
        known = next((each for each in self.runs if each.run == run), None)
        if known is not None:
            if known.content == content:
                return Issue(self, ())
            message = (
                f"the run {shown(run)} was made on {known.on} with another content; give this one another identity"
            )
            raise InvalidValue(message, rule="run_conflict", value=run)
        self._check_order(on)
        _check_final(taken, allow_provisional=allow_provisional)
        self._check_currency(taken)
        changed = self._changed(taken)
        self._check_complete(taken)
        documents = self._documents(changed, archive)
        entry = Run(run, on, content, tuple(_issued(*pair) for pair in documents), None, "")
        return Issue(self._with(entry), tuple(document for _, document in documents))

    def lock(self, day: date, *, run: str, on: date) -> Register:
        """
        Return the register with all periods closed whose last day is *day* or earlier: they are not restated any more.

        A lock of 31 January closes January; so does one of 1 February.

        Raises:
            InvalidValue: "run_conflict" when the run was made with another content, "run_order" for a day *on* before
                the last run, "lock_back" when the lock would move back.
        """
        _check_run(run)
        check_day(on)
        check_day(day)
        content = digest([on.isoformat(), "lock", day.isoformat()])
        known = next((each for each in self.runs if each.run == run), None)
        if known is not None and known.content == content:
            return self
        if known is not None:
            raise InvalidValue(f"the run {shown(run)} was made with another content", rule="run_conflict", value=run)
        self._check_order(on)
        if self.locked is not None and day < self.locked:
            message = f"periods up to {self.locked} are closed already; a lock is moved forward only"
            raise InvalidValue(message, rule="lock_back", value=day)
        return self._with(Run(run, on, content, (), day, ""))

    def _with(self, run: Run) -> Register:
        before = self.runs[-1].seal if self.runs else first_seal(self.contract)
        return replace(self, runs=(*self.runs, sealed(run, before)))

    def _check_currency(self, taken: Sequence[Statement]) -> None:
        """Check that all amounts of a register are of one currency: an amendment does not change it."""
        first = next((document.total.currency for _, document in self.documents), None)
        for statement in taken:
            found = statement.total.value.currency
            if found != (first or taken[0].total.value.currency):
                message = (
                    f"{statement.period.label} is in {found}, and what was issued before is not: another contract?"
                )
                raise InvalidValue(message, rule="register_contract", value=found)

    def _check_order(self, on: date) -> None:
        if self.runs and on < self.runs[-1].on:
            message = f"{on} lies before the last run, {shown(self.runs[-1].run)} of {self.runs[-1].on}"
            raise InvalidValue(message, rule="run_order", value=on)

    def _changed(self, taken: Sequence[Statement]) -> tuple[Statement, ...]:
        """Return those of which something else, or nothing, was issued; closed ones are refused."""
        force = self.in_force()
        last = max((Period.parse(label).end for label in force), default=None)
        for statement in taken:
            if statement.period.label not in force and last is not None and statement.period.start < last:
                message = f"{statement.period.label} was not issued, and a later period was: it cannot be issued now"
                raise InvalidValue(message, rule="run_gap", value=statement.period.label)
        new = [statement for statement in taken if statement.period.label not in force]
        if new and last is not None and new[0].period.start != last:
            message = f"{new[0].period.label} does not follow the last period that was issued, which ends on {last}"
            raise InvalidValue(message, rule="run_gap", value=new[0].period.label)
        changed = tuple(
            each
            for each in taken
            if each.period.label not in force or force[each.period.label].statement != each.digest()
        )
        for statement in changed:
            if self.locked is not None and statement.period.end - timedelta(days=1) <= self.locked:
                message = (
                    f"{statement.period.label} is closed (periods up to {self.locked} are), and its statement "
                    "is another one now: begin after the closed periods, with the carry of the one that was issued last"
                )
                raise InvalidValue(message, rule="period_locked", value=statement.period.label)
        return changed

    def _check_complete(self, taken: Sequence[Statement]) -> None:
        """Check that the periods before and after fit what is in force then."""
        if not taken:
            return
        force = [(Period.parse(label), issued) for label, issued in self.in_force().items()]
        first, last = taken[0], taken[-1]
        before = next((issued for period, issued in force if period.end == first.period.start), None)
        after = next((issued for period, issued in force if period.start == last.period.end), None)
        if before is not None and before.carries != _carry_digest(first.carried):
            message = f"{first.period.label} begins with another carry than {before.period} hands on; give that one too"
            raise InvalidValue(message, rule="run_incomplete", value=before.period)
        if after is not None and after.begins != _carry_digest(last.carry):
            message = f"{last.period.label} hands on another carry than {after.period} begins with; give that one too"
            raise InvalidValue(message, rule="run_incomplete", value=after.period)

    def _documents(
        self, changed: Sequence[Statement], archive: Iterable[Statement]
    ) -> list[tuple[Statement, Statement | Restatement]]:
        """Return each of the statements that are new or *changed* with the document that is issued for it."""
        force = self.in_force()
        wanted = {statement.period.label for statement in changed}
        kept = {statement.digest(): statement for statement in archive if statement.period.label in wanted}
        documents: list[tuple[Statement, Statement | Restatement]] = []
        for statement in changed:
            issued = force.get(statement.period.label)
            if issued is None:
                verify(statement)
                documents.append((statement, statement))
                continue
            before = kept.get(issued.statement)
            if before is None:
                message = f"{issued.period} is restated: give the statement in force, {issued.statement}, in archive=…"
                raise InvalidValue(message, rule="run_archive", value=issued.period)
            documents.extend((statement, each) for each in _restated(before, statement))
        return documents

    def to_data(self) -> dict[str, Any]:
        """Return the register as plain data, the form of its file."""
        return {
            "schema": SCHEMA,
            "contract": self.contract,
            "runs": [{**run_data(run), "seal": run.seal} for run in self.runs],
        }

    def to_json(self) -> str:
        """Return the register as canonical JSON, one line."""
        return canonical_json(self.to_data()) + "\n"

    def __repr__(self) -> str:
        """Return one line; `str` gives the table."""
        return f"<Register {self.contract}: {len(self.runs)} runs, {len(self.documents)} documents>"

    def _table(self) -> Table:
        rows = [
            (run.on.isoformat(), run.run, issued.period, issued.kind, issued.total.display)
            for run, issued in self.documents
        ]
        columns = (Column("on"), Column("run"), Column("period"), Column("document"), Column("amount", "right"))
        note = "" if self.locked is None else f"Periods whose last day is {self.locked} or earlier are closed."
        return Table(title=f"Issued under {self.contract}", columns=columns, rows=tuple(rows), note=note)

    def __str__(self) -> str:
        """Return the documents as a plain text table."""
        return self._table().text()

    def _repr_html_(self) -> str:
        """Return the documents for a notebook."""
        return self._table().html()


def check_day(day: date) -> None:
    """Refuse what is not a day, or lies outside the years that are reckoned with."""
    expect(day, date, "on", "write date(2026, 4, 1)")
    if hasattr(day, "hour"):
        raise InvalidValue(f"{day} is an instant; write the date of the day", rule="run_day", value=day)
    if not FIRST_YEAR <= day.year < END_YEAR:
        message = f"{day} lies outside {FIRST_YEAR}-01-01 .. {END_YEAR}-01-01 (the end not included)"
        raise InvalidValue(message, rule="run_day", value=day)


def _check_final(taken: Iterable[Statement], *, allow_provisional: bool) -> None:
    for statement in taken:
        if statement.status == "provisional" and not allow_provisional:
            count = len(statement.rejected)
            message = (
                f"{statement.period.label} is provisional: {count} rejected record{'s' if count > 1 else ''} might "
                "still change it; correct the records, or say allow_provisional=True"
            )
            raise InvalidValue(message, rule="run_provisional", value=statement.period.label)


def _restated(before: Statement, after: Statement) -> Iterator[Restatement]:
    """Yield the document that takes one period from *before* to *after*; carries are checked by the register."""
    verify(before)
    verify(after)
    found = restatement_of(before, after)
    if found is not None:
        yield found
