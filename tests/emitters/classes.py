"""Which class an expression has, as far as the source says it by annotations and what it makes, and who calls whom."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from tests.emitters.modules import Def, Place, Source, parameter

_LISTS = frozenset({"Sequence", "list", "tuple", "Iterable", "Iterator", "Collection"})


class Classes:
    """Asks a source for the classes of what stands in it."""

    def __init__(self, source: Source) -> None:
        self._source = source

    def of(self, place: Place) -> Place | None:
        """The class of an expression, None where that is not written."""
        node = place.node
        match node:
            case ast.Name(id="self" | "cls"):
                return place.at(place.module.around(node)) if place.module.around(node) is not None else None
            case ast.Name():
                return self._of_name(place, node)
            case ast.Attribute():
                owner = self.of(place.at(node.value))
                return None if owner is None else self._named(self.annotation(owner, node.attr))
            case ast.Call():
                made = self.function(place)
                if made is None or isinstance(made.node, ast.ClassDef):
                    return made
                returns = made.node.returns if isinstance(made.node, Def) else None
                return None if returns is None else self._named(made.at(returns))
            case ast.Await() | ast.NamedExpr():
                return self.of(place.at(node.value))
        return None

    def function(self, place: Place) -> Place | None:
        """What a call calls: a function, a method or a class."""
        assert isinstance(place.node, ast.Call)
        called = place.node.func
        if isinstance(called, ast.Name):
            return self._source.meaning(place.module, called.id)
        if not isinstance(called, ast.Attribute):
            return None
        if isinstance(called.value, ast.Name):
            whole = self._source.meaning(place.module, called.value.id)
            if whole is not None and whole.node is None:
                return self._source.meaning(whole.module, called.attr)
        owner = self.of(place.at(called.value))
        for line in self._lines(owner):
            for each in line.node.body if isinstance(line.node, ast.ClassDef) else ():
                if isinstance(each, Def) and each.name == called.attr:
                    return line.at(each)
        return None

    def callers(self, function: Place) -> Iterator[Place]:
        """The calls of a function or method.

        Of a method also what is called by its name on something of no known class, where its own class is known.
        """
        assert isinstance(function.node, Def)
        owner = _owner(function)
        for call in self._source.calls(function.node.name):
            called = self.function(call)
            if called is not None:
                is_meant = called.node is function.node
            else:
                assert isinstance(call.node, ast.Call)
                is_open = isinstance(call.node.func, ast.Attribute) and self.of(call.at(call.node.func.value)) is None
                is_meant = owner is not None and is_open and self._source.meaning(call.module, owner.name) is not None
            if is_meant:
                yield call

    def annotation(self, owner: Place, member: str) -> Place | None:
        """What a class says of its member: in its body, of a property, or of what `__init__` puts there."""
        for line in self._lines(owner):
            for each in ast.walk(line.node) if line.node is not None else ():
                match each:
                    case ast.AnnAssign(target=ast.Name(id=name), annotation=told) if name == member:
                        return line.at(told)
                    case ast.AnnAssign(target=ast.Attribute(attr=name), annotation=told) if name == member:
                        return line.at(told)
                    case ast.FunctionDef(name=name, returns=ast.expr() as told) if name == member:
                        return line.at(told)
                    case ast.Assign(targets=[ast.Attribute(attr=name)], value=ast.Call(func=told)) if name == member:
                        return line.at(told)
                    case ast.Assign(targets=[ast.Attribute(attr=name)], value=ast.Name() as value) if name == member:
                        return self._parameter(line.at(value), value.id)
        return None

    def words(self, told: Place | None) -> frozenset[str] | None:
        """The words of a `Literal`, None of any other annotation; of several, of those that are one."""
        match None if told is None else told.node:
            case ast.Subscript(value=ast.Name(id="Literal"), slice=listed):
                parts = listed.elts if isinstance(listed, ast.Tuple) else [listed]
                return frozenset(part.value for part in parts if isinstance(part, ast.Constant))  # type: ignore[misc]
            case ast.BinOp(left=left, right=right):
                assert told is not None
                sides = [words for side in (left, right) if (words := self.words(told.at(side))) is not None]
                return frozenset(word for words in sides for word in words) if sides else None
            case ast.Name(id=name):
                assert told is not None
                found = self._source.meaning(told.module, name)
                return None if found is None else self.words(found.value)
        return None

    def _lines(self, owner: Place | None) -> Iterator[Place]:
        """A class and those it is made of."""
        if owner is None or not isinstance(owner.node, ast.ClassDef):
            return
        yield owner
        for each in owner.node.bases:
            if isinstance(each, ast.Name):
                yield from self._lines(self._source.meaning(owner.module, each.id))

    def _of_name(self, place: Place, node: ast.Name) -> Place | None:
        for around in place.module.ancestors(node):
            loops = getattr(around, "generators", [around])
            for loop in loops:
                match loop:
                    case ast.For(target=ast.Name(id=name), iter=listed) if name == node.id:
                        return self._element(place.at(listed))
                    case ast.comprehension(target=ast.Name(id=name), iter=listed) if name == node.id:
                        return self._element(place.at(listed))
            if not isinstance(around, Def):
                continue
            for each in ast.walk(around):
                match each:
                    case ast.AnnAssign(target=ast.Name(id=name), annotation=told) if name == node.id:
                        return self._named(place.at(told))
                    case ast.Assign(targets=[ast.Name(id=name)], value=value) if name == node.id:
                        return self.of(place.at(value))
            if parameter(around, node.id) is not None:
                return self._named(self._parameter(place, node.id))
        return None

    def _parameter(self, place: Place, name: str) -> Place | None:
        for around in place.functions():
            found = parameter(around, name)
            if found is not None:
                return None if found.annotation is None else place.at(found.annotation)
        return None

    def _element(self, place: Place) -> Place | None:
        """The class of what stands in a list."""
        told: Place | None = None
        match place.node:
            case ast.Name(id=name):
                told = self._parameter(place, name)
            case ast.Attribute(value=value, attr=member):
                owner = self.of(place.at(value))
                told = None if owner is None else self.annotation(owner, member)
        match None if told is None else told.node:
            case ast.Subscript(value=ast.Name(id=kind), slice=inner) if kind in _LISTS and told is not None:
                return self._named(told.at(inner.elts[0] if isinstance(inner, ast.Tuple) else inner))
        return None

    def _named(self, told: Place | None) -> Place | None:
        """The class that an annotation means; None stands beside it, if anything does."""
        match None if told is None else told.node:
            case ast.Name(id=name):
                assert told is not None
                found = self._source.meaning(told.module, name)
                return found if found is not None and isinstance(found.node, ast.ClassDef) else None
            case ast.BinOp(left=left, right=right):
                assert told is not None
                return self._named(told.at(left)) or self._named(told.at(right))
        return None


def _owner(function: Place) -> ast.ClassDef | None:
    above = None if function.node is None else function.module.above.get(function.node)
    return above if isinstance(above, ast.ClassDef) else None
