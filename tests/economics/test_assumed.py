"""Effort that is assumed for each update, where a log holds none."""

from datetime import timedelta
from typing import Any

import pytest

import ecsm_contracts as ec
from ecsm_contracts.figures import replay
from tests.economics.desk import (
    ASSUMED,
    CONTRADICTORY,
    FOUR,
    LATE_REPLY,
    MON_05,
    MOVED,
    event,
    facts_of,
    model_of,
    settled,
    ticket,
)
from tests.engine.world import acme

WORK = {"ref": "W-1", "ticket": "T-2", "role": "agent", "effort": "1h30min", "at": "2026-01-06T10:00:00Z"}
STATED = (
    "Effort is assumed, not recorded: 20 min for each update of P1, 5 min for each other update (role agent) at "
    "EUR 60.00 an hour; "
    "an update is a change of state, group or priority."
)


def served(*tickets: dict[str, Any], model: ec.CostModel | None = None, **tables: list[dict[str, Any]]) -> Any:
    """What January cost."""
    facts = facts_of(*tickets, **tables)
    return ec.cost_to_serve(acme(), settled(facts), facts, model or model_of())


def test_each_update_costs_what_its_priority_is_assumed_to_take() -> None:
    """One update of P1, two of P2 and two of P3 take 20 + 4 x 5 minutes: 40 at EUR 60 an hour."""
    found = served(*FOUR)
    assert found.effort.value == timedelta(minutes=40)
    assert str(found.cost.value) == "EUR 40"
    assert [(ref, str(cost)) for ref, cost in found.tickets] == [
        ("T-1", "EUR 20"),
        ("T-2", "EUR 5"),
        ("T-3", "EUR 5"),
        ("T-4", "EUR 10"),
    ]
    assert found.margin.value == found.paid.value.exact - found.cost.value
    assert replay(found.margin) == replay(found.effort) == []


def test_recorded_and_assumed_effort_are_added_and_kept_apart() -> None:
    """An hour and a half that is recorded is EUR 90 on top of the EUR 40 assumed, each a figure of its own."""
    found = served(*FOUR, work=[WORK])
    assert [str(part) for part in found.cost.inputs] == [
        "cost of recorded effort: EUR 90",
        "cost of assumed effort: EUR 40",
    ]
    assert [part.value for part in found.effort.inputs] == [timedelta(minutes=90), timedelta(minutes=40)]
    assert str(found.cost.value) == "EUR 130"
    assert dict(found.tickets)["T-2"] == ec.ExactAmount(95, "EUR")
    assert found.assumptions == (STATED, "Effort that is recorded is added to it.")


def test_the_proof_names_updates_and_assumption() -> None:
    """The figure of the cost goes down to the number of updates and to the assumption, which it cites."""
    found = served(*FOUR)
    leaves = {(figure.name, str(figure.value)): figure.cites for figure in found.cost.walk()}
    assert leaves["updates of P3", "2"] == ("facts",)
    assert leaves["assumed effort per update", "0:05:00"] == ("assumption",)
    assert "assumption" in found.cost.sources()
    assert "assumption" in found.effort.sources()


def test_what_is_assumed_stands_in_every_output() -> None:
    """The table says so as text and in a notebook, and so does the value itself."""
    found = served(*FOUR)
    assert found.assumptions == (STATED,)
    assert str(found).endswith(STATED)
    assert STATED in found._repr_html_()


def test_the_table_adds_up_as_it_is_shown() -> None:
    """Recorded and assumed cost are shown so that they sum to the cost, and cost and margin to what was paid."""
    model = model_of(rates=[{"role": "agent", "rate": "EUR 0.10"}])
    found = served(LATE_REPLY, work=[{**WORK, "effort": "20min"}], model=model)
    assert str(found).splitlines()[:8] == [
        "Cost to serve",
        "          effort         amount",
        "--------  ------  -------------",
        "recorded  20 min       EUR 0.04",
        "assumed   20 min       EUR 0.03",
        "--------  ------  -------------",
        "cost      40 min       EUR 0.07",
        "paid              EUR 19,950.00",
    ]
    assert str(found).splitlines()[8] == "margin            EUR 19,949.93"


def test_without_an_assumption_nothing_is_assumed() -> None:
    """A model that assumes nothing finds no effort where none is recorded, and states no assumption."""
    found = served(*FOUR, model=model_of(assumed=None))
    assert found.cost.value.is_zero
    assert found.tickets == ()
    assert found.assumptions == ()
    assert str(found).splitlines()[-1] == "margin            EUR 18,950.00"


@pytest.mark.parametrize(
    ("kind", "fields", "updates"),
    [
        ("acknowledged", {}, 1),
        ("held", {"party": "customer"}, 1),
        ("resumed", {}, 1),
        ("reprioritised", {"priority": "P3"}, 1),
        ("transferred", {"group": "South"}, 1),
        ("resolved", {}, 1),
        ("closed", {}, 1),  # resolves as well, at the same instant
        ("cancelled", {}, 1),
        ("merged", {}, 1),
        ("replied", {"party": "provider"}, 0),
        ("noted", {}, 0),
    ],
)
def test_a_change_is_an_update_and_a_message_is_none(kind: str, fields: dict[str, str], updates: int) -> None:
    """Changes of state, group and priority take effort; the opening, a reply and a note take none."""
    found = served(ticket(1, "P3", event(kind, f"{MON_05}10:00:00Z", **fields)))
    assert found.effort.value == updates * timedelta(minutes=5)


def test_a_reopening_is_an_update() -> None:
    """A ticket that is resolved and reopened has two updates."""
    events = [event("resolved", f"{MON_05}10:00:00Z"), event("reopened", f"{MON_05}11:00:00Z")]
    assert served(ticket(1, "P3", *events)).effort.value == timedelta(minutes=10)


def test_events_of_one_instant_are_one_update() -> None:
    """A transfer, a change of priority and a hold that happen at once are one update, and an opening beside none."""
    at = f"{MON_05}09:00:00Z"
    changes = [event("transferred", at, group="S"), event("held", at, party="customer"), event("noted", at)]
    assert served(ticket(1, "P3", *changes)).effort.value == timedelta(minutes=5)


def test_an_update_goes_by_the_priority_that_holds_after_it() -> None:
    """A ticket raised to P1 takes the minutes of P1 for the change itself and for what follows."""
    events = [
        event("acknowledged", f"{MON_05}09:10:00Z"),
        event("reprioritised", f"{MON_05}09:20:00Z", priority="P1"),
        event("resolved", f"{MON_05}09:30:00Z"),
    ]
    assert served(ticket(1, "P3", *events)).effort.value == timedelta(minutes=5 + 20 + 20)


def test_an_update_belongs_to_the_period_of_its_instant() -> None:
    """Of updates in December, at the start of January, at its end and in February, January has the second."""
    instants = ["2025-12-31T22:59:59Z", "2025-12-31T23:00:00Z", "2026-01-31T23:00:00Z", "2026-02-03T10:00:00Z"]
    record = ticket(1, "P3", *(event("acknowledged", at) for at in instants))
    record["events"][0]["at"] = "2025-12-31T08:00:00Z"
    record["type"] = "request"  # no clock of the contract runs, so no calendar is asked about 2025
    assert served(record).effort.value == timedelta(minutes=5)


def test_a_priority_of_before_the_period_still_holds_in_it() -> None:
    """A ticket raised to P1 in December costs what a P1 takes in January."""
    record = ticket(1, "P3", event("resolved", "2026-01-02T10:00:00Z"))
    record["events"][0]["at"] = "2025-12-30T08:00:00Z"
    record["events"].append(event("reprioritised", "2025-12-30T09:00:00Z", priority="P1"))
    assert served(record).cost.value.is_zero  # the calendar does not reach 2025: the ticket is quarantined
    record["type"] = "request"
    assert served(record).effort.value == timedelta(minutes=20)


def test_what_contradicts_later_does_not_matter_yet() -> None:
    """A ticket that contradicts itself in February only has the assumed effort of January."""
    record = ticket(
        1, "P3", event("resolved", f"{MON_05}10:00:00Z"), event("held", "2026-02-02T10:00:00Z", party="customer")
    )
    assert served(record).effort.value == timedelta(minutes=5)


def test_quarantined_tickets_cost_nothing() -> None:
    """A ticket that contradicts itself has no assumed effort: who knows what of it is true."""
    facts = facts_of(LATE_REPLY, CONTRADICTORY)
    statement = settled(facts)
    assert [each.ref for each in statement.rejected] == ["T-9"]
    assert [ref for ref, _ in ec.cost_to_serve(acme(), statement, facts, model_of()).tickets] == ["T-1"]
    assert served(CONTRADICTORY).cost.value.is_zero


def test_a_contradiction_that_the_statement_does_not_know_costs_nothing() -> None:
    """A ticket that came in later, and contradicts itself, is no more believed than one that was quarantined."""
    found = ec.cost_to_serve(acme(), settled(facts_of(LATE_REPLY)), facts_of(LATE_REPLY, CONTRADICTORY), model_of())
    assert [ref for ref, _ in found.tickets] == ["T-1"]


def test_a_ticket_that_the_statement_rejected_costs_nothing() -> None:
    """What the statement rejected is not assumed to have taken effort, even if the facts hold it."""
    one = facts_of(LATE_REPLY, MOVED)
    both = facts_of(LATE_REPLY, MOVED, {**MOVED, "priority": "P2"})
    statement = settled(both)
    assert {each.ref for each in statement.rejected} == {"T-4"}
    assert [ref for ref, _ in ec.cost_to_serve(acme(), statement, one, model_of()).tickets] == ["T-1"]


@pytest.mark.parametrize(
    ("per_update", "minutes", "text"),
    [
        ("5min", 25, "5 min for each update (role agent)"),
        ({"by": "priority", "otherwise": "5min"}, 25, "5 min for each update (role agent)"),
        (
            {"by": "priority", "P1": "1h", "otherwise": "none"},
            60,
            "1 h for each update of P1, nothing for each other update (role agent)",
        ),
        (
            {"by": "priority", "P1": "none", "otherwise": "10min"},
            40,
            "nothing for each update of P1, 10 min for each other update (role agent)",
        ),
        (
            {"by": "priority", "P1": "none", "otherwise": "0s"},
            0,
            "nothing for each update of P1, 0 s for each other update (role agent)",
        ),
    ],
)
def test_an_assumption_is_one_duration_or_a_table(per_update: object, minutes: int, text: str) -> None:
    """One duration holds for each of five updates; a table says it by priority, and `none` is no effort."""
    model = model_of(assumed={"role": "agent", "per_update": per_update})
    found = served(*FOUR, model=model)
    assert found.effort.value == timedelta(minutes=minutes)
    assert str(model.assumed) == text


def test_an_assumption_that_never_applies_costs_nothing() -> None:
    """Without any update the assumption still stands in the output, with a cost of zero."""
    found = served(model=model_of())
    assert found.cost.value.is_zero
    assert found.effort.value == timedelta()
    assert found.assumptions == (STATED,)


def test_the_role_of_assumed_effort_has_a_rate() -> None:
    """A role without a rate is refused where the model is made; the message names the roles there are."""
    with pytest.raises(ValueError, match="name one of: agent") as refused:
        model_of(assumed={**ASSUMED, "role": "engineer"})
    assert "role_without_rate" in str(refused.value)


def test_a_model_reads_back() -> None:
    """A model with all its choices is written as plain data and read again."""
    model = model_of("cost")
    assert ec.CostModel.model_validate(model.to_data()) == model


def test_texts_from_outside_are_shown_escaped() -> None:
    """The name of a role is data, never markup and never a command to the terminal."""
    role = "<b>\u202e"
    model = model_of(rates=[{"role": "<b>", "rate": "EUR 1.00"}], assumed={**ASSUMED, "role": "<b>"})
    shown = served(LATE_REPLY, model=model)
    assert "&lt;b&gt;" in shown._repr_html_()
    assert "<b>" not in shown._repr_html_()
    with pytest.raises(ValueError, match="control character"):
        model_of(assumed={**ASSUMED, "role": role})
