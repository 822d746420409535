"""What one reader of the live feed wants to hear of its tenant (contracts B.11, C.1)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import msgspec

from hookspan.model.jsonview import read_json
from hookspan.model.paths import BODY
from hookspan.model.rules import FilterError, Rules

Frame = Mapping[str, object]

ROOMS: Mapping[str, str] = {
    "execution": "executionId",
    "workflow": "workflowId",
    "webhook": "webhookId",
    "endpoint": "endpointId",
}
"""What a reader may ask for by id, and the member of a frame that holds it."""

QUEUES = "queues"
"""The topic that is told only to those who name it."""


@dataclass(slots=True, eq=False)
class Interest:
    """One reader's choice; a socket changes it while it listens.

    `topics` are those it may and would hear, none means all but `queues`. `is_whole` takes every frame of those;
    else a frame must be of one of `words` (whole topics) or belong to one of `rooms` (member, id). `rules` filter
    what is left; `has_output` asks for outputs of executions, where they are told.
    """

    tenant_id: str
    topics: frozenset[str] = frozenset()
    is_whole: bool = True
    words: set[str] = field(default_factory=set)
    rooms: set[tuple[str, str]] = field(default_factory=set)
    rules: Rules | None = None
    has_output: bool = False

    def wants(self, frame: Frame) -> bool:
        """Whether this reader is told of the frame; a filter that gives no answer lets nothing through."""
        if frame["tenantId"] != self.tenant_id or not self._is_chosen(frame):
            return False
        if self.rules is None or self.rules.is_open:
            return True
        try:
            return self.rules.passes({BODY: read_json(msgspec.json.encode(frame)).value})
        except FilterError:
            return False

    def asks_for(self, topic: str) -> bool:
        """Whether this reader named the topic; being told of everything is not naming it."""
        return topic in self.words or (self.is_whole and topic in self.topics)

    def _is_chosen(self, frame: Frame) -> bool:
        topic = str(frame["topic"])
        if topic == QUEUES:
            return self.asks_for(topic)
        if self.topics and topic not in self.topics:
            return False
        return self.is_whole or topic in self.words or any(frame.get(member) == room for member, room in self.rooms)
