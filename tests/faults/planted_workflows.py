"""The planted bugs of executions: how a step could be recorded, an event told, a resource given twice or never."""

from __future__ import annotations

from tests.faults.planted import Mutant

TOUR = ("tours", "--plan", "tour")
RACE = ("race", "--events", "250")
WORKFLOW_MUTANTS = (
    Mutant(
        "outcome-without-its-lease",
        "storage/settlements.py",
        "else token == item.held_token\n",
        "else True\n",
        ("chaos", "--kills", "6", "--stops", "3", "--store", "postgres"),
        "FAULT",
    ),
    Mutant(
        "outcome-and-events-apart",
        "storage/settlements.py",
        '    failpoints.reach("record.in_tx")\n',
        '    connection.commit()\n    failpoints.reach("record.in_tx")\n',
        (*TOUR, "--only", "record.in_tx"),
        "LOST EVENT",
    ),
    Mutant(
        "messages-gone-before-the-outcome",
        "storage/settlements.py",
        "    update_rows(connection, executions, _SETTLED,",
        "    execution_messages.read(connection, [each for item in kept if item.beside for each in item.beside.read])\n"
        '    connection.commit()\n    failpoints.reach("record.in_tx")\n'
        "    update_rows(connection, executions, _SETTLED,",
        (*TOUR, "--only", "record.in_tx"),
        "FLOW",
    ),
    Mutant(
        "child-born-by-itself",
        "workflows/long.py",
        "    return Awaits(None, child=new, triggered=fact, shown=given)\n",
        '    born = __import__("hookspan.storage.events", fromlist=["events"]).insert_executions\n'
        "    await tools.database.write(born, [new])\n"
        "    return Awaits(None, child=None, triggered=fact, shown=given)\n",
        (*TOUR, "--only", "step.after_effect"),
        "FLOW child 2",
    ),
    Mutant(
        "told-and-not-woken",
        "storage/execution_messages.py",
        "due_at=case((is_idle, now), else_=executions.c.due_at)",
        "due_at=case((is_idle, executions.c.due_at), else_=executions.c.due_at)",
        (*TOUR, "--only", "message.in_tx", "--stride", "9"),
        "STUCK",
    ),
    Mutant(
        "told-while-it-ran",
        "storage/settlements.py",
        "is_told = item.lease_token is None and told != item.told and",
        "is_told = item.lease_token is None and told < item.told and",
        RACE,
        "UNHEARD",
    ),
    Mutant(
        "grant-without-the-pool",
        "storage/resources.py",
        "        if any(name in self._awaited or wanted[name] > self._left[name] for name in limited):\n",
        "        if any(wanted[name] > self._limits[name] for name in limited):\n",
        RACE,
        "OVER GRANTED",
    ),
    Mutant(
        "resources-kept-at-the-end",
        "storage/settlements.py",
        "        resources.release(connection, released)\n",
        "        resources.release(connection, released[:0])\n",
        ("tours", "--plan", "halted", "--only", "step.after_commit"),
        "HELD",
    ),
    Mutant(
        "schedule-fired-by-each",
        "storage/schedules.py",
        "        .where(_column.next_at == was.next_at, exists()",
        "        .where(exists()",
        ("race", "--events", "250", "--store", "postgres"),
        "SCHEDULE",
    ),
    Mutant(
        "limit-not-counted",
        "storage/execution_limits.py",
        "if self.room(each) == 0), None)",
        "if self.room(each) == -1), None)",
        RACE,
        "OVER THE LIMIT",
    ),
    Mutant(
        "key-of-each-try",
        "workflows/steps/http.py",
        'f"{call.execution_id}:{call.step_id}"',
        'f"{call.execution_id}:{call.step_id}:{call.attempt}"',
        RACE,
        "REPEATED",
    ),
)
