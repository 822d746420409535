"""Headers users configure: their grammar and the names nobody may set (security §7)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hookspan.errors import Invalid
from hookspan.model.headers import check_headers, is_secret_name, is_sendable_name, name_refusal

DENIED = [
    "host", "content-length", "transfer-encoding", "te", "trailer", "connection", "keep-alive", "upgrade", "expect",
    "via", "http2-settings", "proxy-authorization", "proxy-connection", "content-type", "content-encoding",
    "accept", "accept-encoding", "user-agent", "webhook-id", "webhook-signature", "x-webhook-event", "svix-id",
    "ce-type", "x-hookspan-hops", "traceparent", "tracestate", "forwarded", "x-forwarded-for", "x-real-ip",
    "true-client-ip", "cf-connecting-ip", "origin", "referer", "sec-fetch-site", "cookie", "cookie2", "metadata",
    "metadata-flavor", "x-aws-ec2-metadata-token", "x-amz-date", "x-goog-date", "x-google-metadata-request",
    "x-ms-version", "x-http-method-override", "x-http-method", "x-method-override", "range",
]  # fmt: skip


def pointers(headers: object) -> list[str]:
    with pytest.raises(Invalid) as refused:
        check_headers(headers)  # type: ignore[arg-type]
    return [fault.pointer for fault in refused.value.faults]


@pytest.mark.parametrize("name", DENIED)
def test_a_name_that_is_ours_or_dangerous_is_refused_in_any_case(name: str) -> None:
    spellings = [name, name.upper(), name.title()]

    assert all(name_refusal(spelling) for spelling in spellings)
    assert pointers(dict.fromkeys(spellings, "x"))[:3] == [f"/headers/{spelling}" for spelling in spellings]


def test_plain_headers_pass_trimmed_and_in_order() -> None:
    checked = check_headers({"X-Custom": "  two words ", "Authorization": "Bearer abc", "X-API-Key": "k"})

    assert checked == (("X-Custom", "two words"), ("Authorization", "Bearer abc"), ("X-API-Key", "k"))


@pytest.mark.parametrize("name", ["", "x a", "x:a", "x\r\ny", "ü", "x\x00", "(x)", "x" * 129])
def test_a_name_that_is_no_token_is_refused(name: str) -> None:
    assert pointers({name: "v"}) == [f"/headers/{name}"]


@pytest.mark.parametrize("value", ["a\r\nX: y", "a\nb", "a\x00", "a\tb", "ü", "\x7f", "\u2028", "v" * 4_097])
def test_a_value_that_is_not_visible_ascii_is_refused(value: str) -> None:
    assert pointers({"X-Custom": value}) == ["/headers/X-Custom"]


def test_a_pointer_escapes_what_pointers_escape() -> None:
    assert pointers({"a/b~c": "v"}) == ["/headers/a~1b~0c"]


def test_the_same_name_in_another_case_is_refused() -> None:
    assert pointers([("X-One", "1"), ("x-one", "2")]) == ["/headers/x-one"]


def test_at_most_32_headers_and_16_kib_in_all() -> None:
    many = {f"X-{number}": "v" for number in range(33)}
    large = {f"X-{number}": "v" * 4_000 for number in range(5)}

    assert pointers(many) == ["/headers"]
    assert pointers(large) == ["/headers"]
    assert len(check_headers(dict(list(many.items())[:32]))) == 32


@given(st.lists(st.tuples(st.text(max_size=12), st.text(max_size=12)), max_size=4))
def test_whatever_passes_cannot_add_a_line_to_the_wire(pairs: list[tuple[str, str]]) -> None:
    try:
        checked = check_headers(pairs)
    except Invalid:
        return
    wire = "".join(f"{name}: {value}\r\n" for name, value in checked).encode("ascii")
    assert wire.count(b"\r") == wire.count(b"\n") == len(checked)
    assert b"\x00" not in wire


def test_the_client_lets_our_own_names_pass_but_no_framing() -> None:
    assert is_sendable_name("Content-Type")
    assert is_sendable_name("webhook-signature")
    assert not any(
        is_sendable_name(name) for name in ("Host", "Transfer-Encoding", "proxy-connection", "Expect", "x y")
    )


@pytest.mark.parametrize(
    "name", ["Authorization", "Cookie", "Set-Cookie", "X-Api-Key", "api-key", "X-Auth-Token", "X-Secret", "Session-Id"]
)
def test_names_of_credentials_are_known(name: str) -> None:
    assert is_secret_name(name)


@pytest.mark.parametrize("name", ["Content-Type", "X-Custom", "webhook-id"])
def test_names_of_ordinary_fields_are_not_credentials(name: str) -> None:
    assert not is_secret_name(name)
