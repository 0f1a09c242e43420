"""Which figures of an answer cannot be the number that is asked for, because they stand in another role.

Policy: a figure does not count where it is
- a list marker, a footnote, a label (`page 12`, `U-12`), an age, an ordinal or `twice` in answer to `how many`;
- a day, year or hour, unless the question asks when;
- worked with (`12 plus 3`), a part of a total that the answer gives (`5 red and 7 blue, 12 in all`), or a part where
  the question asks for the whole (`12 of its 15 boats`);
- the question's own figure, said again beside another one (`of the 12 boats, 3 sank`);
- a count of another thing, while the answer counts the one that is asked for (`12 men run its 15 boats`), or a rate;
- a bound that leaves it out (`more than 12`), but not `just over 12`; or the wrong end of a period of years.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from pytest_finetunebench.grading.text.bounds import bounds_of, gives_bound
from pytest_finetunebench.grading.text.phrases import Span, Text
from pytest_finetunebench.grading.text.tokens import Token
from pytest_finetunebench.grading.values.clock import times
from pytest_finetunebench.grading.values.figure_context import (
    REACH,
    counted_stems,
    has_asked_noun,
    nouns_behind,
    text_before,
    token_before,
)
from pytest_finetunebench.grading.values.parts_of_whole import role_beside_others
from pytest_finetunebench.grading.values.quantities import Quantity, quantities
from pytest_finetunebench.grading.values.question_unit import unit_asked
from pytest_finetunebench.grading.values.rates import rate_role
from pytest_finetunebench.grading.values.steps import is_step

_MARKER = re.compile(r"^[ \t]*(\d{1,2})[.)]\s+(?=\S)", re.MULTILINE)
_NOTE_BEFORE, _NOTE_AFTER = re.compile(r"[\w.!?,;:)\"']\s?[\[【(]\^?$"), re.compile(r"[\]】)†:]")
_TIED = re.compile(r"[^\W\d_]-$|#$")
_NUMERIC_DATE = re.compile(r"(?<![\d/.-])(?:\d{4}[-/.]\d{1,2}[-/.]\d{1,2}|\d{1,2}([-/.])\d{1,2}\1\d{2,4})(?![\d/-])")
_CLOCKED = ("hour", "minute", "second")
"""Units of durations, which may be written like a time of day."""
_YEARS = range(1000, 2100)


def role_of(answer: Text, question: Text, wanted: Text, place: Span, others: Sequence[Quantity] = ()) -> str | None:
    """Return the other role in which the figure at a place stands, in words; None where it may be the answer.

    `others` are further amounts, which words imply.
    """
    said = [*quantities(answer), *others]
    one = _at(said, place)
    if one is None:
        return None
    rest = [figure for figure in said if figure.value != one.value and not figure.is_part]
    for role, stands in (
        ("a bound that leaves it out", _is_bound(answer, question, wanted, one)),
        ("an ordinal", _is_ordinal(answer, question, one)),
        ("a label", _is_label(answer, question, wanted, one)),
        ("a part of a calculation", _is_operand(answer, one)),
        ("a difference", is_step(answer, question, wanted, one, rest)),
        ("an age", _is_age(answer, question, wanted, one)),
        ("no year", _is_no_year(answer, question, wanted, one)),
        ("the question's own quantity", _is_to_convert(question, wanted, one)),
    ):
        if stands:
            return role
    if (rated := rate_role(answer, question, wanted, one)) is not None:
        return rated
    if has_asked_noun(answer, question, one) and not _is_echo(answer, question, one, rest):
        return role_beside_others(answer, question, one, rest)
    if one.is_part and any(has_asked_noun(answer, question, other) for other in rest if not other.is_fraction):
        return "a part of a fraction"
    if is_time(answer, question, one) and not any(other.unit in _CLOCKED for other in quantities(wanted)):
        return "a date or time"
    return _role_of_bare(answer, question, one, rest) or role_beside_others(answer, question, one, rest)


def _is_to_convert(question: Text, wanted: Text, one: Quantity) -> bool:
    """Whether a quantity stands in the question in the same unit, and the reference has it in another."""
    if one.unit is None or not any(own.unit == one.unit and own.value == one.value for own in quantities(question)):
        return False
    return all(given.value != one.value for given in quantities(wanted))


def _role_of_bare(answer: Text, question: Text, one: Quantity, rest: Sequence[Quantity]) -> str | None:
    if not rest:
        return None
    if _is_marker(answer, one):
        return "a list marker"
    if _is_note(answer, one):
        return "a footnote"
    if _is_echo(answer, question, one, rest):
        return "the question's own figure"
    if _counts_other(answer, question, one):
        return "a count of another thing"
    return None


def was_before(answer: Text, question: Text, place: Span) -> bool:
    """Whether a figure is what it was, beside what it is: `used to be 12, now 15`, `fell from 12 to 9`.

    Policy: years are periods, and a range (`from 10 to 12`) names no change.
    """
    words, past = question.language.roles, question.language.past
    before = answer.folded[max(0, place[0] - REACH) : place[0]]
    had = words.had.search(before) is not None and past.now.search(answer.folded, place[1]) is not None
    if not (had or words.past.search(before)) or past.asked.search(question.folded):
        return False
    said = quantities(answer)
    one = _at(said, place)
    if one is None or one.value in _YEARS:
        return False
    if words.moved_from.search(before) and not past.moved.search(before):
        return False
    asked = {token.value for token in question.tokens if token.value is not None}
    behind = answer.language.denials.clause_end.split(answer.folded[one.end : one.end + REACH])[0]
    if any(token.value in asked for token in answer.part(behind).tokens if token.value is not None):
        return False
    return any(other.unit == one.unit and other.value != one.value and other.value not in _YEARS for other in said)


def _at(said: Sequence[Quantity], place: Span) -> Quantity | None:
    """Return the figure at a place: of a fraction and its parts the one that ends there, of others the first.

    The place of words may begin with a sign: that of `€14` does.
    """
    here = [figure for figure in said if figure.start == place[0]]
    here = here or [figure for figure in said if figure.start == place[0] + 1]
    return next((figure for figure in here if figure.end == place[1]), here[0] if here else None)


def wrong_end(answer: Text, question: Text, place: Span) -> bool:
    """Whether a year is the beginning of a period where the question asks for its end, or the other way round."""
    words, folded = question.language.roles, question.folded
    end, start = words.asks_end.search(folded) is not None, words.asks_start.search(folded) is not None
    if end is start:
        return False
    if any(found.start(1 if end else 2) == place[0] for found in words.period.finditer(answer.folded)):
        return True
    other_end = (words.since if end else words.until).search(answer.folded[max(0, place[0] - REACH) : place[0]])
    return other_end is not None and not words.period.match(answer.folded, place[0])


def _is_bound(answer: Text, question: Text, wanted: Text, one: Quantity) -> bool:
    words, before = answer.language.roles, text_before(answer, one)
    year = one.unit is None and one.value in _YEARS and answer.language.dates.asks_when.search(question.folded)
    found = words.strict.search(before) or (words.strict_year.search(before) if year else None)
    if found is None or words.loose.search(before[: found.start()]):
        if bounds_of(wanted):
            return False  # the guard of directions compares them
        asked = [asks.search(question.folded) is not None for asks, _ in words.opposed]
        # `must at most`: a question that asks for both ends asks for neither
        return sum(asked) == 1 and any(
            one and end.search(before) is not None for one, (_, end) in zip(asked, words.opposed, strict=True)
        )
    if gives_bound(answer, wanted) and answer.language.statements.denied.search(before[: found.start()]):
        return False  # `must not be kept above 12`
    asks = words.asks_above if words.goes_above.match(found[0].strip()) else words.asks_below
    return asks.search(question.folded) is None and found[0].split()[0] not in question.folded.split()


def _is_ordinal(answer: Text, question: Text, one: Quantity) -> bool:
    words = answer.language.roles
    if words.asks_amount.search(question.folded) is None or one.is_fraction or one.is_part:
        return False
    said = answer.folded[one.start : one.end].rpartition(" ")[2].rpartition("-")[2]
    if said in words.times_words:
        return words.asks_times.search(question.folded) is None and one.unit is None
    figures = answer.language.numbers.token.fullmatch(said)
    return said in answer.language.numbers.ordinals or (figures is not None and figures["ordinal"] is not None)


def _is_label(answer: Text, question: Text, wanted: Text, one: Quantity) -> bool:
    before = text_before(answer, one)
    if _TIED.search(before) and not one.unit:
        return True
    if _is_numbered(answer, question, one):
        return True
    token = token_before(answer, one.start)
    if token is None or answer.folded[token.end : one.start] not in (" ", ". ", ".", " #"):
        return False
    stem = answer.language.words.stem
    known = question.stems | wanted.stems
    return token.text in answer.language.roles.labels and stem(token.text) not in known


def _is_numbered(answer: Text, question: Text, one: Quantity) -> bool:
    """Whether the figure is the number of one of the things that are counted: `boat 12`, to `How many boats`."""
    token = token_before(answer, one.start)
    if token is None or answer.folded[token.end : one.start] != " " or one.unit is not None or one.counts:
        return False
    return token.text not in question.words and answer.language.words.stem(token.text) in counted_stems(question)


def _is_age(answer: Text, question: Text, wanted: Text, one: Quantity) -> bool:
    """Whether a figure tells how old somebody was, and the question asks for no age and no time."""
    if answer.language.roles.aged.search(text_before(answer, one)) is None:
        return False
    if question.language.dates.asks_when.search(question.folded) or unit_asked(question) is not None:
        return False
    return question.words.isdisjoint(question.language.units.asking) and not any(
        given.unit is not None for given in quantities(wanted)
    )


def _is_no_year(answer: Text, question: Text, wanted: Text, one: Quantity) -> bool:
    """Whether a year is asked for, and the figure counts or measures something, or is a year before Christ."""
    dates = answer.language.dates
    if one.value not in _YEARS or dates.asks_when.search(question.folded) is None:
        return False
    behind = nouns_behind(answer, one)[:1]
    before_christ = any(dates.eras.get(word, 1) < 0 for word in behind) and not wanted.words & dates.eras.keys()
    return one.unit is not None or one.counts or before_christ


def allows_figure(answer: Text, place: Span) -> bool:
    """Whether a bound that is denied stands before a figure, so that this is allowed: `not more than 12`."""
    words, before = answer.language.roles, answer.folded[max(0, place[0] - REACH) : place[0]]
    found = words.strict.search(before)
    return found is not None and words.loose.search(before[: found.start()]) is not None


def _is_operand(answer: Text, one: Quantity) -> bool:
    words = answer.language.roles
    return bool(
        words.operand_before.search(text_before(answer, one)) or words.operand_after.match(answer.folded, one.end)
    )


def _counts_other(answer: Text, question: Text, one: Quantity) -> bool:
    """Whether something else is counted, while another figure counts what is asked for."""
    behind = nouns_behind(answer, one)
    nouns = all(word not in answer.language.words.stop for word in behind[:2]) and len(behind) == 2
    if one.unit is not None or not (one.counts or nouns) or has_asked_noun(answer, question, one):
        return False
    stem = answer.language.words.stem
    if behind and stem(behind[0]) in question.stems:
        return False
    return any(has_asked_noun(answer, question, other) for other in quantities(answer) if other.value != one.value)


def is_time(answer: Text, question: Text, one: Quantity) -> bool:
    """Whether a figure is a day, a year or an hour, and no such thing is asked for."""
    dates, folded = answer.language.dates, answer.folded
    if one.unit is not None or dates.asks_day.search(question.folded):
        return False
    # `how many were aboard when she sank` asks for no time
    if dates.asks_when.search(question.folded) and not answer.language.roles.asks_amount.search(question.folded):
        return False
    if any(found.start() <= one.start < found.end() for found in _NUMERIC_DATE.finditer(folded)):
        return True
    if _is_day(answer, one):
        return True
    if one.value in _YEARS and answer.language.roles.of_year.search(text_before(answer, one)) and not one.counts:
        return folded[one.start : one.end].isdecimal() and one.end - one.start == 4
    return any(
        start <= one.start < end and re.search(r"[a-z:]", folded[start:end]) is not None
        for _, (start, end) in times(answer)
    )


def _is_day(answer: Text, one: Quantity) -> bool:
    """Whether a month stands beside a figure: `12 March`, `March 12`, `the 12th of March`."""
    months, tokens = answer.language.dates.months, answer.tokens
    index = next((place for place, token in enumerate(tokens) if token.start == one.start), None)
    if index is None or not (1 <= one.value <= 31 or one.value in _YEARS):
        return False
    of_month = answer.language.dates.before_month
    behind = [token for token in tokens[index + 1 : index + 3] if token.text not in of_month][:1]
    before = tokens[index - 1 : index] if index else []
    beside = [token for token in (*before, *behind) if token.text in months]
    return any(_is_name(answer, token) for token in beside)


def _is_name(answer: Text, token: Token) -> bool:
    """Whether a month has its capital, where the text shows letter case: `may` is a verb too."""
    if answer.raw.islower() or len(answer.raw) != len(answer.folded):
        return True
    return answer.raw[token.start].isupper()


def _is_marker(answer: Text, one: Quantity) -> bool:
    found = list(_MARKER.finditer(answer.folded))
    numbers = [int(marker[1]) for marker in found]
    return (
        numbers[:1] == [1] and numbers == sorted(set(numbers)) and any(marker.start(1) == one.start for marker in found)
    )


def _is_note(answer: Text, one: Quantity) -> bool:
    before, after = text_before(answer, one), answer.folded[one.end : one.end + 1]
    return _NOTE_BEFORE.search(before) is not None and _NOTE_AFTER.match(after) is not None and one.unit is None


def _is_echo(answer: Text, question: Text, one: Quantity, rest: Sequence[Quantity]) -> bool:
    """Whether a figure of the question is said again as it stands there, beside one that the question has not."""
    asked = [token for token in question.tokens if token.value is not None]
    if not any(token.value == one.value for token in asked):
        return False
    known = {token.value for token in asked}
    if all(other.value in known for other in rest):
        return False
    return answer.language.roles.among.search(text_before(answer, one)) is not None or _same_word_before(
        answer, question, one
    )


def _same_word_before(answer: Text, question: Text, one: Quantity) -> bool:
    token = token_before(answer, one.start)
    if token is None or token.text == answer.language.roles.all_:
        return False
    tokens = question.tokens
    return any(other.value == one.value and tokens[at].text == token.text for at, other in enumerate(tokens[1:]))
