"""Turn a completion into a verdict: a grader for each kind of answer, composed in `grade`.

May import `cases`, `settings`, `completions`, `files` and `errors`. Asks no model: a judge's opinion is handed in.
"""

from pytest_finetunebench.grading.custom import GraderResult
from pytest_finetunebench.grading.grade import grade

__all__ = ["GraderResult", "grade"]
