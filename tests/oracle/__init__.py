"""An independent program written from docs/reference/semantics.md alone; it shares no code with the library."""

from .statement import Fates, LevelResult, Result, TicketView, contract_year, evaluate, used_before

__all__ = ["Fates", "LevelResult", "Result", "TicketView", "contract_year", "evaluate", "used_before"]
