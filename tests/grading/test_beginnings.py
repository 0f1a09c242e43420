"""What a pattern needs of a text: a text without it holds no match."""

from __future__ import annotations

import dataclasses
import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_finetunebench.cases.languages import LANGUAGES
from pytest_finetunebench.grading.beginnings import needed
from pytest_finetunebench.grading.cues import ANY
from pytest_finetunebench.grading.languages.en import EN
from pytest_finetunebench.grading.languages.known import language_of
from pytest_finetunebench.grading.pattern_items import Parsed
from pytest_finetunebench.grading.patterns import deferred, may_hold
from pytest_finetunebench.grading.prose.exchange import read_text
from pytest_finetunebench.grading.prose.ladder import GUARDS, RULES
from pytest_finetunebench.grading.text.phrases import Text
from tests.support.judged import judged

CASES = Path(__file__).parent / "cases"
PATTERNS = (
    r"\b(?:rather than|not (?:the )?)|~~",
    r"\b(?:is|was)(?:n't|\snot)\b",
    r"\bmov\w+|\bgr[ae]y\b",
    r"(?<!\w)(?:no|not|nothing)(?=\W|$)",
    r"\b(?:the |a )?(?:old|new)\s\w+",
    r"(?:\d{1,2}|one|two) (?:days?|weeks?)\b",
    r"^(?:but )?it\b|\w+n't",
    r"\bto\W*$",
)
KNOWN = tuple(map(deferred, PATTERNS))
WORDS = ("rather", "than", "not", "the", "is", "was", "isn't", "n't", "moved", "mov", "grey", "gray", "no", "nothing")
MORE = ("old", "new", "12", "one", "two", "day", "weeks", "but", "it", "to", "~~", "-", ".", "a", "old_", "notice")


@pytest.mark.parametrize(
    ("pattern", "found"),
    [
        (r"\b(?:rather than|not (?:the )?)|~~", {"rath", "not", "~"}),
        (r"\b(?:i think|the myth)\b", {"thin", "myth"}),
        (r"\b(?:is|was)(?:n't| not)\b", {"t", "not"}),
        (r"\bif (?:was|were|had)\b", {"if"}),
        (r"\s(?:and|or|&)\s", {"and", "or", "&"}),
        (r"\bthe \d+", {"0~"}),
        (r"(?!)", set()),
    ],
)
def test_it_names_the_rarer_word_of_each_way(pattern: str, found: set[str]) -> None:
    needs = needed(Parsed(pattern).items())
    assert needs is not None
    assert needs.beginnings == found


def test_a_beginning_that_any_letter_follows_is_known_by_three() -> None:
    needs = needed(Parsed(r"\bmov\w+").items())
    assert needs is not None
    assert needs.openings == {"mov"}
    assert not needs.beginnings


@pytest.mark.parametrize("pattern", [r"\w+n", r"(?i)\bnot\b", r"a?b?", r"\bq\w*", r"(?:no|[^x])"])
def test_what_tells_nothing_is_none(pattern: str) -> None:
    assert needed(Parsed(pattern).items()) is None


@given(st.lists(st.sampled_from((*WORDS, *MORE)), max_size=6).map(" ".join), st.sampled_from(KNOWN))
def test_a_text_that_lacks_what_a_pattern_needs_holds_no_match(raw: str, pattern: re.Pattern[str]) -> None:
    Text("", EN).lacks(pattern)  # it is known from here on
    text = Text(raw, EN)
    found = pattern.search(text.folded)
    assert (text.search(pattern) is None) is (found is None)
    assert not (text.lacks(pattern) and found)


@pytest.mark.parametrize("code", LANGUAGES)
def test_no_pattern_of_a_language_matches_a_text_that_lacks_what_it_needs(code: str) -> None:
    # the patterns first: a text that is read before a pattern is known may match it
    patterns = [one for one in _patterns(language_of(code)) if getattr(one, "cue", ANY) != ANY]
    texts = [Text(raw, language_of(code)) for raw in sorted(_texts(code))[:: 8 if code == "en" else 3]]
    assert len(patterns) > 100
    assert len(texts) > 50
    wrong = [
        (pattern.pattern, text.raw)
        for pattern in patterns
        for text in texts
        if text.lacks(pattern) and pattern.search(text.folded)
    ]
    assert wrong == []


def test_a_text_read_before_a_pattern_was_known_may_match_it() -> None:
    text = read_text("It is not red.")
    assert text.lacks(deferred(r"\bgreen\b")) is False
    later, pattern = read_text("It is not blue."), deferred(r"\bred\b")
    assert later.lacks(pattern) is False
    assert Text("It is not blue.", EN).lacks(pattern) is True
    assert Text("It is not red.", EN).lacks(pattern) is False


def test_more_words_than_are_kept_change_nothing() -> None:
    pattern = deferred(r"\bw19999\b")
    assert not read_text(" ".join(f"{number:04x}" for number in range(30_000))).lacks(pattern)
    assert Text("w1999 w19999", EN).lacks(pattern) is False
    assert Text("w2", EN).lacks(pattern) is True


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("that is not known", True),
        ("a well-known name", False),
        ("no good idea", True),
        ("no notion, but an ideal", True),
        ("an idea", False),
        ("it isn't here", True),
        ("is it here?", False),
        ("there are 3", True),
        ("", False),
    ],
)
def test_each_word_of_an_alternative_is_asked_for(text: str, found: bool) -> None:
    pattern = deferred(r"\b(?:not known|no (?:good )?idea|(?:is|was)(?:n't| not) here|are \d)")
    assert may_hold(text, pattern) is found
    assert found or not pattern.search(text)


def test_an_alternative_that_tells_nothing_may_stand_anywhere() -> None:
    assert may_hold("x", deferred(r"\b(?:not known|\w+)"))
    assert may_hold("x", re.compile("known"))
    assert may_hold("x", deferred("(?i)known"))
    assert not may_hold("x", deferred(r"\bno (?:one|man)\b"))


@given(st.lists(st.sampled_from((*WORDS, *MORE)), max_size=6).map(" ".join), st.sampled_from(KNOWN))
def test_a_text_without_the_words_of_any_alternative_holds_no_match(text: str, pattern: re.Pattern[str]) -> None:
    assert may_hold(text, pattern) or not pattern.search(text)


@pytest.mark.parametrize("code", LANGUAGES)
def test_no_way_to_decline_is_missed(code: str) -> None:
    words = language_of(code).refusals
    texts = [Text(raw, language_of(code)).plain for raw in sorted(_texts(code))[:: 2 if code == "en" else 1]]
    for pattern in (words.phrases, words.asks_back):
        kept = [text for text in texts if may_hold(text, pattern)]
        assert [text for text in texts if pattern.search(text)] == [text for text in kept if pattern.search(text)]
        assert code not in ("en", "de", "fr") or len(kept) < len(texts) / 2


def _patterns(part: object) -> Iterator[re.Pattern[str]]:
    if isinstance(part, type(deferred(""))):
        yield part
    elif dataclasses.is_dataclass(part):
        for field in dataclasses.fields(part):
            yield from _patterns(getattr(part, field.name))


def _texts(code: str) -> set[str]:
    if code != "en":
        return {raw for row in judged(code) for raw in (row.probe.prompt, row.answer)}
    rows = [
        json.loads(line) for file in CASES.glob("*.jsonl") for line in file.read_text(encoding="utf-8").splitlines()
    ]
    given = {text for row in rows for text in row.values() if isinstance(text, str)}
    examples = [case for rule in RULES for case in rule.examples] + [case for one in GUARDS for case in one.examples]
    return given | {text for case in examples for text in (case.question, case.answer)}
