"""Recognise an answer that declines: it says that it does not know, or that the question cannot be answered.

Policy: a sentence that declines counts wherever it stands, unless the answer gives one after all (`I'm not sure, but I
think it is Bob`) or gave one before (`It was Bob. I have no further details.`). Asserting that something did not happen
(`The race was never held`) answers; that no such thing exists or is recorded declines, and so does that it has not
happened yet, for nothing can be known of it. That a source is silent (`The book does not say`) declines; what it is
silent of beside an answer (`The law does not mention privacy`) is one. Where the question is known, a claim beside the
refusal answers too (`claims.py`).
"""

from __future__ import annotations

import re
from functools import lru_cache

from pytest_finetunebench.grading.languages.reply_parts import Refusals
from pytest_finetunebench.grading.patterns import may_hold
from pytest_finetunebench.grading.prose.claims import claims_answer
from pytest_finetunebench.grading.prose.json_value import unwrapped
from pytest_finetunebench.grading.text.phrases import Text
from pytest_finetunebench.grading.text.tokens import Token

_LONGEST_CLAUSE = 400


@lru_cache(maxsize=4)
def declines(answer: Text, question: Text | None = None) -> bool:
    """Whether the answer says that no answer is known or exists, and gives none, by this module's policy.

    A bare `None`, `Unknown` or `N/A` at the start counts, and so does asking back (`Which one do you mean?`); where the
    question counts, `None` is an answer.
    """
    words = answer.language.refusals
    if not _declines(answer.plain, _first_sentence(answer.plain, words), words):
        return False
    return question is None or not _claims(answer, question)


def abstains(answer: Text, question: Text) -> bool:
    """Whether an answer to a question that has none declines: here any denial beside a word for knowing does.

    Policy: wider than `declines`, for such a denial may be an answer where one exists (`The law is not public`).
    """
    words = answer.language.refusals
    if declines(answer, question):
        return True
    if len(answer.raw) > _LONGEST_CLAUSE or _answers_after_all(answer.plain, words):
        return False
    if _denies_premise(answer, question) or says_nothing_new(answer, question):
        return True
    return _stated(words.ignorance, answer.plain, words) is not None and not _claims(answer, question)


def says_nothing_new(answer: Text, question: Text) -> bool:
    """Whether the answer has no word for an answer: only the question's words, small ones, and words of knowing.

    Policy: one of knowing must be there, for `She did not eat` answers, and a denial of it, for `The answer is 10`
    answers too. A year beside such a word is the speaker's.
    """
    said = unwrapped(answer)
    if _is_count(said, question):
        return False
    words, stem = said.language.refusals, said.language.words.stem
    if not said.said:
        return bool(said.raw.strip())  # nothing but signs
    if not words.vague or len(said.tokens) > _LONGEST_PLAIN:
        return False
    small = words.vague | words.about_knowing | words.finite | words.leading | words.pronouns | said.language.words.stop
    own = said.language.words.negations | words.speakers
    knowing, denied = False, False
    for token in said.tokens:
        if token.value is not None:
            asked = {one.value for one in question.tokens}
            of_speaker = _is_year_of_speaker(said, token) and not words.asks_number.search(question.folded)
            if token.value not in asked and not of_speaker:
                return False
            continue
        word = token.text.removesuffix("'s").replace("'", "")
        knowing = knowing or word in words.about_knowing
        denied = denied or word in words.not_knowing or _denies(said, token)
        if (
            word not in small
            and word not in own
            and stem(word) not in question.stems
            and not word.endswith(words.adverb)
        ):
            return False
    return knowing and denied


def _denies(text: Text, token: Token) -> bool:
    return token.text in text.language.words.negations or text.folded[token.start : token.end].endswith("n't")


_LONGEST_PLAIN = 40


def _is_year_of_speaker(said: Text, token: Token) -> bool:
    year = token.value is not None and token.value in _YEARS
    return year and said.language.refusals.of_knowledge.search(said.folded) is not None


_YEARS = range(1900, 2100)


def _denies_premise(answer: Text, question: Text) -> bool:
    """Whether the answer is that what the question asks about has no such thing: `The town has no moon.`

    Policy: its words are the question's own, and no number is asked for (there it would be an answer: none).
    """
    words, stem = answer.language.refusals, answer.language.words.stem
    small = words.leading | answer.language.words.linking | answer.language.words.negations
    if words.asks_count.search(question.folded) or any(
        stem(token.text) not in question.stems for token in answer.content if token.text not in small
    ):
        return False
    lacks = words.lacks_now.search(answer.folded)
    return lacks is not None and bool(answer.part(lacks[1]).content_stems & question.content_stems)


def _claims(answer: Text, question: Text) -> bool:
    return _is_count(answer, question) or claims_answer(answer, question)


def _is_count(answer: Text, question: Text) -> bool:
    """Whether an answer says `none` to a question that counts."""
    words = answer.language.refusals
    if question.search(words.asks_count) is None:
        return False
    first = _first_sentence(answer.plain, words).rstrip(" .!")
    return words.none.fullmatch(first) is not None


@lru_cache(maxsize=4)
def declines_outright(answer: Text, question: Text | None = None) -> bool:
    """Whether the first sentence declines and nothing after it turns to an answer (`However, …`).

    Policy: `As an AI … However, it was X` answers, and so does a claim in front of the refusal (`X won; the time is
    unknown`). A refusal that goes on to mention the reference, with no turn, does not.
    """
    words = answer.language.refusals
    first = _first_sentence(answer.plain, words)
    if not _declines(first, first, words) or words.turn.search(answer.plain):
        return False
    if question is not None and _is_count(answer, question):
        return False
    found = None if question is None else words.phrases.search(first)
    return found is None or not claims_answer(answer.part(answer.prepared[: found.start()]), question or answer)


def _declines(text: str, first: str, words: Refusals) -> bool:
    """Whether a text declines whose first sentence is `first`."""
    if may_hold(text, words.whole) and words.whole.fullmatch(text):
        return True
    found = _stated(words.phrases, text, words)
    if found is None and may_hold(first, words.asks_back):
        found = words.asks_back.search(first)
    if found is None:
        return False
    behind = found.start() >= len(first)
    if behind and words.addendum.search(text, found.start(), found.end() + 40) and not words.phrases.search(first):
        return False
    return not _answers_after_all(text[found.end() :], words)


def _first_sentence(text: str, words: Refusals) -> str:
    return words.sentence_end.split(text, maxsplit=1)[0]


def _stated(pattern: re.Pattern[str], text: str, words: Refusals) -> re.Match[str] | None:
    """Return the first match that is not only supposed: `if you cannot know` declines nothing."""
    if not may_hold(text, pattern):
        return None  # most answers: the search is slow
    found = ((one, max(0, one.start() - _NEAR)) for one in pattern.finditer(text))
    return next((one for one, start in found if not words.supposing.search(text, start, one.start())), None)


_NEAR = 40


def _answers_after_all(rest: str, words: Refusals) -> bool:
    """Whether a clause behind a refusal gives an answer, if a careful one: `but I think it is Bob`."""
    clauses = (clause.strip() for clause in words.clause.split(rest) if clause)
    return any(_gives_answer(clause[:_LONGEST_CLAUSE], words) for clause in clauses)


def _gives_answer(clause: str, words: Refusals) -> bool:
    said = words.says_after_all.match(clause)
    if said is None or not re.search(r"\w", clause[said.end() :]):
        return False
    return not (words.refers.search(clause) or words.phrases.search(clause) or words.denies.search(clause))
