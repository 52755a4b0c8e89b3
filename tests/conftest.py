"""Hypothesis profiles, and the cases that are kept outside the repository."""

import gc
import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

SHARED = Path(__file__).parents[2] / "shared"

# No deadline: how long an example takes says more of the machine than of the library.
# Nor does the time that drawing takes: under coverage, on a busy machine, it would fail at random.
base = settings(deadline=None, print_blob=True, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("dev", base)
settings.register_profile("ci", base, derandomize=True, database=None)
settings.register_profile("deep", base, max_examples=2_000)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci"))  # noqa: TID251 - chosen by who runs the tests


def pytest_collection_finish() -> None:
    """Let the garbage collector pass over what was collected: it lives to the end, and would be walked every time."""
    gc.collect()
    gc.freeze()


def shared_path(*parts: str) -> Path:
    """A path in the `shared` folder beside the checkout; where there is none, the test is skipped.

    For tables of cases, read while a test module is collected; inside a test, ask for `shared_folder`.
    """
    path = SHARED.joinpath(*parts)
    if not path.exists():
        message = f"{'/'.join(('shared', *parts))} is not beside this checkout"
        pytest.skip(message, allow_module_level=True)
    return path


@pytest.fixture(scope="session")
def shared_folder() -> Path:
    """The `shared` folder beside the checkout; where there is none, the test is skipped."""
    return shared_path()
