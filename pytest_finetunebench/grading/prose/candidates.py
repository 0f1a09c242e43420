"""The names that an answer gives beside the reference, and which of them stands where the answer stands.

Policy: an answer may name several things. The one that it begins with (`Tarsk, which lies near Vellmora`), the one in
the clause that holds the question's verb (`She was born in Tarsk and raised in Vellmora`), and the one that follows
what is only believed (`Many think of Vellmora, but it is Tarsk`) is its answer. Nothing is decided without another name
or, in a question without names, another word.
"""

from __future__ import annotations

import re

from pytest_finetunebench.grading.memo import once_per_text
from pytest_finetunebench.grading.prose.denials import is_negated
from pytest_finetunebench.grading.prose.exchange import Exchange
from pytest_finetunebench.grading.prose.rival_names import REACH, names_of, rivals
from pytest_finetunebench.grading.prose.sentences import is_sentence, is_story, lacks_before
from pytest_finetunebench.grading.text.phrases import Span, Text, occurrences
from pytest_finetunebench.grading.values.names import asks_for_person, names_within

_LETTERS = re.compile(r"[^\W\d_]")
_ENDS = re.compile(r"[\"'*]*\s?(?:$|[).,;:!/\n]|\()")
_SENTENCE = re.compile(r"[.!?](?=\s|$)|\n")
_QUOTED = re.compile(r"\"([^\"\n]{1,300})\"")
_SENTENCE_MORE = 2
"""A quotation of so many words more than the mention is a sentence about it."""


def is_told(exchange: Exchange, span: Span) -> bool:
    """Whether an exchange can be read so: the question is a sentence, the mention a name, and the answer no story."""
    answer = exchange.answer
    if not is_sentence(exchange.question):
        return False
    if len(answer.raw) == len(answer.folded) and answer.raw[slice(*span)] == answer.folded[slice(*span)]:
        return False
    return bool(names_within(exchange.wanted)) and not is_story(answer)


def leads_with_another(exchange: Exchange, span: Span) -> bool:
    """Whether the answer begins with another name and a stop, and tells the mention later as something beside it."""
    answer, words = exchange.answer, exchange.language.answers
    lead = words.lead.match(answer.folded)
    start = lead.end() if lead else 0
    if start >= span[0] or not answer.raw[start : start + 1].isupper():
        return False
    first = next((name for name in names_of(answer) if name.start == start), None)
    if first is None or first.end >= span[0]:
        return False
    between = answer.folded[first.end : span[0]]
    if words.apart.match(between) is None or words.turned.search(between):
        return False
    others = rivals(exchange)
    if first not in others:
        return False
    for name in reversed(others):
        if first.end < name.start and name.end <= span[0]:
            between = between[: name.start - first.end] + between[name.end - first.end :]
    joined = words.place_joint.fullmatch(between) is not None or not _LETTERS.search(between)
    return not (joined and _ENDS.match(answer.folded, span[1]))


def another_is_said(exchange: Exchange, span: Span) -> bool:
    """Whether the question's verb stands with another name, in a clause that is not the mention's."""
    answer, question = exchange.answer, exchange.question
    parts = clauses(answer)
    if len(parts) == 1 or not (stems := _verbs(question)):
        return False
    own = clause_of(answer, span)
    if own is None or _holds(answer, own, stems):
        return False
    denied = answer.language.statements.denied
    saying = [
        one
        for one in parts
        if one != own and _holds(answer, one, stems) and not denied.search(answer.folded[slice(*one)])
    ]
    if not any(one[0] <= name.start < one[1] for name in (rivals(exchange) if saying else ()) for one in saying):
        return False
    stem = answer.language.words.stem
    return any(
        stem(token.text) not in question.stems
        for token in answer.content
        if own[0] <= token.start < own[1] and not span[0] <= token.start < span[1]
    )


def of_kin(exchange: Exchange, span: Span) -> bool:
    """Whether the mention's clause is about a relative of what is asked about: `Her mother was born in X`."""
    answer, question, words = exchange.answer, exchange.question, exchange.language
    if answer.lacks(words.answers.kin):
        return False
    told = is_told(exchange, span) or (question.raw[:1].isupper() and ";" in answer.folded and not is_story(answer))
    own = clause_of(answer, span) if told else None
    if own is None or words.answers.kin.match(answer.folded, own[0], span[0]) is None:
        return False
    return question.search(words.entities.relation) is None


def of_another_subject(exchange: Exchange, span: Span) -> bool:
    """Whether the mention's clause is about somebody else: `Mira Sool was born in X`."""
    answer, question = exchange.answer, exchange.question
    subject, stems = _subject(question), _verbs(question)
    if not subject or (own := clause_of(answer, span)) is None or not _holds(answer, (own[0], span[0]), stems):
        return False
    first = next((name for name in rivals(exchange) if own[0] <= name.start < span[0]), None)
    if first is None or answer.folded[own[0] : first.start].strip(" \"'("):
        return False
    behind = [token for token in answer.tokens if token.start >= first.end][:2]
    if not behind or not _holds(answer, (behind[0].start, behind[-1].end), stems):
        return False
    if not subject.isdisjoint(answer.part(answer.folded[slice(*own)]).words):
        return False
    return question.search(exchange.language.entities.relation) is None


def only_believed(exchange: Exchange, span: Span) -> bool:
    """Whether the mention is what somebody thinks, or once thought, and another name follows."""
    answer, words = exchange.answer, exchange.language.answers
    behind = answer.folded[span[1] :]
    believed = None if answer.lacks(words.belief_after) else words.belief_after.match(behind)
    if believed is None and not lacks_before(answer, span, words.belief):
        believed = words.belief.search(_sentence_before(answer, span))
    if believed is None or is_story(answer) or answer.search(exchange.language.hedges.sources):
        return False  # sources that differ are a hedge: `guards/hedging.py`
    behind_it = [name for name in rivals(exchange) if name.start >= span[1]]
    if any(not is_negated(answer, exchange.question, (name.start, name.end)) for name in behind_it):
        return True
    return words.turn.search(behind) is not None and not names_of(answer)


def only_thought(exchange: Exchange, span: Span) -> bool:
    """Whether a figure is what somebody thought, and another figure follows: `I thought 12, but it is 15`."""
    answer, words = exchange.answer, exchange.language.answers
    if answer.lacks(words.belief) or answer.search(exchange.language.hedges.sources):
        return False  # sources that differ are a hedge
    if words.belief.search(_sentence_before(answer, span)) is None or words.turn.search(answer.folded, span[1]) is None:
        return False
    own = {token.value for token in answer.tokens if span[0] <= token.start < span[1]}
    return any(token.value is not None and token.value not in own for token in answer.tokens if token.start >= span[1])


def only_supposed(exchange: Exchange, span: Span) -> bool:
    """Whether the mention stands under a condition or a wish: `If she had been born in X, …`."""
    answer, words = exchange.answer, exchange.language.answers
    if not exchange.question.raw[:1].isupper() or lacks_before(answer, span, words.supposed, words.would):
        return False
    if is_story(answer):
        return False
    before = _sentence_before(answer, span)
    if words.supposed.search(before) is not None:
        return True
    return words.would.search(before) is not None and words.if_.match(answer.folded, span[1]) is not None


def by_another(exchange: Exchange, span: Span) -> bool:
    """Whether another name stands behind `by`, and the mention behind another such word: `for X by Y`."""
    folded, words = exchange.answer.folded, exchange.language.answers
    by = f" {words.by} "
    if by not in folded or words.aside.search(folded[max(0, span[0] - 20) : span[0]]) is None:
        return False
    return asks_for_person(exchange.question) and any(folded.endswith(by, 0, name.start) for name in rivals(exchange))


def asked_and_answered(exchange: Exchange, span: Span) -> bool:
    """Whether the mention stands in a question, and another name in what follows: `Is it X? I think it is Y.`"""
    answer = exchange.answer
    of_question = answer.language.denials.of_question
    asked = None if answer.lacks(of_question) else of_question.match(answer.folded, span[1])
    if asked is None or answer.bare_run == exchange.question.bare_run or is_story(answer):
        return False
    return any(name.start >= span[1] for name in rivals(exchange))


def quotes_only(exchange: Exchange, span: Span) -> bool:
    """Whether the mention stands within a quoted sentence: the question's own, or with another name outside of it."""
    answer = exchange.answer
    if '"' not in answer.folded:
        return False
    quoted = next((one for one in _QUOTED.finditer(answer.folded[:REACH]) if one.start() <= span[0] < one.end()), None)
    if quoted is None or len(answer.part(quoted[1]).said) < len(exchange.wanted.said) + _SENTENCE_MORE:
        return False
    if quoted[1].strip(" .,!?") in exchange.question.folded:
        return True
    said = {token.text for token in answer.content if quoted.start() <= token.start < quoted.end()}
    if said <= names_within(answer):
        return False  # a title
    return is_told(exchange, span) and any(not quoted.start() <= name.start < quoted.end() for name in rivals(exchange))


def boxes_another(exchange: Exchange, span: Span) -> bool:
    """Whether the answer puts another text into its last box: `X … \\boxed{Y}`."""
    boxed = exchange.language.answers.boxed
    boxes = [] if exchange.answer.lacks(boxed) else list(boxed.finditer(exchange.answer.folded))
    if not boxes or boxes[-1].start() <= span[0] < boxes[-1].end():
        return False
    return not any(occurrences(exchange.answer.part(boxes[-1][1]), exchange.wanted))


@once_per_text
def _subject(question: Text) -> frozenset[str]:
    """Return the name that stands alone between the auxiliary and the last word: `was Dorel Vance born?`."""
    names, said = names_within(question), question.said[:-1]
    at = len(said)
    while at and said[at - 1] in names:
        at -= 1
    asks = question.language.statements.asks
    return frozenset(said[at:]) if at and asks.fullmatch(said[at - 1]) else frozenset()


@once_per_text
def _verbs(question: Text) -> frozenset[str]:
    """Return the stems of the verb of a question: its last word, if without a capital, or the one behind `who`."""
    names, language = names_within(question), question.language
    asks_who = bool(question.said) and question.said[0] in language.names.person_words
    # `who first climbed`: an ordinal may stand in front
    verb = [word for word in question.said[1:3] if word.isalpha()][:1] if asks_who else question.said[3:][-1:]
    if not verb or verb[0] in names or verb[0] in language.words.stop or not verb[0].isalpha():
        return frozenset()
    return frozenset(language.words.stem(word) for word in language.answers.same_verb.get(verb[0], (verb[0],)))


def _sentence_before(answer: Text, span: Span) -> str:
    """Return what stands before a mention in its sentence."""
    start = max([0, *(found.end() for found in _SENTENCE.finditer(answer.folded, 0, span[0]))])
    return answer.folded[start : span[0]]


def _holds(answer: Text, span: Span, stems: frozenset[str]) -> bool:
    stem = answer.language.words.stem
    return any(stem(token.text) in stems for token in answer.tokens if span[0] <= token.start < span[1])


@once_per_text
def clauses(answer: Text) -> tuple[Span, ...]:
    """Return the clauses of an answer."""
    ends = [found.end() for found in answer.language.answers.clause_end.finditer(answer.folded[:REACH])]
    length = len(answer.folded)
    return tuple([one for one in zip([0, *ends], [*ends, length], strict=True) if one[0] < one[1]])


def clause_of(answer: Text, span: Span) -> Span | None:
    """Return the clause in which a mention begins."""
    return next((one for one in clauses(answer) if one[0] <= span[0] < one[1]), None)
