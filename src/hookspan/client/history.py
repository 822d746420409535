"""The nouns of looking back: replays, levels, retention, saved views (contracts B.7, B.9)."""

from __future__ import annotations

from collections.abc import Mapping

from hookspan.client.flow import call_of
from hookspan.client.history_records import PriorityLevel, Replay, Retention, View
from hookspan.client.shapes import body_of, filters_of
from hookspan.client.verbs import Ask, M, Noun, Query, listing, nothing, shaped, verb

Json = Mapping[str, object]


class Replays(Noun[M]):
    """`/api/v1/replays`; `events.replay` makes them."""

    path = "/api/v1/replays"

    @listing
    def list(self, /, **filters: object) -> Query[Replay]:
        """What was replayed, newest first; filters `event_id=` (any of a chain), `actor=`, `job_id=`, `from_=`."""
        return Query(self.path, Replay, filters_of(filters), paging="offset")


class Priorities(Noun[M]):
    """`/api/v1/priorities`: levels 0 low, 1 normal, 2 high, 3 critical."""

    path = "/api/v1/priorities"

    @listing
    def list(self) -> Query[PriorityLevel]:
        """The four levels, most urgent first."""
        return Query(self.path, PriorityLevel, paging="whole")

    @verb
    def update(self, /, level: int, **changes: object) -> Ask[PriorityLevel]:
        """Change `weight` (of the whole instance) or `sla_ms` (of the tenant; None promises nothing)."""
        return Ask(call_of("PUT", self.route(str(level)), json=body_of(changes)), shaped(PriorityLevel))


class RetentionPolicy(Noun[M]):
    """`/api/v1/retention`."""

    path = "/api/v1/retention"

    @verb
    def get(self) -> Ask[Retention]:
        """How long each kind of record is kept, and when the janitor comes."""
        return Ask(call_of("GET", self.path), shaped(Retention))

    @verb
    def replace(self, /, **days: int | None) -> Ask[Retention]:
        """The whole policy in days: `events=30, audit=None` for ever; a kind that is absent gets its default."""
        body = {kind: {"days": number} for kind, number in days.items()}
        return Ask(call_of("PUT", self.path, json=body), shaped(Retention))


class Views(Noun[M]):
    """`/api/v1/views`: filters of lists under a name."""

    path = "/api/v1/views"

    @listing
    def list(self, /, **filters: object) -> Query[View]:
        """One's own views and the shared ones, by name; filter `list=` such as `requests`."""
        return Query(self.path, View, filters_of(filters), paging="whole")

    @verb
    def get(self, identity: str) -> Ask[View]:
        """One view."""
        return Ask(call_of("GET", self.route(identity)), shaped(View))

    @verb
    def create(self, /, list: str, name: str, query: Json, *, shared: bool = False) -> Ask[View]:
        """Keep the parameters of a list under a name."""
        body = {"list": list, "name": name, "query": query, "shared": shared}
        return Ask(call_of("POST", self.path, json=body), shaped(View))

    @verb
    def update(self, /, identity: str, **changes: object) -> Ask[View]:
        """Change `name`, `query` or `shared` of one's own view."""
        return Ask(call_of("PATCH", self.route(identity), json=body_of(changes)), shaped(View))

    @verb
    def delete(self, identity: str) -> Ask[None]:
        """Forget one's own view."""
        return Ask(call_of("DELETE", self.route(identity)), nothing)
