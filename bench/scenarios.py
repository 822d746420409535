"""What is measured. Each scenario gets a fresh server and tells its figures as a flat dict."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import uvloop

from bench.api import ask, make_endpoint, told, wait_for
from bench.load import Outcome, flat_out, on_schedule
from bench.process import LOAD_CORE, SERVER_CORE, Child, Server, child, hookspan

BODY_BYTES = 1_024
SINK_PORT = 18_900
BARE_PORT = 18_901
WARM_UP = 2_000
HANGING, CALM = 10, 90


def percentile(values: list[int], share: float) -> float:
    """In milliseconds, of nanoseconds."""
    return sorted(values)[min(len(values) - 1, int(len(values) * share))] / 1e6 if values else 0.0


def publish_request(server: Server, event: str, number: int) -> bytes:
    """One publish of 1 KiB of data; `number` stands in it as `t`."""
    stamp = f'{{"type":"{event}","data":{{"t":{number},"fill":"'
    body = stamp + "x" * (BODY_BYTES - len(stamp)) + '"}}'
    return (
        f"POST /api/v1/events HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {server.key}\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n{body}"
    ).encode()


@contextmanager
def sink(folder: Path) -> Iterator[None]:
    """The far side, on the load's core."""
    with child(["-m", "bench.sink", str(SINK_PORT)], core=LOAD_CORE, log=folder / "sink.log"):
        wait_for_port(SINK_PORT)
        yield


def wait_for_port(port: int) -> None:
    """Until somebody listens there."""
    for _ in range(200):
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise RuntimeError(f"nobody listens on port {port}")


def limit(*arguments: str) -> float:
    """CPU µs per item that one part costs alone."""
    command = ["taskset", "-c", str(SERVER_CORE), sys.executable, "-m", "bench.limits", *arguments]
    output = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    return float(json.loads(output)["cpu_us"])


def limits(folder: Path, server: Server, *, total: int, rows_url: str) -> dict[str, float]:
    """CPU µs per event of the three parts alone."""
    size = str(BODY_BYTES)
    with child(["-m", "bench.limits", "server", str(BARE_PORT)], core=SERVER_CORE, log=folder / "bare.log") as bare:
        wait_for_port(BARE_PORT)
        request = publish_request(server, "limit", 1)
        uvloop.run(flat_out(BARE_PORT, lambda _: request, total=WARM_UP))
        before = bare.cpu_seconds()
        uvloop.run(flat_out(BARE_PORT, lambda _: request, total=total))
        bare_us = (bare.cpu_seconds() - before) / total * 1e6
    client_us = limit("client", str(SINK_PORT), str(total), size)
    rows_us = limit("rows", rows_url, str(total), size)
    return {
        "limit_server_us": bare_us,
        "limit_client_us": client_us,
        "limit_rows_us": rows_us,
        "limit_us": bare_us + client_us + rows_us,
    }


def river(server: Server, *, total: int) -> dict[str, float]:
    """publish → committed → signed POST → answered → settled, one endpoint: throughput, CPU, latency at half load."""
    make_endpoint(server, f"http://127.0.0.1:{SINK_PORT}/river", "order.paid")

    def make(number: int) -> bytes:
        return publish_request(server, "order.paid", number)

    told(SINK_PORT, reset=True)
    uvloop.run(flat_out(server.port, make, total=WARM_UP))
    wait_for(SINK_PORT, WARM_UP)
    told(SINK_PORT, reset=True)
    before, began = server.child.cpu_seconds(), time.monotonic()
    outcome = uvloop.run(flat_out(server.port, make, total=total))
    seen = wait_for(SINK_PORT, total)
    settled_after = settled(server)
    seconds = time.monotonic() - began
    cpu_us = (server.child.cpu_seconds() - before) / total * 1e6
    rate = total / seconds
    latency = _latency(server, "order.paid", rate / 2)
    return {
        "events_per_second": rate,
        "accepted_per_second": outcome.accepted / outcome.seconds,
        "received": seen,
        "cpu_us": cpu_us,
        "rss_mib": server.child.rss_mib(),
        "settled_after_s": settled_after,
        **latency,
    }


def settled(server: Server) -> float:
    """Seconds until nothing is being sent."""
    began = time.monotonic()
    while ask(server, "GET", "/api/v1/deliveries?status=sending&limit=1")["data"]:
        time.sleep(0.05)
    return time.monotonic() - began


def _latency(server: Server, event: str, rate: float, *, seconds: float = 5.0) -> dict[str, float]:
    told(SINK_PORT, reset=True)

    def make(due_ns: int) -> bytes:
        return publish_request(server, event, due_ns)

    outcome: Outcome = uvloop.run(on_schedule(server.port, make, rate=rate, seconds=seconds))
    wait_for(SINK_PORT, int(rate * seconds), seconds=30)
    waits = [wait for path_waits in told(SINK_PORT)["waits_ns"].values() for wait in path_waits]
    return {
        "half_load_rate": rate,
        "accept_p50_ms": percentile(outcome.waits_ns, 0.5),
        "accept_p99_ms": percentile(outcome.waits_ns, 0.99),
        "received_p50_ms": percentile(waits, 0.5),
        "received_p99_ms": percentile(waits, 0.99),
    }


def neighbours(server: Server, *, rate: float = 1_000.0, seconds: float = 12.0) -> dict[str, float]:
    """100 endpoints, first all well, then 10 of them hanging for 15 s: what the other 90 notice."""
    for number in range(CALM):
        make_endpoint(server, f"http://127.0.0.1:{SINK_PORT}/calm/{number}", f"calm.{number}")
    for number in range(HANGING):
        make_endpoint(server, f"http://127.0.0.1:{SINK_PORT}/well/{number}", f"well.{number}")
        make_endpoint(server, f"http://127.0.0.1:{SINK_PORT}/hang/{number}", f"hang.{number}")
    figures: dict[str, float] = {}
    for word in ("well", "hang"):
        told(SINK_PORT, reset=True)
        names = [f"calm.{number}" for number in range(CALM)] + [f"{word}.{number}" for number in range(HANGING)]
        turn = iter(range(10**9))

        def make(due_ns: int, names: list[str] = names, turn: Iterator[int] = turn) -> bytes:
            return publish_request(server, names[next(turn) % len(names)], due_ns)

        uvloop.run(on_schedule(server.port, make, rate=rate, seconds=seconds))
        time.sleep(1)
        seen = told(SINK_PORT)
        calm = {path: count for path, count in seen["total"].items() if path.startswith("/calm")}
        waits = [wait for path, each in seen["waits_ns"].items() if path.startswith("/calm") for wait in each]
        figures[f"calm_received_{word}"] = sum(calm.values())
        figures[f"calm_p50_ms_{word}"] = percentile(waits, 0.5)
        figures[f"calm_p99_ms_{word}"] = percentile(waits, 0.99)
    figures["rate_kept"] = figures["calm_received_hang"] / figures["calm_received_well"]
    figures["p99_ratio"] = figures["calm_p99_ms_hang"] / figures["calm_p99_ms_well"]
    return figures


def backlog(server: Server, *, waiting: int = 100_000) -> dict[str, float]:
    """Memory with many deliveries waiting behind a hanging endpoint."""
    make_endpoint(server, f"http://127.0.0.1:{SINK_PORT}/hang/backlog", "backlog.item")
    fill = "x" * BODY_BYTES
    for _ in range(waiting // 1_000):
        events = [{"type": "backlog.item", "data": {"fill": fill}} for _ in range(1_000)]
        ask(server, "POST", "/api/v1/events/batch", {"events": events})
    return {"waiting": waiting, "rss_mib": server.child.rss_mib()}


def start_up(folder: Path) -> dict[str, float]:
    """Seconds from starting the process to its first answered request, on a new data folder."""
    began = time.monotonic()
    with hookspan(folder) as server:
        ask(server, "GET", "/api/version")
        return {"start_seconds": time.monotonic() - began}


__all__ = ["Child", "backlog", "limit", "limits", "neighbours", "river", "settled", "sink", "start_up", "wait_for_port"]
