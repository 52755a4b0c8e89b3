"""Text from outside, made harmless for each format."""

from __future__ import annotations

import html
import re
from typing import Final
from unicodedata import category, east_asian_width

__all__ = ["display_width", "escape_html", "escape_markdown", "escape_text"]

_ESCAPED_CATEGORIES: Final = frozenset({"Cc", "Cf", "Cs", "Co", "Zl", "Zp"})
# Characters of other categories that are nothing to the eye: joiners, fillers, variation selectors, blanks.
_INVISIBLE: Final = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2065\u2800\u3164\ufe00-\ufe0f\uffa0\ufdd0-\ufdef\ufff0-\ufff8"
    "\ufffe\uffff\U000e0000-\U000e0fff]"
)
_MARKDOWN: Final = re.compile(r"[\\`*_\[\]|~$]")
_MARKDOWN_START: Final = re.compile(r"^(?:[0-9]+(?=[.)](?:\s|\Z))|(?=[#+=-]+(?:\s|\Z)))")


def escape_text(text: str) -> str:
    r"""
    Return *text* on one line, with each character that cannot be seen shown as an escape.

    That covers control characters, line ends, marks that change the direction of writing, and zero-width
    ones. A backslash stays one: this is for eyes, not for reading back.

        >>> print(escape_text("late\x1b[31m\n\u202eevil"))
        late\x1b[31m\n\u202eevil
    """
    if text.isascii() and text.isprintable():
        return text
    return "".join(char.encode("unicode_escape").decode("ascii") if _is_hidden(char) else char for char in text)


def _is_hidden(char: str) -> bool:
    return category(char) in _ESCAPED_CATEGORIES or _INVISIBLE.match(char) is not None


def escape_html(text: str) -> str:
    """
    Return *text* as HTML shows it, in an element or in a quoted attribute.

        >>> escape_html('<b title="x">')
        '&lt;b title=&quot;x&quot;&gt;'
    """
    return html.escape(escape_text(text))


def escape_markdown(text: str) -> str:
    r"""
    Return *text* as Markdown shows it, in a paragraph, a cell or an item of a list.

        >>> print(escape_markdown("# [a](b) | <b>"))
        \# \[a\](b) \| &lt;b&gt;
    """
    safe = _MARKDOWN.sub(r"\\\g<0>", html.escape(escape_text(text), quote=False))
    safe = _MARKDOWN_START.sub(r"\g<0>\\", safe)
    safe = "&#32;" + safe[1:] if safe.startswith(" ") else safe
    return safe[:-1] + "&#32;" if safe.endswith(" ") else safe


def display_width(text: str) -> int:
    r"""
    Return how many columns *text* takes: two for a wide East Asian character, none for a combining mark.

        >>> display_width("T-1"), display_width("日本"), display_width("e\u0301")
        (3, 4, 1)
    """
    return len(text) if text.isascii() else sum(map(_char_width, text))


def _char_width(char: str) -> int:
    if category(char) in ("Mn", "Me"):
        return 0
    return 2 if east_asian_width(char) in ("W", "F") else 1
