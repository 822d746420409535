"""What each member of a workflow means, in a sentence: what editors show beside it and the reference prints."""

from __future__ import annotations

from collections.abc import Mapping

_PART = {
    "name": "what people call it; its id where left out",
    "description": "what it is for, in words for people",
}

WORDS: Mapping[str, Mapping[str, str]] = {
    "": {
        "name": "what it is called",
        "description": "what it is for, in words for people",
        "status": "only an active one is started; runs under way end in any case",
        "concurrency": "how many of its executions may run at once; null is no limit",
        "priority": "of its executions: 0 low, 1 normal, 2 high, 3 critical",
        "vars": "constants that templates and conditions read as vars",
        "triggers": "what starts it; left out it is one of kind webhook, with an empty list only calls and other "
        "workflows start it",
        "steps": "what it does; steps that need nothing any more run side by side",
        "syncPoints": "places where steps meet",
        "milestones": "what is achieved on the way",
    },
    "triggers": {
        "id": "tells it from the other triggers; trigger where left out",
        "kind": "webhook for sources bound to it, schedule for the clock, event for events",
        "cron": "minute, hour, day of month, month, day of week",
        "timezone": "an IANA zone such as Europe/Berlin",
        "missed": "of the runs that came due while nothing ran the last is made late (run_once) or left out (skip)",
        "events": "names of event types, or patterns such as invoice.*",
        "filter": "rows that the event must pass; their paths begin in its data",
    },
    "steps": {
        **_PART,
        "id": "by it needs, templates and conditions speak of the step; step-1, step-2 and so on where left out",
        "kind": "what it does",
        "needs": "ids of the steps and sync points that come before",
        "when": "rows over trigger, steps, vars and execution; when they do not hold the step is skipped",
        "with": "what its kind takes",
        "timeoutMs": "how long one try may take: a call, a function, or the wait for a signal, an answer, another "
        "workflow, for which the nearer of this and what with says holds; a wait for a time takes none",
        "retry": "how often a step is tried and how long it pauses in between",
        "resources": "how much of each pool it holds while it runs",
        "onError": "ids of the steps that run instead when this one fails",
    },
    "with": {
        "output": "any JSON, which becomes the step's output; its texts may hold templates",
        "method": "how the address is called",
        "url": "the address; templates may stand behind its host, or one may be all of it",
        "headers": "their values may hold templates",
        "body": "any JSON, or a text that is sent as it is; texts may hold templates",
        "cases": "looked at in order; the first whose rows hold is taken",
        "else": "ids of the steps that run when no case holds",
        "durationMs": "how long to wait; one of this, until and signal is required",
        "until": "the instant to wait for, such as 2030-01-31T08:00:00Z, or a template of one",
        "signal": "the topic of the signal to wait for",
        "timeoutMs": "how long the signal is waited for before the step fails; for ever where left out",
        "event": "the type of the event",
        "data": "what the event says, {} where left out; its texts may hold templates",
        "metadata": "what stands beside the data; its texts may hold templates",
        "callbackTtlMs": "how long an answer is waited for, and the callback address holds, before the step fails",
        "function": "the name under which your program registered it",
        "workflowId": "the id of the workflow that is run",
        "input": "what it is given, the step's input where left out; texts may hold templates",
    },
    "cases": {
        "when": "rows over trigger, steps, vars and execution; without any the case always holds",
        "to": "ids of the steps that run",
    },
    "retry": {
        "maxAttempts": "tries in all, the first among them; one by itself for the kinds wait, external and workflow",
        "initialDelayMs": "the pause before the second try",
        "multiplier": "how many times as long as the one before each further pause is",
        "maxDelayMs": "no pause is longer; never less than initialDelayMs by itself",
        "jitter": "by which share a pause is made longer or shorter at random",
    },
    "resources": {
        **{pool: f"how much of the pool {pool}" for pool in ("cpu", "memory", "storage")},
        "custom": "pools with other names",
    },
    "custom": {"name": "the name of the pool", "value": "how much of it"},
    "syncPoints": {
        **_PART,
        "id": "by it needs speak of the point; sync-1, sync-2 and so on where left out",
        "requires": "ids of the steps that meet here",
        "timeoutMs": "how long after the start all must have arrived, else the execution fails; null is no limit",
    },
    "milestones": {
        **_PART,
        "id": "by it people say that it is achieved; milestone-1, milestone-2 and so on where left out",
        "after": "ids of the steps after which it is achieved; without any somebody has to say so",
    },
}
"""By the object it stands in, then by name; the empty name is the definition itself."""

TRIGGERS: Mapping[str, str] = {
    "webhook": "What a source that is bound to the workflow receives; calls and other workflows need no trigger.",
    "schedule": "`{cron, timezone?, missed?}`: the clock, each time the expression comes due.",
    "event": "`{events, filter?}`: every event of these types, once, whoever published it.",
}
"""What pulls each kind of trigger."""
