"""One run's settings in sections, checked once at the edge."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from pytest_finetunebench.completions import Sampling
from pytest_finetunebench.settings.model_spec import ModelSpec
from pytest_finetunebench.settings.sizes import LEAST_RESPONSE, MAX_RESPONSE

DEFAULT_CACHE_DIR = Path(".finetunebench/cache")
DEFAULT_RUNS_DIR = Path(".finetunebench/runs")
JudgeMode = Literal["residue", "all"]
CacheMode = Literal["auto", "refresh", "replay", "off"]
ArmKind = Literal["none", "prompt", "few-shot", "similar", "retrieve", "oracle"]


class ModelSettings(ModelSpec):
    """One model of a run, where it is reached, and how it is sampled."""

    base_url: str | None = None
    vertex_project: str | None = None
    vertex_location: str | None = None
    sampling: Sampling = Sampling()
    params: dict[str, Any] = Field(default_factory=dict)
    """Further parameters of the request body, nested as they are sent."""
    system: Literal["send", "merge", "none"] = "send"
    """Whether a system message is sent as one, merged into the first question, or left out."""
    api_version: str | None = None
    """Gemini: the version in the API's path; None for the base URL's, or the SDK's."""
    logprobs: bool = False
    """Whether the log-probabilities of the answer's tokens are asked for."""
    device: Literal["auto", "cpu", "cuda", "mps"] = "auto"
    """hf: where the model runs."""
    price: tuple[float, float] | None = None
    """US dollars per million tokens, input and output; None: the list price."""

    @classmethod
    def of(cls, spec: ModelSpec, **parts: Any) -> ModelSettings:
        """Return the settings of the model that a spec names."""
        return cls(**dict(spec), **parts)


class JudgeSettings(BaseModel):
    """The model that judges, and which answers it gets."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    model: ModelSettings
    mode: JudgeMode = "residue"
    """Which answers go to the judge beside those of its own probes: what rules call wrong, or every free answer."""


class SuiteSettings(BaseModel):
    """What is asked."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    cases: tuple[Path, ...] = ()
    all_rows: bool = False
    """FineTuneBench's news: also the rows that the study left out of its analysis."""
    found_hard: Literal["apart", "count"] = "apart"
    """Whether probes that were chosen because a model failed them count in rates and gates."""
    graders: dict[str, str] = Field(default_factory=dict)
    """Custom graders: name → `module:attribute`."""
    repeat: int = Field(default=1, ge=1, le=1000)
    """Samples of each probe. A pass rate gains nothing from more than a few dozen."""


class AnswerSettings(BaseModel):
    """Where answers come from."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    providers: dict[str, str] = Field(default_factory=dict)
    """Custom providers: name → `module:attribute`."""
    recordings: tuple[Path, ...] = ()
    cache: CacheMode = "auto"
    cache_dir: Path = DEFAULT_CACHE_DIR
    batch: bool = False
    """Ask what is missing as batch jobs."""
    dry_run: bool = False
    """Ask nothing; show what would be asked."""


class CallLimits(BaseModel):
    """The bounds of a run's calls, over all its processes."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    timeout: float = Field(default=60.0, gt=0, allow_inf_nan=False)
    """Seconds allowed for one try of one call."""
    max_retries: int = Field(default=5, ge=0)
    """Further tries after a failure that may pass."""
    wait: float = Field(default=120.0, ge=0, allow_inf_nan=False)
    """Seconds that a server which loads or restarts is waited for, by all requests together."""
    concurrency: int = Field(default=32, ge=1)
    """Calls in flight at once."""
    rpm: float | None = Field(default=None, gt=0)
    """Calls a minute."""
    tpm: float | None = Field(default=None, gt=0)
    """Tokens a minute."""
    max_requests: int | None = Field(default=None, ge=0)
    max_cost: float | None = Field(default=None, ge=0)
    """US dollars."""
    max_response: int = Field(default=MAX_RESPONSE, ge=LEAST_RESPONSE)
    """Bytes of one answer, decompressed; a longer one is not read to its end, and unmeasured."""


class OutputSettings(BaseModel):
    """What is written at the end of a run."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    json_path: Path | None = None
    markdown_path: Path | None = None
    brief_path: Path | None = None
    """The short Markdown, for a comment on a pull request."""
    html_path: Path | None = None
    metrics_path: Path | None = None
    """The figures in OpenMetrics' text format."""
    runs_dir: Path = DEFAULT_RUNS_DIR
    save: str | None = None
    """The name to store the run record under; empty: by its number alone; None: it is not stored."""
    table: Literal["brief", "full"] = "brief"
    """How much of the rates the terminal shows: a line for each category, or one for each kind of it."""


class ArmSpec(BaseModel):
    """Another way to put the probes to a model, such as `retrieve:5`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    """How reports and gates call it."""
    text: str
    """The arm as the user wrote it, without its name."""
    kind: ArmKind
    tuned: bool = False
    """Whether it asks the model under test (`model+…`), not the base model."""
    count: int = 0
    """Examples or passages."""
    seed: int = 42
    """What the examples of `few-shot` are drawn by."""
    path: Path | None = None
    """The file of `prompt`."""
    target: str | None = None
    """`module:attribute` of a custom search."""
    where: str
    """The option as the user gave it, for messages."""


class ArmSettings(BaseModel):
    """The arms of a run, and what they share."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    specs: tuple[ArmSpec, ...] = ()
    corpus: tuple[Path, ...] = ()
    """Files or folders to retrieve passages from; empty: the items' facts."""
    context: int | None = Field(default=None, ge=1)
    """Tokens that a request and its answer may take; None: the model's known window."""
    train_cost: float | None = Field(default=None, ge=0, allow_inf_nan=False)
    """US dollars that training the model under test cost; None: as its lineage says."""


class DecisionSettings(BaseModel):
    """What a run is compared with."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    compare: str | None = None
    """The stored run to compare with: `last`, a number, a name or a path."""
    weight: Literal["probes", "items"] = "probes"
    """What counts once in a rate: every probe, or every item."""


class Settings(BaseModel):
    """All settings of a run, from command line, environment and ini."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    model: ModelSettings
    base: ModelSettings | None = None
    """A second model that is asked the same, to compare with."""
    judge: JudgeSettings | None = None
    suite: SuiteSettings = SuiteSettings()
    answers: AnswerSettings = AnswerSettings()
    limits: CallLimits = CallLimits()
    arms: ArmSettings = ArmSettings()
    output: OutputSettings = OutputSettings()
    decisions: DecisionSettings = DecisionSettings()

    def asking(self, model: ModelSettings) -> Settings:
        """Return these settings with another model in the place of the model under test."""
        return self.model_copy(update={"model": model})
