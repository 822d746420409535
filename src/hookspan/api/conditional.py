"""Conditional requests on single resources: a strong `ETag` is the row's version (contracts C.1, RFC 9110 §13).

What is shown of a row may change without it: then a second number follows behind a dot. A word behind a hyphen tells
apart what is shown in several ways. No write looks at either.
"""

from __future__ import annotations

import re
from typing import Annotated

from fastapi import Depends, Header, Request, Response

from hookspan.errors import PreconditionFailed

_TAG = re.compile(r'"([0-9]{1,18})(?:\.[0-9]{1,18})?(?:-[a-z]{1,16})?"')
_EACH = re.compile(r'(?:W/)?"[^"]*"|[^,\s][^,]*')


def _if_version(if_match: Annotated[str | None, Header(max_length=2_000)] = None) -> frozenset[int] | None:
    if if_match is None or if_match.strip() == "*":
        return None
    # Compared strongly (RFC 9110 §13.1.1): a weak tag, or one of somebody else's, is none of ours.
    found = [_TAG.fullmatch(each.strip()) for each in _EACH.findall(if_match)]
    versions = frozenset(int(tag[1]) for tag in found if tag is not None)
    if not versions:
        raise PreconditionFailed('If-Match takes the ETag of a read, such as "3", or several of them')
    return versions


IfVersion = Annotated[frozenset[int] | None, Depends(_if_version)]
"""The versions any of which the caller would change; None when the request has no condition."""


def entity_tag(version: int, beside: int | None = None, *, variant: str = "") -> str:
    """The ETag of a row's version, and of what is shown `beside` it; `variant` names another way of showing it."""
    numbers = f"{version}" if beside is None else f"{version}.{beside}"
    return f'"{numbers}-{variant}"' if variant else f'"{numbers}"'


def tagged(response: Response, version: int) -> None:
    """Give the answer the ETag of its row."""
    response.headers["ETag"] = entity_tag(version)


def is_known(request: Request, tag: str) -> bool:
    """Whether the caller has what this tag names already, so that 304 is enough."""
    known = request.headers.get("if-none-match", "")
    return known.strip() == "*" or tag in [each.strip().removeprefix("W/") for each in known.split(",")]


def not_modified(tag: str, **headers: str) -> Response:
    """304 with the ETag, and with what else its 200 would say of caches."""
    return Response(status_code=304, headers={"ETag": tag, **headers})
