"""URLs with templates in them: what a value says stays inside the segment or parameter it stands in (S14, S34).

Values come from whoever sends an event, and the step's credentials go along. So scheme and host are text of the
workflow, and a value is percent-encoded (RFC 3986 §2.3) and can neither climb in the path nor vanish from it. A URL
that is one template alone is taken as it is.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import quote

from hookspan.errors import Invalid
from hookspan.model.paths import Scopes
from hookspan.model.templates import Template, compile_template, json_text
from hookspan.model.urls import MAX_URL_BYTES, UrlRules, parse_url
from hookspan.workflows.members import Members
from hookspan.workflows.steps.outcome import rendered

_SLOT = re.compile(r"\{\{[^{}]*\}\}")
_FIXED = re.compile(r"https?://[^/?{}]+[/?]", re.IGNORECASE)
_DOTS = re.compile(r"(?:\.|%2e){1,2}", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class UrlTemplate:
    """A URL as written in the workflow; `plain` is it with a `0` for every template, None where one is all of it."""

    content: Template
    plain: str | None

    def render(self, scopes: Scopes) -> str:
        """The URL, not yet judged; raises TemplateError, and Invalid where a value does not fit its place."""
        url = rendered(self.content.render(scopes))["url"]
        if not isinstance(url, str):
            raise Invalid.one("/url", "The template gives no text; let it be the whole URL", code="invalid_url")
        if self.plain is not None:
            _check_path(url, self.plain)
        return url


def read_url(members: Members) -> UrlTemplate:
    """The member `url`, its templates checked; the URL itself is judged only when a workflow is saved."""
    text = members.text("url", limit=MAX_URL_BYTES)
    content = members.template("url")
    if text and members.reading.rules is not None:
        _judge(text, members, members.reading.rules)
    if _SLOT.fullmatch(text) or not content.paths:
        return UrlTemplate(content, None)
    return UrlTemplate(compile_template({"url": text}, write=_encoded), _SLOT.sub("0", text))


def _judge(text: str, members: Members, rules: UrlRules) -> None:
    if _SLOT.fullmatch(text):
        return
    if "{{" in text and not _FIXED.match(text):
        remedy = "write them as text up to the first /, or let one template be the whole URL"
        members.blame("url", f"scheme, host and port of a URL hold no template; {remedy}", code="invalid_url")
        return
    try:
        parse_url(_SLOT.sub("0", text), rules)
    except Invalid as invalid:
        members.accuse(invalid)


def _encoded(value: object) -> str:
    if isinstance(value, dict | list):
        detail = "A template inside a URL gives a text, a number or a boolean; name a member of the object"
        raise Invalid.one("/url", detail, code="invalid_url")
    return quote(json_text(value), safe="", errors="replace")


def _check_path(url: str, plain: str) -> None:
    """Encoded values hold no `/` and no `?`, so the segments are those of the workflow, one by one."""
    places = zip(_segments(url), _segments(plain), strict=True)
    if any(segment != meant and (not segment or _DOTS.fullmatch(segment)) for segment, meant in places):
        detail = "A template leaves a segment of the path empty, or makes . or .. of it, which leads elsewhere"
        raise Invalid.one("/url", detail, code="invalid_url")


def _segments(url: str) -> list[str]:
    return url.partition("?")[0].split("/")[3:]
