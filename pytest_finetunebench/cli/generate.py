"""`finetunebench generate`: a model drafts probes or items, for a person to accept."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from pytest_finetunebench.cli.draft_models import DraftOptions, ModelOptions, model_options, open_calls, open_models
from pytest_finetunebench.cli.drafted import (
    conclude,
    costs_of,
    count_texts,
    create_file,
    print_drafted,
    print_rejected,
    short,
    write_edits,
)
from pytest_finetunebench.cli.grader_names import grader_names_option
from pytest_finetunebench.cli.named import renamed_option
from pytest_finetunebench.cli.options import table_option

if TYPE_CHECKING:
    from pytest_finetunebench.drafting.asking import Asker
    from pytest_finetunebench.drafting.drafts import ProbeDrafts
    from pytest_finetunebench.drafting.from_text import ItemDrafts
    from pytest_finetunebench.loaders.native import LoadedItem


DRAFTS = 2
"""Of each kind for each item."""


@click.command()
@click.argument("cases", nargs=-1, type=click.Path(path_type=Path))
@click.option("--kinds", metavar="KIND,KIND", default="rephrased", show_default=True, help="Probe kinds to draft.")
@click.option(
    "--per-kind",
    type=click.IntRange(1, 20),
    help="Drafts for each item and kind (default: 2; with --hardest 4); those that wait already count.",
)
@click.option(
    "--max-similarity",
    type=click.FloatRange(0, 100),
    default=90,
    show_default=True,
    help="The most that a rephrased question may be like the trained one and others, in percent (token sort ratio).",
)
@click.option("--from-text", "article", type=click.Path(path_type=Path), metavar="FILE", help="Draft items from this.")
@click.option(
    "--out", type=click.Path(path_type=Path), metavar="CASES", help="Write to this case file; with --from-text."
)
@click.option("--category", metavar="NAME", help="The category of a new case file.")
@click.option(
    "--setting",
    type=click.Choice(["new_knowledge", "updated_knowledge"]),
    default="new_knowledge",
    show_default=True,
    help="What the questions of a new case file are for.",
)
@grader_names_option
@click.option(
    "--hardest",
    type=click.IntRange(min=1),
    metavar="N",
    help="Write only paraphrases that --fine-tune fails and --arm answers, at most N in all.",
)
@click.option("--fine-tune", metavar="SPEC[@URL]", help="The model that --hardest searches against.")
@click.option("--arm-model", metavar="SPEC[@URL]", help="The base model, which the arm of --hardest asks.")
@click.option(
    "--arm",
    metavar="ARM",
    default="retrieve:5",
    show_default=True,
    help="What must answer a hard question, the same probes in another way: retrieve:K, oracle or model+retrieve:K.",
)
@table_option("corpus", env=False)
@renamed_option(
    "--diff",
    "dry_run",
    former="--dry-run",
    is_flag=True,
    help="Ask the model, but write nothing: print the change as a diff.",
)
@model_options
def generate(cases: tuple[Path, ...], **given: Any) -> None:
    """Let a model draft probes for the items of CASES, or items from an article.

    Kinds: rephrased, date_changed, secondary, comparison, vignette, application, abstention. Each draft is checked by
    rules and, in a second pass, by a model. What passes is written to the case file as `draft: true`, all else in it
    staying as it is, and is not asked until you accept it: `finetunebench review`. Exit code 1 if any request failed or
    was left undone, as --max-requests or --max-cost was reached: run again for the rest, what is paid for is cached.

    With --hardest N only those paraphrases are written that the fine-tune fails and the arm answers, marked
    `found_hard: true`: a test set chosen against a model is biased, so they count in no rate and no gate. Without
    --draft-model, rules reword the trained questions (languages: en, de, es, fr, zh).

    \b
    finetunebench generate knowledge_cases --kinds rephrased,secondary --draft-model openai:gpt-5-mini
    finetunebench generate --from-text a.txt --draft-model openai:gpt-5-mini \\
        --category news --out knowledge_cases/news.yaml
    finetunebench generate knowledge_cases --hardest 40 --fine-tune ft:X --arm-model gpt-4o-mini
    """
    own = {name: given.pop(name) for name in DraftOptions.__dataclass_fields__}
    options, models = DraftOptions(**own), ModelOptions(**given)
    if bool(cases) == (options.article is not None):
        raise click.UsageError("name case files, or an article with --from-text: one of the two")
    if (options.article is None) != (options.out is None):
        raise click.UsageError("--from-text and --out go together")
    if options.hardest is not None:
        from pytest_finetunebench.cli.hardest import find_hardest

        if options.article is not None or options.kinds != "rephrased":
            raise click.UsageError("--hardest searches paraphrases of CASES: leave --from-text and --kinds out")
        find_hardest(cases, options, models)
        return
    if models.model is None:
        raise click.UsageError("Missing option '--draft-model': name the model that drafts.")
    if options.article is None:
        _generate_probes(cases, options, models)
    else:
        _generate_items(options, models)


def _generate_probes(cases: Sequence[Path], options: DraftOptions, models: ModelOptions) -> None:
    from pytest_finetunebench.cases.editing.editor import CaseEditor
    from pytest_finetunebench.cli.case_files import load_files
    from pytest_finetunebench.drafting.drafts import draft_probes, plan
    from pytest_finetunebench.errors import counted

    kinds = _kinds(options.kinds)
    files = load_files(cases, options.graders)
    editors = {path: CaseEditor(path) for path in files}  # before the calls: a change during them is noticed
    targets, notices = plan(files, kinds, options.per_kind or DRAFTS)
    for notice in notices:
        click.echo(f"note      {notice}", err=True)
    if not targets:
        click.echo("nothing to draft")
        return
    with open_calls(models) as calls, open_models(models, calls) as (author, checker):
        drafted = draft_probes(files, targets, author, checker, options.max_similarity)
        print_drafted(drafted)
        for (file, at), drafts in groupby(
            drafted.drafts, key=lambda draft: (draft.target.file, draft.target.loaded.position)
        ):
            entries: dict[str, list[Any]] = {}
            for draft in drafts:
                entries.setdefault(draft.target.kind, []).append(draft.entry)
            editors[file].add_probes(at, entries)
        changed = [editor for editor in editors.values() if editor.changed]
        write_edits(changed, dry_run=options.dry_run)
        done = "would be written" if options.dry_run else "written"
        counts = [f"{counted(len(drafted.drafts), 'draft')} {done}", *count_texts(drafted)]
        _finish(counts, drafted, (author, checker), [] if options.dry_run else [one.path_given for one in changed])


def _kinds(text: str) -> list[str]:
    from pytest_finetunebench.drafting.wording import DRAFTED_KINDS
    from pytest_finetunebench.errors import nearest, one_line

    kinds = list(dict.fromkeys(name.strip() for name in text.split(",") if name.strip()))
    for name in kinds:
        if name not in DRAFTED_KINDS:
            known = f"{nearest(name, DRAFTED_KINDS)}; known: {', '.join(DRAFTED_KINDS)}"
            raise click.BadParameter(f"'{one_line(name, 60)}' cannot be drafted{known}", param_hint="--kinds")
    if not kinds:
        raise click.BadParameter("names no kind", param_hint="--kinds")
    return [kind for kind in DRAFTED_KINDS if kind in kinds]


def _generate_items(options: DraftOptions, models: ModelOptions) -> None:
    from pytest_finetunebench.cases.editing.editor import CaseEditor
    from pytest_finetunebench.cases.editing.write import block_lines
    from pytest_finetunebench.drafting.from_text import draft_items
    from pytest_finetunebench.errors import Problem, counted
    from pytest_finetunebench.files.reading import read_text, shown

    article, out = options.article, options.out
    if article is None or out is None:
        raise click.UsageError("--from-text and --out go together")
    problems: list[Problem] = []
    text = read_text(article, problems)
    if text is None:
        raise click.ClickException(str(problems[0]))
    present = _present(out, options)
    head = _head(out, present, options)
    editor = CaseEditor(out) if present else None
    with open_calls(models) as calls, open_models(models, calls) as (author, checker):
        drafted = draft_items(shown(article), text, head, present, author, checker)
        for item in drafted.items:
            click.echo(f"draft     {short(item['prompt'])} → {short(item['answer'])}")
        print_rejected(drafted)
        if drafted.items and editor is not None:
            editor.add_items(drafted.items)
            write_edits([editor], dry_run=options.dry_run)
        elif drafted.items:
            lines = block_lines(
                {"category": head.category, "setting": head.setting, "items": [dict(item) for item in drafted.items]}, 0
            )
            create_file(out, "\n".join(lines) + "\n", dry_run=options.dry_run)
        done = "would be written" if options.dry_run else "written"
        counts = [f"{counted(len(drafted.items), 'drafted item')} {done}", *count_texts(drafted)]
        written = [out] if drafted.items and not options.dry_run else []
        _finish(counts, drafted, (author, checker), written)


def _present(out: Path, options: DraftOptions) -> Sequence[LoadedItem]:
    from pytest_finetunebench.cli.case_files import load_files

    if out.suffix.lower() not in (".yaml", ".yml"):
        raise click.BadParameter(f"{out}: drafted items go to a file that ends in .yaml", param_hint="--out")
    return load_files([out], options.graders)[out] if out.exists() else ()


def _head(out: Path, present: Sequence[LoadedItem], options: DraftOptions) -> Any:
    from pydantic import ValidationError

    from pytest_finetunebench.cases.format import FileHead

    if present:
        head = present[0].head
        if options.category is not None and options.category != head.category:
            message = f"'{options.category}', but {out} holds '{head.category}': name another file"
            raise click.BadParameter(message, param_hint="--category")
        return head
    if options.category is None:
        raise click.UsageError(f"{out} is new: name its category with --category")
    try:
        return FileHead(category=options.category, setting=options.setting)  # type: ignore[arg-type]
    except ValidationError as error:
        message = error.errors()[0]["msg"].removeprefix("Value error, ")
        raise click.BadParameter(message, param_hint="--category") from error


def _finish(
    counts: Sequence[str], drafted: ProbeDrafts | ItemDrafts, models: tuple[Asker, Asker], written: Sequence[Path]
) -> None:
    notices = [notice for asker in dict.fromkeys(models) for notice in asker.notices]
    conclude(counts, costs_of(models), notices, written, failed=bool(drafted.failures))
