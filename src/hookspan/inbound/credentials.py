"""What a sender must know: a secret, a user with a password, or an API key and where it stands."""

from __future__ import annotations

import base64
import re
import secrets
import string
from collections.abc import Mapping
from dataclasses import dataclass

import msgspec

from hookspan.errors import Invalid
from hookspan.inbound.providers import Preset
from hookspan.inbound.settings import Settings
from hookspan.model.headers import name_refusal

SECRET_BYTES_MOST = 4_096
HINT_FROM_CHARACTERS = 16
_LETTERS = string.ascii_letters + string.digits
_KEY = re.compile(r"[\x21-\x7e]+")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_PARAMETER = re.compile(r"[A-Za-z0-9._~-]{1,64}")


@dataclass(frozen=True, slots=True)
class Credential:
    """One credential. `text` is what is sealed and what the verifier takes; `shown` is the API's object for it."""

    auth_type: str
    text: str
    header: str | None = None
    query: str | None = None

    @classmethod
    def of(cls, auth_type: str, settings: Settings, text: str) -> Credential:
        """A stored text with its place."""
        header = None if settings.key_query else settings.key_header
        return cls(auth_type, text, header, settings.key_query)

    @property
    def secret(self) -> str | None:
        """The secret of a signature source."""
        return self.text if self.auth_type == "signature" else None

    @property
    def shown(self) -> dict[str, str] | None:
        """The `credentials` member of contracts B.2, None for a signature source."""
        if self.auth_type == "basic":
            username, _, password = self.text.partition(":")
            return {"username": username, "password": password}
        if self.auth_type == "api_key":
            place = {"queryName": self.query} if self.query else {"headerName": self.header or "X-API-Key"}
            return {**place, "key": self.text}
        return None

    @property
    def hint(self) -> str:
        """What may be shown of it."""
        return hint_of(self.text)

    def placed(self, settings: Settings) -> Settings:
        """The settings with the place of this API key."""
        if self.auth_type != "api_key":
            return settings
        header = self.header or settings.key_header
        return msgspec.structs.replace(settings, key_header=header, key_query=self.query)


def hint_of(text: str) -> str:
    """The last four characters, of a text long enough that they give nothing away."""
    return text[-4:] if len(text) >= HINT_FROM_CHARACTERS else ""


def comes_by_handshake(used: Preset) -> bool:
    """Whether the provider hands its secret over in a first request."""
    return used.record.await_ is not None


def needs_own_secret(used: Preset) -> bool:
    """Whether the secret must be sent along, because only the provider can issue it."""
    record = used.record
    is_issued = record.auth == "signature" and record.secret.by == "provider"
    return is_issued and not comes_by_handshake(used) and record.key_server is None


def wished_credential(used: Preset, settings: Settings, named: Mapping[str, object]) -> Credential | None:
    """The credential a caller named, or a new one; None where the source asks for none. Raises Invalid."""
    given = named.get("credentials")
    if given is not None and not isinstance(given, Mapping):
        raise Invalid.one("/credentials", "must be an object")
    members: Mapping[str, object] = given or {}
    secret = named.get("secret")
    match used.record.auth:
        case "none":
            return None
        case "signature":
            if secret is not None:
                return Credential("signature", secret_text(secret))
            return None if _comes_by_itself(used) else Credential("signature", _new_secret(used))
        case "basic":
            return _basic(members, secret)
        case "api_key":
            return _api_key(members, secret, settings)


def _comes_by_itself(used: Preset) -> bool:
    """The keys are fetched from the provider, or the secret comes by handshake."""
    return used.record.key_server is not None or comes_by_handshake(used)


def _new_secret(used: Preset) -> str:
    """32 random bytes as base64 text, whose UTF-8 is the key; with the preset's prefix where it has one."""
    text = base64.b64encode(secrets.token_bytes(used.record.secret.bytes or 32)).decode()
    prefix, star, _ = (used.record.secret.format or "").partition("*")
    return prefix + text if star else text


def _basic(members: Mapping[str, object], secret: object) -> Credential:
    username = secret_text(members.get("username", "hook"), "/credentials/username")
    password = members.get("password", secret)
    if ":" in username:
        raise Invalid.one("/credentials/username", "must not hold a colon (RFC 7617)")
    pointer = "/credentials/password" if "password" in members else "/secret"
    text = _random(24) if password is None else secret_text(password, pointer)
    for place, told in (("/credentials/username", username), (pointer, text)):
        if _CONTROL.search(told):
            raise Invalid.one(place, "must hold no control characters (RFC 7617)")
    return Credential("basic", f"{username}:{text}")


def _api_key(members: Mapping[str, object], secret: object, settings: Settings) -> Credential:
    query = members.get("queryName", settings.key_query if "headerName" not in members else None)
    header = members.get("headerName", settings.key_header)
    if query is not None and not (isinstance(query, str) and _PARAMETER.fullmatch(query)):
        raise Invalid.one("/credentials/queryName", "must be a parameter name of letters, digits and . _ ~ -")
    if not isinstance(header, str) or _refusal(header):
        raise Invalid.one("/credentials/headerName", "must be a header name that senders may set")
    key = members.get("key", secret)
    pointer = "/credentials/key" if "key" in members else "/secret"
    text = _random(43) if key is None else secret_text(key, pointer)
    if not _KEY.fullmatch(text):
        raise Invalid.one(pointer, "must be visible ASCII characters: senders put it into a header or a query")
    return Credential("api_key", text, None if query else header, query)


def _refusal(header: str) -> str | None:
    return None if header.lower() == "authorization" else name_refusal(header)


def _random(characters: int) -> str:
    return "".join(secrets.choice(_LETTERS) for _ in range(characters))


def secret_text(value: object, pointer: str = "/secret") -> str:
    """A secret as a caller or a handshake gave it; raises Invalid for what can be none."""
    if not isinstance(value, str) or not value:
        raise Invalid.one(pointer, "must be a text that is not empty")
    try:
        size = len(value.encode())
    except UnicodeEncodeError as error:
        raise Invalid.one(pointer, "must be text without lone surrogates") from error
    if size > SECRET_BYTES_MOST:
        raise Invalid.one(pointer, f"must be at most {SECRET_BYTES_MOST} bytes")
    return value
