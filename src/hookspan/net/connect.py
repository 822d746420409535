"""A new connection: TCP to the vetted address, then TLS 1.2 or later with the name checked against the certificate."""

from __future__ import annotations

import asyncio
import os
import socket
import ssl
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from time import monotonic

from hookspan.net.wire import Connection
from hookspan.ports import ErrorCode


class Failed(Exception):
    """No connection stands; `code` is the attempt's outcome."""

    def __init__(self, code: ErrorCode, detail: str) -> None:
        super().__init__(detail)
        self.code: ErrorCode = code
        self.detail = detail


@dataclass(frozen=True, slots=True)
class Opened:
    """A connection or why there is none, and what its phases took in milliseconds."""

    result: Connection | Failed
    connect_ms: float | None = None
    tls_ms: float | None = None


@dataclass(frozen=True, slots=True)
class Peer:
    """Where to connect (a literal address) and the name its certificate must carry."""

    address: str
    port: int
    host: str
    tls: ssl.SSLContext | None


async def open_connection(
    peers: Sequence[Peer], connections: Callable[[Peer], Connection], *, deadline: float, budget_s: float
) -> Opened:
    """Connect to the first peer that answers; a refused address costs no time, a silent one its share of the budget."""
    began = monotonic()
    failure = Failed("connect_error", "no address to connect to")
    for index, peer in enumerate(peers):
        now = monotonic()
        share_s = min(deadline - now, began + budget_s - now) / (len(peers) - index)
        try:
            connected = await _connected_socket(peer, share_s)
        except Failed as failed:
            failure = failed
            continue
        connect_ms = _elapsed_ms(began)
        return await _attached(connected, connections(peer), peer, deadline=deadline, connect_ms=connect_ms)
    return Opened(failure, connect_ms=_elapsed_ms(began))


async def _connected_socket(peer: Peer, budget_s: float) -> socket.socket:
    with ExitStack() as on_failure:
        try:
            connecting = socket.socket(socket.AF_INET6 if ":" in peer.address else socket.AF_INET, socket.SOCK_STREAM)
            on_failure.callback(connecting.close)
            connecting.setblocking(False)
            connecting.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            async with asyncio.timeout(budget_s):
                await asyncio.get_running_loop().sock_connect(connecting, (peer.address, peer.port))
        except TimeoutError:
            raise Failed("connect_error", f"no connection to {peer.address} port {peer.port} in time") from None
        except OSError as error:
            raise Failed("connect_error", f"{peer.address} port {peer.port}: {_reason(error)}") from None
        on_failure.pop_all()
        return connecting


async def _attached(
    connected: socket.socket, connection: Connection, peer: Peer, *, deadline: float, connect_ms: float
) -> Opened:
    began = monotonic()
    try:
        async with asyncio.timeout(deadline - began):
            transport, _ = await asyncio.get_running_loop().create_connection(
                lambda: connection, sock=connected, ssl=peer.tls, server_hostname=peer.host if peer.tls else None
            )
    except TimeoutError:
        failure = Failed("timeout", "the connection stood, but was not ready before the deadline")
    except ssl.SSLCertVerificationError as error:
        failure = Failed("tls_error", f"the certificate of {peer.host} was refused: {error.verify_message}")
    except OSError as error:
        failure = Failed("tls_error", f"the TLS handshake with {peer.host} failed: {_reason(error)}")
    else:
        connection.certificate_ends_at = _certificate_ends_at(transport)
        return Opened(connection, connect_ms, _elapsed_ms(began) if peer.tls else None)
    return Opened(failure, connect_ms, _elapsed_ms(began) if peer.tls else None)


def _certificate_ends_at(transport: asyncio.BaseTransport) -> int | None:
    """Epoch ms; None for plain text and for a certificate that nobody asked to verify."""
    certificate = transport.get_extra_info("peercert")
    ends = certificate.get("notAfter") if isinstance(certificate, dict) else None
    return None if ends is None else ssl.cert_time_to_seconds(ends) * 1_000


def _elapsed_ms(since: float) -> float:
    return (monotonic() - since) * 1_000


def _reason(error: OSError) -> str:
    if isinstance(error, ssl.SSLError):
        return str(error.reason or "closed by the far side").lower().replace("_", " ")
    return os.strerror(error.errno) if error.errno else str(error) or "closed by the far side"
