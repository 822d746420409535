"""The spellings of one URL that a provider may have signed."""

from __future__ import annotations

import re
from urllib.parse import SplitResult, urlsplit, urlunsplit

from hookspan.inbound.record import UrlRule

_DEFAULT_PORTS = {"https": 443, "http": 80}
_UNESCAPED = re.compile(r"%(?:3A|2F|3F|40|21|24|27|28|29|2A|2C|3B)", re.IGNORECASE)


def spellings(url: str, rule: UrlRule) -> list[bytes]:
    """The URL itself first, then with and without default port and trailing slash, as the rule allows."""
    urls = [_unescaped(url) if rule.unescape else url]
    if "port" in rule.variants:
        urls += [_other_port(spelling) for spelling in urls]
    if "slash" in rule.variants:
        urls += [_other_slash(spelling) for spelling in urls]
    return [spelling.encode("utf-8", "surrogateescape") for spelling in dict.fromkeys(urls)]


def _unescaped(url: str) -> str:
    return _UNESCAPED.sub(lambda escape: chr(int(escape.group()[1:], 16)), url)


def _other_port(url: str) -> str:
    parts = urlsplit(url)
    default = _DEFAULT_PORTS.get(parts.scheme)
    if default is None or not parts.hostname:
        return url
    if parts.netloc.endswith(f":{default}"):
        return _with(parts, netloc=parts.netloc.removesuffix(f":{default}"))
    return url if parts.port else _with(parts, netloc=f"{parts.netloc}:{default}")


def _other_slash(url: str) -> str:
    parts = urlsplit(url)
    path = parts.path
    return _with(parts, path=path.removesuffix("/") if path.endswith("/") else path + "/")


def _with(parts: SplitResult, *, netloc: str | None = None, path: str | None = None) -> str:
    return urlunsplit(
        parts._replace(
            netloc=parts.netloc if netloc is None else netloc,
            path=parts.path if path is None else path,
        )
    )
