"""Retry policies, kept once by the hash of their content and never changed: a delivery keeps what it was born with."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import Connection, insert, select

from hookspan.model.retry import RetryPolicy, policy_from_json, policy_to_json
from hookspan.storage.dialect import one_of
from hookspan.storage.tables import retry_policies


def policy_text(policy: RetryPolicy) -> str:
    """The stored form: the camelCase object with sorted members, so that equal policies are one row."""
    return json.dumps(policy_to_json(policy), sort_keys=True, separators=(",", ":"))


def policy_read(text: str) -> RetryPolicy:
    """The policy of a stored text."""
    return policy_from_json(json.loads(text))


def policy_keep(connection: Connection, policy: RetryPolicy) -> str:
    """The id of this policy, written if nobody had it yet."""
    text = policy_text(policy)
    identity = str(UUID(bytes=hashlib.sha256(text.encode()).digest()[:16]))
    known = connection.execute(select(retry_policies.c.id).where(retry_policies.c.id == identity)).first()
    if known is None:
        connection.execute(insert(retry_policies).values(id=identity, policy=text))
    return identity


def policies_find(connection: Connection, ids: Sequence[str]) -> dict[str, RetryPolicy]:
    """Policies by id."""
    query = select(retry_policies.c.id, retry_policies.c.policy).where(one_of(retry_policies.c.id, ids))
    return {identity: policy_read(text) for identity, text in connection.execute(query)}
