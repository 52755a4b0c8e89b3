"""Tests of figures as plain data: round trips, sharing, and every kind of tampering."""

from __future__ import annotations

import copy
import json
from typing import Any

import pytest
from hypothesis import given as hypothesis_given
from hypothesis import strategies as st

from ecsm_contracts.errors import FigureError
from ecsm_contracts.figures import Figure, decode_figures, derive, encode_figures, given, replay
from ecsm_contracts.figures._codec import _key
from ecsm_contracts.money import Money

from .strategies import VALUES, figures, leaves, put, same

Nodes = dict[str, dict[str, Any]]


def encoded(figure: Figure[Any]) -> tuple[dict[str, str], Nodes]:
    """Return one figure as it is read back from a file."""
    roots, nodes = encode_figures({"4.6": figure})
    return json.loads(json.dumps(roots)), json.loads(json.dumps(nodes))


def faults(roots: dict[str, str], nodes: Nodes) -> list[str]:
    """Return the figures that reading or replaying finds wrong."""
    try:
        figures_read, failures = decode_figures(roots, nodes)
    except FigureError as failure:
        return [failure.figure]
    replayed = [failure for figure in figures_read.values() for failure in replay(figure)]
    return [failure.figure for failure in (*failures, *replayed)]


def resealed(roots: dict[str, str], nodes: Nodes) -> tuple[dict[str, str], Nodes]:
    """Return nodes with new keys made of their content, as a forger would who knows how."""
    keys: dict[str, str] = {}
    made: Nodes = {}
    while len(keys) < len(nodes):
        for old, node in nodes.items():
            if old not in keys and all(part in keys for part in node["inputs"]):
                new = {**node, "inputs": [keys[part] for part in node["inputs"]]}
                keys[old] = _key(new)
                made[keys[old]] = new
    return {name: keys[key] for name, key in roots.items()}, made


@hypothesis_given(figures())
def test_round_trip(figure: Figure[Any]) -> None:
    """Figures are read back as they were, without faults, and written again to the same data."""
    roots, nodes = encoded(figure)
    read, failures = decode_figures(roots, nodes)
    assert failures == []
    assert same(read["4.6"], read["4.6"])
    assert {(part.name, part.value, part.rule, part.cites) for part in read["4.6"].walk()} == {
        (part.name, part.value, part.rule, part.cites) for part in figure.walk()
    }
    assert encode_figures(read) == (roots, nodes)


@hypothesis_given(VALUES)
def test_every_type_of_value(value: Any) -> None:
    """A value of any type is read back equal and of its type."""
    read, failures = decode_figures(*encoded(given("value", value, "clause 1")))
    assert failures == []
    assert same(read["4.6"], given("value", value, "clause 1"))


@hypothesis_given(figures(), figures())
def test_a_node_stands_once(one: Figure[Any], other: Figure[Any]) -> None:
    """Figures that say the same all the way down are one node, whoever rests on them."""
    _, nodes = encode_figures({"one": one, "other": other, "again": one})
    texts = [json.dumps(node, sort_keys=True) for node in nodes.values()]
    assert len(set(texts)) == len(texts)
    read, _ = decode_figures(*encode_figures({"one": one, "again": one}))
    assert read["one"] is read["again"]


def test_sharing_keeps_proofs_small() -> None:
    """A figure that doubles on itself forty times is forty-one nodes, not a million million."""
    figure: Figure[Any] = given("cent", Money.parse("EUR 0.01"))
    for number in range(40):
        figure = derive(f"doubling {number}", "plus/1", figure, figure)
    roots, nodes = encode_figures({"all": figure})
    assert len(nodes) == 41
    read, failures = decode_figures(roots, nodes)
    assert (failures, replay(read["all"])) == ([], [])
    assert read["all"].value == Money.from_minor(2**40, "EUR")


def other_than(value: Any) -> Any:
    """Return a scalar of the same type that is not *value*."""
    if isinstance(value, bool):
        return not value
    return value + 1 if isinstance(value, int) else f"{value}0"


@hypothesis_given(figures(), st.data())
def test_tampering_is_found(figure: Figure[Any], data: st.DataObject) -> None:
    """Whichever one scalar of whichever node is changed - name, value, rule, input or cite - a figure is named."""
    roots, nodes = encoded(figure)
    path = data.draw(st.sampled_from(leaves(nodes)))
    put(nodes, path, other_than)
    assert faults(roots, nodes)


@hypothesis_given(figures(), st.data())
def test_what_is_missing_is_found(figure: Figure[Any], data: st.DataObject) -> None:
    """Whichever field or node is left out, a figure is named."""
    roots, nodes = encoded(figure)
    key = data.draw(st.sampled_from(sorted(nodes)))
    field = data.draw(st.sampled_from(["name", "value", "rule", "inputs", "cites", None]))
    if field is None:
        del nodes[key]
    else:
        del nodes[key][field]
    assert faults(roots, nodes)


@hypothesis_given(figures(), st.data())
def test_forged_keys_do_not_help(figure: Figure[Any], data: st.DataObject) -> None:
    """A derived value that is changed is found by replay even when all keys are made anew to fit."""
    roots, nodes = encoded(figure)
    key = data.draw(st.sampled_from([key for key, node in nodes.items() if node["inputs"]]))
    before = copy.deepcopy(nodes[key]["value"])
    nodes[key]["value"] = data.draw(st.sampled_from([{"count": 7}, {"money": "EUR 7.77"}, {"exact": "EUR 7/3"}]))
    if nodes[key]["value"] == before:
        return
    assert nodes[key]["name"] in faults(*resealed(roots, nodes))


@hypothesis_given(figures())
def test_an_extra_field_is_found(figure: Figure[Any]) -> None:
    """A node with a field more than it had does not fit its key."""
    roots, nodes = encoded(figure)
    nodes[roots["4.6"]]["note"] = "approved"
    assert faults(roots, nodes) == [figure.name]


def test_a_changed_node_is_named() -> None:
    """What is wrong with a node is said with the name of its figure."""
    roots, nodes = encoded(given("fee", Money.parse("EUR 1.00")))
    nodes[roots["4.6"]]["value"] = {"money": "EUR 2.00"}
    _, failures = decode_figures(roots, nodes)
    assert [str(failure) for failure in failures] == ["fee: its node was changed: the key does not fit its content"]


@pytest.mark.parametrize("length", [1, 2, 5])
def test_cycles_are_refused(length: int) -> None:
    """Figures that lead back to themselves, over however many steps, are refused."""
    node = {"name": "ring", "value": {"count": 1}, "rule": "not below zero/1", "cites": []}
    nodes = {str(n): {**node, "inputs": [str((n + 1) % length)]} for n in range(length)}
    with pytest.raises(FigureError, match="ring: its inputs lead back to itself"):
        decode_figures({"4.6": "0"}, nodes)


def test_a_diamond_is_no_cycle() -> None:
    """Two figures that rest on one, which is met on both ways, are no cycle."""
    base = given("base", 1)
    left, right = derive("left", "not below zero/1", base), derive("right", "not below zero/1", base)
    top = derive("top", "ratio/1", left, derive("over", "not below zero/1", right), cites=("clause 1",))
    read, failures = decode_figures(*encoded(top))
    assert failures == []
    assert same(read["4.6"], top)


@pytest.mark.parametrize(
    "value",
    [
        {"count": "1"}, {"count": True}, {"truth": 1}, {"ratio": "1/0"}, {"ratio": "1"}, {"ratio": "a/b"},
        {"money": "EUR"}, {"money": "12.00"}, {"exact": "EUR 1/0"}, {"percent": "95"}, {"percent": "-1%"},
        {"microseconds": "5"}, {"microseconds": 10**30}, {"text": 5}, {"number": 5}, {}, [], "1", None, 5,
    ],
    ids=str,
)  # fmt: skip
def test_unreadable_values(value: object) -> None:
    """A value that is not of a known type, or does not fit its type, is refused with the name of its figure."""
    roots, nodes = encoded(given("fee", 1))
    nodes[roots["4.6"]]["value"] = value
    with pytest.raises(FigureError, match=r"^fee: its value cannot be read"):
        decode_figures(roots, nodes)


def test_a_root_that_is_not_there() -> None:
    """A reference to a node that is not there is refused, and says which."""
    with pytest.raises(FigureError, match="node 0123, which is not there"):
        decode_figures({"4.6": "0123"}, {})
