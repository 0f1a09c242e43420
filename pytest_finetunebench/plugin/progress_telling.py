"""Whose progress is shown where. Under pytest-xdist workers tell the controller how far they are; it shows the sum.

Each worker has a channel of execnet for it. What arrives there is shown by the thread that runs pytest-xdist's loop,
the only one that writes: an event in the loop's own queue calls it.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from dataclasses import asdict
from typing import Any

import pytest

from pytest_finetunebench.models.completers import CallStatus
from pytest_finetunebench.models.roles import ModelSet
from pytest_finetunebench.plugin.process import PROGRESS, progress_channel_of, this_process
from pytest_finetunebench.plugin.progress import Progress

TELL_SECONDS = 0.25
_EVENT = "finetunebench_progress"


def show_progress(config: pytest.Config, models: ModelSet) -> None:
    """Show progress of this process's calls until all are made. A worker owns no terminal: it tells its controller."""
    channel = progress_channel_of(config)
    shown: Progress | ProgressTelling
    if channel is not None:
        shown = ProgressTelling(config, channel, models.status)
    elif this_process(config).owns_run and config.pluginmanager.hasplugin("terminalreporter"):
        shown = Progress(config, models.status)
    else:
        return
    models.calls.waiting = shown.tick
    config.pluginmanager.register(shown)


class ProgressTelling:
    """A worker's end. Unregisters when all calls are made."""

    def __init__(self, config: pytest.Config, channel: Any, status: Callable[[], CallStatus]) -> None:
        self._plugins = config.pluginmanager
        self._channel = channel
        self._status = status
        self._told_at = 0.0

    def tick(self) -> None:
        """Tell the controller if it is time to. Called often, by the tests' thread."""
        now = time.monotonic()
        if now - self._told_at < TELL_SECONDS:
            return
        self._told_at = now
        status = self._status()
        self._tell(status)
        if status.done >= status.total and self._plugins.is_registered(self):
            self._plugins.unregister(self)

    @pytest.hookimpl(trylast=True)
    def pytest_runtest_logfinish(self) -> None:
        self.tick()

    def pytest_sessionfinish(self) -> None:
        self._tell(self._status())

    def _tell(self, status: CallStatus) -> None:
        try:
            self._channel.send(json.dumps(asdict(status)))
        except OSError:  # the controller has gone: pytest-xdist ends this worker
            self._plugins.unregister(self)


class ProgressSum:
    """The controller's end."""

    def __init__(self, config: pytest.Config, own: Callable[[], CallStatus | None]) -> None:
        self._config = config
        self._own = own
        self._told: dict[str, CallStatus] = {}
        self._progress: Progress | None = None

    def pytest_configure_node(self, node: Any) -> None:
        """Hand a worker its end of the channel before it starts."""
        if not self._config.pluginmanager.hasplugin("terminalreporter"):
            return
        if self._progress is None:
            self._progress = Progress(self._config, self._sum, stays=True)
            self._config.pluginmanager.register(self._progress)
        name, channel = node.gateway.id, node.gateway.newchannel()

        def received(text: str) -> None:
            self._told[name] = CallStatus(**json.loads(text))
            self._wake()

        channel.setcallback(received)
        node.workerinput[PROGRESS] = channel

    def _wake(self) -> None:
        loop = self._config.pluginmanager.getplugin("dsession")
        queue = getattr(loop, "queue", None)
        if queue is not None and self._progress is not None:
            # pytest-xdist calls `worker_NAME` of its session for each event
            setattr(loop, f"worker_{_EVENT}", self._progress.tick)
            queue.put((_EVENT, {}))

    def _sum(self) -> CallStatus:
        own = self._own()
        told = [*self._told.values(), *([] if own is None else [own])]
        costs = [one.cost for one in told if one.cost is not None or one.done]
        known = [cost for cost in costs if cost is not None]
        return CallStatus(
            done=sum(one.done for one in told),
            total=sum(one.total for one in told),
            in_flight=sum(one.in_flight for one in told),
            retries=sum(one.retries for one in told),
            cost=sum(known) if known and len(known) == len(costs) else None,
        )
