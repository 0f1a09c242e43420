"""Load a suite from paths: case files in YAML and JSONL, and FineTuneBench's folders as published.

Collects every problem before it gives up, and finds doubtful probes. May import `grading` and below.
"""

from pytest_finetunebench.loaders.suite import DEFAULT_CASES, load_suite

__all__ = ["DEFAULT_CASES", "load_suite"]
