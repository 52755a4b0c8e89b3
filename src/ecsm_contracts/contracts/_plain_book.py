"""What the texts of all clauses share: who "we" and "you" are, and how clauses, hours and periods are called."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from ecsm_contracts._display import escape_markdown
from ecsm_contracts.clauses import Rolling, ServiceLevel
from ecsm_contracts.contracts._plain_words import counted, listed, named, value

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ecsm_contracts.calendars import WeeklyHours
    from ecsm_contracts.contracts._contract import Contract

__all__ = ["Book", "weekly_text"]

_WEEKDAYS: Final = {
    "Mon": "Monday",
    "Tue": "Tuesday",
    "Wed": "Wednesday",
    "Thu": "Thursday",
    "Fri": "Friday",
    "Sat": "Saturday",
    "Sun": "Sunday",
}
_SHORT_DAY: Final = re.compile("|".join(_WEEKDAYS))
_DAY_RANGE: Final = re.compile("(?<=y)-(?=[MTWFS])")
_SPANS: Final = {"four_weeks": "span of four weeks"}


def weekly_text(hours: WeeklyHours) -> str:
    """Return the hours of a week: ``Monday to Friday 08:00–18:00``."""
    if hours.texts == ("always",):
        return "around the clock"
    text = _SHORT_DAY.sub(lambda found: _WEEKDAYS[found.group()], "; ".join(hours.texts))
    return _DAY_RANGE.sub(" to ", text).replace("-", "–").replace(",", ", ")


class Book:
    """The words for one version of a contract, in which no amendment is left."""

    def __init__(self, contract: Contract) -> None:
        self.contract = contract
        provider, customer = (escape_markdown(each) for each in (contract.parties.provider, contract.parties.customer))
        self.is_spoken = contract.agreement == "sla"
        self.us = "us" if self.is_spoken else provider
        self.our = "our" if self.is_spoken else f"{provider}’s"
        self.you = "you" if self.is_spoken else customer
        self.your = "your" if self.is_spoken else f"{customer}’s"
        self._provider = provider
        billing = contract.billing
        is_month = billing.cycle == "month" and billing.anchor_day in {None, 1}
        self.period = "month" if is_month else "billing period"
        self._titles = [service.title for service in contract.services]

    def we(self, verb: str) -> str:
        """Return the provider with a *verb* in the present."""
        return f"we {verb}" if self.is_spoken else f"{self._provider} {verb}s"

    def you_do(self, verb: str) -> str:
        """Return the customer with a *verb* in the present."""
        return f"you {verb}" if self.is_spoken else f"{self.you} {verb}s"

    def party(self, name: str) -> str:
        """Return who is meant by the name of a party: the provider, the customer, or somebody else."""
        return {"provider": self.us, "customer": self.you}.get(name) or named(name)

    def parties(self, names: Iterable[str], last: str = "or") -> str:
        """Return several parties."""
        return listed(map(self.party, names), last)

    def clause(self, ref: str) -> str:
        """Return a reference: ``clause 4.2 (Incidents are resolved in time)``."""
        title = self.contract.clause(ref).title
        return f"clause {escape_markdown(ref)}" + ("" if title is None else f" ({escape_markdown(title)})")

    def clauses(self, refs: Iterable[str], last: str = "and") -> str:
        """Return several references."""
        return listed(map(self.clause, refs), last)

    def service(self, ref: str) -> str:
        """Return a service by its title, and by its name where another has the same title."""
        title = next(each.title for each in self.contract.services if each.ref == ref)
        return named(title) if self._titles.count(title) == 1 else f"{named(title)} ({escape_markdown(ref)})"

    def hours(self, name: str) -> str:
        """Return the hours of a calendar; its special days and holidays stand below the clauses."""
        terms = self.contract.calendars.named[name]
        city = escape_markdown(terms.zone.rpartition("/")[2].replace("_", " "))
        zone = "" if terms.hours.texts == ("always",) else f", {city} time"
        less = ", except on holidays" if terms.holidays or terms.yearly_holidays else ""
        less += ", other hours on special days" if terms.special_days else ""
        return f"the hours {named(name)} ({weekly_text(terms.hours)}{zone}{less})"

    def span(self, ref: str) -> str:
        """Return what a level is judged over: a day, a month, the last three months."""
        level = self.contract.clause(ref)
        return self.window(level.every) if isinstance(level, ServiceLevel) else self.period

    def window(self, every: Any) -> str:
        """Return what a level is judged over, by its field `every`."""
        if every is None:
            return self.period
        if isinstance(every, str):
            return _SPANS.get(every, every)
        return f"{self.period} (over the last {counted(every.periods, self.period)} together)"

    def money_window(self, window: Any) -> str:
        """Return over which periods amounts are added up."""
        if isinstance(window, Rolling):
            return f"the last {counted(window.periods, self.period)}, this one included"
        words = {
            "period": f"the {self.period}",
            "contract_year": "each year of the contract, from the first day of its term",
            "term": "the whole term",
        }
        return words[window]

    def share(self, of: str | None) -> str:
        """Return what a percentage is of, or nothing after an amount."""
        return "" if of is None else f" of {self.clause(of)}"

    def price(self, price: Any, of: str | None) -> str:
        """Return an amount, or a percentage of something."""
        return value(price) + self.share(of)
