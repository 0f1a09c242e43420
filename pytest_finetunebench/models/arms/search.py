"""Find the passages that are nearest to a question: by SQLite's full-text index, or by a search of the user's."""

from __future__ import annotations

import re
import threading
import weakref
from collections.abc import Callable, Collection, Sequence
from typing import Protocol

from pytest_finetunebench.errors import SettingsError
from pytest_finetunebench.files.user_code import described, import_target

_WORD = re.compile(r"\w+")
_UNSPACED = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]")
"""Characters of Chinese and Japanese, which are written without spaces: each is searched for by itself."""
_EXAMPLE = "retrieve:K:MODULE:ATTRIBUTE, a function of the passages that returns a search"


class Search(Protocol):
    """Finds passages by their numbers, the nearest first."""

    def __call__(self, question: str, count: int, /, without: Collection[int] = ()) -> list[int]:
        """Return at most `count` numbers of passages, none of them of `without`."""


class LexicalSearch:
    """BM25 over stemmed words (SQLite FTS5, tokenizer `porter unicode61`); equal scores in the order of the passages.

    Raises:
        SettingsError: this Python's SQLite has no FTS5; the message begins with `where`.
    """

    def __init__(self, texts: Sequence[str], where: str) -> None:
        import sqlite3

        # requests are built on the tests' thread and on the loop's
        self._guard = threading.Lock()
        self._database = sqlite3.connect(":memory:", check_same_thread=False)
        weakref.finalize(self, self._database.close)
        try:
            self._database.execute("CREATE VIRTUAL TABLE passages USING fts5(text, tokenize = 'porter unicode61')")
        except sqlite3.OperationalError as error:
            why = f"this Python's SQLite {sqlite3.sqlite_version} has no full-text search FTS5 ({error})"
            raise SettingsError(f"{where}: {why}: use another Python, or retrieve:K:MODULE:ATTRIBUTE") from None
        rows = ((number, _spaced(text)) for number, text in enumerate(texts, start=1))
        self._database.executemany("INSERT INTO passages (rowid, text) VALUES (?, ?)", rows)

    def __call__(self, question: str, count: int, /, without: Collection[int] = ()) -> list[int]:
        """Return the nearest passages that share a word with the question."""
        wanted = " OR ".join(f'"{word}"' for word in dict.fromkeys(_WORD.findall(_spaced(question.lower()))))
        if not wanted or count < 1:
            return []
        query = "SELECT rowid FROM passages WHERE passages MATCH ? ORDER BY rank, rowid LIMIT ?"
        with self._guard:
            rows = self._database.execute(query, (wanted, count + len(without))).fetchall()
        return [number - 1 for (number,) in rows if number - 1 not in without][:count]


class CustomSearch:
    """A search of the user's: `attribute(passages)` returns `search(question, count)`, which returns their numbers.

    Raises:
        SettingsError: it cannot be imported or made; the message begins with `where`.
    """

    def __init__(self, target: str, texts: Sequence[str], where: str) -> None:
        self._target, self._size, self._where = target, len(texts), where
        make = import_target(target, where, _EXAMPLE)
        try:
            self._search: Callable[[str, int], Sequence[int]] = make(list(texts))
        except KeyboardInterrupt:
            raise
        except BaseException as error:  # a stranger's code may raise anything, SystemExit too
            raise SettingsError(f"{where}: making the search raised {described(error)}") from error
        if not callable(self._search):
            kind = type(self._search).__name__
            raise SettingsError(f"{where}: returned {kind}: return a function of the question and the count")

    def __call__(self, question: str, count: int, /, without: Collection[int] = ()) -> list[int]:
        """Return what the user's search finds.

        Raises:
            SettingsError: it raised, or returned anything but different numbers of passages.
        """
        asked = min(count + len(without), self._size)
        try:
            found = list(self._search(question, asked))
        except KeyboardInterrupt:
            raise
        except BaseException as error:  # as above
            raise SettingsError(f"{self._where}: the search raised {described(error)}") from error
        numbers = [_whole(number) for number in found]
        if not all(number is not None and 0 <= number < self._size for number in numbers):
            wanted = f"whole numbers from 0 to {self._size - 1}, the passages' places"
            raise SettingsError(f"{self._where}: the search returned {found[:5]!r}: return {wanted}")
        if len(set(numbers)) < len(numbers):
            raise SettingsError(f"{self._where}: the search returned a passage twice: {found[:5]!r}")
        return [number for number in numbers if number is not None and number not in without][:count]


def _spaced(text: str) -> str:
    return _UNSPACED.sub(r" \g<0> ", text)


def _whole(number: object) -> int | None:
    try:
        return None if isinstance(number, bool | float) else int(number.__index__())  # type: ignore[attr-defined]
    except (AttributeError, TypeError):
        return None
