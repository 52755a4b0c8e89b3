"""Limits that look back: rolling windows, a number of times, and what exceeds them."""

from typing import Any

import pytest

from tests.clauses.history import CREDIT, LEVEL, contract, statements

LIMIT: dict[str, Any] = {"ref": "4.7", "kind": "limit", "credits": ["4.5"], "window": "period", "excess": "forfeit"}


@pytest.mark.parametrize(
    ("terms", "word", "thousands"),
    [
        ({"at_most": "EUR 100000.00"}, "bgbbgg", "100 0 100 100 0 0"),
        ({"at_most": "EUR 100000.00", "excess": "carry"}, "bgbbgg", "100 50 100 100 100 0"),
        ({"at_most": "EUR 200000.00", "window": {"periods": 3}}, "bbbbbb", "150 50 0 150 50 0"),
        ({"at_most": "EUR 200000.00", "window": {"periods": 3}, "excess": "carry"}, "bbggggg", "150 50 0 100 0 0 0"),
        ({"at_most": "EUR 200000.00", "window": "term"}, "bbbgb", "150 50 0 0 0"),
        ({"times": 2, "window": {"periods": 4}}, "bbbbbb", "150 150 0 0 150 150"),
        ({"above": "EUR 150000.00"}, "bb", "0 0"),
        ({"above": "EUR 149999.99"}, "bg", "150 0"),
    ],
    ids=["forfeit", "carry", "rolling", "rolling-carry", "term", "times", "above", "above-less"],
)
def test_what_a_limit_gives_month_by_month(terms: dict[str, Any], word: str, thousands: str) -> None:
    """A credit of EUR 150,000.00 for each bad month is limited by what was given, and left over, before."""
    found = statements(contract(LEVEL, CREDIT, {**LIMIT, **terms}), word)
    assert [int(each["4.7"].value.ratio) // 1000 for each in found] == [int(each) for each in thousands.split()]
