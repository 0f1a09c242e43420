"""Tests with a real model: `make test-real` runs them; no other run collects them, as they need torch and minutes."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

collect_ignore_glob = [] if os.environ.get("REAL_MODEL") else ["test_*.py"]


@pytest.fixture(scope="session")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """SmolLM2-135M-Instruct as a folder."""
    from benchmarks.study import write_base

    return write_base(tmp_path_factory.mktemp("smollm2"))
