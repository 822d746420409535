"""How often a schema may look at one value of the data, whatever the data are: the steps that bound a check (S22).

Subschemas that apply to the same value multiply along references, and again on every level of the data; a few hundred
bytes can ask for 2^64 looks. So the looks are counted before a schema is taken: for every member and item that data
can have, level by level, with all the subschemas it meets there.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter
from heapq import heapify, heappop, heappush

from hookspan.errors import Invalid
from hookspan.model.jsonview import DEPTH
from hookspan.model.schema_nodes import Graph, Label

LOOKS_MOST = 10_000
COUNTING_MOST = 100_000

_Counts = dict[int, int]
_Met = frozenset[tuple[int, int]]


@dataclass(frozen=True, slots=True)
class Cost:
    """The most for one value of the data: `looks` in units of 100 ns, `pattern_steps` for each byte of its text."""

    looks: int
    pattern_steps: int


def cost_of(graph: Graph) -> Cost:
    """The bound; raises Invalid at `/schema` for a schema that looks too often, or at itself for ever."""
    return _Counter(graph).count()


class _Counter:
    def __init__(self, graph: Graph) -> None:
        self._nodes = graph.nodes
        self._rank = self._ranks()
        self._counted = 0
        self._looks = 0
        self._steps = 0

    def count(self) -> Cost:
        """Meet every set of subschemas that any value can meet, level by level of the data."""
        first = self._met(self._closed({0: 1}))
        seen, level = {first}, {first}
        for _ in range(DEPTH):
            level = {met for above in level for met in self._below(above)} - seen
            if not level:
                break
            seen |= level
        return Cost(self._looks, self._steps)

    def _ranks(self) -> list[int]:
        """The order in which subschemas of one value hand on to each other."""
        sorter: TopologicalSorter[int] = TopologicalSorter()
        for index, node in enumerate(self._nodes):
            sorter.add(index)
            for target, _ in node.here:
                sorter.add(target, index)
        try:
            order = list(sorter.static_order())
        except CycleError as error:
            pointer = self._nodes[error.args[1][0]].pointer
            raise Invalid.one(f"/schema{pointer}", "refers to itself without going down into the data") from None
        ranks = [0] * len(order)
        for rank, index in enumerate(order):
            ranks[index] = rank
        return ranks

    def _closed(self, counts: Mapping[int, int]) -> _Counts:
        """The counts with everything that applies to the same value."""
        closed: _Counts = defaultdict(int, counts)
        waiting = [(self._rank[index], index) for index in counts]
        heapify(waiting)
        last = -1
        while waiting:
            _, index = heappop(waiting)
            if index == last:
                continue
            last = index
            for target, times in self._nodes[index].here:
                self._tick()
                closed[target] += closed[index] * times
                heappush(waiting, (self._rank[target], target))
        return closed

    def _below(self, met: _Met) -> Iterator[_Met]:
        """What the children of a value meet, by label; those without one of their own meet what all do."""
        edges: dict[Label, _Counts] = defaultdict(lambda: defaultdict(int))
        for index, number in met:
            for label, target, sign in self._nodes[index].below:
                self._tick()
                edges[label][target] += number * sign
        for kind in ("{", "["):
            common = self._closed(edges.get((kind, None), {}))
            if common:
                yield self._met(common)
            for label in [label for label in edges if label[0] == kind and label[1] is not None]:
                changed = self._closed(edges[label])
                yield self._met({index: common.get(index, 0) + changed.get(index, 0) for index in {*common, *changed}})

    def _met(self, counts: Mapping[int, int]) -> _Met:
        """Note what a meeting costs; the part of it that goes on downwards."""
        looks = sum(number * self._nodes[index].weight for index, number in counts.items())
        steps = sum(number * self._nodes[index].pattern_steps for index, number in counts.items())
        self._looks, self._steps = max(self._looks, looks), max(self._steps, steps)
        self._counted += len(counts)
        if looks > LOOKS_MOST:
            raise Invalid.one("/schema", f"would look at one value of the data more than {LOOKS_MOST:,} times")
        return frozenset((index, number) for index, number in counts.items() if number and self._nodes[index].below)

    def _tick(self) -> None:
        self._counted += 1
        if self._counted > COUNTING_MOST:
            raise Invalid.one("/schema", "is too intricate; its references multiply")
