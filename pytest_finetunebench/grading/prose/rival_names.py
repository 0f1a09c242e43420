"""The names in an answer, and those of them that neither the question nor a reference has."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

from pytest_finetunebench.grading.languages.language import Language
from pytest_finetunebench.grading.memo import once_per_text
from pytest_finetunebench.grading.prose.exchange import Exchange
from pytest_finetunebench.grading.text.phrases import Text

_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
_CAPITAL = re.compile(r"[A-Z](?<![A-Za-z][A-Z])(?<![A-Za-z]['-][A-Z])[A-Za-z]*(?:['-][A-Za-z]+)*")
"""A word of `_WORD` in ASCII that begins with a capital."""
_START = re.compile(r"(?:^|[.!?:;\n(\"'*]|\s[-–—])\s*[\"'(*]*$")
REACH = 1000
"""A longer answer tells a story: only its beginning is read for names."""
_INITIAL = ". "
_GAP = frozenset((" ", "-", _INITIAL))


class Name(NamedTuple):
    """A run of words with capitals."""

    start: int
    end: int
    words: frozenset[str]


@once_per_text
def names_of(answer: Text) -> tuple[Name, ...]:
    """Return the names in an answer; the first word of a sentence is one only where something is said of it."""
    raw, folded = answer.raw[:REACH], answer.folded[:REACH]
    if len(answer.raw) != len(answer.folded) or answer.raw.islower():
        return ()
    words, found = answer.language, list[Name]()
    small = _small_words(words)
    run: list[re.Match[str]] = []
    for match in _capitals(raw):
        gap = raw[run[-1].end() : match.start()] if run else ""
        if run and not (gap in _GAP and (gap != _INITIAL or len(run[-1][0]) == 1)):
            found += _named(run, folded, small, words.answers.after_name)
            run = []
        run.append(match)
    return tuple(found + _named(run, folded, small, words.answers.after_name))


def _capitals(raw: str) -> Iterator[re.Match[str]]:
    """Yield the words that begin with a capital; of ASCII they are found without the others."""
    if raw.isascii():
        return _CAPITAL.finditer(raw)
    return (word for word in _WORD.finditer(raw) if word[0][0].isupper())


@cache
def _small_words(language: Language) -> frozenset[str]:
    """Return the words with which a sentence begins in front of a name that they are no part of."""
    return language.words.stop | language.refusals.speakers | language.names.titles | language.answers.openers


def _named(run: list[re.Match[str]], folded: str, small: frozenset[str], after: re.Pattern[str]) -> list[Name]:
    while run and run[0][0].casefold() in small:
        run = run[1:]
    if not run:
        return []
    start, end = run[0].start(), run[-1].end()
    first = _START.search(folded[max(0, start - 4) : start]) is not None
    if first and len(run) == 1 and not after.match(folded, end):
        return []
    return [Name(start, end, frozenset(one[0].casefold().removesuffix("'s") for one in run))]


def names_beside(exchange: Exchange) -> list[Name]:
    """Return the names that neither the question nor the wanted text has; few answers have one."""
    if not _has_new_capital(exchange):
        return []
    found = [name for name in names_of(exchange.answer) if name.words.isdisjoint(exchange.wanted.words)]
    return [name for name in found if name.words.isdisjoint(exchange.question.words)]


def _has_new_capital(exchange: Exchange) -> bool:
    """Whether a word with a capital may begin a name that neither the question nor the wanted text has."""
    small = _small_words(exchange.language)
    said = [match[0].casefold() for match in _capitals(exchange.answer.raw[:REACH])]
    new = {word.removesuffix("'s") for word in said if word not in small} - exchange.wanted.words
    # most answers name what is wanted and nothing else: the question is read last
    return bool(new) and not new <= exchange.question.words


def rivals(exchange: Exchange) -> list[Name]:
    """Return the names that neither the question nor a reference has, nor an answer that was right once."""
    # a question may have many references: they are read last
    return [name for name in names_beside(exchange) if not _is_known(name, exchange)]


def _is_known(name: Name, exchange: Exchange) -> bool:
    return any(not name.words.isdisjoint(one.words) for one in (*exchange.references, *exchange.superseded))
