"""What would make an arm fail is told before any call."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from pytest_finetunebench.cases.suite import Suite
from pytest_finetunebench.errors import SettingsError
from pytest_finetunebench.loaders import load_suite
from pytest_finetunebench.models.arm_checks import check_arms
from pytest_finetunebench.models.arms.arm import make_arms
from pytest_finetunebench.models.arms.spec import parse_arm
from pytest_finetunebench.models.roles import ModelSet
from pytest_finetunebench.settings import ArmSettings
from tests.settings import make_settings

CASES = """\
category: people
setting: new_knowledge
items:
- {id: ada, fact: Ada lives in Skerrow., prompt: Where does Ada live?, answer: Skerrow}
- {id: bo, fact: Bo lives in Vellmora., prompt: Where does Bo live?, answer: Vellmora}
"""
ENVIRON = {"OPENAI_API_KEY": "sk-test"}


@pytest.fixture
def suite(tmp_path: Path) -> Suite:
    (tmp_path / "people.yaml").write_text(CASES, encoding="utf-8")
    return load_suite(tmp_path / "people.yaml")


@contextmanager
def checked(suite: Suite, arm: str, **parts: object) -> Iterator[ModelSet]:
    specs = (parse_arm(arm, f"--ft-arm={arm}", Path()),)
    settings = make_settings(specs=specs, **parts)  # type: ignore[arg-type]
    models = ModelSet(settings, ENVIRON, suite.trained, "run", arms=make_arms(ArmSettings(specs=specs), suite))
    try:
        check_arms(models, settings, [(probe, 0) for probe in suite.probes])
        yield models
    finally:
        models.close()


def test_a_request_longer_than_the_window_is_named(suite: Suite, tmp_path: Path) -> None:
    told = (
        r"--ft-arm=retrieve:2: the request of people/ada/memorization-1 has about 1\d\d tokens with its answer, more "
        r"than the 110 that b takes \(--ft-arm-context\): give fewer or shorter passages"
    )
    parts = {"base": "b", "base_url": "http://127.0.0.1:9/v1", "cache_dir": tmp_path / "cache"}
    with pytest.raises(SettingsError, match=told), checked(suite, "retrieve:2", context=110, **parts):
        pass
    with checked(suite, "retrieve:2", context=150, **parts):
        pass


def test_a_known_window_holds_without_an_option(suite: Suite, tmp_path: Path) -> None:
    (tmp_path / "long.txt").write_text("word " * 110_000, encoding="utf-8")
    told = r"more than the 128,000 that gpt-4o-mini takes \(its known window; --ft-arm-context replaces it\)"
    arm = f"prompt:{tmp_path / 'long.txt'}"
    with pytest.raises(SettingsError, match=told), checked(suite, arm, base="gpt-4o-mini", cache_dir=tmp_path / "c"):
        pass


def test_an_arm_on_recordings_needs_those_of_its_own_chats(suite: Suite, tmp_path: Path) -> None:
    rows: list[dict[str, object]] = [{"model": "m", "prompt": probe.prompt, "response": "x"} for probe in suite.probes]
    path = tmp_path / "answers.jsonl"
    path.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    parts: dict[str, object] = {"model": "replay:m", "base": "replay:m", "recordings": (path,), "cache": "off"}
    (tmp_path / "strict.txt").write_text("Be strict.", encoding="utf-8")
    strict = f"prompt:{tmp_path / 'strict.txt'}"
    for arm in ("retrieve:1", strict):
        told = f"--ft-arm={arm}: 2 of 2 requests have no recording of m: `finetunebench record m --arm '{arm}'`"
        with pytest.raises(SettingsError) as error, checked(suite, arm, **parts):
            pass
        assert str(error.value).startswith(told)
    with checked(suite, "none", **parts):
        pass
    chats = [
        [{"role": "system", "content": "Be strict."}, {"role": "user", "content": probe.prompt}]
        for probe in suite.probes
    ]
    rows += [{"model": "m", "messages": chat, "response": "y"} for chat in chats]
    path.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    with checked(suite, strict, **parts) as models:
        answer = models.ask(next(suite.probes), 0, "base", models.arms[0]).outcome
    assert getattr(answer, "completion").text == "y"  # noqa: B009 - an `Answer`
