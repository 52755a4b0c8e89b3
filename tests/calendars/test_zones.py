"""Zones come from the `tzdata` package, by its own list of names, and change their offset where it says."""

from __future__ import annotations

import copy
import hashlib
import importlib
import os
import pickle
import struct
import subprocess
import sys
from datetime import UTC, date, datetime, timedelta
from importlib.resources import files
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from ecsm_contracts._model import Model
from ecsm_contracts.calendars import (
    ZoneName,
    first_instant,
    from_micros,
    offset_pieces,
    to_micros,
    zone,
    zone_data_version,
    zone_digest,
    zone_names,
)
from ecsm_contracts.calendars._zones import end_of_date
from ecsm_contracts.errors import InvalidValue, WrongType
from tests.calendars.wallclock import transitions, zone_of

pytestmark = pytest.mark.sweep

HOUR = 3_600_000_000
DAY = 24 * HOUR
ODD_MIDNIGHTS = (
    "Africa/Cairo",
    "America/Asuncion",
    "America/Havana",
    "America/Sao_Paulo",
    "America/St_Johns",
    "Asia/Beirut",
    "Asia/Tehran",
    "Atlantic/Azores",
    "Pacific/Apia",
)


class Place(Model):
    """A model with a zone."""

    zone: ZoneName


def year(number: int) -> int:
    """Return the start of a year in UTC, in microseconds."""
    return to_micros(datetime(number, 1, 1, tzinfo=UTC))


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("europe/paris", 'did you mean "Europe/Paris"?'),
        ("Europe/Amsterdm", 'did you mean "Europe/Amsterdam"?'),
        ("amsterdam", 'did you mean "Europe/Amsterdam"?'),
        ("New York", 'did you mean "America/New_York"?'),
        ("CEST", "write a place, such as Europe/Amsterdam"),  # and not EST, which is another time
        ("W. Europe Standard Time", "write a place, such as Europe/Amsterdam"),
        ("localtime", ""),
        ("posixrules", ""),
        ("Factory", ""),
        ("America", ""),
        ("right/Europe/Paris", ""),
        ("posix/Europe/Paris", ""),
        ("../zoneinfo/UTC", ""),
        ("/etc/passwd", ""),
        ("UTC\0", ""),
        ("", ""),
        ("x" * 5000, ""),
    ],
)
def test_only_names_on_the_packages_list_are_zones(name: str, hint: str) -> None:
    """What depends on the machine, leads out of the package or is misspelt is refused, with the closest
    name."""
    for function in (zone, zone_digest):
        with pytest.raises(InvalidValue) as caught:
            function(name)
        assert caught.value.rule == "zone_unknown"
        assert hint in str(caught.value)
        assert len(str(caught.value)) < 250


def test_a_model_takes_a_known_name_only() -> None:
    """A field keeps the name, and refuses what is not a zone, or not a text."""
    assert Place(zone="Europe/Amsterdam").to_data() == {"zone": "Europe/Amsterdam"}
    for value in ("Mars/Phobos", b"UTC", 1):
        with pytest.raises(ValidationError):
            Place.model_validate({"zone": value})


def test_the_systems_zones_are_never_read(tmp_path: Path) -> None:
    """A machine on which Kathmandu is a copy of UTC, and which lives there, changes nothing."""
    (tmp_path / "Asia").mkdir()
    (tmp_path / "Asia" / "Kathmandu").write_bytes(files("tzdata").joinpath("zoneinfo", "UTC").read_bytes())
    code = "import ecsm_contracts.calendars as c; print(c.offset_pieces('Asia/Kathmandu', 0, 10**15))"
    environment = {
        "PYTHONTZPATH": str(tmp_path),
        "TZ": "Asia/Kathmandu",
        "PYTHONPATH": os.pathsep.join(sys.path),
    }
    command = [sys.executable, "-c", code]
    printed = subprocess.run(command, env=environment, capture_output=True, text=True, check=True).stdout
    assert printed.strip() == str(offset_pieces("Asia/Kathmandu", 0, 10**15))
    assert str(20_700_000_000) in printed


def test_a_zone_travels_by_its_name() -> None:
    """A zone that is pickled or copied is loaded again by its name, and is the same object."""
    amsterdam = zone("Europe/Amsterdam")
    assert pickle.loads(pickle.dumps(amsterdam)) is amsterdam  # noqa: S301 - our own bytes
    assert copy.deepcopy(amsterdam) is amsterdam


def test_the_data_have_a_version_and_a_digest() -> None:
    """The version is IANA's, the digest is over the bytes of the file, and aliases have one digest."""
    assert zone_data_version() == importlib.import_module("tzdata").IANA_VERSION
    data = files("tzdata").joinpath("zoneinfo", "Europe", "Amsterdam").read_bytes()
    assert zone_digest("Europe/Amsterdam") == "sha256:" + hashlib.sha256(data).hexdigest()
    assert zone_digest("Asia/Calcutta") == zone_digest("Asia/Kolkata") != zone_digest("UTC")


def check_zone(name: str, first_year: int, end_year: int) -> None:
    """Compare the pieces of one zone with what its wall clock shows, and both sides of every change."""
    pieces = offset_pieces(name, year(first_year), year(end_year))
    assert pieces[0][0] == year(first_year)
    assert pieces[-1][1] == year(end_year)
    assert all(one[1] == two[0] and one[2] != two[2] for one, two in pairwise(pieces))
    assert [from_micros(piece[0]) for piece in pieces[1:]] == list(transitions(name, first_year, end_year))
    for start, end, offset in pieces:
        for at in (start, end - 1):
            local = from_micros(at).astimezone(zone_of(name))
            assert local.utcoffset() == timedelta(microseconds=offset)


@pytest.mark.parametrize("initial", sorted({name[0] for name in zone_names()}))
def test_every_zone_changes_its_offset_where_its_wall_clock_does(initial: str) -> None:
    """Every zone, 2024 to 2027: no change is missed, none is invented, each is found to the microsecond."""
    for name in zone_names():
        if name.startswith(initial):
            check_zone(name, 2024, 2028)


@pytest.mark.deep
@pytest.mark.parametrize("name", zone_names())
def test_every_zone_over_twenty_years(name: str) -> None:
    """Every zone, 2015 to 2035, likewise."""
    check_zone(name, 2015, 2036)


def changes_in_file(name: str) -> list[int]:
    """Return the seconds of the changes of offset that the zone's file lists (TZif version 2, RFC 9636)."""
    data = files("tzdata").joinpath("zoneinfo", *name.split("/")).read_bytes()
    counts = struct.unpack(">6l", data[20:44])
    isutc, isstd, leap, times, types, chars = counts
    second = 44 + times * 5 + types * 6 + chars + leap * 8 + isstd + isutc
    isutc, isstd, leap, times, types, chars = struct.unpack(">6l", data[second + 20 : second + 44])
    body = second + 44
    at = struct.unpack(f">{times}q", data[body : body + times * 8])
    kinds = data[body + times * 8 : body + times * 9]
    info = [struct.unpack(">lBB", data[body + times * 9 + i * 6 : body + times * 9 + i * 6 + 6]) for i in range(types)]
    offsets = [info[kind][0] for kind in kinds]
    return [time for i, time in enumerate(at) if i and offsets[i] != offsets[i - 1]]


def test_no_zone_changes_twice_within_the_step_of_the_search() -> None:
    """The search asks every other day; in the files of all zones, changes since 1990 are at least six days
    apart."""
    first = year(1990) // 1_000_000
    for name in zone_names():
        listed = [second for second in changes_in_file(name) if second >= first]
        assert all(two - one >= 6 * 86400 for one, two in pairwise(listed)), name


@pytest.mark.parametrize("name", ["Africa/Casablanca", "Asia/Gaza", "America/Recife", "Antarctica/Casey"])
def test_the_changes_are_those_that_the_file_lists(name: str) -> None:
    """Zones with irregular changes: the pieces begin exactly at the seconds that the file lists, 1990 to
    2030."""
    first, last = year(1990), year(2030)
    listed = [second * 1_000_000 for second in changes_in_file(name)]
    pieces = offset_pieces(name, first, last)
    assert [piece[0] for piece in pieces[1:]] == [at for at in listed if first < at < last]


def test_pieces_are_cut_to_the_span_asked_for() -> None:
    """Pieces cover exactly the span, across years as within one, and an empty span has none."""
    change = to_micros(datetime(2026, 3, 29, 1, tzinfo=UTC))
    assert offset_pieces("Europe/Amsterdam", change - 1, change + 1) == [
        (change - 1, change, HOUR),
        (change, change + 1, 2 * HOUR),
    ]
    assert offset_pieces("UTC", year(2020), year(2030)) == [(year(2020), year(2030), 0)]
    assert offset_pieces("UTC", 5, 5) == offset_pieces("UTC", 5, 4) == []


@pytest.mark.parametrize("name", ODD_MIDNIGHTS)
def test_a_day_begins_at_the_first_instant_that_shows_its_date(name: str) -> None:
    """Where midnight does not exist, or comes twice, the day begins when its date is first shown."""
    for turn in transitions(name, 2008, 2024):
        for shift in (-1, 0, 1):
            day = (turn.astimezone(zone_of(name)) + timedelta(days=shift)).date()
            begins = from_micros(first_instant(name, day))
            shown = [(begins + timedelta(minutes=minute)).astimezone(zone_of(name)).date() for minute in (-1, 0)]
            assert shown[0] < day <= shown[1]


def test_a_date_that_was_left_out_begins_with_the_one_after_it() -> None:
    """Apia had no 2011-12-30: as a period it is empty, and the days around it meet."""
    thirtieth, after = (first_instant("Pacific/Apia", date(2011, 12, day)) for day in (30, 31))
    assert thirtieth == after == to_micros(datetime(2011, 12, 30, 10, tzinfo=UTC))


def test_a_date_ends_after_the_last_instant_that_shows_it() -> None:
    """At midnight; at the first one where clocks go back to it, at the second where they go back over it."""
    for name, day, ends in (
        ("Europe/Amsterdam", date(2026, 10, 25), datetime(2026, 10, 25, 23, tzinfo=UTC)),
        ("Atlantic/Azores", date(2026, 10, 24), datetime(2026, 10, 25, 0, tzinfo=UTC)),
        ("America/Havana", date(2023, 11, 4), datetime(2023, 11, 5, 4, tzinfo=UTC)),
        ("America/St_Johns", date(2010, 11, 6), datetime(2010, 11, 7, 3, 30, tzinfo=UTC)),
        ("Africa/Cairo", date(2026, 4, 23), datetime(2026, 4, 23, 22, tzinfo=UTC)),
    ):
        assert from_micros(end_of_date(name, day)) == ends, name


@pytest.mark.parametrize("name", [None, 1, b"UTC"])
def test_a_name_of_another_type_is_told_so(name: Any) -> None:
    """What is no text is the library's own error of type."""
    with pytest.raises(WrongType, match="write its name"):
        zone(name)
