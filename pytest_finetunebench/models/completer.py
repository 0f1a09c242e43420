"""The synchronous interface to the providers: the cache first, then one call per request."""

from __future__ import annotations

import asyncio
import functools
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import wait

from pytest_finetunebench.completions import Completion, Request
from pytest_finetunebench.errors import FinetuneBenchError, ProviderError, UnmeasuredError
from pytest_finetunebench.models.batches.outcome import BatchOutcome, BatchProgress
from pytest_finetunebench.models.batches.run import run_batches
from pytest_finetunebench.models.cache.failures import FailureNotes
from pytest_finetunebench.models.cache.policy import CachePolicy
from pytest_finetunebench.models.cache.waiting import Tell, tell_on_stderr
from pytest_finetunebench.models.calling.answer import Answer, NoAnswer
from pytest_finetunebench.models.calling.caller import Caller, Check
from pytest_finetunebench.models.calling.ledger import CallLedger
from pytest_finetunebench.models.calling.loop import CallLoop
from pytest_finetunebench.models.calling.single_flight import Flight, SingleFlight
from pytest_finetunebench.models.chunks import CHUNK, in_chunks
from pytest_finetunebench.models.prices import Price
from pytest_finetunebench.models.providers.base import Provider
from pytest_finetunebench.settings import Settings


class Completer:
    """Answers requests to one model for tests, which are synchronous, from the calls' event loop.

    `CachePolicy` says what the cache may answer, `SingleFlight` joins those who ask the same, `Caller` calls, and
    `CallLedger` says who pays. Processes that share a cache folder make one call for one request too. A `caller` of
    another kind has a cache of its own.
    """

    def __init__(
        self,
        provider: Provider,
        settings: Settings,
        run_id: str,
        calls: CallLoop | None = None,
        price: Price | None = None,
        *,
        alone: bool = True,
        caller: Caller | None = None,
        tell: Tell = tell_on_stderr,
    ) -> None:
        self._provider = provider
        self._settings = settings
        # a local provider's answers change with its files; whoever calls for this process has the cache
        kept = provider.remote and caller is None
        self._cache = CachePolicy(settings.answers.cache if kept else "off", settings.answers.cache_dir, run_id, tell)
        self._owns_calls = calls is None
        self._calls = calls or CallLoop()
        self._flights = SingleFlight(self._calls)
        # processes that work side by side tell each other what failed
        share = not alone and kept and settings.answers.cache != "off"
        self._ledger = CallLedger(FailureNotes(settings.answers.cache_dir, run_id) if share else None)
        limits = settings.limits
        self.caller = caller or Caller(provider, self._calls, limits.max_retries, price, limits.wait)
        """What makes the calls, and counts them."""
        self._closed = False
        self.cached_ahead = 0
        """Answers that `prefetch` and `ahead` found in the cache."""

    @property
    def base_url(self) -> str | None:
        """Where the provider is reached, without credentials."""
        return self._provider.base_url

    @property
    def notices(self) -> list[str]:
        """What the user should be told at the end of the run, each once."""
        return self._cache.notices

    @property
    def unread(self) -> Mapping[str, int]:
        """Calls by fingerprint whose answers no test of this process has read: another process's, or nobody's."""
        return self._ledger.unread

    @property
    def shares_answers(self) -> bool:
        """Whether what this process asks for is found by the others."""
        return self._cache.writable

    @property
    def remote(self) -> bool:
        """Whether an answer costs a call."""
        return self._provider.remote

    def complete(self, request: Request, check: Check | None = None) -> Answer | NoAnswer:
        """Return the answer to `request`, waiting for it; one that `check` refuses is not stored.

        Raises:
            CacheError: the cache is damaged.
        """
        fingerprint = request.fingerprint
        if not self.remote:
            local: Answer | NoAnswer = self._calls.run(self._ask_locally(request, check))
            return local
        found = self._flights.find(fingerprint)
        if found is None:
            stored = self._cache.find(request)
            found = self._begin(request, check) if stored is None else Answer(stored, "cache")
        if isinstance(found, Answer):
            return self._charge(request, found)
        self._calls.wait(found, fingerprint)
        try:
            outcome = found.result()
        except BaseException:
            self._flights.forget(fingerprint, found)
            raise
        if isinstance(outcome, Answer):
            return self._charge(request, outcome)
        self._flights.forget(fingerprint, found)
        return self._ledger.charge_failure(fingerprint, outcome)

    async def answer(self, request: Request, check: Check | None = None) -> Answer | NoAnswer:
        """Return what `complete` would, letting the event loop go on meanwhile; on the loop only.

        Raises:
            CacheError: the cache is damaged.
        """
        fingerprint = request.fingerprint
        found = self._flights.find(fingerprint)
        if found is None and (stored := self._cache.find(request)) is not None:
            found = Answer(stored, "cache")
        if isinstance(found, Answer):
            return self._charge(request, found)
        flight = found or self._flights.join_ahead(
            fingerprint, functools.partial(self._fetch, request, check, ahead=False)
        )
        try:
            outcome = await self._calls.wait_for_another(flight, fingerprint)
        except BaseException:
            if flight.done():
                self._flights.forget(fingerprint, flight)
            raise
        if isinstance(outcome, Answer):
            return self._charge(request, outcome)
        self._flights.forget(fingerprint, flight)
        return self._ledger.charge_failure(fingerprint, outcome)

    def stored(self, requests: Sequence[Request]) -> dict[str, Completion]:
        """Return stored answers by fingerprint, for whoever reads many; `charge_stored` each that is used.

        What is left out, a damaged entry's chunk included, `complete` answers, or says why not.
        """
        return self._cache.find_many(requests)

    def charge_stored(self, request: Request, stored: Completion) -> Answer:
        """Return a stored completion as the answer that `complete` would give."""
        return self._charge(request, Answer(stored, "cache"))

    def give_back(self, request: Request, answer: Answer) -> None:
        """Leave the calls for an answer to be counted to its next reader."""
        self._ledger.give_back(request.fingerprint, answer.calls)

    async def prefetch(self, requests: Iterable[Request], check: Check | None = None) -> None:
        """Begin the calls for what is missing, in order, so that `complete` finds the answers; on the loop only."""
        window = asyncio.Semaphore(self._settings.limits.concurrency + CHUNK // 10)
        for chunk in in_chunks(requests):
            known = self.known(chunk)
            self.cached_ahead += len(known)
            for request in chunk:
                if request.fingerprint not in known and self.caller.hopeless is None:
                    await window.acquire()
                    self._begin_ahead(request, check, window.release)
            # cached chunks suspend nowhere: let the calls of others go on
            await asyncio.sleep(0)

    async def ahead(self, request: Request, check: Check | None = None) -> Answer | None:
        """Return the answer that `complete` will find, or None where there will be none; on the loop only."""
        try:
            if not self.remote:
                outcome = await self._ask_locally(request, check)
            else:
                found = self._flights.find(request.fingerprint)
                if found is None and (stored := self._cache.find(request)) is not None:
                    self.cached_ahead += 1
                    found = Answer(stored, "cache")
                found = found or self._begin_ahead(request, check)
                outcome = found if isinstance(found, Answer) else await asyncio.wrap_future(found)
        except FinetuneBenchError:
            return None  # `complete` meets it again, and tells
        return outcome if isinstance(outcome, Answer) else None

    async def batch(
        self, requests: Iterable[Request], on_progress: Callable[[BatchProgress], None] | None = None
    ) -> BatchOutcome:
        """Answer what is missing by batch jobs, and store the answers; on the loop only.

        Where a job fails as a whole nothing more is asked of the provider: what that would cost is the user's decision.

        Raises:
            ProviderError: a job failed; every request without an answer is refused for this reason from now on.
            CacheError: the cache cannot be written.
        """
        try:
            return await run_batches(
                requests,
                self._provider,
                self._cache.writable_cache("--ft-batch"),
                refresh=self._cache.refreshes,
                max_retries=self._settings.limits.max_retries,
                on_progress=on_progress,
            )
        except ProviderError as error:
            self.caller.hopeless = error
            raise

    def affordable(self, requests: Iterable[Request], *, count: bool) -> list[Request]:
        """Return the missing requests that the budget allows, in order; with `count` they are taken off it."""
        missing: list[Request] = []
        for chunk in in_chunks(requests):
            known = self.known(chunk)
            missing += [request for request in chunk if request.fingerprint not in known]
        budget = self._calls.budget
        allowed = budget.allowed(missing, self.caller.price)
        if count:
            for request in allowed:
                budget.reserve(request, self.caller.price, batch=True)
        return allowed

    def known(self, requests: Iterable[Request]) -> set[str]:
        """Return the fingerprints of those requests that need no call: cached, or local."""
        return self._cache.known(requests) if self.remote else {request.fingerprint for request in requests}

    def unrecorded(self, requests: Iterable[Request]) -> list[Request]:
        """Return the requests whose very chat a replaying provider has no recording of; none of another provider."""
        holds = getattr(self._provider, "holds_chat", None)
        return [] if holds is None else [request for request in requests if not holds(request)]

    def drain(self) -> None:
        """Wait for the calls that are under way; cancel first whoever begins them ahead."""
        self._calls.run(asyncio.sleep(0))  # it may be in the middle of beginning some
        wait(self._flights.pending)
        self._cache.fold_soon()

    def close(self) -> None:
        """Cancel what is under way, then close provider and cache; safe to call twice.

        Raises:
            ProviderError: the provider could not be closed; all else is.
        """
        if self._closed:
            return
        self._closed = True
        try:
            self._calls.cancel()
            self._calls.run(self._provider.aclose())
        finally:
            if self._owns_calls:
                self._calls.close()
            self._cache.close()

    def _begin(self, request: Request, check: Check | None) -> Flight:
        return self._flights.join(request.fingerprint, functools.partial(self._fetch, request, check, ahead=False))

    def _begin_ahead(self, request: Request, check: Check | None, ended: Callable[[], object] | None = None) -> Flight:
        return self._flights.join_ahead(
            request.fingerprint, functools.partial(self._fetch, request, check, ahead=True), ended
        )

    def _charge(self, request: Request, answer: Answer) -> Answer:
        self._flights.drop_recent(request.fingerprint)
        return self._ledger.charge(request.fingerprint, answer)

    async def _ask_locally(self, request: Request, check: Check | None) -> Answer | NoAnswer:
        try:
            completion = await self._provider.complete(request)
            if check is not None:
                check(completion)
        except UnmeasuredError as error:
            return NoAnswer(error)
        return Answer(completion, "local")

    async def _fetch(self, request: Request, check: Check | None, *, ahead: bool) -> Answer | NoAnswer:
        """Call, unless another process has just stored the answer or met a failure; store what comes."""
        if (refused := self._cache.refused) is not None:
            return NoAnswer(refused)
        async with self._cache.alone(request):
            outcome = self._from_elsewhere(request, ahead=ahead)
            if outcome is None:
                outcome = await self.caller.call(request, check)
                self._ledger.add(request.fingerprint, outcome, shared=self._cache.writable)
                if isinstance(outcome, Answer):
                    await self._cache.store(request, outcome.completion)
        if isinstance(outcome, Answer) and self._cache.writable:
            self._flights.land(request.fingerprint, outcome, ahead=ahead)
        return outcome

    def _from_elsewhere(self, request: Request, *, ahead: bool) -> Answer | NoAnswer | None:
        if not self._cache.writable:
            return None
        stored = self._cache.find(request)
        if stored is not None:
            return Answer(stored, "cache")
        failure = self._ledger.failure_elsewhere(request.fingerprint, ahead=ahead)
        return None if failure is None else NoAnswer(failure)
