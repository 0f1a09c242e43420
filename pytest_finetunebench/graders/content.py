"""Answers in other words: every word of the reference that the question does not give must be said, by its stem."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from rapidfuzz.distance import DamerauLevenshtein

from pytest_finetunebench.graders.phrases import Span, Text, in_identifier
from pytest_finetunebench.graders.shape import is_list
from pytest_finetunebench.graders.stems import proper, stem

_TYPO_LENGTH = 6
"""Shorter words differ by a letter too often (`north`, `worth`) for a typo allowance."""
_WINDOW = 25
"""The words that make the answer stand within so many tokens."""
_NEGATIONS = frozenset(("not", "no", "never", "without", "none", "nor", "neither", "dont", "cannot", "isnt", "wasnt"))
_CLAUSE = re.compile(r"[A-Z][a-z]+(?:\s[^A-Z]+){1,}$")
"""Only the first word has a capital: it begins a phrase, and is no name."""
_SHORT = 3
_SYMBOL = re.compile(r"\w\sA\b|[^\W\d_]-?\d|\d(?!(?:st|nd|rd|th|s)\b)[^\W\d_]")
_CAPITALISED = re.compile(r"[^\W\d_]*[A-Z][^\W\d_]*")


@lru_cache(maxsize=32768)
def wanted_words(reference: Text, question: Text) -> tuple[str, ...]:
    """Return the keys of the reference's words that an answer must hold; nothing where rules should not try.

    The question's own words may be left out, if others remain. Names keep their form (`proper`), ordinary words are
    known by their stem. Single letters and letters tied to figures (`vitamin A`, `GPT-4`) are symbols: they
    need the whole phrase.
    """
    left = [token for token in reference.content if stem(token.text) not in question.stems] or reference.content
    if any(len(token.text) == 1 and token.value is None for token in left) or (
        len(left) <= _SHORT and _SYMBOL.search(reference.raw)
    ):
        return ()
    names = {match[0].casefold() for match in _CAPITALISED.finditer(reference.raw)}
    if len(left) > 1 and _CLAUSE.match(reference.raw):
        names.discard(reference.tokens[0].text)
    return tuple(dict.fromkeys(proper(token.text) if token.text in names else stem(token.text) for token in left))


def says_all(answer: Text, wanted: Sequence[str]) -> Span | None:
    """Return the shortest stretch of the answer that holds every wanted word, and no negation that is not wanted."""
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
    stretch = {token.text for token in answer.tokens[best[0] : best[1]]}
    if stretch & _NEGATIONS and not _NEGATIONS & set(wanted):
        return None
    start, end = answer.tokens[best[0]].start, answer.tokens[best[1]].end
    return None if in_identifier(answer.folded, start, end) else (start, end)


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
    if len(word) < _TYPO_LENGTH or not word.isalpha() or word in answer.known:
        return word
    for said in answer.by_initial.get(word[0], ()):
        if abs(len(said) - len(word)) <= 1 and DamerauLevenshtein.distance(said, word, score_cutoff=1) <= 1:
            return said
    return word


def is_shortened(answer: Text, reference: Text, question: Text) -> bool:
    """Whether a terse answer is the reference without some of its words, and adds nothing of its own.

    It must hold at least half of the words that the question does not give. A list lacks a member then.
    """
    if is_list(reference.raw):
        return False
    said, whole = answer.content_stems, reference.content_stems
    if not said <= whole | question.stems:
        return False
    asked = {word for word in whole if word not in question.stems} or whole
    return len(said & asked) * 2 >= len(asked) and all(len(word) > 1 for word in said & asked)
