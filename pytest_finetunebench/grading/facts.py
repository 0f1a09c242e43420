"""Key points: an answer asserts each of them, in one of its wordings, and none that is forbidden.

Policy: a point is asserted where the answer says it and does not take it back in its clause: by a denial as for any
answer (`denials.is_negated`: `not X`, `without X`), by saying that it is left out (`avoid X`, `stop X`), or by denying
the verb anywhere in the clause (`she should not be given X`, `X is not offered`). A negative point (`no longer
recommended`) is asserted by its words. A point with a condition counts as asserted (`if she is allergic, give X`), and
so does a cautious one (`X may be considered`): guidelines are written so.
A figure is not asserted by a range (`5 to 7 days` does not say 7 days) whose other end is in no point and not in the
question, nor by `7 or 14 days`.
A forbidden point is asserted only by its whole wording, and not if it is told as past (`formerly X`).
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from pytest_finetunebench.cases.grader_options import FactsGrader
from pytest_finetunebench.grading.finding import Finding, quoted, shown
from pytest_finetunebench.grading.prose.denials import clause_before, is_negated
from pytest_finetunebench.grading.prose.exchange import Exchange
from pytest_finetunebench.grading.prose.guards.figures import is_one_of_several
from pytest_finetunebench.grading.prose.match import asserts
from pytest_finetunebench.grading.prose.past import is_past
from pytest_finetunebench.grading.text.phrases import Span, Text
from pytest_finetunebench.grading.values.quantities import Quantity, quantities

_REACH = 160
"""So many characters before a mention are read: `the statement does not recommend that adults begin it at 45`."""


def asserted(
    exchange: Exchange, point: Text, figures: Collection[Quantity] | None = None, *, now: bool = False
) -> bool:
    """Whether the answer asserts a point by this module's policy.

    `figures` are those of all points, which may stand beside its own in a range; without them any may.
    With `now`, it must assert it as what holds today, and whole: `X or Y` is said by neither X nor Y alone.
    """
    answer = exchange.answer
    return any(
        not _taken_back(answer, span, exchange.question)
        and not (now and is_past(answer, span))
        and not (figures is not None and is_one_of_several(exchange, span, figures))
        for span in asserts(exchange, point, whole=now)
    )


def _taken_back(answer: Text, span: Span, question: Text) -> bool:
    """Whether a mention is denied, or left out: `no bismuth is needed`, `bismuth is no longer given`."""
    words = answer.language.denials
    if is_negated(answer, question, span):
        return True
    if words.asks_not.search(question.folded):
        return False
    before = clause_before(answer, span, _REACH)
    if words.omitted.search(before):
        return True
    # `women under 25 should not be screened` says that 25 is the age
    bound = answer.language.roles.strict.search(before)
    return bound is None and words.not_given.match(answer.folded, span[1]) is not None


def compare(options: FactsGrader, exchange: Exchange, text: str) -> Finding:
    """Judge an answer: the reason names the forbidden points that it asserts, then the points that it misses."""

    figures = _figures(options, exchange)

    def is_said(wording: str) -> bool:
        return asserted(exchange, exchange.question.like(wording), figures)

    def is_still_said(wording: str) -> bool:
        return asserted(exchange, exchange.question.like(wording), now=True)

    forbidden = [point[0] for point in options.forbidden if any(map(is_still_said, point))]
    missing = [point[0] for point in options.facts if not any(map(is_said, point))]
    if not forbidden and not missing:
        count = len(options.facts)
        return Finding(True, shown(text), f"asserts {'the point' if count == 1 else f'all {count} points'}")
    reasons = []
    if forbidden:
        reasons.append(f"asserts {_listed(forbidden)}, which it must not")
    if missing:
        reasons.append(f"lacks {len(missing)} of {len(options.facts)} points: {_listed(missing)}")
    return Finding(False, shown(text), "; ".join(reasons), well_formed=True)


def _figures(options: FactsGrader, exchange: Exchange) -> tuple[Quantity, ...]:
    wordings = (exchange.question.like(wording) for point in options.facts for wording in point)
    return tuple(figure for text in wordings for figure in quantities(text))


def _listed(points: Sequence[str]) -> str:
    return ", ".join(quoted(point) for point in points[:8]) + (", …" if len(points) > 8 else "")
