"""Questions that are sentences, answers that tell a story, and the words around a mention."""

from __future__ import annotations

import re
from bisect import bisect_left
from functools import lru_cache
from operator import itemgetter

from pytest_finetunebench.grading.cues import cues
from pytest_finetunebench.grading.patterns import CUES
from pytest_finetunebench.grading.text.phrases import Span, Text

_STORY = 25


def is_sentence(question: Text) -> bool:
    """Whether a question begins and ends as a sentence: the words of a search do not tell verbs from names."""
    asked = question.raw.strip()
    return asked.endswith("?") and asked[:1].isupper()


def is_story(answer: Text) -> bool:
    """Whether an answer has so many content words that any name may stand anywhere in it."""
    return len(answer.said) > _STORY and len(answer.content_said) > _STORY


def goes_on(answer: Text, span: Span) -> bool:
    """Whether an answer has a letter or figure behind a mention."""
    return _WORD.search(answer.folded, span[1]) is not None


_WORD = re.compile(r"\w")


def words_before(answer: Text, span: Span, most: int) -> list[tuple[str, Span]]:
    """Return the last words that end before a mention, with their places."""
    at = bisect_left(answer.places, span[0], key=_START)
    first = max(0, at - most - 1)
    near = zip(answer.said[first:at], answer.places[first:at], strict=True)
    # the last one may touch the mention
    return [(word, place) for word, place in near if place[1] < span[0]][-most:]


_START = itemgetter(0)


def lacks_before(answer: Text, span: Span, *patterns: re.Pattern[str]) -> bool:
    """Whether none of the patterns can match what stands before a mention, or a piece of it."""
    return not _cues_before(answer, span[0]) & CUES[patterns]


@lru_cache(maxsize=4)
def _cues_before(answer: Text, start: int) -> int:
    # a long answer may have many mentions: what stands before each is not read again
    return cues(answer.folded[:start]) if start <= _NEAR else answer.cues


_NEAR = 400
