"""The one table route → scope. What is not in it is denied; what is in it but has no route fails the build.

A row is `METHOD path scope [body]`. Scope words: `public` is open to anyone, `any` asks for any valid credential,
`own` means the route checks a credential of its own kind. Body words: `json` (default, 1 MiB), `payload` (the data
limit + 64 KiB), `batch` (5 MiB), `media` (as payload, any content type), `raw` (the route reads and bounds it itself),
`definition` (as json, or YAML).
The audit log tells of every route that is no plain read, unless `silent` says that it changes nothing; `audited` adds
one to it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType
from typing import Literal

BodyKind = Literal["json", "payload", "batch", "media", "raw", "definition"]


@dataclass(frozen=True, slots=True)
class Rule:
    """What a route asks of a request before it is let in, and whether the audit log tells of it."""

    scope: str
    body: BodyKind = "json"
    audited: bool = False


_SYSTEM = """
GET     /                                               public
GET     /ui/{path:path}                                    public
GET     /livez                                          public
GET     /startupz                                       public
GET     /readyz                                         public
GET     /health                                         public
GET     /metrics                                        own
GET     /openapi.json                                   public
GET     /asyncapi.json                                  public
GET     /docs/problems/{code}                           public
GET     /api/health                                     public
GET     /api/version                                    public
POST    /api/auth/login                                 public              audited
POST    /api/auth/logout                                any
GET     /api/v1/me                                      any
GET     /api/v1/meta                                    any
GET     /api/v1/meta/forms                              any
GET     /api/v1/stream                                  any
GET     /api/v1/ws                                      any
GET     /api/v1/ws/executions/{id}                      executions:read
GET     /api/v1/ws/workflows/{id}                       executions:read
POST    /api/v1/ws/tickets                              any                 silent
GET     /api/v1/keys                                    keys:write
POST    /api/v1/keys                                    keys:write
GET     /api/v1/keys/{id}                               keys:write
PATCH   /api/v1/keys/{id}                               keys:write
DELETE  /api/v1/keys/{id}                               keys:write
GET     /api/v1/audit                                   audit:read
GET     /api/v1/audit/verify                            audit:read
GET     /api/v1/inboxes                                 endpoints:read
POST    /api/v1/inboxes                                 endpoints:test
GET     /api/v1/inboxes/{id}                            endpoints:read
DELETE  /api/v1/inboxes/{id}                            endpoints:test
GET     /api/v1/inboxes/{id}/requests                   payloads:read
GET     /api/v1/settings                                any
PATCH   /api/v1/settings                                settings:write
GET     /api/v1/queues                                  deliveries:read
GET     /api/v1/search                                  any
GET     /api/v1/views                                   any
POST    /api/v1/views                                   any
GET     /api/v1/views/{id}                              any
PATCH   /api/v1/views/{id}                              any
DELETE  /api/v1/views/{id}                              any
GET     /inbox/{token}                                  public              raw
POST    /inbox/{token}                                  public              raw
PUT     /inbox/{token}                                  public              raw
PATCH   /inbox/{token}                                  public              raw
DELETE  /inbox/{token}                                  public              raw
OPTIONS /inbox/{token}                                  public              raw
"""

_ORCHESTRATOR = """
GET     /api/webhooks                                   endpoints:read
POST    /api/webhooks                                   endpoints:write
POST    /api/webhooks/test                              endpoints:test      payload
GET     /api/webhooks/{id}                              endpoints:read
PUT     /api/webhooks/{id}                              endpoints:write
DELETE  /api/webhooks/{id}                              endpoints:write
GET     /api/workflows                                  workflows:read
POST    /api/workflows                                  workflows:write
GET     /api/workflows/{id}                             workflows:read
PUT     /api/workflows/{id}                             workflows:write
DELETE  /api/workflows/{id}                             workflows:delete
GET     /api/executions                                 executions:read
POST    /api/executions                                 workflows:run       payload
GET     /api/executions/{id}                            executions:read
POST    /api/executions/{id}/cancel                     workflows:run
GET     /api/executions/{id}/tasks                      executions:read
GET     /api/executions/{id}/progress                   executions:read
POST    /api/tasks/{id}/retry                           workflows:run
"""

_GATEWAY = """
GET     /api/v1/providers                               sources:read
GET     /api/v1/providers/{id}                          sources:read
GET     /api/v1/webhooks                                sources:read
POST    /api/v1/webhooks                                sources:write
GET     /api/v1/webhooks/{id}                           sources:read
PUT     /api/v1/webhooks/{id}                           sources:write
PATCH   /api/v1/webhooks/{id}                           sources:write
DELETE  /api/v1/webhooks/{id}                           sources:write
POST    /api/v1/webhooks/{id}/pause                     sources:pause
POST    /api/v1/webhooks/{id}/resume                    sources:pause
POST    /api/v1/webhooks/{id}/regenerate-secret         secrets:rotate
GET     /api/v1/webhooks/{id}/secret                    secrets:reveal
GET     /api/v1/webhooks/{id}/events                    events:read
GET     /api/v1/webhooks/{id}/events/export             events:read
GET     /api/v1/webhooks/{id}/events/{event_id}         events:read
GET     /api/v1/webhooks/{id}/rejected                  sources:read
GET     /api/v1/rejected                                tenants:write
GET     /api/v1/webhooks/{id}/filters                   sources:read
POST    /api/v1/webhooks/{id}/filters                   filters:write
PUT     /api/v1/webhooks/{id}/filters                   filters:write
POST    /api/v1/webhooks/{id}/filters/test              sources:read        payload silent
POST    /api/v1/webhooks/{id}/filters/backtest          sources:read        payload silent
GET     /api/v1/webhooks/{id}/filters/{filter_id}       sources:read
PUT     /api/v1/webhooks/{id}/filters/{filter_id}       filters:write
PATCH   /api/v1/webhooks/{id}/filters/{filter_id}       filters:write
DELETE  /api/v1/webhooks/{id}/filters/{filter_id}       filters:write
GET     /api/v1/webhooks/{id}/paths                     sources:read
POST    /api/v1/webhooks/{id}/test                      endpoints:test      payload
GET     /api/v1/webhooks/{id}/tests                     sources:read
GET     /api/v1/webhooks/{id}/samples                   sources:read
POST    /api/v1/webhooks/{id}/events/replay             events:replay_stored
"""

_NATIVE = """
GET     /api/v1/endpoints                               endpoints:read
POST    /api/v1/endpoints                               endpoints:write
GET     /api/v1/endpoints/{id}                          endpoints:read
PUT     /api/v1/endpoints/{id}                          endpoints:write
PATCH   /api/v1/endpoints/{id}                          endpoints:write
DELETE  /api/v1/endpoints/{id}                          endpoints:write
POST    /api/v1/endpoints/{id}/pause                    endpoints:pause
POST    /api/v1/endpoints/{id}/resume                   endpoints:pause
POST    /api/v1/endpoints/test                          endpoints:test      payload
POST    /api/v1/endpoints/{id}/test                     endpoints:test      payload
GET     /api/v1/endpoints/{id}/tests                    endpoints:read
GET     /api/v1/endpoints/{id}/schedule-preview         endpoints:read
POST    /api/v1/endpoints/{id}/rotate-secret            secrets:rotate
GET     /api/v1/endpoints/{id}/secret                   secrets:reveal
GET     /api/v1/endpoints/{id}/deliveries               deliveries:read
GET     /api/v1/events                                  events:read
POST    /api/v1/events                                  events:publish      media silent
POST    /api/v1/events/batch                            events:publish      batch silent
GET     /api/v1/events/export                           events:read
GET     /api/v1/events/{id}                             events:read
GET     /api/v1/events/{id}/data                        payloads:read
GET     /api/v1/events/{id}/request                     payloads:read
GET     /api/v1/events/{id}/routing                     events:read
POST    /api/v1/events/{id}/cancel                      events:publish
POST    /api/v1/events/{id}/replay                      events:replay_stored payload audited
POST    /api/v1/events/replay                           events:replay_stored
GET     /api/v1/events/{id}/chain                       events:read
GET     /api/v1/replays                                 events:read
GET     /api/v1/events/{id}/deliveries                  deliveries:read
GET     /api/v1/events/{id}/forwards                    events:read
POST    /api/v1/events/{id}/forwards                    payloads:read       silent
DELETE  /api/v1/events/{id}/content                     events:erase
GET     /api/v1/retention                               events:read
PUT     /api/v1/retention                               settings:write
GET     /api/v1/priorities                              deliveries:read
PUT     /api/v1/priorities/{level}                      settings:write
GET     /api/v1/deliveries                              deliveries:read
GET     /api/v1/deliveries/export                       deliveries:read
GET     /api/v1/deliveries/{id}                         deliveries:read
GET     /api/v1/deliveries/{id}/attempts                deliveries:read
GET     /api/v1/deliveries/{id}/attempts/{number}       deliveries:read
GET     /api/v1/deliveries/{id}/body                    payloads:read
POST    /api/v1/deliveries/retry                        deliveries:retry
POST    /api/v1/deliveries/cancel                       deliveries:retry
POST    /api/v1/deliveries/{id}/retry                   deliveries:retry
POST    /api/v1/deliveries/{id}/cancel                  deliveries:retry
GET     /api/v1/jobs                                    deliveries:read
GET     /api/v1/jobs/{id}                               deliveries:read
POST    /api/v1/jobs/{id}/cancel                        deliveries:retry
GET     /api/v1/issues                                  deliveries:read
GET     /api/v1/event-types                             events:read
POST    /api/v1/event-types                             event-types:write
GET     /api/v1/event-types/{name}                      events:read
PUT     /api/v1/event-types/{name}                      event-types:write
DELETE  /api/v1/event-types/{name}                      event-types:write
GET     /api/v1/event-types/{name}/versions             events:read
POST    /api/v1/event-types/{name}/validate             events:read         payload silent
GET     /api/v1/event-types/{name}/samples              events:read
GET     /api/v1/stats                                   events:read
GET     /api/v1/stats/batch                             any
GET     /api/v1/endpoints/{id}/stats                    deliveries:read
GET     /api/v1/workflows                               workflows:read
POST    /api/v1/workflows                               workflows:write     definition
GET     /api/v1/workflows/schema                        workflows:read
POST    /api/v1/workflows/validate                      workflows:write     definition silent
GET     /api/v1/workflows/{id}                          workflows:read
PUT     /api/v1/workflows/{id}                          workflows:write     definition
PATCH   /api/v1/workflows/{id}                          workflows:write     definition
DELETE  /api/v1/workflows/{id}                          workflows:delete
GET     /api/v1/workflows/{id}/versions                 workflows:read
GET     /api/v1/workflows/{id}/versions/{version}       workflows:read
GET     /api/v1/workflows/{id}/diff                     workflows:read
POST    /api/v1/workflows/{id}/validate                 workflows:write     definition silent
POST    /api/v1/workflows/{id}/executions               workflows:run       payload
GET     /api/v1/executions                              executions:read
GET     /api/v1/executions/{id}                         executions:read
GET     /api/v1/executions/{id}/steps                   executions:read
GET     /api/v1/executions/{id}/progress                executions:read
POST    /api/v1/executions/{id}/cancel                  workflows:run
POST    /api/v1/executions/{id}/retry                   workflows:run
POST    /api/v1/executions/{id}/restart-from            workflows:run
POST    /api/v1/executions/{id}/signals/{topic}         workflows:run       payload
POST    /api/v1/executions/{id}/steps/{step_id}/complete workflows:run      payload
POST    /api/v1/executions/{id}/steps/{step_id}/fail    workflows:run
POST    /api/v1/executions/{id}/blockers                workflows:run
POST    /api/v1/executions/{id}/blockers/{blocker_id}/resolve workflows:run
POST    /api/v1/executions/{id}/milestones/{milestone_id}/achieve workflows:run
POST    /api/v1/callbacks/{token}                       own                 payload
"""

_MARKS = frozenset({"audited", "silent"})
_PARAMETER = re.compile(r"\{[^}]*\}")


def shape(path: str) -> str:
    """A path with its parameters unnamed: `/api/v1/keys/{key_id}` → `/api/v1/keys/{}`."""
    return _PARAMETER.sub("{}", path)


@cache
def rules() -> Mapping[tuple[str, str], Rule]:
    """The table, by method and shape of the path."""
    table: dict[tuple[str, str], Rule] = {}
    for line in filter(None, (_SYSTEM + _ORCHESTRATOR + _GATEWAY + _NATIVE).splitlines()):
        method, path, scope, *words = line.split()
        body = next((word for word in words if word not in _MARKS), "json")
        is_audited = _changes(method, path, scope) if not _MARKS & set(words) else "audited" in words
        table[(method, shape(path))] = Rule(scope, body, is_audited)  # type: ignore[arg-type]  # the words are literals
    return MappingProxyType(table)


def _changes(method: str, path: str, scope: str) -> bool:
    """Whether a route changes something, shows a secret or hands out a whole list (security §13)."""
    if method in ("GET", "HEAD", "OPTIONS"):
        return scope == "secrets:reveal" or path.endswith("/export")
    return scope not in ("public", "own")


def rule_for(method: str, path: str) -> Rule | None:
    """The rule of a route template, or None: then it is denied."""
    return rules().get((method, shape(path)))
