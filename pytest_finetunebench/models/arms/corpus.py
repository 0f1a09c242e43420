"""The passages that arms retrieve from: the items' facts, or files of the user's."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from pytest_finetunebench.cases.suite import KNOWLEDGE_SETTINGS, Item
from pytest_finetunebench.errors import SHOWN_PROBLEMS, Problem, SettingsError, counted
from pytest_finetunebench.files.reading import find_files, json_lines, read_text, shown
from pytest_finetunebench.grading.text.normalise import words

LONGEST = 120
"""Words of a passage. Longer paragraphs are split at ends of sentences."""
SUFFIXES = (".txt", ".md", ".markdown", ".jsonl")
_PARAGRAPH = re.compile(r"\n[ \t]*\n+")
_SENTENCE = re.compile(r"(?<=[.!?…。！？])\s+")


@dataclass(frozen=True)
class Passage:
    """A text to put before a question."""

    text: str
    items: frozenset[str] = frozenset()
    """The items, `category/id`, whose fact it is said to hold."""


@dataclass(frozen=True)
class Corpus:
    """All passages of a run."""

    passages: tuple[Passage, ...]
    source: str
    """Where they come from, for reports."""

    @cached_property
    def texts(self) -> tuple[str, ...]:
        """The passages' texts."""
        return tuple(passage.text for passage in self.passages)

    @cached_property
    def of_items(self) -> dict[str, tuple[int, ...]]:
        """The passages, by number, that hold each item's fact."""
        found: dict[str, list[int]] = defaultdict(list)
        for number, passage in enumerate(self.passages):
            for item in sorted(passage.items):
                found[item].append(number)
        return {item: tuple(numbers) for item, numbers in found.items()}

    @property
    def summary(self) -> str:
        """Say how many passages there are, and of which size."""
        sizes = [len(text.split()) for text in self.texts]
        mean = sum(sizes) / len(sizes)
        return f"{counted(len(sizes), 'passage')} of {min(sizes)} to {max(sizes)} words (mean {mean:.0f})"


def item_name(item: Item) -> str:
    """Return `category/id`."""
    return f"{item.category}/{item.id}"


def fact_of(item: Item) -> str | None:
    """Return what a trained item states: its fact, or the trained prompt with its answer; None if it trains no fact."""
    if item.setting not in KNOWLEDGE_SETTINGS:
        return None
    if item.fact is not None:
        return item.fact
    return f"{item.prompt} {item.answer}" if item.prompt is not None and item.answer is not None else None


def corpus_of_items(items: Iterable[Item]) -> Corpus:
    """Return the trained items' facts as passages; equal facts are one."""
    holders: dict[str, set[str]] = defaultdict(set)
    for item in items:
        fact = fact_of(item)
        if fact is not None:
            holders[fact].add(item_name(item))
    passages = tuple(Passage(text, frozenset(names)) for text, names in holders.items())
    return Corpus(passages, "the items' facts")


def read_corpus(paths: Sequence[Path], items: Sequence[Item], where: str = "--ft-corpus") -> Corpus:
    """Read passages from files and folders: text and Markdown by paragraph, JSONL by line (`text`, perhaps `items`).

    A passage holds an item's fact if its line names the item, or if it has the fact's words side by side.

    Raises:
        SettingsError: a file cannot be used, or there is no passage; the message names file and line.
    """
    problems: list[Problem] = []
    files = [file for path in paths for file in _files(path, problems)]
    passages = [passage for file in dict.fromkeys(files) for passage in _read(file, items, problems)]
    if problems:
        told = [f"{where}: the corpus cannot be used:", *(f"  {problem}" for problem in problems[:SHOWN_PROBLEMS])]
        more = len(problems) - SHOWN_PROBLEMS
        raise SettingsError("\n".join(told + [f"  … and {more:,} more"] * (more > 0)))
    if not passages:
        listed = ", ".join(shown(path) for path in paths)
        raise SettingsError(f"{where}={listed}: the corpus is empty: it holds no passage")
    held = _holders(items)
    marked = tuple(Passage(one.text, one.items | _stated(one.text, held)) for one in passages)
    return Corpus(marked, ", ".join(shown(path) for path in paths))


def _files(path: Path, problems: list[Problem]) -> list[Path]:
    if path.is_dir():
        found = find_files(path, SUFFIXES, problems)
        if not found and not problems:
            wanted = ", ".join(f"*{suffix}" for suffix in SUFFIXES)
            problems.append(Problem(shown(path), None, None, f"no such file in this folder: {wanted}"))
        return found
    if not path.exists():
        problems.append(Problem(shown(path), None, None, "no such file or folder"))
        return []
    if path.suffix.lower() not in SUFFIXES:
        problems.append(Problem(shown(path), None, None, f"is no corpus: files end in {', '.join(SUFFIXES)}"))
        return []
    return [path]


def _read(path: Path, items: Sequence[Item], problems: list[Problem]) -> Iterator[Passage]:
    if path.suffix.lower() == ".jsonl":
        known = {item_name(item) for item in items}
        for line, data in json_lines(path, problems):
            passage = _from_line(data, known)
            if isinstance(passage, str):
                problems.append(Problem(shown(path), line, None, passage))
            else:
                yield passage
        return
    text = read_text(path, problems)
    if text is not None:
        yield from map(Passage, split_text(text))


def _from_line(data: dict[str, Any], known: set[str]) -> Passage | str:
    """Return a line's passage, or what is wrong with it."""
    text, named = data.get("text"), data.get("items", [])
    if not isinstance(text, str) or not text.strip():
        return "needs 'text', which is not empty"
    if not isinstance(named, list) or not all(isinstance(name, str) for name in named):
        return "'items' is no list of items, each written category/id"
    unknown = [name for name in named if name not in known]
    if unknown:
        return f"'items' names {unknown[0][:80]}, which is no item of the suite"
    return Passage(text.strip(), frozenset(named))


def split_text(text: str) -> Iterator[str]:
    """Yield the paragraphs of a text, each of at most `LONGEST` words; a Markdown heading joins what follows it."""
    heading = ""
    for block in _PARAGRAPH.split(text.replace("\r\n", "\n")):
        paragraph = " ".join(block.split())
        if not paragraph:
            continue
        if paragraph.startswith("#") and "\n" not in block.strip():
            heading = f"{heading}: " * bool(heading) + paragraph.lstrip("# ")
            continue
        for part in _parts(paragraph):
            yield f"{heading}: {part}" if heading else part
            heading = ""
    if heading:
        yield heading


def _parts(paragraph: str) -> Iterator[str]:
    held: list[str] = []
    for sentence in _SENTENCE.split(paragraph):
        size = len(sentence.split())
        if held and sum(len(part.split()) for part in held) + size > LONGEST:
            yield " ".join(held)
            held = []
        if size > LONGEST:
            split = sentence.split()
            yield from (" ".join(split[at : at + LONGEST]) for at in range(0, size, LONGEST))
        else:
            held.append(sentence)
    if held:
        yield " ".join(held)


def _holders(items: Iterable[Item]) -> dict[str, list[tuple[tuple[str, ...], str]]]:
    """Return each item's fact as words, by its first word, with the item's name."""
    found: dict[str, list[tuple[tuple[str, ...], str]]] = defaultdict(list)
    for item in items:
        fact = fact_of(item)
        held = tuple(words(fact)) if fact is not None else ()
        if held:
            found[held[0]].append((held, item_name(item)))
    return found


def _stated(text: str, held: dict[str, list[tuple[tuple[str, ...], str]]]) -> frozenset[str]:
    said = tuple(words(text))
    return frozenset(
        name for at, word in enumerate(said) for fact, name in held.get(word, ()) if said[at : at + len(fact)] == fact
    )
