"""Persons named by their family name alone, where a closed set of persons makes that clear."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from pytest_finetunebench.grading.memo import MEMO_SIZE
from pytest_finetunebench.grading.text.phrases import Span, Text
from pytest_finetunebench.grading.text.tokens import Token


@lru_cache(maxsize=MEMO_SIZE)
def surnames(choices: tuple[Text, ...], person: bool) -> dict[Text, str]:
    """Return choice → the family name by which it is known: of persons, where no other choice has that word."""
    found: dict[Text, str] = {}
    for choice in choices:
        words, raw = [token.text for token in choice.bare], choice.raw
        others = {token.text for other in choices if other is not choice for token in other.tokens}
        name = len(words) > 1 and all(word.isalpha() for word in words) and raw[:1].isupper() and raw.istitle()
        if (
            name
            and (person or words[0] in choice.language.names.titles)
            and words[-1] not in others
            and len(words[-1]) > 1
        ):
            found[choice] = words[-1]
    return found


def surname_places(text: Text, surname: str, choice: Text) -> Iterator[Span]:
    """Yield where a family name stands that no other given name or initial stands before (`Anna Marlin`)."""
    own = {token.text for token in choice.tokens}
    initials = {word[0] for word in own}
    for index, token in enumerate(text.tokens):
        if token.text != surname:
            continue
        before = text.tokens[index - 1] if index else token
        gap = text.folded[before.end : token.start]
        given = gap == " " and may_be_name(text, before)
        initial = gap in (" ", ". ") and len(before.text) == 1 and before.text.isalpha()
        if not (before.text not in initials if initial else given and before.text not in own):
            yield token.start, token.end


def may_be_name(text: Text, token: Token) -> bool:
    """Whether a word may be a given name: no small word, title or number, and with a capital where that can be seen."""
    if token.text in text.language.words.stop or token.text in text.language.names.titles or token.value is not None:
        return False
    return len(text.raw) != len(text.folded) or text.raw[token.start].isupper()
