"""A worker's end of the channel over which the controller asks for it."""

from __future__ import annotations

import asyncio
import hashlib
import itertools
import json
import threading
from collections.abc import Callable
from typing import Any

from pytest_finetunebench.completions import Request
from pytest_finetunebench.errors import ProviderError
from pytest_finetunebench.grading.version import grading_version
from pytest_finetunebench.models.calling.answer import Answer, NoAnswer
from pytest_finetunebench.models.calling.line import decode_outcome, encode_request, to_text


def same_work(suite_hash: str) -> str:
    """Return a digest that processes share which ask the same probes and grade alike."""
    return hashlib.sha256(f"{suite_hash} {grading_version()}".encode()).hexdigest()[:16]


class WorkerLine:
    """A worker's end of the channel. Implements `models.calling.line.Line`."""

    def __init__(self, channel: Any, suite_hash: Callable[[], str]) -> None:
        self._channel = channel
        self._suite_hash = suite_hash
        self._numbers = itertools.count()
        self._waiting: dict[int, tuple[asyncio.AbstractEventLoop, asyncio.Future[Answer | NoAnswer]]] = {}
        self._guard = threading.Lock()
        self._work: str | None = None
        channel.setcallback(self._received, endmarker=None)

    async def ask(self, role: str, request: Request) -> Answer | NoAnswer:
        """Return the controller's answer."""
        if self._work is None:
            self._work = same_work(self._suite_hash())
        loop = asyncio.get_running_loop()
        answer: asyncio.Future[Answer | NoAnswer] = loop.create_future()
        number = next(self._numbers)
        with self._guard:
            self._waiting[number] = loop, answer
        try:
            self._channel.send(to_text({"number": number, "work": self._work, **encode_request(role, request)}))
        except OSError:
            self._settle(number, _gone())
        return await answer

    def _received(self, text: str | None) -> None:
        """Take an answer, on execnet's thread; None where the controller has gone."""
        if text is None:
            for number in list(self._waiting):
                self._settle(number, _gone())
            return
        message = json.loads(text)
        self._settle(message["number"], decode_outcome(message))

    def _settle(self, number: int, outcome: Answer | NoAnswer) -> None:
        with self._guard:
            loop, answer = self._waiting.pop(number, (None, None))
        if loop is not None and answer is not None and not loop.is_closed():
            loop.call_soon_threadsafe(_set, answer, outcome)


def _gone() -> NoAnswer:
    return NoAnswer(ProviderError("the process that owns the run has gone"))


def _set(answer: asyncio.Future[Answer | NoAnswer], outcome: Answer | NoAnswer) -> None:
    if not answer.done():
        answer.set_result(outcome)
