"""The retry loop of every provider. The SDKs' loops are off: only one of them honours Retry-After."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from types import TracebackType
from typing import TYPE_CHECKING, TypeVar

from pytest_finetunebench.errors import ProviderError, TransientError

if TYPE_CHECKING:
    from tenacity import AttemptManager, RetryCallState

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
        self.made = 0
        """Tries begun."""
        self.sent = 0
        """Tries that were sent. The sender counts them."""

    def __aiter__(self) -> Tries:
        import tenacity

        waits = tenacity.AsyncRetrying(wait=_wait, retry=tenacity.retry_if_exception_type(TransientError))
        self._waits = aiter(waits)
        return self

    async def __anext__(self) -> _Try:
        attempt = await anext(self._waits)
        self.made += 1
        return _Try(attempt, self.made, last=self.made > self._max_retries)


class _Try:
    """One try. Only a failure that leads to another try is handed to tenacity: others keep their short traceback."""

    def __init__(self, attempt: AttemptManager, number: int, *, last: bool) -> None:
        self._attempt = attempt
        self._number = number
        self._last = last

    def __enter__(self) -> None:
        self._attempt.__enter__()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> bool | None:
        if not isinstance(error, TransientError):
            return None
        last = self._last or (error.most_tries is not None and self._number >= error.most_tries)
        if last or not _worth_another_try(error):
            raise ProviderError(
                f"{error} ({_why(error, self._number)})", status=error.status, exhausted=True
            ) from error
        return self._attempt.__exit__(kind, error, trace)


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
