"""What one period hands to the next: the only memory between periods. It holds no tickets."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Literal, Self

from pydantic import Field, field_validator
from pydantic_core import PydanticCustomError

from ecsm_contracts._model import Model
from ecsm_contracts.calendars import DateText
from ecsm_contracts.facts import Ref, each_once
from ecsm_contracts.money import Money

__all__ = ["Carry", "UsedOfLimit"]


class UsedOfLimit(Model):
    """What a limit over a contract year has given since that year began."""

    ref: Ref
    """The limit's clause."""
    year: DateText
    """The first day of the contract year."""
    amount: Money
    """What it gave from that day to the end of the period; not negative."""

    @field_validator("amount")
    @classmethod
    def _given(cls, amount: Money) -> Money:
        if amount != amount.exact.round("down"):
            raise PydanticCustomError("amount_scale", "a limit gave whole minor units of its currency")
        if amount < Money.zero(amount.currency):
            raise PydanticCustomError("amount_negative", "a limit gave nothing or more, never less than nothing")
        return amount


class Carry(Model):
    """
    The state at the end of a period, without which the next one cannot be settled.

    Only where the term starts is there none. A contract that is taken over in mid-life begins with
    `Carry.opening`.
    """

    schema_: Literal["ecsm.carry/1"] = Field(default="ecsm.carry/1", alias="schema")
    contract: Ref
    """The contract's reference."""
    ends: DateText
    """The end, exclusive, of the period that hands it on; the next period starts on this day."""
    limits: tuple[UsedOfLimit, ...] = ()
    """What limits over a contract year have given, by clause."""

    @field_validator("limits")
    @classmethod
    def _one_each(cls, limits: tuple[UsedOfLimit, ...]) -> tuple[UsedOfLimit, ...]:
        each_once(tuple(each.ref for each in limits))
        return limits

    @classmethod
    def opening(cls, contract: str, *, ends: date, limits: Mapping[str, tuple[date, Money]] | None = None) -> Self:
        """
        Return the state in which a contract is taken over in mid-life, known from elsewhere.

        Args:
            contract: The contract's reference.

            ends: The first day that is settled with this library.

            limits: For each limit over a contract year its first day and what has been given since.

        Example:
            >>> Carry.opening("ACME-2026", ends=date(2026, 3, 1)).ends
            datetime.date(2026, 3, 1)
        """
        used = [
            UsedOfLimit(ref=ref, year=year, amount=amount) for ref, (year, amount) in sorted((limits or {}).items())
        ]
        return cls.model_validate({"contract": contract, "ends": ends, "limits": used})

    def used(self, ref: str, year: date, currency: str) -> Money:
        """
        Return what the limit *ref* has given in the contract year that began on *year*.

        Zero if nothing is known.
        """
        return next(
            (each.amount for each in self.limits if each.ref == ref and each.year == year),
            Money.zero(currency),
        )
