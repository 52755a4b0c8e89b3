"""
How large a document or a table may be.

One table, so that a hostile file costs little and a reader of it sees every limit.

The limits are far above what a contract needs. They bound time and memory whatever the bytes are.
"""

from __future__ import annotations

from typing import NamedTuple

__all__ = [
    "DATES",
    "DEPTH",
    "DIGITS",
    "EVENTS",
    "LIMITS",
    "NODES",
    "PROBLEMS",
    "RATIO",
    "RATIO_FREE",
    "RECORD",
    "SCALAR",
    "SERIES",
    "SIZE",
    "TABLE",
    "Limit",
]


class Limit(NamedTuple):
    """
    One limit, and the problem that names it.

    Attributes:
        name: what is limited.
        value: the most that is allowed.
        code: the code of the problem when there is more.
        message: the message of the problem when there is more.
    """

    name: str
    value: int
    code: str
    message: str


SIZE = Limit("size", 5_000_000, "too_large", "the document is larger than 5000000 bytes (limit: size)")
DEPTH = Limit("depth", 32, "too_deep", "lists and mappings are nested more than 32 deep (limit: depth)")
NODES = Limit("nodes", 200_000, "too_many", "the document has more than 200000 keys and values (limit: nodes)")
SCALAR = Limit("scalar", 100_000, "too_large", "a text is longer than 100000 characters (limit: scalar)")
DIGITS = Limit("digits", 18, "too_large", "a number has more than 18 digits; write it as a text (limit: digits)")
PROBLEMS = Limit("problems", 100, "too_many", "there are more than 100 problems; reading stops here (limit: problems)")

TABLE = Limit("table", 1_000_000_000, "too_large", "the table is larger than 1000000000 bytes (limit: table)")
RATIO = Limit("ratio", 200, "gzip_ratio", "the table is over 200 times larger than its gzip file (limit: ratio)")
RECORD = Limit("record", 100, "csv_quote", "a quote opens a field that does not end within 100 lines (limit: record)")

EVENTS = Limit("events", 10_000, "too_many", "the calendar has more than 10000 events (limit: events)")
SERIES = Limit("series", 500, "too_many", "the calendar has more than 500 events with a rule (limit: series)")
DATES = Limit("dates", 20_000, "too_many", "the calendar lists more than 20000 dates (limit: dates)")

RATIO_FREE = 1_000_000
"""So many decompressed bytes are read whatever the ratio is: a small table of like rows compresses well."""

LIMITS = (SIZE, DEPTH, NODES, SCALAR, DIGITS, PROBLEMS, TABLE, RATIO, RECORD, EVENTS, SERIES, DATES)
"""Every limit of reading a document or a table."""
