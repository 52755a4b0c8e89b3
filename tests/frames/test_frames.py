"""Statements as tables, Arrow tables and data frames."""

import importlib
import sys
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings

import ecsm_contracts as ec
from ecsm_contracts.errors import InvalidValue, MissingExtra
from ecsm_contracts.frames import lines_table, outcomes_table, to_arrow, to_frame
from ecsm_contracts.testing import MonthCase, month_cases
from tests.reports.hostile import statement


def settled(case: MonthCase) -> ec.Statement:
    """The statement of a drawn case."""
    return ec.evaluate(case.contract, case.facts, period=case.period, carry=case.carry)


@settings(max_examples=30)
@given(month_cases())
def test_outcomes_add_up_to_the_tally(case: MonthCase) -> None:
    """There is a row for each item, every number is whole, and each column adds up to the tally."""
    made = settled(case)
    table = outcomes_table(made)
    assert list(table) == ["kind", "ref", *made.tally.columns]
    assert {len(column) for column in table.values()} == {len(made.outcomes)}
    for column in made.tally.columns:
        assert all(type(number) is int for number in table[column])
        assert sum(table[column]) == made.tally[column]


@settings(max_examples=30)
@given(month_cases())
def test_lines_add_up_to_the_total(case: MonthCase) -> None:
    """There is a row for each line; the amounts read back, and add up to the total."""
    made = settled(case)
    table = lines_table(made)
    amounts = [ec.Money.parse(f"{c} {a}") for a, c in zip(table["amount"], table["currency"], strict=True)]
    assert amounts == [line.amount for line in made.lines]
    assert sum(amount.ratio for amount in amounts) == made.total.value.ratio


@settings(max_examples=20)
@given(month_cases())
def test_arrow_holds_the_same(case: MonthCase) -> None:
    """An Arrow table holds the columns as 64-bit whole numbers, and amounts as exact decimals of the currency."""
    pyarrow = pytest.importorskip("pyarrow")
    made = settled(case)
    outcomes, lines = to_arrow(made), to_arrow(made, "lines")
    assert outcomes.to_pydict() == outcomes_table(made)
    assert {outcomes.schema.field(column).type for column in made.tally.columns} <= {pyarrow.int64()}
    assert [str(amount) for amount in lines.to_pydict()["amount"]] == lines_table(made)["amount"]
    assert pyarrow.types.is_decimal128(lines.schema.field("amount").type)


@pytest.mark.parametrize("backend", ["pyarrow", "pandas", "polars"])
@pytest.mark.parametrize("currency", ["EUR", "JPY", "KWD"])
def test_frames_hold_the_same(backend: Any, currency: str) -> None:
    """A data frame of any library holds whole numbers and exact amounts."""
    pytest.importorskip(backend)
    narwhals = pytest.importorskip("narwhals")
    made = statement("=1+1", currency)
    outcomes = narwhals.from_native(to_frame(made, backend=backend))
    assert {name: outcomes[name].to_list() for name in outcomes.columns} == outcomes_table(made)
    assert {outcomes[column].dtype for column in made.tally.columns} == {narwhals.Int64}
    amounts = narwhals.from_native(to_frame(made, "lines", backend=backend))["amount"].to_list()
    assert amounts == [Decimal(text) for text in lines_table(made)["amount"]]
    assert all(isinstance(amount, Decimal) for amount in amounts)


def test_unknown_words_are_refused() -> None:
    """A table or a backend that there is not is refused, with a hint."""
    made = statement("a")
    with pytest.raises(InvalidValue, match='did you mean "lines"'):
        to_arrow(made, "line")  # type: ignore[arg-type]  # that is what is tested
    with pytest.raises(InvalidValue, match='did you mean "pandas"') as caught:
        to_frame(made, backend="panda")  # type: ignore[arg-type]  # that is what is tested
    assert caught.value.rule == "frame_backend"


@pytest.mark.parametrize(("absent", "make"), [("pyarrow", to_arrow), ("narwhals", to_frame)])
def test_an_absent_extra_is_named(absent: str, make: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the libraries of the extra, the error says what to install; the plain tables still work."""
    if absent == "narwhals":
        pytest.importorskip("pyarrow")
    monkeypatch.setitem(sys.modules, absent, None)
    made = statement("a")
    assert outcomes_table(made)["ref"]
    with pytest.raises(MissingExtra, match=r"ecsm-contracts\[frames\]"):
        make(made)


def test_an_absent_backend_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the library whose frame is asked for, the error names it."""
    pytest.importorskip("narwhals")
    pytest.importorskip("pyarrow")
    monkeypatch.setitem(sys.modules, "polars", None)
    with pytest.raises(InvalidValue, match="pip install polars"):
        to_frame(statement("a"), backend="polars")


def test_importing_loads_no_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    """The package can be imported where none of its libraries is installed."""
    for absent in ("narwhals", "numpy", "pandas", "polars", "pyarrow"):
        monkeypatch.setitem(sys.modules, absent, None)
    for name in [name for name in sys.modules if name.startswith("ecsm_contracts.frames")]:
        monkeypatch.delitem(sys.modules, name)
    assert importlib.import_module("ecsm_contracts.frames").outcomes_table
