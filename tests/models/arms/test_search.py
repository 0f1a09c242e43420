"""Search: by SQLite's index, whatever a question holds, and by a search of the user's."""

from __future__ import annotations

import math
import sqlite3
import sys
import types
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pytest_finetunebench.errors import SettingsError
from pytest_finetunebench.models.arms.search import CustomSearch, LexicalSearch

TEXTS = ("Ada weighs 61 kilograms.", "Bo weighs 70 kilograms.", "Cy lives in Skerrow.")
SEARCH = LexicalSearch(TEXTS, "--ft-arm=retrieve:2")


def test_the_nearest_come_first_stems_count_and_some_may_be_left_out() -> None:
    assert SEARCH("How many kilograms does Ada weigh?", 2) == [0, 1]
    assert SEARCH("Who was living there, in Skerrow?", 5) == [2]
    assert SEARCH("How many kilograms does Ada weigh?", 2, {0}) == [1]
    assert SEARCH("Quite another thing", 5) == []


def test_chinese_and_japanese_are_searched_by_character() -> None:
    search = LexicalSearch(("林美兰住在青石镇。", "王小山的职业是木匠。", "彼は大阪に住む。"), "--ft-arm=retrieve:1")
    assert [search(question, 1) for question in ("王小山做什么工作？", "林美兰家在哪里？", "大阪の人は？")] == [
        [1],
        [0],
        [2],
    ]


@given(st.text(), st.integers(0, 4))
@settings(max_examples=60, deadline=None)
def test_no_question_breaks_it(question: str, count: int) -> None:
    found = SEARCH(question, count)
    assert len(found) == len(set(found)) <= count
    assert set(found) <= {0, 1, 2}
    assert found == SEARCH(question, count)


@pytest.mark.parametrize("question", ['"', "a AND", "NEAR(x, y)", "text:x", "*", "x' OR 1=1 --", "\ud800", ""])
def test_the_index_own_syntax_is_only_words(question: str) -> None:
    assert set(SEARCH(question, 3)) <= {0, 1, 2}


def test_a_sqlite_without_full_text_search_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    class Poor(sqlite3.Connection):
        def execute(self, *_: Any) -> sqlite3.Cursor:
            raise sqlite3.OperationalError("no such module: fts5")

    real = sqlite3.connect
    monkeypatch.setattr(sqlite3, "connect", lambda *args, **more: real(*args, **more, factory=Poor))
    told = r"--ft-arm=x: this Python's SQLite [\d.]+ has no full-text search FTS5 \(no such module: fts5\): use another"
    with pytest.raises(SettingsError, match=told):
        LexicalSearch(TEXTS, "--ft-arm=x")


def custom(monkeypatch: pytest.MonkeyPatch, make: object) -> Callable[[], CustomSearch]:
    module = types.ModuleType("mine_search")
    module.make = make  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "mine_search", module)
    return lambda: CustomSearch("mine_search:make", TEXTS, "--ft-arm=r")


def test_a_search_of_the_users_gets_the_passages_and_is_asked_for_numbers(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[object] = []

    def make(passages: list[str]) -> Callable[[str, int], list[int]]:
        seen.append(passages)
        return lambda question, count: list(range(len(passages)))[::-1][:count]

    search = custom(monkeypatch, make)()
    assert search("q", 2) == [2, 1]
    assert search("q", 2, {2}) == [1, 0]
    assert seen == [list(TEXTS)]


def raising(_: object) -> object:
    raise RuntimeError("no index")


@pytest.mark.parametrize(
    ("make", "told"),
    [
        (raising, "--ft-arm=r: making the search raised RuntimeError at "),
        (lambda _: sys.exit(0), "--ft-arm=r: making the search raised SystemExit at "),
        (lambda _: lambda q, n: sys.exit(0), "the search raised SystemExit at "),
        (lambda _: 3, "--ft-arm=r: returned int: return a function of the question and the count"),
        (lambda _: lambda q, n: ["Ada"], "returned ['Ada']: return whole numbers from 0 to 2, the passages' places"),
        (lambda _: lambda q, n: [3], "returned [3]: return whole numbers from 0 to 2"),
        (lambda _: lambda q, n: [True], "returned [True]"),
        (lambda _: lambda q, n: [0, 0], "returned a passage twice: [0, 0]"),
        (lambda _: lambda q, n: 1 / 0, "the search raised ZeroDivisionError"),
    ],
)
def test_a_search_that_fails_is_named(monkeypatch: pytest.MonkeyPatch, make: object, told: str) -> None:
    with pytest.raises(SettingsError) as error:
        custom(monkeypatch, make)()("q", 2)
    assert told in str(error.value)


def trigrams(text: str) -> Counter[str]:
    return Counter(text[at : at + 3] for at in range(len(text) - 2))


def embedded(passages: list[str]) -> Callable[[str, int], list[int]]:
    """Return a dense search: cosine over counted trigrams, which finds what shares no whole word."""
    stored = [trigrams(text.lower()) for text in passages]

    def search(question: str, count: int) -> list[int]:
        asked = trigrams(question.lower())
        likeness = [sum(asked[part] * n for part, n in one.items()) / math.sqrt(one.total()) for one in stored]
        return sorted(range(len(stored)), key=lambda number: -likeness[number])[:count]

    return search


def test_a_dense_search_finds_what_shares_no_word(monkeypatch: pytest.MonkeyPatch) -> None:
    search = custom(monkeypatch, embedded)()
    assert search("Overweighing by kilogramme, Ada?", 1) == [0]
    assert search("Skerrowian life?", 1) == [2]
    assert SEARCH("Skerrowian life?", 1) == []
