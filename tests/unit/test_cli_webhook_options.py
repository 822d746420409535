"""What `--auth-credentials`, `--headers`, `--retry` and `--events` become, and how a wrong one is named (D.3)."""

from __future__ import annotations

from pathlib import Path

import click
import pytest

from hookspan.cli.webhook_options import auth_members, credentials, event_list, header_object, retry_members


@pytest.mark.parametrize(
    ("kind", "given", "auth", "legacy"),
    [
        (
            "basic",
            '{"username":"user","password":"pass"}',
            {"type": "basic", "username": "user", "password": "pass"},
            None,
        ),
        ("bearer", '{"token":"t"}', {"type": "bearer", "token": "t"}, None),
        ("api-key", '{"api_key":"k"}', {"type": "api-key", "apiKey": "k", "headerName": "X-API-Key"}, None),
        (
            "api-key",
            '{"api_key":"k","header_name":"X-Key"}',
            {"type": "api-key", "apiKey": "k", "headerName": "X-Key"},
            None,
        ),
        ("hmac", '{"secret":"shared-secret"}', {"type": "none"}, "shared-secret"),
        ("none", None, {"type": "none"}, None),
    ],
)
def test_each_kind_of_authentication_becomes_members(
    kind: str, given: str | None, auth: dict[str, str], legacy: str | None
) -> None:
    members = auth_members(kind, credentials(kind, given))

    assert members == {"auth": auth, "signing": {"legacySecret": legacy}}


@pytest.mark.parametrize(
    ("kind", "given", "said"),
    [
        ("bearer", None, "missing --auth-credentials"),
        ("basic", '{"username":"u"}', "--auth-credentials: missing password for basic"),
        ("basic", "{}", "--auth-credentials: missing username, password for basic"),
        ("bearer", '{"token":"t","secret":"s"}', "--auth-credentials: secret does not belong to bearer"),
        ("hmac", '{"secret":1}', "--auth-credentials: secret must be text"),
        ("none", "{}", "--auth-credentials: authentication none has no credentials"),
        ("bearer", "[]", "--auth-credentials must be a JSON object"),
        ("bearer", "{x", "--auth-credentials is not JSON: line 1 column 2"),
    ],
)
def test_wrong_credentials_are_named(kind: str, given: str | None, said: str) -> None:
    with pytest.raises(click.UsageError) as refused:
        credentials(kind, given)

    assert refused.value.message == said


def test_credentials_are_read_from_a_file(tmp_path: Path) -> None:
    (tmp_path / "c.json").write_text('{"token":"from a file"}')

    assert credentials("bearer", f"@{tmp_path / 'c.json'}") == {"token": "from a file"}


def test_headers_are_text() -> None:
    assert header_object('{"X-Custom":"value"}') == {"X-Custom": "value"}
    with pytest.raises(click.UsageError, match="--headers: X-N must be text"):
        header_object('{"X-N":1}')


def test_events_are_trimmed_and_never_none() -> None:
    assert event_list(" agent.started , agent.failed,") == ["agent.started", "agent.failed"]
    with pytest.raises(click.UsageError, match="--events needs at least one event"):
        event_list(" , ")


def test_a_retry_policy_is_said_in_the_seed_s_words_over_its_default() -> None:
    assert retry_members('{"max_attempts":5}') == {
        "strategy": "exponential",
        "maxAttempts": 5,
        "initialDelayMs": 1000,
        "multiplier": 2,
        "maxDelayMs": 60000,
    }
    assert retry_members('{"strategy":"linear","initial_delay":500}') == {
        "strategy": "linear",
        "maxAttempts": 3,
        "initialDelayMs": 500,
        "maxDelayMs": 60000,
    }


def test_a_native_schedule_is_taken_as_it_is() -> None:
    assert retry_members('{"strategy":"schedule","delaysMs":[1,2],"maxAttempts":3}') == {
        "strategy": "schedule",
        "delaysMs": [1, 2],
        "maxAttempts": 3,
    }


def test_an_unknown_word_of_a_retry_policy_is_named() -> None:
    with pytest.raises(click.UsageError, match="--retry: unknown member tries"):
        retry_members('{"tries":3}')
