"""Functions of the operator's own program that steps of kind `python` name, and what they may do while they run.

Functions that block run on threads of their own, coroutine functions on the event loop. A step's work is done at
least once, so a function must bear being called again; `StepContext.key` is the same each time. One process has a
step's function on one thread only: a try waits for an earlier one that has not returned yet (threads.py).
"""

from __future__ import annotations

import inspect
import threading
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import TypeVar

import msgspec

from hookspan import observe
from hookspan.errors import HookspanError, Invalid
from hookspan.model.catalogue import is_reserved
from hookspan.model.events import NewEvent
from hookspan.model.match import is_name
from hookspan.model.retry import ATTEMPT_LIMIT
from hookspan.model.workflows import DEPTH_LIMIT
from hookspan.workflows.state import Problem
from hookspan.workflows.steps import emit, python
from hookspan.workflows.steps.outcome import Broken, Call, Done, exact, read_exact
from hookspan.workflows.threads import Limit, Threads

THREADS = 32
NAME_LENGTH = 100


@dataclass
class StepContext:
    """What a function is given: its input, whose step it is, and what it may do."""

    input: object
    tenant_id: str
    workflow_id: str
    execution_id: str
    step_id: str
    attempt: int
    trigger: object
    _call: Call = field(repr=False)
    _limit: Limit | None = field(default=None, repr=False)
    _events: list[NewEvent] = field(default_factory=list, repr=False)
    _ended: threading.Event = field(default_factory=threading.Event, repr=False)

    @classmethod
    def for_test(
        cls, input: object = None, *, trigger: Mapping[str, object] | None = None, attempt: int = 1
    ) -> StepContext:
        """One to call a step's function with in a test, without a hookspan; what it emits stays in `emitted`.

        The function reads input and trigger as it would in a workflow: as JSON, fractions as Decimal.
        """
        given = read_exact(exact.encode(input))
        call = Call(
            tenant_id="tenant",
            workflow_id="workflow",
            execution_id="execution",
            step_id="step",
            attempt=attempt,
            now=0,
            priority=1,
            depth=0,
            scopes={"trigger": read_exact(exact.encode(trigger or {}))},
            given=given,
        )
        return _context(call, given)

    @property
    def key(self) -> str:
        """The same for every try of this step, for whoever must tell a repeat from a second call."""
        return f"{self.execution_id}:{self.step_id}"

    @property
    def is_cancelled(self) -> bool:
        """Whether nobody waits for the result any more: cancelled, timed out, or run by another process."""
        return self._ended.is_set()

    def emit(self, event: str, data: object = None, metadata: Mapping[str, object] | None = None) -> str:
        """Publish an event if the step succeeds, in the transaction that records it; its id.

        Raises ValueError for a name that is none or that hookspan alone publishes, and deep in a chain of causes.
        """
        if not is_name(event) or is_reserved(event):
            raise ValueError(f"{event!r} is no name of an event a step may publish")
        if self._call.depth >= DEPTH_LIMIT:
            raise ValueError(emit.CHAIN_IS_CUT)
        written = None if metadata is None else exact.encode(metadata)
        born = emit.born(self._call, event, exact.encode({} if data is None else data), written)
        self._events.append(born)
        return born.id

    def log(self, message: str, **fields: object) -> None:
        """A line in hookspan's log that names the step."""
        observe.step("execution.said", execution=self.execution_id, step=self.step_id, message=message, **fields)

    def end(self) -> None:
        """Nobody waits any more."""
        self._ended.set()

    @property
    def events(self) -> tuple[NewEvent, ...]:
        """What was emitted."""
        return tuple(self._events)

    @property
    def emitted(self) -> list[tuple[str, object]]:
        """Name and data of what was emitted."""
        return [(event.type, msgspec.json.decode(event.data)) for event in self._events]


StepFunction = Callable[[StepContext], object] | Callable[[StepContext], Awaitable[object]]
Argument = TypeVar("Argument")


class Functions:
    """The functions by name; one for a process."""

    def __init__(self, *, threads: int = THREADS) -> None:
        self._by_name: dict[str, StepFunction] = {}
        self._max_attempts: dict[str, int] = {}
        self._most = threads
        self._threads = Threads(threads)

    def register(self, name: str, function: StepFunction, *, max_attempts: int | None = None) -> None:
        """Let steps name a function, and try it so often where they leave `retry` as it is by default.

        Raises ValueError for a name that is none or taken, for tries other than 1 to 50, and for a function that
        does not take one argument.
        """
        check_name(name, NAME_LENGTH)
        check_function(function, "the StepContext")
        if name in self._by_name:
            raise ValueError(f"a function named {name!r} is registered already; give this one another name")
        if max_attempts is not None:
            self._max_attempts[name] = checked_attempts(max_attempts)
        self._by_name[name] = function

    def max_attempts(self, name: str) -> int | None:
        """How often a function's steps are tried, where the code says so."""
        return self._max_attempts.get(name)

    @property
    def registered(self) -> int:
        """How many there are: names are only ever added, so whoever compiled with as many knows them all."""
        return len(self._by_name)

    def close(self) -> None:
        """Let the threads go; those still in a function are not waited for."""
        self._threads.close()
        self._threads = Threads(self._most)

    async def run(self, work: python.Function, call: Call, timeout_ms: int) -> Done | Broken:
        """Call it once; its time begins with it. Raises TemplateError for a path that leads nowhere."""
        function = self._by_name.get(work.name)
        if function is None:
            return Broken(Problem("unknown_function", f"no function is registered as {work.name!r} in this process"))
        given = python.given(work, call)
        limit = Limit(timeout_ms)
        context = _context(call, given, limit)
        try:
            async with limit.within:
                limit.begin()
                output = await self.call(function, context, context)
            exact.encode(output)
        except TimeoutError:
            problem = Problem("timeout", f"{work.name} took longer than {timeout_ms:,} ms")
            return Broken(problem, is_retryable=True, shown=given)
        except HookspanError as error:
            return Broken(Problem(error.code, error.detail), is_retryable=not isinstance(error, Invalid), shown=given)
        except Exception as error:  # noqa: BLE001  # the boundary to the operator's function: any fault fails the try
            problem = Problem("function_failed", f"{type(error).__name__}: {error}")
            return Broken(problem, is_retryable=True, shown=given)
        finally:
            context.end()
        return Done(output, given, context.events)

    async def call(self, function: Callable[[Argument], object], argument: Argument, step: StepContext) -> object:
        """Await a coroutine function here, let any other run on a thread; within the time of the step's try."""
        if inspect.iscoroutinefunction(function):
            return await function(argument)
        assert step._limit is not None
        output = await self._threads.call(function, argument, step.key, step._limit)
        return await output if inspect.isawaitable(output) else output


def check_name(name: object, limit: int) -> None:
    """Raises ValueError for what cannot be the name of a function."""
    if not (isinstance(name, str) and 1 <= len(name) <= limit and name.isprintable() and name == name.strip()):
        raise ValueError(f"{name!r} is no name of a function; give 1 to {limit} printable characters")


def check_function(function: object, given: str) -> None:
    """Raises ValueError for what cannot be called with one argument, `given` being what that is."""
    if not callable(function):
        raise ValueError(f"{function!r} is no function; decorate one that takes {given}")
    try:
        signature = inspect.signature(function)
    except ValueError:
        return  # written in C, with a signature that nobody told
    try:
        signature.bind(given)
    except TypeError:
        name = getattr(function, "__qualname__", repr(function))
        raise ValueError(f"{name}{signature} is called with {given} alone; let it take one argument") from None


def checked_attempts(attempts: int) -> int:
    """How often a step may be tried in all; raises ValueError."""
    if isinstance(attempts, int) and not isinstance(attempts, bool) and 1 <= attempts <= ATTEMPT_LIMIT:
        return attempts
    raise ValueError(f"max_attempts is {attempts!r}; give a whole number from 1 to {ATTEMPT_LIMIT}, the first included")


def _context(call: Call, given: object, limit: Limit | None = None) -> StepContext:
    return StepContext(
        input=given,
        tenant_id=call.tenant_id,
        workflow_id=call.workflow_id,
        execution_id=call.execution_id,
        step_id=call.step_id,
        attempt=call.attempt,
        trigger=call.scopes.get("trigger"),
        _call=call,
        _limit=limit,
    )
