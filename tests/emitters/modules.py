"""The source as syntax trees: which name means what where, and what is called.

Only what the emissions ask of it is read; what is not understood is None or nothing, and no guess.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeAlias

PACKAGE = "hookspan"
Def: TypeAlias = ast.FunctionDef | ast.AsyncFunctionDef
_WRAPPERS = frozenset({"to_thread", "partial"})
"""Calls that call their first argument with the others."""


@dataclass(slots=True, eq=False)
class Module:
    """A file below the package by its path, read when first asked; `imports` are its names of what stands elsewhere."""

    path: str
    text: str
    is_read: bool = False
    imports: dict[str, tuple[str, str]] = field(default_factory=dict)
    tops: dict[str, ast.AST] = field(default_factory=dict)
    calls: dict[str, list[ast.Call]] = field(default_factory=dict)
    above: dict[ast.AST, ast.AST] = field(default_factory=dict)

    def read(self) -> Module:
        """The module with its tree."""
        if not self.is_read:
            self.is_read = True
            self._walk(ast.parse(self.text))
        return self

    def ancestors(self, node: ast.AST) -> Iterator[ast.AST]:
        """What stands around a node, innermost first."""
        while node in self.above:
            node = self.above[node]
            yield node

    def around(self, node: ast.AST) -> ast.ClassDef | None:
        """The class that a node stands in."""
        return next((each for each in self.ancestors(node) if isinstance(each, ast.ClassDef)), None)

    def _walk(self, tree: ast.Module) -> None:
        waiting: list[ast.AST] = [tree]
        for node in waiting:
            below = list(ast.iter_child_nodes(node))
            self.above.update(dict.fromkeys(below, node))
            waiting += below
            match node:
                case ast.ImportFrom(module=str(dotted), names=names):
                    self.imports |= {each.asname or each.name: (dotted, each.name) for each in names}
                case ast.Call():
                    call = _unwrapped(node)
                    self.above[call] = self.above[node]
                    self.calls.setdefault(last_name(call.func) or "", []).append(call)
        for top in tree.body:
            match top:
                case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
                    self.tops[name] = top
                case ast.Assign(targets=[ast.Name(id=name)]) | ast.AnnAssign(target=ast.Name(id=name)):
                    self.tops[name] = top


@dataclass(frozen=True, slots=True, eq=False)
class Place:
    """A piece of syntax and the module it stands in; the module alone where `node` is None."""

    module: Module
    node: ast.AST | None

    def at(self, node: ast.AST | None) -> Place:
        """Another piece of the same module."""
        return Place(self.module, node)

    def functions(self) -> list[Def]:
        """The functions that stand around it, innermost first."""
        around = () if self.node is None else self.module.ancestors(self.node)
        return [each for each in around if isinstance(each, Def)]

    @property
    def value(self) -> Place | None:
        """What an assignment gives."""
        given = getattr(self.node, "value", None)
        return self.at(given) if isinstance(self.node, ast.Assign | ast.AnnAssign) and given is not None else None


class Source:
    """Every module of the package, by its dotted name."""

    def __init__(self, texts: Mapping[str, str]) -> None:
        self._modules = {_dotted(path): Module(path, text) for path, text in texts.items()}
        self._found: dict[str, list[Place]] = {}

    @classmethod
    def of(cls, folder: Path) -> Source:
        """All files of a folder."""
        files = sorted(folder.rglob("*.py"))
        return cls({path.relative_to(folder).as_posix(): path.read_text(encoding="utf-8") for path in files})

    def calls(self, name: str) -> list[Place]:
        """The calls of whatever was made under this name, in modules that call it so or otherwise."""
        if name not in self._found:
            knowing = [each.read() for each in self._modules.values() if name in each.text]
            self._found[name] = [
                Place(module, call)
                for module in knowing
                for alias in {name, *(own for own, (_, original) in module.imports.items() if original == name)}
                for call in module.calls.get(alias, ())
            ]
        return self._found[name]

    def meaning(self, module: Module, name: str) -> Place | None:
        """What a name means at the top of a module: a function, a class, an assignment or another module."""
        if name in module.tops:
            return Place(module, module.tops[name])
        dotted, original = module.imports.get(name, ("", ""))
        if (whole := self._modules.get(f"{dotted}.{original}")) is not None:
            return Place(whole.read(), None)
        other = self._modules.get(dotted)
        return None if other is None else self.meaning(other.read(), original)


def _unwrapped(call: ast.Call) -> ast.Call:
    """The call itself, or the one that `to_thread` or `partial` makes."""
    if last_name(call.func) not in _WRAPPERS or not call.args:
        return call
    return ast.copy_location(ast.Call(call.args[0], call.args[1:], call.keywords), call)


def last_name(node: ast.AST) -> str | None:
    """`c` of `a.b.c`."""
    return node.id if isinstance(node, ast.Name) else node.attr if isinstance(node, ast.Attribute) else None


def given(call: ast.Call, name: str, position: int | None) -> ast.expr | None:
    """What a call gives under a name, or at a place."""
    named = next((each.value for each in call.keywords if each.arg == name), None)
    is_placed = named is None and position is not None and position < len(call.args)
    return call.args[position or 0] if is_placed else named


def argument(call: ast.Call, function: Def, name: str, *, is_bound: bool) -> ast.expr | None:
    """What a call gives for a parameter, or its default; None for one that cannot be read."""
    names = [each.arg for each in (*function.args.posonlyargs, *function.args.args)]
    found = given(call, name, names.index(name) - is_bound if name in names else None)
    if found is not None:
        return found
    if name in names:
        late = names.index(name) - (len(names) - len(function.args.defaults))
        return function.args.defaults[late] if late >= 0 else None
    only = [each.arg for each in function.args.kwonlyargs]
    return function.args.kw_defaults[only.index(name)] if name in only else None


def parameter(function: Def, name: str) -> ast.arg | None:
    """A parameter by its name."""
    all_of = function.args
    return next((each for each in (*all_of.posonlyargs, *all_of.args, *all_of.kwonlyargs) if each.arg == name), None)


def _dotted(path: str) -> str:
    return ".".join([PACKAGE, *path.removesuffix(".py").removesuffix("/__init__").split("/")])
