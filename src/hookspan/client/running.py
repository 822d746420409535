"""The nouns of what runs and of the instance: keys, tenants, numbers, jobs (contracts C.5–C.7)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from hookspan.client.flow import call_of
from hookspan.client.records import Job, Key, Tenant
from hookspan.client.shapes import body_of, filters_of
from hookspan.client.verbs import Ask, M, Noun, Query, listing, members, nothing, shaped, verb

Json = Mapping[str, object]


class Keys(Noun[M]):
    """`/api/v1/keys`."""

    path = "/api/v1/keys"

    @listing
    def list(self, /, **filters: object) -> Query[Key]:
        """The live keys."""
        return Query(self.path, Key, filters_of(filters))

    @verb
    def get(self, identity: str) -> Ask[Key]:
        """One key."""
        return Ask(call_of("GET", self.route(identity)), shaped(Key))

    @verb
    def create(self, /, name: str, scopes: Sequence[str], **members: object) -> Ask[Key]:
        """A new key; `key` is shown only in this answer."""
        body = {"name": name, "scopes": scopes, **body_of(members)}
        return Ask(call_of("POST", self.path, json=body), shaped(Key))

    @verb
    def update(self, /, identity: str, **changes: object) -> Ask[Key]:
        """Change the members named."""
        return Ask(call_of("PATCH", self.route(identity), json=body_of(changes)), shaped(Key))

    @verb
    def delete(self, identity: str) -> Ask[None]:
        """Revoke it."""
        return Ask(call_of("DELETE", self.route(identity)), nothing)


class Tenants(Noun[M]):
    """`/api/v1/tenants`, for the owner of the instance."""

    path = "/api/v1/tenants"

    @listing
    def list(self, /, **filters: object) -> Query[Tenant]:
        """The tenants."""
        return Query(self.path, Tenant, filters_of(filters))

    @verb
    def get(self, identity: str) -> Ask[Tenant]:
        """One tenant."""
        return Ask(call_of("GET", self.route(identity)), shaped(Tenant))

    @verb
    def create(self, /, slug: str, name: str, **members: object) -> Ask[Tenant]:
        """A new tenant."""
        body = {"slug": slug, "name": name, **body_of(members)}
        return Ask(call_of("POST", self.path, json=body), shaped(Tenant))

    @verb
    def update(self, /, identity: str, **changes: object) -> Ask[Tenant]:
        """Change the members named."""
        return Ask(call_of("PATCH", self.route(identity), json=body_of(changes)), shaped(Tenant))

    @verb
    def delete(self, identity: str) -> Ask[Job]:
        """Delete it and everything in it, as a job."""
        return Ask(call_of("DELETE", self.route(identity)), shaped(Job))

    @verb
    def create_token(self, identity: str) -> Ask[Json]:
        """A token to act in that tenant for an hour."""
        return Ask(call_of("POST", self.route(identity, "token")), members)


class Stats(Noun[M]):
    """`/api/v1/stats`: numbers, as the API writes them."""

    path = "/api/v1/stats"

    @verb
    def get(self, /, **question: object) -> Ask[Json]:
        """Totals, latencies and series; `window=`, `bucket_ms=`, `endpoint_id=`, `event_type=`, …"""
        return Ask(call_of("GET", self.path, params=filters_of(question)), members)

    @verb
    def batch(self, kind: str, ids: Sequence[str]) -> Ask[Json]:
        """A few numbers for each of many webhooks, endpoints or workflows."""
        return Ask(call_of("GET", self.route("batch"), params={"kind": kind, "ids": ",".join(ids)}), members)


class Jobs(Noun[M]):
    """`/api/v1/jobs`."""

    path = "/api/v1/jobs"

    @listing
    def list(self, /, **filters: object) -> Query[Job]:
        """Jobs, newest first."""
        return Query(self.path, Job, filters_of(filters))

    @verb
    def get(self, identity: str) -> Ask[Job]:
        """One job."""
        return Ask(call_of("GET", self.route(identity)), shaped(Job))

    @verb
    def cancel(self, identity: str) -> Ask[Job]:
        """Stop it; what is done stays done."""
        return Ask(call_of("POST", self.route(identity, "cancel")), shaped(Job))
