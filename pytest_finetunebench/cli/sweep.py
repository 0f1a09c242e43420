"""`finetunebench sweep`: the same suite over a model's checkpoints."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from pytest_finetunebench.cli.measuring import load_asked, measured, settings_for
from pytest_finetunebench.cli.options import table_options
from pytest_finetunebench.cli.stored import write_text

if TYPE_CHECKING:
    from pytest_finetunebench.runs.record import RunRecord
    from pytest_finetunebench.runs.sweep import Checkpoint
    from pytest_finetunebench.settings import Settings

_STEP = re.compile(r"(?:checkpoint-|step-?|ckpt-step-)(\d+)$")
_BAR = 20


@click.command()
@click.argument("specs", nargs=-1, metavar="SPEC…")
@click.option("--job", metavar="ID", help="The fine-tuning job at OpenAI whose checkpoints are asked, with its model.")
@click.option(
    "--checkpoints", is_flag=True, help="Of hf:BASE+ADAPTER: every checkpoint-N folder in the adapter's, then itself."
)
@click.option(
    "--best", metavar="RULE", help="Print the best spec alone on stdout: 'generalization where retention>=0.9'."
)
@table_options("sweep", html_path={"env": False})
def sweep(
    specs: tuple[str, ...], job: str | None, checkpoints: bool, best: str | None, html_path: Path | None, **given: Any
) -> None:
    """Ask several checkpoints of a model the same suite, and show what each knows.

    With --best the table goes to stderr and the best checkpoint's spec alone to stdout; exit code 1 if none meets the
    rule. A checkpoint of which more than 1% of the probes is unmeasured is never the best. --html writes the best
    checkpoint, or else the last one, as a page with the others beside it.

    \b
    finetunebench sweep hf:./base+./adapter --checkpoints --best 'generalization where retention>=0.9'
    """
    from pytest_finetunebench.errors import SettingsError
    from pytest_finetunebench.runs.sweep import checkpoint_of, read_rule

    try:
        chosen = _expanded(specs, checkpoints)
        chosen += _of_job(job, given) if job is not None else []
        if not chosen:
            raise SettingsError("name the checkpoints, or a job with --job")
        settings = [settings_for(spec, given) for spec, _ in chosen]
        suite = load_asked(settings[0])
        rule = None if best is None else read_rule(best, [*dict.fromkeys(probe.kind for probe in suite.probes)])
        records = [measured(suite, one, spec) for (spec, _), one in zip(chosen, settings, strict=True)]
        found = [checkpoint_of(spec, step, record) for (spec, step), record in zip(chosen, records, strict=True)]
    except SettingsError as error:
        raise click.UsageError(str(error)) from error
    for line in _table(found):
        click.echo(line, err=best is not None)
    winner = None if rule is None else rule.choose(found)
    if html_path is not None:
        _write_page(html_path, found, records, found.index(winner) if winner else len(found) - 1)
    if rule is None:
        return
    if winner is None:
        raise click.ClickException(f"no checkpoint meets --best '{best}'")
    click.echo(winner.spec)


def _expanded(specs: Sequence[str], checkpoints: bool) -> list[tuple[str, int | None]]:
    from pytest_finetunebench.errors import SettingsError

    found: list[tuple[str, int | None]] = []
    for spec in specs:
        head, plus, adapter = spec.rpartition("+")
        folders = [path for path in Path(adapter).glob("checkpoint-*") if _step(path.name) is not None]
        if checkpoints and not (spec.startswith("hf:") and plus and folders):
            raise SettingsError(f"--checkpoints: {spec} is no hf:BASE+ADAPTER whose folder holds any checkpoint-N")
        if not checkpoints:
            found.append((spec, _step(spec)))
            continue
        ordered = sorted(folders, key=lambda path: _step(path.name) or 0)
        found += [(f"{head}+{path}", _step(path.name)) for path in ordered]
        if not (Path(adapter) / "adapter_config.json").exists():
            continue
        # the folder's own adapter is its last checkpoint's, unless something else was put there
        last = ordered[-1] / "adapter_model.safetensors"
        own = Path(adapter) / "adapter_model.safetensors"
        if not (last.exists() and own.exists() and last.read_bytes() == own.read_bytes()):
            found.append((spec, None))
    return found


def _step(name: str) -> int | None:
    found = _STEP.search(name)
    return int(found[1]) if found else None


def _of_job(job: str, given: dict[str, Any]) -> list[tuple[str, int | None]]:
    """Return the checkpoints of a job at OpenAI, by step, and its model where that is none of them."""
    import asyncio

    from pytest_finetunebench.models.providers.base import ProviderContext
    from pytest_finetunebench.models.providers.openai import OpenAIProvider

    settings: Settings = settings_for("openai:checkpoints", given)
    provider = OpenAIProvider(ProviderContext(settings, os.environ, option="--"))

    async def run() -> list[tuple[str, int]]:
        try:
            return await provider.checkpoints(job)
        finally:
            await provider.aclose()

    return [(f"openai:{model}", step) for model, step in sorted(asyncio.run(run()), key=lambda one: one[1])]


def _write_page(path: Path, found: Sequence[Checkpoint], records: Sequence[RunRecord], at: int) -> None:
    """Write the checkpoint at a place as a page, compared with each of the others."""
    from pytest_finetunebench.reports.html.page import Report, html_page
    from pytest_finetunebench.reports.summarise import summarise_record
    from pytest_finetunebench.runs.comparison import compare_runs

    names = [one.spec if one.step is None else f"step {one.step}" for one in found]
    compared = [
        (name, compare_runs(record, records[at]))
        for number, (name, record) in enumerate(zip(names, records, strict=True))
        if number != at
    ]
    write_text(path, html_page(Report(records[at], summarise_record(records[at]), (), compared)))


def _table(found: Sequence[Checkpoint]) -> Iterator[str]:
    from pytest_finetunebench.runs.sweep import FIGURES

    width = max(len(one.spec) for one in found)
    yield f"{'step':>6}  {'model':{width}}  " + "  ".join(f"{name:>14}" for name in FIGURES) + "  unmeasured"
    for one in found:
        cells = "  ".join(f"{_percent(one, name):>14}" for name in FIGURES)
        step = "-" if one.step is None else str(one.step)
        yield f"{step:>6}  {one.spec:{width}}  {cells}  {one.unmeasured or '-'}"
    for name in FIGURES:
        if any(name in one.figures for one in found):
            yield ""
            yield name
            for one in found:
                value = one.figures.get(name)
                step = "-" if one.step is None else str(one.step)
                filled = round(_BAR * min(max(value or 0.0, 0.0), 1.0))
                yield f"{step:>6}  {'█' * filled}{'░' * (_BAR - filled)} {_percent(one, name)}"


def _percent(one: Checkpoint, name: str) -> str:
    value = one.figures.get(name)
    if value is None:
        return "?"
    return f"{100 * value:+.1f} points" if name == "gap" else f"{value:.1%}"
