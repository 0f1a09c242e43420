"""Names of persons: middle names, initials, titles and short forms may differ; the family name may not."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from itertools import dropwhile

from pytest_finetunebench.grading.languages.text_parts import Names
from pytest_finetunebench.grading.memo import MEMO_SIZE, once_per_text
from pytest_finetunebench.grading.text.phrases import Span, Text, words_of
from pytest_finetunebench.grading.text.tokens import Token

_BETWEEN = 3
"""At most so many unlisted middle names."""
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
_CAPITALISED = re.compile(r"[A-Z][A-Za-z]*(?:'[A-Za-z]+)*")
_CAPITAL_INSIDE = re.compile(r"[A-Z](?<=[a-z'][A-Z])")
_SHORT_FORM = 3
"""A short form (`Ben` for `Benjamin`) has at least so many letters."""


@once_per_text
def asks_for_person(question: Text) -> bool:
    """Whether a question asks for a person, by its words; one in capitals (`WHO`) is a name."""
    person = question.language.names.person_words
    if person.isdisjoint(question.words):
        return False
    loud = {word.casefold() for word in _WORD.findall(question.raw) if len(word) > 1 and word.isupper()}
    return question.raw.isupper() or not person & question.words <= loud


@once_per_text
def name_parts(text: Text) -> tuple[str, ...]:
    """Return the parts of a reference that may be a person's name, without titles; none where it cannot be one."""
    titles, stop = text.language.names.titles, text.language.words.stop
    parts = tuple([word for word in text.bare_said if word not in titles])
    if not 2 <= len(parts) <= 6 or not "".join(parts).isalpha() or not stop.isdisjoint(parts):
        return ()
    entities = text.language.entities
    if parts[0] in entities.qualifiers or parts[0] in entities.role_qualifiers:
        return ()  # the former mayor is no person called mayor
    return parts


@once_per_text
def names_within(text: Text) -> frozenset[str]:
    """Return the words of a text that have a capital, as tokens."""
    if text.prepared.islower():
        return _NO_NAMES
    if text.prepared.replace(" ", "").isalpha() and text.is_plain:
        # letters and spaces alone: each word is one token
        words = zip(text.prepared.split(), text.said, strict=True)
        return frozenset([said for word, said in words if not word.islower()])
    capitalised = _capitalised(text.prepared)
    return words_of(capitalised, text.language) if capitalised else _NO_NAMES


_NO_NAMES = frozenset[str]()


def _capitalised(text: str) -> list[str]:
    """Return the words of a text that have a capital; words of letters without case count as such."""
    if text.isascii() and _CAPITAL_INSIDE.search(text) is None:
        return _CAPITALISED.findall(text)
    return [word for word in _WORD.findall(text) if not word.islower()]


@once_per_text
def without_titles(reference: Text) -> str | None:
    """Return what follows the titles in front of a name, where two words or more do (`Maharaja Jai Singh II`)."""
    if reference.language.names.titles.isdisjoint(reference.said):
        return None
    rest = list(dropwhile(lambda token: token.text in reference.language.names.titles, reference.bare))
    return reference.folded[rest[0].start :] if 2 <= len(rest) < len(reference.bare) else None


def _family_names(parts: Sequence[str], names: Names) -> Sequence[str]:
    """Return the ways to write the family name of a person, whose name has two parts or more."""
    return (parts[-1], parts[-2] + parts[-1]) if parts[-2] in names.particles else parts[-1:]


def says_family(text: Text, parts: Sequence[str]) -> bool:
    """Whether `text` has the family name; false where there are no parts of a name."""
    return bool(parts) and not text.words.isdisjoint(_family_names(parts, text.language.names))


def says_name(text: Text, parts: Sequence[str]) -> Span | None:
    """Return where `text` names the person: a matching first name, then the family name, middle names as they agree."""
    names, stop = text.language.names, text.language.words.stop
    given, families = parts[:-1], _family_names(parts, names)
    tokens = text.tokens
    for index, token in enumerate(tokens):
        if token.text not in families:
            continue
        for start in range(index - 1, max(-1, index - 2 - _BETWEEN), -1):
            word = tokens[start]
            if word.text in stop or not word.text.isalpha():
                break
            if word.text != given[0] and word.text in given[1:] and start:
                if tokens[start - 1].text in given:
                    continue
                if _is_another_name(text, start, given):
                    break
            if _first_agrees(word, given, names) and _middle_agrees(tokens[start + 1 : index], given[1:], names):
                return word.start, token.end
    return None


def _is_another_name(text: Text, at: int, given: Sequence[str]) -> bool:
    """Whether another name stands right before a middle name: `Tarsk Rowing Club` for `Orl Rowing Club`."""
    before, token = text.tokens[at - 1], text.tokens[at]
    if text.folded[before.end : token.start] != " " or before.text in given or before.value is not None:
        return False
    return before.text not in text.language.words.stop | text.language.names.titles and before.text in names_within(
        text
    )


def only_names(text: Text, reference: Text, parts: Sequence[str]) -> bool:
    """Whether a terse answer is nothing but the family name, with parts of the full name or titles.

    A person of another generation (`Jr.`) is another person.
    """
    if not (text.words & text.language.names.generations) <= reference.words:
        return False
    said = [token.text for token in text.bare if token.text not in text.language.names.titles]
    return bool(said) and said[-1] == parts[-1] and set(said) <= set(parts)


def _first_agrees(said: Token, given: Sequence[str], names: Names) -> bool:
    """Whether a word can be what the person is called: the first name, a name the person goes by, or the initials."""
    if said.end - said.start > len(said.text):
        return "".join(name[0] for name in given).startswith(said.text)
    return same_given(said.text, given[0], names) or (said.text in given[1:] and len(said.text) > 1)


@lru_cache(maxsize=MEMO_SIZE)
def same_given(said: str, wanted: str, names: Names) -> bool:
    """Whether two given names can be one: equal, an initial, or a short form (`Ben`, `Danny`, `Patty`)."""
    if said == wanted or said in names.other_forms(wanted):
        return True
    for short, long in ((said, wanted), (wanted, said)):
        if len(short) == 1 and long.startswith(short):
            return True
        pet = names.pet_ending.sub(r"\1", short)
        if any(_SHORT_FORM <= len(form) < len(long) - 1 and long.startswith(form) for form in (short, pet)):
            return True
    return False


def _middle_agrees(said: list[Token], wanted: Sequence[str], names: Names) -> bool:
    """Whether the middle names do not contradict: one side has none, or what both have agrees by initial or name."""
    if not said or not wanted:
        return True
    return any(same_given(token.text, want, names) for token in said for want in wanted)
