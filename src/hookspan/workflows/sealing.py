"""Definitions at rest: their secrets are sealed beside the graph, which holds a mask where each belongs (security §8).

They are opened where a version is compiled to run, and where a change is compared with what is there.
"""

from __future__ import annotations

import base64
from decimal import Decimal

import msgspec

from hookspan.errors import NotConfigured
from hookspan.model.redact import MASK
from hookspan.model.workflows import VersionRow
from hookspan.ports import Vault
from hookspan.workflows.secrets import mask_places, masked, secrets_of, unmasked

SEALED = "sealed"
"""The member of a stored definition that holds its sealed secrets."""

_encode = msgspec.json.Encoder(decimal_format="number").encode
_decode = msgspec.json.Decoder(dict[str, object], float_hook=Decimal).decode
_read_secrets = msgspec.json.Decoder(dict[str, str]).decode


class NoVault:
    """Implements ports.Vault where there is none: a secret is refused, never kept in clear."""

    def seal(self, plain: bytes, *, tenant_id: str, context: str) -> bytes:
        """Raises NotConfigured."""
        raise NotConfigured("secrets in workflows need a vault; there is none here")

    def open(self, sealed: bytes, *, tenant_id: str, context: str) -> bytes:
        """Raises NotConfigured."""
        raise NotConfigured("secrets in workflows need a vault; there is none here")


NO_VAULT = NoVault()


def shown(text: str) -> dict[str, object]:
    """The members of a stored definition as anybody may see them, numbers exact.

    Definitions from before secrets were sealed are masked here.
    """
    members = _decode(text)
    members.pop(SEALED, None)
    return masked(members)


def sealed_text(vault: Vault, clear: str, *, tenant_id: str, workflow_id: str, version: int) -> str:
    """A normalised definition as a version of a workflow keeps it; one without secrets is kept as it is."""
    graph = _decode(clear)
    secrets = secrets_of(graph)
    if not secrets:
        return clear
    sealed = vault.seal(_encode(secrets), tenant_id=tenant_id, context=_context(workflow_id, version))
    return _encode({**masked(graph), SEALED: base64.b64encode(sealed).decode()}).decode()


def is_sealed(text: str) -> bool:
    """Whether the secrets of a stored definition lie sealed beside it."""
    return SEALED in _decode(text)


def resealed_text(vault: Vault, row: VersionRow, *, tenant_id: str) -> str:
    """A stored definition with just that sealed which counts as a secret by now; the same text when just that was.

    What another rule took for a secret is shown again: its mask, sent back, would stand for nothing. Raises LookupError
    where the tenant's keys were destroyed, ValueError as `clear_text` does.
    """
    graph = _decode(row.definition)
    if graph.pop(SEALED, None) is not None and mask_places(graph) == secrets_of(graph).keys():
        return row.definition
    opened = _opened(vault, row, tenant_id=tenant_id)
    if opened is not None and opened[1].keys() == secrets_of(opened[0]).keys():
        return row.definition
    clear = row.definition if opened is None else _encode(opened[0]).decode()
    return sealed_text(vault, clear, tenant_id=tenant_id, workflow_id=row.workflow_id, version=row.version)


def clear_text(vault: Vault, row: VersionRow, *, tenant_id: str) -> str:
    """The definition with its secrets, to be compiled or compared, never to be shown.

    Raises ValueError when they were moved or altered, or their key was destroyed.
    """
    opened = _opened(vault, row, tenant_id=tenant_id)
    return row.definition if opened is None else _encode(opened[0]).decode()


def _opened(vault: Vault, row: VersionRow, *, tenant_id: str) -> tuple[dict[str, object], dict[str, str]] | None:
    """The definition with its secrets, and those that were sealed; None where nothing is sealed."""
    graph = _decode(row.definition)
    sealed = graph.pop(SEALED, None)
    if not isinstance(sealed, str):
        return None
    context = _context(row.workflow_id, row.version)
    plain = vault.open(base64.b64decode(sealed), tenant_id=tenant_id, context=context)
    secrets = _read_secrets(plain)
    return unmasked(graph, secrets), secrets


def kept_secrets(clear: str) -> dict[str, str]:
    """What the masks of a change keep of a definition; what could not be opened is kept by none."""
    return {place: secret for place, secret in secrets_of(_decode(clear)).items() if secret != MASK}


def _context(workflow_id: str, version: int) -> str:
    return f"workflow_versions.{workflow_id}.{version}.definition"
