"""One way of writing a route for two kinds of client: a verb says what to ask and how to read the answer.

`@verb` makes of a method that returns an `Ask[T]` one that returns T on a `Client` and an awaitable T on an
`AsyncClient`; `@listing` makes of one that returns a `Query[T]` an iterable of all its rows, over all pages;
`@streaming` makes of one that returns a `Stream` an iterable of the parts of a body.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Concatenate, Generic, Literal, ParamSpec, Protocol, TypeVar, overload
from urllib.parse import quote

from hookspan.client.answers import Answer
from hookspan.client.flow import Call, Filter, call_of
from hookspan.client.shapes import Shape, read_shape

P = ParamSpec("P")
T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)
N = TypeVar("N")
S = TypeVar("S", bound=Shape)

PAGE_ROWS = 100


class Waits:
    """Marks the nouns of a `Client`."""


class Awaits:
    """Marks the nouns of an `AsyncClient`."""


M = TypeVar("M", Waits, Awaits)


class Carrier(Protocol):
    """Gets answers, at once."""

    def answer(self, call: Call) -> Answer:
        """The 2xx answer, or ApiError."""
        ...

    def parts(self, call: Call) -> Iterator[bytes]:
        """The body of a 2xx answer part by part, or ApiError."""
        ...


class AsyncCarrier(Protocol):
    """Gets answers, in time."""

    async def answer(self, call: Call) -> Answer:
        """The 2xx answer, or ApiError."""
        ...

    def parts(self, call: Call) -> AsyncIterator[bytes]:
        """The body of a 2xx answer part by part, or ApiError."""
        ...


@dataclass(frozen=True, slots=True)
class Ask(Generic[T_co]):
    """What to ask, and how the answer is read."""

    call: Call
    read: Callable[[Answer], T_co]


@dataclass(frozen=True, slots=True)
class Stream:
    """A body to ask for that may be larger than memory; it is asked for once."""

    call: Call


@dataclass(frozen=True, slots=True)
class ListPage(Generic[T]):
    """One page of a list; `next_cursor` is None on the last, `total` is known only where the route counts."""

    rows: tuple[T, ...]
    next_cursor: str | None = None
    total: int | None = None


@dataclass(frozen=True, slots=True)
class Query(Generic[S]):
    """One page to ask for: `cursor` lists go on by a cursor, `offset` lists by counting, `whole` lists come at once."""

    path: str
    kind: type[S]
    filters: Mapping[str, Filter] = field(default_factory=dict)
    paging: Literal["cursor", "offset", "whole"] = "cursor"
    seen: int = 0

    def call(self) -> Call:
        """The request for this page."""
        sizes: dict[str, Filter] = {} if self.paging == "whole" else {"limit": PAGE_ROWS}
        if self.paging == "offset":
            sizes["offset"] = self.seen
        return call_of("GET", self.path, params={**sizes, **self.filters})

    def read(self, answer: Answer) -> ListPage[S]:
        """The page that came."""
        page = answer.page()
        return ListPage(tuple(read_shape(self.kind, row.members) for row in page.rows), page.next_cursor, page.total)

    def after(self, page: ListPage[S]) -> Query[S] | None:
        """The page behind that one, if there is one."""
        if self.paging == "offset":
            seen = self.seen + len(page.rows)
            return replace(self, seen=seen) if page.rows and seen < (page.total or 0) else None
        if page.next_cursor is None or self.paging == "whole":
            return None
        return replace(self, filters={**self.filters, "cursor": page.next_cursor})


@dataclass(frozen=True, slots=True)
class Rows(Generic[S]):
    """A list of a `Client`: iterating asks for page after page."""

    carrier: Carrier
    query: Query[S]

    def __iter__(self) -> Iterator[S]:
        for page in self.pages():
            yield from page.rows

    def pages(self) -> Iterator[ListPage[S]]:
        """The same, page by page."""
        query: Query[S] | None = self.query
        while query is not None:
            page = query.read(self.carrier.answer(query.call()))
            yield page
            query = query.after(page)


@dataclass(frozen=True, slots=True)
class AsyncRows(Generic[S]):
    """A list of an `AsyncClient`: iterating with `async for` asks for page after page."""

    carrier: AsyncCarrier
    query: Query[S]

    async def __aiter__(self) -> AsyncIterator[S]:
        async for page in self.pages():
            for row in page.rows:
                yield row

    async def pages(self) -> AsyncIterator[ListPage[S]]:
        """The same, page by page."""
        query: Query[S] | None = self.query
        while query is not None:
            page = query.read(await self.carrier.answer(query.call()))
            yield page
            query = query.after(page)


class Noun(Generic[M]):
    """One noun of the API, at `path`; every verb raises ApiError."""

    path = ""

    def __init__(self, *, waits: Carrier | None = None, awaits: AsyncCarrier | None = None) -> None:
        self._waits = waits
        self._awaits = awaits

    def route(self, *segments: str) -> str:
        """The path of one thing, or of something below it."""
        return "/".join([self.path, *(quote(segment, safe="") for segment in segments)])

    def carried(self, ask: Ask[T]) -> T | Awaitable[T]:
        """The answer as read, or the promise of it."""
        if self._awaits is not None:
            return _awaited(self._awaits, ask)
        assert self._waits is not None
        return ask.read(self._waits.answer(ask.call))

    def listed(self, query: Query[S]) -> Rows[S] | AsyncRows[S]:
        """The rows of all pages."""
        if self._awaits is not None:
            return AsyncRows(self._awaits, query)
        assert self._waits is not None
        return Rows(self._waits, query)

    def poured(self, stream: Stream) -> Iterator[bytes] | AsyncIterator[bytes]:
        """The parts of a body."""
        if self._awaits is not None:
            return self._awaits.parts(stream.call)
        assert self._waits is not None
        return self._waits.parts(stream.call)


async def _awaited(carrier: AsyncCarrier, ask: Ask[T]) -> T:
    return ask.read(await carrier.answer(ask.call))


class verb(Generic[P, T]):
    """Decorates a method of a noun that returns an Ask."""

    def __init__(self, write: Callable[Concatenate[N, P], Ask[T]]) -> None:
        self._write: Callable[..., Ask[T]] = write
        self.__doc__ = write.__doc__

    @overload
    def __get__(self, noun: Noun[Waits], owner: type) -> Callable[P, T]: ...
    @overload
    def __get__(self, noun: Noun[Awaits], owner: type) -> Callable[P, Awaitable[T]]: ...
    def __get__(self, noun: Noun[M], owner: type) -> Callable[P, T | Awaitable[T]]:
        def asked(*args: P.args, **kwargs: P.kwargs) -> T | Awaitable[T]:
            return noun.carried(self._write(noun, *args, **kwargs))

        asked.__doc__ = self.__doc__
        return asked


class listing(Generic[P, S]):
    """Decorates a method of a noun that returns a Query."""

    def __init__(self, write: Callable[Concatenate[N, P], Query[S]]) -> None:
        self._write: Callable[..., Query[S]] = write
        self.__doc__ = write.__doc__

    @overload
    def __get__(self, noun: Noun[Waits], owner: type) -> Callable[P, Rows[S]]: ...
    @overload
    def __get__(self, noun: Noun[Awaits], owner: type) -> Callable[P, AsyncRows[S]]: ...
    def __get__(self, noun: Noun[M], owner: type) -> Callable[P, Rows[S] | AsyncRows[S]]:
        def asked(*args: P.args, **kwargs: P.kwargs) -> Rows[S] | AsyncRows[S]:
            return noun.listed(self._write(noun, *args, **kwargs))

        asked.__doc__ = self.__doc__
        return asked


class streaming(Generic[P]):
    """Decorates a method of a noun that returns a Stream."""

    def __init__(self, write: Callable[Concatenate[N, P], Stream]) -> None:
        self._write: Callable[..., Stream] = write
        self.__doc__ = write.__doc__

    @overload
    def __get__(self, noun: Noun[Waits], owner: type) -> Callable[P, Iterator[bytes]]: ...
    @overload
    def __get__(self, noun: Noun[Awaits], owner: type) -> Callable[P, AsyncIterator[bytes]]: ...
    def __get__(self, noun: Noun[M], owner: type) -> Callable[P, Iterator[bytes] | AsyncIterator[bytes]]:
        def asked(*args: P.args, **kwargs: P.kwargs) -> Iterator[bytes] | AsyncIterator[bytes]:
            return noun.poured(self._write(noun, *args, **kwargs))

        asked.__doc__ = self.__doc__
        return asked


def shaped(kind: type[S]) -> Callable[[Answer], S]:
    """Reads an answer as one object."""
    return lambda answer: read_shape(kind, answer.document().members)


def nothing(_: Answer) -> None:
    """Reads an answer that says no more than that it is done."""


def members(answer: Answer) -> Mapping[str, object]:
    """Reads an answer as it is."""
    return answer.document().members
