"""How far it is from a test to the provider's SDK: what a traceback shows a person who looks for a fault."""

from __future__ import annotations

import traceback
from pathlib import Path

import openai
import pytest

import pytest_finetunebench
from pytest_finetunebench.models.roles import ModelSet
from tests.support.project import Project

PACKAGE = Path(pytest_finetunebench.__file__).parent
MOST_FRAMES = 8


class SdkStoppedError(BaseException):
    """Passes every handler between the SDK and the test."""


class Watch:
    """Notes the frames of the package in the traceback of each test that fails."""

    def __init__(self) -> None:
        self.frames: list[list[str]] = []

    def pytest_exception_interact(self, call: pytest.CallInfo[None]) -> None:
        assert call.excinfo is not None
        assert call.excinfo.type is SdkStoppedError
        found = traceback.extract_tb(call.excinfo.tb)
        ours = [frame for frame in found if Path(frame.filename).is_relative_to(PACKAGE)]
        self.frames.append([f"{Path(frame.filename).name}:{frame.name}" for frame in ours])


@pytest.mark.parametrize("fixture", ["ft_completion", "ft_verdict"])
@pytest.mark.parametrize("ahead", [True, False])
def test_few_frames_lie_between_a_test_and_the_sdk(
    plain_project: Project, monkeypatch: pytest.MonkeyPatch, fixture: str, ahead: bool
) -> None:
    async def stop(*_: object, **__: object) -> object:
        raise SdkStoppedError

    monkeypatch.setattr(openai.AsyncOpenAI, "post", stop)
    monkeypatch.setenv("OPENAI_API_KEY", "sk-test")
    if not ahead:
        monkeypatch.setattr(ModelSet, "prefetch", lambda *_: None)
    plain_project.write("test_knowledge.py", f"def test_knowledge({fixture}):\n    pass\n")
    watch = Watch()
    options = ("--ft-model=openai:m", "--ft-base-url=http://127.0.0.1:9/v1", "-k", "weight/memorization")
    plain_project.pytester.inline_run(*options, plugins=[watch])
    (frames,) = watch.frames
    # the first is the fixture that the test asks for, the last the provider's, which calls the SDK
    assert (frames[0], frames[-1]) == (f"asking.py:{fixture}", "openai.py:complete")
    assert len(frames) <= MOST_FRAMES, frames
