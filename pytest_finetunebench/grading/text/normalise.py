"""Texts as word lists, so that typography does not decide a verdict."""

from __future__ import annotations

import re
import unicodedata

_WORD = re.compile(r"\d+(?:[.,]\d+)*(?!\w)|\w+")
_NO_WORD = re.compile(r"((?<![^\s(=+*<>-])-(?=\s?\(*\d)|/(?=\s?\(*\d))|[^\w\s]")
"""A character that belongs to no word; the group holds a minus or a division, as opposed to a hyphen or a slash."""
_SIGNS = frozenset("#%&*")
_SIGN_KINDS = ("Sm", "Sc", "So")
_TYPOGRAPHY = str.maketrans({"’": "'", "‘": "'", "“": '"', "”": '"', "‐": "-", "‑": "-", "–": "-", "—": "-", "−": "-"})


def plain(text: str) -> str:
    """Return `text` in one Unicode form (NFKC), case-folded, with straight quotes and plain dashes."""
    if text.isascii():
        return text.lower()
    return unicodedata.normalize("NFKC", text.translate(_TYPOGRAPHY)).casefold()


def words(text: str) -> list[str]:
    """Return the words and numbers of `text`; a number keeps its separators, so 1.73 never reads as 173."""
    return _WORD.findall(plain(text))


def question_key(text: str) -> tuple[str, ...]:
    """Return the words and signs of a question: two with the same key are the same but for typography."""
    # signs tell C from C++ and < from >; Sk, left out, holds the backquote
    clean = plain(text)
    marks = _NO_WORD.finditer(clean)
    signs = (m[0] for m in marks if m[1] or m[0] in _SIGNS or unicodedata.category(m[0]) in _SIGN_KINDS)
    said = _WORD.findall(clean)
    return (*said, *signs) if said else (text.strip(),)


def contains(text: str, phrase: str) -> bool:
    """Whether the words of `phrase` stand in `text` as whole words, side by side; a phrase without words never does."""
    return stand_within(words(phrase), words(text))


def stand_within(wanted: list[str], found: list[str]) -> bool:
    """Whether the wanted words stand side by side among those found; no words never do."""
    if not wanted:
        return False
    first, length = wanted[0], len(wanted)
    return any(word == first and found[i : i + length] == wanted for i, word in enumerate(found))
