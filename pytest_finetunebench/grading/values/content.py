"""Answers in other words: every word of the reference that the question does not give must be said, by its stem."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from itertools import islice

from pytest_finetunebench.grading.memo import MEMO_SIZE
from pytest_finetunebench.grading.text.phrases import Span, Text, in_identifier
from pytest_finetunebench.grading.text.tokens import Token
from pytest_finetunebench.grading.values.distinct import swaps_word, turns_around
from pytest_finetunebench.grading.values.names import names_within

_TYPO_LENGTH = 6
"""Shorter words differ by a letter too often (`north`, `worth`) for a typo allowance."""
_WINDOW = 25
"""The words that make the answer stand within so many tokens."""
_CLAUSE = re.compile(r"[A-Z][a-z]+(?:\s[^A-Z]+){1,}$")
"""Only the first word has a capital: it begins a phrase, and is no name."""
_SHORT, _SEVERAL = 3, 2


@lru_cache(maxsize=MEMO_SIZE)
def wanted_words(reference: Text, question: Text) -> tuple[str, ...]:
    """Return the keys of the reference's words that an answer must hold; nothing where rules should not try.

    The question's own words may be left out, if others remain. Single letters and letters tied to figures
    (`vitamin A`, `GPT-4`) are symbols: they need the whole phrase.
    """
    words, said = reference.language.words, reference.content_said
    left = [index for index, word in enumerate(said) if words.stem(word) not in question.stems] or range(len(said))
    if any(len(said[index]) == 1 and not said[index].isdecimal() for index in left) or (
        len(left) <= _SHORT and words.symbol.search(reference.raw)
    ):
        return ()
    keys = content_keys(reference, alone=len(left) == 1)
    return tuple(dict.fromkeys([keys[index] for index in left]))


@lru_cache(maxsize=MEMO_SIZE)
def content_keys(reference: Text, *, alone: bool = False) -> tuple[str, ...]:
    """Return what the content words of a reference are known by: a name keeps its form, another word has its stem.

    The first word is no name where only it has a capital and others follow, unless it is looked for alone.
    """
    names, words, said = names_within(reference), reference.language.words, reference.content_said
    keys = [words.proper(word) if word in names else words.stem(word) for word in said]
    if not alone and said[0] in names and said[0] == reference.said[0] and _CLAUSE.match(reference.raw):
        keys[0] = words.stem(said[0])
    return tuple(keys)


def says_all(answer: Text, reference: Text, question: Text) -> Span | None:
    """Return the shortest stretch of the answer that holds every wanted word, and no word that contradicts it.

    A negation that is not wanted contradicts, and so does another word in the place of one that the question gives.
    """
    if answer.known.isdisjoint(reference.content_known) and not _may_misspell(answer, reference):
        return None
    wanted: Sequence[str] = wanted_words(reference, question)
    if not wanted:
        return None
    have = answer.known
    if len(wanted) > 1:
        wanted = [_respell(word, answer) for word in wanted]
    if not all(word in have for word in wanted):
        return None
    best = _shortest(answer, frozenset(wanted))
    if best is None or best[1] - best[0] > _WINDOW + 2 * len(wanted):
        return None
    if any(_goes_on(answer, token, wanted) for token in answer.tokens[best[0] : best[1] + 1]):
        return None
    stretch = {token.text for token in answer.tokens[best[0] : best[1]]}
    negations = answer.language.words.negations
    if stretch & negations and not negations & set(wanted):
        return None
    if turns_around(answer, reference) or swaps_word(answer, reference, question):
        return None
    start, end = answer.tokens[best[0]].start, answer.tokens[best[1]].end
    return None if in_identifier(answer.folded, start, end) else (start, end)


def _goes_on(answer: Text, token: Token, wanted: Sequence[str]) -> bool:
    """Whether a wanted number is only a part of what is written as one word: `9` in `9S`."""
    glued = answer.folded[token.end : token.end + 2]
    return token.value is not None and token.text in wanted and glued[:1].isalpha() and not glued[1:].isalpha()


def _shortest(answer: Text, wanted: frozenset[str]) -> tuple[int, int] | None:
    """Return the first and last token of the shortest stretch that holds all wanted keys, in one pass."""
    seen: dict[str, int] = {}
    best: tuple[int, int] | None = None
    for index, keys in enumerate(answer.keys):
        for key in keys:
            if key in wanted:
                seen.pop(key, None)
                seen[key] = index
                first = next(iter(seen.values()))
                if len(seen) == len(wanted) and (best is None or index - first < best[1] - best[0]):
                    best = first, index
    return best


def _may_misspell(answer: Text, reference: Text) -> bool:
    """Whether two words of the reference, or more, stand in the answer in another spelling."""
    if len(reference.content_said) < _SEVERAL:
        return False
    found = (key for key in content_keys(reference) if _respell(key, answer) != key)
    return len(list(islice(found, _SEVERAL))) == _SEVERAL


def _respell(word: str, answer: Text) -> str:
    """Return the answer's spelling of an ordinary word that differs by one typing error, else the word."""
    if word in answer.known:
        return word
    if word.startswith("="):
        return next(
            (f"={name}" for name in answer.language.names.other_forms(word[1:]) if f"={name}" in answer.known), word
        )
    if len(word) < _TYPO_LENGTH or not word.isalpha():
        return word
    from rapidfuzz.distance import DamerauLevenshtein

    for said in answer.by_initial.get(word[0], ()):
        if abs(len(said) - len(word)) <= 1 and DamerauLevenshtein.distance(said, word, score_cutoff=1) <= 1:
            return said
    return word
