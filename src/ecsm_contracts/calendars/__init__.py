"""
Time as contracts count it: instants, durations, hours, holidays, business calendars, periods.

A calendar is a function W(t), the service time worked up to the instant t, compiled to a table over integers.
This floor knows nothing of tickets and money, and no clock; the only files it reads are those of the `tzdata`
package.
"""

from ecsm_contracts.calendars._calendar import BusinessCalendar, SpecialDay, SpecialDays
from ecsm_contracts.calendars._combined import CombinedCalendar
from ecsm_contracts.calendars._duration import (
    Duration,
    duration_micros,
    format_duration,
    parse_duration,
    show_duration,
)
from ecsm_contracts.calendars._freeze import freeze_holidays
from ecsm_contracts.calendars._holidays import DateText, HolidaySet, MonthDay, Years, parse_date
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
from ecsm_contracts.calendars._period import BillingCycle, Period, contract_year
from ecsm_contracts.calendars._service_time import Hold
from ecsm_contracts.calendars._table import ServiceTimeTable
from ecsm_contracts.calendars._wall_clock import instant_after_gap, wall_clock_instants
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
    "CombinedCalendar",
    "DateText",
    "Duration",
    "Hold",
    "HolidaySet",
    "Instant",
    "Interval",
    "MonthDay",
    "Period",
    "ServiceTimeTable",
    "Span",
    "SpecialDay",
    "SpecialDays",
    "WeeklyHours",
    "Years",
    "ZoneName",
    "clip_spans",
    "contract_year",
    "duration_micros",
    "first_instant",
    "format_duration",
    "format_instant",
    "freeze_holidays",
    "from_micros",
    "instant_after_gap",
    "intersect_spans",
    "merge_spans",
    "offset_pieces",
    "parse_date",
    "parse_duration",
    "parse_instant",
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
