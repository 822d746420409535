"""Seed 004's tables and texts, letter by letter (contracts D.3)."""

from __future__ import annotations

import io
from collections.abc import Iterable

import pytest

from hookspan.cli.output import Output
from hookspan.cli.webhook_shapes import delivery_object, document_of, stats_object, webhook_object
from hookspan.cli.webhook_views import (
    DELIVERY_COLUMNS,
    WEBHOOK_COLUMNS,
    created_lines,
    delivery_footer,
    delivery_notes,
    delivery_row,
    info_lines,
    old_values,
    rehearsal_lines,
    stats_lines,
    updated_lines,
    webhook_notes,
    webhook_row,
)
from hookspan.client import Document

PLAIN = Output()
ID = "wh_0196f4a177c07d3e9b1a0123456789ab"
EVENTS = ["agent.started", "agent.failed"]


def endpoint(**changes: object) -> Document:
    members = {
        "id": "0196f4a1-77c0-7d3e-9b1a-0123456789ab",
        "name": "My Webhook",
        "url": "https://example.com/webhook",
        "method": "POST",
        "events": EVENTS,
        "headers": {"X-Custom": "value"},
        "auth": {"type": "bearer"},
        "status": "active",
        "statusReason": None,
        "retry": {
            "strategy": "exponential",
            "maxAttempts": 3,
            "initialDelayMs": 1000,
            "multiplier": 2.0,
            "maxDelayMs": 60000,
        },
        "timeoutMs": 30000,
        "signing": {"secretHint": "aLSw", "hasLegacySecret": False},
        "metadata": {},
        "createdAt": "2025-05-21T21:27:09.442Z",
        "updatedAt": "2025-05-21T21:27:09.442Z",
    }
    return document_of({**members, **changes})


def webhook(**changes: object) -> Document:
    return document_of(webhook_object(endpoint(**changes)))


def stats(**changes: object) -> Document:
    numbers = {
        "endpointId": "0196f4a1-77c0-7d3e-9b1a-0123456789ab",
        "totalDeliveries": 50,
        "successfulDeliveries": 49,
        "failedDeliveries": 1,
        "averageDurationMs": 83.6,
        "lastDeliveryAt": "2025-05-21T21:27:09.442Z",
        "lastSuccessAt": "2025-05-21T21:27:09.442Z",
        "lastFailureAt": None,
        "failureRate": 0.02,
    }
    return document_of(stats_object(document_of({**numbers, **changes})))


def printed(lines: Iterable[str]) -> str:
    return "\n".join(lines) + "\n"


def table_1(rows: list[Document], width: int | None = None) -> str:
    out = io.StringIO()
    output = Output(out=out, err=out, width=width)
    output.rows(map(webhook_row, rows), WEBHOOK_COLUMNS, "webhook", notes=webhook_notes)
    return out.getvalue()


def test_table_1_as_printed() -> None:
    assert table_1([webhook()]) == (
        "ID                                   Name        URL                          Status  Events\n"
        f"{ID}  My Webhook  https://example.com/webhook  active  agent.started, agent.failed\n"
        "└─ auth: bearer\n"
        "1 webhook\n"
    )


def test_table_1_counts_the_events_it_has_no_room_for() -> None:
    written = table_1([webhook(events=["a", "b", "c", "d", "e"], auth={"type": "none"})])

    assert "a, b, c\n└─ +2 more\n" in written
    assert "auth" not in written


def test_table_1_without_rows() -> None:
    assert table_1([]) == "no webhooks\n"


def test_table_1_never_cuts_an_id() -> None:
    assert ID in table_1([webhook(name="n" * 100, url="https://" + "u" * 200)], width=60)


def test_text_2_shows_a_generated_secret_once() -> None:
    assert printed(created_lines(PLAIN, webhook(), "whsec_abc")) == (
        f"✓ created {ID}\n"
        "  Name    My Webhook\n"
        "  URL     https://example.com/webhook\n"
        "  Method  POST\n"
        "  Status  active\n"
        "  Events  agent.started, agent.failed\n"
        "  Auth    bearer\n"
        "Signing secret: whsec_abc\n"
    )


def test_text_3_has_every_section_and_no_credential() -> None:
    assert printed(info_lines(PLAIN, webhook(auth={"type": "api-key", "headerName": "X-Key"}), stats())) == (
        "Webhook\n"
        f"  ID       {ID}\n"
        "  Name     My Webhook\n"
        "  URL      https://example.com/webhook\n"
        "  Method   POST\n"
        "  Status   active\n"
        "  Timeout  30000 ms\n"
        "  Created  2025-05-21T21:27:09.442Z\n"
        "  Updated  2025-05-21T21:27:09.442Z\n"
        "Events (2)\n"
        "  agent.started\n"
        "  agent.failed\n"
        "Headers\n"
        "  X-Custom: value\n"
        "Authentication\n"
        "  Type         api-key\n"
        "  Header name  X-Key\n"
        "Retry\n"
        "  Strategy       exponential ×2\n"
        "  Attempts       3\n"
        "  Initial delay  1000 ms\n"
        "  Max delay      60000 ms\n"
        "Delivery statistics\n"
        "  Total          50 (49 successful, 1 failed)\n"
        "  Success rate   98.0 %\n"
        "  Mean duration  84 ms\n"
        "  Last delivery  2025-05-21T21:27:09.442Z\n"
        "  Last success   2025-05-21T21:27:09.442Z\n"
        "  Last failure   never\n"
    )


def test_text_4_tells_old_and_new() -> None:
    before = old_values(endpoint(), webhook(), ["name", "auth", "status"])
    after = webhook(name="New", auth={"type": "none"}, status="paused")

    told = printed(updated_lines(PLAIN, before, after))

    assert told.startswith(
        f"✓ updated {ID}\nname: My Webhook → New\nauth: bearer → none\nstatus: active → inactive\n  Name    New\n"
    )


@pytest.mark.parametrize(
    ("result", "first"),
    [
        ({"success": True, "statusCode": 200, "durationMs": 84}, "✓ PASSED  200 in 84 ms"),
        ({"success": False, "statusCode": 500, "durationMs": 91}, "✗ FAILED  500 in 91 ms"),
        (
            {
                "success": False,
                "statusCode": None,
                "durationMs": 30000,
                "message": "Webhook delivery failed: timeout",
            },
            "✗ FAILED  timeout after 30000 ms",
        ),
    ],
)
def test_text_5_begins_with_the_verdict(result: dict[str, object], first: str) -> None:
    assert next(rehearsal_lines(PLAIN, document_of(result), {})) == first


def test_text_5_shows_what_came_back_and_what_was_sent() -> None:
    result = {"success": True, "statusCode": 200, "durationMs": 1, "headers": {"a": "b"}, "body": '{"n":1.50}'}

    told = printed(rehearsal_lines(PLAIN, document_of(result), {"test": True}))

    assert told == (
        "✓ PASSED  200 in 1 ms\n"
        "Response headers\n  a: b\n"
        'Response body\n  {\n    "n": 1.50\n  }\n'
        'Sent payload\n  {\n    "test": true\n  }\n'
    )


def test_text_5_ends_a_long_body_with_how_much_more_there_is() -> None:
    result = {"success": True, "statusCode": 200, "durationMs": 1, "headers": {}, "body": "x" * 512}

    assert "x" * 500 + "\n  … 12 more\n" in printed(rehearsal_lines(PLAIN, document_of(result), {}))


def delivery(status: str, error: str | None = None, code: int | None = 200) -> Document:
    row = {
        "id": "0196f4a1-77c0-7d3e-9b1a-0123456789ac",
        "endpointId": "0196f4a1-77c0-7d3e-9b1a-0123456789ab",
        "deliveredName": "custom",
        "url": "https://example.com",
        "status": status,
        "attempts": 1,
        "nextAttemptAt": None,
        "eventId": "0196f4be-3982-7a1b-8c2d-3e4f5a6b7c8d",
    }
    attempt = {
        "number": 1,
        "outcome": "delivered" if status == "delivered" else "http_error",
        "statusCode": code,
        "durationMs": 12,
        "error": error,
        "finishedAt": "2025-05-21T21:27:09.442Z",
        "request": {"method": "POST", "headers": [["A", "1"], ["A", "2"]]},
        "response": {"headers": [], "body": ""},
    }
    return document_of(delivery_object(document_of(row), document_of(attempt), b'{"n":1.50}'))


def test_table_6_as_printed() -> None:
    out = io.StringIO()
    rows = [delivery("delivered"), delivery("exhausted", "HTTP 500", 500), delivery("held"), delivery("cancelled")]

    Output(out=out).table([delivery_row(row, None) for row in rows], DELIVERY_COLUMNS, delivery_notes)

    assert out.getvalue() == (
        "ID                                    Event   Status       Code  Attempt  Duration  Delivered At              Error\n"  # noqa: E501
        "del_0196f4a177c07d3e9b1a0123456789ac  custom  ✓ Success    200   1        12 ms     2025-05-21T21:27:09.442Z\n"
        "del_0196f4a177c07d3e9b1a0123456789ac  custom  ✗ Failed     500   1        12 ms     2025-05-21T21:27:09.442Z  HTTP 500\n"  # noqa: E501
        "del_0196f4a177c07d3e9b1a0123456789ac  custom  = Held       200   1        12 ms     2025-05-21T21:27:09.442Z\n"
        "del_0196f4a177c07d3e9b1a0123456789ac  custom  - Cancelled  200   1        12 ms     2025-05-21T21:27:09.442Z\n"
    )


def test_table_6_gives_a_long_error_a_line_of_its_own() -> None:
    row = delivery_row(delivery("pending", "connection refused by the far side"), 24)

    assert row.text("mark") == "… Pending"
    assert row.text("error") == ""
    assert list(delivery_notes(row)) == ["└─ connection refused by the far side"]


def test_the_footer_of_table_6_counts_what_ended_and_what_is_open() -> None:
    states = ["delivered", "delivered", "exhausted", "pending", "held", "sending", "cancelled"]

    assert delivery_footer([delivery(state) for state in states]) == "2 successful, 1 failed, 3 open"


def test_a_delivery_has_every_member_of_the_seed_and_keeps_the_digits_of_its_payload() -> None:
    shaped = delivery("delivered")

    assert " ".join(shaped.members) == (
        "id webhook_id event url method headers payload attempt status_code response_body response_headers duration "
        "error delivered_at success state next_attempt_at event_id"
    )
    assert bytes(shaped.raw_members["payload"]) == b'{"n":1.50}'
    assert shaped.value("headers") == {"A": "1, 2"}


def test_text_7_as_printed() -> None:
    assert printed(stats_lines(PLAIN, stats())) == (
        f"Webhook                {ID}\n"
        "Total deliveries       50\n"
        "Successful deliveries  49\n"
        "Failed deliveries      1\n"
        "Average duration       84 ms\n"
        "Last delivery          2025-05-21T21:27:09.442Z\n"
        "Last success           2025-05-21T21:27:09.442Z\n"
        "Last failure           never\n"
        "Failure rate           2.0 %\n"
        "Success rate 98.0 %\n" + "█" * 39 + "░\n"
    )


def test_text_7_claims_nothing_before_the_first_delivery() -> None:
    nothing = stats(totalDeliveries=0, successfulDeliveries=0, failedDeliveries=0, failureRate=0, averageDurationMs=0)

    told = printed(stats_lines(PLAIN, nothing))

    assert "Success rate –\n" + "░" * 40 in told
    assert "Average duration       –" in told


def test_the_webhook_object_as_printed_in_the_contract() -> None:
    assert webhook_object(endpoint()) == {
        "id": ID,
        "name": "My Webhook",
        "url": "https://example.com/webhook",
        "method": "POST",
        "events": EVENTS,
        "headers": {"X-Custom": "value"},
        "auth": {"type": "bearer", "credentials": {"token": "***"}},
        "retry": {
            "enabled": True,
            "max_attempts": 3,
            "strategy": "exponential",
            "initial_delay": 1000,
            "max_delay": 60000,
            "multiplier": 2,
        },
        "timeout": 30000,
        "status": "active",
        "metadata": {},
        "created_at": "2025-05-21T21:27:09.442Z",
        "updated_at": "2025-05-21T21:27:09.442Z",
    }


@pytest.mark.parametrize(
    ("status", "reason", "shown"),
    [
        ("active", None, "active"),
        ("paused", None, "inactive"),
        ("disabled", "failures", "failed"),
        ("disabled", "gone", "suspended"),
        ("disabled", "admin", "suspended"),
    ],
)
def test_each_native_status_has_its_word(status: str, reason: str | None, shown: str) -> None:
    assert webhook(status=status, statusReason=reason).text("status") == shown


def test_hmac_is_shown_exactly_when_a_legacy_secret_is_set() -> None:
    signed = webhook(auth={"type": "none"}, signing={"hasLegacySecret": True})

    assert signed.value("auth") == {"type": "hmac", "credentials": {"secret": "***"}}


def test_revealed_credentials_stand_in_clear() -> None:
    secrets = document_of({"auth": {"type": "basic", "username": "user", "password": "pass"}})

    shown = webhook_object(endpoint(auth={"type": "basic"}), secrets)

    assert shown["auth"] == {"type": "basic", "credentials": {"username": "user", "password": "pass"}}


def test_escapes_in_names_and_answers_reach_no_terminal() -> None:
    hostile = "\x1b]52;c;aGk=\x07\u202e"
    out = io.StringIO()
    Output(out=out).table([delivery_row(delivery("exhausted", hostile), 1)], DELIVERY_COLUMNS, delivery_notes)

    told = [
        out.getvalue(),
        table_1([webhook(name=hostile, url=hostile, events=[hostile])]),
        printed(info_lines(PLAIN, webhook(name=hostile, headers={hostile: hostile}, events=[hostile]), stats())),
        printed(
            rehearsal_lines(PLAIN, document_of({"body": hostile, "headers": {"a": hostile}, "message": hostile}), {})
        ),
    ]

    assert not any(bad in text for text in told for bad in ("\x1b", "\x07", "\u202e"))
