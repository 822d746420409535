"""Conditional requests on single resources: a strong `ETag` is the row's version (contracts C.1, RFC 9110 §13).

What is shown of a row may change without it: then a second number follows behind a dot, which no write looks at.
"""

from __future__ import annotations

import re
from typing import Annotated

from fastapi import Depends, Header, Request, Response

from hookspan.errors import PreconditionFailed

_TAG = re.compile(r'"([0-9]{1,18})(\.[0-9]{1,18})?"')


def _if_version(if_match: Annotated[str | None, Header(max_length=200)] = None) -> int | None:
    if if_match is None or if_match.strip() == "*":
        return None
    found = _TAG.fullmatch(if_match.strip())
    if found is None:
        raise PreconditionFailed('If-Match takes the ETag of a read, such as "3"')
    return int(found[1])


IfVersion = Annotated[int | None, Depends(_if_version)]
"""The version the caller saw last; None when the request has no condition."""


def entity_tag(version: int, beside: int | None = None) -> str:
    """The ETag of a row's version, and of what is shown `beside` it."""
    return f'"{version}"' if beside is None else f'"{version}.{beside}"'


def tagged(response: Response, version: int) -> None:
    """Give the answer the ETag of its row."""
    response.headers["ETag"] = entity_tag(version)


def is_known(request: Request, tag: str) -> bool:
    """Whether the caller has what this tag names already, so that 304 is enough."""
    known = request.headers.get("if-none-match", "")
    return known.strip() == "*" or tag in [each.strip().removeprefix("W/") for each in known.split(",")]


def not_modified(tag: str) -> Response:
    """304 with the ETag."""
    return Response(status_code=304, headers={"ETag": tag})
