"""Questions that are sentences, and answers that tell a story."""

from __future__ import annotations

from pytest_finetunebench.grading.text.phrases import Text

_STORY = 25


def is_sentence(question: Text) -> bool:
    """Whether a question begins and ends as a sentence: the words of a search do not tell verbs from names."""
    asked = question.raw.strip()
    return asked.endswith("?") and asked[:1].isupper()


def is_story(answer: Text) -> bool:
    """Whether an answer has so many content words that any name may stand anywhere in it."""
    # content words are some of the tokens, and these were read to find the mention
    return len(answer.tokens) > _STORY and len(answer.content) > _STORY
