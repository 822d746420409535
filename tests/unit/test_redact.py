"""What is kept of headers and queries (security §14)."""

from __future__ import annotations

import hashlib

import pytest

from hookspan.model.redact import joined, masked_query, masked_signature, stored_fields


def stored(
    *lines: tuple[str, str], credentials: tuple[str, ...] = (), signatures: tuple[str, ...] = ()
) -> dict[str, str]:
    raw = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in lines]
    return joined(stored_fields(raw, credentials=credentials, signatures=signatures))


@pytest.mark.parametrize(
    "name",
    ["Authorization", "Proxy-Authorization", "Cookie", "Set-Cookie", "X-API-Key", "Api-Key", "X-Gitlab-Token",
     "x-my-secret", "X-Password-Hint", "x-amz-credential", "X-Session-Id"],
)  # fmt: skip
def test_credentials_are_never_stored(name: str) -> None:
    assert stored((name, "Bearer hsk_abc")) == {name.lower(): "***"}


def test_the_header_a_source_is_configured_with_is_masked_too() -> None:
    assert stored(("X-Acme", "k-1"), ("X-Other", "v"), credentials=("x-acme",)) == {"x-acme": "***", "x-other": "v"}


def test_a_signature_keeps_eight_characters_and_a_hash_that_tells_it_from_another() -> None:
    value = "sha256=757107ea0eb2509fc211221cce984b8a"

    kept = stored(("X-Hub-Signature-256", value), signatures=("x-hub-signature-256",))["x-hub-signature-256"]

    assert kept == f"sha256=7… sha256:{hashlib.sha256(value.encode()).hexdigest()[:16]}"
    assert masked_signature(value + "0") != kept


def test_a_short_signature_shows_at_most_a_quarter_of_itself() -> None:
    assert masked_signature("abcdefgh").startswith("ab… ")
    assert masked_signature("abc").startswith("… ")


def test_a_signature_header_that_holds_the_secret_itself_is_a_credential() -> None:
    assert stored(("X-Gitlab-Token", "s3cret"), signatures=("x-gitlab-token",)) == {"x-gitlab-token": "***"}


def test_repeated_headers_stand_joined_in_order_and_each_is_masked() -> None:
    lines = [("Accept", "a"), ("X-Tag", "1"), ("accept", "b"), ("Cookie", "x=1"), ("cookie", "y=2")]

    assert stored(*lines) == {"accept": "a, b", "x-tag": "1", "cookie": "***, ***"}


def test_any_byte_may_stand_in_a_header() -> None:
    assert stored(("X-Ä", "é\x80")) == {"x-ä": "é\x80"}


@pytest.mark.parametrize(
    ("query", "masked"),
    [
        ("", ""),
        ("page=2&sort=-name", "page=2&sort=-name"),
        ("key=k-1&page=2", "key=***&page=2"),
        ("api_key=1&apiKey=2&apikey=3&access_token=4", "api_key=***&apiKey=***&apikey=***&access_token=***"),
        ("X-Amz-Signature=ab&sig=1&code=2", "X-Amz-Signature=***&sig=***&code=***"),
        ("auth=3&user_password=4", "auth=***&user_password=***"),
        ("%6bey=1", "%6bey=***"),
        ("monkey=1&design=2&zipcode=3&author=4", "monkey=1&design=2&zipcode=3&author=4"),
        ("key=&key&a=%zz&&=", "key=&key&a=%zz&&="),
        ("token=a=b", "token=***"),
    ],
)  # fmt: skip
def test_values_of_key_like_parameters_are_masked_and_the_rest_is_untouched(query: str, masked: str) -> None:
    assert masked_query(query) == masked


def test_the_parameter_a_source_is_configured_with_is_masked_too() -> None:
    assert masked_query("k=1&p=2", credentials=("k",)) == "k=***&p=2"
