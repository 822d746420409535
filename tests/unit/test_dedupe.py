"""Which keys make a request a repeat, and which type it is."""

from __future__ import annotations

import hashlib
from dataclasses import replace

import pytest

from hookspan.inbound.dedupe import DedupeSettings, EventKind, dedupe_keys, event_type
from hookspan.inbound.providers import Preset, plain_preset, preset
from hookspan.inbound.request import InboundRequest, body_view
from hookspan.inbound.verify import Verified
from hookspan.model.paths import compile_path
from tests.support.inbound import request, sample_of, with_header, with_line, without_header

DAY_MS = 86_400_000
VERIFIED = Verified(0, ("body",))
BODY = b'{"id":"evt_1","n":1,"at":"now","list":[{"id":1,"t":5},{"id":2}]}'
BODY_KEY = "body:" + hashlib.sha256(BODY).hexdigest()


def keys(
    own: Preset, sent: InboundRequest, settings: DedupeSettings | None = None, verified: Verified = VERIFIED
) -> list[tuple[str, int]]:
    view = body_view(sent, own.record.form)
    found = dedupe_keys(own, settings or DedupeSettings(), request=sent, view=view, verified=verified)
    return [(key.key, key.window_ms) for key in found]


def with_dedupe(*entries: dict[str, object]) -> Preset:
    return preset("stripe").overridden({"dedupe": list(entries)})


def test_a_signed_id_is_the_key_and_lives_seven_days() -> None:
    assert keys(preset("stripe"), request(BODY)) == [("id:evt_1", 7 * DAY_MS)]


def test_an_unsigned_id_is_joined_by_the_hash_of_the_body_for_a_day() -> None:
    sent = request(BODY, [("X-GitHub-Delivery", "d-1")])

    assert keys(preset("github"), sent) == [("id:d-1", 7 * DAY_MS), (BODY_KEY, DAY_MS)]
    assert keys(preset("github"), sent, DedupeSettings(body_hash=False)) == [("id:d-1", 7 * DAY_MS)]


def test_the_windows_are_the_source_s() -> None:
    sent = request(BODY, [("X-GitHub-Delivery", "d-1")])

    found = keys(preset("github"), sent, DedupeSettings(window_ms=5_000, body_window_ms=6_000))

    assert [window for _, window in found] == [5_000, 6_000]


def test_without_an_id_a_signed_body_is_its_own_key() -> None:
    assert keys(preset("github"), request(BODY)) == [(BODY_KEY, DAY_MS)]
    assert keys(preset("github"), request(BODY), DedupeSettings(body_hash=False)) == []


def test_where_a_time_is_signed_the_same_body_at_another_time_is_another_delivery() -> None:
    slack, sent = preset("slack"), request(b'{"command":"/deploy"}')

    first = keys(slack, sent, verified=Verified(0, ("body", "time"), 1_000))

    assert first == keys(slack, sent, verified=Verified(0, ("body", "time"), 1_000))
    assert first != keys(slack, sent, verified=Verified(0, ("body", "time"), 2_000))
    assert len(first) == 1


@pytest.mark.parametrize("header", ["webhook-id", "Idempotency-Key"])
@pytest.mark.parametrize("auth", ["none", "basic", "api_key"])
def test_a_source_without_signatures_knows_only_the_general_ids(auth: str, header: str) -> None:
    own = plain_preset(auth)  # type: ignore[arg-type]

    assert keys(own, request(BODY, [(header, "i-1")]), verified=Verified(0)) == [("id:i-1", 7 * DAY_MS)]
    assert keys(own, request(BODY), verified=Verified(0)) == []


def test_mode_id_takes_the_preset_s_id_and_nothing_else() -> None:
    by_id = DedupeSettings(mode="id")

    assert keys(preset("github"), request(BODY, [("X-GitHub-Delivery", "d-1")]), by_id) == [("id:d-1", 7 * DAY_MS)]
    assert keys(preset("github"), request(BODY, [("Idempotency-Key", "i-1")]), by_id) == []


def test_mode_paths_joins_the_texts_and_half_a_key_is_none() -> None:
    def by(*paths: str) -> list[tuple[str, int]]:
        settings = DedupeSettings(mode="paths", paths=tuple(compile_path(path) for path in paths))
        return keys(preset("github"), request(BODY, [("X-Id", "7")]), settings)

    assert by("$.id") == [("id:evt_1", 7 * DAY_MS)]
    assert by("$.n") == [("id:1", 7 * DAY_MS)]
    assert by("$.id", "$headers.x-id") == [('id:[["evt_1"],["7"]]', 7 * DAY_MS)]
    assert by("$.id", "$.gone") == []
    assert by() == []


def test_mode_body_hashes_the_bytes_or_the_json_without_what_is_ignored() -> None:
    ignoring = DedupeSettings(mode="body", ignore_paths=(compile_path("$.at"), compile_path("$.list[*].t")))
    other = b'{ "n":1, "id":"evt_1","at":"later","list":[{"t":6,"id":1},{"id":2}]}'

    assert keys(preset("github"), request(BODY), DedupeSettings(mode="body")) == [(BODY_KEY, DAY_MS)]
    assert keys(preset("github"), request(BODY), ignoring) == keys(preset("github"), request(other), ignoring)
    assert keys(preset("github"), request(BODY), ignoring) != keys(preset("github"), request(b'{"n":1}'), ignoring)
    assert keys(preset("github"), request(b"{"), ignoring) == [("body:" + hashlib.sha256(b"{").hexdigest(), DAY_MS)]


def test_mode_off_never_finds_a_repeat() -> None:
    assert keys(preset("stripe"), request(BODY), DedupeSettings(mode="off")) == []


def test_a_preset_can_take_several_paths_a_hash_or_switch_dedupe_off() -> None:
    timed = Verified(0, ("body", "time"), 1_000)

    assert keys(with_dedupe({"body": ["$.id", "$.n"]}), request(BODY)) == [('id:[["evt_1"],[1]]', 7 * DAY_MS)]
    assert keys(with_dedupe({"body": "$.gone"}, {"hash": ["body"]}), request(BODY)) == [
        ("id:" + hashlib.sha256(BODY).hexdigest(), 7 * DAY_MS)
    ]
    assert keys(with_dedupe({"hash": ["body", "time"]}), request(BODY), verified=timed) != keys(
        with_dedupe({"hash": ["body"]}), request(BODY), verified=timed
    )
    assert keys(with_dedupe({"off": True}), request(BODY, [("webhook-id", "i-1")])) == []


def test_an_id_that_does_not_fit_is_hashed() -> None:
    def key_for(id: str) -> str:
        return keys(preset("stripe"), request(b'{"id":"%s"}' % id.encode()))[0][0]

    assert key_for("x" * 252) == "id:" + "x" * 252
    assert key_for("x" * 253) == "idhash:" + hashlib.sha256(b"x" * 253).hexdigest()
    assert key_for("a\\u0000b") == "idhash:" + hashlib.sha256(b"a\x00b").hexdigest()


@pytest.mark.parametrize("id", ['""', "null", '" "', "{}"])
def test_an_empty_id_is_none(id: str) -> None:
    found = keys(preset("stripe"), request(f'{{"id":{id}}}'.encode()))

    assert [key.partition(":")[0] for key, _ in found] == ["body"]


def kind(own: Preset, sent: InboundRequest, *, prefix: str | None = None) -> EventKind:
    return event_type(own, sent, body_view(sent, own.record.form), prefix=prefix)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("github", EventKind("github.push", False)),
        ("gitlab", EventKind("gitlab.Push_Hook", False)),
        ("shopify", EventKind("shopify.orders_create", False)),
        ("stripe", EventKind("stripe.charge.succeeded", True)),
        ("slack", EventKind("slack.message", True)),
        ("standard", EventKind("standard.invoice.paid", True)),
        ("hookspan-orchestrator", EventKind("hookspan-orchestrator.workflow.execution.completed", True)),
        ("generic", EventKind("webhook.received", True)),
    ],
)
def test_the_type_is_the_provider_and_what_it_calls_the_event(name: str, expected: EventKind) -> None:
    assert kind(preset(name), sample_of(preset(name))) == expected


def test_a_type_in_the_body_wins_over_a_header_and_a_mismatch_is_told() -> None:
    own = preset("hookspan-orchestrator")
    swapped = with_header(sample_of(own), "X-Webhook-Event", b"task.failed")

    assert kind(own, swapped) == EventKind("hookspan-orchestrator.workflow.execution.completed", True, mismatch=True)


def test_a_type_only_in_an_unsigned_header_is_said_to_be_unsigned() -> None:
    sent = with_header(sample_of(preset("github")), "X-GitHub-Event", b"ping")

    assert kind(preset("github"), sent) == EventKind("github.ping", False)


def test_the_second_place_is_read_when_the_first_is_empty() -> None:
    assert kind(preset("slack"), request(b'{"type":"url_verification"}')).name == "slack.url_verification"


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("a b/c:d", "stripe.a_b_c_d"),
        ("é", "stripe._"),
        ("..a..", "stripe._._.a._._"),
        ("x" * 200, "stripe." + "x" * 93),
        ("x" * 92 + ".y", "stripe." + "x" * 92),
    ],
)
def test_a_type_is_made_to_fit_the_grammar_of_event_names(text: str, name: str) -> None:
    assert kind(preset("stripe"), request(f'{{"type":"{text}"}}'.encode())).name == name


@pytest.mark.parametrize("body", [b"no json", b"{}", b'{"type":""}', b'{"type":null}', b'{"type":{}}'])
def test_without_a_type_it_is_webhook_received(body: bytes) -> None:
    assert kind(preset("stripe"), request(body)) == EventKind("webhook.received", True)
    assert kind(plain_preset("none"), request(body)) == EventKind("webhook.received", True)


def test_a_source_may_have_a_prefix_of_its_own() -> None:
    assert kind(preset("github"), sample_of(preset("github")), prefix="code").name == "code.push"


def test_a_form_field_that_holds_the_json_is_looked_into() -> None:
    sent = replace(sample_of(preset("slack")), body=b"x=1&payload=%7B%22type%22%3A%22block_actions%22%7D")
    form = with_line(without_header(sent, "content-type"), "content-type", b"application/x-www-form-urlencoded")

    assert kind(preset("slack"), form).name == "slack.block_actions"
    assert kind(preset("slack"), sent).name == "webhook.received"


def test_the_id_of_a_signed_token_is_a_key() -> None:
    own = with_dedupe({"jwt": "jti"})

    assert keys(own, request(BODY), verified=Verified(0, ("body",), claims={"jti": "j-1"})) == [("id:j-1", 7 * DAY_MS)]
    assert [key.partition(":")[0] for key, _ in keys(own, request(BODY))] == ["body"]
