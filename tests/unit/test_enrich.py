"""What a receipt says about its request (contracts B.6), and whose address it believes (security S12)."""

from __future__ import annotations

import pytest

from hookspan.errors import Invalid
from hookspan.inbound.enrich import (
    Arrival,
    CustomRule,
    Enrichment,
    client_address,
    customised,
    is_within,
    metadata,
    parse_networks,
)
from hookspan.inbound.request import body_view, request_scopes
from hookspan.model.paths import Scopes
from hookspan.model.templates import compile_template
from tests.support.inbound import request

PROXIES = parse_networks(["10.0.0.0/8", "192.0.2.1", "fd00::/8"], "/trusted")
ARRIVAL = Arrival("203.0.113.9", 1_747_862_829_442, read_ms=1, store_ms=2)
SENT = request(b'{"order":{"id":7}}', [("Content-Type", "application/json"), ("User-Agent", "Hookshot/1")])


@pytest.mark.parametrize(
    ("peer", "forwarded", "client"),
    [
        ("203.0.113.9", [], "203.0.113.9"),
        ("203.0.113.9", ["198.51.100.7"], "203.0.113.9"),
        ("10.0.0.1", [], "10.0.0.1"),
        ("10.0.0.1", ["198.51.100.7"], "198.51.100.7"),
        ("10.0.0.1", ["6.6.6.6, 198.51.100.7"], "198.51.100.7"),
        ("10.0.0.1", ["6.6.6.6, 198.51.100.7, 10.0.0.2"], "198.51.100.7"),
        ("10.0.0.1", ["6.6.6.6", "198.51.100.7"], "198.51.100.7"),
        ("10.0.0.1", ["10.0.0.3, 10.0.0.2"], "10.0.0.3"),
        ("10.0.0.1", ["6.6.6.6, unknown"], "10.0.0.1"),
        ("10.0.0.1", ["6.6.6.6, unknown, 10.0.0.2"], "10.0.0.2"),
        ("10.0.0.1", [""], "10.0.0.1"),
        ("10.0.0.1", ["198.51.100.7,"], "10.0.0.1"),
        ("10.0.0.1", ["198.51.100.7:4711"], "198.51.100.7"),
        ("10.0.0.1", ["[2001:db8::7]:4711"], "2001:db8::7"),
        ("10.0.0.1", ["2001:DB8:0::7"], "2001:db8::7"),
        ("10.0.0.1", ["::ffff:198.51.100.7"], "198.51.100.7"),
        ("10.0.0.1", ["6.6.6.6, ::ffff:10.0.0.2"], "6.6.6.6"),
        ("::ffff:10.0.0.1", ["198.51.100.7"], "198.51.100.7"),
        ("fd00::1", ["198.51.100.7"], "198.51.100.7"),
        ("fe80::1%eth0", ["198.51.100.7"], "fe80::1"),
        ("192.0.2.1", ["<script>"], "192.0.2.1"),
        ("192.0.2.2", ["198.51.100.7"], "192.0.2.2"),
        ("", ["198.51.100.7"], ""),
        ("10.0.0.1", [", ".join(["6.6.6.6", *["10.0.0.9"] * 40])], "10.0.0.9"),
    ],
)
def test_the_client_is_the_right_most_hop_that_is_no_trusted_proxy(
    peer: str, forwarded: list[str], client: str
) -> None:
    headers = [(b"x-forwarded-for", line.encode()) for line in forwarded]

    assert client_address(peer, headers, PROXIES) == client


def test_no_proxy_is_trusted_by_default() -> None:
    assert client_address("127.0.0.1", [(b"x-forwarded-for", b"6.6.6.6")]) == "127.0.0.1"


@pytest.mark.parametrize("entry", ["10.0.0.1/8", "hooks.example.com", "", "10.0.0.0/33"])
def test_an_entry_that_is_no_network_is_refused_at_its_pointer(entry: str) -> None:
    with pytest.raises(Invalid) as refused:
        parse_networks(["10.0.0.0/8", entry], "/allowedIps")

    assert refused.value.faults[0].pointer == "/allowedIps/1"


def test_an_address_is_within_a_network_in_either_spelling_and_a_name_never() -> None:
    assert is_within("10.1.2.3", PROXIES)
    assert is_within("::ffff:10.1.2.3", PROXIES)
    assert not is_within("11.1.2.3", PROXIES)
    assert not is_within("proxy", PROXIES)


def test_the_metadata_has_the_shape_of_the_contract() -> None:
    assert metadata(SENT, ARRIVAL, Enrichment(custom={"team": "shop"})) == {
        "sourceIp": "203.0.113.9",
        "userAgent": "Hookshot/1",
        "userAgentParsed": {"family": "Hookshot", "os": None, "device": None, "bot": True},
        "geo": None,
        "receivedAt": "2025-05-21T21:27:09.442Z",
        "contentType": "application/json",
        "contentLength": 18,
        "timing": {"readMs": 1, "verifyMs": 0, "filterMs": 0, "storeMs": 2},
        "custom": {"team": "shop"},
    }


def test_what_a_source_switched_off_is_null() -> None:
    quiet = metadata(SENT, ARRIVAL, Enrichment(source_ip=False, user_agent=False, timing=False))

    assert (quiet["sourceIp"], quiet["userAgent"], quiet["userAgentParsed"], quiet["timing"]) == (None,) * 4


def test_a_request_that_says_nothing_of_itself_has_nulls() -> None:
    bare = metadata(request(b""), Arrival("", 0), Enrichment())

    assert (bare["sourceIp"], bare["userAgent"], bare["contentType"], bare["contentLength"]) == (None, None, None, 0)


def test_rules_add_members_in_order_and_a_template_that_leads_nowhere_adds_none() -> None:
    def always(_: Scopes) -> bool:
        return True

    rules = (
        CustomRule(always, {"team": compile_template("billing"), "order": compile_template("{{$.order.id}}")}),
        CustomRule(lambda _: False, {"team": compile_template("never")}),
        CustomRule(always, {"team": compile_template("late"), "gone": compile_template("{{$.gone}}")}),
    )
    enrichment = Enrichment(custom={"team": "shop", "kept": "yes"}, rules=rules)
    plain = metadata(SENT, ARRIVAL, enrichment)

    enriched = customised(plain, enrichment, request_scopes(SENT, body_view(SENT), plain))

    assert enriched == {**plain, "custom": {"team": "late", "kept": "yes", "order": 7}}


def test_a_place_is_looked_up_only_where_the_source_asks_for_it() -> None:
    asked: list[str] = []

    def place_of(address: str) -> dict[str, str | float | None]:
        asked.append(address)
        return {"country": "NZ"}

    without = metadata(SENT, ARRIVAL, Enrichment())
    found = metadata(SENT, ARRIVAL, Enrichment(source_ip=False, place_of=place_of))

    assert (without["geo"], found["geo"], found["sourceIp"]) == (None, {"country": "NZ"}, None)
    assert asked == ["203.0.113.9"]


def test_the_rules_add_no_more_than_a_receipt_may_hold() -> None:
    sent = request(b'{"text":"' + b"x" * 15_000 + b'"}', [("Content-Type", "application/json")])
    rule = CustomRule(lambda _: True, {name: compile_template("{{$.text}}") for name in ("first", "second")})
    plain = metadata(sent, ARRIVAL, Enrichment())

    enriched = customised(plain, Enrichment(rules=(rule,)), request_scopes(sent, body_view(sent), plain))

    assert list(enriched["custom"]) == ["first"]  # type: ignore[call-overload]  # a mapping of names


def test_paths_read_every_scope_of_a_request_and_the_first_of_a_repeat() -> None:
    sent = request(b"null", [("X-A", "1"), ("x-a", "2")], query="page=2&page=3&empty=", method="PUT")

    assert request_scopes(sent, body_view(sent), {"sourceIp": "203.0.113.9"}) == {
        "$": None,
        "$headers": {"x-a": "1"},
        "$query": {"page": "2", "empty": ""},
        "$meta": {"sourceIp": "203.0.113.9"},
        "$method": "PUT",
        "$path": "/api/v1/webhooks/in",
    }
    assert "$" not in request_scopes(request(b"{"), body_view(request(b"{")))
