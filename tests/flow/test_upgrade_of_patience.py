"""What an earlier release wrote of steps that wait for others is taken back when the database is upgraded."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import Engine, text

from hookspan.storage import schema
from hookspan.storage.dialect import make_engine
from hookspan.workflows.validate import read_definition

TENANT, WORKFLOW = "01890000-0000-7000-8000-000000000001", "01890000-0000-7000-8000-000000000002"
THRICE = '{"maxAttempts":3,"initialDelayMs":1000,"multiplier":2.0,"maxDelayMs":30000,"jitter":0.2}'
ONCE = THRICE.replace("3", "1", 1)
FIVE = THRICE.replace("3", "5", 1)
MORE_THAN_A_PAGE = 101


def graph(kind: str, work: str, timeout: str = "15000", retry: str = THRICE) -> str:
    """A definition as it was stored, with numbers and letters that a careless reader would change."""
    step = f'{{"id":"a","name":"\u00e9\\u0001","kind":"{kind}","needs":[],"when":[],"with":{work},"timeoutMs":{timeout}'
    constants = '{"big":123456789012345678901234567890,"fine":0.10000000000000000001}'
    return f'{{"priority":1,"vars":{constants},"triggers":[],"steps":[{step},"retry":{retry},"resources":null}}]}}'


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    """A database as migration 0003 left it, with a tenant and a workflow."""
    path = database_url.removeprefix("sqlite:///")
    is_file = path != database_url
    if is_file:
        Path(path).unlink()
    opened = make_engine(database_url)
    config = Config()
    config.set_main_option("script_location", str(Path(schema.__file__).parent / "migrations"))
    with opened.begin() as connection:
        if not is_file:
            connection.execute(text("DROP SCHEMA public CASCADE"))
            connection.execute(text("CREATE SCHEMA public"))
        config.attributes["connection"] = connection
        command.upgrade(config, "0003")
        connection.execute(text(f"INSERT INTO tenants (id, slug, name, created_at) VALUES ('{TENANT}', 't', 't', 0)"))
        connection.execute(
            text(
                "INSERT INTO workflows (id, tenant_id, name, description, status, version, semver, created_at, "
                f"updated_at) VALUES ('{WORKFLOW}', '{TENANT}', 'w', '', 'active', 1, '1.0.0', 0, 0)"
            )
        )
    yield opened
    opened.dispose()


def upgraded(engine: Engine, *definitions: str) -> list[str]:
    """What is stored of these versions after the upgrade."""
    insert = text(
        "INSERT INTO workflow_versions (workflow_id, version, tenant_id, definition, created_at) "
        f"VALUES ('{WORKFLOW}', :version, '{TENANT}', :definition, 0)"
    )
    with engine.begin() as connection:
        for version, definition in enumerate(definitions, start=1):
            connection.execute(insert, {"version": version, "definition": definition})
    schema.migrate(engine)
    with engine.connect() as connection:
        return list(connection.execute(text("SELECT definition FROM workflow_versions ORDER BY version")).scalars())


def test_what_was_usual_for_calls_is_taken_back_from_steps_that_wait(engine: Engine) -> None:
    child = f'{{"workflowId":"{WORKFLOW}"}}'
    kinds = [("external", "{}"), ("workflow", child), ("wait", '{"signal":"go"}'), ("wait", '{"durationMs":5}')]

    stored = upgraded(engine, *(graph(*each) for each in kinds))

    assert stored == [graph(*each, "null", ONCE) for each in kinds]
    steps = [read_definition(each).steps[0] for each in stored]
    assert [(step.timeout_ms, step.retry.attempts) for step in steps] == [(None, 1)] * 4


def test_what_somebody_wrote_and_what_nobody_reads_stays(engine: Engine) -> None:
    own = graph("external", "{}", "900", FIVE)
    call = graph("http", '{"url":"https://api.example.com/"}')
    odd = ["no json", "[]", '{"steps":[{}]}', '{"steps":[{"kind":"wait"}]}', '{"steps":1}']

    stored = upgraded(engine, own, call, *odd)

    assert stored == [own, call, *odd]


def test_every_page_of_versions_is_upgraded(engine: Engine) -> None:
    stored = upgraded(engine, *[graph("external", "{}")] * MORE_THAN_A_PAGE)

    assert stored == [graph("external", "{}", "null", ONCE)] * MORE_THAN_A_PAGE
