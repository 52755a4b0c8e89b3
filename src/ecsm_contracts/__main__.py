"""``python -m ecsm_contracts``."""

import sys

from ecsm_contracts.cli import main

if __name__ == "__main__":
    sys.exit(main())
