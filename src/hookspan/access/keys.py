"""API keys: `hsk_<12 base62 id>_<43 base62 secret><6 crc>` (security.md §9.1).

The secret is proved by HMAC-SHA256 under the instance's pepper, which the vault wraps: a dump alone authenticates
nothing. A checked key is trusted for four seconds, so that the hot path pays a dictionary look-up and a revocation
still holds within five.
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import secrets
import zlib
from collections import OrderedDict
from collections.abc import Collection

from hookspan import observe
from hookspan.access.roles import Caller, expand, scopes_of
from hookspan.errors import HookspanError
from hookspan.ports import Clock
from hookspan.storage.api_keys import KeyRow, api_key_by_prefix, api_keys_touch
from hookspan.storage.database import Database

TRUSTED_SECONDS = 4.0
KEPT = 10_000
TOUCH_MS = 60_000
EVERYTHING = "*"
_DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_ID_DIGITS, _SECRET_DIGITS, _CHECK_DIGITS = 12, 43, 6
_LENGTH = 4 + _ID_DIGITS + 1 + _SECRET_DIGITS + _CHECK_DIGITS
_NOBODY = b"\0" * 32


def _random(digits: int) -> str:
    return "".join(secrets.choice(_DIGITS) for _ in range(digits))


def _checksum(text: str) -> str:
    """Six base62 digits of CRC-32: lets a scanner tell a key from noise, proves nothing."""
    number, digits = zlib.crc32(text.encode()), ""
    for _ in range(_CHECK_DIGITS):
        number, rest = divmod(number, 62)
        digits = _DIGITS[rest] + digits
    return digits


def mint() -> str:
    """A fresh key."""
    body = f"hsk_{_random(_ID_DIGITS)}_{_random(_SECRET_DIGITS)}"
    return body + _checksum(body)


def prefix_of(key: str) -> str | None:
    """The public part `hsk_<id>` of a well-formed key, else None."""
    parts = key.split("_")
    if len(key) != _LENGTH or len(parts) != 3 or len(parts[1]) != _ID_DIGITS or not key.isascii():
        return None
    return f"hsk_{parts[1]}" if _checksum(key[:-_CHECK_DIGITS]) == key[-_CHECK_DIGITS:] else None


def key_mac(key: str, pepper: bytes) -> bytes:
    """What is stored of a key."""
    return hmac.digest(pepper, key.encode(), "sha256")


def effective_scopes(scopes: Collection[str], role: str | None) -> frozenset[str]:
    """What a key may: `*` is all of its role, also what later releases add to it; else the scopes its role has."""
    if EVERYTHING in scopes:
        return scopes_of([role] if role else [])
    named = expand(scopes)
    return named if role is None else named & scopes_of([role])


class KeyRing:
    """Keys as credentials: `caller` answers at once from what was proved lately, `find` asks the database."""

    def __init__(self, database: Database, clock: Clock, pepper: bytes) -> None:
        self._database = database
        self._clock = clock
        self._pepper = pepper
        self._cache_key = secrets.token_bytes(32)
        self._proved: OrderedDict[bytes, tuple[Caller, float]] = OrderedDict()
        self._touching: set[asyncio.Future[None]] = set()

    def caller(self, token: str) -> Caller | None:
        """Who holds this key, when it was proved in the last seconds; None means: ask `find`."""
        proved = self._proved.get(self._name(token))
        return proved[0] if proved is not None and proved[1] > self._clock.monotonic() else None

    async def find(self, token: str) -> Caller | None:
        """Who holds this key; None for a wrong, ended, revoked or unknown one, all at the same cost."""
        prefix = prefix_of(token)
        row = None if prefix is None else await self._database.read(api_key_by_prefix, prefix)
        mac = key_mac(token, self._pepper)
        now = self._clock.now_ms()
        if not hmac.compare_digest(mac, _NOBODY if row is None else row.mac) or row is None:
            return None
        if row.expires_at is not None and row.expires_at <= now:
            return None
        self._touch(row, now)
        return self._trust(token, row, now)

    def forget(self) -> None:
        """Trust nothing proved so far: after a revocation in this process it holds at once."""
        self._proved.clear()

    def seal(self, key: str) -> bytes:
        """The MAC to store for a new key."""
        return key_mac(key, self._pepper)

    def _name(self, token: str) -> bytes:
        # Keyed, so that neither a crash dump nor the timing of a look-up tells anything of a key.
        return hashlib.blake2b(token.encode("utf-8", "replace"), key=self._cache_key, digest_size=16).digest()

    def _trust(self, token: str, row: KeyRow, now: int) -> Caller:
        scopes = effective_scopes(row.scopes, row.role)
        roles = (row.role,) if row.role else ()
        caller = Caller(row.tenant_id, f"key:{row.id}", roles, scopes, "key", row.id, row.expires_at, row.name)
        left = TRUSTED_SECONDS if row.expires_at is None else min(TRUSTED_SECONDS, (row.expires_at - now) / 1000)
        self._proved[self._name(token)] = (caller, self._clock.monotonic() + left)
        while len(self._proved) > KEPT:
            self._proved.popitem(last=False)
        return caller

    def _touch(self, row: KeyRow, now: int) -> None:
        if row.last_used_at is not None and now - row.last_used_at < TOUCH_MS:
            return
        future = self._database.batch(api_keys_touch, (row.id, now))
        self._touching.add(future)
        future.add_done_callback(self._touched)

    def _touched(self, future: asyncio.Future[None]) -> None:
        self._touching.discard(future)
        if not future.cancelled() and isinstance(future.exception(), HookspanError):
            observe.warn("api_key.use_not_noted")
