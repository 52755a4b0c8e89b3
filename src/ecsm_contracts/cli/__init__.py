"""The command line: ``ecsm-contracts check | evaluate | explain | verify | schema``."""

from ecsm_contracts.cli._main import main

__all__ = ["main"]
