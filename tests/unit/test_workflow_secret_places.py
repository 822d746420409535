"""Which places of a definition hold a credential, and which only look like it."""

from __future__ import annotations

from typing import Any

import pytest

from hookspan.errors import Invalid
from hookspan.workflows.secrets import kept, masked, secrets_of, unmasked


def graph(url: str = "https://a.example.com/", headers: object = None, kind: str = "http") -> dict[str, Any]:
    return {"steps": [{"id": "call", "kind": kind, "with": {"url": url, "headers": headers or {}}}]}


@pytest.mark.parametrize(
    ("value", "is_secret"),
    [
        ("Bearer abc", True),
        ("abc", True),
        ("Bearer abc{{vars.rest}}", True),
        ("***", True),
        ("{{vars.token}}", False),
        ("Bearer {{vars.token}}", False),
        (" basic {{vars.one}}{{vars.two}} ", False),
        ("", False),
    ],
)
def test_a_header_is_a_secret_unless_all_of_it_comes_from_templates(value: str, is_secret: bool) -> None:
    found = secrets_of(graph(headers={"Authorization": value}))

    assert found == ({"call@https://a.example.com/headers/authorization": value} if is_secret else {})


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("https://a.example.com/?token=x", "https://a.example.com/?token=***"),
        ("https://a.example.com/?a=1&api_key=x&b=2#access_token=y", "https://a.example.com/?a=1&api_key=***&b=2#access_token=***"),
        ("https://a.example.com/?%74oken=x", "https://a.example.com/?%74oken=***"),
        ("https://a.example.com/?passwd=x&passwd=y", "https://a.example.com/?passwd=***&passwd=***"),
        ("https://a.example.com/?token={{vars.token}}", "https://a.example.com/?token={{vars.token}}"),
        ('https://a.example.com/{{vars["a?token=b"]}}?token=x', 'https://a.example.com/{{vars["a?token=b"]}}?token=***'),
        ("https://a.example.com/?token=a{{vars.b}}c&d=1", "https://a.example.com/?token=***&d=1"),
        ("https://a.example.com/?page=2&token=", "https://a.example.com/?page=2&token="),
        ("{{vars.url}}?sig=x", "{{vars.url}}?sig=***"),
    ],
)  # fmt: skip
def test_key_like_parameters_are_masked_and_come_back_as_they_were(url: str, shown: str) -> None:
    whole = graph(url)

    hidden = masked(whole)

    assert hidden == graph(shown)
    assert unmasked(hidden, secrets_of(whole)) == whole


@pytest.mark.parametrize(
    "value",
    [
        {},
        {"steps": "no list"},
        {"steps": [1, None, {"kind": "http"}, {"kind": "http", "with": 1}]},
        graph(headers=["no", "object"]),
        graph(headers={"Authorization": 7, "X-Team": "billing"}),
        graph(headers={"Authorization": "Bearer abc"}, kind="python"),
        graph("https://a.example.com/?token=" + "x" * 3_000),
    ],
)
def test_what_is_no_request_or_nothing_that_could_be_saved_is_left_as_it_is(value: dict[str, Any]) -> None:
    assert masked(value) == value


def test_steps_without_an_id_go_by_their_place() -> None:
    steps = [{"kind": "http", "with": {"headers": {"X-Token": each}}} for each in "ab"]

    assert secrets_of({"steps": steps}) == {"step-1@/headers/x-token": "a", "step-2@/headers/x-token": "b"}


@pytest.mark.parametrize(
    ("url", "is_kept"),
    [
        ("https://a.example.com/other?page=2", True),
        ("HTTPS://A.example.com/", True),
        ("https://evil.example.com/", False),
        ("https://a.example.com.evil.example/", False),
        ("https://a.example.com:8443/", False),
        ("https://a.example.com@evil.example/", False),
        ("http://a.example.com/", False),
        ("{{trigger.body.url}}", False),
        ("//evil.example/?x=https://a.example.com/", False),
    ],
)
def test_a_credential_stays_with_the_address_it_was_given_for(url: str, is_kept: bool) -> None:
    known = secrets_of(graph(headers={"Authorization": "Bearer abc"}))

    opened = unmasked(graph(url, headers={"Authorization": "***"}), known)

    assert opened == graph(url, headers={"Authorization": "Bearer abc" if is_kept else "***"})


@pytest.mark.parametrize(
    ("sent", "pointer"),
    [
        (graph("https://a.example.com/?design=***&api_key=***"), "/steps/0/with/url"),
        (graph("https://a.example.com/?api_key=***", {"X-Design": "***"}), "/steps/0/with/headers/X-Design"),
    ],
)
def test_a_mask_where_nothing_is_secret_is_refused_with_what_to_do(sent: dict[str, Any], pointer: str) -> None:
    known = secrets_of(graph("https://a.example.com/?api_key=zz"))

    with pytest.raises(Invalid) as refused:
        kept(sent, known)

    [fault] = refused.value.faults
    assert (fault.pointer, "write the value itself" in fault.detail) == (pointer, True)
