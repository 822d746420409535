"""Event → execution. A run of a workflow, in order:

1. `definitions.py` keeps workflows; `validate.py` reads one and compiles each step by its kind in `steps/`.
2. `run.py` claims executions that are due (born with an event, by a call, or woken by a timer) under a lease.
3. `drive.py` takes one execution on as far as it goes; `advance.py`, pure, says what happens next, from the version
   the execution is pinned to (`versions.py`).
4. `steps/` do the work of one step: `hand_on` (kind pass), `transform`, `http`, `wait`, `emit`; what they may read is
   in `context.py`.
5. `facts.py` tells each change as an event and as a live frame; `progress.py` measures how far an execution is.
6. `record.py` commits outcome, next state, timers and events together, fenced by the lease, then tells of them.

`outside.py` is the door for what callers tell executions, `standing.py` shows it before the execution has read it.
`shapes.py` prints workflows, executions and steps, `tasks.py` and `task_executions.py` in seed 002's spelling.
"""
