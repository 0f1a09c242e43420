"""The retry loop of every provider. The SDKs' loops are off: only one of them honours Retry-After."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from types import TracebackType
from typing import TYPE_CHECKING, TypeVar

from pytest_finetunebench.errors import ProviderError, TransientError

if TYPE_CHECKING:
    from tenacity import RetryCallState

FIRST_WAIT = 0.5
LONGEST_WAIT = 30.0
LONGEST_RETRY_AFTER = 120.0
"""Seconds. If a server asks for a longer wait, the call fails at once."""

_Answer = TypeVar("_Answer")


class Tries:
    """The tries of one call: loop over them with `async for`, and make each try within `with`.

    A failure that may pass leads to the next try, up to `max_retries` of them; any other ends the loop. Waits double
    from 0.5 s up to 30 s with full jitter (AWS Architecture Blog, "Exponential Backoff And Jitter"). A server's
    Retry-After is waited out instead, up to 120 s, and up to 0.5 s longer so that calls do not return as one.

    Raises:
        ProviderError: within `with`, for the last failure; it says how often the call was tried.
    """

    def __init__(self, max_retries: int) -> None:
        self._max_retries = max_retries
        self._failure: TransientError | None = None
        self.made = 0
        """Tries begun."""
        self.sent = 0
        """Tries that were sent. The sender counts them."""

    def __aiter__(self) -> Tries:
        return self

    async def __anext__(self) -> _Try:
        if self._failure is not None:
            await asyncio.sleep(_wait(_state_after(self._failure, self.made)))
            self._failure = None
        self.made += 1
        return _Try(self, last=self.made > self._max_retries)

    def wait_for(self, failure: TransientError) -> None:
        """Wait for as long as this failure asks for before the next try."""
        self._failure = failure


class _Try:
    """One try. It takes only a failure that leads to another try: others keep their short traceback."""

    def __init__(self, tries: Tries, *, last: bool) -> None:
        self._tries = tries
        self._last = last

    def __enter__(self) -> None:
        pass

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> bool | None:
        if not isinstance(error, TransientError):
            return None
        made = self._tries.made
        last = self._last or (error.most_tries is not None and made >= error.most_tries)
        if last or not _worth_another_try(error):
            raise ProviderError(f"{error} ({_why(error, made)})", status=error.status, exhausted=True) from error
        self._tries.wait_for(error)
        return True


async def with_retries(call: Callable[[], Awaitable[_Answer]], tries: Tries) -> _Answer:
    """Run `call` until it succeeds, fails for good, or has no tries left.

    Raises:
        ProviderError: the last failure, saying how often it was tried.
    """
    async for attempt in tries:
        with attempt:
            return await call()
    raise AssertionError("the last try returns or raises")


def _worth_another_try(error: TransientError) -> bool:
    return (error.retry_after or 0.0) <= LONGEST_RETRY_AFTER


def _why(error: TransientError, tries: int) -> str:
    told = f"gave up after {tries} tries" if tries > 1 else "gave up after 1 try"
    return told if _worth_another_try(error) else f"{told}: it asks for a wait of {error.retry_after:.0f} s"


def _state_after(failure: TransientError, tries: int) -> RetryCallState:
    """Return what tenacity's waits go by. Its loop is not used: it takes 45 µs before a call's first try."""
    import tenacity

    state = tenacity.RetryCallState(tenacity.AsyncRetrying(), fn=None, args=(), kwargs={})
    state.attempt_number = tries
    state.set_exception((type(failure), failure, failure.__traceback__))
    return state


def _backoff(state: RetryCallState) -> float:
    import tenacity

    return tenacity.wait_random_exponential(multiplier=FIRST_WAIT, max=LONGEST_WAIT)(state)


def _jitter(state: RetryCallState) -> float:
    import tenacity

    return tenacity.wait_random(0, FIRST_WAIT)(state)


def _wait(state: RetryCallState) -> float:
    error = state.outcome.exception() if state.outcome is not None else None
    if isinstance(error, TransientError) and error.retry_after is not None:
        return error.retry_after + _jitter(state)
    return _backoff(state)
