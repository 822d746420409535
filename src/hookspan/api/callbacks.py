"""`POST /api/v1/callbacks/{token}`: the answer of a system that has no key, to one step that waits for it (C.6).

The token is the credential. It answers once, until it expires; what we did not make, what has expired and what is of an
execution that is gone are one 404. The gate counts refused tokens as it counts refused keys.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from fastapi import APIRouter, Request, Response

from hookspan.api.exact import ANY_JSON, read_value
from hookspan.api.execution_answers import CALLBACKS
from hookspan.api.execution_shapes import CODE_PATTERN, MESSAGE_MOST
from hookspan.api.rooms import RoomsOf
from hookspan.workflows.steps.outcome import exact

router = APIRouter(tags=["executions"])


@router.post(f"{CALLBACKS}/{{token}}", status_code=204, operation_id="answerCallback", openapi_extra=ANY_JSON)
async def answer_callback(token: str, request: Request, rooms: RoomsOf) -> Response:
    """Complete the step with the body, any JSON, as its output; an object that holds nothing but `error` fails it."""
    body = await read_value(request)
    await rooms.engine.outside.call_back(token, output=body, error=failure_of(body))
    return Response(status_code=204)


def failure_of(body: object) -> tuple[str, str] | None:
    """Code and message of `{"error": "…"}` or `{"error": {"code", "message"}}`; None for what is an output."""
    if not isinstance(body, Mapping) or set(body) != {"error"} or body["error"] is None:
        return None
    error = body["error"]
    told = error if isinstance(error, Mapping) else {"message": error}
    code, message = told.get("code"), told.get("message")
    words = message if isinstance(message, str) else exact.encode(error).decode()
    is_code = isinstance(code, str) and re.fullmatch(CODE_PATTERN, code) is not None
    return (str(code) if is_code else "failed", words[:MESSAGE_MOST])
