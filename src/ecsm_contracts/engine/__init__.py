"""From a contract and facts to a statement: plan, observe, settle; back again: verify; to a correction: restate."""

from ecsm_contracts.engine._evaluate import ShardTask, evaluate, observe_shard
from ecsm_contracts.engine._fates import Fate, Fates, account_for
from ecsm_contracts.engine._influence import Influence, InfluenceRow, influence
from ecsm_contracts.engine._observe import Observed, Observer, observe, observe_setting, observe_tickets
from ecsm_contracts.engine._periods import evaluate_periods
from ecsm_contracts.engine._plan import Plan, plan
from ecsm_contracts.engine._restate import restate
from ecsm_contracts.engine._settle import settle, settle_tally
from ecsm_contracts.engine._settled import Settled
from ecsm_contracts.engine._status import ClockStatus, TicketStatus, status
from ecsm_contracts.engine._verify import Verification, verify
from ecsm_contracts.engine._why import ClockExplanation, TicketExplanation, explain_ticket

__all__ = [
    "ClockExplanation",
    "ClockStatus",
    "Fate",
    "Fates",
    "Influence",
    "InfluenceRow",
    "Observed",
    "Observer",
    "Plan",
    "Settled",
    "ShardTask",
    "TicketExplanation",
    "TicketStatus",
    "Verification",
    "account_for",
    "evaluate",
    "evaluate_periods",
    "explain_ticket",
    "influence",
    "observe",
    "observe_setting",
    "observe_shard",
    "observe_tickets",
    "plan",
    "restate",
    "settle",
    "settle_tally",
    "status",
    "verify",
]
