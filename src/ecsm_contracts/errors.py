"""
Every error that this library raises on purpose.

One root, `EcsmError`; each leaf is also the built-in type that a Python user would expect, and carries the
values at fault as attributes, so that a program can act on them without reading the message. Every class has
a `code` that does not change between releases; messages may.
"""

from __future__ import annotations

from dataclasses import dataclass
from difflib import get_close_matches
from typing import TYPE_CHECKING, ClassVar

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

__all__ = [
    "CalendarRangeError",
    "CarryError",
    "ClauseError",
    "Contradiction",
    "CurrencyMismatch",
    "DocumentError",
    "DuplicateItem",
    "EcsmError",
    "EngineInvariantError",
    "FigureError",
    "InvalidValue",
    "MissingExtra",
    "PeriodError",
    "Problem",
    "UnknownReference",
    "VerificationError",
    "WrongType",
    "did_you_mean",
    "expect",
]

SHOWN_CHARACTERS = 80
"""How much of an outside value an error message repeats; the rest may be long, private or hostile."""

MOST_HINTS = 1000
"""Among how many names a hint looks for the one that was meant: looking costs time."""
SHOWN_FAILURES = 10
"""How many failures the message of an error repeats; all of them are in its attribute."""


def shown(value: object) -> str:
    r"""
    Return *value* as an error message may show it: short, and with control characters escaped.

        >>> shown("4h\x1b[31m")
        "'4h\\x1b[31m'"
    """
    try:
        if isinstance(value, (str, bytes)):
            text = repr(value[: SHOWN_CHARACTERS + 1])
        elif isinstance(value, (list, tuple, dict, set, frozenset)) and len(value) > SHOWN_CHARACTERS:
            text = f"a {type(value).__name__} of {len(value):,} values"
        else:
            text = repr(value)
    except Exception:  # noqa: BLE001 - a value that cannot be shown, such as 10**5000, is no reason for no message
        text = f"a value of type {type(value).__name__}"
    return text if len(text) <= SHOWN_CHARACTERS else text[:SHOWN_CHARACTERS] + "…"


def expect(value: object, kind: type, name: str, hint: str) -> None:
    """
    Raise a `WrongType` that says what to write instead, unless *value* is of the type *kind*.

        >>> expect("acme.yaml", int, "contract", "read it with read_contract(…)")
        Traceback (most recent call last):
        ecsm_contracts.errors.WrongType: contract: int is needed, this is str; read it with read_contract(…)
    """
    if not isinstance(value, kind):
        raise WrongType(f"{name}: {kind.__name__} is needed, this is {type(value).__name__}; {hint}")


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """
    Return a hint such as ``'; did you mean "within"?'``, or an empty text when nothing known is close.

        >>> did_you_mean("withn", ["within", "target"])
        '; did you mean "within"?'
        >>> did_you_mean("zzz", ["within", "target"])
        ''
    """
    close = get_close_matches(word[:SHOWN_CHARACTERS], sorted(known)[:MOST_HINTS], n=1, cutoff=0.6)
    return f'; did you mean "{close[0]}"?' if close else ""


class EcsmError(Exception):
    """The root of every error that this library raises on purpose."""

    code: ClassVar[str] = "error"


class InvalidValue(EcsmError, ValueError):
    """
    A text or number that is not what its field holds; the message says what to write instead.

    `rule` is a stable, finer code ("money_syntax", "duration_unit", ...).
    """

    code = "invalid_value"

    def __init__(self, message: str, *, rule: str = "invalid_value", value: object = None) -> None:
        """Keep the *rule* that was broken and the *value* that broke it beside the message."""
        super().__init__(message)
        self.rule = rule
        self.value = value


class CurrencyMismatch(EcsmError, TypeError):
    """
    Two amounts of different currencies met where only one currency makes sense; no rate is ever implied.
    """

    code = "currency_mismatch"

    def __init__(self, first: str, second: str) -> None:
        """Keep both currency codes."""
        super().__init__(f"amounts in {first} and {second} do not mix; convert one of them first")
        self.first = first
        self.second = second


class CalendarRangeError(EcsmError, LookupError):
    """A calendar was asked about a day for which it has no holidays or no zone data."""

    code = "calendar_range"


class PeriodError(EcsmError, ValueError):
    """A period that the contract does not bill, or that lies outside its term."""

    code = "period"


class CarryError(EcsmError, ValueError):
    """The state carried from the period before is missing, belongs elsewhere or ends at another instant."""

    code = "carry"


class WrongType(EcsmError, TypeError):
    """An argument of another type than the one needed; the message says how to come by the right one."""

    code = "wrong_type"


class Contradiction(EcsmError, ValueError):
    """
    Facts that cannot all be true; `item` is the ticket, `events` are the positions that clash.

    The ticket is quarantined; the others are not touched.
    """

    code = "contradiction"

    def __init__(self, item: str, message: str, *, events: tuple[int, ...] = ()) -> None:
        """Keep the *item* and the positions of its clashing *events*."""
        super().__init__(f"{item}: {message}")
        self.item = item
        self.reason = message
        self.events = events


class DuplicateItem(EcsmError, ValueError):
    """One item was observed twice, for example because it is in two shards."""

    code = "duplicate_item"

    def __init__(self, item: str) -> None:
        """Keep the identity of the *item*."""
        super().__init__(f"{item} was observed twice; shards must not share items")
        self.item = item


class UnknownReference(EcsmError, KeyError):
    """A clause, column or figure was asked for that is not there."""

    code = "unknown_reference"

    def __str__(self) -> str:
        """Return the message itself; `KeyError` would put it in quotes."""
        return str(self.args[0]) if self.args else ""


class ClauseError(EcsmError, TypeError):
    """
    A clause class that breaks the rules for clause classes, for example one that takes a name already taken.
    """

    code = "clause_class"


class FigureError(EcsmError, ValueError):
    """A figure that does not follow from its inputs by its rule; `figure` is its name."""

    code = "figure"

    def __init__(self, figure: str, message: str) -> None:
        """Keep the name of the *figure*."""
        super().__init__(f"{figure}: {message}")
        self.figure = figure
        self.reason = message


class VerificationError(EcsmError, ValueError):
    """A statement that is not what it says; `failures` names each figure, line, item or seal that is not."""

    code = "verification"

    def __init__(self, failures: Sequence[str]) -> None:
        """Keep every failure, in the order of the statement."""
        more = f"; and {len(failures) - SHOWN_FAILURES} more" if len(failures) > SHOWN_FAILURES else ""
        super().__init__("; ".join(failures[:SHOWN_FAILURES]) + more)
        self.failures = tuple(failures)


class EngineInvariantError(EcsmError, RuntimeError):
    """
    A result of the engine broke one of its always-on bounds: a fault of the library, never of the input.

    Nothing is issued for the contract at hand.
    """

    code = "engine_invariant"


class MissingExtra(EcsmError, ImportError):
    """An optional package is needed and absent; the message names the command that installs it."""

    code = "missing_extra"

    def __init__(self, extra: str, purpose: str) -> None:
        """Keep the name of the *extra*."""
        super().__init__(f'{purpose} needs an optional package: pip install "ecsm-contracts[{extra}]"')
        self.extra = extra


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """
    One thing that is wrong in a document, with its place.

    `line` and `column` count from 1; 0 means that the place is not known. `path` is the field, with list
    positions counted from 0 (``clauses.2.within``). `code` is stable, `message` is for people.

        >>> str(Problem("acme.yaml", 14, 9, "clauses.2.within", "unknown_field", "unknown field"))
        'acme.yaml:14:9: clauses.2.within: unknown field [unknown_field]'
    """

    file: str
    line: int
    column: int
    path: str
    code: str
    message: str

    def __str__(self) -> str:
        """Return ``file:line:column: path: message [code]``."""
        place = f"{self.file}:{self.line}:{self.column}" if self.line else self.file
        return (
            f"{place}: {self.path}: {self.message} [{self.code}]"
            if self.path
            else f"{place}: {self.message} [{self.code}]"
        )


class DocumentError(EcsmError, ValueError):
    """A document with problems: all of them, in the order of their places."""

    code = "document"

    def __init__(self, problems: Iterable[Problem]) -> None:
        """Sort and keep the *problems*."""
        self.problems = tuple(sorted(set(problems)))
        super().__init__("\n".join(str(problem) for problem in self.problems))
