"""The models of a run: the one under test, the base, and the judge, each behind a completer."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Coroutine, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any

from pytest_finetunebench.cases.suite import Probe
from pytest_finetunebench.completions import Request
from pytest_finetunebench.errors import CacheError, FinetuneBenchError, SettingsError
from pytest_finetunebench.grading.custom import GraderFunction
from pytest_finetunebench.grading.judge import check_reply
from pytest_finetunebench.models.batches.outcome import BatchOutcome, BatchProgress
from pytest_finetunebench.models.cache.waiting import Tell, tell_on_stderr
from pytest_finetunebench.models.calling.answer import Answer, Exchange, NoAnswer
from pytest_finetunebench.models.calling.caller import Check
from pytest_finetunebench.models.calling.line import Line
from pytest_finetunebench.models.calling.loop import CallLoop
from pytest_finetunebench.models.chunks import in_chunks
from pytest_finetunebench.models.completer import Completer
from pytest_finetunebench.models.completers import CallStatus, Completers
from pytest_finetunebench.models.grade_ahead import GradeAhead
from pytest_finetunebench.models.judge import ModelJudge
from pytest_finetunebench.models.prefetch import JudgedPrefetch
from pytest_finetunebench.models.prices import Price
from pytest_finetunebench.models.read_ahead import BuiltOnce, ReadAhead, Sample
from pytest_finetunebench.models.request import build_request, sampling_of
from pytest_finetunebench.models.role import Role, Seat, role_of
from pytest_finetunebench.settings import Settings

if TYPE_CHECKING:
    from pytest_finetunebench.models.arms.arm import Arm

OTHERWISE = "give all hosts the same options, FT_… variables and base URL"


class ModelSet:
    """Opens each model's completer when it is first needed, and closes all of them.

    `workers` is how many processes share the run's limits and budget, `worker` which of them this is, from 0.
    `tell` shows what a long wait is for. With a `line` another process asks, and has the cache and the limits.
    `objects` holds providers that are objects of this process, by name. `calls` is where to call, within its limits and
    budget; without it, one is made by the settings.
    """

    def __init__(
        self,
        settings: Settings,
        environ: Mapping[str, str],
        trained: tuple[tuple[str, str], ...],
        run_id: str,
        worker: int = 0,
        workers: int = 1,
        tell: Tell = tell_on_stderr,
        line: Line | None = None,
        objects: Mapping[str, object] | None = None,
        arms: Sequence[Arm] = (),
        calls: CallLoop | None = None,
    ) -> None:
        self._completers = Completers(
            settings,
            environ,
            trained,
            run_id,
            workers=workers,
            tell=tell,
            line=line,
            objects=objects or {},
            calls=calls,
        )
        self._settings = self._completers.settings
        self._worker, self._workers = worker, workers
        self._line = line
        self.arms = tuple(arms)
        """The arms of the run."""
        self._wanted = 0
        self._feeders: list[Future[None]] = []
        self._ahead: dict[tuple[Role, str], ReadAhead] = {}
        self.graded_ahead = GradeAhead()
        """Verdicts on answers from the cache that the tests are about to read; to be used where there is no judge."""

    @property
    def calls(self) -> CallLoop:
        """Where calls are made, within this process's share of the limits; started when first needed."""
        return self._completers.calls

    def open(self) -> None:
        """Open every completer.

        Raises:
            FinetuneBenchError: a provider's, the cache's or the budget's settings cannot work.
        """
        for role in self._settings:
            self._completers.of(role)

    @property
    def base_url(self) -> str | None:
        """The address of the model under test, without credentials; None before it is opened."""
        completer = self._completers.opened.get("model")
        return completer.base_url if completer else None

    @property
    def unread(self) -> dict[str, int]:
        """Calls by fingerprint whose answers no test of this process has read."""
        # where base and model are one, both may have asked the same
        opened = self._completers.opened.values()
        return dict(sum((Counter(completer.unread) for completer in opened), Counter()))

    @property
    def notices(self) -> list[str]:
        """Messages for the end of the run, each once."""
        return self._completers.notices

    @property
    def roles(self) -> tuple[Role, ...]:
        """The roles that have a model."""
        return tuple(self._settings)

    @property
    def seats(self) -> tuple[Seat, ...]:
        """Whose answers the probes get: the model, the base model, then each arm."""
        base: tuple[Seat, ...] = (("base", None),) if "base" in self._settings else ()
        return (("model", None), *base, *((role_of(arm), arm) for arm in self.arms))

    def model(self, role: Role) -> str:
        """Return a model's spec."""
        return self._settings[role].model.text

    def known(self, role: Role, requests: Sequence[Request]) -> set[str]:
        """Return the fingerprints of those requests that need no call."""
        completer = self._completers.of(role)
        return set().union(*(completer.known(chunk) for chunk in in_chunks(requests)))

    def status(self) -> CallStatus:
        """Return the progress of this process's calls."""
        return self._completers.status(self._wanted)

    @property
    def cost(self) -> float | None:
        """Cost in US dollars of this process's calls; None before an answer or if a price is unknown."""
        return self._completers.cost

    def price(self, role: Role) -> Price | None:
        """Return a model's price; None if unknown."""
        return self._completers.prices.of(role)

    def requests(self, role: Role, asked: Sequence[Sample], arm: Arm | None = None) -> Iterator[Request]:
        """Yield the requests that ask a model these samples, in an arm's way if one is given."""
        return (self._build(role, arm, probe, repeat) for probe, repeat in asked)

    def prefetch(
        self, asked: Sequence[Sample], graders: Mapping[str, GraderFunction], seats: Sequence[Seat] | None = None
    ) -> None:
        """Begin this process's share of the tests' calls, in order, without waiting; of all `seats`, or of these."""
        if self._line is not None:
            return  # whoever asks for this process asks ahead
        for role, arm in self.seats if seats is None else seats:
            completer = self._completers.of(role)
            requests: Iterable[tuple[Sample, Request]] = zip(asked, self.requests(role, asked, arm), strict=True)
            if completer.remote:
                requests = BuiltOnce(asked, partial(self._build, role, arm))
                seat = role, _name(arm)
                self._ahead[seat] = ReadAhead(requests, completer.stored, partial(self.graded_ahead.take, seat))
            if self._workers > 1 and not completer.shares_answers:
                continue  # each test asks in its own process, or every answer would be paid for twice
            feeder = self._feeder(completer, requests, graders)
            if feeder is not None:
                self._wanted += len(asked) // self._workers
                self._feeders.append(self.calls.submit(feeder))

    def _feeder(
        self,
        completer: Completer,
        requests: Iterable[tuple[Sample, Request]],
        graders: Mapping[str, GraderFunction],
    ) -> Coroutine[Any, Any, None] | None:
        """Return the coroutine that asks a model ahead; None if that gains nothing."""
        mine = ((probe, request) for (probe, _), request in requests if self._mine(request))
        if self.judge is not None:
            at_once = 2 * self._settings["model"].limits.concurrency
            return JudgedPrefetch(completer, self.judge, graders, self.audit, at_once).run(mine)
        return completer.prefetch(request for _, request in mine) if completer.remote else None

    def start_batches(
        self, asked: Sequence[Sample], on_progress: Callable[[BatchProgress], None]
    ) -> Future[list[BatchOutcome]]:
        """Begin batch jobs for missing answers. All processes of a run wait for the same jobs."""
        return self.calls.submit(self._batches(asked, on_progress))

    async def _batches(
        self, asked: Sequence[Sample], on_progress: Callable[[BatchProgress], None]
    ) -> list[BatchOutcome]:
        outcomes = []
        for role, arm in self.seats:
            completer = self._completers.of(role)
            requests = completer.affordable(self.requests(role, asked, arm), count=self._worker == 0)
            outcomes.append(await completer.batch(requests, on_progress))
        return outcomes

    def halt(self, *, wholly: bool) -> None:
        """Ask nothing ahead any more; `wholly`: begin no call at all. Answers to running calls are stored."""
        for feeder in self._feeders:
            feeder.cancel()
        if wholly:
            self.calls.halted = True

    def stop(self, *, at_once: bool) -> None:
        """Begin no further call ahead. Wait for running calls, or cancel them `at_once`. Answers are stored."""
        for feeder in self._feeders:
            feeder.cancel()
        self._completers.stop(at_once=at_once)

    def ask(self, probe: Probe, repeat: int, role: Role = "model", arm: Arm | None = None) -> Exchange:
        """Ask a model one sample of a probe, in an arm's way if one is given. A damaged cache gives `NoAnswer` too."""
        completer = self._completers.of(role)
        ahead = self._ahead.get((role, _name(arm)))
        found = None if ahead is None else ahead.find(probe, repeat)
        request, stored = found or (self._build(role, arm, probe, repeat), None)
        try:
            outcome = completer.complete(request) if stored is None else completer.charge_stored(request, stored)
        except CacheError as error:
            outcome = NoAnswer(error)
        return Exchange(request, outcome)

    async def answer(self, role: Role, request: Request) -> Answer | NoAnswer:
        """Ask a model for another process, which built the request; on the loop only. Failures are `NoAnswer`."""
        try:
            if role not in self._settings or not self._builds(role, request):
                raise SettingsError(
                    f"the process that owns the run does not ask such a request of the {role}: {OTHERWISE}"
                )
            check: Check | None = partial(check_reply, request.response_schema or {}) if role == "judge" else None
            return await self._completers.of(role).answer(request, check)
        except FinetuneBenchError as error:
            return NoAnswer(error)

    def take_back(self, role: Role, request: Request, answer: Answer) -> None:
        """Count the calls of an answer that never reached its process to its next reader."""
        self._completers.of(role).give_back(request, answer)

    def _builds(self, role: Role, request: Request) -> bool:
        """Whether this process, too, would ask a request with these settings."""
        settings, sampling = self._settings[role], sampling_of(self._settings[role], request.repeat)
        model = settings.model
        params = None if role == "judge" else model.params or None
        mine = (model.provider, self._completers.of(role).base_url, model.id, sampling, params, model.logprobs)
        theirs = (request.provider, request.base_url, request.model, request.sampling, request.parameters)
        return mine == (*theirs, request.logprobs)

    def give_back(self, exchange: Exchange) -> None:
        """Count the calls of an answer of the model under test to its next reader."""
        if isinstance(exchange.outcome, Answer):
            self._completers.of("model").give_back(exchange.request, exchange.outcome)

    def close(self) -> None:
        """Close every completer and the loop; safe to call twice. Failures to close go to stderr."""
        self._completers.close()

    @property
    def audit(self) -> bool:
        """Whether the judge is asked about every free answer."""
        judge = self._settings["model"].judge
        return judge is not None and judge.mode == "all"

    @cached_property
    def judge(self) -> ModelJudge | None:
        """The judge; None where there is none."""
        return ModelJudge(self._completers.of("judge"), self._settings["judge"]) if "judge" in self._settings else None

    def _mine(self, request: Request) -> bool:
        return int(request.fingerprint[:8], 16) % self._workers == self._worker

    def unrecorded(self, role: Role, requests: Sequence[Request]) -> list[Request]:
        """Return the requests whose very chat a replayed model has no recording of; none of any other model."""
        return self._completers.of(role).unrecorded(requests)

    def _build(self, role: Role, arm: Arm | None, probe: Probe, repeat: int) -> Request:
        chat = None if arm is None else arm.frame(probe).chat
        return build_request(probe, self._settings[role], self._completers.of(role).base_url, repeat, chat)


def _name(arm: Arm | None) -> str:
    return "" if arm is None else arm.name
