"""Answers that are one label of a closed set."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from itertools import islice

import regex

from pytest_finetunebench.cases.form_options import LabelGrader
from pytest_finetunebench.grading.finding import Finding, quoted, shown
from pytest_finetunebench.grading.memo import MEMO_SIZE
from pytest_finetunebench.grading.prose.denials import is_negated
from pytest_finetunebench.grading.text.folding import fold
from pytest_finetunebench.grading.text.normalise import plain
from pytest_finetunebench.grading.text.phrases import Span, Text

LONGEST = 20_000
"""Characters of an answer that are read."""
_MOST_PLACES = 20
"""So many places of a label are looked at."""
_AROUND = " *_`\"'.,;:!?()[]"


@lru_cache(maxsize=MEMO_SIZE)
def label_key(text: str) -> str:
    """Return what makes two labels equal: letter case, surrounding punctuation and the kind of separator do not."""
    key = regex.sub(r"[\s_-]++", " ", plain(text[:LONGEST]))
    return key.strip(_AROUND) or key.strip()


def labels_in(text: str, labels: Sequence[str], question: Text) -> list[str]:
    """Return the labels that a text names and does not deny: `spam, not phishing` names spam alone.

    One inside a longer one (`spam` in `not spam`) is not named by that.
    """
    answer = question.part(label_key(text))
    found = [(span[0], -span[1], label) for label in labels for span in _places(answer, label)]
    named, reached = set(), 0
    for start, end, label in sorted(found):
        if -end > reached:
            reached = -end
            if not is_negated(answer, question, (start, -end)):
                named.add(label)
    return [label for label in labels if label in named]


def _places(answer: Text, label: str) -> list[Span]:
    key = fold(label_key(label), answer.language)
    if key not in answer.folded:
        return []
    pattern = rf"(?<!\w){regex.escape(key)}(?![\w+#])"
    return [match.span() for match in islice(regex.finditer(pattern, answer.folded), _MOST_PLACES)]


def compare(options: LabelGrader, references: Sequence[str], text: str, question: Text) -> Finding:
    """Judge an answer: it is the right label alone, or `anywhere` it names that label and no other."""
    exact = next((label for label in options.labels if label_key(label) == label_key(text)), None)
    named = [exact] if exact is not None else labels_in(text, options.labels, question)
    if len(named) != 1:
        reason = f"names {len(named)} labels: {', '.join(map(quoted, named[:5]))}" if named else "names no label"
        return Finding(False, shown(text), reason)
    label = named[0]
    if exact is None and not options.anywhere:
        return Finding(False, shown(text), f"is not the label alone (it names {quoted(label)} among other words)")
    met = label_key(label) in {label_key(reference) for reference in references}
    return Finding(met, label, f"is {quoted(label)}" if met else f"is {quoted(label)}, another label", True)
