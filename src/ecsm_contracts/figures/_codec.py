"""Figures as plain data: every node once, under a key made of its content."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ecsm_contracts._model import digest
from ecsm_contracts.errors import EcsmError, FigureError, shown
from ecsm_contracts.figures._figure import Figure, walk_all
from ecsm_contracts.figures._values import value_from_data, value_to_data

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["decode_figures", "encode_figures"]

KEY_LENGTH = 24
"""Hexadecimal digits of a node's key: 96 bits, so that two nodes of one statement do not meet by chance."""


def _key(node: Mapping[str, Any]) -> str:
    return digest(node).removeprefix("sha256:")[:KEY_LENGTH]


def encode_figures(figures: Mapping[str, Figure[Any]]) -> tuple[dict[str, str], dict[str, dict[str, Any]]]:
    """
    Return for each name the key of its node, and all nodes by their keys.

    A node that several figures share stands once.
    """
    nodes: dict[str, dict[str, Any]] = {}
    keys: dict[int, str] = {}
    for figure in walk_all(figures.values()):
        node = {
            "name": figure.name,
            "value": value_to_data(figure.value),
            "rule": figure.rule,
            "inputs": [keys[id(part)] for part in figure.inputs],
            "cites": list(figure.cites),
        }
        key = keys[id(figure)] = _key(node)
        nodes[key] = node
    return {name: keys[id(figure)] for name, figure in figures.items()}, nodes


def _changed(key: str, node: Mapping[str, Any]) -> FigureError | None:
    """Return the failure of a node that is not what its key was made of; one that is no node at all is an error."""
    if not isinstance(node, dict) or not isinstance(node.get("inputs"), list):
        name = str(node.get("name", "nodes")) if isinstance(node, dict) else "nodes"
        raise FigureError(name, f"the node {key} is not a figure")
    if not all(isinstance(part, str) for part in node["inputs"]):
        raise FigureError(str(node.get("name", "?")), f"its inputs are not keys of nodes: {shown(node['inputs'])}")
    try:
        same = _key(node) == key
    except TypeError:  # it holds a float, which no key was ever made of
        same = False
    return (
        None
        if same
        else FigureError(str(node.get("name", "?")), "its node was changed: the key does not fit its content")
    )


def _decode_node(node: Mapping[str, Any], built: Mapping[str, Figure[Any]]) -> Figure[Any]:
    name = str(node.get("name", "?"))
    try:
        inputs = tuple(built[key] for key in node["inputs"])
        return Figure(name, value_from_data(node["value"]), str(node["rule"]), inputs, tuple(map(str, node["cites"])))
    except KeyError as problem:
        raise FigureError(name, f"it names an input that is not there: {problem}") from None
    except (EcsmError, ArithmeticError, AttributeError, TypeError, ValueError) as problem:
        raise FigureError(name, f"its value cannot be read: {problem}") from None


def decode_figures(
    roots: Mapping[str, str], nodes: Mapping[str, Mapping[str, Any]]
) -> tuple[dict[str, Figure[Any]], list[FigureError]]:
    """
    Return the figures by name, and what is wrong with their nodes.

    A key that is not made of its content, an unreadable value.

    Raises:
        FigureError: when a figure cannot be built at all.
    """
    if not isinstance(roots, dict) or not isinstance(nodes, dict):
        raise FigureError("figures, nodes", "each must be an object of names, and is not")
    for name, root in roots.items():
        if not isinstance(root, str):
            raise FigureError(name, f"the key of a node is needed, this is {shown(root)}")
    failures = [failure for key, node in nodes.items() if (failure := _changed(key, node)) is not None]
    built: dict[str, Figure[Any]] = {}
    for name, root in roots.items():
        stack = [root]
        opened: set[str] = set()
        while stack:
            key = stack[-1]
            if key in built:
                stack.pop()
                continue
            node = nodes.get(key)
            if node is None:
                above = next((str(nodes[each].get("name", "?")) for each in reversed(stack) if each in opened), name)
                raise FigureError(above, f"it refers to the node {key}, which is not there")
            missing = [part for part in node.get("inputs", ()) if part not in built]
            if missing and key in opened:
                raise FigureError(str(node.get("name", "?")), "its inputs lead back to itself")
            if missing:
                opened.add(key)
                stack.extend(missing)
                continue
            built[key] = _decode_node(node, built)
            stack.pop()
    return {name: built[key] for name, key in roots.items()}, failures
