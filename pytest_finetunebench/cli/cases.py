"""`finetunebench cases`: the shipped suites."""

from __future__ import annotations

import click


@click.group()
def cases() -> None:
    """The knowledge suites that come with the package."""


@cases.command(name="list")
@click.option("--json", "as_json", is_flag=True, help="Print JSON: name, file, items and probes by kind.")
def list_(as_json: bool) -> None:
    """List the shipped suites with their items and probes; `pytest --ft-suite=NAME` runs one."""
    import json
    from collections import Counter

    from pytest_finetunebench.cases.shipped import shipped_suites
    from pytest_finetunebench.loaders import load_suite
    from pytest_finetunebench.runs.rates import ordered_kinds

    found = []
    for name, file in shipped_suites().items():
        suite = load_suite([file])
        kinds = Counter(probe.kind for probe in suite.probes)
        ordered = {kind: kinds[kind] for kind in ordered_kinds(set(kinds))}
        found.append({"name": name, "file": str(file), "items": len(suite.items), "probes": ordered})
    if as_json:
        click.echo(json.dumps(found, indent=2))
        return
    for row in found:
        probes = row["probes"]
        counts = ", ".join(f"{count} {kind}" for kind, count in probes.items()) if isinstance(probes, dict) else ""
        click.echo(f"{row['name']:<17} {row['items']:>4} items: {counts}")
