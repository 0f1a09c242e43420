"""Projects to run pytest in, and what all tests need that the demo does not."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator

import execnet.gateway_io
import pytest
from hypothesis import settings

from tests.support.project import Project
from tests.support.worker_source import WorkerSource, import_all

# runs inside this process forget what they import first: each would import it again, and C extensions then meet classes
# that are not theirs
import_all()

# these machines are shared: a slow example says nothing
settings.register_profile("shared", deadline=None)
settings.register_profile("fixed", deadline=None, derandomize=True)
# what must hold before a change lands tries the same examples each time; everybody else's runs search on
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "shared"))


@pytest.fixture(autouse=True, scope="session")
def ready_workers() -> Iterator[None]:
    """Let workers of runs inside this process start in milliseconds. Runs in a process of their own start them anew."""
    source = WorkerSource()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(execnet.gateway_io, "popen_args", source.arguments)
        yield
    source.close()


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
