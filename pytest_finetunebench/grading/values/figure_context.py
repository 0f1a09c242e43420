"""What stands around a figure of an answer: the words before it, the nouns behind it, what a question counts."""

from __future__ import annotations

import re
from itertools import takewhile

from pytest_finetunebench.grading.memo import once_per_text
from pytest_finetunebench.grading.text.phrases import Text
from pytest_finetunebench.grading.text.tokens import Token
from pytest_finetunebench.grading.values.quantities import Quantity

REACH = 60
"""So many characters around a figure are read for what is said of it."""
NEXT_WORDS = re.compile(r"[\s-]([^\W\d_]+)(?:\s([^\W\d_]+))?")


def text_before(answer: Text, one: Quantity) -> str:
    """Return what stands before a figure."""
    return answer.folded[max(0, one.start - REACH) : one.start]


def token_before(answer: Text, at: int) -> Token | None:
    """Return the last token that ends before a place."""
    return next((token for token in reversed(answer.tokens) if token.end <= at), None)


def nouns_behind(answer: Text, one: Quantity) -> list[str]:
    """Return the one or two words behind a figure."""
    found = NEXT_WORDS.match(answer.folded, one.end)
    return [] if found is None else [word for word in found.groups() if word]


@once_per_text
def counted_stems(question: Text) -> frozenset[str]:
    """Return the stems of what a question counts: of `how many white boats has` they are `white` and `boat`."""
    found = question.language.roles.counted.search(question.folded)
    if found is None:
        return frozenset()
    words = question.language.words
    return frozenset(words.stem(word) for word in found[1].split() if word not in words.stop and word.isalpha())


@once_per_text
def counted_nouns(question: Text) -> tuple[str, ...]:
    """Return the stems of the nouns that a question counts, without the verb that may stand behind them.

    Of `how many gold medals did` they are `gold` and `medal`, of `how many students passed the` it is `student`.
    """
    found = question.language.roles.counted.search(question.folded)
    if found is None:
        return ()
    words, said = question.language.words, found[1].split()
    nouns = list(takewhile(lambda word: word not in words.stop, said))
    behind = said[len(nouns) : len(nouns) + 1]
    if len(nouns) > 1 and not (behind and question.language.statements.verb.fullmatch(behind[0])):
        nouns.pop()
    return tuple(map(words.stem, nouns))


def has_asked_noun(answer: Text, question: Text, one: Quantity) -> bool:
    """Whether a figure counts what the question counts."""
    stem = answer.language.words.stem
    return not counted_stems(question).isdisjoint(map(stem, nouns_behind(answer, one)))
