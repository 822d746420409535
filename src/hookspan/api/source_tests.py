"""Test requests to sources: sent through the real walk, the last ten kept, samples to start from (contracts B.5)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Annotated
from urllib.parse import urlencode

import msgspec
from fastapi import APIRouter, Query, Request, Response

from hookspan.access.roles import Caller
from hookspan.api.auth import may
from hookspan.api.exact import written
from hookspan.api.rooms import RoomsOf
from hookspan.api.source_test_shapes import (
    SampleRequestList,
    TestRequest,
    TestResponse,
    WebhookTestList,
    kept_json,
    sample_json,
)
from hookspan.errors import Invalid, InvalidJson
from hookspan.inbound.rehearsal import Rehearsal, result_json
from hookspan.model.ids import canonical_id
from hookspan.model.match import is_name
from hookspan.model.surrogates import mask_lone
from hookspan.storage.webhook_tests import KEPT_MOST

router = APIRouter(prefix="/api/v1/webhooks/{webhook_id}", tags=["source tests"])
Tester = Annotated[Caller, may("endpoints:test")]
Reader = Annotated[Caller, may("sources:read")]

HEADERS_MOST = 64
HEADER_BYTES = 32_768
QUERY_CHARACTERS = 4_096
PAYLOADS, ANSWERS = "payloads:read", "endpoints:test_body"

_METHOD = re.compile(r"[A-Z]{1,10}")
_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]{1,128}")
_VALUE = re.compile(r"[\t\x20-\x7e\x80-\xff]*")
_QUERY = re.compile(r"[\x21-\x7e]*")


@router.post("/test", operation_id="testWebhook", response_model=TestResponse, response_model_exclude_unset=True)
async def rehearse_webhook(
    webhook_id: str, request: Request, rooms: RoomsOf, caller: Tester, body: TestRequest | None = None
) -> Response:
    """Send a test request through the real walk; 200 whatever it comes to, as long as the source exists."""
    asked, whole = body or TestRequest(), _whole(await request.body())
    test = Rehearsal(
        method=_method(asked.method),
        headers=_headers(asked.headers or {}),
        query=_query(asked.query),
        body=_body(whole),
        signs=asked.sign,
        is_dry=asked.dry_run,
        peer=request.client.host if request.client else "",
    )
    result = result_json(await rooms.rehearsals.send(caller.tenant_id, canonical_id(webhook_id), test))
    if not caller.may(ANSWERS):
        result |= {"headers": {}, "body": ""}
    return written(result)


@router.get("/tests", operation_id="listWebhookTests", response_model=WebhookTestList)
async def list_webhook_tests(webhook_id: str, rooms: RoomsOf, caller: Reader) -> Response:
    """The last ten tests, newest first; their content needs payloads:read, the answers endpoints:test_body."""
    rows = await rooms.rehearsals.kept(caller.tenant_id, canonical_id(webhook_id))
    shown = [kept_json(row, with_content=caller.may(PAYLOADS), with_answer=caller.may(ANSWERS)) for row in rows]
    return written({"data": shown, "total": len(shown), "limit": KEPT_MOST, "offset": 0})


@router.get("/samples", operation_id="listWebhookSamples", response_model=SampleRequestList)
async def list_webhook_samples(
    webhook_id: str,
    rooms: RoomsOf,
    caller: Reader,
    event_type: Annotated[str | None, Query(alias="eventType", max_length=100)] = None,
) -> Response:
    """Requests to start a test from; the last real one needs payloads:read."""
    if event_type is not None and not is_name(event_type):
        raise Invalid.one("/eventType", "must be an event name such as invoice.paid")
    found = await rooms.samples.of(
        caller.tenant_id, canonical_id(webhook_id), event_type, with_requests=caller.may(PAYLOADS)
    )
    return written({"data": [sample_json(sample) for sample in found]})


# -- from the body to a request --------------------------------------------------------------------------------------


class _Content(msgspec.Struct):
    body: msgspec.Raw | msgspec.UnsetType = msgspec.UNSET


_read_content = msgspec.json.Decoder(_Content).decode
_read_text = msgspec.json.Decoder(str).decode


def _whole(sent: bytes) -> bytes:
    """What was sent, when all of it can be written down as UTF-8 again."""
    if mask_lone(sent) is not None:
        raise InvalidJson("the body holds lone surrogates, which nothing could keep")
    return sent


def _body(sent: bytes) -> bytes:
    """The bytes to send: a text as it is, other JSON as it was written, so that no digit is lost; null is no body."""
    given = _read_content(sent).body if sent else msgspec.UNSET
    if not isinstance(given, msgspec.Raw):
        return b""
    written_as = bytes(given)
    if written_as.startswith(b'"'):
        return _read_text(written_as).encode("utf-8", "surrogatepass")
    return b"" if written_as == b"null" else written_as


def _method(method: str) -> str:
    if not _METHOD.fullmatch(method.upper()):
        raise Invalid.one("/method", "must be a method such as POST")
    return method.upper()


def _headers(headers: Mapping[str, str]) -> list[tuple[str, str]]:
    if len(headers) > HEADERS_MOST or sum(len(name) + len(value) for name, value in headers.items()) > HEADER_BYTES:
        raise Invalid.one("/headers", f"at most {HEADERS_MOST} fields and {HEADER_BYTES} bytes in all")
    for name, value in headers.items():
        if not _NAME.fullmatch(name):
            raise Invalid.one("/headers", f"{name[:40]!r} is no header name")
        if not _VALUE.fullmatch(value):
            raise Invalid.one(f"/headers/{_pointer(name)}", "must be Latin-1 without control characters")
    return list(headers.items())


def _pointer(name: str) -> str:
    return name.replace("~", "~0").replace("/", "~1")


def _query(query: dict[str, str] | str | None) -> str:
    raw = urlencode(query) if isinstance(query, dict) else (query or "").removeprefix("?")
    if len(raw) > QUERY_CHARACTERS or not _QUERY.fullmatch(raw):
        raise Invalid.one("/query", f"must be an object of texts, or a query of at most {QUERY_CHARACTERS} characters")
    return raw
