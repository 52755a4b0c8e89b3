"""A clock of a contract may name a preset; reading writes its choices out, and guesses none."""

from __future__ import annotations

from pathlib import Path

import pytest

import ecsm_contracts as ec

ACME = (Path(__file__).parents[2] / "examples" / "acme.yaml").read_text(encoding="utf-8")
CLOCK = (
    "{start: [opened], stop: [replied, resolved], hours: desk, holds: [], "
    "reopened: continue_without, attempt: first, changed: new_only}"
)


def with_clock(text: str) -> ec.Contract:
    """Return the example with another clock in 4.1."""
    assert CLOCK in ACME
    return ec.parse_contract(ACME.replace(CLOCK, text))


def test_a_preset_is_its_fields() -> None:
    """The contract that names the preset is the one that writes its choices out: same digest, same document."""
    named, written = with_clock("{preset: neutral, kind: response, hours: desk}"), ec.parse_contract(ACME)
    assert named.digest() == written.digest()
    assert named.to_data() == written.to_data()


def test_what_a_document_says_itself_holds_before_the_preset() -> None:
    """Holds, or counts_only in their place, and any other choice may be written beside the preset."""
    text = (
        "{preset: jira, kind: resolution, changed: keep_elapsed, counts_only: [provider], attempt: last, hours: desk}"
    )
    clock = with_clock(text).clause("4.1").measure.clock  # type: ignore[attr-defined]  # a service level
    assert (clock.holds, clock.counts_only, clock.attempt) == (None, ("provider",), "last")
    assert (clock.reopened, clock.changed) == ("restart", "keep_elapsed")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{preset: zendsk, kind: response, hours: desk}", 'did you mean "zendesk"'),
        ("{preset: [1], kind: response, hours: desk}", "no preset"),
        ("{preset: zendesk, hours: desk}", "add the kind"),
        ("{preset: jira, kind: update, hours: desk}", "it has response, resolution"),
        ("{preset: zendesk, kind: response, hours: desk}", "not known of reopened"),
        ("{preset: jira, kind: resolution, hours: desk}", "not known of changed"),
        ("{preset: glpi, kind: response, hours: desk}", "due_at_closing (next_opening)"),
        ("{preset: zammad, kind: resolution, hours: desk, holds: [customer]}", "verdict (whole_minutes)"),
    ],
)
def test_what_a_preset_cannot_say_is_refused_at_its_place(text: str, said: str) -> None:
    """A slip, a choice that is not known, and a rule that no clock can say: each with its place and its remedy."""
    with pytest.raises(ec.DocumentError) as caught:
        with_clock(text)
    (problem,) = caught.value.problems
    assert (problem.code, problem.path) == ("clock_preset", "clauses.1.measure.clock")
    assert said in problem.message


def test_hours_are_missed_in_a_preset_as_elsewhere() -> None:
    """A preset says no hours."""
    with pytest.raises(ec.DocumentError, match="hours is missing"):
        with_clock("{preset: neutral, kind: response}")


def test_the_schema_knows_both_forms() -> None:
    """An editor accepts a preset with hours, and every choice written out, and asks for one of the two."""
    clock = ec.contract_schema()["$defs"]["Clock"]
    assert {"preset", "kind", "start", "changed"} <= set(clock["properties"])
    assert ["preset", "kind", "hours"] in [form["required"] for form in clock["anyOf"]]
