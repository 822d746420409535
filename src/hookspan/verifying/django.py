"""A Django decorator: the view gets a request with `verified` set, or the request is answered 401.

The view is exempt from the check for cross-site forgery, which the signature replaces.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from importlib import import_module
from inspect import iscoroutinefunction
from typing import Any

from hookspan.verifying.arrived import Secret
from hookspan.verifying.refusals import REFUSAL, VerificationError
from hookspan.verifying.verify import verify

View = Callable[..., Any]


def verified(scheme: str = "auto", *, secret: Secret, tolerance: int | None = None) -> Callable[[View], View]:
    """The decorator, for views written as functions, plain or async; the view may read the body again."""

    def refusal(request: Any) -> Any:
        try:
            request.verified = verify(
                request.body,
                request.headers,
                secret,
                scheme=scheme,
                method=request.method,
                url=request.build_absolute_uri(),
                tolerance=tolerance,
            )
        except VerificationError:
            return import_module("django.http").HttpResponse(REFUSAL, status=401, content_type="text/plain")
        return None

    def guard(view: View) -> View:
        @wraps(view)
        def guarded(request: Any, *args: Any, **named: Any) -> Any:
            return refusal(request) or view(request, *args, **named)

        @wraps(view)
        async def guarded_async(request: Any, *args: Any, **named: Any) -> Any:
            return refusal(request) or await view(request, *args, **named)

        chosen: Any = guarded_async if iscoroutinefunction(view) else guarded
        chosen.csrf_exempt = True
        return chosen  # type: ignore[no-any-return]

    return guard
