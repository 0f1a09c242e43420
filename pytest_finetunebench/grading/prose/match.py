"""The comparison of a free answer with its references: the rules of the ladder find, its guards take back.

Each reference is tried in each of its alternatives; a list is given when all its members are.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import lru_cache
from itertools import islice
from operator import attrgetter

from pytest_finetunebench.grading.finding import Finding, either, quoted, shown
from pytest_finetunebench.grading.memo import MEMO_SIZE
from pytest_finetunebench.grading.prose.exchange import Exchange
from pytest_finetunebench.grading.prose.guards.lists import more_words
from pytest_finetunebench.grading.prose.ladder import findings, veto
from pytest_finetunebench.grading.prose.rule import MOST_PLACES, Place
from pytest_finetunebench.grading.text.phrases import Span, Text
from pytest_finetunebench.grading.text.respaced import close_number, said_once, split_joints
from pytest_finetunebench.grading.text.shape import alternatives, is_code, members

_RAW = attrgetter("raw")
SENTENCE = 8
"""A reference with more content words says more than rules can decide to be missing."""


def compare_answer(exchange: Exchange) -> Finding:
    """Return whether the answer gives one of the references as its answer to the question; never raises.

    `met` is None only for a sentence-long reference that is not said word for word: whether other words say it takes a
    judge.
    """
    raw = exchange.answer.raw
    said = raw.strip()
    if said and (said in map(_RAW, exchange.references) or (raw != said and raw in map(_RAW, exchange.references))):
        return Finding(True, shown(said), f"is {quoted(said)} to the letter")
    found = _compare(exchange)
    if found.met is True:
        return found
    for respaced in (split_joints(exchange.answer), close_number(exchange.answer), said_once(exchange.answer)):
        if respaced is not None and (again := _compare(exchange.answered(respaced))).met:
            return again
    return found


def _compare(exchange: Exchange) -> Finding:
    refused: Finding | None = None
    answer = exchange.answer
    for wanted in in_order(exchange):
        looked_for = exchange if wanted is exchange.wanted else exchange.wanting(wanted)
        for rule, place in islice(findings(looked_for), MOST_PLACES):
            rejected = veto(looked_for, place)
            if rejected is None:
                return Finding(True, shown(_excerpt(answer, place)), f"{rule.verb} {quoted(wanted.raw)}")
            refused = refused or Finding(False, shown(answer.raw), rejected[1])
    if listed := whole_list(exchange):
        return Finding(True, shown(answer.raw), f"names every member of {quoted(listed.raw)}")
    return refused or _missed(exchange)


def in_order(exchange: Exchange) -> Iterator[Text]:
    """Yield every way to give a reference; those that stand in the answer come first, for speed and certainty."""
    said = exchange.answer.bare_run
    whole: list[Text] = []
    for one in exchange.references:
        if one.bare_run in said:
            whole.append(one)
            yield one  # mostly it decides, and the others need not be read
    # the alternatives of all references cost more than the rest: most answers are decided by then
    ways = [one for one in ways_to_say(exchange.references) if one not in whole]
    yield from sorted(ways, key=lambda one: one.bare_run not in said) if len(ways) > 1 else ways


@lru_cache(maxsize=MEMO_SIZE)
def ways_to_say(references: tuple[Text, ...]) -> tuple[Text, ...]:
    """Return every alternative of the references, once each: many differ in spelling only, but not code."""
    read = [other for one in references for other in alternatives(one)]
    if len(read) == 1:
        return tuple(read)
    # `pydantic_settings` is no other spelling of `pydantic-settings`: code is compared by each letter
    keys = [(one.spelling, one.raw.islower(), one.raw if is_code(one) else "") for one in read]
    return tuple(dict(zip(reversed(keys), reversed(read), strict=True)).values())[::-1]


def asserts(exchange: Exchange, phrase: Text, *, whole: bool = False) -> Iterator[Span]:
    """Yield the places where the answer gives `phrase`, by value or word by word: no paraphrase counts.

    With `whole` none of the phrase's alternatives counts either.
    """
    alone = exchange.alone()
    for wanted in (phrase,) if whole else alternatives(phrase):
        for _, place in islice(findings(alone.wanting(wanted), exact=True), MOST_PLACES):
            yield place or (0, len(exchange.answer.folded))


def _missed(exchange: Exchange) -> Finding:
    references = exchange.references
    named = either([reference.raw for reference in references])
    if references and all(len(reference.content_said) > SENTENCE for reference in references):
        return Finding(None, None, f"needs a judge: is not word for word {named}")
    return Finding(False, shown(exchange.answer.raw), f"does not say {named}")


def _excerpt(answer: Text, place: Place) -> str:
    return answer.folded if place is None else answer.folded[slice(*place)]


def whole_list(exchange: Exchange) -> Text | None:
    """Return the reference that is a list of which the answer gives every member."""
    lists = [(reference, parts) for reference in exchange.references if (parts := members(reference))]
    if not lists:
        return None
    alone = replace(exchange, references=(), fact=None)
    given = (
        one
        for one, parts in lists
        if all(_member_given(alone.wanting(part)) for part in parts)
        and not (exchange.guards.hedge and more_words(exchange, parts))
    )
    return next(given, None)


def _member_given(exchange: Exchange) -> bool:
    return any(veto(exchange, place) is None for _, place in islice(findings(exchange), MOST_PLACES))
