"""What is said on stderr when a command fails, and the exit code that goes with it (contracts D.1)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

import click
import msgspec

from hookspan.cli.output import Output
from hookspan.cli.target import NoTarget
from hookspan.cli.terminal import shown
from hookspan.client import ApiError, RateLimited, Unreachable
from hookspan.errors import HookspanError, Invalid, NotConfigured

DONE, FAILED, USAGE, NOT_FOUND, NOT_ALLOWED, NOT_REACHED, REFUSED, PARTLY, INTERRUPTED = 0, 1, 2, 3, 4, 5, 6, 7, 130

_EXITS: Mapping[int, int] = {
    **dict.fromkeys([401, 403], NOT_ALLOWED),
    **dict.fromkeys([404, 410], NOT_FOUND),
    **dict.fromkeys([400, 406, 409, 412, 413, 415, 422], REFUSED),
}
_HINTS: Mapping[str, str] = {
    "unauthorized": "pass --token, set HOOKSPAN_TOKEN, or name a local instance with --data DIR",
    "forbidden": "use a key with the missing scope: hookspan keys create --name NAME --scope SCOPE",
    "unreachable": "hookspan serve",
    "no_target": "hookspan serve, or name one with --url URL or HOOKSPAN_URL",
    "not_retryable": "--force retries a delivered delivery once more",
}


class Failed(Exception):
    """The command ran and its thing failed: exit 1 after `detail` was said, with a `hint` at what to type next."""

    def __init__(self, detail: str, *, hint: str = "", code: str = "failed") -> None:
        super().__init__(detail)
        self.hint = hint
        self.code = code


class Refusal(Exception):
    """A failure whose words and exit code are known already."""

    def __init__(self, failure: Failure) -> None:
        super().__init__(failure.title)
        self.failure = failure


@dataclass(frozen=True, slots=True)
class Failure:
    """One failure, ready to be said."""

    exit_code: int
    title: str
    lines: Sequence[str] = ()
    hint: str = ""
    document: bytes = b""
    code: str = ""


Told = click.ClickException | ApiError | HookspanError | NoTarget | Failed | Refusal


def failure_of(error: Told, spellings: Mapping[str, str] = MappingProxyType({})) -> Failure:
    """What to say about an error; `spellings` are how options are typed, by the names the API has for them."""
    if isinstance(error, Refusal):
        return error.failure
    if isinstance(error, ApiError):
        return _of_answer(error, spellings)
    if isinstance(error, NoTarget):
        return Failure(NOT_REACHED, "No server to speak to", [str(error)], _HINTS["no_target"])
    if isinstance(error, Failed):
        return Failure(FAILED, str(error), hint=error.hint, code=error.code)
    if isinstance(error, HookspanError):
        return _of_house(error)
    return _of_usage(error)


def _of_usage(error: click.ClickException) -> Failure:
    said, _, guess = error.format_message().partition(" (Did you mean")
    lines = [f"did you mean{guess.removesuffix(')')}"] if guess else []
    usage = f"{error.ctx.command_path} --help" if isinstance(error, click.UsageError) and error.ctx else ""
    return Failure(USAGE, _without_stop(said), lines, usage)


def _of_answer(error: ApiError, spellings: Mapping[str, str]) -> Failure:
    exit_code = NOT_REACHED if isinstance(error, Unreachable) else _EXITS.get(error.status, FAILED)
    lines = [_fault(fault, spellings) for fault in error.errors] or [error.detail]
    if isinstance(error, RateLimited) and error.retry_after_s is not None:
        lines.append(f"come back in {error.retry_after_s:g} s")
    return Failure(exit_code, error.title, lines, _HINTS.get(error.code, ""), error.document)


def _fault(fault: Mapping[str, str], spellings: Mapping[str, str]) -> str:
    name, *below = fault.get("pointer", "").removeprefix("/").split("/")
    # Which of an option's values it is says nothing to whoever typed it once or twice.
    is_option = name in spellings and all(each.isdigit() for each in below)
    where = spellings[name] if is_option else ".".join([name, *below])
    return f"{where}: {fault.get('detail', '')}" if where else fault.get("detail", "")


def _of_house(error: HookspanError) -> Failure:
    exit_code = _EXITS.get(error.status, FAILED)
    lines = (
        [f"{fault.pointer.lstrip('/')}: {fault.detail}" for fault in error.faults] if isinstance(error, Invalid) else []
    )
    if isinstance(error, NotConfigured):
        return Failure(exit_code, "Wrong setting", [error.detail], "hookspan doctor")
    return Failure(exit_code, error.title, lines or [error.detail], _HINTS.get(error.code, ""))


def _without_stop(message: str) -> str:
    first = message[:1].lower() + message[1:] if message[1:2].islower() else message
    return first.removesuffix(".")


def _document(failure: Failure) -> bytes:
    said = {"title": failure.title, "status": None, "detail": "; ".join(failure.lines) or failure.title}
    return msgspec.json.encode({**said, "code": failure.code} if failure.code else said)


def tell(failure: Failure, output: Output) -> int:
    """Say it on stderr, as text or with `--format json` as a problem document; the exit code is returned."""
    if output.format == "json":
        document = failure.document or _document(failure)
        print(msgspec.json.format(document, indent=-1).decode("utf-8", "replace"), file=output.err)
        return failure.exit_code
    print(output.error_paint("red", "error:") + " " + shown(failure.title), file=output.err)
    for line in failure.lines:
        if line != failure.title:
            print(f"  {shown(line)}", file=output.err)
    if failure.hint:
        print(output.error_paint("dim", f"hint: {shown(failure.hint)}"), file=output.err)
    return failure.exit_code
