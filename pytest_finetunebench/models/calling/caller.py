"""One call to a provider: retried, within the run's limits and budget, and not made where it is hopeless."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from pytest_finetunebench.completions import Completion, Request
from pytest_finetunebench.errors import ProviderError, TransientError, UnmeasuredError
from pytest_finetunebench.models.calling.loop import CallLoop
from pytest_finetunebench.models.calling.throttle import RATE_LIMITED
from pytest_finetunebench.models.prices import Price
from pytest_finetunebench.models.providers.base import Provider
from pytest_finetunebench.models.providers.retry import LONGEST_RETRY_AFTER, Attempts, with_retries

Check = Callable[[Completion], object]
"""Look at a completion before it is stored; raises `UnmeasuredError` where it is of no use."""


class Caller:
    """Calls one model, on the loop only."""

    def __init__(self, provider: Provider, calls: CallLoop, max_retries: int, price: Price | None) -> None:
        self._provider = provider
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

    async def call(self, request: Request, check: Check | None) -> tuple[Completion, int]:
        """Return the answer to `request`, and how many tries it took.

        Raises:
            UnmeasuredError: there is none, or `check` refuses it; its `calls` are the tries.
        """
        if self._first_heard is None:
            self._first_heard = asyncio.Event()
            try:
                return await self._call(request, check)
            finally:
                self._first_heard.set()
        # until anything came back, others would only queue for timeouts of their own
        await self._first_heard.wait()
        return await self._call(request, check)

    async def _call(self, request: Request, check: Check | None) -> tuple[Completion, int]:
        attempts = Attempts()
        try:
            completion = await with_retries(lambda: self._try(request, attempts), self._max_retries, attempts)
            if check is not None:
                check(completion)
        except UnmeasuredError as error:
            error.calls = attempts.sent
            if isinstance(error, ProviderError):
                self._give_up_if_hopeless(error)
            raise
        self._calls.answered = True
        return completion, attempts.sent

    async def _try(self, request: Request, attempts: Attempts) -> Completion:
        throttle, budget = self._calls.throttle, self._calls.budget
        async with throttle.slot(request):
            if self.hopeless is not None:
                raise ProviderError(str(self.hopeless), status=self.hopeless.status)
            aside = budget.reserve(request, self.price)
            self.retries += attempts.sent > 0
            attempts.sent += 1
            try:
                completion = await self._provider.complete(request)
            except BaseException as error:
                budget.refund(aside)
                # before the slot is free for another
                if isinstance(error, ProviderError) and error.hopeless:
                    self.hopeless = error
                if isinstance(error, ProviderError | TransientError) and error.status is not None:
                    self._heard()
                if isinstance(error, TransientError) and error.status == RATE_LIMITED:
                    self._refused(error)
                raise
        self._heard()
        budget.settle(aside, self.price, completion.usage)
        self.answered += 1
        if completion.usage is not None:
            self.input_tokens += completion.usage.input_tokens
            self.output_tokens += completion.usage.output_tokens
        throttle.succeeded()
        return completion

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
