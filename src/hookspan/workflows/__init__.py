"""Event → execution. A run of a workflow, in order:

1. `definitions.py` keeps workflows; `validate.py` reads one and compiles each step by its kind in `steps/`.
2. `run.py` claims executions that are due (born with an event, by a call, or woken by a timer) under a lease.
3. `drive.py` takes one execution on as far as it goes; `advance.py`, pure, says what happens next.
4. `steps/` do the work of one step: `hand_on` (kind pass), `transform`, `http`, `wait`, `emit`.
5. `facts.py` tells each change as an event and as a live frame; `progress.py` measures how far an execution is.
6. Outcome, next state, timers and events are committed together (`storage/executions.py`), fenced by the lease.

`shapes.py` renders workflows, executions and steps as the contracts print them.
"""
