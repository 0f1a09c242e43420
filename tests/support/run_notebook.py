"""Run a notebook in a real kernel and print what its last expressions show: `make test-notebook`."""

from __future__ import annotations

import sys
from pathlib import Path

import nbformat
from nbclient import NotebookClient


def main(path: Path) -> None:
    """Run a notebook in its folder; exit with 1 where a run is not shown as a table."""
    notebook = nbformat.read(path, as_version=4)
    NotebookClient(notebook, timeout=120, resources={"metadata": {"path": str(path.parent)}}).execute()
    shown = [output["data"] for cell in notebook.cells for output in cell.get("outputs", ()) if "data" in output]
    for data in shown:
        print(*sorted(data), "\n", data["text/plain"][:300])
    if not any("<table" in data.get("text/html", "") for data in shown):
        sys.exit("no output is a table")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
