"""Print action.yml as a workflow that is called, since actionlint reads workflows only: the same inputs and steps."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

ACTION = Path(__file__).parents[2] / "action.yml"


def as_workflow(action: dict[str, Any]) -> dict[str, Any]:
    """Return a workflow with an action's inputs and steps."""
    inputs = {name: {"type": "string", **given} for name, given in action["inputs"].items()}
    job = {"runs-on": "ubuntu-latest", "steps": action["runs"]["steps"]}
    return {"on": {"workflow_call": {"inputs": inputs}}, "jobs": {"action": job}}


if __name__ == "__main__":
    print(yaml.safe_dump(as_workflow(yaml.safe_load(ACTION.read_text(encoding="utf-8"))), sort_keys=False))
