"""What an item came to, told from the statement alone, and everything that a statement cites."""

from __future__ import annotations

import copy
from typing import Any

import pytest

import ecsm_contracts as ec
from ecsm_contracts.errors import InvalidValue, UnknownReference, WrongType
from ecsm_contracts.statements import statement_from_data
from tests.engine.tampering import statements
from tests.engine.world import JANUARY, OUTAGE, acme, incident, january, statement, tickets
from tests.reports.hostile import TEXTS
from tests.reports.hostile import statement as hostile_statement


def test_every_item_is_told_with_its_whole_row() -> None:
    """The numbers of promises and of other columns are all those of the row that are not zero, each once."""
    for given in (statement(), *statements()):
        for row in given.outcomes:
            why = given.why(row.ref, kind=row.kind)
            told = {f"{each.clause}.{name}": number for each in why.counts for name, number in each.numbers if number}
            told |= dict(why.others)
            columns = zip(given.outcomes.columns, row.numbers, strict=True)
            assert told == {column: number for column, number in columns if number}
            assert (why.kind, why.ref, why.digest, why.period) == (row.kind, row.ref, row.digest, given.period.label)


def test_it_falls_short_where_the_statement_says_so() -> None:
    """What is said of single items, together, is what `shortfalls` says of all."""
    for given in (statement(), *statements()):
        found = {
            (each.clause, row.kind, row.ref, each.shortfall)
            for row in given.outcomes
            for each in given.why(row.ref, kind=row.kind).counts
            if each.shortfall
        }
        assert found == {(each.clause, each.kind, each.ref, each.text) for each in given.shortfalls()}


def test_clauses_and_lines_rest_on_it_that_cite_its_columns() -> None:
    """A late ticket reaches its promise, its credit, the limit and their lines; the fee does not rest on it."""
    why = statement().why("T-0")
    assert why.clauses == ("4.2", "4.5", "4.7")
    assert {line.clause for line in why.lines} == {"4.5", "4.6", "4.7"}
    assert [each.clause for each in why.counts] == ["4.1", "4.2"]


def test_a_group_is_rested_on_by_its_own_items_only() -> None:
    """A figure of one group of items does not rest on an item of another group."""
    february = statements()[1]
    cited = {cite for cite in february["5"].sources() if cite.startswith("tally ")}
    assert any(cite.endswith(" of cause disk") for cite in cited)
    assert "5" in february.why("T-20").clauses
    assert february.why("T-21").clauses == ()


def test_an_item_that_no_promise_counts_says_so() -> None:
    """A ticket of a service that the contract does not list is in the table, and changes nothing."""
    why = statements()[1].why("T-22")
    assert (why.counts, why.clauses, why.lines, why.unlisted) == ((), (), (), "garden")
    assert "No promise counts it." in str(why)
    assert "does not list its service" in why._repr_html_()


def test_an_item_that_is_not_there_is_refused_with_a_hint() -> None:
    """An unknown identity, a rejected record, one of another kind, a kind that there is none of."""
    given = statements()[1]
    with pytest.raises(UnknownReference, match=r'no item .*did you mean "T-2[0-2]"'):
        given.why("T20")
    with pytest.raises(UnknownReference, match="entered no figure"):
        given.why("T-bad")
    with pytest.raises(UnknownReference, match="no outage"):
        given.why("T-20", kind="outage")
    with pytest.raises(InvalidValue, match="did you mean") as caught:
        given.why("T-20", kind="tickets")
    assert caught.value.rule == "item_kind"
    with pytest.raises(WrongType):
        given.why(7)  # type: ignore[arg-type]  # that is what is tried
    for odd in ("", "\ud800", "x" * 10**6, "\x1b[2J"):
        with pytest.raises(UnknownReference) as refused:
            given.why(odd)
        assert "\x1b" not in str(refused.value)
        assert len(str(refused.value)) < 300


def test_an_identity_of_several_kinds_must_say_which() -> None:
    """A ticket and an outage of one name are not mistaken for each other."""
    both = {**OUTAGE, "ref": "T-1"}
    given = ec.evaluate(acme(), january(tickets=[incident(1)], outages=[both], notices=[]), period=JANUARY)
    with pytest.raises(InvalidValue, match=r"kind='outage'") as caught:
        given.why("T-1")
    assert caught.value.rule == "item_ambiguous"
    assert [given.why("T-1", kind=kind).kind for kind in ("ticket", "outage")] == ["ticket", "outage"]


@pytest.mark.parametrize("text", TEXTS)
def test_no_identity_becomes_markup(text: str) -> None:
    """Whatever an item, a title or a clause is called, it stays text."""
    why = hostile_statement(text).why(f"{text}-1")
    assert why._repr_html_().count("<") == hostile_statement("a").why("a-1")._repr_html_().count("<")
    assert "\x1b" not in str(why)


def test_sources_are_what_the_figures_cite_and_nothing_else() -> None:
    """Everything cited anywhere in the file, each once and sorted; none of it is new."""
    for given in (statement(), *statements()):
        data: dict[str, Any] = given.to_data()
        cited = sorted({cite for node in data["nodes"].values() for cite in node["cites"]})
        assert list(given.sources()) == cited
        assert statement_from_data(copy.deepcopy(data)).sources() == given.sources()


def test_it_costs_little_among_many() -> None:
    """Among some thousand items one is found and told, without looking at the facts."""
    many = ec.evaluate(acme(), january(tickets=tickets(3000)), period=JANUARY)
    assert many.why("T-2999").counts
