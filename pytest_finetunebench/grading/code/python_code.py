"""Python code judged by what it says: parsed, never run; comments and strings count for nothing."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence

import regex

from pytest_finetunebench.cases.form_options import PythonGrader
from pytest_finetunebench.files.explain import FieldPath
from pytest_finetunebench.grading.code.excerpt import calls_in, excerpts
from pytest_finetunebench.grading.code.python_source import NAME, Source, SourceError, fragment, names_in, same_name
from pytest_finetunebench.grading.finding import Finding, either, quoted, shown
from pytest_finetunebench.grading.outcome import Outcome

KEYWORD = regex.compile(r"([^\W\d]\w{0,200}+)\s*+=")
"""A forbidden keyword argument: `proxies=`."""


def compare(options: PythonGrader, text: str, has_superseded: bool = False) -> Finding:
    """Judge an answer: its code has everything asked for, and nothing forbidden. Never raises, whatever the text.

    What is forbidden makes the answer stale where the probe has superseded answers. Code that cannot be parsed is
    malformed: the reason names the line and the word.
    """
    try:
        source = _source(text)
    except SourceError as error:
        return Finding(False, shown(text), str(error))
    if not source.nodes:
        return Finding(False, shown(text), "holds no code")
    forbidden = [one for one in options.forbidden if _is_forbidden(source, one, options)]
    missing = list(_missing(source, options))
    if not forbidden and not missing:
        return Finding(True, shown(source.text), "has the code asked for")
    reasons = [f"uses {', '.join(map(quoted, forbidden))}, which it must not"] if forbidden else []
    outcome = Outcome.STALE if forbidden and has_superseded else None
    return Finding(False, shown(source.text), "; ".join(reasons + missing[:4]), well_formed=True, outcome=outcome)


def _source(text: str) -> Source:
    """Parse the answer's code, by the first excerpt that is Python; raises SourceError if none is."""
    fault: SourceError | None = None
    for code in (*excerpts(text, "python"), *filter(None, [calls_in(text)])):
        try:
            return Source(code)
        except SourceError as error:
            fault = fault or error
    raise fault or SourceError("holds no code")


def _missing(source: Source, options: PythonGrader) -> Iterator[str]:
    """Yield what the code lacks, as reasons."""
    for index, names in enumerate(options.calls):
        calls = [call for call in source.calls if any(_calls(source, call, name, options) for name in names)]
        if not calls:
            yield f"does not call {either(names)}"
        elif index == 0:
            lacking = [list(_lacking(source, call, options)) for call in calls]
            if all(lacking):
                yield f"calls {quoted(names[0])} without {min(lacking, key=len)[0]}"
    for paths in options.imports:
        if not any(path == said or said.startswith(f"{path}.") for path in paths for said in source.imports):
            yield f"does not import {either(paths)}"
    for wordings in options.contains:
        if not any(source.holds(fragment(one)) for one in wordings):
            yield f"does not contain {either(wordings)}"
    for name in options.binds:
        if name not in source.binds:
            yield f"does not bind {quoted(name)}"


def _calls(source: Source, call: ast.Call, name: str, options: PythonGrader) -> bool:
    return source.is_named(call.func, name, options.strict_prefix)


def _lacking(source: Source, call: ast.Call, options: PythonGrader) -> Iterator[str]:
    """Yield the arguments that a call lacks; one asked for by place may be given by keyword as well."""
    by_keyword = [keyword.value for keyword in call.keywords if keyword.arg is not None]
    for index, wordings in enumerate(options.arguments):
        given = [*call.args[index : index + 1], *by_keyword]
        if not _is_any(source, wordings, given):
            yield f"the argument {either(wordings)}"
    for name, wordings in options.keywords.items():
        given = [keyword.value for keyword in call.keywords if keyword.arg == name]
        if not _is_any(source, wordings, given):
            yield either([f"{name}={one}" for one in wordings])


def _is_any(source: Source, wordings: Sequence[str], given: Sequence[ast.expr]) -> bool:
    return any(source.same(fragment(one), value) for one in wordings for value in given)


def _is_forbidden(source: Source, forbidden: str, options: PythonGrader) -> bool:
    """Whether the code uses what is forbidden; a name that is asked for as well is not, unless spelled as forbidden."""
    if keyword := KEYWORD.fullmatch(forbidden):
        return any(isinstance(node, ast.keyword) and node.arg == keyword[1] for node in source.nodes)
    if not NAME.fullmatch(forbidden):
        return source.holds(fragment(forbidden))
    used = [
        (name, known)
        for name, known in source.uses
        if same_name(name, known, forbidden) and not ("." in forbidden and source.is_object(name))
    ]
    return any(name == forbidden or not _is_asked(name, known, options) for name, known in used)


def _is_asked(said: str, known: bool, options: PythonGrader) -> bool:
    """Whether a name is one that the options ask for, those within fragments included."""
    texts = [one for group in (*options.contains, *options.arguments, *options.keywords.values()) for one in group]
    inside = (name for one in texts for name in names_in(one))
    asked = (name for group in (*options.calls, *options.imports) for name in group)
    return any(same_name(said, known, name) for name in (*asked, *inside))


def options_fault(options: PythonGrader) -> tuple[FieldPath, str] | None:
    """Return the option that is no name or no code, and why; None where all can be read."""
    for field in ("calls", "imports"):
        for index, names in enumerate(getattr(options, field)):
            bad = next((name for name in names if not NAME.fullmatch(name)), None)
            if bad is not None:
                return (field, index), f"{quoted(bad)} is no name such as pd.concat"
    for index, name in enumerate(options.binds):
        if not name.isidentifier():
            return ("binds", index), f"{quoted(name)} is no identifier"
    for key in options.keywords:
        if not key.isidentifier():
            return ("keywords",), f"{quoted(key)} is no name of an argument"
    fragments: list[tuple[FieldPath, str]]
    fragments = [(("arguments", i), one) for i, group in enumerate(options.arguments) for one in group]
    fragments += [(("keywords", key), one) for key, group in options.keywords.items() for one in group]
    fragments += [(("contains", i), one) for i, group in enumerate(options.contains) for one in group]
    fragments += [(("forbidden", i), one) for i, one in enumerate(options.forbidden) if not KEYWORD.fullmatch(one)]
    for at, text in fragments:
        try:
            fragment(text)
        except SourceError as error:
            return at, f"{quoted(text)} {error}"
    return None
