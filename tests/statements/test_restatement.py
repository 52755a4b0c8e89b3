"""A restatement is a value: it says what changed, proves each difference, and is identified by its content."""

import json
from dataclasses import replace
from html.parser import HTMLParser

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import ecsm_contracts as ec
from ecsm_contracts._model import digest
from ecsm_contracts.errors import InvalidValue
from ecsm_contracts.figures import decode_figures, derive, explain, replay
from ecsm_contracts.figures import given as given_figure
from ecsm_contracts.statements import ChangedItem, Restatement, restatement_of, statement_from_data
from tests.engine.corrections import IN_APRIL, IN_MARCH, data_of, spring
from tests.engine.world import JANUARY, acme, acme_data, contract_of, incident, january, statement, tickets


def between(issued: ec.Statement, corrected: ec.Statement) -> Restatement:
    """The document of two statements that differ."""
    found = restatement_of(issued, corrected)
    assert found is not None
    return found


def late_ticket() -> Restatement:
    """January with one more ticket, urgent and late, that came after the statement was issued."""
    more = incident(40, priority="P1")
    return between(statement(), ec.evaluate(acme(), january(tickets=[*tickets(), more]), period=JANUARY))


def springs() -> tuple[Restatement, Restatement]:
    """March and April, after the outage in March was withdrawn."""
    pairs = zip(spring(IN_MARCH, IN_APRIL), spring(IN_APRIL), strict=True)
    march, april = (between(*pair) for pair in pairs)
    return march, april


MARCH_AS_TEXT = """\
Managed service desk for Acme (ACME-2026), 2026-03: restatement, final, EUR 2,000.00

What changed
what    which  how
------  -----  -------
outage  O-1    removed

Promises
clause  promise     issued               corrected
------  ----------  -------------------  ---------
4.3     Mail is up  missed, 99.327052…%  met, 100%

Lines that differ
clause  line                                 issued      corrected    difference
------  ----------------------------  -------------  -------------  ------------
4.6     Credit for mail that is down  EUR -2,000.00       EUR 0.00  EUR 2,000.00
------  ----------------------------  -------------  -------------  ------------
        total of the statement        EUR 18,000.00  EUR 20,000.00  EUR 2,000.00

The customer owes the provider EUR 2,000.00 more.
Replaces statement {replaces}
by statement {by}
The next period begins with another carry: if it was issued, restate it as well."""


def test_as_text() -> None:
    """The text says what changed, what that does to promises and lines, and which statement replaces which."""
    march, _ = springs()
    assert str(march) == MARCH_AS_TEXT.format(replaces=march.replaces, by=march.by)


def test_what_the_carry_moves_says_so() -> None:
    """A period in which nothing happened otherwise names the carry as its reason, and lists no promise."""
    _, april = springs()
    assert not april.items
    assert not april.assessments
    assert "carry         the period before hands on something else" in str(april)
    assert "Promises" not in str(april)


def test_one_line_for_a_terminal() -> None:
    """The representation has contract, period, status and amount."""
    assert repr(springs()[0]) == "<Restatement ACME-2026 2026-03: final, EUR 2,000.00>"


def test_a_late_ticket() -> None:
    """A ticket that comes in late is an item added; where the promise was missed anyway, only its number changes."""
    document = late_ticket()
    assert document.items == (ChangedItem("ticket", "T-40", "added"),)
    assert document.causes == ("items",)
    answered, resolved = document.assessments
    assert (answered.before.clause, answered.before.number, answered.after.number) == ("4.1", None, None)
    assert answered.before.counts != answered.after.counts
    assert (resolved.before.clause, str(resolved.before.number), str(resolved.after.number)) == (
        "4.2",
        "17/20",
        "17/21",
    )
    assert document.lines == ()
    assert document.total.value == ec.Money.zero("EUR")
    assert not document.carry_changed


def test_a_retimed_ticket() -> None:
    """A reply that came an hour later than was recorded costs the provider a credit of EUR 50.00."""
    slow = [incident(1, replied=20), incident(2)]
    issued = ec.evaluate(acme(), january(tickets=slow, outages=[]), period=JANUARY)
    slow[0]["events"][1]["at"] = "2026-01-06T14:00:00Z"
    corrected = ec.evaluate(acme(), january(tickets=slow, outages=[]), period=JANUARY)
    document = between(issued, corrected)
    assert document.items == (ChangedItem("ticket", "T-1", "changed"),)
    assert [(line.clause, str(line.amount)) for line in document.lines] == [("4.4", "EUR -50.00")]
    assert (str(document.total_before), str(document.total_after)) == ("EUR 20000.00", "EUR 19950.00")


def test_explain_shows_both_proofs() -> None:
    """Below a difference stand the corrected line and the issued one, each down to what was counted."""
    march, _ = springs()
    (line,) = march.lines
    shown = explain(line.figure)
    first, second, third, *_ = shown.splitlines()
    assert first.startswith(
        "Credit for mail that is down: corrected less issued: EUR 2,000.00 = difference  [clause 4.6]"
    )
    assert second == "├─ no line any more: EUR 0.00"
    assert third.startswith("└─ Credit for mail that is down: EUR -2,000.00 = negative")
    assert "tally 4.3.unavailable" in shown
    assert not replay(march.total)
    back = between(spring(IN_APRIL)[0], spring(IN_MARCH, IN_APRIL)[0])
    assert explain(back.lines[0].figure).splitlines()[-1] == "└─ no line was issued: EUR 0.00"


@given(st.integers(-(10**9), 10**9), st.integers(-(10**9), 10**9))
def test_the_rule_of_differences(corrected: int, issued: int) -> None:
    """A difference is the corrected amount less the issued one."""
    amounts = [given_figure("amount", ec.Money.from_minor(number, "EUR")) for number in (corrected, issued)]
    assert derive("difference", "difference/1", *amounts).value == ec.Money.from_minor(corrected - issued, "EUR")


def test_as_data() -> None:
    """The file has every part, amounts as text, and proofs that follow from their nodes."""
    march, _ = springs()
    data = data_of(march)
    assert data["schema"] == "ecsm.restatement/1"
    assert (data["contract"], data["period"]) == ("ACME-2026", "2026-03")
    assert (data["replaces"], data["by"]) == (march.replaces, march.by)
    assert data["status"] == {"before": "final", "after": "final"}
    assert (data["causes"], data["items"]) == (["items"], [["outage", "O-1", "removed"]])
    assert [(each["before"]["outcome"], each["after"]["outcome"]) for each in data["assessments"]] == [
        ("missed", "met")
    ]
    assert data["lines"] == [
        {
            "clause": "4.6",
            "kind": "credit",
            "text": "Credit for mail that is down",
            "before": "EUR -2000.00",
            "after": "EUR 0.00",
            "amount": "EUR 2000.00",
        }
    ]
    assert data["total"] == {"before": "EUR 18000.00", "after": "EUR 20000.00", "amount": "EUR 2000.00"}
    assert data["carry_changed"] is True
    figures, failures = decode_figures(data["figures"], data["nodes"])
    assert figures == {"line 1": march.lines[0].figure, "total": march.total}
    assert not failures


def test_identity_is_content() -> None:
    """A document that is made again is the same one: equal, with one digest and the same bytes; others are not."""
    (march, april), (again, _) = springs(), springs()
    assert march == again
    assert hash(march) == hash(again)
    assert march.to_json() == again.to_json()
    assert march.digest() == digest(json.loads(march.to_json()))
    assert march != april
    assert march != march.digest()


def test_what_made_a_statement_does_not_matter() -> None:
    """Statements of the same content are no reason for a document, whatever release or Python made them."""
    issued = statement()
    remade = replace(issued, seals=replace(issued.seals, made_by={"library": "another", "python": "4.0.0"}))
    assert restatement_of(issued, remade) is None


CAUSES = {
    "zones": "zones  ",
    "calendars": "calendars  ",
    "rules": "rules  ",
}


@pytest.mark.parametrize("cause", CAUSES)
def test_there_is_always_a_cause(cause: str) -> None:
    """Where nothing that happened differs, the zone data, the calendars or else the rules do."""
    issued = statement()
    other: dict[str, object] = {"rules": ("other/1",), "zones": {"version": "2020a"}, "calendars": {"desk": "sha256:0"}}
    corrected = replace(issued, seals=replace(issued.seals, **{cause: other[cause]}))  # type: ignore[arg-type]  # by name
    document = between(issued, corrected)
    assert document.causes == (cause,)
    assert f"\n{CAUSES[cause]}" in str(document)


def test_other_origins_are_a_cause() -> None:
    """Facts that are read under another assumption are a reason for a document, though no amount differs."""
    issued = statement()
    document = between(issued, replace(issued, origins=(ec.Origin(ref="log", title="Log", assumes=("UTC",)),)))
    assert document.causes == ("origins",)
    assert "the facts come from elsewhere" in str(document)


def test_a_status_that_changes_is_shown() -> None:
    """A record that could be read in the end makes a provisional statement final, and the document says so."""
    unreadable = {**incident(1), "ref": "T-X", "events": []}
    before = ec.evaluate(acme(), january(tickets=[*tickets(), unreadable]), period=JANUARY)
    document = between(before, statement())
    assert (document.status_before, document.status_after) == ("provisional", "final")
    assert document.causes == ("rejected",)
    assert "provisional, now final" in str(document)
    assert "provisional, now final" in document._repr_html_()


@pytest.mark.parametrize(("count", "note"), [(10, None), (51, "and 1 more item"), (70, "and 20 more items")])
def test_many_items_are_counted(count: int, note: str | None) -> None:
    """The text names fifty items and counts the others; the document has them all."""
    none = ec.evaluate(acme(), january(tickets=[]), period=JANUARY)
    document = between(none, ec.evaluate(acme(), january(tickets=tickets(count)), period=JANUARY))
    assert len(document.items) == count
    lines = str(document).splitlines()
    assert sum(line.startswith("ticket ") for line in lines) == min(count, 50)
    assert [line for line in lines if line.startswith("and ")] == ([note] if note else [])


class _Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.tags.add(tag)


def test_text_from_outside_is_escaped() -> None:
    """Titles and references that look like markup or move the cursor are shown, and do nothing."""
    data = acme_data()
    data["title"] = "<script>alert(1)</script>"
    next(each for each in data["clauses"] if each["ref"] == "4.6")["title"] = "<b>bold</b>"
    hostile = contract_of(data)
    odd = {"ref": "<img src=x>", "service": "mail", "start": "2026-01-10T00:00:00Z", "end": "2026-01-10T05:00:00Z"}
    issued = ec.evaluate(hostile, january(outages=[]), period=JANUARY)
    document = between(issued, ec.evaluate(hostile, january(outages=[odd]), period=JANUARY))
    page = _Tags()
    page.feed(document._repr_html_())
    assert page.tags <= {"h3", "table", "caption", "thead", "tbody", "tfoot", "tr", "th", "td", "p"}
    moved = replace(document, title="a\x1b[31m\nb", items=(ChangedItem("ticket", "T\x1b[2J", "added"),))
    assert "\x1b" not in str(moved)
    assert "a\\x1b[31m\\nb" in str(moved)


# What is refused.


def test_other_periods_do_not_pair() -> None:
    """March is no correction of January."""
    march, april = spring(IN_MARCH)
    with pytest.raises(InvalidValue, match=r"of 2026-03, and the corrected one of 2026-04: pair") as caught:
        restatement_of(march, april)
    assert caught.value.rule == "restatement_periods"


def test_other_contracts_do_not_pair() -> None:
    """A statement of another contract is no correction."""
    theirs = ec.evaluate(contract_of(acme_data() | {"ref": "OTHER"}), january(), period=JANUARY)
    with pytest.raises(InvalidValue, match=r"of ACME-2026, and the corrected one of OTHER") as caught:
        restatement_of(statement(), theirs)
    assert caught.value.rule == "restatement_contract"


def test_other_terms_do_not_pair() -> None:
    """An amended contract gives no correction, and the message says what to do instead."""
    data = acme_data()
    data["title"] = "Amended"
    amended = ec.evaluate(contract_of(data), january(), period=JANUARY)
    with pytest.raises(InvalidValue, match=r"evaluate the corrected facts under the terms") as caught:
        restatement_of(statement(), amended)
    assert caught.value.rule == "restatement_terms"


def test_a_statement_with_faults_is_refused() -> None:
    """A file in which an amount was changed by hand is not restated, on whichever side it stands."""
    data = statement().to_data()
    data["lines"][0]["amount"] = "EUR 19999.00"
    forged = statement_from_data(data)
    for pair in ((forged, statement()), (statement(), forged)):
        with pytest.raises(ec.VerificationError, match=r"2026-01: line 1 \(clause 3.1\): it says EUR 19999.00"):
            restatement_of(*pair)


def test_lines_that_do_not_add_up_are_refused() -> None:
    """A total that is not the sum of its lines gives no document, nor does a line of a clause that there is not."""
    issued = statement()
    wrong = derive("total", "total/1", given_figure("made up", ec.Money.parse("EUR 1.00")))
    with pytest.raises(ec.VerificationError, match=r"2026-01: the lines differ by EUR 0.00, and the totals by EUR -"):
        restatement_of(issued, replace(issued, total=wrong))
    unknown = (*issued.lines, issued.lines[0]._replace(clause="9.9"))
    more = derive("total", "total/1", *(line.figure for line in unknown))
    with pytest.raises(ec.VerificationError, match=r"the lines differ by EUR 0.00, and the totals by EUR 20000.00"):
        restatement_of(issued, replace(issued, lines=unknown, total=more))


@pytest.mark.parametrize("terms", ["[]", "{}", '{"clauses":[{}]}'])
def test_terms_that_are_none_are_refused(terms: str) -> None:
    """Statements whose terms are not a contract give no document, even when they agree on them."""
    empty = ec.evaluate(acme(), january(tickets=[]), period=JANUARY)
    with pytest.raises(ec.VerificationError, match=r"2026-01: the terms are not those of a contract"):
        restatement_of(replace(statement(), terms=terms), replace(empty, terms=terms))


def test_promises_that_are_missing_are_refused() -> None:
    """The same terms make the same promises; a statement without one of them is not restated."""
    with pytest.raises(ec.VerificationError, match=r"assess different promises"):
        restatement_of(statement(), replace(statement(), assessments=statement().assessments[1:]))


@settings(max_examples=20)
@given(st.sets(st.integers(0, 19)))
def test_withdrawn_tickets_are_named(gone: set[int]) -> None:
    """Whatever tickets are withdrawn, the document names them as removed, and no other."""
    kept = [each for number, each in enumerate(tickets()) if number not in gone]
    document = restatement_of(statement(), ec.evaluate(acme(), january(tickets=kept), period=JANUARY))
    named = document.items if document else ()
    assert {(each.ref, each.change) for each in named} == {(f"T-{number}", "removed") for number in gone}
