"""Answers that are torn between two things in so many words: `Either X or Y`, `Perhaps X, perhaps Y`.

Policy: the whole answer is that, one of both is what is wanted, and the other neither another reference nor as much.
"""

from __future__ import annotations

import re
from itertools import pairwise

from pytest_finetunebench.grading.prose.exchange import Exchange
from pytest_finetunebench.grading.text.phrases import Text
from pytest_finetunebench.grading.values.amounts import same_amount
from pytest_finetunebench.grading.values.quantities import quantities

_LONGEST = 200


def is_torn(exchange: Exchange) -> bool:
    """Whether the answer is torn between what is wanted and something else."""
    answer, hedges = exchange.answer, exchange.language.hedges
    if hedges.torn_words.isdisjoint(answer.words) or len(answer.folded) > _LONGEST or not exchange.references:
        return False
    found = hedges.torn.fullmatch(answer.folded.strip())
    if found is None:
        return False
    sides = [answer.part(side) for side in found.groups() if side]
    runs = {one.bare_run for one in exchange.references}
    own = [side for side in sides if side.bare_run in runs]
    others = [side for side in sides if side.bare_run not in runs]
    return bool(own) and any(not _is_as_much(one, own[0], exchange) for one in others)


def sources_vary(answer: Text) -> bool:
    """Whether the answer says that its sources do not agree."""
    words = answer.language.hedges
    return not words.varying.isdisjoint(answer.words) and words.vary.search(answer.folded) is not None


def gives_cases(answer: Text) -> bool:
    """Whether the answer gives one thing in one case and another in another: `if you mean the old one, …; if …`."""
    words = answer.language.hedges
    return words.cases_word in answer.folded and words.cases.search(answer.folded) is not None


def lists_figures(answer: Text) -> bool:
    """Whether the answer is nothing but two figures or more, which differ: `43; 44`."""
    if not 2 <= len(answer.tokens) <= _FEW or len(answer.folded) > _FEW * 10:
        return False
    said, folded = quantities(answer), answer.folded
    if len(said) < 2 or any(one.is_part or one.is_fraction or one.unit for one in said):
        return False
    if folded[: said[0].start].strip() or folded[said[-1].end :].strip(" .!"):
        return False
    joint = answer.language.hedges.last_member
    between = (folded[one.end : other.start] for one, other in pairwise(said))
    return len({one.value for one in said}) > 1 and all(
        _APART.fullmatch(gap) or joint.fullmatch(gap) for gap in between
    )


_FEW = 6
_APART = re.compile(r"\s*[,;|&]?\s*")


def _is_as_much(one: Text, other: Text, exchange: Exchange) -> bool:
    said, wanted = quantities(one), quantities(other)
    return bool(said and wanted) and same_amount(said[0], wanted[0], exchange.question, one.folded)
