"""`finetunebench plan`: how many items and probes find a drop, with their calls and cost."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from pytest_finetunebench.cli.options import table_option
from pytest_finetunebench.cli.stored import find_run, json_option, print_json, print_lines, runs_dir_option

if TYPE_CHECKING:
    from pytest_finetunebench.models.prices import Price
    from pytest_finetunebench.runs.record import RunRecord
    from pytest_finetunebench.runs.suite_size import SuiteSize


class _Share(click.FloatRange):
    def __init__(self) -> None:
        super().__init__(0, 1, min_open=True, max_open=True)


@click.command()
@click.option("--drop", type=_Share(), default=0.1, show_default=True, help="The fall of the pass rate to find: 0.05.")
@click.option("--power", type=_Share(), default=0.9, show_default=True, help="In how many runs it must be found.")
@click.option("--alpha", type=_Share(), default=0.05, show_default=True, help="The level of the gate's test.")
@click.option("--tests", type=click.IntRange(1), default=1, show_default=True, help="How many such gates a run has.")
@click.option(
    "--record",
    "refs",
    multiple=True,
    metavar="RUN",
    help="A run that shows how far answers vary: one with several samples, or two runs of the same model.",
)
@click.option(
    "--flips",
    type=_Share(),
    show_default="0.1",
    help="Without a run: the share that an unchanged model answers otherwise.",
)
@click.option("--probes", type=click.FloatRange(1), show_default="3", help="Without a run: probes of an item.")
@table_option("repeat")
@table_option("price", show_default="the list price")
@runs_dir_option
@json_option
def plan(
    drop: float,
    power: float,
    alpha: float,
    tests: int,
    refs: tuple[str, ...],
    flips: float | None,
    probes: float | None,
    repeat: int,
    price: str | None,
    folder: Path,
    as_json: bool,
) -> None:
    """Say how many items and probes a suite needs for `significant-drop` to find a drop.

    The number is for the one-sided test by item. With several such gates, --tests divides the level: they cost no more.
    Calls and cost are those of one run; the cost needs a --record, whose tokens it takes. Exit code 0, 1 where a run
    cannot be used, 2 for options that cannot be used.
    """
    from pytest_finetunebench.runs.suite_size import size_from_flips, size_from_runs

    if len(refs) > 2:
        raise click.UsageError("--record: give one run with several samples, or two runs")
    if refs and (flips is not None or probes is not None):
        raise click.UsageError("--flips and --probes stand in for a run: leave them out beside --record")
    level = alpha / tests
    if power <= level:
        raise click.UsageError(f"--power={power:g} must be above --alpha={level:g}")
    records = [find_run(folder, ref) for ref in refs]
    if records:
        size = size_from_runs(drop, power, level, records)
    else:
        size = size_from_flips(drop, power, level, 0.1 if flips is None else flips, 3.0 if probes is None else probes)
    calls = size.probes * repeat
    cost = _cost(calls, records[-1], _price(records[-1], price)) if records else None
    if as_json:
        print_json(_plain(size) | {"calls": calls, "cost": cost})
    else:
        print_lines(_lines(size, calls, cost))


def _price(record: RunRecord, text: str | None) -> Price | None:
    from pytest_finetunebench.cli.gating import usage_errors
    from pytest_finetunebench.models.prices import find_price, parse_price
    from pytest_finetunebench.settings.model_spec import parse_model_spec

    with usage_errors():
        if text is not None:
            return parse_price(text, f"--price={text}")
        return find_price(parse_model_spec(record.model), custom_server=record.base_url is not None)


def _cost(calls: int, record: RunRecord, price: Price | None) -> float | None:
    used = [result.usage for result in record.results if result.usage is not None]
    if price is None or not used:
        return None
    return calls * sum(map(price.of, used)) / len(used)


def _plain(size: SuiteSize) -> dict[str, object]:
    return {
        "drop": size.drop,
        "power": size.power,
        "alpha": size.alpha,
        "items": size.items,
        "probes": size.probes,
        "probes_per_item": size.probes_per_item,
        "variance": size.variance,
        "source": size.source,
    }


def _lines(size: SuiteSize, calls: int, cost: float | None) -> list[str]:
    from pytest_finetunebench.errors import counted

    goal = f"a drop of {100 * size.drop:g} points in {size.power:.0%} of runs, at the {100 * size.alpha:g}% level"
    money = "cost not known (give --record and --price)" if cost is None else f"about ${cost:,.4f}"
    return [
        f"to find   {goal}",
        f"items     {size.items:,}",
        f"probes    {size.probes:,} ({size.probes_per_item:.1f} an item)",
        f"calls     {counted(calls, 'call')} a run, {money}",
        f"variance  {size.variance:.3f} between items: {size.source}",
    ]
