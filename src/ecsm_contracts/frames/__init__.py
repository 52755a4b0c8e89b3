"""
Statements as tables: plain columns without any library, Arrow tables, and data frames of the reader's choice.

Counts stay whole numbers and amounts stay exact: no column ever holds a binary float.
"""

from ecsm_contracts.frames._arrow import Backend, to_arrow, to_frame
from ecsm_contracts.frames._tables import TableName, lines_table, outcomes_table

__all__ = ["Backend", "TableName", "lines_table", "outcomes_table", "to_arrow", "to_frame"]
