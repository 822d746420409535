"""A delivery as each provider sends it, without its signature: what tests, test sends and filters start from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from hookspan.inbound.dedupe import event_type
from hookspan.inbound.providers import Preset, preset
from hookspan.inbound.request import InboundRequest, body_view


@dataclass(frozen=True, slots=True)
class Sample:
    """Headers as the provider spells them, the body's bytes, and the event type that they make (`stripe.…`)."""

    headers: Mapping[str, str]
    body: bytes
    event_type: str


def provider_sample(preset_id: str) -> Sample:
    """The sample of a preset; raises Invalid at `/provider` for an unknown one."""
    return sample_of(preset(preset_id))


def sample_of(used: Preset) -> Sample:
    """The sample of a preset at hand; an empty one for a source without provider."""
    headers = dict(used.sample.headers) if used.sample else {"Content-Type": "application/json"}
    body = used.sample.body.encode() if used.sample else b"{}"
    fields = [(name.lower().encode(), value.encode()) for name, value in headers.items()]
    request = InboundRequest("POST", "/", "https://localhost/", "", fields, body)
    return Sample(headers, body, event_type(used, request, body_view(request, used.record.form)).name)
