"""Wait for a server that loads or restarts: once, for all requests together."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable

from pytest_finetunebench.errors import ProviderError, TransientError
from pytest_finetunebench.models.providers.retry import FIRST_WAIT, LONGEST_RETRY_AFTER

LONGEST_PAUSE = 5.0
"""Seconds between two looks at a server that is away, unless it asks for more."""
TOLD_AFTER = 3.0
"""Seconds after which a person is told what the run waits for."""


class Outage:
    """The time that one model's server is away, from its first refusal to its next answer; on the loop only.

    One request looks again and again, and the others wait for it. `seconds` is the longest wait, 0 for none.
    """

    def __init__(self, seconds: float, tell: Callable[[str], object]) -> None:
        self._seconds = seconds
        self._tell = tell
        self._began: float | None = None
        self._pause = FIRST_WAIT
        self._looker: object | None = None
        """The request that looks whether the server is back."""
        self._changed = asyncio.Event()
        self._told = False
        self.ends = 0
        """How often the server came back."""

    async def over(self, request: object) -> None:
        """Wait until a request may be sent: while the server is away, only the one that looks may."""
        while self._looker is not None and self._looker is not request:
            await self._changed.wait()

    def waits_for(self, error: TransientError, seen: int) -> bool:
        """Whether a failure is waited out, rather than counted as one of the request's tries.

        `seen` is `ends` as it was at the request's first failure of this kind, -1 before it. If the server has
        answered others since, the failure is the request's own.
        """
        away = error.unavailable and (error.retry_after or 0.0) <= LONGEST_RETRY_AFTER
        return away and self._seconds > 0 and not 0 <= seen < self.ends

    async def wait(self, request: object, error: TransientError) -> None:
        """Wait for the next look at the server, if that is this request's to take.

        Raises:
            ProviderError: the server stayed away for too long. No other request need try.
        """
        now = time.monotonic()
        if self._looker is None:
            self._looker = request
            self._changed = asyncio.Event()
        if self._began is None:
            self._began, self._pause = now, FIRST_WAIT
        if self._looker is not request:
            return
        waited = now - self._began
        if waited >= self._seconds:
            raise ProviderError(
                f"{error} (not back within {self._seconds:g} s; --ft-wait=SECONDS waits longer)",
                status=error.status,
                hopeless=True,
                exhausted=True,
            ) from error
        if waited >= TOLD_AFTER and not self._told:
            self._told = True
            self._tell(f"waiting up to {self._seconds:g} s (--ft-wait): {error}")
        await asyncio.sleep(min(max(self._pause, error.retry_after or 0.0), self._seconds - waited))
        self._pause = min(2 * self._pause, LONGEST_PAUSE)

    def leave(self, request: object) -> None:
        """Let another request look, if this one did."""
        if self._looker is request:
            self._release()

    def answered(self) -> None:
        """Note that the server answered, whatever it said: it is back."""
        if self._began is not None:
            self.ends += 1
            self._began, self._told = None, False
            self._release()

    def _release(self) -> None:
        self._looker = None
        self._changed.set()
