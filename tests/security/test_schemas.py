"""Evil schemas (S22): nothing is fetched, nothing backtracks, and what may run is counted in steps before it runs."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import httpx2
import pytest

from hookspan.errors import Invalid
from hookspan.events.type_judges import compile_within
from hookspan.model.compatibility import COMPARED_MOST, breaks
from hookspan.model.samples import sample_of
from hookspan.model.schema_cost import COUNTING_MOST, LOOKS_MOST, cost_of
from hookspan.model.schema_judge import LOOKS_BUDGET, compile_schema
from hookspan.model.schema_nodes import read_graph
from hookspan.model.schema_patterns import STEPS_MOST, pattern_steps
from tests.support.calls import Calls
from tests.support.surface import Surface


def doubled(levels: int) -> dict[str, Any]:
    definitions: dict[str, Any] = {
        f"a{level}": {"allOf": [{"$ref": f"#/$defs/a{level + 1}"}] * 2} for level in range(levels)
    }
    return {"$defs": {**definitions, f"a{levels}": {"type": "string"}}, "$ref": "#/$defs/a0"}


def unevaluated(levels: int) -> dict[str, Any]:
    schema: dict[str, Any] = {"properties": {"a": {}}}
    for _ in range(levels):
        schema = {"allOf": [schema], "unevaluatedProperties": False}
    return schema


def nested(levels: int) -> dict[str, Any]:
    schema: dict[str, Any] = {"type": "string"}
    for _ in range(levels):
        schema = {"items": schema}
    return schema


TWICE_BELOW = {"allOf": [{"additionalProperties": {"$ref": "#"}}, {"additionalProperties": {"$ref": "#"}}]}
EVIL: dict[str, Any] = {
    "allOf bomb": doubled(30),
    "doubling by level": TWICE_BELOW,
    "unevaluated nests": unevaluated(12),
    "itself": {"$ref": "#"},
    "a circle": {"$defs": {"a": {"$ref": "#/$defs/b"}, "b": {"not": {"$ref": "#/$defs/a"}}}, "$ref": "#/$defs/a"},
    "dear options": {"items": {"enum": [[number] for number in range(5_000)]}},
    "remote": {"$ref": "http://127.0.0.1:1/schema"},
    "file": {"$ref": "file:///etc/passwd"},
    "relative": {"$ref": "other.json"},
    "dialect": {"$schema": "http://127.0.0.1:1/dialect"},
    "old dialect": {"$schema": "http://json-schema.org/draft-07/schema#"},
    "another base": {"$id": "http://127.0.0.1:1/", "properties": {"a": {"$ref": "#/b"}}},
    "dynamic": {"$dynamicRef": "#meta"},
    "unused but remote": {"$defs": {"a": {"$ref": "http://127.0.0.1:1/schema"}}},
    "look-around": {"pattern": "(?=a)"},
    "back-reference": {"pattern": "(a)\\1"},
    "repeats of repeats": {"pattern": "((a{50}){50}){50}"},
    "long pattern": {"pattern": "a" * 513},
    "deep": nested(33),
    "large": {"description": "x" * 65_536},
    "many references": {"$defs": {"a": {}}, "properties": {f"p{n}": {"$ref": "#/$defs/a"} for n in range(257)}},
    "nowhere": {"$ref": "#/$defs/nothing"},
    "not a schema": {"type": "strin"},
    "no schema": [],
}


@pytest.mark.parametrize("name", sorted(EVIL))
def test_an_evil_schema_is_refused_with_its_place(name: str) -> None:
    with pytest.raises(Invalid) as refused:
        compile_schema(EVIL[name])

    assert refused.value.faults[0].pointer.startswith("/schema")


@pytest.mark.parametrize(
    ("schema", "looks"),
    [
        ({}, 1),
        ({"properties": {"a": {"type": "string"}, "b": {"type": "string"}}}, 1),
        ({"properties": {"l": {"$ref": "#"}, "r": {"$ref": "#"}}, "additionalProperties": {"$ref": "#"}}, 2),
        ({"prefixItems": [{"$ref": "#"}], "items": {"$ref": "#"}}, 2),
        ({"anyOf": [{"type": "string"}, {"items": {"$ref": "#"}}, {"additionalProperties": {"$ref": "#"}}]}, 5),
        ({"patternProperties": {"^a": {}, "^b": {}}, "properties": {"ab": {}}}, 3),
        (doubled(5), 126),
        ({"enum": ["a", "b"]}, 1),
        ({"enum": [1.5, [2]]}, 31),
    ],
)
def test_the_looks_at_one_value_are_counted(schema: dict[str, Any], looks: int) -> None:
    assert cost_of(read_graph(schema)).looks == looks


def test_a_schema_of_every_allowed_size_is_counted_within_the_steps() -> None:
    many: dict[str, Any] = {f"p{n}": {"$ref": "#/$defs/n"} for n in range(250)}

    cost = cost_of(read_graph({"$defs": {"n": {"properties": many}}, "$ref": "#/$defs/n"}))

    assert cost.looks <= LOOKS_MOST < COUNTING_MOST


def test_data_that_would_take_too_many_looks_are_not_run() -> None:
    judge = compile_schema({"items": {"anyOf": [{"const": number} for number in range(100)]}})
    data = b"[" + b",".join([b"99"] * (LOOKS_BUDGET // 1_000)) + b"]"

    faults = judge.faults(data)

    assert [(fault.pointer, fault.code) for fault in faults] == [("", "schema_mismatch")]
    assert "too much work" in faults[0].detail


def test_a_text_that_would_take_too_many_steps_is_not_run() -> None:
    judge = compile_schema({"pattern": "[01]*1[01]{200}x"})

    assert "too much work" in judge.faults(b'"' + b"01" * 20_000 + b'"')[0].detail
    assert "does not match" in judge.faults(b'"' + b"01" * 2_000 + b'"')[0].detail


@pytest.mark.parametrize(
    ("pattern", "steps"),
    [("^inv_[0-9]+$", 1), ("^[01]*1[01]{200}x", 203), ("(a|b){3}", 6), ("a{2,5}", 5), ("", 1), ("(a{50}){50}", None)],
)
def test_patterns_are_measured_with_their_repeats_written_out(pattern: str, steps: int | None) -> None:
    assert pattern_steps(pattern) == steps
    assert steps is None or steps <= STEPS_MOST


def test_a_fault_does_not_repeat_the_data() -> None:
    judge = compile_schema({"properties": {"card": {"type": "integer"}}})

    assert "4111" not in judge.faults(b'{"card":"4111111111111111"}')[0].detail


def test_faults_are_few_and_have_pointers() -> None:
    judge = compile_schema({"additionalProperties": {"items": {"type": "integer"}}})

    faults = judge.faults(b'{"a/b~":[' + b",".join([b'"x"'] * 50) + b"]}")

    assert [fault.pointer for fault in faults[:2]] == ["/a~1b~0/0", "/a~1b~0/1"]
    assert len(faults) == 20


@pytest.mark.parametrize(
    ("data", "is_valid"),
    [
        (b'{"n":9007199254740993}', True),
        (b'{"n":9007199254740992}', False),
        (b'{"n":0.1}', False),
        (b'{"s":"\\ud800"}', True),
        (b"{", False),
        (b"[" * 65 + b"]" * 65, False),
        (b"", False),
    ],
)
def test_data_are_read_exactly_and_within_limits(data: bytes, is_valid: bool) -> None:
    judge = compile_schema({"type": "object", "properties": {"n": {"const": 9007199254740993}, "s": {"minLength": 1}}})

    assert (judge.faults(data) == []) is is_valid


def test_comparing_and_sampling_end() -> None:
    ways = {"anyOf": [{"const": number} for number in range(2_000)]}
    other = {"anyOf": [{"const": number, "title": ""} for number in range(2_000, 4_000)]}
    wide: dict[str, Any] = {"properties": {f"p{n}": {"$ref": "#"} for n in range(200)}}

    broken = breaks(ways, other)
    sample = sample_of(wide, compile_schema(wide))

    assert broken
    assert COMPARED_MOST < 2_000 * 2_000
    assert sample is not None
    assert len(sample) < 100_000


@pytest.fixture
def api(world: Surface, client: httpx2.AsyncClient) -> Calls:
    """The API as the owner sees it."""
    return Calls(client, world.owner)


@pytest.fixture
async def visitors() -> AsyncIterator[tuple[int, asyncio.Queue[bytes]]]:
    """The port of a listener on this machine, and the first line of everyone who came."""
    came: asyncio.Queue[bytes] = asyncio.Queue()

    async def open_door(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        came.put_nowait(await reader.readline())
        writer.close()

    server = await asyncio.start_server(open_door, "127.0.0.1", 0)
    async with server:
        yield server.sockets[0].getsockname()[1], came


async def test_a_schema_that_is_slow_to_compile_is_refused() -> None:
    with pytest.raises(Invalid):
        await compile_within({"type": "string"}, budget_ns=0)


async def test_nothing_behind_a_reference_is_fetched(visitors: tuple[int, asyncio.Queue[bytes]], api: Calls) -> None:
    port, came = visitors
    address = f"http://127.0.0.1:{port}"
    schemas: list[dict[str, Any]] = [
        {"$ref": f"{address}/schema"},
        {"$schema": f"{address}/dialect"},
        {"$id": f"{address}/me", "$ref": "you"},
        {"$defs": {"unused": {"$ref": f"{address}/schema#/a"}}},
        {"$defs": {"unused": {"$id": f"{address}/a", "$schema": f"{address}/b", "$dynamicRef": f"{address}/c"}}},
        {"const": {"$ref": f"{address}/data"}, "$vocabulary": {f"{address}/words": True}},
        {"contentSchema": {"$ref": f"{address}/content"}, "contentMediaType": "application/json"},
    ]

    for number, schema in enumerate(schemas):
        await api.ask("POST", "/api/v1/event-types", {"name": f"evil.t{number}", "schema": schema})
        await api.ask("POST", "/api/v1/events", {"type": f"evil.t{number}", "data": {}})

    _, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(b"the listener listens\r\n")
    writer.close()
    assert await came.get() == b"the listener listens\r\n"
    assert came.empty()


async def test_a_type_of_another_tenant_is_unknown(api: Calls, world: Surface) -> None:
    await api.post("/api/v1/event-types", {"name": "order.paid", "schema": {"required": ["id"]}})
    stranger = Calls(api.client, await world.key_for("admin", tenant_id=await world.second_tenant()))

    answers = [
        await stranger.ask("GET", "/api/v1/event-types/order.paid"),
        await stranger.ask("PUT", "/api/v1/event-types/order.paid", {"schema": {}}),
        await stranger.ask("DELETE", "/api/v1/event-types/order.paid"),
        await stranger.ask("GET", "/api/v1/event-types/order.paid/samples"),
        await stranger.ask("POST", "/api/v1/event-types/order.paid/validate", {"data": {}}),
    ]

    assert {answer.status_code for answer in answers} == {404}
    assert (await stranger.get("/api/v1/event-types", prefix="order."))["data"] == []
    await stranger.publish("order.paid", {"nothing": 1})
