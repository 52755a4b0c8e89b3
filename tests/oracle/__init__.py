"""An independent program written from docs/reference/semantics.md alone; it shares no code with the library."""

from .statement import LevelResult, Result, TicketView, contract_year, evaluate, used_before

__all__ = ["LevelResult", "Result", "TicketView", "contract_year", "evaluate", "used_before"]
