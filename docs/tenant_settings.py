"""The page of what a tenant decides for itself: each setting with its kind and default, as the code judges it."""

from __future__ import annotations

import json
from collections.abc import Mapping

from docs.markdown import page
from hookspan.access.settings import AMOUNTS_MOST, SETTINGS, Amounts, Number, Patterns, Words


def tenant_settings_page(words: Mapping[str, str]) -> str:
    """`words` say what each setting does, by its name."""
    return page(
        "Tenant settings",
        "What a tenant decides for itself, while the instance runs; "
        "what holds for the whole instance is in [settings](settings.md).\n"
        "Changing them needs the scope `settings:write`, `null` goes back to the default, "
        "and a name that does not exist is refused.",
        "```bash\nhookspan api GET /api/v1/settings\n"
        "hookspan api PATCH /api/v1/settings --input '{\"executions.concurrency\": 100}'\n```",
        *(
            f"## `{name}`\n\n{words[name]}\n\n{_kind(setting)} · default {_default(setting.default)}"
            for name, setting in SETTINGS.items()
        ),
        "## Elsewhere\n\n`hookspan retention` keeps how long records stay, "
        "`hookspan priorities` what each level promises ([command line](cli.md)).",
    )


def _kind(setting: Words | Number | Amounts | Patterns) -> str:
    match setting:
        case Words(words):
            return "one of " + ", ".join(f"`{word}`" for word in words)
        case Number():
            return f"whole number, {setting.least:,} to {setting.most:,}"
        case Amounts():
            return f"object of at most {AMOUNTS_MOST} names and their amounts"
    return "list of names and patterns"


def _default(value: object) -> str:
    return (
        "none" if value is None or value in ([], {}) else f"`{value if isinstance(value, str) else json.dumps(value)}`"
    )
