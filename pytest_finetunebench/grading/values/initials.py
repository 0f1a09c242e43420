"""Abbreviations made of first letters: `DMV` and `Department of Motor Vehicles`, derived from the words themselves."""

from __future__ import annotations

import re
from collections.abc import Sequence

from pytest_finetunebench.grading.memo import once_per_text
from pytest_finetunebench.grading.text.phrases import Span, Text
from pytest_finetunebench.grading.text.tokens import Token

# a pattern that begins with a set of letters is searched for fast, one that begins with a condition is not
_ABBREVIATION = re.compile(r"[A-Z](?<![\w.-][A-Z])(?:\.(?:[A-Z]\.){1,6}|[A-Z]{1,6}\d{0,2}|\d{1,3})(?![\w-])")
_SENTENCE_END = re.compile(r"[.;:!?\n]")
_SAFE = 3
"""A shorter abbreviation fits too much: it must be the whole answer, or hold a number."""
_MOST_WORDS = 8


def says_initials(answer: Text, reference: Text, question: Text) -> Span | None:
    """Return where the answer gives the reference's abbreviation or, of an abbreviation, the words that it stands for.

    The abbreviation is in capitals; small words (`of`, `and`) may have no letter in it. Where the question holds the
    one form, the other may be what it asks for: nothing counts then.
    """
    if match := _ABBREVIATION.fullmatch(reference.raw.strip()):
        return _spelled_out(answer, _letters(match[0]), question.words)
    said = _abbreviations(answer)
    wanted = set(_initials_of(reference)) - question.words if said else None
    if not wanted or not any(letters in answer.undotted for letters in wanted):
        return None
    for written in said:
        letters = _letters(written)
        safe = len(letters) >= _SAFE or letters[-1].isdigit() or written == answer.raw.strip(" .!")
        if letters in wanted and safe:
            place = re.search(rf"(?<!\w){re.escape(written.casefold())}(?!\w)", answer.folded)
            return place and place.span()
    return None


@once_per_text
def _abbreviations(answer: Text) -> tuple[str, ...]:
    return tuple(dict.fromkeys(_ABBREVIATION.findall(answer.raw)))


@once_per_text
def _initials_of(reference: Text) -> tuple[str, ...]:
    """Return the initials of a name of several words, with and without its small words; none of an ordinary phrase."""
    content = [token for token in reference.tokens if token.text not in reference.language.words.stop]
    if not 2 <= len(content) <= _MOST_WORDS:
        return ()
    capitals = sum([letter.isupper() or letter.isdigit() for letter in reference.raw])
    if capitals < 2:
        return ()
    forms = (_initials(content, reference), _initials(reference.tokens, reference), _initials(content))
    return tuple(dict.fromkeys(form for form in forms if form[0].isalpha()))


def _initials(tokens: Sequence[Token], written: Text | None = None) -> str:
    """Return the first letters and whole numbers, those as they were written (`wwii`) or as digits (`ww2`)."""
    return "".join(
        token.text[0] if token.value is None else written.folded[token.start : token.end] if written else token.text
        for token in tokens
    )


def _spelled_out(answer: Text, letters: str, known: frozenset[str]) -> Span | None:
    content = [token for token in answer.tokens if token.text not in answer.language.words.stop]
    for tokens in (answer.tokens, content):
        firsts = "".join(token.text[0] for token in tokens)
        at = firsts.find(letters)
        while at >= 0:
            run = tokens[at : at + len(letters)]
            whole = len(letters) >= _SAFE or len(run) == len(content)
            together = not _SENTENCE_END.search(answer.folded, run[0].start, run[-1].end)
            own = any(token.text not in known for token in run) and all(len(token.text) > 1 for token in run)
            if whole and together and own:
                return run[0].start, run[-1].end
            at = firsts.find(letters, at + 1)
    return None


def _letters(written: str) -> str:
    return written.replace(".", "").casefold()
