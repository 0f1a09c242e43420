"""The judge, a model asked through the cache, with retries, its cost counted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import Protocol, TypedDict

from pytest_finetunebench.cases.grader_choice import custom_names
from pytest_finetunebench.cases.grader_options import JudgeGrader, TextGrader
from pytest_finetunebench.cases.suite import Probe
from pytest_finetunebench.completions import Completion, Request
from pytest_finetunebench.errors import FinetuneBenchError, NotRecordedError
from pytest_finetunebench.grading.custom import GraderFunction
from pytest_finetunebench.grading.grade import grade, grade_response, resolve_grader
from pytest_finetunebench.grading.judge import Opinion, judge_messages, judge_schema, read_reply
from pytest_finetunebench.grading.outcome import Outcome, Verdict
from pytest_finetunebench.grading.response import read_response
from pytest_finetunebench.models.calling.answer import NoAnswer
from pytest_finetunebench.models.completer import Completer
from pytest_finetunebench.settings import Settings


class Asks(Protocol):
    """A judge that can be asked."""

    notices: list[str]
    """Messages for the end of the run, each once."""

    def ask(self, probe: Probe, answer: str, criteria: str | None = None) -> Opinion | NoAnswer:
        """Return the judge's opinion of an answer, or why there is none; may raise `FinetuneBenchError` instead."""


@dataclass(frozen=True, slots=True)
class JudgedVerdict:
    """A verdict, with the judge's opinion and the rules' outcome if the judge was asked."""

    verdict: Verdict
    opinion: Opinion | None = None
    rules: Outcome | None = None
    """The rules' own outcome; None if they could not decide."""
    further_opinions: tuple[Opinion, ...] = ()
    """Its opinions on further criteria of a combined grader."""
    failed_calls: int = 0
    """Calls to the judge that failed, retries included."""
    graded_text: str | None = None
    """The part of the text that was graded; None if it is the whole."""
    runs_on: bool = False
    """Whether the text goes on after its answer."""


class _Questions:
    """Asks the judge about one answer, and counts what that took."""

    def __init__(self, model: Asks) -> None:
        self._model = model
        self.opinions: list[Opinion] = []
        self.failed_calls = 0

    def ask(self, probe: Probe, answer: str, criteria: str | None) -> Opinion:
        """Return the judge's opinion.

        Raises:
            FinetuneBenchError: there is none.
        """
        opinion = self._model.ask(probe, answer, criteria)
        if isinstance(opinion, NoAnswer):
            self.failed_calls += opinion.calls
            raise opinion.error
        self.opinions.append(opinion)
        return opinion

    def compare(self, probe: Probe, answer: str) -> None:
        """Ask about an answer that the rules decided; where that fails, a notice says so."""
        try:
            self.ask(probe, answer, None)
        except FinetuneBenchError as error:
            notice = f"the judge could not be compared with the rules on every answer: {error}"
            if notice not in self._model.notices:
                self._model.notices.append(notice)


class _Apart(TypedDict):
    graded_text: str | None
    runs_on: bool


def judge_answer(
    probe: Probe,
    completion: Completion,
    custom: Mapping[str, GraderFunction],
    model: Asks | None,
    *,
    audit: bool = False,
) -> JudgedVerdict:
    """Grade a completion, with the judge where rules do not decide.

    With `audit` the judge is asked about every free answer: what the rules decided stands, and the two are compared.
    """
    response = read_response(probe, completion)
    apart: _Apart = {"graded_text": response.graded_text(completion), "runs_on": response.runs_on}
    if model is None:
        return JudgedVerdict(grade_response(probe, response, custom), **apart)
    questions = _Questions(model)
    verdict = grade_response(probe, response, custom, questions.ask)
    measured = verdict.outcome is not Outcome.UNMEASURED
    answer, opinions = response.completion, questions.opinions
    if audit and measured and not opinions and not answer.empty and isinstance(resolve_grader(probe), TextGrader):
        questions.compare(probe, answer.text)
    if not opinions:
        return JudgedVerdict(verdict, failed_calls=questions.failed_calls, **apart)
    by_rules = _by_rules(probe, completion)
    return JudgedVerdict(verdict, opinions[0], by_rules, tuple(opinions[1:]), questions.failed_calls, **apart)


def wanted_opinions(
    probe: Probe, completion: Completion, custom: Mapping[str, GraderFunction], *, audit: bool
) -> list[tuple[str, str | None]]:
    """Return the answer and criteria of each question to the judge; none if a custom grader runs."""
    if custom_names(probe.grader):
        return []
    recorder = _Recorder()
    judge_answer(probe, completion, custom, recorder, audit=audit)
    return recorder.wanted


class _Recorder:
    """Notes the questions to a judge, and gives no opinion."""

    def __init__(self) -> None:
        self.notices: list[str] = []
        self.wanted: list[tuple[str, str | None]] = []

    def ask(self, probe: Probe, answer: str, criteria: str | None = None) -> NoAnswer:
        del probe
        self.wanted.append((answer, criteria))
        return NoAnswer(NotRecordedError("asked later"))


def _by_rules(probe: Probe, completion: Completion) -> Outcome | None:
    grader = resolve_grader(probe)
    if grader == JudgeGrader() and probe.references:
        grader = TextGrader()
    if not isinstance(grader, TextGrader):
        return None
    outcome = grade(replace(probe, grader=grader), completion).outcome
    return None if outcome is Outcome.UNMEASURED else outcome


class ModelJudge:
    """Asks a model for verdicts; `settings.model` is the judge (`Settings.asking`)."""

    def __init__(self, completer: Completer, settings: Settings) -> None:
        self._completer = completer
        self._settings = settings
        self.notices = completer.notices

    async def ahead(self, probe: Probe, answer: str, criteria: str | None = None) -> None:
        """Ask ahead, so that `ask` finds the verdict; on the event loop only."""
        check = partial(read_reply, probe)
        await self._completer.ahead(self._request(probe, answer, criteria), check)

    def ask(self, probe: Probe, answer: str, criteria: str | None = None) -> Opinion | NoAnswer:
        """Return the judge's opinion of an answer, or why it gave none; nothing is stored then.

        Raises:
            UnmeasuredError: a stored reply cannot be read.
            CacheError: the cache is damaged.
        """
        request = self._request(probe, answer, criteria)
        got = self._completer.complete(request, check=partial(read_reply, probe))
        if isinstance(got, NoAnswer):
            return got
        reply = read_reply(probe, got.completion)
        return Opinion(
            verdict=reply.verdict,
            reason=reply.reason,
            model=self._settings.model.text,
            criteria=criteria,
            fingerprint=request.fingerprint,
            source=got.source,
            calls=got.calls,
            usage=got.completion.usage,
        )

    def _request(self, probe: Probe, answer: str, criteria: str | None) -> Request:
        return Request(
            provider=self._settings.model.provider,
            base_url=self._completer.base_url,
            model=self._settings.model.id,
            messages=judge_messages(probe, answer, criteria),
            sampling=self._settings.model.sampling,
            response_schema=judge_schema(probe),
        )
