"""The number grader: the answer gives the reference's number, in its unit or one that converts to it.

Policy: a number counts where the answer says it, whatever else it says, except where
- it is denied (`not 43 but 50` is 50) or the answer declines (`I do not know whether it is 43`);
- the answer hedges between figures of different value: `43 or 44`, `38, 43, 51`, `40-50`, `40 to 50` (years from
  and to are a period, a score is two figures); `43 kg or 95 lb` is one amount;
- it has no unit, while the answer gives another number in the reference's unit (`It has 43 doors and weighs 50 kg` is
  50 kg);
- the answer says which number is its answer, and that is another: `… The answer is 50`, `7 + 43 = 50`;
- it is a sum that the question has or the answer works out: `96 / 8 is 11` is 11;
- it stands in another role: a date, a list marker, a part of a total, a bound that leaves it out (`values.roles`);
- it is part of a frequency, while something else is asked for (`twice daily` says neither 2 g nor 2 tablets).
An amount is compared as written: a frequency beside it never multiplies it (500 mg twice daily is not 1 g), and is
ignored (500 mg a day is 500 mg) unless reference and answer both state one and these differ: then it is wrong.
`43 in 1990 and 50 in 1995` therefore counts as either: which year is meant takes a reader.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal
from itertools import pairwise
from typing import NamedTuple

from pytest_finetunebench.grading.finding import Finding, either, quoted
from pytest_finetunebench.grading.prose.bystanders import in_another_row
from pytest_finetunebench.grading.prose.candidates import only_thought
from pytest_finetunebench.grading.prose.deeds import tells_of_another
from pytest_finetunebench.grading.prose.denials import is_denied, is_negated
from pytest_finetunebench.grading.prose.exchange import Exchange
from pytest_finetunebench.grading.prose.figures import groups, in_unit
from pytest_finetunebench.grading.prose.guards.direction import DIRECTION
from pytest_finetunebench.grading.prose.guards.figures import PAST_FIGURE
from pytest_finetunebench.grading.prose.guards.rivals import gives_another, is_retracted, other_value
from pytest_finetunebench.grading.prose.guards.subjects import is_of_another_thing
from pytest_finetunebench.grading.prose.loops import contradicts_itself
from pytest_finetunebench.grading.prose.refusal import declines, declines_outright
from pytest_finetunebench.grading.prose.rule import MOST_PLACES
from pytest_finetunebench.grading.prose.torn import gives_cases, lists_figures, sources_vary
from pytest_finetunebench.grading.prose.wanted_number import (
    Wanted,
    differing_frequency,
    is_same,
    may_be_meant,
    wanted_amount,
)
from pytest_finetunebench.grading.text.bounds import gives_bound
from pytest_finetunebench.grading.text.phrases import Text
from pytest_finetunebench.grading.values.clock import says_time, time_of_day
from pytest_finetunebench.grading.values.events import is_of_another_event
from pytest_finetunebench.grading.values.frequency import holding
from pytest_finetunebench.grading.values.implied import implied_quantities
from pytest_finetunebench.grading.values.quantities import Quantity, quantities
from pytest_finetunebench.grading.values.roles import allows_figure, role_of, wrong_end
from pytest_finetunebench.grading.values.versions import is_other_version

_SHOWN = 5
_REACH = 60


def compare_number(exchange: Exchange, tolerance: float = 0) -> Finding:
    """Return whether the answer gives the number of a reference within `tolerance`, given in the reference's unit."""
    answer, asked = exchange.answer, exchange.question
    implied = implied_quantities(answer, asked)
    said = sorted((*quantities(answer), *implied), key=lambda one: one.start)
    expected = either([reference.raw for reference in exchange.references])
    if not said:
        return Finding(False, None, f"holds no number; expected {expected}")
    claims_zero = any(one.value == 0 for one in implied) and any(one.folded == "0" for one in exchange.references)
    if declines_outright(answer) and not claims_zero and not any(map(declines, exchange.references)):
        return Finding(False, _listed(said), "declines; a number is only mentioned")
    decided = [one for one in _decided(said, answer, asked) if not _is_sum(one, answer, asked)]
    hedged, other_frequency, refused = False, None, None
    for reference in exchange.references:
        if (moments := time_of_day(reference, asked)) is not None:
            for start, end in says_time(answer, moments, reference, asked):
                if not is_negated(answer, asked, (start, end)):
                    return Finding(True, answer.folded[start:end], f"says {answer.folded[start:end]}")
            continue
        looked_for = exchange.wanting(reference)
        wanted = wanted_amount(reference, exchange)
        if wanted is None:
            continue
        seen = _look_for(wanted, looked_for, decided, Decimal(str(tolerance)))
        if seen.found is not None and _leaves_open(decided, wanted, exchange, tolerance):
            hedged = True
        elif seen.found is not None:
            return Finding(True, seen.found, f"says {seen.found}")
        hedged, other_frequency = hedged or seen.hedged, seen.other_frequency or other_frequency
        refused = refused or seen.refused
    if refused is not None:
        return Finding(False, _listed(said), refused)
    verb = "hedges between" if hedged else "says"
    how_often = f" {quoted(other_frequency)}" if other_frequency else ""
    return Finding(False, _listed(said), f"{verb} {_listed(said)}{how_often}, not {expected}")


def _leaves_open(said: Sequence[Quantity], wanted: Wanted, exchange: Exchange, tolerance: float) -> bool:
    """Whether the answer is a row of figures, one for each case or source, and not all of them are right."""
    answer, asked = exchange.answer, exchange.question
    if not (lists_figures(answer) or sources_vary(answer) or gives_cases(answer)):
        return False
    return not all(is_same(one, wanted.amount, Decimal(str(tolerance)), asked, answer) for one in said)


def _rejection(one: Quantity, exchange: Exchange, implied: Sequence[Quantity]) -> str | None:
    """Say why a figure of the answer does not count, though it is the right one; None where it does."""
    place = one.start, one.end
    if _is_taken_back(one, exchange) and one not in implied:
        return f"says that it is not {_number(one)}"
    if is_of_another_event(exchange.answer, exchange.question, place):
        return f"gives {_number(one)} as the year of something else"
    if in_another_row(exchange.answer, exchange.question, place):
        return f"gives {_number(one)} in the row of something else"
    if tells_of_another(exchange.answer, exchange.question, place):
        return f"gives {_number(one)} of another event"
    if is_retracted(exchange, place) or gives_another(exchange, place) or other_value(exchange):
        return f"mentions {_number(one)}, but gives another answer"
    for guard in (DIRECTION, PAST_FIGURE):
        if (reason := guard.rejects(exchange, place)) is not None:
            return reason
    if is_other_version(exchange.answer, exchange.question, exchange.wanted, place):
        return f"gives another version than {exchange.wanted.raw!r}"
    if contradicts_itself(exchange.answer, place):
        return f"says {_number(one)} and then another in its place"
    if wrong_end(exchange.answer, exchange.question, place):
        return f"gives {_number(one)} as the other end of a period"
    if is_of_another_thing(exchange, place):
        return f"gives {_number(one)} for another thing"
    if only_thought(exchange, place):
        return f"gives {_number(one)} as what was thought at first"
    role = role_of(exchange.answer, exchange.question, exchange.wanted, place, implied)
    return role and f"gives {_number(one)} only as {role}"


def _is_sum(one: Quantity, answer: Text, question: Text) -> bool:
    """Whether a fraction is rather a sum: the question's own (`96 / 8`), or one that the answer works out."""
    if not one.is_fraction:
        return False
    written = "".join(answer.folded[one.start : one.end].split())
    asked = written in "".join(question.folded.split())
    return asked or answer.language.answers.result.match(answer.folded, one.end) is not None


def _is_taken_back(one: Quantity, exchange: Exchange) -> bool:
    place = one.start, one.end
    if exchange.is_whole_answer or allows_figure(exchange.answer, place):
        return False
    negated = is_negated(exchange.answer, exchange.question, place)
    return negated and not gives_bound(exchange.answer, exchange.wanted)


class _Seen(NamedTuple):
    """What an answer makes of one reference: found, hedged about, given with another frequency, or in another role."""

    found: str | None
    hedged: bool = False
    other_frequency: str | None = None
    refused: str | None = None


def _look_for(wanted: Wanted, exchange: Exchange, said: Sequence[Quantity], slack: Decimal) -> _Seen:
    answer, asked = exchange.answer, exchange.question
    implied = implied_quantities(answer, asked)
    amounts = [one.start for one in said if holding(answer, one.start) is None]
    meant = [one for one in said if may_be_meant(one, wanted, answer, asked)]
    hedged, other_frequency, refused = False, None, None
    found = 0
    for group in _in_unit(list(groups(meant, answer)), wanted.amount, exchange):
        same = [is_same(one, wanted.amount, slack, asked, answer) for one in group]
        if not any(same) or found > MOST_PLACES:
            continue
        counted = [one for one, right in zip(group, same, strict=True) if right][:MOST_PLACES]
        found += len(counted)
        rejected = [_rejection(one, exchange, implied) for one in counted]
        if None not in rejected:
            refused = refused or rejected[0]
        elif all(same):
            other_frequency = differing_frequency(group, amounts, wanted, answer)
            if other_frequency is None:
                return _Seen(_number(group[0]))
        else:
            hedged = hedged or not _others_denied(group, same, exchange)
            if not hedged:
                return _Seen(_number(counted[0]))
    return _Seen(None, hedged, other_frequency, refused)


def _in_unit(found: list[list[Quantity]], wanted: Quantity, exchange: Exchange) -> list[list[Quantity]]:
    """Return the numbers that can be meant: a unit tells them, unless all that have it are denied (`not 38 m; 43`)."""
    kept = in_unit(found, wanted)
    if len(kept) == len(found):
        return kept
    places = [(one.start, one.end) for group in kept for one in group]
    denied = len(places) <= MOST_PLACES and all(
        is_denied(exchange.answer, exchange.question, place) for place in places
    )
    return found if denied else kept


def _others_denied(group: Sequence[Quantity], same: Sequence[bool], exchange: Exchange) -> bool:
    """Whether the answer denies all other figures of a group (`not 42 or 44 but 43`); a question denies none."""
    others = [one for one, right in zip(group, same, strict=True) if not right]
    return len(others) <= MOST_PLACES and all(
        is_denied(exchange.answer, exchange.question, (one.start, one.end)) for one in others
    )


def _decided(said: list[Quantity], answer: Text, question: Text) -> list[Quantity]:
    """Return the number that the answer names as its answer, last, with what is the same amount; else all."""
    taken_back = [turn.start() for turn in answer.language.denials.retraction.finditer(answer.folded)]
    if taken_back and (after := [one for one in said if one.start > taken_back[-1]]):
        return after
    turns = [later for one, later in pairwise(said) if _turns(one, later, answer)]
    if turns:
        said = [one for one in said if one.start >= turns[-1].start]
    words = answer.language.answers
    frames = [*words.named.finditer(answer.folded)][-1:]
    if not frames and words.asks_total.search(question.folded):
        frames = [*words.total.finditer(answer.folded)][::-1]
    named = next((one for frame in frames for one in said if 0 <= one.start - frame.end() <= _REACH), None)
    if named is None:
        return said
    behind = [one for one in said if one.start > named.start and _between_digits(answer, named, one)]
    if behind and words.frame_word in frames[0][0]:
        # `Answer: 15`, with an explanation behind
        return [one for one in said if named.start <= one.start < behind[0].start]
    if behind:
        return said
    return [one for one in said if one.start >= named.start]


def _turns(one: Quantity, later: Quantity, answer: Text) -> bool:
    """Whether what stands between two figures takes the first one back: `12, sorry, 15`."""
    return answer.language.roles.turn.fullmatch(answer.folded, one.end, later.start) is not None


def _between_digits(answer: Text, named: Quantity, later: Quantity) -> bool:
    """Whether a later number stands in another sentence, so that the frame does not end the answer."""
    return re.search(r"[.;!?\n]\s", answer.folded[named.end : later.start]) is not None


def _listed(said: Sequence[Quantity]) -> str:
    return ", ".join(_number(quantity) for quantity in [one for one in said if not one.is_part][:_SHOWN])


def _number(quantity: Quantity) -> str:
    value, unit = quantity.value, quantity.unit
    if quantity.is_fraction:
        value = Decimal(f"{value:.6g}")
    shown = f"{value.normalize():f}" if value == value.to_integral_value() else f"{value:f}"
    return f"{shown} {unit}" if unit else shown
