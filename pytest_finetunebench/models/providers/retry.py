"""The one retry loop, for every provider: the SDKs' own are off, since only one of them honours Retry-After."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from pytest_finetunebench.errors import ProviderError, TransientError

if TYPE_CHECKING:
    from tenacity import RetryCallState

FIRST_WAIT = 0.5
LONGEST_WAIT = 30.0
LONGEST_RETRY_AFTER = 120.0
"""Seconds; a server that asks for more is taken at its word, and the call fails at once."""

_Answer = TypeVar("_Answer")


@dataclass
class Attempts:
    """How many tries a call took."""

    made: int = 0
    sent: int = 0
    """Those that reached a provider."""


async def with_retries(call: Callable[[], Awaitable[_Answer]], max_retries: int, attempts: Attempts) -> _Answer:
    """Run `call` until it succeeds, fails for good, or has been tried `max_retries` times again.

    Waits double from 0.5 s up to 30 s with full jitter (AWS Architecture Blog, "Exponential Backoff And Jitter"); a
    server's Retry-After is waited out instead, up to 120 s, and up to 0.5 s longer so that calls do not return as one.

    Raises:
        ProviderError: the last failure, saying how often it was tried.
    """
    import tenacity

    async for attempt in tenacity.AsyncRetrying(
        stop=tenacity.stop_after_attempt(max_retries + 1),
        wait=_wait,
        retry=tenacity.retry_if_exception(_worth_another_try),
        reraise=True,
    ):
        with attempt:
            attempts.made += 1
            try:
                return await call()
            except TransientError as error:
                if attempts.made <= max_retries and _worth_another_try(error):
                    raise
                why = f"{error} ({_why(error, attempts.made)})"
                raise ProviderError(why, status=error.status, exhausted=True) from error
    raise AssertionError("tenacity re-raises the last failure")


def _worth_another_try(error: BaseException) -> bool:
    return isinstance(error, TransientError) and (error.retry_after or 0.0) <= LONGEST_RETRY_AFTER


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
