"""Conditional requests on single resources: a strong `ETag` is the row's version (contracts C.1, RFC 9110 §13)."""

from __future__ import annotations

import re
from typing import Annotated

from fastapi import Depends, Header, Request, Response

from hookspan.errors import PreconditionFailed

_TAG = re.compile(r'"([0-9]{1,18})"')


def _if_version(if_match: Annotated[str | None, Header(max_length=200)] = None) -> int | None:
    if if_match is None or if_match.strip() == "*":
        return None
    found = _TAG.fullmatch(if_match.strip())
    if found is None:
        raise PreconditionFailed('If-Match takes the ETag of a read, such as "3"')
    return int(found[1])


IfVersion = Annotated[int | None, Depends(_if_version)]
"""The version the caller saw last; None when the request has no condition."""


def tagged(response: Response, version: int) -> None:
    """Give the answer the ETag of its row."""
    response.headers["ETag"] = f'"{version}"'


def is_known(request: Request, version: int) -> bool:
    """Whether the caller has this version already, so that 304 is enough."""
    known = request.headers.get("if-none-match", "")
    return known.strip() == "*" or f'"{version}"' in [tag.strip().removeprefix("W/") for tag in known.split(",")]


def not_modified(version: int) -> Response:
    """304 with the ETag."""
    return Response(status_code=304, headers={"ETag": f'"{version}"'})
