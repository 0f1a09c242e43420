"""Answers that say yes or no, in the many ways that people and models do.

Policy: the answer's opening decides (`No, she does not`; `Correct.`; `It does.`); what corrects it decides over it
(`No, wait, yes`; `Final answer: no`); else the only one of both that it says. Forms other than yes and no count only at
the start and when nothing else follows in their clause: `It is a nice city.` and `Right now it is closed` say neither.
`Yes and no`, and a `no` that belongs to a noun (`no one knows`, `there is no record`), say neither. What is denied (`I
would not say yes`) is not said. Both as sentences of their own (`No. Yes.`), or one and a statement of the other (`Yes,
it is not`; `No, it is more than 50`; `Yes, it is 38 metres high` to `more than 50`), say neither. Where the question is
known, a statement answers it too (`statements.py`).
"""

from __future__ import annotations

import json
import re

from pytest_finetunebench.grading.finding import Finding, quoted, shown
from pytest_finetunebench.grading.languages.reply_parts import YesNo
from pytest_finetunebench.grading.prose.contradictions import contradicts
from pytest_finetunebench.grading.prose.denials import is_negated
from pytest_finetunebench.grading.prose.exchange import Exchange
from pytest_finetunebench.grading.prose.refusal import declines
from pytest_finetunebench.grading.prose.statements import by_value, denies_asked, says_of
from pytest_finetunebench.grading.text.normalise import stand_within
from pytest_finetunebench.grading.text.phrases import Text, beginning
from pytest_finetunebench.grading.text.shape import is_yes_no

LONGEST = 20_000
"""Characters of an answer that are read."""
_MOST_FILLERS = 6
_LONGEST_FLAG = 100
_SHOWN = {True: "yes", False: "no"}
"""How a reading is told to a person."""


def read_yes_no(answer: Text, question: Text | None = None) -> bool | None:
    """Return whether the answer says yes, by this module's policy; None where it says neither, or both.

    With the `question`, statements count too (`It is more than 50 metres high`): for an answer without a yes or no, and
    against one that has it.
    """
    text = _without_mention(_without_offer(beginning(answer, LONGEST)))
    if (flag := _flag(text)) is not None:
        return flag
    said = _by_words(text)
    if len({_meaning(one) for one in text.language.yes_no.sentence.finditer(text.folded)}) > 1 and not _corrects(text):
        return None
    stated = None if question is None else says_of(_behind_word(text), question)
    if said is None:
        called = _called(text)
        return stated if called is None else called
    if stated is not None and stated is not said:
        # `No doubt, it is lower` is sure of its statement, and says no yes
        return stated if text.language.yes_no.assured.match(text.folded) else None
    if question is not None and _is_taken_back(_behind_word(text), question, said=said):
        return None
    value = None if question is None or not said else by_value(text, question)
    return None if value is not None and not value.says else said


def _flag(text: Text) -> bool | None:
    """Return what a JSON object says whose one key holds the answer, as a boolean; None where it is no such object."""
    raw = text.raw.strip()
    if not raw.startswith("{") or len(raw) > _LONGEST_FLAG:
        return None
    try:
        [(key, value)] = json.loads(raw).items()
    except ValueError:
        return None
    return value if isinstance(value, bool) and key in text.language.answers.keys else None


def _behind_word(text: Text) -> Text:
    """Return what follows a yes or no that an answer begins with."""
    words = text.language.yes_no
    word = words.word.match(text.folded, _opening(text.folded, words))
    return text if word is None or _belongs(word, text) else text.part(text.folded[word.end() :])


def _without_offer(text: Text) -> Text:
    """Return what follows both words, where these are only offered: `Yes/No: No`."""
    offered = text.language.yes_no.offered.match(text.folded)
    return text if offered is None else text.part(text.folded[offered.end() :])


def _without_mention(text: Text) -> Text:
    """Return what follows a first sentence that only speaks of the word: `Yes was the right answer until 2019.`"""
    mentioned = text.language.yes_no.spoken_of.match(text.folded)
    return text if mentioned is None else text.part(text.folded[mentioned.end() :])


def _is_taken_back(rest: Text, question: Text, *, said: bool) -> bool:
    return (said and denies_asked(rest, question)) or contradicts(rest, question, said=said)


def _corrects(text: Text) -> bool:
    words = text.language.yes_no
    return any(words.word.match(text.folded, one.end()) for one in words.corrected.finditer(text.folded))


def _called(text: Text) -> bool | None:
    """Return whether the answer calls the statement of the question true."""
    called = {_meaning(match) for match in text.language.yes_no.verdict.finditer(text.folded)}
    return called.pop() if len(called) == 1 else None


def _by_words(text: Text) -> bool | None:
    folded, words = text.folded, text.language.yes_no
    corrected = [match for match in words.corrected.finditer(folded) if words.word.match(folded, match.end())]
    if corrected:
        return corrected[-1][1] in words.yes
    start = _opening(folded, words)
    if words.both.match(folded, start) or _rattles(text, words):
        return None
    if (word := words.word.match(folded, start)) is not None:
        said = bool(word["yes"] or word["y"])
        if said or not _belongs(word, text):
            return None if _taken_back(said, folded, word.end(), words) else said
    for meaning, form in words.forms:
        if form.match(folded, start):
            return meaning
    if words.assured.match(folded) and text.language.statements.denied.search(folded, start) is None:
        return True
    return _only_one(text)


def _rattles(text: Text, words: YesNo) -> bool:
    """Whether an answer is nothing but yes and no, again and again."""
    said = set(text.said)
    return len(text.said) > 2 and len(said) == 2 and said == {words.yes[0], words.no[0]}


def _belongs(no: re.Match[str], text: Text) -> bool:
    """Whether a `no` belongs to the word behind it: `No fixture matched`."""
    following = _NEXT_WORD.match(text.folded, no.end())
    return following is not None and following[1] not in text.language.yes_no.after_no


def _taken_back(said: bool, folded: str, end: int, words: YesNo) -> bool:
    """Whether the sentence goes on with the opposite and nothing else: `Yes, it is not.`"""
    separated = _SEPARATOR.match(folded, end)
    if separated is None:
        return False
    for meaning, form in words.forms:
        if (found := form.match(folded, separated.end())) is not None:
            return meaning is not said and _LAST.match(folded, found.end()) is not None
    return False


_NEXT_WORD, _SEPARATOR, _LAST = re.compile(r" ([^\W\d_]+)"), re.compile(r"[,:;]?\s"), re.compile(r"\s?(?:[.!?\n]|$)")


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


def says(exchange: Exchange) -> bool | None:
    """Return whether the answer says yes; the trained answer and nothing else (`It is sorrel`) says neither."""
    answer, trained = exchange.answer, exchange.trained
    if trained is not None and not is_yes_no(trained) and answer.content_stems == trained.content_stems:
        return read_yes_no(answer)
    return read_yes_no(answer, exchange.question)


def compare_yes_no(exchange: Exchange) -> Finding:
    """Judge an answer to a yes/no question.

    Where the question offers values to choose from (`red, blue or yellow?`) and the answer is the trained one of them
    and nothing else, that means yes.
    """
    answer, trained = exchange.answer, exchange.trained
    wanted = {read_yes_no(reference) for reference in exchange.references}
    said = says(exchange)
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
    """Whether the answer is the trained one and nothing else, and the question offers it among others."""
    same = bool(trained.raw) and exchange.answer.written == trained.written
    several = exchange.language.choices.or_.search(exchange.question.raw) is not None
    return same and several and stand_within(trained.written, exchange.question.written)
