"""Mutants: ways to break the library by one small change, each with the tests that must notice.

`m01` to `m25` are mistakes that engines of this kind are known to make; the others break one rule each of what is
computed (docs/reference/semantics.md), of verification, or of determinism.
"""

from __future__ import annotations

from typing import NamedTuple

__all__ = ["EQUIVALENT", "MUTANTS", "Equivalent", "Mutant"]


class Mutant(NamedTuple):
    """One small change, and who must notice."""

    id: str
    breaks: str
    """What is broken, in one sentence."""
    file: str
    """The file, under `src/ecsm_contracts`."""
    old: str
    """What stands there, exactly once."""
    new: str
    """What stands there instead."""
    tests: tuple[str, ...]
    """The tests of which one must fail, fast ones first."""


class Equivalent(NamedTuple):
    """A small change that no test can notice, since nothing comes out otherwise."""

    id: str
    file: str
    old: str
    new: str
    reason: str


CALENDAR = "tests/calendars/test_calendar.py"
CALENDAR_LAWS = "tests/calendars/test_laws.py"
WALL_CLOCK = f"{CALENDAR_LAWS}::test_service_time_is_what_a_wall_clock_shows"
MOMENTS = "tests/calendars/test_moments.py"
DAYS = "tests/calendars/test_days.py"
WARNING = "tests/calendars/test_warning.py"
HOLDS = "tests/calendars/test_service_time.py"
MEMBERSHIP = f"{CALENDAR}::TestMembership"
TRAPS = f"{CALENDAR}::TestTraps"
BY_HAND = "tests/measures/test_kernel.py::test_by_hand"
KERNEL = "tests/measures/test_kernel.py"
OBSERVER = "tests/measures/test_observer.py"
TALLY = "tests/measures/test_tally.py"
RELIEF = "tests/engine/test_relief.py"
EVALUATE = "tests/engine/test_evaluate.py"
SHARDS = f"{EVALUATE}::test_shards_in_any_order_give_the_same_bytes"
ROUNDED = f"{EVALUATE}::test_where_money_is_rounded"
YEARLY = f"{EVALUATE}::test_a_limit_over_the_year_is_used_up_month_by_month"
VERIFY = "tests/engine/test_verify.py"
FORGED = f"{VERIFY}::test_whatever_is_changed_is_named_even_if_the_seals_are_forged"
FATES = "tests/engine/test_fates.py"
WHY = "tests/engine/test_why.py"
ORIGINS = "tests/statements/test_origins.py"
DETERMINISM = "tests/engine/test_determinism.py"
ORDER = f"{DETERMINISM}::test_the_order_of_tickets_events_and_keys_makes_no_difference"
SETTLE = "tests/clauses/test_settle.py"
RULES = "tests/figures/test_rules.py"
ALLOCATE = "tests/money/test_allocate.py"
EXACT = "tests/money/test_exact.py"
FACTS = "tests/facts/test_facts.py"
TICKET = "tests/facts/test_ticket.py"
ORACLE = "tests/laws/test_oracle.py::test_engine_and_oracle_agree"

_PIECES = "for piece_start, piece_end, offset in offset_pieces(rules.zone, start, end):"
_DAY_HOURS = "exceptions.get(day, week[(day + _THURSDAY) % 7])"
_ACT = "_act(account, action, time.worked_until(step.at), step.at, target_of(wanted))"

MUTANTS: tuple[Mutant, ...] = (
    # ------------------------------------------------------------------------------------------ known mistakes
    Mutant(
        "m01",
        "A shift holds its last instant.",
        "calendars/_compile.py",
        "midnight + opening, midnight + closing",
        "midnight + opening, midnight + closing + 1",
        (TRAPS, WALL_CLOCK),
    ),
    Mutant(
        "m02",
        "A holiday is looked up by the date in UTC.",
        "calendars/_compile.py",
        _DAY_HOURS,
        "exceptions.get(midnight // DAY_MICROS, week[(day + _THURSDAY) % 7])",
        (MEMBERSHIP, WALL_CLOCK),
    ),
    Mutant(
        "m02b",
        "A holiday closes the local day after it.",
        "calendars/_compile.py",
        _DAY_HOURS,
        "exceptions.get(day - 1, week[(day + _THURSDAY) % 7])",
        (MEMBERSHIP, WALL_CLOCK),
    ),
    Mutant(
        "m03",
        "The offset from UTC is that of the first instant for the whole year.",
        "calendars/_compile.py",
        _PIECES,
        "for piece_start, piece_end, offset in "
        "[(start, end, each[2]) for each in offset_pieces(rules.zone, start, end)[:1]]:",
        (MEMBERSHIP, WALL_CLOCK),
    ),
    Mutant(
        "m04",
        "Hours are counted from local midnight instead of read off the wall clock.",
        "calendars/_compile.py",
        "midnight = day * DAY_MICROS - offset\n",
        "midnight = next(day * DAY_MICROS - each for _, until, each in"
        " offset_pieces(rules.zone, (day - 2) * DAY_MICROS, (day + 3) * DAY_MICROS)"
        " if day * DAY_MICROS - each < until)\n",
        (MEMBERSHIP, WALL_CLOCK),
    ),
    Mutant(
        "m05",
        "Holds that overlap count twice.",
        "calendars/_service_time.py",
        "return merge_spans(spans)",
        "return tuple(sorted(spans))",
        (
            "tests/calendars/test_overlapping_holds.py",
            f"{CALENDAR_LAWS}::test_e09_how_holds_are_written_does_not_matter",
        ),
    ),
    Mutant(
        "m06",
        "A hold that began before the time asked about is ignored.",
        "calendars/_service_time.py",
        "if hold_start < end and hold_end > start:",
        "if start <= hold_start < end and hold_end > start:",
        (TRAPS, WALL_CLOCK),
    ),
    Mutant(
        "m07",
        "Weekdays are off by one.",
        "calendars/_compile.py",
        "_THURSDAY = 3",
        "_THURSDAY = 4",
        (TRAPS,),
    ),
    Mutant(
        "m08",
        "The last local day before a change of the offset is dropped.",
        "calendars/_compile.py",
        "for day in range(first, last + 1):",
        "for day in range(first, last):",
        (MEMBERSHIP, WALL_CLOCK),
    ),
    Mutant(
        "m09",
        "The due instant is one microsecond late.",
        "measures/_kernel.py",
        "return self._time.latest_instant_of(latest)",
        "return self._time.latest_instant_of(latest) + 1",
        (BY_HAND,),
    ),
    Mutant(
        "m09b",
        "A deadline that fits exactly jumps to the next opening.",
        "calendars/_table.py",
        "while offsets[i + 2] < worked:",
        "while offsets[i + 2] <= worked:",
        (TRAPS, "tests/calendars/test_table.py"),
    ),
    Mutant(
        "m10",
        "An hour that happens twice counts once.",
        "calendars/_compile.py",
        _PIECES,
        "pieces = offset_pieces(rules.zone, start, end)\n"
        "    for (_, _, before), (piece_start, piece_end, offset) in zip([*pieces[:1], *pieces], pieces):\n"
        "        piece_start += max(0, before - offset)",
        (MEMBERSHIP, WALL_CLOCK),
    ),
    Mutant(
        "m11",
        "Half a cent goes to the even neighbour whatever the contract says.",
        "money/_rounding.py",
        '"half_up": away,',
        '"half_up": lower % 2 == 1,',
        ("tests/money/test_rounding.py::test_table", ROUNDED),
    ),
    Mutant(
        "m12",
        "A band holds its upper edge.",
        "figures/_rules.py",
        "number < edge.ratio",
        "number <= edge.ratio",
        (f"{SETTLE}::test_cloud_bands", RULES),
    ),
    Mutant(
        "m13",
        "The total is the rounded exact sum instead of the sum of the rounded lines.",
        "engine/_lines.py",
        'total = derive("total", "total/1", *parts)',
        "owed = Money.zero(contract.currency).exact\n"
        "    for clause in contract.clauses:\n"
        "        figure = figures[clause.ref]\n"
        '        owed += figure.value.exact if clause.yields == "charge" else owed * 0\n'
        '        owed += -figure.value if clause.yields == "credit" else owed * 0\n'
        '        owed += figure.inputs[0].value + -figure.value if clause.yields == "limit" else owed * 0\n'
        '    total = derive("total", "round/1", given("owed", owed), rounding.mode)',
        (ROUNDED,),
    ),
    Mutant(
        "m14",
        "A limit changes the total and leaves the lines.",
        "engine/_lines.py",
        "return Lines(lines, total,",
        'return Lines(tuple(line for line in lines if line.kind != "limit"), total,',
        (f"{EVALUATE}::test_a_month_by_hand",),
    ),
    Mutant(
        "m15",
        "Rows stay in the order in which tickets were observed.",
        "measures/_outcomes.py",
        "order = sorted(range(len(refs)), key=lambda at: (kinds[at], refs[at]))",
        "order = list(range(len(refs)))",
        (SHARDS, TALLY),
    ),
    Mutant(
        "m16",
        "A period holds the instant at which it ends.",
        "facts/_ticket.py",
        "to_micros(event.at) < end)",
        "to_micros(event.at) <= end)",
        (TICKET, ORACLE),
    ),
    Mutant(
        "m17",
        "Rounding passes through the caller's decimal context.",
        "money/_money.py",
        "return Money(round_ratio(self.ratio * 10**scale, mode), scale, self.currency)",
        "scaled = self.ratio * 10**scale\n"
        "        quotient = Decimal(scaled.numerator) / Decimal(scaled.denominator)\n"
        "        return Money(round_ratio(Fraction(quotient), mode), scale, self.currency)",
        (f"{DETERMINISM}::test_the_callers_decimal_context_is_neither_read_nor_changed", "tests/money/test_ambient.py"),
    ),
    Mutant(
        "m18",
        "Shares are taken in binary floating point.",
        "money/_money.py",
        "return ExactAmount(self.ratio * factor, self.currency)",
        "return ExactAmount(Fraction(float(self.ratio) * float(factor)), self.currency)",
        (ROUNDED, EXACT),
    ),
    Mutant(
        "m19",
        "What a limit gives is rounded up beyond its room.",
        "figures/_rules.py",
        'room.round("floor")',
        'room.round("ceiling")',
        (ROUNDED, RULES),
    ),
    Mutant(
        "m20",
        "Lateness is cut to whole hours.",
        "measures/_observer.py",
        "int(breached), judged.late, *late",
        "int(breached), judged.late // 3_600_000_000 * 3_600_000_000, *late",
        (OBSERVER,),
    ),
    Mutant(
        "m21",
        "A hold takes off the time on the clock on the wall, closed hours included.",
        "calendars/_service_time.py",
        "total -= worked_until(min(hold_end, end)) - worked_until(max(hold_start, start))",
        "total -= min(hold_end, end) - max(hold_start, start)",
        (TRAPS, HOLDS, WALL_CLOCK),
    ),
    Mutant(
        "m22",
        "The last band that fits gives the rate, not the first.",
        "figures/_rules.py",
        "for edge, rate in zip(pairs[::2], pairs[1::2], strict=True):",
        "for edge, rate in reversed(list(zip(pairs[::2], pairs[1::2], strict=True))):",
        (f"{SETTLE}::test_cloud_bands",),
    ),
    Mutant(
        "m23",
        "A level that reaches its target exactly is missed.",
        "figures/_rules.py",
        "return number >= target.ratio",
        "return number > target.ratio",
        (f"{SETTLE}::test_attainment", f"{EVALUATE}::test_reaching_the_target_exactly_is_enough"),
    ),
    Mutant(
        "m24",
        "What is left of a split goes to the last share.",
        "money/_allocate.py",
        "by_loss = sorted(range(len(weights)), key=lambda position: -rests[position])",
        "by_loss = [len(weights) - 1] * len(weights)",
        (ALLOCATE, ROUNDED),
    ),
    Mutant(
        "m25",
        "Every currency has two decimals.",
        "money/_currency.py",
        "return EXPONENTS[check_currency(code)]",
        "return 2 if check_currency(code) else 2",
        ("tests/money/test_currency.py::test_exponent", "tests/money/test_money.py"),
    ),
    # --------------------------------------------------------------------------------------------------- hours
    Mutant(
        "closing-in-hours",
        "The instant of closing is in hours.",
        "calendars/_table.py",
        "worked = self.worked_until(instant)",
        "worked = self.worked_until(instant - 1)",
        (MOMENTS,),
    ),
    Mutant(
        "holiday-over-special-day",
        "A holiday closes a special day.",
        "calendars/_calendar.py",
        "dates={**closed, **special}",
        "dates={**special, **closed}",
        (MEMBERSHIP, WALL_CLOCK),
    ),
    # --------------------------------------------------------------------------------------------------- facts
    Mutant(
        "events-as-given",
        "Events are taken in the order in which they are given.",
        "facts/_ticket.py",
        "ordered = sorted(dict.fromkeys(self.events), key=lambda event: event.at)",
        "ordered = list(dict.fromkeys(self.events))",
        (TICKET, ORDER),
    ),
    Mutant(
        "events-twice",
        "An event that is delivered twice happens twice.",
        "facts/_ticket.py",
        "sorted(dict.fromkeys(self.events),",
        "sorted(self.events,",
        (TICKET,),
    ),
    Mutant(
        "duplicates-twice",
        "A record that is delivered twice counts twice.",
        "facts/_facts.py",
        "kept.append(first)",
        "kept.extend((first, *others))",
        (f"{FACTS}::test_events_are_compared_in_the_order_of_time",),
    ),
    Mutant(
        "first-record-wins",
        "Of two different records with one identity the first is believed.",
        "facts/_facts.py",
        "if len(different) <= 1:",
        "if len(different) >= 0:",
        (f"{FACTS}::test_rejection_says_how_many",),
    ),
    Mutant(
        "contradiction-dropped",
        "A ticket that contradicts itself is dropped without a word.",
        "engine/_observe.py",
        'return Rejected("ticket", ticket.ref, clash.code, clash.reason, "", canonical_json(known.to_data()))',
        "return None",
        (f"{EVALUATE}::test_a_contradictory_ticket_is_quarantined_and_changes_no_figure",),
    ),
    Mutant(
        "reopened-unresolved",
        "A ticket that is reopened without being resolved is believed.",
        "facts/_timeline.py",
        '**dict.fromkeys((*_ANYWHERE, "held", "resumed"), "open"),',
        '**dict.fromkeys((*_ANYWHERE, "held", "resumed", "reopened"), "open"),',
        ("tests/facts/test_timeline.py",),
    ),
    Mutant(
        "outage-end-at-the-end",
        "The end of an outage at the very end of the period is known in it.",
        "facts/_records.py",
        "to_micros(self.end) < end else",
        "to_micros(self.end) <= end else",
        ("tests/facts/test_records.py::test_outage_known_before",),
    ),
    Mutant(
        "always-final",
        "A statement with rejected records is final.",
        "statements/_statement.py",
        'return "provisional" if self.rejected else "final"',
        'return "provisional" if not self else "final"',
        (f"{EVALUATE}::test_a_contradictory_ticket_is_quarantined_and_changes_no_figure",),
    ),
    # -------------------------------------------------------------------------------------------------- clocks
    Mutant(
        "breach-on-target",
        "Elapsed time equal to the target is a breach.",
        "measures/_kernel.py",
        "now > latest",
        "now >= latest",
        (f"{KERNEL}::test_to_the_microsecond", BY_HAND),
    ),
    Mutant(
        "due-at-closing",
        "The due instant is the closing, not the next opening.",
        "measures/_service_time.py",
        "self._table.latest_instant_of(worked",
        "self._table.instant_of(worked",
        (f"{KERNEL}::test_a_target_reached_at_closing_is_due_at_the_next_opening",),
    ),
    Mutant(
        "due-at-the-end",
        "A due instant that is the end of what is known has come.",
        "measures/_kernel.py",
        "latest >= now",
        "latest > now",
        (f"{KERNEL}::test_due_is_before_the_end",),
    ),
    Mutant(
        "due-while-held",
        "A ticket falls due while its clock is held in time.",
        "measures/_kernel.py",
        "or not stopped or latest is None",
        "or latest is None",
        (BY_HAND,),
    ),
    Mutant(
        "events-at-the-instant",
        "A clock knows what happens at the instant at which it is judged.",
        "measures/_kernel.py",
        "if step.at < until]",
        "if step.at <= until]",
        (f"{OBSERVER}::test_misses_fall_where_they_happen", KERNEL),
    ),
    Mutant(
        "resumed-ignored",
        "A hold is not released by `resumed`.",
        "measures/_kernel.py",
        'if kind == "resumed":\n        return RELEASE',
        'if kind == "resumed":\n        return IGNORE',
        (BY_HAND,),
    ),
    Mutant(
        "other-wait-ignored",
        "A wait for a party that does not hold the clock does not end the wait for one that does.",
        "measures/_kernel.py",
        "else RELEASE",
        "else IGNORE",
        (BY_HAND,),
    ),
    Mutant(
        "held-wall-clock",
        "Held time is taken off as it passes on the wall, closed hours included.",
        "measures/_kernel.py",
        _ACT,
        f"{_ACT}\n"
        "            if code == HOLD:\n"
        "                held_at = step.at\n"
        "            elif code == RELEASE:\n"
        "                inside = time.worked_until(step.at) - time.worked_until(held_at)\n"
        "                account.spent += inside - (step.at - held_at)",
        (BY_HAND,),
    ),
    Mutant(
        "held-outlives-resolution",
        "A resolution during a wait does not stop the clock.",
        "measures/_clock.py",
        "[(HELD, STOP), (HELD, RESOLVE)]",
        "[(HELD, STOP), (HELD, STOP)]",
        (BY_HAND,),
    ),
    Mutant(
        "customer-replies",
        "A reply of the customer stops the clock.",
        "measures/_kernel.py",
        'return STOP if kind != "replied" or step.party == PROVIDER else IGNORE',
        "return STOP",
        (BY_HAND,),
    ),
    Mutant(
        "begins-while-resolved",
        "A clock that has not begun when its ticket is resolved can begin before a reopening.",
        "measures/_clock.py",
        "(WAITING, RESOLVE): OVER,",
        "(WAITING, RESOLVE): WAITING,",
        (BY_HAND,),
    ),
    Mutant(
        "merged-counts",
        "A ticket that was merged still counts.",
        "measures/_kernel.py",
        '_ENDS = frozenset({"cancelled", "merged"})',
        '_ENDS = frozenset({"cancelled"})',
        (f"{KERNEL}::test_judged",),
    ),
    Mutant(
        "reopening-swapped",
        "A reopening continues where it should restart, and restarts where it should continue.",
        "measures/_clock.py",
        '"continue_without": 0,\n'
        '                "continue_with_closed_time": BANK | LUMP,\n'
        '                "restart": fresh,',
        '"continue_without": fresh,\n'
        '                "continue_with_closed_time": BANK | LUMP,\n'
        '                "restart": 0,',
        (BY_HAND,),
    ),
    Mutant(
        "closed-time-as-it-passed",
        "Closed time breaches as it passes, not at the reopening.",
        "measures/_clock.py",
        '"continue_with_closed_time": BANK | LUMP',
        '"continue_with_closed_time": BANK',
        (BY_HAND,),
    ),
    Mutant(
        "last-attempt-remembers",
        "Under `attempt: last` the breach of an earlier attempt stands.",
        "measures/_clock.py",
        'fresh = RESET | (CLEAR if self.attempt == "last" else 0)',
        "fresh = RESET",
        (BY_HAND,),
    ),
    Mutant(
        "earlier-lateness-dropped",
        "The lateness of an earlier attempt whose breach stands is dropped.",
        "measures/_kernel.py",
        "self.late = 0 if forget else self.late + self.beyond()",
        "self.late = 0 if forget else self.late",
        (BY_HAND,),
    ),
    Mutant(
        "change-keeps-elapsed",
        "A change of priority with `restart` keeps elapsed time.",
        "measures/_clock.py",
        '"restart": TAKE | RESET',
        '"restart": TAKE',
        (BY_HAND,),
    ),
    Mutant(
        "no-change-is-change",
        "A `reprioritised` to the priority that already holds is a change.",
        "measures/_kernel.py",
        "step.priority is None or step.priority == wanted:",
        "step.priority is None:",
        (BY_HAND,),
    ),
    Mutant(
        "change-after-first-stop",
        "Under `attempt: first` a change of priority after the first stop counts.",
        "measures/_kernel.py",
        "if phase == FINAL:",
        "if phase == VOID:",
        (BY_HAND,),
    ),
    # ------------------------------------------------------------------------------------------------ measures
    Mutant(
        "scope-without-type",
        "A level is about tickets of every type.",
        "measures/_scope.py",
        "return kind is None or self.type is None or kind == self.type",
        "return True",
        ("tests/measures/test_shapes.py::test_scope",),
    ),
    Mutant(
        "due-start-exclusive",
        "A ticket due at the very start of a period is counted in none.",
        "measures/_observer.py",
        "program.start <= at < program.end",
        "program.start < at < program.end",
        (f"{OBSERVER}::test_population",),
    ),
    Mutant(
        "second-resolution-counts",
        "A second resolution without a reopening moves a ticket to another period.",
        "measures/_observer.py",
        'step.kind == "resolved" and resolved is None',
        'step.kind == "resolved"',
        (f"{OBSERVER}::test_last_resolution",),
    ),
    Mutant(
        "miss-in-every-period",
        "A miss, and each late minute, counts again in every later period.",
        "measures/_observer.py",
        "return tuple(a - b for a, b in zip(after, before, strict=True))",
        "return after",
        (f"{OBSERVER}::test_misses_fall_where_they_happen",),
    ),
    Mutant(
        "begun-unit-too-many",
        "A unit of late time that is just complete counts as two.",
        "measures/_quantity.py",
        'return -(-time // unit) if part == "up" else time // unit',
        'return time // unit + 1 if part == "up" else time // unit',
        ("tests/measures/test_shapes.py::test_units",),
    ),
    Mutant(
        "outages-twice",
        "Outages that overlap count twice.",
        "measures/_observer.py",
        "max(start, reach), min",
        "max(start, self.program.start), min",
        (
            "tests/engine/test_overlapping_outages.py",
            f"{OBSERVER}::test_outages_sum_to_their_union",
        ),
    ),
    Mutant(
        "outages-around-the-clock",
        "An outage counts outside the hours of the measure, too.",
        "measures/_observer.py",
        "row[column] = time.between(fresh, until)",
        "row[column] = max(0, until - fresh)",
        (f"{OBSERVER}::test_outages_sum_to_their_union",),
    ),
    Mutant(
        "window-too-short",
        "A ticket that was resolved before the period and falls due in it is not looked at.",
        "measures/_observer.py",
        "return min(self.start, self.table.instant_of(self.table.worked_until(self.start) - longest))",
        "return self.start",
        (f"{OBSERVER}::test_look_back",),
    ),
    Mutant(
        "month-in-utc",
        "A period runs from midnight to midnight in UTC.",
        "engine/_plan.py",
        "bounds = wanted.bounds(contract.zone)",
        'bounds = wanted.bounds("UTC")',
        (EVALUATE,),
    ),
    # -------------------------------------------------------------------------------------------------- relief
    Mutant(
        "relief-ignored",
        "Relieved time counts.",
        "engine/_observe.py",
        "level.bind(_relieved(plan, setting, level)) for level",
        "level.bind() for level",
        (f"{EVALUATE}::test_a_month_by_hand",),
    ),
    Mutant(
        "relief-of-every-service",
        "A notice for one service relieves the levels of all services.",
        "engine/_observe.py",
        "notice.kind in kinds and level.scope.has(notice.service)",
        "notice.kind in kinds",
        (RELIEF, ORACLE),
    ),
    Mutant(
        "relief-of-every-level",
        "A relief clause relieves levels that it does not name.",
        "engine/_observe.py",
        "if level.ref in relief.levels and (",
        "if (",
        (RELIEF, ORACLE),
    ),
    Mutant(
        "relief-of-every-kind",
        "A notice of a kind that no clause names relieves.",
        "engine/_observe.py",
        "notice is not None and notice.kind in kinds and",
        "notice is not None and",
        (f"{EVALUATE}::test_notices_that_relieve_nothing_change_no_figure", RELIEF),
    ),
    Mutant(
        "relief-twice",
        "Relief by notices that overlap is taken off twice.",
        "measures/_service_time.py",
        "tuple(merge_spans(relieved))",
        "tuple(sorted(relieved))",
        ("tests/measures/test_service_time.py",),
    ),
    Mutant(
        "denominators-swapped",
        "Planned time leaves the denominator where it should stay, and stays where it should leave.",
        "clauses/_relief.py",
        'self.denominator == "leaves"',
        'self.denominator == "stays"',
        (f"{EVALUATE}::test_denominator_stays",),
    ),
    # --------------------------------------------------------------------------------------------------- money
    Mutant(
        "too-few-ignored",
        "A sample smaller than its minimum is judged by its number.",
        "clauses/_level.py",
        "if counted.value < measure.minimum:",
        "if not counted.value:",
        (f"{SETTLE}::test_too_few",),
    ),
    Mutant(
        "minimum-is-too-few",
        "A sample of just the minimum is too small.",
        "clauses/_level.py",
        "if counted.value < measure.minimum:",
        "if counted.value <= measure.minimum:",
        (f"{SETTLE}::test_too_few",),
    ),
    Mutant(
        "negative-credit",
        "Misses that are taken back are charged.",
        "figures/_rules.py",
        "return max(0, number)",
        "return number",
        (f"{SETTLE}::test_per_ticket",),
    ),
    Mutant(
        "room-negative",
        "A limit that is used up beyond what it allows takes money back.",
        "figures/_rules.py",
        "return max(left, ExactAmount.zero(left.currency))",
        "return left",
        (f"{SETTLE}::test_limit_is_the_lesser_of_sum_and_room",),
    ),
    Mutant(
        "carry-ignored",
        "A limit over the contract year begins anew in every period.",
        "engine/_settle.py",
        'within = limit.window == "contract_year" and carry is not None',
        "within = False",
        (YEARLY,),
    ),
    Mutant(
        "carry-of-one-period",
        "What is handed on is only what the last period gave.",
        "engine/_settle.py",
        "amount=used[limit.ref] + given[limit.ref]",
        "amount=given[limit.ref]",
        (YEARLY,),
    ),
    Mutant(
        "year-never-ends",
        "What was given in an earlier contract year still counts.",
        "clauses/_carry.py",
        "if each.ref == ref and each.year == year",
        "if each.ref == ref",
        ("tests/clauses/test_registry.py::test_carry",),
    ),
    Mutant(
        "credits-rounded-alone",
        "Credits under one limit are rounded one by one instead of sharing one rounded sum.",
        "engine/_lines.py",
        "if clause.ref in taken:",
        "if clause.ref in ():",
        (ROUNDED,),
    ),
    Mutant(
        "ties-to-the-later",
        "Of equal claims to a cent the later one gets it.",
        "money/_allocate.py",
        "key=lambda position: -rests[position]",
        "key=lambda position: (-rests[position], -position)",
        (f"{ALLOCATE}::test_table", f"{RULES}::test_split_ties_go_to_the_earlier"),
    ),
    Mutant(
        "zero-line-left-out",
        "A missed promise that cost nothing has no line.",
        "engine/_lines.py",
        "if figure.value.is_zero and not _any_missed(clause, figures):",
        "if figure.value.is_zero:",
        (f"{EVALUATE}::test_a_line_of_zero_says_that_a_missed_promise_cost_nothing",),
    ),
    Mutant(
        "currencies-mix",
        "Amounts of two currencies add up.",
        "money/_currency.py",
        "if first != second:",
        "if not first:",
        ("tests/money/test_currency.py::test_same_currency", "tests/money/test_money.py"),
    ),
    # -------------------------------------------------------------------------------------------- verification
    Mutant(
        "verify-no-replay",
        "Verifying does not derive figures again.",
        "engine/_verify.py",
        "yield from _replayed(statement)",
        "yield from ()",
        (f"{VERIFY}::test_a_changed_figure_is_named",),
    ),
    Mutant(
        "verify-no-rows",
        "Verifying does not add the rows up.",
        "engine/_verify.py",
        "yield from added_up(statement)",
        "yield from ()",
        (FORGED,),
    ),
    Mutant(
        "verify-no-terms",
        "Verifying does not settle the terms again.",
        "engine/_verify.py",
        "yield from settled_again(statement, again)",
        "yield from ()",
        (FORGED,),
    ),
    Mutant(
        "verify-no-content",
        "Verifying does not compare what went in.",
        "engine/_verify.py",
        "yield from content_again(statement, again)",
        "yield from ()",
        (FORGED,),
    ),
    Mutant(
        "verify-no-seals",
        "Verifying does not look at the seals.",
        "engine/_verify.py",
        "yield from statement.faults",
        "yield from ()",
        (FORGED,),
    ),
    Mutant(
        "verify-no-facts",
        "Verifying with facts does not look at them.",
        "engine/_verify.py",
        "    if facts is not None:\n        yield from",
        "    if facts is None and planned is None:\n        yield from",
        (f"{VERIFY}::test_a_changed_ticket_is_named",),
    ),
    # --------------------------------------------------------------------------------------------- determinism
    Mutant(
        "maker-in-the-digest",
        "The digest of a statement depends on the Python that made it.",
        "statements/_statement.py",
        'not in {"made_by", "seals"}',
        'not in {"seals"}',
        (f"{VERIFY}::test_who_made_it_is_recorded_and_sealed_but_is_no_content",),
    ),
    Mutant(
        "columns-out-of-order",
        "The columns of a level stand in another order than its numbers.",
        "measures/_observer.py",
        "return own + tuple(late.column for late in self.late_units)",
        "return tuple(late.column for late in self.late_units) + own",
        (f"{OBSERVER}::test_columns_and_scope",),
    ),
    Mutant(
        "tally-as-given",
        "A tally is read in the order of the file, whatever its columns are.",
        "measures/_tally.py",
        "return cls(columns, tuple(data[column] for column in columns))",
        "return cls(columns, tuple(data.values()))",
        (f"{TALLY}::test_column_by_column",),
    ),
    Mutant(
        "hash-order",
        "The rules of a statement stand in the order of a set.",
        "engine/_settle.py",
        "return tuple(sorted({part.rule for figure in figures for part in figure.walk()}))",
        "return tuple({part.rule for figure in figures for part in figure.walk()})",
        (f"{DETERMINISM}::test_the_surroundings_make_no_difference",),
    ),
    Mutant(
        "shard-lost",
        "Observing in parts loses the last part.",
        "facts/_facts.py",
        "for start in range(1, count))",
        "for start in range(1, count - 1))",
        (SHARDS, f"{FACTS}::test_shards_partition"),
    ),
    Mutant(
        "rejected-lost-in-parts",
        "Observing in parts forgets the records that were rejected before.",
        "engine/_evaluate.py",
        "facts.rejected) + observe_setting",
        "()) + observe_setting",
        ("tests/engine/test_shards.py", "tests/testing/test_laws.py"),
    ),
    Mutant(
        "unrecorded-start",
        "A clock that starts at what is not recorded is measured all the same.",
        "measures/_clock.py",
        "return not {*self.start, *self.stop}.isdisjoint(kinds)",
        "return not {*self.stop}.isdisjoint(kinds)",
        ("tests/measures/test_observer.py::test_what_a_clock_needs", "tests/laws/test_oracle.py"),
    ),
    Mutant(
        "unrecorded-counted",
        "Tickets count for a level that needs what is not recorded.",
        "engine/_observe.py",
        "None if ref in self._silent else level.observe_ticket(view)",
        "level.observe_ticket(view)",
        (f"{ORIGINS}::test_what_is_not_recorded_is_not_measured", FATES),
    ),
    Mutant(
        "verify-no-origins",
        "Verifying with facts does not look at where they come from.",
        "engine/_compare.py",
        "if statement.origins != observed.origins:",
        "if len(statement.origins) > len(observed.origins):",
        (f"{ORIGINS}::test_other_origins_are_named",),
    ),
    Mutant(
        "fate-of-no-length",
        "An outage of no length has a part in the period.",
        "engine/_fates.py",
        "return first < last",
        "return first <= last",
        (f"{FATES}::test_each_fate_of_an_outage",),
    ),
    Mutant(
        "fate-of-the-rejected",
        "A ticket that was rejected has the fate that it would have had.",
        "engine/_fates.py",
        "        if ref not in quarantined:",
        "        if ref:",
        (f"{FATES}::test_each_fate_of_a_ticket",),
    ),
    Mutant(
        "fate-of-the-unnamed",
        "Rejected records without a readable identity are not counted.",
        "engine/_fates.py",
        ' + (self.unnamed if fate == "quarantined" else 0)',
        "",
        (f"{FATES}::test_an_unnamed_record_is_quarantined_and_counted",),
    ),
    Mutant(
        "explained-as-it-is-now",
        "A ticket that was changed since the statement was made is explained as it is now.",
        "engine/_why.py",
        "if row != stored:",
        "if (row is None) != (stored is None):",
        (f"{WHY}::test_other_facts_are_refused",),
    ),
    Mutant(
        "explained-under-other-notices",
        "A ticket is explained under notices that the statement did not know.",
        "engine/_why.py",
        'if row.kind == "notice"]:',
        'if row.kind == "notice"][: len(stored)]:',
        (f"{WHY}::test_other_facts_are_refused",),
    ),
    Mutant(
        "stopped-time-counted",
        "The explanation counts the time in which a clock is stopped.",
        "measures/_trace.py",
        "if phase == RUNNING else 0",
        "if phase != HELD else 0",
        ("tests/measures/test_trace.py::test_counted_times_add_up_to_elapsed",),
    ),
    # ------------------------------------------------------------- tables, cost by ticket, restating, fates
    Mutant(
        "same-instant-reversed",
        "Rows of one instant happen in the order from the end of the file.",
        "adapters/_history.py",
        'sorted(updates, key=attrgetter("at"))',
        'sorted(reversed(updates), key=attrgetter("at"))',
        ("tests/adapters/test_tables.py::test_rows_are_ordered_by_instant_and_those_of_one_instant_by_the_file",),
    ),
    Mutant(
        "reply-ends-the-state",
        "A reply is taken for a state, so that a hold before it never ends, and nothing reopens a resolution.",
        "adapters/_history.py",
        "if update.word not in _STAYS:",
        'if update.word != "noted":',
        ("tests/adapters/test_history.py::test_a_row_is_what_it_changes",),
    ),
    Mutant(
        "hold-of-the-first-party",
        "A held ticket that comes to wait for another party still waits for the first.",
        "adapters/_history.py",
        '(held.word, held.party) != ("held", update.party)',
        'held.word != "held"',
        ("tests/adapters/test_history.py::test_another_party_is_another_hold",),
    ),
    Mutant(
        "blank-group-unsaid",
        "A row with a blank group leaves the ticket in the group before it.",
        "adapters/_history.py",
        "history.groups and update.group != held.group",
        "history.groups and update.group not in {None, held.group}",
        ("tests/adapters/test_history.py::test_a_blank_group_is_no_group",),
    ),
    Mutant(
        "second-time-lost",
        "What happens a second time at one instant is taken for a repetition.",
        "adapters/_history.py",
        "if number > 1 and",
        "if number > 2 and",
        ("tests/adapters/test_history.py::test_what_happens_twice_at_one_instant_is_not_taken_for_a_repetition",),
    ),
    Mutant(
        "hole-in-a-history",
        "A ticket with a row that cannot be read counts with its other rows.",
        "adapters/_gather.py",
        "found = self.bad or self.head",
        "found = self.head",
        ("tests/adapters/test_tables.py::test_a_bad_row_rejects_its_whole_ticket_and_no_other",),
    ),
    Mutant(
        "last-of-the-first-rows",
        "Of two rows at a ticket's first instant the later one in the file opens it.",
        "adapters/_gather.py",
        "known.since is None or update.at < known.since",
        "known.since is None or update.at <= known.since",
        ("tests/adapters/test_gather_edges.py::test_of_two_rows_at_the_first_instant_the_earlier_in_the_file_opens",),
    ),
    Mutant(
        "moment-at-the-opening",
        "A moment at the very instant of the opening lies before it.",
        "adapters/_gather.py",
        "happened if instant < opening.at",
        "happened if instant <= opening.at",
        ("tests/adapters/test_gather_edges.py::test_a_moment_at_the_instant_of_the_opening_is_not_before_it",),
    ),
    Mutant(
        "duplicate-by-opening",
        "Two rows of a ticket table that differ in the service only are taken for one delivered twice.",
        "adapters/_gather.py",
        "known.bad is None and known.head != head",
        "known.bad is None and known.head.opening != head.opening",
        ("tests/adapters/test_gather_edges.py::test_rows_of_one_identity_that_differ_in_one_cell_reject_the_ticket",),
    ),
    Mutant(
        "rows-in-quotes",
        "The rows between two stray quotes are swallowed as the text of one field.",
        "adapters/_csv.py",
        'return _DOUBTFUL if _may_be_rows(texts, fields, form) else ""',
        'return ""',
        ("tests/adapters/test_rows.py::test_two_stray_quotes_do_not_swallow_the_rows_between_them",),
    ),
    Mutant(
        "cut-gzip-passes",
        "A gzip file that is cut passes for the whole.",
        "adapters/_lines.py",
        "raise _damaged(path, number, problem) from None",
        "return",
        ("tests/adapters/test_rows.py::test_a_cut_gzip_is_refused_wherever_it_is_cut",),
    ),
    Mutant(
        "limit-is-too-large",
        "A table of just the most bytes is too large.",
        "adapters/_lines.py",
        "if self._count > self._most:",
        "if self._count >= self._most:",
        ("tests/adapters/test_lines_edges.py::test_a_table_of_just_the_most_bytes_is_read_whole",),
    ),
    Mutant(
        "left-by-every-column",
        "A row is left out only if every column with a rule leaves it out.",
        "adapters/_cells.py",
        "if any(value in leave for",
        "if values and all(value in leave for",
        ("tests/adapters/test_gather_edges.py::test_a_row_that_one_column_leaves_out_is_left_whatever_the_others_say",),
    ),
    Mutant(
        "readings-swapped",
        "Of a reading that happens twice the second is taken for the first, and the first for the second.",
        "adapters/_times.py",
        'instants[0 if times.repeated == "first" else -1]',
        'instants[-1 if times.repeated == "first" else 0]',
        ("tests/adapters/test_tables.py::test_a_time_is_an_instant_or_the_mapping_says_what_it_means",),
    ),
    Mutant(
        "customer-reply-recorded",
        "Replies of the customer pass for the record of the provider's replies.",
        "adapters/_tables.py",
        'any(state.is_ == "replied" and state.party == "provider" for',
        'any(state.is_ == "replied" for',
        ("tests/adapters/test_tables.py::test_what_no_part_of_the_mapping_gives_is_unrecorded",),
    ),
    Mutant(
        "group-lost-at-once",
        "Rows of an event table without a column for the group take the group of the ticket away.",
        "adapters/_tables.py",
        "mapping.events is not None and mapping.events.group is not None)",
        "True)",
        ("tests/adapters/test_gather_edges.py::test_without_a_column_for_the_group_a_ticket_keeps_its_own",),
    ),
    Mutant(
        "gap-begins-late",
        "The first reading that clocks skip is in no gap.",
        "calendars/_wall_clock.py",
        "if change + before <= local <",
        "if change + before < local <",
        ("tests/calendars/test_wall_clock_edges.py::test_a_gap_has_its_first_reading_and_its_last",),
    ),
    Mutant(
        "rejected-has-updates",
        "A ticket that the statement rejected still has updates, and so costs.",
        "economics/_updates.py",
        " if ticket.ref not in refused)",
        ")",
        ("tests/economics/test_assumed.py::test_a_ticket_that_the_statement_rejected_costs_nothing",),
    ),
    Mutant(
        "assumed-hides-recorded",
        "Assumed effort takes the place of what the same role recorded.",
        "economics/_effort.py",
        "[assumed.role] += count",
        "[assumed.role] = count",
        ("tests/economics/test_assumed.py::test_recorded_and_assumed_effort_are_added_and_kept_apart",),
    ),
    Mutant(
        "taken-back-weighs",
        "A miss that is taken back bears a part of the credit.",
        "economics/_credits.py",
        "if row[place] > 0}",
        "if row[place]}",
        ("tests/economics/test_cost_by.py::test_a_miss_that_is_taken_back_weighs_nothing",),
    ),
    Mutant(
        "credits-margin-swapped",
        "Credits and margin change their places in the table.",
        "economics/_breakdown.py",
        "amounts = (self.cost, self.revenue, self.credits, self.margin)",
        "amounts = (self.cost, self.revenue, self.margin, self.credits)",
        ("tests/economics/test_cost_by.py::test_what_is_assumed_stands_below_the_table",),
    ),
    Mutant(
        "remainder-lost",
        "Cost is rounded row by row, so that cents are lost between the rows and the total.",
        "economics/_cost_by.py",
        "allocate(cost, [each.cost for each in sums.values()])",
        "[ExactAmount(each.cost, cost.currency).round(SHOWN_ROUNDING) for each in sums.values()]",
        ("tests/economics/test_cost_by.py::test_amounts_are_split_by_largest_remainder",),
    ),
    Mutant(
        "known-at-the-end",
        "A change at the very end of a period decides on the row of its ticket.",
        "economics/_attributes.py",
        "if to_micros(event.at) < end]",
        "if to_micros(event.at) <= end]",
        (
            "tests/economics/test_attributes_edges.py::test_a_change_at_the_instant_at_which_a_period_ends_is_of_the_next",
        ),
    ),
    Mutant(
        "blank-is-a-group",
        "Tickets without a group share the row of a group that is called so.",
        "economics/_attributes.py",
        "group.strip() else None",
        "group.strip() else BLANK",
        ("tests/economics/test_attributes_edges.py::test_a_group_that_is_called_blank_is_a_group",),
    ),
    Mutant(
        "difference-turned",
        "A difference is the issued amount less the corrected one.",
        "statements/_changes.py",
        "return corrected - issued",
        "return issued - corrected",
        ("tests/engine/test_restate.py::test_a_correction_in_march_moves_april",),
    ),
    Mutant(
        "rejected-by-number",
        "Rejected records that differ, but not in number, are no cause.",
        "statements/_changes.py",
        "[record.to_data() for record in statement.rejected]",
        "len(statement.rejected)",
        ("tests/statements/test_restatement_edges.py::test_another_rejected_record_is_a_cause",),
    ),
    Mutant(
        "lines-need-not-add-up",
        "A document is given though its lines do not add up to the difference of the totals.",
        "statements/_restatement.py",
        "if total.value != owed:",
        "if not lines and total.value != owed:",
        ("tests/statements/test_restatement_edges.py::test_a_total_that_differs_by_more_than_its_lines_is_refused",),
    ),
    Mutant(
        "corrected-carry-unchecked",
        "A corrected period may begin with what the issued one before it handed on.",
        "engine/_restate.py",
        "for before, after in pairwise(corrected):",
        "for before, after in pairwise(corrected[:1]):",
        ("tests/engine/test_restate.py::test_april_with_the_carry_of_the_issued_march_is_refused",),
    ),
    Mutant(
        "fate-as-of-now",
        "What happens after a period decides whether an item was open at its end.",
        "engine/_fates.py",
        "known = item.known_before(end)",
        "known = item",
        ("tests/engine/test_fates.py::test_each_fate_of_a_ticket",),
    ),
    Mutant(
        "fate-of-the-other-kind",
        "A rejected outage is counted among the tickets.",
        "engine/_fates.py",
        " if record.kind == kind]",
        "]",
        ("tests/engine/test_fates_edges.py::test_a_rejected_record_is_quarantined_among_its_own_kind_only",),
    ),
    # ------------------------------------------------------------- combined calendars
    Mutant(
        "both-is-either",
        "Hours in which both work are taken for those in which either does.",
        "calendars/_combined.py",
        "return intersect_spans(first, second) if",
        "return merge_spans((*first, *second)) if",
        ("tests/calendars/test_combined.py::test_calendars_combine_more_than_once",),
    ),
    Mutant(
        "covers-what-either-covers",
        "A combined calendar is asked about years that one of its parts does not know.",
        "calendars/_combined.py",
        "min(end, other_end)",
        "max(end, other_end)",
        ("tests/calendars/test_combined.py::test_it_covers_what_both_cover",),
    ),
    Mutant(
        "closes-where-it-was-looked",
        "Hours that go on are said to close where the search ended.",
        "calendars/_service_hours.py",
        "if end < reach:",
        "if end <= reach:",
        ("tests/calendars/test_combined.py::test_hours_that_never_close_have_no_closing",),
    ),
    # ---------------------------------------------------------------------- days kept for datetimes
    Mutant(
        "kept-closing-in-hours",
        "On a day that is kept the instant of closing is in hours.",
        "calendars/_service_hours.py",
        "while since >= end:",
        "while since > end:",
        (MOMENTS,),
    ),
    Mutant(
        "kept-reversed",
        "On days that are kept a reversed window has negative time.",
        "calendars/_service_hours.py",
        "return worked if worked > _ZERO else _ZERO",
        "return worked",
        (MOMENTS,),
    ),
    Mutant(
        "kept-next-opening",
        "Of an amount used up exactly at a closing the deadline is the next opening, once it is kept.",
        "calendars/_service_hours.py",
        "while level > closing:",
        "while level >= closing:",
        (MOMENTS,),
    ),
    Mutant(
        "kept-for-ever",
        "Days are kept without a bound.",
        "calendars/_moments.py",
        "            self.days.clear()\n",
        "            pass\n",
        (f"{MOMENTS}::test_no_more_days_are_kept_than_said",),
    ),
    # ------------------------------------------------------------------------------- days and warnings
    Mutant(
        "day-of-start-counts",
        "The day of the start is the first working day.",
        "calendars/_day_deadlines.py",
        "return _same_time(name, start, _working_day(table, name, today, count))",
        "return _same_time(name, start, _working_day(table, name, today, count - 1))",
        (DAYS,),
    ),
    Mutant(
        "no-hours-left",
        "The zeroth day ends in the past when its hours are over.",
        "calendars/_day_deadlines.py",
        "return _working_day(table, name, day, max(count, 1))",
        "return _working_day(table, name, day, count)",
        (DAYS,),
    ),
    Mutant(
        "hold-before-the-day",
        "A hold brings the end of days forward to where their time is used up.",
        "calendars/_day_deadlines.py",
        "return max(named, used_up(table, start, amount, holds, latest=False))",
        "return used_up(table, start, amount, holds, latest=False)",
        (DAYS,),
    ),
    Mutant(
        "clock-days-in-service-time",
        "Days by the clock are held by service time only.",
        "calendars/_service_hours.py",
        "return ALL_TIME if isinstance(amount, Days) and amount.by_the_clock else self.table",
        "return self.table",
        (DAYS,),
    ),
    Mutant(
        "second-of-two-readings",
        "Of a time of day that comes twice the second is meant.",
        "calendars/_day_deadlines.py",
        "return instants[0] if instants else",
        "return instants[-1] if instants else",
        (DAYS,),
    ),
    Mutant(
        "warning-in-elapsed-time",
        "A warning comes when a share of the time until the deadline has passed, hours or not.",
        "calendars/_service_hours.py",
        "used_up(table, first, used, spans, latest=False)",
        "used_up(ALL_TIME, first, used, spans, latest=False)",
        (WARNING,),
    ),
    Mutant(
        "warning-at-the-deadline-in-time",
        "A warning at the deadline itself is in time.",
        "calendars/_warning.py",
        "return self.notify >= self.deadline",
        "return self.notify > self.deadline",
        (WARNING,),
    ),
    # ------------------------------------------------------------------ periods, windows, holidays, columns
    Mutant(
        "every-month-ends-on-the-28th",
        "A month without the anchor day begins its period on the 28th.",
        "calendars/_month_end.py",
        "return date(year, month + 1, monthrange(year, month + 1)[1])",
        "return date(year, month + 1, LAST_DAY_OF_ANY_MONTH)",
        ("tests/calendars/test_cycle.py",),
    ),
    Mutant(
        "month-end-rules-swapped",
        "The two rules for short months are taken for each other.",
        "calendars/_month_end.py",
        'if month_end == "last_day":',
        'if month_end == "next_day":',
        ("tests/calendars/test_cycle.py",),
    ),
    Mutant(
        "thirty-first-counts",
        "Where every month has thirty days the 31st counts as a day.",
        "calendars/_day_count.py",
        "day.month * 30 + min(day.day, 30)",
        "day.month * 30 + day.day",
        ("tests/calendars/test_day_count.py",),
    ),
    Mutant(
        "window-at-the-second-reading",
        "A window whose start happens twice starts at the second.",
        "calendars/_windows.py",
        "return found[0] if found else instant_after_gap(zone, reading)",
        "return found[-1] if found else instant_after_gap(zone, reading)",
        ("tests/calendars/test_windows.py",),
    ),
    Mutant(
        "window-as-long-as-the-first",
        "A window with an end on the clock is always as long as the first.",
        "calendars/_windows.py",
        "yield opens, _instant(name, min(reading + self.length, _LAST_EDGE))",
        "yield opens, opens + duration_micros(self.length)",
        ("tests/calendars/test_windows.py",),
    ),
    Mutant(
        "diff-the-other-way",
        "What would be added is shown as what would be removed.",
        "calendars/_holiday_diff.py",
        "for day in after - before]",
        "for day in before - after]",
        ("tests/calendars/test_holiday_diff.py",),
    ),
    Mutant(
        "column-opening-not-in-hours",
        "In a column the instant of opening is not in hours.",
        "frames/_column_table.py",
        'found += self._entries.take(found, mode="clip") <= values',
        'found += self._entries.take(found, mode="clip") < values',
        ("tests/frames/test_service_time.py",),
    ),
    Mutant(
        "column-holds-overlap",
        "In columns holds that overlap are taken out twice.",
        "frames/_column_table.py",
        "np.where(same, np.maximum(starts[1:], known[latest]), starts[1:])",
        "starts[1:]",
        ("tests/frames/test_service_time.py",),
    ),
    Mutant(
        "caches-travel",
        "What a calendar has compiled is pickled with it.",
        "_model.py",
        "for name in type(self).model_fields if name in held}",
        "for name in list(held)}",
        ("tests/calendars/test_sharing.py",),
    ),
)

EQUIVALENT: tuple[Equivalent, ...] = (
    Equivalent(
        "due-end-inclusive",
        "measures/_observer.py",
        "program.start <= at < program.end",
        "program.start <= at <= program.end",
        "A due instant or a resolution is only told when it lies before the end of what is known, and that is the end "
        "of the period; `due-at-the-end` and `m16` break those two places.",
    ),
    Equivalent(
        "beyond-at-target",
        "measures/_kernel.py",
        "self.spent <= self.target",
        "self.spent < self.target",
        "Where elapsed time equals the target, what is beyond it is zero in both branches.",
    ),
    Equivalent(
        "rejected-in-set-order",
        "facts/_facts.py",
        "for raw in sorted(different)",
        "for raw in different",
        "All rejected records are sorted together when the facts are made.",
    ),
)
