"""The dashboard (ui.md §16): one bundle, any mount prefix, gzipped once into memory, a fresh nonce for every page."""

from __future__ import annotations

import gzip
import mimetypes
import re
import secrets
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from fastapi import APIRouter, Request, Response
from starlette.responses import RedirectResponse

from hookspan.api.headers import DASHBOARD_POLICY
from hookspan.api.rooms import RoomsOf
from hookspan.errors import NotFound

router = APIRouter(include_in_schema=False)
_UNBUILT = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>hookspan</title></head>
<body><h1>The dashboard is not built</h1>
<p>Run <code>make ui</code> in a checkout (Node 20.19 or newer), or install the wheel, which carries it.
The API works without it.</p></body></html>
"""
_META = re.compile(r'(<meta name="(base|version)" content=")[^"]*(")')
_IMMUTABLE = "public, max-age=31536000, immutable"


@dataclass(frozen=True, slots=True)
class Asset:
    """A file of the bundle, as it is and gzipped; `packed` is empty where that gains nothing."""

    plain: bytes
    packed: bytes
    media_type: str


@lru_cache(maxsize=256)
def asset_of(file: Path) -> Asset | None:
    """The file at its first use, later from memory; None for no file, a folder, or a name no file system takes."""
    try:
        plain = file.read_bytes()
    except OSError:
        return None
    media_type = mimetypes.guess_type(file.name)[0] or "application/octet-stream"
    packed = (
        gzip.compress(plain, 6, mtime=0)
        if media_type.startswith(("text/", "image/svg")) or "java" in media_type
        else b""
    )
    return Asset(plain, packed, media_type)


def page(html: str, *, base: str, version: str, nonce: str) -> str:
    """`index.html` for this mount, release and answer."""
    values = {"base": base, "version": version}
    stamped = _META.sub(lambda found: found[1] + values[found[2]] + found[3], html)
    return stamped.replace('"./', f'"{base}').replace("__CSP_NONCE__", nonce)


@router.get("/")
async def home(request: Request) -> RedirectResponse:
    """The dashboard lives under /ui/."""
    return RedirectResponse(f"{request.scope.get('root_path', '').rstrip('/')}/ui/")


@router.get("/ui/{path:path}")
async def dashboard(path: str, request: Request, rooms: RoomsOf) -> Response:
    """A file of the bundle; every other address a browser opens is the one page, whose router reads it."""
    static = rooms.settings.static
    file = (static / path).resolve()
    found = asset_of(file) if path and file.is_relative_to(static.resolve()) else None
    if found is not None and file.name != "index.html":
        return _asset(found, path, request)
    if path.startswith("assets/") or not _asks_for_page(path, request.headers.get("accept", "*/*")):
        raise NotFound("no such file")
    index = asset_of(static / "index.html")
    nonce = secrets.token_urlsafe(16)
    base = f"{request.scope.get('root_path', '').rstrip('/')}/ui/"
    html = _UNBUILT if index is None else index.plain.decode()
    return Response(
        page(html, base=base, version=rooms.settings.version, nonce=nonce),
        media_type="text/html; charset=utf-8",
        headers={"Content-Security-Policy": DASHBOARD_POLICY.format(nonce=nonce), "Cache-Control": "no-cache"},
    )


def _asset(found: Asset, path: str, request: Request) -> Response:
    headers = {"Cache-Control": _IMMUTABLE if path.startswith("assets/") else "no-cache", "Vary": "Accept-Encoding"}
    if found.packed and "gzip" in request.headers.get("accept-encoding", ""):
        headers["Content-Encoding"] = "gzip"
        return Response(found.packed, media_type=found.media_type, headers=headers)
    return Response(found.plain, media_type=found.media_type, headers=headers)


def _asks_for_page(path: str, accept: str) -> bool:
    """Whether an address means the page: one that looks like a file does so only where HTML is asked for by name."""
    looks_like_file = "." in path.rpartition("/")[2]
    return "text/html" in accept or (not looks_like_file and ("*/*" in accept or "text/*" in accept))
