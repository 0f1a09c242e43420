"""pytest-xdist workers on other hosts: the controller asks for them, as they share no folder and no count with it.

A channel of execnet, handed to each worker as it starts, carries requests to the controller and answers back. So a run
makes the calls that one process would make, within one budget, and every answer is in the controller's cache.
"""

from __future__ import annotations

import asyncio
import json
import os
from collections.abc import Generator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from pytest_finetunebench.errors import FinetuneBenchError, ProviderError
from pytest_finetunebench.models.calling.answer import Answer, NoAnswer
from pytest_finetunebench.models.calling.line import (
    decode_request,
    encode_outcome,
    to_text,
)
from pytest_finetunebench.models.roles import ModelSet
from pytest_finetunebench.plugin.batching import wait_for_batches
from pytest_finetunebench.plugin.collector import ResultCollector
from pytest_finetunebench.plugin.probing import ProbingSession
from pytest_finetunebench.plugin.process import CHANNEL, VARIABLES, spec_is_elsewhere
from pytest_finetunebench.plugin.worker_line import same_work
from pytest_finetunebench.runs.results import ProbeResult

_PREFIX = "FT_"
_OTHER_FILES = (
    "{} has other case files or another version of pytest-finetunebench than the process that owns the run: "
    "give all hosts the same"
)


class ControllerLine:
    """The controller's end of all channels. Registered only under pytest-xdist; idle where all workers are near."""

    def __init__(self, config: pytest.Config, session: ProbingSession, collector: ResultCollector) -> None:
        self._config = config
        self._session = session
        self._collector = collector
        self._models: ModelSet | None = None
        self._work = ""
        self._began = False
        self._senders: dict[str, ThreadPoolExecutor] = {}
        self._paid: dict[str, list[tuple[str, Any, Answer]]] = {}

    def pytest_configure_node(self, node: Any) -> None:
        """Hand a worker its end of the channel before it starts, where one of the workers is elsewhere.

        Raises:
            pytest.UsageError: suite, model or cache cannot work.
        """
        if not any(map(spec_is_elsewhere, node.nodemanager.specs)):
            return
        models, name = self._open(), node.gateway.id
        channel = node.gateway.newchannel()
        sender = self._senders[name] = ThreadPoolExecutor(1, thread_name_prefix=f"finetunebench-{name}")

        def received(text: str | None) -> None:
            if text is not None:
                models.calls.submit(self._answer(name, channel, sender, json.loads(text)))

        channel.setcallback(received, endmarker=None)
        node.workerinput[CHANNEL] = channel
        node.workerinput[VARIABLES] = {key: text for key, text in os.environ.items() if key.startswith(_PREFIX)}

    def pytest_xdist_node_collection_finished(self, ids: list[str]) -> None:
        """Ask ahead once the first worker tells which tests there are."""
        if self._models is None or self._began:
            return
        self._began = True
        self._session.selection.choose_named(ids)
        asked = self._session.selection.named(ids)
        if self._session.settings.answers.batch:
            self._session.add_notices(wait_for_batches(self._config, self._models, asked))
        self._models.prefetch(asked, self._session.graders)

    def pytest_testnodedown(self, node: Any) -> None:
        """Take back what a crashed worker was charged with and never told."""
        name = node.gateway.id
        sender = self._senders.pop(name, None)
        if sender is not None:
            sender.shutdown(wait=False)
        if self._models is None or hasattr(node, "workeroutput"):
            return
        told = {fingerprint for result in self._collector.all_results for fingerprint in _fingerprints(result)}
        for role, request, answer in self._paid.pop(name, []):
            if request.fingerprint not in told:
                self._models.take_back(role, request, answer)  # type: ignore[arg-type]

    @pytest.hookimpl(wrapper=True)
    def pytest_runtestloop(self, session: pytest.Session) -> Generator[None, object, object]:
        at_once = True
        try:
            outcome = yield
            at_once = bool(session.shouldfail or session.shouldstop)
            return outcome
        finally:
            if self._models is not None:
                self._models.stop(at_once=at_once)

    def _open(self) -> ModelSet:
        if self._models is None:
            try:
                self._work = same_work(self._session.suite.hash)
                self._session.models.open()
                _ = self._session.graders
            except FinetuneBenchError as error:
                raise pytest.UsageError(str(error)) from error
            self._models = self._session.models
        return self._models

    async def _answer(self, name: str, channel: Any, sender: ThreadPoolExecutor, message: dict[str, Any]) -> None:
        models = self._models
        if models is None:
            raise AssertionError("the models are open before a worker starts")
        role, request = decode_request(message)
        if message["work"] == self._work:
            outcome = await models.answer(role, request)  # type: ignore[arg-type]
        else:
            outcome = NoAnswer(ProviderError(_OTHER_FILES.format(name)))
        text = to_text({"number": message["number"], **encode_outcome(outcome)})
        try:
            # a host that hangs must not hold up the calls for others
            await asyncio.get_running_loop().run_in_executor(sender, channel.send, text)
        except (OSError, RuntimeError):  # the worker has gone
            if isinstance(outcome, Answer):
                models.take_back(role, request, outcome)  # type: ignore[arg-type]
            return
        if isinstance(outcome, Answer) and outcome.calls:
            self._paid.setdefault(name, []).append((role, request, outcome))


def _fingerprints(result: ProbeResult) -> set[str | None]:
    answers = result.all_answers
    opinions = [opinion for one in answers for opinion in (one.judge, *one.further_opinions) if opinion is not None]
    return {*(one.fingerprint for one in answers), *(opinion.fingerprint for opinion in opinions)}
