"""Tokens: typography, numbers in any notation, and joined phrases."""

from __future__ import annotations

import pytest

from pytest_finetunebench.grading.languages.english.words import stem
from pytest_finetunebench.grading.text.phrases import occurrences
from pytest_finetunebench.grading.text.respaced import split_joints
from tests.support.prose import text as read


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("Zoë’s CAFÉ", ["zoe", "cafe"]),
        ("1,500.50 and 1.5 million", ["1500.5", "and", "1500000"]),
        ("1.73 is not 173", ["1.73", "is", "not", "173"]),
        ("1,2,3", ["1,2,3"]),
        ("500, 000", ["500000"]),
        ("1 250 000 and 12 500", ["1250000", "and", "12500"]),
        ("1.250.000 and 1.250", ["1250000", "and", "1.25"]),
        ("1.250,50", ["1250.5"]),
        ("212 555 1234", ["212", "555", "1234"]),
        ("13 128 GB", ["13", "128", "gb"]),
        ("Pangaea and Michael, BCE", ["pangea", "and", "michael", "bc"]),
        ("twenty-one", ["21"]),
        ("two hundred and five", ["205"]),
        ("fifteen hundred", ["1500"]),
        ("a million", ["1000000"]),
        ("the 3rd, third, III", ["the", "3", "3", "3"]),
        ("mix civil vi", ["mix", "civil", "6"]),
        ("10²", ["10", "2"]),
        ("1½", ["1", "1", "2"]),
        ("U.S. & B12", ["us", "and", "b", "12"]),
        ("50%", ["50", "percent"]),
        ("0.10", ["0.1"]),
        ("007", ["007"]),
    ],
)
def test_tokens_do_not_depend_on_notation(text: str, tokens: list[str]) -> None:
    assert [token.text for token in read(text).tokens] == tokens


@pytest.mark.parametrize(
    ("text", "phrase", "found"),
    [
        ("a spider-man film", "Spiderman", True),
        ("the thin man", "hin man", False),
        ("GPT-4o", "GPT-4", False),
        ("Ed Roland12", "Ed Roland", True),
        ("field_validator", "validator", False),
        ("_validator_", "validator", True),
        ("1 73", "173", False),
        ("hepatitis A is", "hepatitis A", True),
    ],
)
def test_phrases_stand_as_whole_tokens(text: str, phrase: str, found: bool) -> None:
    assert any(occurrences(read(text), read(phrase))) is found


def test_lost_spaces_are_put_back_behind_small_words_only() -> None:
    split = split_joints(read("sung byAnna in TheHouse, by actorLeo Howard; JavaScript"))
    assert split is not None
    linked = split_joints(read("played byRicky Nordlingin the film, TheSund Astrinswon it"))
    assert linked is not None
    assert linked.raw == "played by Ricky Nordling in the film, The Sund Astrins won it"
    assert split.raw == "sung by Anna in The House, by actor Leo Howard; JavaScript"
    assert split_joints(read("nothing lost")) is None


@pytest.mark.parametrize(
    ("one", "other"), [("lubricates", "lubrication"), ("colours", "color"), ("churches", "church"), ("cities", "city")]
)
def test_inflections_share_a_stem(one: str, other: str) -> None:
    assert stem(one) == stem(other)


def test_different_words_do_not_share_a_stem() -> None:
    assert stem("north") != stem("worth")
    assert stem("bonoh") != stem("bonohog")
