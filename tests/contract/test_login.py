"""Log in and out (contracts A.1, security §9.3)."""

from __future__ import annotations

from ipaddress import ip_network
from pathlib import Path

import httpx2
import pytest

from hookspan.api.rooms import ApiSettings
from tests.support.surface import BASE, Surface, bearer, surface

UNSAFE_OUT = {"Sec-Fetch-Site": "same-origin"}


async def logged_in(world: Surface, client: httpx2.AsyncClient, **query: str) -> httpx2.Response:
    words = {"username": "owner", "password": world.greeting.password.reveal()}
    return await client.post("/api/auth/login", json=words, params=query)


async def test_the_right_password_gives_a_bearer_token_for_eight_hours(
    world: Surface, client: httpx2.AsyncClient
) -> None:
    answer = await logged_in(world, client)

    assert answer.status_code == 200
    body = answer.json()
    assert (body["tokenType"], body["expiresIn"]) == ("Bearer", 28_800)
    assert body["user"]["username"] == "owner"
    assert body["user"]["tenantId"] == world.instance.tenant_id
    assert (await client.get("/api/v1/me", headers=bearer(body["token"]))).json()["username"] == "owner"


async def test_unknown_members_of_a_login_are_ignored(world: Surface, client: httpx2.AsyncClient) -> None:
    words = {"username": "owner", "password": world.greeting.password.reveal(), "remember": True}

    answer = await client.post("/api/auth/login", json=words)

    assert answer.status_code == 200


async def test_a_wrong_password_and_an_unknown_user_read_the_same(client: httpx2.AsyncClient) -> None:
    wrong = await client.post("/api/auth/login", json={"username": "owner", "password": "nonsense"})
    unknown = await client.post("/api/auth/login", json={"username": "nobody", "password": "nonsense"})

    assert wrong.status_code == unknown.status_code == 401
    assert wrong.content == unknown.content == b'{"message":"Invalid username or password"}'


async def test_a_missing_member_is_400_and_named(client: httpx2.AsyncClient) -> None:
    answer = await client.post("/api/auth/login", json={"username": "owner"})

    assert (answer.status_code, answer.json()) == (400, {"message": "password: is required"})


async def test_logout_denies_the_token_and_no_other(world: Surface, client: httpx2.AsyncClient) -> None:
    first = bearer((await logged_in(world, client)).json()["token"])
    second = bearer((await logged_in(world, client)).json()["token"])

    answer = await client.post("/api/auth/logout", headers=first)

    assert answer.status_code == 204
    assert (await client.get("/api/v1/me", headers=first)).status_code == 401
    assert (await client.get("/api/v1/me", headers=second)).status_code == 200


async def test_a_cookie_login_sets_a_host_cookie_and_shows_no_token(world: Surface, client: httpx2.AsyncClient) -> None:
    answer = await logged_in(world, client, cookie="true")

    assert "token" not in answer.json()
    cookie = answer.headers["set-cookie"]
    assert cookie.startswith("__Host-hookspan=")
    assert {"HttpOnly", "Secure", "SameSite=lax", "Path=/"} <= {part.strip() for part in cookie.split(";")}


async def test_on_plain_loopback_the_cookie_goes_without_prefix_and_secure(world: Surface) -> None:
    async with world.client(base_url="http://127.0.0.1:8000") as local:
        answer = await logged_in(world, local, cookie="true")

    cookie = answer.headers["set-cookie"]
    assert cookie.startswith("hookspan=")
    assert "Secure" not in cookie


async def test_the_cookie_opens_the_api_until_logout(world: Surface) -> None:
    async with world.client(base_url="http://localhost") as browser:
        await logged_in(world, browser, cookie="true")
        before = await browser.get("/api/v1/me")

        left = await browser.post("/api/auth/logout", headers=UNSAFE_OUT)

        after = await browser.get("/api/v1/me")
    assert [before.status_code, left.status_code, after.status_code] == [200, 204, 401]


async def test_a_session_ends_after_twelve_idle_hours_and_lives_with_use(world: Surface) -> None:
    async with world.client(base_url="http://localhost") as browser:
        await logged_in(world, browser, cookie="true")
        world.clock.advance(seconds=11 * 3600)
        used = await browser.get("/api/v1/me")
        world.clock.advance(seconds=11 * 3600)
        used_again = await browser.get("/api/v1/me")

        world.clock.advance(seconds=12 * 3600)

        idle = await browser.get("/api/v1/me")
    assert [used.status_code, used_again.status_code, idle.status_code] == [200, 200, 401]


async def test_a_session_ends_after_seven_days_however_busy(world: Surface) -> None:
    async with world.client(base_url="http://localhost") as browser:
        await logged_in(world, browser, cookie="true")
        answers = []
        for _ in range(15):
            world.clock.advance(seconds=11.5 * 3600)
            answers.append((await browser.get("/api/v1/me")).status_code)

    assert answers == [200] * 14 + [401]


async def test_an_unsafe_request_with_a_cookie_must_come_from_our_own_page(world: Surface) -> None:
    async with world.client(base_url=BASE.replace("testserver", "localhost")) as browser:
        await logged_in(world, browser, cookie="true")
        forged: list[dict[str, str]] = [
            {},
            {"Origin": "null"},
            {"Origin": "https://evil.example"},
            {"Origin": "http://localhost.evil.example"},
            {"Sec-Fetch-Site": "cross-site", "Origin": "http://localhost"},
            {"Sec-Fetch-Site": "same-site"},
        ]

        refused = [await browser.post("/api/auth/logout", headers=headers) for headers in forged]

        own = await browser.post("/api/auth/logout", headers={"Origin": "http://localhost"})
    assert [answer.status_code for answer in refused] == [403] * len(forged)
    assert own.status_code == 204


@pytest.mark.parametrize("headers", [{"Origin": "https://evil.example"}, {"Sec-Fetch-Site": "cross-site"}])
async def test_another_site_may_not_listen_with_our_cookie(headers: dict[str, str], world: Surface) -> None:
    async with world.client(base_url="http://localhost") as browser:
        await logged_in(world, browser, cookie="true")

        answer = await browser.get("/api/v1/stream", headers=headers)

    assert answer.status_code == 403


async def test_a_new_password_replaces_the_old_and_sessions_can_be_ended_everywhere(world: Surface) -> None:
    async with world.client(base_url="http://localhost") as browser:
        user = (await logged_in(world, browser, cookie="true")).json()["user"]

        await world.rooms.access.users.set_password(user["tenantId"], user["id"], "a new and long one")
        await world.rooms.access.sessions.end_all(user["tenantId"], user["id"])

        assert (await browser.get("/api/v1/me")).status_code == 401
        assert (await logged_in(world, browser)).status_code == 401
        words = {"username": "owner", "password": "a new and long one"}
        assert (await browser.post("/api/auth/login", json=words)).status_code == 200


async def test_what_is_over_is_swept_away_and_what_lives_is_not(world: Surface, client: httpx2.AsyncClient) -> None:
    await logged_in(world, client, cookie="true")
    world.clock.advance(seconds=12 * 3600)
    await logged_in(world, client, cookie="true")

    swept = [await world.rooms.access.sessions.prune() for _ in range(2)]

    assert swept == [1, 0]


async def test_five_failures_close_the_door_and_each_more_doubles_the_wait(
    client: httpx2.AsyncClient, world: Surface
) -> None:
    waits = []
    for _ in range(5):
        await client.post("/api/auth/login", json={"username": "owner", "password": "nonsense"})
    for _ in range(3):
        refused = await client.post("/api/auth/login", json={"username": "owner", "password": "nonsense"})
        waits.append((refused.status_code, int(refused.headers["retry-after"])))
        world.clock.advance(seconds=waits[-1][1])
        await client.post("/api/auth/login", json={"username": "owner", "password": "nonsense"})

    assert waits == [(429, 61), (429, 121), (429, 241)]


async def test_the_right_password_does_not_open_a_closed_door(client: httpx2.AsyncClient, world: Surface) -> None:
    for _ in range(5):
        await client.post("/api/auth/login", json={"username": "owner", "password": "nonsense"})

    answer = await logged_in(world, client)

    assert answer.status_code == 429
    assert list(answer.json()) == ["message"]


async def failures(world: Surface, told: str) -> list[int]:
    """Statuses of six wrong logins that name `told` as the client."""
    body = {"username": "owner", "password": "nonsense"}
    async with world.client(headers={"X-Forwarded-For": told}) as client:
        return [(await client.post("/api/auth/login", json=body)).status_code for _ in range(6)]


async def test_behind_a_trusted_proxy_every_client_has_a_door_of_its_own(tmp_path: Path) -> None:
    settings = ApiSettings(trusted_proxies=(ip_network("203.0.113.7/32"),))
    async with surface(tmp_path, settings=settings) as world:
        first = await failures(world, "198.51.100.1")
        second = await failures(world, "198.51.100.2")

    assert first == second == [401] * 5 + [429]


async def test_a_client_cannot_open_a_closed_door_under_another_name(world: Surface) -> None:
    await failures(world, "198.51.100.1")

    again = await failures(world, "198.51.100.2")

    assert set(again) == {429}
