"""MaxMind database files for tests."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from mmdb_writer import MMDBWriter
from netaddr import IPSet  # type: ignore[import-untyped]

WELLINGTON: dict[str, Any] = {
    "country": {"iso_code": "NZ", "names": {"en": "New Zealand"}},
    "subdivisions": [{"iso_code": "WGN", "names": {"en": "Wellington Region", "de": "Region Wellington"}}],
    "city": {"names": {"en": "Wellington"}},
    "location": {"latitude": -41.28, "longitude": 174.77, "time_zone": "Pacific/Auckland"},
}


def write(path: Path, places: dict[str, dict[str, Any]]) -> Path:
    """A database file with a record for each network, renamed into place as an update would."""
    writer = MMDBWriter(ip_version=6, ipv4_compatible=True, database_type="Test-City")
    for network, record in places.items():
        writer.insert_network(IPSet([network]), record)
    fresh = path.with_suffix(".new")
    writer.to_db_file(str(fresh))
    fresh.rename(path)
    return path
