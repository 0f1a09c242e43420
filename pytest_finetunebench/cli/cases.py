"""`finetunebench cases`: the shipped suites."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

import click

from pytest_finetunebench.cli.options import table_option

PRICE = "0.30:1.20"
"""US dollars per million input and output tokens: about what a small hosted fine-tune costs."""


@dataclass(frozen=True)
class ListedSuite:
    """A shipped suite as the list shows it."""

    name: str
    file: str
    items: int
    probes: dict[str, int]
    """By kind, in report order."""
    input_tokens: int
    """Estimated, of one run."""
    output_tokens: int
    """At most, of one run."""
    cost: float
    """US dollars at most, of one run."""
    least_drop: float | None
    """The least fall of the pass rate, 0..1, that a comparison finds nine times in ten; None where it finds none."""


@click.group()
def cases() -> None:
    """The knowledge suites that come with the package."""


@cases.command(name="list")
@table_option("price", default=PRICE)
@click.option("--json", "as_json", is_flag=True, help="Print JSON: items, probes by kind, tokens, cost, least drop.")
def list_(price: str, as_json: bool) -> None:
    """List the shipped suites: items, probes, tokens, cost, and the drop that each can find.

    `pytest --ft-suite=NAME` runs one.
    """
    import json

    from pytest_finetunebench.cases.shipped import shipped_suites
    from pytest_finetunebench.runs.suite_size import CHANGING_ITEMS

    found = [_listed(name, file, price) for name, file in shipped_suites().items()]
    if as_json:
        click.echo(json.dumps([asdict(suite) for suite in found], indent=2))
        return
    for suite in found:
        for line in _lines(suite):
            click.echo(line)
    click.echo(
        f"\nOne run, without samples. Tokens are estimates, answers count in full length; US dollars at {price} per\n"
        "million input and output tokens (--price). Drop: the least fall of the pass rate that a comparison finds\n"
        f"nine times in ten, if {CHANGING_ITEMS:.0%} of the items change anyway."
    )


def _listed(name: str, file: Path, price: str) -> ListedSuite:
    from collections import Counter

    from pytest_finetunebench.completions import Request, Sampling
    from pytest_finetunebench.loaders import load_suite
    from pytest_finetunebench.models.calling.throttle import estimated_tokens
    from pytest_finetunebench.models.prices import parse_price
    from pytest_finetunebench.runs.rates import ordered_kinds
    from pytest_finetunebench.runs.statistics.power import least_drop
    from pytest_finetunebench.runs.suite_size import CHANGING_ITEMS

    suite = load_suite([file])
    probes = list(suite.probes)
    kinds = Counter(probe.kind for probe in probes)
    requests = [
        Request(provider="openai", base_url=None, model=name, messages=probe.messages, sampling=Sampling(), repeat=0)
        for probe in probes
    ]
    tokens = [estimated_tokens(request) for request in requests]
    input_tokens, output_tokens = (sum(pair[side] for pair in tokens) for side in (0, 1))
    return ListedSuite(
        name=name,
        file=str(file),
        items=len(suite.items),
        probes={kind: kinds[kind] for kind in ordered_kinds(set(kinds))},
        input_tokens=input_tokens,
        output_tokens=output_tokens,
        cost=parse_price(price, "--price").of_tokens(input_tokens, output_tokens),
        least_drop=least_drop(len(suite.items), CHANGING_ITEMS, len(probes) / len(suite.items)),
    )


def _lines(suite: ListedSuite) -> Iterator[str]:
    """Yield the two lines of a suite: what it holds, and what it takes and finds."""
    kinds = ", ".join(f"{count} {kind}" for kind, count in suite.probes.items())
    drop = "no drop shows" if suite.least_drop is None else f"a drop of {100 * suite.least_drop:.0f} points shows"
    probes = sum(suite.probes.values())
    yield f"{suite.name:<17} {suite.items:>4} items: {kinds}"
    yield (
        f"{'':<17} {probes:>4} probes: {suite.input_tokens:,} tokens in, {suite.output_tokens:,} out, "
        f"${suite.cost:.2f}; {drop}"
    )
