"""API keys and tokens under attack (security S11, S23, S25, S47, §9)."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
import json
import zlib
from collections.abc import Callable
from typing import Any

import httpx2
import jwt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hookspan.access.keys import KeyRing, effective_scopes, key_mac, mint, prefix_of
from hookspan.access.minting import NewKey, granted
from hookspan.access.roles import ROLES, SCOPES, Caller
from hookspan.access.tokens import Tokens
from hookspan.access.users import Backoff, Passwords
from hookspan.errors import HookspanError, RateLimited
from hookspan.storage.api_keys import api_keys_slice
from hookspan.storage.database import Database
from hookspan.storage.keyset import Keyset
from hookspan.storage.users import user_by_name
from tests.support.clock import START_MS, FakeClock
from tests.support.surface import Surface, bearer, furnished

NOW = START_MS // 1000


# -- API keys --------------------------------------------------------------------------------------------------------


def test_a_key_is_greppable_and_tells_a_typo_from_a_key() -> None:
    key = mint()

    assert prefix_of(key) == key[:16]
    for place in range(16, len(key), 7):
        typo = key[:place] + ("0" if key[place] != "0" else "1") + key[place + 1 :]
        assert prefix_of(typo) is None, typo


@pytest.mark.parametrize("text", ["", "hsk_", "hsk__" + "0" * 61, "hsk_" + "é" * 62, "hsk_" + "_" * 62, "x" * 66])
def test_nonsense_is_no_key(text: str) -> None:
    assert prefix_of(text) is None


async def test_a_key_is_known_at_once_after_its_first_use_and_its_neighbours_are_not(database: Database) -> None:
    world = await furnished(database)
    key = world.greeting.api_key.reveal()
    ring = world.rooms.access.keys
    assert ring.caller(key) is None

    found = await ring.find(key)

    assert found is not None
    assert ring.caller(key) is found
    assert (found.tenant_id, found.roles, found.scopes) == (world.instance.tenant_id, ("owner",), SCOPES)
    assert ring.caller(key[:-1]) is None
    assert ring.caller(key + "0") is None


async def test_another_secret_under_a_known_id_is_nobody(database: Database) -> None:
    world = await furnished(database)
    prefix = world.greeting.api_key.reveal()[:16]
    forged = next(key for key in iter(mint, "") if key)
    body = prefix + forged[16:-6]

    found = [await world.rooms.access.keys.find(key) for key in (forged, body + _check(body))]

    assert prefix_of(body + _check(body)) == prefix
    assert found == [None, None]


def _check(body: str) -> str:
    """The checksum anyone can compute: it must not help."""
    digits = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
    number, text = zlib.crc32(body.encode()), ""
    for _ in range(6):
        number, rest = divmod(number, 62)
        text = digits[rest] + text
    return text


async def test_a_revocation_holds_within_five_seconds_in_another_process(database: Database) -> None:
    world = await furnished(database)
    elsewhere = KeyRing(database, world.clock, world.instance.pepper)
    key = world.greeting.api_key.reveal()
    owner = await elsewhere.find(key)
    assert owner is not None
    await world.rooms.access.api_keys.revoke(owner.credential, owner)

    world.clock.advance(seconds=5)

    assert elsewhere.caller(key) is None
    assert await elsewhere.find(key) is None


async def test_a_dump_alone_authenticates_nothing(database: Database) -> None:
    world = await furnished(database)
    key = world.greeting.api_key.reveal()

    rows, _ = await database.read(api_keys_slice, world.instance.tenant_id, Keyset(250))

    assert [row.mac for row in rows] == [key_mac(key, world.instance.pepper)]
    assert hashlib.sha256(key.encode()).digest() != rows[0].mac
    assert await KeyRing(database, world.clock, b"x" * 32).find(key) is None


async def test_the_keys_of_a_suspended_tenant_open_nothing(database: Database) -> None:
    world = await furnished(database)

    await database.write(lambda connection: connection.exec_driver_sql("UPDATE tenants SET status = 'suspended'"))

    assert await world.rooms.access.keys.find(world.greeting.api_key.reveal()) is None


scopes = st.frozensets(st.sampled_from(sorted(SCOPES)), min_size=1)
roles = st.none() | st.sampled_from([*sorted(ROLES), "integration-manager", "nonsense"])
ends = st.none() | st.integers(START_MS, START_MS + 1_000)


@given(held=scopes, asked=scopes, role=roles, everything=st.booleans(), mine=ends, wanted=ends)
def test_no_key_is_stronger_or_lives_longer_than_the_key_that_made_it(
    *,
    held: frozenset[str],
    asked: frozenset[str],
    role: str | None,
    everything: bool,
    mine: int | None,
    wanted: int | None,
) -> None:
    minter = Caller("t", "key:x", (), held, "key", "x", mine)
    names = ("*",) if everything else tuple(sorted(asked))
    try:
        made = granted(NewKey("k", names, role, wanted), minter)
    except HookspanError:
        return

    assert effective_scopes(made.scopes, made.role) <= held
    assert mine is None or (made.expires_at is not None and made.expires_at <= mine)


async def test_an_admin_makes_no_owner_key(world: Surface, client: httpx2.AsyncClient) -> None:
    admin = await world.key_for("admin")
    wishes = [
        {"name": "up", "scopes": ["*"], "role": "owner"},
        {"name": "up", "scopes": ["tenants:write"]},
        {"name": "up", "scopes": ["events:read"], "role": "owner"},
    ]

    answers = [await client.post("/api/v1/keys", json=wish, headers=admin) for wish in wishes]

    assert [answer.status_code for answer in answers] == [403, 403, 403]


# -- tokens ----------------------------------------------------------------------------------------------------------


def claims(world: Surface, user_id: str, **changes: Any) -> dict[str, Any]:
    told: dict[str, Any] = {
        "iss": "hookspan",
        "aud": "hookspan-api",
        "sub": user_id,
        "iat": NOW,
        "exp": NOW + 600,
        "jti": "j-1",
        "tid": world.instance.tenant_id,
        "roles": ["owner"],
    }
    told |= changes
    return {name: value for name, value in told.items() if value is not None}


def signed(world: Surface, told: dict[str, Any], headers: dict[str, Any] | None = None) -> str:
    return jwt.encode(told, world.instance.token_secret, "HS256", headers=headers)


async def owner_id(world: Surface) -> str:
    user = await world.rooms.database.read(user_by_name, "owner")
    assert user is not None
    return user.id


async def test_a_token_of_ours_speaks_for_its_user(world: Surface) -> None:
    user_id = await owner_id(world)

    caller = await world.rooms.access.tokens.caller(signed(world, claims(world, user_id)))

    assert caller is not None
    assert (caller.actor, caller.roles, caller.expires_at) == (f"user:{user_id}", ("owner",), (NOW + 600) * 1000)


@pytest.mark.parametrize(
    "changes",
    [
        {"iss": "someone"},
        {"aud": "another-api"},
        {"iss": None},
        {"aud": None},
        {"sub": None},
        {"iat": None},
        {"exp": None},
        {"jti": None},
        {"tid": None},
        {"roles": None},
        {"roles": "owner"},
        {"roles": [1]},
        {"tid": 7},
        {"exp": NOW - 31},
        {"exp": "soon"},
        {"exp": True},
        {"exp": NOW + 25 * 3600},
        {"iat": NOW + 31},
        {"nbf": NOW + 31},
        {"tid": "0196f4a0-0000-7abc-8def-0123456789ab"},
    ],
)
async def test_a_token_with_a_wrong_claim_is_nobody(changes: dict[str, Any], world: Surface) -> None:
    token = signed(world, claims(world, await owner_id(world), **changes))

    assert await world.rooms.access.tokens.caller(token) is None


@pytest.mark.parametrize("changes", [{"exp": NOW - 29}, {"iat": NOW + 29}, {"nbf": NOW + 29}])
async def test_clocks_may_differ_by_half_a_minute(changes: dict[str, Any], world: Surface) -> None:
    token = signed(world, claims(world, await owner_id(world), **changes))

    assert await world.rooms.access.tokens.caller(token) is not None


@pytest.mark.parametrize(
    "headers",
    [
        {"kid": "../../../dev/null"},
        {"kid": "1"},
        {"jku": "http://127.0.0.1/keys"},
        {"x5u": "http://127.0.0.1/cert"},
        {"jwk": {"kty": "oct", "k": "eA"}},
        {"x5c": ["MIIB"]},
        {"crit": ["exp"]},
    ],
)
async def test_headers_that_point_at_keys_are_refused(headers: dict[str, Any], world: Surface) -> None:
    token = signed(world, claims(world, await owner_id(world)), headers)

    assert await world.rooms.access.tokens.caller(token) is None


def unsigned(told: dict[str, Any]) -> str:
    return jwt.encode(told, "", "none")


def stripped(told: dict[str, Any]) -> str:
    return ".".join([*unsigned(told).split(".")[:2], "AAAA"])


def by_another_secret(told: dict[str, Any]) -> str:
    return jwt.encode(told, b"x" * 32, "HS256")


def by_public_words(told: dict[str, Any]) -> str:
    """HS256 under something every client knows, as with a public key taken for a secret."""
    head = base64.urlsafe_b64encode(b'{"alg":"HS256","typ":"JWT"}').rstrip(b"=")
    body = base64.urlsafe_b64encode(json.dumps(told).encode()).rstrip(b"=")
    tag = hmac.digest(b"hookspan-api", head + b"." + body, "sha256")
    return b".".join([head, body, base64.urlsafe_b64encode(tag).rstrip(b"=")]).decode()


def in_another_algorithm(told: dict[str, Any]) -> str:
    return jwt.encode(told, b"x" * 64, "HS512")


@pytest.mark.parametrize("forge", [unsigned, stripped, by_another_secret, by_public_words, in_another_algorithm])
async def test_a_forged_token_is_nobody(forge: Callable[[dict[str, Any]], str], world: Surface) -> None:
    token = forge(claims(world, await owner_id(world)))

    assert await world.rooms.access.tokens.caller(token) is None


async def test_the_right_secret_with_another_algorithm_is_nobody(world: Surface) -> None:
    token = jwt.encode(claims(world, await owner_id(world)), world.instance.token_secret + b"x" * 32, "HS512")
    same = jwt.encode(claims(world, await owner_id(world)), world.instance.token_secret, "HS256")

    assert await world.rooms.access.tokens.caller(token) is None
    assert await world.rooms.access.tokens.caller(same[:-2] + "zz") is None


async def test_a_token_over_8_kib_is_not_even_read(world: Surface) -> None:
    token = signed(world, claims(world, await owner_id(world), padding="x" * 9_000))

    assert await world.rooms.access.tokens.caller(token) is None


async def test_a_role_taken_away_is_taken_from_tokens_already_issued(world: Surface) -> None:
    user_id = await owner_id(world)
    token = signed(world, claims(world, user_id, roles=["owner", "workflow-designer"]))

    caller = await world.rooms.access.tokens.caller(token)

    assert caller is not None
    assert caller.roles == ("owner",)


async def test_a_disabled_user_holds_no_token_and_no_session(world: Surface, client: httpx2.AsyncClient) -> None:
    words = {"username": "owner", "password": world.greeting.password.reveal()}
    token = (await client.post("/api/auth/login", json=words)).json()["token"]
    await world.rooms.database.write(lambda connection: connection.exec_driver_sql("UPDATE users SET disabled = true"))

    answer = await client.get("/api/v1/me", headers=bearer(token))

    assert answer.status_code == 401
    assert (await client.post("/api/auth/login", json=words)).status_code == 401


def test_a_short_secret_or_a_long_life_is_refused_at_start(world: Surface) -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        Tokens(world.rooms.database, world.clock, b"short")
    with pytest.raises(ValueError, match="24 hours"):
        Tokens(world.rooms.database, world.clock, b"x" * 32, life_seconds=24 * 3600 + 1)


# -- guessing --------------------------------------------------------------------------------------------------------


def test_a_thousand_wrong_logins_are_few_password_checks() -> None:
    clock = FakeClock()
    backoff = Backoff(clock)
    checks = 0
    for _ in range(1_000):
        clock.advance(seconds=1)
        try:
            backoff.enter("owner", "203.0.113.7")
        except RateLimited:
            continue
        checks += 1

    assert checks <= 20


def test_case_does_not_open_another_account_for_guessing() -> None:
    backoff = Backoff(FakeClock())
    for name in ("owner", "Owner", "OWNER", "oWNER", "OwNeR"):
        backoff.enter(name, "203.0.113.7")

    with pytest.raises(RateLimited):
        backoff.enter("owneR", "203.0.113.7")


def test_a_success_forgives_and_a_quarter_of_an_hour_forgets() -> None:
    clock = FakeClock()
    backoff = Backoff(clock)
    for _ in range(4):
        backoff.enter("owner", "a")
    backoff.succeeded("owner", "a")
    for _ in range(4):
        backoff.enter("owner", "a")
    clock.advance(seconds=15 * 60)

    for _ in range(5):
        backoff.enter("owner", "a")

    with pytest.raises(RateLimited):
        backoff.enter("owner", "a")


def test_a_million_addresses_do_not_fill_the_memory() -> None:
    backoff = Backoff(FakeClock())
    for number in range(100_500):
        backoff.enter("owner", str(number))

    assert len(backoff) == 100_000


async def test_more_than_twenty_logins_at_once_are_turned_away() -> None:
    passwords = Passwords(memory_kib=64, passes=1)

    outcomes = await asyncio.gather(*(passwords.verify(None, "x") for _ in range(30)), return_exceptions=True)

    assert sum(isinstance(outcome, RateLimited) for outcome in outcomes) == 10
    assert sum(outcome is False for outcome in outcomes) == 20
