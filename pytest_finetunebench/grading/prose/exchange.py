"""The door: question, references, fact and answer are read here, once, and every rule and guard takes what comes in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from pytest_finetunebench.cases.grader_options import Guards
from pytest_finetunebench.cases.suite import Probe
from pytest_finetunebench.grading.languages.en import EN
from pytest_finetunebench.grading.languages.known import language_of
from pytest_finetunebench.grading.languages.language import Language
from pytest_finetunebench.grading.memo import MEMO_SIZE
from pytest_finetunebench.grading.prose.shapes import Shape
from pytest_finetunebench.grading.text.phrases import Text, reading, reading_answer

_COMPARING = frozenset("<>≤≥")
ALL_GUARDS = Guards()
"""Every guard is on, as by default."""


@dataclass(frozen=True, slots=True, eq=False)
class Exchange:
    """A question, what may be answered to it, and an answer: as read in the language of the item."""

    language: Language
    """The language of question and answer."""
    question: Text
    references: tuple[Text, ...]
    """Every accepted answer; none where the model must decline."""
    answer: Text
    wanted: Text
    """The one way of giving a reference that a rule looks for now; empty without references."""
    shape: Shape
    """What the wanted text is: a time, a date, an amount, code, words."""
    fact: Text | None
    """The whole sentence that is known; it may give a bare number its unit."""
    superseded: tuple[Text, ...]
    """Answers that were right once."""
    trained: Text | None
    """The answer that the model was trained on, where the question is a changed one."""
    guards: Guards
    """Which guards are on."""

    def wanting(self, wanted: Text) -> Exchange:
        """Return the same exchange, looked at for another text."""
        question, fact = self.question, self.fact
        return Exchange(
            self.language,
            question,
            self.references,
            self.answer,
            wanted,
            Shape(wanted, question, fact),
            fact,
            self.superseded,
            self.trained,
            self.guards,
        )

    def read(self, raws: Sequence[str]) -> tuple[Text, ...]:
        """Return further texts in the same language: the choices or key points of a grader."""
        return tuple([self.question.like(raw) for raw in raws])

    def answered(self, answer: Text) -> Exchange:
        """Return the same exchange with another answer: the text with spaces put in, or the choice that it picks."""
        return replace(self, answer=answer)

    def alone(self) -> Exchange:
        """Return the exchange for a text that is none of the references, with all guards on."""
        return replace(self, references=(), guards=ALL_GUARDS)

    @property
    def is_whole_answer(self) -> bool:
        """Whether the answer is nothing but the wanted text."""
        answer, wanted = self.answer, self.wanted
        if answer.bare_run != wanted.bare_run or _comparing(answer.folded) != _comparing(wanted.folded):
            return False  # no token tells `< 7` from `> 7`
        # nor 2.1 from 2.10
        return "." not in wanted.folded or answer.folded.count("0") == wanted.folded.count("0")


def _comparing(folded: str) -> list[str]:
    return [sign for sign in folded if sign in _COMPARING]


def read_exchange(probe: Probe, text: str, guards: Guards | None = None) -> Exchange:
    """Read a probe and what the model said to it, in the probe's language."""
    return read_texts(
        question=probe.prompt,
        references=probe.references,
        answer=text,
        fact=probe.fact,
        superseded=probe.superseded_answers,
        trained=probe.trained_answer,
        guards=guards,
        language=language_of(probe.language),
    )


def read_texts(
    *,
    question: str,
    references: Sequence[str],
    answer: str,
    fact: str | None = None,
    superseded: Sequence[str] = (),
    trained: str | None = None,
    guards: Guards | None = None,
    language: Language = EN,
) -> Exchange:
    """Read a question, what may be answered to it, and an answer; the first 100,000 characters of this are read."""
    asked, known = reading(question, language), None if fact is None else reading(fact, language)
    accepted = _read_all(tuple(references), language)
    wanted = accepted[0] if accepted else reading("", language)
    return Exchange(
        language=language,
        question=asked,
        references=accepted,
        answer=reading_answer(_unescaped(answer, question, references) if "&" in answer else answer, language),
        wanted=wanted,
        shape=Shape(wanted, asked, known),
        fact=known,
        superseded=_read_all(tuple(superseded), language),
        trained=None if trained is None else reading(trained, language),
        guards=guards or ALL_GUARDS,
    )


def _unescaped(answer: str, question: str, references: Sequence[str]) -> str:
    """Return an answer with HTML's `&#39;` read as the sign that it stands for, unless such a one is asked about."""
    if ";" not in answer or any("&" in one and ";" in one for one in (question, *references)):
        return answer
    from html import unescape

    return unescape(answer)


@lru_cache(maxsize=MEMO_SIZE)
def _read_all(raws: tuple[str, ...], language: Language) -> tuple[Text, ...]:
    # the same references come again for every probe of an item, and what is found out about them with them
    return tuple([Text(raw, language) for raw in raws])


def read_text(raw: str, language: Language = EN) -> Text:
    """Read a text that stands by itself: a reference or choice that is checked before any answer is there."""
    return reading(raw, language)
