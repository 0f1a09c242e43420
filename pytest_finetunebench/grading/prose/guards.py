"""Guards: what takes back that an answer gives a reference. Each can be switched off for a probe (`Guards`)."""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import pairwise

from pytest_finetunebench.cases.grader_options import Guards
from pytest_finetunebench.grading.prose.refusal import declines, declines_outright
from pytest_finetunebench.grading.text.phrases import Span, Text, occurrences
from pytest_finetunebench.grading.text.stems import stem
from pytest_finetunebench.grading.values.quantities import quantities

_NEGATION = r"not|never|n't|nor|neither|cannot|rather than|instead of|unlike|as opposed to|except(?: for)?|other than"
_BEFORE = re.compile(
    rf"(?:\b(?:{_NEGATION})|n't)\s(?!only|just|necessarily)(?:(?:[\w'\"(]+|,)\s?){{0,4}}[\"'(]?$", re.ASCII
)
_LEFT_OUT = re.compile(
    r"(?:\bno longer|\bwithout)\s(?!only\b|(?:a |any )?(?:doubt|question))(?:[\w'-]+,?\s){0,4}[\"'(]?$|\bno\s$"
)
"""`no` denies the next word alone, for `no doubt it is X` affirms."""
_AFTER = re.compile(
    r"[\"')]?\s(?:is|was|are|were|does|did|do|has|had|can|could|would|will)(?:\snot|n't)\b(?!\s(?:only|just))"
    r"|[\"')]?,?\sis (?:wrong|incorrect|false)\b|[\"')]?\s(?:(?:is|are|was|were|has been|have been)\s)?no longer\b"
)
_CLAUSE_END = re.compile(r"[.;:!?\n]|\bbut\b|\bhowever\b")
_IN_QUESTION = re.compile(
    r"\b(?:not|never|except|without|no longer|cannot|isn't|aren't|doesn't|didn't|other than|n't)\b|n't\b"
)
_FRAME = re.compile(
    r"\b(?:(?:the|my)\s)?(?:final|correct|right|short)?\s?answer\s?(?:is|:|would be|=)\s?([^\n]{1,300})"
)
_LIST_BEFORE = re.compile(
    r",\s(?:(?:[^\s,]+\s){1,2}(?:and|or|nor)\s(?:(?:the|an?)\s)?|(?:(?:and|or|nor|the|an?)\s){0,2})$"
)
_LIST_AFTER = re.compile(r"\s?(?:$|[.,;:!?\n)]|\s(?:and|or|nor)\b)")
_REACH = 60
"""So many characters around a mention are read for what is said of it."""
_ECHO = 0.8
"""An answer that repeats this share of a question's words, and nothing more, is an echo."""


def veto(answer: Text, reference: Text, question: Text, span: Span | None, guards: Guards) -> str | None:
    """Return why a mention of the reference does not count; None where it does, and where it is the whole answer."""
    if answer.bare_run == reference.bare_run:
        return None
    if guards.refusal and refuses(answer) and not declines(reference.raw):
        return "declines; the reference is only mentioned"
    if guards.echo and is_echo(answer, reference, question):
        return "only repeats the question"
    if span is not None and guards.negation and is_negated(answer, question, span):
        return f"says that it is not '{answer.folded[slice(*span)]}'"
    if guards.other_answer and gives_another(answer, reference, question, span):
        return "mentions the reference, but names another answer"
    if guards.addition and adds_figure(answer, reference, question, span):
        return "gives several figures for one"
    if span is not None and guards.past_figure and is_past_figure(answer, question, span):
        return f"gives '{answer.folded[slice(*span)]}' as what it was before, beside another figure"
    return None


def is_echo(answer: Text, reference: Text, question: Text) -> bool:
    """Whether the answer is the question again.

    Policy: it holds four fifths of the question's content words in at least four, no word that the question has not,
    and more than the reference, which the question holds too, and as often. A choice named in the question is a fine
    answer, and so is a name that the answer says once more.
    """
    if not reference.stems <= question.stems or _times(answer, reference) > _times(question, reference):
        return False
    said, wanted, asked = answer.content_stems, reference.content_stems, question.content_stems
    return said <= asked and len(said) >= max(4, len(wanted) + 1, _ECHO * len(asked))


def _times(text: Text, phrase: Text) -> int:
    return text.bare_run.count(phrase.bare_run)


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
    affirms. `Without X` and `no longer X` deny as well, and so does `no` right before a mention that is no number.
    `More than X` and `less than X` state a bound, not a denial: they count as X. Where the question itself is negative
    nothing is taken back.
    """
    if _IN_QUESTION.search(question.folded):
        return False
    before = clause_before(answer, span)
    if _BEFORE.search(before) or _AFTER.match(answer.folded[span[1] : span[1] + _REACH]):
        return True
    left_out = _LEFT_OUT.search(before)
    return left_out is not None and not (left_out[0] == "no " and answer.folded[span[0]].isdigit())


def clause_before(answer: Text, span: Span) -> str:
    """Return what stands before a mention in its clause; a comma ends it, but not between the members of a list."""
    start, end = span
    before, after = answer.folded[max(0, start - _REACH) : start], answer.folded[end : end + _REACH]
    comma = before.rfind(", ")
    if comma >= 0 and not (_LIST_BEFORE.search(before) and _LIST_AFTER.match(after)):
        before = before[comma + 1 :]
    return _CLAUSE_END.split(before)[-1]


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


def adds_figure(answer: Text, reference: Text, question: Text, span: Span | None) -> bool:
    """Whether an answer hedges between figures: `61 or 64` for 61.

    Policy: `or` stands between the mention and another figure in the same unit, at most a few words and no comma apart,
    that is neither the reference's nor the question's. A conversion (`5 km or 3.1 miles`), an aside (`$345M, or $1.20 a
    share`) and a range (`61 to 64`) are no hedges. Words beside the reference (`New York City` for `New York`) are no
    addition: they are right more often than wrong.
    """
    if "or" not in answer.words:
        return False
    known = {token.value for token in (*reference.tokens, *question.tokens)}
    said = list({figure.start: figure for figure in quantities(answer)}.values())
    for before, after in pairwise(said):
        if before.unit != after.unit and None not in (before.unit, after.unit):
            continue
        if not _OR.fullmatch(answer.folded[before.end : after.start]):
            continue
        mentioned = [one for one in (before, after) if span is None or (one.start < span[1] and span[0] < one.end)]
        if mentioned and any(one.value not in known for one in (before, after)):
            return True
    return False


_OR = re.compile(r"[^,.;:!?\n]{0,20}\bor\s(?:(?:maybe|perhaps|possibly|even|about)\s)?(?:us)?[$£€¥₹]?")


def is_past_figure(answer: Text, question: Text, span: Span) -> bool:
    """Whether an amount is given as what it was, beside the amount that it is: `4.25%, up from 4%` says 4.25%.

    Policy: the mention stands right behind `from`, `compared with`, `versus`, `against` or `previously`, and the answer
    has another amount in the same unit; bare numbers (`from 1985 to 1993`) are no amounts. Nothing is taken back where
    the question asks for what was (`from`, `before`, `previous`), or names a number or year that follows the mention.
    """
    if _GIVEN_AS_PAST.search(answer.folded[max(0, span[0] - _REACH) : span[0]]) is None:
        return False
    said = list(quantities(answer))
    here = next((one for one in said if span[0] <= one.start < span[1]), None)
    if here is None or here.unit is None or _ASKS_PAST.search(question.folded):
        return False
    asked = {token.value for token in question.tokens if token.value is not None}
    behind = answer.folded[span[1] : span[1] + _REACH]
    if any(token.value in asked for token in Text(_CLAUSE_END.split(behind)[0]).tokens if token.value is not None):
        return False
    return any(one.unit == here.unit and one.value != here.value for one in said)


_GIVEN_AS_PAST = re.compile(
    r"\b(?:from|compared (?:with|to)|versus|vs\.?|against|previously|formerly)\s(?:an?\s|the\s)?"
    r"(?:(?:previous|prior|earlier|about|around|nearly|roughly|some|just|only)\s)?[$£€¥₹]?$"
)
_ASKS_PAST = re.compile(
    r"\b(?:from|before|previous(?:ly)?|prior|earlier|original(?:ly)?|initial(?:ly)?|former(?:ly)?|old)\b"
)
