"""The rows of a table: streamed, each with its place, each by itself."""

from __future__ import annotations

import csv
import gzip
import io
import json
import zlib
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecsm_contracts.adapters import _lines
from ecsm_contracts.adapters._limits import RATIO_FREE, SCALAR, Limit
from ecsm_contracts.adapters._mapping import TableTerms
from ecsm_contracts.adapters._rows import open_table
from ecsm_contracts.errors import DocumentError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from ecsm_contracts.adapters._rows import Row


class Terms(TableTerms):
    """A table of which the columns a, b and c are read."""

    def fields(self) -> Iterator[tuple[str, str]]:
        """Yield the three columns."""
        yield from (("first", "a"), ("second", "b"), ("third", "c"))


def rows(tmp_path: Path, content: bytes | str, name: str = "t.csv", **terms: str) -> list[Row]:
    """Return the rows of a table with this content."""
    data = content.encode() if isinstance(content, str) else content
    (tmp_path / name).write_bytes(data)
    table = open_table(tmp_path / name, Terms.model_validate({"file": name, **terms}), "events")
    return list(table.rows)


def seen(found: Sequence[Row]) -> list[tuple[int, list[str] | str]]:
    """Return the line of each row with its fields, or with the code of its fault."""
    return [(row.line, list(row.fields) if row.fault is None else row.fault.code) for row in found]


def packed(content: bytes, level: int = 9) -> bytes:
    """Return gzipped bytes that are the same at any hour: the header of a gzip file holds the time otherwise."""
    return gzip.compress(content, level, mtime=0)


def refused(tmp_path: Path, content: bytes | str, name: str = "t.csv", **terms: str) -> list[str]:
    """Return the problems of a table that is refused, without its folder."""
    with pytest.raises(DocumentError) as error:
        rows(tmp_path, content, name, **terms)
    return [str(problem).removeprefix(f"{tmp_path}/") for problem in error.value.problems]


@pytest.mark.parametrize(
    ("name", "content", "terms"),
    [
        ("t.csv", b"a,b,c\n1,2,3\n4,5,6\n", {}),
        ("t.csv", b"\xef\xbb\xbfa,b,c\r\n1,2,3\r\n4,5,6", {}),  # a byte order mark, CRLF, no end of line
        ("t.csv", b' a ,"b",c\n1,"2",3\n4,5,"6"\n', {}),
        ("t.csv", b"a;b;c\n1;2;3\n4;5;6\n", {"delimiter": ";"}),
        ("t.csv", b"a|b|c\n1|2|3\n4|5|6\n", {"delimiter": "|"}),
        ("t.tsv", b"a\tb\tc\n1\t2\t3\n4\t5\t6\n", {}),
        ("t.jsonl", b'{"a": 1, "b": "2", "c": 3}\n{"a": "4", "c": 6, "b": 5, "d": [1.5]}\n', {}),
        ("t.csv.gz", packed(b"a,b,c\n1,2,3\n4,5,6\n"), {}),
        ("T.CSV.GZ", packed(b"a,b,c\n1,2,3\n") + packed(b"4,5,6\n"), {}),  # two members, one file
        ("t.jsonl.gz", packed(b'{"a": 1, "b": 2, "c": 3}\n{"a": 4, "b": 5, "c": 6}'), {}),
    ],
)
def test_every_form_gives_the_same_rows(name: str, content: bytes, terms: dict[str, str], tmp_path: Path) -> None:
    """CSV with any delimiter, TSV and JSON lines, gzipped or not, are read alike."""
    assert [list(row.fields) for row in rows(tmp_path, content, name, **terms)] == [["1", "2", "3"], ["4", "5", "6"]]


def test_blank_lines_are_passed_over_and_lines_are_counted(tmp_path: Path) -> None:
    """The line of a row is where it begins in the file, whatever stands before it."""
    assert seen(rows(tmp_path, "\na,b,c\n\n1,2,3\n  \r\n4,5,6\n")) == [(4, ["1", "2", "3"]), (6, ["4", "5", "6"])]


def test_a_quoted_field_may_hold_line_breaks(tmp_path: Path) -> None:
    """The lines of one record are joined, and the next record has the right number."""
    content = 'a,b,c\n1,"x\n\n""y"", z\nw",3\n4,5,6\n"7\n8",9,10\n11,12,13\n'
    assert seen(rows(tmp_path, content)) == [
        (2, ["1", 'x\n\n"y", z\nw', "3"]),
        (6, ["4", "5", "6"]),
        (7, ["7\n8", "9", "10"]),
        (9, ["11", "12", "13"]),
    ]


def test_a_row_of_another_width_is_rejected(tmp_path: Path) -> None:
    """The message says how many fields there are, and how many are needed."""
    found = rows(tmp_path, "a,b,c\n1,2\n1,2,3,4\n1,2,3\n")
    assert seen(found) == [(2, "columns"), (3, "columns"), (4, ["1", "2", "3"])]
    assert str(found[0].fault) == "the row has 2 fields, and the header 3"


@pytest.mark.parametrize(
    "stray",
    [
        '1,"2,3',  # never closed
        '1,"2" x,3',  # more after the quote
        '"',
        '1,2,"',
    ],
)
def test_a_stray_quote_costs_its_line_only(stray: str, tmp_path: Path) -> None:
    """The rows after a quote that encloses no field are read, with their lines."""
    rest = "".join(f"{number},x,y\n" for number in range(150))
    found = seen(rows(tmp_path, f"a,b,c\n{stray}\n{rest}"))
    assert found[0] == (2, "csv_quote")
    assert found[1:] == [(number + 3, [str(number), "x", "y"]) for number in range(150)]


def test_two_stray_quotes_do_not_swallow_the_rows_between_them(tmp_path: Path) -> None:
    """Where the lines between two quotes are rows themselves, the first quote is taken for a stray one."""
    found = seen(rows(tmp_path, 'a,b,c\n1,x,"y\n2,x,y\n3,x,y\n4,x,y"\n5,x,y\n'))
    assert found == [
        (2, "csv_quote"),
        (3, ["2", "x", "y"]),
        (4, ["3", "x", "y"]),
        (5, "csv_quote"),
        (6, ["5", "x", "y"]),
    ]


def test_a_quote_inside_a_field_is_a_letter(tmp_path: Path) -> None:
    """Inches and nicknames do not open a field, in a column that is not read or is for people alone."""
    assert seen(rows(tmp_path, 'a,d,b,c\n1,5" disk,2,3\n')) == [(2, ["1", '5" disk', "2", "3"])]


def test_a_field_of_a_hundred_lines_is_read_and_a_longer_one_is_not(tmp_path: Path) -> None:
    """A record ends within a hundred lines."""
    hundred = 'a,b,c\n1,"' + "x\n" * 99 + '",3\n'
    assert [row.line for row in rows(tmp_path, hundred) if row.fault is None] == [2]
    longer = 'a,b,c\n1,"' + "x\n" * 100 + '",3\n'
    assert seen(rows(tmp_path, longer))[0] == (2, "csv_quote")


def test_a_record_of_long_lines_ends_within_the_limit_of_a_text(tmp_path: Path) -> None:
    """Lines are not joined beyond the limit of a text, so that a quote costs little."""
    content = 'a,b,c\n1,"' + f"{'x' * 60_000}\n" * 2 + '",3\n'
    assert seen(rows(tmp_path, content))[0] == (2, "csv_quote")


def test_a_return_inside_a_line_is_no_row(tmp_path: Path) -> None:
    """A carriage return outside quotes is not taken for a part of a name; the message speaks of it, not of quotes."""
    for text in ("1,2\r2,3", '1,"2"\r,3', '1,2\r2,"3"'):
        found = rows(tmp_path, f"a,b,c\n{text}\n4,5,6\n")
        assert seen(found) == [(2, "control_character"), (3, ["4", "5", "6"])]
        assert "carriage return" in str(found[0].fault)
        assert "quote" not in str(found[0].fault)


def test_a_line_that_is_not_utf8_is_rejected_with_what_can_be_told(tmp_path: Path) -> None:
    """The fields before the damage are kept, and the text is escaped."""
    found = rows(tmp_path, b"a,b,c\n1,M\xfcller,3\n4,5,6\n")
    assert seen(found) == [(2, "encoding"), (3, ["4", "5", "6"])]
    assert found[0].fields[0] == "1"
    assert found[0].kept() == "1,M\\xfcller,3"


def test_a_nul_character_rejects_the_row(tmp_path: Path) -> None:
    """A NUL is damage, not a letter."""
    assert seen(rows(tmp_path, "a,b,c\n1,\0,3\n4,5,6\n")) == [(2, "control_character"), (3, ["4", "5", "6"])]


@pytest.mark.parametrize("length", [SCALAR.value + 1, 10_000_000])
def test_a_line_that_is_too_long_is_rejected_and_its_end_is_found(length: int, tmp_path: Path) -> None:
    """A line of any length costs its own row, and little memory."""
    found = rows(tmp_path, "a,b,c\n1," + "x" * length + ",3\n4,5,6\n")
    assert seen(found) == [(2, "too_large"), (3, ["4", "5", "6"])]
    assert found[0].fields[0] == "1"
    assert len(found[0].kept()) == 4000


def test_a_line_of_the_greatest_length_is_read(tmp_path: Path) -> None:
    """The limit itself is allowed, whatever ends the line."""
    text = "1," + "x" * (SCALAR.value - 4) + ",3"
    for end in ("\n", "\r\n", ""):
        assert [row.fault for row in rows(tmp_path, f"a,b,c\n{text}{end}")] == [None]


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("", "t.csv:1:1: the table is empty: it has no header [table_header]"),
        ("\n\n", "t.csv:1:1: the table is empty: it has no header [table_header]"),
        ('a,"b,c\n', "t.csv:1:1: the header cannot be read: a quote here does not enclose a field"),
        (b"a,b,\xff\n", "t.csv:1:1: the header cannot be read: the line is not UTF-8"),
        ("a,b,c\n".encode("utf-16"), "t.csv:1:1: the header cannot be read: the line is not UTF-8"),
        (packed(b"a,b,c\n"), "t.csv:1:1: the header cannot be read"),  # gzipped under another name
        ("a,b,see\n", "t.csv:1:1: events.third: there is no column 'c'; there are 'a', 'b', 'see'"),
        ("a;b;c\n", "t.csv:1:1: events.first: there is no column 'a'; the header is one field, 'a;b;c': is the delim"),
        (
            '"a";"b";"c"\n',
            't.csv:1:1: the header cannot be read: \'"a";"b";"c"\' has no quote where a field ends: is the',
        ),
        ("a,b,c,b\n", "t.csv:1:1: events.second: the header has 'b' twice [duplicate_column]"),
    ],
)
def test_a_table_without_the_right_header_is_refused(content: bytes | str, expected: str, tmp_path: Path) -> None:
    """What is wrong with a header is said with file, line and the field of the mapping."""
    assert refused(tmp_path, content)[0].startswith(expected)


@pytest.mark.parametrize(
    ("first", "terms", "advice"),
    [
        ("sep=;", {}, 'remove it, and say delimiter: ";"'),
        ("sep=;", {"delimiter": ";"}, "remove it"),
        ('"sep=;"', {"delimiter": ";"}, "remove it"),
        ("SEP=\t", {}, "remove it, and say delimiter: tab"),
        ("sep=,", {}, "remove it"),
    ],
)
def test_the_line_that_excel_writes_for_itself_is_one_problem(
    first: str, terms: dict[str, str], advice: str, tmp_path: Path
) -> None:
    """A first line that names the delimiter is no header; the message says what to do."""
    [problem] = refused(tmp_path, f"{first}\na;b;c\n", **terms)
    assert problem.startswith("t.csv:1:1: the line '")
    assert problem.endswith(f" is for Excel and no header: {advice} [table_header]")


@pytest.mark.parametrize(
    ("text", "fields"),
    [
        ('1,2,"x" y', ["1", "2"]),
        ('"1","a ""b"", c","x" y', ["1", 'a "b", c']),
        ('"1","a ""b"", c","x" y,2', ["1"]),  # one field too many: it may stand before the quote
        ('1,5" disk,"x" y,2', ["1"]),
        ('"1" ,"x" y', []),
        ('"1', []),
        ('a"","2,', []),
    ],
)
def test_the_fields_before_a_stray_quote_are_kept(text: str, fields: list[str], tmp_path: Path) -> None:
    """Quoted or not, what stands before the first field that does not end as it should can be told."""
    [row] = rows(tmp_path, f"a,b,c\n{text}\n")
    assert row.fault is not None
    assert (row.fault.code, list(row.fields)) == ("csv_quote", fields)


def test_all_missing_columns_are_told_at_once(tmp_path: Path) -> None:
    """Each has the field of the mapping that names it, and a hint."""
    assert refused(tmp_path, "x,bb,y\n") == [
        "t.csv:1:1: events.first: there is no column 'a'; there are 'x', 'bb', 'y' [missing_column]",
        "t.csv:1:1: events.second: there is no column 'b'; did you mean \"bb\"? [missing_column]",
        "t.csv:1:1: events.third: there is no column 'c'; there are 'x', 'bb', 'y' [missing_column]",
    ]


def test_other_columns_may_stand_twice_or_be_blank(tmp_path: Path) -> None:
    """Only the columns that are read must be told apart."""
    assert seen(rows(tmp_path, "a,x,b,x,,c\n1,0,2,0,0,3\n")) == [(2, ["1", "0", "2", "0", "0", "3"])]


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("{", "json_syntax"),
        ("[]", "not_a_mapping"),
        ('{"a": 1, "a": 2}', "duplicate_key"),
        ('{"a": NaN}', "number_float"),
        ('{"a": {"b": 1}}', "not_a_text"),
        ('{"a": [1]}', "not_a_text"),
        ("[" * 50_000, "json_syntax"),
        ("[" * 200_000, "too_large"),
        ('{"a": "\0"}', "control_character"),
        ('{"a": ' + "9" * 5000 + "}", "json_syntax"),
    ],
)
def test_a_bad_line_of_json_costs_itself(line: str, code: str, tmp_path: Path) -> None:
    """What is no record of texts and numbers is rejected with its line; the next one is read."""
    found = rows(tmp_path, f'{line}\n\n{{"a": 1, "b": true, "c": null}}\n', "t.jsonl")
    assert seen(found) == [(1, code), (3, ["1", "true", ""])]


def test_numbers_of_json_keep_their_text(tmp_path: Path) -> None:
    """No number goes through a binary float, and a field that a row has not is blank."""
    content = '{"a": 0.10, "b": 1e400, "c": false}\n{"a": 12345678901234567890}\n'
    assert [list(row.fields) for row in rows(tmp_path, content, "t.jsonl")] == [
        ["0.10", "1e400", "false"],
        ["12345678901234567890", "", ""],
    ]


def test_a_field_that_no_line_of_json_has_is_a_missing_column(tmp_path: Path) -> None:
    """A misspelt field would be blank in every row; it is an error, as in a header."""
    content = '{"a": 1, "b": 2, "cc": 3}\n'
    assert refused(tmp_path, content, "t.jsonl") == [
        "t.jsonl:1:1: events.third: no row has the field 'c'; did you mean \"cc\"? [missing_column]"
    ]
    assert rows(tmp_path, "", "t.jsonl") == []


TABLE = "a,b,c\n" + "".join(f"{number},{zlib.crc32(b'%d' % number)},x\n" for number in range(2000))


@given(st.integers(1, 100))
def test_a_cut_gzip_is_refused_wherever_it_is_cut(tmp_path_factory: pytest.TempPathFactory, percent: int) -> None:
    """A part of a table never looks like the whole: the error names the last line that was read."""
    whole = packed(TABLE.encode())
    folder = tmp_path_factory.mktemp("cut")
    [problem] = refused(folder, whole[: len(whole) * percent // 100 - 1], "t.csv.gz")
    assert "[gzip_damaged]" in problem


@pytest.mark.parametrize("place", [30, 500, -6, -2])
def test_a_damaged_gzip_is_refused(place: int, tmp_path: Path) -> None:
    """Whatever byte is wrong, the checksum tells, or the data do."""
    data = bytearray(packed(TABLE.encode()))
    data[place] ^= 0xFF
    assert "gzip_damaged" in refused(tmp_path, bytes(data), "t.csv.gz")[-1]


@pytest.mark.parametrize("data", [b"", b"a,b,c\n1,2,3\n", packed(b"a,b,c\n1,2,3\n") + b"more"])
def test_what_is_no_gzip_is_refused(data: bytes, tmp_path: Path) -> None:
    """A file under the name of a gzip that is empty, is something else, or goes on after its end."""
    assert "[gzip_damaged]" in refused(tmp_path, data, "t.csv.gz")[0]


def test_a_gzip_bomb_is_not_unpacked(tmp_path: Path) -> None:
    """Beyond the ratio reading stops, with the limit and the line."""
    bomb = packed(b"a,b,c\n" + b"1,2,3\n" * 1_000_000, 9)
    [problem] = refused(tmp_path, bomb, "t.csv.gz")
    assert "[gzip_ratio]" in problem
    one_line = packed(b"a,b,c\n" + b"\0" * 5_000_000, 9)
    [problem] = refused(tmp_path, one_line, "t.csv.gz")
    assert problem.startswith("t.csv.gz:1:1: ")


def test_a_small_table_of_like_rows_may_compress_well(tmp_path: Path) -> None:
    """The ratio counts from a million bytes on only."""
    content = b"a,b,c\n" + b"1,2,3\n" * ((RATIO_FREE - 6) // 6)
    assert len(packed(content)) * 200 < len(content)
    assert len(rows(tmp_path, packed(content), "t.csv.gz")) == (RATIO_FREE - 6) // 6


@pytest.mark.parametrize("name", ["t.csv", "t.csv.gz"])
def test_a_table_beyond_the_limit_is_refused(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The size of a table is bounded, zipped or not."""
    monkeypatch.setattr(_lines, "TABLE", Limit("table", 10_000, "too_large", "the table is too large"))
    content = TABLE.encode()
    assert "[too_large]" in refused(tmp_path, packed(content) if name.endswith("gz") else content, name)[0]


FIELDS = st.text(st.characters(codec="utf-8", exclude_characters="\0\r"), max_size=8)


@given(st.lists(st.tuples(FIELDS, FIELDS, FIELDS), max_size=8), st.sampled_from([",", ";", "\t", "|"]))
def test_what_csv_writes_is_read_back(
    tmp_path_factory: pytest.TempPathFactory, records: list[tuple[str, str, str]], delimiter: str
) -> None:
    """What the standard library quotes is read as it was; a record of several lines that may be rows is rejected."""
    text = io.StringIO()
    writer = csv.writer(text, delimiter=delimiter, lineterminator="\n", quoting=csv.QUOTE_ALL)
    writer.writerows([("a", "b", "c"), *records])
    folder = tmp_path_factory.mktemp("csv")
    found = {row.line: row for row in rows(folder, text.getvalue().encode(), delimiter=delimiter)}
    line = 2
    for record in records:
        lines = 1 + sum(field.count("\n") for field in record)
        assert tuple(found[line].fields) == record or (lines > 1 and found[line].fault is not None)
        line += lines


@given(st.lists(st.tuples(FIELDS, FIELDS, FIELDS), min_size=1, max_size=8))
def test_what_json_writes_is_read_back(
    tmp_path_factory: pytest.TempPathFactory, records: list[tuple[str, str, str]]
) -> None:
    """Records as JSON lines are read as they were, gzipped or not."""
    text = "".join(json.dumps(dict(zip("abc", record, strict=True))) + "\n" for record in records).encode()
    folder = tmp_path_factory.mktemp("json")
    plain, zipped = rows(folder, text, "t.jsonl"), rows(folder, packed(text), "t.jsonl.gz")
    assert plain == zipped
    assert [tuple(row.fields) for row in plain] == records


@given(st.binary(max_size=300))
def test_no_bytes_break_the_reader(tmp_path_factory: pytest.TempPathFactory, data: bytes) -> None:
    """Whatever follows a header, each row has a place, the right number of fields or a fault."""
    folder = tmp_path_factory.mktemp("bytes")
    for row in rows(folder, b"a,b,c\n" + data):
        assert row.line > 1
        assert row.fault is not None or len(row.fields) == 3
        row.kept().encode()
