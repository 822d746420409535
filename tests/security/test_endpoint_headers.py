"""Headers that tenants configure: none of them ends a line, frames the message or passes for ours (S20, S21)."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hookspan.errors import Invalid
from hookspan.model.endpoint_settings import AuthWay
from hookspan.model.headers import check_headers
from hookspan.outbound.credentials import auth_headers, read_auth
from tests.support.calls import URL, Calls

_DENIED_WORDS = """
host content-length transfer-encoding te trailer connection keep-alive upgrade expect via http2-settings
proxy-authorization content-type accept accept-encoding user-agent webhook-id x-webhook-signature svix-id ce-id
x-hookspan-hops traceparent tracestate forwarded x-forwarded-for x-real-ip true-client-ip cf-ray origin referer
sec-fetch-site cookie cookie2 metadata-flavor x-aws-ec2-metadata-token x-amz-date x-goog-user-project
x-google-x x-ms-version x-http-method-override x-http-method x-method-override range
"""
DENIED = tuple(_DENIED_WORDS.split())


@pytest.mark.parametrize("spell", [str.lower, str.upper, str.title])
async def test_a_denied_name_is_refused_in_any_case_as_a_header_and_for_an_api_key(api: Calls, spell: Any) -> None:
    for name in map(spell, DENIED):
        body = {"url": URL, "events": ["a"]}

        as_header = await api.ask("POST", "/api/v1/endpoints", {**body, "headers": {name: "x"}})
        auth = {"type": "api-key", "apiKey": "x", "headerName": name}
        as_key = await api.ask("POST", "/api/v1/endpoints", {**body, "auth": auth})

        assert (as_header.status_code, as_key.status_code) == (422, 422), name


@settings(max_examples=300, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
@given(st.dictionaries(st.text(max_size=12), st.text(max_size=20), max_size=4))
def test_what_is_accepted_is_one_line_each(headers: dict[str, str]) -> None:
    try:
        kept = check_headers(headers)
    except Invalid:
        return

    wire = b"".join(f"{name}: {value}\r\n".encode("latin-1") for name, value in kept)
    assert len(wire.split(b"\r\n")) == len(kept) + 1
    assert not any(byte in wire.replace(b"\r\n", b"") for byte in (b"\r", b"\n", b"\0"))
    assert all(line.partition(b":")[0].strip() == line.partition(b":")[0] for line in wire.split(b"\r\n"))


KINDS = st.sampled_from(["basic", "bearer", "api-key"])
VALUES = st.text(max_size=20)


@settings(max_examples=300, deadline=None, derandomize=True)
@given(KINDS, st.dictionaries(st.sampled_from(["username", "password", "token", "api_key", "header_name"]), VALUES))
def test_credentials_that_are_accepted_make_one_header_line(kind: str, members: dict[str, str]) -> None:
    try:
        wished = read_auth({"type": kind, **members}, AuthWay())
    except Invalid:
        return

    assert wished.credentials is not None
    ((name, value),) = auth_headers(wished.way, wished.credentials)
    assert name.isascii()
    assert value.isascii()
    assert (name + value).isprintable()
    assert check_headers({name: value}) == ((name, value),)
