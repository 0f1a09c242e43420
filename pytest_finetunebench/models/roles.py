"""The models of a run: the one under test, the base to compare with, and the judge, each asked through a completer."""

from __future__ import annotations

import asyncio
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from functools import cached_property, partial
from typing import Literal

from pytest_finetunebench.cases.suite import Probe
from pytest_finetunebench.completions import Request
from pytest_finetunebench.errors import CacheError, FinetuneBenchError, SettingsError, UnmeasuredError
from pytest_finetunebench.grading.custom import GraderFunction
from pytest_finetunebench.models.batches.outcome import BatchOutcome, BatchProgress
from pytest_finetunebench.models.calling.budget import Budget, shared_count
from pytest_finetunebench.models.calling.loop import CallLoop
from pytest_finetunebench.models.calling.throttle import Limits
from pytest_finetunebench.models.completer import CHUNK, Answer, Completer, build_request
from pytest_finetunebench.models.graded import GradedAnswer, graded, unmeasured
from pytest_finetunebench.models.judge import JudgedVerdict, ModelJudge, judge_answer, wanted_opinions
from pytest_finetunebench.models.prices import Price, find_price
from pytest_finetunebench.models.providers.base import ProviderContext, create_provider
from pytest_finetunebench.models.providers.jobs import batch_provider
from pytest_finetunebench.models.read_ahead import ReadAhead, Sample
from pytest_finetunebench.settings import Settings

Role = Literal["model", "base", "judge"]


@dataclass(frozen=True)
class CallStatus:
    """Answers there are and are wanted, and what is going on meanwhile."""

    done: int
    total: int
    in_flight: int
    retries: int
    cost: float | None
    """US dollars so far; None before an answer or where a price is unknown."""


class ModelSet:
    """Opens each model's completer when it is first needed, and closes all of them.

    `workers` is how many processes share the run's limits and budget, `worker` which of them this is, from 0.
    """

    def __init__(
        self,
        settings: Settings,
        environ: Mapping[str, str],
        trained: tuple[tuple[str, str], ...],
        run_id: str,
        worker: int = 0,
        workers: int = 1,
    ) -> None:
        self._settings: dict[Role, Settings] = {"model": settings}
        if settings.base is not None:
            self._settings["base"] = settings.asking(settings.base)
        if settings.judge is not None:
            self._settings["judge"] = settings.asking(settings.judge.model)
        self._environ = environ
        self._trained = trained
        self._run_id = run_id
        self._worker, self._workers = worker, workers
        self._completers: dict[Role, Completer] = {}
        self._wanted = 0
        self._prices: dict[Role, Price | None] = {}
        self._feeders: list[Future[None]] = []
        self._ahead: dict[Role, ReadAhead] = {}

    @cached_property
    def calls(self) -> CallLoop:
        """Where calls are made, within this process's share of the limits."""
        settings = self._settings["model"]
        limits = Limits(settings.limits.concurrency, settings.limits.rpm, settings.limits.tpm)
        shared = shared_count(self._run_id) if self._workers > 1 else None
        return CallLoop(
            limits.share(self._workers), Budget(settings.limits.max_requests, settings.limits.max_cost, shared)
        )

    def open(self) -> None:
        """Open every completer.

        Raises:
            FinetuneBenchError: a provider's, the cache's or the budget's settings cannot work.
        """
        for role in self._settings:
            self._completer(role)

    @property
    def base_url(self) -> str | None:
        """Where the model under test is reached, without credentials; None as long as nothing was asked."""
        completer = self._completers.get("model")
        return completer.base_url if completer else None

    @property
    def unread(self) -> dict[str, int]:
        """Calls by fingerprint whose answers no test of this process has read."""
        # where base and model are one, both may have asked the same
        return dict(sum((Counter(completer.unread) for completer in self._completers.values()), Counter()))

    @property
    def notices(self) -> list[str]:
        """What the user should be told at the end of the run."""
        return [notice for completer in self._completers.values() for notice in completer.notices]

    @property
    def roles(self) -> tuple[Role, ...]:
        """Which models there are."""
        return tuple(self._settings)

    def model(self, role: Role) -> str:
        """Return a model's spec."""
        return self._settings[role].model.text

    def known(self, role: Role, requests: Sequence[Request]) -> set[str]:
        """Return the fingerprints of those requests that need no call."""
        completer = self._completer(role)
        chunks = (requests[start : start + CHUNK] for start in range(0, len(requests), CHUNK))
        return set().union(*(completer.known(chunk) for chunk in chunks))

    def status(self) -> CallStatus:
        """Return how far this process's calls are."""
        completers = self._completers.values()
        return CallStatus(
            done=sum(completer.caller.answered + completer.found for completer in completers),
            total=self._wanted,
            in_flight=self.calls.throttle.in_flight,
            retries=sum(completer.caller.retries for completer in completers),
            cost=self.cost,
        )

    @property
    def cost(self) -> float | None:
        """US dollars that the calls of this process cost so far; None before an answer or where a price is unknown."""
        total: float | None = None
        for role, completer in self._completers.items():
            caller = completer.caller
            if caller.answered:
                price = self.price(role)
                if price is None:
                    return None
                total = (total or 0.0) + price.of_tokens(caller.input_tokens, caller.output_tokens)
        return total

    def price(self, role: Role) -> Price | None:
        """Return what a model costs; None where that is unknown."""
        if role not in self._prices:
            self._prices[role] = self._find_price(role)
        return self._prices[role]

    def _find_price(self, role: Role) -> Price | None:
        settings = self._settings[role]
        if settings.model.price is not None:
            return Price(*settings.model.price)
        return find_price(settings.model, own_server=settings.model.base_url is not None)

    def requests(self, role: Role, asked: Sequence[Sample]) -> Iterator[Request]:
        """Yield what puts samples of probes to a model."""
        return (self._build(role, probe, repeat) for probe, repeat in asked)

    def prefetch(self, asked: Sequence[Sample], graders: Mapping[str, GraderFunction]) -> None:
        """Begin to ask, in order and without waiting, what `ask` and `judged` will want: this process's share of it."""
        roles: list[Role] = ["model", "base"] if "base" in self._settings else ["model"]
        for role in roles:
            if self._completer(role).remote:
                self._ahead[role] = ReadAhead(asked, partial(self._build, role), self._completer(role).stored)
            if self._workers > 1 and not self._completer(role).shares_answers:
                continue  # each test asks in its own process, or every answer would be paid for twice
            if self._judge is not None:
                feeder = self._prefetch_judged(role, asked, graders)
            elif self._completer(role).remote:
                feeder = self._completer(role).prefetch(filter(self._mine, self.requests(role, asked)))
            else:
                continue
            self._wanted += len(asked) // self._workers
            self._feeders.append(self.calls.submit(feeder))

    def start_batches(
        self, asked: Sequence[Sample], on_progress: Callable[[BatchProgress], None]
    ) -> Future[list[BatchOutcome]]:
        """Begin to answer what is missing by batch jobs; every process of a run waits for the same ones."""
        return self.calls.submit(self._batches(asked, on_progress))

    async def _batches(
        self, asked: Sequence[Sample], on_progress: Callable[[BatchProgress], None]
    ) -> list[BatchOutcome]:
        outcomes = []
        for role in self.roles:
            if role != "judge":
                completer = self._completer(role)
                requests = completer.affordable(self.requests(role, asked), count=self._worker == 0)
                outcomes.append(await completer.batch(requests, on_progress))
        return outcomes

    def stop(self, *, at_once: bool) -> None:
        """Begin no further call ahead; those under way are waited for, or cancelled `at_once`. Answers are stored."""
        for feeder in self._feeders:
            feeder.cancel()
        if at_once and "calls" in self.__dict__:
            self.calls.cancel()
        for completer in self._completers.values():
            completer.drain()

    def ask(self, probe: Probe, repeat: int) -> tuple[Request, Answer]:
        """Put a probe to the model under test.

        Raises:
            UnmeasuredError: there is no answer.
            CacheError: the cache is damaged.
        """
        return self._ask("model", probe, repeat)

    def give_back(self, request: Request, answer: Answer) -> None:
        """Leave the calls for an answer of the model under test to be counted by its next reader."""
        self._completer("model").give_back(request, answer.calls)

    def judged(self, probe: Probe, answer: Answer, graders: Mapping[str, GraderFunction]) -> JudgedVerdict:
        """Grade an answer, with the judge where rules do not decide."""
        return judge_answer(probe, answer.completion, graders, self._judge, audit=self._audit)

    def ask_base(self, probe: Probe, repeat: int, graders: Mapping[str, GraderFunction]) -> GradedAnswer | None:
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
        """Close every completer and the calls' thread; safe to call twice. What cannot be closed is told on stderr."""
        for completer in self._completers.values():
            try:
                completer.close()
            except FinetuneBenchError as error:
                print(f"finetunebench: {error}", file=sys.stderr)
        if "calls" in self.__dict__:
            self.calls.close()

    @property
    def _audit(self) -> bool:
        judge = self._settings["model"].judge
        return judge is not None and judge.mode == "all"

    @cached_property
    def _judge(self) -> ModelJudge | None:
        return ModelJudge(self._completer("judge"), self._settings["judge"]) if "judge" in self._settings else None

    def _mine(self, request: Request) -> bool:
        return int(request.fingerprint[:8], 16) % self._workers == self._worker

    async def _prefetch_judged(
        self, role: Role, asked: Sequence[Sample], graders: Mapping[str, GraderFunction]
    ) -> None:
        """Ask ahead, and the judge about each answer that will need it."""
        window = asyncio.Semaphore(2 * self._settings["model"].limits.concurrency)
        completer = self._completer(role)

        async def ask(probe: Probe, request: Request) -> None:
            try:
                answer = await completer.ahead(request)
                if answer is not None and self._judge is not None:
                    for wanted in wanted_opinions(probe, answer.completion, graders, audit=self._audit):
                        await self._judge.ahead(probe, *wanted)
            finally:
                window.release()

        under_way: set[asyncio.Task[None]] = set()
        try:
            for (probe, _), request in zip(asked, self.requests(role, asked), strict=True):
                if self._mine(request):
                    await window.acquire()
                    task = asyncio.create_task(ask(probe, request))
                    under_way.add(task)
                    task.add_done_callback(under_way.discard)
            await asyncio.gather(*under_way, return_exceptions=True)
        finally:
            for task in under_way:  # calls go on without them, but lead to no further ones
                task.cancel()

    def _ask(self, role: Role, probe: Probe, repeat: int) -> tuple[Request, Answer]:
        completer = self._completer(role)
        found = self._ahead[role].find(probe, repeat) if role in self._ahead else None
        request, stored = found or (self._build(role, probe, repeat), None)
        return request, completer.complete(request) if stored is None else completer.count(request, stored)

    def _build(self, role: Role, probe: Probe, repeat: int) -> Request:
        return build_request(probe, self._settings[role], self._completer(role).base_url, repeat)

    def _completer(self, role: Role) -> Completer:
        if role not in self._completers:
            settings = self._settings[role]
            option = "--ft-judge-" if role == "judge" else "--ft-"
            provider = create_provider(
                settings.model.provider, ProviderContext(settings, self._environ, self._trained, option)
            )
            if settings.answers.batch and role != "judge":
                batch_provider(provider)  # raises where there are no batches
            price = self.price(role) if provider.remote and settings.limits.max_cost is not None else None
            if provider.remote and settings.limits.max_cost is not None and price is None:
                own = "give it with --ft-price=IN:OUT" if role == "model" else "it has no --ft-price of its own"
                raise SettingsError(
                    f"--ft-max-cost={settings.limits.max_cost:g}: the price of {settings.model.text} is unknown: {own}"
                )
            self._completers[role] = Completer(
                provider, settings, self._run_id, self.calls, price, alone=self._workers == 1
            )
        return self._completers[role]
