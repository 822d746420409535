"""What a workflow is known by, and what is read of it: lists of tags, tags of each way of showing, members (C.1)."""

from __future__ import annotations

import pytest

from tests.support.calls import Calls

WORKFLOWS = "/api/v1/workflows"
ORDERS = {"name": "Orders", "steps": [{"id": "a"}]}


async def path_of(api: Calls) -> str:
    """The path of a new workflow."""
    return f"{WORKFLOWS}/{(await api.post(WORKFLOWS, ORDERS))['id']}"


async def tag(api: Calls, path: str) -> str:
    """What it is known by as JSON."""
    return str((await api.ask("GET", path)).headers["etag"])


@pytest.mark.parametrize("path", ["/api/v1/workflows", "/api/v1/workflows/validate"])
async def test_a_member_that_stands_twice_is_refused_where_it_stands(path: str, api: Calls) -> None:
    body = b'{"name":"Orders","steps":[{"id":"a","with":{"a":1}},{"id":"b","with":{"x/y":{},"x/y":2}}]}'

    answer = await api.ask("POST", path, content=body, headers={"Content-Type": "application/json"})

    assert answer.status_code == 422
    [fault] = answer.json()["errors"]
    assert (fault["pointer"], fault["detail"]) == ("/steps/1/with/x~1y", "stands here twice; write it once")


async def test_any_of_several_tags_will_do_for_a_write_and_that_of_the_yaml_too(api: Calls) -> None:
    path = await path_of(api)
    current = await tag(api, path)
    yaml = (await api.ask("GET", path, headers={"Accept": "application/yaml"})).headers["etag"]

    wrong = ['"x", "1"', f"W/{current}", '""', ","]
    right = [f'"x", {current}', yaml, f"{current},W/{current}", "*"]

    refused = [await api.ask("PUT", path, ORDERS, headers={"If-Match": each}) for each in wrong]
    taken = [await api.ask("PUT", path, ORDERS, headers={"If-Match": each}) for each in right]
    assert [answer.status_code for answer in refused] == [412] * 4
    assert [answer.status_code for answer in taken] == [200] * 4


async def test_what_is_known_as_json_is_not_known_as_yaml(api: Calls) -> None:
    path = await path_of(api)
    known = await tag(api, path)
    asked = {"Accept": "application/yaml"}

    first = await api.ask("GET", path, headers={**asked, "If-None-Match": known})
    again = await api.ask("GET", path, headers={**asked, "If-None-Match": first.headers["etag"]})

    assert (first.status_code, again.status_code) == (200, 304)
    assert again.headers["vary"] == "Accept"
