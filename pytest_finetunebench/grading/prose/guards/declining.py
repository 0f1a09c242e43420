"""Guards against answers that give no answer: they decline, or say the question again."""

from __future__ import annotations

from pytest_finetunebench.grading.prose.exchange import Exchange
from pytest_finetunebench.grading.prose.refusal import declines, declines_outright
from pytest_finetunebench.grading.prose.rule import Example, Guard, Place
from pytest_finetunebench.grading.text.phrases import Text

_ECHO = 0.8
"""An answer that repeats this share of a question's words, and nothing more, is an echo."""
_LEAST = 4
"""Fewer content words are no echo."""


def _only_mentions(exchange: Exchange, place: Place) -> str | None:
    if declines_outright(exchange.answer, exchange.question) and not declines(exchange.wanted):
        return "declines; the reference is only mentioned"
    return None


REFUSAL = Guard(
    option="refusal",
    rejects=_only_mentions,
    examples=(
        Example("Who keeps the light?", "Oda Ferrant", "I cannot say. Oda Ferrant keeps the house nearby.", False),
        Example("Who keeps the light?", "Oda Ferrant", "I do not know for sure. However, it was Oda Ferrant.", True),
    ),
)


def is_echo(exchange: Exchange) -> bool:
    """Whether the answer is the question again.

    Policy: it is a question itself, or the question offers choices; and it holds four fifths of the question's content
    words in at least four, no word that the question has not, and more than the reference, which the question holds
    too, and as often. A choice named in the question is a fine answer, and so is a name that the answer says once more.
    """
    answer, reference, question = exchange.answer, exchange.wanted, exchange.question
    if len(answer.said) < _LEAST:
        return False
    if not answer.raw.rstrip().endswith("?") and exchange.language.choices.or_.search(question.raw) is None:
        return False
    if not reference.stems <= question.stems:
        return False
    if _times(answer, reference) > _times(question, reference):
        return False
    said, wanted, asked = answer.content_stems, reference.content_stems, question.content_stems
    return said <= asked and len(said) >= max(_LEAST, len(wanted) + 1, _ECHO * len(asked))


def _times(text: Text, phrase: Text) -> int:
    return text.bare_run.count(phrase.bare_run)


def _repeats(exchange: Exchange, place: Place) -> str | None:
    return "only repeats the question" if is_echo(exchange) else None


ECHO = Guard(
    option="echo",
    rejects=_repeats,
    examples=(
        Example(
            "Which sea does the river Orl flow into, the North Sea?",
            "the North Sea",
            "Which sea does the river Orl flow into, the North Sea?",
            False,
        ),
        Example("Which sea does the river Orl flow into, the North Sea?", "the North Sea", "The North Sea.", True),
    ),
)
