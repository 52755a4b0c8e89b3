"""Values: amounts, percentages, durations, periods."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from hypothesis import strategies as st

from ecsm_contracts.calendars import Period
from ecsm_contracts.money import Money, Percent
from ecsm_contracts.testing._choices import PLACES
from ecsm_contracts.testing._hours import turns
from ecsm_contracts.testing._opening import billing_periods

if TYPE_CHECKING:
    from ecsm_contracts.contracts import Contract

__all__ = ["CURRENCIES", "durations", "moneys", "percents", "periods"]

CURRENCIES = ("EUR", "JPY", "KWD")
"""Currencies with two, no and three decimals."""

MINOR_UNITS = 10**14
HUNDREDTHS = 10_000
LONGEST_HOURS = 200


def moneys(*, currency: str | None = None) -> st.SearchStrategy[Money]:
    """Return a strategy for amounts in whole minor units, of either sign, in *currency* or one of several."""
    codes = st.sampled_from(CURRENCIES) if currency is None else st.just(currency)
    return st.builds(Money.from_minor, st.integers(-MINOR_UNITS, MINOR_UNITS), codes)


def percents() -> st.SearchStrategy[Percent]:
    """Return a strategy for percentages from 0% to 100%, with up to two decimals."""
    return st.integers(0, HUNDREDTHS).map(lambda units: Percent.parse(f"{units // 100}.{units % 100:02}%"))


def durations() -> st.SearchStrategy[timedelta]:
    """Return a strategy for durations: whole hours and minutes, and such as are one microsecond off."""
    whole = st.one_of(
        st.integers(0, LONGEST_HOURS).map(lambda hours: timedelta(hours=hours)),
        st.integers(1, LONGEST_HOURS * 60).map(lambda minutes: timedelta(minutes=minutes)),
    )
    return st.one_of(whole, whole.map(lambda length: length + timedelta(microseconds=1)))


def periods(*, contract: Contract | None = None) -> st.SearchStrategy[Period]:
    """
    Return a strategy for months in which clocks change; for a *contract*, for periods that it settles.

    Of a contract, the first period and those in which a clock changes come most often.
    """
    if contract is None:
        return st.sampled_from([Period.month(*month) for place in PLACES for month in place.months])
    every = billing_periods(contract)
    zones = {contract.zone, *(contract.calendar(name).zone for name in contract.calendar_names())}
    turning = [period for period in every if any(turns(zone, *period.bounds(contract.zone)) for zone in sorted(zones))]
    often = turning * (2 + 3 * len(every) // max(1, len(turning)))
    return st.sampled_from([*often, *every, *every[:1] * (len(every) // 2)])
