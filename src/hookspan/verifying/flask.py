"""A Flask decorator: the view runs with `flask.g.verified` set, or the request is answered 401."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from importlib import import_module
from typing import Any

from hookspan.verifying.arrived import Secret
from hookspan.verifying.refusals import REFUSAL, VerificationError
from hookspan.verifying.verify import verify

View = Callable[..., Any]


def verified(scheme: str = "auto", *, secret: Secret, tolerance: int | None = None) -> Callable[[View], View]:
    """The decorator, to stand below `@app.post(…)`; the view may read the body again."""

    def guard(view: View) -> View:
        @wraps(view)
        def guarded(*args: Any, **named: Any) -> Any:
            flask = import_module("flask")
            request = flask.request
            try:
                flask.g.verified = verify(
                    request.get_data(),
                    request.headers.items(),
                    secret,
                    scheme=scheme,
                    method=request.method,
                    url=request.url,
                    tolerance=tolerance,
                )
            except VerificationError:
                return REFUSAL, 401
            return flask.current_app.ensure_sync(view)(*args, **named)

        return guarded

    return guard
