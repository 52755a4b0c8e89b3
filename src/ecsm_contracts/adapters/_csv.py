"""
The rows of CSV: streamed, each with its place, each by itself.

A quoted field may go on over several lines. A stray quote looks like one that does, and would make the text of a
field of the rows below it. So a record of several lines is believed only where none of its lines might be a row;
else the line on which it begins is given up, and each of the others is read by itself.
"""

from __future__ import annotations

import csv
import re
from typing import TYPE_CHECKING, NamedTuple

from ecsm_contracts.adapters._bad import RAW_LENGTH, Bad
from ecsm_contracts.adapters._limits import RECORD, SCALAR

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ecsm_contracts.adapters._lines import Ahead, Line

__all__ = ["DELIMITERS", "Form", "Row", "csv_rows"]

DELIMITERS = ",;\t|"
"""What can stand between fields."""


class Row(NamedTuple):
    """
    One record of a table.

    Attributes:
        line: the line of the file on which it begins, from 1.
        raw: its text.
        fields: what stands in it; of a row with a fault, as much as can be told from its beginning.
        fault: why it cannot be read, if so.
    """

    line: int
    raw: str
    fields: Sequence[str]
    fault: Bad | None = None

    def readable(self) -> Sequence[str]:
        """Return the fields; `Bad` is raised for a row with a fault."""
        if self.fault is not None:
            raise self.fault
        return self.fields

    def kept(self) -> str:
        """Return the text as a rejection keeps it."""
        return self.raw.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")[:RAW_LENGTH]


class Form(NamedTuple):
    """
    How the rows of a table are written.

    Attributes:
        delimiter: what stands between their fields.
        width: how many fields each has; None for the header, which may have any number, on one line.
        names: where the fields stand in which a quote is no letter, as they are not for people alone.
    """

    delimiter: str
    width: int | None = None
    names: frozenset[int] = frozenset()


def csv_rows(lines: Ahead, form: Form) -> Iterator[Row]:
    """Yield the rows of CSV; blank lines are none."""
    while line := lines.take():
        text = line.text
        if not text.strip(" \r"):
            continue
        if line.fault is not None:
            yield _rejected(line, form, line.fault)
        elif '"' in text or "\r" in text:
            yield _quoted(line, lines, form)
        else:
            fields = text.split(form.delimiter)
            if form.width is None or len(fields) == form.width:
                yield Row(line.number, text, fields)
            else:
                yield _rejected(line, form, _columns(len(fields), form.width))


def _columns(count: int, width: int) -> Bad:
    return Bad("columns", f"the row has {count} fields, and the header {width}")


def _rejected(line: Line, form: Form, fault: Bad) -> Row:
    return Row(line.number, line.text, _beginning(line.text, form), fault)


def _beginning(text: str, form: Form) -> list[str]:
    """
    Return the fields, quoted or not, before the first that does not end as it should, and without the last.

    In a row that seems to have too many fields or too few, only the first is where it should be, and not even that
    if it holds a delimiter: the quotes around it may be stray.
    """
    field, found, position = _WHOLE[form.delimiter], [], 0
    while match := field.match(text, position):
        quoted, plain = match.groups()
        found.append(plain if quoted is None else quoted.replace('""', '"'))
        position = match.end()
    count = len(found) + text.count(form.delimiter, position) + 1
    if form.width in {None, count}:
        return found
    return [field for field in found[:1] if form.delimiter not in field]


_WHOLE = {each: re.compile(rf'(?:"((?:[^"]|"")*)"|([^"{each}]*)){re.escape(each)}') for each in DELIMITERS}
"""A field and the delimiter after it."""


def _quoted(line: Line, lines: Ahead, form: Form) -> Row:
    """Return the row that begins on *line*; the further lines that it holds are taken, if it can be believed."""
    more: list[str] = []
    try:
        fields = next(csv.reader(_offered(line, lines, more), delimiter=form.delimiter, strict=True), [])
    except csv.Error:
        if _is_cut_by_return(line.text, form):
            return _rejected(line, form, Bad("control_character", _RETURN))
        return _rejected(line, form, Bad(RECORD.code, _QUOTE))
    texts = [line.text, *more]
    if message := _stray(texts, fields, form):
        return _rejected(line, form, Bad(RECORD.code, message))
    if form.width is not None and len(fields) != form.width:
        return _rejected(line, form, _columns(len(fields), form.width))
    for _ in more:
        lines.take()
    return Row(line.number, "\n".join(texts), fields)


_QUOTE = (
    "a quote here does not enclose a field: it is not closed where a field ends, within 100 lines; "
    'write "…" around the whole field and "" for a quote inside it'
)
_DOUBTFUL = (
    "a quote here goes on over several lines, of which one or more may be rows; remove the quote if it is stray, or "
    "write the field on one line"
)
_HEADER = "a quote here goes on over several lines, and a header is one line"
_BLANK = "a quote encloses a field only where the field begins with it; remove the blank before it"
_LETTER = (
    "there is a quote inside a field, which is a letter only in a text for people, and in a row that encloses no field "
    'in quotes; remove it, or write "…" around the whole field and "" for a quote inside it'
)
_RETURN = "the line has a carriage return inside; remove it, and end lines with LF or CRLF"


def _stray(texts: Sequence[str], fields: Sequence[str], form: Form) -> str:
    """Return why a quote on these lines is stray, or may be; an empty text if each encloses one of the *fields*."""
    if any('"' in field for field in fields):
        raw = "\n".join(texts)
        letters = dict(_letters(raw, form.delimiter))
        if any(text.lstrip().startswith('"') for text in letters.values()):
            return _BLANK
        enclosing = raw.count('"') > sum(text.count('"') for text in letters.values())
        if letters and (enclosing or not form.names.isdisjoint(letters)):
            return _LETTER
    if len(texts) == 1:
        return ""
    if form.width is None:
        return _HEADER
    if len(fields) != form.width:
        return _QUOTE
    return _DOUBTFUL if _may_be_rows(texts, fields, form) else ""


def _letters(raw: str, delimiter: str) -> Iterator[tuple[int, str]]:
    """Yield each field without quotes around it that has one inside, after its position."""
    for position, match in enumerate(_ANY[delimiter].finditer(delimiter + raw)):
        if match[1] is not None and '"' in match[1]:
            yield position, match[1]


_ANY = {each: re.compile(rf'{re.escape(each)}(?:"(?:[^"]|"")*"|([^{each}]*))') for each in DELIMITERS}
"""A field after its delimiter; what it says, if there are no quotes around it."""


def _may_be_rows(texts: Sequence[str], fields: Sequence[str], form: Form) -> bool:
    """
    Return whether a line of a record of several lines might be a row, or the lines together more rows than one.

    There is no doubt, although a line has as many delimiters as a row, in two cases. Where the first has them and a
    text for people in the last field goes on: it is the same row whether it does or not. And where only the last
    has them, with no more quotes than one field has around it: the first line is no row, so its field does go on.
    """
    first, last = _is_like_row(texts[0], form), _is_like_row(texts[-1], form)
    if any(_is_like_row(text, form) for text in texts[1:-1]):
        return True
    if first:
        return last or not _goes_on_in_last(texts[0], form)
    raw = "\n".join(texts)
    several = raw.count(form.delimiter) >= 2 * ((form.width or 1) - 1)
    plain = '""' not in raw and sum("\n" in field for field in fields) == 1
    return (last or several) and not plain


def _is_like_row(text: str, form: Form) -> bool:
    return bool(text.strip()) and text.count(form.delimiter) + 1 >= (form.width or 0)


def _goes_on_in_last(first: str, form: Form) -> bool:
    """Return whether the field that the line *first* leaves open is the last, and a text for people."""
    try:
        fields = next(csv.reader([first + '"'], delimiter=form.delimiter, strict=True), [])
    except csv.Error:
        return False
    return len(fields) == form.width and len(fields) - 1 not in form.names


def _is_cut_by_return(text: str, form: Form) -> bool:
    """Return whether *text* has fields but for a carriage return."""
    if "\r" not in text:
        return False
    try:
        return bool(next(csv.reader([text.replace("\r", "")], delimiter=form.delimiter, strict=True), []))
    except csv.Error:
        return False


def _offered(line: Line, lines: Ahead, more: list[str]) -> Iterator[str]:
    """Yield the text of *line* and, as long as more is asked for, of those that follow, which are put into *more*."""
    yield line.text + "\n"
    length = len(line.text)
    for position in range(RECORD.value - 1):
        following = lines.look(position)
        if following is None or following.fault is not None or length + len(following.text) > SCALAR.value:
            return
        length += len(following.text)
        more.append(following.text)
        yield following.text + "\n"
