"""What amounts of one currency have in common, whether they can be paid or not."""

from __future__ import annotations

from abc import abstractmethod
from typing import TYPE_CHECKING, Self

from ecsm_contracts.money._currency import same_currency
from ecsm_contracts.money._value import TextValue

if TYPE_CHECKING:
    from fractions import Fraction


class Amount(TextValue):
    """
    So many major units of a currency, exactly.

    Amounts of one kind and one currency add up and have an order; those of two currencies are never equal,
    and raise `CurrencyMismatch` when they are to add or compare.
    """

    __slots__ = ("_currency",)

    _currency: str

    @property
    def currency(self) -> str:
        """The ISO 4217 code, active or withdrawn."""
        return self._currency

    @property
    @abstractmethod
    def ratio(self) -> Fraction:
        """The exact number of major units (euros, not cents), of either sign."""

    @property
    def is_zero(self) -> bool:
        """Whether there is no money in it."""
        return not self.ratio

    def __bool__(self) -> bool:
        """Say whether there is money in it, of either sign."""
        return bool(self.ratio)

    @abstractmethod
    def __add__(self, other: Self) -> Self:
        """Add an amount of the same kind and currency."""

    @abstractmethod
    def __neg__(self) -> Self:
        """Turn the sign."""

    def __sub__(self, other: Self) -> Self:
        """Subtract an amount of the same kind and currency."""
        return self + -other if isinstance(other, type(self)) else NotImplemented

    def _ratios(self, other: Self) -> tuple[Fraction, Fraction] | None:
        """Return what there is to compare with an amount of the same kind and currency; None for another kind."""
        if not isinstance(other, type(self)):
            return None
        same_currency(self.currency, other.currency)
        return self.ratio, other.ratio

    # All four are written out: type checkers do not see through `functools.total_ordering` in a subclass.

    def __lt__(self, other: Self) -> bool:
        """Compare with an amount of the same kind and currency."""
        ratios = self._ratios(other)
        return NotImplemented if ratios is None else ratios[0] < ratios[1]

    def __le__(self, other: Self) -> bool:
        """Compare with an amount of the same kind and currency."""
        ratios = self._ratios(other)
        return NotImplemented if ratios is None else ratios[0] <= ratios[1]

    def __gt__(self, other: Self) -> bool:
        """Compare with an amount of the same kind and currency."""
        ratios = self._ratios(other)
        return NotImplemented if ratios is None else ratios[0] > ratios[1]

    def __ge__(self, other: Self) -> bool:
        """Compare with an amount of the same kind and currency."""
        ratios = self._ratios(other)
        return NotImplemented if ratios is None else ratios[0] >= ratios[1]
