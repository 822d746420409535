"""`python -m tests.faults quick`: one of the layers, or what commands.py knows beside them."""

from __future__ import annotations

import sys

from tests.faults.commands import main

sys.exit(main(sys.argv[1:]))
