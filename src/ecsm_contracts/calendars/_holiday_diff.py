"""What would change if frozen holidays were frozen again, with the `holidays` package that is installed now."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from ecsm_contracts._display import escape_text
from ecsm_contracts.calendars._freeze import freeze_holidays, freeze_market_holidays
from ecsm_contracts.calendars._holidays import HolidaySet
from ecsm_contracts.errors import InvalidValue, expect

if TYPE_CHECKING:
    from datetime import date

__all__ = ["HolidayChange", "HolidayDiff", "compare_holidays", "diff_holidays"]

_SIGNS = {"added": "+", "removed": "-", "renamed": "~"}


@dataclass(frozen=True, slots=True)
class HolidayChange:
    """One day that would be added, removed or renamed."""

    date: date
    """The local date."""

    kind: Literal["added", "removed", "renamed"]
    """What would become of it."""

    was: str | None
    """What the day is called in the frozen set; None when it is not in it, or has no name there."""

    now: str | None
    """What the day would be called; None when it would not be in the set, or would have no name."""

    def __str__(self) -> str:
        """Return the sign, the date and the name, with whatever cannot be seen in it escaped."""
        name = f"{self.was} → {self.now}" if self.kind == "renamed" else self.was or self.now or ""
        return escape_text(f"{_SIGNS[self.kind]} {self.date}  {name}").rstrip()


@dataclass(frozen=True, slots=True)
class HolidayDiff:
    """
    What would change in a set of holidays; false when nothing would.

        >>> then = HolidaySet(source="holidays 0.90", days={"2026-04-30": "Koninginnedag"})
        >>> now = HolidaySet(source="holidays 0.109", days={"2026-04-27": "Koningsdag"})
        >>> print(compare_holidays(then, now))
        then: holidays 0.90; now: holidays 0.109
        + 2026-04-27  Koningsdag
        - 2026-04-30  Koninginnedag
        >>> bool(compare_holidays(then, then))
        False
    """

    source_then: str | None
    """Where the frozen days came from."""

    source_now: str | None
    """Where the fresh days came from."""

    changes: tuple[HolidayChange, ...]
    """Every day that would be added, removed or renamed, by date."""

    @property
    def added(self) -> tuple[HolidayChange, ...]:
        """The days that would become holidays."""
        return tuple(change for change in self.changes if change.kind == "added")

    @property
    def removed(self) -> tuple[HolidayChange, ...]:
        """The days that would be holidays no more."""
        return tuple(change for change in self.changes if change.kind == "removed")

    @property
    def renamed(self) -> tuple[HolidayChange, ...]:
        """The days that would be called something else; no service time depends on it."""
        return tuple(change for change in self.changes if change.kind == "renamed")

    @property
    def same(self) -> bool:
        """Whether nothing would change, apart from the source."""
        return not self.changes

    @property
    def same_days(self) -> bool:
        """Whether no day would be added or removed, so that every calendar would count as before."""
        return len(self.renamed) == len(self.changes)

    def __bool__(self) -> bool:
        """Say whether anything would change."""
        return bool(self.changes)

    def __str__(self) -> str:
        """Return a line about the sources, and one for each change."""
        then, now = (source or "not said" for source in (self.source_then, self.source_now))
        lines = map(str, self.changes) if self.changes else ["no changes"]
        return "\n".join([escape_text(f"then: {then}; now: {now}"), *lines])


def compare_holidays(frozen: HolidaySet, fresh: HolidaySet) -> HolidayDiff:
    """
    Return what becomes other when *fresh* takes the place of *frozen*.

    A day of both is renamed when *frozen* has a name for it and *fresh* another one; a name where there was none is
    no change. The years are not looked at: give sets of the same years.

    Raises:
        WrongType: for what is not a `HolidaySet`.
    """
    for name, given in (("frozen", frozen), ("fresh", fresh)):
        expect(given, HolidaySet, name, "freeze one with freeze_holidays(…)")
    before, after = set(frozen.days), set(fresh.days)
    changes = [HolidayChange(day, "added", None, fresh.name_of(day)) for day in after - before]
    changes += [HolidayChange(day, "removed", frozen.name_of(day), None) for day in before - after]
    for day in before & after:
        was, now = frozen.name_of(day), fresh.name_of(day)
        if was not in {None, now}:
            changes.append(HolidayChange(day, "renamed", was, now))
    return HolidayDiff(frozen.source, fresh.source, tuple(sorted(changes, key=lambda change: change.date)))


def diff_holidays(frozen: HolidaySet) -> HolidayDiff:
    """
    Return what would change if *frozen* were frozen again with the `holidays` package that is installed.

    The package is asked with the country and subdivision, or the market, the categories, the language and the
    years of the set. Nothing is changed: a contract keeps the days that it was signed with.

        >>> diff_holidays(freeze_holidays("NL", "2026")).same
        True

    Raises:
        InvalidValue: rule "holidays_not_frozen" for a set that names neither country nor market, or no years; and
            those of `freeze_holidays`, when the package does not know the names that the set gives.
        CalendarRangeError: when the package has no rules for some of the years.
        WrongType: for what is not a `HolidaySet`.
    """
    expect(frozen, HolidaySet, "frozen", "freeze one with freeze_holidays(…)")
    return compare_holidays(frozen, _again(frozen))


def _again(frozen: HolidaySet) -> HolidaySet:
    """Return the set that freezing now gives in place of *frozen*."""
    categories, observed, language = frozen.categories, frozen.observed, frozen.language
    if frozen.years is not None and frozen.market is not None:
        return freeze_market_holidays(
            frozen.market, frozen.years, categories=categories, observed=observed, language=language
        )
    if frozen.years is not None and frozen.country is not None:
        return freeze_holidays(
            frozen.country,
            frozen.years,
            frozen.subdivision,
            categories=categories,
            observed=observed,
            language=language,
        )
    message = "these holidays were not frozen from the holidays package: they need years, and a country or a market"
    raise InvalidValue(message, rule="holidays_not_frozen")
