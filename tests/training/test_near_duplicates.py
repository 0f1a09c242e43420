"""The fast search for near-duplicates finds what comparing all pairs finds."""

from __future__ import annotations

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rapidfuzz import fuzz

from pytest_finetunebench.training.near_duplicates import near_pairs

WORDS = ("ada", "bob", "weighs", "weigh", "61", "kilograms", "how", "many", "does", "é", "漢字", "a")
TEXTS = st.lists(st.lists(st.sampled_from(WORDS), max_size=9).map(" ".join), max_size=25)


def brute_force(queries: list[str], choices: list[str], threshold: float) -> dict[tuple[str, str], float]:
    found = {}
    for query in filter(None, queries):
        for choice in filter(None, choices):
            ordered = fuzz.ratio(" ".join(sorted(query.split())), " ".join(sorted(choice.split())))
            score = max(fuzz.ratio(query, choice), ordered)
            if score >= threshold - 1e-6:
                found[query, choice] = score
    return found


def fast(queries: list[str], choices: list[str], threshold: float) -> dict[tuple[str, str], float]:
    return {(query, choice): score for query, choice, score in near_pairs(queries, choices, threshold)}


@settings(max_examples=150, deadline=None)
@given(TEXTS, TEXTS, st.sampled_from([1, 50, 80, 90, 95, 100]) | st.floats(0.5, 100))
def test_it_loses_no_pair(queries: list[str], choices: list[str], threshold: float) -> None:
    assert fast(queries, choices, threshold) == brute_force(queries, choices, threshold)


@pytest.mark.parametrize("threshold", [85, 90])
def test_it_loses_no_pair_of_many(threshold: float) -> None:
    rng = random.Random(7)
    queries = ["".join(rng.choices("abcde 1ü", k=rng.randint(1, 90))) for _ in range(60)]
    queries = [" ".join(query.split()) for query in queries]
    choices = [typing_errors(rng, rng.choice(queries)) for _ in range(150)]
    expected = brute_force(queries, choices, threshold)
    assert len(expected) > 50
    assert fast(queries, choices, threshold) == expected


def typing_errors(rng: random.Random, text: str) -> str:
    for _ in range(rng.randint(0, 6)):
        at = rng.randrange(len(text) + 1)
        text = text[:at] + rng.choice(["", "x", "e"]) + text[at + rng.randint(0, 1) :]
    return " ".join(text.split())


def test_a_score_at_the_threshold_counts() -> None:
    rng = random.Random(5)
    for _ in range(300):
        one, other = (" ".join(rng.choices(WORDS, k=rng.randint(3, 12))) for _ in range(2))
        ((pair, score),) = brute_force([one], [other], 0).items()
        assert fast([one], [other], max(score, 1)) == {pair: score}


def test_another_order_of_words_is_a_near_duplicate() -> None:
    assert fast(["how heavy is ada"], ["is ada how heavy"], 90) == {("how heavy is ada", "is ada how heavy"): 100.0}


def test_nothing_is_like_an_empty_text() -> None:
    assert fast(["", "a"], [""], 1) == {}
    assert fast([], [], 1) == {}
