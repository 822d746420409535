"""An export goes to its file part by part, and stands there only when all of it came (contracts B.6)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import httpx2
import pytest

from hookspan.cli.exports import saved
from hookspan.cli.grammar import Given
from hookspan.cli.session import Session
from hookspan.client import ApiError, Client, Seams, Unreachable

PART = b"x" * 65_536


class Parts(httpx2.SyncByteStream):
    """A body that asks `watch` before each part how far the other side is."""

    def __init__(self, watch: Callable[[], None], parts: int, *, breaks: bool = False) -> None:
        self._watch = watch
        self._parts = parts
        self._breaks = breaks

    def __iter__(self) -> Iterator[bytes]:
        for _ in range(self._parts):
            self._watch()
            yield PART
        if self._breaks:
            raise httpx2.ReadError("the connection broke")


class FarSide(httpx2.BaseTransport):
    """Answers every request with these parts."""

    def __init__(self, parts: Parts, status: int = 200) -> None:
        self._parts = parts
        self._status = status

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        """The head; the body is read from it."""
        return httpx2.Response(self._status, headers={"X-Hookspan-Truncated": "true"}, stream=self._parts)


def session_with(far_side: FarSide) -> Session:
    session = Session(Given(), ExitStack())
    session.client = Client("http://127.0.0.1:1", "t", retries=0, seams=Seams(transport=far_side))
    return session


def nothing() -> None:
    """Nobody watches."""


def test_each_part_is_on_disk_before_the_next_but_one_is_asked_for(tmp_path: Path) -> None:
    path, seen = tmp_path / "events.json", list[int]()
    fresh = tmp_path / "events.json.part"
    session = session_with(FarSide(Parts(lambda: seen.append(fresh.stat().st_size), 40)))

    size, is_truncated = saved(session, "/api/v1/events/export", {"format": "json"}, path)

    assert (size, is_truncated, path.stat().st_size) == (40 * len(PART), True, 40 * len(PART))
    assert all(at * len(PART) - on_disk <= 2 * len(PART) for at, on_disk in enumerate(seen))


def test_an_export_that_breaks_leaves_the_old_file_and_no_half_one(tmp_path: Path) -> None:
    path = tmp_path / "events.json"
    path.write_bytes(b"before")
    session = session_with(FarSide(Parts(nothing, 2, breaks=True)))

    with pytest.raises(Unreachable):
        saved(session, "/api/v1/events/export", {}, path)

    assert {each.name: each.read_bytes() for each in tmp_path.iterdir()} == {"events.json": b"before"}


def test_a_refusal_is_told_as_one(tmp_path: Path) -> None:
    session = session_with(FarSide(Parts(nothing, 1), status=403))

    with pytest.raises(ApiError) as refused:
        saved(session, "/api/v1/events/export", {}, tmp_path / "events.json")

    assert refused.value.status == 403
    assert list(tmp_path.iterdir()) == []
