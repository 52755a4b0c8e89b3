"""Bars on a line of time, or of any whole number, as one SVG that needs nothing else."""

from __future__ import annotations

import html
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from zlib import crc32

from ecsm_contracts._display._escape import display_width, escape_text

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

__all__ = ["LOOKS", "Bar", "Bars", "Lane", "Mark"]

_WIDTH: Final = 960
_EDGE: Final = 16
_SPAN: Final = _WIDTH - 2 * _EDGE
_LINE: Final = 20
_BAR: Final = 26
_LETTER: Final = 7
"""About how wide a letter is; texts are cut and set by it, as nobody measures them here."""
_MOST_LETTERS: Final = _SPAN // _LETTER
_MOST_MARKS: Final = 12
"""How many marks are numbered and listed; of more, the first and the last ones."""
_LAST_MARKS: Final = 2
_MOST_TICKS: Final = 6
_MOST_LEGEND: Final = 12
_IN_A_ROW: Final = 4

_LOOKS: Final = (
    ("#0072b2", ""),
    ("#cfe3f1", '<path d="M2 2h1v1h-1zM6 6h1v1h-1z" fill="#0072b2"/>'),
    ("#f0c36d", '<path d="M-2 2L2 -2M0 8L8 0M6 10L10 6" stroke="#7a4b00" stroke-width="1.5"/>'),
    ("#d9d9d9", '<path d="M0 4h8" stroke="#595959" stroke-width="1"/>'),
    ("#ffffff", '<path d="M4 0v8" stroke="#999999" stroke-width="1"/>'),
    ("#f4d4c4", '<path d="M0 0L8 8M8 0L0 8" stroke="#a33d00" stroke-width="1"/>'),
)
"""Colour and pattern of each look; every one can be told from the others without colour."""
_HALO: Final = ' stroke="#ffffff" stroke-width="4" paint-order="stroke"'
"""Keeps lines from running through a text."""
LOOKS: Final = len(_LOOKS)
"""How many looks there are."""


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar `[start, end)` with one of the looks, counted from 0, and a text that shows when it is pointed at."""

    start: int
    end: int
    look: int
    title: str = ""


@dataclass(frozen=True, slots=True)
class Mark:
    """A place on the line, with a text."""

    at: int
    label: str


@dataclass(frozen=True, slots=True)
class Lane:
    """Bars side by side below a label, in order and without overlap; `lines` are drawn across them."""

    label: str
    bars: tuple[Bar, ...]
    lines: tuple[Mark, ...] = ()


@dataclass(frozen=True, slots=True)
class Bars:
    """
    Lanes of bars above one line, as SVG; the same content gives the same bytes.

    Every text is data and shown escaped. However many bars and marks there are, each lane has at most as many
    rectangles as it is wide, and a fixed number of texts is shown.

        >>> one = Bars("March", "One bar.", 0, 10, (Lane("4.1", (Bar(0, 5, 0),)),), legend=((0, "runs"),))
        >>> one.svg().startswith('<svg xmlns="http://www.w3.org/2000/svg"')
        True
    """

    title: str
    description: str
    """What a screen reader says instead."""
    start: int
    end: int
    lanes: tuple[Lane, ...]
    marks: tuple[Mark, ...] = ()
    """Drawn across all lanes, numbered, and listed below."""
    ticks: tuple[Mark, ...] = ()
    """Labels of the line itself."""
    legend: tuple[tuple[int, str], ...] = ()
    """What the looks mean."""
    line_label: str = ""
    """What the lines of lanes mean."""

    def svg(self) -> str:
        """Return the picture as an `svg` element: no script, no style sheet, nothing to load."""
        ident = f"bars-{crc32(repr(self).encode('utf-8', 'backslashreplace')):08x}"
        top = 3 * _LINE
        lanes, y = [], top
        for lane in self.lanes:
            lanes += list(self._lane(lane, y, ident))
            y += _LINE + _BAR + 10
        body = [*self._numbers(top - 4, y), *lanes, *self._axis(y)]
        y += 2 * _LINE
        body += self._legend(y, ident)
        y += _LINE * -(-(len(self.legend[:_MOST_LEGEND]) + bool(self.line_label)) // _IN_A_ROW)
        body += self._key(y)
        height = y + _LINE * (min(len(self.marks), _MOST_MARKS + 1) + 1)
        return "\n".join([*self._head(ident, height), *body, "</g>", "</svg>"])

    def _head(self, ident: str, height: int) -> Iterator[str]:
        yield (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {height}" width="{_WIDTH}" '
            f'height="{height}" role="img" aria-labelledby="{ident}-t {ident}-d" style="max-width:100%;height:auto">'
        )
        yield f'<title id="{ident}-t">{_safe(self.title)}</title>'
        yield f'<desc id="{ident}-d">{_safe(self.description)}</desc>'
        yield "<defs>"
        for look, (colour, pattern) in enumerate(_LOOKS):
            yield (
                f'<pattern id="{ident}-{look}" width="8" height="8" patternUnits="userSpaceOnUse">'
                f'<rect width="8" height="8" fill="{colour}"/>{pattern}</pattern>'
            )
        yield "</defs>"
        yield f'<rect width="{_WIDTH}" height="{height}" fill="#ffffff"/>'
        yield '<g font-family="system-ui, sans-serif" font-size="13" fill="#1a1a1a">'
        yield _text(_EDGE, _LINE, self.title, extra=' font-weight="600"')

    def _x(self, at: int) -> int:
        """Return the column of a place; those beyond the ends lie on them."""
        inside = min(max(at, self.start), self.end)
        return _EDGE + (inside - self.start) * _SPAN // max(self.end - self.start, 1)

    def _lane(self, lane: Lane, y: int, ident: str) -> Iterator[str]:
        yield _text(_EDGE, y + 14, lane.label, extra=_HALO)
        top, drawn = y + _LINE, 0
        for bar in lane.bars:
            left = max(self._x(bar.start), drawn)
            right = max(self._x(bar.end), self._x(bar.start) + 1)
            if bar.end <= bar.start or right <= left:
                continue  # nothing of it is seen: its column is taken
            drawn = right
            yield (
                f'<rect x="{left}" y="{top}" width="{right - left}" height="{_BAR}" '
                f'fill="url(#{ident}-{bar.look % LOOKS})">{_hint(bar.title)}</rect>'
            )
        yield f'<rect x="{_EDGE}" y="{top}" width="{_SPAN}" height="{_BAR}" fill="none" stroke="#595959"/>'
        for line in lane.lines[:_MOST_MARKS]:
            x = self._x(line.at)
            yield f'<path d="M{x} {top - 4}v{_BAR + 8}" stroke="#b00020" stroke-width="3">{_hint(line.label)}</path>'

    def _numbers(self, y: int, bottom: int) -> Iterator[str]:
        """Yield a thin line for each mark, one in a column, and the number of those that are listed."""
        shown = {number for number, _ in _listed(self.marks)}
        columns: set[int] = set()
        free = 0
        for number, mark in enumerate(self.marks, 1):
            x = self._x(mark.at)
            if x not in columns:
                columns.add(x)
                yield f'<path d="M{x} {y}V{bottom}" stroke="#b3b3b3" stroke-width="1">{_hint(mark.label)}</path>'
            if number in shown and x >= free:
                free = x + _LETTER * (len(str(number)) + 1)
                yield _text(x, y - 3, str(number), extra=' font-size="11" text-anchor="middle"')

    def _axis(self, y: int) -> Iterator[str]:
        yield f'<path d="M{_EDGE} {y}H{_WIDTH - _EDGE}" stroke="#1a1a1a"/>'
        for tick in self.ticks[:_MOST_TICKS]:
            x = self._x(tick.at)
            side = "start" if x < _WIDTH // 4 else "end" if x > _WIDTH - _WIDTH // 4 else "middle"
            yield f'<path d="M{x} {y}v5" stroke="#1a1a1a"/>'
            most = _MOST_LETTERS // _MOST_TICKS
            yield _text(x, y + 18, tick.label, most, extra=f' font-size="11" text-anchor="{side}"')

    def _legend(self, y: int, ident: str) -> Iterator[str]:
        """Yield what looks and lines mean."""
        swatches = [(f"url(#{ident}-{look % LOOKS})", label) for look, label in self.legend[:_MOST_LEGEND]]
        if self.line_label:
            swatches.append(("#b00020", self.line_label))
        column = _SPAN // _IN_A_ROW
        for place, (fill, label) in enumerate(swatches):
            x, row = _EDGE + place % _IN_A_ROW * column, y + place // _IN_A_ROW * _LINE
            yield f'<rect x="{x}" y="{row}" width="20" height="12" fill="{fill}" stroke="#595959"/>'
            yield _text(x + 26, row + 11, label, column // _LETTER - 5)

    def _key(self, y: int) -> Iterator[str]:
        """Yield the list of marks."""
        listed = _listed(self.marks)
        left_out = len(self.marks) - len(listed)
        lines = [f"{number}. {mark.label}" for number, mark in listed]
        if left_out:
            lines.insert(len(lines) - _LAST_MARKS, f"… {left_out:,} more …")
        for place, line in enumerate(lines, 1):
            yield _text(_EDGE, y + place * _LINE, line)


def _listed(marks: Sequence[Mark]) -> list[tuple[int, Mark]]:
    """Return the marks that are numbered and listed, by number."""
    numbered = list(enumerate(marks, 1))
    if len(numbered) <= _MOST_MARKS:
        return numbered
    return numbered[: _MOST_MARKS - _LAST_MARKS] + numbered[-_LAST_MARKS:]


def _safe(text: str) -> str:
    return html.escape(escape_text(text))


def _short(text: str, most: int) -> str:
    """Return *text*, visible, and cut to *most* columns."""
    seen = escape_text(text[: most + 1])
    if display_width(seen) <= most and len(text) <= most:
        return seen
    kept: list[str] = []
    room = most - 1
    for letter in seen:
        room -= display_width(letter)
        if room < 0:
            break
        kept.append(letter)
    return "".join(kept) + "…"


def _text(x: int, y: int, text: str, most: int = _MOST_LETTERS, *, extra: str = "") -> str:
    return f'<text x="{x}" y="{y}"{extra}>{html.escape(_short(text, most))}</text>'


def _hint(text: str) -> str:
    return f"<title>{_safe(text)}</title>" if text else ""
