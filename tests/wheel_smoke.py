"""Run suites with the installed wheel, far from the checkout: `python tests/wheel_smoke.py` in the wheel's environment.

Nothing else proves that a flat layout packages: the tests import the checkout.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any


def run(folder: Path, *command: str, expect: int = 0) -> str:
    """Run a command of this environment; end with its output if it exits otherwise than expected."""
    program = Path(sys.executable).with_name(command[0])
    done = subprocess.run([program, *command[1:]], cwd=folder, capture_output=True, text=True)  # noqa: S603 - our own
    if done.returncode != expect:
        sys.exit(f"{' '.join(command)}: exit code {done.returncode}, not {expect}\n{done.stdout}{done.stderr}")
    return done.stdout


def rates(folder: Path, *options: str) -> dict[str, tuple[int, int]]:
    """Run the control model and return kind → (correct, n) over all categories; some of its probes must fail."""
    run(folder, "pytest", "--ft-model=control:memorizer", "--ft-json=run.json", "-q", "--tb=no", *options, expect=1)
    record: dict[str, Any] = json.loads((folder / "run.json").read_text(encoding="utf-8"))
    return {rate["kind"]: (rate["correct"], rate["n"]) for rate in record["pass_rates"] if rate["category"] is None}


def main() -> None:
    """Check what a user does first, and the shipped suites."""
    import pytest_finetunebench
    from pytest_finetunebench.loaders import load_suite

    package = Path(pytest_finetunebench.__file__).parent
    if "site-packages" not in package.parts:
        sys.exit(f"imported from {package}: not the installed wheel")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        run(folder, "finetunebench", "init")
        run(folder, "finetunebench", "validate", "--strict", "knowledge_cases")
        run(folder, "finetunebench", "schema")
        example = rates(folder, "-n", "2")
        files = (package / "knowledge_cases").glob("*.yaml")
        suites = [f"--ft-suite={file.stem.removesuffix('_updates')}" for file in files]
        # with this folder's test: from the installed one, pytest would load the checkout's conftest
        shipped = rates(folder, *suites, "knowledge_cases")
    # suites of form train more wordings than they ask again
    probes = load_suite([package / "knowledge_cases"]).probes
    trained = sum(probe.kind == "memorization" for probe in probes)
    if example["memorization"] != (2, 2) or shipped["memorization"] != (trained, trained):
        sys.exit(f"the control must know every trained wording: {example} {shipped}")
    print(f"wheel: the example suite and the shipped suites run ({shipped})")


if __name__ == "__main__":
    main()
