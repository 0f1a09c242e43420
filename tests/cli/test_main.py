"""The `finetunebench` command itself: what every subcommand shares."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from pytest_finetunebench.cli import main

COMMAND = "from pytest_finetunebench.cli import main; main()"


@pytest.mark.parametrize("words", [["cases", "list"], ["validate", "x.yaml"], ["runs", "list"]])
def test_a_current_folder_that_is_gone_is_named(tmp_path: Path, words: list[str]) -> None:
    gone = tmp_path / "gone"
    script = f"import os; os.mkdir({str(gone)!r}); os.chdir({str(gone)!r}); os.rmdir({str(gone)!r}); {COMMAND}"
    done = subprocess.run([sys.executable, "-c", script, *words], capture_output=True, text=True, check=False)  # noqa: S603
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == "Error: the current folder no longer exists: change to another one\n"


def test_a_misspelt_variable_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FT_MINRATE", "0.9")
    result = CliRunner().invoke(main, ["gate", "run.json"])
    assert result.exit_code == 1
    assert result.stderr == "Error: FT_MINRATE: is no option's variable: did you mean FT_MIN_RATE?\n"
