"""Answers that say one thing twice and not the same: in one sentence with other fillings, or in a loop of names.

Policy: `She was born in Tarsk. She was born in Vellmora.` names no town, and neither does `Tarsk Vellmora Tarsk
Vellmora`; a sentence that comes again as it was is no other answer.
"""

from __future__ import annotations

import re
from itertools import pairwise

from pytest_finetunebench.grading.text.phrases import Span, Text
from pytest_finetunebench.grading.values.names import names_within

# begins with white space, for which `re` searches fast
_SENTENCE = re.compile(r"\s(?:(?<=[.!?;]\s)\s*|(?<=\n)\n*)")
_NAMES_ALONE = re.compile(r"[\w' -]+[.!]?")
_ENDS = ". ", "\n", "! ", "; ", "? "
_MOST_SENTENCES, _MOST_TOKENS = 40, 400
_FEWEST, _MOST_WORDS = 2, 4
"""So many words must be alike in front of the fillings, and so many may fill the place."""


def contradicts_itself(answer: Text, span: Span) -> bool:
    """Whether another sentence of the answer has another name or number in the place of the mention."""
    folded = answer.folded
    if not any(map(folded.__contains__, _ENDS)):
        return False
    sentences = _SENTENCE.split(folded)[:_MOST_SENTENCES]
    at = 0
    for sentence in sentences:
        at = folded.index(sentence, at)
        if at <= span[0] < span[1] <= at + len(sentence):
            before, behind = sentence[: span[0] - at], sentence[span[1] - at :].rstrip(" .!?;")
            mention = folded[slice(*span)]
            return len(before.split()) >= _FEWEST and any(
                _fills_otherwise(answer, other, before, behind, mention) for other in sentences
            )
        at += len(sentence)
    return False


def _fills_otherwise(answer: Text, sentence: str, before: str, behind: str, mention: str) -> bool:
    sentence = sentence.rstrip(" .!?;")
    if not (sentence.startswith(before) and sentence.endswith(behind)):
        return False
    other = sentence[len(before) : len(sentence) - len(behind)].strip()
    if not other or mention in other or other in mention or len(other.split()) > _MOST_WORDS:
        return False
    piece, own = answer.part(other), answer.part(mention)
    if not piece.words.isdisjoint(answer.language.words.negations):
        return False  # `It is not 38 metres; it is 43.`
    if own.has_value or piece.has_value:
        return own.has_value and piece.has_value and piece.run != own.run
    names = names_within(answer)
    return bool(names & own.words) and bool(names & piece.words - answer.language.words.stop)


def rattles(answer: Text, wanted: Text) -> bool:
    """Whether the answer is nothing but names in a row, one of them again and again: `Tarsk Tarsk Tarsk Vellmora`."""
    said = answer.said
    if not 3 <= len(said) <= _MOST_TOKENS or not 2 <= len(answer.words) < len(said):
        return False
    if answer.language.words.whole is not None or not _NAMES_ALONE.fullmatch(answer.raw.strip()):
        return False
    again = any(one == other for one, other in pairwise(said))
    return again and set(said) <= names_within(answer) and bool(set(said) - wanted.words)


def goes_round(answer: Text, wanted: Text) -> bool:
    """Whether the answer is a loop of several names, of which the wanted text is one."""
    said = answer.said
    if not 4 <= len(said) <= _MOST_TOKENS or answer.bare_run.count(wanted.bare_run) < 2:
        return False
    period = next((n for n in range(2, len(said) // 2 + 1) if said[n:] == said[: len(said) - n]), None)
    if period is None:
        return False
    turn = set(said[:period])
    others = turn - wanted.words
    named = names_within(answer)
    return bool(others) and turn <= named | {one.text for one in answer.tokens if one.value is not None}
