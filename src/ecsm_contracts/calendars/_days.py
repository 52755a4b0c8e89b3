"""
Days as contracts count them: five meanings, each by its name, and the meanings that tools have of their own.

"Two days" may be 48 hours of service, the same time two working days later, the end of the second working day,
48 hours by the clock or the same time two dates later. They differ by days in a week with a weekend, and no tool
agrees with the next, so a number of days always says which days they are.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Literal, get_args

from pydantic_core import core_schema

from ecsm_contracts.calendars._schema import value_schema
from ecsm_contracts.errors import InvalidValue, did_you_mean, shown

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["DayMeaning", "DayPreset", "Days"]

DayMeaning = Literal[
    "24_service_hours",
    "working_day_same_time",
    "end_of_working_day",
    "24_hours",
    "calendar_day",
]
"""What a day is; see `Days`."""

DayPreset = Literal["legacy_freshdesk"]
"""What a day is in one tool, where that is none of the five."""

MOST_DAYS: Final = 40_000
"""More days than there are in the years that instants may lie in."""

_NAMES: Final[tuple[str, ...]] = (*get_args(DayMeaning), *get_args(DayPreset))
_NOT_BACK: Final = ("end_of_working_day", "legacy_freshdesk")
_HOURS: Final = ("24_service_hours", "24_hours")
_BY_THE_CLOCK: Final = ("24_hours", "calendar_day")
_CLOSE: Final = {
    "business_day": "working_day_same_time",
    "working_day": "working_day_same_time",
    "same_time": "working_day_same_time",
    "end_of_day": "end_of_working_day",
    "end_of_business_day": "end_of_working_day",
    "24_business_hours": "24_service_hours",
    "24h": "24_hours",
}
"""What the meanings are called elsewhere."""


@dataclass(frozen=True, slots=True)
class Days:
    """
    A number of days, and what a day is.

        >>> Days(2, "end_of_working_day")
        Days(days=2, meaning='end_of_working_day')

    Counted from an instant, with *working day* for a local date on which the calendar has any hours:

    * ``24_service_hours``: 24 hours of service each, as OTRS counts, and Freshdesk from 2026 on.
    * ``working_day_same_time``: the same time of day on the n-th working day after the local date of the start,
      whether that time is in hours or not, as biz and GLPI count.
    * ``end_of_working_day``: the last closing on the n-th working day after the local date of the start; of 0 days,
      on the first date with hours left.
    * ``24_hours``: 24 hours by the clock each, whatever the hours, as ServiceNow's relative durations.
    * ``calendar_day``: the same time of day on the n-th date after; 23 to 25 hours each where clocks change.
    * ``legacy_freshdesk``, a preset: from an instant in hours as ``working_day_same_time``; else the last closing on
      the n-th working day counted from the next opening, that day included.

    A time of day that the clocks skip on the date lies as far after the change; of one that comes twice the first is
    meant. Negative days look back, where that has a meaning.

    References:
        Freshdesk support, "Upcoming changes to SLA calculation in business hours" (2025), for both of its meanings;
        the specification files of the biz gem and of GLPI for theirs.

    Raises:
        InvalidValue: rules "days_count" (not a whole number, or more than 40,000), "days_meaning" (unknown),
            "days_back" (negative, of a meaning that looks ahead only).
    """

    days: int
    meaning: DayMeaning | DayPreset

    def __post_init__(self) -> None:
        """Check the number and the meaning."""
        if type(self.days) is not int or abs(self.days) > MOST_DAYS:
            message = f"{shown(self.days)} is not a number of days; write a whole number up to {MOST_DAYS}"
            raise InvalidValue(message, rule="days_count", value=self.days)
        if self.meaning not in _NAMES:
            close = _CLOSE.get(str(self.meaning))
            hint = f'; did you mean "{close}"?' if close else did_you_mean(str(self.meaning), _NAMES)
            message = f"{shown(self.meaning)} is not a meaning of a day{hint or '; there are ' + _listed(_NAMES)}"
            raise InvalidValue(message, rule="days_meaning", value=self.meaning)
        if self.days < 0 and self.meaning in _NOT_BACK:
            message = f"{self.meaning} has no meaning backwards; write a number of days that is not negative"
            raise InvalidValue(message, rule="days_back", value=self.days)
        if self.days == 0 and self.meaning == "legacy_freshdesk":
            raise InvalidValue("legacy_freshdesk has no zeroth day; write 1 or more", rule="days_count", value=0)

    @property
    def by_the_clock(self) -> bool:
        """Whether the days pass outside hours as well, so that a hold moves their end by all of its time."""
        return self.meaning in _BY_THE_CLOCK

    @property
    def by_dates(self) -> bool:
        """Whether local dates are counted, in the zone of a calendar; else hours, which need no zone."""
        return self.meaning not in _HOURS

    def __str__(self) -> str:
        """Return the number and the meaning."""
        return f"{self.days} x {self.meaning}"

    @classmethod
    def __get_pydantic_core_schema__(cls, source: object, handler: object) -> core_schema.CoreSchema:
        """Read `Days`, or a mapping with `days` and `meaning`; write the mapping."""
        days = core_schema.int_schema(strict=True, ge=-MOST_DAYS, le=MOST_DAYS, metadata=_described("How many days."))
        meaning = core_schema.literal_schema(list(_NAMES), metadata=_described("What a day is."))
        fields = {"days": core_schema.typed_dict_field(days), "meaning": core_schema.typed_dict_field(meaning)}
        return value_schema(_read, _write, core_schema.typed_dict_schema(fields, extra_behavior="forbid"))


def _described(text: str) -> dict[str, Any]:
    """Return what puts *text* into the JSON Schema."""
    return {"pydantic_js_updates": {"description": text}}


def _read(value: Any) -> Days:
    if isinstance(value, Days):
        return value
    if isinstance(value, dict) and set(value) == {"days", "meaning"}:
        return Days(value["days"], value["meaning"])
    message = f'{shown(value)} is not a number of days; write {{days: 2, meaning: "end_of_working_day"}}'
    raise InvalidValue(message, rule="days_syntax", value=value)


def _write(days: Days) -> dict[str, Any]:
    return {"days": days.days, "meaning": days.meaning}


def _listed(names: Iterable[str]) -> str:
    return ", ".join(f'"{name}"' for name in names)
