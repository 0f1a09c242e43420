"""The only synchronous face over the providers: the cache first, then one call, however many ask."""

from __future__ import annotations

import asyncio
import functools
import threading
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import CancelledError, Future, wait
from dataclasses import dataclass
from itertools import islice
from typing import Literal

from pytest_finetunebench.cases.suite import Probe
from pytest_finetunebench.completions import Completion, Request
from pytest_finetunebench.errors import (
    CacheError,
    FinetuneBenchError,
    NotRecordedError,
    ProviderError,
    UnmeasuredError,
)
from pytest_finetunebench.models.batches.outcome import BatchOutcome, BatchProgress
from pytest_finetunebench.models.batches.run import run_batches
from pytest_finetunebench.models.cache import CacheUnavailableError, CompletionCache, Entry
from pytest_finetunebench.models.cache.failures import FailureNotes
from pytest_finetunebench.models.calling.caller import Caller, Check
from pytest_finetunebench.models.calling.loop import CallLoop
from pytest_finetunebench.models.prices import Price
from pytest_finetunebench.models.providers.base import Provider
from pytest_finetunebench.settings import Settings

WAIT_SECONDS = 0.1
"""How often whoever waits for an answer may look around."""
CHUNK = 500
"""Requests whose entries are looked up at once."""

Source = Literal["provider", "cache", "local"]


@dataclass(frozen=True)
class Answer:
    """A completion and where it came from; `calls` counts the tries that this answer cost now, 0 from the cache."""

    completion: Completion
    source: Source
    calls: int = 0


def build_request(probe: Probe, settings: Settings, base_url: str | None, repeat: int = 0) -> Request:
    """Return the request that asks `probe` of the settings' model."""
    sampling = settings.model.sampling
    if repeat and sampling.seed is not None:
        # with one seed for all, a server that honours it would repeat the first sample
        sampling = sampling.model_copy(update={"seed": sampling.seed + repeat})
    return Request(
        provider=settings.model.provider,
        base_url=base_url,
        model=settings.model.id,
        messages=probe.messages,
        sampling=sampling,
        repeat=repeat,
    )


class Completer:
    """Answers requests to one model for tests, which are synchronous, from the calls' event loop.

    Two tests, or two processes that share a cache folder, with the same request make one call. What `prefetch` asked
    for ahead is waited for, and counted to the test that first reads it.
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
    ) -> None:
        self._provider = provider
        self._settings = settings
        self._run_id = run_id
        self.notices: list[str] = []
        """What the user should be told at the end of the run, each once."""
        self._cache: CompletionCache | None = None
        self._writable = False
        self._open_cache()
        self._in_flight: dict[str, Future[Answer]] = {}
        self._tasks: set[asyncio.Task[Answer]] = set()
        self._read_ahead: dict[str, Answer] = {}
        self._paid: dict[str, int] = {}
        self._guard = threading.Lock()
        # processes that work side by side tell each other what failed
        self._failures = None if alone or self._cache is None else FailureNotes(settings.answers.cache_dir, run_id)
        self._owns_calls = calls is None
        self._calls = calls or CallLoop()
        self.caller = Caller(provider, self._calls, settings.limits.max_retries, price)
        """What makes the calls, and counts them."""
        self._closed = False
        self.found = 0
        """Answers that were found ahead in the cache."""

    @property
    def base_url(self) -> str | None:
        """Where the provider is reached, without credentials."""
        return self._provider.base_url

    @property
    def unread(self) -> dict[str, int]:
        """Calls by fingerprint whose answers no test of this process has read: another process's, or nobody's."""
        with self._guard:
            unread = Counter(self._paid)
            if self._failures is None:  # else another process may have told them
                unread.update({name: _calls_of_failure(future) for name, future in self._in_flight.items()})
        return dict(+unread)

    @property
    def shares_answers(self) -> bool:
        """Whether what this process asks for is found by the others."""
        return self._writable

    @property
    def remote(self) -> bool:
        """Whether an answer costs a call."""
        return self._provider.remote

    def complete(self, request: Request, check: Check | None = None) -> Answer:
        """Return the answer to `request`, waiting for it; one that `check` refuses is not stored.

        Raises:
            UnmeasuredError: there is none; providers' errors are not stored.
            CacheError: the cache is damaged.
        """
        if not self._provider.remote:
            return self._calls.run(self._answer(request, check))  # type: ignore[no-any-return]
        with self._guard:
            future = self._in_flight.get(request.fingerprint)
            read_ahead = self._read_ahead.get(request.fingerprint)
        if read_ahead is not None:
            return self._counted(request, read_ahead)
        if future is None:
            fresh = self._fresh_entry(request)
            if fresh is not None:
                return self._counted(request, Answer(fresh.completion, "cache"))
            future = self._start(request, check)
        try:
            answer = self._wait_for(future)
        except BaseException as error:
            self._forget(request, future)
            if self._failures is not None and self._writable and isinstance(error, UnmeasuredError):
                taken = self._failures.take(request.fingerprint)
                error.calls = error.calls if taken is None else taken
            raise
        return self._counted(request, answer)

    def stored(self, requests: Sequence[Request]) -> dict[str, Completion]:
        """Return stored answers by fingerprint, for whoever reads many; `count` each that is used.

        What is left out, a damaged entry's chunk included, `complete` answers, or says why not.
        """
        if self._cache is None or self._settings.answers.cache == "refresh":
            return {}
        try:
            return {entry.request.fingerprint: entry.completion for entry in self._cache.get_many(requests)}
        except CacheError:
            return {}

    def count(self, request: Request, stored: Completion) -> Answer:
        """Return a stored completion as the answer that `complete` would give."""
        return self._counted(request, Answer(stored, "cache"))

    def _wait_for(self, future: Future[Answer]) -> Answer:
        while True:
            try:
                return future.result(timeout=WAIT_SECONDS)
            except TimeoutError:
                if future.done():  # in this moment; or the timeout is the provider's own
                    return future.result()
                self._calls.waiting()

    async def prefetch(self, requests: Iterable[Request], check: Check | None = None) -> None:
        """Begin the calls for what is missing, in order, so that `complete` finds the answers; on the loop only."""
        window = asyncio.Semaphore(self._settings.limits.concurrency + CHUNK // 10)
        source = iter(requests)
        while chunk := list(islice(source, CHUNK)):
            known = self.known(chunk)
            self.found += len(known)
            for request in chunk:
                if request.fingerprint not in known and self.caller.hopeless is None:
                    await window.acquire()
                    self._begin(request, check, window.release)
            # cached chunks suspend nowhere: let the calls of others go on
            await asyncio.sleep(0)

    async def ahead(self, request: Request, check: Check | None = None) -> Answer | None:
        """Return the answer that `complete` will find, or None where there will be none; on the loop only."""
        with self._guard:
            future = self._in_flight.get(request.fingerprint)
            read_ahead = self._read_ahead.get(request.fingerprint)
        try:
            if not self._provider.remote:
                return await self._answer(request, check)
            if read_ahead is not None:
                return read_ahead
            if future is None:
                fresh = self._fresh_entry(request)
                if fresh is not None:
                    self.found += 1
                    return Answer(fresh.completion, "cache")
                future = self._begin(request, check)
            return await asyncio.wrap_future(future)
        except FinetuneBenchError:
            return None  # `complete` meets it again, and tells

    async def batch(
        self, requests: Iterable[Request], on_progress: Callable[[BatchProgress], None] | None = None
    ) -> BatchOutcome:
        """Answer what is missing by batch jobs, and store the answers; on the loop only.

        Where a job fails as a whole nothing more is asked of the provider: what that would cost is the user's decision.

        Raises:
            ProviderError: a job failed; every request without an answer is refused for this reason from now on.
            CacheError: the cache cannot be written.
        """
        if self._cache is None or not self._writable:
            raise CacheError("--ft-batch: its answers come through the cache, which cannot be written")
        try:
            return await run_batches(
                requests,
                self._provider,
                self._cache,
                refresh=self._settings.answers.cache == "refresh",
                max_retries=self._settings.limits.max_retries,
                on_progress=on_progress,
            )
        except ProviderError as error:
            self.caller.hopeless = error
            raise

    def give_back(self, request: Request, calls: int) -> None:
        """Leave the calls for an answer to be counted by its next reader."""
        if calls:
            with self._guard:
                self._paid[request.fingerprint] = self._paid.get(request.fingerprint, 0) + calls

    def affordable(self, requests: Iterable[Request], *, count: bool) -> list[Request]:
        """Return the missing requests that the budget allows, in order; with `count` they are taken off it."""
        chosen: list[Request] = []
        source = iter(requests)
        while chunk := list(islice(source, CHUNK)):
            known = self.known(chunk)
            chosen += [request for request in chunk if request.fingerprint not in known]
        budget = self._calls.budget
        allowed = budget.allowed(chosen, self.caller.price)
        if count:
            for request in allowed:
                budget.reserve(request, self.caller.price, batch=True)
        return allowed

    def known(self, requests: Iterable[Request]) -> set[str]:
        """Return the fingerprints of those requests that need no call: cached, or local."""
        fingerprints = [request.fingerprint for request in requests]
        if not self._provider.remote:
            return set(fingerprints)
        if self._cache is None or self._settings.answers.cache == "refresh":
            return set()
        try:
            return self._cache.existing(fingerprints)
        except CacheUnavailableError:
            return set()  # each request meets the same trouble, and tells

    def drain(self) -> None:
        """Wait for the calls that are under way; who begins them ahead has been cancelled."""
        self._calls.run(asyncio.sleep(0))  # and takes notice of it: it may be in the middle of beginning some
        with self._guard:
            pending = list(self._in_flight.values())
        wait(pending)

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
            if self._cache is not None:
                self._cache.close()

    def _start(self, request: Request, check: Check | None) -> Future[Answer]:
        with self._guard:
            future = self._in_flight.get(request.fingerprint)
            if future is None:
                work = self._work(request, check, ahead=False)
                future = self._in_flight[request.fingerprint] = self._calls.submit(work)
            return future

    def _begin(
        self, request: Request, check: Check | None, ended: Callable[[], object] | None = None
    ) -> Future[Answer]:
        """Start ahead of the tests, on the loop only: a task there costs far less than work from another thread."""
        with self._guard:
            future = self._in_flight.get(request.fingerprint)
            begun = future is None
            if future is None:
                future = self._in_flight[request.fingerprint] = Future()
                future.set_running_or_notify_cancel()  # who waits may leave: the answer is everyone's
        if begun:
            task = self._calls.loop.create_task(self._work(request, check, ahead=True))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
            task.add_done_callback(functools.partial(_settle, future))
            if ended is not None:
                task.add_done_callback(lambda _: ended())
        elif ended is not None:
            ended()
        return future

    def _counted(self, request: Request, answer: Answer) -> Answer:
        """Count the calls to whoever reads their answer first."""
        with self._guard:
            calls = self._paid.pop(request.fingerprint, 0)
            self._read_ahead.pop(request.fingerprint, None)
        return Answer(answer.completion, "provider" if calls else answer.source, calls)

    def _forget(self, request: Request, future: Future[Answer]) -> None:
        with self._guard:  # another thread may have asked anew in the meantime
            if self._in_flight.get(request.fingerprint) is future:
                del self._in_flight[request.fingerprint]

    def _open_cache(self) -> None:
        if self._settings.answers.cache == "off" or not self._provider.remote:
            return
        try:
            self._cache = CompletionCache(self._settings.answers.cache_dir, self._run_id)
            self._writable = True
        except CacheUnavailableError as error:
            if self._settings.answers.cache == "replay":
                raise
            self._go_on_uncached(error)

    def _fresh_entry(self, request: Request) -> Entry | None:
        try:
            entry = self._cache.get(request) if self._cache is not None else None
        except CacheUnavailableError as error:
            if self._settings.answers.cache == "replay":
                raise
            self._go_on_uncached(error)
            return None
        stale = entry is not None and self._settings.answers.cache == "refresh" and entry.run != self._run_id
        return None if stale else entry

    async def _work(self, request: Request, check: Check | None, *, ahead: bool) -> Answer:
        answer = await self._answer(request, check, ahead=ahead)
        if self._writable:
            # it is in the cache now: only the latest are held twice, for the tests that are close behind
            with self._guard:
                self._in_flight.pop(request.fingerprint, None)
                if ahead:
                    self._read_ahead[request.fingerprint] = answer
                    if len(self._read_ahead) > CHUNK:
                        del self._read_ahead[next(iter(self._read_ahead))]
        return answer

    async def _answer(self, request: Request, check: Check | None, *, ahead: bool = False) -> Answer:
        if not self._provider.remote:
            completion = await self._provider.complete(request)
            if check is not None:
                check(completion)
            return Answer(completion, "local")
        if self._settings.answers.cache == "replay":
            folder = self._settings.answers.cache_dir
            raise NotRecordedError(f"not in the cache {folder}, and --ft-cache=replay makes no call")
        if self._cache is None or not self._writable:
            return await self._call(request, check)
        try:
            return await self._answer_once(request, self._cache, check, ahead=ahead)
        except CacheUnavailableError as error:
            self._go_on_uncached(error)
            return await self._call(request, check)

    async def _answer_once(
        self, request: Request, cache: CompletionCache, check: Check | None, *, ahead: bool
    ) -> Answer:
        async with cache.lock(request):
            fresh = self._fresh_entry(request)
            if fresh is not None:
                return Answer(fresh.completion, "cache")
            answer = await self._call_noting(request, check, ahead=ahead)
            try:
                await cache.put_soon(request, answer.completion)
            except CacheUnavailableError as error:
                self._go_on_uncached(error)
            return answer

    async def _call_noting(self, request: Request, check: Check | None, *, ahead: bool) -> Answer:
        """Call, unless another process of this run has just failed at it."""
        if self._failures is None:
            return await self._call(request, check)
        known = self._failures.find(request.fingerprint, unread_only=not ahead)
        if known is not None:
            raise known
        try:
            return await self._call(request, check)
        except UnmeasuredError as error:
            self._failures.add(request.fingerprint, error)
            raise

    async def _call(self, request: Request, check: Check | None) -> Answer:
        completion, sent = await self.caller.call(request, check)
        with self._guard:
            self._paid[request.fingerprint] = sent
        return Answer(completion, "provider", calls=sent)

    def _go_on_uncached(self, error: CacheUnavailableError) -> None:
        if self._writable or self._cache is None:
            self.notices.append(f"{error}; the run went on without a cache: its answers will be paid for again")
        self._writable = False


def _calls_of_failure(future: Future[Answer]) -> int:
    failure = future.exception() if future.done() and not future.cancelled() else None
    return failure.calls if isinstance(failure, UnmeasuredError) else 0


def _settle(future: Future[Answer], task: asyncio.Task[Answer]) -> None:
    if task.cancelled():
        future.set_exception(CancelledError())
    elif error := task.exception():
        future.set_exception(error)
    else:
        future.set_result(task.result())
