"""The numbers that a promise can be judged on, as a contract writes them."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from ecsm_contracts.measures._attainment import Attainment, TicketTime
from ecsm_contracts.measures._availability import Availability
from ecsm_contracts.measures._count import Count
from ecsm_contracts.measures._declared import DeclaredFigure
from ecsm_contracts.measures._error_rate import ErrorRate
from ecsm_contracts.measures._levels import LevelsTogether
from ecsm_contracts.measures._ratio import Ratio
from ecsm_contracts.measures._score import Score
from ecsm_contracts.measures._time import TimeTaken

__all__ = ["Measure"]

Measure = Annotated[
    Attainment
    | TicketTime
    | TimeTaken
    | Availability
    | ErrorRate
    | Count
    | Ratio
    | Score
    | DeclaredFigure
    | LevelsTogether,
    Field(discriminator="kind"),
]
"""Any measure, told apart by its `kind`."""
