"""Workflows for people: what starts one, its steps in the order they can run, where they meet (contracts C.6)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from hookspan.cli.output import Output, labelled, plain, safe
from hookspan.cli.terminal import shown
from hookspan.client import Document

_INDENT = "  "


def workflow_lines(output: Output, workflow: Document) -> Iterator[str]:
    """One workflow with everything that is set."""
    yield f"{output.paint('bold', 'Workflow')}  {safe(workflow, 'id')}"
    yield from labelled(_head(workflow), indent=_INDENT)
    yield from _section(output, "Triggers", _trigger_lines(output, workflow))
    yield from _section(output, "Steps", list(step_lines(output, workflow)))
    yield from _section(output, "Sync points", [_point_line(output, each) for each in workflow.rows("syncPoints")])
    yield from _section(output, "Milestones", [_milestone_line(output, each) for each in workflow.rows("milestones")])


def _head(workflow: Document) -> list[tuple[str, str]]:
    limit = workflow.text("concurrency")
    return [
        ("Name", workflow.text("name")),
        ("Description", workflow.text("description")),
        ("Status", workflow.text("status")),
        ("Version", f"{workflow.text('version')} ({workflow.text('semver')})"),
        ("Priority", workflow.text("priority")),
        ("At once", f"{limit} executions at most" if limit else ""),
        ("Created", workflow.text("createdAt")),
        ("Updated", workflow.text("updatedAt")),
    ]


def _section(output: Output, title: str, lines: Sequence[str]) -> Iterator[str]:
    if lines:
        yield output.paint("bold", title)
        yield from (_INDENT + line for line in lines)


def _trigger_lines(output: Output, workflow: Document) -> list[str]:
    runs = {row.text("triggerId"): row for row in workflow.rows("schedules")}
    return [_trigger_line(output, each, runs.get(each.text("id"))) for each in workflow.rows("triggers")]


def _trigger_line(output: Output, trigger: Document, run: Document | None) -> str:
    kind = trigger.text("kind")
    words = [safe(trigger, "id"), output.paint("cyan", shown(kind))]
    if kind == "schedule":
        words.append(f"{safe(trigger, 'cron')} {safe(trigger, 'timezone')}, a missed run: {safe(trigger, 'missed')}")
    if kind == "event":
        words += [shown(plain(trigger.value("events"))), *_condition("when", trigger.value("filter"))]
    if run is not None:
        words.append(f"next {safe(run, 'nextRunAt')}")
        words += [output.paint("dim", f"last {safe(run, 'lastRunAt')}")] if run.text("lastRunAt") else []
    return "  ".join(words)


def step_lines(output: Output, workflow: Document) -> Iterator[str]:
    """The steps, each below what it waits for and as deep as its longest way; beside it what it waits for."""
    steps = workflow.rows("steps")
    depths = _depths(steps, workflow.rows("syncPoints"))
    for step in sorted(steps, key=lambda each: depths[each.text("id")]):
        depth = depths[step.text("id")]
        lead = _INDENT * (depth - 1) + output.paint("dim", "└ ") if depth else ""
        yield lead + _step_line(output, step)
        for line in _step_notes(step):
            yield _INDENT * (depth + 1) + output.paint("dim", line)


def _step_line(output: Output, step: Document) -> str:
    name = step.text("name")
    words = [output.paint("bold", safe(step, "id")), output.paint("cyan", safe(step, "kind"))]
    words += [shown(name)] if name != step.text("id") else []
    told = _WORK.get(step.text("kind"))
    words += [shown(told(step))] if told is not None else []
    needs = plain(step.value("needs"))
    words += [output.paint("dim", f"after {shown(needs)}")] if needs else []
    return "  ".join(word for word in words if word)


def _step_notes(step: Document) -> Iterator[str]:
    yield from (shown(line) for line in step.text("description").splitlines())
    yield from _condition("when", step.value("when"))
    if handlers := plain(step.value("onError")):
        yield f"on error → {shown(handlers)}"
    for place, case in enumerate(step.rows("with.cases"), 1):
        rows = next(_condition("when", case.value("when")), "always")
        yield f"case {place}: {rows} → {shown(plain(case.value('to')))}"
    if otherwise := plain(step.value("with.else")):
        yield f"else → {shown(otherwise)}"
    if resources := step.value("resources"):
        yield f"holds {shown(plain(resources))}"


def _condition(word: str, rows: object) -> Iterator[str]:
    """Filter rows as a sentence: those of one group hold together, one group is enough."""
    groups: dict[object, list[str]] = {}
    for row in rows if isinstance(rows, list) else []:
        if isinstance(row, Mapping) and row.get("enabled", True):
            path = row.get("fieldPath", row.get("field"))
            value = "" if row.get("value") is None else f" {plain(row['value'])}"
            groups.setdefault(row.get("logicGroup", 0), []).append(f"{path} {row.get('operator')}{value}")
    if groups:
        yield shown(f"{word} {' or '.join(' and '.join(each) for each in groups.values())}")


def _depths(steps: Sequence[Document], points: Sequence[Document]) -> Mapping[str, int]:
    """How many steps lie before each on its longest way; points, handlers and the ways of branches count too."""
    waits: dict[str, list[str]] = {step.text("id"): _texts(step.value("needs")) for step in steps}
    for step in steps:
        ways = [_texts(step.value("onError")), _texts(step.value("with.else"))]
        ways += [_texts(case.value("to")) for case in step.rows("with.cases")]
        for follower in (each for way in ways for each in way):
            waits.setdefault(follower, []).append(step.text("id"))
    meets = {point.text("id"): _texts(point.value("requires")) for point in points}
    depths: dict[str, int] = {}
    ahead = list(waits)
    while ahead:
        each = ahead[-1]
        before = [one for need in waits[each] for one in meets.get(need, [need]) if one in waits]
        unknown = [one for one in before if one not in depths]
        if unknown:
            ahead += unknown
        else:
            depths[ahead.pop()] = max((depths[one] + 1 for one in before), default=0)
    return depths


def _texts(value: object) -> list[str]:
    return [str(each) for each in value] if isinstance(value, list) else []


def _point_line(output: Output, point: Document) -> str:
    limit = f"  within {point.number('timeoutMs')} ms" if point.value("timeoutMs") else ""
    return (
        f"{output.paint('bold', safe(point, 'id'))}  {_name(point)}meets {shown(plain(point.value('requires')))}{limit}"
    )


def _milestone_line(output: Output, milestone: Document) -> str:
    after = plain(milestone.value("after"))
    reached = f"after {shown(after)}" if after else "when somebody says so"
    return f"{output.paint('bold', safe(milestone, 'id'))}  {_name(milestone)}{reached}"


def _name(part: Document) -> str:
    return "" if part.text("name") == part.text("id") else f"{safe(part, 'name')}  "


def _wait(step: Document) -> str:
    if step.value("with.durationMs") is not None:
        return f"{step.text('with.durationMs')} ms"
    until = step.text("with.until")
    return f"until {until}" if until else f"for signal {step.text('with.signal')}"


_WORK: Mapping[str, Callable[[Document], str]] = {
    "http": lambda step: f"{step.text('with.method') or 'GET'} {step.text('with.url')}",
    "emit": lambda step: step.text("with.event"),
    "wait": _wait,
    "python": lambda step: step.text("with.function"),
    "workflow": lambda step: step.text("with.workflowId"),
}
