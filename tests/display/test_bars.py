"""Bars are one well-formed picture that says what it is without colour, and never more than can be read."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecsm_contracts._display import LOOKS, Bar, Bars, Lane, Mark

SVG = "{http://www.w3.org/2000/svg}"
HOSTILE = st.text(st.one_of(st.characters(), st.sampled_from("\n\x00\x1b\u202e\ufffe\ud800<>&\"'日]")), max_size=300)
PLACES = st.integers(-50, 10**15)


@st.composite
def pictures(draw: st.DrawFn) -> Bars:
    """Draw a picture of anything."""
    start, end = sorted((draw(PLACES), draw(PLACES)))
    edges = sorted(draw(st.lists(PLACES, max_size=8)))
    bars = tuple(Bar(first, last, draw(st.integers(0, LOOKS)), draw(HOSTILE)) for first, last in pairwise(edges))
    marks = draw(st.lists(st.builds(Mark, PLACES, HOSTILE), max_size=20))
    lane = Lane(draw(HOSTILE), bars, tuple(marks[:2]))
    legend = tuple(draw(st.lists(st.tuples(st.integers(0, LOOKS - 1), HOSTILE), max_size=4)))
    lanes = (lane,) * draw(st.integers(0, 2))
    return Bars(draw(HOSTILE), draw(HOSTILE), start, end, lanes, tuple(marks), tuple(marks[:3]), legend, draw(HOSTILE))


MANY = Bars(
    "Many", "A long history.", 0, 100_000,
    (Lane("4.1", tuple(Bar(n, n + 1, n % LOOKS, "a hint") for n in range(100_000))),),
    tuple(Mark(n * 10, f"event {n}") for n in range(10_000)),
)  # fmt: skip


@given(pictures())
def test_it_is_well_formed_and_the_same_each_time(picture: Bars) -> None:
    """Whatever the texts hold, a picture is one element of XML with a title and a description, in the same bytes."""
    text = picture.svg()
    root = ET.fromstring(text)  # noqa: S314 - our own text: that it can be read is what is tested
    assert root.tag == f"{SVG}svg"
    named = root.get("aria-labelledby", "").split()
    assert [root.find(f"{SVG}{tag}").get("id") for tag in ("title", "desc")] == named  # type: ignore[union-attr]
    assert text == replace(picture).svg()
    assert {each.tag.removeprefix(SVG) for each in root.iter()} <= {
        "svg", "title", "desc", "defs", "pattern", "rect", "path", "g", "text",
    }  # fmt: skip
    assert all(name.isascii() and not name.startswith("on") for each in root.iter() for name in each.attrib)
    text.encode()


@given(pictures())
def test_bars_lie_side_by_side(picture: Bars) -> None:
    """The bars of a lane do not cover each other, keep inside the picture, and each has a width."""
    root = ET.fromstring(picture.svg())  # noqa: S314 - our own text
    filled = [each for each in root.iter(f"{SVG}rect") if each.get("fill", "").startswith("url(")]
    bars = [each for each in filled if each.get("height") == "26"]
    spans = [(int(each.get("x", "")), int(each.get("x", "")) + int(each.get("width", ""))) for each in bars]
    assert all(16 <= first < last <= 960 - 15 for first, last in spans)
    per_lane = len(spans) // max(1, len(picture.lanes))
    assert all(a[1] <= b[0] for a, b in pairwise(spans[:per_lane]))


def test_a_long_history_stays_readable() -> None:
    """Of a hundred thousand bars as many are drawn as fit, and of ten thousand marks twelve are named."""
    text = MANY.svg()
    assert text.count("<rect") < 1_000
    assert text.count("<text") < 40
    assert "… 9,988 more …" in text
    assert len(text) < 400_000


def test_every_look_has_a_pattern_of_its_own() -> None:
    """Looks differ in more than colour: each has another pattern, and only one has none."""
    root = ET.fromstring(MANY.svg())  # noqa: S314 - our own text
    patterns = ["".join(each.get("d", "") for each in found.iter(f"{SVG}path")) for found in root.iter(f"{SVG}pattern")]
    assert len(set(patterns)) == len(patterns) == LOOKS


@pytest.mark.parametrize("text", ["<script>alert(1)</script>", "]]>", "</svg><img src=x>", '" onload="x', "a\x1b[31mb"])
def test_markup_stays_text(text: str) -> None:
    """Markup in a title, a label or a hint is shown, and does nothing."""
    lane = Lane(text, (Bar(0, 5, 0, text),), (Mark(1, text),))
    picture = Bars(text, text, 0, 10, (lane,), (Mark(2, text),), (Mark(0, text),), ((0, text),), text).svg()
    assert "<script" not in picture
    assert "<img" not in picture
    assert '" onload' not in picture
    assert "\x1b" not in picture
    assert picture.count("</svg>") == 1


def test_by_hand() -> None:
    """Half of a line of ten is 464 of 928 columns, from the edge on; a line stands where it is said."""
    text = Bars("T", "D", 0, 10, (Lane("4.1", (Bar(0, 5, 0), Bar(5, 10, 1)), (Mark(5, "here"),)),)).svg()
    assert '<rect x="16" y="80" width="464" height="26"' in text
    assert '<rect x="480" y="80" width="464" height="26"' in text
    assert 'd="M480 76v34"' in text
