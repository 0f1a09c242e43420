"""The graders beside the default text grader: which options model is judged by which function."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from pytest_finetunebench.cases import Probe
from pytest_finetunebench.graders import code, combined, facts, json_answer, judge, label, own, python_code, sql, style
from pytest_finetunebench.graders.comparison import Comparison
from pytest_finetunebench.grading_options import (
    AllGrader,
    AnyGrader,
    CodeGrader,
    FactsGrader,
    Grader,
    JsonGrader,
    JudgeGrader,
    LabelGrader,
    OwnGrader,
    PythonGrader,
    SqlGrader,
    StyleGrader,
)


@dataclass(frozen=True)
class Tools:
    """What graders need of the one that calls them."""

    mentions: facts.Mentions
    whole_mentions: facts.Mentions
    """As `mentions`, but that `X or Y` is said by neither X nor Y alone."""
    compare: combined.Compare
    own: Mapping[str, own.GraderFunction]
    judge: judge.Judge | None = None


_Compare = Callable[[Any, Probe, str, Tools], Comparison]
_COMPARE: dict[type[Any], _Compare] = {
    JsonGrader: lambda options, probe, text, tools: json_answer.compare(options, probe.references, text),
    SqlGrader: lambda options, probe, text, tools: sql.compare(options, probe.references, text),
    LabelGrader: lambda options, probe, text, tools: label.compare(options, probe.references, text, probe.prompt),
    CodeGrader: lambda options, probe, text, tools: code.compare(options, probe.references, text),
    PythonGrader: lambda options, probe, text, tools: python_code.compare(
        options, text, bool(probe.superseded_answers)
    ),
    StyleGrader: lambda options, probe, text, tools: style.compare(options, text),
    FactsGrader: lambda options, probe, text, tools: facts.compare(
        options, text, tools.mentions, probe.prompt, tools.whole_mentions
    ),
    JudgeGrader: lambda options, probe, text, tools: judge.compare(probe, text, tools.judge, options.criteria),
    AllGrader: lambda options, probe, text, tools: combined.compare(options, tools.compare),
    AnyGrader: lambda options, probe, text, tools: combined.compare(options, tools.compare),
    OwnGrader: lambda options, probe, text, tools: own.compare(options, tools.own, text, probe),
}


def compare_registered(probe: Probe, grader: Grader, text: str, tools: Tools) -> Comparison | None:
    """Judge an answer by one of this module's graders; None where the grader is not one of them."""
    compare = _COMPARE.get(type(grader))
    return None if compare is None else compare(grader, probe, text, tools)
