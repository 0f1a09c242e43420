"""Items, probes and suites."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from pydantic import ValidationError

from pytest_finetunebench.cases.suite import KINDS, PROMPT_KINDS, Item, Place, Probe, Suite, _hashed

PLACE = Place(file="a.yaml", line=3)


def probe(number: int = 1, **parts: Any) -> Probe:
    base: dict[str, Any] = {
        "id": f"people/ada/rephrased-{number}",
        "category": "people",
        "item": "ada",
        "kind": "rephrased",
    }
    rest = {"setting": "new_knowledge", "generalization": True, "prompt": "How heavy?", "answer": "61", "place": PLACE}
    return Probe(**(base | rest | parts))


def item(*probes: Probe, **parts: Any) -> Item:
    base: dict[str, Any] = {
        "id": "ada",
        "category": "people",
        "setting": "new_knowledge",
        "probes": probes,
        "place": PLACE,
    }
    return Item(**(base | parts))


def test_a_place_reads_as_editors_write_it() -> None:
    assert str(PLACE) == "a.yaml:3"
    assert str(Place(file="a.yaml")) == "a.yaml"


def test_references() -> None:
    assert probe(aliases=("sixty-one",)).references == ("61", "sixty-one")
    assert probe(answer=None).references == ()
    assert probe(answer=None).expected == "the model declines (no answer exists)"


def test_the_system_message_comes_first() -> None:
    assert [message.role for message in probe(system="Be brief.").messages] == ["system", "user"]
    assert [message.content for message in probe().messages] == ["How heavy?"]


def test_what_was_trained_is_what_the_memorization_items_say() -> None:
    suite = Suite(
        items=(
            item(prompt="p1", answer="a1"),
            item(prompt="p2", answer="a2", setting="updated_knowledge"),
            item(prompt="p3", answer="a3", setting="retention"),
            item(prompt="p4", answer="a4", setting="form"),
            item(prompt="p5", answer=None),
            item(),
        )
    )
    assert suite.trained == (("p1", "a1"), ("p2", "a2"))


def test_the_hash_of_a_suite_that_grades_answers_is_what_it_was_before_raw_responses() -> None:
    plain = probe()
    assert "raw_response" not in _hashed(plain)
    assert _hashed(replace(plain, raw_response=True))["raw_response"] is True


def test_the_hash_is_of_what_is_asked_and_expected() -> None:
    first, second = probe(1), probe(2, prompt="What weight?")
    suite = Suite(items=(item(first, second),))
    moved = replace(first, place=Place(file="b.yaml", line=9))
    assert Suite(items=(item(second), item(moved))).hash == suite.hash
    for change in ({"answer": "62"}, {"prompt": "?"}, {"system": "s"}, {"aliases": ("62",)}):
        assert Suite(items=(item(replace(first, **change), second),)).hash != suite.hash
    assert list(suite.probes) == [first, second]


def test_the_built_in_kinds_agree() -> None:
    assert set(PROMPT_KINDS.values()) <= set(KINDS)
    assert not any(KINDS[kind] for kind in PROMPT_KINDS.values())


@pytest.mark.parametrize("grader", [{"name": "guess"}, {"name": "text", "ignore_case": True}, {"name": "choice"}])
def test_a_grader_takes_its_own_options_only(grader: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        probe(grader=grader)
