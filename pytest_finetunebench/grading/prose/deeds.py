"""Which event an answer tells of: the one that is asked for, or another of its kind (`She died in X` for her birth).

Policy: the question names one event of a family whose events exclude each other. A mention is of another one where its
clause has a word of that, and none of the event that is asked for. `Born and raised in X` tells of both.
"""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

from pytest_finetunebench.grading.languages.language import Language
from pytest_finetunebench.grading.memo import once_per_text
from pytest_finetunebench.grading.prose.candidates import clause_of
from pytest_finetunebench.grading.prose.rival_names import names_of
from pytest_finetunebench.grading.prose.sentences import is_sentence, is_story
from pytest_finetunebench.grading.text.phrases import Span, Text
from pytest_finetunebench.grading.values.names import names_within


class _Asked(NamedTuple):
    own: frozenset[str]
    """The words of the event that is asked for."""
    others: frozenset[str]
    """The words of those that exclude it."""


@once_per_text
def _asked_events(question: Text) -> tuple[_Asked, ...]:
    said, found = question.words & _words_of_events(question.language), []
    if not said.isdisjoint(names_within(question)):
        # the first word has a capital anyway
        said -= names_within(question.part(question.raw.strip().partition(" ")[2]))
    for family in question.language.entities.events:
        named = [words for words in family.values() if not words.isdisjoint(said)]
        if len(named) == 1:
            others = frozenset[str]().union(*family.values()) - named[0]
            found.append(_Asked(named[0], others))
    return tuple(found)


@cache
def _words_of_events(language: Language) -> frozenset[str]:
    return frozenset[str]().union(*(words for family in language.entities.events for words in family.values()))


def _in_names(answer: Text) -> frozenset[str]:
    # one word at the beginning has a capital anyway: `Revenue was …`
    return frozenset[str]().union(*(name.words for name in names_of(answer) if name.start > 0 or len(name.words) > 1))


def tells_of_another(answer: Text, question: Text, span: Span) -> bool:
    """Whether a mention stands with another event than the one that the question names."""
    if not is_sentence(question):
        return False
    events = _words_of_events(answer.language)
    # a word may be an ordinal too (`came second`), whose token is a number
    if (not answer.has_value and answer.words.isdisjoint(events)) or question.words.isdisjoint(events):
        return False
    asked = [one for one in _asked_events(question) if answer.has_value or not one.others.isdisjoint(answer.words)]
    return bool(asked) and not is_story(answer) and any(_is_of_another(answer, one, span) for one in asked)


def _counted_behind(answer: Text, span: Span) -> frozenset[str]:
    """Return the plural right behind a figure, which is what it counts, and tells no event: `claimed 7 lives`."""
    behind = next((token for token in answer.tokens if token.start == span[1] + 1), None)
    if (
        behind is None
        or not answer.folded[span[1] - 1].isdigit()
        or answer.language.words.proper(behind.text) == behind.text
    ):
        return frozenset()
    return frozenset([behind.text])


def _is_of_another(answer: Text, asked: _Asked, span: Span) -> bool:
    start, end = clause_of(answer, span) or (0, 0)
    inside = {
        answer.folded[token.start : token.end].removesuffix("'s")
        for token in answer.tokens
        if start <= token.start < end and not span[0] <= token.start < span[1]
    } - _in_names(answer)
    if not inside.isdisjoint(asked.own) or (inside - _counted_behind(answer, span)).isdisjoint(asked.others):
        return False
    # `born and raised in X`
    before = [token.text for token in answer.tokens if token.end <= start][-2:]
    return asked.own.isdisjoint(before)
