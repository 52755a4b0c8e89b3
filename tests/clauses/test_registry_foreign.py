"""What the engine takes from a clause of another package, and what it refuses."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, ClassVar, Literal, cast

import pytest

from ecsm_contracts.clauses import (
    Charge,
    Clause,
    Context,
    Yields,
    _registry,
    observed_by,
    register_clause,
    settled_by,
)
from ecsm_contracts.errors import ClauseError
from ecsm_contracts.figures import Figure, derive, given, rule
from ecsm_contracts.measures import Availability, ObservesLate, ObservesLevel, ObservesRelief, Scope
from ecsm_contracts.money import ExactAmount, Money

if TYPE_CHECKING:
    from collections.abc import Callable


class Word(str):
    """A text that another program might not read back as one."""

    __slots__ = ()


@rule("beta.own/1")
def _own(amount: Money) -> ExactAmount:
    """Return an amount as an exact one, by a rule of its own."""
    return amount.exact


@rule("gamma.other/1")
def _other(amount: Money) -> ExactAmount:
    """Return an amount as an exact one, by a rule of somebody else."""
    return amount.exact


class Anything(Clause):
    """A clause that settles to whatever it is told."""

    yields: ClassVar[Yields] = "credit"
    made: ClassVar[Callable[[Context], Any]]
    seen: ClassVar[Callable[[], Any]]

    kind: Literal["beta.anything"]

    def observes(self) -> Any:
        """Return what the test says."""
        return type(self).seen()

    def settle(self, context: Context) -> Any:
        """Return what the test says."""
        return type(self).made(context)


def amount(text: str) -> Figure[Any]:
    """An amount that is given."""
    return given("amount", Money.parse(text), "clause 9")


@pytest.fixture
def clause(monkeypatch: pytest.MonkeyPatch) -> Anything:
    """A registered clause of the kind beta.anything, with the reference 9."""
    monkeypatch.setattr(_registry, "_KINDS", dict(_registry._KINDS))
    return register_clause(Anything)(ref="9", kind="beta.anything")


def context() -> Context:
    """All that is looked at beside the clause: the currency, and what has settled, by a rule of somebody else."""
    before = derive("theirs", "gamma.other/1", amount("EUR 7"))
    return cast("Context", SimpleNamespace(currency="EUR", settled={"4.1": before}))


@pytest.mark.parametrize(
    "made",
    [
        lambda _: derive("own", "beta.own/1", amount("EUR 5.00")),
        lambda _: derive("ours", "exact/1", amount("EUR 5.00")),
        lambda _: derive("nothing", "exact/1", amount("EUR 0")),
        lambda known: known.settled["4.1"],
        lambda known: derive("half", "sum/1", known.settled["4.1"], derive("own", "beta.own/1", amount("EUR 1"))),
    ],
    ids=["own", "library", "zero", "of another clause", "rests on another clause"],
)
def test_takes_figures(made: Callable[[Context], Any], clause: Anything, monkeypatch: pytest.MonkeyPatch) -> None:
    """A figure by rules of the library and of the clause's own prefix is taken as it is; what lies behind the figures
    of other clauses is theirs."""
    monkeypatch.setattr(Anything, "made", made, raising=False)
    known = context()
    found = settled_by(clause, known)
    assert found.value in {ExactAmount.parse(each) for each in ("EUR 0", "EUR 5", "EUR 7", "EUR 8")}
    assert found == made(known)


@pytest.mark.parametrize(
    ("made", "said"),
    [
        (lambda _: 0.5, r"settle\(\) returned 0.5, not a Figure; make it with derive\(…\)"),
        (lambda _: None, "returned None, not a Figure"),
        (lambda _: given("share", 0.5), "a credit holds ExactAmount, and its figure holds float 0.5"),
        (lambda _: amount("EUR 5.00"), "a credit holds ExactAmount, and its figure holds Money"),
        (lambda _: given("late", True), "a credit holds ExactAmount, and its figure holds bool True"),
        (
            lambda _: derive("own", "beta.own/1", amount("USD 5.00")),
            "the contract is in EUR, and its figure in USD",
        ),
        (lambda _: derive("own", "beta.own/1", amount("EUR -5.00")), "its figure is EUR -5; no amount is below zero"),
        (
            lambda _: derive("strange", "gamma.other/1", amount("EUR 5")),
            "its figure 'strange' is made by 'gamma.other/1'; rules are the library's, or begin with 'beta.'",
        ),
        (
            lambda _: replace(derive("own", "beta.own/1", amount("EUR 5")), value=ExactAmount.parse("EUR 6")),
            "own: it says EUR 6, but beta.own/1 gives EUR 5 from its inputs",
        ),
        (
            lambda _: replace(derive("own", "beta.own/1", amount("EUR 5")), inputs=(given("half", 0.5),)),
            r"settle\(\) raised InvalidValue: 'a figure cannot hold a float'",
        ),
        (lambda _: derive("own", "beta.absent/1", amount("EUR 5")), "raised InvalidValue: .*there is no rule"),
        (lambda _: 1 // 0, r"settle\(\) raised ZeroDivisionError: 'integer division or modulo by zero'"),
        (lambda known: known.figure("4.9"), r"settle\(\) raised AttributeError"),
    ],
)
def test_refuses_figures(
    made: Callable[[Context], Any], said: str, clause: Anything, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is no figure, holds no exact amount of the contract's currency, does not follow from its inputs, or was not
    made at all is an error that names clause, kind and package."""
    monkeypatch.setattr(Anything, "made", made, raising=False)
    with pytest.raises(ClauseError, match=rf"^clause 9 \(beta.anything, no package\): .*{said}"):
        settled_by(clause, context())


@pytest.mark.parametrize(
    ("yields", "value", "holds"),
    [
        ("charge", Money.parse("EUR 5"), True),
        ("charge", ExactAmount.parse("EUR 5"), True),
        ("charge", 5, False),
        ("level", "met", True),
        ("level", True, False),
        ("level", Word("met"), False),
        ("relief", "excused", True),
        ("relief", 3, True),
    ],
)
def test_a_figure_holds_what_its_clause_yields(
    yields: Yields, value: Any, holds: bool, clause: Anything, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A charge is an amount and a level an outcome; what only its own readers look at may be any exact value."""
    monkeypatch.setattr(Anything, "yields", yields)
    monkeypatch.setattr(Anything, "made", lambda _: given("it", value, "clause 9"), raising=False)
    if holds:
        assert settled_by(clause, context()).value == value
    else:
        with pytest.raises(ClauseError, match=f"a {yields} holds"):
            settled_by(clause, context())


LATE = ObservesLate("9", "9.late.4.1", "4.1", timedelta(hours=1), "up")
LEVEL = ObservesLevel("9", Scope(), Availability.model_validate({"kind": "availability", "hours": "always"}))


@pytest.mark.parametrize(
    "seen",
    [(), [], [LATE], (LATE, LEVEL), iter([ObservesRelief("9", ("maintenance",), ("4.1",), leaves_denominator=True)])],
    ids=["nothing", "empty", "late", "late and level", "relief"],
)
def test_takes_observations(seen: Any, clause: Anything, monkeypatch: pytest.MonkeyPatch) -> None:
    """Observations of the closed set are taken, whatever they are handed over in."""
    monkeypatch.setattr(Anything, "seen", lambda: seen, raising=False)
    found = observed_by(clause)
    assert isinstance(found, tuple)
    assert all(isinstance(each, (ObservesLate, ObservesLevel, ObservesRelief)) for each in found)


class OwnMeasure(Availability):
    """A measure from outside, which the engine could not count."""


class OwnObservation(ObservesLate):
    pass


@pytest.mark.parametrize(
    ("seen", "said"),
    [
        (lambda: ("late",), "it observes 'late'; there are only ObservesLevel, "),
        (lambda: (tuple(LATE),), "there are only ObservesLevel"),
        (lambda: (OwnObservation(*LATE),), "there are only ObservesLevel"),
        (lambda: (LATE._replace(ref="4.2"),), "it observes for '4.2'; write self.ref"),
        (lambda: (LATE._replace(unit=timedelta(0)),), "it observes ObservesLate with unit .* which it does not take"),
        (lambda: (LATE._replace(part="some"),), "ObservesLate with part 'some'"),  # type: ignore[arg-type]
        (lambda: (LEVEL._replace(measure="uptime"),), "ObservesLevel with measure 'uptime'"),  # type: ignore[arg-type]
        (
            lambda: (LEVEL._replace(measure=OwnMeasure(kind="availability", hours="always")),),
            "ObservesLevel with measure",
        ),
        (lambda: (ObservesRelief("9", ("maintenance",), (4,), True),), r"ObservesRelief with levels \(4,\)"),  # type: ignore[arg-type]
        (lambda: None, r"observes\(\) raised TypeError"),
        (lambda: 1 // 0, r"observes\(\) raised ZeroDivisionError"),
    ],
)
def test_refuses_observations(
    seen: Callable[[], Any], said: str, clause: Anything, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is not of the closed set, or is declared for another clause, is an error that names clause and package."""
    monkeypatch.setattr(Anything, "seen", seen, raising=False)
    with pytest.raises(ClauseError, match=rf"^clause 9 \(beta.anything, no package\): .*{said}"):
        observed_by(clause)


def test_the_library_s_own_pass() -> None:
    """A clause of the library settles and observes by itself, its errors as they are."""
    charge = Charge.model_validate({"ref": "3.1", "kind": "charge", "amount": "EUR 5.00", "every": "month"})
    assert settled_by(charge, context()) == given("charge", Money.parse("EUR 5.00"), "clause 3.1")
    assert observed_by(charge) == ()
