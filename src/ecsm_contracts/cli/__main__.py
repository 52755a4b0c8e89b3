"""``python -m ecsm_contracts.cli``."""

import sys

from ecsm_contracts.cli._main import main

if __name__ == "__main__":
    sys.exit(main())
