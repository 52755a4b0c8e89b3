"""Tests of `Facts`: identities, order, and shards."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecsm_contracts._model import canonical_json
from ecsm_contracts.facts import Facts, Notice, Outage, Rejected, Ticket, Work

from .strategies import event, hour, ticket

REFS = st.sampled_from(["A", "B", "C", "a", "É"])
TICKETS = st.lists(st.builds(lambda ref, p: ticket(event("opened"), ref=ref, priority=p), REFS, st.sampled_from("12")))
OUTAGES = st.lists(
    st.builds(lambda ref, n: Outage(ref=ref, service="mail", start=hour(0), end=hour(n)), REFS, st.integers(1, 2))
)
NOTICES = st.lists(
    st.builds(
        lambda ref, n: Notice(ref=ref, service="mail", kind="maintenance", start=hour(0), end=hour(n)),
        REFS,
        st.integers(1, 2),
    )
)
WORK = st.lists(
    st.builds(
        lambda ref, n: Work(ref=ref, ticket="A", role="agent", effort=timedelta(hours=n), at=hour(0)),
        REFS,
        st.integers(1, 2),
    )
)
REJECTED = st.lists(st.builds(Rejected, st.sampled_from(["ticket", "work"]), REFS, st.just("code"), st.just("message")))
TABLES = st.fixed_dictionaries(
    {"tickets": TICKETS, "outages": OUTAGES, "notices": NOTICES, "work": WORK, "rejected": REJECTED}
)
KINDS = {"ticket": "tickets", "outage": "outages", "notice": "notices", "work": "work"}


@given(TABLES)
def test_every_identity_once(tables: dict[str, list[Any]]) -> None:
    """Equal records of one kind and identity are one; where they differ all are rejected, none is lost."""
    facts = Facts.of(**tables)
    rejected = list(tables["rejected"])
    for kind, table in KINDS.items():
        by_ref: dict[str, set[str]] = {}
        for record in tables[table]:
            by_ref.setdefault(record.ref, set()).add(canonical_json(record.to_data()))
        kept = [(record.ref, canonical_json(record.to_data())) for record in getattr(facts, table)]
        assert kept == sorted((ref, raws.pop()) for ref, raws in by_ref.items() if len(raws) == 1)
        rejected += [
            Rejected(kind, ref, "duplicate_identity", "", "", raw)
            for ref, raws in by_ref.items()
            if len(raws) > 1
            for raw in raws
        ]
    found = [record._replace(message="") for record in facts.rejected]
    assert Counter(found) == Counter(record._replace(message="") for record in rejected)
    assert facts.rejected == tuple(sorted(facts.rejected, key=Rejected.order))


@given(TABLES, st.randoms(use_true_random=False))
def test_order_and_redelivery_are_irrelevant(tables: dict[str, list[Any]], random: Any) -> None:
    """Law E26: records in any order, some of them delivered again, make the same facts."""
    again: dict[str, list[Any]] = {}
    for table, records in tables.items():
        more = [] if table == "rejected" else random.sample(records, random.randint(0, len(records)))
        again[table] = [*records, *more]
        random.shuffle(again[table])
    assert Facts.of(**tables) == Facts.of(**again)


def test_kinds_have_references_of_their_own() -> None:
    """A ticket, an outage, a notice and a piece of work may share one reference."""
    facts = Facts.of(
        tickets=[ticket(event("opened"), ref="A")],
        outages=[Outage(ref="A", service="mail", start=hour(0))],
        notices=[Notice(ref="A", service="mail", kind="maintenance", start=hour(0), end=hour(1))],
        work=[Work(ref="A", ticket="A", role="agent", effort=timedelta(hours=1), at=hour(0))],
    )
    assert not facts.rejected
    assert [len(table) for table in (facts.tickets, facts.outages, facts.notices, facts.work)] == [1, 1, 1, 1]


def test_rejection_says_how_many() -> None:
    """Records that share an identity are told how many they are, and keep their content."""
    one, other = (ticket(event("opened"), priority=p) for p in ("P1", "P2"))
    facts = Facts.of(tickets=[one, other, one])
    assert [record.message for record in facts.rejected] == [
        "2 different records have this identity; give each its own, or correct them"
    ] * 2
    assert {record.raw for record in facts.rejected} == {canonical_json(each.to_data()) for each in (one, other)}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("2026-03-02T09:00:00Z", "2026-03-02T10:00:00+01:00"),
        ("2026-03-02T09:00:00Z", "2026-03-02T09:00:00.000000Z"),
    ],
)
def test_instants_are_compared_as_instants(one: str, other: str) -> None:
    """Two records that differ in the spelling of an instant only are one record."""
    facts = Facts.of(tickets=[ticket(event("opened", at)) for at in (one, other)])
    assert (len(facts.tickets), facts.rejected) == (1, ())


def test_events_are_compared_in_the_order_of_time() -> None:
    """Two records of one ticket whose events come in another order are one record."""
    opened, resolved = event("opened"), event("resolved", hour(1))
    facts = Facts.of(tickets=[ticket(opened, resolved), ticket(resolved, opened, resolved)])
    assert (len(facts.tickets), facts.rejected) == (1, ())


@given(TABLES, st.integers(1, 9))
def test_shards_partition(tables: dict[str, list[Any]], count: int) -> None:
    """Shards share no ticket and lose none; each has the whole setting but for work, the first all the rest."""
    facts = Facts.of(**tables)
    shards = facts.shards(count)
    assert len(shards) == count
    together: list[Ticket] = [each for shard in shards for each in shard.tickets]
    assert Counter(each.ref for each in together) == Counter(each.ref for each in facts.tickets)
    assert max(len(shard.tickets) for shard in shards) - min(len(shard.tickets) for shard in shards) <= 1
    without = replace(facts.setting, work=())
    assert [replace(shard.setting, work=()) for shard in shards] == [without] * count
    assert (shards[0].work, shards[0].rejected) == (facts.work, facts.rejected)
    assert not any(shard.work or shard.rejected for shard in shards[1:])
    assert facts.shards(1) == (facts,)


def test_nothing_is_a_fact() -> None:
    """Without any record there are empty facts, which are the default."""
    assert Facts.of() == Facts()
