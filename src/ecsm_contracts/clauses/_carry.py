"""What one period hands to the next: the only memory between periods. It holds no tickets."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from itertools import pairwise
from typing import Annotated, Any, Literal, Self, cast

from pydantic import BeforeValidator, Field, PlainSerializer, ValidationError, WithJsonSchema, model_validator
from pydantic_core import PydanticCustomError

from ecsm_contracts._model import Model
from ecsm_contracts.calendars import DateText
from ecsm_contracts.errors import CarryError
from ecsm_contracts.facts import Ref
from ecsm_contracts.figures import Value, value_from_data, value_to_data
from ecsm_contracts.money import Money

__all__ = ["Carry", "Past", "Remembered"]

MOST_PAST = 4000
"""How many windows one clause is remembered for; days of some ten years."""


def _value(data: object) -> object:
    return value_from_data(data) if isinstance(data, Mapping) else data


PastValue = Annotated[
    Any,
    BeforeValidator(_value),
    PlainSerializer(lambda value: value_to_data(value)),  # noqa: PLW0108 - pydantic asks for its annotation
    WithJsonSchema({"type": "object", "minProperties": 1, "maxProperties": 1}),
]
"""The value of a figure: an amount, a count, a text."""


class Past(Model):
    """One value that is remembered."""

    at: DateText
    """The first day of the window that it is of: of the billing period, or of the level's own window."""
    value: PastValue
    """What it was."""

    @model_validator(mode="after")
    def _exact(self) -> Self:
        value_to_data(self.value)  # refuses what no figure can hold
        return self


class Remembered(Model):
    """What one clause hands on under one name, for as long as some clause looks back."""

    ref: Ref
    """The clause."""
    name: Ref
    """What is remembered of it: ``outcome``, ``given`` and so on; semantics, section 8, lists them."""
    past: tuple[Past, ...] = Field(default=(), max_length=MOST_PAST)
    """The values, oldest first, each window once; empty where nothing has happened yet."""

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if any(earlier.at >= later.at for earlier, later in pairwise(self.past)):
            raise PydanticCustomError("past_order", "the windows rise from the oldest to the newest, each once")
        return self


def _known(
    ends: date,
    limits: Mapping[str, tuple[date, Money]],
    past: Mapping[tuple[str, str], Iterable[tuple[date, Value]]],
) -> dict[tuple[str, str], list[tuple[date, Value]]]:
    """Return by clause and name what is known; what a limit gave from *ends* on is nothing yet."""
    found: dict[tuple[str, str], list[tuple[date, Value]]] = {
        (ref, "given"): [] if each[0] >= ends and each[1].is_zero else [each] for ref, each in limits.items()
    }
    return found | {key: list(values) for key, values in past.items()}


class Carry(Model):
    """
    The state at the end of a period, without which the next one cannot be settled.

    Only where the term starts is there none. A contract that is taken over in mid-life begins with
    `Carry.opening`.
    """

    schema_: Literal["ecsm.carry/2"] = Field(default="ecsm.carry/2", alias="schema")
    contract: Ref
    """The contract's reference."""
    ends: DateText
    """The end, exclusive, of the period that hands it on; the next period starts on this day."""
    remembered: tuple[Remembered, ...] = ()
    """What clauses remember, by clause and name."""

    @model_validator(mode="after")
    def _one_each(self) -> Self:
        keys = [(each.ref, each.name) for each in self.remembered]
        if any(earlier >= later for earlier, later in pairwise(keys)):
            raise PydanticCustomError("remembered_order", "clauses and names are sorted, each pair once")
        late = next((each for each in self.remembered if each.past and each.past[-1].at >= self.ends), None)
        if late is not None:
            raise PydanticCustomError(
                "past_after_end", "clause {ref} remembers a window that starts when the carry ends", {"ref": late.ref}
            )
        return self

    @classmethod
    def opening(
        cls,
        contract: str,
        *,
        ends: date,
        limits: Mapping[str, tuple[date, Money]] | None = None,
        past: Mapping[tuple[str, str], Iterable[tuple[date, Value]]] | None = None,
    ) -> Self:
        """
        Return the state in which a contract is taken over in mid-life, known from elsewhere.

        Args:
            contract: The contract's reference.

            ends: The first day that is settled with this library.

            limits: For each limit over several periods the first day of what is known, and what it gave since.

            past: For each clause and name that is looked back at, the first day of each window and its value, oldest
                first; an empty list says that there was none.

        Raises:
            CarryError: when windows do not rise or start after *ends*, or something is of another form.

        Example:
            >>> carry = Carry.opening("ACME-2026", ends=date(2026, 3, 1),
            ...     past={("4.2", "outcome"): [(date(2026, 1, 1), "met"), (date(2026, 2, 1), "missed")]})
            >>> [past.value for past in carry.find("4.2", "outcome").past]
            ['met', 'missed']
        """
        try:
            known = _known(ends, limits or {}, past or {})
            remembered = [
                {"ref": ref, "name": name, "past": [{"at": at, "value": value} for at, value in values]}
                for (ref, name), values in sorted(known.items())
            ]
            return cls.model_validate({"contract": contract, "ends": ends, "remembered": remembered})
        except ValidationError as problem:
            first = problem.errors(include_url=False)[0]
            raise CarryError(f"{'.'.join(map(str, first['loc'])) or 'the carry'}: {first['msg']}") from None
        except (AttributeError, TypeError, ValueError) as problem:
            raise CarryError(
                f"write limits={{ref: (day, amount)}} and past={{(ref, name): [(day, value), …]}}: {problem}"
            ) from None

    def find(self, ref: str, name: str) -> Remembered | None:
        """Return what the clause *ref* remembers under *name*; None when the carry does not say."""
        return next((each for each in self.remembered if (each.ref, each.name) == (ref, name)), None)

    def sum_given(self, ref: str, currency: str) -> Money:
        """Return the sum of what the clause *ref* gave in all windows that are remembered; zero if none is."""
        found = self.find(ref, "given")
        amounts = [cast("Money", each.value) for each in found.past] if found else []
        return sum(amounts, start=Money.zero(currency))
