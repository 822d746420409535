"""Kind `http`: one request through the guarded client; its answer is the output.

Retried: 408, 425, 429, 500, 502–504 and transport errors; `Retry-After` is honoured. Other answers fail. All tries
of a step carry the same `Idempotency-Key`, so that the far side can tell a repeat from a second call.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from hookspan.errors import Invalid
from hookspan.model.headers import check_headers, is_secret_name
from hookspan.model.jsonview import read_json
from hookspan.model.retry_after import retry_after_ms
from hookspan.model.templates import Template, json_text
from hookspan.model.urls import UrlRules, parse_url, redact_url
from hookspan.ports import HttpAnswer, HttpClient, HttpFailure, HttpRequest
from hookspan.workflows.members import Members
from hookspan.workflows.state import Problem
from hookspan.workflows.steps.outcome import Broken, Call, Done, exact, rendered
from hookspan.workflows.steps.url_template import UrlTemplate, read_url

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS")
RETRIED = frozenset({408, 425, 429, 500, 502, 503, 504})
ANSWER_BYTES = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Request:
    """A request as written in the workflow; `content` renders to `{headers?, body?}`."""

    method: str
    url: UrlTemplate
    content: Template


@dataclass(frozen=True, slots=True)
class Wire:
    """What the engine lends to a request."""

    client: HttpClient
    rules: UrlRules
    timeout_ms: int


def read(members: Members) -> Request:
    """`{method?, url, headers?, body?}`; what holds no template is checked now, the rest when it is sent."""
    members.only(("method", "url", "headers", "body"))
    method = members.word("method", METHODS, "GET")
    url = read_url(members)
    headers = members.value.get("headers")
    if headers is not None and not (isinstance(headers, dict) and all(isinstance(v, str) for v in headers.values())):
        members.blame("headers", "must be an object of texts")
    content = members.template("headers", "body")
    try:
        _check_headers(members)
    except Invalid as invalid:
        members.accuse(invalid)
    return Request(method, url, content)


def _check_headers(members: Members) -> None:
    headers = members.value.get("headers")
    if isinstance(headers, dict):
        check_headers({name: value for name, value in headers.items() if isinstance(value, str) and "{{" not in value})


async def run(work: Request, call: Call, wire: Wire) -> Done | Broken:
    """Send once; raises TemplateError for a path that leads nowhere, Invalid for a URL or header refused."""
    request = _request(work, call, wire)
    shown = _shown(request)
    answer = await wire.client.send(request)
    if isinstance(answer, HttpFailure):
        problem = Problem(answer.code, answer.detail)
        return Broken(problem, is_retryable=answer.code != "blocked", shown=shown)
    if not 200 <= answer.status < 300:
        return Broken(
            Problem("http_error", f"the far side answered {answer.status}"),
            is_retryable=answer.status in RETRIED,
            retry_after_ms=_wished_ms(answer.headers, call.now),
            shown=shown,
        )
    if answer.truncated:
        return Broken(Problem("answer_too_large", f"the answer is cut off or over {ANSWER_BYTES:,} bytes"), shown=shown)
    return Done(_output(answer), shown)


def _request(work: Request, call: Call, wire: Wire) -> HttpRequest:
    content = rendered(work.content.render(call.scopes))
    url = parse_url(work.url.render(call.scopes), wire.rules)
    given = content.get("headers") or {}
    assert isinstance(given, dict)
    custom = check_headers([(name, json_text(value)) for name, value in given.items()])
    content_type, body = _body(content)
    own = [("User-Agent", "hookspan"), ("Accept", "*/*"), ("Accept-Encoding", "identity")]
    own.append(("Idempotency-Key", f"{call.execution_id}:{call.step_id}"))
    if body:
        own.append(("Content-Type", content_type))
    return HttpRequest(
        method=work.method,
        url=url.canonical,
        headers=[*own, *((name, value) for name, value in custom if name.lower() != "idempotency-key")],
        body=body,
        timeout_ms=wire.timeout_ms,
        tenant_id=call.tenant_id,
        read_limit=ANSWER_BYTES,
    )


def _body(content: object) -> tuple[str, bytes]:
    body = rendered(content).get("body")
    if body is None:
        return "", b""
    if isinstance(body, str):
        return "text/plain; charset=utf-8", body.encode("utf-8", "replace")
    return "application/json", exact.encode(body)


def _output(answer: HttpAnswer) -> dict[str, object]:
    headers: dict[str, str] = {}
    for name, value in answer.headers:
        if name.lower() != "set-cookie":
            headers[name.lower()] = f"{headers[name.lower()]}, {value}" if name.lower() in headers else value
    return {"status": answer.status, "headers": headers, "body": _read(answer.body)}


def _read(body: bytes) -> object:
    """JSON where it is JSON within the limits of every view, else text."""
    if not body:
        return None
    view = read_json(body)
    return view.value if view.is_json else body.decode("utf-8", "replace")


def _shown(request: HttpRequest) -> dict[str, object]:
    """The request as the execution's page shows it: no credentials, no key-like parameters."""
    headers = {name: "***" if is_secret_name(name) else value for name, value in request.headers}
    return {"method": request.method, "url": redact_url(request.url), "headers": headers, "body": _read(request.body)}


def _wished_ms(headers: Iterable[tuple[str, str]], now: int) -> int:
    return retry_after_ms(next((value for name, value in headers if name.lower() == "retry-after"), ""), now)
