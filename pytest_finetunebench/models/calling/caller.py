"""One call to a provider: retried, within the run's limits and budget, and not made where it is hopeless."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from pytest_finetunebench.completions import Completion, Request
from pytest_finetunebench.errors import NOT_ASKED_TEXT, NotAskedError, ProviderError, TransientError, UnmeasuredError
from pytest_finetunebench.models.calling.answer import Answer, NoAnswer
from pytest_finetunebench.models.calling.loop import CallLoop
from pytest_finetunebench.models.calling.outage import Outage
from pytest_finetunebench.models.calling.throttle import RATE_LIMITED
from pytest_finetunebench.models.prices import Price
from pytest_finetunebench.models.providers.base import Provider
from pytest_finetunebench.models.providers.retry import LONGEST_RETRY_AFTER, Tries

Check = Callable[[Completion], object]
"""Looks at a completion before it is stored; raises `UnmeasuredError` where it is of no use."""


class Caller:
    """Calls one model, on the loop only."""

    def __init__(
        self, provider: Provider, calls: CallLoop, max_retries: int, price: Price | None, wait: float = 0.0
    ) -> None:
        self._provider = provider
        self._outage = Outage(wait, calls.notice)
        self._calls = calls
        self._max_retries = max_retries
        self.price = price
        self.hopeless: ProviderError | None = None
        """Why nothing more is asked, such as a refused key; None as long as there is hope."""
        self._reached = False
        self._first_heard: asyncio.Event | None = None
        """Set once the first request heard anything from the provider, or has ended."""
        self.answered = self.retries = 0
        """Answers that came, and tries beyond the first."""
        self.input_tokens = self.output_tokens = 0
        """What they took, as far as the provider tells."""

    async def call(self, request: Request, check: Check | None) -> Answer | NoAnswer:
        """Ask until there is an answer that `check` accepts, or none is to be had; count the tries.

        Provider and retries are called from here directly, so that a traceback from a test to the SDK stays short.
        """
        tries, completion, seen = Tries(self._max_retries), None, -1
        try:
            async with self._first_alone():
                async for attempt in tries:
                    with attempt:
                        while completion is None:
                            await self._outage.over(tries)
                            try:
                                async with self._slot(request, tries) as reserved:
                                    began = time.perf_counter()
                                    completion = _timed(await self._provider.complete(request), began)
                            except TransientError as error:
                                if not self._outage.waits_for(error, seen):
                                    raise
                                seen = self._outage.ends if seen < 0 else seen
                                await self._outage.wait(tries, error)
                        break
            if completion is None:
                raise AssertionError("the last try returns or raises")
            self._count(completion, reserved)
            if check is not None:
                check(completion)
        except UnmeasuredError as error:
            if isinstance(error, ProviderError):
                self._give_up_if_hopeless(error)
            return NoAnswer(error, tries.sent, completion.usage if completion is not None else None)
        finally:
            self._outage.leave(tries)
        self._calls.answered = True
        return Answer(completion, "provider", tries.sent)

    @asynccontextmanager
    async def _first_alone(self) -> AsyncIterator[None]:
        """Let the first request go ahead: until anything came back, others would only queue for their own timeouts."""
        if self._first_heard is not None:
            await self._first_heard.wait()
            yield
            return
        self._first_heard = asyncio.Event()
        try:
            yield
        finally:
            self._first_heard.set()

    @asynccontextmanager
    async def _slot(self, request: Request, tries: Tries) -> AsyncIterator[float]:
        """Wait for a slot and reserve the dollars of one try, which are yielded; learn from a failure.

        Raises:
            UnmeasuredError: the try must not be made: it is hopeless, or the budget is spent.
        """
        budget = self._calls.budget
        async with self._calls.throttle.slot(request):
            if self._calls.halted:
                raise NotAskedError(NOT_ASKED_TEXT)
            if self.hopeless is not None:
                raise ProviderError(str(self.hopeless), status=self.hopeless.status)
            reserved = budget.reserve(request, self.price)
            self.retries += tries.sent > 0
            tries.sent += 1
            try:
                yield reserved
            except BaseException as error:
                tries.sent -= _unsent(error)
                budget.refund(reserved, calls=_unsent(error) or _away(error))
                # before the slot is free for another
                self._learn(error)
                raise

    def _count(self, completion: Completion, reserved: float) -> None:
        self._heard()
        self._outage.answered()
        self._calls.budget.settle(reserved, self.price, completion.usage)
        self.answered += 1
        if completion.usage is not None:
            self.input_tokens += completion.usage.input_tokens
            self.output_tokens += completion.usage.output_tokens
        self._calls.throttle.succeeded()

    def _learn(self, error: BaseException) -> None:
        if not isinstance(error, ProviderError):
            return
        if error.hopeless:
            self.hopeless = error
        if error.status is not None:
            self._heard()
            if not _away(error):
                self._outage.answered()
        if isinstance(error, TransientError) and error.status == RATE_LIMITED:
            self._refused(error)

    def _heard(self) -> None:
        self._reached = True
        if self._first_heard is not None:
            self._first_heard.set()

    def _refused(self, error: TransientError) -> None:
        wave = self._calls.throttle.refused(error.retry_after)
        if wave and (error.retry_after or 0.0) > LONGEST_RETRY_AFTER:
            self.hopeless = ProviderError(
                f"{error} (it asks for a wait of {error.retry_after:.0f} s)", status=error.status
            )

    def _give_up_if_hopeless(self, error: ProviderError) -> None:
        # where nothing ever answered, each further probe would wait through all its retries in vain
        if error.hopeless or (not self._reached and error.exhausted):
            self.hopeless = error


def _unsent(error: BaseException) -> bool:
    return isinstance(error, ProviderError) and not error.sent


def _away(error: BaseException) -> bool:
    return isinstance(error, TransientError) and error.unavailable


def _timed(completion: Completion, began: float) -> Completion:
    if completion.seconds is not None:
        return completion
    return completion.model_copy(update={"seconds": round(time.perf_counter() - began, 4)})
