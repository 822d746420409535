"""What makes a replay other than the birth of an event: whom it is for, and that a job makes it once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from hookspan.events.routing import Subscriber
from hookspan.model.events import KEY_KEPT_MS, Key, NewEvent, NewReplay

Matches = Sequence[tuple[Subscriber, str]]
"""Who wants an event, each with the name it is delivered under."""


def meant_by(replay: NewReplay | None, matches: Matches) -> Matches:
    """Those that a replay is for; all of them unless it names its endpoints."""
    if replay is None or replay.endpoint_ids is None:
        return matches
    return [match for match in matches if match[0].endpoint_id in replay.endpoint_ids]


def is_for_endpoints(replay: NewReplay | None) -> bool:
    """Whether it is for named endpoints alone, and so starts no workflow."""
    return replay is not None and replay.endpoint_ids is not None


def keys_of_replay(replay: NewReplay, new: NewEvent) -> Iterator[Key]:
    """A job replays an event once, whichever process does and however often it dies: the key is the pair of both.

    Of one that is taken apart, each element has its own.
    """
    if replay.job_id is not None:
        scope = f"replay:{replay.job_id}"
        place = "" if replay.place is None else f"#{replay.place}"
        yield Key(scope, f"{replay.source_event_id}{place}", b"", new.created_at + KEY_KEPT_MS, reject_other_body=False)
