"""`python -m tests.faults chaos --seed 7 --kills 24 --store postgres`, `points`, `power`, `race`, `quick`, `mutants`."""

from __future__ import annotations

import sys

from tests.faults.commands import main

sys.exit(main(sys.argv[1:]))
