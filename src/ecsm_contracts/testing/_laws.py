"""
The laws that every statement keeps, whatever the contract and the facts.

Each is a plain function of a contract, facts and a period, and raises `AssertionError` when it is broken. `LAWS` has
them by name.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import ROUND_UP, Context, getcontext, localcontext  # noqa: TID251 - a law is that they do not matter
from fractions import Fraction
from functools import partial
from typing import TYPE_CHECKING, Literal, TypeAlias, get_args

from ecsm_contracts.calendars import Period, contract_year, to_micros
from ecsm_contracts.clauses import Carry, Clause, Limit, ServiceCredit, ServiceLevel, takers
from ecsm_contracts.contracts import Contract, Document, contract_from_document
from ecsm_contracts.engine import Fate, account_for, evaluate, plan, verify
from ecsm_contracts.facts import Facts
from ecsm_contracts.measures import LevelsTogether, MeasureBase, TicketTime
from ecsm_contracts.money import Money
from ecsm_contracts.statements import Statement, statement_from_data
from ecsm_contracts.testing import _changed as changed
from ecsm_contracts.testing import _clock_laws as clocks
from ecsm_contracts.testing._opening import opening_carry

if TYPE_CHECKING:
    from ecsm_contracts.engine import Observed, ShardTask
    from ecsm_contracts.facts import Outage, RecordedKind, Ticket
    from ecsm_contracts.statements import LineKind

__all__ = ["LAWS", "Law", "contract_laws"]

FATES: tuple[Fate, ...] = get_args(Fate)

_DAWN = to_micros(datetime(1990, 1, 2, tzinfo=UTC))
"""Facts begin a day before."""

Law: TypeAlias = Callable[[Contract, Facts, Period], None]
"""A law: a contract, facts, and a period of the contract's term."""


def _settled(contract: Contract, facts: Facts, period: Period, carry: Carry | None = None) -> Statement:
    return evaluate(contract, facts, period=period, carry=carry or opening_carry(contract, period))


def _same_bytes(first: Statement, second: Statement, what: str) -> None:
    assert first.to_json() == second.to_json(), f"{what} changed the statement"


def _same_figures(first: Statement, second: Statement, what: str) -> None:
    for name in ("figures", "lines", "total", "assessments", "tally"):
        assert getattr(first, name) == getattr(second, name), f"{what} changed the {name}"


def every_figure_follows(contract: Contract, facts: Facts, period: Period) -> None:
    """Every figure follows from its inputs, and every row from the facts."""
    statement = _settled(contract, facts, period)
    verify(statement)
    assert verify(statement, facts).with_facts


def documents_round_trip(contract: Contract, facts: Facts, period: Period) -> None:
    """Contract and statement read back as what was written: the same digest, the same bytes, the same proof."""
    again = contract_from_document(Document.of(json.loads(json.dumps(contract.to_data()))))
    assert again.digest() == contract.digest(), "the contract read back has another digest"
    statement = _settled(contract, facts, period)
    read = statement_from_data(json.loads(statement.to_json()))
    assert not read.faults, f"the statement read back has faults: {read.faults}"
    _same_bytes(statement, read, "reading it back")
    assert verify(read, facts).with_facts, "the statement read back does not verify"


def order_is_irrelevant(contract: Contract, facts: Facts, period: Period) -> None:
    """The order of tickets, and of events at different instants, does not matter."""
    _same_bytes(
        _settled(contract, facts, period),
        _settled(contract, changed.backwards(facts), period),
        "another order",
    )


def redelivery_is_neutral(contract: Contract, facts: Facts, period: Period) -> None:
    """Events and records that are delivered twice count once."""
    _same_bytes(
        _settled(contract, facts, period),
        _settled(contract, changed.delivered_twice(facts), period),
        "delivering everything twice",
    )


def _out_of_every_scope(contract: Contract) -> bool:
    levels = [clause for clause in contract.clauses if isinstance(clause, ServiceLevel)]
    return all(level.scope.service is not None or level.scope.type is not None for level in levels)


def out_of_scope_is_neutral(contract: Contract, facts: Facts, period: Period) -> None:
    """A ticket in no scope changes no figure; where all are in some scope, nothing is asked."""
    if not _out_of_every_scope(contract):
        return
    start, _ = period.bounds(contract.zone)
    ref = next(name for name in map("S-{}".format, range(len(facts.tickets) + 1)) if name not in _refs(facts))
    stranger = changed.out_of_scope(ref, "in no scope", "in no scope", start)
    more = changed.with_tickets(facts, sorted((*facts.tickets, stranger), key=lambda ticket: ticket.ref))
    _same_figures(_settled(contract, facts, period), _settled(contract, more, period), "a ticket out of scope")


def _refs(facts: Facts) -> frozenset[str]:
    return frozenset(ticket.ref for ticket in facts.tickets)


def offsets_are_irrelevant(contract: Contract, facts: Facts, period: Period) -> None:
    """The same instants written with another offset change nothing."""
    _same_bytes(
        _settled(contract, facts, period),
        _settled(contract, changed.elsewhere(facts), period),
        "another offset",
    )


def _allowed(contract: Contract, limit: Limit, statement: Statement) -> Fraction | None:
    """
    Return what a limit allows in major units; None where it names no amount.

    Where it is a share of a fixed charge it is reckoned from the document alone.
    """
    if limit.at_most is None or isinstance(limit.at_most, Money):
        return None if limit.at_most is None else limit.at_most.ratio
    terms = contract.clause(limit.of or "").to_data()
    if terms.keys() - {"ref", "title", "was"} == {"kind", "amount", "every"}:
        return limit.at_most.ratio * Money.parse(terms["amount"]).ratio
    basis = statement[limit.of or ""].value
    return limit.at_most.ratio * Fraction(basis.ratio)


def _gross(contract: Contract, limit: Limit, amounts: Mapping[tuple[str, LineKind], Fraction]) -> Fraction:
    """Return what a limit takes, in major units, by lines: amounts, what limits inside it gave, what was carried."""
    inner = [clause for clause in map(contract.clause, limit.credits) if isinstance(clause, Limit)]
    own = [amount for (ref, kind), amount in amounts.items() if ref in limit.credits and kind != "limit"]
    given = [_given(contract, each, amounts) for each in inner]
    carried = amounts.get((limit.ref, "carried"), Fraction(0))
    return sum(given, abs(sum(own, Fraction(0))) + abs(carried))


def _given(contract: Contract, limit: Limit, amounts: Mapping[tuple[str, LineKind], Fraction]) -> Fraction:
    """Return what a limit gives, in major units, by the lines."""
    return _gross(contract, limit, amounts) - abs(amounts.get((limit.ref, "limit"), Fraction(0)))


def _adds_or_takes(limit: Limit, amounts: Mapping[tuple[str, LineKind], Fraction]) -> None:
    """Check that the line of a limit goes against those that it limits, and what was carried with them."""
    own = [amount for (ref, kind), amount in amounts.items() if ref in limit.credits and kind != "limit"]
    way = 1 if any(amount > 0 for amount in own) else -1
    taken_off, carried = (amounts.get((limit.ref, kind), Fraction(0)) for kind in ("limit", "carried"))
    assert not any(own) or taken_off * way <= 0, f"limit {limit.ref} adds to what it limits"
    assert not any(own) or carried * way >= 0, f"limit {limit.ref} takes off what it carried"


def lines_add_up(contract: Contract, facts: Facts, period: Period) -> None:
    """The lines sum to the total, no credit is charged, and what a limit gives lies between zero and the limit."""
    statement = _settled(contract, facts, period)
    amounts = {(line.clause, line.kind): line.amount.ratio for line in statement.lines}
    assert len(amounts) == len(statement.lines), "a clause has two lines of one kind"
    assert sum(amounts.values(), Fraction(0)) == statement.total.value.ratio, "the lines do not sum to the total"
    assert all(amount <= 0 for (_, kind), amount in amounts.items() if kind == "credit"), "a credit is charged"
    assert all(amount >= 0 for (_, kind), amount in amounts.items() if kind == "bonus"), "a bonus is taken off"
    for limit in (clause for clause in contract.clauses if isinstance(clause, Limit)):
        gross, given = _gross(contract, limit, amounts), _given(contract, limit, amounts)
        allowed = _allowed(contract, limit, statement)
        assert given >= 0, f"limit {limit.ref} gives {given}"
        assert allowed is None or given <= allowed, f"limit {limit.ref} gives {given}"
        assert given <= gross, f"limit {limit.ref} gives more than there was"
        _adds_or_takes(limit, amounts)


def _backwards_map(observe: Callable[[ShardTask], Observed], tasks: Iterable[ShardTask]) -> Iterator[Observed]:
    return map(observe, reversed(list(tasks)))


def shards_are_irrelevant(contract: Contract, facts: Facts, period: Period) -> None:
    """Observed in any number of parts, in any order, the facts give the same bytes."""
    whole = _settled(contract, facts, period)
    carry = opening_carry(contract, period)
    for shards in (2, 3, 7):
        parts = evaluate(contract, facts, period=period, carry=carry, shards=shards, map=_backwards_map)
        _same_bytes(whole, parts, f"observing in {shards} parts")


def splitting_a_hold_is_neutral(contract: Contract, facts: Facts, period: Period) -> None:
    """A wait that ends and begins anew at one instant is one wait, unless a clock starts or stops at waits."""
    levels = [clause.ref for clause in contract.clauses if isinstance(clause, ServiceLevel)]
    if any(_measure(contract, ref).needs_any(("held", "resumed")) for ref in levels):
        return
    _same_figures(
        _settled(contract, facts, period),
        _settled(contract, changed.holds_split(facts), period),
        "splitting a wait",
    )


def the_future_is_unknown(contract: Contract, facts: Facts, period: Period) -> None:
    """What happens at or after the end of the period changes nothing in it."""
    _, end = period.bounds(contract.zone)
    _same_bytes(
        _settled(contract, facts, period),
        _settled(contract, changed.with_later_events(facts, end), period),
        "what happened later",
    )


def what_was_over_is_neutral(contract: Contract, facts: Facts, period: Period) -> None:
    """A ticket that was over before the plan's window changes nothing."""
    start, _ = plan(contract, period).window
    if start <= _DAWN:
        return  # every ticket can matter
    services = [service.ref for service in contract.services]
    _same_bytes(
        _settled(contract, facts, period),
        _settled(contract, changed.with_older_tickets(facts, services, start), period),
        "what was over before",
    )


def _too_few_is_missed(contract: Contract, credit: ServiceCredit) -> bool:
    return any(_missed_by_nothing(contract.clause(ref), contract) for ref in credit.levels)


def _missed_by_nothing(level: Clause, contract: Contract) -> bool:
    """Return whether a level can be missed where nothing happened: for want of tickets, answers or a declaration."""
    measure = level.measure if isinstance(level, ServiceLevel) else None
    if isinstance(measure, LevelsTogether):
        return any(_missed_by_nothing(contract.clause(ref), contract) for ref in measure.levels)
    return "missed" in {getattr(measure, "when_too_few", None), getattr(measure, "when_missing", None)}


def _level_of(contract: Contract, window: str) -> str:
    """Return the level that an assessment is of, whose windows are called after it."""
    levels = [clause.ref for clause in contract.clauses if isinstance(clause, ServiceLevel)]
    return next(ref for ref in levels if window == ref or window.rpartition("@")[0] == ref)


def _only_for_misses(contract: Contract, credit: ServiceCredit) -> bool:
    """Return whether a credit is given for misses only: late and down time, and tickets beside a share, cost anyway."""
    if credit.per == "ticket":
        return all(isinstance(_measure(contract, ref), TicketTime) for ref in credit.levels)
    return credit.per not in {"late_time", "down_time"}


def no_miss_no_credit(contract: Contract, facts: Facts, period: Period) -> None:
    """Without a missed level there is no credit for it; where nothing happened, only too few tickets can be a miss."""
    for given, empty in ((facts, False), (Facts(), True)):
        statement = _settled(contract, given, period)
        missed = {_level_of(contract, each.clause) for each in statement.assessments if each.outcome == "missed"}
        credited = {line.clause for line in statement.lines if line.kind == "credit"}
        for credit in (clause for clause in contract.clauses if isinstance(clause, ServiceCredit)):
            innocent = _only_for_misses(contract, credit) and not missed & set(credit.levels)
            if innocent or (empty and not _too_few_is_missed(contract, credit)):
                assert statement[credit.ref].value.is_zero, f"credit {credit.ref} is given without a miss"
                assert credit.ref not in credited, f"credit {credit.ref} has a line without a miss"


def ambient_decimals_are_irrelevant(contract: Contract, facts: Facts, period: Period) -> None:
    """The caller's decimal context changes no byte, and is itself not changed."""
    expected = _settled(contract, facts, period)
    with localcontext(Context(prec=2, rounding=ROUND_UP, Emin=-9, Emax=9, capitals=0, traps=[])):
        before = repr(getcontext())
        _same_bytes(expected, _settled(contract, facts, period), "the caller's decimal context")
        assert repr(getcontext()) == before, "the caller's decimal context was changed"


def what_is_handed_on_settles_the_next(contract: Contract, facts: Facts, period: Period) -> None:
    """The carry of a period settles the next one, and a limit over a year never gives more than it allows."""
    statement = _settled(contract, facts, period)
    following = contract.billing.period_containing(period.end)
    if following.end > contract.term.end:
        return
    after = _settled(contract, facts, following, statement.carry)
    lines = {(line.clause, line.kind): line.amount.ratio for line in statement.lines}
    yearly = [clause for clause in contract.clauses if isinstance(clause, Limit) and clause.window == "contract_year"]
    for limit in yearly:
        before, then = _used(contract, limit, statement.carry), _used(contract, limit, after.carry)
        allowed = _allowed(contract, limit, after)
        assert allowed is None or then <= allowed, f"limit {limit.ref} gave too much in a year"
        assert _turns(contract, following.end) or before <= then, f"limit {limit.ref} forgot what it gave"
        if limit.ref not in takers(contract.clauses) and not _turns(contract, following.start):
            earlier = Fraction(0) if statement.carried is None else _used(contract, limit, statement.carried)
            assert before == _given(contract, limit, lines) + earlier, f"limit {limit.ref} did not hand on what it gave"


def _used(contract: Contract, limit: Limit, carry: Carry) -> Fraction:
    """Return what a limit gave since the contract year began in which the carry is used, in major units."""
    year = contract_year(contract.term.start, carry.ends).start
    found = carry.find(limit.ref, "given")
    assert found is not None, f"limit {limit.ref} hands nothing on"
    return sum((each.value.ratio for each in found.past if each.at >= year), Fraction(0))


def _turns(contract: Contract, start: date) -> bool:
    """Return whether the period that starts on a day is the first of its contract year."""
    first = contract.term.start
    before = contract.billing.period_containing(start - timedelta(days=1)).start
    return before < first or contract_year(first, before) != contract_year(first, start)


def _kinds_needed(contract: Contract, ref: str) -> frozenset[str]:
    """Return the kinds of event that a level needs, as those at which its clock starts or stops."""
    measure = _measure(contract, ref)
    return frozenset(kind for kind in ("acknowledged", "replied") if measure.needs_any((kind,)))


def _measure(contract: Contract, ref: str) -> MeasureBase:
    level = contract.clause(ref)
    assert isinstance(level, ServiceLevel)
    return level.measure


def what_is_not_recorded_is_not_measured(contract: Contract, facts: Facts, period: Period) -> None:
    """A level whose clock needs what a source does not record counts and costs nothing; the others stay as they are."""
    kinds: tuple[RecordedKind, ...] = ("acknowledged", "replied")
    before = {each.clause: each for each in _settled(contract, facts, period).assessments}
    statement = _settled(contract, changed.unrecorded(facts, kinds), period)
    silent: set[str] = set()
    for each in statement.assessments:
        level = _level_of(contract, each.clause)
        if isinstance(_measure(contract, level), LevelsTogether):
            continue  # it follows the levels that it judges together
        if _kinds_needed(contract, level).isdisjoint(kinds):
            assert each == before[each.clause], f"level {each.clause} is another one, though all it needs is recorded"
            continue
        silent.add(level)
        assert (each.outcome, each.number) == ("not_measured", None), f"level {each.clause} is {each.outcome}"
        assert not any(count for _, count in each.counts), f"level {each.clause} counts what is not recorded"
    for credit in (clause for clause in contract.clauses if isinstance(clause, ServiceCredit)):
        if silent.issuperset(credit.levels):
            assert statement[credit.ref].value.is_zero, f"credit {credit.ref} is given for what is not recorded"


def fates_add_up(contract: Contract, facts: Facts, period: Period) -> None:
    """Every ticket and every outage that was read has one fate, and the fates add up to what was read."""
    statement = _settled(contract, facts, period)
    tables: tuple[tuple[Literal["ticket", "outage"], Sequence[Ticket | Outage]], ...] = (
        ("ticket", facts.tickets),
        ("outage", facts.outages),
    )
    for kind, items in tables:
        told = account_for(statement, facts, kind=kind)
        rejected = [record.ref for record in statement.rejected if record.kind == kind]
        read = {item.ref for item in items} | {ref for ref in rejected if ref}
        assert told.by_ref.keys() == read, f"not every {kind} has a fate"
        assert told.read == len(read) + rejected.count(""), f"{told.read} is not what was read of the {kind}s"
        assert sum(map(told.count, FATES)) == told.read, f"the fates of the {kind}s do not add up to what was read"


LAWS: dict[str, Law] = {
    "every figure follows from its inputs": every_figure_follows,
    "documents round-trip": documents_round_trip,
    "order is irrelevant": order_is_irrelevant,
    "redelivery is neutral": redelivery_is_neutral,
    "a ticket out of scope is neutral": out_of_scope_is_neutral,
    "offsets are irrelevant": offsets_are_irrelevant,
    "lines add up, and limits hold": lines_add_up,
    "shards are irrelevant": shards_are_irrelevant,
    "splitting a hold is neutral": splitting_a_hold_is_neutral,
    "the future is unknown": the_future_is_unknown,
    "what was over is neutral": what_was_over_is_neutral,
    "judging step by step is judging at once": clocks.judging_step_by_step_is_judging_at_once,
    "a later finish shortens no clock": clocks.a_later_finish_shortens_no_clock,
    "holding lengthens no clock": clocks.holding_lengthens_no_clock,
    "a longer target adds no breach": clocks.a_longer_target_adds_no_breach,
    "breach agrees with the deadline": clocks.breach_agrees_with_the_deadline,
    "no miss, no credit": no_miss_no_credit,
    "ambient decimals are irrelevant": ambient_decimals_are_irrelevant,
    "what is handed on settles the next": what_is_handed_on_settles_the_next,
    "what is not recorded is not measured": what_is_not_recorded_is_not_measured,
    "fates add up": fates_add_up,
}
"""Every law by its name."""


def contract_laws(contract: Contract, facts: Facts, period: Period | str) -> list[tuple[str, Callable[[], None]]]:
    """
    Return every law with its name, bound to *contract*, *facts* and *period*, for ``pytest.mark.parametrize``.

        @pytest.mark.parametrize(("name", "check"), contract_laws(contract, facts, "2026-03"))
        def test_our_month(name, check):
            check()
    """
    month = Period.parse(period) if isinstance(period, str) else period
    return [(name, partial(law, contract, facts, month)) for name, law in LAWS.items()]
