"""What counts as an emission: a name that reaches a call which makes a fact, and not one that merely stands there."""

from __future__ import annotations

import pytest

from tests.emitters.emissions import ANY, Emissions, disagreements
from tests.emitters.modules import Source

TABLE = 'ENDS = {"completed": "task.executed", "failed": "task.failed"}\n'
LITERAL = 'from typing import Literal\nWord = Literal["started", "failed", "resting"]\n'
STATE = LITERAL + "class State:\n    status: Word\n"


def of(text: str, **others: str) -> dict[str, set[str]]:
    """What `turn.py` publishes, with other modules beside it."""
    return Emissions(Source({"turn.py": text, **{f"{name}.py": each for name, each in others.items()}})).found()


@pytest.mark.parametrize(
    "text",
    [
        '"""Tells of step.failed."""',
        'if kind == "step.failed": pass',
        'KINDS = {"step.failed": 1}',
        'def of(kind):\n    return {"type": "step.failed"}',
        'Fact("step.failed")',
        'publisher.publish("step.failed")',
        'Publish("step.started", "step.failed")',
        'Notice("system.info", "step.failed")',
        'NewEvent(type="step.started", data="step.failed")',
        'NewEvent(id="", type="step.failed")',
        'TOLD = {"step.failed": "step.started"}\ndef tell(kind):\n    return Publish(TOLD.get(kind))',
        'f"step.{word}"',
        'from hookspan.notes import Publish as Say\nFAILED = "step.failed"\nSay("step.started")',
    ],
)
def test_a_name_that_merely_stands_there_is_no_emission(text: str) -> None:
    assert "step.failed" not in of(text)


@pytest.mark.parametrize(
    "text",
    [
        'Publish("step.failed")',
        'commands += [happenings.Publish("step.failed", each) for each in steps]',
        'NewEvent(id=new_id(now), type="step.failed")',
        'NewFact("step.failed", partial(shown, 1))',
        'partial(Publish, "step.failed")',
        'Publish("step.failed" if is_bad else "step.started")',
        'FAILED = "step.failed"\nPublish(FAILED)',
        'from hookspan.happenings import Publish as Say\nSay("step.failed")',
        'structs.replace(event, type="step.failed")',
        'asyncio.to_thread(client.events.publish, "step.failed", data)',
        'def fact(word):\n    return Publish(f"step.{word}")\nfact("failed")',
        'def fact(*, word="failed"):\n    return Publish(f"step.{word}")\nfact()',
        "class A:\n    def fact(self, word):\n        return Publish(word)\n"
        '    def tell(self):\n        self.fact("step.failed")',
        'def tell():\n    name: str = "step.failed"\n    Publish(name)',
        'def names():\n    found = []\n    found.append("step.failed")\n    return found\n'
        "def tell():\n    found = names()\n    return [Publish(name) for name in found]",
        'def tell():\n    for name in ("step.started", "step.failed"):\n        Publish(name)',
        'def chosen():\n    return "step.failed"\ndef tell():\n    Publish(chosen())',
        STATE + 'def tell(state: State):\n    Publish(f"step.{state.status}")',
    ],
)
def test_a_name_that_reaches_a_fact_is_an_emission(text: str) -> None:
    assert of(text).get("step.failed") == {"turn.py"}


def test_a_name_belongs_to_whoever_says_it_and_not_to_whoever_hands_it_on() -> None:
    notices = "class Notices:\n    def notice(self, kind):\n        return Publish(kind)\n"
    text = (
        "from hookspan.notices import Notices\n"
        "class Monitor:\n"
        "    def __init__(self):\n"
        "        self._notices = Notices()\n"
        "    def tell(self):\n"
        '        self._notices.notice("system.info")\n'
    )

    assert of(text, notices=notices) == {"system.info": {"turn.py"}}


def test_the_values_of_a_table_are_said_and_its_keys_are_not() -> None:
    text = TABLE + "def tell(kind):\n    end = ENDS.get(kind) if kind else None\n    return Publish(end)"

    assert of(text) == {"task.executed": {"turn.py"}, "task.failed": {"turn.py"}}


def test_of_a_word_of_many_those_count_that_make_a_type() -> None:
    assert set(of(STATE + 'def tell(state: State):\n    Publish(f"agent.{state.status}")')) == {
        "agent.started",
        "agent.failed",
    }


def test_a_guard_leaves_the_words_it_lets_through() -> None:
    guard = 'TOLD = ("failed",)\ndef tell(state: State):\n    if state.status not in TOLD:\n        return\n'

    assert set(of(STATE + guard + '    Publish(f"agent.{state.status}")')) == {"agent.failed"}


def test_a_name_that_was_said_where_the_fact_was_made_is_not_said_again() -> None:
    carrier = "from hookspan.happenings import Publish\ndef event(told: Publish):\n    NewEvent(id=1, type=told.type)"

    assert of(carrier, happenings="class Publish:\n    type: str\n") == {}


def test_a_copy_and_what_is_read_back_have_their_names_from_elsewhere() -> None:
    copy = "def copy(event):\n    return NewEvent(**{name: getattr(event, name) for name in event.__struct_fields__})"
    rows = 'def read(row):\n    NewEvent(id=row.id, type=row.type)\nNewEvent(id=1, type="step.failed")'

    assert of(copy) == {}
    assert Emissions(Source({"storage/rows.py": rows})).found() == {"step.failed": {"storage/rows.py"}}


def test_a_provider_says_its_own_names_and_the_source_their_common_one() -> None:
    kinds = (
        "class Kind:\n    name: str\ndef kind_of(text):\n    return Kind(text) if text else Kind('webhook.received')\n"
    )
    text = "from hookspan.kinds import Kind\ndef event(kind: Kind):\n    return NewEvent(id=1, type=kind.name)"

    assert of(text, kinds=kinds) == {"webhook.received": {"turn.py"}}


def test_a_name_that_others_choose_is_any_name() -> None:
    assert of("def publish(name):\n    return NewEvent(id=1, type=name)") == {ANY: {"turn.py"}}
    assert of("def publish(wish):\n    return NewEvent(id=1, type=wish.type)") == {ANY: {"turn.py"}}
    assert of("def publish(members):\n    return NewEvent(**members)") == {ANY: {"turn.py"}}
    assert of('def publish(name=None):\n    name = name or "step.failed"\n    Publish(name)')[ANY] == {"turn.py"}


def test_a_name_that_cannot_be_read_passes_for_any_name() -> None:
    assert of("def tell(word):\n    name, rest = word\n    Publish(name)")[ANY] == {"turn.py"}
    assert of('def tell(word):\n    name = "step."\n    name += word\n    Publish(name)')[ANY] == {"turn.py"}
    assert of(STATE + 'def tell(state: State, room):\n    Publish(f"{room}.{state.status}")') == {ANY: {"turn.py"}}


def test_a_typing_error_in_a_name_is_not_passed_over() -> None:
    assert of('Publish("step.faild")') == {"step.faild": {"turn.py"}}


def test_a_table_must_tell_all_that_is_published_and_nothing_else() -> None:
    found = {"step.failed": {"turn.py", "undo.py"}, ANY: {"door.py"}}

    assert disagreements({"step.failed": ["turn.py", "undo.py"], "custom": ["door.py"]}, found) == []
    assert disagreements({"step.failed": ["turn.py"], "step.started": ["turn.py"]}, found) == [
        "turn.py does not publish step.started",
        "door.py publishes custom, and the table leaves it out",
        "undo.py publishes step.failed, and the table leaves it out",
    ]
