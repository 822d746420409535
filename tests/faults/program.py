"""hookspan as a program of its own with functions for steps: `program serve --data … --port 0` or `program worker …`.

The calls of its functions are lines of the file that FAULTS_CALLS names.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from hookspan.app.serve import serve, work
from hookspan.config import load
from tests.faults.tour import Mill

CALLS = "FAULTS_CALLS"


def main(argv: Sequence[str]) -> int:
    """As the command line runs them, with our functions."""
    parser = argparse.ArgumentParser(prog="program")
    parser.add_argument("command", choices=("serve", "worker"))
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--port", type=int)
    parser.add_argument("--dev", action="store_true")
    parser.add_argument("--no-worker", action="store_true")
    given = parser.parse_args(argv)
    functions = Mill(Path(os.environ[CALLS])).functions()
    settings = load(data=given.data, server__port=given.port, dev=given.dev or None)
    if given.command == "worker":
        return work(settings, functions)
    return serve(settings, dev=settings.dev, worker=not given.no_worker, functions=functions)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
