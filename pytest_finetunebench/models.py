"""The models of a run: the one under test, the base to compare with, and the judge, each asked through a completer."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from functools import cached_property
from typing import Literal

from pytest_finetunebench.cases import Probe
from pytest_finetunebench.completer import Answer, Completer, build_request
from pytest_finetunebench.completions import Request
from pytest_finetunebench.errors import CacheError, FinetuneBenchError, UnmeasuredError
from pytest_finetunebench.graders.own import GraderFunction
from pytest_finetunebench.judging import Judged, ModelJudge, judge_answer
from pytest_finetunebench.providers.base import ProviderContext, create_provider
from pytest_finetunebench.results import Graded, graded, unmeasured
from pytest_finetunebench.settings import Settings

Role = Literal["model", "base", "judge"]


class Models:
    """Opens each model's completer when it is first needed, and closes all of them."""

    def __init__(
        self, settings: Settings, environ: Mapping[str, str], trained: tuple[tuple[str, str], ...], run_id: str
    ) -> None:
        self._settings: dict[Role, Settings] = {"model": settings}
        if settings.base_model is not None:
            self._settings["base"] = settings.of_base(settings.base_model)
        if settings.judge_model is not None:
            self._settings["judge"] = settings.of_judge(settings.judge_model)
        self._environ = environ
        self._trained = trained
        self._run_id = run_id
        self._completers: dict[Role, Completer] = {}

    def open(self) -> None:
        """Open every completer.

        Raises:
            FinetuneBenchError: a provider's or the cache's settings cannot work.
        """
        for role in self._settings:
            self._completer(role)

    @property
    def base_url(self) -> str | None:
        """Where the model under test is reached, without credentials; None as long as nothing was asked."""
        completer = self._completers.get("model")
        return completer.base_url if completer else None

    @property
    def notices(self) -> list[str]:
        """What the user should be told at the end of the run."""
        return [notice for completer in self._completers.values() for notice in completer.notices]

    def ask(self, probe: Probe, repeat: int) -> tuple[Request, Answer]:
        """Put a probe to the model under test.

        Raises:
            UnmeasuredError: there is no answer.
            CacheError: the cache is damaged.
        """
        return self._ask("model", probe, repeat)

    def judged(self, probe: Probe, answer: Answer, graders: Mapping[str, GraderFunction]) -> Judged:
        """Grade an answer, with the judge where rules do not decide."""
        return judge_answer(
            probe, answer.completion, graders, self._judge, audit=self._settings["model"].judge == "all"
        )

    def ask_base(self, probe: Probe, repeat: int, graders: Mapping[str, GraderFunction]) -> Graded | None:
        """Put a probe to the base model and grade what it answers; None where there is no base."""
        if "base" not in self._settings:
            return None
        try:
            request, answer = self._ask("base", probe, repeat)
        except UnmeasuredError as error:
            return unmeasured(str(error), error.calls)
        except CacheError as error:
            return unmeasured(str(error))
        return graded(self.judged(probe, answer, graders), answer, request.fingerprint)

    def close(self) -> None:
        """Close every completer; safe to call twice. What cannot be closed is told on stderr."""
        for completer in self._completers.values():
            try:
                completer.close()
            except FinetuneBenchError as error:
                print(f"finetunebench: {error}", file=sys.stderr)

    @cached_property
    def _judge(self) -> ModelJudge | None:
        return ModelJudge(self._completer("judge"), self._settings["judge"]) if "judge" in self._settings else None

    def _ask(self, role: Role, probe: Probe, repeat: int) -> tuple[Request, Answer]:
        completer = self._completer(role)
        request = build_request(probe, self._settings[role], completer.base_url, repeat)
        return request, completer.complete(request)

    def _completer(self, role: Role) -> Completer:
        if role not in self._completers:
            settings = self._settings[role]
            option = "--ft-judge-" if role == "judge" else "--ft-"
            context = ProviderContext(settings, self._environ, self._trained, option)
            provider = create_provider(settings.model.provider, context)
            self._completers[role] = Completer(provider, settings, self._run_id)
        return self._completers[role]
