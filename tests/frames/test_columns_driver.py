"""Both drivers of *observe* give the same rows on every ticket, contract and mode."""

from __future__ import annotations

import json
import random
import sys
from dataclasses import fields, replace
from typing import TYPE_CHECKING, Any, get_type_hints

import pytest

import ecsm_contracts as ec
from ecsm_contracts.engine import observe_tickets
from ecsm_contracts.errors import CalendarRangeError, Contradiction, DuplicateItem, InvalidValue, MissingExtra
from ecsm_contracts.facts import EVENT_KINDS, Event, Origin, Ticket, timeline
from ecsm_contracts.facts._timeline import NEXT_STATE
from ecsm_contracts.frames import TicketColumns, observe_columns, observe_in_processes
from ecsm_contracts.measures import Attainment, Item, TicketTime, TimeTaken
from ecsm_contracts.measures._kernel import NEVER
from ecsm_contracts.measures._table import BANK, CHECK, CLEAR, LUMP, MARK, PHASE, PHASES, RESET, SEEN, SHARE, TAKE
from tests.frames.soups import contract, notices, ticket

if TYPE_CHECKING:
    from ecsm_contracts.engine import Observed, Plan

np: Any = pytest.importorskip("numpy")

from ecsm_contracts.frames import _column_observer, _kernel_columns, _numbers, _steps, _ticket_columns  # noqa: E402 - they need NumPy

BITS = BANK | CLEAR | RESET | TAKE | MARK | LUMP | SHARE | SEEN | CHECK
MARCH = "2026-03"


class Reached:
    """What the vector kernel went through in a run: phases, bits, and ways of finding a breach."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Listen at the kernel, without a change to what it does."""
        self.phases: set[int] = set()
        self.bits = 0
        self.ways: set[str] = set()
        self.counted: set[tuple[str, ...]] = set()
        followed, judged, shares = (
            _kernel_columns._Walk._followed,
            _kernel_columns._Walk.judged,
            _kernel_columns._shares,
        )

        def listening(walk: Any, rows: Any, action: Any, *others: Any) -> Any:
            self.bits |= int(np.bitwise_or.reduce(action))
            found = followed(walk, rows, action, *others)
            self.bits |= int(np.bitwise_or.reduce(found[1], initial=0))
            return found

        def judging(walk: Any) -> Any:
            found = judged(walk)
            self.phases |= set(found.phase.tolist())
            self.ways |= {"odd"} if found.odd.any() else set()
            self.ways |= {"breach"} if found.breached.any() else set()
            self.ways |= {"due alone"} if ((found.due != _kernel_columns.NONE) & ~found.breached).any() else set()
            self.ways |= {"calendars"} if len(walk.calendars) > 1 else set()
            return found

        def sharing(spent: Any, target: Any, before: Any) -> Any:
            divisor = np.gcd(target, before)
            large = [int(s) * int(t) > 2**63 for s, t in zip(spent, target // divisor, strict=True)]
            self.ways |= {"large share"} if any(large) else set()
            self.ways |= {"share"} if large and not all(large) else set()
            return shares(spent, target, before)

        monkeypatch.setattr(_kernel_columns._Walk, "_followed", listening)
        monkeypatch.setattr(_kernel_columns._Walk, "judged", judging)
        monkeypatch.setattr(_kernel_columns, "_shares", sharing)

    def look_at(self, plan: Plan, observed: Observed) -> None:
        """Note what each kind of measure counted."""
        for level in plan.levels:
            measure: Any = level.measure
            words = tuple(str(getattr(measure, name, None)) for name in ("population", "undecided", "overdue"))
            for column in level.columns:
                if observed.tally[column]:
                    self.counted.add((measure.kind, *words, column.rsplit(".", 1)[-1]))
        self.ways |= {f"rejected: {each.code}" for each in observed.rejected}
        self.ways |= {"unlisted"} if observed.unlisted else set()


def compare(seed: int, count: int, reached: Reached) -> None:
    """Observe one contract's tickets by both drivers."""
    rng = random.Random(seed)
    matrix = seed % 3 == 0
    plan = ec.plan(contract(rng, due=seed % 2 == 0, matrix=matrix), MARCH)
    facts = ec.facts_from_records(notices=notices(rng))
    tickets = [ticket(rng, number, matrix=matrix) for number in range(count)]
    plain = observe_tickets(plan, facts.setting, tickets)
    columns = observe_columns(plan, facts.setting, TicketColumns.from_tickets(tickets))
    for mine, theirs in zip(columns.outcomes, plain.outcomes, strict=True):
        assert mine == theirs, f"seed {seed}, {theirs.ref}"
    assert columns == plain
    reached.look_at(plan, plain)


def compare_judgements(seed: int, count: int, few: int, reached: Reached) -> None:
    """Judge one contract's tickets by both kernels: all that a judgement says, at the end of the period."""
    rng = random.Random(seed)
    plan = ec.plan(contract(rng), MARCH)
    facts = ec.facts_from_records(notices=notices(rng))
    tickets = {each.ref: each for each in (ticket(rng, number) for number in range(count))}
    columns = TicketColumns.from_tickets(tickets.values())
    observer = _column_observer.ColumnObserver(plan, facts.setting, few=few)
    for level in observer.plain.levels:
        found = observer.judged(columns, level)
        said = dict(zip(found.refs, zip(*(column.tolist() for column in found.judgements), strict=True), strict=True))
        for ref, each in tickets.items():
            assert said.pop(ref, None) == plainly(observer, level, each), f"seed {seed}, {level.program.ref}, {ref}"
        assert not said
        reached.ways |= {"rejected"} if found.rejected else set()
    compare_lives(observer, columns)


def compare_lives(observer: Any, columns: TicketColumns) -> None:
    """What stands of each ticket's resolution, closing and ending is the same, and so are the scopes that it is in."""
    chunk = observer._chunk(columns)
    for place, row in enumerate(chunk.steps.rows.tolist()):
        known = columns.ticket(row).known_before(observer.plan.bounds[1])
        assert known is not None
        steps = timeline(known, observer.plan.contract.priorities)
        plain, mine = observer.plain.view(known, steps), _column_observer._view(chunk, place)
        assert mine.life == plain.life
        assert in_scopes(observer, mine.item) == in_scopes(observer, plain.item)
        assert list(mine.compiled.times) == list(plain.compiled.times)
        assert list(mine.compiled.symbols) == list(plain.compiled.symbols)


def in_scopes(observer: Any, item: Item) -> list[bool]:
    """Return for each level whether *item* is in its scope; what no scope asks, columns leave out of it."""
    return [level.program.scope.has_item(item) for level in observer.plain.levels]


def plainly(observer: Any, level: Any, one: Ticket) -> tuple[Any, ...] | None:
    """Return what the plain kernel says of one ticket, as a row of the columns."""
    try:
        judgement = observer._judged_alone(level, one)
        due = None if judgement is None else judgement.due
    except (Contradiction, CalendarRangeError):
        return None
    if judgement is None:
        return None
    none = _kernel_columns.NONE
    breach, due = (none if each is None else each for each in (judgement.breach, due))
    target = NEVER if judgement.target is None else judgement.target
    return judgement.phase, judgement.elapsed, target, judgement.late, breach, due, judgement.longest, False


def check_power(reached: Reached) -> None:
    """Fail when the run did not go through everything that could differ."""
    assert reached.phases == set(PHASES)
    assert reached.bits & ~PHASE == BITS
    rejections = {"rejected: contradiction", "rejected: calendar_range"}
    ways = {"odd", "breach", "due alone", "calendars", "share", "large share", "unlisted", *rejections}
    assert reached.ways >= ways
    populations = {words[1:4] for words in reached.counted if words[0] == "attainment"}
    assert {words[0] for words in populations} == {"opened", "due", "resolved", "closed", "active"}
    assert {words[1] for words in populations} == {"None", "met", "missed", "left_out"}
    overdue = {words[2].split(" unless_within=")[0] for words in populations}
    assert overdue == {"once", "until_stopped", "stopped='counts'", "stopped='left_out'"}
    times = {words[1] for words in reached.counted if words[0] == "time"}
    assert times == {"closed", "active", "open"}
    assert {words[-1] for words in reached.counted} >= {"counted", "met", "elapsed", "misses", "late", "each"}


@pytest.mark.parametrize("few", [0, _kernel_columns.FEW])
def test_both_drivers_give_the_same_rows(few: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Columns observe what the plain driver observes, on all modes of a clock, whatever is walked by the column."""
    monkeypatch.setattr(_column_observer.ColumnObserver.__init__, "__kwdefaults__", {"few": few})
    reached = Reached(monkeypatch)
    for seed in range(4 if not few else 1):
        compare(seed, 110, reached)
    if not few:
        check_power(reached)


OVERDUE: tuple[Any, ...] = (
    "until_stopped", {"stopped": "left_out"}, {"stopped": "counts", "unless_within": "24h"},
    {"stopped": "counts", "unless_within": "72h"},
)  # fmt: skip


def test_both_drivers_carry_open_work_over_alike() -> None:
    """What becomes of a late ticket that stays open is the same by the column, and each choice makes a difference."""
    rng = random.Random(7)
    base = json.loads(json.dumps(contract(rng, matrix=False).to_data()))
    clock = {"start": ["opened"], "stop": ["resolved"], "hours": "always", "holds": ["customer"],
             "reopened": "continue_without", "attempt": "last", "changed": "keep_elapsed"}  # fmt: skip
    measure = {"kind": "attainment", "clock": clock, "within": "4h", "minimum": 1, "when_too_few": "met"}
    choices = [(population, each) for population in ("due", "resolved", "closed") for each in OVERDUE]
    base["clauses"] = [
        {"ref": f"4.{n}", "kind": "service_level", "target": {"at_least": "95%"},
         "measure": {**measure, "population": population, "overdue": overdue}}
        for n, (population, overdue) in enumerate(choices)
    ]  # fmt: skip
    plan = ec.plan(ec.parse_contract(json.dumps(base), form="json"), MARCH)
    tickets = [ticket(rng, number, matrix=False) for number in range(1500)]
    for hours in range(10, 80):  # late since 14:00 on the last day of February, and resolved so many hours after that
        days, hour = divmod(14 + hours, 24)
        events = [("opened", "2026-02-28T10:00:00Z"), ("resolved", f"2026-03-{days:02}T{hour:02}:00:00Z")]
        told = [{"kind": kind, "at": at} for kind, at in events]
        plainly_late = {"ref": f"L-{hours}", "service": "desk", "type": "incident", "priority": "P2", "events": told}
        tickets.append(Ticket.model_validate(plainly_late))
    facts = ec.facts_from_records()
    plain = observe_tickets(plan, facts.setting, tickets)
    columns = observe_columns(plan, facts.setting, TicketColumns.from_tickets(tickets))
    assert columns == plain
    counts = [plain.tally[f"4.{n}.counted"] for n in range(len(choices))]
    assert [len({*counts[start : start + 4]}) for start in (0, 4, 8)] == [4, 4, 3], counts


@pytest.mark.parametrize("few", [0, _kernel_columns.FEW])
def test_both_kernels_give_the_same_judgements(few: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Phase, elapsed time, target, lateness, breach, due instant and longest attempt are the same, on all modes."""
    reached = Reached(monkeypatch)
    compare_judgements(10, 150 if not few else 80, few, reached)
    assert few or reached.ways >= {"odd", "rejected", "breach", "due alone", "calendars", "share", "large share"}


@pytest.mark.deep
@pytest.mark.parametrize("seed", range(100, 220))
def test_both_drivers_give_the_same_rows_on_many_more(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """So they do on hundreds of contracts."""
    reached = Reached(monkeypatch)
    compare(seed, 400, reached)
    compare_judgements(seed, 200, 0, reached)


SCOPES: tuple[dict[str, str], ...] = (
    {"area": "north"},
    {"subject": "router 7"},
    {"service": "desk", "area": "south", "subject": "router 7", "children": "leave_out"},
    {},
)


@pytest.mark.parametrize("asked", [SCOPES, SCOPES[:1], SCOPES[1:2], SCOPES[3:]], ids=["all", "area", "subject", "none"])
def test_both_drivers_agree_on_areas_and_subjects(asked: tuple[dict[str, str], ...]) -> None:
    """Promises about an area or a subject count the same tickets in columns, whether one level asks or several."""
    rng = random.Random(5)
    document = contract(rng).to_data()
    levels = [clause for clause in document["clauses"] if clause["kind"] == "service_level"]
    for number, level in enumerate(levels):
        level["scope"] = asked[number % len(asked)]
    plan, facts = ec.plan(ec.parse_contract(json.dumps(document)), MARCH), ec.facts_from_records(notices=notices(rng))
    said = [{}, {"area": "north"}, {"area": "south", "subject": "router 7"}, {"subject": "router 7"}]
    tickets = [ticket(rng, number).replace(**said[number % len(said)]) for number in range(80)]
    columns = TicketColumns.from_tickets(tickets)
    observed = observe_columns(plan, facts.setting, columns)
    assert observed == observe_tickets(plan, facts.setting, tickets)
    assert any(observed.tally.sums)
    compare_lives(_column_observer.ColumnObserver(plan, facts.setting), columns)


def small_world(count: int = 40) -> tuple[Plan, Any, list[Any]]:
    """A plan, a setting and tickets."""
    rng = random.Random(77)
    plan = ec.plan(contract(rng), MARCH)
    return plan, ec.facts_from_records(notices=notices(rng)).setting, [ticket(rng, number) for number in range(count)]


def test_a_measure_without_a_vector_form_is_asked_ticket_by_ticket(monkeypatch: pytest.MonkeyPatch) -> None:
    """Measures that columns know nothing of give the rows of the plain driver all the same."""
    monkeypatch.setattr(_numbers, "_VECTORS", {})
    plan, setting, tickets = small_world()
    assert observe_columns(plan, setting, TicketColumns.from_tickets(tickets)) == observe_tickets(
        plan, setting, tickets
    )


def test_a_class_derived_from_a_measure_is_asked_itself() -> None:
    """A measure that inherits from one of ours may count otherwise, so that it has no vector form."""

    class Other(Attainment):
        """It may count otherwise."""

    measures = {each.program.measure for each in _column_observer.ColumnObserver(*small_world()[:2]).plain.levels}
    data = next(each for each in measures if isinstance(each, Attainment)).to_data()
    assert _numbers.numbers_of(Other.model_validate(data)) is None
    assert {type(each) for each in measures} == {Attainment, TicketTime, TimeTaken}


def test_chunks_make_no_difference(monkeypatch: pytest.MonkeyPatch) -> None:
    """In chunks of seven tickets, or of few events, rows are those of one chunk."""
    plan, setting, tickets = small_world()
    columns = TicketColumns.from_tickets(tickets)
    whole = observe_columns(plan, setting, columns)
    chunks = TicketColumns.chunks
    monkeypatch.setattr(TicketColumns, "chunks", lambda self: chunks(self, 7))
    assert observe_columns(plan, setting, columns) == whole
    monkeypatch.setattr(_ticket_columns, "_EVENTS_AT_ONCE", 20)
    assert max(len(each.times) for each in columns.chunks() if len(each) > 1) <= 20
    assert observe_columns(plan, setting, columns) == whole


def test_columns_lose_nothing() -> None:
    """Every ticket comes back from columns as it went in, every field of it."""
    _, _, tickets = small_world(200)
    columns = TicketColumns.from_tickets(tickets)
    assert [columns.ticket(row) for row in range(len(columns))] == tickets
    assert [each.ticket(0) for each in columns.chunks(1)] == tickets
    assert all(len(text.words) <= 1 for each in columns.chunks(1) for text in each.texts.values())
    odd = np.arange(1, 200, 2)
    assert [columns.taken(odd).ticket(row) for row in range(100)] == tickets[1::2]


def test_every_field_is_a_column() -> None:
    """A ticket and an event have no field that columns do not know, and all but the known ones are texts."""
    assert {"ref", "events", *_ticket_columns.TICKET_TEXTS} == set(Ticket.model_fields)
    assert {"kind", "at", *_ticket_columns.EVENT_TEXTS} == {each.name for each in fields(Event)}
    assert min("kind", *_ticket_columns.EVENT_TEXTS) > "at"
    hints = {**get_type_hints(Ticket), **get_type_hints(Event)}
    texts = {hints[name] for name in (*_ticket_columns.TICKET_TEXTS, *_ticket_columns.EVENT_TEXTS)}
    assert texts == {str, str | None}


def test_without_digests_rows_say_so() -> None:
    """Rows without digests carry zeros, and the same numbers."""
    plan, setting, tickets = small_world()
    columns = TicketColumns.from_tickets(tickets)
    bare, whole = observe_columns(plan, setting, columns, digests=False), observe_columns(plan, setting, columns)
    assert {row.digest for row in bare.outcomes} == {"0" * 16}
    assert [row.numbers for row in bare.outcomes] == [row.numbers for row in whole.outcomes]
    assert bare.rejected == whole.rejected


def test_one_identity_twice_is_refused() -> None:
    """Two tickets of one identity are refused, as by the plain driver."""
    plan, setting, _ = small_world(1)
    twins = [good(), good()]
    with pytest.raises(DuplicateItem):
        observe_columns(plan, setting, TicketColumns.from_tickets(twins))


def good() -> Ticket:
    """A ticket without fault."""
    opened = {"kind": "opened", "at": "2026-03-02T09:00:00Z"}
    return Ticket.model_validate({"ref": "A", "service": "desk", "type": "x", "priority": "P1", "events": [opened]})


def test_nothing_is_observed_of_no_tickets() -> None:
    """No ticket gives no row, and neither does one that is opened after the period."""
    plan, setting, _ = small_world(1)
    assert len(observe_columns(plan, setting, TicketColumns.from_tickets([])).outcomes) == 0
    april = Ticket.model_validate({**good().to_data(), "events": [{"kind": "opened", "at": "2026-04-02T09:00:00Z"}]})
    assert observe_columns(plan, setting, TicketColumns.from_tickets([april])) == observe_tickets(
        plan, setting, [april]
    )


def test_what_no_origin_records_is_not_observed() -> None:
    """A level whose clock needs events that the tool does not record has zeros, as in the plain driver."""
    plan, setting, tickets = small_world()
    silent = replace(setting, origins=(Origin(ref="tool", title="The tool", unrecorded=("acknowledged", "replied")),))
    observed = observe_columns(plan, silent, TicketColumns.from_tickets(tickets))
    assert observed == observe_tickets(plan, silent, tickets)
    assert observed != observe_columns(plan, setting, TicketColumns.from_tickets(tickets))


def test_each_kind_leads_to_one_state_or_to_none() -> None:
    """The states can be told from the last event that leads anywhere: no kind leads to two, or only at times."""
    for kind in EVENT_KINDS:
        moves = {(before, row[kind]) for before, row in NEXT_STATE.items() if kind in row}
        stays = {before == after for before, after in moves}
        leads = _steps.LEADS_TO[EVENT_KINDS.index(kind)]
        assert stays == {True} or {after for _, after in moves} == {tuple(NEXT_STATE)[leads]}


def test_processes_give_what_one_gives() -> None:
    """A pool of processes observes what one process does, tickets in columns or as models."""
    plan, setting, tickets = small_world()
    whole = observe_tickets(plan, setting, tickets)
    assert observe_in_processes(plan, setting, TicketColumns.from_tickets(tickets)) == whole
    assert observe_in_processes(plan, setting, iter(tickets), workers=1) == whole


@pytest.mark.parametrize("workers", [0, -1, True, 1.5, "2"])
def test_no_process_does_no_work(workers: Any) -> None:
    """Less than one process is refused, and what is no whole number."""
    plan, setting, tickets = small_world(1)
    with pytest.raises(InvalidValue) as caught:
        observe_in_processes(plan, setting, tickets, workers=workers)
    assert caught.value.rule == "workers"


def test_without_numpy_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without NumPy there are no columns, and the error says what to install."""
    monkeypatch.setitem(sys.modules, "numpy", None)
    with pytest.raises(MissingExtra, match="frames"):
        TicketColumns.from_tickets([good()])
