"""
The events of an iCalendar file, as properties with their places.

Lines are unfolded here, so that each keeps its number, and split by the `icalendar` package. Nothing else of it is
used on what a file says: its calendar would take zones from the machine, and compute whatever a VTIMEZONE asks for.
What is no event, and what no event needs, is passed over unread.

References:
    RFC 5545, sections 3.1 (content lines) and 3.4 (the object).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from ecsm_contracts.adapters._limits import DEPTH, EVENTS, PROBLEMS, SCALAR
from ecsm_contracts.errors import DocumentError, MissingExtra, Problem, shown

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from ecsm_contracts.adapters._limits import Limit

__all__ = ["IcalEvent", "IcalProblems", "IcalProperty", "read_events"]

READ: Final = frozenset(
    {"UID", "STATUS", "TRANSP", "DTSTART", "DTEND", "DURATION", "RRULE", "RDATE", "EXDATE", "EXRULE", "RECURRENCE-ID"}
)
"""The properties of an event that say when it is, and whether it counts."""
LISTS: Final = frozenset({"RDATE", "EXDATE"})
"""The properties that an event may have several times."""

_NAME = re.compile(rb"([A-Za-z0-9-]{1,40})[;:]")
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
_START = b"BEGIN:VCALENDAR"


@dataclass(frozen=True, slots=True)
class IcalProperty:
    """One property of an event: `line` is where it begins; names of parameters are upper case."""

    name: str
    line: int
    parameters: Mapping[str, str]
    value: str


@dataclass(slots=True)
class IcalEvent:
    """A VEVENT: the properties that are read, by name; `line` is that of its BEGIN."""

    line: int
    properties: dict[str, list[IcalProperty]] = field(default_factory=dict)
    broken: bool = False
    """A line of it is none; that is a problem already, and what else would be missing is not another."""

    def get(self, name: str) -> IcalProperty | None:
        """Return the property *name*, the first if there are several."""
        return next(iter(self.properties.get(name, ())), None)

    @property
    def uid(self) -> str:
        """What identifies the event and its series in the file; nothing when it does not say."""
        found = self.get("UID")
        return found.value.strip() if found else ""

    def word(self, name: str) -> str:
        """Return the value of the property *name* in upper case; nothing when there is none."""
        found = self.get(name)
        return found.value.strip().upper() if found else ""


class IcalProblems:
    """What is wrong in one file, until there is too much of it."""

    def __init__(self, file: str) -> None:
        """Begin with nothing wrong."""
        self.file = file
        self.found: list[Problem] = []

    def add(self, line: int, path: str, code: str, message: str) -> None:
        """
        Keep one problem.

        Raises:
            DocumentError: when there are too many.
        """
        self.found.append(Problem(self.file, line, int(line > 0), path, code, message))
        if len(self.found) > PROBLEMS.value:
            raise self.stop(line, PROBLEMS.code, PROBLEMS.message)

    def stop(self, line: int, code: str, message: str) -> DocumentError:
        """Return the error that ends reading: this problem, and those found before."""
        return DocumentError([*self.found, Problem(self.file, line, int(line > 0), "", code, message)])

    def exceeded(self, line: int, limit: Limit) -> DocumentError:
        """Return the error that ends reading at a *limit*."""
        return self.stop(line, limit.code, limit.message)


def read_events(data: bytes, problems: IcalProblems) -> list[IcalEvent]:
    """
    Return the events of an iCalendar file.

    Raises:
        DocumentError: for what is no iCalendar file, or half of one, and beyond a limit.
        MissingExtra: when the package `icalendar` is not installed.
    """
    lines = _unfolded(data.removeprefix(_BYTE_ORDER_MARK))
    stack: list[str] = []
    events: list[IcalEvent] = []
    line = 0
    for line, text in lines:
        name = _name(text)
        if not stack and text.strip().upper() != _START:
            raise problems.stop(line, "ical_syntax", "not an iCalendar file: BEGIN:VCALENDAR is needed here")
        if name == "BEGIN":
            stack.append(_component(text))
            _check_depth(stack, line, problems)
            if stack == ["VCALENDAR", "VEVENT"]:
                events.append(IcalEvent(line))
                if len(events) > EVENTS.value:
                    raise problems.exceeded(line, EVENTS)
        elif name == "END":
            if stack.pop() != _component(text):
                raise problems.stop(line, "ical_syntax", f"{shown(_text(text))} ends nothing that is open here")
        else:
            _take(stack, events, (line, name, text), problems)
    if stack:
        raise problems.stop(line, "ical_syntax", f"the file ends before END:{shown(stack[-1])[1:-1]}")
    if not line:
        raise problems.stop(1, "ical_syntax", "the file is empty; an iCalendar file begins with BEGIN:VCALENDAR")
    return events


def _take(stack: list[str], events: list[IcalEvent], found: tuple[int, str, bytes], problems: IcalProblems) -> None:
    """Keep a property of an event; look at those of the calendar that would change what an event says."""
    line, name, text = found
    if not name:
        message = "not a property: a line that goes on another begins with a blank"
        problems.add(line, "", "ical_syntax", message)
        if stack == ["VCALENDAR", "VEVENT"]:
            events[-1].broken = True
    elif stack == ["VCALENDAR"] and name == "CALSCALE" and _text(text).upper().strip() != "CALSCALE:GREGORIAN":
        problems.add(line, name, "ical_part", f"only the Gregorian calendar is read, not {shown(_text(text))}")
    elif stack == ["VCALENDAR", "VEVENT"] and name in READ:
        kept = _property(line, name, text, problems)
        others = events[-1].properties.setdefault(name, [])
        if kept is None:
            events[-1].broken = True
        else:
            others.append(kept)
        if len(others) > 1 and name not in LISTS:
            problems.add(line, name, "ical_part", f"an event has {name} once; this is another")


def _unfolded(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Yield the lines that are not empty, each with the number of the line where it begins."""
    first, parts = 1, list[bytes]()
    for number, raw in enumerate(data.split(b"\n"), 1):
        text = raw.removesuffix(b"\r")
        if parts and text[:1] in (b" ", b"\t"):
            parts.append(text[1:])
            continue
        if any(parts):
            yield first, b"".join(parts)
        first, parts = number, [text]
    if any(parts):
        yield first, b"".join(parts)


def _name(text: bytes) -> str:
    """Return the name of a line's property in upper case; nothing when it has none."""
    match = _NAME.match(text)
    return match[1].decode("ascii").upper() if match else ""


def _component(text: bytes) -> str:
    return _text(text).partition(":")[2].strip().upper()


def _text(text: bytes) -> str:
    return text.decode("utf-8", "backslashreplace")


def _check_depth(stack: list[str], line: int, problems: IcalProblems) -> None:
    if len(stack) > DEPTH.value:
        raise problems.stop(line, DEPTH.code, f"components are nested more than {DEPTH.value} deep (limit: depth)")


def _property(line: int, name: str, text: bytes, problems: IcalProblems) -> IcalProperty | None:
    if len(text) > SCALAR.value:
        problems.add(line, name, SCALAR.code, SCALAR.message)
        return None
    try:
        parameters, value = _split(text.decode("utf-8"))
    except UnicodeDecodeError:
        problems.add(line, name, "encoding", "the line is not UTF-8; save the file as UTF-8")
        return None
    except ValueError:
        problems.add(line, name, "ical_syntax", f"{shown(_text(text))} is not NAME;PARAMETER=…:VALUE")
        return None
    return IcalProperty(name, line, parameters, value)


def _split(text: str) -> tuple[dict[str, str], str]:
    """Return the parameters and the value of one line."""
    try:
        from icalendar.parser import Contentline  # noqa: PLC0415 - an extra
    except ModuleNotFoundError as error:
        raise MissingExtra("ical", "reading iCalendar files") from error
    _, parameters, value = Contentline(text).parts()  # type: ignore[no-untyped-call]  # it has no types
    return {str(key).upper(): str(each) for key, each in parameters.items()}, str(value)
