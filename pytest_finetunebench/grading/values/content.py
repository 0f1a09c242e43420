"""Answers in other words: every word of the reference that the question does not give must be said, by its stem."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from pytest_finetunebench.grading.memo import MEMO_SIZE
from pytest_finetunebench.grading.text.phrases import Span, Text, in_identifier
from pytest_finetunebench.grading.text.shape import is_list
from pytest_finetunebench.grading.text.tokens import Token

_TYPO_LENGTH = 6
"""Shorter words differ by a letter too often (`north`, `worth`) for a typo allowance."""
_WINDOW = 25
"""The words that make the answer stand within so many tokens."""
_CLAUSE = re.compile(r"[A-Z][a-z]+(?:\s[^A-Z]+){1,}$")
"""Only the first word has a capital: it begins a phrase, and is no name."""
_LEAD, _CLAUSES = 400, 4
"""So many characters and clauses are read for the one that answers."""
_SHORT = 3
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")


@lru_cache(maxsize=MEMO_SIZE)
def wanted_words(reference: Text, question: Text) -> tuple[str, ...]:
    """Return the keys of the reference's words that an answer must hold; nothing where rules should not try.

    The question's own words may be left out, if others remain. Single letters and letters tied to figures
    (`vitamin A`, `GPT-4`) are symbols: they need the whole phrase.
    """
    stem = reference.language.words.stem
    left = [token for token in reference.content if stem(token.text) not in question.stems] or reference.content
    if any(len(token.text) == 1 and token.value is None for token in left) or (
        len(left) <= _SHORT and reference.language.words.symbol.search(reference.raw)
    ):
        return ()
    return tuple(dict.fromkeys(_key(token, reference, alone=len(left) == 1) for token in left))


def _key(token: Token, reference: Text, *, alone: bool = False) -> str:
    """Return what a word of the reference is known by: a name keeps its form (`proper`), another word has its stem."""
    first = token.start == reference.tokens[0].start
    if token.text in names_within(reference) and (alone or not first or not _CLAUSE.match(reference.raw)):
        return reference.language.words.proper(token.text)
    return reference.language.words.stem(token.text)


@lru_cache(maxsize=MEMO_SIZE)
def names_within(text: Text) -> frozenset[str]:
    """Return the words of a text that have a capital, as tokens."""
    capitalised = " ".join(word for word in _WORD.findall(text.raw) if not word.islower())
    return text.part(capitalised).words


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
    negations = answer.language.words.negations
    if stretch & negations and not negations & set(wanted):
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


@lru_cache(maxsize=8)
def clauses(answer: Text) -> tuple[Text, ...]:
    """Return the first clauses of an answer: `It was the Rhine, which flows …` says `It was the Rhine` first."""
    pieces = answer.language.words.clause_end.split(answer.folded[:_LEAD])
    return tuple([answer.part(piece) for piece in pieces[:-1] if piece.strip()][:_CLAUSES])


def leads_shortened(answer: Text, reference: Text, question: Text) -> bool:
    """Whether the first clause of the answer that says more than the question does is the reference cut short."""
    stem = answer.language.words.stem
    for clause in clauses(answer):
        if any(stem(token.text) not in question.stems for token in clause.content):
            return is_shortened(clause, reference, question)
    return False


def is_shortened(answer: Text, reference: Text, question: Text) -> bool:
    """Whether an answer is the reference without some of its words, and adds nothing of its own.

    It must hold at least half of the words that the question does not give. A list lacks a member then.
    """
    if is_list(reference):
        return False
    keys = {_key(token, reference): token for token in reference.content}
    words = answer.language.words
    asked = {key for key, token in keys.items() if words.stem(token.text) not in question.stems} or set(keys)
    said = set[str]()
    for token in answer.content:
        held = keys.keys() & {words.stem(token.text), words.proper(token.text)}
        if not held and token.text not in words.linking and words.stem(token.text) not in question.stems:
            return False
        said |= held & asked
    return len(said) * 2 >= len(asked) and all(len(keys[key].text) > 1 for key in said)
