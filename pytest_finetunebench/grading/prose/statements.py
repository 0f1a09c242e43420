"""Whether a statement says yes or no to a question: `It is more than 74 metres high`, `91 is not prime`, `43 > 40`.

Policy: a bound that the question names (`more than 50`) is affirmed or denied by what an answer says of that figure.
Else the answer must consist of the end of the question, word by word (`Is 91 prime?` `91 is not prime.`), in one
sentence; or of a word for what is asked and of its opposite (`It is forbidden`). A value alone (`It is 43 metres
high`) says neither: who gives it may not have read the question; `only 43 metres` denies that it is more.
"""

from __future__ import annotations

import re
from decimal import Decimal
from typing import NamedTuple

from pytest_finetunebench.grading.languages.reply_parts import Statements
from pytest_finetunebench.grading.text.bounds import LONGEST, REACH, bound_by, bounds_before
from pytest_finetunebench.grading.text.phrases import Text
from pytest_finetunebench.grading.values.distinct import turns_around
from pytest_finetunebench.grading.values.quantities import Quantity, quantities
from pytest_finetunebench.grading.values.units import convert

_SENTENCE = re.compile(r"[.!?;](?=\s|$)|\n")
_CLAUSE = re.compile(r"[.!?;:,](?=\s|$)|\n")
_ASKED = re.compile(r"[^.!?\n]*\?")
_YEARS = range(1000, 2100)


def says_of(answer: Text, question: Text) -> bool | None:
    """Return whether statements of an answer say yes to the question; None where they say neither, or both."""
    by_bound = _by_bound(answer, question)
    if by_bound:
        return by_bound.pop() if len(by_bound) == 1 else None
    if (value := by_value(answer, question)) is not None and value.is_all:
        return value.says
    if _is_not_so(answer, question):
        return False
    said = _in_its_words(answer, question)
    return _by_predicate(answer, question) if said is None else said


class ByValue(NamedTuple):
    """What the one value that an answer gives says to a question about a bound."""

    says: bool
    is_all: bool
    """Whether the answer gives it as all that there is: `only 43 metres`."""


def by_value(answer: Text, question: Text) -> ByValue | None:
    """Return whether the only value of an answer lies where the question asks; None where that cannot be told."""
    if not answer.has_value or not question.has_value or not question.language.statements.asks.match(question.folded):
        return None
    bounds = bounds_before(question.folded, question)
    if len(bounds) != 1:
        return None
    ((bound, above),) = bounds
    asked = next((one for one in quantities(question) if one.value == bound), None)
    said = [one for one in quantities(answer) if one.value != bound]
    if asked is None or len(said) != 1:
        return None
    years = bound in _YEARS and said[0].value in _YEARS
    if not years and _is_of_difference(answer, said[0]):
        return None
    value = said[0].value
    if said[0].unit != asked.unit:
        measured = said[0].unit and asked.unit and convert(value, said[0].unit, asked.unit)
        if not isinstance(measured, Decimal):
            return None
        value = measured
    only = question.language.statements.only.search(answer.folded[max(0, said[0].start - REACH) : said[0].start])
    return ByValue((value > bound) is above, only is not None and above and said[0].unit is not None)


def _is_of_difference(answer: Text, one: Quantity) -> bool:
    """Whether a figure tells by how much, or in which year, and is no value of what is asked."""
    words = answer.language
    before = answer.folded[max(0, one.start - REACH) : one.start]
    return bool(
        words.roles.more_than.match(answer.folded, one.end)
        or words.statements.by.search(before)
        or words.roles.of_year.search(before)
        or one.counts
    )


def denies_asked(rest: Text, question: Text) -> bool:
    """Whether what follows a yes denies what is asked, in the question's own words: `it is not allowed there`."""
    words, stem = rest.language.statements, rest.language.words.stem
    first = rest.part(_CLAUSE.split(rest.folded.lstrip(" ,:;-"))[0])
    if words.denies.match(first.folded) is None or words.denied.search(question.folded):
        return False
    known = frozenset[str]().union(*(side for sides in words.predicates for side in sides)) | words.without
    known |= rest.language.words.negations
    own = [token for token in first.content if token.text not in known]
    return all(stem(token.text) in question.stems for token in own)


def _is_not_so(answer: Text, question: Text) -> bool:
    """Whether an answer denies the question's adjective: `isn't that high`."""
    found = answer.language.statements.not_so.search(answer.folded[:LONGEST])
    return found is not None and answer.language.words.stem(found[1]) in question.stems


def _by_predicate(answer: Text, question: Text) -> bool | None:
    """Return what an answer says with a word for what is asked, or its opposite: `It is forbidden` for `allowed`."""
    words, stem = answer.language.statements, answer.language.words.stem
    if "?" in answer.folded:
        return None
    for sides in words.predicates:
        asked = [not side.isdisjoint(question.words) for side in sides]
        said = [not side.isdisjoint(answer.words) for side in sides]
        if asked[0] is asked[1] or said[0] is said[1] or words.asks.match(question.folded) is None:
            continue
        known = sides[0] | sides[1] | words.without | answer.language.words.negations | answer.language.words.linking
        if any(token.text not in known and stem(token.text) not in question.stems for token in answer.content):
            return None
        at = next(token.start for token in answer.tokens if token.text in sides[0] | sides[1])
        return (asked == said) is (words.denied.search(answer.folded, 0, at) is None)
    return None


def _by_bound(answer: Text, question: Text) -> set[bool]:
    """Return what the answer says of the figure that the question asks about: above and below it, affirmed or not."""
    words = answer.language.statements
    bounds = bounds_before(question.folded, question)
    if len(bounds) != 1:
        return set()
    (asked,) = bounds
    stated = _unasked(answer.folded[:LONGEST], words)
    said = bounds_before(stated, answer)
    for that in words.referring.finditer(stated):
        said |= bound_by(asked[0], stated[max(0, that.start() - REACH) : that.start()], words)
    return {above is asked[1] for figure, above in said if figure == asked[0]}


def _unasked(folded: str, words: Statements) -> str:
    """Return a text with blanks in place of its questions, direct and indirect: they state nothing."""
    for question in (_ASKED, words.indirect):
        folded = question.sub(lambda asked: " " * len(asked[0]), folded)
    return folded


def _in_its_words(answer: Text, question: Text) -> bool | None:
    """Return whether the answer affirms or denies the question in the question's own words."""
    words, stem = answer.language.statements, answer.language.words.stem
    sentences = [one for one in _SENTENCE.split(answer.folded[:LONGEST]) if one.strip()]
    if len(sentences) != 1 or "?" in answer.folded or words.asks.match(question.folded) is None:
        return None
    if words.indirect.search(sentences[0]) is not None:
        return None
    stated = answer.part(words.concluding.split(sentences[0])[-1])
    stated = _without_adverbial(stated, question)
    said = [_as_asked(stem(token.text), question) for token in stated.content if token.text not in words.without]
    asked = [stem(token.text) for token in question.content]
    if not said or words.asks.match(stated.folded) or not _repeats(stated, said, asked, question):
        return None
    if words.verb.search(stated.folded) is None and words.support.match(question.folded) is None:
        return None
    # `after the mill` denies `before the mill`
    turned = turns_around(stated, question)
    return (words.denied.search(stated.folded) is None) is not turned


def _without_adverbial(stated: Text, question: Text) -> Text:
    """Return a statement without what it adds to the whole of what is asked: `She won it by three votes`.

    Policy: the question itself names no place, time or way, and the statement has its object, or a pronoun for it.
    """
    words = stated.language.statements
    found = stated.search(words.adverbial)
    if found is None or question.has_value or words.support.match(question.folded) is None:
        return stated
    kept = stated.part(stated.folded[: found.start()])
    if question.search(words.adverbial) is not None or words.qualified.search(kept.folded):
        return stated
    more = stated.folded[found.start() :]
    if words.denied.search(more) or _CLAUSE.search(more):
        return stated
    last, stem = kept.said[-1:], stated.language.words.stem
    own = [word for word in kept.content_said if word not in words.without]
    whole = bool(last) and (
        last[0] in words.objects
        or (
            stem(last[0]) == stem(question.content[-1].text)
            and (len(own) > 1 or kept.said[0] in kept.language.refusals.pronouns)
        )
    )
    return kept if whole else stated


def _as_asked(said: str, question: Text) -> str:
    """Return the question's stem of which a stem is another form (`survived`, `survive`), if any."""
    if said in question.stems or len(said) < _ROOT:
        return said
    same = (one for one in question.by_initial.get(said[0], ()) if len(one) >= _SHORTEST)
    return next((one for one in same if said.startswith(one) or one.startswith(said)), said)


_ROOT, _SHORTEST = 5, 4
"""So many letters of two forms of a word are the same."""


def _repeats(stated: Text, said: list[str], asked: list[str], question: Text) -> bool:
    """Whether a statement is of the question's words in their order, and has what the question asks about.

    Policy: all of its words, or the last of them; where neither side is turned against the other (`before`), any two.
    """
    if asked[-len(said) :] == said or (len(said) > 2 and asked[: len(said)] == said):
        return True
    rest = iter(asked)
    if not all(word in rest for word in said):
        return False
    subject = stated.tokens[0].text in stated.language.refusals.pronouns
    return 2 * (len(said) + subject) >= len(asked) and question.words.isdisjoint(stated.language.entities.directed)
