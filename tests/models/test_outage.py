"""A server that loads or restarts is waited for once, for all requests together."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import pytest

from pytest_finetunebench.completions import Completion, Message, Request, Usage
from pytest_finetunebench.errors import ProviderError, TransientError, UnmeasuredError
from pytest_finetunebench.models.calling import outage
from pytest_finetunebench.models.calling.answer import Answer, NoAnswer
from pytest_finetunebench.models.calling.budget import Budget
from pytest_finetunebench.models.calling.caller import Caller
from pytest_finetunebench.models.calling.loop import CallLoop

LOADING = "HTTP 503: Loading model"
Outcome = Completion | UnmeasuredError


class Server:
    """A provider whose answers a function decides, by the number of the call and the prompt."""

    base_url: str | None = "http://127.0.0.1/v1"
    remote = True

    def __init__(self, answer: Callable[[int, str], Outcome]) -> None:
        self.calls: list[str] = []
        self._answer = answer

    async def complete(self, request: Request) -> Completion:
        self.calls.append(request.prompt)
        found = self._answer(len(self.calls), request.prompt)
        await asyncio.sleep(0)
        if isinstance(found, UnmeasuredError):
            raise found
        return found

    async def aclose(self) -> None:
        """Nothing is open."""


def away() -> TransientError:
    return TransientError(LOADING, status=503, unavailable=True)


def request(prompt: str) -> Request:
    return Request(provider="p", model="m", messages=(Message(role="user", content=prompt),))


def ask_all(
    server: Server, prompts: list[str], *, wait: float = 120, max_retries: int = 0, budget: Budget | None = None
) -> tuple[list[Answer | NoAnswer], list[str]]:
    """Ask all prompts at once, and return what came of them, and the notices."""
    calls = CallLoop(budget=budget, tell=lambda words: None)
    caller = Caller(server, calls, max_retries, None, wait)

    async def run() -> list[Answer | NoAnswer]:
        return list(await asyncio.gather(*(caller.call(request(prompt), None) for prompt in prompts)))

    try:
        return calls.run(run()), calls.notices
    finally:
        calls.close()


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Make waits take no time; return them."""
    waits: list[float] = []
    real = asyncio.sleep

    class Clock:
        @staticmethod
        def monotonic() -> float:
            return sum(waits)

    async def skip(seconds: float) -> None:
        waits.extend([seconds] * (seconds > 0))
        await real(0)

    monkeypatch.setattr(asyncio, "sleep", skip)
    monkeypatch.setattr(outage, "time", Clock)
    return waits


def test_a_server_that_loads_is_waited_for_once_for_all(clock: list[float]) -> None:
    server = Server(lambda number, _: away() if number <= 12 else Completion(text="up"))
    found, notices = ask_all(server, [f"q{n}" for n in range(90)])
    assert [type(outcome) for outcome in found] == [Answer] * 90
    # one request looks: the others are not tried in vain
    assert len(server.calls) == 12 + 90
    assert set(server.calls[:12]) == {"q0"}
    assert clock[:5] == [0.5, 1.0, 2.0, 4.0, 5.0]
    assert notices == [f"waiting up to 120 s (--ft-wait): {LOADING}"]


def test_a_restart_in_mid_run_costs_no_probe() -> None:
    server = Server(lambda number, _: away() if 30 < number <= 50 else Completion(text="up"))
    found, _ = ask_all(server, [f"q{n}" for n in range(90)])
    assert [type(outcome) for outcome in found] == [Answer] * 90


def test_a_server_that_stays_away_ends_the_asking() -> None:
    server = Server(lambda *_: away())
    found, _ = ask_all(server, [f"q{n}" for n in range(90)], wait=20)
    errors = {str(outcome.error) for outcome in found if isinstance(outcome, NoAnswer)}
    assert errors == {f"{LOADING} (not back within 20 s; --ft-wait=SECONDS waits longer)"}
    assert len(found) == 90
    assert len(server.calls) < 12


def test_without_a_wait_the_tries_are_spent() -> None:
    server = Server(lambda *_: away())
    (found,), _ = ask_all(server, ["q"], wait=0, max_retries=2)
    assert isinstance(found, NoAnswer)
    assert str(found.error) == f"{LOADING} (gave up after 3 tries)"


def test_a_prompt_that_alone_is_refused_spends_its_tries() -> None:
    """A server that answers the others is not away: waiting for it would never end."""
    server = Server(lambda _, prompt: away() if prompt == "q5" else Completion(text="up"))
    found, _ = ask_all(server, [f"q{n}" for n in range(40)], max_retries=3)
    failed = [outcome for outcome in found if isinstance(outcome, NoAnswer)]
    assert len(failed) == 1
    assert server.calls.count("q5") < 12


def test_another_refusal_ends_the_wait() -> None:
    error = ProviderError("HTTP 401", status=401, hopeless=True)
    server = Server(lambda number, _: away() if number < 3 else error)
    found, _ = ask_all(server, ["a", "b", "c"])
    assert {str(outcome.error) for outcome in found if isinstance(outcome, NoAnswer)} == {"HTTP 401"}
    assert len(server.calls) == 3


def test_looks_spend_no_budget() -> None:
    server = Server(lambda number, _: away() if number <= 5 else Completion(text="up"))
    found, _ = ask_all(server, ["a", "b"], budget=Budget(2, None))
    assert [type(outcome) for outcome in found] == [Answer] * 2


def test_what_was_not_sent_is_no_call() -> None:
    error = ProviderError("no key: set OPENAI_API_KEY", hopeless=True, sent=False)
    (found,), _ = ask_all(Server(lambda *_: error), ["a"], budget=Budget(1, None))
    assert found == NoAnswer(error, 0)


def test_a_broken_answer_is_tried_twice() -> None:
    server = Server(lambda *_: TransientError("broken", most_tries=2))
    (found,), _ = ask_all(server, ["a"], max_retries=5)
    assert isinstance(found, NoAnswer)
    assert str(found.error) == "broken (gave up after 2 tries)"
    assert len(server.calls) == 2


def test_a_refused_reply_keeps_its_tokens() -> None:
    paid = Completion(text="no JSON", usage=Usage(input_tokens=7, output_tokens=3))
    calls = CallLoop()
    caller = Caller(Server(lambda *_: paid), calls, 0, None)

    def refuse(_: Completion) -> None:
        raise ProviderError("not the form that was asked for")

    try:
        found = calls.run(caller.call(request("a"), refuse))
    finally:
        calls.close()
    assert isinstance(found, NoAnswer)
    assert (found.calls, found.usage) == (1, paid.usage)


def test_a_provider_that_answers_in_batches_says_each_answers_share_of_the_time() -> None:
    outcomes, _ = ask_all(Server(lambda number, prompt: Completion(text="a", seconds=7.5)), ["q"])
    timed, _ = ask_all(Server(lambda number, prompt: Completion(text="a")), ["q"])
    assert [one.completion.seconds for one in outcomes if isinstance(one, Answer)] == [7.5]
    (taken,) = (one.completion.seconds for one in timed if isinstance(one, Answer))
    assert taken is not None
    assert 0 <= taken < 5
