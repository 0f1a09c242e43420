"""Answers out of a closed set: yes or no, and multiple choice by text or letter."""

from __future__ import annotations

import re
import string

from pytest_finetunebench.graders.normalise import contains, plain, words

_YES_NO = {"yes": "yes", "yeah": "yes", "yep": "yes", "no": "no", "nope": "no"}
_LETTER = re.compile(r"^\W*(?:(?:the\s+)?(?:answer|choice|option)(?:\s+is)?\W*)?\(?([a-z])(?:[).:]|\W*$)")


def is_yes_no(reference: str) -> bool:
    """Whether a reference is a plain Yes or No."""
    return " ".join(words(reference)) in ("yes", "no")


def read_yes_no(answer: str) -> str | None:
    """Return `yes` or `no` as the answer says it: its first word decides, else the only one of both that it says."""
    said = [_YES_NO[word] for word in words(answer) if word in _YES_NO]
    first = next(iter(words(answer)), "")
    if first in _YES_NO or len(set(said)) == 1:
        return said[0]
    return None


def read_choice(answer: str, choices: tuple[str, ...]) -> str | None:
    """Return the one of `choices` that the answer picks, by text or by letter; None where it picks none or several.

    A choice that is part of a longer one (`Iron`, `Iron oxide`) counts only where the longer one is not said.
    """
    exact = [choice for choice in choices if words(choice) == words(answer)]
    if len(exact) == 1:
        return exact[0]
    letter = _LETTER.match(plain(answer.strip()))
    if letter and string.ascii_lowercase.index(letter[1]) < len(choices):
        return choices[string.ascii_lowercase.index(letter[1])]
    said = [choice for choice in choices if contains(answer, choice)]
    longest = [one for one in said if not any(one != other and contains(other, one) for other in said)]
    return longest[0] if len(longest) == 1 else None
