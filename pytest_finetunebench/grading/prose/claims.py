"""What an answer claims beside a refusal: `I cannot verify this, but Ada Brook is listed as the winner.`

Policy: a clause that neither declines nor refers to other sources claims an answer where a name that the question has
not is its subject, stands behind a linking verb or `by`, or is all of it; a question for a place or number is answered
by a place or number. Any other new word claims one where a clause consists of it (`amoxicillin`), where it stands
beside a verb of the question (`It recommends amoxicillin`), or where a pronoun is its subject (`You had porridge`).
What is told of another year than the question's (`In 2025, Ada Brook won`), of what was before (`the defending
champion`) or of what is usual (`Romans usually ate bread`) is no answer to it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from pytest_finetunebench.grading.languages.reply_parts import Refusals
from pytest_finetunebench.grading.memo import once_per_text
from pytest_finetunebench.grading.text.phrases import Text
from pytest_finetunebench.grading.values.names import asks_for_person, names_within

_LONGEST = 2000
"""A longer answer claims something in its beginning, or not at all."""
_SENTENCE = re.compile(r"(?<=[.!?;])\s|\n")
_WORD = re.compile(r"[^\W_]+(?:['’.-][^\W_]+)*")
_YEAR = re.compile(r"(?<!\d)(?:1[5-9]|20|21)\d\d(?!\d)")
_SHORT = 4
"""A clause of so few words is a name and nothing else."""


class _Clause(NamedTuple):
    raw: str
    sentence: str
    years: frozenset[str]
    """The years that it speaks of: its own, or those beside it in its sentence."""


def claims_answer(answer: Text, question: Text) -> bool:
    """Whether a clause of an answer that declines claims an answer all the same, by this module's policy."""
    words = answer.language.refusals
    asked_years = frozenset(_YEAR.findall(question.raw))
    return any(
        _claims(clause, question, words)
        for clause in _clauses(answer.prepared[:_LONGEST], words)
        if not (clause.years and asked_years and asked_years.isdisjoint(clause.years))
    )


def _clauses(raw: str, words: Refusals) -> Iterator[_Clause]:
    for sentence in _SENTENCE.split(raw):
        parts = [part for part in words.clause_joint.split(sentence) if part.strip()]
        years: frozenset[str] = frozenset(_YEAR.findall(sentence[: len(parts[0]) + 1])) if parts else frozenset()
        for place, part in enumerate(parts):
            years = frozenset(_YEAR.findall(part)) or years
            if not _is_reason(sentence, part, parts[place + 1 : place + 2], words):
                yield _Clause(part, sentence, years)


def _is_reason(sentence: str, part: str, following: Sequence[str], words: Refusals) -> bool:
    """Whether a clause is only why nothing is known: `Her diary is lost, so it cannot be known.`"""
    if not following:
        return False
    joint = sentence.partition(part)[2].partition(following[0])[0].lower()
    return words.reason.search(joint) is not None and words.phrases.search(following[0].lower()) is not None


def _claims(part: _Clause, question: Text, words: Refusals) -> bool:
    clause = part.raw
    said = question.part(clause)
    plain = said.plain
    if words.phrases.search(plain) or words.whole.fullmatch(plain.strip()) or words.asks_back.search(plain):
        return False
    if words.general.search(part.sentence.lower()):
        return False
    if words.at_present.search(said.folded) and words.asks_future.search(question.folded):
        return False
    frames = words.framing.match(said.folded) and not words.says_after_all.search(said.folded)
    if frames or words.directs.search(said.folded) or words.earlier.search(said.folded):
        return False
    if words.asks_number.search(question.folded) and _says_number(said, question, words):
        return True
    if words.says_after_all.search(said.folded) and _says_number(said, question, words):
        return True
    if _names_title(clause, question, words):
        return True
    read = list(_WORD.finditer(clause))
    if clause.rstrip().endswith("?") and len(read) < _SHORT:
        return any(_is_new(word[0], question, words) for word in read)
    if any(_is_claimed(clause, read, index, question, words) for index in range(len(read))):
        return True
    return not words.ignorance.search(plain) and _says_something(said, question, words)


_TITLE = re.compile(r"(\w+)\s[\"“]([^\"“”]{1,80})[\"”]")


def _names_title(clause: str, question: Text, words: Refusals) -> bool:
    """Whether something new stands in quotes behind a linking verb: `many say it is "The Tide"`."""
    return any(
        found[1].lower() in words.linking and any(_is_new(word, question, words) for word in found[2].split())
        for found in _TITLE.finditer(clause)
    )


def _says_something(said: Text, question: Text, words: Refusals) -> bool:
    """Whether a clause gives a new word as an answer: alone, beside a verb of the question, or about a pronoun."""
    if "?" in said.raw or not words.finite:
        return False
    led = words.says_after_all.match(said.folded.strip())
    answer = said.part(said.folded.strip()[led.end() :]) if led else said
    tokens = [token.text for token in answer.tokens if token.text not in words.leading]
    new = [place for place, word in enumerate(tokens) if _is_thing(word, question, words)]
    if not new:
        return False
    stem = question.language.words.stem
    subject = tokens[0] in words.pronouns or _is_asked_for(tokens, question, words)
    if len(tokens) <= _SHORT and not subject and words.finite.isdisjoint(tokens):
        return True
    if any(stem(word) in verbs_of(question) for word in tokens[1:]):
        return True
    # `You had porridge`: a verb stands between the two
    if not subject or new[-1] < 2:
        return False
    placed = words.asks_place.search(question.folded) and not words.places.isdisjoint(tokens[1 : new[-1]])
    return bool(placed) or not asks_for_name(question, words)


def _is_asked_for(tokens: list[str], question: Text, words: Refusals) -> bool:
    """Whether the subject of a clause is what the question asks for: `The recommended drug is`."""
    end = next((place for place, word in enumerate(tokens) if word in words.finite), 0)
    stems = {question.language.words.stem(word) for word in tokens[:end]}
    plain = {token.text for token in question.content} - names_within(question)
    return bool(stems) and stems <= question.content_stems and not plain.isdisjoint(tokens[:end])


def asks_for_name(question: Text, words: Refusals) -> bool:
    """Whether a question asks for a person, place or number: other words are no answer to it."""
    begins = question.part(" ".join(question.said[:3]))
    return asks_for_person(begins) or any(
        pattern.search(question.folded) for pattern in (words.asks_place, words.asks_number)
    )


@once_per_text
def verbs_of(question: Text) -> frozenset[str]:
    """Return the stems of the words of a question that may be its verb: those without a capital.

    The first is none where a question word stands before it (`Which antibiotic …`), unless that asks for a person.
    """
    names, stem = names_within(question), question.language.words.stem
    verb_first = question.said[:1] and question.said[0] in question.language.names.person_words
    content = question.content if verb_first else question.content[1:]
    return frozenset(stem(token.text) for token in content if token.value is None and token.text not in names)


def _is_thing(word: str, question: Text, words: Refusals) -> bool:
    """Whether a word may be an answer by itself: no word of the question, of knowing or of likelihood."""
    return _is_new(word, question, words) and word not in words.vague and not word.endswith(words.adverb)


def _says_number(said: Text, question: Text, words: Refusals) -> bool:
    asked = {token.value for token in question.tokens}
    number = any(token.value is not None and token.value not in asked for token in said.tokens)
    return number and not words.of_knowledge.search(said.folded)


def _is_claimed(clause: str, read: list[re.Match[str]], index: int, question: Text, words: Refusals) -> bool:
    """Whether the word of a clause begins a new name that stands as an answer."""
    word = read[index][0]
    if not (word[:1].isupper() and _is_new(word, question, words)):
        return False
    end = index
    while end < len(read) and read[end][0][:1].isupper():
        end += 1
    # a common noun of the question (`party`) may belong to a new name (`the Harbour Party`)
    if any(not _is_new(one[0], question, words) and one[0] in question.raw for one in read[index:end]):
        return False
    before = read[index - 1][0].lower() if index else ""
    adjoining = index and clause[read[index - 1].end() : read[index].start()] == " "
    if adjoining and read[index - 1][0][:1].isupper() and before not in words.linking | words.speakers:
        return False
    alone = end == len(read) and len(read) < _SHORT
    if not before or before in question.language.words.articles:
        # a first word has a capital anyway: a name goes on, or something is said of it
        follows = read[end][0].lower() if end < len(read) else ""
        return (
            alone
            or end - index > 1
            or follows in words.linking
            or question.language.words.stem(follows) in question.stems
        )
    behind = read[end][0].lower() if end < len(read) else ""
    if end - index > 1 and question.language.words.stem(behind) in verbs_of(question):
        return True  # `The little-known Ada Brook won`
    if before in words.places:
        return words.asks_place.search(question.folded) is not None
    return alone or before in words.linking


def _is_new(word: str, question: Text, words: Refusals) -> bool:
    folded = word.lower().replace("’", "'").removesuffix("'s")
    return (
        folded not in words.speakers
        and folded not in question.words
        and folded not in question.language.words.stop
        and question.language.words.stem(folded) not in question.stems
    )
