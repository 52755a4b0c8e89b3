"""
Statements as tables: plain columns without any library, Arrow tables, and data frames of the reader's choice.

Service time over columns of instants, and whole tickets as columns, by NumPy: the same figures, many at once.

Counts stay whole numbers and amounts stay exact: no column ever holds a binary float.
"""

from ecsm_contracts.frames._arrow import Backend, to_arrow, to_frame
from ecsm_contracts.frames._judge_frame import judge_frame
from ecsm_contracts.frames._observe_columns import evaluate_frame, observe_columns, observe_in_processes
from ecsm_contracts.frames._service_time import ServiceTimeColumns
from ecsm_contracts.frames._tables import TableName, lines_table, outcomes_table
from ecsm_contracts.frames._ticket_columns import Texts, TicketColumns

__all__ = [
    "Backend",
    "ServiceTimeColumns",
    "TableName",
    "Texts",
    "TicketColumns",
    "evaluate_frame",
    "judge_frame",
    "lines_table",
    "observe_columns",
    "observe_in_processes",
    "outcomes_table",
    "to_arrow",
    "to_frame",
]
