"""How many calls begin, in which order, and what a wave of refusals or a cancelled call changes."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_finetunebench.completions import Message, Request
from pytest_finetunebench.models.calling.throttle import Limits, Throttle


def ask(prompt: str) -> Request:
    return Request(provider="openai", model="m", messages=(Message(role="user", content=prompt),))


REQUEST = ask("q")
WAVE_OF = 5
"""Refusals in a row that are a wave."""


class Calls:
    """Calls that wait for a slot, and last until they are told to end."""

    def __init__(self, throttle: Throttle, count: int) -> None:
        self.throttle = throttle
        self.begun: list[int] = []
        self.endings = [asyncio.Event() for _ in range(count)]
        self.tasks = [asyncio.create_task(self._call(number)) for number in range(count)]

    async def _call(self, number: int) -> None:
        async with self.throttle.slot(REQUEST):
            self.begun.append(number)
            await self.endings[number].wait()

    async def end(self, *numbers: int) -> None:
        for number in numbers:
            self.endings[number].set()
        await settled()

    async def all_end(self) -> None:
        for ending in self.endings:
            ending.set()
        await asyncio.wait_for(asyncio.gather(*self.tasks, return_exceptions=True), 10)


async def settled() -> None:
    for _ in range(20):
        await asyncio.sleep(0)


def proven(concurrency: int) -> Throttle:
    throttle = Throttle(Limits(concurrency))
    throttle.succeeded()
    return throttle


def on_a_loop(test: Callable[[], Awaitable[Any]]) -> None:
    async def run() -> None:
        await test()

    asyncio.run(run())


def test_the_first_call_goes_alone_then_as_many_as_allowed() -> None:
    async def test() -> None:
        throttle = Throttle(Limits(3))
        calls = Calls(throttle, 6)
        await settled()
        assert calls.begun == [0]
        throttle.succeeded()
        await settled()
        assert calls.begun == [0, 1, 2]
        assert throttle.in_flight == 3
        await calls.all_end()
        assert calls.begun == [0, 1, 2, 3, 4, 5]
        assert throttle.in_flight == 0

    on_a_loop(test)


def test_what_a_test_waits_for_begins_before_what_is_asked_ahead() -> None:
    async def test() -> None:
        throttle = proven(1)
        begun: list[str] = []

        async def call(prompt: str) -> None:
            async with throttle.slot(request := ask(prompt)):
                begun.append(request.prompt)
                await asyncio.sleep(0)

        tasks = [asyncio.create_task(call(prompt)) for prompt in "abcdc"]
        await asyncio.sleep(0)
        throttle.hurry(ask("c").fingerprint)
        throttle.hurry(ask("nobody asks this").fingerprint)
        await asyncio.wait_for(asyncio.gather(*tasks), 10)
        assert "".join(begun) == "accbd", "the one in flight, then both that are waited for, then as before"
        assert throttle.in_flight == 0

    on_a_loop(test)


def test_each_end_wakes_one_and_leaves_the_others_asleep(monkeypatch: pytest.MonkeyPatch) -> None:
    async def test() -> None:
        loop, count = asyncio.get_running_loop(), 50
        calls = Calls(proven(2), count)
        await settled()
        woken = 0
        call_soon = loop.call_soon

        def counting(*args: Any, **options: Any) -> Any:
            nonlocal woken
            woken += 1
            return call_soon(*args, **options)

        monkeypatch.setattr(loop, "call_soon", counting)
        calls.endings[0].set()
        for _ in range(5):
            await asyncio.sleep(0)
        monkeypatch.undo()
        assert calls.begun == [0, 1, 2]
        assert woken < 10, "of 48 who wait"
        await calls.all_end()

    on_a_loop(test)


def test_a_failed_call_frees_its_slot() -> None:
    async def fail(throttle: Throttle) -> None:
        async with throttle.slot(REQUEST):
            raise ValueError("no answer")

    async def test() -> None:
        throttle = proven(1)
        for _ in range(2):
            with pytest.raises(ValueError, match="no answer"):
                await asyncio.wait_for(fail(throttle), 10)
        assert throttle.in_flight == 0

    on_a_loop(test)


@pytest.mark.parametrize("after_its_turn", [False, True])
def test_a_cancelled_call_leaves_its_turn_to_the_next(after_its_turn: bool) -> None:
    async def test() -> None:
        calls = Calls(proven(1), 3)
        await settled()
        if after_its_turn:
            calls.endings[0].set()
            await asyncio.sleep(0)  # the first ends, the second's turn has come and it has not run yet
            assert calls.tasks[0].done()
            assert calls.begun == [0]
            assert calls.throttle.in_flight == 1
        calls.tasks[1].cancel()
        await calls.end(0)
        assert calls.begun == [0, 2]
        await calls.all_end()
        assert calls.throttle.in_flight == 0

    on_a_loop(test)


def test_a_wave_of_refusals_halves_and_holds_everyone() -> None:
    async def test() -> None:
        loop, throttle = asyncio.get_running_loop(), proven(8)
        began = loop.time()
        for _ in range(WAVE_OF):
            throttle.refused(0.2)
        calls = Calls(throttle, 8)
        await settled()
        assert calls.begun == []
        while not calls.begun:
            await asyncio.sleep(0.01)
        await settled()
        assert loop.time() - began >= 0.2
        assert calls.begun == [0, 1, 2, 3]
        await calls.all_end()

    on_a_loop(test)


def test_a_wave_holds_even_whose_turn_had_come() -> None:
    async def test() -> None:
        throttle = proven(4)
        calls = Calls(throttle, 4)
        await settled()
        late = Calls(throttle, 1)
        await settled()
        calls.endings[0].set()
        await asyncio.sleep(0)
        for _ in range(WAVE_OF):
            throttle.refused(0.2)
        await settled()
        assert late.begun == []
        assert throttle.in_flight == 3
        await calls.all_end()
        await late.all_end()
        assert late.begun == [0]

    on_a_loop(test)


def test_a_longer_pause_outlasts_a_shorter_one() -> None:
    async def test() -> None:
        loop, throttle = asyncio.get_running_loop(), proven(1)
        for _ in range(WAVE_OF):
            throttle.refused(0.05)
        calls = Calls(throttle, 1)
        await settled()
        throttle.refused(0.25)
        began = loop.time()
        while not calls.begun:
            await asyncio.sleep(0.01)
        assert loop.time() - began >= 0.24
        await calls.all_end()

    on_a_loop(test)


def test_a_refusal_among_successes_holds_nobody() -> None:
    async def test() -> None:
        throttle = proven(2)
        throttle.refused(60)
        calls = Calls(throttle, 2)
        await settled()
        assert calls.begun == [0, 1]
        await calls.all_end()

    on_a_loop(test)


STEPS = st.lists(st.tuples(st.sampled_from(["end", "cancel", "yield", "succeed"]), st.integers(0, 11)), max_size=40)


@given(concurrency=st.integers(1, 4), steps=STEPS)
def test_no_turn_is_lost_and_no_limit_passed_whoever_is_cancelled(
    concurrency: int, steps: list[tuple[str, int]]
) -> None:
    async def test() -> None:
        throttle = Throttle(Limits(concurrency))
        calls = Calls(throttle, 12)
        for step, number in steps:
            if step == "end":
                calls.endings[number].set()
            elif step == "cancel":
                calls.tasks[number].cancel()
            elif step == "succeed":
                throttle.succeeded()
            else:
                await asyncio.sleep(0)
            assert throttle.in_flight <= concurrency
        await calls.all_end()
        assert throttle.in_flight == 0
        kept = [number for number, task in enumerate(calls.tasks) if not task.cancelled()]
        assert set(kept) <= set(calls.begun)
        assert sorted(calls.begun) == calls.begun, "first come, first served"

    on_a_loop(test)
