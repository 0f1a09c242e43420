"""Guards: what takes back that an answer gives a reference. Each can be switched off for a probe (`Guards`)."""

from __future__ import annotations

import re
from functools import lru_cache

from pytest_finetunebench.graders.phrases import Span, Text, occurrences
from pytest_finetunebench.graders.refusal import declines, declines_outright
from pytest_finetunebench.graders.stems import stem
from pytest_finetunebench.grading_options import Guards

_NEGATION = r"not|never|n't|nor|neither|cannot|rather than|instead of|unlike|as opposed to|except(?: for)?|other than"
_BEFORE = re.compile(
    rf"(?:\b(?:{_NEGATION})|n't)\s(?!only|just|necessarily)(?:(?:[\w'\"(]+|,)\s?){{0,4}}[\"'(]?$", re.ASCII
)
_AFTER = re.compile(
    r"[\"')]?\s(?:is|was|are|were|does|did|do|has|had|can|could|would|will)(?:\snot|n't)\b(?!\s(?:only|just))"
    r"|[\"')]?,?\sis (?:wrong|incorrect|false)\b"
)
_CLAUSE_END = re.compile(r"[.;:!?\n]|\bbut\b|\bhowever\b")
_IN_QUESTION = re.compile(r"\b(?:not|never|except|cannot|isn't|aren't|doesn't|didn't|other than|n't)\b|n't\b")
_FRAME = re.compile(
    r"\b(?:(?:the|my)\s)?(?:final|correct|right|short)?\s?answer\s?(?:is|:|would be|=)\s?([^\n]{1,300})"
)
_REACH = 60
"""So many characters around a mention are read for what is said of it."""
_ECHO = 0.8
"""An answer that repeats this share of a question's words, and nothing more, is an echo."""


def veto(answer: Text, reference: Text, question: Text, span: Span | None, guards: Guards) -> str | None:
    """Return why a mention of the reference does not count; None where it does, and where it is the whole answer."""
    if answer.joined_bare.text == reference.joined_bare.text:
        return None
    if guards.refusal and refuses(answer) and not declines(reference.raw):
        return "declines; the reference is only mentioned"
    if guards.echo and is_echo(answer, reference, question):
        return "only repeats the question"
    if span is not None and guards.negation and is_negated(answer, question, span):
        return f"says that it is not '{answer.folded[slice(*span)]}'"
    if guards.other_answer and gives_another(answer, reference, question, span):
        return "mentions the reference, but names another answer"
    if guards.addition and adds_figure(answer, reference, question):
        return "gives several figures for one"
    return None


def is_echo(answer: Text, reference: Text, question: Text) -> bool:
    """Whether the answer is the question again.

    Policy: it holds four fifths of the question's content words in at least four, no word that the question has not,
    and more than the reference, which the question holds too. A choice named in the question is a fine answer.
    """
    wanted, asked = reference.content_stems, question.content_stems
    if not wanted <= asked:
        return False
    said = answer.content_stems
    return said <= asked and len(said) >= max(4, len(wanted) + 1, _ECHO * len(asked))


@lru_cache(maxsize=4)
def refuses(answer: Text) -> bool:
    """Whether the answer refuses in its first sentence and does not turn to an answer after all.

    Policy: `As an AI … However, it was X` answers. A refusal that goes on to mention the reference, with no turn, does
    not.
    """
    return declines_outright(answer.raw)


def is_negated(answer: Text, question: Text, span: Span) -> bool:
    """Whether the mention is denied: `not X`, `it isn't a or X`, `rather than X`, `X is not …`.

    Policy: the denial stands in the same clause, at most four words before the mention or right after it; `not only X`
    affirms. `More than X` and `less than X` state a bound, not a denial: they count as X. Where the question itself is
    negative nothing is taken back.
    """
    if _IN_QUESTION.search(question.folded):
        return False
    start, end = span
    before = answer.folded[max(0, start - _REACH) : start]
    clause = _CLAUSE_END.split(before)[-1]
    return bool(_BEFORE.search(clause) or _AFTER.match(answer.folded[end : end + _REACH]))


def gives_another(answer: Text, reference: Text, question: Text, span: Span | None) -> bool:
    """Whether the answer names its answer in so many words (`the answer is Y`), and that is not the reference.

    Policy: the last such phrase decides; one that holds no word of its own beyond the question's decides nothing.
    """
    if "answer" not in answer.folded or span is None:
        return False
    frames = list(_FRAME.finditer(answer.folded))
    if not frames or any(frame.start() <= span[1] and span[0] <= frame.end() for frame in frames[-1:]):
        return False
    named = Text(frames[-1][1])
    if any(occurrences(named, reference)):
        return False
    own = [token for token in named.content if stem(token.text) not in question.stems]
    return bool(own) and span[0] < frames[-1].start()


def adds_figure(answer: Text, reference: Text, question: Text) -> bool:
    """Whether a terse answer hedges between figures: `61 or 64` for 61.

    Policy: at most six tokens, joined by `or`, of which a figure is neither the reference's nor the question's. Words
    beside the reference (`New York City` for `New York`) are no addition: they are right more often than wrong.
    """
    if len(answer.tokens) > 6 or not any(token.text == "or" for token in answer.tokens):
        return False
    figures = {token.value for token in answer.tokens if token.value is not None}
    known = {token.value for token in (*reference.tokens, *question.tokens)}
    return len(figures) > 1 and bool(figures - known)
