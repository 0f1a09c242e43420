"""The rates of stored runs of one suite, for the trend."""

from __future__ import annotations

from pathlib import Path

from pytest_finetunebench.reports.html.page import StoredRates
from pytest_finetunebench.runs.files import RunFolder
from pytest_finetunebench.runs.listing import listed

MOST_RUNS = 60


def stored_rates_of(folder: Path, suite_hash: str | None) -> list[StoredRates]:
    """Return the rates of the newest whole runs of a suite, oldest first. Records that cannot be read are left out."""
    found = [one.head for one in listed(RunFolder(folder), damaged=[])] if folder.is_dir() else []
    whole = [head for head in found if not head.partial and head.suite_hash == suite_hash]
    return [
        StoredRates(f"#{head.number}", head.created, head.memorization, head.generalization, head.flaw is None)
        for head in whole[-MOST_RUNS:]
    ]
