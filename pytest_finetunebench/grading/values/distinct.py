"""Words that tell things of one kind apart: the wrong one makes an answer another thing, however much is the same."""

from __future__ import annotations

from pytest_finetunebench.grading.memo import once_per_text
from pytest_finetunebench.grading.text.phrases import Text
from pytest_finetunebench.grading.text.tokens import Token
from pytest_finetunebench.grading.values.names import names_within

_TIED = frozenset((" ", "-"))
"""Between two words of one name."""


def turns_around(answer: Text, reference: Text) -> bool:
    """Whether an answer says the opposite of a word of the reference (`after` for `before`), or swaps two sides.

    A word such as `from` or `before` must stand in front of the same word as in the reference, if it is said at all.
    """
    words = answer.language.entities
    for text in reference.words & words.opposites.keys():
        if text not in answer.words and words.opposites[text] & answer.words:
            return True
    stem = answer.language.words.stem
    for text in reference.words & words.directed & answer.words:
        behind = {stem(token.text) for token in _behind(reference, text)}
        if len(behind) == 1 and behind <= answer.stems and not behind & {stem(t.text) for t in _behind(answer, text)}:
            return True
    return False


def _behind(text: Text, word: str) -> list[Token]:
    """Return the next word with meaning behind each place of a small word."""
    starts = [token.end for token in text.tokens if token.text == word]
    found = (next((token for token in text.content if token.start >= start), None) for start in starts)
    return [token for token in found if token is not None]


def swaps_word(answer: Text, reference: Text, question: Text) -> bool:
    """Whether another word stands where the reference has one that the answer leaves out: `Orla 3` for `Orla 4`.

    A plain word of the question (`version 1.3` for `TLS 1.3`) takes nobody's place.
    """
    pairs = _left_out(reference, answer)
    if not pairs:
        return False
    stem = answer.language.words.stem
    tokens = answer.tokens
    for index, token in enumerate(tokens):
        for said, at, number in pairs:
            if stem(token.text) != said or not 0 <= index + at < len(tokens):
                continue
            other = tokens[index + at]
            if (number or other.value is None) and _takes_place(answer, other, token, reference, question):
                return True
    return False


def _left_out(reference: Text, answer: Text) -> list[tuple[str, int, bool]]:
    """Return the stems beside which a word is left out, on which side (-1, 1), and whether it is a number."""
    stem = answer.language.words.stem
    said = [not answer.known.isdisjoint(keys) for keys in reference.keys]
    if all(said):
        return []
    content = {token.start for token in reference.content}
    tokens = reference.tokens
    return [
        (stem(tokens[index - side].text), side, token.value is not None)
        for index, token in enumerate(tokens)
        if not said[index] and token.start in content
        for side in (-1, 1)
        if 0 <= index - side < len(tokens) and said[index - side] and tokens[index - side].start in content
    ]


def _takes_place(answer: Text, token: Token, beside: Token, reference: Text, question: Text) -> bool:
    first, last = sorted((token, beside), key=lambda one: one.start)
    if answer.folded[first.end : last.start] not in _TIED:
        return False
    language = answer.language
    stem = language.words.stem(token.text)
    if token.text in language.words.stop or token.text in language.names.titles:
        return False
    if token.text in language.words.linking and token.text not in names_within(answer):
        return False
    if stem in reference.stems:
        return False
    if beside.value is not None and token.text not in question.words:
        return True  # `period 18` for `group 18`, in a question for the periodic table
    return stem not in question.stems or token.value is not None or token.text in _names_of(question)


@once_per_text
def _names_of(question: Text) -> frozenset[str]:
    """Return the words of a question that have a capital, its first word left out."""
    return names_within(question.part(question.raw.strip().partition(" ")[2]))
