"""Titles of which a mention is only a part: `Beyond the Sea`, `The Sea and the Shore` for `The Sea`."""

from __future__ import annotations

import re

from pytest_finetunebench.grading.text.phrases import Span, Text
from pytest_finetunebench.grading.values.shortened import asks_for_title

_REACH = 40
"""So many characters behind a mention are read for what goes on."""


def is_part_of_title(answer: Text, question: Text, span: Span) -> bool:
    """Whether a title is asked for, and the mention is the beginning or the end of a longer one."""
    words, after = answer.language.entities, answer.folded[span[1] : span[1] + _REACH]
    longer = (
        words.sequel.match(after)
        or title_goes_on(answer, span)
        or _joins_on(answer, span, words.title_goes_on.match(after))
        or _ends_title(answer, span, words.title_begins)
    )
    return bool(longer) and asks_for_title(question)


def title_goes_on(answer: Text, span: Span) -> bool:
    """Whether the next word has a capital too, so that a title goes on."""
    if len(answer.raw) != len(answer.folded):
        return False
    behind = answer.raw[span[1] : span[1] + 2]
    return len(behind) == 2 and behind[0] == " " and behind[1].isupper() and answer.raw[span[0]].isupper()


def _ends_title(answer: Text, span: Span, begins: re.Pattern[str]) -> bool:
    """Whether a longer title ends with the mention, whose article has no capital then: `Beyond the Grey Sea`."""
    if answer.lacks(begins) or len(answer.raw) != len(answer.folded) or answer.folded[span[1] :].strip(" .\"'*!"):
        return False
    first, gap, _ = answer.folded[slice(*span)].partition(" ")
    start = span[0] + len(first + gap) if first in answer.language.words.articles else span[0]
    begun = begins.search(answer.folded[:start])
    if begun is None or not answer.raw[begun.start(1)].isupper():
        return False
    # `Beyond The Salt Road` is a title as a whole
    return begun.start(1) == 0 or not answer.raw[begun.end(1) + 1 : start][:1].isupper()


def _joins_on(answer: Text, span: Span, joint: re.Match[str] | None) -> bool:
    """Whether a word with a capital stands behind what joins it to a title, so that the title is longer."""
    if joint is None or len(answer.raw) != len(answer.folded):
        return False
    return answer.raw[span[1] + joint.end() :][:1].isupper() and answer.raw[span[0]].isupper()
