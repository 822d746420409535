"""Keep endpoints: create, change, pause, resume, rotate, delete, reveal.

Doors hand over an EndpointWish with the members that were named; the rules about them stand in `endpoint_rules` and
`endpoint_secrets`, so that an endpoint is the same whichever door made it. A change is worked out on the row as it was
read, and written with its fact if the row is still that one.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from hookspan.errors import Fault, Invalid, NotFound, Unavailable
from hookspan.events.publish import STALE_TRIES, Publisher
from hookspan.model.endpoint_settings import SYSTEMPROMPT_TIMEOUT
from hookspan.model.retry import RetryPolicy
from hookspan.model.urls import UrlRules, parse_url
from hookspan.outbound import endpoint_rules as rules
from hookspan.outbound.credentials import shown_credentials
from hookspan.outbound.endpoint_facts import EndpointFacts, FactName
from hookspan.outbound.endpoint_rules import CreatedBy
from hookspan.outbound.endpoint_secrets import Sealer
from hookspan.outbound.endpoint_wish import DEFAULTS, EndpointWish
from hookspan.outbound.opened_targets import OpenedTargets
from hookspan.outbound.rehearse import RehearsalBudget
from hookspan.outbound.sign import generate_secret
from hookspan.outbound.targets import Target
from hookspan.ports import Clock, Vault
from hookspan.storage.database import Database
from hookspan.storage.endpoints import (
    EndpointFilter,
    EndpointRow,
    EndpointWrite,
    check_version,
    endpoint_delete,
    endpoint_find,
    endpoint_insert,
    endpoint_store,
    endpoints_offset,
    endpoints_slice,
    held_cancel,
)
from hookspan.storage.keyset import Keyset, Slice
from hookspan.storage.sealed_secrets import SecretRow
from hookspan.storage.settings import setting_get

__all__ = ["CreatedBy", "EndpointWish", "Endpoints", "Held", "Kept", "Planned", "Revealed", "Rotated"]

ENDPOINTS_MOST = 1_000

Held = Literal["release", "cancel"]
Which = Literal["standard", "legacy"]
Change = Callable[[EndpointRow], EndpointRow]


@dataclass(frozen=True, slots=True)
class Kept:
    """An endpoint after a write, with the secrets this very write set, in clear (contracts 0.5)."""

    endpoint: EndpointRow
    secret: str | None = None
    legacy_secret: str | None = None


@dataclass(frozen=True, slots=True)
class Rotated:
    """The new secret in clear, and the older ones that still sign beside it, newest first."""

    endpoint: EndpointRow
    secret: str
    previous: Sequence[SecretRow]


@dataclass(frozen=True, slots=True)
class Revealed:
    """Every secret of an endpoint in clear but private keys; `previous` are rotated ones that still hold."""

    secret: str
    legacy_secret: str | None
    previous: Sequence[SecretRow]
    credentials: Mapping[str, str]
    headers: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Planned:
    """One attempt of a delivery that never succeeds: when it begins and how long it was waited for."""

    attempt: int
    at: int
    wait_ms: int


class Endpoints:
    """The endpoints of every tenant; `targets` is what deliveries read of them, `tests` counts test sends."""

    def __init__(
        self,
        database: Database,
        vault: Vault,
        clock: Clock,
        url_rules: UrlRules,
        *,
        publisher: Publisher,
        allow_insecure_tls: bool = False,
    ) -> None:
        self._database = database
        self._clock = clock
        self._url_rules = url_rules
        self._publisher = publisher
        self._facts = EndpointFacts(publisher)
        self._sealer = Sealer(vault)
        self._allow_insecure_tls = allow_insecure_tls
        self.targets = OpenedTargets(database, vault, clock, allow_insecure_tls=allow_insecure_tls)
        self.tests = RehearsalBudget(clock)

    @property
    def url_rules(self) -> UrlRules:
        """What the operator decided about URLs; test sends obey the same."""
        return self._url_rules

    async def create(
        self, tenant_id: str, wish: EndpointWish, *, created_by: CreatedBy, profile: str = "standard"
    ) -> Kept:
        """A new endpoint with a Standard Webhooks secret of its own; Invalid with a fault per wrong member."""
        complete: EndpointWish = {"profile": profile, **wish}
        complete.setdefault("secret", generate_secret())
        row = self._born(tenant_id, await self._timed(tenant_id, complete), created_by)
        for _ in range(STALE_TRIES):
            births = await self._facts.births("endpoint.created", row, self._clock.now_ms())
            stored = await self._facts.write(
                births, self._database.write(endpoint_insert, row, births, most=ENDPOINTS_MOST)
            )
            if stored is not None:
                self.targets.forget(tenant_id)
                self._facts.tell("endpoint.created", stored, stored.created_at)
                return Kept(stored, complete["secret"], complete.get("legacy_secret"))
        raise _moving()

    async def draft(self, tenant_id: str, wish: EndpointWish) -> Target:
        """A target for a test send that no endpoint stands behind; the same rules, nothing stored."""
        complete: EndpointWish = {"profile": "standard", "events": ("*",), **wish}
        complete.setdefault("secret", generate_secret())
        return self.targets.opened(self._born(tenant_id, await self._timed(tenant_id, complete), "native"))

    async def get(self, tenant_id: str, endpoint_id: str) -> EndpointRow:
        """One endpoint, or NotFound."""
        return await self._database.read(endpoint_find, tenant_id, endpoint_id)

    async def list(self, tenant_id: str, wanted: EndpointFilter, keyset: Keyset) -> tuple[Sequence[EndpointRow], Slice]:
        """One page, newest first unless asked otherwise."""
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
        if_version: Collection[int] | None = None,
    ) -> Kept:
        """Change the members named; `replaces` puts all others to their defaults, but never touches signing secrets.

        Raises PreconditionFailed when the endpoint is at none of `if_version`.
        """
        if replaces:
            rules.require(wish, "url", "events")
            wish = _completed(wish)
        if "timeout_ms" in wish and wish["timeout_ms"] is None:
            profile = wish.get("profile") or (await self.get(tenant_id, endpoint_id)).profile
            wish = await self._timed(tenant_id, {**wish, "profile": profile})

        def change(was: EndpointRow) -> EndpointRow:
            check_version(was, if_version)
            return self._wished(was, rules.merged(was, wish))

        stored = await self._change(tenant_id, endpoint_id, change)
        return Kept(stored, wish.get("secret"), wish.get("legacy_secret"))

    async def pause(self, tenant_id: str, endpoint_id: str) -> EndpointRow:
        """Stop sending; what waits is held. A disabled endpoint stays disabled."""
        return await self._change(tenant_id, endpoint_id, lambda was: rules.paused(was, self._clock.now_ms()))

    async def resume(self, tenant_id: str, endpoint_id: str, *, held: Held = "release") -> EndpointRow:
        """Send again, also after it was disabled, then with one probe; what is held is sent, or cancelled if asked."""
        ends_held = held == "cancel"
        if ends_held and (await self.get(tenant_id, endpoint_id)).status == "active":
            await self._database.write(held_cancel, tenant_id, endpoint_id, now=self._clock.now_ms())
        return await self._change(
            tenant_id, endpoint_id, lambda was: rules.active(was, self._clock.now_ms()), ends_held=ends_held
        )

    async def rotate(
        self, tenant_id: str, endpoint_id: str, *, which: Which, secret: str | None, overlap_ms: int
    ) -> Rotated:
        """A new secret, generated if None; the ones before it sign beside it for `overlap_ms` more, 0 ends them now."""
        fresh = generate_secret() if secret is None else secret

        def change(was: EndpointRow) -> EndpointRow:
            return self._sealer.rotated(was, which, fresh, overlap_ms=overlap_ms, now=self._clock.now_ms())

        stored = await self._change(tenant_id, endpoint_id, change)
        return Rotated(stored, fresh, self._previous(stored, which))

    async def delete(self, tenant_id: str, endpoint_id: str, *, if_version: Collection[int] | None = None) -> None:
        """Delete it and end what waits for it; its history stays."""
        for _ in range(STALE_TRIES):
            now = self._clock.now_ms()
            was = await self.get(tenant_id, endpoint_id)
            check_version(was, if_version)
            births = await self._facts.births("endpoint.deleted", was, now)
            gone = self._database.write(endpoint_delete, was, births, now=now)
            if await self._facts.write(births, gone):
                self.targets.forget(tenant_id)
                self._facts.tell("endpoint.deleted", was, now)
                return
        raise _moving()

    async def reveal(self, tenant_id: str, endpoint_id: str) -> Revealed:
        """The secrets in clear; the route that asks needs `secrets:reveal`."""
        row, now = await self.get(tenant_id, endpoint_id), self._clock.now_ms()
        standard, legacy = (self._sealer.live(row, which, now) for which in ("standard", "legacy"))
        if not standard:
            raise NotFound("no such endpoint")
        return Revealed(
            standard[0],
            legacy[0] if legacy else None,
            [*self._previous(row, "standard"), *self._previous(row, "legacy")],
            shown_credentials(self._sealer.opened_auth(row)[1]),
            dict(self._sealer.opened_headers(row)),
        )

    async def preview(self, tenant_id: str, endpoint_id: str) -> Sequence[Planned]:
        """When a delivery accepted now would be attempted, if every attempt failed at once; jitter left out."""
        row = await self.get(tenant_id, endpoint_id)
        return planned(row.policy, self._clock.now_ms())

    # -- writing -----------------------------------------------------------------------------------------------------

    async def _change(
        self, tenant_id: str, endpoint_id: str, change: Change, *, ends_held: bool = False
    ) -> EndpointRow:
        for _ in range(STALE_TRIES):
            was = await self.get(tenant_id, endpoint_id)
            wished = change(was)
            if wished == was:
                return was
            now = self._clock.now_ms()
            begins = was.status != "active" and wished.status == "active"
            is_back = begins and was.status == "disabled"
            name: FactName = "endpoint.recovered" if is_back else "endpoint.updated"
            births = await self._facts.births(name, wished, now)
            write = EndpointWrite(
                was=was,
                wished=wished,
                births=births,
                now=now,
                restart="probe" if is_back else "ramp" if begins else None,
                ends_held=ends_held,
            )
            stored = await self._facts.write(births, self._database.write(endpoint_store, write))
            if stored is not None:
                self.targets.forget(tenant_id)
                self._facts.tell(name, stored, now)
                return stored
        raise _moving()

    # -- from a wish to a row ----------------------------------------------------------------------------------------

    async def _timed(self, tenant_id: str, wish: EndpointWish) -> EndpointWish:
        """The wish with the tenant's own default where seed 004's profile is wished without a timeout."""
        if wish["profile"] != "systemprompt" or wish.get("timeout_ms") is not None:
            return wish
        chosen = await self._database.read(setting_get, tenant_id, SYSTEMPROMPT_TIMEOUT)
        return {**wish, "timeout_ms": chosen} if isinstance(chosen, int) else wish

    def _born(self, tenant_id: str, wish: EndpointWish, created_by: CreatedBy) -> EndpointRow:
        blank = rules.blank(tenant_id, created_by, str(wish["profile"]), self._clock.now_ms())
        row = self._wished(blank, wish)
        rules.require(wish, "url", "events")
        return row

    def _wished(self, row: EndpointRow, wish: EndpointWish) -> EndpointRow:
        """The row as wished; raises Invalid with the faults of all members."""
        faults: list[Fault] = []
        now = self._clock.now_ms()
        for rule in (self._url, rules.words, rules.numbers, rules.rate, rules.order, rules.lists, self._verified):
            try:
                row = rule(row, wish)
            except Invalid as error:
                faults.extend(error.faults)
        for seal in (self._sealer.signing, self._sealer.headers, self._sealer.auth, self._sealer.tls):
            try:
                row = seal(row, wish, now)
            except Invalid as error:
                faults.extend(error.faults)
        if faults:
            raise Invalid(faults)
        if "active" in wish:
            row = rules.active(row, now) if wish["active"] else rules.paused(row, now)
        return row

    def _url(self, row: EndpointRow, wish: EndpointWish) -> EndpointRow:
        return replace(row, url=parse_url(wish["url"], self._url_rules).canonical) if "url" in wish else row

    def _verified(self, row: EndpointRow, wish: EndpointWish) -> EndpointRow:
        if (wish.get("tls") or {}).get("verify") is False and not self._allow_insecure_tls:
            raise Invalid.one("/tls/verify", "is not allowed here; the owner may set egress.allow_insecure_tls")
        return row

    def _previous(self, row: EndpointRow, which: str) -> Sequence[SecretRow]:
        now = self._clock.now_ms()
        return [each for each in row.secrets if each.which == which and each.is_live(now)][1:]


def planned(policy: RetryPolicy, now: int) -> list[Planned]:
    """The attempts of a policy from `now` on."""
    plan = [Planned(1, now, 0)]
    for number, wait_ms in enumerate(policy.waits_ms(), start=2):
        plan.append(Planned(number, plan[-1].at + wait_ms, wait_ms))
    return plan


def _completed(wish: EndpointWish) -> EndpointWish:
    """A wish that replaces: what it does not name gets its default. A client certificate cannot be read, so it stays
    where `tls` is named without it."""
    whole: EndpointWish = {**DEFAULTS, **wish}
    if whole["tls"] is not None:
        whole["tls"] = {"ca_pem": None, "verify": True, **whole["tls"]}
    return whole


def _moving() -> Unavailable:
    return Unavailable("this endpoint or its subscriptions are changing faster than they are written; try again")
