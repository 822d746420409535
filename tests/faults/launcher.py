"""Starts hookspan processes by fork, their imports done: a victim is up in a moment, and none outlives this process.

One JSON order a line on stdin: `{"argv":["serve",…],"environment":{…},"log":"path"}`; told on stdout: `{"pid":7}` for
each order in turn, `{"pid":7,"code":-9}` at an end. What runs is `python -m hookspan`, or another `program`, in a
process of its own.
"""

from __future__ import annotations

import ctypes
import gc
import importlib
import os
import random
import runpy
import selectors
import signal
import sys
import traceback

import msgspec

from tests.faults.full_vfs import may_be_full

PR_SET_PDEATHSIG = 1
PROGRAM = "FAULTS_PROGRAM"
"""Names another module to be run than hookspan."""


class Order(msgspec.Struct, frozen=True):
    """One process to start."""

    argv: list[str]
    environment: dict[str, str]
    log: str

    @property
    def program(self) -> str:
        """The module that is run."""
        return self.environment.get(PROGRAM, "hookspan")


def _become(order: Order, parent: int) -> None:
    """In the child: the process that was ordered; does not return."""
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        os._exit(1)
    os.setsid()
    log = os.open(order.log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    nothing = os.open(os.devnull, os.O_RDONLY)
    for target, source in enumerate((nothing, log, log)):
        os.dup2(source, target)
    os.closerange(3, 256)
    random.seed()
    os.environ.update(order.environment)
    may_be_full()
    sys.argv = [order.program, *order.argv]
    code = 1
    try:
        runpy.run_module(order.program, run_name="__main__", alter_sys=True)
    except SystemExit as ended:
        code = ended.code if isinstance(ended.code, int) else 0 if ended.code is None else 1
    except BaseException:  # noqa: BLE001  # a process of its own: its last words belong into its log
        traceback.print_exc()
    finally:
        sys.stderr.flush()
        os._exit(code)


def _tell(members: dict[str, int]) -> None:
    os.write(1, msgspec.json.encode(members) + b"\n")


def _start(order: Order, watch: selectors.BaseSelector) -> None:
    parent = os.getpid()
    pid = os.fork()
    if pid == 0:
        _become(order, parent)
    watch.register(os.pidfd_open(pid), selectors.EVENT_READ, pid)
    _tell({"pid": pid})


def _bury(key: selectors.SelectorKey, watch: selectors.BaseSelector) -> None:
    _, status = os.waitpid(key.data, 0)
    watch.unregister(key.fd)
    os.close(key.fd)
    _tell({"pid": key.data, "code": os.waitstatus_to_exitcode(status)})


def main() -> None:
    """Serve orders until stdin ends; children end with this process."""
    # Imported late and by name: the launcher is one of the few that may load everything before any work.
    for name in ("hookspan.cli", "hookspan.app", "tests.support.workshop"):
        importlib.import_module(name)
    gc.collect()
    gc.freeze()
    rest = b""
    with selectors.DefaultSelector() as watch:
        watch.register(0, selectors.EVENT_READ, None)
        while True:
            for key, _ in watch.select():
                if key.data is not None:
                    _bury(key, watch)
                    continue
                heard = os.read(0, 65_536)
                if not heard:
                    return
                *lines, rest = (rest + heard).split(b"\n")
                for line in lines:
                    _start(msgspec.json.decode(line, type=Order), watch)


if __name__ == "__main__":
    main()
