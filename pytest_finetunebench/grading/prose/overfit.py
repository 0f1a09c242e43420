"""Whether an answer to a changed question repeats the trained answer.

Policy: `overfit` says what the answer asserts as its answer, not what it mentions, and only where the reference is not
met. Where the grader reads one answer out of the text (yes or no, a choice, a label, an identifier), that decides: `He
weighs 61 kg, so No` answers no, whatever value was trained. Else the trained answer must be given as the answer: not
denied, not given as past, and first in its text but for words of the question and words that lead up to an answer, or
right behind such a word (`…, the winner was Ada`) or a sentence that declines. For a trained number no number of
another value may be said that the question has not. An answer that declines is `abstained`, never `overfit`; the
trained wording itself (a memorization probe) has no changed question.
"""

from __future__ import annotations

import re
from dataclasses import replace

from pytest_finetunebench.cases.form_options import CodeGrader, LabelGrader, PythonGrader, SourceGrader
from pytest_finetunebench.cases.grader_choice import Grader
from pytest_finetunebench.cases.grader_options import AbstainGrader, ChoiceGrader, YesNoGrader
from pytest_finetunebench.cases.suite import MEMORIZATION, Probe
from pytest_finetunebench.grading.finding import Finding
from pytest_finetunebench.grading.prose.choice import read_choice
from pytest_finetunebench.grading.prose.denials import is_negated
from pytest_finetunebench.grading.prose.exchange import Exchange
from pytest_finetunebench.grading.prose.match import asserts
from pytest_finetunebench.grading.prose.number import compare_number
from pytest_finetunebench.grading.prose.past import is_past
from pytest_finetunebench.grading.prose.refusal import declines
from pytest_finetunebench.grading.prose.yes_no import read_yes_no, says
from pytest_finetunebench.grading.text.normalise import words
from pytest_finetunebench.grading.text.phrases import Span, Text
from pytest_finetunebench.grading.text.shape import is_yes_no, says_plainly
from pytest_finetunebench.grading.values.quantities import is_number

_REACH = 60
_SENTENCE = re.compile(r"[.!?]\s")


def is_overfit(probe: Probe, grader: Grader, exchange: Exchange, compared: Finding) -> bool:
    """Whether an answer that does not meet the reference gives the trained answer instead, by this module's policy."""
    answer, trained = exchange.answer, exchange.trained
    if trained is None or probe.kind == MEMORIZATION or trained.written == words(probe.answer or ""):
        return False
    # a grader that needs no reference asks for something else than an answer
    if (probe.answer is None and not isinstance(grader, AbstainGrader)) or declines(answer, exchange.question):
        return False
    match grader:
        case YesNoGrader() if (said := says(exchange)) is not None:
            return is_yes_no(trained) and said is says_plainly(trained, trained.language.yes_no.yes)
        case YesNoGrader() if read_yes_no(answer) is not None:
            return False  # it says yes or no, and then what denies it
        case ChoiceGrader():
            choices = exchange.read(grader.choices)
            if (picked := read_choice(answer, choices, exchange.question)) is not None:
                return picked is read_choice(trained, choices)
        case LabelGrader() | CodeGrader() if compared.well_formed and compared.extracted is not None:
            return words(compared.extracted) == trained.written
        case PythonGrader() | SourceGrader():
            # code that uses a name does more than repeat it
            return words(compared.extracted or "") == trained.written
    return _gives(exchange, trained)


def _gives(exchange: Exchange, trained: Text) -> bool:
    answer, question = exchange.answer, exchange.question
    if is_number(trained) and not _only_number(exchange, trained):
        return False
    return any(
        not is_negated(answer, question, span) and not is_past(answer, span) and _is_given(answer, question, span)
        for span in asserts(exchange, trained)
    )


def _only_number(exchange: Exchange, trained: Text) -> bool:
    """Whether every number that the answer says and the question does not is the trained one."""
    found = compare_number(replace(exchange, references=(trained,)))
    asked = {token.value for token in exchange.question.tokens if token.value is not None}
    others = {token.value for token in exchange.answer.tokens if token.value is not None} - asked
    return found.met is True and len(others | {token.value for token in trained.tokens}) == 1


def _is_given(answer: Text, question: Text, span: Span) -> bool:
    """Whether a mention stands as the answer: first in the text, or right behind a word that introduces it."""
    words, stem, start = answer.language.answers, answer.language.words.stem, span[0]
    if words.given.search(answer.folded[max(0, start - _REACH) : start]):
        return True
    sentence = max((found.end() for found in _SENTENCE.finditer(answer.folded, 0, start)), default=0)
    begin = sentence if sentence and declines(answer.part(answer.folded[:sentence])) else 0
    before = [token for token in answer.content if begin <= token.start and token.end <= start]
    return all(stem(token.text) in question.stems or token.text in words.leading for token in before)
