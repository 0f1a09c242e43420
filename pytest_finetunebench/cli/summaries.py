"""What each command does in a line that fits its list in `--help`."""

from __future__ import annotations

import click

_SUMMARIES = {
    "batch": "Ask a whole suite at half the price, within a day.",
    "cache": "Look into the cache of answers, copy it, empty it.",
    "cases": "List the suites that come with the package.",
    "compare": "Compare two runs, probe by probe.",
    "demo": "See what a model scores that learned its sentences alone.",
    "explain": "Explain how an answer is graded, step by step.",
    "export": "Write training files of the cases, without their probes.",
    "gate": "Decide gates over a stored run.",
    "generate": "Let a model draft probes or items.",
    "import": "Make a case file of a table, a training file or tests.",
    "init": "Start a project: example cases, test file and workflow.",
    "leaks": "Look for probes in training files.",
    "parity": "Ask one model in two deployments, and tell where they differ.",
    "plan": "Say how many items find a drop of a given size.",
    "record": "Record a model's answers, to replay when it is gone.",
    "regrade": "Grade a stored run again with today's graders.",
    "report": "Write a stored run as a page, picture, Markdown or metrics.",
    "review": "Accept or reject drafted probes.",
    "runs": "List, show, merge and prune stored runs.",
    "schema": "Print the JSON Schema of case files.",
    "sweep": "Ask the checkpoints of a model, and choose the best.",
    "train": "Fine-tune a model, at a provider or on this machine.",
    "validate": "Check case files before a run.",
    "batch collect": "Store the answers of jobs that have ended.",
    "batch status": "Show the state of each job.",
    "batch submit": "Send the requests that the cache lacks, and end.",
    "cache clear": "Remove entries, or the files of a damaged cache.",
    "cache explain": "Say whether a probe is answered from the cache, and why not.",
    "cache export": "Write the entries as recordings.",
    "cache import": "Store the recordings of a file.",
    "cache stats": "Count the entries, by provider, model and server.",
    "cases list": "List the shipped suites: items, tokens, cost.",
    "runs accept": "Make a stored run a baseline.",
    "runs list": "List the stored runs, oldest first.",
    "runs merge": "Join the records of shards into one.",
    "runs prune": "Remove all but the newest stored runs.",
    "runs show": "Show one stored run.",
    "runs trend": "Show pass rates over the stored runs.",
}


def summarise(group: click.Group, prefix: str = "") -> None:
    """Give each command below a group its line."""
    for name, command in group.commands.items():
        command.short_help = _SUMMARIES.get(f"{prefix}{name}")
        if isinstance(command, click.Group):
            summarise(command, f"{name} ")
