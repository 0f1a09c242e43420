"""Hidden characters: none of them reaches a model or a case file unescaped."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_finetunebench.files.hidden import is_hidden, json_escape, one_line_json


@pytest.mark.parametrize("char", "\n\x7f\x00\u202e\u200b\u2028\ue000\U000e0041")
def test_hidden_characters(char: str) -> None:
    assert is_hidden(char)
    assert char not in one_line_json(f"a{char}b")


@pytest.mark.parametrize(("char", "escape"), [("<", "\\u003c"), ("\x7f", "\\u007f"), ("\U000e0041", "\\udb40\\udc41")])
def test_escapes(char: str, escape: str) -> None:
    assert json_escape(char) == escape
    assert json.loads(f'"{escape}"') == char


@given(st.text(st.characters(codec="utf-8")))
def test_what_is_written_reads_back_in_one_visible_line(text: str) -> None:
    line = one_line_json({"text": text})
    assert json.loads(line) == {"text": text}
    assert not any(map(is_hidden, line))
    assert not set(line) & set("<>")
