"""The public face of the floor: its names, and the examples in its docstrings."""

from __future__ import annotations

import doctest
import importlib
import pkgutil

import pytest

import ecsm_contracts.calendars

MODULES = [module.name for module in pkgutil.iter_modules(ecsm_contracts.calendars.__path__)]


@pytest.mark.parametrize("name", MODULES)
def test_the_examples_run(name: str) -> None:
    """Every example in a docstring gives what it shows."""
    module = importlib.import_module(f"ecsm_contracts.calendars.{name}")
    assert doctest.testmod(module).failed == 0


def test_everything_public_is_there_and_says_what_it_is() -> None:
    """Each name of ``__all__`` exists, and what is a class or function has a docstring."""
    for name in ecsm_contracts.calendars.__all__:
        value = getattr(ecsm_contracts.calendars, name)
        if callable(value) and hasattr(value, "__module__") and value.__module__.startswith("ecsm_contracts"):
            assert value.__doc__, name
