"""Asks the judge ahead of the tests about each answer that will need it."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from pytest_finetunebench.cases.suite import Probe
from pytest_finetunebench.completions import Request
from pytest_finetunebench.grading.custom import GraderFunction
from pytest_finetunebench.models.completer import Completer
from pytest_finetunebench.models.judge import ModelJudge, wanted_opinions


@dataclass(frozen=True)
class JudgedPrefetch:
    """One model's answers and the judge's opinions of them, asked for so that the tests find them."""

    completer: Completer
    judge: ModelJudge
    graders: Mapping[str, GraderFunction]
    audit: bool
    """Whether the judge is asked about every free answer."""
    at_once: int
    """Probes in work at the same time."""

    async def run(self, asked: Iterable[tuple[Probe, Request]]) -> None:
        """Ask in order; on the loop only. Once it is cancelled, no further opinion is asked for."""
        window = asyncio.Semaphore(self.at_once)
        under_way: set[asyncio.Task[None]] = set()

        def end(task: asyncio.Task[None]) -> None:
            under_way.discard(task)
            window.release()

        try:
            for probe, request in asked:
                await window.acquire()
                task = asyncio.create_task(self._ask(probe, request))
                under_way.add(task)
                task.add_done_callback(end)
            await asyncio.gather(*under_way, return_exceptions=True)
        finally:
            for task in under_way:  # calls go on without them, but lead to no further ones
                task.cancel()

    async def _ask(self, probe: Probe, request: Request) -> None:
        answer = await self.completer.ahead(request)
        if answer is None:
            return
        for wanted in wanted_opinions(probe, answer.completion, self.graders, audit=self.audit):
            await self.judge.ahead(probe, *wanted)
