"""A real hookspan in a process of its own, on a temporary SQLite folder and a free loopback port."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from hookspan.cli.child import Child, running_server
from hookspan.client import Client
from tests.support.command_line import Ran, run


@dataclass(frozen=True, slots=True)
class Server:
    """The running server and how to speak to it."""

    child: Child

    def cli(self, *arguments: str) -> Ran:
        """One command line against this server, found by its data folder as a person's would be."""
        return run("--data", str(self.child.folder), *arguments)

    def client(self) -> Client:
        """A client as owner."""
        return Client(self.child.target.url, self.child.target.token)


@contextmanager
def serving(folder: Path) -> Iterator[Server]:
    """A server until the block ends."""
    with running_server(folder) as child:
        yield Server(child)
