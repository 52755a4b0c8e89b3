"""Nothing that is shown can act as markup, as a terminal command, or unseen."""

from __future__ import annotations

import sys
import unicodedata
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecsm_contracts._display import display_width, escape_html, escape_markdown, escape_text

HIDDEN = {"Cc", "Cf", "Cs", "Co", "Zl", "Zp"}
SIGNS = "\x00\x1b\n\r\t\x85\u202e\u2066\u200b\ufeff\ud800\U000e0041<>&\"'`|*_[]()#-+ \\"
NASTY = st.text(st.one_of(st.characters(), st.sampled_from(SIGNS)))


def hidden(text: str) -> list[str]:
    """Return the characters of a text that cannot be seen."""
    return [char for char in text if unicodedata.category(char) in HIDDEN]


@given(NASTY)
def test_no_hidden_character_survives(text: str) -> None:
    """Each of the three ways to escape leaves no control, bidi, surrogate or format character."""
    for escape in (escape_text, escape_html, escape_markdown):
        assert not hidden(escape(text))


def test_every_hidden_character_of_unicode_is_escaped() -> None:
    """No character of any hidden category is missed."""
    for number in range(sys.maxunicode + 1):
        if unicodedata.category(chr(number)) in HIDDEN:
            assert escape_text(chr(number)).startswith("\\")


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain, naïve 日本 4 €", "plain, naïve 日本 4 €"),
        ("a\nb\tc\r", r"a\nb\tc\r"),
        ("\x1b[31m", r"\x1b[31m"),
        ("\u202etxt", r"\u202etxt"),
        ("a\u200bb\ufe0f\u3164", r"a\u200bb\ufe0f\u3164"),
        ("\U000e0041", r"\U000e0041"),
        ("\ud800", r"\ud800"),
        ("C:\\new", r"C:\new"),
    ],
)
def test_a_hidden_character_is_shown_as_an_escape(text: str, shown: str) -> None:
    """What can be seen stays as it is, what cannot becomes its escape."""
    assert escape_text(text) == shown


@given(NASTY)
def test_escaping_text_twice_changes_nothing(text: str) -> None:
    """Text that is already escaped is not escaped again."""
    assert escape_text(escape_text(text)) == escape_text(text)


@given(NASTY)
def test_html_reads_back_as_the_text(text: str) -> None:
    """A reader of HTML finds no element in escaped text, and the same text."""
    seen: list[str] = []

    class Reader(HTMLParser):
        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            seen.append(f"element {tag} {attrs}")

        def handle_data(self, data: str) -> None:
            seen.append(data)

    parser = Reader()
    parser.feed(escape_html(text))
    parser.close()
    assert "".join(seen) == escape_text(text)
    assert not set("<>\"'") & set(escape_html(text))


@pytest.mark.parametrize(
    ("text", "escaped"),
    [
        ("# title", r"\# title"),
        ("- item", r"\- item"),
        ("1. item", r"1\. item"),
        ("12) item", r"12\) item"),
        ("---", r"\---"),
        ("4.1", "4.1"),
        ("-5.00", "-5.00"),
        ("a|b", r"a\|b"),
        ("*b* _i_ `c`", r"\*b\* \_i\_ \`c\`"),
        ("![x](y)", r"!\[x\](y)"),
        ("<script>&amp;", "&lt;script&gt;&amp;amp;"),
        ("> quote", "&gt; quote"),
        ("    code", "&#32;   code"),
        ("x ", "x&#32;"),
        ("\x1b", r"\\x1b"),
        ("T-101 EUR 5.00 (95%)", "T-101 EUR 5.00 (95%)"),
    ],
)
def test_markdown_signs_are_escaped_where_they_act(text: str, escaped: str) -> None:
    """A sign that would format, link, list or code is escaped; ordinary text stays readable."""
    assert escape_markdown(text) == escaped


@given(NASTY)
def test_markdown_has_no_raw_markup(text: str) -> None:
    """No angle bracket, and no cell or emphasis sign without a backslash, is left."""
    escaped = escape_markdown(text)
    assert not set("<>") & set(escaped)
    position = 0
    while position < len(escaped):
        assert escaped[position] not in "|*_`[]~$"
        position += 2 if escaped[position] == "\\" else 1


@given(st.text(st.sampled_from("aé日ｱ\u0301"), max_size=10), st.text(st.sampled_from("aé日"), max_size=10))
def test_width_adds_up(first: str, second: str) -> None:
    """The width of two texts together is the sum of their widths."""
    assert display_width(first + second) == display_width(first) + display_width(second)


@pytest.mark.parametrize(
    ("text", "width"), [("", 0), ("a1", 2), ("日本", 4), ("Ａ", 2), ("ｱ", 1), ("é", 1), ("e\u0301", 1)]
)
def test_wide_characters_count_as_two(text: str, width: int) -> None:
    """East Asian wide characters take two columns, combining marks none."""
    assert display_width(text) == width
