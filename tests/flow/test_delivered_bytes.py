"""What arrives is what was signed, byte for byte, at every attempt and in every profile (security S42, S43)."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from hookspan import BadSignature, StaleTimestamp, verify
from hookspan.outbound.profiles import PROFILES, Fact, build
from hookspan.outbound.sign import Signer, generate_key_pair
from tests.support.clock import FakeClock
from tests.support.hooks import Hooks, Shop
from tests.support.hostile import OK, Receiver, answers
from tests.support.outbound import delivering, post

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
WISHES: dict[str, dict[str, Any]] = {
    "orchestrator": {"profile": "orchestrator"},
    "systemprompt": {"profile": "systemprompt"},
    "standard": {"profile": "standard"},
    "cloudevents": {"profile": "cloudevents"},
    "cloudevents-binary": {"profile": "cloudevents", "cloud_events_mode": "binary"},
}


def test_every_profile_is_walked() -> None:
    assert set(WISHES) == set(PROFILES)


@pytest.mark.parametrize("profile", WISHES)
async def test_every_attempt_holds_under_the_same_secret_at_its_own_time(
    hooks: Hooks, clock: FakeClock, profile: str
) -> None:
    shop = Shop(profile)
    shop.answers(500, 500)
    await hooks.subscribe(shop, **WISHES[profile], secret=SECRET)
    event = await hooks.publish("order.paid", b'{"b":1.0, "a":1e400,"a":12345678901234567890}')

    moments = []
    for _ in range(3):
        moments.append(clock.now_ms() / 1_000)
        await hooks.settle()
        clock.advance(seconds=120)

    first, *_, last = sent = shop.requests
    assert len(sent) == 3
    assert {request.body for request in sent} == {first.body}
    for request, moment in zip(sent, moments, strict=True):
        assert verify(request.body, request.headers, SECRET, now=moment).id == event
        with pytest.raises(BadSignature):
            verify(request.body.replace(b"1e400", b"1e401"), request.headers, SECRET, now=moment)
    with pytest.raises(StaleTimestamp):
        verify(last.body, last.headers, SECRET, now=moments[-1] + 301)


async def test_an_endpoint_that_wants_ed25519_is_checked_with_a_public_key(hooks: Hooks, clock: FakeClock) -> None:
    shop = Shop()
    endpoint_id = await hooks.subscribe(shop, ed25519=True, secret=SECRET)
    await hooks.publish("order.paid", {"order": 7})
    await hooks.settle()
    public = (await hooks.endpoints.get(hooks.tenant_id, endpoint_id)).secret("ed25519")
    (request,) = shop.requests
    now = clock.now_ms() / 1_000

    assert public is not None
    assert verify(request.body, request.headers, public.hint, now=now) == verify(
        request.body, request.headers, SECRET, now=now
    )
    with pytest.raises(BadSignature):
        verify(request.body, request.headers, generate_key_pair().public, now=now)


NUMBERS = st.sampled_from(
    ["1e400", "-0", "1.0", "1E3", "12345678901234567890123", "0.1000", "9007199254740993", "-1e-9"]
)
NAMES = st.sampled_from(["a", "b", "0", "10", "é", "\\u00e9", "\\ud800", ""])
SPACES = st.sampled_from(["", " ", "\n", "\t "])
TEXTS = st.sampled_from(['"x"', '"\\/"', '"\u2028"', '"\\uD800"', '"\U0001f600"', "true", "null"])


def _lists(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.tuples(SPACES, st.lists(inner, max_size=3)).map(lambda drawn: f"[{drawn[0]}{','.join(drawn[1])}]")


def _objects(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    members = st.lists(st.tuples(NAMES, SPACES, inner), max_size=4)
    return members.map(lambda drawn: "{" + ",".join(f'"{name}"{gap}:{value}' for name, gap, value in drawn) + "}")


DOCUMENTS = st.recursive(NUMBERS | TEXTS, lambda inner: _lists(inner) | _objects(inner), max_leaves=12)


@settings(max_examples=25, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
@given(document=DOCUMENTS, unsafe_numbers=st.sampled_from(["exact", "string", "round"]))
@example(document='{"a":1,"a" : 1e400,"10":12345678901234567890,"2":"\\ud800"}', unsafe_numbers="exact")
def test_whatever_json_is_published_the_same_bytes_arrive_and_hold(document: str, unsafe_numbers: Any) -> None:
    data = document.encode()
    fact = Fact("0196f4be", "0196f4a1", "order.paid", "order.paid", 0, data, unsafe_numbers=unsafe_numbers)
    signer = Signer([SECRET])

    async def arrived(profile: str) -> list[bytes]:
        """The bodies of two attempts, each built anew."""
        async with Receiver(answers(OK)) as target, delivering() as client:
            for moment in (0, 60):
                body = build(profile, fact).body
                await client.send(post(target.url(), body=body, headers=signer.trio(fact.event_id, moment, body)))
        return [request.partition(b"\r\n\r\n")[2] for request in target.requests]

    async def walk() -> dict[str, list[bytes]]:
        return {profile: await arrived(profile) for profile in PROFILES}

    for profile, (first, second) in asyncio.run(walk()).items():
        assert first == second == build(profile, fact).body
        assert verify(first, signer.trio(fact.event_id, 60, first), SECRET, now=60).id == fact.event_id
        assert profile in ("orchestrator", "systemprompt") or data in first
