"""Which figures of an answer belong together because it leaves open which of them is meant: `43, 44 or 45`, `40-50`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal
from enum import Enum
from itertools import pairwise

from pytest_finetunebench.grading.text.phrases import Text
from pytest_finetunebench.grading.values.amounts import measures_the_same
from pytest_finetunebench.grading.values.quantities import Quantity

_LIST, _GUESSES_FROM = 3, 10
_REACH = 60


class Joint(Enum):
    """How two neighbouring figures are joined."""

    EITHER = "it is left open which is meant"
    BARE = "nothing stands between them"
    COMMA = "they are members of a list"


def groups(said: Sequence[Quantity], answer: Text) -> Iterator[list[Quantity]]:
    """Yield the numbers, one by one; together those between which the answer leaves open which (`43, 44 or 45`)."""
    group: list[Quantity] = []
    joints: set[Joint] = set()
    for one, joint in zip(said, [None, *(_joint(*pair, answer) for pair in pairwise(said))], strict=False):
        if joint is None:
            yield from _closed(group, joints)
            group, joints = [], set()
        else:
            joints.add(joint)
        group.append(one)
    yield from _closed(group, joints)


def _closed(group: list[Quantity], joints: set[Joint]) -> Iterator[list[Quantity]]:
    """Yield a run of joined numbers as one where the answer leaves open which is meant; else each is said.

    Three numbers with nothing else between them are a list, which answers no question for one number.
    """
    if Joint.EITHER in joints or (joints == {Joint.BARE} and len({one.value for one in group}) >= _LIST):
        yield group
    else:
        yield from ([one] for one in group)


def _are_guesses(one: Quantity, other: Quantity) -> bool:
    """Whether the parts of what looks like a fraction are rather two guesses: `43/44`."""
    low, high = sorted((one.value, other.value))
    if 1000 <= one.value < 2100 and other.value % 100 == (one.value + 1) % 100:
        return one.is_part  # `1884/85`
    return one.is_part and other.is_part and high >= _GUESSES_FROM and low > high * Decimal("0.8")


def in_unit(found: list[list[Quantity]], wanted: Quantity) -> list[list[Quantity]]:
    """Return the numbers that can be meant: where some have a unit that measures what is asked, only those."""
    return [group for group in found if any(measures_the_same(one, wanted) for one in group)] or found


def _joint(one: Quantity, other: Quantity, answer: Text) -> Joint | None:
    between = answer.folded[one.end : other.start]
    if len(between) > _REACH:
        return None
    words = answer.language.hedges
    if any(joint.fullmatch(between) for joint in (words.either, words.maybe, words.others)):
        return Joint.EITHER
    before = answer.folded[max(0, one.start - _REACH) : one.start]
    if words.between.search(before) and (words.both.fullmatch(between) or words.to.fullmatch(between)):
        return Joint.EITHER
    if words.bare.fullmatch(between):
        if "\n" in between and _is_bare_list(answer):
            return Joint.EITHER
        return Joint.EITHER if _are_guesses(one, other) else Joint.BARE
    if words.comma.fullmatch(between):
        # `10 days, from 1 to 10 June`
        return None if words.from_.search(between) else Joint.COMMA
    years = all(1000 <= figure.value < 3000 and figure.unit is None for figure in (one, other))
    if words.to.fullmatch(between) and abs(one.value) < abs(other.value) and not years:
        return None if words.score.search(answer.folded) or _moves(before, answer) else Joint.EITHER
    return None


def _is_bare_list(answer: Text) -> bool:
    """Whether the answer is nothing but figures, one a line, with bullets."""
    lines = [line for line in answer.folded.split("\n") if line.strip()]
    return all(_BULLET.fullmatch(line) for line in lines)


_BULLET = re.compile(r"\s*[-•]\s+[^\s\w]?\d[\d.,]*\s?[^\W\d_]{0,12}\.?\s*")


def _moves(before: str, answer: Text) -> bool:
    """Whether a number in front of `to` is where a change begins, or how large it is: `rose from 10`, `rose by 3`."""
    return answer.language.past.moved.search(before) is not None
