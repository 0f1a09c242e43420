"""`finetunebench regrade`: grade the answers of a stored run with today's graders."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from pytest_finetunebench.cli.named import renamed_option
from pytest_finetunebench.cli.stored import (
    find_run,
    graders_option,
    json_option,
    print_json,
    print_lines,
    read_graders,
    runs_dir_option,
)

if TYPE_CHECKING:
    from pytest_finetunebench.runs.record import PassRate, RunRecord
    from pytest_finetunebench.runs.regrade import Change, Regraded

_LONGEST_TEXT = 300


@click.command()
@click.argument("ref", metavar="RUN")
@graders_option
@renamed_option(
    "--out",
    "output",
    former="--output",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Write to this file: the regraded record.",
)
@runs_dir_option
@json_option
def regrade(folder: Path, ref: str, graders: tuple[str, ...], output: Path | None, as_json: bool) -> None:
    """Grade the stored RUN again, with no call: a path to its record, its number, its name, or last.

    Shows each verdict that changed, and the pass rates. The stored record stays as it is; --out writes the new one.
    --json prints run, changes (id, sample, of_base, of_arm, place, question, expected, answer, before, after),
    pass_rates_before, pass_rates_after and notices.
    """
    from pytest_finetunebench.runs.regrade import regrade as grade_again

    record = find_run(folder, ref)
    again = grade_again(record, read_graders(graders))
    if as_json:
        print_json(_as_json(record, again))
    else:
        print_lines(_lines(record, again))
    if output is not None:
        _write(output, again.record)


def _lines(record: RunRecord, again: Regraded) -> Iterator[str]:
    from pytest_finetunebench.errors import counted

    yield f"run {record.title}, {counted(len(record.results), 'verdict')}"
    for notice in again.notices:
        yield f"note: {notice}"
    if not again.changes:
        yield "no verdict changed"
        return
    for change in again.changes:
        yield ""
        yield from _change_lines(change)
    yield ""
    yield f"{counted(len(again.changes), 'verdict')} changed; pass rates"
    before = {_named(rate): rate for rate in record.pass_rates}
    pairs = {_named(rate): (before.get(_named(rate)), rate) for rate in again.record.pass_rates}
    shown = {
        name: pair for name, pair in pairs.items() if pair[1].category is None or _shown(pair[0]) != _shown(pair[1])
    }
    longest = max(map(len, shown))
    for name, (old, new) in shown.items():
        yield f"  {name:<{longest}}  {_shown(old)} → {_shown(new)}"


def _change_lines(change: Change) -> Iterator[str]:
    from pytest_finetunebench.errors import one_line

    before, after = change.before, change.after
    sample = f" (sample {after.repeat + 1})" if after.repeat else ""
    whose = ", the base model's answer" * change.of_base + f", the answer of {change.of_arm}" * bool(change.of_arm)
    yield f"{after.id}{sample}{whose}: {before.outcome} → {after.outcome}"
    fields = {
        "was": before.reason,
        "now": after.reason,
        "question": after.prompt,
        "expected": after.probe.expected,
        "answer": after.answer or "",
        "case": after.place,
    }
    for name, text in fields.items():
        yield f"  {name:<9} {one_line(text, _LONGEST_TEXT)}"


def _named(rate: PassRate) -> str:
    return f"{rate.category or 'all'}/{rate.kind}"


def _shown(rate: PassRate | None) -> str:
    return "-" if rate is None or rate.rate is None else f"{rate.rate:.1%} n={rate.n}"


def _as_json(record: RunRecord, again: Regraded) -> dict[str, object]:
    from pytest_finetunebench.cli import as_json as forms

    changes = [
        {
            "id": change.after.id,
            "sample": change.after.repeat,
            "of_base": change.of_base,
            "of_arm": change.of_arm,
            "place": change.after.place,
            "question": change.after.prompt,
            "expected": change.after.expected,
            "answer": change.after.answer,
            "before": {"outcome": str(change.before.outcome), "reason": change.before.reason},
            "after": {"outcome": str(change.after.outcome), "reason": change.after.reason},
        }
        for change in again.changes
    ]
    return {
        "run": forms.naming(record),
        "changes": changes,
        "pass_rates_before": [rate.model_dump(mode="json") for rate in record.pass_rates],
        "pass_rates_after": [rate.model_dump(mode="json") for rate in again.record.pass_rates],
        "notices": list(again.notices),
    }


def _write(path: Path, record: RunRecord) -> None:
    from pytest_finetunebench.cli.stored import write_record

    write_record(path, record)
    click.echo(f"written to {path}", err=True)
