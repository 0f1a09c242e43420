"""Turn a completion into a verdict: one grader for each kind of answer, composed in `grade`.

Asks no model: the caller passes the judge. May import `cases`, `settings` and below.
"""

from pytest_finetunebench.grading.custom import GraderResult
from pytest_finetunebench.grading.grade import grade

__all__ = ["GraderResult", "grade"]
