"""Texts as word lists, so that typography does not decide a verdict."""

from __future__ import annotations

import re
import unicodedata

_WORD = re.compile(r"\d+(?:[.,]\d+)*(?!\w)|\w+")
_TYPOGRAPHY = str.maketrans({"’": "'", "‘": "'", "“": '"', "”": '"', "‐": "-", "‑": "-", "–": "-", "—": "-", "−": "-"})


def plain(text: str) -> str:
    """Return `text` in one Unicode form (NFKC), case-folded, with straight quotes and plain dashes."""
    return unicodedata.normalize("NFKC", text.translate(_TYPOGRAPHY)).casefold()


def words(text: str) -> list[str]:
    """Return the words and numbers of `text`; a number keeps its separators, so 1.73 never reads as 173."""
    return _WORD.findall(plain(text))


def contains(text: str, phrase: str) -> bool:
    """Whether the words of `phrase` stand in `text` as whole words, side by side; a phrase without words never does."""
    wanted = words(phrase)
    if not wanted:
        return False
    found = words(text)
    first, length = wanted[0], len(wanted)
    return any(word == first and found[i : i + length] == wanted for i, word in enumerate(found))
