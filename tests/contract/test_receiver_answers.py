"""What the receiver answers, case by case (contracts B.10): statuses, bodies, and nothing stored where it refuses."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
from sqlalchemy import func, select

from hookspan.model.hops import hop_header
from hookspan.storage.tables import events, idempotency_keys, rejected_requests, webhook_events
from tests.support.instance import Instance, running
from tests.support.raw_http import Heard, get, post

BODY = b'{"action":"opened"}'
CLOSE = "Connection: close"


@pytest.fixture
async def instance(tmp_path: Path) -> AsyncIterator[Instance]:
    """A whole instance behind a socket."""
    async with running(tmp_path) as started:
        yield started


class Source:
    """One source and how its sender speaks to it."""

    def __init__(self, instance: Instance, path: str, secret: str, identity: str = "") -> None:
        self._instance = instance
        self.id = identity
        self.path = f"/api/v1/webhooks/{path}"
        self.secret = secret

    async def gets(self, request: bytes) -> Heard:
        """One request on a connection of its own."""
        async with self._instance.wire() as wire:
            await wire.says(request)
            return await wire.hears()

    async def posts(self, body: bytes = BODY, *fields: str) -> Heard:
        """One POST."""
        return await self.gets(post(self.path, body, *fields))

    def signed(self, body: bytes = BODY) -> str:
        """The signature of a body, bare."""
        return hmac.digest(self.secret.encode(), body, hashlib.sha256).hex()


async def a_source(instance: Instance, **members: Any) -> Source:
    """A new source."""
    kept = await instance.source(**members)
    return Source(instance, kept.source.path, kept.credential.text if kept.credential else "", kept.source.id)


async def stored(instance: Instance) -> tuple[int, int, int]:
    """How many events, receipts and keys there are, but for what the instance tells of itself."""
    received = select(func.count()).where(events.c.origin == "webhook")

    def count(connection: Any) -> tuple[int, int, int]:
        beside = [select(func.count()).select_from(table) for table in (webhook_events, idempotency_keys)]
        found = [connection.execute(query).scalar_one() for query in (received, *beside)]
        return found[0], found[1], found[2]

    return await instance.application.database.read(count)


def said(answer: Heard) -> dict[str, Any]:
    """The body as JSON."""
    return msgspec.json.decode(answer.body, type=dict[str, Any])


async def test_an_open_source_takes_anything_with_202(instance: Instance) -> None:
    source = await a_source(instance, auth_type="none")

    answer = await source.posts(b"\x00\xff not json", "Content-Type: text/odd")

    assert answer.status == 202
    assert said(answer)["status"] == "processed"
    assert set(said(answer)) == {"eventId", "status"}
    assert answer.fields["cache-control"] == "no-store"
    assert answer.fields["x-content-type-options"] == "nosniff"
    assert len(answer.fields["x-request-id"]) == 32


async def test_a_request_id_that_is_well_formed_comes_back(instance: Instance) -> None:
    source = await a_source(instance, auth_type="none")

    answer = await source.posts(BODY, "X-Request-Id: caller-0001")

    assert answer.fields["x-request-id"] == "caller-0001"


async def test_a_provider_is_answered_200(instance: Instance) -> None:
    source = await a_source(instance, provider="github", secret="it is secret")
    fields = (f"X-Hub-Signature-256: sha256={source.signed()}", "X-GitHub-Event: issues", "X-GitHub-Delivery: d-1")

    answer = await source.posts(BODY, *fields)

    assert answer.status == 200
    assert said(answer)["status"] == "processed"


async def test_a_repeat_is_answered_with_the_first_event(instance: Instance) -> None:
    source = await a_source(instance, provider="github", secret="it is secret")
    fields = (f"X-Hub-Signature-256: sha256={source.signed()}", "X-GitHub-Event: issues", "X-GitHub-Delivery: d-1")
    first = said(await source.posts(BODY, *fields))

    repeat = await source.posts(BODY, *fields)

    assert repeat.status == 200
    assert said(repeat) == {"eventId": first["eventId"], "status": "processed", "duplicate": True}
    assert (await stored(instance))[:2] == (1, 1)


async def test_a_captured_body_under_a_fresh_id_is_a_repeat(instance: Instance) -> None:
    source = await a_source(instance, provider="github", secret="it is secret")
    signature = f"X-Hub-Signature-256: sha256={source.signed()}"
    first = said(await source.posts(BODY, signature, "X-GitHub-Event: issues", "X-GitHub-Delivery: d-1"))

    repeat = said(await source.posts(BODY, signature, "X-GitHub-Event: issues", "X-GitHub-Delivery: d-2"))

    assert (repeat["duplicate"], repeat["eventId"]) == (True, first["eventId"])


async def test_the_same_id_with_another_body_is_a_conflict(instance: Instance) -> None:
    source = await a_source(instance, auth_type="none")
    await source.posts(BODY, "webhook-id: m-1")
    before = await stored(instance)

    answer = await source.posts(b"{}", "webhook-id: m-1")

    assert (answer.status, answer.body) == (409, b'{"error":"id_conflict"}')
    assert await stored(instance) == before


REFUSED = {
    "nothing": (),
    "a wrong one": ("X-Webhook-Signature: sha256=" + "0" * 64,),
    "an empty one": ("X-Webhook-Signature:",),
    "a malformed one": ("X-Webhook-Signature: sha256=zz",),
    "one that is not ASCII": ("X-Webhook-Signature: sha256=\xff",),
    "an API key": ("X-API-Key: key",),
    "a password": ("Authorization: Basic aG9vazpwYXNz",),
}


@pytest.mark.parametrize("auth_type", ["signature", "api_key", "basic"])
@pytest.mark.parametrize("shown", REFUSED)
async def test_whatever_fails_to_prove_itself_hears_the_same_401(
    instance: Instance, auth_type: str, shown: str
) -> None:
    source = await a_source(instance, auth_type=auth_type)

    answer = await source.posts(BODY, *REFUSED[shown])

    assert (answer.status, answer.body) == (401, b'{"error":"unauthorized"}')
    assert ("www-authenticate" in answer.fields) == (auth_type == "basic")
    assert await stored(instance) == (0, 0, 0)


async def test_each_way_of_proving_oneself_is_taken(instance: Instance) -> None:
    signing = await a_source(instance, name="a", auth_type="signature")
    keyed = await a_source(instance, name="b", auth_type="api_key", credentials={"headerName": "X-My-Key"})
    basic = await a_source(instance, name="c", auth_type="basic", credentials={"username": "u", "password": "p"})

    answers = [
        await signing.posts(BODY, f"X-Webhook-Signature: sha256={signing.signed()}"),
        await keyed.posts(BODY, f"X-My-Key: {keyed.secret}"),
        await basic.posts(BODY, "Authorization: Basic dTpw"),
    ]

    assert [answer.status for answer in answers] == [202, 202, 202]


async def test_a_secret_of_another_source_proves_nothing(instance: Instance) -> None:
    one = await a_source(instance, name="a", auth_type="signature")
    other = await a_source(instance, name="b", auth_type="signature")

    answer = await one.posts(BODY, f"X-Webhook-Signature: sha256={other.signed()}")

    assert answer.status == 401


async def test_an_altered_body_is_refused(instance: Instance) -> None:
    source = await a_source(instance, auth_type="signature")

    answer = await source.posts(BODY + b" ", f"X-Webhook-Signature: sha256={source.signed()}")

    assert answer.status == 401


@pytest.mark.parametrize(
    ("method", "body", "fields"),
    [
        ("POST", BODY, ()),
        ("GET", b"", ()),
        ("POST", BODY, ("Content-Encoding: gzip",)),
        ("POST", b"a" * 1_100_000, ()),
    ],
)
async def test_unknown_disabled_and_deleted_paths_sound_the_same(
    instance: Instance, method: str, body: bytes, fields: tuple[str, ...]
) -> None:
    disabled = await a_source(instance, name="a", auth_type="signature")
    deleted = await a_source(instance, name="b", auth_type="signature")
    await instance.application.sources.update(instance.tenant_id, disabled.id, {"status": "disabled"})
    await instance.application.sources.delete(instance.tenant_id, deleted.id)
    paths = [Source(instance, "nobody-knows-this", "").path, disabled.path, deleted.path]

    requests = [
        post(path, body, "X-Request-Id: same-same", *fields).replace(b"POST", method.encode()) for path in paths
    ]
    heard = [await disabled.gets(request) for request in requests]

    assert {answer.status for answer in heard} == {404}
    assert len({str(answer) for answer in heard}) == 1
    assert heard[0].body == b'{"error":"not_found"}'


async def test_another_method_is_told_which_are_taken(instance: Instance) -> None:
    source = await a_source(instance, auth_type="none", methods=["POST", "PUT"])

    answer = await source.gets(get(source.path))

    assert (answer.status, answer.body) == (405, b'{"error":"method_not_allowed"}')
    assert answer.fields["allow"] == "POST, PUT"


async def test_content_that_is_not_taken_is_told_so(instance: Instance) -> None:
    source = await a_source(
        instance, auth_type="none", content_types=["application/json"], require_json=True, max_body_bytes=1_024
    )
    json = "Content-Type: application/json; charset=utf-8"

    answers = [
        await source.posts(BODY, "Content-Type: text/plain"),
        await source.posts(BODY, json, "Content-Encoding: gzip"),
        await source.posts(BODY, json, "Content-Encoding: gzip", "Content-Encoding: identity"),
        await source.posts(b"{", json),
        await source.posts(b"a" * 1_025, json),
    ]

    assert [(answer.status, answer.body) for answer in answers] == [
        (415, b'{"error":"unsupported_media_type"}'),
        (415, b'{"error":"unsupported_encoding"}'),
        (415, b'{"error":"unsupported_encoding"}'),
        (400, b'{"error":"invalid_json"}'),
        (413, b'{"error":"payload_too_large"}'),
    ]
    assert await stored(instance) == (0, 0, 0)


async def test_an_address_that_is_not_listed_is_forbidden(instance: Instance) -> None:
    source = await a_source(instance, auth_type="none", allowed_ips=["203.0.113.0/24"])

    answer = await source.posts()

    assert (answer.status, answer.body) == (403, b'{"error":"forbidden"}')


async def test_a_paused_source_accepts_and_holds(instance: Instance) -> None:
    source = await a_source(instance, auth_type="none", status="paused")

    answer = await source.posts()

    assert (answer.status, said(answer)["status"]) == (202, "held")


async def test_a_loop_is_broken_after_eight_hops(instance: Instance) -> None:
    source = await a_source(instance, auth_type="none", dedupe={"mode": "off"})
    key = hmac.digest(instance.application.instance.cursor_key, b"hops", "sha256")

    async def after(hops: int) -> Heard:
        return await source.posts(BODY, "webhook-id: m-1", f"X-Hookspan-Hops: {hop_header(key, 'm-1', hops)}")

    assert (await after(8)).status == 202
    assert (await after(9)).status == 508
    assert (await after(9)).body == b'{"error":"loop_detected"}'


async def test_a_hop_count_that_we_did_not_write_counts_as_none(instance: Instance) -> None:
    source = await a_source(instance, auth_type="none")

    answer = await source.posts(BODY, "webhook-id: m-1", "X-Hookspan-Hops: 99.0123456789abcdef")

    assert answer.status == 202


async def test_a_source_may_have_an_answer_of_its_own(instance: Instance) -> None:
    source = await a_source(
        instance, auth_type="none", response={"status": 200, "contentType": "text/plain", "body": "[accepted]"}
    )

    answer = await source.posts()

    assert (answer.status, answer.body, answer.fields["content-type"]) == (200, b"[accepted]", "text/plain")


@pytest.mark.parametrize("is_bound", [False, True])
async def test_a_store_that_is_away_is_503_and_never_the_senders_fault(instance: Instance, is_bound: bool) -> None:
    workflow = {"name": "w", "steps": [{"id": "a", "kind": "pass"}]}
    row, _ = await instance.application.definitions.create(instance.tenant_id, workflow)
    source = await a_source(instance, auth_type="none", workflow_id=row.id if is_bound else None)
    await instance.application.database.close()

    answer = await source.posts()

    assert (answer.status, answer.body) == (503, b'{"error":"unavailable"}')
    assert answer.fields["retry-after"] == "5"


async def test_a_handshake_over_the_wire_is_plain_text_that_nobody_sniffs_or_keeps(instance: Instance) -> None:
    source = await a_source(instance, provider="dropbox", secret="it is secret")

    answer = await source.gets(get(f"{source.path}?challenge=%3Cscript%3E", CLOSE))

    assert (answer.status, answer.body) == (200, b"<script>")
    assert answer.fields["content-type"] == "text/plain; charset=utf-8"
    assert answer.fields["x-content-type-options"] == "nosniff"
    assert answer.fields["cache-control"] == "no-store"
    assert await stored(instance) == (0, 0, 0)


async def test_a_probe_by_head_has_no_body(instance: Instance) -> None:
    source = await a_source(instance, provider="trello", secret="it is secret")

    said_back = await instance.ask(get(source.path, CLOSE, method="HEAD"))

    assert said_back.startswith(b"HTTP/1.1 200 OK\r\n")
    assert said_back.endswith(b"\r\n\r\n")


async def test_a_body_that_stalls_is_refused_in_the_log_too(instance: Instance) -> None:
    source = await a_source(instance, auth_type="none")

    await instance.ask(post(source.path, b"abc", length=100))

    assert await causes(instance) == ["timeout"]


async def test_what_still_reaches_a_process_that_stops_is_taken_in(instance: Instance) -> None:
    source = await a_source(instance, auth_type="none")
    instance.application.is_draining = True

    answer = await source.posts()

    assert answer.status == 202
    assert await stored(instance) == (1, 1, 0)


async def causes(instance: Instance) -> list[str]:
    """What the log of refused requests tells."""
    await instance.application.rejections.flush()

    def read(connection: Any) -> list[str]:
        return list(connection.execute(select(rejected_requests.c.cause).order_by(rejected_requests.c.id)).scalars())

    return await instance.application.database.read(read)
