"""What is kept of a request and its answer: every header, but of a credential only that it was there (security §14)."""

from __future__ import annotations

from msgspec.structs import replace

from hookspan.model.headers import is_secret_name
from hookspan.model.redact import MASK
from hookspan.outbound.targets import Target
from hookspan.ports import HttpAnswer, HttpRequest


def masked_request(request: HttpRequest, target: Target) -> HttpRequest:
    """The request without its credentials, whatever header carries them."""
    if not (target.auth_headers or target.headers):
        return request
    secret = {name.lower() for name, _ in target.auth_headers}
    kept = [(name, MASK if name.lower() in secret else _kept(name, value)) for name, value in request.headers]
    return replace(request, headers=kept)


def masked_answer(answer: HttpAnswer) -> HttpAnswer:
    """The answer without what a cookie or another credential in it says."""
    if not any(is_secret_name(name) for name, _ in answer.headers):
        return answer
    return replace(answer, headers=[(name, _kept(name, value)) for name, value in answer.headers])


def _kept(name: str, value: str) -> str:
    return MASK if is_secret_name(name) else value
