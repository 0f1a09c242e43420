"""Projects to run pytest in, and what all tests need that the demo does not."""

from __future__ import annotations

from collections.abc import Callable

# runs inside this process forget what they import first, and C extensions then meet classes that are not theirs
import google.genai  # noqa: F401
import httpcore2  # noqa: F401
import jsonschema  # noqa: F401
import openai  # noqa: F401
import pint  # noqa: F401
import pytest
import sqlglot  # noqa: F401
import yaml  # noqa: F401
from hypothesis import settings

from tests.support.project import Project

# these machines are shared: a slow example says nothing
settings.register_profile("shared", deadline=None)
settings.load_profile("shared")


@pytest.fixture(params=["plain", "n2"])
def project(request: pytest.FixtureRequest, pytester: pytest.Pytester) -> Project:
    """A project whose runs go plainly, and again under `-n 2`."""
    return Project(pytester, ("-n", "2") if request.param == "n2" else ())


@pytest.fixture
def plain_project(pytester: pytest.Pytester) -> Project:
    """A project whose runs go plainly."""
    return Project(pytester)


@pytest.fixture
def text_of() -> Callable[[pytest.RunResult], str]:
    """Return all that a run printed."""
    return lambda result: "\n".join([*result.outlines, *result.errlines])
