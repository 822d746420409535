"""What is kept of a request and its answer: every header, but of a credential only that it was there (security §14).

A far side that repeats what it was sent, as echoes and error pages do, hands our own credentials back: they are masked
by value wherever the answer holds them.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterator

from msgspec.structs import replace

from hookspan.model.headers import is_secret_name
from hookspan.model.redact import MASK
from hookspan.outbound.targets import Target
from hookspan.ports import HttpAnswer, HttpRequest

# What is shorter is found in innocent words too, and masking it would spoil the answer.
ECHO_CHARACTERS = 6


def masked_request(request: HttpRequest, target: Target) -> HttpRequest:
    """The request without its credentials, whatever header carries them."""
    if not (target.auth_headers or target.headers):
        return request
    secret = {name.lower() for name, _ in target.auth_headers}
    kept = [(name, MASK if name.lower() in secret else _kept(name, value)) for name, value in request.headers]
    return replace(request, headers=kept)


def masked_answer(answer: HttpAnswer, target: Target) -> HttpAnswer:
    """The answer without what a cookie or another credential in it says, and without ours that it repeats."""
    echoes = sorted(set(_credentials(target)), key=len, reverse=True)
    if not (echoes or any(is_secret_name(name) for name, _ in answer.headers)):
        return answer
    body, headers = answer.body, [(name, _kept(name, value)) for name, value in answer.headers]
    for echo in echoes:
        body = body.replace(echo.encode(), MASK.encode())
        headers = [(name, value.replace(echo, MASK)) for name, value in headers]
    return replace(answer, headers=headers, body=body)


def _credentials(target: Target) -> Iterator[str]:
    """What we send to be let in, as it is sent and as it reads."""
    secret = [*target.auth_headers, *(field for field in target.headers if is_secret_name(field[0]))]
    for _, value in secret:
        scheme, blank, rest = value.partition(" ")
        parts = [value, rest] if blank else [value]
        if scheme.lower() == "basic":
            parts.append(_password(rest))
        yield from (part for part in parts if len(part) >= ECHO_CHARACTERS)


def _password(pair: str) -> str:
    try:
        return base64.b64decode(pair, validate=True).decode().partition(":")[2]
    except (binascii.Error, UnicodeDecodeError):
        return ""


def _kept(name: str, value: str) -> str:
    return MASK if is_secret_name(name) else value
