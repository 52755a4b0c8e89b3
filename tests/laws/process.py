"""
The books of a simulated help desk, month by month, from what was known on each day of billing.

The world keeps the truth. A story says how the truth came to be known: late, wrongly at first, unreadable, twice, or
together with records of what never happened. The books bill what is known, and correct it as more becomes known.
"""

import random
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any, NamedTuple

import pytest

import ecsm_contracts as ec
from ecsm_contracts.accounts import Register
from ecsm_contracts.errors import InvalidValue
from ecsm_contracts.simulation import (
    Amount,
    BadRecord,
    Desk,
    Holidays,
    LimitTerms,
    Share,
    Traffic,
    World,
    random_desk,
    simulate,
)
from ecsm_contracts.simulation._case import utc_text
from ecsm_contracts.simulation._count import LevelMonth
from ecsm_contracts.simulation._money import Till
from ecsm_contracts.simulation._records import TABLE_OF, delivered
from ecsm_contracts.statements import Restatement, Statement
from tests.engine.corrections import Amounts, of_statements
from tests.simulation.compare import contract_of

Record = dict[str, Any]
DAY = 1440
NEVER = 10**9
"""A minute that no world sees: everything is known by then."""
GRACE = 3 * DAY
"""A month is billed three days after its end."""


def minute_of(text: str) -> int:
    """The minute of an instant, since 1970 in UTC."""
    return int(datetime.fromisoformat(text).timestamp()) // 60


# What goes wrong with a record before it is right. Each takes the record as far as it is known.


def _moved(record: Record) -> list[Record]:
    """Everything after the beginning is told as ninety minutes, or two days, later."""
    if "events" not in record:
        later = {key: utc_text(minute_of(record[key]) + 90) for key in ("end",) if key in record}
        return [{**record, **later}]
    first, *rest = record["events"]
    return [
        {**record, "events": [first, *({**each, "at": utc_text(minute_of(each["at"]) + 2 * DAY)} for each in rest)]}
    ]


def _early(record: Record) -> list[Record]:
    """Everything is told as over within minutes, so that it costs nothing yet."""
    if "events" not in record:
        return [{**record, **({"end": utc_text(minute_of(record["start"]) + 1)} if "end" in record else {})}]
    first, *rest = record["events"]
    opened = minute_of(first["at"])
    return [{**record, "events": [first, *({**each, "at": utc_text(opened + n)} for n, each in enumerate(rest, 1))]}]


def _other(record: Record) -> list[Record]:
    """The service is another one, so that no promise is about it."""
    return [{**record, "service": "canteen"}]


def _garbled(record: Record) -> list[Record]:
    """A field that no record has."""
    return [{**record, "importance": "high"}]


def _naive(record: Record) -> list[Record]:
    """An instant without its offset."""
    if "events" not in record:
        return [{**record, "start": record["start"].removesuffix("Z")}]
    first, *rest = record["events"]
    return [{**record, "events": [{**first, "at": first["at"].removesuffix("Z")}, *rest]}]


def _clashing(record: Record) -> list[Record]:
    """Two records of one identity."""
    return [record, *_other(record)]


CORRECTIONS = (_moved, _early, _early, _early, _other)
"""Wrong, and nobody can see it."""
UNREADABLE = (_garbled, _naive, _clashing)
"""Wrong, and quarantined."""


class Told(NamedTuple):
    """How one record came to be known."""

    table: str
    record: Record
    known: tuple[int, ...]
    """The minute in which each of its events, or its start and its end, became known."""
    wrongly: Callable[[Record], list[Record]] | None = None
    right: int = 0
    """The minute from which on it is told as it was."""
    gone: int | None = None
    """The minute in which it is withdrawn, if it never happened."""

    def as_known(self, minute: int) -> Record | None:
        """The record as far as it is known at *minute*, were it told rightly."""
        if self.gone is not None:
            return self.record if self.known[0] <= minute < self.gone else None
        if minute < (max(self.known) if self.table == "notices" else self.known[0]):
            return None  # a notice is announced as a whole
        if "events" in self.record:
            pairs = zip(self.record["events"], self.known, strict=True)
            return {**self.record, "events": [event for event, known in pairs if known <= minute]}
        return {key: part for key, part in self.record.items() if key != "end" or self.known[-1] <= minute}

    def is_wrong(self, minute: int) -> bool:
        """Whether it is told wrongly at *minute*."""
        return self.wrongly is not None and minute < self.right

    def at(self, minute: int) -> list[Record]:
        """The records that are delivered for it at *minute*."""
        record = self.as_known(minute)
        if record is None:
            return []
        return self.wrongly(record) if self.wrongly is not None and self.is_wrong(minute) else [record]

    def is_late(self, end: int, minute: int) -> bool:
        """Whether something of it that happened before *end* is not known at *minute*."""
        if self.gone is not None:
            return False
        if "events" in self.record:
            happened = [minute_of(event["at"]) for event in self.record["events"]]
        else:
            happened = [minute_of(self.record[key]) for key in ("start", "end") if key in self.record]
        return any(at < end and known > minute for at, known in zip(happened, self.known, strict=True))


def _delayed(rng: random.Random, minute: int, share: float) -> int:
    """When something of *minute* becomes known: mostly at once, now and then weeks later."""
    return minute + (rng.randrange(DAY, 50 * DAY) if rng.random() < share else 0)


def _told(rng: random.Random, table: str, record: Record) -> Told:
    instants = (
        [event["at"] for event in record["events"]]
        if "events" in record
        else [record[key] for key in ("start", "end") if key in record]
    )
    known = tuple(_delayed(rng, minute_of(at), 0.02 if place else 0.2) for place, at in enumerate(instants))
    chance = rng.random()
    wrongly = None if chance > 0.25 else rng.choice(CORRECTIONS) if chance > 0.02 else rng.choice(UNREADABLE)
    return Told(table, record, known, wrongly, minute_of(instants[0]) + rng.randrange(10 * DAY, 70 * DAY))


def _phantom(rng: random.Random, number: int, start: int) -> Told:
    """An outage that never was: reported, billed, and withdrawn weeks later."""
    record = {"ref": f"P-{number}", "service": "mail", "start": utc_text(start), "end": utc_text(start + 200)}
    return Told("outages", record, (start,), gone=start + rng.randrange(20 * DAY, 60 * DAY))


def _withdrawn(rng: random.Random, bad: BadRecord) -> list[Told]:
    gone = bad.at + rng.randrange(5 * DAY, 60 * DAY)
    return [Told(TABLE_OF[bad.kind], record, (bad.at,), gone=gone) for record in bad.records]


class Story(NamedTuple):
    """How the records of a world came to be known."""

    told: tuple[Told, ...]
    seed: str

    def records(self, minute: int) -> dict[str, list[Record]]:
        """All that is delivered at *minute*: shuffled, and some of what is right delivered twice."""
        rng = random.Random(f"{self.seed}:{minute}")
        right: dict[str, list[Record]] = {"tickets": [], "outages": [], "notices": []}
        wrong: dict[str, list[Record]] = {table: [] for table in right}
        for each in self.told:
            (wrong if each.is_wrong(minute) or each.gone is not None else right)[each.table] += each.at(minute)
        found = delivered({table: tuple(records) for table, records in right.items()}, (), rng, 8)
        for table, unsure in wrong.items():
            found[table] += unsure
            rng.shuffle(found[table])
        return found

    def facts(self, minute: int) -> ec.Facts:
        """What is known at *minute*."""
        return ec.facts_from_records(**self.records(minute))


def story_of(world: World, seed: str) -> Story:
    """A story of a world; its work is left out, as nothing here depends on it."""
    rng = random.Random(f"{seed}: story")
    told = [_told(rng, table, record) for table in ("tickets", "outages", "notices") for record in world.tables[table]]
    first, last = world.months[0].start, world.months[-1].end
    phantoms = [
        _phantom(rng, number, rng.randrange(first, last - DAY)) for number in range(max(1, len(world.months) // 4))
    ]
    bad = [each for record in world.bad if record.kind != "work" for each in _withdrawn(rng, record)]
    return Story((*told, *phantoms, *bad), seed)


# Worlds, and what their contracts become.


def world_of(seed: int, months: int = 3) -> World:
    """A small world, made once."""
    return _world_of(seed, months)


@cache
def _world_of(seed: int, months: int) -> World:
    """A small world with limits that bind; the first is the example desk with one over the year, others are drawn."""
    end = date(2026 + months // 12, 1 + months % 12, 1)
    if seed:
        desk = random_desk(f"process {seed}")
        traffic = replace(desk.traffic, tickets_per_day=3, agents=1, outages_per_month=3, bad_records=2)
        limits = tuple(replace(each, at_most=Share(250)) for each in desk.limits)
        return simulate(
            replace(desk, traffic=traffic, limits=limits), seed=f"process {seed}", start=date(2026, 1, 1), end=end
        )
    yearly = LimitTerms(
        ref="4.7", title="Yearly limit", credits=("4.6", "4.4"), at_most=Amount(230_000), window="contract_year"
    )
    traffic = Traffic(tickets_per_day=3, agents=1, outages_per_month=3, bad_records=2)
    desk = Desk(limits=(yearly,), traffic=traffic, holidays=Holidays("days", "NL", "2025-2027", "none", ()))
    return simulate(desk, seed="process", start=date(2026, 1, 1), end=end)


def changed(desk: Desk, rng: random.Random) -> Desk:
    """The desk with another charge, other prices of credits and other limits."""
    credits_ = tuple(
        each if not isinstance(each.rate, Amount | Share) else replace(each, rate=Share(rng.randrange(50, 900)))
        for each in desk.credits
    )
    limits = tuple(replace(each, at_most=Share(rng.choice([300, 1500, 3000]))) for each in desk.limits)
    return replace(desk, charge=desk.charge + rng.randrange(1, 50_000), credits=credits_, limits=limits)


def amended(before: Desk, after: Desk, day: date) -> ec.Contract:
    """The contract of *before* with an amendment that makes it that of *after* from a day on."""
    old, new = before.contract(), after.contract()
    clauses = [here for there, here in zip(old["clauses"], new["clauses"], strict=True) if there != here]
    amendment = {"ref": "A-1", "from": day.isoformat(), "clauses": clauses}
    versions = {"period": "start", "tickets": "period"}
    return ec.Contract.model_validate({**old, "versions": versions, "amendments": [amendment]})


def true_amounts(world: World, desks: Sequence[Desk]) -> dict[str, Amounts]:
    """
    What each month truly comes to under the desk whose prices hold in it, by clause.

    Late time is counted by the world alone, so desks with credits for it keep their prices, and the world's own lines.
    """
    kinds = {"3.1": "charge", **{each.ref: "limit" for each in world.desk.limits}}
    till, found = Till(world.desk), {}
    for month, desk in zip(world.months, desks, strict=True):
        lines = month.lines
        if any(each != world.desk for each in desks):
            till._desk = desk
            lines, _ = till.settle(date.fromisoformat(f"{month.month}-01"), tuple(map(LevelMonth, month.levels)))
        found[month.month] = {
            (month.month, line.clause, kinds.get(line.clause, "credit")): line.minor for line in lines if line.minor
        }
    return found


# The books.


@dataclass
class Books:
    """What a pipeline keeps, and what it met with."""

    world: World
    story: Story
    contract: ec.Contract
    rng: random.Random
    register: Register
    under: dict[str, ec.Contract] = field(default_factory=dict)
    """The contract as it was when the month was first billed."""
    desks: dict[str, Desk] = field(default_factory=dict)
    archive: dict[str, Statement] = field(default_factory=dict)
    """All statements ever issued, by digest."""
    sent: list[Statement | Restatement] = field(default_factory=list)
    """All documents, in the order in which they were issued."""
    seen: Counter[str] = field(default_factory=Counter)

    @property
    def months(self) -> list[str]:
        """The months of the world."""
        return [month.month for month in self.world.months]

    def in_force(self) -> list[Statement]:
        """The statements in force."""
        return [self.archive[issued.statement] for issued in self.register.in_force().values()]

    def is_open(self, month: str) -> bool:
        """Whether a month is not closed."""
        return self.register.locked is None or ec.Period.parse(month).end - timedelta(days=1) > self.register.locked

    def first_open(self) -> int:
        """The place of the first month that is not closed."""
        return next(place for place, month in enumerate(self.months) if self.is_open(month))

    def evaluated(self, facts: ec.Facts, first: int, last: int) -> list[Statement]:
        """The statements of some months, each under the contract that it was first billed under."""
        before = self.in_force()
        carry = before[first - 1].carry if first else None
        statements: list[Statement] = []
        for month in self.months[first : last + 1]:
            contract = self.under.setdefault(month, self.contract)
            statements.append(ec.evaluate(contract, facts, period=month, carry=carry))
            carry = statements[-1].carry
        return statements

    def issue(self, statements: Sequence[Statement], run: str, on: date, *, provisional: bool) -> None:
        """Issue *statements*, and what `Register.issue` promises about every run."""
        before, kept = self.register, list(self.archive.values())
        issued = before.issue(statements, run=run, on=on, archive=kept, allow_provisional=provisional)
        self.register = issued.register
        self.archive |= {each.digest(): each for each in statements}
        self.sent += issued.documents
        self.seen.update(type(each).__name__ for each in issued.documents)
        again = self.register.issue(statements, run=run, on=on, archive=kept, allow_provisional=provisional)
        assert again == (self.register, ()), "twice is once"

    def bill(self, place: int, minute: int, *, final: bool = False) -> None:
        """Bill the month at *place* from what is known at *minute*, and restate what changed since."""
        facts, issued = self.story.facts(minute), len(self.in_force())
        first = self.first_open() if final or self.rng.random() < 0.6 else max(self.first_open(), min(issued, place))
        statements = self.evaluated(facts, first, place)
        on = date(1970, 1, 1) + timedelta(min(minute, self.world.months[-1].end + 400 * DAY) // DAY)
        run = f"billing of {self.months[place]}" + (" at last" if final else "")
        if not any(each.status == "provisional" for each in statements):
            self.issue(statements, run, on, provisional=False)
        else:
            assert not final
            with pytest.raises(InvalidValue, match=r"is provisional"):
                self.issue(statements, run, on, provisional=False)
            self.seen["refused as provisional"] += 1
            if self.rng.random() < 0.7:
                self.issue(statements, run, on, provisional=True)
                self.seen["issued as provisional"] += 1
        self.seen["late"] += sum(each.is_late(self.world.months[place].end, minute) for each in self.story.told)
        self.seen["told wrongly"] += sum(each.is_wrong(minute) for each in self.story.told)

    def rerun(self, minute: int) -> None:
        """Evaluate what is in force again, from the same records in another order, under another identity."""
        shuffled = self.story._replace(seed=f"{self.story.seed} again").facts(minute)
        first, issued = self.first_open(), len(self.in_force())
        if first >= issued or self.rng.random() < 0.6:
            return
        statements, on = self.evaluated(shuffled, first, issued - 1), self.register.runs[-1].on
        self.issue(statements, f"another run at {minute}", on, provisional=True)
        sent = len(self.sent)
        once_more = self.evaluated(self.story.facts(minute), first, issued - 1)
        self.issue(once_more, f"one more at {minute}", on, provisional=True)
        assert len(self.sent) == sent, "the same facts in another order issue nothing"
        self.seen["issued nothing"] += 1

    def amend(self, place: int) -> None:
        """Sign an amendment that holds from the month at *place* on."""
        desk = changed(self.world.desk, self.rng)
        year, month = map(int, self.months[place].split("-"))
        day = date(year, month, 1) - timedelta(self.rng.randrange(20))
        self.contract = amended(self.world.desk, desk, day)
        self.desks = dict.fromkeys(self.months[place:], desk)
        self.seen["amended"] += 1

    def lock(self) -> None:
        """Close some of the months that were billed, but for the last of them."""
        billed = self.months[: max(0, len(self.in_force()) - 1)]
        if billed and self.register.locked is None:
            day = ec.Period.parse(self.rng.choice(billed)).end - timedelta(days=1)
            self.register = self.register.lock(day, run="lock", on=self.register.runs[-1].on)
            self.seen["locked"] += 1

    def check(self) -> None:
        """What was sent, what the register says, and what is in force are one."""
        amounts = of_statements(self.in_force())
        assert of_sent(self.sent) == amounts
        assert {key: money.minor for key, money in self.register.totals().items()} == amounts
        assert sum(each.total.value.minor for each in self.sent) == sum(amounts.values())


def of_sent(documents: Iterable[Statement | Restatement]) -> Amounts:
    """What documents add up to; each kind of document has lines, and they are added as they are."""
    found: Counter[tuple[str, str, str]] = Counter()
    for each in documents:
        for line in each.lines:
            found[each.period.label, line.clause, line.kind] += line.amount.minor
    return {key: minor for key, minor in found.items() if minor}


def books_of(seed: int, number: int, months: int = 3) -> Books:
    """
    The books of a world, to the end, when everything is known; kept once.

    Of four stories the second and the last have an amendment, the third and the last a lock.
    """
    return _books_of(seed, number, months)


@cache
def _books_of(seed: int, number: int, months: int) -> Books:
    world = world_of(seed, months)
    story = story_of(world, f"{seed}/{number}")
    rng = random.Random(f"{seed}/{number}: books")
    contract = contract_of(world.desk)
    books = Books(world, story, contract, rng, Register(contract.ref))
    can_be_amended = all(each.per != "late_time" for each in world.desk.credits)
    for place, month in enumerate(world.months):
        minute = month.end + GRACE
        if number % 2 and place == 1 and can_be_amended:
            books.amend(rng.randrange(1, len(world.months)))
        books.bill(place, minute)
        books.rerun(minute)
        if number % 4 > 1 and place >= len(world.months) - 2:
            books.lock()
        books.check()
    books.bill(len(world.months) - 1, NEVER, final=True)
    books.seen["limited"] += sum(line.kind == "limit" for each in books.in_force() for line in each.lines)
    return books
