"""From a probe and its completion to a verdict: the one place where comparisons and outcomes are composed."""

from __future__ import annotations

from collections.abc import Mapping

import regex

from pytest_finetunebench.cases import MEMORIZATION, Probe
from pytest_finetunebench.completions import Completion
from pytest_finetunebench.errors import one_line
from pytest_finetunebench.graders.choice import is_yes_no, read_choice, read_yes_no
from pytest_finetunebench.graders.compare import asserts, compare_answer
from pytest_finetunebench.graders.comparison import Comparison, either, quoted, shown
from pytest_finetunebench.graders.guards import is_negated
from pytest_finetunebench.graders.judge import Judge
from pytest_finetunebench.graders.normalise import contains, words
from pytest_finetunebench.graders.number import compare_number
from pytest_finetunebench.graders.own import GraderFunction
from pytest_finetunebench.graders.phrases import Text, reading
from pytest_finetunebench.graders.quantities import is_number
from pytest_finetunebench.graders.refusal import declines
from pytest_finetunebench.graders.registry import Tools, compare_registered
from pytest_finetunebench.graders.stale import Standing, standing
from pytest_finetunebench.grading_options import (
    AbstainGrader,
    AutoGrader,
    ChoiceGrader,
    ExactGrader,
    Grader,
    JudgeGrader,
    NumberGrader,
    RegexGrader,
    TextGrader,
    YesNoGrader,
)
from pytest_finetunebench.outcomes import Outcome, Verdict

REGEX_SECONDS = 1.0
"""A pattern that searches longer has not decided."""


def grade(
    probe: Probe,
    completion: Completion,
    own: Mapping[str, GraderFunction] | None = None,
    judge: Judge | None = None,
) -> Verdict:
    """Judge a completion. Never raises, whatever the text; `own` are the user's own graders by name.

    The reference decides first; a miss is then told apart: `stale`, `abstained`, `overfit`, `malformed` or `wrong`.
    What the text grader's rules call wrong, or cannot decide, goes to `judge` where there is one, and is unmeasured
    where that fails. An empty or truncated answer is never called wrong without saying so. Where a grader fails,
    nothing is measured.
    """
    grader = resolve_grader(probe)
    try:
        verdict = _grade(probe, completion, grader, own or {}, judge)
        if judge is not None and not completion.empty and isinstance(grader, TextGrader) and _is_residue(verdict):
            return _grade(probe, completion, JudgeGrader(), {}, judge)
        return verdict
    except Exception as error:  # noqa: BLE001 - whatever fails in a grader, it is no fault of the answer
        reason = f"the grader failed: {type(error).__name__}: {one_line(error)}"
        return _verdict(Outcome.UNMEASURED, grader, Comparison(None, None, reason))


def _is_residue(verdict: Verdict) -> bool:
    return verdict.outcome in (Outcome.WRONG, Outcome.UNMEASURED)


def _grade(
    probe: Probe, completion: Completion, grader: Grader, own: Mapping[str, GraderFunction], judge: Judge | None
) -> Verdict:
    if completion.empty:
        return _grade_empty(completion, grader)
    compared = _compare(probe, grader, completion.text, own, judge)
    if compared.met is None and not isinstance(grader, TextGrader):
        return _verdict(Outcome.UNMEASURED, grader, compared)
    if compared.met:
        return _verdict(*_current(probe, grader, completion.text, compared))
    outcome, reason = _tell_apart(probe, grader, completion.text, compared)
    if outcome is Outcome.MALFORMED and compared.well_formed:
        outcome = Outcome.WRONG
    if completion.truncated and outcome is not Outcome.UNMEASURED:
        reason += "; the answer was cut at the token limit (raise --ft-max-tokens)"
    return _verdict(outcome, grader, Comparison(False, compared.extracted, reason))


def resolve_grader(probe: Probe) -> Grader:
    """Return the probe's grader, `auto` replaced by the one that its reference's shape asks for."""
    if not isinstance(probe.grader, AutoGrader):
        return probe.grader
    if probe.answer is None:
        return AbstainGrader()
    if is_yes_no(probe.answer):
        return YesNoGrader()
    return NumberGrader() if is_number(probe.answer) else TextGrader(guards=probe.grader.guards)


def _verdict(outcome: Outcome, grader: Grader, compared: Comparison) -> Verdict:
    return Verdict(outcome=outcome, extracted=compared.extracted, reason=compared.reason, grader=grader.title)


def _grade_empty(completion: Completion, grader: Grader) -> Verdict:
    if completion.truncated:
        reason = "no visible answer before the token limit (raise --ft-max-tokens)"
        return _verdict(Outcome.UNMEASURED, grader, Comparison(None, None, reason))
    return _verdict(Outcome.WRONG, grader, Comparison(False, None, "the answer is empty"))


def _current(probe: Probe, grader: Grader, text: str, compared: Comparison) -> tuple[Outcome, Grader, Comparison]:
    """Decide about an answer that meets the reference: it may give a superseded answer too, even as the current one."""
    if not isinstance(grader, TextGrader | NumberGrader):
        return Outcome.CORRECT, grader, compared
    answer = Text(text)
    for old in probe.superseded_answers:
        match standing(answer, old, probe.references, probe.prompt, probe.fact):
            case Standing.CURRENT:
                reason = f"gives the superseded answer {quoted(old)} as current"
                return Outcome.STALE, grader, Comparison(False, compared.extracted, reason)
            case Standing.BOTH:
                reason = f"asserts the superseded answer {quoted(old)} beside the new one"
                return Outcome.WRONG, grader, Comparison(False, compared.extracted, reason)
    return Outcome.CORRECT, grader, compared


def _tell_apart(probe: Probe, grader: Grader, text: str, compared: Comparison) -> tuple[Outcome, str]:
    answer, reason = Text(text), compared.reason
    if compared.outcome is not None:
        return compared.outcome, reason
    for old in probe.superseded_answers:
        if standing(answer, old, (), probe.prompt, probe.fact) is not Standing.ABSENT:
            return Outcome.STALE, f"asserts the superseded answer {quoted(old)}"
    if probe.answer is not None and declines(text):
        return Outcome.ABSTAINED, "declines, though it should know"
    trained = probe.trained_answer
    if (
        trained is not None
        and probe.kind != MEMORIZATION
        # a grader that needs no reference asks for something else than an answer
        and (probe.answer is not None or isinstance(grader, AbstainGrader))
        and words(trained) != words(probe.answer or "")
        and _asserts(answer, trained, probe)
    ):
        return Outcome.OVERFIT, f"repeats the trained answer {quoted(trained)} to a changed question; {reason}"
    if compared.met is None:
        return Outcome.UNMEASURED, reason
    return (Outcome.MALFORMED if probe.kind == "form" else Outcome.WRONG), reason


def _asserts(answer: Text, phrase: str, probe: Probe) -> bool:
    question = reading(probe.prompt)
    return any(not is_negated(answer, question, span) for span in asserts(answer, phrase, probe.prompt, probe.fact))


def _compare(
    probe: Probe, grader: Grader, text: str, own: Mapping[str, GraderFunction], judge: Judge | None
) -> Comparison:
    tools = Tools(
        mentions=lambda said, point: any(True for _ in asserts(Text(said), point, probe.prompt, probe.fact)),
        compare=lambda part: _compare(probe, _resolved(probe, part), text, own, judge),
        own=own,
        judge=judge,
    )
    compared = compare_registered(probe, grader, text, tools)
    return _compare_simple(probe, grader, text) if compared is None else compared


def _resolved(probe: Probe, grader: Grader) -> Grader:
    return resolve_grader(probe.model_copy(update={"grader": grader}))


def _compare_simple(probe: Probe, grader: Grader, text: str) -> Comparison:
    match grader:
        case AbstainGrader():
            met = declines(text)
            return Comparison(met, shown(text), "declines" if met else "answers, though no answer exists")
        case YesNoGrader():
            return _compare_yes_no(probe, text)
        case NumberGrader(tolerance=tolerance):
            return compare_number(text, probe.references, question=probe.prompt, fact=probe.fact, tolerance=tolerance)
        case ChoiceGrader(choices=choices):
            return _compare_choice(text, probe.references, choices)
        case RegexGrader():
            return _compare_regex(text, probe.references, grader)
        case ExactGrader(ignore_case=ignore_case):
            return _compare_exact(text, probe.references, ignore_case)
        case TextGrader(guards=guards) | AutoGrader(guards=guards):
            return compare_answer(probe.prompt, probe.references, text, fact=probe.fact, guards=guards)
        case _:
            raise TypeError(f"no comparison for the grader {grader.title}")


def _compare_exact(text: str, references: tuple[str, ...], ignore_case: bool) -> Comparison:
    def key(value: str) -> str:
        return value.strip().casefold() if ignore_case else value.strip()

    met = key(text) in {key(reference) for reference in references}
    return Comparison(met, shown(text), "equals the reference" if met else f"is not exactly {either(references)}")


def _compare_yes_no(probe: Probe, text: str) -> Comparison:
    wanted = {read_yes_no(reference) for reference in probe.references}
    said = read_yes_no(text)
    if said is not None:
        return Comparison(said in wanted, said, f"says {said}")
    trained = probe.trained_answer
    if (
        wanted == {"yes"}
        and trained
        and words(text) == words(trained)
        and contains(probe.prompt, trained)
        and not declines(text)
    ):
        return Comparison(True, shown(text), f"names {quoted(trained)}, which the question offers: that means yes")
    return Comparison(False, shown(text), "says neither yes nor no")


def _compare_choice(text: str, references: tuple[str, ...], choices: tuple[str, ...]) -> Comparison:
    picked = read_choice(text, choices)
    if picked is None:
        return Comparison(False, shown(text), f"picks none or several of {either(choices)}")
    met = picked in {read_choice(reference, choices) for reference in references}
    return Comparison(met, picked, f"picks {quoted(picked)}")


def _compare_regex(text: str, references: tuple[str, ...], grader: RegexGrader) -> Comparison:
    patterns = references if grader.pattern is None else (grader.pattern,)
    flags = regex.IGNORECASE if grader.ignore_case else 0
    for pattern in patterns:
        try:
            found = regex.search(pattern, text, flags=flags, timeout=REGEX_SECONDS)
        except TimeoutError:
            return Comparison(None, None, f"the pattern {quoted(pattern)} took over {REGEX_SECONDS:g} s on this answer")
        if found is not None:
            return Comparison(True, shown(found[0]), f"matches {quoted(pattern)}")
    return Comparison(False, shown(text), f"does not match {either(patterns)}")
