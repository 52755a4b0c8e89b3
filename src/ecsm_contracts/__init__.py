"""
Contracts for external support.

From ticket clock to clause to service credit to statement line, with the proof.

    import ecsm_contracts as ec

    contract = ec.read_contract("acme.yaml")
    facts = ec.read_facts("march/")
    march = ec.evaluate(contract, facts, period="2026-03", carry=february.carry)
    print(march)
    print(ec.explain(march["4.6"]))
    ec.verify(march, facts)

What is not here is in the packages below: ``ecsm_contracts.calendars``, ``.money``, ``.facts``, ``.clauses``
and so on. Names that begin with an underscore are private.
"""

from ecsm_contracts._version import __version__
from ecsm_contracts.adapters import (
    Mapping,
    facts_from_records,
    mapping_schema,
    parse_contract,
    parse_mapping,
    read_carry,
    read_closures,
    read_contract,
    read_facts,
    read_mapping,
    read_statement,
    read_tables,
    write_carry,
    write_facts,
    write_statement,
)
from ecsm_contracts.calendars import (
    BillingCycle,
    BusinessCalendar,
    Days,
    HolidaySet,
    Period,
    WindowCalendar,
    diff_holidays,
    freeze_holidays,
    freeze_market_holidays,
)
from ecsm_contracts.clauses import Carry, Clause
from ecsm_contracts.contracts import Contract, Finding, contract_schema
from ecsm_contracts.economics import AssumedEffort, CostBreakdown, CostModel, cost_by, cost_to_serve
from ecsm_contracts.engine import (
    ClockStatus,
    Fates,
    Influence,
    Observed,
    Plan,
    TicketExplanation,
    TicketStatus,
    Verification,
    account_for,
    evaluate,
    explain_ticket,
    influence,
    observe,
    observe_setting,
    observe_tickets,
    plan,
    restate,
    settle,
    settle_tally,
    status,
    verify,
)
from ecsm_contracts.errors import DocumentError, EcsmError, Problem, VerificationError
from ecsm_contracts.facts import (
    Declared,
    Event,
    Facts,
    Held,
    Notice,
    Origin,
    Outage,
    Rejected,
    Sample,
    Survey,
    Ticket,
    Work,
    attributes_at,
    partition,
)
from ecsm_contracts.figures import Figure, derive, explain, given
from ecsm_contracts.measures import Tally, ToolDifferences, ToolSemantics, compare_tools, tool_semantics
from ecsm_contracts.money import ExactAmount, Money, Percent
from ecsm_contracts.reports import render
from ecsm_contracts.statements import Assessment, Line, Restatement, Statement

__all__ = [
    "Assessment",
    "AssumedEffort",
    "BillingCycle",
    "BusinessCalendar",
    "Carry",
    "Clause",
    "ClockStatus",
    "Contract",
    "CostBreakdown",
    "CostModel",
    "Days",
    "Declared",
    "DocumentError",
    "EcsmError",
    "Event",
    "ExactAmount",
    "Facts",
    "Fates",
    "Figure",
    "Finding",
    "Held",
    "HolidaySet",
    "Influence",
    "Line",
    "Mapping",
    "Money",
    "Notice",
    "Observed",
    "Origin",
    "Outage",
    "Percent",
    "Period",
    "Plan",
    "Problem",
    "Rejected",
    "Restatement",
    "Sample",
    "Statement",
    "Survey",
    "Tally",
    "Ticket",
    "TicketExplanation",
    "TicketStatus",
    "ToolDifferences",
    "ToolSemantics",
    "Verification",
    "VerificationError",
    "WindowCalendar",
    "Work",
    "__version__",
    "account_for",
    "attributes_at",
    "compare_tools",
    "contract_schema",
    "cost_by",
    "cost_to_serve",
    "derive",
    "diff_holidays",
    "evaluate",
    "explain",
    "explain_ticket",
    "facts_from_records",
    "freeze_holidays",
    "freeze_market_holidays",
    "given",
    "influence",
    "mapping_schema",
    "observe",
    "observe_setting",
    "observe_tickets",
    "parse_contract",
    "parse_mapping",
    "partition",
    "plan",
    "read_carry",
    "read_closures",
    "read_contract",
    "read_facts",
    "read_mapping",
    "read_statement",
    "read_tables",
    "render",
    "restate",
    "settle",
    "settle_tally",
    "status",
    "tool_semantics",
    "verify",
    "write_carry",
    "write_facts",
    "write_statement",
]
