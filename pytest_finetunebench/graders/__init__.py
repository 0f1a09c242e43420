"""Graders turn a completion into a verdict: each small comparison has its own module, all are composed in `grade`."""

from pytest_finetunebench.graders.grade import grade
from pytest_finetunebench.graders.own import GraderResult

__all__ = ["GraderResult", "grade"]
