"""Tests of the registry of clause kinds, of the schema of clauses, and of the carry."""

from __future__ import annotations

from datetime import date
from typing import Any, ClassVar, Literal

import pytest
from hypothesis import given as hypothesis_given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from ecsm_contracts.clauses import (
    AnyClause,
    Carry,
    Charge,
    Clause,
    Context,
    Yields,
    _registry,
    clause_class,
    clause_kinds,
    register_clause,
)
from ecsm_contracts.errors import ClauseError
from ecsm_contracts.figures import Figure, given
from ecsm_contracts.money import Money

from .world import FEE, codes, read

JAN_2026, FEB_2026, APR_2026 = date(2026, 1, 1), date(2026, 2, 1), date(2026, 4, 1)
OWN = ("bonus", "charge", "combine", "limit", "relief", "service_credit", "service_level")


class Goodwill(Clause):
    """A clause from outside."""

    yields: ClassVar[Yields] = "credit"
    kind: Literal["acme.goodwill"]

    def settle(self, context: Context) -> Figure[Any]:
        """Return what goodwill is worth."""
        return given("goodwill", Money.zero(context.currency), self.cite)


class Shadow(Goodwill):
    kind: Literal["charge"]  # type: ignore[assignment]  # that another word is refused is the claim


class TwoWords(Goodwill):
    kind: Literal["acme.one", "acme.two"]  # type: ignore[assignment]  # that two words are refused is the claim


class Number(Goodwill):
    kind: Literal[7]  # type: ignore[assignment]  # that a number is refused is the claim


class AnyWord(Goodwill):
    kind: str  # type: ignore[assignment]  # that any word at all is refused is the claim


class NoKind(Clause):
    def settle(self, context: Context) -> Figure[Any]:
        """Return nothing of worth."""
        return given("nothing", 0)


@pytest.fixture(autouse=True)
def _own_registry(monkeypatch: pytest.MonkeyPatch) -> None:
    """Kinds that a test registers go when it ends."""
    monkeypatch.setattr(_registry, "_KINDS", dict(_registry._KINDS))


def test_own_kinds() -> None:
    """The kinds of the library are known, sorted, each by its class."""
    assert set(OWN) <= set(clause_kinds())
    assert clause_kinds() == tuple(sorted(clause_kinds()))
    assert clause_class("charge") is Charge
    for unknown in ("acme.goodwill", "", None, 7, ["charge"]):
        assert clause_class(unknown) is None


def test_a_kind_from_outside() -> None:
    """A registered class is read by its kind like any other, observes nothing by default, and is told in the schema."""
    with pytest.raises(ValidationError, match="unknown_kind"):
        read({"ref": "9", "kind": "acme.goodwill"})
    assert register_clause(Goodwill) is Goodwill
    assert "acme.goodwill" in clause_kinds()
    clause = read({"ref": "9", "kind": "acme.goodwill"})
    assert isinstance(clause, Goodwill)
    assert clause.observes() == ()
    assert len(TypeAdapter(AnyClause).json_schema()["oneOf"]) == len(clause_kinds())


@pytest.mark.parametrize(
    ("cls", "message"),
    [
        (Shadow, "the clause kind 'charge' is taken by Charge"),
        (TwoWords, "exactly one word"),
        (Number, "exactly one word"),
        (AnyWord, "exactly one word"),
        (NoKind, "exactly one word"),
    ],
)
def test_refuses_classes(cls: type[Clause], message: str) -> None:
    """Nothing can be shadowed, and a class has exactly one word for its kind."""
    before = clause_kinds()
    with pytest.raises(ClauseError, match=message):
        register_clause(cls)
    assert clause_kinds() == before
    assert clause_class("charge") is Charge


def test_registered_once() -> None:
    """A class cannot be registered twice."""
    register_clause(Goodwill)
    with pytest.raises(ClauseError, match="is taken by Goodwill"):
        register_clause(Goodwill)


def test_a_list_of_clauses() -> None:
    """Clauses of several kinds are read, written and read again as one list."""
    adapter = TypeAdapter(tuple[AnyClause, ...])
    clauses = adapter.validate_python([FEE, read({**FEE, "ref": "3.2"})])
    assert adapter.validate_python(adapter.dump_python(clauses)) == clauses
    assert [clause.ref for clause in clauses] == ["3.1", "3.2"]


@hypothesis_given(
    st.dictionaries(
        st.sampled_from(["4.6", "4.7", "9"]), st.tuples(st.sampled_from([JAN_2026, FEB_2026]), st.integers(0, 10**6))
    ),
    st.sampled_from(["4.6", "4.7", "8"]),
)
def test_carry(limits: dict[str, tuple[date, int]], ref: str) -> None:
    """A carry says what a limit gave since it is known, zero where it knows of nothing, and is read back."""
    known = {name: (day, Money.from_minor(cents, "EUR")) for name, (day, cents) in limits.items()}
    carry = Carry.opening("ACME-2026", ends=APR_2026, limits=known)
    gave = known[ref][1] if ref in known else Money.parse("EUR 0")
    assert carry.sum_given(ref, "EUR") == gave
    assert [(each.ref, each.name) for each in carry.remembered] == [(name, "given") for name in sorted(limits)]
    again = Carry.model_validate(carry.to_data())
    assert (again, again.digest()) == (carry, carry.digest())


def test_what_clauses_remember() -> None:
    """A carry keeps the windows of each clause by name, oldest first, and tells nothing happened from nothing known."""
    past = {("4.2", "outcome"): [(JAN_2026, "met"), (FEB_2026, "missed")], ("4.1", "points"): []}
    carry = Carry.opening("ACME-2026", ends=APR_2026, past=past)
    found = carry.find("4.2", "outcome")
    assert found is not None
    assert [(each.at, each.value) for each in found.past] == past["4.2", "outcome"]
    assert carry.find("4.1", "points") is not None
    assert carry.find("4.2", "points") is None
    assert Carry.model_validate(carry.to_data()) == carry


def test_opening_carry_of_a_contract_without_limits() -> None:
    """A contract that is taken over without limits has used nothing of any."""
    carry = Carry.opening("ACME-2026", ends=APR_2026)
    assert (carry.contract, carry.ends, carry.remembered) == ("ACME-2026", APR_2026, ())
    assert carry.sum_given("4.6", "USD") == Money.zero("USD")


MET = {"at": "2026-01-01", "value": {"text": "met"}}


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"schema": "ecsm.carry/1"}, "literal_error"),
        ({"ends": "2026-04"}, "date_syntax"),
        ({"ends": None}, "date_syntax"),
        ({"contract": ""}, "string_too_short"),
        ({"remembered": [{"ref": "4.2", "name": "outcome", "past": [{**MET, "value": 0.5}]}]}, "figure_value"),
        ({"remembered": [{"ref": "4.2", "name": "outcome", "past": [MET, MET]}]}, "past_order"),
        ({"remembered": [{"ref": "4.2", "name": "outcome"}] * 2}, "remembered_order"),
        ({"remembered": [{"ref": "4.2", "name": "outcome", "past": [{**MET, "at": "2026-04-01"}]}]}, "past_after_end"),
        ({"tickets": []}, "extra_forbidden"),  # it holds no tickets
    ],
)
def test_refuses_carries(change: dict[str, Any], expected: str) -> None:
    """What is not a carry of this form is refused by a stable code."""
    data = Carry.opening("ACME-2026", ends=APR_2026).to_data()
    with pytest.raises(ValidationError) as caught:
        Carry.model_validate({**data, **change})
    assert codes(caught.value) == [expected]
