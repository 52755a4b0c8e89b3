"""From a contract and facts to a statement: plan, observe, settle; back again: verify; to a correction: restate."""

from ecsm_contracts.engine._evaluate import ShardTask, evaluate, observe_shard
from ecsm_contracts.engine._fates import Fate, Fates, account_for
from ecsm_contracts.engine._observe import Observed, Observer, observe, observe_setting, observe_tickets
from ecsm_contracts.engine._plan import Plan, plan
from ecsm_contracts.engine._restate import restate
from ecsm_contracts.engine._settle import settle, settle_tally
from ecsm_contracts.engine._settled import Settled
from ecsm_contracts.engine._verify import Verification, verify
from ecsm_contracts.engine._why import ClockExplanation, TicketExplanation, explain_ticket

__all__ = [
    "ClockExplanation",
    "Fate",
    "Fates",
    "Observed",
    "Observer",
    "Plan",
    "Settled",
    "ShardTask",
    "TicketExplanation",
    "Verification",
    "account_for",
    "evaluate",
    "explain_ticket",
    "observe",
    "observe_setting",
    "observe_shard",
    "observe_tickets",
    "plan",
    "restate",
    "settle",
    "settle_tally",
    "verify",
]
