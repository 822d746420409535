"""The composition root: settings → database, rooms, loops → one ASGI app (compose), run as a process (serve)."""

from __future__ import annotations

from hookspan.app.checks import Check, doctor, migrate, migration_status
from hookspan.app.compose import Application
from hookspan.app.inside import Inside, inside
from hookspan.app.serve import serve, work
from hookspan.config import Settings
from hookspan.config import load as load_settings

__all__ = [
    "Application",
    "Check",
    "Inside",
    "Settings",
    "doctor",
    "inside",
    "load_settings",
    "migrate",
    "migration_status",
    "serve",
    "work",
]
