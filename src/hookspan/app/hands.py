"""From a commit to whoever does its work: deliveries to the dispatcher, executions to the engine."""

from __future__ import annotations

from hookspan.model.deliveries import Parcel
from hookspan.outbound.caretaker import Caretaker
from hookspan.outbound.dispatch import Dispatcher
from hookspan.workflows.run import Engine


class Hands:
    """Implements ports.Handoff: deliveries to the dispatcher, executions to the engine, once both exist."""

    def __init__(self) -> None:
        self.dispatcher: Dispatcher | None = None
        self.engine: Engine | None = None
        self.caretaker: Caretaker | None = None

    def reserve(self, endpoint_id: str) -> bool:
        """No worker in this process: everything waits in the database."""
        return self.dispatcher is not None and self.dispatcher.reserve(endpoint_id)

    def cancel(self, endpoint_id: str) -> None:
        """Pass on."""
        if self.dispatcher is not None:
            self.dispatcher.cancel(endpoint_id)

    def take(self, parcel: Parcel) -> None:
        """Pass on."""
        if self.dispatcher is not None:
            self.dispatcher.take(parcel)

    def backlog(self, endpoint_id: str) -> None:
        """Pass on."""
        if self.dispatcher is not None:
            self.dispatcher.backlog(endpoint_id)

    def executions_due(self) -> None:
        """Pass on."""
        if self.engine is not None:
            self.engine.wake()

    def fanout_due(self) -> None:
        """Pass on."""
        if self.caretaker is not None:
            self.caretaker.fanout_due()
