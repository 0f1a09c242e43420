"""Which choice an answer names by its letter: as its pick, in front, or as what is left (`Not A, so B`)."""

from __future__ import annotations

import re
import string
from collections.abc import Sequence

from pytest_finetunebench.grading.prose.denials import is_negated
from pytest_finetunebench.grading.prose.mentions import is_letter, key_of
from pytest_finetunebench.grading.text.folding import fold
from pytest_finetunebench.grading.text.phrases import Span, Text, reading_answer

_MATHS = re.compile(r"\$\s?([A-Za-z])\s?\$|\\+[a-z]{4,8}\s?\{\s?([A-Za-z])\s?\}(?=\s?\})")
"""A letter set as mathematics, or in a style of its own within a box."""


def letters_of(choices: Sequence[Text]) -> dict[str, Text]:
    """Return letter → choice: by place, unless choices are single letters themselves."""
    own = {key_of(choice): choice for choice in choices if is_letter(choice)}
    return own or dict(zip(string.ascii_lowercase, choices, strict=False))


def framed_letter(text: Text, letters: dict[str, Text], asked: Text) -> Text | None:
    """Return the choice whose letter the answer names as its pick: the only one, or the last of those corrected."""
    raw = _MATHS.sub(r"\1\2", text.raw.replace("*", "").replace("_", ""))
    plain = reading_answer(raw, text.language)
    found: list[Text] = []
    for pattern in (text.language.choices.frame, text.language.choices.strong_frame):
        for match in pattern.finditer(raw):
            letter = match["letter"]
            if letter.lower() in letters and not _letter_denied(plain, match.span("letter"), asked):
                found.append(letters[letter.lower()])
    return found[0] if len(set(found)) == 1 else None


def first_letter(text: Text, letters: dict[str, Text], asked: Text) -> Text | None:
    """Return the choice whose letter stands first in the answer, or alone."""
    raw = _MATHS.sub(r"\1\2", text.raw.replace("*", "").replace("_", "")).lstrip()
    match = text.language.choices.first.match(raw)
    if match is None or match["letter"].lower() not in letters:
        return None
    if (
        match["letter"] == text.language.choices.letter_article
        and not match["close"]
        and len(raw.strip(string.punctuation + " ")) > 1
    ):
        return None
    denied = _letter_denied(reading_answer(raw, text.language), match.span("letter"), asked)
    return None if denied else letters[match["letter"].lower()]


def _letter_denied(text: Text, place: Span, asked: Text) -> bool:
    start = len(fold(text.raw[: place[0]], text.language))
    return is_negated(text, asked, (start, start + 1))


def judged_letter(text: Text, letters: dict[str, Text]) -> Text | None:
    """Return the only choice that the answer calls right where it judges each in a line of its own."""
    words = text.language.choices
    right: list[str] = []
    lines = 0
    for line in text.raw.splitlines():
        match = _OPTION.match(line)
        if match is None or match[1].lower() not in letters:
            continue
        verdict = [words.called_right.search(match[2]) is not None, words.called_wrong.search(match[2]) is not None]
        lines += verdict[0] is not verdict[1]
        right += [match[1].lower()] * (verdict == [True, False])
    return letters[right[0]] if len(right) == 1 and lines > 1 else None


_OPTION = re.compile(r"\W{0,5}([A-Za-z])\W{0,3}[).:\]]\W*(.*)$")


def corrected_letter(text: Text, letters: dict[str, Text]) -> Text | None:
    """Return the choice whose letter alone stands behind what takes back the one before: `A. Hmm, no, sorry: B.`"""
    folded = text.folded[:_LONGEST]
    if len(text.raw) != len(text.folded) or len(text.raw) > _LONGEST:
        return None
    turns = [turn.end() for turn in text.language.denials.retraction.finditer(folded)]
    said = [found[1].lower() for found in _LETTER.finditer(text.raw, turns[-1])] if turns else []
    return letters.get(said[0]) if len(said) == 1 else None


_LONGEST = 300
"""A longer answer is a text, in which letters stand for many things."""
_LETTER = re.compile(r"(?<![\w'’+#/.-])([A-Z])(?![\w'’+#/-])")


def left_letter(text: Text, letters: dict[str, Text], asked: Text) -> Text | None:
    """Return the choice whose letter alone is not ruled out, behind the conclusion if the answer draws one.

    Where it says no more than that one of two is wrong, it picks the other.
    """
    raw = text.raw.replace("*", "").replace("_", "")
    if len(raw) > _LONGEST or not set(letters) <= set(string.ascii_lowercase):
        return None
    words = text.language.choices
    out = {letter for found in words.ruled_out.finditer(raw) for letter in _LETTER.findall(found[0])}
    if not out:
        return None
    start = max((found.end() for found in words.leaves.finditer(raw)), default=0)
    said = {found[1] for found in _LETTER.finditer(raw) if found[1].lower() in letters}
    behind = {found[1] for found in _LETTER.finditer(raw, start) if found[1].lower() in letters} if start else set()
    kept = (behind or said) - out
    if len(kept) == 1:
        return letters[kept.pop().lower()]
    others = set(letters) - {letter.lower() for letter in out}
    return letters[others.pop()] if not said - out and len(others) == 1 and len(letters) == len(out) + 1 else None
