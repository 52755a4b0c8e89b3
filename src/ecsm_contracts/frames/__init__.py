"""
Statements as tables: plain columns without any library, Arrow tables, and data frames of the reader's choice.

Service time over columns of instants, by NumPy.

Counts stay whole numbers and amounts stay exact: no column ever holds a binary float.
"""

from ecsm_contracts.frames._arrow import Backend, to_arrow, to_frame
from ecsm_contracts.frames._service_time import ServiceTimeColumns
from ecsm_contracts.frames._tables import TableName, lines_table, outcomes_table

__all__ = ["Backend", "ServiceTimeColumns", "TableName", "lines_table", "outcomes_table", "to_arrow", "to_frame"]
