"""Which test sees which event types: `@emits` says it, the stage checks it, the reference page is written from it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

Test = TypeVar("Test", bound=Callable[..., Any])

WORD = "emits"


def emits(*names: str) -> Callable[[Test], Test]:
    """The types that this test causes by the product itself and sees delivered, each under its own name.

    Before the test the stage has an endpoint for every name; after it each of them must have arrived.
    """

    def marked(test: Test) -> Test:
        setattr(test, WORD, names)
        return test

    return marked


def names_of(test: object) -> tuple[str, ...]:
    """What a test says that it causes."""
    names: tuple[str, ...] = getattr(test, WORD, ())
    return names
