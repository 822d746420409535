"""A PATCH of an endpoint is a merge patch, also within its headers and metadata (contracts C.1, RFC 7396)."""

from __future__ import annotations

from typing import Any

from tests.support.calls import URL, Calls

METADATA = {"team": "checkout", "owner": {"name": "Ann", "desk": 7}}


def at(endpoint: dict[str, Any]) -> str:
    return f"/api/v1/endpoints/{endpoint['id']}"


async def patched(api: Calls, endpoint: dict[str, Any], **members: Any) -> dict[str, Any]:
    answer = await api.ask("PATCH", at(endpoint), members)
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


async def test_headers_named_are_set_and_the_others_stay(api: Calls) -> None:
    created = await api.endpoint(headers={"X-A": "1", "X-B": "2"})

    changed = await patched(api, created, headers={"x-b": "3", "X-C": "4"})

    assert changed["headers"] == {"X-A": "1", "x-b": "3", "X-C": "4"}


async def test_null_removes_one_header_in_any_case_of_letters(api: Calls) -> None:
    created = await api.endpoint(headers={"X-A": "1", "X-B-Token": "sealed", "x-c": "3"})

    changed = await patched(api, created, headers={"x-b-token": None, "X-C": None, "X-Never": None})

    assert changed["headers"] == {"X-A": "1"}
    assert (await api.get(f"{at(created)}/secret"))["headers"] == {"X-A": "1"}


async def test_a_sealed_header_that_is_not_named_or_masked_keeps_its_value(api: Calls) -> None:
    created = await api.endpoint(headers={"X-A-Token": "one", "X-B-Token": "two"})

    changed = await patched(api, created, headers={"X-B-Token": "***", "X-C": "3"})

    assert changed["headers"] == {"X-A-Token": "***", "X-B-Token": "***", "X-C": "3"}
    assert (await api.get(f"{at(created)}/secret"))["headers"] == {"X-A-Token": "one", "X-B-Token": "two", "X-C": "3"}


async def test_metadata_merges_at_every_depth(api: Calls) -> None:
    created = await api.endpoint(metadata=METADATA)

    changed = await patched(api, created, metadata={"team": None, "owner": {"desk": None, "floor": [1, None]}})

    assert changed["metadata"] == {"owner": {"name": "Ann", "floor": [1, None]}}


async def test_an_empty_patch_of_them_changes_nothing_and_null_clears_them(api: Calls) -> None:
    created = await api.endpoint(metadata=METADATA, headers={"X-A": "1"})

    same = await patched(api, created, metadata={}, headers={})
    cleared = await patched(api, created, metadata=None, headers=None)

    assert (same["metadata"], same["headers"]) == (METADATA, {"X-A": "1"})
    assert (cleared["metadata"], cleared["headers"]) == ({}, {})


async def test_a_put_replaces_them_whole(api: Calls) -> None:
    created = await api.endpoint(metadata=METADATA, headers={"X-A": "1"})
    whole = {"url": URL, "events": ["*"], "metadata": {"a": None}, "headers": {"X-B": "2"}}

    replaced = (await api.ask("PUT", at(created), whole)).json()

    assert (replaced["metadata"], replaced["headers"]) == ({"a": None}, {"X-B": "2"})


async def test_only_a_patch_takes_null_for_a_header(api: Calls) -> None:
    created = await api.endpoint()
    wrong = {"url": URL, "events": ["*"], "headers": {"X-A": None}}

    refused = [
        await api.ask("PUT", at(created), wrong),
        await api.ask("POST", "/api/v1/endpoints", wrong),
        await api.ask("POST", "/api/v1/endpoints/test", {"url": URL, "headers": {"X-A": None}}),
    ]

    assert [answer.status_code for answer in refused] == [422, 422, 422]
    assert {answer.json()["errors"][0]["pointer"] for answer in refused} == {"/headers/X-A"}
