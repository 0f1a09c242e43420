"""What an evaluation returns: a run record that a person can look at in Python and in a notebook."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from pytest_finetunebench.errors import FinetuneBenchError, SettingsError
from pytest_finetunebench.files.atomic import replacing
from pytest_finetunebench.reports.summarise import summarise
from pytest_finetunebench.reports.summary import Summary
from pytest_finetunebench.runs.arm_rows import study_of
from pytest_finetunebench.runs.files import RunFolder, is_path
from pytest_finetunebench.runs.record import PassRate, RunRecord
from pytest_finetunebench.runs.record_files import read_record, write_json
from pytest_finetunebench.runs.results import ProbeResult
from pytest_finetunebench.runs.selectors import read_selector
from pytest_finetunebench.settings.sections import DEFAULT_RUNS_DIR

if TYPE_CHECKING:
    import pandas

_COLUMNS = (
    "id",
    "category",
    "item",
    "kind",
    "setting",
    "generalization",
    "repeat",
    "prompt",
    "expected",
    "outcome",
    "correct",
    "answer",
    "reason",
    "grader",
    "control",
    "calls",
    "source",
)


class Run(RunRecord):
    """One evaluation: the run record that pytest would write, with ways to look at it.

    `results` holds every question, answer and verdict; `pass_rates` every rate.
    """

    @classmethod
    def of(cls, record: RunRecord) -> Run:
        """Return a record as a run."""
        return cls.model_construct(**dict(record))

    def rates(self, selector: str = "") -> tuple[PassRate, ...]:
        """Return the pass rates: per category and kind, per category over generalization, then over all.

        Each has `category` (None: over all), `kind`, `rate` in 0..1, `n` probes, and `low` and `high`, the ends of its
        95% interval by item. `selector` is a category, a kind, `CATEGORY/KIND`, `generalization` or `all`.

        Raises:
            SettingsError: no rate is meant; the message names what there is.
        """
        if not selector:
            return self.pass_rates
        chosen = read_selector(selector, "rates")
        chosen.check(self.results, "rates")
        first, _, second = chosen.text.partition("/")
        names = {first, second} - {"", "all"}
        found = tuple(rate for rate in self.pass_rates if names <= {rate.category, rate.kind})
        if found and not second and any(rate.category is None for rate in found):
            return tuple(rate for rate in found if rate.category is None)
        return found

    @property
    def failures(self) -> tuple[ProbeResult, ...]:
        """The results that are not correct, the unmeasured ones included."""
        return tuple(result for result in self.results if not result.correct)

    def to_frame(self) -> pandas.DataFrame:
        """Return a pandas table with a row for each answer.

        Raises:
            FinetuneBenchError: pandas is not installed; the message holds the command that installs it.
        """
        try:
            import pandas
        except ModuleNotFoundError as error:
            raise FinetuneBenchError("to_frame needs pandas: pip install pandas") from error
        rows = [{name: _plain(getattr(result, name)) for name in _COLUMNS} for result in self.results]
        return pandas.DataFrame(rows, columns=list(_COLUMNS))

    def save(self, name: str = "", runs_dir: Path | str = DEFAULT_RUNS_DIR) -> Run:
        """Store the run beside those of pytest, and return it with its number.

        Raises:
            FinetuneBenchError: the folder cannot be used.
        """
        named = self.model_copy(update={"name": name or self.name})
        return named.model_copy(update={"number": RunFolder(Path(runs_dir)).save(named).number})

    def report(self, path: Path | str) -> Path:
        """Write a report and return its path: HTML, Markdown or the run record, by the ending .html, .md or .json.

        Raises:
            SettingsError: the path has another ending.
            OSError: the file cannot be written.
        """
        target = Path(path)
        suffix = target.suffix.lower()
        if suffix == ".json":
            write_json(target, self)
            return target
        if suffix == ".md":
            from pytest_finetunebench.reports.markdown import markdown

            text = markdown(self.summary(), (), (), self.all_results)
        elif suffix in (".html", ".htm"):
            from pytest_finetunebench.reports.html.page import Report, html_page

            text = html_page(Report(self, self.summary()))
        else:
            raise SettingsError(f"report({str(path)!r}): name a file that ends in .html, .md or .json")
        target.parent.mkdir(parents=True, exist_ok=True)
        with replacing(target) as file:
            file.write(text.encode("utf-8", "replace"))
        return target

    def summary(self) -> Summary:
        """Return the view model that every report is made of."""
        return summarise(
            self.all_results,
            self.model,
            notices=self.notices,
            base_url=self.base_url,
            not_run=len(self.not_run),
            base_model=self.base_model,
            judge_model=self.judge_model,
            lineage=self.lineage,
            shutdown=self.shutdown,
            arms=study_of(self),
            found_hard_counts=self.found_hard_counts,
        )

    def __repr__(self) -> str:
        right = sum(result.correct for result in self.results)
        measured = sum(result.measured for result in self.results)
        return f"<Run {self.title}: {right:,} of {measured:,} answers right>"

    __str__ = __repr__

    def _repr_html_(self) -> str:
        """Return what a notebook shows: pass rates, outcomes and the first failures."""
        from pytest_finetunebench.reports.notebook import fragment

        return fragment(self.summary(), self.results)


def load_run(ref: Path | str, runs_dir: Path | str = DEFAULT_RUNS_DIR) -> Run:
    """Return a stored run: by its path, its number, its name, or `last`; also runs that pytest wrote.

    Raises:
        RunError: there is no such run, or it cannot be read.
    """
    text = str(ref)
    return Run.of(read_record(Path(text)) if is_path(text) else RunFolder(Path(runs_dir)).newest(text).read())


def _plain(value: Any) -> Any:
    return str(value) if hasattr(value, "value") and isinstance(value, str) else value
