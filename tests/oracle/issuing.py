"""Section 10 of docs/reference/semantics.md: what is issued, as a state machine; a statement is plain data."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

Plain = dict[str, Any]


class Book:
    """Section 10: the register as a state machine; a statement is plain data."""

    def __init__(self) -> None:
        self.runs: dict[str, Any] = {}
        self.force: dict[int, Plain] = {}
        self.documents: list[tuple[str, int, list[tuple[str, str, int]]]] = []
        self.last_day = date.min
        self.lock_day = date.min

    def issue(
        self, statements: list[Plain], run: str, on: date, archive: list[Plain], allowed: bool = False
    ) -> set[str] | list[tuple[str, int, list[tuple[str, str, int]]]]:
        """Section 10: the documents that a run issues, or the codes of which it is refused by one."""
        content = ([each["digest"] for each in statements], on)
        if run in self.runs:
            return [] if self.runs[run] == content else {"run_conflict"}
        faults = self.faults(statements, on, archive, allowed)
        if faults:
            return faults
        found: list[tuple[str, int, list[tuple[str, str, int]]]] = []
        for each in statements:
            before = self.force.get(each["period"])
            if before is None:
                found.append(("statement", each["period"], each["lines"]))
            elif before["digest"] != each["digest"]:
                found.append(("restatement", each["period"], difference(before["lines"], each["lines"])))
            self.force[each["period"]] = each
        self.runs[run] = content
        self.last_day = on
        self.documents += found
        return found

    def faults(self, statements: list[Plain], on: date, archive: list[Plain], allowed: bool) -> set[str]:
        """Section 10: all that is wrong with a new run."""
        found: set[str] = set()
        if on < self.last_day:
            found.add("run_order")
        if not allowed and any(each["provisional"] for each in statements):
            found.add("run_provisional")
        known = {each["digest"] for each in archive}
        last = max(self.force, default=None)
        for each in statements:
            before = self.force.get(each["period"])
            if before is None and last is not None and each["period"] != last + 1:
                found.add("run_gap")
            if before is None:
                last = each["period"]
            new = before is None or before["digest"] != each["digest"]
            if new and each["after"] - timedelta(days=1) <= self.lock_day:
                found.add("period_locked")
            if new and before is not None and before["digest"] not in known:
                found.add("run_archive")
        first, final = statements[0], statements[-1]
        earlier, later = self.force.get(first["period"] - 1), self.force.get(final["period"] + 1)
        if earlier is not None and earlier["hands_on"] != first["begins_with"]:
            found.add("run_incomplete")
        if later is not None and later["begins_with"] != final["hands_on"]:
            found.add("run_incomplete")
        return found

    def lock(self, day: date, run: str, on: date) -> set[str]:
        """Section 10: the codes of which a lock is refused by one; none if it is noted."""
        content = (day, on)
        if run in self.runs:
            return set() if self.runs[run] == content else {"run_conflict"}
        found = {"run_order"} if on < self.last_day else set()
        if day < self.lock_day:
            found.add("lock_back")
        if not found:
            self.runs[run], self.last_day, self.lock_day = content, on, day
        return found

    def totals(self) -> dict[tuple[int, str, str], int]:
        """Section 10: for each period, clause and kind of line the sum of all documents, without those of zero."""
        found: dict[tuple[int, str, str], int] = {}
        for _, period, lines in self.documents:
            for clause, kind, minor in lines:
                found[period, clause, kind] = found.get((period, clause, kind), 0) + minor
        return {key: minor for key, minor in found.items() if minor}


def difference(before: list[tuple[str, str, int]], now: list[tuple[str, str, int]]) -> list[tuple[str, str, int]]:
    """Section 7: corrected less issued, for each clause and kind of line whose amounts differ."""
    sums: dict[tuple[str, str], int] = {}
    for sign, lines in ((-1, before), (1, now)):
        for clause, kind, minor in lines:
            sums[clause, kind] = sums.get((clause, kind), 0) + sign * minor
    return [(clause, kind, minor) for (clause, kind), minor in sums.items() if minor]
