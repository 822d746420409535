"""Keep endpoints: create, change, pause, resume, delete, reveal.

Doors hand over an EndpointWish with the members that were named; every rule about them stands here, so that an
endpoint is the same whichever door made it. Every change commits with a bump of the tenant's routing version.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal, TypedDict

from hookspan.errors import Fault, Invalid, NotFound
from hookspan.model.ids import new_id
from hookspan.model.jstree import UnsafeNumbers
from hookspan.model.match import check_patterns
from hookspan.model.retry import STANDARD, SYSTEMPROMPT, RetryPolicy, policy_from_json
from hookspan.model.urls import UrlRules, parse_url
from hookspan.outbound.opened_targets import OpenedTargets, open_secret, secret_context
from hookspan.outbound.profiles import PROFILES
from hookspan.outbound.rehearse import RehearsalBudget
from hookspan.outbound.sign import check_legacy_secret, check_secret, generate_secret
from hookspan.ports import Clock, Vault
from hookspan.storage.database import Database
from hookspan.storage.endpoints import (
    EndpointFilter,
    EndpointRow,
    SecretRow,
    check_version,
    endpoint_change,
    endpoint_delete,
    endpoint_find,
    endpoint_insert,
    endpoints_offset,
    endpoints_slice,
    held_cancel,
)
from hookspan.storage.keyset import Keyset

ENDPOINTS_MOST = 1_000
NAME_MOST = 100
METADATA_BYTES_MOST = 4_096
HINT_FROM_CHARACTERS = 16
METHODS = ("POST", "PUT", "PATCH", "DELETE", "GET")
UNSAFE_NUMBERS: tuple[UnsafeNumbers, ...] = ("exact", "string", "round")

CreatedBy = Literal["native", "orchestrator", "cli", "library"]
Held = Literal["release", "cancel"]


class EndpointWish(TypedDict, total=False):
    """Members a caller named, as contracts C.2 has them.

    None means the profile's own `retry` and `timeout_ms`, and no `legacy_secret`; `active` False pauses.
    """

    name: str
    url: str
    method: str
    profile: str
    events: Sequence[str]
    retry: Mapping[str, object] | None
    timeout_ms: int | None
    max_in_flight: int
    unsafe_numbers: str
    metadata: Mapping[str, object]
    secret: str
    legacy_secret: str | None
    active: bool


@dataclass(frozen=True, slots=True)
class Kept:
    """An endpoint after a write, with the secrets this very write set, in clear (contracts 0.5)."""

    endpoint: EndpointRow
    secret: str | None = None
    legacy_secret: str | None = None


@dataclass(frozen=True, slots=True)
class Secrets:
    """The live secrets of an endpoint in clear."""

    secret: str
    legacy_secret: str | None


class Endpoints:
    """The endpoints of every tenant; `targets` is what deliveries read of them, `tests` counts test sends."""

    def __init__(self, database: Database, vault: Vault, clock: Clock, url_rules: UrlRules) -> None:
        self._database = database
        self._vault = vault
        self._clock = clock
        self._url_rules = url_rules
        self.targets = OpenedTargets(database, vault, clock)
        self.tests = RehearsalBudget(clock)

    @property
    def url_rules(self) -> UrlRules:
        """What the operator decided about URLs; test sends obey the same."""
        return self._url_rules

    async def create(
        self, tenant_id: str, wish: EndpointWish, *, created_by: CreatedBy, profile: str = "standard"
    ) -> Kept:
        """A new endpoint with a Standard Webhooks secret of its own; Invalid with a fault per wrong member."""
        now = self._clock.now_ms()
        complete: EndpointWish = {"profile": profile, **wish}
        complete.setdefault("secret", generate_secret())
        row = self._wished(_blank(tenant_id, created_by, str(complete["profile"]), now), complete, now)
        _require(complete, "url", "events")
        stored = await self._database.write(endpoint_insert, row, most=ENDPOINTS_MOST)
        self.targets.forget(tenant_id)
        return Kept(stored, complete["secret"], complete.get("legacy_secret"))

    async def get(self, tenant_id: str, endpoint_id: str) -> EndpointRow:
        """One endpoint, or NotFound."""
        return await self._database.read(endpoint_find, tenant_id, endpoint_id)

    async def list(
        self, tenant_id: str, wanted: EndpointFilter, keyset: Keyset
    ) -> tuple[Sequence[EndpointRow], bool, bool]:
        """One page newest first, and whether there is a next and a previous one."""
        return await self._database.read(endpoints_slice, tenant_id, wanted, keyset)

    async def page(self, tenant_id: str, limit: int, offset: int) -> tuple[Sequence[EndpointRow], int]:
        """Seed 1's list: by offset, with the total."""
        return await self._database.read(endpoints_offset, tenant_id, limit, offset)

    async def update(
        self,
        tenant_id: str,
        endpoint_id: str,
        wish: EndpointWish,
        *,
        replaces: bool = False,
        if_version: int | None = None,
    ) -> Kept:
        """Change the members named; `replaces` puts all others to their defaults, but never touches secrets.

        Raises PreconditionFailed when the endpoint is no longer at `if_version`.
        """
        now = self._clock.now_ms()
        if replaces:
            _require(wish, "url", "events")

        def change(was: EndpointRow) -> EndpointRow:
            check_version(was, if_version)
            start = _reset(was, str(wish.get("profile", "standard"))) if replaces else was
            return self._wished(start, wish, now)

        stored = await self._change(tenant_id, endpoint_id, change, now)
        return Kept(stored, wish.get("secret"), wish.get("legacy_secret"))

    async def pause(self, tenant_id: str, endpoint_id: str) -> EndpointRow:
        """Stop sending; what waits is held. A disabled endpoint stays disabled."""
        now = self._clock.now_ms()
        return await self._change(tenant_id, endpoint_id, lambda was: _paused(was, now), now)

    async def resume(self, tenant_id: str, endpoint_id: str, *, held: Held = "release") -> EndpointRow:
        """Send again, also after it was disabled; what is held is sent, or cancelled if so asked."""
        now = self._clock.now_ms()
        if held == "cancel":
            await self.get(tenant_id, endpoint_id)
            await self._database.write(held_cancel, tenant_id, endpoint_id, now=now)
        return await self._change(tenant_id, endpoint_id, lambda was: _active(was, now), now)

    async def delete(self, tenant_id: str, endpoint_id: str, *, if_version: int | None = None) -> None:
        """Delete it and end what waits for it; its history stays."""
        now = self._clock.now_ms()
        await self._database.write(endpoint_delete, tenant_id, endpoint_id, now=now, if_version=if_version)
        self.targets.forget(tenant_id)

    async def reveal(self, tenant_id: str, endpoint_id: str) -> Secrets:
        """The secrets in clear; the route that asks needs `secrets:reveal`."""
        row = await self.get(tenant_id, endpoint_id)
        legacy = row.secret("legacy")
        standard = row.secret("standard")
        if standard is None:
            raise NotFound("no such endpoint")
        return Secrets(
            open_secret(self._vault, tenant_id, standard),
            open_secret(self._vault, tenant_id, legacy) if legacy else None,
        )

    async def _change(
        self, tenant_id: str, endpoint_id: str, change: Callable[[EndpointRow], EndpointRow], now: int
    ) -> EndpointRow:
        stored = await self._database.write(endpoint_change, tenant_id, endpoint_id, change, now=now)
        self.targets.forget(tenant_id)
        return stored

    # -- the rules of each member ------------------------------------------------------------------------------------

    def _wished(self, row: EndpointRow, wish: EndpointWish, now: int) -> EndpointRow:
        """The row as wished; raises Invalid with the faults of all members."""
        faults: list[Fault] = []
        for rule in (self._url, _words, _numbers, _lists):
            try:
                row = rule(row, wish)
            except Invalid as error:
                faults.extend(error.faults)
        try:
            row = self._with_secrets(row, wish, now)
        except Invalid as error:
            faults.extend(error.faults)
        if faults:
            raise Invalid(faults)
        if "active" in wish:
            row = _active(row, now) if wish["active"] else _paused(row, now)
        return row

    def _url(self, row: EndpointRow, wish: EndpointWish) -> EndpointRow:
        return replace(row, url=parse_url(wish["url"], self._url_rules).canonical) if "url" in wish else row

    def _with_secrets(self, row: EndpointRow, wish: EndpointWish, now: int) -> EndpointRow:
        kept = row.secrets
        if "secret" in wish:
            fresh = self._seal(row.tenant_id, "standard", check_secret(wish["secret"], "/signing/secret"), now)
            kept = (fresh, *(each for each in kept if each.which != "standard"))
        if "legacy_secret" in wish:
            kept = tuple(each for each in kept if each.which != "legacy")
            legacy = wish["legacy_secret"]
            if legacy is not None:
                text = check_legacy_secret(legacy, "/signing/legacySecret")
                kept = (self._seal(row.tenant_id, "legacy", text, now), *kept)
        return replace(row, secrets=kept)

    def _seal(self, tenant_id: str, which: str, secret: str, now: int) -> SecretRow:
        identity = new_id(now)
        sealed = self._vault.seal(secret.encode(), tenant_id=tenant_id, context=secret_context(identity))
        hint = secret[-4:] if len(secret) >= HINT_FROM_CHARACTERS else ""
        return SecretRow(id=identity, which=which, sealed=sealed, hint=hint, created_at=now)


def _require(wish: EndpointWish, *names: str) -> None:
    missing = [Fault(f"/{name}", "validation_error", "is required") for name in names if name not in wish]
    if missing:
        raise Invalid(missing)


def _blank(tenant_id: str, created_by: CreatedBy, profile: str, now: int) -> EndpointRow:
    return EndpointRow(
        id=new_id(now),
        tenant_id=tenant_id,
        name="",
        url="",
        method="POST",
        profile=profile,
        events=(),
        status="active",
        status_reason=None,
        status_changed_at=None,
        policy_id="",
        policy=_default_policy(profile),
        timeout_ms=_default_timeout_ms(profile),
        max_in_flight=10,
        unsafe_numbers="exact",
        metadata={},
        created_by=created_by,
        version=1,
        created_at=now,
        updated_at=now,
    )


def _reset(row: EndpointRow, profile: str) -> EndpointRow:
    """The writable members at their defaults, for a PUT."""
    blank = _blank(row.tenant_id, "native", profile, row.created_at)
    return replace(
        row,
        name=blank.name,
        method=blank.method,
        profile=blank.profile,
        policy=blank.policy,
        timeout_ms=blank.timeout_ms,
        max_in_flight=blank.max_in_flight,
        unsafe_numbers=blank.unsafe_numbers,
        metadata=blank.metadata,
    )


def _default_policy(profile: str) -> RetryPolicy:
    return SYSTEMPROMPT if profile == "systemprompt" else STANDARD


def _default_timeout_ms(profile: str) -> int:
    return 30_000 if profile == "systemprompt" else 15_000


def _words(row: EndpointRow, wish: EndpointWish) -> EndpointRow:
    name, method = wish.get("name", row.name), wish.get("method", row.method)
    profile, unsafe = wish.get("profile", row.profile), wish.get("unsafe_numbers", row.unsafe_numbers)
    faults = [
        fault
        for fault in (
            _unless(len(name) <= NAME_MOST, "/name", f"at most {NAME_MOST} characters"),
            _unless(method in METHODS, "/method", f"must be one of {' '.join(METHODS)}"),
            _unless(profile in PROFILES, "/profile", f"must be one of {' '.join(PROFILES)}"),
            _unless(unsafe in UNSAFE_NUMBERS, "/unsafeNumbers", f"must be one of {' '.join(UNSAFE_NUMBERS)}"),
        )
        if fault
    ]
    if faults:
        raise Invalid(faults)
    known = next(word for word in UNSAFE_NUMBERS if word == unsafe)
    return replace(row, name=name, method=method, profile=profile, unsafe_numbers=known)


def _numbers(row: EndpointRow, wish: EndpointWish) -> EndpointRow:
    timeout_ms = wish.get("timeout_ms", row.timeout_ms)
    if timeout_ms is None:
        timeout_ms = _default_timeout_ms(row.profile)
    most = wish.get("max_in_flight", row.max_in_flight)
    faults = [
        fault
        for fault in (
            _unless(1_000 <= timeout_ms <= 30_000, "/timeoutMs", "must be from 1000 to 30000"),
            _unless(1 <= most <= 100, "/maxInFlight", "must be from 1 to 100"),
        )
        if fault
    ]
    if faults:
        raise Invalid(faults)
    return replace(row, timeout_ms=timeout_ms, max_in_flight=most)


def _lists(row: EndpointRow, wish: EndpointWish) -> EndpointRow:
    if "events" in wish:
        row = replace(row, events=check_patterns(wish["events"], "/events"))
    if "retry" in wish:
        retry = wish["retry"]
        policy = _default_policy(row.profile) if retry is None else policy_from_json(retry, "/retry")
        row = replace(row, policy=policy)
    if "metadata" in wish:
        size = len(json.dumps(dict(wish["metadata"]), ensure_ascii=False).encode("utf-8", "surrogatepass"))
        if size > METADATA_BYTES_MOST:
            raise Invalid.one("/metadata", f"must be at most {METADATA_BYTES_MOST} bytes")
        row = replace(row, metadata=dict(wish["metadata"]))
    return row


def _unless(holds: bool, pointer: str, detail: str) -> Fault | None:
    return None if holds else Fault(pointer, "validation_error", detail)


def _paused(row: EndpointRow, now: int) -> EndpointRow:
    return replace(row, status="paused", status_reason=None, status_changed_at=now) if row.status == "active" else row


def _active(row: EndpointRow, now: int) -> EndpointRow:
    return replace(row, status="active", status_reason=None, status_changed_at=now) if row.status != "active" else row
