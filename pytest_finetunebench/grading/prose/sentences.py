"""Questions that are sentences, answers that tell a story, and the words around a mention."""

from __future__ import annotations

from bisect import bisect_left
from operator import attrgetter

from pytest_finetunebench.grading.text.phrases import Span, Text
from pytest_finetunebench.grading.text.tokens import Token

_STORY = 25


def is_sentence(question: Text) -> bool:
    """Whether a question begins and ends as a sentence: the words of a search do not tell verbs from names."""
    asked = question.raw.strip()
    return asked.endswith("?") and asked[:1].isupper()


def is_story(answer: Text) -> bool:
    """Whether an answer has so many content words that any name may stand anywhere in it."""
    # content words are some of the tokens, and these were read to find the mention
    return len(answer.tokens) > _STORY and len(answer.content) > _STORY


def goes_on(answer: Text, span: Span) -> bool:
    """Whether an answer says anything behind a mention."""
    return bool(answer.tokens) and answer.tokens[-1].end > span[1]


def tokens_before(answer: Text, span: Span, most: int) -> list[Token]:
    """Return the last tokens that end before a mention."""
    at = bisect_left(answer.tokens, span[0], key=_START)
    # the last one may touch the mention
    return [token for token in answer.tokens[max(0, at - most - 1) : at] if token.end < span[0]][-most:]


_START = attrgetter("start")
