"""How a command line reads: global options anywhere, `noun:verb` for `noun verb`, all missing options named at once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

import click
from click.shell_completion import CompletionItem

from hookspan.cli.output import FORMATS


@dataclass(slots=True)
class Given:
    """The global options as typed so far; one nearer to the command wins."""

    options: dict[str, object] = field(default_factory=dict)
    spellings: dict[str, str] = field(default_factory=dict)
    """How the options of the command are typed, by the names the API has for what they say."""

    def text(self, name: str) -> str | None:
        """A text option; None when it was not given."""
        found = self.options.get(name)
        return found if isinstance(found, str) else None

    def flag(self, name: str) -> bool:
        """Whether a flag was given."""
        return self.options.get(name) is True


def _keep(ctx: click.Context, param: click.Parameter, value: object) -> object:
    if value is not None and value is not False:
        ctx.ensure_object(Given).options[str(param.name).removeprefix("global_")] = value
    return value


_POSITIVE = click.FloatRange(min=0, min_open=True)
_SPELLINGS: tuple[tuple[tuple[str, ...], str, click.FloatRange | click.Choice[str] | None, str], ...] = (
    (("--url",), "URL", None, "server to speak to"),
    (("--token",), "TOKEN", None, "API key or JWT (better: HOOKSPAN_TOKEN)"),
    (("--token-stdin",), "", None, "read the token from standard input"),
    (("--profile",), "NAME", None, "profile of the configuration file"),
    (("--tenant",), "ID", None, "act in this tenant (the instance owner may)"),
    (("--data",), "DIR", None, "data folder of a local instance (HOOKSPAN_DATA, ./hookspan-data)"),
    (("--format", "-o", "-f"), "", click.Choice(FORMATS), "form of the result (default: table)"),
    (("--fields",), "A,B", None, "members to print"),
    (("--quiet", "-q"), "", None, "no talk on stderr"),
    (("--no-color",), "", None, "no colour (NO_COLOR)"),
    (("--no-input",), "", None, "never ask"),
    (("--yes", "-y"), "", None, "answer questions with yes"),
    (("--timeout",), "SEC", _POSITIVE, "how long one request may take (default: 10)"),
    (("--verbose", "-v"), "", None, "show requests on stderr"),
)


def _global_options(*, hidden: bool) -> list[click.Option]:
    made = []
    for names, metavar, kind, explained in _SPELLINGS:
        is_flag = not metavar and kind is None
        made.append(
            click.Option(
                [*names, "global_" + names[0].lstrip("-").replace("-", "_")],
                metavar=metavar or None,
                type=kind,
                is_flag=is_flag,
                default=False if is_flag else None,
                help=explained,
                hidden=hidden,
                expose_value=False,
                callback=_keep,
            )
        )
    return made


_FOR_ROOT = _global_options(hidden=False)
_FOR_OTHERS = _global_options(hidden=True)


class _Grammar(Protocol):
    params: list[click.Parameter]


def _with_globals(command: _Grammar, own: list[click.Parameter], *, is_root: bool) -> list[click.Parameter]:
    taken = {spelling for param in command.params for spelling in param.opts}
    added: list[click.Parameter] = []
    for option in _FOR_ROOT if is_root else _FOR_OTHERS:
        if taken.isdisjoint(option.opts):
            added.append(option)
        elif option.opts[0] not in taken:
            added.append(_without(option, taken))
    return [*own, *added]


def _without(option: click.Option, taken: set[str]) -> click.Option:
    """The option under its free spellings: a command may use `-f` for something of its own."""
    free = [spelling for spelling in option.opts if spelling not in taken]
    return click.Option(
        [*free, str(option.name)], type=option.type, hidden=True, expose_value=False, callback=_keep, default=None
    )


class Command(click.Command):
    """A verb."""

    def get_params(self, ctx: click.Context) -> list[click.Parameter]:
        """Its own options, then the global ones it does not redefine."""
        return _with_globals(self, super().get_params(ctx), is_root=False)

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """As click, but every missing option is named at once (contracts D.3)."""
        typed = list(args)
        options = [param for param in self.params if isinstance(param, click.Option)]
        ctx.ensure_object(Given).spellings.update({str(param.name): param.opts[0] for param in options})
        try:
            return super().parse_args(ctx, args)
        except click.MissingParameter as missing:
            given, _, _ = self.make_parser(ctx).parse_args(args=typed)
            names = [_spelling(param) for param in self.params if param.required and _is_unset(given, param)]
            named = ", ".join(names) or missing.message
            raise click.UsageError(f"missing {named}", ctx) from missing


def _is_unset(given: Mapping[str, object], param: click.Parameter) -> bool:
    return not isinstance(given.get(str(param.name)), str | int | float | list | tuple)


def _spelling(param: click.Parameter) -> str:
    return param.opts[0] if isinstance(param, click.Option) else (param.metavar or str(param.name).upper())


class Noun(click.Group):
    """A noun with its verbs."""

    command_class = Command
    group_class = type

    def get_params(self, ctx: click.Context) -> list[click.Parameter]:
        """Its own options, then the global ones."""
        return _with_globals(self, super().get_params(ctx), is_root=ctx.parent is None)


class Root(Noun):
    """The whole program; also reads `noun:verb`."""

    sections: Mapping[str, tuple[str, ...]] = {
        "Run": ("init", "serve", "worker", "relay", "demo", "listen"),
        "Webhooks": ("webhooks",),
        "Use": (
            "events",
            "event-types",
            "endpoints",
            "deliveries",
            "replays",
            "sources",
            "filters",
            "providers",
            "workflows",
            "executions",
            "api",
        ),
        "Signatures": ("sign", "verify"),
        "Keep": ("keys", "jobs", "queues", "priorities", "retention", "audit", "migrate", "doctor"),
        "This program": ("login", "logout", "whoami", "config", "open", "completion", "version"),
    }

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Split `noun:verb` in two words, then as click."""
        noun, colon, verb = args[0].partition(":")
        if colon and noun in self.commands and isinstance(self.commands[noun], click.Group):
            args = [noun, verb, *args[1:]]
        return super().resolve_command(ctx, args)

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        """As click, and `noun:verb` as one word."""
        noun, colon, start = incomplete.partition(":")
        group = self.commands.get(noun)
        if not colon or not isinstance(group, click.Group):
            return super().shell_complete(ctx, incomplete)
        return [
            CompletionItem(f"{noun}:{verb}", help=command.get_short_help_str())
            for verb, command in sorted(group.commands.items())
            if verb.startswith(start)
        ]

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The commands by what one wants."""
        for title, names in self.sections.items():
            listed = [(name, self.commands[name].get_short_help_str(70)) for name in names if name in self.commands]
            with formatter.section(title):
                formatter.write_dl(listed)
