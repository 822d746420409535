"""Where facts are made: the calls in the source that make one, and the names each of them may give it.

A name counts where it is written: as the argument of such a call, or of a function that hands it on to one. Names that
are put together, looked up or taken from a list are followed to where they are written; of a member or a result that
is annotated with `Literal`, every word counts that makes a name of the catalogue.
"""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from hookspan.model.catalogue import INBOUND, find
from tests.emitters.classes import Classes
from tests.emitters.modules import Def, Module, Place, Source, argument, given, last_name, parameter

CLIENT = "publish"
MAKERS: Mapping[str, int | None] = {
    "NewEvent": None,
    "NewFact": 0,
    "Notice": 0,
    "Publish": 0,
    "replace": None,
    CLIENT: 0,
}
"""What makes a fact, and where its `type` stands when it is not named; `publish` of a client asks a server for one."""
ANY = "*"
"""A name that the source does not write: an application or a provider chose it."""
OTHERS = "custom"
READS_BACK = "storage/"
"""What storage makes an event of was published before it was stored: names it reads from rows are none of its own."""


@dataclass(frozen=True, slots=True)
class Name:
    """A name a fact may have, and the module that says so; `is_sure` unless it is one of a `Literal`'s many."""

    text: str
    module: str
    is_sure: bool = True


Names: TypeAlias = frozenset[Name]
NONE: Names = frozenset()


def disagreements(told: Mapping[str, Collection[str]], found: Mapping[str, Collection[str]]) -> list[str]:
    """What a table tells and the source does not do, and what the source does and the table leaves out.

    Both are modules by type. Whoever lets others choose the name publishes `custom`, which is theirs alone.
    """
    done = {(OTHERS if name == ANY else name, module) for name, modules in found.items() for module in modules}
    said = {(name, module) for name, modules in told.items() for module in modules}
    wrong = [f"{module} does not publish {name}" for name, module in sorted(said - done)]
    return wrong + [f"{module} publishes {name}, and the table leaves it out" for name, module in sorted(done - said)]


class Emissions:
    """Reads a source for what it publishes."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self._classes = Classes(source)
        self._asked: set[tuple[Module, ast.AST]] = set()
        self._asked_for: list[Def] = []
        """Functions whose results are being read: what those make of their parameters is not followed."""

    def found(self) -> dict[str, set[str]]:
        """The modules that publish, by type; under ANY those whose names come from outside."""
        modules: dict[str, set[str]] = {}
        for site, value in self._sites():
            for name in self._said_at(site, value):
                modules.setdefault(name.text, set()).add(name.module)
        return modules

    def _sites(self) -> Iterator[tuple[Place, ast.expr | None]]:
        """The calls that make a fact, with what they give as its type; None where that cannot be seen."""
        for maker, position in MAKERS.items():
            for site in self._source.calls(maker):
                call = site.node
                assert isinstance(call, ast.Call)
                value = given(call, "type", position)
                if value is None and (maker == "replace" or _is_copy(call)):
                    continue
                if not _is_no_event(call) and (maker != CLIENT or _is_asked(call)):
                    yield site, value

    def _said_at(self, site: Place, value: ast.expr | None) -> Names:
        found = _any(site) if value is None else self.names(site.at(value))
        is_providers = any(each.text == INBOUND for each in found)
        if is_providers or site.module.path.startswith(READS_BACK) or _is_asked(site.node):
            found = frozenset(each for each in found if each.text != ANY)
        return frozenset(each for each in found if each.text and (each.is_sure or find(each.text) is not None))

    # -- what an expression may be -------------------------------------------------------------------------------------

    def names(self, place: Place) -> Names:
        """The texts that an expression may have; empty where it is none, or was named where it was made."""
        node = place.node
        match node:
            case ast.Constant(value=str(text)):
                return frozenset({Name(text, place.module.path)})
            case ast.Constant():
                return NONE
            case ast.IfExp():
                return self._each(place, [node.body, node.orelse])
            case ast.BoolOp():
                return self._each(place, node.values)
            case ast.Await() | ast.FormattedValue() | ast.NamedExpr():
                return self.names(place.at(node.value))
            case ast.JoinedStr():
                return self._joined(place, node)
            case _:
                return self._followed(place)

    def _followed(self, place: Place) -> Names:
        """Each place once: what comes back to itself says nothing new."""
        node = place.node
        assert node is not None
        here = (place.module, node)
        if here in self._asked:
            return NONE
        self._asked.add(here)
        try:
            match node:
                case ast.Name():
                    return self._of_name(place, node)
                case ast.Attribute():
                    return self._of_member(place, node)
                case ast.Call():
                    return self._of_result(place, node)
                case ast.Subscript():
                    return self._looked_up(place, node.value)
                case _:
                    return _any(place)
        finally:
            self._asked.discard(here)

    def _each(self, place: Place, nodes: Iterable[ast.AST]) -> Names:
        return frozenset(name for node in nodes for name in self.names(place.at(node)))

    def _joined(self, place: Place, node: ast.JoinedStr) -> Names:
        made = {Name("", place.module.path)}
        for part in node.values:
            made = {_plus(left, right) for left in made for right in self.names(place.at(part))}
        return frozenset(made)

    def _of_name(self, place: Place, node: ast.Name) -> Names:
        guarded = self._guarded(place)
        if guarded is not None:
            return guarded
        for around in place.module.ancestors(node):
            listed = _iterated(around, node.id)
            if listed is not None:
                return self.elements(place.at(listed))
            if isinstance(around, Def):
                values, stores = _assigned(around, node.id), _stores(around, node.id)
                found = self._each(place, values)
                if stores > len(values):
                    # Part of a tuple, or added to: what it is then is not read.
                    found |= _any(place)
                if parameter(around, node.id) is not None:
                    return found | self._given(place.at(around), node.id)
                if stores:
                    return found
        return self._constant(self._source.meaning(place.module, node.id), place)

    def _constant(self, found: Place | None, asked: Place) -> Names:
        value = None if found is None else found.value
        return _any(asked) if value is None else _moved(self.names(value), asked.module)

    def _given(self, function: Place, name: str) -> Names:
        """What its callers give for a parameter; where nobody in the source calls it, whatever others please."""
        assert isinstance(function.node, Def)
        if function.node in self._asked_for:
            return _any(function)
        is_method = isinstance(function.module.above.get(function.node), ast.ClassDef)
        found: set[Name] = set()
        calls = list(self._classes.callers(function))
        for call in calls:
            assert isinstance(call.node, ast.Call)
            value = argument(call.node, function.node, name, is_bound=is_method)
            found |= _any(call) if value is None else self.names(call.at(value))
        return frozenset(found) if calls else _any(function)

    def _of_member(self, place: Place, node: ast.Attribute) -> Names:
        guarded = self._guarded(place)
        if guarded is not None:
            return guarded
        if isinstance(node.value, ast.Name):
            whole = self._source.meaning(place.module, node.value.id)
            if whole is not None and whole.node is None:
                return self._constant(self._source.meaning(whole.module, node.attr), place)
        owner = self._classes.of(place.at(node.value))
        if owner is None or not isinstance(owner.node, ast.ClassDef):
            return _any(place)
        if owner.node.name in MAKERS and node.attr == "type":
            return NONE
        words = self._classes.words(self._classes.annotation(owner, node.attr))
        if words is not None:
            return frozenset(Name(word, place.module.path, is_sure=False) for word in words)
        return _moved(self._built_with(owner, node.attr) or _any(place), place.module)

    def _built_with(self, owner: Place, member: str) -> Names:
        """What a class is given for a member wherever one is made."""
        assert isinstance(owner.node, ast.ClassDef)
        members = _declared(owner.node)
        found: set[Name] = set()
        for call in self._source.calls(owner.node.name) if member in members else ():
            assert isinstance(call.node, ast.Call)
            value = given(call.node, member, members.index(member))
            found |= _any(call) if value is None else self.names(call.at(value))
        return frozenset(found)

    def _of_result(self, place: Place, node: ast.Call) -> Names:
        if isinstance(node.func, ast.Attribute) and node.func.attr == "get":
            return self._looked_up(place, node.func.value) | self._each(place, node.args[1:])
        function = self._classes.function(place)
        if function is None or not isinstance(function.node, Def):
            return _any(place)
        words = self._classes.words(None if (told := function.node.returns) is None else function.at(told))
        if words is not None:
            return frozenset(Name(word, place.module.path, is_sure=False) for word in words)
        self._asked_for.append(function.node)
        try:
            return _moved(self._each(function, _returned(function.node)), place.module)
        finally:
            self._asked_for.pop()

    def _looked_up(self, place: Place, table: ast.AST) -> Names:
        """The values of a table that is written at the top of a module."""
        found = self._source.meaning(place.module, table.id) if isinstance(table, ast.Name) else None
        value = None if found is None else found.value
        if value is None or not isinstance(value.node, ast.Dict):
            return _any(place)
        return _moved(self._each(value, value.node.values), place.module)

    def _guarded(self, place: Place) -> Names | None:
        """What is left of a value behind `if value not in (...): return`."""
        functions = place.functions()
        if not functions or place.node is None:
            return None
        shown = ast.dump(place.node)
        for each in functions[0].body:
            match each:
                case ast.If(test=ast.Compare(left=left, ops=[ast.NotIn()], comparators=[listed]), body=[ast.Return()]):
                    if ast.dump(left) == shown and left is not place.node:
                        return self.elements(place.at(listed))
        return None

    # -- what a list may hold ------------------------------------------------------------------------------------------

    def elements(self, place: Place) -> Names:
        """The texts that may stand in a list."""
        node = place.node
        match node:
            case ast.Tuple() | ast.List() | ast.Set():
                return self._each(place, node.elts)
            case ast.Call():
                function = self._classes.function(place)
                if function is not None and isinstance(function.node, Def):
                    return self._lists(function, _returned(function.node))
            case ast.Name():
                for around in place.module.ancestors(node):
                    if isinstance(around, Def) and (values := _assigned(around, node.id)):
                        more, one_more = _extended(around, node.id), _appended(around, node.id)
                        return self._lists(place, [*values, *more]) | self._each(place, one_more)
                found = self._source.meaning(place.module, node.id)
                if found is not None and found.value is not None:
                    return _moved(self.elements(found.value), place.module)
        return _any(place)

    def _lists(self, place: Place, nodes: Iterable[ast.AST]) -> Names:
        return frozenset(name for node in nodes for name in self.elements(place.at(node)))


def _any(place: Place) -> Names:
    return frozenset({Name(ANY, place.module.path)})


def _moved(names: Names, module: Module) -> Names:
    """Names as said by the module that uses them."""
    return frozenset(Name(each.text, module.path, each.is_sure) for each in names)


def _plus(left: Name, right: Name) -> Name:
    is_open = ANY in (left.text, right.text)
    if is_open:
        return Name(ANY, right.module)
    return Name(left.text + right.text, right.module, left.is_sure and right.is_sure)


def _is_no_event(call: ast.Call) -> bool:
    """An event without an id is never stored: it stands for a tenant whose subscriptions are to be read anew."""
    return any(
        each.arg == "id" and isinstance(each.value, ast.Constant) and not each.value.value for each in call.keywords
    )


def _is_asked(call: ast.AST | None) -> bool:
    """`client.events.publish`: what is asked of a server is made there, and only a name written here is said here."""
    match call:
        case ast.Call(func=ast.Attribute(value=value, attr=name)) if name == CLIENT:
            return last_name(value) == "events"
    return False


def _is_copy(call: ast.Call) -> bool:
    """Made of all the members of another, which has its name already."""
    spread = [node for each in call.keywords if each.arg is None for node in ast.walk(each.value)]
    is_whole = any(isinstance(node, ast.Attribute) and node.attr == "__struct_fields__" for node in spread)
    return is_whole and not any(isinstance(node, ast.Constant) and node.value == "type" for node in spread)


def _iterated(around: ast.AST, name: str) -> ast.expr | None:
    """What a name runs over in a loop or a comprehension."""
    loops = around.generators if isinstance(around, ast.ListComp | ast.GeneratorExp | ast.SetComp) else [around]
    for loop in loops:
        if (
            isinstance(loop, ast.For | ast.comprehension)
            and isinstance(loop.target, ast.Name)
            and loop.target.id == name
        ):
            return loop.iter
    return None


def _assigned(function: Def, name: str) -> list[ast.expr]:
    found: list[ast.expr] = []
    for node in ast.walk(function):
        match node:
            case ast.Assign(targets=[ast.Name(id=target)], value=value) if target == name:
                found.append(value)
            case ast.AnnAssign(target=ast.Name(id=target), value=ast.expr() as value) if target == name:
                found.append(value)
            case ast.NamedExpr(target=ast.Name(id=target), value=value) if target == name:
                found.append(value)
    return found


def _stores(function: Def, name: str) -> int:
    """How often a name is set."""
    names = [node for node in ast.walk(function) if isinstance(node, ast.Name) and node.id == name]
    return sum(isinstance(each.ctx, ast.Store) for each in names)


def _appended(function: Def, name: str) -> Iterator[ast.expr]:
    for node in ast.walk(function):
        match node:
            case ast.Call(func=ast.Attribute(value=ast.Name(id=target), attr="append" | "insert"), args=[*_, value]):
                if target == name:
                    yield value


def _extended(function: Def, name: str) -> Iterator[ast.expr]:
    for node in ast.walk(function):
        match node:
            case ast.Call(func=ast.Attribute(value=ast.Name(id=target), attr="extend"), args=[value]) if target == name:
                yield value
            case ast.AugAssign(target=ast.Name(id=target), value=value) if target == name:
                yield value


def _returned(function: Def) -> list[ast.expr]:
    found = [node.value for node in ast.walk(function) if isinstance(node, ast.Return)]
    return [value for value in found if value is not None]


def _declared(owner: ast.ClassDef) -> list[str]:
    return [
        each.target.id for each in owner.body if isinstance(each, ast.AnnAssign) and isinstance(each.target, ast.Name)
    ]
