"""Triggers that write every change of state down in its own transaction, and whatever is held and given back.

`fault_moves` are deliveries', `fault_flow_moves` executions' (an empty step) and steps'. `fault_held` tells in order
who took what of which holder: of a tenant's pools with the amounts, of a workflow the leases of its executions.
"""

from __future__ import annotations

from sqlalchemy import Engine

_TABLES = (
    "CREATE TABLE fault_moves (origin TEXT, target TEXT)",
    "CREATE TABLE fault_flow_moves (execution_id TEXT, step_id TEXT, origin TEXT, target TEXT)",
    "CREATE INDEX fault_flow_moved ON fault_flow_moves (execution_id)",
)
_HELD = "what TEXT, id TEXT, holder TEXT, is_held BOOLEAN, amounts TEXT"
_HOLD = "INSERT INTO fault_held (what, id, holder, is_held, amounts) VALUES"
_LEASED = f"{_HOLD} ('lease', NEW.id, NEW.workflow_id, NEW.lease_token IS NOT NULL, NULL)"
_GRANTED = f"{_HOLD} ('pool', NEW.id, NEW.tenant_id, TRUE, NEW.resources)"
_FREED = f"{_HOLD} ('pool', OLD.id, OLD.tenant_id, FALSE, OLD.resources)"
_IS_LEASE = "(OLD.lease_token IS NULL) <> (NEW.lease_token IS NULL)"
_IS_GRANT = "OLD.granted_at IS NULL AND NEW.granted_at IS NOT NULL"
_IS_FREED = "OLD.granted_at IS NOT NULL"
_OWN = {"webhook_deliveries": "", "executions": "NEW.id, '', ", "steps": "NEW.execution_id, NEW.step_id, "}


def _sqlite() -> list[str]:
    made = [f"CREATE TABLE fault_held (n INTEGER PRIMARY KEY, {_HELD})"]
    for table, own in _OWN.items():
        log = "fault_flow_moves" if own else "fault_moves"
        made += [
            f"CREATE TRIGGER fault_{table}_born AFTER INSERT ON {table}"
            f" BEGIN INSERT INTO {log} VALUES ({own}NULL, NEW.status); END",
            f"CREATE TRIGGER fault_{table}_moved AFTER UPDATE ON {table} WHEN OLD.status <> NEW.status"
            f" BEGIN INSERT INTO {log} VALUES ({own}OLD.status, NEW.status); END",
        ]
    held = (
        ("leased", "UPDATE ON executions", _IS_LEASE, _LEASED),
        ("granted", "UPDATE ON resource_leases", _IS_GRANT, _GRANTED),
        ("freed", "DELETE ON resource_leases", _IS_FREED, _FREED),
    )
    made += [
        f"CREATE TRIGGER fault_{name} AFTER {when} WHEN {which} BEGIN {act}; END" for name, when, which, act in held
    ]
    return made


def _postgres() -> list[str]:
    made = [f"CREATE TABLE fault_held (n BIGSERIAL PRIMARY KEY, {_HELD})"]
    for table, own in _OWN.items():
        log = "fault_flow_moves" if own else "fault_moves"
        made += _trigger(
            f"{table}_moved",
            f"INSERT OR UPDATE ON {table}",
            f"IF TG_OP = 'INSERT' THEN INSERT INTO {log} VALUES ({own}NULL, NEW.status);"
            f" ELSIF OLD.status <> NEW.status THEN INSERT INTO {log} VALUES ({own}OLD.status, NEW.status); END IF;",
        )
    made += _trigger("leased", "UPDATE ON executions", f"IF {_IS_LEASE} THEN {_LEASED}; END IF;")
    made += _trigger("granted", "UPDATE ON resource_leases", f"IF {_IS_GRANT} THEN {_GRANTED}; END IF;")
    made += _trigger("freed", "DELETE ON resource_leases", f"IF {_IS_FREED} THEN {_FREED}; END IF;")
    return made


def _trigger(name: str, when: str, body: str) -> tuple[str, str]:
    return (
        f"CREATE FUNCTION fault_{name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {body} RETURN NULL; END $$",
        f"CREATE TRIGGER fault_{name} AFTER {when} FOR EACH ROW EXECUTE FUNCTION fault_{name}()",
    )


def log_moves(engine: Engine) -> None:
    """From now on it is written down."""
    with engine.begin() as connection:
        for statement in (*_TABLES, *(_sqlite() if engine.dialect.name == "sqlite" else _postgres())):
            connection.exec_driver_sql(statement)
