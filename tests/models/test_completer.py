"""The synchronous face over the providers: cache, single flight, hopeless failures, closing."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from concurrent.futures import CancelledError, Future, ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from pytest_finetunebench.completions import Completion, Message, Request
from pytest_finetunebench.errors import (
    BudgetSpentError,
    FilteredError,
    NotRecordedError,
    ProviderError,
    TransientError,
    UnmeasuredError,
)
from pytest_finetunebench.models.cache import CacheUnavailableError, CompletionCache
from pytest_finetunebench.models.calling import loop
from pytest_finetunebench.models.calling.answer import Answer, NoAnswer
from pytest_finetunebench.models.calling.budget import Budget
from pytest_finetunebench.models.calling.single_flight import RECENT
from pytest_finetunebench.models.calling.throttle import Limits, Throttle
from pytest_finetunebench.models.completer import Completer
from pytest_finetunebench.models.prices import Price
from pytest_finetunebench.models.providers import retry
from tests.settings import make_settings

THREADS = 8
TOO_LONG = "x" * 300
"""No folder can have this name, whoever asks."""


class FakeProvider:
    """Counts its calls; answers with the prompt, or fails as told."""

    base_url: str | None = None

    def __init__(self, *failures: UnmeasuredError, remote: bool = True, seconds: float = 0.0) -> None:
        self.remote = remote
        self.prompts: list[str] = []
        self.closed = 0
        self.started = threading.Event()
        self._failures = list(failures)
        self._seconds = seconds

    async def complete(self, request: Request) -> Completion:
        self.prompts.append(request.prompt)
        self.started.set()
        await asyncio.sleep(self._seconds)
        if self._failures:
            raise self._failures.pop(0)
        return Completion(text=request.prompt)

    async def aclose(self) -> None:
        self.closed += 1


def ask(prompt: str = "q") -> Request:
    return Request(provider="openai", model="m", messages=(Message(role="user", content=prompt),))


@contextmanager
def completer(provider: FakeProvider, folder: Path, run: str = "run-1", **settings: Any) -> Iterator[Completer]:
    alone = settings.pop("alone", True)
    fields: dict[str, Any] = {"cache_dir": folder / "cache", "max_retries": 0} | settings
    made = make_settings(**fields)
    opened = Completer(provider, made, run, alone=alone)
    try:
        yield opened
    finally:
        opened.close()


def answer(opened: Completer, request: Request) -> Answer:
    """Return the answer; raise the error of what has none."""
    outcome = opened.complete(request)
    if isinstance(outcome, NoAnswer):
        raise outcome.error
    return outcome


def failure(opened: Completer, request: Request) -> NoAnswer:
    outcome = opened.complete(request)
    assert isinstance(outcome, NoAnswer)
    return outcome


def ask_at_once(opened: Completer, prompt: str = "q") -> list[Answer]:
    with ThreadPoolExecutor(THREADS) as threads:
        return list(threads.map(lambda _: answer(opened, ask(prompt)), range(THREADS)))


def test_an_answer_is_asked_once_and_then_read(tmp_path: Path) -> None:
    provider = FakeProvider()
    with completer(provider, tmp_path) as opened:
        assert answer(opened, ask()) == Answer(Completion(text="q"), "provider", 1)
        assert answer(opened, ask()) == Answer(Completion(text="q"), "cache", 0)
    with completer(provider, tmp_path, "run-2") as opened:
        assert answer(opened, ask()).source == "cache"
    assert provider.prompts == ["q"]


@pytest.mark.parametrize("elsewhere", [False, True], ids=["a test here", "a test of another process"])
def test_what_a_test_waits_for_is_not_asked_last(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, elsewhere: bool
) -> None:
    monkeypatch.setattr(loop, "WAIT_SECONDS", 0.01)
    provider = FakeProvider(seconds=0.03)
    requests = [ask(f"q{number}") for number in range(12)]
    with completer(provider, tmp_path) as opened:
        opened._calls.throttle = Throttle(Limits(1))
        opened._calls.run(opened.prefetch(requests))
        if elsewhere:
            opened._calls.run(opened.answer(requests[-1]))
        else:
            answer(opened, requests[-1])
        assert provider.prompts.index("q11") <= 3, "behind those in flight, before those that are only asked ahead"


@pytest.mark.parametrize("cache", ["auto", "refresh", "off"])
def test_one_call_however_many_threads_ask(tmp_path: Path, cache: str) -> None:
    provider = FakeProvider(seconds=0.05)
    with completer(provider, tmp_path, cache=cache) as opened:
        answers = ask_at_once(opened)
    assert provider.prompts == ["q"]
    assert sum(answer.calls for answer in answers) == 1
    assert {answer.completion.text for answer in answers} == {"q"}


def test_two_completers_on_one_folder_make_one_call(tmp_path: Path) -> None:
    provider = FakeProvider(seconds=0.05)
    with (
        completer(provider, tmp_path) as first,
        completer(provider, tmp_path) as second,
        ThreadPoolExecutor(2) as threads,
    ):
        answers = list(threads.map(lambda opened: answer(opened, ask()), [first, second]))
    assert provider.prompts == ["q"]
    assert sorted(answer.source for answer in answers) == ["cache", "provider"]


def test_without_a_cache_a_run_still_asks_once(tmp_path: Path) -> None:
    provider = FakeProvider()
    with completer(provider, tmp_path, cache="off") as opened:
        assert [answer(opened, ask()).calls for _ in range(3)] == [1, 0, 0]
        assert opened.notices == []
    assert not (tmp_path / "cache").exists()


def test_refresh_asks_again_but_once_a_run(tmp_path: Path) -> None:
    provider = FakeProvider()
    for run, sources in [("run-1", ["provider", "cache"]), ("run-2", ["provider", "cache"]), ("run-2", ["cache"])]:
        with completer(provider, tmp_path, run, cache="refresh") as opened:
            assert [answer(opened, ask()).source for _ in sources] == sources
    assert len(provider.prompts) == 2


def test_replay_never_calls(tmp_path: Path) -> None:
    provider = FakeProvider()
    with completer(provider, tmp_path) as opened:
        answer(opened, ask("known"))
    with completer(provider, tmp_path, cache="replay") as opened:
        assert answer(opened, ask("known")).source == "cache"
        with pytest.raises(NotRecordedError, match=r"not in the cache .*, and --ft-cache=replay makes no call"):
            answer(opened, ask("new"))
    assert provider.prompts == ["known"]


def test_local_answers_are_not_cached(tmp_path: Path) -> None:
    provider = FakeProvider(remote=False)
    with completer(provider, tmp_path) as opened:
        assert answer(opened, ask()) == Answer(Completion(text="q"), "local", 0)
    assert not (tmp_path / "cache").exists()


def test_a_hopeless_failure_ends_the_asking(tmp_path: Path) -> None:
    refused = ProviderError("the key was refused", status=401, hopeless=True)
    provider = FakeProvider(refused)
    with completer(provider, tmp_path) as opened:
        costs = []
        for prompt in ("a", "b", "a"):
            failed = failure(opened, ask(prompt))
            assert isinstance(failed.error, ProviderError)
            assert str(failed.error) == "the key was refused"
            costs.append((failed.calls, failed.error.status))
    assert costs == [(1, 401), (0, 401), (0, 401)]
    assert provider.prompts == ["a"]


def test_after_a_hopeless_failure_the_cache_still_answers(tmp_path: Path) -> None:
    with completer(FakeProvider(), tmp_path) as opened:
        answer(opened, ask("known"))
    with completer(FakeProvider(ProviderError("refused", hopeless=True)), tmp_path) as opened:
        with pytest.raises(ProviderError, match="refused"):
            answer(opened, ask("new"))
        assert answer(opened, ask("known")).source == "cache"


@pytest.mark.parametrize("cache", ["auto", "off"])
@pytest.mark.parametrize(
    "failure", [ProviderError("bad"), FilteredError("filtered"), TransientError("busy", status=503)]
)
def test_failures_are_not_stored(tmp_path: Path, failure: UnmeasuredError, cache: str) -> None:
    provider = FakeProvider(failure)
    with completer(provider, tmp_path, cache=cache) as opened:
        with pytest.raises(UnmeasuredError, match=str(failure)):
            answer(opened, ask())
        assert answer(opened, ask()).source == "provider"


def test_where_nothing_ever_answered_the_asking_ends(tmp_path: Path) -> None:
    provider = FakeProvider(*(TransientError("refused") for _ in range(9)))
    with completer(provider, tmp_path, max_retries=0) as opened:
        for prompt in "abc":
            with pytest.raises(ProviderError, match=r"^refused \(gave up after 1 try\)$"):
                answer(opened, ask(prompt))
    assert provider.prompts == ["a"]


def test_tries_are_counted(tmp_path: Path) -> None:
    busy = [TransientError("busy", retry_after=0.001) for _ in range(4)]
    provider = FakeProvider(*busy)
    with completer(provider, tmp_path, max_retries=1) as opened:
        failed = failure(opened, ask())
        assert (str(failed.error), failed.calls) == ("busy (gave up after 2 tries)", 2)
    with completer(FakeProvider(*busy[:2]), tmp_path, max_retries=2) as opened:
        assert answer(opened, ask()).calls == 3


def test_a_cache_that_cannot_be_made_is_told_once_and_the_run_goes_on(tmp_path: Path) -> None:
    provider = FakeProvider()
    with completer(provider, tmp_path, cache_dir=tmp_path / TOO_LONG) as opened:
        assert [answer(opened, ask(prompt)).calls for prompt in "aab"] == [1, 0, 1]
        assert len(opened.notices) == 1
        assert f"{TOO_LONG} cannot be used: File name too long" in opened.notices[0]
        assert opened.notices[0].endswith("; the run went on without a cache: its answers will be paid for again")


def test_a_disk_that_fills_up_is_told_once_and_the_run_goes_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise CacheUnavailableError("disk full")

    provider = FakeProvider()
    with completer(provider, tmp_path) as opened:
        answer(opened, ask("stored"))
        monkeypatch.setattr(CompletionCache, "put_soon", full)
        assert [answer(opened, ask(prompt)).source for prompt in "ab"] == ["provider", "provider"]
        assert answer(opened, ask("stored")).source == "cache"
        assert answer(opened, ask("a")).calls == 0
        assert [notice.partition(";")[0] for notice in opened.notices] == ["disk full"]
    assert provider.prompts == ["stored", "a", "b"]


def test_replay_without_a_cache_is_an_error(tmp_path: Path) -> None:
    opening = completer(FakeProvider(), tmp_path, cache="replay", cache_dir=tmp_path / TOO_LONG)
    with pytest.raises(CacheUnavailableError, match="cannot be used: File name too long"), opening:
        pass


def test_closing_twice(tmp_path: Path) -> None:
    provider = FakeProvider()
    with completer(provider, tmp_path) as opened:
        answer(opened, ask())
        opened.close()
    assert provider.closed == 1
    assert not [thread for thread in threading.enumerate() if thread.name == "finetunebench"]


def test_closing_cancels_what_is_under_way(tmp_path: Path) -> None:
    provider = FakeProvider(seconds=60)
    with ThreadPoolExecutor(1) as threads:
        with completer(provider, tmp_path) as opened:
            waiting = threads.submit(opened.complete, ask())
            assert provider.started.wait(10)
        assert isinstance(waiting.exception(10), CancelledError)


def test_a_provider_that_cannot_be_closed_leaves_nothing_open(tmp_path: Path) -> None:
    class Stuck(FakeProvider):
        async def aclose(self) -> None:
            raise ProviderError("stuck")

    with pytest.raises(ProviderError, match="stuck"), completer(Stuck(), tmp_path) as opened:
        answer(opened, ask())
    opened.close()
    assert not [thread for thread in threading.enumerate() if thread.name == "finetunebench"]


# --- ahead of the tests


def prefetch(opened: Completer, *prompts: str) -> Any:
    return opened._calls.submit(opened.prefetch(map(ask, prompts)))


def test_answers_asked_ahead_are_counted_to_their_first_reader(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    provider = FakeProvider()
    with completer(provider, tmp_path) as opened:
        prefetch(opened, "a", "b", "a").result(10)
        opened.drain()
        with monkeypatch.context() as patch:
            patch.setattr(CompletionCache, "get", None)  # the first reader needs no look at the disk
            assert answer(opened, ask("a")) == Answer(Completion(text="a"), "provider", 1)
        assert answer(opened, ask("a")) == Answer(Completion(text="a"), "cache", 0)
        assert opened.unread == {ask("b").fingerprint: 1}
        assert answer(opened, ask("b")).calls == 1
        assert (opened.caller.answered, opened.cached_ahead) == (2, 0)
    assert sorted(provider.prompts) == ["a", "b"]


class Late(Future[Answer]):
    """Gets its answer in the moment in which whoever waits gives up looking."""

    def exception(self, timeout: float | None = None) -> BaseException | None:
        try:
            return super().exception(0 if timeout else None)
        except TimeoutError:
            self.set_result(Answer(Completion(text="late"), "provider"))
            raise


def test_an_answer_that_comes_as_the_waiting_times_out_is_not_lost(tmp_path: Path) -> None:
    late = Late()
    with completer(FakeProvider(), tmp_path) as opened:
        opened._calls.wait(late, ask().fingerprint)
    assert late.result(0).completion.text == "late"


def test_a_timeout_of_the_providers_own_is_told(tmp_path: Path) -> None:
    class TimesOut(FakeProvider):
        async def complete(self, request: Request) -> Completion:
            raise TimeoutError("the provider's")

    with completer(TimesOut(), tmp_path) as opened, pytest.raises(TimeoutError, match="the provider's"):
        opened.complete(ask())


def test_only_the_latest_answers_are_held_in_memory(tmp_path: Path) -> None:
    prompts = [f"{number}" for number in range(RECENT + 20)]
    with completer(FakeProvider(), tmp_path) as opened:
        prefetch(opened, *prompts).result(60)
        opened.drain()
        assert len(opened._flights._recent) == RECENT
        assert opened._flights.pending == []
        assert opened._flights._tasks == set()
        assert {(answer(opened, ask(prompt)).source, answer(opened, ask(prompt)).source) for prompt in prompts} == {
            ("provider", "cache")
        }
        assert opened._flights._recent == {}


@pytest.mark.parametrize("cache", ["auto", "off"])
def test_a_test_waits_for_what_was_begun_ahead(tmp_path: Path, cache: str) -> None:
    provider = FakeProvider(seconds=0.2)
    with completer(provider, tmp_path, cache=cache) as opened:
        asking = prefetch(opened, "q")
        assert provider.started.wait(10)
        assert sum(answer.calls for answer in ask_at_once(opened)) == 1
        asking.result(10)
    assert provider.prompts == ["q"]


def test_a_failure_met_ahead_is_told_to_the_test_and_asked_anew_after_it(tmp_path: Path) -> None:
    provider = FakeProvider(ProviderError("bad"))
    with completer(provider, tmp_path) as opened:
        prefetch(opened, "q").result(10)
        assert calls_told(opened) == 1
        assert answer(opened, ask()).source == "provider"
    assert provider.prompts == ["q", "q"]


def test_the_calls_of_a_failure_that_no_test_was_told_are_unread(tmp_path: Path) -> None:
    with completer(FakeProvider(ProviderError("bad")), tmp_path) as opened:
        prefetch(opened, "q").result(10)
        opened.drain()
        assert opened.unread == {ask().fingerprint: 1}
        assert calls_told(opened) == 1
        assert opened.unread == {}


def test_no_further_call_begins_once_the_asking_ahead_is_cancelled(tmp_path: Path) -> None:
    provider = FakeProvider(seconds=0.2)
    with completer(provider, tmp_path, concurrency=1) as opened:
        asking = prefetch(opened, *(f"{number}" for number in range(RECENT)))
        assert provider.started.wait(10)
        asking.cancel()
        opened._calls.cancel()
        opened.drain()
        assert provider.prompts == ["0"]
        with pytest.raises(CancelledError):
            answer(opened, ask("0"))
        assert answer(opened, ask("0")).calls == 1, "who asks anew is answered"


def test_what_is_under_way_when_the_asking_ahead_ends_is_stored(tmp_path: Path) -> None:
    provider = FakeProvider(seconds=0.2)
    with completer(provider, tmp_path) as opened:
        asking = prefetch(opened, "q")
        assert provider.started.wait(10)
        asking.cancel()
        opened.drain()
    with completer(provider, tmp_path, "run-2") as opened:
        assert answer(opened, ask()).source == "cache"
    assert provider.prompts == ["q"]


def test_what_the_asking_ahead_begins_as_it_ends_is_waited_for_too(tmp_path: Path) -> None:
    provider = FakeProvider(seconds=0.2)
    reading, told = threading.Event(), threading.Event()

    def requests() -> Iterator[Request]:
        reading.set()
        told.wait(10)
        yield ask()

    with completer(provider, tmp_path) as opened:
        asking = opened._calls.submit(opened.prefetch(requests()))
        assert reading.wait(10)
        asking.cancel()
        threading.Timer(0.2, told.set).start()
        opened.drain()
    assert provider.prompts == ["q"]
    with completer(provider, tmp_path, "run-2") as opened:
        assert answer(opened, ask()).source == "cache", "what is paid for is kept"


def test_one_who_looks_ahead_and_leaves_takes_the_answer_from_nobody(tmp_path: Path) -> None:
    provider = FakeProvider(seconds=0.2)
    with completer(provider, tmp_path) as opened:
        looking = opened._calls.submit(opened.ahead(ask()))
        assert provider.started.wait(10)
        looking.cancel()
        assert answer(opened, ask()).calls == 1
        assert opened._calls.run(opened.ahead(ask())) == Answer(Completion(text="q"), "cache")
    assert provider.prompts == ["q"]


# --- failures, among the processes of a run


def calls_told(opened: Completer) -> int:
    failed = failure(opened, ask())
    assert isinstance(failed.error, ProviderError)
    assert str(failed.error) == "bad"
    return failed.calls


@pytest.mark.parametrize("second_looks_ahead", [False, True])
@pytest.mark.parametrize("first_tells_first", [False, True])
def test_a_failure_that_two_processes_tell_is_counted_once(
    tmp_path: Path, second_looks_ahead: bool, first_tells_first: bool
) -> None:
    provider = FakeProvider(ProviderError("bad"))
    with completer(provider, tmp_path, alone=False) as first, completer(provider, tmp_path, alone=False) as second:
        prefetch(first, "q").result(10)
        first.drain()
        if second_looks_ahead:
            prefetch(second, "q").result(10)
            second.drain()
        one, other = (first, second) if first_tells_first else (second, first)
        assert calls_told(one) == 1
        if other is first or second_looks_ahead:
            assert calls_told(other) == 0, "it was met ahead, before the other told it"
        assert answer(other, ask()).calls == 1, "who asks again after it was told asks anew"
    assert provider.prompts == ["q", "q"]


def test_a_failure_that_nobody_met_ahead_is_counted_where_it_is_told(tmp_path: Path) -> None:
    provider = FakeProvider(ProviderError("bad"), ProviderError("bad"))
    with completer(provider, tmp_path, alone=False) as first, completer(provider, tmp_path, alone=False) as second:
        assert [calls_told(first), calls_told(second)] == [1, 1]
        assert answer(first, ask()).calls == 1
    assert provider.prompts == ["q", "q", "q"]


def test_until_anything_is_heard_one_request_alone_is_tried(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retry, "_wait", lambda state: 0.0)
    provider = FakeProvider(*[TransientError("timed out") for _ in range(20)])
    with completer(provider, tmp_path, max_retries=2) as opened:
        opened._calls.run(opened.prefetch([ask(f"q{number}") for number in range(5)]))
        for number in range(5):
            with pytest.raises(ProviderError, match=r"timed out \(gave up after 3 tries\)"):
                answer(opened, ask(f"q{number}"))
    assert provider.prompts == ["q0"] * 3


def test_a_server_that_asks_for_an_hour_is_asked_no_more(tmp_path: Path) -> None:
    provider = FakeProvider(*[TransientError("too many", status=429, retry_after=3600) for _ in range(20)])
    with completer(provider, tmp_path) as opened:
        opened._calls.run(opened.prefetch([ask(f"q{number}") for number in range(12)]))
        for number in range(12):
            with pytest.raises(ProviderError, match="it asks for a wait of 3600 s"):
                answer(opened, ask(f"q{number}"))
    assert len(provider.prompts) == 5, "a wave, and no more"


def test_what_a_batch_may_hold_can_be_set_aside() -> None:
    requests = [ask(f"q{number}") for number in range(30)]
    price = Price(1.0, 10.0)
    budget = Budget(None, 0.01)
    allowed = budget.allowed(requests, price)
    assert 0 < len(allowed) < 30
    for request in allowed:
        budget.reserve(request, price, batch=True)
    with pytest.raises(BudgetSpentError, match="the budget is spent: --ft-max-cost="):
        budget.reserve(requests[-1], price, batch=True)
