"""What a clause kind from outside must keep to, and which package it is said to come from."""

from __future__ import annotations

from fractions import Fraction
from typing import Any, ClassVar, Literal

import pytest
from pydantic import ConfigDict, ValidationError

from ecsm_contracts._model import Model
from ecsm_contracts.clauses import (
    Charge,
    Clause,
    Context,
    Yields,
    _installed,
    _kind_rules,
    _registry,
    clause_class,
    clause_kinds,
    kind_origins,
    register_clause,
    why_no_kind,
)
from ecsm_contracts.clauses._installed import Package
from ecsm_contracts.errors import ClauseError
from ecsm_contracts.figures import Figure, given
from ecsm_contracts.money import ExactAmount

from .world import read

HERE = Package("acme", "acme-clauses", "1.2", __name__)
ELSEWHERE = Package("acme", "other-clauses", "0.3", "other_clauses")


class Goodwill(Clause):
    yields: ClassVar[Yields] = "credit"
    kind: Literal["acme.goodwill"]

    def settle(self, context: Context) -> Figure[Any]:
        """Return what goodwill is worth."""
        return given("goodwill", ExactAmount.zero(context.currency), self.cite)


class Bare(Goodwill):
    kind: Literal["goodwill"]  # type: ignore[assignment]  # that another word is refused is the claim


class Shouted(Goodwill):
    kind: Literal["acme.Good will"]  # type: ignore[assignment]  # as above


class Deep(Goodwill):
    kind: Literal["acme.good.will"]  # type: ignore[assignment]  # as above


class Hidden(Goodwill):
    def to_data(self) -> dict[str, Any]:
        """Write something else than it holds."""
        return {}


class Helped:
    """A base beside the clause, which says for it what its digest is."""

    def digest(self) -> str:
        """Return always the same."""
        return ""


class Mixed(Helped, Goodwill):
    pass


class Unsettled(Clause):
    yields: ClassVar[Yields] = "credit"
    kind: Literal["acme.goodwill"]


class Silent(Clause):
    kind: Literal["acme.goodwill"]

    def settle(self, context: Context) -> Figure[Any]:
        """Return nothing of worth."""
        return given("nothing", 0)


class Limiting(Goodwill):
    yields: ClassVar[Yields] = "limit"


class Strange(Goodwill):
    yields: ClassVar[Yields] = "profit"  # type: ignore[assignment]  # that no such word is known is the claim


class Thawed(Goodwill):
    model_config = ConfigDict(frozen=False)


class Loose(Goodwill):
    model_config = ConfigDict(extra="ignore")


class Floating(Goodwill):
    share: float | None = None


class Weight(Model):
    share: tuple[float, ...]
    inner: Weight | None = None


class FloatingBelow(Goodwill):
    weights: tuple[Weight, ...] = ()


class OwnCharge(Charge):
    kind: Literal["acme.charge"]  # type: ignore[assignment]  # that the library's class is refused is the claim


@pytest.fixture(autouse=True)
def _own_registry(monkeypatch: pytest.MonkeyPatch) -> None:
    """Kinds that a test registers go when it ends, and nothing is installed but what it says."""
    monkeypatch.setattr(_registry, "_KINDS", dict(_registry._KINDS))
    install(monkeypatch)


def install(monkeypatch: pytest.MonkeyPatch, *packages: Package) -> None:
    """Let *packages* be what is installed."""
    for module in (_installed, _kind_rules, _registry):
        monkeypatch.setattr(module, "installed_packages", lambda: packages)


@pytest.mark.parametrize(
    ("cls", "said"),
    [
        (Bare, r'kinds without a prefix are the library.s; write kind: Literal\["acme.goodwill"\], with'),
        (Shouted, "'acme.Good will' is not a kind; write small letters, digits and _ on both sides of one dot"),
        (Deep, "'acme.good.will' is not a kind"),
        (Hidden, r"it says for itself what to_data is; a kind from outside has only observes\(\) and settle\(\)"),
        (Mixed, "it says for itself what digest is"),
        (Unsettled, r"it does not write settle\(\)"),
        (Silent, "it yields None; write one of .*charge, .*credit"),
        (Limiting, "it yields 'limit'; write one of"),
        (Strange, "it yields 'profit'; write one of"),
        (Thawed, "its model_config loosens what every clause keeps"),
        (Loose, "its model_config loosens what every clause keeps"),
        (Floating, "its field share takes a float; write Percent, Money, Fraction or int"),
        (FloatingBelow, "its field weights takes a float"),
        (OwnCharge, "it is made from Charge; derive it from Clause"),
    ],
    ids=lambda each: each.__name__ if isinstance(each, type) else "",
)
def test_refuses_classes_from_outside(cls: type[Clause], said: str) -> None:
    """A class from outside that claims the library's words, does more than its two methods, or loosens what every
    clause keeps is refused, and says what to write instead."""
    before = clause_kinds()
    with pytest.raises(ClauseError, match=f"^{cls.__name__}: {said}"):
        register_clause(cls)
    assert clause_kinds() == before


def test_only_two_methods_are_a_kind_s_own() -> None:
    """Each method and property of the base that is not `observes` or `settle` is one that a class from outside may not
    write."""
    said = _kind_rules._said_by_the_base()
    assert {"cite", "to_data", "digest", "replace", "observes", "settle"} <= said
    assert not said & {"kind", "ref", "title", "yields"}
    for name in sorted(said - {"observes", "settle"}):
        cls = type("Over", (Goodwill,), {name: lambda self: None, "__module__": __name__})
        with pytest.raises(ClauseError, match=f"^Over: it says for itself what {name} is"):
            register_clause(cls)


def test_a_field_in_place_of_a_method() -> None:
    """A class from outside may not put a field where the base has a method."""
    with pytest.warns(UserWarning, match="shadows an attribute"):
        cls = type("Shadowing", (Goodwill,), {"__annotations__": {"digest": int}, "__module__": __name__})
    with pytest.raises(ClauseError, match="it says for itself what digest is"):
        register_clause(cls)


def test_a_kind_of_a_program_s_own(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where no package has the prefix, a program may register a kind for itself; it has no version."""
    register_clause(Goodwill)
    assert why_no_kind("acme.goodwill") == ""
    assert kind_origins(["acme.goodwill", "charge"]) == {"acme.goodwill": "no package"}
    install(monkeypatch, Package("other", "other-clauses", "0.3", "other_clauses"))
    assert kind_origins(["acme.goodwill"]) == {"acme.goodwill": "no package"}


def test_a_kind_of_an_installed_package(monkeypatch: pytest.MonkeyPatch) -> None:
    """A class of the module that an entry point names is of that package, whoever imported the module."""
    install(monkeypatch, HERE)
    register_clause(Goodwill)
    assert kind_origins(["charge", "acme.goodwill", "acme.goodwill"]) == {"acme.goodwill": "acme-clauses 1.2"}


@pytest.mark.parametrize(
    ("packages", "said"),
    [
        ([ELSEWHERE], "the prefix 'acme' is of the installed package other-clauses 0.3; take another one"),
        (
            [HERE, ELSEWHERE],
            "the prefix 'acme' is of two installed packages, acme-clauses 1.2 and other-clauses 0.3; remove one",
        ),
        (
            [HERE._replace(prefix="other")],
            "acme-clauses 1.2 adds kinds that begin with 'other.', and 'acme.goodwill' does not",
        ),
    ],
    ids=["theirs", "twins", "strays"],
)
def test_a_prefix_is_of_one_package(packages: list[Package], said: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A class takes no prefix of another package, none that two packages claim, and none beside its own package's."""
    install(monkeypatch, *packages)
    with pytest.raises(ClauseError, match=said):
        register_clause(Goodwill)
    assert clause_class("charge") is Charge


def test_two_prefixes_of_one_package(monkeypatch: pytest.MonkeyPatch) -> None:
    """A package that names one module under two prefixes may use both."""
    install(monkeypatch, HERE, HERE._replace(prefix="other"))
    assert register_clause(Goodwill) is Goodwill


@pytest.mark.parametrize(
    ("module", "is_of_it"),
    [("acme", True), ("acme.kinds", True), ("acme._kinds.late", True), ("acmes", False), ("acme_clauses", False)],
)
def test_what_belongs_to_a_package(module: str, is_of_it: bool) -> None:
    """A class is of a package when its module is the one named, or lies beside it; a longer name is another module."""
    cls = type("Made", (), {"__module__": module})
    assert _installed.belongs(cls, Package("acme", "acme-clauses", "1.2", "acme.kinds")) is is_of_it


def test_unknown_kinds_say_why(monkeypatch: pytest.MonkeyPatch) -> None:
    """A kind that is not there is answered by the closest one, else by the packages that are installed."""
    register_clause(Goodwill)
    install(monkeypatch, Package("beta", "beta-clauses", "2.0", "beta_clauses"))
    assert why_no_kind("limt") == 'there is no such kind of clause; did you mean "limit"?'
    assert why_no_kind("zzz").startswith("there is no such kind of clause; known are ")
    assert why_no_kind("acme.godwill") == (
        "no installed package has the prefix 'acme'; did you mean \"acme.goodwill\"?; 'beta' is of beta-clauses 2.0"
    )
    assert why_no_kind("zzz.qqq") == (
        "no installed package has the prefix 'zzz'; install the one that brings 'zzz.qqq', and start Python again; "
        "'beta' is of beta-clauses 2.0"
    )
    assert why_no_kind("beta.late") == (
        "beta-clauses 2.0 cannot be imported: ModuleNotFoundError: \"No module named 'beta_clauses'\""
    )


@pytest.mark.parametrize("kind", ["x." + "y" * 10**6, ".", "a.", ".b", "\x1b[31m.x", "os.system", "../etc.passwd"])
def test_hostile_kinds(kind: str) -> None:
    """A kind that no package can have imports nothing, and is repeated short and escaped."""
    assert clause_class(kind) is None
    assert len(why_no_kind(kind)) < 400
    assert "\x1b" not in why_no_kind(kind)


@pytest.mark.parametrize("kind", [7, 1.5, None, True, ["acme.goodwill"], {"acme": "goodwill"}, Fraction(1, 2)])
def test_kinds_that_are_no_texts(kind: object) -> None:
    """A kind that is no text is no kind, and an error of the library's own."""
    assert clause_class(kind) is None
    with pytest.raises(ValidationError, match=r"_kind"):
        read({"ref": "9", "kind": kind})
