"""Source of several languages read without running it: a tree of named parts, without comments and punctuation."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib import import_module
from typing import TYPE_CHECKING

import regex
import yaml

from pytest_finetunebench.errors import one_line
from pytest_finetunebench.grading.memo import MEMO_SIZE

if TYPE_CHECKING:
    from tree_sitter import Language, Node

LONGEST = 20_000
"""Characters of source that are parsed."""
DEEPEST = 150
"""Levels of a tree that are read."""
ANY = "any_expression_"
"""Stands in a fragment for `...`: any expression."""
TITLES: Mapping[str, str] = {
    "bash": "shell script",
    "go": "Go",
    "javascript": "JavaScript",
    "rust": "Rust",
    "yaml": "YAML",
}
"""What a language is called in messages."""
_ENDINGS: Mapping[str, tuple[str, ...]] = {"rust": ("", ";"), "go": ("\n",)}
"""What a last line may lack."""
_COMMENTS = {"comment", "line_comment", "block_comment"}
_SILENT = {";", ",", "\n", "'", '"', "`", "source_file_token1"}
"""Tokens that say nothing beside the nodes that they separate."""
_WRAPPERS = {"expression_statement", "statement_list", "command_name"}
"""Nodes that a part has around it in one place, and not in another."""
_SHELL_WORDS = {"word", "number", "string", "raw_string", "concatenation", "simple_expansion", "expansion"}
_VARIABLE = regex.compile(r"\$(?:\{(\w+)\}|(\w+))")


class SourceSyntaxError(Exception):
    """Why a text is no source of its language, in words that follow it: `is no Go: line 1, at 'x'`."""


@dataclass(frozen=True)
class Part:
    """A node of a tree: its kind, the text of a leaf, and its parts."""

    kind: str
    text: str = ""
    parts: tuple[Part, ...] = ()

    def walk(self) -> Iterator[Part]:
        """Yield this part and all within it."""
        waiting = [self]
        while waiting:
            part = waiting.pop()
            yield part
            waiting += reversed(part.parts)


def same_part(wanted: Part, said: Part) -> bool:
    """Whether a part is what a fragment asks for: the same tree; a mapping may hold more than is asked."""
    if wanted.text == ANY:
        return True
    if wanted.kind != said.kind or wanted.text != said.text:
        return False
    if wanted.kind == "mapping":
        return all(any(same_part(pair, other) for other in said.parts) for pair in wanted.parts)
    return len(wanted.parts) == len(said.parts) and all(map(same_part, wanted.parts, said.parts))


@lru_cache(maxsize=MEMO_SIZE)
def fragment(language: str, text: str) -> Part:
    """Return the one statement or expression that an option gives; `...` in it is any expression.

    Raises:
        SourceSyntaxError: it is none, or more than one.
    """
    parts = read_source(language, text.replace("...", ANY)).parts
    if len(parts) != 1:
        raise SourceSyntaxError("is more than one statement" if parts else "holds no code")
    return parts[0]


def read_source(language: str, text: str) -> Part:
    """Parse a text; its statements are the parts of what is returned.

    Raises:
        SourceSyntaxError: it is not of the language, too long or nested too deeply.
    """
    if len(text) > LONGEST:
        raise SourceSyntaxError(f"is longer than {LONGEST:,} characters")
    return _read_yaml(text) if language == "yaml" else _read_tree(language, text)


def _read_tree(language: str, text: str) -> Part:
    from tree_sitter import Parser

    parser = Parser(_grammar(language))
    for ending in _ENDINGS.get(language, ("",)):
        root = parser.parse(f"{text}{ending}".encode("utf-8", "replace")).root_node
        if not root.has_error:
            return Part("source", parts=tuple(_parts(root, language, 0)))
    raise SourceSyntaxError(f"is no {TITLES[language]}: {_place(root)}")


@lru_cache(maxsize=len(TITLES))
def _grammar(language: str) -> Language:
    from tree_sitter import Language

    return Language(import_module(f"tree_sitter_{language}").language())


def _parts(node: Node, language: str, depth: int) -> Iterator[Part]:
    if depth > DEEPEST:
        raise SourceSyntaxError(f"is nested deeper than {DEEPEST} levels")
    for child in node.children:
        if child.type in _COMMENTS or child.type in _SILENT:
            continue
        if child.type in _WRAPPERS:
            yield from _parts(child, language, depth + 1)
        elif language == "bash" and child.type in _SHELL_WORDS:
            yield Part("word", _shell_word(child))
        elif child.child_count:
            yield Part(child.type, parts=tuple(_parts(child, language, depth + 1)))
        else:
            yield Part(child.type, _text(child))


def _text(node: Node) -> str:
    return (node.text or b"").decode("utf-8", "replace")


def _shell_word(node: Node) -> str:
    """Return a word as the shell reads it: quotes taken off, `$X` as `${X}`, and a plain dollar sign as `\\$`."""
    text = _text(node)
    if node.type == "raw_string":
        return text[1:-1].replace("$", "\\$")
    if node.type == "concatenation":
        return "".join(map(_shell_word, node.children))
    if node.type == "string":
        text = text[1:-1]
    return _VARIABLE.sub(lambda found: f"${{{found[1] or found[2]}}}", text)


def _place(root: Node) -> str:
    """Say where a tree is broken: `line 1, at 'x'`, or what is missing."""
    waiting = [root]
    while waiting:
        node = waiting.pop()
        if node.is_missing:
            return f"line {node.start_point[0] + 1}, '{one_line(node.type, 20)}' is missing"
        if node.type == "ERROR":
            word = regex.search(r"\w+|\S", _text(node))
            return f"line {node.start_point[0] + 1}" + (f", at '{one_line(word[0], 40)}'" if word else "")
        waiting += [child for child in reversed(node.children) if child.has_error or child.is_missing]
    return "line 1"


def _read_yaml(text: str) -> Part:
    """Read YAML by its nodes: no object is built, and no part stands for another."""
    try:
        _check_events(text)
        documents = [_yaml_part(one) for one in yaml.compose_all(text, Loader=yaml.SafeLoader) if one is not None]
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = f"line {mark.line + 1}: " if mark is not None else ""
        raise SourceSyntaxError(f"is no YAML: {line}{one_line(getattr(error, 'problem', None) or error, 80)}") from None
    except RecursionError:
        raise SourceSyntaxError("is nested too deeply") from None
    return Part("source", parts=tuple(documents))


def _check_events(text: str) -> None:
    """Refuse aliases, and depth: PyYAML needs minutes for thousands of brackets."""
    depth = 0
    for event in yaml.parse(text, Loader=yaml.SafeLoader):
        if isinstance(event, yaml.AliasEvent):
            raise SourceSyntaxError("holds an alias, which is not followed")
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > DEEPEST:
            raise SourceSyntaxError(f"is nested deeper than {DEEPEST} levels")


def _yaml_part(node: yaml.Node) -> Part:
    if isinstance(node, yaml.MappingNode):
        return Part("mapping", parts=tuple(Part("pair", parts=tuple(map(_yaml_part, pair))) for pair in node.value))
    if isinstance(node, yaml.SequenceNode):
        return Part("sequence", parts=tuple(map(_yaml_part, node.value)))
    return Part("scalar", str(node.value))
