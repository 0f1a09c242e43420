"""The completers of a run's models, each opened when it is first needed."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import dataclass

from pytest_finetunebench.errors import FinetuneBenchError
from pytest_finetunebench.models.cache.waiting import Tell
from pytest_finetunebench.models.calling.budget import Budget, shared_count
from pytest_finetunebench.models.calling.caller import Caller
from pytest_finetunebench.models.calling.line import Line, LineCaller
from pytest_finetunebench.models.calling.loop import CallLoop
from pytest_finetunebench.models.calling.throttle import Limits
from pytest_finetunebench.models.completer import Completer
from pytest_finetunebench.models.providers.base import Provider, ProviderContext, create_provider
from pytest_finetunebench.models.providers.jobs import batch_provider
from pytest_finetunebench.models.role import Role
from pytest_finetunebench.models.role_prices import RolePrices
from pytest_finetunebench.settings import Settings


@dataclass(frozen=True)
class CallStatus:
    """Progress of a process's calls; `done` and `total` count answers."""

    done: int
    total: int
    in_flight: int
    retries: int
    cost: float | None
    """US dollars so far; None before an answer or where a price is unknown."""


class Completers:
    """Opens a completer for each role that has a model, over one event loop, and closes all of them.

    The arguments are those of `ModelSet`.
    """

    def __init__(
        self,
        settings: Settings,
        environ: Mapping[str, str],
        trained: tuple[tuple[str, str], ...],
        run_id: str,
        *,
        workers: int,
        tell: Tell,
        line: Line | None,
        objects: Mapping[str, object],
        calls: CallLoop | None,
    ) -> None:
        self.settings: dict[Role, Settings] = {"model": settings}
        """The run's settings with the role's model in the place of the model under test."""
        if settings.base is not None:
            self.settings["base"] = settings.asking(settings.base)
        if settings.judge is not None:
            self.settings["judge"] = settings.asking(settings.judge.model)
        self._environ, self._trained = environ, trained
        self._run_id, self._workers = run_id, workers
        self._tell, self._line = tell, line
        self._objects = objects
        self._calls = calls
        self.opened: dict[Role, Completer] = {}
        """The completers that were needed so far."""
        self.prices = RolePrices(self.settings)

    @property
    def calls(self) -> CallLoop:
        """Where calls are made, within this process's share of the limits; started when first needed."""
        if self._calls is None:
            settings = self.settings["model"].limits
            limits = Limits(settings.concurrency, settings.rpm, settings.tpm)
            shared = shared_count(self._run_id) if self._workers > 1 else None
            budget = Budget(settings.max_requests, settings.max_cost, shared, tell=self._tell)
            self._calls = CallLoop(limits.share(self._workers), budget, self._tell)
        return self._calls

    def of(self, role: Role) -> Completer:
        """Return a role's completer.

        Raises:
            FinetuneBenchError: a provider's, the cache's or the budget's settings cannot work.
        """
        if role not in self.opened:
            settings = self.settings[role]
            provider = self._open_provider(role)
            limited = provider.remote and settings.limits.max_cost is not None and self._line is None
            self.opened[role] = Completer(
                provider,
                settings,
                self._run_id,
                self.calls,
                self.prices.to_limit(role) if limited else None,
                alone=self._workers == 1,
                caller=self._line_caller(role, provider),
                tell=self._tell,
            )
        return self.opened[role]

    def status(self, total: int) -> CallStatus:
        """Return the progress of this process's calls, of which `total` answers are wanted."""
        completers = self.opened.values()
        return CallStatus(
            done=sum(completer.caller.answered + completer.cached_ahead for completer in completers),
            total=total,
            in_flight=self.calls.throttle.in_flight,
            retries=sum(completer.caller.retries for completer in completers),
            cost=self.cost,
        )

    @property
    def cost(self) -> float | None:
        """Cost in US dollars of the calls made; None before an answer or if a price is unknown."""
        return self.prices.cost({role: completer.caller for role, completer in self.opened.items()})

    @property
    def notices(self) -> list[str]:
        """Messages for the end of the run, each once."""
        notices = [notice for completer in self.opened.values() for notice in completer.notices]
        return notices if self._calls is None else [*self._calls.notices, *notices]

    def stop(self, *, at_once: bool) -> None:
        """Wait for running calls, or cancel them `at_once`. Answers are stored."""
        if at_once and self._calls is not None:
            self._calls.cancel()
        for completer in self.opened.values():
            completer.drain()

    def close(self) -> None:
        """Close every completer and the loop; safe to call twice. Failures to close go to stderr."""
        for completer in self.opened.values():
            try:
                completer.close()
            except FinetuneBenchError as error:
                print(f"finetunebench: {error}", file=sys.stderr)
        if self._calls is not None:
            self._calls.close()

    def _line_caller(self, role: Role, provider: Provider) -> Caller | None:
        if self._line is None or not provider.remote:
            return None
        return LineCaller(self._line, role, provider, self.calls)

    def _open_provider(self, role: Role) -> Provider:
        settings = self.settings[role]
        option = "--ft-judge-" if role == "judge" else "--ft-"
        context = ProviderContext(settings, self._environ, self._trained, option, self._objects)
        provider = create_provider(settings.model.provider, context)
        if settings.answers.batch and role != "judge":
            batch_provider(provider)  # raises where there are no batches
        return provider
