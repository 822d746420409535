"""What publishing from code raises."""

from __future__ import annotations

from hookspan.errors import HookspanError


class PublishError(HookspanError):
    """The event is not on disk, or nobody can say whether it is; `code` and `detail` say why."""

    code, title = "not_published", "Not published"


class SchemaMismatch(PublishError):
    """The data does not fit the schema registered for its type."""

    code, title = "schema_mismatch", "Schema mismatch"


def not_published(code: str, detail: str) -> PublishError:
    """The error for a refusal of the server or of the rooms in this process."""
    kind = SchemaMismatch if code == "schema_mismatch" else PublishError
    return kind(detail, code=code)
