"""Answers that are one label of a closed set."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import regex

from pytest_finetunebench.graders.comparison import Comparison, quoted, shown
from pytest_finetunebench.graders.normalise import plain
from pytest_finetunebench.grading_options import LabelGrader

LONGEST = 20_000
"""Characters of an answer that are read."""
_AROUND = " *_`\"'.,;:!?()[]"


@lru_cache(maxsize=2048)
def label_key(text: str) -> str:
    """Return what makes two labels equal: letter case, surrounding punctuation and the kind of separator do not."""
    key = regex.sub(r"[\s_-]++", " ", plain(text[:LONGEST]))
    return key.strip(_AROUND) or key.strip()


def labels_in(text: str, labels: Sequence[str]) -> list[str]:
    """Return the labels that a text names; one inside a longer one (`spam` in `not spam`) is not named by that."""
    key = label_key(text)
    named = [label for label in labels if _names(key, label_key(label))]
    return [
        one for one in named if not any(one != other and _names(label_key(other), label_key(one)) for other in named)
    ]


def _names(text: str, label: str) -> bool:
    if label not in text:
        return False
    return regex.search(rf"(?<!\w){regex.escape(label)}(?![\w+#])", text) is not None


def compare(options: LabelGrader, references: Sequence[str], text: str) -> Comparison:
    """Judge an answer: it is the right label alone, or `anywhere` it names that label and no other."""
    exact = next((label for label in options.labels if label_key(label) == label_key(text)), None)
    named = [exact] if exact is not None else labels_in(text, options.labels)
    if len(named) != 1:
        reason = f"names {len(named)} labels: {', '.join(map(quoted, named[:5]))}" if named else "names no label"
        return Comparison(False, shown(text), reason)
    label = named[0]
    if exact is None and not options.anywhere:
        return Comparison(False, shown(text), f"is not the label alone (it names {quoted(label)} among other words)")
    met = label_key(label) in {label_key(reference) for reference in references}
    return Comparison(met, label, f"is {quoted(label)}" if met else f"is {quoted(label)}, another label", True)
