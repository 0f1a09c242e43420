"""Whether an answer to a changed question repeats the trained answer.

Policy: `overfit` says what the answer asserts as its answer, not what it mentions, and only where the reference is not
met. Where the grader reads one answer out of the text (yes or no, a choice, a label, an identifier), that decides:
`He weighs 61 kg, so No` answers no, whatever value was trained. Else the trained answer must be given as the answer:
not denied, not given as past, and first in its text but for words of the question and words that lead up to an answer,
or right behind such a word (`…, the winner was Ada`). For a trained number no number of another value may be said that
the question has not. An answer that declines is `abstained`, never `overfit`; the trained wording itself (a
memorization probe) has no changed question.
"""

from __future__ import annotations

import re

from pytest_finetunebench.cases.grader_choice import Grader
from pytest_finetunebench.cases.grader_options import (
    AbstainGrader,
    ChoiceGrader,
    CodeGrader,
    LabelGrader,
    PythonGrader,
    YesNoGrader,
)
from pytest_finetunebench.cases.suite import MEMORIZATION, Probe
from pytest_finetunebench.grading.finding import Finding
from pytest_finetunebench.grading.prose.choice import read_choice
from pytest_finetunebench.grading.prose.guards import is_negated
from pytest_finetunebench.grading.prose.match import asserts
from pytest_finetunebench.grading.prose.number import compare_number
from pytest_finetunebench.grading.prose.refusal import declines
from pytest_finetunebench.grading.prose.stale import is_past
from pytest_finetunebench.grading.prose.yes_no import is_yes_no, read_yes_no
from pytest_finetunebench.grading.text.normalise import words
from pytest_finetunebench.grading.text.phrases import Span, Text, reading, reading_answer
from pytest_finetunebench.grading.text.stems import stem
from pytest_finetunebench.grading.text.wordlists import word_set
from pytest_finetunebench.grading.values.quantities import is_number

_LEADING = word_set(
    """
    well so ok okay yes no sure answer answers final correct right believe guess say think believe recall
    remember likely perhaps maybe possibly apparently actually according approximately roughly exactly
    kilograms kg percent
    """
)
"""Words that lead up to an answer and say nothing themselves."""
_GIVEN = re.compile(
    r"(?:\b(?:is|was|are|were|be|been|named|called|by|equals|became)|it's|that's|[:=])\s(?:the\s|an?\s|about\s|in\s|on\s|at\s)?"
    r"[\"'(]?$"
)
_REACH = 60


def is_overfit(probe: Probe, grader: Grader, text: str, compared: Finding) -> bool:
    """Whether an answer that does not meet the reference gives the trained answer instead, by this module's policy."""
    trained = probe.trained_answer
    if trained is None or probe.kind == MEMORIZATION or words(trained) == words(probe.answer or ""):
        return False
    # a grader that needs no reference asks for something else than an answer
    if (probe.answer is None and not isinstance(grader, AbstainGrader)) or declines(text):
        return False
    match grader:
        case YesNoGrader() if (said := read_yes_no(text)) is not None:
            return is_yes_no(trained) and said == " ".join(words(trained))
        case ChoiceGrader(choices=choices) if (picked := read_choice(text, choices, probe.prompt)) is not None:
            return picked == read_choice(trained, choices)
        case LabelGrader() | CodeGrader() if compared.well_formed and compared.extracted is not None:
            return words(compared.extracted) == words(trained)
        case PythonGrader():
            # code that uses a name does more than repeat it
            return words(compared.extracted or "") == words(trained)
    return _gives(reading_answer(text), trained, probe)


def _gives(answer: Text, trained: str, probe: Probe) -> bool:
    question = reading(probe.prompt)
    if is_number(trained) and not _only_number(answer, trained, probe):
        return False
    return any(
        not is_negated(answer, question, span) and not is_past(answer, span) and _is_given(answer, question, span)
        for span in asserts(answer, trained, probe.prompt, probe.fact)
    )


def _only_number(answer: Text, trained: str, probe: Probe) -> bool:
    """Whether every number that the answer says and the question does not is the trained one."""
    found = compare_number(answer.raw, (trained,), question=probe.prompt, fact=probe.fact, tolerance=0)
    asked = {token.value for token in reading(probe.prompt).tokens if token.value is not None}
    others = {token.value for token in answer.tokens if token.value is not None} - asked
    return found.met is True and len(others | {token.value for token in reading(trained).tokens}) == 1


def _is_given(answer: Text, question: Text, span: Span) -> bool:
    """Whether a mention stands as the answer: first in the text, or right behind a word that introduces it."""
    start = span[0]
    if _GIVEN.search(answer.folded[max(0, start - _REACH) : start]):
        return True
    before = [token for token in answer.content if token.end <= start]
    return all(stem(token.text) in question.stems or token.text in _LEADING for token in before)
