"""The only synchronous face over the providers: the cache first, then one call, however many ask."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Coroutine
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Any, Literal

from pytest_finetunebench.cache import CacheUnavailableError, CompletionCache, Entry
from pytest_finetunebench.cases import Probe
from pytest_finetunebench.completions import Completion, Request
from pytest_finetunebench.errors import NotRecordedError, ProviderError, UnmeasuredError
from pytest_finetunebench.providers.base import Provider
from pytest_finetunebench.providers.retry import Attempts, with_retries
from pytest_finetunebench.settings import Settings

Source = Literal["provider", "cache", "local"]
Check = Callable[[Completion], object]
"""Look at a completion before it is stored; raises `UnmeasuredError` where it is of no use."""


@dataclass(frozen=True)
class Answer:
    """A completion and where it came from; `calls` counts the tries that this answer cost now, 0 from the cache."""

    completion: Completion
    source: Source
    calls: int = 0


def build_request(probe: Probe, settings: Settings, base_url: str | None, repeat: int = 0) -> Request:
    """Return the request that asks `probe` of the settings' model."""
    sampling = settings.sampling
    if sampling.seed is not None:
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
    """Answers requests for tests, which are synchronous, from one event loop in a thread of its own.

    Two tests, or two processes that share a cache folder, with the same request make one call.
    """

    def __init__(self, provider: Provider, settings: Settings, run_id: str) -> None:
        self._provider = provider
        self._settings = settings
        self._run_id = run_id
        self.notices: list[str] = []
        """What the user should be told at the end of the run, each once."""
        self._cache: CompletionCache | None = None
        self._writable = False
        self._open_cache()
        self._hopeless: ProviderError | None = None
        self._reached = False
        self._in_flight: dict[str, Future[Answer]] = {}
        self._guard = threading.Lock()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="finetunebench", daemon=True)
        self._thread.start()

    @property
    def base_url(self) -> str | None:
        """Where the provider is reached, without credentials."""
        return self._provider.base_url

    def complete(self, request: Request, check: Check | None = None) -> Answer:
        """Return the answer to `request`, waiting for it; one that `check` refuses is not stored.

        Raises:
            UnmeasuredError: there is none; providers' errors are not stored.
            CacheError: the cache is damaged.
        """
        fresh = self._fresh_entry(request)
        if fresh is not None:
            return Answer(fresh.completion, "cache")
        with self._guard:
            future = self._in_flight.get(request.fingerprint)
            shared = future is not None
            if future is None:
                future = self._in_flight[request.fingerprint] = self._submit(self._answer(request, check))
        try:
            answer = future.result()
        except BaseException:
            self._forget(request, future)
            raise
        if self._writable:
            self._forget(request, future)
        return Answer(answer.completion, answer.source) if shared else answer

    def close(self) -> None:
        """Cancel what is under way, then close provider, cache and loop; safe to call twice.

        Raises:
            ProviderError: the provider could not be closed; all else is.
        """
        if self._loop.is_closed():
            return
        try:
            self._submit(self._shut_down()).result()
        finally:
            self._loop.call_soon_threadsafe(self._loop.stop)
            self._thread.join()
            self._loop.close()
            if self._cache is not None:
                self._cache.close()

    def _forget(self, request: Request, future: Future[Answer]) -> None:
        with self._guard:  # another thread may have asked anew in the meantime
            if self._in_flight.get(request.fingerprint) is future:
                del self._in_flight[request.fingerprint]

    def _open_cache(self) -> None:
        if self._settings.cache == "off" or not self._provider.remote:
            return
        try:
            self._cache = CompletionCache(self._settings.cache_dir, self._run_id)
            self._writable = True
        except CacheUnavailableError as error:
            if self._settings.cache == "replay":
                raise
            self._go_on_uncached(error)

    def _submit(self, work: Coroutine[Any, Any, Any]) -> Future[Any]:
        return asyncio.run_coroutine_threadsafe(work, self._loop)

    async def _shut_down(self) -> None:
        mine = asyncio.current_task()
        others = [task for task in asyncio.all_tasks() if task is not mine]
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)
        await self._provider.aclose()

    def _fresh_entry(self, request: Request) -> Entry | None:
        try:
            entry = self._cache.get(request) if self._cache is not None else None
        except CacheUnavailableError as error:
            if self._settings.cache == "replay":
                raise
            self._go_on_uncached(error)
            return None
        stale = entry is not None and self._settings.cache == "refresh" and entry.run != self._run_id
        return None if stale else entry

    async def _answer(self, request: Request, check: Check | None) -> Answer:
        if not self._provider.remote:
            completion = await self._provider.complete(request)
            if check is not None:
                check(completion)
            return Answer(completion, "local")
        if self._settings.cache == "replay":
            folder = self._settings.cache_dir
            raise NotRecordedError(f"not in the cache {folder}, and --ft-cache=replay makes no call")
        if self._cache is None or not self._writable:
            return await self._call(request, check)
        try:
            return await self._answer_once(request, self._cache, check)
        except CacheUnavailableError as error:
            self._go_on_uncached(error)
            return await self._call(request, check)

    async def _answer_once(self, request: Request, cache: CompletionCache, check: Check | None) -> Answer:
        async with cache.lock(request):
            fresh = self._fresh_entry(request)
            if fresh is not None:
                return Answer(fresh.completion, "cache")
            answer = await self._call(request, check)
            try:
                cache.put(request, answer.completion)
            except CacheUnavailableError as error:
                self._go_on_uncached(error)
            return answer

    async def _call(self, request: Request, check: Check | None) -> Answer:
        if self._hopeless is not None:
            raise ProviderError(str(self._hopeless), status=self._hopeless.status)
        attempts = Attempts()
        try:
            completion = await with_retries(
                lambda: self._provider.complete(request), self._settings.max_retries, attempts
            )
            if check is not None:
                check(completion)
        except UnmeasuredError as error:
            error.calls = attempts.made
            if isinstance(error, ProviderError):
                self._give_up_if_hopeless(error)
            raise
        self._reached = True
        return Answer(completion, "provider", calls=attempts.made)

    def _give_up_if_hopeless(self, error: ProviderError) -> None:
        self._reached = self._reached or error.status is not None
        # where nothing ever answered, each further probe would wait through all its retries in vain
        if error.hopeless or (not self._reached and error.exhausted):
            self._hopeless = error

    def _go_on_uncached(self, error: CacheUnavailableError) -> None:
        if self._writable or self._cache is None:
            self.notices.append(f"{error}; the run went on without a cache: its answers will be paid for again")
        self._writable = False
