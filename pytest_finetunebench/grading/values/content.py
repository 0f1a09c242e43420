"""Answers in other words: every word of the reference that the question does not give must be said, by its stem."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

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
_SHORT = 3


@lru_cache(maxsize=MEMO_SIZE)
def wanted_words(reference: Text, question: Text) -> tuple[str, ...]:
    """Return the keys of the reference's words that an answer must hold; nothing where rules should not try.

    The question's own words may be left out, if others remain. Single letters and letters tied to figures
    (`vitamin A`, `GPT-4`) are symbols: they need the whole phrase.
    """
    stem = reference.language.words.stem
    if reference.is_plain and (keys := _plain_keys(reference, question)) is not None:
        return keys
    left = [token for token in reference.content if stem(token.text) not in question.stems] or reference.content
    if any(len(token.text) == 1 and token.value is None for token in left) or (
        len(left) <= _SHORT and reference.language.words.symbol.search(reference.raw)
    ):
        return ()
    return tuple(dict.fromkeys(keys_of(left, reference, alone=len(left) == 1)))


def _plain_keys(reference: Text, question: Text) -> tuple[str, ...] | None:
    """Return what `wanted_words` does, of a reference in plain words; None where a word that is no name comes again."""
    words, said = reference.language.words, reference.content_said
    left = [word for word in said if words.stem(word) not in question.stems] or said
    if any(len(word) == 1 for word in left) or (len(left) <= _SHORT and words.symbol.search(reference.raw)):
        return ()
    names = names_within(reference)
    if len(left) > 1 and names and _CLAUSE.match(reference.raw):
        first = reference.said[0]
        if reference.said.count(first) > 1:
            return None
        names -= {first}
    return tuple(dict.fromkeys([words.proper(word) if word in names else words.stem(word) for word in left]))


def keys_of(tokens: Sequence[Token], reference: Text, *, alone: bool = False) -> list[str]:
    """Return what words of the reference are known by: a name keeps its form (`proper`), another word has its stem."""
    names, words, start = names_within(reference), reference.language.words, reference.tokens[0].start
    clause = not alone and _CLAUSE.match(reference.raw) is not None
    return [
        words.proper(token.text)
        if token.text in names and not (clause and token.start == start)
        else words.stem(token.text)
        for token in tokens
    ]


def says_all(answer: Text, reference: Text, question: Text) -> Span | None:
    """Return the shortest stretch of the answer that holds every wanted word, and no word that contradicts it.

    A negation that is not wanted contradicts, and so does another word in the place of one that the question gives.
    """
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
