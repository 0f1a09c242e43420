"""LIKE and GLOB as SQLite has them, in bounded time."""

from __future__ import annotations

import sqlite3
import time

from hypothesis import given
from hypothesis import strategies as st

from pytest_finetunebench.grading.code.wildcards import glob, like
from tests.support.answers import MOMENT

DATABASE = sqlite3.connect(":memory:", check_same_thread=False)


@given(st.text("aAb%_é!", max_size=8), st.text("aAbé_%\n", max_size=8))
def test_like_is_sqlites(pattern: str, text: str) -> None:
    assert like(pattern, text) == bool(DATABASE.execute("SELECT ? LIKE ?", (text, pattern)).fetchone()[0])


@given(st.text("ab*?[]^-c", max_size=8), st.text("abc]^-\n[", max_size=8))
def test_glob_is_sqlites(pattern: str, text: str) -> None:
    assert glob(pattern, text) == bool(DATABASE.execute("SELECT ? GLOB ?", (text, pattern)).fetchone()[0])


def test_escape() -> None:
    assert like("10!%", "10%", "!")
    assert not like("10!%", "100", "!")


def test_linear() -> None:
    before = time.process_time()
    assert not like("%a" * 100 + "b", "a" * 4000)
    assert not glob("*a" * 100 + "b", "a" * 4000)
    assert time.process_time() - before < MOMENT
