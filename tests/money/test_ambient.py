"""Tests that the caller's decimal context has no say, and is left alone."""

from __future__ import annotations

import decimal
from concurrent.futures import ThreadPoolExecutor
from fractions import Fraction

import pytest

from ecsm_contracts.money import ROUNDING_MODES, ExactAmount, Money, Percent, allocate

AMOUNTS = [decimal.Decimal(text) for text in ("20000.00", "-123456789012345.67", "0.00000001", "1E+14", "-0", "19.995")]
HOSTILE = [
    decimal.Context(prec=1, rounding=decimal.ROUND_UP, Emin=-1, Emax=1, capitals=0, clamp=1),
    decimal.Context(prec=1, rounding=decimal.ROUND_DOWN, traps=[]),
    decimal.Context(prec=4),
    decimal.Context(prec=200, rounding=decimal.ROUND_05UP, traps=list(decimal.Context().flags)),
]


def everything() -> str:
    """Use all of the floor, and return what came out."""
    out: list[object] = []
    for amount in AMOUNTS:
        money = Money.of(amount, "EUR")
        out += [money, money.display, money.ratio, money * 3, -money, abs(money), money < Money.zero("EUR")]
        out += [tuple(map(int, money.amount.as_tuple().digits)), money.amount.as_tuple().exponent]
        exact = money.exact * Percent.of(decimal.Decimal("12.345")) * Fraction(1, 31)
        out += [exact, *(exact.round(mode) for mode in ROUNDING_MODES), exact.round("half_up", places=8)]
        out += allocate(exact.round("half_even"), [3, Fraction(1, 7), 0, 2])
    for text in ("EUR 123456789012345.12345678", "KWD -0.0005"):
        out += [Money.parse(text), Money.parse(text) + Money.parse(text)]
    out += [ExactAmount.parse("EUR 2/3"), Percent.parse("99.999999999%"), Percent.of("33.3").number]
    return "|".join(map(str, out))


EXPECTED = everything()


@pytest.mark.parametrize("hostile", HOSTILE, ids=str)
def test_context_changes_nothing(hostile: decimal.Context) -> None:
    """A context of precision one, or any other, changes no digit; its settings and flags stay the same."""
    with decimal.localcontext(hostile) as context:  # noqa: TID251 - so that it can be shown to have no say
        before = repr(context)
        assert everything() == EXPECTED
        assert decimal.getcontext() is context  # noqa: TID251 - nor has it been exchanged
        assert repr(context) == before
        assert not any(context.flags.values())


def test_context_of_threads() -> None:
    """Sixteen threads, each with a context of its own, get the same digits, and keep their contexts."""

    def work(number: int) -> tuple[str, str, str]:
        with decimal.localcontext(HOSTILE[number % len(HOSTILE)]) as context:  # noqa: TID251 - as above
            before = repr(context)
            return everything(), before, repr(context)

    with ThreadPoolExecutor(16) as pool:
        for digits, before, after in pool.map(work, range(64)):
            assert digits == EXPECTED
            assert before == after
