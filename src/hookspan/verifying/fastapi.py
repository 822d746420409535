"""A FastAPI dependency: `Depends(verified("github", secret=…))` gives the route a `Verified` or answers 401.

The framework is looked up when a guard is made, never when this is imported.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from importlib import import_module
from inspect import Parameter, Signature
from typing import Any

from hookspan.verifying.arrived import Secret
from hookspan.verifying.refusals import REFUSAL, VerificationError
from hookspan.verifying.verify import Verified, verify


def verified(
    scheme: str = "auto", *, secret: Secret, tolerance: int | None = None
) -> Callable[..., Awaitable[Verified]]:
    """The dependency; it reads the raw body, which the route may read again."""
    request_type = import_module("starlette.requests").Request
    refused = import_module("starlette.exceptions").HTTPException

    async def dependency(request: Any) -> Verified:
        body = await request.body()
        try:
            return verify(
                body,
                request.headers.items(),
                secret,
                scheme=scheme,
                method=request.method,
                url=str(request.url),
                tolerance=tolerance,
            )
        except VerificationError:
            raise refused(401, REFUSAL) from None

    # FastAPI gives a parameter the request because of its type, which cannot be written without the framework.
    parameter = Parameter("request", Parameter.POSITIONAL_OR_KEYWORD, annotation=request_type)
    dependency.__signature__ = Signature([parameter])  # type: ignore[attr-defined]
    return dependency
