"""What `finetunebench generate` prints and writes: drafts, what was rejected, counts and costs."""

from __future__ import annotations

import difflib
import shlex
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from pytest_finetunebench.cases.editing.editor import CaseEditor
    from pytest_finetunebench.drafting.asking import Asker, Cost
    from pytest_finetunebench.drafting.drafts import FailedRequest, ProbeDrafts
    from pytest_finetunebench.drafting.from_text import ItemDrafts

_SHOWN = 160
_SHOWN_FAILURES = 3


def write_edits(editors: Iterable[CaseEditor], *, dry_run: bool) -> None:
    """Save the edits of case files, or print them."""
    for editor in editors:
        if dry_run:
            _print_diff(editor.name, editor.old_text(), editor.new_text())
        else:
            editor.save()


def create_file(path: Path, text: str, *, dry_run: bool) -> None:
    """Write a new case file, or print it."""
    from pytest_finetunebench.cases.editing.editor import create

    if dry_run:
        _print_diff(str(path), "", text)
    else:
        create(path, text)


def _print_diff(name: str, before: str, after: str) -> None:
    pairs = (before.splitlines(), after.splitlines())
    for line in difflib.unified_diff(*pairs, fromfile=name, tofile=name, lineterm=""):
        click.echo(line)


def print_drafted(drafted: ProbeDrafts) -> None:
    """Print drafts, and what was rejected or failed."""
    for draft in drafted.drafts:
        answer = f" → {short(draft.probe.expected)}" if "answer" in draft.entry else ""
        click.echo(f"draft     {draft.target.title}: {short(draft.probe.prompt)}{answer}")
    print_rejected(drafted)


def print_rejected(drafted: ProbeDrafts | ItemDrafts) -> None:
    """Print what was rejected or failed."""
    for rejected in drafted.rejected:
        click.echo(f"rejected  {rejected.title}: {short(rejected.question)}: {rejected.reason}")
    print_failures(drafted.failures)


def print_failures(failures: Iterable[FailedRequest]) -> None:
    """Print the requests without an answer, alike ones together."""
    alike: dict[tuple[str, str], list[str]] = {}
    for failed in failures:
        alike.setdefault(("left" if failed.unsent else "failed", failed.reason), []).append(failed.title)
    for (what, reason), titles in alike.items():
        for title in titles[:_SHOWN_FAILURES]:
            click.echo(f"{what:<9} {title}: {reason}", err=True)
        if len(titles) > _SHOWN_FAILURES:
            click.echo(f"{what:<9} … and {len(titles) - _SHOWN_FAILURES:,} more for this reason", err=True)


def short(value: object) -> str:
    """Return a text as one line, cut where it is long."""
    from pytest_finetunebench.errors import one_line

    return one_line(value, _SHOWN)


def count_texts(drafted: ProbeDrafts | ItemDrafts) -> Iterator[str]:
    """Yield how many drafts were rejected, and how many requests failed."""
    from pytest_finetunebench.errors import counted

    yield f"{len(drafted.rejected):,} rejected"
    if drafted.empty:
        yield f"nothing found to draft for {counted(drafted.empty, 'request')}"
    yield from failure_texts(drafted.failures)


def failure_texts(failures: Sequence[FailedRequest]) -> Iterator[str]:
    """Yield how many requests failed, and how many were not sent as the budget was spent."""
    from pytest_finetunebench.errors import counted

    left = sum(failed.unsent for failed in failures)
    if len(failures) > left:
        yield f"{counted(len(failures) - left, 'request')} failed"
    if left:
        yield f"{counted(left, 'request')} left undone"


def conclude(
    counts: Sequence[str],
    costs: Mapping[str, Cost],
    notices: Iterable[str],
    written: Sequence[Path],
    *,
    failed: bool,
) -> None:
    """Print what was done and what it cost, by model; exit code 1 where a request failed or was left undone."""
    click.echo(", ".join(counts))
    for model, cost in costs.items():
        click.echo(cost_text(model, cost))
    for notice in dict.fromkeys(notices):
        click.echo(f"note      {notice}", err=True)
    if written:
        click.echo(f"Next: finetunebench review {' '.join(shlex.quote(str(path)) for path in written)}")
    if failed:
        raise click.exceptions.Exit(1)


def costs_of(askers: Iterable[Asker]) -> dict[str, Cost]:
    """Return what models that draft and check took, by their names."""
    return {f"{asker.model}": asker.cost for asker in dict.fromkeys(askers)}


def cost_text(model: str, cost: Cost) -> str:
    """Say what asking a model took."""
    from pytest_finetunebench.errors import counted

    text = f"{counted(cost.calls, 'call')} to {model}"
    text += f": {counted(cost.input_tokens, 'token')} in, {cost.output_tokens:,} out"
    if cost.dollars:
        text += f", about ${cost.dollars:.4f}"
    if cost.uncounted:
        text += f"; {counted(cost.uncounted, 'answer')} without a token count"
    return text + (f"; {counted(cost.cached, 'answer')} from the cache" if cost.cached else "")
