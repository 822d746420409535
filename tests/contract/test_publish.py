"""Publish, alone and in batches (contracts C.3): every member, every refusal, and repeats under a key."""

from __future__ import annotations

import base64
from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import Any

import msgspec
import pytest
from sqlalchemy import func, select

from hookspan.storage.tables import events
from tests.support.instance import Instance, running
from tests.support.raw_http import Heard, post

EVENTS, BATCH = "/api/v1/events", "/api/v1/events/batch"


class Publisher:
    """Someone who publishes over HTTP, as the owner unless told otherwise."""

    def __init__(self, instance: Instance) -> None:
        self.instance = instance
        self.token = instance.token

    async def sends(self, path: str, body: bytes, *fields: str, media: str = "application/json") -> Heard:
        """One request with this very body."""
        own = (f"Authorization: Bearer {self.token}", f"Content-Type: {media}")
        async with self.instance.wire() as wire:
            await wire.says(post(path, body, *own, *fields))
            return await wire.hears()

    async def publishes(self, *fields: str, **members: object) -> Heard:
        """One event of these members."""
        return await self.sends(EVENTS, msgspec.json.encode(members), *fields)

    async def batches(self, *items: Mapping[str, object], atomic: bool = False) -> Heard:
        """A batch of these."""
        return await self.sends(BATCH, msgspec.json.encode({"events": items, "atomic": atomic}))

    async def stored(self) -> list[dict[str, Any]]:
        """Every event but what the instance tells of itself, in order of birth."""

        def query(connection: Any) -> list[dict[str, Any]]:
            ours = select(events).where(events.c.origin != "system").order_by(events.c.created_at, events.c.id)
            found = connection.execute(ours).mappings()
            return [dict(row) for row in found]

        return await self.instance.application.database.read(query)

    async def count(self) -> int:
        """How many events there are, but for what the instance tells of itself."""
        query = select(func.count()).where(events.c.origin != "system")
        return await self.instance.application.database.read(lambda connection: connection.execute(query).scalar_one())


@pytest.fixture
async def publisher(tmp_path: Path) -> AsyncIterator[Publisher]:
    """The owner before a running instance."""
    async with running(tmp_path) as started:
        yield Publisher(started)


def told(answer: Heard) -> dict[str, Any]:
    """The body as JSON."""
    return msgspec.json.decode(answer.body, type=dict[str, Any])


async def test_an_event_needs_no_more_than_a_type(publisher: Publisher) -> None:
    answer = await publisher.publishes(type="invoice.paid")

    body = told(answer)
    assert answer.status == 202
    assert answer.fields["location"] == f"/api/v1/events/{body['id']}"
    assert list(body) == ["id", "type", "createdAt", "duplicate", "deliveries", "executions"]
    assert (body["type"], body["duplicate"], body["deliveries"], body["executions"]) == ("invoice.paid", False, 0, 0)
    (row,) = await publisher.stored()
    assert (row["data"], row["data_content_type"], row["priority"]) == (b"{}", "application/json", 1)


async def test_every_member_is_kept(publisher: Publisher) -> None:
    answer = await publisher.sends(
        EVENTS,
        b'{"type":"invoice.paid","data": {"id":"inv_1", "total":10.50,"total":1e400},"metadata":{"triggered_by":"b"},'
        b'"subject":"inv_1","priority":3,"orderingKey":"cust_9","deliverAt":null,"version":null,'
        b'"occurredAt":"2025-05-21T23:27:09.442+02:00"}',
    )

    (row,) = await publisher.stored()
    assert answer.status == 202
    assert row["data"] == b'{"id":"inv_1", "total":10.50,"total":1e400}'
    assert row["metadata"] == b'{"triggered_by":"b"}'
    assert (row["subject"], row["priority"], row["ordering_key"]) == ("inv_1", 3, "cust_9")
    assert row["occurred_at"] == 1_747_862_829_442
    assert row["origin"] == "api"


@pytest.mark.parametrize("data", [b"null", b"true", b"-0.0", b'"text"', b"[]", b'{"a":{"b":[1,2]}}'])
async def test_data_is_any_json(publisher: Publisher, data: bytes) -> None:
    answer = await publisher.sends(EVENTS, b'{"type":"a.b","data":' + data + b"}")

    (row,) = await publisher.stored()
    assert (answer.status, row["data"]) == (202, data)


async def test_bytes_that_are_no_json_come_as_base64(publisher: Publisher) -> None:
    encoded = base64.b64encode(b"\x00\xff").decode()

    await publisher.publishes(type="a.b", dataBase64=encoded)
    await publisher.publishes(type="a.b", dataBase64=encoded, dataContentType="text/plain; charset=utf-8")

    rows = await publisher.stored()
    assert {row["data"] for row in rows} == {b"\x00\xff"}
    assert {row["data_content_type"] for row in rows} == {"application/octet-stream", "text/plain; charset=utf-8"}


WRONG = {
    "no type": (b"{}", "/type"),
    "a type of another kind": (b'{"type":7}', "/type"),
    "a type with a blank": (b'{"type":"a b"}', "/type"),
    "a type with a wildcard": (b'{"type":"a.*"}', "/type"),
    "an empty type": (b'{"type":""}', "/type"),
    "a long type": (b'{"type":"' + b"a" * 101 + b'"}', "/type"),
    "a NUL in the type": (b'{"type":"a\\u0000"}', "/type"),
    "priority 4": (b'{"type":"a","priority":4}', "/priority"),
    "priority true": (b'{"type":"a","priority":true}', "/priority"),
    "priority beyond all": (b'{"type":"a","priority":99999999999999999999}', "/priority"),
    "an empty subject": (b'{"type":"a","subject":""}', "/subject"),
    "a long subject": (b'{"type":"a","subject":"' + b"s" * 256 + b'"}', "/subject"),
    "a subject with a line end": (b'{"type":"a","subject":"a\\nb"}', "/subject"),
    "a NUL in the ordering key": (b'{"type":"a","orderingKey":"\\u0000"}', "/orderingKey"),
    "an instant without offset": (b'{"type":"a","occurredAt":"2025-05-21T21:27:09"}', "/occurredAt"),
    "an instant of no year": (b'{"type":"a","occurredAt":4503599627370496}', "/occurredAt"),
    "an instant of forty digits": (b'{"type":"a","occurredAt":' + b"9" * 40 + b"}", "/occurredAt"),
    "metadata of another kind": (b'{"type":"a","metadata":[]}', "/metadata"),
    "no base64": (b'{"type":"a","dataBase64":"*"}', "/dataBase64"),
    "data twice": (b'{"type":"a","data":1,"dataBase64":"AA=="}', "/dataBase64"),
    "a content type of no form": (b'{"type":"a","dataBase64":"AA==","dataContentType":"text"}', "/dataContentType"),
    "a header in the content type": (b'{"type":"a","dataContentType":"a/b\\r\\nx: y"}', "/dataContentType"),
    "a content type beyond ASCII": (b'{"type":"a","dataContentType":"a/\xc3\xa9"}', "/dataContentType"),
    "a delayed event": (b'{"type":"a","deliverAt":"2030-01-01T00:00:00Z"}', "/deliverAt"),
    "an empty key": (b'{"type":"a","idempotencyKey":""}', "/Idempotency-Key"),
    "no object": (b"[]", ""),
}


@pytest.mark.parametrize("wrong", WRONG)
async def test_a_wrong_member_is_named_and_nothing_stored(publisher: Publisher, wrong: str) -> None:
    body, pointer = WRONG[wrong]

    answer = await publisher.sends(EVENTS, body)

    assert answer.status == 422
    assert answer.fields["content-type"] == "application/problem+json"
    assert [fault["pointer"] for fault in told(answer)["errors"]] == [pointer]
    assert await publisher.count() == 0


async def test_all_faults_are_told_at_once(publisher: Publisher) -> None:
    answer = await publisher.publishes(type="a b", priority=9, subject="")

    assert [fault["pointer"] for fault in told(answer)["errors"]] == ["/type", "/priority", "/subject"]


async def test_a_member_of_no_name_is_refused(publisher: Publisher) -> None:
    answer = await publisher.publishes(type="a.b", typo=1)

    assert (answer.status, told(answer)["code"]) == (422, "unknown_member")
    assert told(answer)["errors"][0]["pointer"] == "/typo"


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b'{"type":"a.b"}x',
        b'{"type":"a.b","data":NaN}',
        b'{"type":"a.b","data":"\xff"}',
        b'\xef\xbb\xbf{"type":"a.b"}',
        b'{"type":"a.b","metadata":' + b'{"a":' * 5_000 + b"1" + b"}" * 5_000 + b"}",
        b'{"type":"a.b","data":' + b"[" * 100_000 + b"]" * 100_000 + b"}",
    ],
    ids=["nothing", "an end", "a rest", "NaN", "not UTF-8", "a mark", "deep metadata", "deep data"],
)
async def test_what_is_no_json_is_refused(publisher: Publisher, body: bytes) -> None:
    answer = await publisher.sends(EVENTS, body)

    assert (answer.status, told(answer)["code"]) == (400, "invalid_json")
    assert await publisher.count() == 0


@pytest.mark.parametrize(("media", "status"), [("text/plain", 415), ("", 415), ("application/x+json", 202)])
async def test_the_body_must_be_called_json(publisher: Publisher, media: str, status: int) -> None:
    answer = await publisher.sends(EVENTS, b'{"type":"a.b"}', media=media)

    assert answer.status == status


@pytest.mark.parametrize(("size", "status"), [(1_048_576, 202), (1_048_577, 413)])
async def test_data_has_at_most_a_mebibyte_base64_counted_decoded(publisher: Publisher, size: int, status: int) -> None:
    plain = await publisher.sends(EVENTS, b'{"type":"a.b","data":"' + b"a" * (size - 2) + b'"}')
    encoded = await publisher.publishes(type="a.b", dataBase64=base64.b64encode(b"a" * size).decode())

    assert (plain.status, encoded.status) == (status, status)


# -- who may ----------------------------------------------------------------------------------------------------------


async def test_a_stranger_is_told_to_prove_himself(publisher: Publisher) -> None:
    publisher.token = "hsk_no"

    answer = await publisher.publishes(type="a.b")

    assert (answer.status, answer.fields["www-authenticate"]) == (401, "Bearer")
    assert await publisher.count() == 0


@pytest.mark.parametrize(
    ("scopes", "kind", "status"),
    [
        (["events:publish"], "order.paid", 202),
        (["events:publish"], "execution.completed", 422),
        (["events:publish", "events:publish_system"], "execution.completed", 202),
        (["events:read"], "order.paid", 403),
    ],
)
async def test_what_one_may_publish_is_a_matter_of_scopes(
    publisher: Publisher, scopes: list[str], kind: str, status: int
) -> None:
    made = await publisher.sends("/api/v1/keys", msgspec.json.encode({"name": "k", "scopes": scopes}))
    publisher.token = told(made)["key"]

    alone = await publisher.publishes(type=kind)
    batched = await publisher.batches({"type": kind})

    assert alone.status == status
    if status == 422:
        assert told(alone)["code"] == "reserved_event_type"
        assert told(batched)["data"][0]["error"]["code"] == "reserved_event_type"
    else:
        assert batched.status == status


# -- once -------------------------------------------------------------------------------------------------------------


async def test_a_repeat_under_a_key_gets_the_first_answer(publisher: Publisher) -> None:
    endpoint = {"url": "http://127.0.0.1:65001/hook", "events": ["*"]}
    made = await publisher.sends("/api/v1/endpoints", msgspec.json.encode(endpoint))
    assert made.status == 201
    first = await publisher.publishes("Idempotency-Key: k-1", type="a.b", data={"n": 1})

    repeat = await publisher.publishes("Idempotency-Key: k-1", type="a.b", data={"n": 1})

    assert told(repeat) == {**told(first), "duplicate": True}
    assert told(repeat)["deliveries"] == 1
    assert (repeat.status, repeat.fields["idempotency-replayed"]) == (202, "true")
    assert "idempotency-replayed" not in first.fields
    assert repeat.fields["location"] == first.fields["location"]


async def test_another_body_under_a_key_is_a_mismatch(publisher: Publisher) -> None:
    await publisher.publishes("Idempotency-Key: k-1", type="a.b")

    answer = await publisher.publishes("Idempotency-Key: k-1", type="a.c")

    assert (answer.status, told(answer)["code"]) == (409, "idempotency_mismatch")
    assert await publisher.count() == 1


@pytest.mark.parametrize("key", ["", "a b", "k" * 256, "\xe9"])
async def test_a_key_is_visible_ascii(publisher: Publisher, key: str) -> None:
    answer = await publisher.publishes(f"Idempotency-Key: {key}", type="a.b")

    assert answer.status == 422
    assert await publisher.count() == 0


# -- batches ----------------------------------------------------------------------------------------------------------


async def test_a_batch_has_a_verdict_for_each(publisher: Publisher) -> None:
    once = {"type": "a.b", "idempotencyKey": "k-1"}
    await publisher.batches(once)

    answer = await publisher.batches({"type": "a.b"}, once, {"type": "a b"}, {**once, "data": 2}, {"type": "a.d"})

    body = told(answer)
    assert answer.status == 202
    assert [each["status"] for each in body["data"]] == ["accepted", "duplicate", "rejected", "rejected", "accepted"]
    assert [each["index"] for each in body["data"]] == [0, 1, 2, 3, 4]
    assert (body["accepted"], body["duplicates"], body["rejected"]) == (2, 1, 2)
    assert [each["error"]["code"] for each in body["data"][2:4]] == ["validation_error", "idempotency_mismatch"]
    assert await publisher.count() == 3


async def test_a_key_twice_in_one_batch_is_one_event(publisher: Publisher) -> None:
    once = {"type": "a.b", "idempotencyKey": "k-1"}

    body = told(await publisher.batches(once, once))

    assert [each["status"] for each in body["data"]] == ["accepted", "duplicate"]
    assert body["data"][0]["id"] == body["data"][1]["id"]


async def test_an_atomic_batch_with_one_wrong_event_stores_none(publisher: Publisher) -> None:
    answer = await publisher.batches({"type": "a.b"}, {"type": "a b"}, atomic=True)

    assert answer.status == 422
    assert [fault["pointer"] for fault in told(answer)["errors"]] == ["/events/1"]
    assert await publisher.count() == 0


async def test_an_atomic_batch_with_a_key_used_for_another_body_stores_none(publisher: Publisher) -> None:
    await publisher.batches({"type": "a.b", "idempotencyKey": "k-1"})

    answer = await publisher.batches({"type": "a.b"}, {"type": "a.c", "idempotencyKey": "k-1"}, atomic=True)

    assert answer.status == 422
    assert await publisher.count() == 1


@pytest.mark.parametrize(("number", "status"), [(0, 422), (1, 202), (1_000, 202), (1_001, 422)])
async def test_a_batch_holds_one_to_a_thousand_events(publisher: Publisher, number: int, status: int) -> None:
    answer = await publisher.batches(*[{"type": "a.b"}] * number)

    assert answer.status == status
    assert await publisher.count() == (number if status == 202 else 0)


async def test_a_batch_has_at_most_five_mebibytes(publisher: Publisher) -> None:
    publisher.instance.limited(drain_bytes=2_097_152)

    answer = await publisher.batches(*[{"type": "a.b", "data": "a" * 900_000}] * 6)

    assert answer.status == 413
    assert await publisher.count() == 0
