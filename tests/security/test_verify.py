"""Forged inbound requests: for every way to authenticate, only what is right passes (security S2)."""

from __future__ import annotations

import ast
import base64
import hmac
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import hookspan.inbound
from hookspan.inbound.providers import plain_preset, preset
from hookspan.inbound.request import InboundRequest
from hookspan.inbound.sign import sign_request, sign_sample
from hookspan.inbound.verify import Refused, Verified, Verifier, is_same
from tests.support.inbound import NOW_MS, OTHER_SECRET, SECRET, request

BODY = b'{"order":7}'
HEX = hmac.digest(SECRET, BODY, "sha256").hex()
OTHER_HEX = hmac.digest(OTHER_SECRET, BODY, "sha256").hex()
GITHUB = "X-Hub-Signature-256"


def basic(credentials: bytes) -> str:
    return "Basic " + base64.b64encode(credentials).decode()


def verdict(record: object, sent: InboundRequest, *secrets: bytes) -> str:
    verifier = Verifier.from_record(record)  # type: ignore[arg-type]
    answer = verifier.check(sent, secrets or (SECRET,), NOW_MS)
    return answer.cause if isinstance(answer, Refused) else "passes"


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        pytest.param([(GITHUB, f"sha256={HEX}")], "passes", id="right"),
        pytest.param([(GITHUB, f"sha256={HEX.upper()}")], "passes", id="upper-case hex"),
        pytest.param([(GITHUB, f"sha256={'0' * 64}")], "bad_signature", id="wrong"),
        pytest.param([(GITHUB, f"sha256={HEX[:-2]}")], "bad_signature", id="cut short"),
        pytest.param([], "missing_signature", id="missing"),
        pytest.param([(GITHUB, "")], "missing_signature", id="empty"),
        pytest.param([(GITHUB, "sha256=")], "malformed_signature", id="empty behind the prefix"),
        pytest.param([(GITHUB, HEX)], "malformed_signature", id="no prefix"),
        pytest.param([(GITHUB, f"sha256={HEX[:-1]}")], "malformed_signature", id="odd number of digits"),
        pytest.param([(GITHUB, f"sha256={'é' * 64}")], "malformed_signature", id="not hex"),
        pytest.param([(GITHUB, f"sha256={HEX}"), (GITHUB, "sha256=00")], "malformed_signature", id="doubled"),
        pytest.param([(GITHUB, f"sha256={HEX}")] * 2, "malformed_signature", id="doubled alike"),
        pytest.param([(GITHUB, f"sha256={OTHER_HEX}")], "bad_signature", id="another source's secret"),
        pytest.param([("X-Webhook-Signature", f"sha256={HEX}")], "missing_signature", id="in another header"),
    ],
)
def test_only_the_right_github_signature_passes(headers: list[tuple[str, str]], expected: str) -> None:
    assert verdict(preset("github").record, request(BODY, headers)) == expected


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        pytest.param([("X-Webhook-Signature", HEX)], "passes", id="bare hex"),
        pytest.param([("X-Webhook-Signature", f"sha256={HEX}")], "passes", id="with prefix"),
        pytest.param([(GITHUB, f"sha256={HEX}")], "passes", id="in the second header"),
        pytest.param([("X-Webhook-Signature", "00"), (GITHUB, HEX)], "passes", id="any header may match"),
        pytest.param([("X-Webhook-Signature", OTHER_HEX)], "bad_signature", id="another source's secret"),
        pytest.param([("X-Webhook-Signature", f"sha1={HEX}")], "malformed_signature", id="another prefix"),
        pytest.param([("X-Webhook-Signature", HEX)] * 2, "malformed_signature", id="doubled"),
        pytest.param([], "missing_signature", id="missing"),
        pytest.param([("X-Webhook-Signature", "")], "missing_signature", id="empty"),
    ],
)
def test_only_the_right_generic_signature_passes(headers: list[tuple[str, str]], expected: str) -> None:
    assert verdict(preset("generic").record, request(BODY, headers)) == expected


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        pytest.param([basic(b"hook:pa:ss")], "passes", id="right, with a colon in the password"),
        pytest.param([basic(b"hook:pa:ss").replace("Basic", "basic")], "passes", id="scheme in lower case"),
        pytest.param([basic(b"hook:wrong")], "basic_failed", id="wrong password"),
        pytest.param([basic(b"other:pa:ss")], "basic_failed", id="wrong user"),
        pytest.param([basic(b"hook")], "basic_failed", id="no colon"),
        pytest.param([basic(b"")], "basic_failed", id="empty credentials"),
        pytest.param([basic(b":")], "basic_failed", id="empty halves"),
        pytest.param(["Basic %%%"], "basic_failed", id="not base64"),
        pytest.param(["Basic"], "basic_failed", id="scheme only"),
        pytest.param([basic(b"hook:pa:ss").replace("Basic", "Bearer")], "basic_failed", id="another scheme"),
        pytest.param([basic(b"hook:pa:ss")] * 2, "basic_failed", id="doubled"),
        pytest.param([basic(b"shop:secret")], "basic_failed", id="another source's credentials"),
        pytest.param([""], "basic_failed", id="empty"),
        pytest.param([], "basic_failed", id="missing"),
    ],
)
def test_only_the_right_user_and_password_pass(lines: list[str], expected: str) -> None:
    sent = request(BODY, [("Authorization", line) for line in lines])

    assert verdict(plain_preset("basic").record, sent, b"hook:pa:ss") == expected


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        (["k-1234567890"], "passes"),
        (["k-123456789"], "key_failed"),
        (["K-1234567890"], "key_failed"),
        (["k-1234567890", "k-1234567890"], "key_failed"),
        (["other-source"], "key_failed"),
        ([""], "key_failed"),
        ([], "key_failed"),
    ],
)
def test_only_the_right_api_key_passes(lines: list[str], expected: str) -> None:
    in_header = request(BODY, [("X-API-Key", line) for line in lines])
    in_query = request(BODY, query="&".join(f"key={line}" for line in lines))

    assert verdict(plain_preset("api_key").record, in_header, b"k-1234567890") == expected
    assert verdict(plain_preset("api_key", query="key").record, in_query, b"k-1234567890") == expected


def test_a_key_in_the_wrong_place_is_no_key() -> None:
    sent = request(BODY, [("X-Other", "k-1")], query="X-API-Key=k-1")

    assert verdict(plain_preset("api_key").record, sent, b"k-1") == "key_failed"


def test_a_bearer_token_is_an_api_key_in_the_authorization_header() -> None:
    record = {"auth": "api_key", "kind": "api_key", "signature": {"from": "authorization", "name": "Bearer"}}

    assert verdict(record, request(BODY, [("Authorization", "Bearer k-1")]), b"k-1") == "passes"
    assert verdict(record, request(BODY, [("Authorization", "Basic k-1")]), b"k-1") == "key_failed"
    assert verdict(record, request(BODY, [("Authorization", "k-1")]), b"k-1") == "key_failed"


def test_a_source_without_auth_accepts_anything() -> None:
    assert verdict(plain_preset("none").record, request(b"\xff")) == "passes"


@pytest.mark.parametrize("name", ["github", "generic", "standard", "gitlab"])
@pytest.mark.parametrize("secrets", [[], [b""], [b"", b""]])
def test_a_preset_without_a_secret_refuses_even_what_the_empty_key_signed(name: str, secrets: list[bytes]) -> None:
    empty = hmac.digest(b"", BODY, "sha256").hex()
    sent = request(BODY, [(GITHUB, f"sha256={empty}"), ("X-Gitlab-Token", "")])

    answer = Verifier.from_record(preset(name).record).check(sent, secrets, NOW_MS)

    assert isinstance(answer, Refused)
    assert answer.cause == "not_configured"


@pytest.mark.parametrize("secret", [b"", b":", b"hook", b"hook:", b":pass"])
def test_half_a_user_and_password_refuses_even_itself(secret: bytes) -> None:
    sent = request(BODY, [("Authorization", basic(secret))])

    assert verdict(plain_preset("basic").record, sent, secret) == "not_configured"


def test_an_empty_api_key_and_an_empty_standard_secret_are_no_secrets() -> None:
    assert verdict(plain_preset("api_key").record, request(BODY, [("X-API-Key", "")]), b"") == "not_configured"
    assert verdict(preset("standard").record, request(BODY), b"whsec_") == "not_configured"


def test_the_vector_that_github_publishes_passes() -> None:
    signature = "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17"
    sent = request(b"Hello, World!", [(GITHUB, signature)])

    assert verdict(preset("github").record, sent, b"It's a Secret to Everybody") == "passes"


def test_the_vector_of_the_standard_webhooks_specification_passes() -> None:
    sent = request(
        b'{"test": 2432232314}',
        [
            ("webhook-id", "msg_p5jXN8AQM9LWM0D4loKWxJek"),
            ("webhook-timestamp", "1614265330"),
            ("webhook-signature", "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="),
        ],
    )
    verifier = Verifier.from_record(preset("standard").record)

    verified = verifier.check(sent, [SECRET], 1_614_265_330_000)

    assert verified == Verified(0, ("body", "time", "id"), 1_614_265_330_000)


OWN = [
    ("orchestrator", b"your-webhook-secret", "90bae2decda1ef1d92607eda159cc200ae76a69fdbbe1886929aeacd48a05288"),
    ("systemprompt", b"shared-secret", "sha256=bd159ea13536bfaf97503f3e3be5ae6449ec5545a79a1c7acd061570d5b37b56"),
]


@pytest.mark.parametrize(("profile", "secret", "signature"), OWN)
def test_what_hookspan_itself_sends_passes(profile: str, secret: bytes, signature: str) -> None:
    own = preset(f"hookspan-{profile}")
    assert own.sample is not None

    sent = request(own.sample.body.encode(), [("X-Webhook-Signature", signature)])

    assert verdict(own.record, sent, secret) == "passes"


@pytest.mark.parametrize(
    "body",
    [
        b'{"total": 10.50, "a":1 , "a":2}',
        b'{"u":"\\u00e9\\/"}\r\n',
        b'{"n":1E400,"x":NaN}',
        b"\xef\xbb\xbf{}",
        b"\x00\xff\xfe not json",
        b"",
    ],
)
def test_a_body_that_json_would_rewrite_still_holds(body: bytes) -> None:
    headers = sign_sample(preset("github").record, body, secret=SECRET, now_ms=NOW_MS)

    assert verdict(preset("github").record, request(body, headers)) == "passes"


def test_one_changed_byte_of_the_body_does_not_hold() -> None:
    sent = request(b'{"order":8}', [(GITHUB, f"sha256={HEX}")])

    assert verdict(preset("github").record, sent) == "bad_signature"


def test_the_key_that_held_is_named_so_that_rotation_can_be_followed() -> None:
    sent = request(BODY, [(GITHUB, f"sha256={OTHER_HEX}")])
    verifier = Verifier.from_record(preset("github").record)

    assert verifier.check(sent, [SECRET, b"", OTHER_SECRET], NOW_MS) == Verified(2, ("body",))
    assert verifier.check(sent, [SECRET, OTHER_SECRET], NOW_MS) == Verified(1, ("body",))


def test_a_refusal_tells_neither_secret_nor_the_right_signature() -> None:
    sent = request(BODY, [(GITHUB, f"sha256={'0' * 64}")])

    answer = Verifier.from_record(preset("github").record).check(sent, [SECRET], NOW_MS)

    assert isinstance(answer, Refused)
    assert HEX not in answer.detail
    assert SECRET.decode() not in answer.detail
    assert "X-Hub-Signature-256" in answer.detail


def test_the_sixty_fourth_signature_is_tried_and_the_next_is_not() -> None:
    stripe = preset("stripe").record
    good = sign_request(stripe, request(BODY), secret=SECRET, now_ms=NOW_MS).header(b"stripe-signature") or b""
    time, _, signature = good.partition(b",")

    def among(wrong: int) -> InboundRequest:
        return request(BODY, [("Stripe-Signature", b",".join([time, *[b"v1=00"] * wrong, signature]).decode())])

    assert verdict(stripe, among(63)) == "passes"
    assert verdict(stripe, among(64)) == "bad_signature"
    assert verdict(stripe, among(31), OTHER_SECRET, SECRET) == "passes"
    assert verdict(stripe, among(32), OTHER_SECRET, SECRET) == "bad_signature"


@given(left=st.binary(max_size=80), right=st.binary(max_size=80))
def test_the_constant_time_comparison_is_a_comparison(left: bytes, right: bytes) -> None:
    assert is_same(left, right) is (left == right)
    assert is_same(left, bytes(left))


_LINES = st.lists(
    st.tuples(
        st.sampled_from([b"stripe-signature", b"webhook-signature", b"x-slack-signature", b"authorization"]),
        st.binary(max_size=60) | st.builds(lambda text: b"t=1,v1=" + text, st.binary(max_size=20)),
    ),
    max_size=5,
)


@settings(max_examples=150, deadline=None)
@given(headers=_LINES, body=st.binary(max_size=60), name=st.sampled_from(["stripe", "standard", "slack", "github"]))
def test_arbitrary_headers_are_refused_and_never_an_error(
    headers: Sequence[tuple[bytes, bytes]], body: bytes, name: str
) -> None:
    sent = replace(request(body), headers=headers)

    answer = Verifier.from_record(preset(name).record).check(sent, [SECRET], NOW_MS)

    assert isinstance(answer, Refused)


SECRET_WORDS = ("secret", "sig", "token", "password", "key", "mac", "digest")


def compared_names(source: str) -> list[str]:
    """Names of secret things on either side of `==` or `!=`."""
    compared = [
        side
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Compare) and any(isinstance(op, ast.Eq | ast.NotEq) for op in node.ops)
        for side in (node.left, *node.comparators)
    ]
    names = [side.id for side in compared if isinstance(side, ast.Name)]
    names += [side.attr for side in compared if isinstance(side, ast.Attribute)]
    return [name for name in names if any(word in name.lower() for word in SECRET_WORDS)]


def test_no_verifying_module_compares_secret_things_with_an_operator() -> None:
    folder = Path(hookspan.inbound.__file__).parent
    names = "verify verdict signature recipe text window sign request asymmetric tokens key_servers handshakes"
    modules = [*(folder / f"{name}.py" for name in names.split()), *sorted((folder / "plugins").glob("*.py"))]

    found = {module.name: compared_names(module.read_text()) for module in modules}

    assert {name: names for name, names in found.items() if names} == {}
    assert compared_names("if request.signature == given: pass") == ["signature"]
