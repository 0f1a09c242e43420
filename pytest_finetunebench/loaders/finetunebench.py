"""Load FineTuneBench's published datasets (github.com/kevinwu23/StanfordFineTuneBench), every prompt unchanged."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from pytest_finetunebench.cases.grader_options import AbstainGrader, AutoGrader
from pytest_finetunebench.cases.names import slug
from pytest_finetunebench.cases.suite import KINDS, MEMORIZATION, Item, Place, Probe, Setting
from pytest_finetunebench.errors import Problem, one_line
from pytest_finetunebench.files.reading import CsvRow, read_csv, shown

USED = "used_in_analysis"
_MUST_DECLINE = "None"


@dataclass(frozen=True)
class _Source:
    """One published file: the probe kind of its rows, and its columns beside id, prompt and answer."""

    kind: str
    suffix: str
    """The end of the file's name."""
    join: str = "id"
    """The column that identifies a row's item."""
    fact: str | None = None

    def file(self, dataset: str) -> str:
        return f"{dataset}_{self.suffix}.csv"


@dataclass(frozen=True)
class _Dataset:
    setting: Setting
    sources: tuple[_Source, ...]
    columns: tuple[str, ...] = ()
    """Required columns of each file, beside id, prompt and answer."""


_DATASETS = {
    "fictional_people": _Dataset(
        "new_knowledge",
        (
            _Source(MEMORIZATION, "memorization", join="fact", fact="fact"),
            _Source("rephrased", "rephrased", join="fact", fact="fact"),
            _Source("secondary", "secondary", join="fact", fact="fact"),
            # these rows name another fact than the one they ask about
            _Source("comparison", "comparison"),
        ),
    ),
    "latest_news": _Dataset(
        "new_knowledge",
        (
            _Source(MEMORIZATION, "memorization"),
            _Source("rephrased", "rephrased"),
            _Source("date_changed", "date_changed"),
        ),
        (USED,),
    ),
    "medical": _Dataset(
        "updated_knowledge",
        (
            _Source(MEMORIZATION, "memorization", fact="updated_fact_description"),
            _Source("vignette", "generalization"),
        ),
        ("answer_before",),
    ),
    "coding": _Dataset(
        "updated_knowledge",
        (
            _Source(MEMORIZATION, "memorization", fact="updated_fact_description"),
            _Source("application", "generalization"),
        ),
        ("answer_before",),
    ),
}


def dataset_folders(path: Path) -> list[tuple[str, Path]]:
    """Return the name and folder of each dataset: the folder itself, a subfolder, or one below `datasets`."""
    found: list[tuple[str, Path]] = []
    for name, dataset in _DATASETS.items():
        for folder in (path, path / name, path / "datasets" / name):
            if any((folder / source.file(name)).is_file() for source in dataset.sources):
                found.append((name, folder))
                break
    return found


def load_dataset(name: str, folder: Path, all_rows: bool, problems: list[Problem], notices: list[str]) -> list[Item]:
    """Return the items of one dataset. Add problems, and notices about missing and unknown files, to the lists."""
    dataset = _DATASETS[name]
    items = _Items(name, dataset.setting, problems)
    for source in dataset.sources:
        path = folder / source.file(name)
        if not path.exists():
            notices.append(_missing(name, source))
            continue
        required = [column for column in dataset.columns if not (all_rows and column == USED)]
        table = read_csv(path, tuple(dict.fromkeys(["id", "prompt", "answer", source.join, *required])), problems)
        for row in table.rows if table is not None else ():
            if USED not in required or _used(shown(path), row, problems):
                items.add(source, shown(path), row)
    notices += _unread(name, folder, {source.file(name) for source in dataset.sources})
    return items.build()


def _missing(name: str, source: _Source) -> str:
    lost = f"{name} has no {source.kind} probes"
    if source.kind == MEMORIZATION:
        lost += ", and its items have no trained prompt or answer"
    return f"{name}/{source.file(name)} is missing: {lost}"


def _unread(name: str, folder: Path, known: set[str]) -> list[str]:
    others = sorted(path.name for path in folder.glob("*.csv") if path.name not in known)
    return [f"{name}/{other} is not read: it is not one of FineTuneBench's files" for other in others]


def _used(file: str, row: CsvRow, problems: list[Problem]) -> bool:
    value = row.cells[USED].strip()
    if value not in ("True", "False"):
        problems.append(Problem(file, row.line, USED, f"'{one_line(value, 40)}' is neither True nor False"))
    return value == "True"


@dataclass
class _Draft:
    """An unfinished item, built from rows of several files."""

    id: str
    place: Place
    rows: list[tuple[_Source, Place, CsvRow]] = field(default_factory=list)


class _Items:
    def __init__(self, category: str, setting: Setting, problems: list[Problem]) -> None:
        self.category, self.setting, self.problems = category, setting, problems
        self._drafts: dict[tuple[str, ...], _Draft] = {}
        self._facts: Counter[str] = Counter()

    def add(self, source: _Source, file: str, row: CsvRow) -> None:
        """Add a row to its item, or add problems if the row is wrong."""
        blank = [column for column in ("id", "prompt", "answer", source.join) if not row.cells[column].strip()]
        for column in dict.fromkeys(blank):
            self._problem(file, row, column, "missing answer" if column == "answer" else "is empty")
        base = slug(row.cells["id"])
        if not base and "id" not in blank:
            self._problem(file, row, "id", f"'{one_line(row.cells['id'], 60)}' makes no id: use letters or digits")
        if blank or not base:
            return
        place = Place(file=file, line=row.line)
        by_fact = source.join == "fact"
        key = (base, row.cells["fact"]) if by_fact else (row.cells["id"],)
        draft = self._drafts.get(key)
        if draft is None:
            self._facts[base] += by_fact
            draft = _Draft(f"{base}-{self._facts[base]}" if by_fact else base, place)
            self._drafts[key] = draft
        twin = next((earlier for known, earlier, _ in draft.rows if known is source), None)
        if twin is not None and (source.kind == MEMORIZATION or not by_fact):
            self._problem(file, row, source.join, f"duplicate id '{self.category}/{draft.id}': already used at {twin}")
            return
        draft.rows.append((source, place, row))

    def build(self) -> list[Item]:
        """Return the items in the order of their first rows."""
        return [self._item(draft) for draft in self._drafts.values()]

    def _item(self, draft: _Draft) -> Item:
        trained = next((row.cells for source, _, row in draft.rows if source.kind == MEMORIZATION), None)
        facts = (row.cells.get(source.fact) for source, _, row in draft.rows if source.fact is not None)
        fact = next((text for text in facts if text), None)
        numbers: Counter[str] = Counter()
        probes = []
        for source, place, row in draft.rows:
            numbers[source.kind] += 1
            answer = _answer(source, row)
            probes.append(
                Probe(
                    id=f"{self.category}/{draft.id}/{source.kind}-{numbers[source.kind]}",
                    category=self.category,
                    item=draft.id,
                    kind=source.kind,
                    setting=self.setting,
                    generalization=KINDS[source.kind],
                    prompt=row.cells["prompt"],
                    answer=answer,
                    superseded_answers=_superseded(row),
                    grader=AbstainGrader() if answer is None else AutoGrader(),
                    fact=fact,
                    trained_prompt=trained["prompt"] if trained else None,
                    trained_answer=trained["answer"] if trained else None,
                    place=place,
                )
            )
        return Item(
            id=draft.id,
            category=self.category,
            setting=self.setting,
            fact=fact,
            prompt=trained["prompt"] if trained else None,
            answer=trained["answer"] if trained else None,
            probes=tuple(probes),
            place=draft.place,
        )

    def _problem(self, file: str, row: CsvRow, column: str, message: str) -> None:
        self.problems.append(Problem(file, row.line, column, message))


def _answer(source: _Source, row: CsvRow) -> str | None:
    answer = row.cells["answer"]
    return None if source.kind == "date_changed" and answer.strip() == _MUST_DECLINE else answer


def _superseded(row: CsvRow) -> tuple[str, ...]:
    before = row.cells.get("answer_before", "")
    unchanged = before.strip().casefold() == row.cells["answer"].strip().casefold()
    return () if unchanged or not before.strip() else (before,)
