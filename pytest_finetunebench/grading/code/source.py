"""Code in other languages than Python judged by what it says: parsed, never run; comments and strings count nothing."""

from __future__ import annotations

from pytest_finetunebench.cases.form_options import SourceGrader
from pytest_finetunebench.files.explain import FieldPath
from pytest_finetunebench.grading.code.excerpt import excerpts
from pytest_finetunebench.grading.code.syntax import Part, SourceSyntaxError, fragment, read_source, same_part
from pytest_finetunebench.grading.finding import Finding, either, quoted, shown
from pytest_finetunebench.grading.outcome import Outcome


def compare(options: SourceGrader, text: str, has_superseded: bool = False) -> Finding:
    """Judge an answer: its code has every part asked for, and none that is forbidden. Never raises, whatever the text.

    What is forbidden makes the answer stale where the probe has superseded answers. Code that cannot be parsed is
    malformed: the reason names the line and the word.
    """
    try:
        source, code = _source(text, options.language)
    except SourceSyntaxError as fault:
        return Finding(False, shown(text), str(fault))
    if not source.parts:
        return Finding(False, shown(code), "holds no code")
    said = list(source.walk())
    forbidden = [one for one in options.forbidden if _holds(said, fragment(options.language, one))]
    missing = [
        f"does not contain {either(wordings)}"
        for wordings in options.contains
        if not any(_holds(said, fragment(options.language, one)) for one in wordings)
    ]
    if not forbidden and not missing:
        return Finding(True, shown(code), "has the code asked for")
    reasons = [f"uses {', '.join(map(quoted, forbidden))}, which it must not"] if forbidden else []
    outcome = Outcome.STALE if forbidden and has_superseded else None
    return Finding(False, shown(code), "; ".join(reasons + missing[:4]), well_formed=True, outcome=outcome)


def _source(text: str, language: str) -> tuple[Part, str]:
    """Parse the first excerpt of the answer that can be parsed; raises SourceSyntaxError if none can."""
    fault: SourceSyntaxError | None = None
    for code in excerpts(text, language):
        try:
            return read_source(language, code), code
        except SourceSyntaxError as error:
            fault = fault or error
    raise fault or SourceSyntaxError("holds no code")


def _holds(said: list[Part], wanted: Part) -> bool:
    return any(same_part(wanted, part) for part in said)


def options_fault(options: SourceGrader) -> tuple[FieldPath, str] | None:
    """Return the option that is no code of its language, and why; None where all can be read."""
    fragments: list[tuple[FieldPath, str]]
    fragments = [(("contains", index), one) for index, group in enumerate(options.contains) for one in group]
    fragments += [(("forbidden", index), one) for index, one in enumerate(options.forbidden)]
    for at, text in fragments:
        try:
            fragment(options.language, text)
        except SourceSyntaxError as fault:
            return at, f"{quoted(text)} {fault}"
    return None
