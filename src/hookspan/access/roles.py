"""The table of roles × scopes (security.md §10), and who is calling."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

Kind = Literal["key", "token", "session"]

_READ = frozenset({"events:read", "sources:read"})
_OUTBOUND_READ = frozenset({"deliveries:read", "endpoints:read"})
_WORKFLOW_READ = frozenset({"workflows:read", "executions:read"})
_ROUTING = frozenset({"sources:write", "filters:write", "event-types:write"})
_TESTS = frozenset({"endpoints:test", "endpoints:test_body"})

_VIEWER = _READ | _OUTBOUND_READ | _WORKFLOW_READ
_OPERATOR = (
    _VIEWER
    | _TESTS
    | {
        "payloads:read",
        "events:replay_stored",
        "deliveries:retry",
        "endpoints:pause",
        "sources:pause",
        "workflows:run",
    }
)
_DESIGNER = _READ | _WORKFLOW_READ | _ROUTING | {"payloads:read", "workflows:write", "workflows:run"}
_INTEGRATOR = (
    _READ
    | _OUTBOUND_READ
    | _ROUTING
    | _TESTS
    | {
        "payloads:read",
        "events:publish",
        "events:replay",
        "deliveries:retry",
        "endpoints:write",
        "secrets:rotate",
        "secrets:reveal",
    }
)
_ADMIN = (
    _OPERATOR
    | _DESIGNER
    | _INTEGRATOR
    | {
        "events:publish_system",
        "events:erase",
        "workflows:delete",
        "keys:write",
        "users:write",
        "audit:read",
        "settings:write",
    }
)
_OWNER = _ADMIN | {"tenants:write", "egress:write", "backup:run"}

# Whoever may do the whole may do the part an operator gets.
_IMPLIED = {
    "endpoints:write": "endpoints:pause",
    "sources:write": "sources:pause",
    "events:replay": "events:replay_stored",
}


def expand(scopes: Iterable[str]) -> frozenset[str]:
    """`scopes` and the narrower ones they include."""
    given = frozenset(scopes)
    return given | {part for whole, part in _IMPLIED.items() if whole in given}


ROLES: dict[str, frozenset[str]] = {
    "owner": expand(_OWNER),
    "admin": expand(_ADMIN),
    "integrator": expand(_INTEGRATOR),
    "designer": expand(_DESIGNER),
    "operator": expand(_OPERATOR),
    "viewer": expand(_VIEWER),
}
SCOPES = ROLES["owner"]

_SEED_NAMES = {"integrator": "integration-manager", "designer": "workflow-designer"}
_OUR_NAMES = {seed: ours for ours, seed in _SEED_NAMES.items()}


def role_of(name: str) -> str | None:
    """Our name of a role given in either spelling, or None for an unknown one."""
    ours = _OUR_NAMES.get(name, name)
    return ours if ours in ROLES else None


def seed_role(role: str) -> str:
    """The role as seed 001 spells it."""
    return _SEED_NAMES.get(role, role)


def scopes_of(roles: Iterable[str]) -> frozenset[str]:
    """Everything these roles may; unknown roles add nothing."""
    return frozenset().union(*(ROLES.get(role_of(role) or "", frozenset()) for role in roles))


@dataclass(frozen=True, slots=True)
class Caller:
    """Who is calling: `actor` is `user:<id>` or `key:<id>`; `expires_at` is when the credential ends (epoch ms).

    `credential` names what may be denied or ended: a key's id, a token's `jti`, a session's hash. `name` is the
    API key's.
    """

    tenant_id: str
    actor: str
    roles: tuple[str, ...]
    scopes: frozenset[str]
    kind: Kind
    credential: str = ""
    expires_at: int | None = None
    name: str | None = None

    def may(self, scope: str) -> bool:
        """Whether this caller holds `scope`."""
        return scope in self.scopes
