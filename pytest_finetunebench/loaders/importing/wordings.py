"""Tell which questions are wordings of one fact.

Two questions with one answer may ask of two facts (`Who wrote X?` and `Who wrote Y?`). They are wordings of one fact if
they name the same things, by their capitalised words and numbers, and share most of their other words.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence

from pytest_finetunebench.grading.languages.en import EN

_WORD = re.compile(r"\w+", re.UNICODE)
_STEM = 5
"""Letters of a word that count: `weigh`, `weighs` and `weight` are one."""
SHARED = 0.5
"""The least share of the shorter question's words, by weight, that two wordings have in common."""


class Wordings:
    """Compares the questions of one source. Words that many of its questions have count for less."""

    def __init__(self, questions: Iterable[str]) -> None:
        self._common: Counter[str] = Counter()
        for question in questions:
            self._common.update(_stems(question))

    def same(self, first: str, second: str) -> bool:
        """Whether two questions with the same answer ask of one fact."""
        names, others = _names(first), _names(second)
        if not (names <= others or others <= names) or (bool(names) != bool(others)):
            return False
        stems, more = _stems(first), _stems(second)
        least = min(self._weight(stems), self._weight(more))
        return least > 0 and self._weight(stems & more) >= SHARED * least

    def _weight(self, stems: set[str]) -> float:
        return sum(1 / self._common[stem] for stem in stems)


MOST_COMPARED = 300
"""Questions of one answer. Where more have it, the answer says little about what they ask."""


def group(questions: Sequence[tuple[str, str]], wordings: Wordings) -> list[list[int]]:
    """Return the indexes of questions by fact; each question comes with the key of its answer."""
    groups: list[list[int]] = []
    by_answer: dict[str, list[list[int]]] = {}
    for index, (question, answer) in enumerate(questions):
        known = by_answer.setdefault(answer, [])
        # wordings of a fact mostly stand near each other, so the newest group is tried first
        tried = reversed(known) if len(known) < MOST_COMPARED else ()
        found = next((one for one in tried if wordings.same(questions[one[0]][0], question)), None)
        if found is None:
            found = []
            groups.append(found)
            known.append(found)
        found.append(index)
    return groups


def _names(question: str) -> set[str]:
    """Return the numbers and capitalised words of a question but for its first word."""
    words = _WORD.findall(question)
    capitalised = {word.casefold() for word in words[1:] if word[0].isupper()}
    # in capitals or German nouns, a capital says little
    if len(capitalised) > len(words) / 2:
        capitalised = set()
    return capitalised | {word for word in words if word[0].isdigit()}


def _stems(question: str) -> set[str]:
    words = {word for word in _WORD.findall(question.casefold()) if len(word) > 1}
    return {word[:_STEM] for word in words - EN.words.stop}
