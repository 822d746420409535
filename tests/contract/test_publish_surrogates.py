"""Lone surrogates in data are kept as sent; a batch takes no key for itself."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.calls import Calls

JSON = {"Content-Type": "application/json"}
DATA = rb'{"a": "\ud800x\uE000\ud83d\ude00\\ud800"}'


async def sent(api: Calls, path: str, content: bytes, **headers: str) -> tuple[int, Any]:
    answer = await api.ask("POST", path, content=content, headers={**JSON, **headers})
    return answer.status_code, answer.json()


async def test_data_with_a_lone_surrogate_is_kept_byte_for_byte(api: Calls) -> None:
    await api.endpoint()
    status, made = await sent(api, "/api/v1/events", b'{"type":"a.b","data":' + DATA + b"}")

    kept = await api.ask("GET", f"/api/v1/events/{made['id']}/data")

    assert (status, kept.content) == (202, DATA)
    for path in ("events", f"events/{made['id']}", f"events/{made['id']}/deliveries"):
        assert (await api.ask("GET", f"/api/v1/{path}")).status_code == 200


async def test_so_it_is_in_a_batch(api: Calls) -> None:
    _, made = await sent(api, "/api/v1/events/batch", b'{"events":[{"type":"a.b","data":' + DATA + b"}]}")

    kept = await api.ask("GET", f"/api/v1/events/{made['data'][0]['id']}/data")

    assert kept.content == DATA


@pytest.mark.parametrize("member", [b'"subject":"\\ud800"', b'"metadata":{"a":"\\ud800"}', b'"orderingKey":"\\udc00"'])
async def test_a_lone_surrogate_elsewhere_is_refused(api: Calls, member: bytes) -> None:
    status, problem = await sent(api, "/api/v1/events", b'{"type":"a.b",' + member + b"}")

    name = member.split(b'"')[1].decode()
    assert (status, problem["errors"][0]["pointer"]) == (422, f"/{name}")


async def test_broken_json_with_a_lone_surrogate_stays_refused(api: Calls) -> None:
    status, problem = await sent(api, "/api/v1/events", b'{"type":"a.b","data":"\\ud800"')

    assert (status, problem["code"]) == (400, "invalid_json")


async def test_a_batch_refuses_a_key_of_its_own(api: Calls) -> None:
    status, problem = await sent(
        api, "/api/v1/events/batch", b'{"events":[{"type":"a.b"}]}', **{"Idempotency-Key": "k"}
    )

    assert (status, problem["errors"][0]["pointer"]) == (422, "/Idempotency-Key")
