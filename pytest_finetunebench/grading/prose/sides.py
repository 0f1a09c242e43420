"""Which of two opposite words an answer means where it may turn the question's two sides round.

Policy: to `Did X come before or after Y?`, `Y came before X` says after. What stands behind the word decides, else what
is the subject of its clause. A comparison that the question ties to its second side (`higher than Y`, `north of Y`)
needs that tie in the answer too.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import NamedTuple

from pytest_finetunebench.grading.text.phrases import Text
from pytest_finetunebench.grading.text.tokens import Token
from pytest_finetunebench.grading.values.names import names_within

_CLAUSE = re.compile(r"[.!?;:,](?=\s|$)|\n|\s[-–—]\s|—")
_SENTENCE = re.compile(r"[.!?;:](?=\s|$)|\n")
_NEAR = 8
"""So many words behind the word that tells the sides apart are read."""


class _Sides(NamedTuple):
    first: frozenset[str]
    """The stems that only the question's first side has."""
    second: frozenset[str]
    tied: bool


def is_turned(answer: Text, question: Text, choices: Collection[str], said: str) -> bool:
    """Whether an answer says a word for the question's second side of its first, and not the other way round."""
    sides = _sides(question, choices)
    places = [token for token in answer.tokens if token.text == said]
    if sides is None or len(places) != 1:
        return False
    start, end = places[0].start, places[0].end
    behind = answer.part(_CLAUSE.split(answer.folded[end:])[0])
    tie = _tie(behind)
    if tie or not sides.tied:
        for token in behind.part(behind.folded[tie:]).tokens[:_NEAR]:
            if token.text in answer.language.choices.grounds:
                break
            stem = answer.language.words.stem(token.text)
            if stem in sides.second:
                return False
            if stem in sides.first and _is_noun(behind, behind.folded[tie:], token, answer):
                return True
    before = _SENTENCE.split(answer.folded[:start])[-1]
    stop = answer.language.words.stop
    if all(token.text in stop for token in answer.part(_CLAUSE.split(before)[-1]).tokens):
        return False
    return _is_about_second(answer.part(_CLAUSE.split(before)[-1]), answer, sides) or (
        _is_about_second(answer.part(before), answer, sides)
    )


def _is_about_second(clause: Text, answer: Text, sides: _Sides) -> bool:
    """Whether a clause names the second side and not the first."""
    stem = clause.language.words.stem
    named = any(stem(token.text) in sides.second for token in clause.tokens)
    return named and not any(
        stem(token.text) in sides.first and _is_noun(clause, clause.folded, token, answer) for token in clause.tokens
    )


def _is_noun(clause: Text, folded: str, token: Token, answer: Text) -> bool:
    """Whether a word stands behind an article, at the beginning, or is a name."""
    last = clause.part(folded[: token.start]).said[-1:]
    return not last or last[0] in clause.language.words.articles or token.text in names_within(answer)


def _sides(question: Text, choices: Collection[str]) -> _Sides | None:
    """Return what the question compares: what stands before the two words, and behind them."""
    places = [token for token in question.tokens if token.text in choices]
    if len(places) < len(choices):
        return None
    stop, stem = question.language.words.stop, question.language.words.stem
    behind = question.part(_CLAUSE.split(question.folded[places[-1].end :])[0])
    before = question.part(_SENTENCE.split(question.folded[: places[0].start])[-1])
    first, second = (
        {stem(token.text) for token in side.content if token.text not in stop} for side in (before, behind)
    )
    if not first - second or not second - first:
        return None
    tied = _tie(behind) > 0
    if not tied and any(one in question.language.comparisons.compared for one in choices):
        return None  # `Is the rate higher or lower for members?`
    return _Sides(frozenset(first - second), frozenset(second - first), tied)


def _tie(behind: Text) -> int:
    """Return where a word ends that ties a comparison to its second side (`than`, `of`); 0 where there is none."""
    first = behind.tokens[0] if behind.tokens else None
    return first.end if first is not None and first.text in behind.language.choices.tying else 0
