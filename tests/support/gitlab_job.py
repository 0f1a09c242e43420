"""Print the GitLab component as a pipeline with its inputs filled in, since linters read pipelines only."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import yaml

TEMPLATE = Path(__file__).parents[2] / "templates" / "knowledge.yml"
_INPUT = re.compile(r"\$\[\[ inputs\.(\w+) \]\]")


def filled(text: str) -> str:
    """Return the job of a component, each input at its default, or at `x` where it has none.

    Raises:
        KeyError: the job uses an input that the component does not declare.
    """
    head, job = text.split("\n---\n")
    inputs = yaml.safe_load(head)["spec"]["inputs"]
    return _INPUT.sub(lambda found: str(inputs[found[1]].get("default", "x")), job)


if __name__ == "__main__":
    sys.stdout.write(filled(TEMPLATE.read_text(encoding="utf-8")))
