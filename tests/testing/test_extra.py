"""The kit without Hypothesis: a clear error, and laws that work all the same."""

import subprocess
import sys

import pytest

from ecsm_contracts import testing

WITHOUT = "import sys; sys.modules['hypothesis'] = None; from ecsm_contracts import testing; "


def run(code: str) -> str:
    """What a program prints that runs where Hypothesis is not installed."""
    done = subprocess.run([sys.executable, "-c", WITHOUT + code], capture_output=True, text=True, check=True)
    return done.stdout.strip()


def test_a_strategy_names_its_extra() -> None:
    """Asking for a strategy says what to install."""
    code = """
for name in ("moneys", "tickets", "contracts", "month_cases"):
    try:
        getattr(testing, name)
    except testing.MissingExtra as missing:
        print(missing)
"""
    lines = run(code).splitlines()
    assert len(lines) == 4
    assert all('pip install "ecsm-contracts[testing]"' in line for line in lines)


def test_laws_need_no_hypothesis() -> None:
    """The laws are there, as they draw nothing."""
    assert run("print(len(testing.LAWS), testing.clause_laws.__name__)") == f"{len(testing.LAWS)} clause_laws"


def test_importing_loads_no_hypothesis() -> None:
    """Hypothesis is imported with the first strategy, not before."""
    assert run("print(sorted(name for name in sys.modules if name.startswith('hypothesis.')))") == "[]"


def test_an_unknown_name_is_an_attribute_error() -> None:
    """A name that there is not is refused as Python does, with a hint."""
    with pytest.raises(AttributeError, match='did you mean "moneys"'):
        _ = testing.money
    assert set(testing.__all__) == set(dir(testing))


@pytest.mark.parametrize("name", testing.__all__)
def test_every_name_is_there(name: str) -> None:
    """Every public name can be had."""
    assert getattr(testing, name) is not None
