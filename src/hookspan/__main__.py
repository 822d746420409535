"""`python -m hookspan` is `hookspan`."""

from __future__ import annotations

import sys

from hookspan.cli import main

if __name__ == "__main__":
    sys.exit(main())
