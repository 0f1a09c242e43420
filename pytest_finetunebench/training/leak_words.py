"""How the search for leaks reads words: Chinese and Japanese by character, stop words and dates by language."""

from __future__ import annotations

import re

from pytest_finetunebench.cases.languages import DEFAULT_LANGUAGE
from pytest_finetunebench.grading.languages.known import language_of
from pytest_finetunebench.grading.languages.language import Language
from pytest_finetunebench.grading.text.folding import fold
from pytest_finetunebench.grading.text.normalise import words
from pytest_finetunebench.grading.wordlists import word_set

_SHORTEST, _SHORTEST_UNSPACED = 4, 8
"""Words and characters. Shorter questions appear in longer texts by chance."""
_LEAST, _LEAST_UNSPACED = 2, 4
"""Content words and characters. Fewer stand in other questions by chance."""
_UNSPACED = r"\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff"
_CHARACTER = re.compile(f"[{_UNSPACED}]")
_PIECE = re.compile(f"[{_UNSPACED}]|[^{_UNSPACED}]+")
_DATE_WORDS = word_set(
    "january february march april may june july august september october november december jan feb mar apr jun jul aug "
    "sep sept oct nov dec monday tuesday wednesday thursday friday saturday sunday"
)
_DIGITS = re.compile(r"\d+")


def word_run(text: str) -> tuple[str, ...]:
    """Return a text's words in order. No space parts words in Chinese and Japanese, so each character is one."""
    found = words(text)
    if text.isascii():
        return tuple(found)
    return tuple(piece for word in found for piece in _PIECE.findall(word))


def is_long_enough(run: tuple[str, ...]) -> bool:
    """Whether so many words stand side by side in another text by no chance."""
    unspaced = sum(_CHARACTER.fullmatch(word) is not None for word in run)
    return len(run) >= (_SHORTEST_UNSPACED if 2 * unspaced > len(run) else _SHORTEST)


def word_bag(text: str, code: str) -> frozenset[str]:
    """Return a text's words as the language of `code` spells its stop words."""
    return frozenset(word_run(text if code == DEFAULT_LANGUAGE else fold(text, language_of(code))))


def content_words(text: str, code: str) -> frozenset[str]:
    """Return the words that say what a question is about: all but its language's stop words; none if they are few."""
    found = word_bag(text, code) - language_of(code).words.stop
    return (
        found if len(found) >= (_LEAST if language_of(code).words.whole is None else _LEAST_UNSPACED) else frozenset()
    )


def date_parts(text: str, code: str) -> frozenset[str]:
    """Return the numbers, months and days of the week in a text of words; in other languages numbers and months."""
    if code == DEFAULT_LANGUAGE:
        return frozenset(word for word in text.split() if word in _DATE_WORDS or _DIGITS.search(word))
    language = language_of(code)
    folded = fold(text, language)
    if language.words.whole is not None:  # `prepare` has made dates figures, and no space stands around them
        return frozenset(_DIGITS.findall(folded))
    return frozenset(word for word in folded.split() if _is_date_part(word, language))


def _is_date_part(word: str, language: Language) -> bool:
    return word in language.dates.months or _DIGITS.search(word) is not None
