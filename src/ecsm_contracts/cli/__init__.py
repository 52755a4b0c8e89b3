"""The command line: ``ecsm-contracts`` and a verb, such as ``check``, ``evaluate``, ``explain`` or ``verify``."""

from ecsm_contracts.cli._main import main

__all__ = ["main"]
