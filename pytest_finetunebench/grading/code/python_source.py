"""Python source read without running it: parsed by `ast`, bare header lines completed, imported names resolved."""

from __future__ import annotations

import ast
import builtins
import textwrap
import warnings
from collections.abc import Iterator
from functools import cached_property, lru_cache

import regex

from pytest_finetunebench.errors import one_line
from pytest_finetunebench.grading.code.code import same_identifier
from pytest_finetunebench.grading.memo import MEMO_SIZE

LONGEST = 20_000
"""Characters of source that are parsed."""
NAME = regex.compile(r"[^\W\d]\w{0,200}+(?:\.[^\W\d]\w{0,200}+){0,30}+")
"""A dotted identifier, as options name what is called or imported."""
_OBJECT = "(…)_"
"""Stands for an expression in front of a dot: no name is its abbreviation, and it abbreviates none."""
_MOST_PARTS = 32
"""So many parts of a dotted name are read, from its end."""
_HEADER = regex.compile(r"(?:^|\n)[ \t]*+(?:@[^\n]*|[^\n]*:[ \t]*+(?:\#[^\n]*)?)$")
_OPENERS = (
    (regex.compile(r"(?:except|finally)\b"), "try:\n    pass\n"),
    (regex.compile(r"(?:elif|else)\b"), "if _:\n    pass\n"),
    (regex.compile(r"case\b"), "match _:\n"),
)
"""What a header line that goes on with a statement needs in front of it."""
_NO_CONTENT = {"ctx", "kind", "type_comment", "lineno", "type_params"}
_BLOCKS = {"body", "orelse", "finalbody", "decorator_list"}


class SourceError(Exception):
    """Why a text is no Python source, in words that follow it: `is no Python: …`."""


class Source:
    """Parsed source: its nodes, and what its imports make of names."""

    def __init__(self, text: str) -> None:
        """Parse a text; raises SourceError, and nothing else, where it cannot be read."""
        self.text = text
        self._names: dict[ast.AST, tuple[str, bool]] = {}
        try:
            self.nodes = [node for node in ast.walk(_parsed(text)) if not isinstance(node, ast.Module)]
        except SyntaxError as error:
            raise SourceError(f"is no Python: {_explained(error)}") from None
        except (RecursionError, MemoryError):
            raise SourceError("is no Python that can be read: it nests too deeply") from None
        except ValueError as error:
            raise SourceError(f"is no Python: {one_line(error, 80)}") from None

    @cached_property
    def aliases(self) -> dict[str, str]:
        """Names that imports bind, and what each stands for: `np` → `numpy`, `concat` → `pandas.concat`."""
        found: dict[str, str] = {}
        for module, alias in self._imported():
            if module is not None:
                found[alias.asname or alias.name] = f"{module}.{alias.name}"
            elif alias.asname:
                found[alias.asname] = alias.name
            else:
                found[alias.name.partition(".")[0]] = alias.name.partition(".")[0]
        return found

    def _imported(self) -> Iterator[tuple[str | None, ast.alias]]:
        for node in self.nodes:
            if isinstance(node, ast.Import | ast.ImportFrom):
                module = "." * node.level + (node.module or "") if isinstance(node, ast.ImportFrom) else None
                yield from ((module, alias) for alias in node.names)

    @cached_property
    def imports(self) -> frozenset[str]:
        """Every module and name that is imported, or reached through an import, with its full path."""
        paths = {alias.name if module is None else f"{module}.{alias.name}" for module, alias in self._imported()}
        return frozenset(paths | {name for name, resolved in self.uses if resolved})

    @cached_property
    def uses(self) -> list[tuple[str, bool]]:
        """Every dotted name that is read or imported, imports resolved, and whether its first part was imported."""
        found = [
            (alias.name if module is None else f"{module}.{alias.name}", True) for module, alias in self._imported()
        ]
        found += [(module, True) for module, _ in self._imported() if module]
        for node in self.nodes:
            if isinstance(node, ast.Name | ast.Attribute) and not isinstance(node.ctx, ast.Store):
                found.append(self.name(node))
        return list(dict.fromkeys(found))

    @cached_property
    def binds(self) -> frozenset[str]:
        """Every name that is bound: by an assignment, `for`, `as`, `def`, `class` or an import."""
        stored = {node.id for node in self.nodes if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}
        named = {
            node.name
            for node in self.nodes
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.ExceptHandler) and node.name
        }
        return frozenset(stored | named | set(self.aliases))

    def is_object(self, name: str) -> bool:
        """Whether a bare name is no short form of a dotted one: a module, a variable, or only what stands before a dot.

        `json` of `json.loads` is no `user.json`, nor is a variable called `schema` the method `User.schema`.
        """
        return "." not in name and (name in self._objects or name not in self._alone)

    @cached_property
    def _objects(self) -> frozenset[str]:
        """Names of modules, variables and parameters."""
        modules = {name for name, path in self.aliases.items() if "." not in path}
        stored = {node.id for node in self.nodes if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}
        return frozenset(modules | stored | {node.arg for node in self.nodes if isinstance(node, ast.arg)})

    @cached_property
    def _alone(self) -> frozenset[str]:
        """Names that are read otherwise than before a dot."""
        roots = {id(node.value) for node in self.nodes if isinstance(node, ast.Attribute)}
        return frozenset(node.id for node in self.nodes if isinstance(node, ast.Name) and id(node) not in roots)

    @cached_property
    def calls(self) -> list[ast.Call]:
        """Every call, outer ones first."""
        return [node for node in self.nodes if isinstance(node, ast.Call)]

    def name(self, node: ast.Name | ast.Attribute) -> tuple[str, bool]:
        """Return a dotted name with its import resolved, and whether there was one to resolve."""
        # fragments are compared with every node: each name is made once
        if node not in self._names:
            root, *rest = dotted(node)
            full = self.aliases.get(root)
            self._names[node] = ".".join((full or root, *rest)), full is not None
        return self._names[node]

    def is_named(self, node: ast.AST, wanted: str, strict_prefix: bool = False) -> bool:
        """Whether a node is the name `wanted`, by `same_name`."""
        return isinstance(node, ast.Name | ast.Attribute) and same_name(*self.name(node), wanted, strict_prefix)

    def holds(self, wanted: ast.AST) -> bool:
        """Whether a node of the source is what a fragment asks for."""
        # a long answer repeats its names, and most of its nodes are of another type
        if (name := _plain_name(wanted)) is not None:
            return any(same_name(*said, name) for said in self._every_name)
        if isinstance(wanted, ast.Constant) and wanted.value is ...:
            return any(isinstance(node, ast.expr) for node in self.nodes)
        return any(self.same(wanted, node) for node in self._by_type.get(type(wanted), ()))

    @cached_property
    def _every_name(self) -> frozenset[tuple[str, bool]]:
        return frozenset(self.name(node) for node in self.nodes if isinstance(node, ast.Name | ast.Attribute))

    @cached_property
    def _by_type(self) -> dict[type[ast.AST], list[ast.AST]]:
        found: dict[type[ast.AST], list[ast.AST]] = {}
        for node in self.nodes:
            found.setdefault(type(node), []).append(node)
        return found

    def same(self, wanted: object, said: object) -> bool:
        """Whether a part of the source is a part of a fragment: the same tree, with equal names.

        `...` in the fragment is any expression; the blocks below a header count for nothing.
        """
        if isinstance(wanted, ast.Constant) and wanted.value is ...:
            return isinstance(said, ast.expr)
        if (name := _plain_name(wanted)) is not None:
            return isinstance(said, ast.AST) and self.is_named(said, name)
        if type(wanted) is not type(said):
            return False
        if isinstance(wanted, list) and isinstance(said, list):
            return len(wanted) == len(said) and all(map(self.same, wanted, said))
        if isinstance(wanted, ast.ExceptHandler) and isinstance(said, ast.ExceptHandler):
            caught = said.type.elts if isinstance(said.type, ast.Tuple) else [said.type]
            return any(self.same(wanted.type, one) for one in (said.type, *caught))
        if isinstance(wanted, ast.AST):
            skipped = _NO_CONTENT | (_BLOCKS if isinstance(wanted, ast.stmt) else set())
            return all(
                self.same(_content(wanted, field), _content(said, field))
                for field in wanted._fields
                if field not in skipped
            )
        return wanted == said


def _content(node: object, field: str) -> object:
    if isinstance(node, ast.Call) and field == "keywords":
        return sorted(node.keywords, key=lambda one: one.arg or "")
    return getattr(node, field, None)


def _plain_name(node: object) -> str | None:
    """Return the dotted name that a node is; None where it is something else, or an attribute of an expression."""
    parts = dotted(node) if isinstance(node, ast.Name | ast.Attribute) else (_OBJECT,)
    return None if parts[0] == _OBJECT else ".".join(parts)


def dotted(node: ast.expr) -> tuple[str, ...]:
    """Return the parts of a dotted name; the first is a placeholder where an expression stands in front of the dot."""
    parts: list[str] = []
    while isinstance(node, ast.Attribute) and len(parts) < _MOST_PARTS:
        parts.append(node.attr)
        node = node.value
    return (node.id if isinstance(node, ast.Name) else _OBJECT, *reversed(parts))


def same_name(said: str, resolved: bool, wanted: str, strict_prefix: bool = False) -> bool:
    """Whether a dotted name in code means `wanted`, by the rule for identifiers (`code.same_identifier`).

    What was resolved by an import is no abbreviation (`imp.reload` is not `importlib.reload`), but may be abbreviated
    by `wanted`. A bare name that Python itself defines (`map`, `float`) is no method's and no module's (`np.float`);
    with `strict_prefix` no bare name is.
    """
    if said == wanted or said.rpartition(".")[2] != wanted.rpartition(".")[2]:
        return said == wanted
    if "." not in said and "." in wanted and (strict_prefix or hasattr(builtins, said)):
        return False
    if "." in said and hasattr(builtins, wanted):
        return False
    if not same_identifier(said, wanted):
        return False
    nested = f".{said}".endswith(f".{wanted}") or f".{wanted}".endswith(f".{said}")
    return nested or not resolved or len(wanted.partition(".")[0]) <= len(said.partition(".")[0])


@lru_cache(maxsize=MEMO_SIZE)
def fragment(text: str) -> ast.AST:
    """Return the one expression, statement or header line that an option gives; raises SourceError if it is none."""
    Source(text)
    body = _parsed(text).body
    if len(body) != 1:
        raise SourceError("is more than one statement" if body else "holds no code")
    node, begins = body[0], text.lstrip()
    if isinstance(node, ast.Try) and begins.startswith("except"):
        return node.handlers[0]
    if isinstance(node, ast.If) and begins.startswith("elif"):
        return node.orelse[0]
    if isinstance(node, ast.FunctionDef | ast.ClassDef) and begins.startswith("@"):
        return node.decorator_list[0]
    if any(opener.match(begins) for opener, _ in _OPENERS):
        raise SourceError("is only a part of a statement")
    return node.value if isinstance(node, ast.Expr) else node


@lru_cache(maxsize=MEMO_SIZE)
def names_in(text: str) -> tuple[str, ...]:
    """Return the dotted names that an option's code uses."""
    return tuple(name for name, _ in Source(text).uses)


def _parsed(text: str) -> ast.Module:
    """Parse a text, or else a header line that ends it with the block that it lacks."""
    if len(text) > LONGEST:
        raise ValueError(f"it is longer than {LONGEST} characters")
    try:
        return _parse(text)
    except SyntaxError as error:
        for completed in _completed(text):
            try:
                return _parse(completed)
            except SyntaxError:
                continue
        raise error from None


def _parse(text: str) -> ast.Module:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return ast.parse(text)


def _completed(text: str) -> Iterator[str]:
    """Yield what a text may be the beginning of, or the rest of."""
    first, _, rest = text.partition("\n")
    # taking an answer out of its fence strips the indentation of its first line only
    for source in (text, f"{first}\n{textwrap.dedent(rest)}") if rest[:1] in (" ", "\t") else (text,):
        before = next((opener for begins, opener in _OPENERS if begins.match(source)), "")
        source = textwrap.indent(source, "    ") if before.startswith("match") else source
        yield before + source
        if _HEADER.search(source):
            last = source.rpartition("\n")[2]
            indent = last[: len(last) - len(last.lstrip())]
            yield f"{before}{source}\n{indent}    pass"
            yield f"{before}{source}\n{indent}def _(): pass"


def _explained(error: SyntaxError) -> str:
    """Say where and why a text is no Python: `line 1, at 'x': '(' was never closed`."""
    line, offset = error.text or "", error.offset or 0
    word = regex.match(r"\w+|\S", line, pos=max(0, offset - 1)) if 0 < offset <= len(line) else None
    place = f"line {error.lineno}, at '{one_line(word[0], 40)}'" if word else f"line {error.lineno or 1}"
    return f"{place}: {one_line(error.msg, 80)}"
