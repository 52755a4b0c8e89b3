"""The amounts of a statement by clause, service, promise, item or attribute: each time a partition of the total."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any, NamedTuple, get_args

from ecsm_contracts._display import Column, Table
from ecsm_contracts.economics._attributes import check_attributes, last_known, show_key
from ecsm_contracts.economics._behind_lines import BehindLines, Item, Part, Parts
from ecsm_contracts.errors import EcsmError, InvalidValue, UnknownReference, VerificationError, expect, shown
from ecsm_contracts.facts import Facts
from ecsm_contracts.money import Money, allocate
from ecsm_contracts.statements import LineKind, Statement
from ecsm_contracts.statements._terms import contract_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from rich.console import Console, ConsoleOptions

    from ecsm_contracts.contracts import Contract
    from ecsm_contracts.statements import Line

__all__ = ["Breakdown", "BreakdownRow", "breakdown"]

Key = tuple[str | None, ...]
_OF_STATEMENT = ("clause", "kind", "service", "outcome", "promise", "item")
_OF_ITEMS = (
    "priority",
    "impact",
    "urgency",
    "group",
    "type",
    "customer",
    "area",
    "cause",
    "subject",
    "channel",
    "user",
)
_KNOWN = (*_OF_STATEMENT, *_OF_ITEMS)
_ALLOCATED = (
    "Credits are allocated to the tickets and outages behind them, by their misses, their late or down time, or "
    "equally over those not in time; what a limit takes off goes by what it takes."
)


class BreakdownRow(NamedTuple):
    """What one row of a breakdown comes to."""

    key: Key
    """A text for each of what the breakdown is by; None for what nothing, or no single one, stands behind."""
    amount: Money
    """In whole minor units: positive is owed to the provider, negative is taken off."""
    lines: int
    """How many lines of the statement have a share in it, if only a share of nothing."""
    items: int
    """How many tickets and outages stand behind it."""

    def to_data(self) -> dict[str, Any]:
        """Return the row as plain data, the amount as a text."""
        return {"key": list(self.key), "amount": str(self.amount), "lines": self.lines, "items": self.items}


@dataclass(frozen=True, slots=True, repr=False)
class Breakdown:
    """
    The amounts of a statement, by one or several of its attributes.

    The rows add up to the total of the statement, to the minor unit, and so do the shares of each line to the line. In
    a terminal and in a notebook it shows itself as a table.
    """

    contract: str
    """The contract's reference."""
    period: str
    """The label of the period."""
    by: tuple[str, ...]
    """What the rows are by."""
    rows: tuple[BreakdownRow, ...]
    """
    In the order of the contract for clauses, promises, services and outcomes, else sorted by their texts; what is blank
    stands behind.
    """
    total: Money
    """The total of the statement."""
    lines: int
    """How many lines the statement has."""
    items: int
    """How many tickets and outages stand behind any of its lines."""

    def __repr__(self) -> str:
        """Return one line; `str` gives the table."""
        what = f"{self.contract} {self.period} by {', '.join(self.by)}"
        return f"<Breakdown {what}: {len(self.rows)} rows, total {self.total.display}>"

    def __str__(self) -> str:
        """Return the table as plain text."""
        return self._table().text()

    def _repr_html_(self) -> str:
        """Return the table for a notebook."""
        return self._table().html()

    def _repr_markdown_(self) -> str:
        """Return the table as Markdown."""
        return self._table().markdown()

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> Iterable[Any]:
        """Return what `rich.print` draws."""
        from ecsm_contracts._display._rich import rich_table  # noqa: PLC0415 - only rich asks for it

        return (rich_table(self._table(), options.max_width),)

    def to_data(self) -> dict[str, Any]:
        """Return the breakdown as plain data, as canonical JSON wants it."""
        return {
            "contract": self.contract,
            "period": self.period,
            "by": list(self.by),
            "rows": [row.to_data() for row in self.rows],
            "total": str(self.total),
            "lines": self.lines,
            "items": self.items,
        }

    def _table(self) -> Table:
        numbers = [Column(name, "right") for name in ("lines", "items", "amount")]
        cells = ((*show_key(row.key), str(row.lines), str(row.items), row.amount.display) for row in self.rows)
        footer = ("total", *[""] * (len(self.by) - 1), str(self.lines), str(self.items), self.total.display)
        title = f"{self.contract}, {self.period}: amounts by {', '.join(self.by)}"
        note = "" if {*self.by} <= {"clause", "kind"} else _ALLOCATED
        return Table(title, (*map(Column, self.by), *numbers), tuple(cells), (footer,), note)


class _Row:
    """What is added up for a row."""

    def __init__(self) -> None:
        self.minor = 0
        self.lines = 0
        self.items: set[Item] = set()


class _Keys:
    """Says in which row a part of a line is."""

    def __init__(
        self,
        contract: Contract,
        behind: BehindLines,
        by: tuple[str, ...],
        known: Mapping[Item, Mapping[str, str | None]],
    ) -> None:
        self.by = by
        self._behind = behind
        self._known = known
        clauses = [clause.ref for clause in contract.clauses]
        outcomes = [service.outcome for service in contract.services if service.outcome is not None]
        in_order: dict[str, Iterable[str]] = {"clause": clauses, "promise": clauses, "kind": get_args(LineKind)}
        in_order |= {"service": behind.services.listed, "outcome": outcomes}
        self._ranks = {name: {text: rank for rank, text in enumerate(texts)} for name, texts in in_order.items()}

    def items(self, line: Line, part: Part) -> dict[Key, list[Item]]:
        """Return the rows that share a *part* of a *line*, with the items of it that are theirs."""
        if not part.items:
            return {self.key(line, part, None): []}
        found: dict[Key, list[Item]] = {}
        for item in part.items:
            found.setdefault(self.key(line, part, item), []).append(item)
        return found

    def key(self, line: Line, part: Part, item: Item | None) -> Key:
        known = {} if item is None else self._known.get(item, {})
        service = known.get("service") or part.service
        found: dict[str, str | None] = {
            **known,
            "clause": line.clause,
            "kind": line.kind,
            "service": service,
            "outcome": self._behind.services.outcome(service),
            "promise": part.promise,
            "item": None if item is None else f"{item.kind} {item.ref}",
        }
        return tuple(found.get(name) for name in self.by)

    def order(self, key: Key) -> tuple[tuple[bool, int, str], ...]:
        return tuple(self._place(name, text) for name, text in zip(self.by, key, strict=True))

    def _place(self, name: str, text: str | None) -> tuple[bool, int, str]:
        ranks = self._ranks.get(name, {})
        return text is None, ranks.get(text or "", len(ranks)), text or ""


def _known_of(
    statement: Statement, contract: Contract, facts: Facts | None, items: set[Item], by: Iterable[str]
) -> Any:
    """
    Return what the facts say of each of *items* that is needed for a breakdown *by* these.

    Raises:
        UnknownReference: when one of them is not among the facts.
    """
    names = tuple(dict.fromkeys(["service", *(name for name in by if name in _OF_ITEMS)]))
    found: dict[Item, dict[str, str | None]] = {}
    if facts is None:
        return found
    end, matrix = statement.period.bounds(contract.zone)[1], contract.priorities
    for ticket in facts.tickets:
        if (item := Item("ticket", ticket.ref)) in items:
            found[item] = dict(zip(names, last_known(ticket, names, end, matrix), strict=True))
    for outage in facts.outages:
        if (item := Item("outage", outage.ref)) in items:
            found[item] = {name: getattr(outage, name, None) for name in names}
    if missing := sorted(items - found.keys()):
        kind, ref = missing[0]
        raise UnknownReference(
            f"{kind} {shown(ref)} of the statement {statement.contract} {statement.period.label} is not among the "
            "facts; give the facts that it was made from"
        )
    return found


def _rows(statement: Statement, parts: list[Parts], keys: _Keys) -> dict[Key, _Row]:
    """Return the rows, in their order; each line is split once, over the rows that have a share in it."""
    rows: dict[Key, _Row] = {}
    for line, parts_of_line in zip(statement.lines, parts, strict=True):
        of_line: dict[Key, Fraction] = {}
        for part in parts_of_line:
            items = keys.items(line, part)
            whole = sum(part.items.values()) or 1
            for key, found in items.items():
                row = rows.setdefault(key, _Row())
                row.items.update(found)
                weight = sum(part.items[item] for item in found) or 1
                of_line[key] = of_line.get(key, Fraction(0)) + part.amount * Fraction(weight, whole)
        ordered = sorted(of_line, key=keys.order)
        for key, share in zip(ordered, allocate(line.amount, [of_line[key] for key in ordered]), strict=True):
            rows[key].minor += share.minor
            rows[key].lines += 1
    return {key: rows[key] for key in sorted(rows, key=keys.order)}


def _or_say_so(statement: Statement, make: Callable[[], Breakdown]) -> Breakdown:
    """
    Return what *make* makes.

    Raises:
        VerificationError: when the statement is so broken that nothing can be made of it.
    """
    if statement.faults:
        raise VerificationError(list(statement.faults))
    try:
        return make()
    except EcsmError:
        raise
    except (
        ArithmeticError,
        AttributeError,
        LookupError,
        RecursionError,
        StopIteration,
        TypeError,
        ValueError,
    ) as problem:
        raise VerificationError([f"the statement cannot be broken down: {shown(str(problem))}"]) from None


def _made(statement: Statement, names: tuple[str, ...], facts: Facts | None) -> Breakdown:
    contract = contract_of(statement).version_for(statement.period)
    behind = BehindLines(contract, statement)
    parts = [behind.of_line(line) for line in statement.lines]
    items = {item for each in parts for part in each for item in part.items}
    known = _known_of(statement, contract, facts, items, names)
    found = _rows(statement, parts, _Keys(contract, behind, names, known))
    currency = statement.total.value.currency
    rows = tuple(
        BreakdownRow(key, Money.from_minor(row.minor, currency), row.lines, len(row.items))
        for key, row in found.items()
    )
    amounts = statement.total.value, len(statement.lines), len(items)
    return Breakdown(statement.contract, statement.period.label, names, rows, *amounts)


def breakdown(statement: Statement, by: str | Iterable[str], *, facts: Facts | None = None) -> Breakdown:
    """
    Return the amounts of *statement* by what *by* names, as rows that add up to its total.

    Each line is split once, in whole minor units, by largest remainder over the rows that have a share in it, so the
    shares of a line add up to the line, and the rows to the total. What cannot be told apart is never spread: it has a
    row whose key says None, shown as ``(blank)``.

    * ``clause`` and ``kind`` are those of the line.
    * ``promise`` is the level that an amount is given for. A credit for several levels is divided as each is priced;
      what a limit takes off, in proportion to the exact amounts that it takes; of several amounts that are combined,
      only what was taken counts.
    * ``service`` is the one that the promise, or the line, is about; ``outcome`` its business outcome. In a contract
      with one service that is all. With *facts*, it is that of the ticket or outage.
    * ``item`` is a ticket or an outage behind a credit, with its kind before its identity: ``ticket T-1``. ``per:
      ticket`` goes by the misses of each ticket, ``per: late_time`` by its late units, ``per: down_time`` by the down
      time of each outage; other credits go equally over the tickets that were counted and not in time, or by the down
      time of the outages, of the windows that were missed. A charge for each of some tickets goes equally over these.
    * ``priority``, ``impact``, ``urgency``, ``group``, ``type``, ``customer``, ``area``, ``cause``, ``subject``,
      ``channel`` and ``user`` are those of the item, as last known before the end of the period. They need *facts*.

    By item or attribute it is an allocation, which says where to look; it is no proof that a row caused an amount.

    Args:
        statement: The statement.

        by: One of these names, or several.

        facts: The facts that the statement was made from; only needed for what they say of items.

    Raises:
        InvalidValue: rules "breakdown_facts" when *facts* are needed, "too_few" or "named_twice" for such a *by*.
        UnknownReference: when *by* is something else, or an item of the statement is not among the facts.
        VerificationError: when the statement, read from a file, is not consistent.
    """
    expect(statement, Statement, "statement", "evaluate it, or read it with read_statement(…)")
    names = check_attributes(by, _KNOWN)
    if facts is not None:
        expect(facts, Facts, "facts", "read them with read_facts(…)")
    elif asked := next((name for name in names if name in _OF_ITEMS), None):
        message = f"what {asked} an item has is said by the facts that the statement was made from: give facts"
        raise InvalidValue(message, rule="breakdown_facts", value=asked)
    return _or_say_so(statement, lambda: _made(statement, names, facts))
