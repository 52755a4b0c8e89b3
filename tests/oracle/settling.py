"""
Section 6 of docs/reference/semantics.md: credits, bonuses, what is combined, limits and their lines, period by period.

Nothing is handed on from one period to the next: each is reckoned from all that came before.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date
from fractions import Fraction
from typing import Any

from .counting import Item, Window, band, duration, judged, length, quantity, seconds
from .money import amount, floor, largest_remainder, percent, rounded

Clause = dict[str, Any]
ZERO = Fraction(0)
PAYING = ("service_credit", "bonus")
BETTER_UP = ("at_least", "above")


@dataclass
class Settled:
    """One period: what each clause came to."""

    start: date
    days: int
    windows: dict[str, Window] = field(default_factory=dict)
    fired: dict[tuple[str, str], bool] = field(default_factory=dict)  # conditions, by credit and level ("" if pooled)
    exact: dict[str, Fraction] = field(default_factory=dict)  # what each clause owes before rounding, in minor units
    gross: dict[str, int] = field(default_factory=dict)  # of limits
    share: dict[str, int] = field(default_factory=dict)  # the minor units of what a limit takes
    given: dict[str, int] = field(default_factory=dict)  # in the end, after all limits
    excess: dict[str, int] = field(default_factory=dict)  # of limits: what exceeds
    room: dict[str, Fraction] = field(default_factory=dict)
    lines: list[tuple[str, str, int]] = field(default_factory=list)
    triggers: dict[str, bool] = field(default_factory=dict)

    @property
    def total(self) -> int:
        """The sum of the lines."""
        return sum(minor for _, _, minor in self.lines)


class Settling:
    """A contract of one version, settled period by period."""

    def __init__(self, contract: dict[str, Any], facts: dict[str, Any]) -> None:
        """Begin where the term begins."""
        self.contract, self.facts = contract, facts
        self.clauses: dict[str, Clause] = {clause["ref"]: clause for clause in contract["clauses"]}
        self.mode = contract["settlement"]["rounding"]["mode"]
        self.taken_by = {
            ref: clause["ref"]
            for clause in contract["clauses"]
            for ref in clause.get("credits", clause.get("among", ()))
            if clause["kind"] in {"limit", "combine"}
        }
        self.past: list[Settled] = []

    def settle(self, start: str, end: str) -> Settled:
        """Settle the next period."""
        first, last = date.fromisoformat(start), date.fromisoformat(end)
        now = Settled(first, (last - first).days)
        self.past.append(now)
        for ref, clause in self.clauses.items():
            if clause["kind"] == "service_level":
                now.windows[ref] = judged(clause, self.facts, seconds(start), seconds(end))
        for ref in self.clauses:
            self.owed(now, ref)
        self.hand_down(now)
        self.write_lines(now)
        for ref, clause in self.clauses.items():
            if clause["kind"] == "trigger":
                now.triggers[ref] = self.has_given(clause["amounts"])
        return now

    # ------------------------------------------------------------------------------------------------------- quantities

    def quantity_of(self, credit: Clause, level: Clause, seen: Window) -> Fraction:
        """Section 6: the quantity of one window of a level, before conditions and factors."""
        asked = "met" if credit["kind"] == "bonus" else "missed"
        is_so, per = seen.outcome == asked, credit["per"]
        if per == "level":
            return Fraction(is_so)
        if per == "points":
            return self.row(credit["points"], level) if is_so else ZERO
        if per == "ticket":
            return max(
                ZERO, self.tickets(credit, level, seen) if is_so or level["measure"]["kind"] == "ticket_time" else ZERO
            )
        if per == "late_time":
            return max(ZERO, sum((self.late_units(credit, item) for item in seen.items), ZERO))
        if not is_so:
            return ZERO
        if per == "down_time":
            down = Fraction(length([span for item in seen.items for span in item.spans]))
            return in_units(max(ZERO, down - free(credit, seen.service)), credit)
        if seen.number is None:
            return ZERO
        ((how, bound),) = level["target"].items()
        away = quantity(bound) - seen.number
        sign = (1 if how in BETTER_UP else -1) * (1 if asked == "missed" else -1)
        return in_units(max(ZERO, sign * away), credit)

    def tickets(self, credit: Clause, level: Clause, seen: Window) -> Fraction:
        """Section 6, `per: ticket`: misses, or counted less met, less what is free of them."""
        met = sum(item.met for item in seen.items)
        if level["measure"]["kind"] == "ticket_time":
            misses = sum(item.misses for item in seen.items)
            counted = misses + met
        else:
            counted = sum(item.counted for item in seen.items)
            misses = counted - met
        return misses - free(credit, counted)

    def late_units(self, credit: Clause, item: Item) -> Fraction:
        """Section 6, `per: late_time`: the units of one ticket in the period."""
        if credit["part"] == "exact":
            return Fraction(item.late_after - item.late_before, duration(credit["unit"]))
        return in_units(Fraction(item.late_after), credit) - in_units(Fraction(item.late_before), credit)

    def row(self, table: Any, level: Clause) -> Any:
        """Section 6, Rows of a table; a number stands for itself."""
        if not isinstance(table, dict):
            return Fraction(table)
        windows = [each.windows[level["ref"]] for each in self.past]
        if table["by"] == "severity":
            found: str | int = windows[-1].state
        elif table["by"] == "run":
            found = run([each.outcome == "missed" for each in windows], windows, level)
        else:
            found = sum(each.outcome == "missed" for each in windows[-table["within"] :])
        value = str(table.get(str(found), table["otherwise"]))
        return value if value.endswith("%") or " " in value else Fraction(value)

    # ------------------------------------------------------------------------------------------------------- conditions

    def holds(self, now: Settled, credit: Clause, level: Clause) -> bool:
        """Section 6, Condition: whether it holds now, for a level or, pooled, for all of them."""
        when = credit["when"]
        levels = [self.clauses[ref] for ref in credit["levels"]] if when.get("pooled") else [level]
        key = credit["ref"], "" if when.get("pooled") else level["ref"]
        if key not in now.fired:
            last = max((n for n, each in enumerate(self.past[:-1]) if each.fired.get(key)), default=-1)
            begin = last + 1 if when.get("consumes") else 0
            now.fired[key] = self.reached(when, levels, begin)
        return now.fired[key]

    def reached(self, when: dict[str, Any], levels: list[Clause], begin: int) -> bool:
        """Section 6, Condition: `run`, or `times` of the last `within`, of windows from `begin` on."""
        found = 0
        for level in levels:
            windows = [each.windows[level["ref"]] for each in self.past]
            marks = [counts(when, level, each) and n >= begin for n, each in enumerate(windows)]
            if "run" in when:
                return bool(run(marks[begin:], windows[begin:], level) >= when["run"])
            found += sum(marks[-when["within"] :])
        return bool(found >= when["times"])

    # ------------------------------------------------------------------------------------------------------ exact amounts

    def owed(self, now: Settled, ref: str) -> Fraction:
        """What a clause owes, exactly and in minor units; what it needs is settled first."""
        clause = self.clauses[ref]
        if ref not in now.exact and clause["kind"] not in {"service_level", "trigger", "earn_back"}:
            if clause["kind"] == "charge":
                now.exact[ref] = amount(clause["amount"])
            elif clause["kind"] == "basis":
                now.exact[ref] = self.basis(now, clause)
            elif clause["kind"] in PAYING:
                now.exact[ref] = self.priced(now, clause, None)
            elif clause["kind"] == "combine":
                now.exact[ref] = self.combined(now, clause, None)
            else:
                self.limited(now, clause)
        return now.exact.get(ref, ZERO)

    def basis(self, now: Settled, clause: Clause) -> Fraction:
        """Section 6, `basis`: share × max(0, X - less), each with its sum, or mean, over the window."""
        window = clause.get("window", "period")
        if isinstance(window, dict) and "previous" in window:
            spans = self.past[:-1][-window["previous"] :]
        else:
            spans = [*self.earlier(now, window), now]
        number = len(spans) if clause.get("average") else 1

        def whole(ref: str) -> Fraction:
            return sum((self.owed(each, ref) for each in spans), ZERO) / max(1, number)

        given = sum((Fraction(each.given[ref]) for each in spans for ref in clause.get("less_given", [])), ZERO)
        amounts = [whole(ref) for ref in clause["of"]]
        taken = {"sum": sum(amounts, ZERO), "greatest": max(amounts), "least": min(amounts)}[clause.get("take", "sum")]
        less = sum((whole(ref) for ref in clause.get("less", [])), ZERO) + given / max(1, number)
        days = {"thirtieth": 30, "actual": now.days}.get(clause.get("day_count", ""), 1)
        return percent(clause.get("share", "100%")) * max(ZERO, taken - less) / days

    def rate(self, now: Settled, credit: Clause, text: str) -> Fraction:
        """Section 6: an amount, or a percentage of the amount of a charge."""
        return percent(text) * self.owed(now, credit["of"]) if text.endswith("%") else amount(text)

    def priced(self, now: Settled, credit: Clause, group: set[str] | None) -> Fraction:
        """Section 6: quantities by prices; of a group of items, if there is one."""
        levels = [self.clauses[ref] for ref in credit["levels"]]
        asked = "met" if credit["kind"] == "bonus" else "missed"
        when = credit.get("when", "each")
        if when in ("any", "all"):
            outcomes = [now.windows[level["ref"]].outcome == asked for level in levels]
            holds = any(outcomes) if when == "any" else all(outcomes)
            return self.price(now, credit, levels[0], Fraction(holds))
        quantities = []
        for level in levels:
            seen = now.windows[level["ref"]]
            if group is not None:
                seen = replace(seen, items=[item for item in seen.items if item.ref in group])
            q = self.quantity_of(credit, level, seen)
            if isinstance(when, dict) and not self.holds(now, credit, level):
                q = ZERO
            if credit.get("times"):
                q *= self.row(credit["times"], level)
            quantities.append(q)
        most = credit.get("most")
        if credit.get("price") == "together":
            q = sum(quantities, ZERO)
            return self.price(now, credit, levels[0], q if most is None else min(q, Fraction(most)))
        if most is not None:
            quantities = [min(q, Fraction(most)) for q in quantities]
        return sum((self.price(now, credit, level, q) for level, q in zip(levels, quantities, strict=True)), ZERO)

    def price(self, now: Settled, credit: Clause, level: Clause, q: Fraction) -> Fraction:
        """Section 6: a quantity by the price, or priced as a whole by bands."""
        rate = credit["rate"]
        if isinstance(rate, dict) and "bands" in rate:
            by_number = credit["per"] == "level" and credit.get("price", "each") == "each"
            if by_number and credit.get("when", "each") not in ("any", "all"):
                number = now.windows[level["ref"]].number
                if number is None:
                    return ZERO
                return q * self.rate(now, credit, band(rate["bands"], number)["is"])
            if rate.get("how", "whole") == "whole":
                return self.rate(now, credit, band(rate["bands"], q)["is"]) if q else ZERO
            return self.marginal(now, credit, q)
        if isinstance(rate, dict):
            rate = self.row(rate, level)
        return q * self.rate(now, credit, rate)

    def marginal(self, now: Settled, credit: Clause, q: Fraction) -> Fraction:
        """Section 6, `marginal`: each part of the quantity, from zero up, by the band that it lies in."""
        whole, below = ZERO, ZERO
        for each in credit["rate"]["bands"]:
            edge = quantity(each.get("below", each.get("up_to", q))) if "below" in each or "up_to" in each else q
            part = max(ZERO, min(q, edge) - below)
            whole += part * self.rate(now, credit, each["is"])
            below = max(below, edge)
        return whole

    def combined(self, now: Settled, clause: Clause, group: set[str] | None) -> Fraction:
        """Section 6, `combine`: of the period, or of each group of items by itself."""
        if clause.get("per", "period") != "period" and group is None:
            return sum((self.combined(now, clause, each) for each in self.groups(now, clause)), ZERO)
        amounts = [
            self.owed(now, ref) if group is None else self.priced(now, self.clauses[ref], group)
            for ref in clause["among"]
        ]
        above = [each for each in amounts if each > 0]
        return {
            "sum": sum(amounts, ZERO),
            "greatest": max(amounts),
            "least": min(above, default=ZERO),
            "first": (above or [ZERO])[0],
        }[clause["take"]]

    def groups(self, now: Settled, clause: Clause) -> list[set[str]]:
        """Section 6, `combine`: the items by cause or area; those that name none, and with `item` all, by themselves."""
        found: dict[tuple[str, str], set[str]] = {}
        for ref in self.levels_behind(clause["ref"]):
            for item in now.windows[ref].items:
                name = None if clause["per"] == "item" else getattr(item, clause["per"])
                key = ("alone", item.ref) if name is None else ("named", name)
                if item.counts_something:
                    found.setdefault(key, set()).add(item.ref)
        return list(found.values())

    # ------------------------------------------------------------------------------------------------------------- limits

    def earlier(self, now: Settled, window: Any) -> list[Settled]:
        """Section 6: the earlier periods of the window of a limit."""
        past = self.past[:-1]
        if window == "period":
            return []
        if window == "term":
            return past
        if window == "contract_year":
            first = date.fromisoformat(self.contract["term"]["start"])
            return [each for each in past if contract_year(first, each.start) == contract_year(first, now.start)]
        return past[max(0, len(past) - window["periods"] + 1) :]

    def limited(self, now: Settled, clause: Clause) -> None:
        """Section 6, `limit` and Rounding: gross, given, excess, and the shares of what it takes."""
        ref, names = clause["ref"], clause["credits"]
        amounts = [self.owed(now, each) for each in names]
        carried = self.past[-2].excess.get(ref, 0) if len(self.past) > 1 and clause["excess"] == "carry" else 0
        total = sum(amounts, ZERO) + carried
        before = [each.given[ref] for each in self.earlier(now, clause["window"])]
        if clause.get("at_most") is not None:
            room = max(ZERO, self.rate(now, clause, clause["at_most"]) - sum(before))
        else:
            if clause.get("above") is not None:
                passes = total > self.rate(now, clause, clause["above"])
            else:
                passes = sum(each > 0 for each in before) < clause["times"]
            room = total if passes else ZERO
        most = floor(room)
        gross = now.gross[ref] = rounded(total, self.mode)
        given = min(rounded(min(total, room), self.mode), most)
        if clause.get("at_most") is None:  # all passes, or nothing
            given = gross if room else 0
        inner = [self.clauses[each]["kind"] == "limit" for each in names]
        weights = [ZERO if is_limit else each for is_limit, each in zip(inner, amounts, strict=True)]
        kept = sum(int(each) for is_limit, each in zip(inner, amounts, strict=True) if is_limit)
        *shares, of_carried = largest_remainder(gross - kept, [*weights, Fraction(carried)])
        for name, is_limit, share in zip(names, inner, shares, strict=True):
            if not is_limit:
                now.share[name] = share
        now.share[ref + " carried"] = of_carried
        now.room[ref], now.exact[ref], now.excess[ref] = room, Fraction(given), gross - given
        now.given[ref] = given

    def hand_down(self, now: Settled) -> None:
        """Section 6: what is given of each amount in the end, from the outermost limit inwards."""
        for ref, clause in self.clauses.items():
            by = self.clauses.get(self.taken_by.get(ref, ""), {"kind": "nobody"})["kind"]
            if by != "limit" and clause["kind"] in {*PAYING, "combine", "limit"}:
                if clause["kind"] != "limit":
                    now.given[ref] = rounded(now.exact[ref], self.mode)
                self.split(now, ref)

    def split(self, now: Settled, ref: str) -> None:
        """Section 6: the shares of what a limit takes when what is given of it is split."""
        clause = self.clauses[ref]
        if clause["kind"] == "limit":
            carried = self.past[-2].excess.get(ref, 0) if len(self.past) > 1 and clause["excess"] == "carry" else 0
            weights = [*(now.exact[each] for each in clause["credits"]), Fraction(carried)]
            for name, share in zip(clause["credits"], largest_remainder(now.given[ref], weights), strict=False):
                now.given[name] = share
                self.split(now, name)

    def state(self, now: Settled, clause: Clause) -> str:
        """Section 6, earn_back: the state of a period."""
        seen = [now.windows[ref] for ref in clause["levels"]]
        missed = [each for each in seen if each.outcome == "missed"]
        if missed:
            only = clause.get("only")
            return "worse" if only and any(each.state not in only for each in missed) else "missed"
        return "met" if any(each.outcome == "met" for each in seen) else "not_measured"

    def states(self, clause: Clause) -> list[str]:
        """Section 6, earn_back: the states of all periods."""
        return [self.state(each, clause) for each in self.past]

    def returned(self, clause: Clause) -> int:
        """Section 6, earn_back: what comes back in the last period, in whole minor units."""
        states, now, back = self.states(clause), len(self.past) - 1, 0
        for first in range(now):
            if states[first] == "worse" or (clause["within"] != "term" and now - first > clause["within"]):
                continue
            in_a_row, best, before = 0, 0, 0
            for state in states[first + 1 :]:
                before = best
                if state == "met":
                    in_a_row += 1
                elif state != "not_measured" or clause["gaps"] != "skips":
                    in_a_row = 0
                best = max(best, in_a_row)
            for given in (self.past[first].given[ref] for ref in clause["of"]):
                after, earlier = (due(clause, n) for n in (best, before))
                back += rounded(given * after, self.mode) - rounded(given * earlier, self.mode)
        return back

    def has_given(self, amounts: dict[str, Any]) -> bool:
        """Section 6, trigger: whether more than so much was given in the term."""
        return sum(each.given[ref] for each in self.past for ref in amounts["credits"]) > amount(amounts["above"])

    # -------------------------------------------------------------------------------------------------------------- lines

    def levels_behind(self, ref: str) -> list[str]:
        """The levels of an amount, or of what it combines or limits."""
        clause = self.clauses[ref]
        if clause["kind"] in PAYING:
            return list(clause["levels"])
        return [level for each in taken(clause) for level in self.levels_behind(each)]

    def is_bonus(self, ref: str) -> bool:
        """Whether what a clause owes is owed to the provider."""
        clause = self.clauses[ref]
        if clause["kind"] in PAYING:
            return bool(clause["kind"] == "bonus")
        return self.is_bonus(taken(clause)[0])

    def in_a_combine(self, ref: str) -> bool:
        """Whether a combine, near or far, owes it in its place."""
        by = self.taken_by.get(ref)
        return by is not None and (self.clauses[by]["kind"] == "combine" or self.in_a_combine(by))

    def write_lines(self, now: Settled) -> None:
        """Section 6, Rounding: the lines, in the order of the clauses."""
        for ref, clause in self.clauses.items():
            if clause["kind"] == "earn_back":
                back = self.returned(clause)
                now.lines.extend([(ref, "earn_back", back)] if back else [])
            elif clause["kind"] == "charge":
                now.lines.append((ref, "charge", rounded(now.exact[ref], self.mode)))
            elif clause["kind"] in {*PAYING, "combine", "limit"} and not self.in_a_combine(ref):
                kind, sign = ("bonus", 1) if self.is_bonus(ref) else ("credit", -1)
                if clause["kind"] == "limit":
                    if now.share[ref + " carried"]:
                        now.lines.append((ref, "carried", sign * now.share[ref + " carried"]))
                    if now.excess[ref] > 0:
                        now.lines.append((ref, "limit", -sign * now.excess[ref]))
                    continue
                minor = now.share.get(ref, rounded(now.exact[ref], self.mode))
                asked = "met" if kind == "bonus" else "missed"
                if now.exact[ref] or any(now.windows[each].outcome == asked for each in self.levels_behind(ref)):
                    now.lines.append((ref, kind, sign * minor))


# ------------------------------------------------------------------------------------------------------------ small parts


def taken(clause: Clause) -> list[str]:
    """What a combine or a limit takes."""
    return list(clause.get("among") or clause.get("credits") or [])


def due(clause: Clause, number: int) -> Fraction:
    """Section 6, earn_back: the shares that are due after so many good periods."""
    return sum((percent(each["share"]) for each in clause["tranches"] if each["after"] <= number), ZERO)


def in_units(value: Fraction, credit: Clause) -> Fraction:
    """Section 6, `part`: a time or a distance in units."""
    exact = value / quantity(credit["unit"])
    return {"exact": exact, "down": Fraction(floor(exact)), "up": Fraction(-floor(-exact))}[credit["part"]]


def free(credit: Clause, whole: int) -> Fraction:
    """Section 6: what is free, a number or a time, or a share of the whole."""
    text = str(credit.get("free", 0))
    return percent(text) * whole if text.endswith("%") else quantity(text)


def counts(when: dict[str, Any], level: Clause, seen: Window) -> bool:
    """Section 6, Condition: whether a window counts."""
    if seen.outcome != when.get("outcome", "missed"):
        return False
    if when.get("severity") is None:
        return True
    names = [each["is"] for each in level["severities"]]  # from the lowest number to the highest
    if next(iter(level["target"])) not in BETTER_UP:
        names.reverse()
    return seen.severity is not None and names.index(seen.severity) <= names.index(when["severity"])


def run(marks: list[bool], windows: list[Window], level: Clause) -> int:
    """Section 6: how many windows in a row count, up to and with the last one; gaps break it, or are skipped."""
    if not marks or not marks[-1]:
        return 0
    found = 0
    for mark, seen in zip(reversed(marks), reversed(windows), strict=True):
        if mark:
            found += 1
        elif seen.outcome != "not_measured" or level["gaps"] == "breaks":
            break
    return found


def contract_year(first: date, day: date) -> int:
    """Section 6, `contract_year`: how many anniversaries of the first day of the term lie up to a day."""
    return day.year - first.year - ((day.month, day.day) < (first.month, first.day))
