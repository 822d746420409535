"""A source's `enrichment` member: checked when it is written, stored as JSON, compiled for use (contracts B.9).

Rules stand as JSON text in the form in which filters are stored, so that every digit of a value is kept.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import msgspec

from hookspan import observe
from hookspan.errors import Fault, Invalid
from hookspan.inbound.enrich import CustomRule, Enrichment, PlaceOf
from hookspan.inbound.reading import object_of
from hookspan.model.jsonview import read_json
from hookspan.model.operators import FilterError
from hookspan.model.paths import Scopes
from hookspan.model.rules import OF_REQUEST, Rules, compile_rules
from hookspan.model.templates import Template, compile_template, escaped

RULES_MOST = 20
MEMBERS_MOST = 32
NAME_CHARACTERS = 64
VALUE_CHARACTERS = 1_000
_POINTER = "/enrichment"

_write = msgspec.json.Encoder(decimal_format="number").encode


class EnrichmentSettings(msgspec.Struct, frozen=True, rename="camel", omit_defaults=True):
    """The stored form; `rules` is the JSON text of a list of `{"when":[filter rows],"set":{name: template}}`."""

    source_ip: bool = True
    user_agent: bool = True
    geo: bool = False
    timing: bool = True
    custom: dict[str, str] = {}  # msgspec copies an empty default for each struct
    rules: str = "[]"

    def as_json(self) -> dict[str, object]:
        """The member as contracts B.1 shows it."""
        return {
            "sourceIp": self.source_ip,
            "userAgent": self.user_agent,
            "geo": self.geo,
            "timing": self.timing,
            "custom": self.custom,
            "rules": msgspec.json.decode(self.rules),
        }


def enrichment_changed(was: EnrichmentSettings, value: object) -> EnrichmentSettings:
    """`was` with the members a caller named; raises Invalid with a fault for each wrong one."""
    named = dict(value) if isinstance(value, Mapping) else value
    rules = named.pop("rules", None) if isinstance(named, dict) else None
    changed = object_of(named, EnrichmentSettings, _POINTER, was=was)
    _check_custom(changed.custom)
    if rules is None:
        return changed
    normal = _rules(rules)
    return msgspec.structs.replace(changed, rules=_write(normal).decode())


def enrichment_compiled(settings: EnrichmentSettings, place_of: PlaceOf | None) -> Enrichment:
    """The form in which the receiver reads it; `place_of` tells where an address is, if the instance can."""
    try:
        rules = () if settings.rules == "[]" else _compiled(read_json(settings.rules.encode()).value)
    except Invalid as error:
        # Written by a release that knew more. Enrichment never stands in the way of a request.
        observe.warn("enrichment.unusable", error=error.detail)
        rules = ()
    return Enrichment(
        source_ip=settings.source_ip,
        user_agent=settings.user_agent,
        timing=settings.timing,
        custom=settings.custom,
        rules=rules,
        place_of=place_of if settings.geo else None,
    )


def _check_custom(custom: Mapping[str, str]) -> None:
    if len(custom) > MEMBERS_MOST:
        raise Invalid.one(f"{_POINTER}/custom", f"at most {MEMBERS_MOST} members")
    for name, text in custom.items():
        _check_name(name, f"{_POINTER}/custom")
        if len(text) > VALUE_CHARACTERS:
            raise Invalid.one(f"{_POINTER}/custom/{escaped(name)}", f"must be at most {VALUE_CHARACTERS} characters")


def _check_name(name: str, pointer: str) -> None:
    if not 1 <= len(name) <= NAME_CHARACTERS:
        raise Invalid.one(f"{pointer}/{escaped(name)[:NAME_CHARACTERS]}", f"a name has 1 to {NAME_CHARACTERS} letters")


def _rules(rules: object) -> list[dict[str, object]]:
    pointer = f"{_POINTER}/rules"
    if not isinstance(rules, list | tuple):
        raise Invalid.one(pointer, 'must be a list of rules such as {"when":[],"set":{"team":"billing"}}')
    if len(rules) > RULES_MOST:
        raise Invalid.one(pointer, f"at most {RULES_MOST} rules")
    faults: list[Fault] = []
    normal: list[dict[str, object]] = []
    for place, rule in enumerate(rules):
        try:
            when, members = _rule(rule, f"{pointer}/{place}")
            normal.append({"when": when.rows, "set": members})
        except Invalid as error:
            faults.extend(error.faults)
    if faults:
        raise Invalid(faults)
    return normal


def _rule(rule: object, pointer: str) -> tuple[Rules, Mapping[str, object]]:
    """The rows and the members of one rule, both of them compiled once to see that they can be."""
    if not isinstance(rule, Mapping):
        raise Invalid.one(pointer, "must be an object with when and set")
    members = rule.get("set")
    if not isinstance(members, Mapping) or not members:
        raise Invalid.one(f"{pointer}/set", 'must name what to add, such as {"team":"billing"}')
    if len(members) > MEMBERS_MOST:
        raise Invalid.one(f"{pointer}/set", f"at most {MEMBERS_MOST} members")
    when = compile_rules(rule.get("when", []), f"{pointer}/when", scopes=OF_REQUEST)
    for name, tree in members.items():
        _check_name(name, f"{pointer}/set")
        _template(tree, f"{pointer}/set/{escaped(name)}")
    return when, members


def _template(tree: object, pointer: str) -> Template:
    return compile_template(tree, pointer, roots=OF_REQUEST)


def _compiled(rules: object) -> tuple[CustomRule, ...]:
    compiled = []
    for rule in rules if isinstance(rules, list) else ():
        when, members = _rule(rule, "")
        templates = {name: _template(tree, "") for name, tree in members.items()}
        compiled.append(CustomRule(_holding(when), templates))
    return tuple(compiled)


def _holding(rules: Rules) -> Callable[[Scopes], bool]:
    def holds(scopes: Scopes) -> bool:
        try:
            return rules.passes(scopes)
        except FilterError:
            # What nobody can know adds nothing; the event goes on.
            return False

    return holds
