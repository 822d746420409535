"""Sign a request as a source wants it signed, with the secret this token may read: what is forwarded, and examples.

The same recipe as the server's own test requests: the preset with the source's `verification` laid over it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from hookspan.client import Document

Fields = Sequence[tuple[str, str]]


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
    from hookspan.cli import signing_presets  # noqa: PLC0415  # loads cryptography: only when something is signed

    proof = proof_of(source, secrets)
    try:
        used = signing_presets.preset_of(source, secrets)
        if not signing_presets.can_sign(used.record):
            return Signed(request, f"unsigned: only {used.title or 'the provider'} can sign for this source")
        if not proof:
            return Signed(request, "unsigned: the secret of its source cannot be read with this token")
        return Signed(signing_presets.signed(used, request, proof, now_ms))
    except ValueError as fault:
        return Signed(request, f"unsigned: {fault}")
