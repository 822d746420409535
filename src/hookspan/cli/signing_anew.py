"""Sign a request as a source wants it signed, with the secret this token may read: what is forwarded, and examples.

The same recipe as the server's own test requests: the preset with the source's `verification` laid over it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal, cast

from hookspan.client import Document

if TYPE_CHECKING:
    from hookspan.inbound.providers import Preset

Fields = Sequence[tuple[str, str]]
_GENERIC = "generic"


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A request on its way to whoever verifies as the source does; `url` is the one the signature may cover."""

    method: str
    url: str
    fields: Fields
    body: bytes
    query: str = ""

    def sent_to(self, source: Document) -> Outgoing:
        """The same request as its sender addressed it: at the URL the source is registered or reached under."""
        url = source.text("registeredUrl") or source.text("url")
        mark = "&" if "?" in url else "?"
        return replace(self, url=f"{url}{mark}{self.query}" if self.query else url)


@dataclass(frozen=True, slots=True)
class Signed:
    """The request with its proof; `note` says why there is none."""

    request: Outgoing
    note: str = ""


def proof_of(source: Document, secrets: Document) -> bytes:
    """What a sender proves itself by: the secret, `user:password` or the key; empty when there is none to see."""
    given = secrets.value("credentials")
    credentials: Mapping[str, object] = given if isinstance(given, Mapping) else {}
    if "username" in credentials:
        return f"{credentials['username']}:{credentials.get('password', '')}".encode()
    return str(credentials.get("key") or secrets.text("secret")).encode("utf-8", "surrogateescape")


def signed_for(source: Document, secrets: Document, request: Outgoing, *, now_ms: int) -> Signed:
    """The request with the headers, parameters or members that the source asks for; as it was when that cannot be."""
    if source.text("authType") == "none":
        return Signed(request)
    proof = proof_of(source, secrets)
    try:
        used = _preset_of(source, secrets)
        if not _can_sign(used):
            return Signed(request, f"unsigned: only {used.title or 'the provider'} can sign for this source")
        if not proof:
            return Signed(request, "unsigned: the secret of its source cannot be read with this token")
        return Signed(_signed(used, request, proof, now_ms))
    except ValueError as fault:
        return Signed(request, f"unsigned: {fault}")


def _preset_of(source: Document, secrets: Document) -> Preset:
    """What the source verifies by; ValueError where this program does not know it."""
    from hookspan.errors import Invalid  # noqa: PLC0415 — the presets are read only when something is signed
    from hookspan.inbound.providers import plain_preset, preset  # noqa: PLC0415

    auth, provider = source.text("authType"), source.text("provider")
    overrides = source.value("verification")
    try:
        if auth == "signature" or provider:
            laid_over = overrides if isinstance(overrides, Mapping) else None
            return preset(provider or _GENERIC).overridden(laid_over)
        header, query = secrets.text("credentials.headerName"), secrets.text("credentials.queryName")
        plain = cast(Literal["basic", "api_key"], auth)
        return plain_preset(plain, header=header or "X-API-Key", query=query)
    except Invalid as unknown:
        raise ValueError(unknown.faults[0].detail.partition(";")[0]) from unknown


def _can_sign(used: Preset) -> bool:
    from hookspan.inbound.sign import can_sign  # noqa: PLC0415

    return can_sign(used.record)


def _signed(used: Preset, request: Outgoing, proof: bytes, now_ms: int) -> Outgoing:
    from hookspan.inbound.request import InboundRequest  # noqa: PLC0415
    from hookspan.inbound.sign import sign_request  # noqa: PLC0415

    fields = [
        (name.lower().encode("latin-1", "replace"), value.encode("latin-1", "replace"))
        for name, value in request.fields
    ]
    came = InboundRequest(request.method, "/", request.url, request.query, fields, request.body)
    made = sign_request(used.record, came, secret=proof, now_ms=now_ms)
    told = [(name.decode("latin-1"), value.decode("latin-1")) for name, value in made.headers]
    return Outgoing(request.method, made.raw_url, told, made.body, made.query)
