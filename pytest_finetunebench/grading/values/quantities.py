"""Numbers with units: compared as values, never as strings and never by similarity.

Policy: a fraction is its value (`3/8`, `three eighths`, `6/16` and 0.375 are one), and a decimal reference takes the
fraction that rounds to it (`1/3` for 0.33, never the other way round); neither of its numbers is said for a reference
that is a fraction, while `8/10` says 8. Hours with minutes are one duration. Degrees are Celsius where the reference
is, and `21C` is a temperature only to a reference that is one, since it may be a name. Only the first `MOST_FIGURES`
numbers of a text are read.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal
from functools import lru_cache
from itertools import islice, pairwise
from typing import NamedTuple

from pytest_finetunebench.grading.memo import MEMO_SIZE, once_per_text
from pytest_finetunebench.grading.text.phrases import Span, Text
from pytest_finetunebench.grading.text.tokens import MOST_DIGITS, Token
from pytest_finetunebench.grading.values.compounds import FINEST, MOST_FIGURES, Compound, compounds, may_count
from pytest_finetunebench.grading.values.question_unit import unit_asked
from pytest_finetunebench.grading.values.unit_behind import REACH, is_capital, unit_behind

_NOUN = re.compile(r"[\s-]([^\W\d_]+)(?![\w'])")
_GLUED_NOUN = re.compile(r"\s?([^\W\d_]+)")
_BRACKET = re.compile(r"\([$£€¥]$")
"""Accountants write a loss as `($2.3)`."""


class Quantity(NamedTuple):
    """A number as written in a text; `unit` is its name (`unit_sizes.py`) or a currency's code, if one was found."""

    value: Decimal
    unit: str | None = None
    step: Decimal = Decimal(1)
    """The place of the last digit that was given: 0.1 for `1.5`, 100000 for `1.5 million`."""
    start: int = 0
    end: int = 0
    is_fraction: bool = False
    is_part: bool = False
    """Whether it is the numerator or denominator of a fraction."""
    is_name: bool = False
    """Whether it is a temperature like a name (`21C`)."""
    is_base: bool = False
    """Whether it is what another number is told by: `twice 43`."""
    counts: bool = False
    """Whether a noun that is no unit stands behind it (`43 storeys`): it measures nothing."""
    is_lack: bool = False
    """Whether words make it negative: `14 degrees below zero`, `a loss of $3 million`."""

    @property
    def rounded(self) -> bool:
        """Whether it reads as rounded: with decimals or a scale word."""
        return self.step != 1


def is_number(text: Text) -> bool:
    """Whether `text` is nothing but a number, thousands separators allowed."""
    raw = text.raw.strip()
    return bool(text.language.numbers.bare.fullmatch(raw)) and len(raw) <= MOST_DIGITS


@once_per_text
def quantities(text: Text) -> tuple[Quantity, ...]:
    """Return the numbers of `text` with the units beside them, a fraction in front of the two that make it."""
    return tuple(islice(_quantities(text), MOST_FIGURES))


def _quantities(text: Text) -> Iterator[Quantity]:
    if not may_count(text):
        return
    folded, inside, fraction_end = text.folded, 0, 0
    feet = {match.start(): match for match in text.language.quantities.feet.finditer(folded)} if text.has_value else {}
    several = {one.start: one for one in compounds(text)}
    below_words = text.language.quantities.below_word
    for token in text.tokens:
        if token.value is None and token.start not in feet and token.start not in several:
            continue  # a word, as most are
        if token.start < inside or (token.start and folded[token.start - 1] == "^") or _is_glued(text, token):
            continue
        if (tall := feet.get(token.start)) is not None:
            inside = tall.end()
            yield Quantity(Decimal(tall[1]) + Decimal(tall[2]) / 12, "foot", Decimal("0.01"), *tall.span())
            continue
        if (one := several.get(token.start)) is not None:
            yield _compound(text, one)
            inside, fraction_end = (inside, one.end) if one.is_fraction else (one.end, fraction_end)
        if token.value is not None and token.start >= inside:
            found = _single(text, token)
            below = text.language.quantities.below.match(folded, token.end) if below_words in folded else None
            inside = inside if below is None else below.end()
            for said in found:
                if token.start < fraction_end or below is not None:
                    said = said._replace(is_part=token.start < fraction_end, is_lack=below is not None)
                yield said


def _is_glued(text: Text, token: Token) -> bool:
    """Whether a figure is a part of a label: `C04`, `B4`; not the times of `x4`, nor the money of `R75`."""
    if token.value is None:
        return False
    before = _GLUED.search(text.folded, max(0, token.start - 3), token.start)
    if before is None or before[0] in text.language.units.currencies:
        return False
    return len(before[0]) == 1 or before[0] not in text.language.words.stop  # `a total of10`


_GLUED = re.compile(r"(?<![^\W\d_])(?!x)[a-z]{1,2}$")


def _single(text: Text, token: Token) -> Iterator[Quantity]:
    folded, words = text.folded, text.language.quantities
    letter = None if token.spelled else words.scale_letter.match(folded, token.end)
    if not (letter and is_capital(text, token.end)) and (unit := unit_behind(text, token)) != "":
        yield _quantity(text, token, unit)
    if letter:
        yield _abbreviated(text, token, letter)
    elif not token.spelled and (degrees := words.degrees.match(folded, token.end)):
        said = _quantity(text, token, f"deg{degrees[1].upper()}")
        yield said._replace(is_name=said.step == 1)


def _compound(text: Text, one: Compound) -> Quantity:
    if not one.is_fraction:
        token = Token("", one.start, one.end, one.value, spelled=True)
        return _quantity(text, token, unit_behind(text, token) if one.unit is None else one.unit)
    token = Token("", one.start, one.end, one.value, FINEST, spelled=True)
    return _quantity(text, token, unit_behind(text, token))._replace(is_fraction=True)


def _abbreviated(text: Text, token: Token, letter: re.Match[str]) -> Quantity:
    """Read a number with a scale letter (`1.25M users`, `3m`): a small m may be metres as well."""
    times = text.language.numbers.money_scales[letter[1]]
    scaled = token._replace(end=letter.end(), value=(token.value or Decimal(0)) * times, step=token.step * times)
    return _quantity(text, scaled, unit_behind(text, scaled) or None)


def _quantity(text: Text, token: Token, unit: str | None) -> Quantity:
    folded, words = text.folded, text.language.quantities
    before = folded[max(0, token.start - REACH) : token.start]
    value = token.value or Decimal(0)
    if not before:  # most references
        counts = unit is None and _counts(text, token)
        return Quantity(value, unit, token.step, token.start, token.end, counts=counts)
    in_brackets = folded[token.end : token.end + 1] == ")" and _BRACKET.search(before) is not None
    value = -value if in_brackets or words.minus.search(before) else value
    currency = words.currency.search(before) if unit is None else None
    if currency is not None:
        named = currency[1].replace(" ", "").rstrip(".")
        unit = text.language.units.currencies.get(named, words.rest_of_currency)
    is_base = words.multiplied.search(before) is not None
    counts = unit is None and _counts(text, token)
    lost = words.lost.search(before) is not None
    return Quantity(value, unit, token.step, token.start, token.end, counts=counts, is_base=is_base, is_lack=lost)


def _counts(text: Text, token: Token) -> bool:
    noun = _NOUN if text.language.words.whole is None else _GLUED_NOUN
    behind = noun.match(text.folded, token.end)
    return behind is not None and text.language.units.counts(behind[1])


_PERCENT = "percent"


def reference_quantity(reference: Text, fact: Text | None, question: Text) -> Quantity | None:
    """Read the reference's number; where it has no unit of its own, the one that question or fact give to it."""
    return next(iter(_reference_quantities(reference, fact, question)), None)


def _reference_quantities(reference: Text, fact: Text | None, question: Text) -> tuple[Quantity, ...]:
    """Return the ways to read the reference's number: `1.25M` is a count, `3m` may be metres or millions."""
    found = list(quantities(reference))
    found = [one for one in found if one.start == found[0].start and not one.is_part and not one.is_name]
    if len(found) != 1 or found[0].unit is not None or found[0].counts:
        return tuple(found)
    asked = unit_asked(question)
    # `0.054` to a question for a percentage is a share of one
    if asked is not None and not (asked == _PERCENT and abs(found[0].value) < 1):
        return (found[0]._replace(unit=asked),)
    said = () if fact is None else quantities(fact)
    with_unit = next((one for one in said if one.value == found[0].value and one.unit), None)
    if with_unit is not None:
        return (found[0]._replace(unit=with_unit.unit),)
    return (found[0]._replace(counts=True),) if _names_unknown(reference, found[0]) else tuple(found)


def _names_unknown(reference: Text, one: Quantity) -> bool:
    """Whether a reference is a number and one word, which may be a unit that is not known: `12 bushel`."""
    said, language = reference.said, reference.language
    if one.is_fraction or len(said) != _PAIR or len(said[1]) < _SHORTEST_UNIT or not said[1].isalpha():
        return False
    return said[1] not in language.words.stop and said[1] not in language.quantities.qualifiers


_PAIR, _SHORTEST_UNIT = 2, 3


@lru_cache(maxsize=MEMO_SIZE)
def asked_quantities(reference: Text, fact: Text | None, question: Text) -> tuple[Quantity, ...]:
    """Return the reference as a quantity, in each way to read it; nothing where it is not one.

    That is one number, with at most three words for what it counts.

    `about`, `more than` and the like in front state how exact it is, and count as nothing. Words with capitals
    (`Two Towers`) make a name.
    """
    words = reference.language.quantities
    if not may_count(reference):
        return ()
    several = compounds(reference)
    if not several and not reference.has_value:
        return ()
    whole = several[0] if several else None
    outside = [token for token in reference.content if not (whole and whole.start <= token.start < whole.end)]
    folded = reference.folded
    # the 2 of `km^2` belongs to the unit
    outside = [token for token in outside if folded[max(0, token.start - 1) : token.start] != "^"]
    numbers = [(token.start, token.end) for token in outside if token.value is not None]
    numbers += [(whole.start, whole.end)] if whole else []
    rest = [token for token in outside if token.value is None and token.text not in words.qualifiers]
    if len(numbers) != 1 or len(rest) > 3:
        return ()
    if rest and any(token.start == numbers[0][0] and _is_ordinal(reference, token) for token in outside):
        return ()  # a first cousin is not one of anything
    currency = words.currency.search(reference.folded[: numbers[0][0]])
    begin = currency.start() if currency else numbers[0][0]
    exact = _begin_of_bound(reference, numbers[0][0])
    if any(token.start < min(begin, exact) and token.text not in reference.language.units.currencies for token in rest):
        return ()
    found = _reference_quantities(reference, fact, question)
    named = _CAPITAL.search(words.capital_scale.sub("", reference.raw))
    return () if named and any(one.unit is None for one in found) else found


def _begin_of_bound(reference: Text, figure: int) -> int:
    """Return where a bound that allows its figure begins (`no more than 15`); the figure's place without one."""
    words, before = reference.language.roles, reference.folded[:figure]
    bound = None if reference.lacks(words.strict) else words.strict.search(before)
    allowing = bound and words.loose.search(before[: bound.start()])
    return allowing.start() if allowing else figure


def _is_ordinal(text: Text, token: Token) -> bool:
    written = text.folded[token.start : token.end]
    return written in text.language.numbers.ordinals or (token.spelled and written[:1].isdigit())


def is_fraction(reference: Text) -> bool:
    """Whether a reference is a fraction, so that its two numbers are none of their own."""
    if not any(one.is_fraction for one in compounds(reference)):
        return False
    return any(one.is_fraction for one in asked_quantities(reference, None, reference.like("")))


_CAPITAL = re.compile(r"[A-Z][a-z]+\s*\S*$|\d[A-Z]|[A-Z]\d")


def says_figures(answer: Text, reference: Text) -> Iterator[Span]:
    """Yield where the answer gives several figures as one: in order, at most three words apart."""
    wanted = tuple(token.value for token in reference.tokens if token.value is not None)
    said = [(index, token) for index, token in enumerate(answer.tokens) if token.value is not None]
    for at in range(len(said) - len(wanted) + 1):
        window = said[at : at + len(wanted)]
        near = all(after[0] - before[0] <= 4 for before, after in pairwise(window))
        if (
            near
            and tuple(token.value for _, token in window) == wanted
            and _same_zeros(answer, [token for _, token in window], reference)
            and _whole(answer, window[0][1], window[-1][1])
        ):
            yield window[0][1].start, window[-1][1].end


def _same_zeros(answer: Text, said: Sequence[Token], reference: Text) -> bool:
    """Whether figures that begin with zeros are written alike: those of a telephone number are no values."""
    figures = [token for token in reference.tokens if token.value is not None]
    for one, other in zip(said, figures, strict=True):
        written = reference.folded[other.start : other.end]
        if written.startswith("00") and answer.folded[one.start : one.end] != written:
            return False
    return True


def _whole(answer: Text, first: Token, last: Token) -> bool:
    """Whether no further figure is tied to these by a dash (`7-0` in `7-0-2`)."""
    return not _TIED_BEFORE.search(answer.folded[max(0, first.start - 3) : first.start]) and not _TIED_AFTER.match(
        answer.folded[last.end : last.end + 3]
    )


_TIED_BEFORE = re.compile(r"\d-$")
_TIED_AFTER = re.compile(r"-\d")
