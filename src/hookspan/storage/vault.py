"""Secrets at rest (security.md §8): a key-encryption key wraps one data key a tenant, and that seals each value.

A sealed value is `1, id of the data key (16), nonce (12), ciphertext and tag` and is bound to its tenant, table, row
and column: moved or copied, it does not open. The key-encryption keys never touch the database, only their ids do.
"""

from __future__ import annotations

import base64
import binascii
import os
import secrets
import threading
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import Connection, func, select

from hookspan.errors import NotConfigured
from hookspan.model.ids import new_id
from hookspan.ports import Clock
from hookspan.storage.database import Database
from hookspan.storage.dialect import reader_of
from hookspan.storage.tables import keys

DATA = "data"
CACHED_SECONDS = 60
CACHED_VALUES = 10_000
_VERSION = b"\x01"
_NONCE_BYTES = 12
_HEAD_BYTES = 1 + 16 + _NONCE_BYTES


class Secret:
    """A value that prints as `***` and goes into no JSON, pickle or log; `reveal` is the one way to it."""

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        self._value = value

    def reveal(self) -> str:
        """The value in clear."""
        return self._value

    def __repr__(self) -> str:
        return "***"

    __str__ = __repr__

    def __reduce_ex__(self, protocol: object) -> NoReturn:
        raise TypeError("a secret is not written down")


@dataclass(frozen=True, slots=True)
class WrappedKey:
    """A row of `keys`: a data key, or one of the instance's own, wrapped by the key-encryption key `kek_id`."""

    id: str
    tenant_id: str
    purpose: str
    kek_id: str
    wrapped: bytes
    created_at: int


class KekRing:
    """The key-encryption keys: the first wraps, all unwrap. Written `k2:<base64>,k1:<base64>`, 32 bytes each."""

    def __init__(self, ring: Sequence[tuple[str, bytes]]) -> None:
        self._ring = {name: AESGCM(key) for name, key in ring}
        self.newest = ring[0][0]

    @classmethod
    def parse(cls, text: str) -> KekRing:
        """Read a setting; NotConfigured says which part is wrong, never its value."""
        parts = [part.strip().partition(":") for part in text.strip().split(",")]
        return cls([(name, _kek_bytes(name, encoded)) for name, _, encoded in parts])

    @property
    def ids(self) -> frozenset[str]:
        """The ids that are loaded."""
        return frozenset(self._ring)

    def wrap(self, plain: bytes, *, key_id: str, tenant_id: str, purpose: str) -> bytes:
        """`plain` under the newest key."""
        nonce = secrets.token_bytes(_NONCE_BYTES)
        return nonce + self._ring[self.newest].encrypt(nonce, plain, _bound(key_id, tenant_id, purpose))

    def unwrap(self, row: WrappedKey) -> bytes:
        """The key itself; ValueError when the row was moved or altered, NotConfigured when its KEK is not loaded."""
        if row.kek_id not in self._ring:
            raise NotConfigured(f"the database needs the key-encryption key {row.kek_id!r}; add it to HOOKSPAN_KEK")
        nonce, sealed = row.wrapped[:_NONCE_BYTES], row.wrapped[_NONCE_BYTES:]
        try:
            return self._ring[row.kek_id].decrypt(nonce, sealed, _bound(row.id, row.tenant_id, row.purpose))
        except InvalidTag:
            raise ValueError(f"the key {row.id} does not open: it was moved, altered, or its KEK is another") from None


def _kek_bytes(name: str, encoded: str) -> bytes:
    try:
        key = base64.b64decode(encoded, validate=True)
    except binascii.Error:
        key = b""
    if not name or len(key) != 32:
        raise NotConfigured(f"HOOKSPAN_KEK: write id:base64 with 32 bytes for the key {name!r}")
    return key


def _bound(*parts: str) -> bytes:
    return b"\0".join(part.encode() for part in ("hookspan", *parts))


def make_kek_file(path: Path) -> str:
    """Write a fresh ring of one key, readable by its owner alone; returns the text. Refuses to overwrite."""
    text = f"k1:{base64.b64encode(secrets.token_bytes(32)).decode()}"
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w") as file:
        file.write(f"{text}\n")
    return text


# -- rows ------------------------------------------------------------------------------------------------------------


def keys_insert(connection: Connection, rows: Sequence[WrappedKey]) -> None:
    """Store wrapped keys."""
    for row in rows:
        connection.execute(
            keys.insert().values(
                id=row.id,
                tenant_id=row.tenant_id,
                purpose=row.purpose,
                kek_id=row.kek_id,
                wrapped=row.wrapped,
                created_at=row.created_at,
            )
        )


def keys_of(connection: Connection, tenant_id: str) -> list[WrappedKey]:
    """The keys of a tenant, oldest first, retired ones left out of `active` use but still here."""
    return [WrappedKey(*row) for row in connection.execute(_ROWS.where(keys.c.tenant_id == tenant_id))]


def kek_usage(connection: Connection) -> dict[str, int]:
    """How many keys each key-encryption key wraps; one at 0 may be taken away."""
    counted = select(keys.c.kek_id, func.count().label("wrapped_keys")).group_by(keys.c.kek_id)
    return {row.kek_id: row.wrapped_keys for row in connection.execute(counted)}


def keys_rewrap(connection: Connection, ring: KekRing, limit: int) -> int:
    """Wrap up to `limit` keys anew under the newest key-encryption key, each verified; how many were."""
    rows = [WrappedKey(*row) for row in connection.execute(_ROWS.where(keys.c.kek_id != ring.newest).limit(limit))]
    for row in rows:
        plain = ring.unwrap(row)
        wrapped = ring.wrap(plain, key_id=row.id, tenant_id=row.tenant_id, purpose=row.purpose)
        fresh = WrappedKey(row.id, row.tenant_id, row.purpose, ring.newest, wrapped, row.created_at)
        assert ring.unwrap(fresh) == plain
        changed = keys.update().where(keys.c.id == row.id, keys.c.wrapped == row.wrapped)
        connection.execute(changed.values(kek_id=ring.newest, wrapped=wrapped))
    return len(rows)


_ROWS = select(keys.c.id, keys.c.tenant_id, keys.c.purpose, keys.c.kek_id, keys.c.wrapped, keys.c.created_at).order_by(
    keys.c.id
)


# -- the vault -------------------------------------------------------------------------------------------------------


class Vault:
    """Implements ports.Vault. Data keys are read once a process; opened values are kept at most a minute."""

    def __init__(self, database: Database, ring: KekRing, clock: Clock) -> None:
        self._database = database
        self._ring = ring
        self._clock = clock
        self._reader = reader_of(database.engine)
        self._data_keys: dict[bytes, tuple[str, AESGCM]] = {}
        self._active: dict[str, bytes] = {}
        self._opened: OrderedDict[tuple[bytes, str, str], tuple[bytes, float]] = OrderedDict()
        self._lock = threading.Lock()

    async def check(self) -> None:
        """Refuse to start when the database names a key-encryption key that is not loaded (S53)."""
        missing = sorted(set(await self._database.read(kek_usage)) - self._ring.ids)
        if missing:
            raise NotConfigured(f"the database needs the key-encryption keys {', '.join(missing)}; add to HOOKSPAN_KEK")

    def new_key(self, tenant_id: str, purpose: str = DATA) -> WrappedKey:
        """A fresh 32-byte key, wrapped; stored by the unit that makes the tenant (`keys_insert`)."""
        now = self._clock.now_ms()
        key_id = new_id(now)
        wrapped = self._ring.wrap(secrets.token_bytes(32), key_id=key_id, tenant_id=tenant_id, purpose=purpose)
        return WrappedKey(key_id, tenant_id, purpose, self._ring.newest, wrapped, now)

    def unwrap(self, row: WrappedKey) -> bytes:
        """One of the instance's own keys (pepper, token secret, cursor secret)."""
        return self._ring.unwrap(row)

    def seal(self, plain: bytes, *, tenant_id: str, context: str) -> bytes:
        """Ciphertext bound to tenant and `context` (table.row.column); LookupError when the tenant has no key."""
        if tenant_id not in self._active:
            self._load(tenant_id)
        key_id = self._active.get(tenant_id)
        if key_id is None:
            raise LookupError(f"the tenant {tenant_id} has no data key")
        nonce = secrets.token_bytes(_NONCE_BYTES)
        head = _VERSION + key_id
        return head + nonce + self._data_keys[key_id][1].encrypt(nonce, plain, head + _bound(tenant_id, context))

    def open(self, sealed: bytes, *, tenant_id: str, context: str) -> bytes:
        """The plain bytes; ValueError when tenant or context differ or a bit was changed."""
        place = (sealed, tenant_id, context)
        now = self._clock.monotonic()
        with self._lock:
            known = self._opened.get(place)
        if known is not None and known[1] > now:
            return known[0]
        plain = self._decrypt(sealed, tenant_id, context)
        with self._lock:
            self._opened.pop(place, None)
            self._opened[place] = (plain, now + CACHED_SECONDS)
            while len(self._opened) > CACHED_VALUES:
                self._opened.popitem(last=False)
        return plain

    async def rewrap(self, batch: int = 100) -> int:
        """After a new first key: wrap every data key anew, a batch a transaction; how many were rewrapped."""
        total = 0
        while done := await self._database.write(keys_rewrap, self._ring, batch):
            total += done
        self.forget()
        return total

    def forget(self) -> None:
        """Drop every opened value and data key; called on rotation and when a tenant is shredded."""
        with self._lock:
            self._opened.clear()
        self._data_keys.clear()
        self._active.clear()

    def _decrypt(self, sealed: bytes, tenant_id: str, context: str) -> bytes:
        head, key_id, nonce = sealed[:17], sealed[1:17], sealed[17:_HEAD_BYTES]
        if sealed[:1] != _VERSION or len(sealed) < _HEAD_BYTES + 16:
            raise ValueError("the sealed value is not of a version this release reads")
        if key_id not in self._data_keys:
            self._load(tenant_id)
        owner, cipher = self._data_keys.get(key_id, ("", None))
        if cipher is None or owner != tenant_id:
            raise ValueError("the sealed value belongs to another tenant, or its key was destroyed")
        try:
            return cipher.decrypt(nonce, sealed[_HEAD_BYTES:], head + _bound(tenant_id, context))
        except InvalidTag:
            raise ValueError("the sealed value was moved or altered") from None

    def _load(self, tenant_id: str) -> None:
        # A short read on the caller's thread, once a tenant and process: sealing stays a plain function.
        with self._reader.connect() as connection:
            rows = keys_of(connection, tenant_id)
        for row in rows:
            if row.purpose == DATA:
                name = UUID(row.id).bytes
                self._data_keys[name] = (tenant_id, AESGCM(self._ring.unwrap(row)))
                self._active[tenant_id] = name
