"""Idle connections, bounded in number and age, never shared between tenants or addresses (security S40)."""

from __future__ import annotations

from dataclasses import dataclass

from hookspan.net.wire import Connection, PoolKey


@dataclass(frozen=True, slots=True)
class PoolLimits:
    """How many idle connections are kept, how long idle, and how long since they were opened."""

    max_idle: int = 512
    idle_s: float = 60.0
    life_s: float = 300.0


class Pool:
    """Idle connections by key, newest taken first; the dict `_idle` remembers who is idle longest."""

    def __init__(self, limits: PoolLimits) -> None:
        self._limits = limits
        self._by_key: dict[PoolKey, list[Connection]] = {}
        self._idle: dict[Connection, None] = {}

    def __len__(self) -> int:
        return len(self._idle)

    def take(self, key: PoolKey, now: float) -> Connection | None:
        """A connection that still stands and is young enough, or None."""
        stack = self._by_key.get(key)
        while stack:
            connection = stack.pop()
            del self._idle[connection]
            if connection.is_open and now - connection.opened_at < self._limits.life_s:
                return connection
            connection.abort()
        return None

    def release(self, connection: Connection, now: float) -> None:
        """Keep the connection for the next request; the one idle longest makes room."""
        if self._limits.max_idle < 1:
            connection.abort()
            return
        if len(self._idle) >= self._limits.max_idle:
            self._drop(next(iter(self._idle)))
        connection.idle_since = now
        self._idle[connection] = None
        self._by_key.setdefault(connection.key, []).append(connection)

    def forget(self, connection: Connection) -> None:
        """The connection was closed by the far side."""
        if connection in self._idle:
            del self._idle[connection]
            stack = self._by_key[connection.key]
            stack.remove(connection)
            if not stack:
                del self._by_key[connection.key]

    def sweep(self, now: float) -> None:
        """Close what was idle too long."""
        while self._idle:
            oldest = next(iter(self._idle))
            if now - oldest.idle_since < self._limits.idle_s:
                return
            self._drop(oldest)

    def clear(self) -> None:
        """Close all."""
        for connection in list(self._idle):
            self._drop(connection)

    def _drop(self, connection: Connection) -> None:
        self.forget(connection)
        connection.abort()
