"""Event → execution. A run of a workflow, in order:

1. `definitions.py` keeps workflows; `validate.py` reads one with `triggers.py`, `graph.py` and each kind of step in
   `steps/`; `definition_schema.py` says as a JSON Schema what they read.
2. Executions are born with an event, by `schedule.py`, or by a call or a parent (`starting.py`).
3. `run.py` claims those that are due, under a lease; `drive.py` takes one on as far as it goes, from the version it is
   pinned to (`versions.py`).
4. `machine.py` holds one execution under way; `advance.py`, pure, says what follows from what happened: its moves are
   in `turn.py`, and what came from outside is understood by `hearing.py`.
5. `steps/` do the work of one step, `long.py` what takes its time; what they may read is in `context.py`.
6. `facts.py` tells each change as an event and as a live frame; `progress.py` measures how far an execution is.
7. `record.py` commits outcome, next state, timers and events together, fenced by the lease, then tells of them.

`outside.py` is the door for what callers tell executions, `standing.py` shows it before the execution has read it.
`shapes.py` prints workflows, executions and steps, `tasks.py` and `task_executions.py` in seed 002's spelling.
"""
