"""
A million tickets in columns: late or not, by `ecsm_contracts.frames` and by the queries that a user would write.

    pip install -r benchmarks/peers_requirements.txt
    python benchmarks/million.py [tickets, 1000000 by default]

Eight events a ticket, a clock to the first answer and one to the resolution, which waits for the customer; Mon-Fri
09:00-17:30 in London with holidays. The queries know these two clocks and nothing else: they join every event to a
table of opening hours, which a loop over days makes for them, and add up. The run checks that all find the same
service times for every ticket. Times are medians of rounds by the clock on the wall and by the CPU, threads included.
"""

import statistics
import sys
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from time import perf_counter, process_time
from typing import Any
from zoneinfo import ZoneInfo

import ecsm_contracts as ec
from ecsm_contracts.engine import Observer, observe_tickets
from ecsm_contracts.facts import EVENT_KINDS, Setting, timeline
from ecsm_contracts.frames import Texts, TicketColumns, observe_columns
from ecsm_contracts.frames._column_observer import ColumnObserver  # the clocks alone, without the rows of outcomes
from ecsm_contracts.frames._kernel_columns import Walked, walk_columns
from ecsm_contracts.frames._relieved_hours import EventTimes, RelievedHours
from ecsm_contracts.frames._steps import steps_before
from ecsm_contracts.measures import walk

try:
    import duckdb
    import numpy as np
    import polars as pl
except ImportError as absent:
    print(f"not measured: {absent}; see benchmarks/peers_requirements.txt")
    sys.exit()

ROUNDS = 3
PLAIN = 5_000
"""How many tickets the loop over models gets; more would say the same."""
LONDON = ZoneInfo("Europe/London")
HOLIDAYS = [
    "2026-01-01",
    "2026-04-03",
    "2026-04-06",
    "2026-05-04",
    "2026-05-25",
    "2026-08-31",
    "2026-12-25",
    "2026-12-28",
]
STORY = ["opened", "replied", "held", "resumed", "held", "resumed", "resolved", "closed"]
PARTIES = ("provider", "customer", "vendor")
SAID = [-1, 0, 1, -1, 2, -1, -1, -1]
"""The party that each event of the story names, by its place; -1 for none."""
PRIORITIES = ("P1", "P2", "P3")
HOUR = 3_600_000_000
TARGETS = {"response": (HOUR // 2, HOUR, 4 * HOUR), "resolution": (4 * HOUR, 8 * HOUR, 40 * HOUR)}
LEVELS = {"4.1": "response", "4.2": "resolution"}
KIND = {kind: place for place, kind in enumerate(EVENT_KINDS)}
CONTRACT = f"""
schema: ecsm.contract/1
ref: MILLION
title: A million tickets
agreement: sla
parties: {{provider: Northwind Support, customer: Acme Ltd}}
term: {{start: 2026-01-01, end: 2027-01-01}}
zone: Europe/London
currency: GBP
billing: {{cycle: year, anchor_month: 1, anchor_day: 1}}
calendars:
  desk: {{zone: Europe/London, hours: [Mon-Fri 09:00-17:30], holidays: uk}}
holidays:
  uk: {{country: GB, years: "2026", source: written by hand, days: [{", ".join(HOLIDAYS)}]}}
services:
  - {{ref: desk, title: Service desk, outcome: people can work, hours: desk, channels: [portal]}}
clauses:
  - {{ref: "3.1", kind: charge, title: Fee, amount: GBP 20000.00, every: year}}
  - ref: "4.1"
    kind: service_level
    title: Answered in time
    scope: {{service: desk}}
    measure:
      kind: attainment
      clock:
        {{start: [opened], stop: [replied, resolved], hours: desk, holds: [],
         reopened: continue_without, attempt: first, changed: new_only}}
      within: {{by: priority, P1: 30min, P2: 1h, otherwise: 4h}}
      population: opened
      undecided: met
      minimum: 1
      when_too_few: met
    target: {{at_least: 95%}}
  - ref: "4.2"
    kind: service_level
    title: Resolved in time
    scope: {{service: desk}}
    measure:
      kind: attainment
      clock:
        {{start: [opened], stop: [resolved], hours: desk, holds: [customer],
         reopened: continue_without, attempt: last, changed: restart}}
      within: {{by: priority, P1: 4h, P2: 8h, otherwise: 40h}}
      population: opened
      undecided: met
      minimum: 1
      when_too_few: met
    target: {{at_least: 95%}}
settlement:
  {{entitlement: automatic, instrument: deduction, rounding: {{mode: half_up, at: line}}, tax: price_reduction}}
"""
Answer = dict[str, Any]
"""For each clock the service time of every ticket, in microseconds and in the order of the tickets."""


def micros(at: datetime) -> int:
    """The microseconds from 1970 to an aware instant."""
    return (at - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1)


def drawn(count: int) -> tuple[Any, Any]:
    """The priority of each ticket, and the instants of its events: opened in ten months, minutes to days apart."""
    draw = np.random.default_rng(2026)
    opened = draw.integers(micros(datetime(2026, 1, 1, tzinfo=UTC)), micros(datetime(2026, 10, 31, tzinfo=UTC)), count)
    gaps = np.exp(draw.uniform(np.log(60e6), np.log(3 * 24 * HOUR), (count, len(STORY) - 1))).astype(np.int64)
    times = np.concatenate([opened[:, None], opened[:, None] + np.cumsum(gaps, axis=1)], axis=1)
    return draw.integers(0, len(PRIORITIES), count).astype(np.int32), times // 1_000_000 * 1_000_000


def columns_of(priorities: Any, times: Any) -> TicketColumns:
    """The tickets as this library takes them in columns."""
    count, width = times.shape
    nothing = np.zeros(count, np.int32)
    return TicketColumns(
        refs=tuple(f"INC{number:07}" for number in range(count)),
        texts={
            "service": Texts(nothing, ("desk",)),
            "type": Texts(nothing, ("incident",)),
            "priority": Texts(priorities, PRIORITIES),
        },
        offsets=np.arange(0, (count + 1) * width, width, dtype=np.int64),
        times=times.ravel(),
        kinds=np.tile(np.array([KIND[kind] for kind in STORY], np.uint8), count),
        event_texts={"party": Texts(np.tile(np.array(SAID, np.int32), count), PARTIES)},
    )


def events_of(times: Any) -> pl.DataFrame:
    """The events as a user has them: a row each, by ticket and instant; kinds and parties are small numbers."""
    count, width = times.shape
    return pl.DataFrame(
        {
            "ticket": np.repeat(np.arange(count, dtype=np.int32), width),
            "at": times.ravel(),
            "kind": np.tile(np.array([KIND[kind] for kind in STORY], np.int8), count),
            "party": np.tile(np.array(SAID, np.int8), count),
        }
    )


def opening_hours() -> pl.DataFrame:
    """When the desk opens and closes, and the service time before each opening: the table that the queries join to."""
    rows, before = [], 0
    day = date(2025, 12, 22)
    while day < date(2027, 1, 10):
        if day.weekday() < 5 and day.isoformat() not in HOLIDAYS:
            start = micros(datetime(day.year, day.month, day.day, 9, tzinfo=LONDON).astimezone(UTC))
            end = micros(datetime(day.year, day.month, day.day, 17, 30, tzinfo=LONDON).astimezone(UTC))
            rows.append((start, end, before))
            before += end - start
        day += timedelta(days=1)
    return pl.DataFrame(rows, schema=["start", "end", "before"], orient="row")


RESUMES = ~((pl.col("kind") == KIND["held"]) & (pl.col("party") == PARTIES.index("customer")))
ENDED = pl.col("kind").is_in([KIND["resolved"], KIND["closed"]])
ANSWERED = (pl.col("kind") == KIND["replied"]) & (pl.col("party") == PARTIES.index("provider"))


def by_ticket(worked: pl.LazyFrame) -> Answer:
    """The service times of both clocks from *worked*: the events, by ticket and instant, with `w` in each row."""
    spent = (pl.col("w").shift(-1) - pl.col("w")) * (RESUMES & ~ENDED).cast(pl.Int64)
    found = (
        worked.with_columns(spent=spent)
        .group_by("ticket", maintain_order=True)
        .agg(
            resolution=pl.col("spent").sum(),
            response=pl.col("w").filter(ANSWERED).first() - pl.col("w").first(),
        )
        .collect()
    )
    return {name: found[name].to_numpy() for name in TARGETS}


def joined_by_polars(events: pl.DataFrame, hours: pl.DataFrame) -> Answer:
    """Every event joined to the last opening before it."""
    worked = (
        events.lazy()
        .with_row_index("row")
        .sort("at")
        .join_asof(hours.lazy(), left_on="at", right_on="start")
        .with_columns(w=pl.col("before") + pl.min_horizontal("at", "end") - pl.col("start"))
        .sort("row")
    )
    return by_ticket(worked)


def searched_by_polars(events: pl.DataFrame, hours: pl.DataFrame) -> Answer:
    """The same with a binary search in the openings, which needs no sorting by instant."""
    place = hours["start"].search_sorted(events["at"], side="right") - 1
    near = hours[place]
    w = pl.select(near["before"] + pl.min_horizontal(events["at"], near["end"]) - near["start"]).to_series()
    return by_ticket(events.lazy().with_columns(w=w))


QUERY = """
WITH worked AS (
    SELECT e.ticket, e."at", e.kind, e.party, h.before + least(e."at", h."end") - h.start AS w
    FROM events e ASOF JOIN hours h ON e."at" >= h.start
), spent AS (
    SELECT *, lead(w) OVER (PARTITION BY ticket ORDER BY "at") - w AS spent FROM worked
)
SELECT ticket,
    CAST(sum(spent) FILTER (
        NOT (kind = $held AND party = $customer)
        AND kind NOT IN ($resolved, $closed)
    ) AS BIGINT) AS resolution,
    min(w) FILTER (kind = $replied AND party = $provider) - min(w) AS response
FROM spent GROUP BY ticket ORDER BY ticket
"""


def joined_by_duckdb(events: pl.DataFrame, hours: pl.DataFrame) -> Answer:
    """An ASOF join, and a window over each ticket."""
    with duckdb.connect() as database:
        database.register("events", events.to_arrow())
        database.register("hours", hours.to_arrow())
        kinds = {kind: KIND[kind] for kind in ("held", "resolved", "closed", "replied")}
        parties = {party: PARTIES.index(party) for party in ("provider", "customer")}
        found = database.execute(QUERY, kinds | parties).fetchnumpy()
    return {name: np.asarray(found[name]) for name in TARGETS}


def clocks_by_column(planned: ec.Plan, columns: TicketColumns) -> Answer:
    """Both clocks over the columns, without rows of outcomes."""
    observer = ColumnObserver(planned, Setting())
    found: dict[str, list[Any]] = {name: [] for name in TARGETS}
    for chunk in columns.chunks():
        for level in observer.plain.levels:
            found[LEVELS[level.program.ref]].append(observer.judged(chunk, level).judgements.elapsed)
    return {name: np.concatenate(parts) for name, parts in found.items()}


def kernel_by_column(planned: ec.Plan, columns: TicketColumns) -> Callable[[], Any]:
    """Return what walks both clocks over steps that are integers already, as the plain loop below does."""
    observer = ColumnObserver(planned, Setting())
    end, clocks = planned.bounds[1], [level.clock for level in observer.plain.levels if level.clock is not None]
    steps = [steps_before(chunk, end, observer.plain.vocabulary) for chunk in columns.chunks()]

    def run() -> None:
        hours: dict[Any, RelievedHours] = {}
        for each in steps:
            events = EventTimes(each.times, end, hours)
            for clock in clocks:
                walk_columns(clock, Walked(each.starts, each.counts, each.symbols, events, end))

    return run


def late(answer: Answer, priorities: Any) -> dict[str, int]:
    """How many tickets are late by each clock."""
    return {name: int((answer[name] > np.array(TARGETS[name])[priorities]).sum()) for name in TARGETS}


def timed(run: Callable[[], Any]) -> tuple[float, float, Any]:
    """The seconds on the wall and of CPU that *run* takes, medians, and what it gives."""
    walls, cpus, found = [], [], None
    for _ in range(ROUNDS):
        wall, cpu = perf_counter(), process_time()
        found = run()
        walls.append(perf_counter() - wall)
        cpus.append(process_time() - cpu)
    return statistics.median(walls), statistics.median(cpus), found


def show(name: str, count: int, wall: float, cpu: float) -> None:
    """Print a row."""
    print(f"{name:44}{wall:9.2f}{cpu:9.2f}{cpu / count * 1e6:12.3f}{count / wall:14,.0f}")


def main() -> None:
    """Print a table, and check that all answers are one."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    priorities, times = drawn(count)
    columns, events, hours = columns_of(priorities, times), events_of(times), opening_hours()
    planned = ec.plan(ec.parse_contract(CONTRACT, name="million.yaml"), "2026")
    asked: dict[str, Callable[[], Answer]] = {
        "clocks by the column, NumPy": lambda: clocks_by_column(planned, columns),
        "polars, search_sorted": lambda: searched_by_polars(events, hours),
        "polars, join_asof": lambda: joined_by_polars(events, hours),
        "DuckDB, ASOF join": lambda: joined_by_duckdb(events, hours),
    }
    print(f"{count:,} tickets, {times.size:,} events; polars {pl.__version__}, DuckDB {duckdb.__version__}\n")
    print(f"{'':44}{'wall, s':>9}{'CPU, s':>9}{'us a ticket':>12}{'tickets/s':>14}")
    first: Answer | None = None
    for name, run in asked.items():
        wall, cpu, answer = timed(run)
        show(name, count, wall, cpu)
        first = answer if first is None else first
        for clock in TARGETS:
            if not np.array_equal(first[clock], answer[clock]):
                sys.exit(f"{name}: other service times to the {clock}")
    wall, cpu, _ = timed(kernel_by_column(planned, columns))
    show("the same clocks by the column, steps ready", count, wall, cpu)
    for digests in (False, True):
        wall, cpu, observed = timed(
            lambda digests=digests: observe_columns(planned, Setting(), columns, digests=digests)
        )
        show(f"rows of outcomes by the column, digests: {digests}", count, wall, cpu)
        found = {name: count - observed.tally[f"{ref}.met"] for ref, name in LEVELS.items()}
        if first is None or found != late(first, priorities):
            sys.exit("the outcomes count other tickets late")
    plainly(planned, columns.part(0, min(PLAIN, count)))
    print(f"\nlate: {late(first, priorities)}; all answers are equal, ticket by ticket")


def plainly(planned: ec.Plan, columns: TicketColumns) -> None:
    """Print what the plain driver takes on a part: the loop over integers, and models all the way."""
    tickets = [columns.ticket(row) for row in range(len(columns))]
    observer, end = Observer(planned, Setting()), planned.bounds[1]
    compiled = [observer.view(ticket, timeline(ticket)).compiled for ticket in tickets]
    clocks = [level.clock for level in observer.levels if level.clock is not None]
    wall, cpu, _ = timed(lambda: [walk(clock, ticket, end) and None for ticket in compiled for clock in clocks])
    show("the same clocks, plain loop, steps ready", len(tickets), wall, cpu)
    lines = [ticket.canonical_json() for ticket in tickets]
    wall, cpu, _ = timed(lambda: observe_tickets(planned, Setting(), map(ec.Ticket.model_validate_json, lines)))
    show("from JSON to rows with digests, models", len(tickets), wall, cpu)


if __name__ == "__main__":
    main()
