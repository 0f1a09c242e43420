"""Answers that say yes or no, in the many ways that people and models do.

Policy: the answer's opening decides (`No, she does not`; `Correct.`; `It does.`); what corrects it decides over it
(`No, wait, yes`; `Final answer: no`); else the only one of both that it says. Forms other than yes and no count only at
the start and when nothing else follows in their clause: `It is a nice city.` and `Right now it is closed` say neither.
`Yes and no`, and a `no` that belongs to a noun (`no one knows`, `there is no record`), say neither. What is denied
(`I would not say yes`) is not said.
"""

from __future__ import annotations

import re

from pytest_finetunebench.grading.finding import Finding, quoted, shown
from pytest_finetunebench.grading.languages.prose_parts import YesNo
from pytest_finetunebench.grading.prose.denials import is_negated
from pytest_finetunebench.grading.prose.exchange import Exchange
from pytest_finetunebench.grading.prose.refusal import declines
from pytest_finetunebench.grading.text.normalise import stand_within
from pytest_finetunebench.grading.text.phrases import Text, beginning

LONGEST = 20_000
"""Characters of an answer that are read."""
_MOST_FILLERS = 6
_SHOWN = {True: "yes", False: "no"}
"""How a reading is told to a person."""


def read_yes_no(answer: Text) -> bool | None:
    """Return whether the answer says yes, by this module's policy; None where it says neither, or both."""
    text = beginning(answer, LONGEST)
    folded, words = text.folded, text.language.yes_no
    corrected = [match for match in words.corrected.finditer(folded) if words.word.match(folded, match.end())]
    if corrected:
        return corrected[-1][1] == words.yes
    start = _opening(folded, words)
    if words.both.match(folded, start):
        return None
    if (word := words.word.match(folded, start)) is not None:
        return bool(word["yes"] or word["y"])
    for meaning, form in words.forms:
        if form.match(folded, start):
            return meaning
    return _only_one(text)


def _opening(folded: str, words: YesNo) -> int:
    """Return where the answer begins behind punctuation and words that lead up to it (`Well,`, `The answer is`)."""
    at = 0
    for _ in range(_MOST_FILLERS):
        filler = words.filler.match(folded, at)
        if filler is None or filler.end() == at:
            break
        at = filler.end()
    return at


def _only_one(text: Text) -> bool | None:
    """Return the one of yes and no that the answer says; a `no` in front of another word belongs to that word."""
    words = text.language.yes_no
    said = {_meaning(match) for match in words.anywhere.finditer(text.folded) if _stands_alone(match, text)}
    return said.pop() if len(said) == 1 else None


def _meaning(match: re.Match[str]) -> bool:
    return match["yes"] is not None


def _stands_alone(match: re.Match[str], text: Text) -> bool:
    after = (match["after"] or "").strip()
    if not _meaning(match) and after and after not in text.language.yes_no.after_no:
        return False
    return not is_negated(text, text.like(""), match.span("yes" if _meaning(match) else "no"))


def compare_yes_no(exchange: Exchange) -> Finding:
    """Judge an answer to a yes/no question.

    Where the question offers values to choose from (`red, blue or yellow?`) and the answer is the trained one of them
    and nothing else, that means yes.
    """
    answer, trained = exchange.answer, exchange.trained
    wanted = {read_yes_no(reference) for reference in exchange.references}
    said = read_yes_no(answer)
    if said is not None:
        return Finding(said in wanted, _SHOWN[said], f"says {_SHOWN[said]}")
    if (
        wanted == {True}
        and trained is not None
        and _is_trained(exchange, trained)
        and not declines(answer, exchange.question)
    ):
        reason = f"names {quoted(trained.raw)}, which the question offers: that means yes"
        return Finding(True, shown(answer.raw), reason)
    return Finding(False, shown(answer.raw), "says neither yes nor no")


def _is_trained(exchange: Exchange, trained: Text) -> bool:
    """Whether the answer is the trained one and nothing else, and the question offers it."""
    same = bool(trained.raw) and exchange.answer.written == trained.written
    return same and stand_within(trained.written, exchange.question.written)
