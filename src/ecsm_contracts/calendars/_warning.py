"""
Warnings: when a share of a target is used up, and when somebody is there to be told.

A warning "at 75 %" of eight hours of service is due after six hours of service, not after three quarters of the
days that lie between. It is of use only to someone at work, so it may wait for the hours of whoever is told.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Final

from ecsm_contracts.errors import InvalidValue, shown

if TYPE_CHECKING:
    from datetime import datetime

__all__ = ["WarningInstant", "read_share"]

MOST: Final = 10
"""The greatest share of a target: 1,000 %; those above 100 % warn of how late something is."""

_PERCENT: Final = re.compile(r"([0-9]{1,4})(?:\.([0-9]{1,9}))? ?%", re.ASCII)


@dataclass(frozen=True, slots=True)
class WarningInstant:
    """
    When to warn that a share of a target is used up; all instants are in UTC.

        >>> from datetime import datetime, timedelta
        >>> from ecsm_contracts.calendars import BusinessCalendar
        >>> service = BusinessCalendar.always("Europe/Amsterdam")
        >>> office = BusinessCalendar.weekly("Mon-Fri 09:00-17:00", zone="Europe/Amsterdam")
        >>> evening = datetime.fromisoformat("2026-03-02T21:00:00+01:00")
        >>> warning = service.warning(evening, timedelta(hours=14), "75%", notifier=office)
        >>> warning.at.isoformat(), warning.notify.isoformat(), warning.too_late
        ('2026-03-03T06:30:00+00:00', '2026-03-03T08:00:00+00:00', False)
    """

    share: Fraction
    """How much of the target is used up, such as 3/4."""

    at: datetime
    """The earliest instant at which it is."""

    notify: datetime
    """The same, or the next opening of the notifier's hours."""

    deadline: datetime | None
    """The earliest instant at which all of the target is used up; None where it lies beyond the calendar."""

    @property
    def too_late(self) -> bool:
        """Whether nobody is told before the deadline."""
        return self.deadline is not None and self.notify >= self.deadline


def read_share(value: object) -> Fraction:
    """
    Return a share as a fraction: ``"75%"``, ``"12.5 %"`` or ``Fraction(3, 4)``.

        >>> read_share("12.5%")
        Fraction(1, 8)

    Raises:
        InvalidValue: rule "warning_share", also below 0 and above 1,000 %.
    """
    share = value if isinstance(value, Fraction) else None
    match = _PERCENT.fullmatch(value) if isinstance(value, str) else None
    if match is not None:
        digits = match[2] or ""
        share = Fraction(int(match[1] + digits), 100 * 10 ** len(digits))
    if share is None or not 0 <= share <= MOST:
        message = f'{shown(value)} is not a share of a target; write "75%" or Fraction(3, 4), at most 1000%'
        raise InvalidValue(message, rule="warning_share", value=value)
    return share
