"""Key points: an answer asserts each of them, in one of its wordings, and none that is forbidden."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import regex

from pytest_finetunebench.graders.comparison import Comparison, quoted, shown
from pytest_finetunebench.graders.normalise import plain
from pytest_finetunebench.grading_options import FactsGrader

Asserts = Callable[[str, str], bool]
"""Whether a text says a point: the one comparison that this grader builds on."""

LONGEST = 100_000
"""Characters of an answer that are read."""
_CLAUSE_END = regex.compile(
    r"[.!?;:](?=\s|$)|\n|,(?=\s)|\s[–—-]\s|\b(?:but|however|instead|rather)\b", regex.IGNORECASE
)
_NEGATION = regex.compile(
    r"\b(?:not(?!\sonly)|no\slonger|no|never|without|neither|nor|cannot|rather\sthan|instead\sof|\w+n't)\b"
)


def asserted(text: str, point: str, asserts: Asserts) -> bool:
    """Whether a text asserts a point: some clause says it, and that clause negates nothing.

    Clauses end at punctuation and at words like `but`. A clause with `not`, `no longer`, `without`, … asserts nothing
    but points that hold such a word themselves; `not only` negates nothing. A point that no single clause says, being
    spread over several, counts as asserted where none of them negates.
    """
    text = text[:LONGEST]
    if not asserts(text, point):
        return False
    if _NEGATION.search(plain(point)):
        return True
    parts = [part for part in _CLAUSE_END.split(_joined(text)) if part and part.strip()]
    saying = [part for part in parts if asserts(part, point)]
    if saying:
        return any(not _NEGATION.search(plain(part)) for part in saying)
    return not _NEGATION.search(plain(text))


def _joined(text: str) -> str:
    # "rather than" and "instead of" negate what follows in their own clause
    return regex.sub(r"\b(rather\sthan|instead\sof)\b", ", without", text, flags=regex.IGNORECASE)


def compare(options: FactsGrader, text: str, asserts: Asserts) -> Comparison:
    """Judge an answer: the reason names the forbidden points that it asserts, then the points that it misses."""
    forbidden = [point[0] for point in options.forbidden if _any_asserted(text, point, asserts)]
    missing = [point[0] for point in options.facts if not _any_asserted(text, point, asserts)]
    if not forbidden and not missing:
        count = len(options.facts)
        return Comparison(True, shown(text), f"asserts {'the point' if count == 1 else f'all {count} points'}")
    reasons = []
    if forbidden:
        reasons.append(f"asserts {_listed(forbidden)}, which it must not")
    if missing:
        reasons.append(f"lacks {len(missing)} of {len(options.facts)} points: {_listed(missing)}")
    return Comparison(False, shown(text), "; ".join(reasons), well_formed=True)


def _any_asserted(text: str, point: Sequence[str], asserts: Asserts) -> bool:
    return any(asserted(text, wording, asserts) for wording in point)


def _listed(points: Sequence[str]) -> str:
    return ", ".join(quoted(point) for point in points[:8]) + (", …" if len(points) > 8 else "")
