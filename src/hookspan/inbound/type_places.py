"""Places of an event type that are neither header nor path: a field of a form body, or a member's very name."""

from __future__ import annotations

from hookspan.inbound.record import TypeEntry
from hookspan.inbound.request import InboundRequest, form_pairs
from hookspan.model.jsonview import JsonView


def named_type(entry: TypeEntry, request: InboundRequest, view: JsonView) -> str | None:
    """The type at such a place, None when it is not there."""
    if entry.form is not None:
        wanted = entry.form.encode()
        found = next((value for name, value in form_pairs(request.body) or () if name == wanted and value), None)
        return found.decode("utf-8", "replace") if found else None
    if entry.beside is not None and view.is_json and isinstance(view.value, dict):
        return next((name for name in view.value if name and name != entry.beside), None)
    return None
