"""What is wrong with a grader's options, or with them and the reference, before any answer is graded.

The modules of graders are imported where a suite uses them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
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
from pytest_finetunebench.cases.grader_options import (
    AbstainGrader,
    AutoGrader,
    ChoiceGrader,
    FactsGrader,
    JudgeGrader,
    RegexGrader,
)
from pytest_finetunebench.cases.languages import DEFAULT_LANGUAGE
from pytest_finetunebench.errors import one_line
from pytest_finetunebench.files.explain import FieldPath
from pytest_finetunebench.grading.languages.known import language_of
from pytest_finetunebench.grading.languages.language import Language
from pytest_finetunebench.grading.prose.choice import read_choice
from pytest_finetunebench.grading.prose.exchange import read_text

Fault = tuple[FieldPath, str]
"""A field, relative to the probe, and what is wrong with it."""


def grades_without_reference(grader: Grader) -> bool:
    """Whether a grader can judge an answer where the reference is null."""
    if isinstance(grader, AllGrader | AnyGrader):
        return all(grades_without_reference(part) for part in grader.of)
    if isinstance(grader, RegexGrader):
        return grader.pattern is not None
    if isinstance(grader, JsonGrader):
        return grader.json_schema is not None or grader.fields == ()
    return isinstance(
        grader,
        AutoGrader
        | AbstainGrader
        | StyleGrader
        | FactsGrader
        | PythonGrader
        | SourceGrader
        | JudgeGrader
        | CustomGrader,
    )


def grading_fault(
    grader: Grader, references: Sequence[str], at: FieldPath = ("grader",), language: str = DEFAULT_LANGUAGE
) -> Fault | None:
    """Return the first thing wrong with the grader that stands `at` a path, beside the references, or None."""
    if isinstance(grader, AllGrader | AnyGrader):
        for index, part in enumerate(grader.of):
            fault = grading_fault(part, references, (*at, "of", index), language)
            if fault is not None:
                return fault
        return None
    if isinstance(grader, ChoiceGrader):
        return _choice(grader, references, language_of(language))
    check = _CHECKS.get(type(grader))
    return None if check is None else check(grader, references, at)


def _abstain(grader: AbstainGrader, references: Sequence[str], at: FieldPath) -> Fault | None:
    if not references:
        return None
    return at, f"abstain means that the model must decline: write answer: null, not '{one_line(references[0], 60)}'"


def _choice(grader: ChoiceGrader, references: Sequence[str], language: Language) -> Fault | None:
    for reference in references:
        choices = [read_text(choice, language) for choice in grader.choices]
        if read_choice(read_text(reference, language), choices) is None:
            return ("answer",), f"'{one_line(reference, 60)}' is none of the choices: {_listed(grader.choices)}"
    return None


def _label(grader: LabelGrader, references: Sequence[str], at: FieldPath) -> Fault | None:
    from pytest_finetunebench.grading.label import label_key

    keys = [label_key(label) for label in grader.labels]
    twice = next((label for label, key in zip(grader.labels, keys, strict=True) if keys.count(key) > 1), None)
    if twice is not None:
        return (*at, "labels"), f"'{one_line(twice, 60)}' stands twice: case and punctuation do not tell labels apart"
    for reference in references:
        if label_key(reference) not in keys:
            return ("answer",), f"'{one_line(reference, 60)}' is none of the labels: {_listed(grader.labels)}"
    return None


def _regex(grader: RegexGrader, references: Sequence[str], at: FieldPath) -> Fault | None:
    import regex

    patterns = references if grader.pattern is None else (grader.pattern,)
    for pattern in patterns:
        try:
            regex.compile(pattern)
        except (regex.error, RecursionError, OverflowError, ValueError) as error:
            field: FieldPath = ("answer",) if grader.pattern is None else (*at, "pattern")
            return field, f"'{one_line(pattern, 60)}' is no regular expression: {one_line(error)}"
    return None


def _json(grader: JsonGrader, references: Sequence[str], at: FieldPath) -> Fault | None:
    from pytest_finetunebench.grading.code import json_answer
    from pytest_finetunebench.grading.code.json_schema import schema_fault, schema_problem

    if grader.json_schema is not None:
        problem = schema_problem(grader.json_schema)
        if problem is not None:
            return (*at, "schema"), problem
    if grader.fields == ():
        return None
    for reference in references:
        try:
            value = json_answer.parse_answer(reference)
        except json_answer.JsonAnswerError as error:
            hint = "; to check the schema alone write fields: []" if grader.json_schema is not None else ""
            return ("answer",), f"'{one_line(reference, 60)}' {error}{hint}"
        for field in grader.fields or ():
            if json_answer.is_missing(json_answer.at(value, field)):
                return (*at, "fields"), f"the answer has no '{one_line(field, 60)}'"
        fault = schema_fault(grader.json_schema, value) if grader.json_schema is not None else None
        if fault is not None:
            return ("answer",), f"'{one_line(reference, 60)}' {fault.message}"
    return None


def _sql(grader: SqlGrader, references: Sequence[str], at: FieldPath) -> Fault | None:
    import sqlglot

    from pytest_finetunebench.grading.code import sql
    from pytest_finetunebench.grading.code.sqlite_sandbox import QueryError, run_query, setup_problem

    if grader.dialect not in sqlglot.Dialects.__members__.values():
        names = ", ".join(sorted(name.value for name in sqlglot.Dialects if name.value))
        return (*at, "dialect"), f"'{one_line(grader.dialect, 60)}' is none of {names}"
    problem = None if grader.setup is None else setup_problem(grader.setup)
    if problem is not None:
        return (*at, "setup"), problem
    for reference in references:
        try:
            _, tree = sql.read_query(reference, grader.dialect)
            if grader.setup is not None:
                run_query(grader.setup, reference)
            elif tree is None:
                return ("answer",), f"'{one_line(reference, 60)}' cannot be parsed as {grader.dialect}"
        except (sql.SqlAnswerError, QueryError) as error:
            return ("answer",), f"'{one_line(reference, 60)}' {error}"
    return None


def _code(grader: CodeGrader, references: Sequence[str], at: FieldPath) -> Fault | None:
    from pytest_finetunebench.grading.code import code

    for reference in references:
        if code.identifier(reference) is None:
            return ("answer",), f"'{one_line(reference, 60)}' is no identifier such as np.isin"
    return None


def _python(grader: PythonGrader, references: Sequence[str], at: FieldPath) -> Fault | None:
    from pytest_finetunebench.grading.code import python_code

    fault = python_code.options_fault(grader)
    if fault is not None:
        return (*at, *fault[0]), fault[1]
    for reference in references:
        compared = python_code.compare(grader, reference)
        if not compared.met:
            return ("answer",), f"'{one_line(reference, 60)}' {compared.reason}"
    return None


def _source(grader: SourceGrader, references: Sequence[str], at: FieldPath) -> Fault | None:
    from pytest_finetunebench.grading.code import source

    fault = source.options_fault(grader)
    if fault is not None:
        return (*at, *fault[0]), fault[1]
    for reference in references:
        compared = source.compare(grader, reference)
        if not compared.met:
            return ("answer",), f"'{one_line(reference, 60)}' {compared.reason}"
    return None


_CHECKS: dict[type[Any], Callable[[Any, Sequence[str], FieldPath], Fault | None]] = {
    AbstainGrader: _abstain,
    LabelGrader: _label,
    RegexGrader: _regex,
    JsonGrader: _json,
    SqlGrader: _sql,
    CodeGrader: _code,
    PythonGrader: _python,
    SourceGrader: _source,
}


def _listed(texts: Sequence[str]) -> str:
    return one_line(", ".join(texts), 120)
