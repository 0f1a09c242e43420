"""From a probe and its completion to a verdict: the one place where comparisons and outcomes are composed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from pytest_finetunebench.cases.grader_choice import AllGrader, AnyGrader, Grader
from pytest_finetunebench.cases.grader_options import (
    AbstainGrader,
    AutoGrader,
    ChoiceGrader,
    ExactGrader,
    Guards,
    JudgeGrader,
    NumberGrader,
    RegexGrader,
    TextGrader,
    YesNoGrader,
)
from pytest_finetunebench.cases.suite import Probe
from pytest_finetunebench.completions import Completion
from pytest_finetunebench.errors import one_line
from pytest_finetunebench.grading.custom import GraderFunction
from pytest_finetunebench.grading.finding import Finding, either, quoted, shown
from pytest_finetunebench.grading.judge import Judge
from pytest_finetunebench.grading.languages.known import language_of
from pytest_finetunebench.grading.outcome import Outcome, Verdict
from pytest_finetunebench.grading.prose.choice import compare_choice, read_choice
from pytest_finetunebench.grading.prose.either_or import compare_either_or, named_choices
from pytest_finetunebench.grading.prose.exchange import Exchange, read_exchange, read_text
from pytest_finetunebench.grading.prose.match import compare_answer
from pytest_finetunebench.grading.prose.number import compare_number
from pytest_finetunebench.grading.prose.overfit import is_overfit
from pytest_finetunebench.grading.prose.refusal import abstains, declines, declines_outright, says_nothing_new
from pytest_finetunebench.grading.prose.stale import SupersededUse, superseded_use
from pytest_finetunebench.grading.prose.yes_no import compare_yes_no
from pytest_finetunebench.grading.registry import Tools, compare_registered, is_registered
from pytest_finetunebench.grading.response import Response, read_response
from pytest_finetunebench.grading.text.phrases import Text
from pytest_finetunebench.grading.text.shape import is_yes_no
from pytest_finetunebench.grading.values.quantities import is_number

FORM = "form"
"""The probe kind that asks for a structure."""
_ABSTAIN, _YES_NO, _NUMBER, _TEXT = AbstainGrader(), YesNoGrader(), NumberGrader(), TextGrader()
REGEX_SECONDS = 1.0
"""A pattern that searches longer has not decided."""


class _EitherOr(ChoiceGrader):
    """The answer picks one of the things that the question names."""


def grade(
    probe: Probe,
    completion: Completion,
    custom: Mapping[str, GraderFunction] | None = None,
    judge: Judge | None = None,
) -> Verdict:
    """Judge a completion. Never raises, whatever the text; `custom` maps names to custom graders.

    Grades the answer alone: thoughts before it and turns invented after it are set apart (`response`).
    The reference decides first; a miss is then told apart: `stale`, `abstained`, `overfit`, `malformed` or `wrong`.
    Asks `judge`, if given, about free answers that the rules call wrong or cannot decide. If the judge or a grader
    fails, the answer is unmeasured. The reason names an empty or truncated answer as such.
    """
    return grade_response(probe, read_response(probe, completion), custom, judge)


def grade_response(
    probe: Probe, response: Response, custom: Mapping[str, GraderFunction] | None = None, judge: Judge | None = None
) -> Verdict:
    """Judge a completion that was read before, as `grade` does."""
    grader = resolve_grader(probe)
    try:
        if response.fault is not None:
            return _verdict(Outcome.UNMEASURED, grader, Finding(None, None, response.fault))
        completion = response.completion
        verdict = _grade(probe, completion, grader, custom or {}, judge)
        if judge is not None and not completion.empty and isinstance(grader, TextGrader) and _is_residue(verdict):
            verdict = _grade(probe, completion, JudgeGrader(), {}, judge)
        return response.noted(verdict)
    except Exception as error:  # noqa: BLE001 - whatever fails in a grader, it is no fault of the answer
        reason = f"the grader failed: {type(error).__name__}: {one_line(error)}"
        return _verdict(Outcome.UNMEASURED, grader, Finding(None, None, reason))


def _is_residue(verdict: Verdict) -> bool:
    return verdict.outcome in (Outcome.WRONG, Outcome.UNMEASURED)


def _grade(
    probe: Probe, completion: Completion, grader: Grader, custom: Mapping[str, GraderFunction], judge: Judge | None
) -> Verdict:
    if completion.empty:
        return _grade_empty(probe, completion, grader)
    exchange = read_exchange(probe, completion.text, guards_of(grader))
    compared = _compare(probe, grader, exchange, completion.text, custom, judge)
    if compared.met is None and not isinstance(grader, TextGrader):
        return _verdict(Outcome.UNMEASURED, grader, compared)
    if compared.met:
        outcome, compared = _current(grader, exchange, compared)
    else:
        outcome, reason = _tell_apart(probe, grader, exchange, compared)
        compared = Finding(False, compared.extracted, reason)
    # what was cut may fit a form that the whole would not
    if (
        completion.truncated
        and (outcome is not Outcome.CORRECT or probe.kind == FORM)
        and outcome is not Outcome.UNMEASURED
    ):
        reason = f"{compared.reason}; the answer was cut at the token limit (raise --ft-max-tokens)"
        compared = Finding(compared.met, compared.extracted, reason)
    return _verdict(outcome, grader, compared)


def guards_of(grader: Grader) -> Guards | None:
    """Return which guards a grader has on; None for one that has no guards."""
    return grader.guards if isinstance(grader, TextGrader | AutoGrader) else None


def resolve_grader(probe: Probe) -> Grader:
    """Return the probe's grader, `auto` replaced by the one that its reference's shape asks for."""
    return _resolved(probe, probe.grader)


def _resolved(probe: Probe, grader: Grader) -> Grader:
    if not isinstance(grader, AutoGrader):
        return grader
    if probe.answer is None:
        return _ABSTAIN
    language = language_of(probe.language)
    answer = read_text(probe.answer, language)
    if is_yes_no(answer):
        return _YES_NO
    if is_number(answer):
        return _NUMBER
    if choices := named_choices(read_text(probe.prompt, language), answer):
        return _EitherOr(choices=choices)
    return _TEXT if grader.guards is _TEXT.guards else TextGrader(guards=grader.guards)


def _verdict(outcome: Outcome, grader: Grader, compared: Finding) -> Verdict:
    return Verdict(outcome=outcome, extracted=compared.extracted, reason=compared.reason, grader=grader.title)


def _grade_empty(probe: Probe, completion: Completion, grader: Grader) -> Verdict:
    if completion.truncated:
        reason = "no visible answer before the token limit (raise --ft-max-tokens)"
        return _verdict(Outcome.UNMEASURED, grader, Finding(None, None, reason))
    if probe.kind == FORM:
        return _verdict(Outcome.MALFORMED, grader, Finding(False, None, "the answer is empty: it has no structure"))
    return _verdict(Outcome.WRONG, grader, Finding(False, None, "the answer is empty"))


def _current(grader: Grader, exchange: Exchange, compared: Finding) -> tuple[Outcome, Finding]:
    """Decide about an answer that meets the reference: it may give a superseded answer too, even as the current one."""
    if not _is_prose(grader):
        return Outcome.CORRECT, compared
    new = either([reference.raw for reference in exchange.references])
    for old in exchange.superseded:
        match superseded_use(exchange, old, exchange.references):
            case SupersededUse.CURRENT:
                reason = f"gives the superseded answer {quoted(old.raw)} as current, and {new} as past"
                return Outcome.STALE, Finding(False, compared.extracted, reason)
            case SupersededUse.BOTH:
                reason = f"asserts the superseded answer {quoted(old.raw)} beside the new one, {new}"
                return Outcome.WRONG, Finding(False, compared.extracted, reason)
    return Outcome.CORRECT, compared


def _is_prose(grader: Grader) -> bool:
    """Whether a grader finds the reference within free text, where another answer may stand beside it."""
    if isinstance(grader, AllGrader | AnyGrader):
        return any(map(_is_prose, grader.of))
    return isinstance(grader, TextGrader | NumberGrader | AutoGrader)


def _tell_apart(probe: Probe, grader: Grader, exchange: Exchange, compared: Finding) -> tuple[Outcome, str]:
    """Say what a miss is, the surest first: it declines, is stale, declines in passing, is overfit, or else wrong."""
    reason = compared.reason
    if compared.outcome is not None:
        return compared.outcome, reason
    should_know, answer = probe.answer is not None, exchange.answer
    # a superseded answer may read as a refusal: "none"
    is_old = any(answer.written == old.written for old in exchange.superseded)
    if should_know and not is_old and declines_outright(answer, exchange.question):
        return Outcome.ABSTAINED, "declines, though it should know"
    if (old := _superseded(grader, exchange)) is not None:
        return Outcome.STALE, f"asserts the superseded answer {quoted(old.raw)}"
    if should_know and (declines(answer, exchange.question) or _is_blank(grader, exchange)):
        return Outcome.ABSTAINED, "declines, though it should know"
    if is_overfit(probe, grader, exchange, compared):
        return (
            Outcome.OVERFIT,
            f"repeats the trained answer {quoted(probe.trained_answer or '')} to a changed question; {reason}",
        )
    if compared.met is None:
        return Outcome.UNMEASURED, reason
    malformed = probe.kind == FORM and not compared.well_formed
    return (Outcome.MALFORMED if malformed else Outcome.WRONG), reason


def _is_blank(grader: Grader, exchange: Exchange) -> bool:
    """Whether an answer tells nothing; what a yes or no or a choice says may need no word of its own."""
    return isinstance(grader, TextGrader | NumberGrader) and says_nothing_new(exchange.answer, exchange.question)


def _superseded(grader: Grader, exchange: Exchange) -> Text | None:
    """Return the superseded answer that a miss asserts; what a choice picks is all that it asserts."""
    if isinstance(grader, ChoiceGrader):
        picked = read_choice(exchange.answer, exchange.read(grader.choices), exchange.question)
        exchange = exchange if picked is None else exchange.answered(picked)
    uses = ((old, superseded_use(exchange, old, ())) for old in exchange.superseded)
    return next((old for old, use in uses if use is not SupersededUse.ABSENT), None)


def _compare(
    probe: Probe,
    grader: Grader,
    exchange: Exchange,
    text: str,
    custom: Mapping[str, GraderFunction],
    judge: Judge | None,
) -> Finding:
    """Judge by one grader: those of prose take the exchange, those of forms the text as it came."""
    if not is_registered(grader):
        return _compare_simple(grader, exchange, text, probe.references)

    def compare_part(part: Grader) -> Finding:
        resolved = _resolved(probe, part)
        inside = replace(exchange, guards=guards_of(resolved) or exchange.guards)
        return _compare(probe, resolved, inside, text, custom, judge)

    tools = Tools(
        exchange=exchange,
        compare=compare_part,
        custom=custom,
        judge=judge,
    )
    return compare_registered(probe, grader, text, tools)


def _compare_simple(grader: Grader, exchange: Exchange, text: str, references: tuple[str, ...]) -> Finding:
    match grader:
        case AbstainGrader():
            met = abstains(exchange.answer, exchange.question)
            return Finding(met, shown(text), "declines" if met else "answers, though no answer exists")
        case YesNoGrader():
            return compare_yes_no(exchange)
        case NumberGrader(tolerance=tolerance):
            return compare_number(exchange, tolerance)
        case _EitherOr(choices=choices):
            return compare_either_or(exchange, exchange.read(choices))
        case ChoiceGrader(choices=choices):
            return compare_choice(exchange, exchange.read(choices))
        case RegexGrader():
            return _compare_regex(text, references, grader)
        case ExactGrader(ignore_case=ignore_case):
            return _compare_exact(text, references, ignore_case)
        case TextGrader() | AutoGrader():
            return compare_answer(exchange)
        case _:
            raise TypeError(f"no comparison for the grader {grader.title}")


def _compare_exact(text: str, references: tuple[str, ...], ignore_case: bool) -> Finding:
    def key(value: str) -> str:
        return value.strip().casefold() if ignore_case else value.strip()

    met = key(text) in {key(reference) for reference in references}
    return Finding(met, shown(text), "equals the reference" if met else f"is not exactly {either(references)}")


def _compare_regex(text: str, references: tuple[str, ...], grader: RegexGrader) -> Finding:
    import regex

    patterns = references if grader.pattern is None else (grader.pattern,)
    flags = regex.IGNORECASE if grader.ignore_case else 0
    for pattern in patterns:
        try:
            found = regex.search(pattern, text, flags=flags, timeout=REGEX_SECONDS)
        except TimeoutError:
            return Finding(None, None, f"the pattern {quoted(pattern)} took over {REGEX_SECONDS:g} s on this answer")
        if found is not None:
            return Finding(True, shown(found[0]), f"matches {quoted(pattern)}")
    return Finding(False, shown(text), f"does not match {either(patterns)}")
