"""The event loop for all calls of a process, in its own thread."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable, Coroutine
from concurrent.futures import CancelledError, Future
from typing import Any

from pytest_finetunebench.models.cache.waiting import TOLD_AFTER, Tell, tell_on_stderr, waits_for
from pytest_finetunebench.models.calling.budget import Budget
from pytest_finetunebench.models.calling.throttle import Limits, Throttle

WAIT_SECONDS = 0.1
"""How often a thread that waits for an answer calls `waiting`."""
NO_ANSWER_YET = "its SDK is still being loaded, as after an installation, or the server is silent"


class CallLoop:
    """One loop, with one throttle and one budget."""

    def __init__(self, limits: Limits | None = None, budget: Budget | None = None, tell: Tell = tell_on_stderr) -> None:
        self.loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self.loop.run_forever, name="finetunebench", daemon=True)
        self._thread.start()
        self.budget = budget or Budget(None, None)
        self.answered = False
        """Whether a provider has answered, so that its SDK is loaded."""
        self.halted = False
        """Whether no further call may begin."""
        self.notices: list[str] = []
        """What the user should be told at the end of the run."""
        self._tell = tell
        self.waiting: Callable[[], object] = lambda: None
        """Called by a waiting thread every `WAIT_SECONDS`."""
        self.throttle = self.run(_make_throttle(limits or Limits()))

    def submit(self, work: Coroutine[Any, Any, Any]) -> Future[Any]:
        """Begin `work` on the loop."""
        return asyncio.run_coroutine_threadsafe(work, self.loop)

    def run(self, work: Coroutine[Any, Any, Any]) -> Any:
        """Do `work` on the loop and wait for it."""
        return self.submit(work).result()

    def wait(self, future: Future[Any], fingerprint: str) -> None:
        """Wait until the call for a request has ended; its result or exception is left to the caller.

        Meanwhile call `waiting`, and let the request go before those that are only asked ahead.
        """
        began = time.monotonic()
        while not future.done():
            try:
                future.exception(timeout=WAIT_SECONDS)
            except TimeoutError:
                self.waiting()
                # each time: it may not have stood in the queue before
                self.loop.call_soon_threadsafe(self.throttle.hurry, fingerprint)
                if not (self.answered or self.notices) and time.monotonic() - began > TOLD_AFTER:
                    self.notice(waits_for("for the first answer", NO_ANSWER_YET))
            except CancelledError:
                return

    def notice(self, words: str) -> None:
        """Show a line now, and again at the end of the run; may be called from any thread."""
        self.notices.append(words)
        self._tell(words)

    async def wait_for_another(self, future: Future[Any], fingerprint: str) -> Any:
        """Do the same on the loop, for a test of another process, and return the result.

        Cancelling whoever waits leaves the call to its other readers.
        """
        waited = asyncio.wrap_future(future)
        waited.add_done_callback(lambda ended: ended.cancelled() or ended.exception())  # it may have no reader left
        while not (await asyncio.wait([waited], timeout=WAIT_SECONDS))[0]:
            self.throttle.hurry(fingerprint)
        return waited.result()

    def cancel(self) -> None:
        """Cancel all running work and wait until it has ended."""
        if not self.loop.is_closed():
            self.run(_cancel_others())

    def close(self) -> None:
        """Cancel all running work and end the thread; safe to call twice."""
        if self.loop.is_closed():
            return
        self.cancel()
        self.loop.call_soon_threadsafe(self.loop.stop)
        self._thread.join()
        self.loop.close()


async def _make_throttle(limits: Limits) -> Throttle:
    return Throttle(limits)


async def _cancel_others() -> None:
    mine = asyncio.current_task()
    others = [task for task in asyncio.all_tasks() if task is not mine]
    for task in others:
        task.cancel()
    await asyncio.gather(*others, return_exceptions=True)
