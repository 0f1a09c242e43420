"""`finetunebench cache …`: inspect the completion cache, copy it as recordings, empty it."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from pytest_finetunebench.cli.cache_explain import explain
from pytest_finetunebench.cli.named import renamed_option
from pytest_finetunebench.cli.shared import folder_option

if TYPE_CHECKING:
    from pytest_finetunebench.models.cache import Entry
    from pytest_finetunebench.models.recordings import Recording

IMPORTED = "import"
"""The run that imported entries belong to."""


only_model_option = renamed_option(
    "--only-model", "model", former="--model", metavar="ID", show_default="all", help="The entries of this model alone."
)


@click.group()
@folder_option(of_group=True)
def cache() -> None:
    """Inspect the completion cache, copy it as recordings, empty it."""


@cache.command()
@folder_option()
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.pass_obj
def stats(folder: Path, as_json: bool) -> None:
    """Count the entries, by provider, model and server."""
    from pytest_finetunebench.models.cache import CompletionCache

    skipped: list[str] = []
    models: Counter[tuple[str, str, str | None]] = Counter()
    dates: list[str] = []
    with CompletionCache(folder, "stats", read_only=True) as opened:
        for entry in opened.entries(skipped):
            models[entry.request.provider, entry.request.model, entry.request.base_url] += 1
            dates.append(entry.created)
    summary = {
        "folder": str(folder),
        "entries": len(dates),
        "bytes": sum(file.stat().st_size for file in folder.glob("cache.db*")),
        "oldest": min(dates, default=None),
        "newest": max(dates, default=None),
        "damaged": len(skipped),
        "models": [
            {"provider": provider, "model": model, "base_url": url, "entries": count}
            for (provider, model, url), count in models.most_common()
        ],
    }
    _print_json(summary) if as_json else _print_stats(summary)
    _fail_for_damage(skipped, "cannot be read")


@cache.command()
@click.argument("file", type=click.Path(path_type=Path, allow_dash=True))
@folder_option()
@only_model_option
@click.pass_obj
def export(folder: Path, file: Path, model: str | None) -> None:
    """Write the entries to FILE as recordings, one line of JSON each. - is standard output.

    Such a file answers `pytest --ft-model=replay:ID --ft-recordings=FILE`, and `finetunebench cache import` takes it.
    Damaged entries are left out and counted, with exit code 1.
    """
    from pytest_finetunebench.models.cache import CompletionCache
    from pytest_finetunebench.models.recordings import recording_of, write_recordings

    skipped: list[str] = []
    with CompletionCache(folder, "export", read_only=True) as opened:
        chosen = (entry for entry in opened.entries(skipped) if model in (None, entry.request.model))
        recordings = [recording_of(entry.request, entry.completion) for entry in chosen]
    if str(file) == "-":
        for recording in recordings:
            click.echo(recording.to_json().encode())
    elif recordings:
        write_recordings(file, recordings)
        click.echo(f"exported {_entries(len(recordings))} to {file}", err=True)
    _fail_for_damage(skipped, "left out")
    if not recordings:
        named = f" of model {model}" if model is not None else ""
        raise click.ClickException(f"{folder} holds no entry{named}: nothing to export")


@cache.command(name="import")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@folder_option()
@click.option("--overwrite", is_flag=True, help="Replace entries that hold another answer to the same request.")
@click.pass_obj
def import_(folder: Path, file: Path, overwrite: bool) -> None:
    """Store all recordings of FILE, or none. `finetunebench cache export` writes such files."""
    from pytest_finetunebench.errors import Problem
    from pytest_finetunebench.models.cache import CompletionCache

    entries = _read_entries(file)
    problems: list[Problem] = []
    new: list[Entry] = []
    known = replaced = 0
    with CompletionCache(folder, IMPORTED) as opened:
        for line, entry in entries:
            stored = opened.get(entry.request)
            if stored is not None and stored.completion == entry.completion:
                known += 1
                continue
            if stored is not None and not overwrite:
                found = f"{folder} holds another answer to this request, of {stored.created}: --overwrite replaces it"
                problems.append(Problem(str(file), line, "response", found))
            replaced += stored is not None
            new.append(entry)
        _refuse(problems)
        for entry in new:
            opened.restore(entry)
    more = f", {replaced} of them in place of other answers" if replaced else ""
    click.echo(f"imported {_entries(len(new))}{more}; {known} already there")


@cache.command()
@folder_option()
@only_model_option
@click.option("--yes", is_flag=True, help="Do not ask: remove.")
@click.pass_obj
def clear(folder: Path, model: str | None, yes: bool) -> None:
    """Remove the entries, or the files of a damaged cache. Other folders are left alone."""
    from pytest_finetunebench.errors import CacheError
    from pytest_finetunebench.models.cache import CacheUnavailableError, is_cache_folder, remove_files

    try:
        _clear_entries(folder, model, yes)
    except CacheUnavailableError:
        raise
    except CacheError as error:
        if model is not None or not is_cache_folder(folder):
            raise
        click.echo(str(error), err=True)
        if not yes:
            click.confirm(f"Remove the files of the cache in {folder}?", abort=True, err=True)
        remove_files(folder)
        click.echo(f"removed the damaged cache in {folder}")


cache.add_command(folder_option()(explain))


def _clear_entries(folder: Path, model: str | None, yes: bool) -> None:
    from pytest_finetunebench.models.cache import CompletionCache

    skipped: list[str] = []
    with CompletionCache(folder, "clear", read_only=True) as opened:
        count = len(opened)
        chosen = [] if model is None else [e.request for e in opened.entries(skipped) if e.request.model == model]
    affected = count if model is None else len(chosen)
    named = "" if model is None else f" of model {model}"
    if affected and not yes:
        click.confirm(f"Remove {_entries(affected)}{named} from {folder}?", abort=True, err=True)
    if affected:
        with CompletionCache(folder, "clear") as opened:
            if model is None:
                opened.clear()
            for request in chosen:
                opened.remove(request)
    click.echo(f"removed {_entries(affected)}{named} from {folder}")
    _fail_for_damage(skipped, "left, of whatever model: `finetunebench cache clear` without --only-model removes all")


def _read_entries(file: Path) -> list[tuple[int, Entry]]:
    """Return the entries of a file's recordings with their lines. A request given twice counts once.

    Raises:
        RecordingError: a line is no recording of a whole request, or two lines answer one request differently.
    """
    from pytest_finetunebench.errors import Problem
    from pytest_finetunebench.files.reading import json_lines
    from pytest_finetunebench.models.recordings import read_recordings

    recordings = read_recordings(file)
    lines = [number for number, _ in json_lines(file, [])] if file.suffix.lower() == ".jsonl" else []
    problems: list[Problem] = []
    found: dict[str, tuple[int, Entry]] = {}
    for line, recording in zip(lines or range(2, len(recordings) + 2), recordings, strict=True):
        if fault := _fault(recording, file):
            problems.append(Problem(str(file), line, *fault))
            continue
        entry = _as_entry(recording)
        first, kept = found.setdefault(entry.request.fingerprint, (line, entry))
        if kept.completion != entry.completion:
            problems.append(Problem(str(file), line, "response", f"line {first} answers the same request differently"))
    _refuse(problems)
    return list(found.values())


def _fault(recording: Recording, file: Path) -> tuple[str, str] | None:
    for field in ("messages", "provider", "repeat", "sampling"):
        if getattr(recording, field) is None:
            use = f"replay it with `--ft-model=replay:{recording.model} --ft-recordings={file}`"
            return field, f"missing, so this is no recording of a whole request: {use}"
    if recording.finish_reason == "content_filter":
        return "finish_reason", "a filtered answer is never cached"
    return None


def _as_entry(recording: Recording) -> Entry:
    from pytest_finetunebench.completions import Completion, Request
    from pytest_finetunebench.models.cache import new_entry

    request = Request.model_validate(
        {name: value for name in Request.model_fields if (value := getattr(recording, name)) is not None}
    )
    completion = Completion(
        text=recording.response,
        reasoning=recording.reasoning,
        finish_reason=recording.finish_reason,
        served_model=recording.served_model,
        usage=recording.usage,
    )
    return new_entry(request, completion, IMPORTED)


def _refuse(problems: list[Any]) -> None:
    from pytest_finetunebench.errors import SHOWN_PROBLEMS, RecordingError

    if not problems:
        return
    lines = [str(problem) for problem in problems[:SHOWN_PROBLEMS]]
    if len(problems) > SHOWN_PROBLEMS:
        lines.append(f"… and {len(problems) - SHOWN_PROBLEMS} more")
    if len(lines) == 1:
        raise RecordingError(f"{lines[0]} (nothing was imported)")
    raise RecordingError("\n  ".join([f"{len(problems)} problems, nothing was imported:", *lines]))


def _fail_for_damage(skipped: list[str], fate: str) -> None:
    if skipped:
        raise click.ClickException(f"{_entries(len(skipped), 'damaged ')} {fate}; the first: {skipped[0]}")


def _entries(count: int, which: str = "") -> str:
    return f"{count:,} {which}{'entry' if count == 1 else 'entries'}"


def _print_json(summary: dict[str, Any]) -> None:
    import json

    click.echo(json.dumps(summary, indent=2))


def _print_stats(summary: dict[str, Any]) -> None:
    click.echo(f"folder   {summary['folder']}")
    click.echo(f"entries  {summary['entries']:,} ({summary['bytes'] / 1e6:.1f} MB on disk)")
    if summary["entries"]:
        click.echo(f"oldest   {summary['oldest']}")
        click.echo(f"newest   {summary['newest']}")
    for row in summary["models"]:
        place = f" at {row['base_url']}" if row["base_url"] else ""
        click.echo(f"{row['entries']:>9,}  {row['provider']}:{row['model']}{place}")
