"""Follow events, or ends of executions, without losing one: the feed only wakes, the list is the truth (contracts C.1).

Two processes may commit out of the order of their instants, so each look goes back `OVERLAP_MS` behind the newest row
seen and leaves out what was already shown.
"""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Callable, Generator, Mapping
from dataclasses import dataclass
from typing import TypeVar

import click

from hookspan.client import ApiError, Client, Document, RateLimited, Unavailable
from hookspan.client.nouns import Collection, Filter
from hookspan.errors import Invalid
from hookspan.model.times import instant, parse_instant

OVERLAP_MS = 10_000
POLL_S = 2.0
REST_S = 0.25
PATIENCE_S = 60.0
_AGE = re.compile(r"(\d+)(s|m|h|d)")
Result = TypeVar("Result")
_UNIT_MS = {"s": 1_000, "m": 60_000, "h": 3_600_000, "d": 86_400_000}


def since_instant(
    text: str | None, now_ms: Callable[[], int] = lambda: time.time_ns() // 1_000_000, *, option: str = "--since"
) -> str | None:
    """The instant an age such as `10m` or an RFC 3339 text stands for; None stays None."""
    if text is None:
        return None
    age = _AGE.fullmatch(text)
    if age:
        return instant(now_ms() - int(age[1]) * _UNIT_MS[age[2]])
    try:
        return instant(parse_instant(text, "/since"))
    except Invalid as fault:
        raise click.UsageError(f"{option}: write an age such as 10m, 24h, 7d, or an RFC 3339 instant") from fault


def steadily(ask: Callable[[], Result], sleep: Callable[[float], None]) -> Result:
    """The answer, however long the server is away or wants to be left alone: whoever follows loses nothing by it."""
    while True:
        try:
            return ask()
        except RateLimited as refused:
            sleep(min(refused.retry_after_s or POLL_S, PATIENCE_S))
        except Unavailable:
            sleep(POLL_S)


@dataclass(frozen=True, slots=True)
class Followed:
    """A list that grows: the member of its rows that tells when, the filter that begins there, the feed that wakes."""

    path: str
    member: str
    begin: str
    feed: Mapping[str, Filter]


EVENTS = Followed("/api/v1/events", "createdAt", "from", {"topics": "events,webhooks"})
ENDS = Followed("/api/v1/executions", "completedAt", "completedAt[gte]", {"topics": "executions"})
"""Executions that have ended, by their end; one that is begun anew ends again."""


class Bell:
    """Rings at every frame of the live feed; where there is no feed, nobody rings."""

    def __init__(self, client: Client, feed: Mapping[str, Filter]) -> None:
        self._client = client
        self._feed = feed
        self._rung = threading.Event()
        self._ended = threading.Event()

    def __enter__(self) -> Bell:
        threading.Thread(target=self._listen, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()

    def wait(self) -> None:
        """Until it rings, at most POLL_S."""
        self._rung.wait(POLL_S)
        self._rung.clear()

    def _listen(self) -> None:
        while not self._ended.is_set():
            try:
                self._follow_feed()
            except ApiError:
                self._ended.wait(POLL_S)
            except RuntimeError:
                # The caller closed the client while this thread read from it.
                if not self._ended.is_set():
                    raise

    def _follow_feed(self) -> None:
        with self._client.lines("/api/v1/stream", self._feed) as lines:
            for line in lines:
                if self._ended.is_set():
                    return
                if line.startswith("data:"):
                    self._rung.set()
                    self._ended.wait(REST_S)


class Follower:
    """Yields each row once, oldest first, for as long as someone listens."""

    def __init__(
        self, client: Client, filters: Mapping[str, Filter], since: str | None, followed: Followed = EVENTS
    ) -> None:
        self._client = client
        self._filters = filters
        self._followed = followed
        self._list = Collection(client.request, followed.path)
        self._seen: dict[str, int] = {}
        self._floor_ms = self._passed_over() if since is None else parse_instant(since, "/since")

    def events(self) -> Generator[Document, None, None]:
        """Rows as they come; ends only with the caller."""
        with Bell(self._client, self._followed.feed) as bell:
            while True:
                yield from self.fresh()
                bell.wait()

    def fresh(self) -> list[Document]:
        """What was not shown yet; a server that is away or too busy for a while gives nothing, and is asked again."""
        try:
            found = self._look()
        except (Unavailable, RateLimited):
            return []
        unseen = [row for row in found if self._key(row) not in self._seen]
        self._remember(found)
        return unseen

    def _look(self) -> list[Document]:
        start: dict[str, Filter] = {"sort": self._followed.member, self._followed.begin: instant(self._floor_ms)}
        return list(self._list.list(**self._filters, **start))

    def _remember(self, found: list[Document]) -> None:
        for row in found:
            self._seen[self._key(row)] = self._at_ms(row)
        newest_ms = max(self._seen.values(), default=0)
        self._floor_ms = max(self._floor_ms, newest_ms - OVERLAP_MS)
        self._seen = {identity: at_ms for identity, at_ms in self._seen.items() if at_ms >= self._floor_ms}

    def _passed_over(self) -> int:
        """Mark what is there already as shown; the floor to look from is returned."""
        for row in self._list.list(1, sort=f"-{self._followed.member}"):
            self._floor_ms = self._at_ms(row) - OVERLAP_MS
            self._remember(self._look())
            return self._floor_ms
        return 0

    def _at_ms(self, row: Document) -> int:
        return parse_instant(row.text(self._followed.member), f"/{self._followed.member}")

    def _key(self, row: Document) -> str:
        return f"{row.text('id')} {row.text(self._followed.member)}"
