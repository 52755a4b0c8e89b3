"""
Values that carry their own proof: each names the rule that made it and the figures it was made from.
"""

from ecsm_contracts.figures._codec import decode_figures, encode_figures
from ecsm_contracts.figures._explain import ExplainForm, explain, explain_data, figure_tree, figure_trees
from ecsm_contracts.figures._figure import Figure, derive, given, replay, walk_all
from ecsm_contracts.figures._rules import rule, rule_names
from ecsm_contracts.figures._values import Value, show_quantity, show_value, value_from_data, value_to_data

__all__ = [
    "ExplainForm",
    "Figure",
    "Value",
    "decode_figures",
    "derive",
    "encode_figures",
    "explain",
    "explain_data",
    "figure_tree",
    "figure_trees",
    "given",
    "replay",
    "rule",
    "rule_names",
    "show_quantity",
    "show_value",
    "value_from_data",
    "value_to_data",
    "walk_all",
]
