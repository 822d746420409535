"""The one URL parser: what it returns is what is vetted, stored, shown and connected to (security §4).

Parsers disagree on backslashes, odd digits, blanks and userinfo, and a guard that reads a URL otherwise than the client
is no guard; so whatever two parsers could read differently is refused, and the parsed object travels on, not the text.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from ipaddress import AddressValueError, IPv4Address, IPv6Address
from typing import Never
from urllib.parse import unquote

import idna

from hookspan.errors import Invalid
from hookspan.model.addresses import Address, AddressRules, port_refusal, refusal
from hookspan.model.headers import is_secret_name, words_of

MAX_URL_BYTES = 2_048
MAX_NAME_BYTES = 253

_DEFAULT_PORTS = {"http": 80, "https": 443}
_REMEDY = "For a receiver on your own machine start with `--dev`; for one in your network add it to `egress.allow`."

_BLANK_OR_CONTROL = re.compile(r"[\x00-\x20\x7f-\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000\ufeff]")
_SCHEME = re.compile(r"(https?)://", re.IGNORECASE)
_AUTHORITY_END = re.compile(r"[/?]")
_PORT = re.compile(r"[1-9][0-9]{0,4}")
_QUAD = re.compile(r"[0-9]{1,3}(?:\.[0-9]{1,3}){3}")
_LABEL = re.compile(r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?")
_NUMBER_LABEL = re.compile(r"[0-9]+|0x[0-9a-f]*")
_VISIBLE = re.compile(r"[\x21-\x7e]*")
_PARAMETER = re.compile(r"([?&#;])([^=&#;\s]*)=([^&#;\s]+)")
_SINK_TOKEN = re.compile(r"[A-Za-z0-9_-]{22}")
_USERINFO = re.compile(r"(?<=//)[^/?#\s]*@")
_SIGNATURES = ("sig", "signature")
#: A code of these says what something is; every other one may be there to be redeemed.
_HARMLESS_BEFORE_CODE = frozenset(
    {
        "country", "region", "state", "city", "area", "zip", "postal", "post", "currency", "language", "lang", "locale",
        "status", "error", "exit", "response", "result", "reason", "return", "http", "promo", "product", "item",
        "article", "category", "color", "colour", "airport", "airline", "dial", "dialing", "calling", "source",
        "bar", "geo", "uni", "en", "de", "trans", "op", "key", "char", "byte",
    }
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class UrlRules:
    """What the operator decided about URLs; `own_origins` are host and port of this instance itself (`origins_of`).

    `sinks` is the address of this instance's own inboxes without the token: the one place on itself that endpoints
    and steps may name, because what goes there never touches the network.
    """

    addresses: AddressRules = field(default_factory=AddressRules)
    https_only: bool = False
    allow_self: bool = False
    own_origins: frozenset[tuple[str, int]] = frozenset()
    sinks: str | None = None

    @property
    def dev(self) -> bool:
        """True under `--dev`: loopback literals and names without a dot are accepted."""
        return self.addresses.dev_loopback


@dataclass(frozen=True, slots=True)
class Url:
    """An accepted URL; `host` is lower-case, IPv6 without brackets; `target` is path and query as sent."""

    scheme: str
    host: str
    port: int
    target: str
    canonical: str

    @property
    def authority(self) -> str:
        """The `Host` field: brackets around IPv6, the port unless it is the scheme's own."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == _DEFAULT_PORTS[self.scheme] else f"{host}:{self.port}"

    @property
    def literal(self) -> Address | None:
        """The address if the host is one, else None."""
        if ":" in self.host:
            return IPv6Address(self.host)
        return IPv4Address(self.host) if _QUAD.fullmatch(self.host) else None


def parse_url(text: str, rules: UrlRules) -> Url:
    """The accepted URL in canonical form; raises Invalid at `/url` with the fault and its remedy."""
    scheme, authority, target = _split(text)
    if rules.sinks is not None and sink_token(text, rules.sinks) is not None:
        host, port = _host_and_port(authority, scheme)
        return Url(scheme, host.strip("[]"), port, target, text)
    if rules.https_only and scheme != "https":
        _refuse("this instance calls https only; use an https:// URL")
    host_text, port = _host_and_port(authority, scheme)
    reason = port_refusal(port, rules.addresses)
    if reason is not None:
        _refuse(f"{reason}; use 80, 443 or a port from 1024 up where no database listens")
    host = _literal_host(host_text) or _name_host(host_text, rules)
    url = Url(scheme, host, port, _resolved(target), "")
    url = Url(scheme, host, port, url.target, f"{scheme}://{url.authority}{url.target}")
    _vet(url, rules)
    return url


def origins_of(text: str) -> frozenset[tuple[str, int]]:
    """Hosts and ports by which whoever serves this address is reached; raises Invalid where it is none.

    The host is spelled as in an accepted URL, but not vetted. On a scheme's own port it is reached by both schemes:
    what a proxy serves as https it mostly answers as http too.
    """
    scheme, authority, _ = _split(text)
    host_text, port = _host_and_port(authority, scheme)
    host = _literal_host(host_text) or _ascii_name(host_text.removesuffix("."))
    standard = frozenset(_DEFAULT_PORTS.values())
    return frozenset((host, each) for each in (standard if port in standard else (port,)))


def sink_token(text: str, prefix: str) -> str | None:
    """The token of an inbox's address, when the whole text is nothing else."""
    token = text[len(prefix) :]
    return token if text.startswith(prefix) and _SINK_TOKEN.fullmatch(token) else None


def redact_url(text: str) -> str:
    """The text with userinfo and the values of key-like parameters as `***`, for lists, logs and exports."""
    return _PARAMETER.sub(_masked, _USERINFO.sub("***@", text))


def _masked(match: re.Match[str]) -> str:
    return f"{match[1]}{match[2]}=***" if is_key_like(match[2]) else match[0]


def is_key_like(name: str) -> bool:
    """True when the value of a query parameter of this name, as written in a URL, is taken for a credential.

    The words of headers hold here too, and beside them what makes an address a ticket: its signature, and the code
    that is to be redeemed or that opens a function, which is any whose name does not say what else it tells.
    """
    plain = unquote(name)
    words = words_of(plain)
    codes = zip(("", *words), words, strict=False)
    is_ticket = any(word == "sign" or word.endswith(_SIGNATURES) or _is_code(before, word) for before, word in codes)
    return is_ticket or is_secret_name(plain)


def _is_code(before: str, word: str) -> bool:
    """True for what may be redeemed; `zipcode` is judged as `zip_code` is."""
    one = word.removesuffix("s")
    return one.endswith("code") and (one[:-4] or before) not in _HARMLESS_BEFORE_CODE


def _refuse(detail: str) -> Never:
    raise Invalid.one("/url", f"The URL is refused: {detail}", code="invalid_url")


def _split(text: str) -> tuple[str, str, str]:
    if len(text.encode("utf-8", "surrogatepass")) > MAX_URL_BYTES:
        _refuse(f"it is longer than {MAX_URL_BYTES} bytes")
    if _BLANK_OR_CONTROL.search(text):
        _refuse("it holds a blank or control character; percent-encode or remove it")
    if "\\" in text:
        _refuse("it holds a backslash, which parsers read differently; write / or %5C")
    if "#" in text:
        _refuse("it has a fragment, which is never sent; remove the part from # on")
    scheme = _SCHEME.match(text)
    if scheme is None:
        _refuse("it must begin with http:// or https://")
    rest = text[scheme.end() :]
    end = _AUTHORITY_END.search(rest)
    cut = end.start() if end else len(rest)
    return scheme[1].lower(), rest[:cut], rest[cut:]


def _host_and_port(authority: str, scheme: str) -> tuple[str, int]:
    if "@" in authority:
        _refuse(
            "it holds a user name or password; name them apart: an endpoint has `auth`, a step the header Authorization"
        )
    if authority.startswith("["):
        inside, bracket, colon_port = authority[1:].partition("]")
        host = f"[{inside}{bracket}"
        colon, port = colon_port[:1], colon_port[1:]
    else:
        host, colon, port = authority.partition(":")
    if not colon:
        return host, _DEFAULT_PORTS[scheme]
    if colon != ":" or not _PORT.fullmatch(port) or int(port) > 65_535:
        _refuse("the port must be plain digits from 1 to 65535, or left out with its colon")
    return host, int(port)


def _literal_host(host: str) -> str | None:
    if host.startswith("["):
        try:
            address = IPv6Address(host[1:-1] if host.endswith("]") else host)
        except AddressValueError:
            _refuse("only an IPv6 address may stand in brackets")
        if address.scope_id is not None:
            _refuse("an address with a zone id names an interface of this host; leave the zone out")
        return address.compressed
    if _QUAD.fullmatch(host):
        try:
            return str(IPv4Address(host))
        except AddressValueError:
            _refuse("its IPv4 address must be four decimal numbers from 0 to 255 without leading zeros")
    return None


def _name_host(text: str, rules: UrlRules) -> str:
    name = _ascii_name(text)
    labels = name.split(".")
    if len(name) > MAX_NAME_BYTES or not all(_LABEL.fullmatch(label) for label in labels):
        _refuse("the host is no DNS name; labels are 1 to 63 of a-z, 0-9, - and _, without a dot at the end")
    if _NUMBER_LABEL.fullmatch(labels[-1]):
        _refuse("the host reads as a number, which resolvers turn into an address; write four decimal numbers")
    if len(labels) == 1 and not (rules.dev or rules.addresses.allow):
        _refuse(f"the host {name} has no dot, so only this network knows it. {_REMEDY}")
    return name


def _ascii_name(text: str) -> str:
    lowered = text.lower() if text.isascii() else text
    if lowered.isascii() and "xn--" not in lowered:
        return lowered
    try:
        name = idna.encode(lowered, strict=True).decode("ascii")
        idna.decode(name, strict=True)
    except UnicodeError:
        _refuse("the host is not a valid internationalised name (IDNA 2008); write it in punycode")
    return name


def _resolved(target: str) -> str:
    if not _VISIBLE.fullmatch(target):
        _refuse("path and query must be ASCII; percent-encode the rest")
    path, mark, query = target.partition("?")
    kept: list[str] = []
    segments = path.split("/")[1:] or [""]
    for segment in segments:
        plain = segment.replace("%2e", ".").replace("%2E", ".")
        if plain == "..":
            del kept[-1:]
        elif plain != ".":
            kept.append(segment)
    if segments[-1].replace("%2e", ".").replace("%2E", ".") in {".", ".."}:
        kept.append("")
    return f"/{'/'.join(kept)}{mark}{query}"


def _vet(url: Url, rules: UrlRules) -> None:
    if len(url.canonical) > MAX_URL_BYTES:
        _refuse(f"it is longer than {MAX_URL_BYTES} bytes")
    if (url.host, url.port) in rules.own_origins and not rules.allow_self:
        _refuse("it is this instance's own address, which would loop; set `egress.allow_self` if that is meant")
    address = url.literal
    reason = None if address is None else refusal(address, rules.addresses, port=url.port)
    if reason is not None:
        _refuse(f"{url.host} is {reason}. {_REMEDY}")
