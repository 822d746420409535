"""The command line: a file per noun, speaking HTTP to a server; `main()` runs it and gives the exit code (contracts D).

`grammar` reads the line, `target` finds the server, `session` ties both to `output`, `failures` says what went wrong.
"""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Sequence
from pathlib import Path

import click

from hookspan.cli.account import config, login, logout, open_page, whoami
from hookspan.cli.completion import completion
from hookspan.cli.deliveries import deliveries
from hookspan.cli.demo import demo
from hookspan.cli.doctor import doctor
from hookspan.cli.endpoints import endpoints
from hookspan.cli.event_types import event_types
from hookspan.cli.executions import executions
from hookspan.cli.failures import DONE, INTERRUPTED, Failed, Refusal, failure_of, tell
from hookspan.cli.filter_rows import filters
from hookspan.cli.grammar import Given, Root
from hookspan.cli.init import init
from hookspan.cli.jobs import jobs
from hookspan.cli.keys import keys
from hookspan.cli.levels import priorities, retention
from hookspan.cli.listen import listen
from hookspan.cli.migrate import migrate
from hookspan.cli.providers import providers
from hookspan.cli.raw import api, version
from hookspan.cli.records import audit, queues
from hookspan.cli.relay import relay
from hookspan.cli.replaying import events, replays
from hookspan.cli.serve import serve, worker
from hookspan.cli.session import output_of
from hookspan.cli.signatures import sign, verify
from hookspan.cli.source_trials import sources
from hookspan.cli.target import NoTarget
from hookspan.cli.webhook_sending import webhooks
from hookspan.cli.workflow_files import workflows
from hookspan.client import ApiError
from hookspan.errors import HookspanError

root = Root(
    "hookspan",
    help="A self-hosted event gateway: webhooks in, workflows, events, webhooks out.",
    epilog="`hookspan NOUN VERB` and `hookspan NOUN:VERB` are the same. Options above go before or after the command.",
    context_settings={"help_option_names": ["-h", "--help"]},
)
for command in (
    *(init, serve, worker, relay, demo, listen),
    *(
        webhooks,
        events,
        event_types,
        endpoints,
        deliveries,
        sources,
        filters,
        providers,
        replays,
        workflows,
        executions,
        api,
    ),
    *(sign, verify, keys, jobs, queues, priorities, retention, audit, migrate, doctor),
    *(login, logout, whoami, config, open_page, completion, version),
):
    root.add_command(command)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command line (default: this process's own) and return its exit code (contracts D.1)."""
    _make_streams_lenient()
    given = Given()
    try:
        ended = root.main(
            args=None if arguments is None else list(arguments),
            prog_name=Path(sys.argv[0]).name if sys.argv[0].endswith("prompt") else "hookspan",
            standalone_mode=False,
            obj=given,
        )
        sys.stdout.flush()
    except (click.exceptions.NoArgsIsHelpError, click.exceptions.Exit) as shown_help:
        return _after_help(shown_help)
    except (click.Abort, KeyboardInterrupt):
        return INTERRUPTED
    except BrokenPipeError:
        return _after_broken_pipe()
    except (click.ClickException, ApiError, HookspanError, NoTarget, Failed, Refusal) as error:
        return tell(failure_of(error, given.spellings), output_of(given))
    return ended if isinstance(ended, int) else DONE


def _after_help(shown_help: click.exceptions.NoArgsIsHelpError | click.exceptions.Exit) -> int:
    if isinstance(shown_help, click.exceptions.Exit):
        return shown_help.exit_code
    print(shown_help.message, file=sys.stderr)
    return shown_help.exit_code


def _make_streams_lenient() -> None:
    """A character the locale cannot write is spelled out, never a crash; bytes that are no UTF-8 pass as they came."""
    for stream, errors in ((sys.stdout, "backslashreplace"), (sys.stderr, "backslashreplace")):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors=errors)


def _after_broken_pipe() -> int:
    """The reader had enough (`| head`): nothing more to say, and Python must not complain at exit either."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return DONE


__all__ = ["main"]
