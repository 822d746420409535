"""`sign` and `verify`: the headers of a delivery, made or checked on this machine (contracts D.4, G.3)."""

from __future__ import annotations

import time

import click

from hookspan.cli.failures import DONE, FAILED
from hookspan.cli.grammar import Command
from hookspan.cli.output import Column, plain
from hookspan.cli.session import current
from hookspan.cli.terminal import shown
from hookspan.cli.values import file_bytes
from hookspan.cli.webhook_shapes import document_of


@click.command("sign", cls=Command)
@click.argument("path", metavar="FILE")
@click.option("--profile", "scheme", required=True, metavar="P", help="a wire profile, or a provider's preset")
@click.option("--secret", required=True, help="whsec_… or text")
@click.option("--id", "identity", default="msg_1", show_default=True, help="id of the message")
@click.option("--timestamp", type=click.IntRange(min=0), help="Unix seconds (default: now)")
def sign(path: str, scheme: str, secret: str, identity: str, timestamp: int | None) -> None:
    """Print the headers that sign the bytes of a file; - reads stdin."""
    from hookspan.verifying.sign import sign as signed  # noqa: PLC0415 — the presets take a moment to read

    session, body = current(), file_bytes(path)
    try:
        at = int(time.time()) if timestamp is None else timestamp
        headers = signed(scheme, body, secret, id=identity, timestamp=at)
    except ValueError as fault:
        raise click.UsageError(str(fault)) from fault
    view = [f"{name}: {value}" for name, value in headers.items()]
    session.output.one(document_of(headers), view, [Column(name, name) for name in headers])


@click.command("verify", short_help="Check the signature of a request whose body is in a file.", cls=Command)
@click.argument("path", metavar="FILE")
@click.option("--scheme", default="auto", show_default=True, metavar="S", help="a profile or a provider's preset")
@click.option("--secret", "secrets", required=True, multiple=True, help="repeatable, for a rotation")
@click.option("--header", "headers", required=True, multiple=True, metavar="'K: V'", help="as it came; repeatable")
@click.option("--url", "address", metavar="URL", help="as the sender knows it, where the scheme signs it")
@click.option("--method", default="POST", show_default=True)
@click.option("--tolerance", type=click.IntRange(min=0), metavar="SEC", help="how old it may be")
def verify(path: str, scheme: str, secrets: tuple[str, ...], headers: tuple[str, ...], **request: str | int) -> int:
    """Check the signature of a request whose body is in a file: prints `valid`, or the reason with exit 1."""
    from hookspan.verifying.refusals import UnknownScheme, VerificationError  # noqa: PLC0415 — as above
    from hookspan.verifying.verify import verify as verified  # noqa: PLC0415 — as above

    session, body = current(), file_bytes(path)
    fields = [_field(line) for line in headers]
    method, url, tolerance = str(request["method"]), request["address"], request["tolerance"]
    try:
        found = verified(
            body,
            fields,
            list(secrets),
            scheme=scheme,
            method=method,
            url=None if url is None else str(url),
            tolerance=None if tolerance is None else int(tolerance),
        )
    except UnknownScheme as fault:
        raise click.UsageError(str(fault)) from fault
    except VerificationError as fault:
        told = document_of({"valid": False, "reason": type(fault).__name__, "detail": str(fault)})
        session.output.one(told, [f"not valid: {shown(str(fault))}"], _VERDICT)
        return FAILED
    except ValueError as fault:
        raise click.UsageError(str(fault)) from fault
    members = {
        "valid": True,
        "scheme": found.scheme,
        "id": found.id,
        "timestamp": found.timestamp,
        "eventType": found.event_type,
        "keyIndex": found.key_index,
        "signedFields": list(found.signed_fields),
    }
    session.output.one(document_of(members), ["valid", *_known(members)], _VERDICT)
    return DONE


_VERDICT = (Column("Valid", "valid"), Column("Reason", "reason"), Column("Scheme", "scheme"), Column("ID", "id"))


def _known(members: dict[str, object]) -> list[str]:
    told = [("scheme", "scheme"), ("id", "id"), ("event type", "eventType"), ("signed", "signedFields")]
    return [f"  {label}  {shown(plain(members[name]))}" for label, name in told if members[name]]


def _field(line: str) -> tuple[str, str]:
    name, colon, value = line.partition(":")
    if not colon or not name.strip():
        raise click.UsageError(f"--header: {line} is not 'Name: value'")
    return name.strip(), value.strip()
