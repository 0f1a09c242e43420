"""Amounts that words give without a number: `no boats`, `both`, `a single one`, `a week`.

Policy: they count only where the question asks for such an amount: how many of a thing there are, or how long.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from functools import lru_cache

from pytest_finetunebench.grading.text.phrases import Text
from pytest_finetunebench.grading.values.quantities import Quantity


@lru_cache(maxsize=64)
def implied_quantities(answer: Text, question: Text) -> tuple[Quantity, ...]:
    """Return the amounts that words of an answer give without a number, in order."""
    words = question.language.quantities
    if words.asks_duration.search(question.folded):
        return tuple(
            Quantity(Decimal(1), answer.language.units.words[found[1]], Decimal(1), *found.span(1))
            for found in words.one_unit.finditer(answer.folded)
            if found[1] not in question.words  # `A week has 5 days` says the question again
        )
    if question.language.units.count_asked.search(question.folded) is None:
        return ()
    return tuple(sorted((*_zeros(answer, question), *_small(answer, question)), key=lambda one: one.start))


def _zeros(answer: Text, question: Text) -> Iterator[Quantity]:
    for found in answer.language.quantities.zero.finditer(answer.folded):
        if _is_counted(found[1] or found[2], question):
            yield Quantity(Decimal(0), None, Decimal(1), *found.span())


def _small(answer: Text, question: Text) -> Iterator[Quantity]:
    words = answer.language.quantities
    for found in words.counted.finditer(answer.folded):
        word, noun = [group for group in found.groups() if group][:1], found[2] or found[4] or found[6]
        if _is_counted(noun, question):
            yield Quantity(Decimal(words.counted_words[word[0]]), None, Decimal(1), *found.span())
    asked = [token.value for token in question.tokens if token.value is not None]
    everything = words.all_of.fullmatch(answer.folded) if len(asked) == 1 else None
    if everything is not None:
        yield Quantity(asked[0], None, Decimal(1), *everything.span())


def _is_counted(noun: str | None, question: Text) -> bool:
    """Whether a word is what the question counts, or something in place of it; no word is."""
    words = question.language.words
    return noun is None or noun in words.stop or words.stem(noun) in question.stems
