"""How arms are written, and what a wrong one is told."""

from __future__ import annotations

from pathlib import Path

import pytest

from pytest_finetunebench.errors import SettingsError
from pytest_finetunebench.models.arms.spec import check_names, parse_arm
from pytest_finetunebench.settings import ArmSpec

HOME = Path("/project")


def parse(text: str) -> ArmSpec:
    return parse_arm(text, f"--ft-arm={text}", HOME)


@pytest.mark.parametrize(
    ("text", "fields"),
    [
        ("none", {"kind": "none", "name": "none"}),
        ("oracle", {"kind": "oracle"}),
        ("few-shot:4", {"kind": "few-shot", "count": 4, "seed": 42}),
        ("few-shot:4@7", {"count": 4, "seed": 7, "name": "few-shot:4@7"}),
        ("similar:2", {"kind": "similar", "count": 2}),
        ("retrieve:5", {"kind": "retrieve", "count": 5, "target": None, "tuned": False}),
        ("model+retrieve:5", {"kind": "retrieve", "count": 5, "tuned": True, "name": "model+retrieve:5"}),
        ("retrieve:5:mine.search:dense", {"count": 5, "target": "mine.search:dense"}),
        ("prompt:a/b.txt", {"kind": "prompt", "path": HOME / "a/b.txt"}),
        ("prompt:a=b.txt", {"kind": "prompt", "path": HOME / "a=b.txt", "name": "prompt:a=b.txt"}),
        (" strict = prompt:strict.txt ", {"name": "strict", "text": "prompt:strict.txt"}),
    ],
)
def test_an_arm_is_read(text: str, fields: dict[str, object]) -> None:
    found = parse(text)
    assert {name: getattr(found, name) for name in fields} == fields


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "--ft-arm=: '' is no arm: write one of none, prompt:FILE, few-shot:N or few-shot:N@SEED, similar:N"),
        ("retrive:5", "'retrive' is no arm (did you mean 'retrieve'?)"),
        ("retrieve", "write retrieve:K or retrieve:K:MODULE:ATTRIBUTE, a whole number from 1 to 100"),
        ("retrieve:0", "write retrieve:K"),
        ("retrieve:101", "a whole number from 1 to 100"),
        ("retrieve:-1", "write retrieve:K"),
        ("retrieve:five", "write retrieve:K"),
        ("retrieve:5:mine", "write retrieve:K or retrieve:K:MODULE:ATTRIBUTE"),
        ("retrieve:5:", "write retrieve:K"),
        ("few-shot:4@x", "write few-shot:N or few-shot:N@SEED"),
        ("similar:2:x:y", "write similar:N"),
        ("oracle:3", "write oracle"),
        ("none:", "write none"),
        ("prompt:", "write prompt:FILE"),
        ("model=retrieve:5", "'model' already has a meaning: choose another name"),
        ("base = none", "'base' already has a meaning"),
    ],
)
def test_a_wrong_arm_is_told_what_would_be_right(text: str, told: str) -> None:
    with pytest.raises(SettingsError) as error:
        parse(text)
    assert str(error.value).startswith(f"--ft-arm={text}: ")
    assert told in str(error.value)


def test_two_arms_of_one_name_are_refused() -> None:
    check_names([parse("retrieve:5"), parse("retrieve:3")])
    with pytest.raises(SettingsError, match="an arm called 'a' is there already \\(--ft-arm=a=none\\)"):
        check_names([parse("a=none"), parse("a=oracle")])
