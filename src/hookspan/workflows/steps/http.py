"""Kind `http`: one request through the guarded client; its answer is the output.

Retried: 408, 425, 429, 500, 502–504 and transport errors; `Retry-After` is honoured. Other answers fail. All tries
of a step carry the same `Idempotency-Key`, so that the far side can tell a repeat from a second call, and the loop
guard's count over the same id, so that a workflow that calls its own source comes to an end (S32).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlencode

from hookspan.errors import Invalid
from hookspan.model.headers import check_headers, is_secret_name
from hookspan.model.hops import hop_header
from hookspan.model.jsonview import read_json
from hookspan.model.redact import MASK
from hookspan.model.retry_after import retry_after_ms
from hookspan.model.templates import Template, escaped, json_text
from hookspan.model.urls import UrlRules, parse_url, redact_url
from hookspan.ports import HttpAnswer, HttpClient, HttpFailure, HttpRequest
from hookspan.workflows.members import Members
from hookspan.workflows.state import Problem
from hookspan.workflows.steps.outcome import Broken, Call, Done, exact, rendered
from hookspan.workflows.steps.url_template import UrlTemplate, read_url

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS")
RETRIED = frozenset({408, 425, 429, 500, 502, 503, 504})
ANSWER_BYTES = 1024 * 1024
AUTHORS_NAMES = frozenset({"accept", "content-type"})
"""Headers that the author may set here though endpoints may not: the far side's API decides them, not we."""

_FORM_TYPE = "application/x-www-form-urlencoded"
_CONTENT_TYPE = "content-type"


@dataclass(frozen=True, slots=True)
class Request:
    """A request as written in the workflow; `content` renders to `{headers?, body?}`."""

    method: str
    url: UrlTemplate
    content: Template


@dataclass(frozen=True, slots=True)
class Wire:
    """What the engine lends to a request; `product` is `hookspan/<version>`, `hop_key` the loop guard's key."""

    client: HttpClient
    rules: UrlRules
    timeout_ms: int
    product: str
    hop_key: bytes


def read(members: Members) -> Request:
    """`{method?, url, headers?, body?}`: calls the address; a 2xx succeeds, and what came is the output."""
    members.only(("method", "url", "headers", "body"))
    method = members.word("method", METHODS, "GET")
    url = read_url(members)
    headers = members.value.get("headers")
    if headers is not None and not (isinstance(headers, dict) and all(isinstance(v, str) for v in headers.values())):
        members.blame("headers", "must be an object of texts")
    content = members.template("headers", "body")
    for check in (_check_headers, _check_form):
        try:
            check(members)
        except Invalid as invalid:
            members.accuse(invalid)
    return Request(method, url, content)


def _check_headers(members: Members) -> None:
    check_headers(_plain_headers(members), but=AUTHORS_NAMES)


def _check_form(members: Members) -> None:
    body = members.value.get("body")
    chosen = {name.lower(): value for name, value in _plain_headers(members).items()}
    if body is not None and not isinstance(body, str) and _is_form(chosen.get(_CONTENT_TYPE)):
        _form_fields(body)


def _plain_headers(members: Members) -> dict[str, str]:
    """Those without a template."""
    headers = members.value.get("headers")
    given = headers if isinstance(headers, dict) else {}
    return {name: value for name, value in given.items() if isinstance(value, str) and "{{" not in value}


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
    custom = check_headers([(name, json_text(value)) for name, value in given.items()], but=AUTHORS_NAMES)
    custom = tuple((name, value) for name, value in custom if name.lower() != "idempotency-key")
    chosen = {name.lower(): value for name, value in custom}
    content_type, body = _body(content.get("body"), chosen.get(_CONTENT_TYPE))
    own = _own_headers(call, wire)
    if body:
        own.append(("Content-Type", content_type))
    return HttpRequest(
        method=work.method,
        url=url.canonical,
        headers=[*((name, value) for name, value in own if name.lower() not in chosen), *custom],
        body=body,
        timeout_ms=wire.timeout_ms,
        tenant_id=call.tenant_id,
        read_limit=ANSWER_BYTES,
    )


def _own_headers(call: Call, wire: Wire) -> list[tuple[str, str]]:
    call_id = f"{call.execution_id}:{call.step_id}"
    return [
        ("User-Agent", wire.product),
        ("Accept", "*/*"),
        ("Accept-Encoding", "identity"),
        ("Idempotency-Key", call_id),
        # Our receiver believes a count only together with the id that it was made for.
        ("webhook-id", call_id),
        ("X-Hookspan-Hops", hop_header(wire.hop_key, call_id, call.depth + 1)),
    ]


def _body(body: object, content_type: str | None) -> tuple[str, bytes]:
    """What is sent, and what it is unless the author says: a text as it is, fields of a form, else JSON."""
    if body is None:
        return "", b""
    if isinstance(body, str):
        return "text/plain; charset=utf-8", body.encode("utf-8", "replace")
    if _is_form(content_type):
        return _FORM_TYPE, urlencode(_form_fields(body), errors="replace").encode()
    return "application/json", exact.encode(body)


def _is_form(content_type: str | None) -> bool:
    return content_type is not None and content_type.partition(";")[0].strip().lower() == _FORM_TYPE


def _form_fields(body: object) -> dict[str, str]:
    """The fields of a form, those that are null left out; raises Invalid where there is no one way to write it."""
    if not isinstance(body, dict):
        raise Invalid.one("/body", "A form is an object of fields, or a text that is sent as it is")
    for name, value in body.items():
        if isinstance(value, dict | list):
            detail = "A field of a form is a text, a number or a boolean; for anything else let the body be a text"
            raise Invalid.one(f"/body/{escaped(name)}", detail)
    return {name: json_text(value) for name, value in body.items() if value is not None}


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
    headers = {name: MASK if is_secret_name(name) else value for name, value in request.headers}
    return {"method": request.method, "url": redact_url(request.url), "headers": headers, "body": _read(request.body)}


def _wished_ms(headers: Iterable[tuple[str, str]], now: int) -> int:
    return retry_after_ms(next((value for name, value in headers if name.lower() == "retry-after"), ""), now)
