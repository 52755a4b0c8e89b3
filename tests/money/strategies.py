"""What the tests of this floor draw from, and how they name their cases."""

from __future__ import annotations

from fractions import Fraction

from hypothesis import strategies as st

from ecsm_contracts.money import ROUNDING_MODES, ExactAmount, Money, Percent, currency_exponent
from ecsm_contracts.money._iso4217 import EXPONENTS

MODES = st.sampled_from(ROUNDING_MODES)
HALF_MODES = st.sampled_from(["half_up", "half_even", "half_down"])
CURRENCIES = st.sampled_from(["EUR", "USD", "JPY", "KWD", "CLF", "BGN", *sorted(EXPONENTS)])

RATIOS = st.one_of(
    st.fractions(min_value=-(10**9), max_value=10**9),
    st.builds(Fraction, st.integers(-(10**9), 10**9), st.sampled_from([1, 2, 3, 7, 20, 31, 200, 2000, 20000, 43200])),
)
"""Amounts of major units, many of them just on the middle between two minor units."""

WEIGHTS = st.one_of(
    st.lists(st.integers(0, 10), min_size=1, max_size=12),
    st.lists(st.fractions(min_value=0, max_value=1000), min_size=1, max_size=12),
    st.lists(st.just(1), min_size=1, max_size=40),
).filter(any)

PERCENTS = st.one_of(
    st.builds(lambda units: Percent(Fraction(units, 10**11)), st.integers(0, 10**15)),
    st.builds(Percent.of, st.integers(0, 200)),
)


@st.composite
def monies(draw: st.DrawFn, currency: str | None = None, *, most: int = 10**14, fine: bool = True) -> Money:
    """Draw an amount, of one *currency* if given, of at most so many minor units; *fine* ones may be
    unrounded."""
    code = currency or draw(CURRENCIES)
    scale = currency_exponent(code) + (draw(st.integers(0, 6)) if fine else 0)
    return Money(draw(st.one_of(st.integers(-most, most), st.integers(-500, 500))), scale, code)


@st.composite
def exact_amounts(draw: st.DrawFn, currency: str | None = None) -> ExactAmount:
    """Draw an unrounded amount, of one *currency* if given."""
    return ExactAmount(draw(RATIOS), currency or draw(CURRENCIES))


def brief(value: object) -> str:
    """Return the name of a case: the beginning of its value."""
    return ascii(value)[:24]
