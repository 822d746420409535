"""Workflows that go through every kind of step, and what their functions do; by name, ready to be saved.

`tour` has all nine kinds, resources that are short, a sync point, a step whose failure is handled, and tries again;
`again` fails, is tried again and begun anew; `halted` holds resources and a child when it is cancelled; `born` is
started by an event, `clocked` by the clock; of `narrow` few run at once.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Mapping
from pathlib import Path

from hookspan.workflows.functions import Functions, StepContext

Json = Mapping[str, object]
QUICK: Json = {"maxAttempts": 10, "initialDelayMs": 100, "multiplier": 1, "maxDelayMs": 100, "jitter": 0}
ONCE: Json = {"maxAttempts": 1}
POOLS = {"cpu": 2}
"""What the tenant has: less than two steps of an execution want at once."""
SCHEDULES = 5
LIMIT = 2
"""How many executions of `narrow` may run at once."""
SIGNAL = "go"
NAP_MS = 200
LONG_MS = 600_000
TOLD, INNER, AGAIN, BORN, TICKED = "flow.told", "flow.inner", "flow.again", "flow.born", "flow.ticked"
BEGIN = "flow.begin"
"""The event that starts `born`."""
_KEY = {"key": "{{trigger.body.key}}"}
_HELD: Json = {"fieldPath": "$.trigger.body.key", "operator": "exists", "logicGroup": 0}
_KEYED: Json = {"fieldPath": "$.key", "operator": "exists", "logicGroup": 0}


def inner() -> Json:
    """A child that ends by itself."""
    return {
        "name": "inner",
        "steps": [{"id": "take"}, {"id": "speak", "kind": "emit", "needs": ["take"], "with": _event(INNER)}],
    }


def patient() -> Json:
    """A child that waits for what never comes."""
    return {"name": "patient", "steps": [{"id": "sit", "kind": "wait", "with": {"signal": "never"}}]}


def tour(url: str, inner_id: str) -> Json:
    """All nine kinds; `asked` waits for a signal, `outside` and `called` for an answer."""
    call = {"method": "POST", "url": url, "body": "{{steps.shape.output}}"}
    cases = [{"when": [_HELD], "to": ["nap"]}]
    hungry: Json = {"retry": QUICK, "resources": {"cpu": 2}, "timeoutMs": 1_000, "needs": ["shape"]}
    met = ["nap", "asked", "outside", "called", "sub", "mend"]
    return {
        "name": "tour",
        "steps": [
            {"id": "shape", "kind": "transform", "with": {"output": _KEY}},
            {"id": "call", "kind": "http", "with": call, **hungry},
            {"id": "mill", "kind": "python", "with": {"function": "mill"}, **hungry},
            {"id": "pick", "kind": "branch", "needs": ["call", "mill"], "with": {"cases": cases, "else": ["never"]}},
            {"id": "never", "kind": "pass"},
            {"id": "nap", "kind": "wait", "with": {"durationMs": NAP_MS}},
            {"id": "asked", "kind": "wait", "needs": ["shape"], "with": {"signal": SIGNAL, "timeoutMs": LONG_MS}},
            {"id": "outside", "kind": "external", "needs": ["shape"]},
            {"id": "called", "kind": "external", "needs": ["shape"]},
            {"id": "sub", "kind": "workflow", "needs": ["nap"], "with": {"workflowId": inner_id, "input": _KEY}},
            {"id": "broken", "kind": "transform", "needs": ["shape"], "with": _NOWHERE, "onError": ["mend"]},
            {"id": "mend"},
            {"id": "tell", "kind": "emit", "needs": ["all"], "with": _event(TOLD)},
        ],
        "syncPoints": [{"id": "all", "requires": met, "timeoutMs": LONG_MS}],
        "milestones": [{"id": "half", "after": ["pick"]}],
    }


def again(inner_id: str) -> Json:
    """Fails at its function's first try; what stands behind it has run twice when it began anew."""
    return {
        "name": "again",
        "steps": [
            {"id": "begin"},
            {"id": "stubborn", "kind": "python", "needs": ["begin"], "with": {"function": "stubborn"}, "retry": ONCE},
            {"id": "sub", "kind": "workflow", "needs": ["stubborn"], "with": {"workflowId": inner_id, "input": _KEY}},
            {"id": "tell", "kind": "emit", "needs": ["sub"], "with": _event(AGAIN)},
        ],
    }


def halted(patient_id: str) -> Json:
    """Holds resources and a child until it is cancelled."""
    return {
        "name": "halted",
        "steps": [
            {"id": "hold", "kind": "external", "resources": {"cpu": 1}},
            {"id": "rest", "kind": "wait", "with": {"durationMs": NAP_MS}},
            {"id": "queue", "kind": "external", "needs": ["rest"], "resources": {"cpu": 2}},
            {"id": "sub", "kind": "workflow", "with": {"workflowId": patient_id, "input": _KEY}},
        ],
    }


def born() -> Json:
    """Started by an event."""
    return {
        "name": "born",
        "triggers": [{"id": "begun", "kind": "event", "events": [BEGIN], "filter": [_KEYED]}],
        "steps": [{"id": "speak", "kind": "emit", "with": _event(BORN)}],
    }


def clocked() -> Json:
    """Started by the clock, every minute by each of its schedules."""
    minute = {"kind": "schedule", "cron": "* * * * *", "missed": "run_once"}
    return {
        "name": "clocked",
        "triggers": [{"id": f"minute-{number}", **minute} for number in range(SCHEDULES)],
        "steps": [{"id": "speak", "kind": "emit", "with": {"event": TICKED, "data": {"key": TICKED}}}],
    }


def narrow(url: str) -> Json:
    """Few at once."""
    call = {"method": "POST", "url": url, "body": "{{trigger.body}}"}
    return {
        "name": "narrow",
        "concurrency": LIMIT,
        "steps": [{"id": "call", "kind": "http", "with": call, "retry": QUICK, "timeoutMs": 1_000}],
    }


def _event(name: str) -> Json:
    return {"event": name, "data": _KEY}


_NOWHERE: Json = {"output": "{{steps.shape.output.nothing}}"}


class Mill:
    """The functions, each of whose calls is a line of a file that outlives the process."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def functions(self) -> Functions:
        """To be given to whatever runs steps."""
        functions = Functions()
        works: Mapping[str, Callable[[StepContext], object]] = {"mill": self.mill, "stubborn": self.stubborn}
        for name, work in works.items():
            functions.register(name, work)
        return functions

    def mill(self, context: StepContext) -> object:
        """Fails its first try, then hands on what it was given."""
        self._note(context)
        if context.attempt == 1:
            raise RuntimeError("not yet")
        return context.input

    def stubborn(self, context: StepContext) -> object:
        """Fails its first try for good."""
        return self.mill(context)

    def _note(self, context: StepContext) -> None:
        line = f"{context.key} {context.attempt} {time.monotonic_ns()}\n"
        file = os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        try:
            os.write(file, line.encode())
        finally:
            os.close(file)
