"""Submit missing requests as batch jobs, and store their answers in the cache."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Iterator
from typing import TypeVar

from pytest_finetunebench.completions import Completion, Request
from pytest_finetunebench.errors import ProviderError, UnmeasuredError
from pytest_finetunebench.models.batches.jobs import Job, JobFiles, new_job, place_of
from pytest_finetunebench.models.batches.outcome import BatchOutcome, BatchProgress, Stage
from pytest_finetunebench.models.cache import CompletionCache
from pytest_finetunebench.models.providers.base import Provider
from pytest_finetunebench.models.providers.batches import BatchProvider, BatchStatus
from pytest_finetunebench.models.providers.jobs import batch_provider
from pytest_finetunebench.models.providers.retry import Tries, with_retries

FIRST_POLL = 2.0
LONGEST_POLL = 60.0
POLL_GROWTH = 1.5
"""Seconds between two polls of the jobs, and their growth factor."""
LOST_POLLS = 10
"""Polls in a row that may fail, each after all retries, before waiting ends."""
SETTLING = 15.0
"""Seconds after which an interrupted submission is taken as never made."""
LOCK = "batches"
"""Held while jobs are found and submitted: one process at a time."""

_Answer = TypeVar("_Answer")


async def run_batches(
    requests: Iterable[Request],
    provider: Provider,
    cache: CompletionCache,
    *,
    refresh: bool = False,
    max_retries: int = 5,
    on_progress: Callable[[BatchProgress], None] | None = None,
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
) -> BatchOutcome:
    """Ask missing requests as batch jobs, wait for them, and store the answers.

    Requests of jobs under way are waited for, never submitted again. Killed at any moment, a rerun finds its jobs.
    With `refresh`, answers that other runs stored count as missing.

    Raises:
        SettingsError: the provider has no batches.
        ProviderError: a job was refused, failed, was cancelled or is lost; what the others answered is stored.
        CacheError: the cache cannot be written, or a job's file is damaged.
    """
    run = BatchRun(batch_provider(provider), cache, refresh=refresh, max_retries=max_retries, sleep=sleep)
    run.on_progress = on_progress
    outcome = await run.collect(await run.submit(requests), wait=True)
    if outcome.failures:
        raise ProviderError("; ".join(outcome.failures))
    return outcome


class BatchRun:
    """One run's batch jobs, from submitting to storing. Each step adds to `outcome`."""

    def __init__(
        self,
        provider: BatchProvider,
        cache: CompletionCache,
        *,
        refresh: bool = False,
        max_retries: int = 5,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self.outcome = BatchOutcome()
        self.on_progress: Callable[[BatchProgress], None] | None = None
        self._provider = provider
        self._cache = cache
        self._files = JobFiles(cache.folder)
        self._refresh = refresh
        self._max_retries = max_retries
        self._sleep = sleep
        self._lost = 0

    async def submit(self, requests: Iterable[Request]) -> list[Job]:
        """Return the jobs for all missing requests: running jobs, and new ones for the rest."""
        wanted = {request.fingerprint: request for request in requests}
        missing = self._missing(wanted)
        if not missing:
            self.outcome.cached += len(wanted)
            return []
        self._cache.lock(next(iter(missing.values())))  # a cache that cannot be written says so before money is spent
        async with self._cache.lock_for(LOCK, "to submit batch jobs"):
            # in this order: whoever concludes a job stores its answers, then removes its file
            under_way = self._files.load()
            missing = self._missing(missing)
            self.outcome.cached += len(wanted) - len(missing)
            jobs = await self._find_again(under_way, missing)
            groups = list(self._groups(missing.values()))
            total = sum(map(len, groups))
            for group in groups:
                self._tell("submitting", len(groups), self.outcome.submitted, 0, total)
                jobs.append(await self._submit(new_job(group)))
        return jobs

    async def resume(self, place: tuple[str, str | None, str]) -> list[Job]:
        """Return the jobs under way at a place (`Job.place`); files of jobs that never were submitted are removed."""
        async with self._cache.lock_for(LOCK, "to submit batch jobs"):
            jobs = [await self._settled(job) for job in self._files.load() if job.place == place]
        return [job for job in jobs if job is not None]

    async def status(self, job: Job) -> BatchStatus:
        """Return a job's progress.

        Raises:
            ProviderError: the provider does not tell.
        """
        return await self._retried(lambda: self._provider.status(job.id or ""))

    async def collect(self, jobs: Iterable[Job], *, wait: bool) -> BatchOutcome:
        """Store the answers of jobs that have ended, waiting for all of them where `wait` says so.

        A job that the provider does not tell about, or give the answers of, is among the outcome's failures.

        Raises:
            CacheError: an answer cannot be stored.
        """
        pending = list(jobs)
        seen = {job.marker: BatchStatus("waiting") for job in pending}
        totals = {job.marker: len(job.requests) for job in pending}
        interval = FIRST_POLL
        while pending:
            pending = [job for job in [await self._advance(job, seen, wait) for job in pending] if job is not None]
            self._tell(
                _overall([seen[job.marker] for job in pending]),
                len(totals),
                sum(status.done for status in seen.values()),
                sum(status.failed for status in seen.values()),
                sum(totals.values()),
            )
            if not pending or not wait:
                break
            await self._sleep(interval)
            interval = min(interval * POLL_GROWTH, LONGEST_POLL)
        self.outcome.pending = pending
        return self.outcome

    def _misses(self, request: Request) -> bool:
        entry = self._cache.get(request)
        return entry is None or (self._refresh and entry.run != self._cache.run_id)

    def _missing(self, wanted: dict[str, Request]) -> dict[str, Request]:
        return {fingerprint: request for fingerprint, request in wanted.items() if self._misses(request)}

    async def _find_again(self, under_way: list[Job], missing: dict[str, Request]) -> list[Job]:
        """Return the running jobs with requests of `missing`, and remove those from it."""
        found = []
        for job in under_way:
            answers = [request.fingerprint for request in job.requests if request.fingerprint in missing]
            if not answers:
                continue
            settled = await self._settled(job)
            if settled is not None:
                found.append(settled)
                self.outcome.resumed += len(answers)
                for fingerprint in answers:
                    del missing[fingerprint]
        return found

    async def _settled(self, job: Job) -> Job | None:
        """Return the job with its id. Call it under the lock: another process may be submitting the job."""
        if job.id is not None:
            return job
        found = await self._retried(lambda: self._look_for(job))
        if found is None:  # cut off before it was submitted
            self._files.remove(job)
            return None
        job = job.model_copy(update={"id": found})
        self._files.save(job)
        return job

    async def _look_for(self, job: Job) -> str | None:
        found = await self._provider.find(job.marker)
        young = min(SETTLING - job.age, SETTLING)
        if found is None and young > 0:
            await self._sleep(young)
            found = await self._provider.find(job.marker)
        return found

    def _groups(self, requests: Iterable[Request]) -> Iterator[list[Request]]:
        """Yield the requests of each job."""
        groups: dict[tuple[str, str | None, str], tuple[list[Request], int]] = {}
        for request in requests:
            try:
                size = self._provider.size(request)
            except UnicodeEncodeError:
                found = ProviderError("no batch can carry the half characters (lone surrogates) in its text")
                self.outcome.unanswered[request.fingerprint] = found
                continue
            group, taken = groups.get(place_of(request), ([], 0))
            if group and (len(group) == self._provider.max_requests or taken + size > self._provider.max_bytes):
                yield group
                group, taken = [], 0
            group.append(request)
            groups[place_of(request)] = group, taken + size
        yield from (group for group, _ in groups.values())

    async def _submit(self, job: Job) -> Job:
        self._files.save(job)
        tries = Tries(self._max_retries)

        async def hand_in() -> str:
            # an earlier try may have made the job, and lost the answer
            found = await self._look_for(job) if tries.made > 1 else None
            return found or await self._provider.submit(job.requests, job.marker)

        try:
            found = await with_retries(hand_in, tries)
        except ProviderError as error:
            if tries.made == 1 and not error.exhausted and (error.hopeless or error.status is not None):
                self._files.remove(job)  # refused outright: there is no job
            raise
        submitted = job.model_copy(update={"id": found})
        self._files.save(submitted)
        self.outcome.submitted += len(job.requests)
        return submitted

    async def _advance(self, job: Job, seen: dict[str, BatchStatus], patient: bool) -> Job | None:
        """Poll a job. Store its answers if it has ended; else return it."""
        try:
            status = seen[job.marker] = await self.status(job)
            if not status.ended:
                self._lost = 0
                return job
            await self._conclude(job, status)
        except ProviderError as error:
            self._lost += 1
            if error.exhausted and patient and self._lost < LOST_POLLS:
                return job
            gone = error.status in (403, 404, 410)
            advice = self._files.forgetting(job) if gone else f"{job.shown} is kept, run again to collect it"
            self.outcome.failures.append(f"{error}; {advice}")
        return None

    async def _conclude(self, job: Job, status: BatchStatus) -> None:
        if status.state == "failed":
            advice = "mend that, or ask one by one, without --ft-batch"
            self.outcome.failures.append(f"{job.shown} failed and answered nothing: {status.message}: {advice}")
        elif any(map(self._misses, job.requests)):  # else another process has been here
            await self._store(job, status)
        self._files.remove(job)

    async def _store(self, job: Job, status: BatchStatus) -> None:
        results = await self._retried(lambda: self._provider.collect(job.id or "", job.requests))
        left = {request.fingerprint: request for request in job.requests}
        unanswered: dict[str, UnmeasuredError] = {}
        for fingerprint, result in results:
            request = left.pop(fingerprint, None)
            if request is None:
                continue
            if isinstance(result, Completion):
                self._cache.put(request, result)
                self.outcome.count(result)
            else:
                unanswered[fingerprint] = result
        if status.state == "cancelled":
            open_ = f"{len(left) + len(unanswered):,} of {len(job.requests):,}"
            self.outcome.failures.append(
                f"{job.shown} was cancelled, {open_} unanswered: run again to submit them anew"
            )
            return
        end = "expired before its turn" if status.state == "expired" else "ended without an answer to it"
        unanswered |= {fingerprint: ProviderError(f"{job.shown} {end}") for fingerprint in left}
        self.outcome.unanswered |= unanswered

    async def _retried(self, call: Callable[[], Awaitable[_Answer]]) -> _Answer:
        return await with_retries(call, Tries(self._max_retries))

    def _tell(self, state: Stage, jobs: int, done: int, failed: int, total: int) -> None:
        if self.on_progress is not None:
            self.on_progress(BatchProgress(state, jobs, done, failed, total))


def _overall(pending: list[BatchStatus]) -> Stage:
    if not pending:
        return "ended"
    return "running" if any(status.state == "running" for status in pending) else "waiting"
