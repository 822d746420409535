"""`python -m docs.generate [--check]`: the reference pages, read from the code; `words.toml` adds what it cannot say.

Under `--check` nothing is written, and a page that differs from what the code says gives exit code 1.
"""

from __future__ import annotations

import argparse
import json
import sys
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import get_args

import click
from pydantic import BaseModel
from pydantic.fields import FieldInfo

from docs import emitters
from docs.definitions import definitions_page
from docs.markdown import page, table
from docs.states import states_page
from docs.tenant_settings import tenant_settings_page
from hookspan.api.delivery_shapes import Outcome
from hookspan.api.problem_pages import problem_pages
from hookspan.cli import failures, root
from hookspan.cli.grammar import Given
from hookspan.config import Settings
from hookspan.inbound import answers
from hookspan.inbound.provider_catalogue import described
from hookspan.inbound.providers import preset, provider_ids
from hookspan.model.catalogue import CATALOGUE

FOLDER = Path(__file__).parent
REFERENCE = FOLDER / "reference"
WORDS: Mapping[str, Mapping[str, str]] = tomllib.loads((FOLDER / "words.toml").read_text(encoding="utf-8"))
HELP_WIDTH = 100
WHEN_WANTED = (
    "`when wanted` means the fact is stored only if an endpoint, a workflow or the tenant's setting `events.keep` "
    "wants it when it happens; it is shown live and counted all the same."
)
EMITTERS = {"S1": "orchestrator", "S2": "gateway", "S3": "systemprompt", "ours": "hookspan"}
EXITS = (
    (failures.DONE, "done"),
    (failures.FAILED, "the thing itself failed: a failed test, an exhausted delivery under `--wait`"),
    (failures.USAGE, "wrong usage: an unknown option, a missing argument, bad JSON in an option"),
    (failures.NOT_FOUND, "not found"),
    (failures.NOT_ALLOWED, "not allowed"),
    (failures.NOT_REACHED, "no server was reached"),
    (failures.REFUSED, "refused: a conflict, or something in the request is not valid"),
    (failures.PARTLY, "partly done, in bulk"),
    (failures.INTERRUPTED, "interrupted"),
)


def pages() -> dict[str, str]:
    """Every generated page by its name in `docs/reference`."""
    made = {
        "cli.md": cli_page(),
        "settings.md": settings_page(),
        "errors.md": errors_page(),
        "api.md": api_page(json.loads((FOLDER.parent / "openapi.json").read_text(encoding="utf-8"))),
        "event-types.md": event_types_page(),
        "emitters.md": emitters_page(),
        "providers.md": providers_page(),
        "states.md": states_page(),
        "workflows.md": definitions_page(),
        "tenant-settings.md": tenant_settings_page(WORDS["tenant"]),
    }
    return {name: f"{text.rstrip()}\n" for name, text in made.items()}


# -- the command line ----------------------------------------------------------------------------------------------


def commands() -> Iterator[tuple[str, click.Command, click.Context]]:
    """Every command and group by what one types, in the order in which help shows them."""
    options = ["-h", "--help"]
    context = click.Context(
        root, info_name="hookspan", terminal_width=HELP_WIDTH, obj=Given(), help_option_names=options
    )
    yield "hookspan", root, context
    for name in [name for names in root.sections.values() for name in names]:
        yield from _commands_below(root.commands[name], name, context)


def _commands_below(
    command: click.Command, name: str, parent: click.Context
) -> Iterator[tuple[str, click.Command, click.Context]]:
    context = click.Context(command, info_name=name, parent=parent, terminal_width=HELP_WIDTH)
    yield context.command_path, command, context
    if isinstance(command, click.Group):
        for verb in sorted(command.commands):
            yield from _commands_below(command.commands[verb], verb, context)


def cli_page() -> str:
    """The help of every command."""
    helps = [f"## `{path}`\n\n```text\n{command.get_help(context)}\n```" for path, command, context in commands()]
    exits = table(["exit code", "when"], ([code, when] for code, when in EXITS))
    return page(
        "Command line",
        "What `--help` prints, command by command.\nThe options of `hookspan` itself go before or after any command.",
        *helps,
        f"## Exit codes\n\n{exits}",
    )


# -- settings ------------------------------------------------------------------------------------------------------


def settings() -> Iterator[tuple[str, FieldInfo]]:
    """Every setting by its dotted name."""
    for name, member in Settings.model_fields.items():
        kind = member.annotation
        if isinstance(kind, type) and issubclass(kind, BaseModel):
            yield from ((f"{name}.{inner}", field) for inner, field in kind.model_fields.items())
        else:
            yield name, member


def settings_page() -> str:
    """Each setting with its name in the environment, its kind, its default and its range."""
    told = [f"## `{name}`\n\n{_setting(name, member)}" for name, member in settings()]
    return page(
        "Settings",
        "A setting stands in `hookspan.toml` in the data folder, or in the environment.\n"
        "Options of a command win over the environment, and that wins over the file.\n"
        "A name in the file or in a section that does not exist is refused.",
        "```toml\n# hookspan-data/hookspan.toml\n[server]\nport = 8080\n\n[limits]\nslots = 128\n```",
        *told,
    )


def _setting(name: str, member: FieldInfo) -> str:
    environment = "HOOKSPAN_" + name.upper().replace(".", "__")
    default = member.get_default(call_default_factory=True)
    shown = "none" if default is None or default == "" else f"`{_plain(default)}`"
    return f"{WORDS['settings'][name]}\n\n`{environment}` · {_kind(member)} · default {shown}"


def _plain(value: object) -> str:
    return json.dumps(value) if isinstance(value, bool | tuple) else str(value)


def _kind(member: FieldInfo) -> str:
    """What a value looks like: `whole number, 1 to 16`."""
    words = get_args(member.annotation)
    if member.annotation is bool:
        return "`true` or `false`"
    if words and all(isinstance(word, str) for word in words):
        return "one of " + ", ".join(f"`{word}`" for word in words)
    if str in words and Ellipsis in words:
        return "list of texts (a JSON array in the environment)"
    if member.annotation in (int, float):
        return ("whole number" if member.annotation is int else "number") + _range(member)
    return "path" if Path in (member.annotation, *words) else "text"


def _range(member: FieldInfo) -> str:
    bounds = {
        side: getattr(each, side) for each in member.metadata for side in ("ge", "le") if getattr(each, side, None)
    }
    if "le" not in bounds:
        return ""
    return f", {bounds.get('ge', 0):,} to {bounds['le']:,}"


# -- errors --------------------------------------------------------------------------------------------------------


def refusals() -> dict[str, int]:
    """The receiver's refusals: their status by code."""
    made = [each for each in vars(answers).values() if isinstance(each, answers.Answer)]
    made.append(answers.method_not_allowed(frozenset({"POST"})))
    return {json.loads(each.body)["error"]: each.status for each in made}


def errors_page() -> str:
    """Every code an answer, a receipt or an attempt may carry."""
    problems = [_problem(text) for _, text in sorted(problem_pages().items())]
    outcomes = [word for word in get_args(Outcome) if word != "delivered"]
    return page(
        "Errors",
        "An answer of `/api/v1` that is no success is a problem document (RFC 9457) with a `code`; "
        "its `type` leads to the same text on your instance.\n"
        'Under `/api/webhooks` and `/api/auth` the answer is `{"message": …}` with the same text.',
        "## Codes of an answer",
        *problems,
        "## Codes of one member\n\nThese stand in `errors[].code` beside a JSON pointer to the member; "
        "where there is one fault only, the answer carries its code.",
        *(f"### `{code}`\n\n{meaning}" for code, meaning in WORDS["faults"].items()),
        '## What the receiver answers\n\nA sender gets `{"error": "<code>"}` and no detail: it may be a stranger.',
        table(
            ["code", "status", "meaning"],
            ([f"`{code}`", status, WORDS["receiver"][code]] for code, status in sorted(refusals().items())),
        ),
        "## Codes of a receipt\n\nA request that was accepted and could not do all it was sent for says why.",
        table(["code", "meaning"], ([f"`{code}`", meaning] for code, meaning in WORDS["receipts"].items())),
        "## Outcomes of an attempt\n\nBeside `delivered`, which is a 2xx status:",
        table(["outcome", "meaning"], ([f"`{code}`", WORDS["attempts"][code]] for code in outcomes)),
    )


def _problem(text: str) -> str:
    code, status, *meaning = text.strip().split("\n")
    told = " ".join(" ".join(meaning).split())
    return f"### `{code}`\n\n{status}" + (f"\n\n{told}" if told else "")


# -- the HTTP interface --------------------------------------------------------------------------------------------


def api_page(document: Mapping[str, object]) -> str:
    """Every route of the OpenAPI document, by tag."""
    by_tag: dict[str, list[str]] = {}
    schemas = _inner(_inner(document, "components"), "schemas")
    for path, methods in sorted(_inner(document, "paths").items()):
        assert isinstance(methods, dict)
        for method, operation in methods.items():
            told = f"### `{method.upper()} {path}`\n\n{_operation(operation, schemas)}"
            by_tag.setdefault(operation["tags"][0], []).append(told)
    sections = [text for tag in sorted(by_tag) for text in (f"## {tag}", *by_tag[tag])]
    return page(
        "HTTP interface",
        "The whole contract, with every member of every body, is [openapi.json](../../openapi.json); "
        "a running instance serves it at `/openapi.json`.\n"
        "The scope is what a key or a role needs: `public` is open to anyone, `any` takes any credential, "
        "`own` checks one of its own kind.",
        "## receiver\n\n### `ANY /api/v1/webhooks/{path}`\n\n"
        "Receive a webhook: `path` is the one a source got when it was created, never an id.\n"
        "Whether a request is accepted is up to the source's provider and secret; "
        "see [what it answers](errors.md#what-the-receiver-answers).",
        *sections,
    )


def _operation(operation: Mapping[str, object], schemas: Mapping[str, object]) -> str:
    told = [f"{operation.get('description', '')}", f"Scope: `{operation['x-scope']}`"]
    parameters = operation.get("parameters", [])
    assert isinstance(parameters, list)
    asked = [f"`{each['name']}`" for each in parameters if each["in"] == "query"]
    if asked:
        told.append("Query: " + ", ".join(asked))
    body = _members(_inner(operation, "requestBody"), schemas)
    if body:
        told.append(f"Body: {body}")
    statuses = [status for status in _inner(operation, "responses") if status != "default"]
    told.append("Answers: " + ", ".join(statuses))
    return "\n\n".join(each for each in told if each)


def _members(body: Mapping[str, object], schemas: Mapping[str, object]) -> str:
    """The members of a JSON body, the required ones marked."""
    reference = str(_inner(_inner(_inner(body, "content"), "application/json"), "schema").get("$ref", ""))
    schema = _inner(schemas, reference.rpartition("/")[2])
    required = schema.get("required", [])
    assert isinstance(required, list)
    return ", ".join(f"`{name}`{' (required)' * (name in required)}" for name in _inner(schema, "properties"))


def _inner(of: Mapping[str, object], name: str) -> dict[str, object]:
    found = of.get(name, {})
    assert isinstance(found, dict)
    return found


# -- events --------------------------------------------------------------------------------------------------------


def event_types_page() -> str:
    """The catalogue."""
    rows = (
        [
            f"`{row.name}`",
            EMITTERS[row.seed],
            f"`{row.canonical}`" if row.canonical else "",
            ", ".join(f"`{name}`" for name in row.aliases),
            "always" if row.retention == "A" else "when wanted",
            "anyone" if row.emitter == "app" else "hookspan",
        ]
        for row in CATALOGUE
    )
    return page(
        "Event types",
        "The names hookspan knows.\n"
        "Your own events take any other name: segments of letters, digits, `_` and `-`, joined by dots.\n"
        "One fact may have several names; an endpoint gets it under the name it subscribed to, in that name's shape.\n"
        "Who publishes each, and when, is told in [emitters](emitters.md).",
        table(["name", "from", "another name of", "also known as", "stored", "published by"], rows),
        "`from` names the interface whose documents define the name.\n"
        f"{WHEN_WANTED}\n"
        "A received webhook is an event of its provider's type, such as `github.push`, and `webhook.received` is its "
        "other name.",
    )


def emitters_page() -> str:
    """Who publishes each type, when, and which test saw it."""
    return page(
        "Emitters",
        "Which part of hookspan publishes each event type, at what moment, and which tests see it arrive.\n"
        "A fact that tells of a change is stored in the transaction of that change.\n"
        "Every test lets the product itself cause the fact, "
        "and holds what a subscriber of that very name receives against the schema of the name.",
        table(emitters.HEAD, emitters.rows(EMITTERS)),
        f"{WHEN_WANTED}\nApplications publish `agent.*` and `custom` as well, and names of their own.",
    )


# -- providers --------------------------------------------------------------------------------------------------------


def providers_page() -> str:
    """Every preset a source can work by."""
    rows = [
        (
            f"`{each.id}`",
            each.title,
            each.kind,
            each.signature_place or "",
            ", ".join(each.signed_fields),
            "" if each.time_past_s is None else f"−{each.time_past_s} s, +{each.time_future_s} s",
            ", ".join(each.dedupe),
            ", ".join(each.handshakes),
            each.status,
        )
        for each in (described(preset(identity)) for identity in provider_ids())
    ]
    return page(
        "Providers",
        "What a source with this `provider` checks, and what it takes for a repeat.",
        "Experimental ones follow the provider's documentation, and no library or published vector has confirmed them.",
        "A field that the signature does not cover can be changed by whoever holds a captured request; "
        "an id or a type outside it is shown as unsigned.",
        table(
            ("id", "provider", "kind", "signature", "covers", "time", "repeat by", "handshakes", "state"),
            rows,
        ),
    )


def main(arguments: Sequence[str] | None = None, *, folder: Path = REFERENCE) -> int:
    """Write the pages, or name those that are stale."""
    parser = argparse.ArgumentParser(prog="docs.generate", description="write the reference pages")
    parser.add_argument("--check", action="store_true", help="compare instead of writing")
    options = parser.parse_args(arguments)
    stale = {name: text for name, text in pages().items() if _kept(folder / name) != text}
    for name, text in stale.items():
        if options.check:
            sys.stderr.write(f"docs/reference/{name} is stale: run `make generate` and commit the change\n")
        else:
            (folder / name).write_text(text, encoding="utf-8")
    return 1 if stale and options.check else 0


def _kept(path: Path) -> str | None:
    return path.read_text(encoding="utf-8") if path.is_file() else None


if __name__ == "__main__":
    sys.exit(main())
