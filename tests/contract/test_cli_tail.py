"""`events tail` in a process of its own: each event once, over a restart of the server too (contracts C.1, D.4)."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec

from hookspan.cli.child import free_port
from hookspan.client import Client
from tests.support.command_line import command, environment, run
from tests.support.server import serving

START_S = 30.0


@contextmanager
def tailing(folder: Path, *options: str) -> Iterator[subprocess.Popen[bytes]]:
    """A tail that has begun, stopped at the end as a person does."""
    with subprocess.Popen(
        [*command("--data", str(folder)), "events", "tail", *options],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=environment(),
        cwd=folder,
    ) as process:
        assert process.stderr is not None
        process.stderr.readline()
        try:
            yield process
        finally:
            process.send_signal(signal.SIGINT)
            process.wait()


def line(process: subprocess.Popen[bytes]) -> dict[str, object]:
    assert process.stdout is not None
    return msgspec.json.decode(process.stdout.readline(), type=dict[str, object])


def test_what_was_chosen_is_shown_as_it_happens(tmp_path: Path) -> None:
    with serving(tmp_path) as server:
        rows = '[{"fieldPath":"$.n","operator":"greater_than","value":1}]'

        with tailing(tmp_path, "--type", "tail.*", "--where", rows, "-o", "json") as process:
            for number in (1, 2, 3):
                server.cli("events", "publish", "tail.one", "--data", f'{{"n":{number}}}')
            server.cli("events", "publish", "other.one", "--data", '{"n":9}')
            server.cli("events", "publish", "tail.two", "--data", '{"n":9}')
            shown = [line(process)["type"] for _ in range(3)]

        assert shown == ["tail.one", "tail.one", "tail.two"]
        assert process.returncode == 130


def test_nothing_is_lost_while_the_server_is_away(tmp_path: Path) -> None:
    port = free_port()
    with serve(tmp_path, port) as server:
        publish(tmp_path, "tail.before")
        with tailing(tmp_path, "--since", "1h", "--type", "tail.*", "-o", "json") as process:
            before = line(process)["type"]
            stop(server)
            with serve(tmp_path, port):
                publish(tmp_path, "tail.after")
                after = line(process)["type"]

    assert (before, after) == ("tail.before", "tail.after")


def publish(folder: Path, name: str) -> None:
    assert run("--data", str(folder), "events", "publish", name).code == 0


@contextmanager
def serve(folder: Path, port: int) -> Iterator[subprocess.Popen[bytes]]:
    """A server on that very port, ready, until the block ends."""
    arguments = [*command("serve", "--dev"), "--port", str(port), "--data", str(folder)]
    with (
        (folder / "server.log").open("ab") as log,
        subprocess.Popen(arguments, stdout=log, stderr=log, env=environment(), cwd=folder) as process,
    ):
        try:
            await_ready(folder, port)
            yield process
        finally:
            stop(process)


def stop(process: subprocess.Popen[bytes]) -> None:
    if process.poll() is None:
        os.kill(process.pid, signal.SIGTERM)
        process.wait()


def await_ready(folder: Path, port: int) -> None:
    deadline = time.monotonic() + START_S
    with Client(f"http://127.0.0.1:{port}", retries=50) as client:
        client.request("GET", "/livez")
    while run("--data", str(folder), "events", "list", "-l", "1").code != 0:
        assert time.monotonic() < deadline, (folder / "server.log").read_text()
