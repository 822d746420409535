"""SQLite's own file layer, listened to: every write, truncation, sync and deletion in the order it happened.

The product's code runs unchanged on the same SQLite library; what a power cut would leave is worked out afterwards
(power.py). SQLite's VFS and its I/O methods are two C structs of function pointers (https://sqlite.org/c3ref/vfs.html);
a copy of each, three pointers exchanged, is made the default.
"""

from __future__ import annotations

import ctypes
import re
from collections.abc import Callable
from ctypes import CFUNCTYPE, POINTER, Structure, addressof, c_char_p, c_int, c_int64, c_void_p, cast, pointer
from pathlib import Path
from typing import Any, Literal, NamedTuple

_METHODS = (
    "xClose xRead xWrite xTruncate xSync xFileSize xLock xUnlock xCheckReservedLock xFileControl xSectorSize "
    "xDeviceCharacteristics xShmMap xShmLock xShmBarrier xShmUnmap xFetch xUnfetch"
)
_CALLS = (
    "xOpen xDelete xAccess xFullPathname xDlOpen xDlError xDlSym xDlClose xRandomness xSleep xCurrentTime "
    "xGetLastError xCurrentTimeInt64 xSetSystemCall xGetSystemCall xNextSystemCall"
)


class _Methods(Structure):
    _fields_ = [("iVersion", c_int), *((name, c_void_p) for name in _METHODS.split())]  # as ctypes asks


class _Vfs(Structure):
    _fields_ = [  # as ctypes asks
        ("iVersion", c_int),
        ("szOsFile", c_int),
        ("mxPathname", c_int),
        ("pNext", c_void_p),
        ("zName", c_char_p),
        ("pAppData", c_void_p),
        *((name, c_void_p) for name in _CALLS.split()),
    ]


class _File(Structure):
    _fields_ = [("pMethods", POINTER(_Methods))]  # as ctypes asks


# The name stays a pointer: SQLite keeps it, and names the file of the shared memory after it.
_Open = CFUNCTYPE(c_int, c_void_p, c_void_p, c_void_p, c_int, c_void_p)
_Delete = CFUNCTYPE(c_int, c_void_p, c_char_p, c_int)
_Write = CFUNCTYPE(c_int, c_void_p, c_void_p, c_int, c_int64)
_Truncate = CFUNCTYPE(c_int, c_void_p, c_int64)
_Sync = CFUNCTYPE(c_int, c_void_p, c_int)


class Act(NamedTuple):
    """One thing that happened: to a file by name, or `ack`, of which `data` names what was acknowledged."""

    kind: Literal["write", "truncate", "sync", "delete", "ack"]
    file: str
    offset: int
    data: bytes


def sqlite_library() -> ctypes.CDLL | None:
    """The very library Python's sqlite3 uses; None where it is built in and cannot be reached."""
    import sqlite3  # noqa: F401, PLC0415  # loads the library

    found = re.search(r"\S*/libsqlite3\.so\S*", Path("/proc/self/maps").read_text())
    return ctypes.CDLL(found[0]) if found else None


class ListeningVfs:
    """The default VFS from `install` on; `acts` grows. Lives as long as the process."""

    def __init__(self, library: ctypes.CDLL) -> None:
        self.acts: list[Act] = []
        self._library = library
        library.sqlite3_vfs_find.restype = POINTER(_Vfs)
        self._plain = library.sqlite3_vfs_find(None)
        self._names: dict[int, str] = {}
        self._kept: list[object] = []
        self._by_plain: dict[int, Any] = {}
        self._open = _Open(self._plain.contents.xOpen)
        self._delete = _Delete(self._plain.contents.xDelete)

    def install(self) -> None:
        """Make it what every later connection uses."""
        mine = _Vfs()
        ctypes.memmove(pointer(mine), self._plain, ctypes.sizeof(_Vfs))
        mine.zName = b"listening"
        mine.xOpen = self._pointer(_Open, self._opened)
        mine.xDelete = self._pointer(_Delete, self._deleted)
        self._kept.append(mine)
        self._library.sqlite3_vfs_register(pointer(mine), 1)

    def ack(self, what: str) -> None:
        """Write down that something was acknowledged now."""
        self._note(Act("ack", "", 0, what.encode()))

    def _note(self, act: Act) -> None:
        self.acts.append(act)

    def _pointer(self, kind: Any, call: Callable[..., int]) -> int | None:
        callback = kind(call)
        self._kept.append(callback)
        return cast(callback, c_void_p).value

    def _opened(self, _vfs: int, name: int | None, file: int, flags: int, told: int) -> int:
        code = self._open(cast(self._plain, c_void_p), name, file, flags, told)
        if code == 0 and name:
            self._names[file] = Path(ctypes.string_at(name).decode()).name
            opened = cast(file, POINTER(_File)).contents
            opened.pMethods = self._methods(opened.pMethods)
        return int(code)

    def _deleted(self, _vfs: int, name: bytes, is_synced: int) -> int:
        self._note(Act("delete", Path(name.decode()).name, 0, b""))
        return int(self._delete(cast(self._plain, c_void_p), name, is_synced))

    def _methods(self, plain: Any) -> Any:
        """A copy of a file's methods that tells of each call and then makes it."""
        place = addressof(plain.contents)
        if place not in self._by_plain:
            mine = _Methods()
            ctypes.memmove(pointer(mine), plain, ctypes.sizeof(_Methods))
            mine.xWrite = self._pointer(_Write, self._written(_Write(plain.contents.xWrite)))
            mine.xTruncate = self._pointer(_Truncate, self._truncated(_Truncate(plain.contents.xTruncate)))
            mine.xSync = self._pointer(_Sync, self._synced(_Sync(plain.contents.xSync)))
            self._by_plain[place] = pointer(mine)
        return self._by_plain[place]

    def _written(self, write: Any) -> Callable[[int, int, int, int], int]:
        def call(file: int, data: int, size: int, offset: int) -> int:
            self._note(Act("write", self._names[file], offset, ctypes.string_at(data, size)))
            return int(write(file, data, size, offset))

        return call

    def _truncated(self, truncate: Any) -> Callable[[int, int], int]:
        def call(file: int, size: int) -> int:
            self._note(Act("truncate", self._names[file], size, b""))
            return int(truncate(file, size))

        return call

    def _synced(self, sync: Any) -> Callable[[int, int], int]:
        def call(file: int, flags: int) -> int:
            code = int(sync(file, flags))
            self._note(Act("sync", self._names[file], 0, b""))
            return code

        return call
