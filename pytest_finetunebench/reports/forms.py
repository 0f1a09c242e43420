"""Form beside facts, label scores and conduct, as lines and plain values."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from typing import Any

from pytest_finetunebench.runs.figures import points_text
from pytest_finetunebench.runs.form_study import Conduct, FormStudy, Learned
from pytest_finetunebench.runs.rates import Rate


def form_lines(study: FormStudy, width: int = 80) -> Iterator[str]:
    """Yield a line for form and one for facts, then label scores and conduct."""
    for name, text in form_texts(study):
        yield from textwrap.wrap(
            text, width, initial_indent=name.ljust(12), subsequent_indent=" " * 12, break_on_hyphens=False
        )


def form_texts(study: FormStudy) -> Iterator[tuple[str, str]]:
    """Yield names and texts."""
    for one in study.learned:
        yield one.name, _learned_text(one)
    for score in study.labels:
        told = f"accuracy {score.accuracy:.1%}, macro-F1 {score.macro_f1:.2f} over {score.classes} classes n={score.n}"
        yield "labels", f"{score.category}: {told}"
    if study.conduct is not None:
        yield "conduct", _conduct_text(study.conduct)


def _learned_text(one: Learned) -> str:
    before = f"{_rate(one.before)} before, " if one.before.n else ""
    text = f"held out: {before}{_rate(one.after, n=True)} after; trained wordings: {_rate(one.trained, n=True)}"
    if one.gap is None:
        return text
    return f"{text}; gap {points_text(one.gap)}"


def _conduct_text(conduct: Conduct) -> str:
    sides = (
        ("invents an answer", conduct.invented_before, conduct.invented),
        ("refuses what it could answer", conduct.refused_before, conduct.refused),
    )
    return "; ".join(
        f"{name}: {f'{_rate(before)} before, ' if before.n else ''}{_rate(after, n=True)} after"
        for name, before, after in sides
    )


def _rate(rate: Rate, *, n: bool = False) -> str:
    if rate.value is None or rate.interval is None:
        return "unmeasured"
    low, high = rate.interval
    interval = f" [{100 * low:.1f}, {100 * high:.1f}] n={rate.n}" if n else ""
    return f"{rate.value:.1%}{interval}"


def form_as_plain(study: FormStudy) -> dict[str, Any]:
    """Return the study as JSON values; rates are within 0..1."""
    conduct = study.conduct
    return {
        "learned": {
            one.name: {
                "before": one.before.value,
                "after": one.after.value,
                "trained": one.trained.value,
                "gap": None if one.gap is None else one.gap.value,
                "n": one.after.n,
            }
            for one in study.learned
        },
        "labels": {
            one.category: {"accuracy": one.accuracy, "macro_f1": one.macro_f1, "classes": one.classes, "n": one.n}
            for one in study.labels
        },
        "conduct": None
        if conduct is None
        else {
            "invented_before": conduct.invented_before.value,
            "invented": conduct.invented.value,
            "refused_before": conduct.refused_before.value,
            "refused": conduct.refused.value,
        },
    }
