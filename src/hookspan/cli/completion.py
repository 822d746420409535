"""`completion bash | zsh | fish`: the script that makes the shell complete commands, both spellings (contracts D.4)."""

from __future__ import annotations

import click
from click.shell_completion import get_completion_class

from hookspan.cli.grammar import Command
from hookspan.cli.session import current

SHELLS = ("bash", "zsh", "fish")
# bash cuts words at `:`, so that `webhooks:l` would never be completed as one word.
_WHOLE_WORDS = "COMP_WORDBREAKS=${COMP_WORDBREAKS//:}\n"


@click.command("completion", short_help="Print the completion script of a shell.", cls=Command)
@click.argument("shell", type=click.Choice(SHELLS))
def completion(shell: str) -> None:
    """Print the completion script, for instance for `eval "$(hookspan completion bash)"`."""
    root = click.get_current_context().find_root()
    program = root.info_name or "hookspan"
    complete = get_completion_class(shell)
    if complete is None:
        raise click.UsageError(f"there is no completion for {shell}")
    source = complete(root.command, {}, program, f"_{program.upper()}_COMPLETE").source()
    current().output.say((_WHOLE_WORDS if shell == "bash" else "") + source.strip())
