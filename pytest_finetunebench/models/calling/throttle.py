"""Limit calls in flight and their rates: one throttle for all models of a process."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from pytest_finetunebench.completions import Request
from pytest_finetunebench.models.providers.retry import LONGEST_RETRY_AFTER

CHARACTERS_PER_TOKEN = 4
"""A usual estimate for English text."""
UNLIMITED_ANSWER = 500
"""Tokens estimated for an answer without a token limit."""
GROW_AFTER = 2.0
"""Calls that must succeed per allowed call before one more is allowed."""
RATE_LIMITED = 429
WEIGHT = 0.05
"""Weight of the latest outcome in the moving average of refusals."""
WAVE = 0.2
"""The share of refusals that counts as a wave; about five in a row reach it."""


@dataclass(frozen=True)
class Limits:
    """A process's limits on calls; None for no limit."""

    concurrency: int = 32
    requests_per_minute: float | None = None
    tokens_per_minute: float | None = None

    def share(self, parts: int) -> Limits:
        """Return one of several equal parts; a part is at least one call at a time."""
        rpm, tpm = self.requests_per_minute, self.tokens_per_minute
        return Limits(max(1, self.concurrency // parts), rpm and rpm / parts, tpm and tpm / parts)


@dataclass(frozen=True, eq=False)
class _Turn:
    """A call that waits for its turn."""

    fingerprint: str
    come: asyncio.Future[None]


class Throttle:
    """Lets calls begin, within concurrency and rates; fewer at once after a server asked for less.

    Adaptive as TCP is (additive increase, multiplicative decrease; D. Chiu & R. Jain 1989): a wave of 429s halves the
    number of calls at once and holds everyone for their Retry-After, and each two rounds of successes allow one more.
    A refusal among successes is no wave: the limit is not reached then, and it holds its own request alone.
    """

    def __init__(self, limits: Limits) -> None:
        from aiolimiter import AsyncLimiter

        self._limits = limits
        # the first call goes alone: a refused key or an unknown model then costs one call
        self._allowed = 1.0
        self._proven = False
        self._waiting: deque[_Turn] = deque()
        self._paused_until = 0.0
        self._resumption: asyncio.TimerHandle | None = None
        self._halved_at = 0.0
        self._refusals = 0.0
        rpm, tpm = limits.requests_per_minute, limits.tokens_per_minute
        # in portions of a second, so that a minute's worth is not spent in its first second
        self._requests = AsyncLimiter(max(rpm / 60, 1.0), max(60 / rpm, 1.0)) if rpm else None
        self._tokens_at_once = (tpm or 0.0) / 6
        self._tokens = AsyncLimiter(self._tokens_at_once, 10) if tpm else None
        self.in_flight = 0
        """Calls in flight."""

    def hurry(self, fingerprint: str) -> None:
        """Let a request that a test waits for begin before those asked ahead."""
        first = [turn for turn in self._waiting if turn.fingerprint == fingerprint]
        for turn in first:
            self._waiting.remove(turn)
        self._waiting.extendleft(reversed(first))

    @asynccontextmanager
    async def slot(self, request: Request) -> AsyncIterator[None]:
        """Wait until a call may begin, first come first served but for `hurry`, and count it until it ends."""
        await self._enter(request.fingerprint)
        try:
            if self._requests is not None:
                await self._requests.acquire()
            if self._tokens is not None:
                await self._tokens.acquire(min(sum(estimated_tokens(request)), self._tokens_at_once))
            yield
        finally:
            self._leave()

    def succeeded(self) -> None:
        """Note that a call succeeded: slowly allow more."""
        grown = self._allowed + 1 / (GROW_AFTER * self._allowed) if self._proven else self._limits.concurrency
        self._allowed = min(grown, float(self._limits.concurrency))
        self._proven = True
        self._refusals *= 1 - WEIGHT
        self._admit()

    def refused(self, retry_after: float | None) -> bool:
        """Note that the server asked for less, and return whether this is a wave.

        A wave halves the calls at once, once a second, and holds everyone for `retry_after`; but not for longer than a
        single call would wait, since then none is worth waiting for.
        """
        now = asyncio.get_running_loop().time()
        self._refusals += WEIGHT * (1 - self._refusals)
        if self._refusals < WAVE:
            return False
        if now - self._halved_at > 1.0:
            self._allowed = max(1.0, self._allowed / 2)
            self._halved_at = now
        if (retry_after or 0.0) <= LONGEST_RETRY_AFTER:
            self._paused_until = max(self._paused_until, now + (retry_after or 0.0))
        return True

    async def _enter(self, fingerprint: str) -> None:
        loop = asyncio.get_running_loop()
        while True:
            turn = _Turn(fingerprint, loop.create_future())
            self._waiting.append(turn)
            self._admit()
            try:
                await turn.come
            except asyncio.CancelledError:
                if not turn.come.cancelled():
                    self._leave()  # its turn had come: it is the next one's
                raise
            if loop.time() >= self._paused_until:
                return
            self._leave()  # a wave came between the turn and this line

    def _leave(self) -> None:
        self.in_flight -= 1
        self._admit()

    def _admit(self) -> None:
        """Wake as many waiting calls as may begin, and count them."""
        loop = asyncio.get_running_loop()
        if loop.time() < self._paused_until:
            if self._resumption is None and self._waiting:
                self._resumption = loop.call_at(self._paused_until, self._resume)
            return
        while self._waiting and self.in_flight < max(1, int(self._allowed)):
            turn = self._waiting.popleft()
            if not turn.come.done():  # whoever was cancelled is still in the queue
                self.in_flight += 1
                turn.come.set_result(None)

    def _resume(self) -> None:
        self._resumption = None
        self._admit()


def estimated_tokens(request: Request) -> tuple[int, int]:
    """Return a call's estimated input tokens and its most output tokens."""
    characters = sum(len(message.content) for message in request.messages)
    input_tokens = sum(4 for _ in request.messages) + -(-characters // CHARACTERS_PER_TOKEN)
    return input_tokens, request.sampling.max_tokens or UNLIMITED_ANSWER
