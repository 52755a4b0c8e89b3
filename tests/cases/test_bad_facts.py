"""
The bad inputs that are no contracts: each is answered as required or differs for a reason, and costs nothing else.

`docs/reference/bad-inputs.md` has a row for each: what is required, what is given. `python -m
tests.cases.test_bad_facts` prints the rows.
"""

from __future__ import annotations

import gzip
import json
import sys
import time
from functools import cache
from pathlib import Path

import pytest

import ecsm_contracts as ec
from ecsm_contracts.adapters import _gather, _tables, stream_tables, write_facts
from ecsm_contracts.facts import Origin
from ecsm_contracts.frames import evaluate_frame
from tests.cases.bad_calls import CALLS
from tests.cases.bad_facts import (
    HEADER,
    KINDS,
    MAPPING,
    MARCH,
    OTHER_ROWS,
    OTHERS,
    PARTIES,
    WALL_CLOCK,
    Answer,
    bytes_of,
    cases,
    contract,
    lines_of,
    of_table,
    of_ticket,
    read_batch,
    read_rows,
    record_of,
    settled,
    shown_everywhere,
    ticket,
)

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "bad-inputs.md"

CASES = cases()
BY_KIND = {kind: [ref for ref, case in CASES.items() if case["kind"] == kind] for kind in ("ticket", "events_csv")}

_CALL = "a call, and no document: it raises an error"
DIFFERS: dict[str, str] = {
    "T010": "a second hold says for whom the ticket waits from then on; time in both is held once",
    "T013": "events have no identity; a second resolution of a resolved ticket changes nothing",
    "T015": "`otherwise` is required in every table by priority: the contract says what such a ticket gets",
    "T016": "as T015; that two spellings differ in capitals alone is a warning",
    "T024": "an open ticket is judged as of the end of the period, which every call names; `status` needs `as_of`",
    "R006": "better than required: only the line with the quote is lost, the lines below it are read",
    "B002": "a version holds until the next one begins: there is no gap to fall into",
    "B003": f"{_CALL}; statements keep their terms, and one under other terms is not restated",
    "B004": "a record that is delivered twice is one record, and the statement the same to the byte",
    "B007": _CALL,
    "B009": "a period is made of dates and ends on the first day that is not of it; any other end is refused, not read",
    "B012": f"{_CALL}; the zone data are named, and evaluating again restates",
}
"""Where another action is given than is required, and why (design, section 13)."""

NOTES: dict[str, str] = {
    "T007": "found when the ticket is observed, whatever the order of its events",
    "T021": "of tables with a zone; records name no zone, and are refused (`instant_syntax`)",
    "T022": "as T021",
    "T023": "records name no zone",
    "T026": "there is no such field",
    "T027": "effort is a record of its own; the ticket is evaluated",
    "T028": "as T027",
    "R001": "with the ticket of the row: a history with a hole is not a history",
    "R008": "as R001",
    "R009": "as R001",
    "R013": "which ticket it is of cannot be told",
    "R014": "as R001",
    "R016": "as R001; the line break in a priority is refused, at line 2",
    "R018": "a header that is not UTF-8",
    "R020": "gzip is read as a stream, within limits",
    "B006": "the exit status is 0, and standard error names the record",
    "A001": "there is no way to make one; what is no record is no fact either (`wrong_type`)",
    "A010": "nothing is issued",
}
"""What else is to be said of a case."""


@cache
def answer(ref: str) -> Answer:
    """What the library makes of a case."""
    if ref in CALLS:
        return CALLS[ref]()
    return of_ticket(ref) if CASES[ref]["kind"] == "ticket" else of_table(ref)


def row(ref: str) -> str:
    """The row of the page for a case."""
    required, given = CASES[ref]["required"], answer(ref)
    place = " at ".join(f"`{word}`" for word in (given.code, given.place) if word)
    shown = f"{required['action']} `{required['code']}`"
    note = DIFFERS.get(ref) or NOTES.get(ref, "")
    return " | ".join(["", ref, shown, f"{given.action} {place}".strip(), note, ""]).strip().replace("  ", " ")


@pytest.mark.parametrize("ref", CASES)
def test_each_bad_input_is_answered_as_required(ref: str) -> None:
    """The action is the one that is required, or differs by design; the page says what is given."""
    assert (answer(ref).action == CASES[ref]["required"]["action"]) == (ref not in DIFFERS), answer(ref)
    assert row(ref) in PAGE.read_text("utf-8").splitlines(), f"print the rows anew: {row(ref)}"


def test_no_case_is_left_out() -> None:
    """Every call answers a case, every case that is no record or table has its call, and every note is of a case."""
    others = {ref for ref, case in CASES.items() if case["kind"] not in BY_KIND}
    assert set(CALLS) == others
    assert DIFFERS.keys() | NOTES.keys() <= CASES.keys()
    assert not DIFFERS.keys() & NOTES.keys()


def of_others(statement: ec.Statement) -> list[object]:
    """The rows of the other tickets."""
    return [item for item in statement.outcomes if item.ref in {each["ref"] for each in OTHERS}]


def nothing_is_lost(found: ec.Facts, alone: ec.Facts) -> None:
    """The other tickets have the rows that they have alone; what is rejected leaves all figures as they are alone."""
    statement, without = settled(found), settled(alone)
    assert len(without.outcomes) == len(OTHERS)
    assert of_others(statement) == list(without.outcomes)
    if not statement.rejected:
        return
    assert (statement.status, without.status) == ("provisional", "final")
    if len(found.tickets) - len(OTHERS) == sum(each.code == "contradiction" for each in statement.rejected):
        assert statement.tally == without.tally
        assert statement.lines == without.lines


@pytest.mark.parametrize("ref", [ref for ref in BY_KIND["ticket"] if ref not in WALL_CLOCK])
def test_a_bad_ticket_costs_nothing_else(ref: str) -> None:
    """The others are evaluated as without it, the statement is provisional, and the record is kept as it came."""
    facts = read_batch(ref)
    nothing_is_lost(facts, read_batch(ref, alone=True))
    record, work = record_of(ref)
    kept = [json.loads(each.raw) for each in settled(facts).rejected]
    if answer(ref).code == "contradiction":
        assert [each["ref"] for each in kept] == [record["ref"]]
        assert len(kept[0]["events"]) == len(record["events"])
    elif kept:
        assert kept == (work or [record])


@pytest.mark.parametrize("ref", [*WALL_CLOCK, *BY_KIND["events_csv"]])
def test_a_bad_row_costs_its_ticket_and_nothing_else(ref: str) -> None:
    """The rows of each ticket are all read or all told as rejected, with the line and the text of the first bad one."""
    facts, lines = read_rows(ref), bytes_of(ref).decode("utf-8-sig", errors="replace").splitlines()
    if isinstance(facts, ec.DocumentError):
        assert answer(ref).action == "reject_document"
        return
    alone = read_rows(ref, alone=True)
    assert isinstance(alone, ec.Facts)
    known = {each.ref for each in alone.tickets}
    others = ec.Facts.of(tickets=[each for each in facts.tickets if each.ref in known], rejected=facts.rejected)
    assert of_others(settled(others)) == list(settled(alone).outcomes)
    read, given_up = {each.ref for each in facts.tickets}, {each.ref for each in facts.rejected}
    places = {int(each.place.rpartition(":")[2]): each.raw for each in facts.rejected}
    assert not read & given_up
    for number, line in enumerate(lines[1:], 2):
        if line.startswith(("T", "1")) and not line.startswith('1"'):
            assert line.partition(",")[0] in read | given_up or number in places
    assert all(lines[number - 1].startswith(raw.partition("\n")[0]) for number, raw in places.items())
    assert settled(facts).status == ("provisional" if places else "final")


@pytest.mark.parametrize("ref", ["T032", "T034"])
def test_a_hostile_text_is_kept_as_it_is_and_shown_as_no_more_than_text(ref: str) -> None:
    """In a terminal, on a page, in Markdown and in a table it does nothing; in JSON it is what it was."""
    subject = CASES[ref]["input"]["text"]
    subject = json.loads(subject)["subject"]
    record, _ = record_of(ref)
    assert [each.subject for each in read_batch(ref).tickets if each.ref == record["ref"]] == [subject]
    origin = Origin(ref="log", title=subject, assumes=(subject,))
    bad = ec.facts_from_records(tickets=[{**record, "priority": subject + "\t", "customer": subject + "\n"}]).rejected
    name = subject if subject.isprintable() else "ACME-2025"
    terms = contract().replace(ref=name, title=name)
    outages = ec.facts_from_records(
        outages=[{"ref": name, "service": name, "start": "2025-03-03T09:00:00Z", "end": "2025-03-03T10:00:00Z"}]
    ).outages
    facts = ec.Facts.of(tickets=read_batch(ref).tickets, outages=outages, origins=[origin], rejected=bad)
    statement = ec.evaluate(terms, facts, period="2025-03")
    shown = shown_everywhere(statement) | {
        "notebook": statement._repr_html_(),
        "rejected": "\n".join(map(str, statement.rejected)),
        "ticket": str(ec.explain_ticket(statement, facts, record["ref"])),
        "ticket page": ec.explain_ticket(statement, facts, record["ref"])._repr_html_(),
    }
    for form, text in shown.items():
        assert all(letter.isprintable() or letter == "\n" for letter in text), form
        assert "\n2025-03-03 INFO paid" not in text, form
        if form in {"html", "markdown", "notebook", "ticket page"}:
            assert "<script" not in text, form
    told = json.loads(shown["json"])
    assert told["origins"][0]["assumes"] == [subject]
    assert json.loads(told["rejected"][0]["raw"])["subject"] == subject
    if name == subject:
        assert "&lt;script&gt;" in shown["html"]
        assert f'"{name}"'.replace('"', '""')[1:-1] in shown["csv"]


def test_events_in_any_order_are_one_ticket() -> None:
    """A ticket whose events come backwards has the digest of the sorted one (T036)."""
    record, _ = record_of("T036")
    events = sorted(record["events"], key=lambda event: event["at"])
    assert events != record["events"]
    one, other = (ec.facts_from_records(tickets=[{**record, "events": each}]) for each in (events, record["events"]))
    assert one.tickets[0].short_digest == other.tickets[0].short_digest
    assert set(PARTIES) <= set(KINDS.values())


def test_a_ticket_without_events_is_rejected() -> None:
    """What was never opened is no ticket (T024)."""
    (rejected,) = ec.facts_from_records(tickets=[ticket("T-1", "12:00:00", events=[])]).rejected
    assert rejected.code == "too_few"


def test_a_warning_is_part_of_the_facts_and_of_the_statement(tmp_path: Path) -> None:
    """What is doubtful is told once, is written and read with the facts, and stands in every report for people."""
    doubtful = [ticket("1E+05", "12:00:00"), ticket("T-2", "12:00:00", priority="p1")]
    facts = ec.facts_from_records(tickets=[*doubtful, *OTHERS, *OTHERS])
    codes = [text.rpartition("[")[2] for origin in facts.origins for text in origin.assumes]
    assert sorted(codes) == ["id_suspicious]", "priority_spelling]"]
    write_facts(facts, tmp_path)
    assert ec.read_facts(tmp_path) == facts
    statement = settled(facts)
    assert statement.status == "final"
    shown = shown_everywhere(statement)
    for form in ("text", "json", "html", "markdown"):
        assert "[id_suspicious" in shown[form].replace("\\", ""), form
    ec.verify(statement, facts)


def test_warnings_are_few_however_many_records_are_doubtful() -> None:
    """Of many doubtful identities some are named, and the others counted; sound ones are not doubted."""
    found = ec.facts_from_records(tickets=[ticket(f"1.{number}E+05", "12:00:00") for number in range(100, 130)])
    assert len(found.origins) == 21
    assert any("10 more tickets" in origin.assumes[0] for origin in found.origins)
    sound = ["1E5", "T-1E+05", "E+05", "100000", "1E+5000"]
    assert ec.facts_from_records(tickets=[ticket(ref, "12:00:00") for ref in sound]).origins == ()


def test_a_table_tells_its_warnings_before_its_tickets(tmp_path: Path) -> None:
    """Whoever streams a table has the warnings in time to observe under them (R010)."""
    (tmp_path / "events.csv").write_bytes(bytes_of("R010"))
    mapping = ec.parse_mapping(MAPPING.replace("TIMES", "").replace("FILE", "events.csv"))
    kinds = [type(each).__name__ for each in stream_tables(mapping, tmp_path)]
    assert kinds == ["Origin", "Origin", *["Ticket"] * 3]


def test_a_ticket_of_too_many_rows_is_rejected_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A table may give one ticket no more events than a ticket has; its other tickets are read (B014)."""
    rows = b"".join(b"T-1,P1,opened,2025-03-03T09:00:%02d+01:00,1.00\n" % second for second in range(20))
    (tmp_path / "events.csv").write_bytes(HEADER + rows + OTHER_ROWS)
    monkeypatch.setattr(_gather, "MOST_EVENTS", 10)
    facts = ec.read_tables(ec.parse_mapping(MAPPING.replace("TIMES", "").replace("FILE", "events.csv")), tmp_path)
    assert [each.ref for each in facts.tickets] == ["T-8", "T-9"]
    (rejected,) = facts.rejected
    assert (rejected.ref, rejected.code, rejected.place) == ("T-1", "too_many", "events.csv:12")
    assert rejected.raw == rows.splitlines()[10].decode()


def test_rows_whose_events_make_no_ticket_reject_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the rows are few enough and their events too many, or none, the ticket is rejected all the same (B014)."""
    (tmp_path / "events.csv").write_bytes(HEADER + OTHER_ROWS)
    monkeypatch.setattr(_tables, "events_of", lambda *_: [])
    facts = ec.read_tables(ec.parse_mapping(MAPPING.replace("TIMES", "").replace("FILE", "events.csv")), tmp_path)
    assert [(each.ref, each.code) for each in facts.rejected] == [("T-8", "too_few"), ("T-9", "too_few")]


@pytest.mark.deep
def test_a_ticket_of_too_many_events_in_a_frame_is_rejected_alone() -> None:
    """Data frames keep the limit that records keep, so that both ways give one statement (B014)."""
    tickets = {"ref": ["T-1", "T-8"], "service": ["desk"] * 2, "type": ["incident"] * 2, "priority": ["P1"] * 2}
    opened, many = 1_740_992_400_000_000, 100_000
    events = {
        "ticket": ["T-1"] * (many + 1) + ["T-8"],
        "kind": ["opened", *["noted"] * many, "opened"],
        "at": [opened] * (many + 2),
    }
    statement = evaluate_frame(contract(), tickets, events, period=MARCH)
    assert [(each.ref, each.code) for each in statement.rejected] == [("T-1", "too_many")]
    assert [item.ref for item in statement.outcomes] == ["T-8"]


def test_a_line_of_millions_of_events_is_refused_at_once(tmp_path: Path) -> None:
    """A line that is longer than any ticket costs a moment, and the lines beside it are read (B014)."""
    long = lines_of([ticket("T-1", "12:00:00", reason="x" * 6_000_000)])
    (tmp_path / "tickets.jsonl").write_text(lines_of([OTHERS[0]]) + long + lines_of([OTHERS[1]]))
    began = time.perf_counter()
    facts = ec.read_facts(tmp_path)
    assert time.perf_counter() - began < 2
    assert [each.code for each in facts.rejected] == ["too_large"]
    nothing_is_lost(facts, ec.facts_from_records(tickets=OTHERS))


def test_a_bomb_is_refused_before_it_is_read(tmp_path: Path) -> None:
    """A gzip file that swells without end costs a moment (R020)."""
    assert len(bytes_of("R020")) * 200 < len(gzip.decompress(bytes_of("R020")[: len(bytes_of("R020")) // 20])) * 20
    (tmp_path / "events.csv.gz").write_bytes(bytes_of("R020"))
    began = time.perf_counter()
    with pytest.raises(ec.DocumentError, match="ratio"):
        ec.read_tables(ec.parse_mapping(MAPPING.replace("TIMES", "").replace("FILE", "events.csv.gz")), tmp_path)
    assert time.perf_counter() - began < 3


if __name__ == "__main__":
    sys.stdout.write("\n".join(map(row, CASES)) + "\n")
