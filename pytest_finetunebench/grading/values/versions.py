"""Versions, of which each digit counts: 2.1 is not 2.10, and `v2.1-beta` is not `v2.1`.

Policy: a number is a version where it is written as one (`v2.1`, `2.1.3`), or the question asks for a version.
"""

from __future__ import annotations

import re
from functools import lru_cache

from pytest_finetunebench.grading.memo import MEMO_SIZE
from pytest_finetunebench.grading.text.phrases import Span, Text

_FIGURES = re.compile(r"\d+(?:\.\d+)+")
_WRITTEN = re.compile(r"(?:[^\W\d_]+[\s-]?){0,2}v?(\d+(?:\.\d+)+)")


@lru_cache(maxsize=MEMO_SIZE)
def _version_of(wanted: Text, question: Text) -> str | None:
    """Return the figures of a reference that is a version; None of one that is none."""
    if (found := _WRITTEN.fullmatch(wanted.folded.strip())) is None:
        return None
    named = found[1].count(".") > 1 or wanted.folded[max(0, found.start(1) - 1) : found.start(1)].isalpha()
    asked = not (question.words | wanted.words).isdisjoint(question.language.entities.versions)
    return found[1] if named or asked else None


def is_other_version(answer: Text, question: Text, wanted: Text, place: Span) -> bool:
    """Whether the version at a place is written with other digits than the wanted one, or goes on as another."""
    if "." not in wanted.raw or (version := _version_of(wanted, question)) is None:
        return False
    found = _FIGURES.search(answer.folded, place[0])
    if found is None or found.start() > place[1]:
        return False
    return (
        found[0] != version or question.language.entities.version_goes_on.match(answer.folded, found.end()) is not None
    )
