"""The URL parser: one reading only, or none (security §4)."""

from __future__ import annotations

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from hookspan.errors import Invalid
from hookspan.model.addresses import AddressRules, parse_allow
from hookspan.model.urls import UrlRules, parse_url, redact_url

STRICT = UrlRules()
DEV = UrlRules(AddressRules(dev_loopback=True))

REFUSED = {
    "numbers that resolvers turn into addresses": [
        "http://127.1/", "http://0x7f.1/", "http://2130706433/", "http://017700000001/", "http://0/",
        "http://0x7f000001/", "http://example.1/", "http://example.0x10/", "http://1.2.3/", "http://1.2.3.4.5/",
        "http://127.0.0.01/", "http://300.1.1.1/", "http://8.8.8.8./",
    ],
    "hosts that some client normalises to an address": [
        "http://①②⑦.⓪.⓪.①/", "http://１２７.0.0.1/", "http://127。0。0。1/", "http://ⓔxample.com/", "http://ß.ＣＯＭ/",
    ],
    "backslash": [
        "http://ok.example\\@127.0.0.1/", "http:\\\\ok.example/", "http://ok.example/a\\b",
    ],
    "userinfo and fragment": [
        "http://user:pw@ok.example/", "http://@ok.example/", "http://ok.example#@127.0.0.1", "http://ok.example/#",
    ],
    "blanks and controls": [
        " http://ok.example/", "http://ok.example/ ", "http://ok.exa\tmple/", "http://ok.example/\r\nX: y",
        "http://ok.example/\x00", "http://ok.example/\x7f", "http://ok.example/\x85", "http://ok.example/a b",
        "\ufeffhttp://ok.example/", "http://ok.example/\u2028",
    ],
    "ports": [
        "http://h.example:８０/", "http://h.example:65536/", "http://h.example:0/", "http://h.example:+80/",
        "http://h.example:0x50/", "http://h.example:/", "http://h.example:080/", "http://h.example:80:80/",
        "http://h.example:22/", "http://h.example:6379/",
    ],
    "brackets": [
        "http://[::ffff:127.0.0.1]/", "http://[example.com]/", "http://[fe80::1%25eth0]/", "http://[fe80::1%eth0]/",
        "http://[::1/", "http://[]/", "http://[::1]x/", "http://[2606:4700::1111]]/", "http://::1/",
        "http://[1.2.3.4]/",
    ],
    "names only this network knows": [
        "http://localhost/", "http://kubernetes/", "http://host.docker.internal./",
    ],
    "addresses of the table": [
        "http://127.0.0.1/", "http://10.0.0.1/", "http://169.254.169.254/latest/", "http://[::1]/",
        "http://[64:ff9b::7f00:1]/",
    ],
    "schemes": [
        "ftp://ok.example/", "//ok.example/", "ok.example", "", "javascript:alert(1)", "http:/ok.example",
        "http:///x", "file:///etc/passwd",
    ],
    "names": [
        "http://a..example/", "http://.example/", "http://-a.example/", f"http://{'a' * 64}.example/",
        f"http://{'a.' * 127}example/", "http://a%2eb.example/", "http://a,b.example/", "http://a'b.example/",
        "http://xn--a.example/", "http://Bücher.example/",
    ],
    "targets": [
        "http://ok.example/ü", "http://ok.example/?q=ü", "http://ok.example/" + "a" * 2_048,
    ],
}  # fmt: skip

HOSTS = r"[a-zA-Z0-9_-]{1,9}(\.[a-zA-Z0-9_-]{1,9}){1,3}|\[[0-9a-f:.]{2,20}\]|[0-9.]{4,12}"


@pytest.mark.parametrize("text", [text for texts in REFUSED.values() for text in texts])
def test_a_url_that_two_parsers_may_read_differently_is_refused(text: str) -> None:
    with pytest.raises(Invalid) as refused:
        parse_url(text, STRICT)

    assert [(fault.pointer, fault.code) for fault in refused.value.faults] == [("/url", "invalid_url")]


@pytest.mark.parametrize(
    ("text", "canonical"),
    [
        ("https://Example.COM", "https://example.com/"),
        ("HTTPS://example.com:443/Hook", "https://example.com/Hook"),
        ("http://example.com:80?x=1", "http://example.com/?x=1"),
        ("http://example.com:8080/a/./b/../c", "http://example.com:8080/a/c"),
        ("http://h.example/../../admin", "http://h.example/admin"),
        ("http://h.example/a/%2e%2E/admin/%2e", "http://h.example/admin/"),
        ("http://h.example//a//..", "http://h.example//a/"),
        ("https://h.example/x?token=abc&p=/../y", "https://h.example/x?token=abc&p=/../y"),
        ("https://bücher.example/", "https://xn--bcher-kva.example/"),
        ("https://xn--bcher-kva.example/", "https://xn--bcher-kva.example/"),
        ("https://foo_bar.example/", "https://foo_bar.example/"),
        ("https://8.8.8.8/", "https://8.8.8.8/"),
        ("https://[2606:4700:0:0::1111]:8443/", "https://[2606:4700::1111]:8443/"),
        ("http://127.0.0.1.nip.io/", "http://127.0.0.1.nip.io/"),
    ],
)
def test_an_accepted_url_is_stored_in_one_form(text: str, canonical: str) -> None:
    url = parse_url(text, STRICT)

    assert url.canonical == canonical


@given(
    scheme=st.sampled_from(["http", "https", "HTTP"]),
    host=st.from_regex(
        r"[a-zA-Z0-9_-]{1,9}(\.[a-zA-Z0-9_-]{1,9}){1,3}|\[[0-9a-f:.]{2,20}\]|[0-9.]{4,12}", fullmatch=True
    ),
    port=st.sampled_from(["", ":80", ":443", ":8080"]),
    target=st.text(st.characters(min_codepoint=0x21, max_codepoint=0x7E), max_size=20).map(lambda text: f"/{text}"),
)
@example(scheme="http", host="a.b", port="", target="/.%2e/..//%2E?")
def test_parsing_what_was_accepted_changes_nothing(scheme: str, host: str, port: str, target: str) -> None:
    try:
        url = parse_url(f"{scheme}://{host}{port}{target}", STRICT)
    except Invalid:
        assume(False)

    again = parse_url(url.canonical, STRICT)

    assert again == url


@given(st.text(max_size=60))
def test_any_text_is_parsed_or_refused_and_nothing_else(text: str) -> None:
    try:
        url = parse_url(f"http://{text}", STRICT)
    except Invalid:
        return
    assert url.canonical.isascii()


@pytest.mark.parametrize(
    "text", ["http://127.0.0.1:3000/", "http://localhost:3000/", "http://[::1]:3000/", "http://app.localhost/"]
)
def test_the_developer_switch_accepts_loopback_and_localhost(text: str) -> None:
    assert parse_url(text, DEV).canonical == text


def test_a_refused_address_names_the_switch_and_the_setting() -> None:
    with pytest.raises(Invalid) as refused:
        parse_url("http://127.0.0.1:3000/", STRICT)

    assert "`--dev`" in refused.value.detail
    assert "`egress.allow`" in refused.value.detail


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("http://user:pw@ok.example/", "user name or password; name them apart: an endpoint has `auth`, a step"),
        ("http://ok.exa\tmple/", "blank or control"),
        ("http://[fe80::1%25eth0]/", "zone id"),
        ("http://ok.example:22/", "use 80, 443"),
        ("http://127.1/", "four decimal numbers"),
        ("http://①②⑦.⓪.⓪.①/", "IDNA 2008"),
    ],
)
def test_a_refusal_names_the_fault(text: str, reason: str) -> None:
    with pytest.raises(Invalid, match=reason):
        parse_url(text, STRICT)


def test_an_allowed_network_is_accepted_on_its_port() -> None:
    rules = UrlRules(AddressRules(allow=parse_allow(["10.1.0.0/16:443"])))

    url = parse_url("https://10.1.2.3/hook", rules)

    assert (url.host, url.port, url.target) == ("10.1.2.3", 443, "/hook")
    assert parse_url("https://intranet/", rules).host == "intranet"


def test_an_instance_that_calls_https_only_refuses_http() -> None:
    with pytest.raises(Invalid, match="https only"):
        parse_url("http://ok.example/", UrlRules(https_only=True))


def test_our_own_address_is_refused_unless_allowed() -> None:
    own = frozenset({("hooks.example", 443)})

    assert parse_url("https://hooks.example/x", UrlRules(own_origins=own, allow_self=True))
    assert parse_url("https://hooks.example:8443/x", UrlRules(own_origins=own))
    with pytest.raises(Invalid, match="own address"):
        parse_url("https://hooks.example/x", UrlRules(own_origins=own))


def test_the_host_field_carries_brackets_and_odd_ports() -> None:
    authorities = [
        parse_url(text, STRICT).authority for text in ("http://[2606:4700::1111]:8080/", "https://a.example:443/")
    ]

    assert authorities == ["[2606:4700::1111]:8080", "a.example"]


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("https://h.example/x?token=abc&page=2", "https://h.example/x?token=***&page=2"),
        ("https://h.example/?api_key=a&X-Amz-Signature=b", "https://h.example/?api_key=***&X-Amz-Signature=***"),
        ("https://h.example/?%74oken=abc", "https://h.example/?%74oken=***"),
        ("https://user:pw@h.example/", "https://***@h.example/"),
        ("https://h.example/#access_token=abc", "https://h.example/#access_token=***"),
        ("https://h.example/plain?page=2", "https://h.example/plain?page=2"),
        ("/relative?password=x;code=y", "/relative?password=***;code=***"),
    ],
)
def test_key_like_values_are_not_shown(text: str, shown: str) -> None:
    assert redact_url(text) == shown
