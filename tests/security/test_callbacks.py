"""The token of a callback: forged, cut, expired, another's, written down (contracts C.6, security §11, §14)."""

from __future__ import annotations

import asyncio
import base64
import hmac
import io
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import msgspec
import pytest
from sqlalchemy import select, text

from hookspan import observe
from hookspan.errors import NotFound
from hookspan.inbound.floods import REFUSALS_MOST
from hookspan.model.redact import masked_path
from hookspan.workflows.callbacks import Callback, callback_token, read_callback
from tests.support.calls import Calls
from tests.support.running import ASK, begun, driven
from tests.support.surface import Surface

KEY = b"k" * 32
PREFIX = "/api/v1/callbacks/"
NAMED = Callback("0196f4a0-0000-7abc-8def-0123456789ab", "0196f4be-3982-7a1b-8c2d-3e4f5a6b7c8d", "ask", 1, 2_000)


def turned(token: str, place: int) -> str:
    """The token with one character another."""
    character = "A" if token[place] != "A" else "B"
    return token[:place] + character + token[place + 1 :]


def said_anew(token: str, place: int, value: object) -> str:
    """The token with one member of what it says changed and the old code before it."""
    raw = base64.urlsafe_b64decode(token + "=" * (-len(token) % 4))
    members = msgspec.json.decode(raw[32:])
    members[place] = value
    return base64.urlsafe_b64encode(raw[:32] + msgspec.json.encode(members)).rstrip(b"=").decode()


FORGERIES: dict[str, Callable[[str], str]] = {
    "cut": lambda token: token[:-1],
    "cut to the code": lambda token: token[:43],
    "cut to nothing": lambda token: "A",
    "code turned": lambda token: turned(token, 0),
    "content turned": lambda token: turned(token, 60),
    "padded": lambda token: token + "=",
    "with a blank": lambda token: token[:50] + "%20" + token[50:],
    "spelt otherwise": lambda token: token[:50] + "!" + token[50:],
    "longer": lambda token: token + "A" * 4,
    "very long": lambda token: token + "A" * 600,
    "another tenant's": lambda token: said_anew(token, 0, NAMED.tenant_id),
    "another execution's": lambda token: said_anew(token, 1, NAMED.execution_id),
    "another step's": lambda token: said_anew(token, 2, "other"),
    "another try's": lambda token: said_anew(token, 3, 2),
    "longer valid": lambda token: said_anew(token, 4, 2**52),
    "signed by another instance": lambda token: callback_token(b"x" * 32, NAMED),
    "signed with no key": lambda token: callback_token(b"", NAMED),
    "no base64": lambda token: "%C3%A9" * 8,
}


@pytest.mark.parametrize("forge", FORGERIES.values(), ids=FORGERIES.keys())
async def test_a_forged_token_is_an_unknown_one(forge: Callable[[str], str], world: Surface, api: Calls) -> None:
    running = await begun(world, api, ASK)
    token = (await running.callback()).removeprefix(PREFIX)
    headers = {"X-Request-Id": "the-same-id"}

    forged = await api.client.post(PREFIX + forge(token), json={}, headers=headers)
    unknown = await api.client.post(f"{PREFIX}nothing-of-ours", json={}, headers=headers)

    assert forged.status_code == 404
    assert (forged.content, dict(forged.headers)) == (unknown.content, dict(unknown.headers))
    assert (await running.shown())["status"] == "waiting"


async def test_an_expired_token_and_one_of_a_lost_execution_are_unknown_ones(world: Surface, api: Calls) -> None:
    headers = {"X-Request-Id": "the-same-id"}
    short = await begun(world, api, {**ASK, "with": {"callbackTtlMs": 1_000}})
    lost = await begun(world, api, ASK)
    tokens = [await short.callback(), await lost.callback()]
    world.clock.advance(seconds=1)
    await world.rooms.database.write(
        lambda connection: connection.execute(text("DELETE FROM executions WHERE id = :id"), {"id": lost.id}).rowcount
    )

    answers = [await api.client.post(path, json={}, headers=headers) for path in (*tokens, f"{PREFIX}nothing-of-ours")]

    assert [answer.status_code for answer in answers] == [404, 404, 404]
    assert len({answer.content for answer in answers}) == 1


@pytest.mark.parametrize("place", [0, 21, 42, 50, 100])
def test_every_place_of_a_token_is_proved(place: int) -> None:
    token = callback_token(KEY, NAMED)

    assert read_callback(KEY, token, 1_999) == NAMED
    with pytest.raises(NotFound):
        read_callback(KEY, turned(token, place), 1_999)


def test_a_token_ends_at_its_instant() -> None:
    with pytest.raises(NotFound):
        read_callback(KEY, callback_token(KEY, NAMED), NAMED.expires_at)


def test_a_token_has_one_spelling() -> None:
    token = callback_token(KEY, NAMED)
    twins = [f"{token[:9]}.{token[9:]}", f"{token}=", f" {token}", f"{token}\n"]

    for twin in twins:
        with pytest.raises(NotFound):
            read_callback(KEY, twin, 0)


def test_the_code_is_over_what_is_a_callback_and_nothing_else() -> None:
    said = msgspec.json.encode([NAMED.tenant_id, NAMED.execution_id, NAMED.step_id, 1, 2_000])
    other_use = base64.urlsafe_b64encode(hmac.digest(KEY, said, "sha256") + said).rstrip(b"=").decode()

    with pytest.raises(NotFound):
        read_callback(KEY, other_use, 0)


async def test_of_answers_at_the_same_time_one_is_taken(world: Surface, api: Calls) -> None:
    running = await begun(world, api, ASK)
    path = await running.callback()

    answers = await asyncio.gather(*(api.client.post(path, json=number) for number in range(8)))

    assert sorted(answer.status_code for answer in answers) == [204] + [409] * 7
    await driven(world)
    taken = next(number for number, answer in enumerate(answers) if answer.status_code == 204)
    assert (await running.shown())["output"] == taken


async def test_a_neighbour_is_shown_no_callback_and_answers_no_step(world: Surface, api: Calls) -> None:
    running = await begun(world, api, ASK)
    theirs = replace(api, headers=await world.key_for("owner", tenant_id=await world.second_tenant()))

    seen = await theirs.ask("GET", f"{running.path}/steps")
    answered = await theirs.ask("POST", f"{running.path}/steps/ask/complete", {})

    assert (seen.status_code, answered.status_code) == (404, 404)
    assert (await running.shown())["status"] == "waiting"


async def test_who_guesses_is_turned_away_before_anything_is_looked_at(world: Surface, api: Calls) -> None:
    running = await begun(world, api, ASK)
    path = await running.callback()
    async with world.client(peer=("198.51.100.7", 1)) as stranger:
        for _ in range(REFUSALS_MOST):
            await stranger.post(f"{PREFIX}guess", json={})

        guessed = await stranger.post(f"{PREFIX}guess", json={})
        right = await stranger.post(path, json={})

    assert (guessed.status_code, right.status_code) == (429, 429)
    assert guessed.headers["retry-after"] == "10"
    assert (await api.client.post(path, json={})).status_code == 204


async def test_answers_that_are_taken_count_against_nobody(world: Surface, api: Calls) -> None:
    for _ in range(3):
        running = await begun(world, api, ASK)
        assert (await api.client.post(await running.callback(), json={})).status_code == 204

    assert (await api.client.post(f"{PREFIX}guess", json={})).status_code == 404


# -- where a token must not stand ----------------------------------------------------------------------------------


@contextmanager
def logged() -> Iterator[io.StringIO]:
    """What the log tells meanwhile."""
    before, level = observe.log.stream, observe.log.level
    observe.log.flush()
    observe.log.stream = stream = io.StringIO()
    observe.log.level = observe.LEVELS["debug"]
    try:
        yield stream
        observe.log.flush()
    finally:
        observe.log.stream, observe.log.level = before, level


async def everything_stored(world: Surface) -> bytes:
    """Every byte of the database."""
    await world.rooms.database.write(lambda connection: connection.execute(select(1)).scalar())
    path = Path(str(world.rooms.database.engine.url.database))
    return b"".join(file.read_bytes() for file in sorted(path.parent.glob(f"{path.name}*")))


async def test_a_token_is_written_down_nowhere(world: Surface, api: Calls) -> None:
    await api.endpoint(events=["*"])
    with logged() as log:
        running = await begun(world, api, ASK)
        path = await running.callback()
        token = path.removeprefix(PREFIX)
        answers = [await api.client.post(path, json={"n": 1}), await api.client.post(path, json={})]
        await driven(world)

    told = "".join(answer.text for answer in answers) + (await api.ask("GET", "/api/v1/audit")).text
    told += (await api.ask("GET", "/api/v1/events/export")).text + log.getvalue()
    assert [answer.status_code for answer in answers] == [204, 409]
    assert "execution.completed" in told
    assert token not in told
    assert token.encode() not in await everything_stored(world)


async def test_a_fault_of_ours_is_logged_without_the_token(world: Surface, api: Calls) -> None:
    running = await begun(world, api, ASK)
    path = await running.callback()
    await world.rooms.database.write(
        lambda connection: connection.execute(text("ALTER TABLE executions RENAME TO elsewhere")).rowcount
    )

    with logged() as log:
        answer = await api.client.post(path, json={})

    assert answer.status_code >= 500
    assert path.removeprefix(PREFIX) not in log.getvalue() + answer.text


def test_a_path_is_told_without_its_token() -> None:
    assert masked_path("/api/v1/callbacks/secret/also\nthis") == "/api/v1/callbacks/***"
    assert masked_path("/api/v1/executions/1") == "/api/v1/executions/1"
