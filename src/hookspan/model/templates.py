"""Templates: JSON trees whose strings may hold `{{path}}` (contracts C.6).

A template reads the context and nothing else: there are no calls, no attributes and no operators in the grammar,
and a path only ever walks dicts and lists. A string that is exactly one template keeps the value's type; inside
other text a string stands as it is and anything else as JSON. Member names are never templates. Limits bound
what a definition may cost: 16 KiB of template, 10,000 steps a rendering, 1 MiB of output.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import TypeAlias

import msgspec

from hookspan.errors import Fault, HookspanError, Invalid
from hookspan.model.paths import MISSING, Path, Scopes, compile_context_path

TEMPLATE_BYTES = 16 * 1024
STEPS = 10_000
OUTPUT_BYTES = 1024 * 1024
DEPTH = 64

_SLOT = re.compile(r"\{\{(?P<path>[^{}]*)\}\}")


class TemplateError(HookspanError):
    """A template could not be rendered; `path` is the path that led nowhere, None when a limit was reached."""

    status, code, title = 422, "template_error", "Template failed"

    def __init__(self, detail: str, *, path: str | None = None) -> None:
        super().__init__(detail)
        self.path = path


class _Budget:
    """What one rendering may still spend; bytes are counted before they are joined, so that none pile up."""

    __slots__ = ("bytes", "steps")

    def __init__(self, template_bytes: int) -> None:
        self.steps = STEPS
        self.bytes = OUTPUT_BYTES - template_bytes

    def spend(self, value: object = None) -> None:
        self.steps -= 1
        if self.steps < 0:
            raise TemplateError(f"the template needs more than {STEPS:,} steps")
        if value is not None:
            self.bytes -= _size(value)
        if self.bytes < 0:
            raise TemplateError(f"the output of the template is larger than {OUTPUT_BYTES:,} bytes")


_Node: TypeAlias = Callable[[Scopes, _Budget], object]


@dataclass(frozen=True, slots=True)
class Template:
    """A compiled tree and the paths it reads, so that a definition can check them before it is saved."""

    paths: tuple[Path, ...]
    _bytes: int
    _render: _Node

    def render(self, context: Scopes) -> object:
        """The tree with every path replaced; raises TemplateError for an unknown path or a limit."""
        return self._render(context, _Budget(self._bytes))


def json_text(value: object) -> str:
    """A value inside text: strings bare, everything else as compact JSON with every digit kept."""
    if isinstance(value, str):
        return value
    return _EXACT.encode(value).decode()


def compile_template(
    tree: object,
    pointer: str = "",
    *,
    roots: Collection[str] | None = None,
    write: Callable[[object], str] = json_text,
) -> Template:
    """Compile once, at save; raises Invalid with the JSON pointer (RFC 6901) of every fault below `pointer`.

    `roots` are the scopes a path may start in; None allows any. `write` is how a value stands inside other text.
    """
    compiler = _Compiler(roots, write)
    render = compiler.node(tree, pointer, 0)
    if compiler.bytes > TEMPLATE_BYTES:
        compiler.fault(pointer, f"a template has at most {TEMPLATE_BYTES:,} bytes")
    if compiler.faults:
        raise Invalid(compiler.faults)
    return Template(tuple(compiler.paths), compiler.bytes, render)


class _Compiler:
    """Collects paths and faults while it turns a tree into closures."""

    def __init__(self, roots: Collection[str] | None, write: Callable[[object], str]) -> None:
        self.roots = roots
        self.write = write
        self.paths: list[Path] = []
        self.faults: list[Fault] = []
        self.bytes = 0

    def fault(self, pointer: str, detail: str) -> None:
        self.faults.append(Fault(pointer, "invalid_template", detail))

    def node(self, tree: object, pointer: str, depth: int) -> _Node:
        self.bytes += 2
        if depth > DEPTH:
            self.fault(pointer, f"a template is at most {DEPTH} levels deep")
        elif isinstance(tree, str):
            return self.text(tree, pointer)
        elif isinstance(tree, dict):
            return self.members(tree, pointer, depth)
        elif isinstance(tree, list):
            return _list([self.node(item, f"{pointer}/{index}", depth + 1) for index, item in enumerate(tree)])
        elif tree is not None and not isinstance(tree, bool | int | float | Decimal):
            self.fault(pointer, "a template is made of JSON values")
        return _constant(tree)

    def members(self, tree: dict[object, object], pointer: str, depth: int) -> _Node:
        members: list[tuple[str, _Node]] = []
        for name, item in tree.items():
            at = f"{pointer}/{escaped(str(name))}"
            if not isinstance(name, str):
                self.fault(at, "a member name is a text")
            self.bytes += len(str(name))
            members.append((str(name), self.node(item, at, depth + 1)))
        return _dict(members)

    def text(self, text: str, pointer: str) -> _Node:
        self.bytes += len(text.encode("utf-8", "surrogatepass"))
        parts = list(self.parts(text, pointer))
        if not any(isinstance(part, Path) for part in parts):
            return _constant(text)
        if len(parts) == 1 and isinstance(parts[0], Path):
            return _slot(parts[0])
        return _joined(parts, self.write)

    def parts(self, text: str, pointer: str) -> Iterator[str | Path]:
        position = 0
        for slot in _SLOT.finditer(text):
            yield from self.literal(text[position : slot.start()], pointer)
            yield from self.path(slot["path"].strip(), pointer)
            position = slot.end()
        yield from self.literal(text[position:], pointer)

    def literal(self, text: str, pointer: str) -> Iterator[str]:
        if "{{" in text:
            self.fault(pointer, "{{ without a path and }} behind it")
        if text:
            yield text

    def path(self, text: str, pointer: str) -> Iterator[Path]:
        try:
            path = compile_context_path(text, pointer)
        except Invalid as invalid:
            self.faults.extend(invalid.faults)
            return
        if self.roots is not None and path.scope not in self.roots:
            self.fault(pointer, f"{path.text!r} starts in none of {', '.join(sorted(self.roots))}")
        self.paths.append(path)
        yield path


def escaped(name: str) -> str:
    """A member name as it stands in a JSON pointer."""
    return name.replace("~", "~0").replace("/", "~1")


def _constant(value: object) -> _Node:
    def render(_: Scopes, budget: _Budget) -> object:
        budget.spend()
        return value

    return render


def _list(items: list[_Node]) -> _Node:
    def render(scopes: Scopes, budget: _Budget) -> object:
        budget.spend()
        return [item(scopes, budget) for item in items]

    return render


def _dict(members: list[tuple[str, _Node]]) -> _Node:
    def render(scopes: Scopes, budget: _Budget) -> object:
        budget.spend()
        return {name: item(scopes, budget) for name, item in members}

    return render


def _slot(path: Path) -> _Node:
    def render(scopes: Scopes, budget: _Budget) -> object:
        value = _known(path, scopes)
        budget.spend(value)
        return value

    return render


def _joined(parts: list[str | Path], write: Callable[[object], str]) -> _Node:
    def render(scopes: Scopes, budget: _Budget) -> object:
        pieces: list[str] = []
        for part in parts:
            pieces.append(part if isinstance(part, str) else write(_known(part, scopes)))
            budget.spend(None if isinstance(part, str) else pieces[-1])
        return "".join(pieces)

    return render


def _size(value: object) -> int:
    if isinstance(value, str):
        return len(value) if value.isascii() else len(value.encode("utf-8", "surrogatepass"))
    # A number may have as many digits as a body has room for, and be asked for a thousand times.
    return len(_EXACT.encode(value)) if isinstance(value, dict | list | int | Decimal) else 8


def _known(path: Path, scopes: Scopes) -> object:
    value = path.value(scopes)
    if value is MISSING:
        raise TemplateError(f"the context has no {path.text!r}", path=path.text)
    return value


_EXACT = msgspec.json.Encoder(decimal_format="number")
