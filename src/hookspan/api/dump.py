"""`python -m hookspan.api.dump [--check] openapi.json`: write the document of the API, or say that it is stale.

Nothing is started and nothing but that file is touched.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path

from hookspan.api.asgi import make_routes


def rendered() -> str:
    """The document as it is committed."""
    return json.dumps(make_routes().openapi(), indent=1, ensure_ascii=False, sort_keys=True) + "\n"


def main(arguments: Sequence[str] | None = None) -> int:
    """Exit 1 under `--check` when the file differs from what the code says."""
    parser = argparse.ArgumentParser(prog="hookspan.api.dump", description="write the OpenAPI document")
    parser.add_argument("file", type=Path)
    parser.add_argument("--check", action="store_true", help="compare instead of writing")
    options = parser.parse_args(arguments)
    if not options.check:
        options.file.write_text(rendered(), encoding="utf-8")
        return 0
    if options.file.is_file() and options.file.read_text(encoding="utf-8") == rendered():
        return 0
    sys.stderr.write(f"{options.file} is stale: run `make generate` and commit the change\n")
    return 1


if __name__ == "__main__":
    sys.exit(main())
