"""What stands beside the steps of an execution while it moves: milestones, blockers, and the alarms that find those.

A blocker is found when somebody has waited for long, and is then named after who waits; or it is told by people.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from msgspec.structs import replace

from hookspan.workflows.happenings import Command, Publish
from hookspan.workflows.state import Blocker

BLOCKED_AFTER_MS = 30_000
"""A wait for others becomes a blocker after this unless the operator says otherwise (contracts F.2)."""


@dataclass(slots=True, kw_only=True)
class Marks:
    """Milestones, blockers and alarms laid open, and the commands that follow."""

    now: int
    milestones: dict[str, int]
    blockers: dict[str, Blocker]
    alarms: dict[str, int]
    blocked_after_ms: int = BLOCKED_AFTER_MS
    commands: list[Command] = field(default_factory=list)

    def achieve(self, milestone_id: str, told_at: int | None = None) -> None:
        """A milestone is achieved, once; now, or when somebody said so."""
        if milestone_id not in self.milestones:
            self.milestones[milestone_id] = self.now if told_at is None else told_at
            self.commands.append(Publish("milestone.achieved", subject=milestone_id))

    def watch(self, subject: str) -> None:
        """A wait that holds the execution up: after a while it is a blocker."""
        self.alarms[subject] = self.now + self.blocked_after_ms

    def block(self, blocker_id: str, blocker: Blocker) -> None:
        """Something keeps the execution from going on."""
        self.blockers[blocker_id] = blocker
        self.commands.append(Publish("blocker.detected", blocker.step_id, blocker_id))

    def unblock(self, blocker_id: str, told_at: int | None = None) -> None:
        """It does no longer; since now, or since somebody said so."""
        self.alarms.pop(blocker_id, None)
        blocker = self.blockers.get(blocker_id)
        if blocker is not None and blocker.resolved_at is None:
            self.blockers[blocker_id] = replace(blocker, resolved_at=self.now if told_at is None else told_at)
            self.commands.append(Publish("blocker.resolved", blocker.step_id, blocker_id))

    def unblock_told(self, step_id: str | None = None) -> None:
        """What was told of a step that has ended blocks nothing any more; None: of any step, nor of none."""
        for blocker_id, blocker in self.blockers.items():
            if blocker.resolved_at is None and step_id in (None, blocker.step_id):
                self.unblock(blocker_id)
