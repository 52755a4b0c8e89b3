"""Cost-to-serve: effort at its rates, and what is left of what was paid."""

from datetime import timedelta
from typing import Any

import pytest

import ecsm_contracts as ec
from ecsm_contracts.errors import CurrencyMismatch, UnknownReference
from ecsm_contracts.figures import replay
from tests.engine.world import JANUARY, acme, january

MODEL = ec.CostModel.model_validate(
    {"rates": [{"role": "agent", "rate": "EUR 42.00"}, {"role": "engineer", "rate": "EUR 90.00"}]}
)


def work(ref: str, ticket: str, role: str, effort: str, at: str = "2026-01-06T10:00:00Z") -> dict[str, Any]:
    """A record of effort."""
    return {"ref": ref, "ticket": ticket, "role": role, "effort": effort, "at": at}


FACTS = january(
    work=[
        work("W-1", "T-1", "agent", "PT20M"),
        work("W-2", "T-1", "engineer", "PT1H"),
        work("W-3", "T-2", "agent", "PT10M"),
        work("W-4", "T-2", "agent", "PT8H", at="2026-02-01T10:00:00Z"),
    ]
)


def test_effort_costs_what_its_roles_cost() -> None:
    """Half an hour of an agent and an hour of an engineer in January: 21 and 90; February's work is February's."""
    contract, statement = acme(), ec.evaluate(acme(), FACTS, period=JANUARY)
    served = ec.cost_to_serve(contract, statement, FACTS, MODEL)
    assert served.effort.value == timedelta(hours=1, minutes=30)
    assert str(served.cost.value) == "EUR 111"
    assert str(served.margin.value) == "EUR 17889"
    assert [(ref, str(cost)) for ref, cost in served.tickets] == [("T-1", "EUR 104"), ("T-2", "EUR 7")]
    assert replay(served.margin) == []


def test_the_costs_of_the_tickets_add_up_to_the_cost() -> None:
    """The breakdown by ticket is a partition, exact before any rounding."""
    served = ec.cost_to_serve(acme(), ec.evaluate(acme(), FACTS, period=JANUARY), FACTS, MODEL)
    assert sum((cost for _, cost in served.tickets), start=ec.ExactAmount.zero("EUR")) == served.cost.value


def test_work_at_the_end_of_the_period_is_of_the_next() -> None:
    """A period has its first instant and not its end: of work at both ends of January, January has the first."""
    ends = ["2025-12-31T23:00:00Z", "2026-01-31T23:00:00Z"]
    facts = january(work=[work(f"W-{n}", "T-1", "agent", "PT20M", at=at) for n, at in enumerate(ends)])
    served = ec.cost_to_serve(acme(), ec.evaluate(acme(), facts, period=JANUARY), facts, MODEL)
    assert served.effort.value == timedelta(minutes=20)


def test_recorded_effort_alone_rests_on_no_assumption() -> None:
    """The table of a model without assumptions has nothing below it."""
    served = ec.cost_to_serve(acme(), ec.evaluate(acme(), FACTS, period=JANUARY), FACTS, MODEL)
    assert served.assumptions == ()
    assert str(served).splitlines() == [
        "Cost to serve",
        "              effort         amount",
        "--------  ----------  -------------",
        "recorded  1 h 30 min     EUR 111.00",
        "--------  ----------  -------------",
        "cost      1 h 30 min     EUR 111.00",
        "paid                  EUR 18,000.00",
        "margin                EUR 17,889.00",
    ]
    assert served._repr_html_().endswith("</table>")


def test_no_work_costs_nothing() -> None:
    """Without effort the margin is what was paid."""
    statement = ec.evaluate(acme(), january(), period=JANUARY)
    served = ec.cost_to_serve(acme(), statement, january(), MODEL)
    assert served.cost.value.is_zero
    assert served.margin.value == statement.total.value.exact


def test_an_unknown_role_is_not_free() -> None:
    """Work of a role without a rate is an error that names it, never a cost of zero."""
    facts = january(work=[work("W-1", "T-1", "architect", "PT1H")])
    with pytest.raises(UnknownReference, match="architect"):
        ec.cost_to_serve(acme(), ec.evaluate(acme(), facts, period=JANUARY), facts, MODEL)


def test_rates_in_another_currency_are_refused() -> None:
    """No rate between currencies is implied."""
    model = ec.CostModel.model_validate({"rates": [{"role": "agent", "rate": "USD 42.00"}]})
    with pytest.raises(CurrencyMismatch):
        ec.cost_to_serve(acme(), ec.evaluate(acme(), FACTS, period=JANUARY), FACTS, model)


@pytest.mark.parametrize(
    "rates",
    [
        [],
        [{"role": "agent", "rate": "EUR 1.00"}, {"role": "agent", "rate": "EUR 2.00"}],
        [{"role": "agent", "rate": "EUR 1.00"}, {"role": "engineer", "rate": "USD 2.00"}],
        [{"role": "agent", "rate": "EUR -1.00"}],
        [{"role": "agent", "rate": 1}],
    ],
)
def test_a_cost_model_without_sense_is_refused(rates: list[dict[str, Any]]) -> None:
    """No rate, two rates for a role, two currencies, a negative rate, a bare number: none of them is a model."""
    with pytest.raises(ValueError, match="validation error"):
        ec.CostModel.model_validate({"rates": rates})
