"""The statement of one contract for one period."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from ecsm_contracts.errors import UnknownReference, did_you_mean, shown
from ecsm_contracts.statements._shortfalls import Shortfall, levels_behind, shortfalls
from ecsm_contracts.statements._show import statement_html, statement_markdown, statement_rich, statement_text
from ecsm_contracts.statements._why_item import ItemExplanation, why_item

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from rich.console import Console, ConsoleOptions

    from ecsm_contracts.calendars import Period
    from ecsm_contracts.clauses import Carry
    from ecsm_contracts.facts import Origin, Rejected
    from ecsm_contracts.figures import Figure
    from ecsm_contracts.measures import Outcomes, Tally
    from ecsm_contracts.money import Money
    from ecsm_contracts.statements._parts import Assessment, Line, Seals, TriggerState, Unlisted

__all__ = ["Statement"]


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Statement:
    """
    What a contract owes for a period, and why.

    ``statement["4.6"]`` is the figure behind clause 4.6. Two statements are equal when their content is: what
    made them does not count. In a terminal and in a notebook a statement shows itself as a table.
    """

    contract: str
    """The contract's reference."""
    title: str
    """The contract's title."""
    period: Period
    """The period that is settled, in local dates of the contract's zone; its end is exclusive."""
    terms: str
    """The terms in force, expanded, as canonical JSON."""
    assessments: tuple[Assessment, ...]
    """Every promise, met or missed, in the order of the clauses."""
    lines: tuple[Line, ...]
    """What is owed, in the order of the clauses."""
    total: Figure[Money]
    """The sum of the lines."""
    figures: Mapping[str, Figure[Any]]
    """The figure of every clause, by its reference."""
    tally: Tally
    """What was counted."""
    outcomes: Outcomes
    """A row for every item; the tally is their sum."""
    rejected: tuple[Rejected, ...]
    """Records that entered no figure."""
    unlisted: tuple[Unlisted, ...]
    """Items of services that the contract does not list: no promise about a service counts them."""
    carried: Carry | None
    """What the period before handed on; None where the term starts."""
    carry: Carry
    """What this period hands to the next."""
    seals: Seals
    """What went in, and what made it."""
    origins: tuple[Origin, ...] = ()
    """Where the facts come from: what their reading assumed, and what is not recorded there."""
    triggers: tuple[TriggerState, ...] = ()
    """Every right or duty that the contract ties to what happens, whether it follows or not; none in most contracts."""
    faults: tuple[str, ...] = field(default=(), repr=False)
    """
    What reading it from a file found to be inconsistent; `verify` reports it. Empty for a statement that was
    computed.
    """

    @property
    def status(self) -> Literal["final", "provisional"]:
        """``provisional`` while a rejected record might still change a figure, else ``final``."""
        return "provisional" if self.rejected else "final"

    def __getitem__(self, clause: str) -> Figure[Any]:
        """
        Return the figure behind *clause*.

        Raises:
            UnknownReference: when the contract has no such clause.
        """
        try:
            return self.figures[clause]
        except KeyError:
            hint = did_you_mean(clause, self.figures) or f"; there are {', '.join(self.figures)}"
            raise UnknownReference(f"no figure for clause {shown(clause)}{hint}") from None

    def shortfalls(self, clause: str | None = None) -> tuple[Shortfall, ...]:
        """
        Return the items that fell short: the late tickets and the outages behind a missed promise.

        Args:
            clause: The clause of a promise, or any clause whose figure rests on promises; all promises by default.

        Raises:
            UnknownReference: when the contract has no such clause.
        """
        levels = [each.clause for each in self.assessments] if clause is None else levels_behind(self, self[clause])
        return tuple(found for level in levels for found in shortfalls(self, level))

    def sources(self) -> tuple[str, ...]:
        """Return everything that the statement's figures cite, sorted, each once: clauses, calendars, columns."""
        figures = [*self.figures.values(), *(line.figure for line in self.lines), self.total]
        return tuple(sorted({cite for figure in figures for cite in figure.sources()}))

    def why(self, item: str, *, kind: str | None = None) -> ItemExplanation:
        """
        Return what one item came to: its numbers by promise, how it fell short, which clauses and lines rest on it.

        It is told from the statement alone. How a clock came to its time `explain_ticket` tells, from the facts.

        Args:
            item: The identity of a ticket, an outage, a survey and so on.

            kind: ``ticket``, ``outage``, …; needed only where items of several kinds have this identity.

        Raises:
            UnknownReference: when the statement has no such item, or it was rejected.
            InvalidValue: when *kind* is needed, or there is no such kind.
        """
        return why_item(self, item, kind)

    def to_data(self) -> dict[str, Any]:
        """Return the statement as plain data, the form of its file."""
        from ecsm_contracts.statements._codec import statement_to_data  # noqa: PLC0415 - the codec builds statements

        return statement_to_data(self)

    def to_json(self) -> str:
        """Return the statement as canonical JSON: one line, the same bytes for the same content and maker."""
        from ecsm_contracts.statements._codec import statement_in_parts  # noqa: PLC0415 - the codec builds statements

        return "".join(statement_in_parts(self)) + "\n"

    def digest(self) -> str:
        """Return the digest of the content; what made the statement is not part of it."""
        from ecsm_contracts.statements._codec import content_digest  # noqa: PLC0415 - the codec builds statements

        return content_digest(self)

    def __eq__(self, other: object) -> bool:
        """Compare content."""
        return isinstance(other, Statement) and self.digest() == other.digest()

    def __hash__(self) -> int:
        """Hash by content."""
        return hash(self.digest())

    def __repr__(self) -> str:
        """Return one line; `str` gives the table."""
        total = self.total.value.display
        return f"<Statement {self.contract} {self.period.label}: {self.status}, total {total}>"

    def __str__(self) -> str:
        """Return the statement as a plain text table."""
        return statement_text(self)

    def _repr_html_(self) -> str:
        """Return the statement for a notebook."""
        return statement_html(self)

    def _repr_markdown_(self) -> str:
        """Return the statement as Markdown, for a notebook or a page that shows no HTML."""
        return statement_markdown(self)

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> Iterator[Any]:
        """Yield what `rich.print` draws: the tables of `str`, folded to the width of the terminal."""
        return statement_rich(self, options.max_width)
