"""Words of English stand in the language and nowhere else among the graders."""

from __future__ import annotations

import ast
import dataclasses
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from pytest_finetunebench import grading
from pytest_finetunebench.grading.languages.en import EN

ROOM = Path(grading.__file__).parent
READERS = ("text", "values", "prose", "facts.py", "label.py", "grade.py")
"""What reads answers as prose; the other graders read code, JSON, SQL or the lengths of a text."""
NO_LANGUAGE = frozenset(EN.units.words.values()) | {"basis_point", "letter", "named", "yes", "no", "form"}
"""Whole texts that are no English: names of units, groups of patterns, a kind of probes."""
COMPARING = {"compile", "deferred", "search", "match", "fullmatch", "word_set", "word_list", "frozenset", "set"}
COMPARING |= {
    "startswith",
    "endswith",
    "removeprefix",
    "removesuffix",
    "partition",
    "rpartition",
    "find",
    "count",
    "sub",
}


def words_of(value: object) -> Iterator[str]:
    """Yield the words that a language's tables and patterns hold."""
    if isinstance(value, str):
        yield from re.findall(r"[a-z]{2,}", plain_text(value))
    elif isinstance(value, Mapping):
        for key in value:
            yield from words_of(key)
    elif isinstance(value, frozenset | tuple):
        for part in value:
            yield from words_of(part)
    elif dataclasses.is_dataclass(value):
        for field in dataclasses.fields(value):
            yield from words_of(getattr(value, field.name))
    elif hasattr(value, "pattern"):
        yield from words_of(value.pattern)


def plain_text(pattern: str) -> str:
    """Return a pattern without names of groups, escapes and classes, which are no words."""
    without_groups = re.sub(r"\(\?P?[<(][^>)]*[>)]|\(\?[a-zA-Z-]+:", "(", pattern)
    return re.sub(r"\\[a-zA-Z]|\[[^\]]*\]", " ", without_groups)


VOCABULARY = frozenset(words_of(EN))


def compared(tree: ast.AST) -> Iterator[ast.Constant]:
    """Yield the texts that a module compares answers with: in patterns, tables and comparisons, not in messages."""
    for node in ast.walk(tree):
        parts: list[ast.AST] = []
        if isinstance(node, ast.Compare):
            parts = [node.left, *node.comparators]
        elif isinstance(node, ast.Call):
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            parts = [*node.args] if name in COMPARING else []
        elif isinstance(node, ast.Dict):
            parts = [key for key in node.keys if key is not None]
        elif isinstance(node, ast.Set):
            parts = [*node.elts]
        elif isinstance(node, ast.Module):
            tables = [one.value for one in node.body if isinstance(one, ast.Assign | ast.AnnAssign) and one.value]
            parts = [one for one in tables if isinstance(one, ast.Constant | ast.JoinedStr | ast.Tuple)]
        for part in parts:
            # what a pattern is asked for by the name of a group is no word
            if not isinstance(part, ast.Subscript):
                yield from (one for one in ast.walk(part) if isinstance(one, ast.Constant))


def leaks(source: str) -> set[str]:
    """Return the words of English that a module compares answers with."""
    texts = (one.value for one in compared(ast.parse(source)) if isinstance(one.value, str))
    return {word for text in texts if text not in NO_LANGUAGE for word in words_of(text)} & VOCABULARY


MODULES = sorted(path for path in ROOM.rglob("*.py") if path.relative_to(ROOM).parts[0] in READERS)


@pytest.mark.parametrize("module", MODULES, ids=lambda path: path.relative_to(ROOM).as_posix())
def test_no_other_module_holds_a_word_of_english(module: Path) -> None:
    assert leaks(module.read_text(encoding="utf-8")) == set()


@pytest.mark.parametrize(
    ("source", "word"),
    [
        ('P = re.compile(r"\\b(?:not|never)\\b")', "never"),
        ('W = frozenset(("kilogram", "february"))', "february"),
        ('found = token.text == "dozen"', "dozen"),
        ('found = token.text in ("twice", "x")', "twice"),
        ('HOURS = {"midnight": 0}', "midnight"),
        ('END = r"(?:however)"', "however"),
    ],
)
def test_a_word_that_leaks_is_found(source: str, word: str) -> None:
    assert word in leaks(source)


def test_messages_and_docstrings_may_be_english() -> None:
    assert leaks('"""Not known."""\nFinding(False, None, "it was not said")') == set()


def test_the_vocabulary_holds_every_part_of_the_language() -> None:
    wanted = [
        "the",
        "twelve",
        "february",
        "kilograms",
        "thousand",
        "unknown",
        "never",
        "formerly",
        "yeah",
        "twice",
        "noon",
    ]
    assert VOCABULARY.issuperset(wanted)
