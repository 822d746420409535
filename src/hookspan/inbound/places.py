"""Where an address is, by a MaxMind database file of the operator's own; nothing is ever asked over the network.

The file is mapped into memory and opened again when it was replaced. A file that is missing or broken is told once,
and until it is mended nobody is anywhere.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping
from contextlib import suppress
from ipaddress import ip_address
from pathlib import Path

import maxminddb

from hookspan import observe
from hookspan.ports import Clock

KEPT = 10_000
LOOK_SECONDS = 10.0
LANGUAGE = "en"

Place = Mapping[str, str | float | None]
_Stamp = tuple[int, int, int]


class Places:
    """Places by address; `path` None means that the operator gave no file."""

    def __init__(self, path: Path | None, clock: Clock) -> None:
        self._path = path
        self._clock = clock
        self._reader: maxminddb.Reader | None = None
        self._stamp: _Stamp | None = None
        self._fault: str | None = None
        self._looked_at = float("-inf")
        self._kept: OrderedDict[str, Place | None] = OrderedDict()
        self._look()

    @property
    def fault(self) -> str | None:
        """Why addresses have no place though a file is set; None when all is well."""
        return self._fault

    def of(self, address: str) -> Place | None:
        """`{"country","region","city","latitude","longitude","timeZone"}`, or None where nothing is known."""
        if self._path is None:
            return None
        self._look()
        if address in self._kept:
            self._kept.move_to_end(address)
            return self._kept[address]
        place = self._found(address)
        self._kept[address] = place
        if len(self._kept) > KEPT:
            self._kept.popitem(last=False)
        return place

    def close(self) -> None:
        """Let go of the file."""
        if self._reader is not None:
            self._reader.close()
        self._reader = None

    def _look(self) -> None:
        """Open the file if it is another one than before; asked at most every ten seconds."""
        now = self._clock.monotonic()
        if self._path is None or now - self._looked_at < LOOK_SECONDS:
            return
        self._looked_at = now
        try:
            status = self._path.stat()
        except OSError as error:
            self._lose(f"{self._path} cannot be read: {error.strerror}")
            return
        stamp = (status.st_mtime_ns, status.st_size, status.st_ino)
        if stamp != self._stamp:
            self._open(self._path, stamp)

    def _open(self, path: Path, stamp: _Stamp) -> None:
        try:
            reader = maxminddb.open_database(path, maxminddb.MODE_MMAP)
        except (OSError, ValueError, maxminddb.InvalidDatabaseError) as error:
            self._lose(f"{path} is no MaxMind database: {error}")
        else:
            self.close()
            self._reader, self._fault = reader, None
            self._kept.clear()
        self._stamp = stamp

    def _lose(self, fault: str) -> None:
        self.close()
        self._kept.clear()
        self._stamp = None
        if fault != self._fault:
            observe.warn("geo.unavailable", error=fault)
        self._fault = fault

    def _found(self, address: str) -> Place | None:
        if self._reader is None:
            return None
        with suppress(ValueError):
            ip_address(address)
            try:
                record = self._reader.get(address)
            except maxminddb.InvalidDatabaseError as error:
                self._lose(f"{self._path} is damaged: {error}")
                return None
            return _place(record) if isinstance(record, dict) else None
        return None


def _place(record: Mapping[str, object]) -> Place:
    location = _part(record, "location")
    regions = record.get("subdivisions")
    region = regions[0] if isinstance(regions, list) and regions and isinstance(regions[0], dict) else {}
    return {
        "country": _text(_part(record, "country").get("iso_code")),
        "region": _named(region) or _text(region.get("iso_code")),
        "city": _named(_part(record, "city")),
        "latitude": _number(location.get("latitude")),
        "longitude": _number(location.get("longitude")),
        "timeZone": _text(location.get("time_zone")),
    }


def _part(record: Mapping[str, object], name: str) -> Mapping[str, object]:
    part = record.get(name)
    return part if isinstance(part, dict) else {}


def _named(part: Mapping[str, object]) -> str | None:
    return _text(_part(part, "names").get(LANGUAGE))


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None


def _number(value: object) -> float | None:
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None
