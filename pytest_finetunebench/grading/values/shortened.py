"""Answers that are the reference cut short, as far as what is left still tells which thing is meant."""

from __future__ import annotations

from pytest_finetunebench.grading.memo import once_per_text
from pytest_finetunebench.grading.text.phrases import Span, Text
from pytest_finetunebench.grading.text.shape import is_list
from pytest_finetunebench.grading.text.tokens import Token
from pytest_finetunebench.grading.values.content import content_keys
from pytest_finetunebench.grading.values.distinct import swaps_word, turns_around
from pytest_finetunebench.grading.values.names import asks_for_person, names_within

_LEAD, _CLAUSES = 400, 4
"""So many characters and clauses are read for the one that answers."""
_YEARS = range(1000, 2100)


@once_per_text
def clauses(answer: Text) -> tuple[Text, ...]:
    """Return the first clauses of an answer: `It was the Rhine, which flows …` says `It was the Rhine` first."""
    pieces = answer.language.words.clause_end.split(answer.folded[:_LEAD])
    return tuple([answer.part(piece) for piece in pieces[:-1] if piece.strip()][:_CLAUSES])


_PAIR = 2


def leads_shortened(answer: Text, reference: Text, question: Text) -> Span | None:
    """Return the first clause of the answer that says more than the question does, if it is the reference cut short."""
    stem = answer.language.words.stem
    for clause in clauses(answer):
        if any(stem(said) not in question.stems for said in clause.content_said):
            if not is_shortened(clause, reference, question):
                return None
            if names_more(answer, reference, question) or _lies_elsewhere(answer, clause, reference):
                return None
            start = answer.folded.index(clause.raw)
            return start, start + len(clause.raw)
    return None


def names_more(answer: Text, reference: Text, question: Text) -> bool:
    """Whether an answer has a linking word as a part of a name: `Tarsk City` is no short form of `Tarsk United`."""
    named = names_within(answer) & answer.language.words.linking
    return bool(named - reference.words - question.words)


def _lies_elsewhere(answer: Text, clause: Text, reference: Text) -> bool:
    """Whether the answer gives the place another region: `Plymouth, England` for `Plymouth, Massachusetts`."""
    region = reference.raw.rpartition(", ")[2] if ", " in reference.raw else ""
    behind = answer.folded.partition(clause.raw)[2]
    if not region or not behind.startswith(", "):
        return False
    said = answer.part(clauses(answer.part(behind[2:]))[0].raw) if behind[2:].strip() else answer.part("")
    wanted = answer.part(region)
    if not 1 <= len(said.tokens) <= 2 or said.words & answer.language.words.stop or said.words & wanted.words:
        return False
    # an abbreviation begins with the same letter: `Ill.`
    return said.tokens[0].text[0] != wanted.tokens[0].text[0] and wanted.words.isdisjoint(answer.words)


def shares_word(answer: Text, reference: Text) -> bool:
    """Whether an answer has a content word of the reference at all; few answers have, and the rest costs more."""
    known = answer.known
    return not (known.isdisjoint(reference.content_known) or known.isdisjoint(content_keys(reference)))


def is_shortened(answer: Text, reference: Text, question: Text) -> bool:
    """Whether an answer is the reference without some of its words, and adds nothing of its own.

    It must hold at least half of the words that the question does not give, and what tells the thing from others of
    its kind (`_still_tells`). A list lacks a member then, and a title is another title.
    """
    if is_list(reference) or asks_for_title(question):
        return False
    if _lacks_symbol(answer, reference):
        return False  # `negative` for `O negative`
    keys = _keys(reference)
    words = answer.language.words
    asked = {key for key, token in keys.items() if words.stem(token.text) not in question.stems} or set(keys)
    said = set[str]()
    for word in answer.content_said:
        held = keys.keys() & {words.stem(word), words.proper(word)}
        if not held and word not in words.linking and words.stem(word) not in question.stems:
            return False
        said |= held & asked
    if said == set(keys) or len(said) * 2 < len(asked) or not all(len(keys[key].text) > 1 for key in said):
        return False
    return _still_tells({keys[key].text for key in said}, answer, reference, question)


def _lacks_symbol(answer: Text, reference: Text) -> bool:
    """Whether a single letter that a word makes one thing with is left out."""
    content = reference.content_said
    if len(content) != _PAIR or reference.has_value:
        return False
    signs = {word.casefold() for word in reference.raw.split() if word.isupper() and len(word) <= _PAIR}
    if content[0] in signs and content[0] not in answer.words:
        return True
    return any(len(one) == 1 and one not in answer.words for one in content)


@once_per_text
def _keys(reference: Text) -> dict[str, Token]:
    return dict(zip(content_keys(reference), reference.content, strict=True))


@once_per_text
def asks_for_title(question: Text) -> bool:
    """Whether a question asks for a title."""
    return question.search(question.language.entities.asks_title) is not None


def _still_tells(said: set[str], answer: Text, reference: Text, question: Text) -> bool:
    """Whether the words that are said tell the thing from others: none may take the place of one that is left out.

    Policy: a denial may not be left out (`no aspirin`), nor what makes a kind (`stainless steel`, `gluten-free`) or
    another post or thing (`vice president`, `non-Hodgkin lymphoma`), nor
    what tells a name from another (`New Halden`), nor a number that belongs to the name (`group` for `group 1`), nor
    what the thing is (`the Nile` for `Cataracts of the Nile`).
    Where the question names the whole thing, a word must be said that it has for nothing else (`Anna` for one of two).
    """
    if turns_around(answer, reference) or swaps_word(answer, reference, question):
        return False
    left = [token for token in reference.content if token.text not in answer.words]
    entities = reference.language.entities
    telling = reference.language.words.negations | entities.kinds | entities.qualifiers | entities.role_qualifiers
    if not telling.isdisjoint(token.text for token in left):
        return False
    if any(_qualifies(token, said, reference) for token in left):
        return False
    if any(suffix[0] not in answer.folded for suffix in entities.compound_after.finditer(reference.folded)):
        return False
    if any(_counts(token, said, reference) for token in left) and not (asks_for_person(question) and len(said) > 1):
        return False
    if _lacks_head(left, reference):
        return False
    if reference.bare_run in question.bare_run:
        return any(question.said.count(word) == reference.said.count(word) for word in said)
    return True


def _qualifies(token: Token, said: set[str], reference: Text) -> bool:
    """Whether a word stands in front of the name that is said, and makes it another: `New` of `New Halden`."""
    if token.text not in reference.language.entities.name_qualifiers or token.text not in names_within(reference):
        return False
    at = reference.tokens.index(token)
    return not said.isdisjoint(one.text for one in reference.tokens[at + 1 : at + 2])


def _counts(token: Token, said: set[str], reference: Text) -> bool:
    """Whether a word is a number, but no year, that belongs to what is said beside it."""
    if token.text not in reference.language.entities.multiples and (token.value is None or token.value in _YEARS):
        return False
    at = reference.tokens.index(token)
    return not said.isdisjoint(one.text for one in reference.tokens[max(0, at - 1) : at + 2])


def _lacks_head(left: list[Token], reference: Text) -> bool:
    """Whether the name of the thing itself is left out in front of `of`."""
    part_of = reference.language.entities.part_of
    bare = reference.bare
    return (
        len(bare) > 2
        and bare[1].text == part_of
        and bare[0].text in names_within(reference)
        and any(token.start == bare[0].start for token in left)
    )
