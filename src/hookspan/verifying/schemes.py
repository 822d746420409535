"""Schemes by name: the presets of the receiver, ours under short names, each compiled once for each tolerance."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from hookspan.errors import Invalid
from hookspan.inbound.providers import Preset, preset
from hookspan.inbound.verify import Check, Verifier
from hookspan.verifying.refusals import UnknownScheme

ORCHESTRATOR, SYSTEMPROMPT, STANDARD, STANDARD_ED25519 = "orchestrator", "systemprompt", "standard", "standard-ed25519"

# During a rotation the value under the old secret stands in a header of its own (contracts E.2).
_BOTH = {"signature": {"name": ("X-Webhook-Signature", "X-Webhook-Signature-Previous")}}
_OURS: dict[str, tuple[str, dict[str, object]]] = {
    ORCHESTRATOR: ("hookspan-orchestrator", {**_BOTH}),
    SYSTEMPROMPT: ("hookspan-systemprompt", {**_BOTH}),
    # A secret given as plain text is its own key, one with whsec_ before it is base64 (contracts C.2).
    STANDARD: ("standard", {"key": {"also": ("utf8",)}, "else": ()}),
    STANDARD_ED25519: (
        "standard",
        {
            "kind": "ed25519",
            "algorithm": "ed25519",
            "signature": {"take": ("v1a",)},
            "key": {"encoding": "raw-b64", "strip": "whpk_"},
            "else": (),
        },
    ),
}


@dataclass(frozen=True, slots=True)
class Scheme:
    """A preset made ready to verify with."""

    name: str
    preset: Preset
    check: Check

    @property
    def signs_url(self) -> bool:
        """Whether the URL is part of what is signed, so that it must be given."""
        return "url" in self.preset.record.signed


@lru_cache(maxsize=256)
def scheme_named(name: str, tolerance_s: int | None = None) -> Scheme:
    """The scheme; raises UnknownScheme for none or one that needs the network, ValueError for a tolerance where no
    time is signed.
    """
    identity, overlay = _OURS.get(name, (name, {}))
    try:
        found = preset(identity)
    except Invalid:
        known = f"auto, {ORCHESTRATOR}, {SYSTEMPROMPT}, {STANDARD} or the id of a preset"
        raise UnknownScheme(f"{name[:40]!r} is no scheme; use {known}") from None
    if found.record.key_server is not None:
        raise UnknownScheme(f"{name} is verified under a key that must be fetched, which only the gateway does")
    at = found.record.time
    if tolerance_s is not None:
        if at is None or not at.signed:
            raise ValueError(f"{name} signs no time, so there is none to tolerate; leave tolerance out")
        overlay = {**overlay, "time": {"past": tolerance_s, "future": tolerance_s}}
    complete = found.overridden(overlay)
    shown = STANDARD if name == STANDARD_ED25519 else name
    return Scheme(shown, complete, Verifier.from_record(complete.record).check)
