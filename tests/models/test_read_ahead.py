"""Cached answers in chunks: what is found, in whatever order it is asked for."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_finetunebench.cases.suite import Place, Probe
from pytest_finetunebench.completions import Completion, Message, Request
from pytest_finetunebench.models.read_ahead import CHUNK, BuiltOnce, ReadAhead, Sample

COUNT = 3 * CHUNK


def probe(number: int) -> Probe:
    return Probe(
        id=f"c/i/rephrased-{number}",
        category="c",
        item="i",
        kind="rephrased",
        setting="retention",
        generalization=True,
        prompt=f"Question {number}?",
        answer="a",
        place=Place(file="a.yaml", line=number),
    )


ASKED: list[Sample] = [(probe(number), 0) for number in range(COUNT)]


class Store:
    """Answers to some questions, and how often it was looked into."""

    def __init__(self, missing: Sequence[int] = ()) -> None:
        self.missing = {f"Question {number}?" for number in missing}
        self.sizes: list[int] = []

    def __call__(self, requests: Sequence[Request]) -> dict[str, Completion]:
        self.sizes.append(len(requests))
        return {
            request.fingerprint: Completion(text=request.prompt)
            for request in requests
            if request.prompt not in self.missing
        }


def build(asked: Probe, repeat: int) -> Request:
    return Request(provider="p", model="m", messages=(Message(role="user", content=asked.prompt),), repeat=repeat)


def test_in_order_each_chunk_is_read_once() -> None:
    store = Store(missing=[3])
    ahead = ReadAhead(BuiltOnce(ASKED, build), store)
    for number, asked in enumerate(ASKED):
        found = ahead.find(*asked)
        assert found is not None
        assert found[0] == build(*asked)
        assert found[1] == (None if number == 3 else Completion(text=f"Question {number}?"))
        assert ahead.find(*asked) == found, "a rerun"
    assert store.sizes == [CHUNK] * 3


def test_samples_of_a_probe_are_apart() -> None:
    asked = probe(1)
    ahead = ReadAhead(BuiltOnce([(asked, 0), (asked, 1)], build), Store())
    found = [ahead.find(asked, repeat) for repeat in (0, 1)]
    assert [one[0].repeat for one in found if one is not None] == [0, 1]


def test_what_was_not_announced_is_not_known() -> None:
    ahead = ReadAhead(BuiltOnce(ASKED[:2], build), Store())
    assert ahead.find(probe(5), 0) is None
    assert ahead.find(*ASKED[0]) is None, "all that was announced has gone by in the search"


@given(st.lists(st.integers(0, COUNT - 1), max_size=30))
def test_in_any_order_it_finds_the_right_answer_or_none(order: list[int]) -> None:
    store = Store()
    ahead = ReadAhead(BuiltOnce(ASKED, build), store)
    for number in order:
        found = ahead.find(*ASKED[number])
        assert found is None or found == (build(*ASKED[number]), Completion(text=f"Question {number}?"))
    assert sum(store.sizes) <= COUNT, "each request is looked up once at most"


@pytest.mark.parametrize("step", [2, 3, 5])
def test_a_worker_that_runs_every_nth_test_is_served(step: int) -> None:
    ahead = ReadAhead(BuiltOnce(ASKED, build), Store())
    assert all(ahead.find(*asked) is not None for asked in ASKED[::step])


def test_two_that_go_through_the_requests_build_each_once() -> None:
    built: list[int] = []

    def counted(asked: Probe, repeat: int) -> Request:
        built.append(repeat)
        return build(asked, repeat)

    requests = BuiltOnce([(ASKED[0][0], repeat) for repeat in range(4)], counted)
    first, second = iter(requests), iter(requests)
    ahead = [next(first) for _ in range(3)]
    assert [next(second) for _ in range(4)][:3] == ahead
    assert next(first)[0][1] == 3
    assert built == [0, 1, 2, 3]
