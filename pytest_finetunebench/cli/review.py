"""`finetunebench review`: a person accepts, edits or rejects what a model drafted, one draft at a time."""

from __future__ import annotations

import os
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from pytest_finetunebench.cli.grader_names import grader_names_option

if TYPE_CHECKING:
    from pytest_finetunebench.cases.editing.editor import CaseEditor
    from pytest_finetunebench.cases.suite import Probe
    from pytest_finetunebench.files.explain import FieldPath
    from pytest_finetunebench.loaders.native import LoadedItem

KEYS = {"a": "accepted", "e": "edited", "r": "rejected", "s": "skipped", "q": "quit"}
_ASK = "[a]ccept  [e]dit  [r]eject  [s]kip  [q]uit? "


@dataclass(frozen=True)
class _Waiting:
    """One decision to take: an item, or one of its probes."""

    file: Path
    loaded: LoadedItem
    path: FieldPath
    probe: Probe | None

    @property
    def title(self) -> str:
        item = self.loaded.item
        place = item.place if self.probe is None else self.probe.place
        return f"{place}: {item.category}/{item.id} {self.kind}"

    @property
    def kind(self) -> str:
        return "item" if self.probe is None else self.probe.kind

    @property
    def question(self) -> str:
        return (self.loaded.spec.prompt or "") if self.probe is None else self.probe.prompt

    @property
    def own_answer(self) -> bool:
        """Whether the answer was drafted too, rather than the item's."""
        if self.probe is None:
            return True
        spec = self.loaded.spec.probes[self.probe.kind][int(self.path[2])]
        return "answer" in spec.model_fields_set

    @property
    def expected(self) -> str:
        if self.probe is not None:
            return self.probe.expected
        return self.loaded.spec.answer or "the model declines (no answer exists)"


@click.command()
@click.argument("cases", nargs=-1, type=click.Path(path_type=Path))
@click.option("--list", "only_list", is_flag=True, help="List the drafts; exit code 0.")
@click.option("--accept-all", is_flag=True, help="Accept every draft unread.")
@grader_names_option
def review(cases: tuple[Path, ...], only_list: bool, accept_all: bool, graders: tuple[str, ...]) -> None:
    """Decide about the drafts in CASES (default: knowledge_cases), one at a time.

    An accepted draft loses its `draft: true` and is asked from the next run on. A rejected one is removed. Each
    decision is written at once; the rest of the file is kept. Editing the file by hand does the same.
    """
    if only_list and accept_all:
        raise click.UsageError("--list and --accept-all exclude each other")
    paths = cases or (Path("knowledge_cases"),)
    waiting = list(_waiting(paths, graders))
    if only_list:
        for draft in waiting:
            click.echo(f"{draft.title}: {_short(draft.question)} → {_short(draft.expected)}")
        click.echo(_left(len(waiting)))
    elif not waiting:
        click.echo("no draft waits")
    elif accept_all:
        _accept_all(waiting)
    elif not _on_terminal():
        raise click.ClickException("this is no terminal to ask on: use --list or --accept-all, or edit the files")
    else:
        _review(paths, graders)


def _waiting(paths: Sequence[Path], graders: Sequence[str]) -> Iterator[_Waiting]:
    from pytest_finetunebench.cli.case_files import load_files

    for file, items in load_files(paths, graders).items():
        for loaded in items:
            if loaded.spec.draft:
                yield _Waiting(file, loaded, (), None)
            for path, probe in loaded.drafts.items():
                yield _Waiting(file, loaded, path, probe)


def _on_terminal() -> bool:
    return sys.stdin.isatty() and sys.stdout.isatty()


def _accept_all(waiting: Sequence[_Waiting]) -> None:
    from itertools import groupby

    from pytest_finetunebench.cases.editing.editor import CaseEditor
    from pytest_finetunebench.errors import counted

    for file, drafts in groupby(waiting, key=lambda draft: draft.file):
        editor = CaseEditor(file)
        count = 0
        for count, draft in enumerate(drafts, start=1):  # noqa: B007 - the last count is wanted
            editor.accept(draft.loaded.position, draft.path)
        editor.save()
        click.echo(f"{file}: {counted(count, 'draft')} accepted")


def _review(paths: Sequence[Path], graders: Sequence[str]) -> None:
    from pytest_finetunebench.cases.editing.editor import CaseEditor

    done: Counter[str] = Counter()
    # files are read again after each decision, which moves what stands below it
    while len(waiting := list(_waiting(paths, graders))) > done["skipped"]:
        draft = waiting[done["skipped"]]
        editor = CaseEditor(draft.file)  # before the person thinks: a change meanwhile is noticed
        click.echo("")
        click.echo("\n".join(_shown(draft, len(waiting) - done["skipped"])))
        key = _key()
        if key == "q":
            break
        done[KEYS[key]] += 1
        _decide(editor, draft, key)
    counts = [f"{done[name]} {name}" for name in ("accepted", "edited", "rejected", "skipped") if done[name]]
    click.echo(", ".join([*counts, _left(sum(1 for _ in _waiting(paths, graders)))]))


def _shown(draft: _Waiting, left: int) -> Iterator[str]:
    spec = draft.loaded.spec
    fields: dict[str, object] = {
        "fact": spec.fact,
        "source": spec.source,
        "trained": spec.prompt if draft.probe is not None else None,
        "answer": spec.answer if draft.probe is not None else None,
        draft.kind: draft.question,
        "expected": draft.expected,
        "found hard": "a model failed it, so it will count in no rate"
        if draft.probe and draft.probe.found_hard
        else None,
    }
    yield f"{draft.title}  ({_left(left)})"
    for name, value in fields.items():
        if value:
            yield f"  {name + ':':<14}{_short(value)}"


def _key() -> str:
    while True:
        click.echo(_ASK, nl=False)
        key = click.getchar().lower()
        click.echo(KEYS.get(key, "?"))
        if key in KEYS:
            return key
        if key in ("", "\x03", "\x04"):
            raise click.Abort


def _decide(editor: CaseEditor, draft: _Waiting, key: str) -> None:
    from pytest_finetunebench.cases.editing.splice import EditError

    if key == "s":
        return
    at = draft.loaded.position
    try:
        if key == "a":
            editor.accept(at, draft.path)
        elif key == "r":
            editor.remove(at, draft.path)
        else:
            question, answer = _edited(draft)
            editor.replace(at, draft.path, "prompt", question)
            if draft.own_answer:
                editor.replace(at, draft.path, "answer", answer)
        editor.save()
    except EditError as error:
        raise click.ClickException(str(error)) from error


def _edited(draft: _Waiting) -> tuple[str, str | None]:
    """Ask for another wording, and another answer if that was drafted. A blank reply keeps the text."""
    question: str | None
    if os.environ.get("VISUAL") or os.environ.get("EDITOR"):
        question = click.edit(draft.question)
    else:
        question = click.prompt(draft.kind, default=draft.question)
    question = (question or "").strip() or draft.question
    if not draft.own_answer:
        return question, None
    old = draft.loaded.spec.answer if draft.probe is None else draft.probe.answer
    answer = click.prompt("answer (null: the model must decline)", default="null" if old is None else old)
    answer = answer.strip()
    return question, None if answer == "null" else answer or old


def _left(count: int) -> str:
    from pytest_finetunebench.errors import counted

    return f"{counted(count, 'draft')} left"


def _short(value: object) -> str:
    from pytest_finetunebench.errors import one_line

    return one_line(value, 400)
