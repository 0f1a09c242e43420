"""The graders beside the default text grader: which options model is judged by which function."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from pytest_finetunebench.cases.form_options import (
    CodeGrader,
    JsonGrader,
    LabelGrader,
    PythonGrader,
    SourceGrader,
    SqlGrader,
    StyleGrader,
)
from pytest_finetunebench.cases.grader_choice import AllGrader, AnyGrader, CustomGrader, Grader
from pytest_finetunebench.cases.grader_options import FactsGrader, JudgeGrader
from pytest_finetunebench.cases.suite import Probe
from pytest_finetunebench.grading import combined, judge
from pytest_finetunebench.grading import custom as custom_graders
from pytest_finetunebench.grading.finding import Finding
from pytest_finetunebench.grading.prose.exchange import Exchange


@dataclass(frozen=True)
class Tools:
    """What graders need of the one that calls them."""

    exchange: Exchange
    """Question, references and answer as read."""
    compare: combined.Compare
    custom: Mapping[str, custom_graders.GraderFunction]
    judge: judge.Judge | None = None


def _json(options: JsonGrader, probe: Probe, text: str, tools: Tools) -> Finding:
    from pytest_finetunebench.grading.code import json_answer

    return json_answer.compare(options, probe.references, text)


def _sql(options: SqlGrader, probe: Probe, text: str, tools: Tools) -> Finding:
    from pytest_finetunebench.grading.code import sql

    return sql.compare(options, probe.references, text)


def _label(options: LabelGrader, probe: Probe, text: str, tools: Tools) -> Finding:
    from pytest_finetunebench.grading import label

    return label.compare(options, probe.references, text, tools.exchange.question)


def _code(options: CodeGrader, probe: Probe, text: str, tools: Tools) -> Finding:
    from pytest_finetunebench.grading.code import code

    return code.compare(options, probe.references, text, probe.prompt, probe.superseded_answers)


def _python(options: PythonGrader, probe: Probe, text: str, tools: Tools) -> Finding:
    from pytest_finetunebench.grading.code import python_code

    return python_code.compare(options, text, bool(probe.superseded_answers))


def _source(options: SourceGrader, probe: Probe, text: str, tools: Tools) -> Finding:
    from pytest_finetunebench.grading.code import source

    return source.compare(options, text, bool(probe.superseded_answers))


def _style(options: StyleGrader, probe: Probe, text: str, tools: Tools) -> Finding:
    from pytest_finetunebench.grading import style

    return style.compare(options, text)


def _facts(options: FactsGrader, probe: Probe, text: str, tools: Tools) -> Finding:
    from pytest_finetunebench.grading import facts

    return facts.compare(options, tools.exchange, text)


_Compare = Callable[[Any, Probe, str, Tools], Finding]
# a grader's module, and `regex` with most of them, is imported when a probe first needs it
_COMPARE: dict[type[Any], _Compare] = {
    JsonGrader: _json,
    SqlGrader: _sql,
    LabelGrader: _label,
    CodeGrader: _code,
    PythonGrader: _python,
    SourceGrader: _source,
    StyleGrader: _style,
    FactsGrader: _facts,
    JudgeGrader: lambda options, probe, text, tools: judge.compare(probe, text, tools.judge, options.criteria),
    AllGrader: lambda options, probe, text, tools: combined.compare(options, tools.compare),
    AnyGrader: lambda options, probe, text, tools: combined.compare(options, tools.compare),
    CustomGrader: lambda options, probe, text, tools: custom_graders.compare(options, tools.custom, text, probe),
}


def is_registered(grader: Grader) -> bool:
    """Whether this module judges by the grader."""
    return type(grader) in _COMPARE


def compare_registered(probe: Probe, grader: Grader, text: str, tools: Tools) -> Finding:
    """Judge an answer by a grader that `is_registered`."""
    return _COMPARE[type(grader)](grader, probe, text, tools)
