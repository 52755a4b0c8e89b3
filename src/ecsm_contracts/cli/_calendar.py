"""The verb that prints a month of a contract's calendar."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from ecsm_contracts._display import escape_html, escape_text
from ecsm_contracts.adapters import read_contract
from ecsm_contracts.calendars import Period, month_view
from ecsm_contracts.errors import InvalidValue, shown

if TYPE_CHECKING:
    from argparse import Namespace

__all__ = ["calendar"]

_PAGE = """\
<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src &#x27;none&#x27;; style-src &#x27;unsafe-inline&#x27;">
<title>{title}</title>
<style>
body {{ font: 16px/1.5 system-ui, sans-serif; max-width: 64rem; margin: 2rem auto; padding: 0 1rem; }}
table {{ border-collapse: collapse; margin: 1rem 0; font-variant-numeric: tabular-nums; }}
caption {{ text-align: left; padding-bottom: 0.5rem; }}
th, td {{ text-align: left; padding: 0.3rem 0.75rem; border: 1px solid #ddd; }}
</style>
</head>
<body>
<h1>{title}</h1>
{month}
</body>
</html>
"""


def calendar(options: Namespace) -> int:
    """Print one month of a calendar: every date with its hours, and the service time."""
    contract = read_contract(options.contract)
    hours = contract.calendar(options.calendar)
    start = _month(options.month).start
    view = month_view(hours, start.year, start.month)
    title = f"{contract.ref}: {options.calendar}"
    if options.format == "html":
        sys.stdout.write(_PAGE.format(title=escape_html(title), month=view.html()))
    else:
        print(escape_text(title), view, sep="\n")
    return 0


def _month(text: str) -> Period:
    """Return the calendar month that *text* names."""
    try:
        period = Period.parse(text)
    except InvalidValue:
        period = None
    if period is None or period != Period.month(period.start.year, period.start.month):
        raise InvalidValue(f"{shown(text)} is not a month; write 2026-12", rule="period_syntax", value=text)
    return period
