"""
Time as contracts count it: instants, durations, hours, holidays, business calendars, periods.

A calendar is a function W(t), the service time worked up to the instant t, compiled to a table over integers.
This floor knows nothing of tickets and money, and no clock; the only files it reads are those of the `tzdata`
package.
"""

from ecsm_contracts.calendars._calendar import BusinessCalendar, SpecialDay, SpecialDays
from ecsm_contracts.calendars._combined import CombinedCalendar
from ecsm_contracts.calendars._cycle import BillingCycle, CycleName, contract_year
from ecsm_contracts.calendars._day_count import DayCount, part_of
from ecsm_contracts.calendars._days import DayMeaning, DayPreset, Days
from ecsm_contracts.calendars._duration import (
    Duration,
    duration_micros,
    format_duration,
    parse_duration,
    show_duration,
)
from ecsm_contracts.calendars._every import Every, EveryName, Rolling, may_skip_periods, measurement_windows
from ecsm_contracts.calendars._freeze import freeze_holidays, freeze_market_holidays
from ecsm_contracts.calendars._holiday_diff import HolidayChange, HolidayDiff, compare_holidays, diff_holidays
from ecsm_contracts.calendars._holidays import DateText, HolidayName, HolidaySet, MonthDay, Years, parse_date
from ecsm_contracts.calendars._hours import WeeklyHours
from ecsm_contracts.calendars._instant import (
    EPOCH,
    Instant,
    format_instant,
    from_micros,
    parse_instant,
    to_micros,
)
from ecsm_contracts.calendars._interval import (
    Interval,
    Span,
    clip_spans,
    intersect_spans,
    merge_spans,
    subtract_spans,
    total_span,
)
from ecsm_contracts.calendars._month import CalendarDay, CalendarMonth, DayKind, month_view
from ecsm_contracts.calendars._month_end import MonthEnd
from ecsm_contracts.calendars._period import Period
from ecsm_contracts.calendars._service_hours import ServiceHours
from ecsm_contracts.calendars._service_time import Hold, hold_spans
from ecsm_contracts.calendars._table import ServiceTimeTable
from ecsm_contracts.calendars._wall_clock import instant_after_gap, wall_clock_instants
from ecsm_contracts.calendars._warning import WarningInstant, read_share
from ecsm_contracts.calendars._windows import RecurringWindow, WallClockTime, WindowCalendar
from ecsm_contracts.calendars._zones import (
    ZoneName,
    first_instant,
    offset_pieces,
    zone,
    zone_data_version,
    zone_digest,
    zone_names,
)

__all__ = [
    "EPOCH",
    "BillingCycle",
    "BusinessCalendar",
    "CalendarDay",
    "CalendarMonth",
    "CombinedCalendar",
    "CycleName",
    "DateText",
    "DayCount",
    "DayKind",
    "DayMeaning",
    "DayPreset",
    "Days",
    "Duration",
    "Every",
    "EveryName",
    "Hold",
    "HolidayChange",
    "HolidayDiff",
    "HolidayName",
    "HolidaySet",
    "Instant",
    "Interval",
    "MonthDay",
    "MonthEnd",
    "Period",
    "RecurringWindow",
    "Rolling",
    "ServiceHours",
    "ServiceTimeTable",
    "Span",
    "SpecialDay",
    "SpecialDays",
    "WallClockTime",
    "WarningInstant",
    "WeeklyHours",
    "WindowCalendar",
    "Years",
    "ZoneName",
    "clip_spans",
    "compare_holidays",
    "contract_year",
    "diff_holidays",
    "duration_micros",
    "first_instant",
    "format_duration",
    "format_instant",
    "freeze_holidays",
    "freeze_market_holidays",
    "from_micros",
    "hold_spans",
    "instant_after_gap",
    "intersect_spans",
    "may_skip_periods",
    "measurement_windows",
    "merge_spans",
    "month_view",
    "offset_pieces",
    "parse_date",
    "parse_duration",
    "parse_instant",
    "part_of",
    "read_share",
    "show_duration",
    "subtract_spans",
    "to_micros",
    "total_span",
    "wall_clock_instants",
    "zone",
    "zone_data_version",
    "zone_digest",
    "zone_names",
]
