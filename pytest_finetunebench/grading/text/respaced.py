"""Answers whose spaces stand in the wrong places: `byBonnie`, `7, 826, 367`, `BonnieBonnieBonnie`."""

from __future__ import annotations

import re

from pytest_finetunebench.grading.text.phrases import Text

_SPACED_NUMBER = re.compile(r"(?:[^\W\d_]+ )?(?:\d{1,3}(?:, \d{3})+|\d{1,9}\. \d{1,9})")
"""At most a word and a number whose marks have a space behind them, and nothing else."""


def close_number(text: Text) -> Text | None:
    """Return an answer that is one number with the spaces within it left out (`7, 826, 367`); None where it is none."""
    raw = text.raw.strip().rstrip(".")
    if not _SPACED_NUMBER.fullmatch(raw):
        return None
    return text.part(raw.replace(", ", ",").replace(". ", "."))


_CAPITAL_INSIDE = re.compile(r"[A-Z](?<=[a-z][A-Z])")


def split_joints(text: Text) -> Text | None:
    """Return the text with small words apart that lost the space behind them (`byBonnie`); None where none did."""
    if not _CAPITAL_INSIDE.search(text.raw):
        return None
    spaced = text.language.words.joint.sub(r"\g<0> ", text.language.words.linked.sub(r"\1 \2 \3", text.raw))
    return text.part(spaced) if spaced != text.raw else None


_AGAIN = re.compile(r"(.{3,100}?)\1{2,}", re.DOTALL)


def said_once(text: Text) -> Text | None:
    """Return the one thing that an answer says three times or more with nothing between (`BonnieBonnieBonnie`)."""
    raw = text.raw.strip()
    # its beginning comes again as often
    found = _AGAIN.fullmatch(raw) if raw.count(raw[:3]) > 2 else None
    if found is None or not found[1][0].isalpha() or not found[1][-1].isalpha():
        return None  # figures run together are another figure
    return text.part(found[1])
