"""Load a whole suite: every file once, every problem at once, ids and kinds checked over all files."""

from __future__ import annotations

import os
import shlex
from collections.abc import Collection, Iterable
from pathlib import Path
from typing import TypeAlias

from pytest_finetunebench.cases.names import slug
from pytest_finetunebench.cases.suite import KNOWLEDGE_SETTINGS, MEMORIZATION, Item, Place, Probe, Suite
from pytest_finetunebench.errors import CaseError, Problem, counted, nearest, one_line
from pytest_finetunebench.files.reading import find_files, shown
from pytest_finetunebench.files.uncollected import uncollected
from pytest_finetunebench.grading.text.normalise import question_key
from pytest_finetunebench.loaders.finetunebench import dataset_folders, load_dataset
from pytest_finetunebench.loaders.native import SUFFIXES, Named, load_case_file

DEFAULT_CASES = Path("knowledge_cases")
FilePath: TypeAlias = str | os.PathLike[str]
_OPTION = "--ft-cases"
_REVIEW = "accept them with `finetunebench review`"


def load_suite(paths: FilePath | Iterable[FilePath], *, all_rows: bool = False, graders: Collection[str] = ()) -> Suite:
    """Load case files, folders of them, and published FineTuneBench folders.

    Folders are searched recursively, without their hidden parts. Drafts stay out of the suite; `Suite.drafts` counts
    them, and `Suite.notices` says what else was left out.

    Args:
        paths: One path, or several.
        all_rows: Whether to load FineTuneBench's news rows that the study left out, too.
        graders: Names of custom graders that case files may use.

    Raises:
        CaseError: Files have problems; the error holds every problem of every file.
    """
    return load_with_inherited(paths, all_rows=all_rows, graders=graders)[0]


@uncollected()
def load_with_inherited(
    paths: FilePath | Iterable[FilePath], *, all_rows: bool = False, graders: Collection[str] = ()
) -> tuple[Suite, set[str]]:
    """Do as `load_suite`. Also return the ids of the probes that take their item's answer.

    Raises:
        CaseError: as of `load_suite`.
    """
    loader = _Loader(all_rows, graders)
    several = [paths] if isinstance(paths, str | os.PathLike) else list(paths)
    for path in several:
        loader.load(Path(path))
    if not several:
        loader.problems.append(
            Problem(_OPTION, None, None, "names no case file or folder, for example knowledge_cases")
        )
    return loader.finish(), loader.inherited


class _Loader:
    def __init__(self, all_rows: bool, graders: Collection[str]) -> None:
        self.all_rows = all_rows
        self.graders = graders
        self.items: list[Item] = []
        self.problems: list[Problem] = []
        self.notices: list[str] = []
        self.drafts = 0
        self.inherited: set[str] = set()
        """Ids of the probes that take their item's answer."""
        self._named: list[Named] = []
        self._seen: set[Path] = set()
        self._asked = _OPTION

    def load(self, path: Path) -> None:
        self._asked = shown(path)
        try:
            self._load(path)
        except OSError as error:
            self._problem(path, f"cannot be read: {error.strerror}")

    def _load(self, path: Path) -> None:
        if path.is_dir():
            self._load_folder(path)
        elif not path.exists():
            self._problem(path, "no such file or folder" + _how_to_get(path))
        elif path.suffix.lower() in SUFFIXES:
            self._load_file(path)
        else:
            self._problem(path, f"is not a case file: case files end in {', '.join(SUFFIXES)}{_how_to_import(path)}")

    def _load_folder(self, path: Path) -> None:
        datasets = dataset_folders(path)
        for name, folder in datasets:
            if self._first_time(folder):
                found = load_dataset(name, folder, self.all_rows, self.problems, self.notices)
                self.items += found
                self._named += (Named(item.category, item.id, item.place) for item in found)
        before = len(self.problems)
        files = find_files(path, SUFFIXES, self.problems)
        if not datasets and not files and len(self.problems) == before:
            looked = f"looked for {', '.join('*' + suffix for suffix in SUFFIXES)} and FineTuneBench's datasets"
            self._problem(path, f"no case file in this folder ({looked}){_how_to_get(path)}")
        for file in files:
            self._load_file(file)

    def _load_file(self, path: Path) -> None:
        if self._first_time(path):
            for loaded in load_case_file(path, self.problems, self.graders, self._named):
                self.drafts += loaded.pending
                self.inherited |= loaded.inherited
                if loaded.asked:
                    self.items.append(loaded.item)

    def _first_time(self, path: Path) -> bool:
        resolved = Path(os.path.realpath(path))
        new = resolved not in self._seen
        self._seen.add(resolved)
        return new

    def finish(self) -> Suite:
        self._check_names()
        self._check_kinds()
        self._check_training()
        self._check_needs()
        if not self.problems and not any(item.probes for item in self.items):
            self.problems.append(Problem(self._asked, None, None, "has no probes" + self._only_drafts()))
        if self.problems:
            order = {file: index for index, file in enumerate(dict.fromkeys(p.file for p in self.problems))}
            raise CaseError(sorted(self.problems, key=lambda p: (order[p.file], p.line or 0)))
        if self.drafts:
            self.notices.append(f"{counted(self.drafts, 'draft')} left out: {_REVIEW}")
        return Suite(items=tuple(self.items), notices=tuple(self.notices), drafts=self.drafts)

    def _only_drafts(self) -> str:
        return f", only {counted(self.drafts, 'draft')}: {_REVIEW}" if self.drafts else ""

    def _check_names(self) -> None:
        """Check that no two items or categories share a test id."""
        categories: dict[str, tuple[str, Place]] = {}
        items: dict[tuple[str, str], Named] = {}
        clashing: set[tuple[str, str]] = set()
        for named in self._named:
            place = named.place
            written, first = categories.setdefault(slug(named.category), (named.category, place))
            if written != named.category and (place.file, named.category) not in clashing:
                clashing.add((place.file, named.category))
                what = f"'{named.category}' and '{written}' (at {first}) are one in test ids: use one spelling"
                self.problems.append(Problem(place.file, place.line, "category", what))
            twin = items.setdefault((slug(named.category), slug(named.id)), named)
            if twin is named:
                continue
            if twin.id.casefold() == named.id.casefold():
                spelt = f" as '{twin.id}'" * (twin.id != named.id)
                what = f"duplicate id '{named.category}/{named.id}': already used{spelt} at {twin.place}"
            else:
                shared = f"{slug(named.category)}/{slug(named.id)}"
                what = f"'{named.id}' and '{twin.id}' (at {twin.place}) both make the test id '{shared}': rename one"
            self.problems.append(Problem(place.file, place.line, "id", what))

    def _check_kinds(self) -> None:
        """Check that a custom kind counts the same way everywhere, because its pass rate is one number."""
        first: dict[str, tuple[bool, Place]] = {}
        reported: set[tuple[str, str]] = set()
        for probe in Suite(items=tuple(self.items)).probes:
            counts, place = first.setdefault(probe.kind, (probe.generalization, probe.place))
            if counts != probe.generalization and (probe.kind, probe.place.file) not in reported:
                reported.add((probe.kind, probe.place.file))
                message = (
                    f"generalization is {str(probe.generalization).lower()} here but not at {place}: use one value"
                )
                self.problems.append(Problem(probe.place.file, probe.place.line, f"kinds.{probe.kind}", message))

    def _check_training(self) -> None:
        """Check that no probe asks a training wording, because it would measure memorization."""
        if not any(item.training for item in self.items):
            return
        asked: dict[tuple[str, ...], Probe] = {}
        for probe in Suite(items=tuple(self.items)).probes:
            # of form a memorization probe asks a trained wording on purpose, to compare with what is held out
            if not (probe.setting == "form" and probe.kind == MEMORIZATION):
                asked.setdefault(question_key(probe.prompt), probe)
        for item in self.items:
            for index, wording in enumerate(item.training):
                twin = asked.get(question_key(wording.prompt))
                if twin is not None:
                    message = f"the probe {twin.id} at {twin.place} asks this wording: train it or ask it, not both"
                    place = wording.place
                    self.problems.append(Problem(place.file, place.line, f"{item.id}.training[{index}]", message))

    def _check_needs(self) -> None:
        """Check that the items that probes need are there, and train a fact: else no arm could be shown it."""
        there = {f"{named.category}/{named.id}" for named in self._named}
        untrained = {f"{one.category}/{one.id}" for one in self.items if one.setting not in KNOWLEDGE_SETTINGS}
        for probe in (probe for item in self.items for probe in item.probes):
            for name in probe.needs:
                if name in untrained:
                    message = f"{name} trains no fact: name an item of new_knowledge or updated_knowledge"
                elif name not in there:
                    message = f"{one_line(name, 80)} is no item of the suite{nearest(name, there)}"
                else:
                    continue
                place = probe.place
                self.problems.append(Problem(place.file, place.line, f"{probe.item}.needs", message))

    def _problem(self, path: Path, message: str) -> None:
        self.problems.append(Problem(shown(path), None, None, message))


def _how_to_import(path: Path) -> str:
    """Return how a file of data becomes a case file."""
    if path.suffix.lower() not in (".csv", ".tsv", ".xlsx", ".json", ".parquet", ".arrow"):
        return ""
    published = "; to load FineTuneBench's data, give its folder" if path.suffix.lower() == ".csv" else ""
    return f"; `finetunebench import {shlex.quote(shown(path))} --category NAME` makes one of it{published}"


def _how_to_get(path: Path) -> str:
    return ": `finetunebench init` writes an example" if path == DEFAULT_CASES else ""
