"""`finetunebench generate --hardest N`: keep the paraphrases that a fine-tune fails and an arm answers."""

from __future__ import annotations

import contextlib
import os
import uuid
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from pytest_finetunebench.cli.draft_models import DraftOptions, ModelOptions, open_calls, open_models
from pytest_finetunebench.cli.drafted import (
    conclude,
    costs_of,
    failure_texts,
    print_failures,
    print_rejected,
    short,
    write_edits,
)

if TYPE_CHECKING:
    from pytest_finetunebench.cases.suite import Suite
    from pytest_finetunebench.drafting.asking import Asker
    from pytest_finetunebench.drafting.drafts import Target
    from pytest_finetunebench.drafting.hardest import Candidate, Hard, Search
    from pytest_finetunebench.loaders.native import LoadedItem
    from pytest_finetunebench.models.arms.arm import Arm
    from pytest_finetunebench.models.calling.loop import CallLoop
    from pytest_finetunebench.models.roles import ModelSet
    from pytest_finetunebench.settings import ModelSettings, Settings

CANDIDATES = 4
"""Paraphrases that are tried for each item."""
_ANSWERING = ("retrieve", "oracle")
_BIAS = "chosen against {model}: a biased test set, which counts in no rate and no gate but with --ft-found-hard=count"
Files = Mapping[Path, Sequence["LoadedItem"]]


def find_hardest(cases: Sequence[Path], options: DraftOptions, models: ModelOptions) -> None:
    """Draft paraphrases, try them and those that wait, and mark what is hard in the case files.

    Raises:
        click.UsageError: no fine-tune, or no base model for the arm, is named.
        SettingsError: an option cannot be used, or no item has a fact that the arm could show.
    """
    from pytest_finetunebench.cases.editing.editor import CaseEditor
    from pytest_finetunebench.cases.suite import Suite
    from pytest_finetunebench.cli.case_files import load_files
    from pytest_finetunebench.drafting import hardest
    from pytest_finetunebench.drafting.drafts import plan
    from pytest_finetunebench.models.arms.arm import make_arms

    settings = _settings(options, models)
    files, without = _with_facts(load_files(cases, options.graders), with_corpus=bool(options.corpus))
    editors = {path: CaseEditor(path) for path in files}  # before the calls: a change during them is noticed
    targets, notices = plan(files, [hardest.KIND], options.per_kind or CANDIDATES)
    for notice in [*without, *notices]:
        click.echo(f"note      {notice}", err=True)
    suite = Suite(items=tuple(one.item for items in files.values() for one in items if not one.spec.draft))
    (arm,) = make_arms(settings.arms, suite)
    with open_calls(models) as calls, _models(settings, suite, arm, calls) as asked:
        found, drafting, told = _search(files, targets, options, models, calls, asked, arm, settings)
        chosen = hardest.picked(found.hard, options.hardest or 0)
        _print(chosen, found, settings, arm)
        changed = _mark(editors, chosen)
        write_edits(changed, dry_run=options.dry_run)
        conclude(
            [*_counts(chosen, found, arm, dry_run=options.dry_run), *told],
            {f"{name} (drafts)": cost for name, cost in costs_of(drafting).items()} | found.costs,
            [*(notice for asker in drafting for notice in asker.notices), *asked.notices],
            [] if options.dry_run else [one.path_given for one in changed],
            failed=bool(found.failures or found.not_drafted),
        )


def _search(
    files: Files,
    targets: Sequence[Target],
    options: DraftOptions,
    models: ModelOptions,
    calls: CallLoop,
    asked: ModelSet,
    arm: Arm,
    settings: Settings,
) -> tuple[Search, list[Asker], list[str]]:
    """Return what was found, who drafted, and how many drafts were rejected."""
    from pytest_finetunebench.drafting import hardest

    found = hardest.Search()
    with contextlib.ExitStack() as stack:
        askers: list[Asker] = []
        if models.model is not None and targets:
            askers = list(stack.enter_context(open_models(models, calls)))
        rejected = 0

        def attempt(candidates: Sequence[Candidate]) -> None:
            if candidates:
                hardest.search(candidates, asked, arm, settings, found)

        attempt(hardest.waiting(files))
        for drafted in _drafted(files, targets, options, askers):
            if askers:  # what rules made and rules reject is nobody's loss
                print_rejected(drafted)
            rejected += len(drafted.rejected)
            found.not_drafted += drafted.failures
            attempt(hardest.new(drafted.drafts))
            if len(found.hard) >= (options.hardest or 0):
                break
    return found, askers, [f"{rejected:,} drafts rejected"] if rejected else []


def _drafted(files: Files, targets: Sequence[Target], options: DraftOptions, askers: Sequence[Asker]) -> Iterator[Any]:
    """Yield drafts: under a budget a few targets at a time, so that it also pays for asking about them."""
    from pytest_finetunebench.drafting.drafts import BUDGETED_BATCH, RuleCheck, draft_probes
    from pytest_finetunebench.drafting.reworded import reworded, rule_notices

    if not targets:
        return
    if not askers:
        for notice in rule_notices(targets):
            click.echo(f"note      {notice}", err=True)
        yield reworded(targets, RuleCheck(files, options.max_similarity))
        return
    author, checker = askers[0], askers[-1]
    size = BUDGETED_BATCH if author.limited else len(targets)
    for start in range(0, len(targets), size):
        yield draft_probes(files, targets[start : start + size], author, checker, options.max_similarity)


def _settings(options: DraftOptions, models: ModelOptions) -> Settings:
    """Return the settings by which the fine-tune and the arm are asked: those of a run, by default."""
    from pytest_finetunebench.cli.measuring import settings_for
    from pytest_finetunebench.errors import SettingsError
    from pytest_finetunebench.models.arms.spec import parse_arm
    from pytest_finetunebench.settings import ArmSettings

    if not options.fine_tune:
        raise click.UsageError("--hardest needs a fine-tune to search against: name it with --fine-tune=SPEC")
    spec = parse_arm(options.arm, f"--arm={options.arm}", Path.cwd())
    if spec.kind not in _ANSWERING:
        raise SettingsError(f"{spec.where}: a hard question is fair if retrieval answers it: name retrieve:K or oracle")
    if not spec.tuned and not options.arm_model:
        instead = f"or let the arm ask the fine-tune: --arm=model+{spec.text}"
        raise click.UsageError(f"{spec.where} asks a base model: name it with --arm-model=SPEC, {instead}")
    given = {name: getattr(models, name) for name in ("cache", "cache_dir", "concurrency", "wait", "rpm")}
    limits = {"max_requests": models.max_requests, "max_cost": models.max_cost}
    settings = settings_for(options.fine_tune, given | limits)
    base = settings_for(options.arm_model, given | limits).model if options.arm_model else None
    for option, model in (("--fine-tune", settings.model), ("--arm-model", base)):
        if model is not None:
            _check_model(option, model, models.max_cost)
    arms = ArmSettings(specs=(spec,), corpus=options.corpus)
    return settings.model_copy(update={"base": base, "arms": arms})


def _check_model(option: str, model: ModelSettings, max_cost: float | None) -> None:
    from pytest_finetunebench.errors import SettingsError
    from pytest_finetunebench.models.prices import price_of

    if model.provider == "replay":
        raise SettingsError(f"{option}={model.text}: recordings hold no answers to new questions: name a live model")
    if max_cost is not None and model.provider != "control" and price_of(model) is None:
        unknown = f"the price of {model.text} is unknown"
        raise SettingsError(f"--max-cost={max_cost:g}: {unknown}: limit the calls with --max-requests")


def _with_facts(files: Files, *, with_corpus: bool) -> tuple[dict[Path, list[LoadedItem]], list[str]]:
    """Return the items that state a fact, which an arm can show, and a notice about the others.

    Raises:
        SettingsError: none states one.
    """
    from pytest_finetunebench.cases.suite import KNOWLEDGE_SETTINGS
    from pytest_finetunebench.errors import SettingsError, counted

    if with_corpus:
        return {path: list(items) for path, items in files.items()}, []
    kept = {path: [one for one in items if one.spec.fact is not None] for path, items in files.items()}
    lacking = [
        one.item
        for items in files.values()
        for one in items
        if one.spec.fact is None and one.item.setting in KNOWLEDGE_SETTINGS and not one.spec.draft
    ]
    if not any(kept.values()):
        first = f"{lacking[0].place}: {lacking[0].category}/{lacking[0].id}" if lacking else "the suite"
        why = "has no 'fact' for the arm to show, and no other item has one"
        raise SettingsError(f"--hardest: {first} {why}: write facts, or name passages with --corpus=PATH")
    reason = "left out: it has no 'fact' for the arm to show" if len(lacking) == 1 else "left out: they have no 'fact'"
    return kept, [f"{counted(len(lacking), 'item')} {reason}"] if lacking else []


@contextlib.contextmanager
def _models(settings: Settings, suite: Suite, arm: Arm, calls: CallLoop) -> Iterator[ModelSet]:
    from pytest_finetunebench.models.roles import ModelSet

    run_id = uuid.uuid4().hex
    models = ModelSet(settings, os.environ, suite.trained, run_id=run_id, arms=(arm,), calls=calls)
    try:
        models.open()
        yield models
    finally:
        models.close()


def _mark(editors: Mapping[Path, Any], chosen: Sequence[Hard]) -> list[Any]:
    """Write the mark to drafts that wait, and add the new ones; return the editors of changed files."""
    from pytest_finetunebench.drafting.hardest import KIND, MARK

    fresh: dict[tuple[Path, int], list[Any]] = {}
    for one in chosen:
        candidate = one.candidate
        at = candidate.loaded.position
        if candidate.entry is None:
            editors[candidate.file].replace(at, candidate.path, MARK, True)
        else:
            fresh.setdefault((candidate.file, at), []).append(candidate.entry)
    for (file, at), entries in fresh.items():
        editors[file].add_probes(at, {KIND: entries})
    return [editor for editor in editors.values() if editor.changed]


def _print(chosen: Sequence[Hard], found: Search, settings: Settings, arm: Arm) -> None:
    for one in chosen:
        question = short(one.candidate.probe.prompt)
        said = f"{settings.model.text} ({one.outcome}): {short(one.said)}; {arm.name}: {short(one.arm_said)}"
        click.echo(f"hard      {one.candidate.title}: {question}\n          {said}")
    print_failures(found.failures)
    if chosen:
        click.echo(f"note      {_BIAS.format(model=settings.model.text)}", err=True)


def _counts(chosen: Sequence[Hard], found: Search, arm: Arm, *, dry_run: bool) -> Iterator[str]:
    from pytest_finetunebench.errors import counted

    yield f"{len(chosen):,} found hard {'would be written' if dry_run else 'written'}"
    yield f"{counted(found.tried, 'paraphrase')} tried"
    yield f"{found.easy:,} answered by the fine-tune"
    yield f"{found.unfair:,} not answered by {arm.name} either"
    if len(found.hard) > len(chosen):
        yield f"{len(found.hard) - len(chosen):,} more hard ones left out"
    yield from failure_texts([*found.failures, *found.not_drafted])
