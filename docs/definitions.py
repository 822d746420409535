"""The page of a workflow's members, read from the JSON Schema that the server publishes; examples stand beside it."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeAlias

from docs.markdown import page, table
from hookspan.model.executions import OFFSPRING_LIMIT
from hookspan.model.rules import GROUPS_MOST
from hookspan.model.workflows import DEFINITION_BYTES, DEPTH_LIMIT, NESTING_LIMIT, SERVED, VARS_BYTES
from hookspan.workflows.definition_schema import definition_schema
from hookspan.workflows.definitions import WORKFLOWS_MOST

Members: TypeAlias = Mapping[str, Any]
EXAMPLES: Mapping[str, Mapping[str, str]] = tomllib.loads(
    Path(__file__).with_name("definitions.toml").read_text(encoding="utf-8")
)
_SECTIONS = {"triggers": "Triggers", "steps": "Steps", "syncPoints": "Sync points", "milestones": "Milestones"}
_OWN = {"when": "filter-rows", "filter": "filter-rows", "cases": "cases", "retry": "retry", "resources": "resources"}
_OF_ROWS = ("fieldPath", "field", "operator", "value", "logicGroup", "enabled")


def definitions_page() -> str:
    """Every member of a definition: what it takes, what it is by itself, what it means."""
    schema = definition_schema()
    return page(
        "Workflow definitions",
        "What may stand in a workflow, in YAML or JSON; [run workflows](../how-to/run-workflows.md) shows it at work.\n"
        "`hookspan workflows schema` prints the same for editors, as JSON Schema.\n"
        "`null` is as good as left out, and a member that is not named here is refused; "
        f"{', '.join(f'`{name}`' for name in SERVED)} are set by the server and ignored in what is sent.",
        _table(schema, leave=SERVED),
        *_triggers(_items(schema, "triggers")),
        *_rows(_variant(_items(schema, "triggers"), "event")["properties"]["filter"]["items"]),
        *_steps(_items(schema, "steps")),
        *(f"## {_SECTIONS[name]}\n\n{_table(_items(schema, name))}" for name in ("syncPoints", "milestones")),
        f"## Limits\n\nA definition has at most {DEFINITION_BYTES:,} bytes and its `vars` {VARS_BYTES:,}; "
        f"a tenant has at most {WORKFLOWS_MOST:,} workflows.\n"
        f"At most {NESTING_LIMIT} workflows run inside one another, {OFFSPRING_LIMIT:,} executions inside one, "
        f"and at most {DEPTH_LIMIT} events cause one another through workflows.",
    )


def _triggers(schema: Members) -> Iterator[str]:
    yield f"## Triggers\n\n{_table(schema)}"
    for kind in _kinds(schema):
        variant = _variant(schema, kind)
        yield f"### `{kind}`\n\n{variant['description']}"
        yield from _some(_table(variant))
        yield _example("triggers", kind)


def _rows(row: Members) -> Iterator[str]:
    yield (
        "## Filter rows\n\n`filter` of a trigger and `when` of a step or case are lists of rows "
        "([filter webhooks](../how-to/filter-webhooks.md) explains the operators).\n"
        f"There are at most {GROUPS_MOST} groups."
    )
    members = {name: row["properties"][name] for name in _OF_ROWS}
    members["fieldPath"] = {**members["fieldPath"], "description": "where to look"}
    yield _table({**row, "properties": members})
    yield (
        "In `filter` a path begins in the data of the event: `$.status`.\n"
        "`$type` and `$meta` there are the event's type and its metadata.\n"
        "In `when` a path begins with what a template may read: "
        "`$.trigger.body.status`, `$.steps.total.output.amount`, `$.vars.region`; the `$.` may be left out."
    )


def _steps(schema: Members) -> Iterator[str]:
    # What hangs on the kind is told here as the usual kinds have it, in the order of the rest.
    usual = _variant(schema, "http")["properties"]
    shown = [name for name in usual if name != "with"]
    properties = {name: schema["properties"].get(name, usual[name]) for name in shown}
    yield f"## Steps\n\n{_table({**schema, 'properties': properties})}"
    yield (
        "There are two members `timeoutMs`.\n"
        "Beside `with` it bounds one try of any kind that takes time; what does its work at once keeps within it.\n"
        "Of `workflow`, `external` and `wait` it may be up to 366 days, has no default and ends the wait for others; "
        "for a wait until an instant or for a duration it is refused.\n"
        "In the `with` of a `wait` it bounds how long a signal is waited for, as `callbackTtlMs` does of `external`; "
        "where both are given the nearer holds."
    )
    for kind in _kinds(schema):
        variant = _variant(schema, kind)
        yield f"### `{kind}`\n\n{variant['description']}"
        given = variant["properties"]["with"]
        yield from _some(_table(given))
        cases = given["properties"].get("cases")
        if cases is not None:
            yield f"#### Cases\n\n{_table(cases['items'])}"
        yield _example("steps", kind)
    yield f"### Retry\n\n{_table(properties['retry'])}"
    resources = properties["resources"]
    yield f"### Resources\n\n{_table(resources)}"
    yield f"An entry of `custom`:\n\n{_table(resources['properties']['custom']['items'])}"


def _example(room: str, kind: str) -> str:
    return f"```yaml\n{EXAMPLES[room][kind].rstrip()}\n```"


def _some(text: str) -> Iterator[str]:
    if text:
        yield text


def _items(schema: Members, name: str) -> Members:
    found: Members = schema["properties"][name]["items"]
    return found


def _kinds(schema: Members) -> Sequence[str]:
    return [word for word in schema["properties"]["kind"]["enum"] if word is not None]


def _variant(schema: Members, kind: str) -> Members:
    """What the schema says of elements of this kind, beside what it says of all."""
    found: Members = schema["allOf"][_kinds(schema).index(kind)]["then"]
    return found


def _table(schema: Members, *, leave: Sequence[str] = ()) -> str:
    """The members of an object that are not told of in common; nothing where there are none."""
    required = schema.get("required", ())
    rows = [
        (f"`{name}`", _takes(name, member), _usual(member, is_required=name in required), member["description"])
        for name, member in schema["properties"].items()
        if member is not True and name not in leave
    ]
    return table(("member", "takes", "default", "meaning"), rows) if rows else ""


def _usual(member: Members, *, is_required: bool) -> str:
    if is_required:
        return "required"
    if "default" not in member:
        return ""
    usual = member["default"]
    return f"`{usual}`" if isinstance(usual, str) else f"`{json.dumps(usual)}`"


def _takes(name: str, member: Members) -> str:
    """What a value looks like: `whole number, 1 to 50`."""
    words = [f"`{word}`" for word in member.get("enum", ()) if word is not None]
    if words:
        return ", ".join(words)
    kinds = member.get("type", "any JSON")
    kind = next((each for each in kinds if each != "null"), "") if isinstance(kinds, list) else str(kinds)
    match kind:
        case "string":
            return _text(member)
        case "integer" | "number":
            return (
                f"{'whole number' if kind == 'integer' else 'number'}, {member['minimum']:,} to {member['maximum']:,}"
            )
        case "boolean":
            return "`true` or `false`"
        case "array":
            return _list(name, member)
    if member.get("additionalProperties"):
        return "object of texts"
    return f"[object](#{_OWN[name]})" if name in _OWN else kind


def _text(member: Members) -> str:
    if "pattern" in member:
        return "1 to 64 letters, digits, `-` and `_`"
    return f"text, {member['minLength']} to {member['maxLength']:,} characters" if "maxLength" in member else "text"


def _list(name: str, member: Members) -> str:
    if member["items"].get("type") == "string":
        return "list of texts"
    title = _SECTIONS.get(name, "").lower() or "objects"
    place = title.replace(" ", "-") if name in _SECTIONS else _OWN.get(name)
    told = f"[list of {title}](#{place})" if place else "list of objects"
    return f"{told}, at most {member['maxItems']}"
