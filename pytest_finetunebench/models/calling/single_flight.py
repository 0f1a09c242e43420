"""One call for one request within a process; between processes the cache's locks see to it."""

from __future__ import annotations

import asyncio
import functools
import threading
from collections.abc import Callable, Coroutine
from concurrent.futures import CancelledError, Future
from typing import Any

from pytest_finetunebench.models.calling.answer import Answer, NoAnswer
from pytest_finetunebench.models.calling.loop import CallLoop

RECENT = 500
"""Answers fetched ahead that stay in memory for the tests close behind."""

Fetch = Callable[[], Coroutine[Any, Any, Answer | NoAnswer]]
"""Starts the work that gets an answer."""
Flight = Future[Answer | NoAnswer]


class SingleFlight:
    """The calls under way, by fingerprint: whoever asks for one of them waits for it instead of making another.

    May be used from any thread; `join_ahead` on the loop only.
    """

    def __init__(self, calls: CallLoop) -> None:
        self._calls = calls
        self._guard = threading.Lock()
        self._flights: dict[str, Flight] = {}
        self._recent: dict[str, Answer] = {}
        self._tasks: set[asyncio.Task[Answer | NoAnswer]] = set()

    @property
    def pending(self) -> list[Flight]:
        """The calls under way; without a cache also those that have ended."""
        with self._guard:
            return list(self._flights.values())

    def find(self, fingerprint: str) -> Flight | Answer | None:
        """Return the call under way, or the answer that was just fetched ahead."""
        with self._guard:
            return self._flights.get(fingerprint) or self._recent.get(fingerprint)

    def join(self, fingerprint: str, fetch: Fetch) -> Flight:
        """Return the call under way; begin it where there is none."""
        with self._guard:
            flight = self._flights.get(fingerprint)
            if flight is None:
                flight = self._flights[fingerprint] = self._calls.submit(fetch())
            return flight

    def join_ahead(self, fingerprint: str, fetch: Fetch, ended: Callable[[], object] | None = None) -> Flight:
        """Do the same from the loop, where a task costs less than work sent by a thread; call `ended` at its end."""
        with self._guard:
            flight = self._flights.get(fingerprint)
            begun = flight is None
            if flight is None:
                flight = self._flights[fingerprint] = Future()
                flight.set_running_or_notify_cancel()  # a waiter that leaves must not cancel it for the others
        if begun:
            task = self._calls.loop.create_task(fetch())
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
            task.add_done_callback(functools.partial(_settle, flight))
            if ended is not None:
                task.add_done_callback(lambda _: ended())
        elif ended is not None:
            ended()
        return flight

    def land(self, fingerprint: str, answer: Answer, *, ahead: bool) -> None:
        """Forget a call whose answer is in the cache; keep the latest answers fetched ahead of the tests."""
        with self._guard:
            self._flights.pop(fingerprint, None)
            if ahead:
                self._recent[fingerprint] = answer
                if len(self._recent) > RECENT:
                    del self._recent[next(iter(self._recent))]

    def forget(self, fingerprint: str, flight: Flight) -> None:
        """Forget a call that failed, so that the next who asks makes a new one."""
        with self._guard:  # another thread may have begun a new one meanwhile
            if self._flights.get(fingerprint) is flight:
                del self._flights[fingerprint]

    def drop_recent(self, fingerprint: str) -> None:
        """Drop an answer that has been read: its next reader finds it in the cache."""
        with self._guard:
            self._recent.pop(fingerprint, None)


def _settle(flight: Flight, task: asyncio.Task[Answer | NoAnswer]) -> None:
    if task.cancelled():
        flight.set_exception(CancelledError())
    elif error := task.exception():
        flight.set_exception(error)
    else:
        flight.set_result(task.result())
