"""Where an answer mentions the members of a closed set: by their whole text, or by what no other member has."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache

from pytest_finetunebench.grading.memo import MEMO_SIZE, once_per_text
from pytest_finetunebench.grading.patterns import deferred
from pytest_finetunebench.grading.prose.comparisons import Mention
from pytest_finetunebench.grading.text.folding import fold
from pytest_finetunebench.grading.text.phrases import Span, Text, occurrences
from pytest_finetunebench.grading.values.names import asks_for_person, name_parts
from pytest_finetunebench.grading.values.surnames import may_be_name, surname_places, surnames

LONGEST = 20_000
"""Characters of an answer that are read."""
_MOST_MENTIONS = 200


@once_per_text
def key_of(text: Text) -> str:
    """Return what makes two choices equal: case, articles, and punctuation around them do not; signs in them do."""
    key = " ".join(fold(text.raw[:LONGEST], text.language).split()).strip(" '\"_.,;:!?()[]")
    return text.language.choices.article.sub("", key) or " ".join(text.folded.split())


def is_letter(choice: Text) -> bool:
    """Whether a choice is a single letter; one of a script without spaces is a word."""
    key = key_of(choice)
    return len(key) == 1 and key.isalpha() and (key.isascii() or choice.language.words.whole is None)


def mentions_of(text: Text, choices: Sequence[Text], asked: Text) -> list[Mention]:
    """Return where the choices are mentioned, in order; one within a longer one (`Iron oxide`) is no mention."""
    found = [Mention(choice, span) for choice in choices for span in _places(text, choice)]
    named = {one.choice for one in found}
    family = surnames(tuple(choices), asks_for_person(asked))
    found += [
        Mention(choice, span)
        for choice, surname in family.items()
        if choice not in named
        for span in surname_places(text, surname, choice)
    ]
    named = {one.choice for one in found}
    found += [Mention(choice, span) for choice, span in _by_own_word(text, choices, asked) if choice not in named]
    found.sort(key=lambda one: (one.span[0], -one.span[1]))
    kept: list[Mention] = []
    for one in found:
        if (
            not kept
            or one.span[1] > kept[-1].span[1]
            or (one.span == kept[-1].span and one.choice is not kept[-1].choice)
        ):
            kept.append(one)
    return _without_offered(text, kept[:_MOST_MENTIONS])


def _without_offered(text: Text, mentions: list[Mention]) -> list[Mention]:
    """Return the mentions without those that `or` joins: `A, B or C is taller` offers all of them again."""
    words, offered = text.language.choices, set[int]()
    for index in range(len(mentions) - 1, -1, -1):
        one, others = mentions[index], mentions[index + 1 : index + 2]
        raw = text.raw if len(text.raw) == len(text.folded) else text.folded
        gap = _BESIDE.sub("", raw[one.span[1] : others[0].span[0]] if others else raw[one.span[1] :].rstrip(_CUT) + " ")
        if others and one.choice is others[0].choice:
            continue
        if words.or_.fullmatch(gap) or (index + 1 in offered and gap.strip() == ","):
            offered |= {index, index + len(others)}
    return [one for index, one in enumerate(mentions) if index not in offered]


_CUT = " .…\"'"
_BESIDE = deferred(r"^(?:\s[A-Z][\w'’-]*){0,3}(?:['’]s)?(?=,?\s)|(?<=\s)(?:[A-Z][\w'’-]*\s){1,3}$")
"""What may stand between a choice and `or`: a family name, a possessive ending, the given name of the next."""


def _places(text: Text, wanted: Text) -> Iterator[Span]:
    if not wanted.tokens:
        sign = wanted.folded.strip()
        at = text.folded.find(sign) if sign else -1
        if at >= 0:
            yield at, at + len(sign)
        return
    if is_letter(wanted):
        return  # a letter is read as a letter
    marks = _marks(wanted, (wanted.tokens[0].start, wanted.tokens[-1].end))
    yield from (span for span in set(occurrences(text, wanted)) if _marks(text, span) == marks)


_BEFORE_NUMBER = deferred(r"(?<![\w)])([-+.])$")
_AFTER = deferred(r"[+#]+")


def _marks(text: Text, span: Span) -> tuple[str, str]:
    """Return the signs that belong to a phrase, though they are no word: `-5`, `.5`, `C++`, `C#`."""
    start, end = span
    sign = _BEFORE_NUMBER.search(text.folded[max(0, start - 2) : start]) if text.folded[start].isdigit() else None
    after = _AFTER.match(text.folded, end)
    return sign[1] if sign else "", after[0] if after else ""


def _by_own_word(text: Text, choices: Sequence[Text], asked: Text) -> Iterator[tuple[Text, Span]]:
    """Yield the choices named by a word that no other choice has: a given name, or all that an answer says."""
    given = _given_names(tuple(choices)) if asks_for_person(asked) else {}
    for choice, name in given.items():
        for index, token in enumerate(text.tokens):
            if token.text == name and not _another_name(text, index, choice):
                yield choice, (token.start, token.end)
    pronouns = text.language.choices.pronouns
    content = [token for token in text.content if text.folded[token.start : token.end] not in pronouns]
    for choice, word in _differing_words(tuple(choices)).items() if len(content) == 1 else ():
        if content[0].text == word:
            yield choice, (content[0].start, content[0].end)


def _another_name(text: Text, index: int, choice: Text) -> bool:
    """Whether a given name belongs to somebody else: another name stands behind it, or in front of it."""
    own = {token.text for token in choice.tokens}
    token, around = text.tokens[index], []
    if index and text.folded[text.tokens[index - 1].end : token.start] == " ":
        around.append(text.tokens[index - 1])
    if index + 1 < len(text.tokens) and text.folded[token.end : text.tokens[index + 1].start] == " ":
        around.append(text.tokens[index + 1])
    return any(one.text not in own and may_be_name(text, one) for one in around)


@lru_cache(maxsize=MEMO_SIZE)
def _given_names(choices: tuple[Text, ...]) -> dict[Text, str]:
    """Return choice → its given name, of persons, where no other choice has that word."""
    found: dict[Text, str] = {}
    for choice in choices:
        parts = name_parts(choice)
        others = {token.text for other in choices if other is not choice for token in other.tokens}
        if parts and choice.raw.istitle() and parts[0] == choice.bare[0].text and parts[0] not in others:
            found[choice] = parts[0]
    return found


@lru_cache(maxsize=MEMO_SIZE)
def _differing_words(choices: tuple[Text, ...]) -> dict[Text, str]:
    """Return choice → the one word in which it differs from the others (`4` of `Orla 4`), where the rest is alike."""
    read = [[token.text for token in choice.bare] for choice in choices]
    if len({len(one) for one in read}) != 1 or len(read[0]) < 2:
        return {}
    differing = [place for place, words in enumerate(zip(*read, strict=True)) if len(set(words)) > 1]
    if len(differing) != 1:
        return {}
    words = [one[differing[0]] for one in read]
    return dict(zip(choices, words, strict=True)) if len(set(words)) == len(words) else {}
