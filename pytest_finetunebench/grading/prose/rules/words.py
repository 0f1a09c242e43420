"""Rules of words: a sign, yes or no, code, and the reference word for word."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import chain, islice

from pytest_finetunebench.grading.prose.denials import is_denied
from pytest_finetunebench.grading.prose.exchange import Exchange
from pytest_finetunebench.grading.prose.refusal import declines
from pytest_finetunebench.grading.prose.rule import MOST_PLACES, Example, Place, Rule
from pytest_finetunebench.grading.prose.shapes import Kind, Value
from pytest_finetunebench.grading.prose.yes_no import read_yes_no
from pytest_finetunebench.grading.text.normalise import stand_within
from pytest_finetunebench.grading.text.phrases import Span, occurrences
from pytest_finetunebench.grading.text.shape import says_plainly
from pytest_finetunebench.grading.values.frequency import holding
from pytest_finetunebench.grading.values.regimen import figures_alike
from pytest_finetunebench.grading.values.unit_asked import measures_alike


def _holds_sign(exchange: Exchange) -> Iterator[Place]:
    sign = exchange.wanted.raw.strip()
    if sign and sign in exchange.answer.raw:
        yield None


SIGN = Rule(
    name="the same sign",
    verb="holds",
    kind=Kind.SIGN,
    find=_holds_sign,
    exact=False,
    examples=(
        Example("Which sign multiplies?", "*", "It is the asterisk (*).", True),
        Example("Which sign multiplies?", "*", "It is the slash (/).", False),
    ),
)


def _says_yes_no(exchange: Exchange) -> Iterator[Place]:
    said = read_yes_no(exchange.answer, exchange.question)
    if said is not None and said is says_plainly(exchange.wanted, exchange.language.yes_no.yes):
        yield None


YES_NO = Rule(
    name="yes or no",
    verb="says",
    kind=Kind.YES_NO,
    find=_says_yes_no,
    examples=(
        Example("Is Vellmora a town?", "Yes", "That is correct.", True),
        Example("Is Vellmora a town?", "Yes", "No, it is not.", False),
    ),
)


def _says_code(exchange: Exchange) -> Iterator[Place]:
    answer, wanted = exchange.answer, exchange.wanted
    if wanted.raw.startswith("-") and not re.search(rf"(?<![\w-]){re.escape(wanted.raw)}(?![\w-])", answer.raw):
        return  # an option: `--verbose` is not `--no-verbose`
    if stand_within(wanted.written, answer.written):
        places: list[Place] = [*islice(occurrences(answer, wanted), MOST_PLACES)]
        yield from places or [None]


CODE = Rule(
    name="the same code",
    verb="says",
    kind=Kind.CODE,
    find=_says_code,
    examples=(
        Example("Which function tests membership?", "np.isin", "Call `np.isin` on it.", True),
        Example("Which function tests membership?", "np.isin", "Call `np.in1d` on it.", False),
    ),
)


def _wants_none(exchange: Exchange) -> bool:
    return exchange.language.refusals.none.fullmatch(exchange.wanted.plain) is not None


def _find_none(exchange: Exchange) -> Iterator[Place]:
    for lacks in exchange.language.refusals.lacks.finditer(exchange.answer.folded):
        if exchange.answer.part(lacks[1]).content_stems & exchange.question.content_stems:
            yield None
    nobody = exchange.language.refusals.nobody.match(exchange.answer.folded)
    if nobody is not None and exchange.answer.part(nobody[1]).content_stems & exchange.question.content_stems:
        yield None


NONE = Rule(
    name="that there is none of what is asked for",
    verb="says the same as",
    kind=None,
    applies=_wants_none,
    find=_find_none,
    exact=False,
    examples=(
        Example("Which side effects does it have?", "none", "It has no side effects.", True),
        Example("Which side effects does it have?", "none", "It has no known price.", False),
    ),
)


def _wants_unknown(exchange: Exchange) -> bool:
    words, wanted = exchange.language.refusals, exchange.wanted
    if words.about_knowing.isdisjoint(wanted.said):
        return False
    return (
        not _wants_none(exchange)
        and len(wanted.tokens) <= MOST_UNKNOWN
        and words.whole.fullmatch(wanted.plain) is not None
    )


def _find_unknown(exchange: Exchange) -> Iterator[Place]:
    if declines(exchange.answer, exchange.question):
        yield None


MOST_UNKNOWN = 4
"""A reference of more words says more than that nothing is known."""
UNKNOWN = Rule(
    name="that it is not known",
    verb="says the same as",
    kind=None,
    applies=_wants_unknown,
    find=_find_unknown,
    exact=False,
    examples=(
        Example("Who wrote the old song?", "unknown", "Nobody knows who wrote it.", True),
        Example("Who wrote the old song?", "unknown", "Ada Brook wrote it.", False),
    ),
)


def _wants_left_out(exchange: Exchange) -> bool:
    no = exchange.language.denials.next_only
    return bool(no) and exchange.wanted.folded.startswith(no) and len(exchange.wanted.tokens) > 1


def _find_left_out(exchange: Exchange) -> Iterator[Place]:
    answer, said = exchange.answer, exchange.wanted
    left_out = said.like(said.folded.removeprefix(exchange.language.denials.next_only))
    if any(is_denied(answer, exchange.question, place) for place in islice(occurrences(answer, left_out), MOST_PLACES)):
        yield None


LEFT_OUT = Rule(
    name="that it is to be left out",
    verb="says the same as",
    kind=None,
    applies=_wants_left_out,
    find=_find_left_out,
    exact=False,
    examples=(
        Example("What should be avoided?", "No aspirin", "Do not give aspirin.", True),
        Example("What should be avoided?", "No aspirin", "Give aspirin.", False),
    ),
)


def _is_phrase(exchange: Exchange) -> bool:
    return not exchange.shape.bare_number and not exchange.shape.fraction


def _find_phrase(exchange: Exchange) -> Iterable[Place]:
    found = occurrences(exchange.answer, exchange.wanted)
    first = next(found, None)
    if first is None:
        return ()
    found = chain((first,), found)
    if exchange.wanted.has_value and exchange.shape.value is Value.AMOUNT:
        # the same words may go on as another unit: `5 mg/kg`
        return (
            place
            for place in found
            if measures_alike(exchange.answer, place, exchange.shape.amounts, exchange.question)
        )
    if exchange.shape.regimen is not None:
        return (place for place in found if figures_alike(exchange.answer, place, exchange.wanted))
    if exchange.shape.frequency is not None:
        return (place for place in found if _as_often(exchange, place))
    return found


def _as_often(exchange: Exchange, place: Span) -> bool:
    """Whether the same words are no part of another frequency: `once or twice daily`."""
    wanted, around = exchange.shape.frequency, holding(exchange.answer, place[0])
    return wanted is None or around is None or (around.least, around.most) == (wanted.least, wanted.most)


PHRASE = Rule(
    name="the same words",
    verb="says",
    applies=_is_phrase,
    find=_find_phrase,
    examples=(
        Example("What is the dose?", "5 mg", "5 mg/kg", False),
        Example("Who is the hero?", "Spider-Man", "It's Spiderman!", True),
        Example("Which article?", "Article Two", "Article II of the statute", True),
        Example("Which model?", "GPT-4", "It was GPT-4o.", False),
    ),
)
